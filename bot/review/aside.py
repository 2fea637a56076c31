"""Groups of questions that whoever runs the bot has set aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlite_utils import Database

from bot.review.groups import Group


def set_aside(db: Database, group: Group, reason: str, day: date) -> None:
    """Keep that a group needs no answer, and why: what stands for its words is kept, not the words."""
    rows = ({"phrase": phrase.id, "reason": reason, "day": day.isoformat()} for phrase in group.phrases)
    db.table("asides").upsert_all(rows, pk="phrase")


def reasons(db: Database) -> dict[str, str]:
    """Return the reason for each phrase that was set aside."""
    return {row["phrase"]: row["reason"] for row in db.query("select phrase, reason from asides")}


def reason(group: Group, kept: Mapping[str, str]) -> str | None:
    """Return why a group is set aside, if it or what it grew from is."""
    return next((kept[phrase.id] for phrase in group.phrases if phrase.id in kept), None)
