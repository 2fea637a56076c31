"""The tables, a numbered step a change; a step that was released is never edited."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("iamm")


@migrations()
def m0001_chats_and_queries(db: Database) -> None:
    """Keep what a chat chose, and a row a message without who wrote it."""
    db.table("chats").create({"chat": str, "language": str, "last_answer": str, "last_at": str}, pk="chat", strict=True)
    db.table("queries").create(
        {
            "id": int,
            "day": str,
            "minute": str,
            "pseudonym": str,
            "channel": str,
            "kind": str,
            "language_set": str,
            "language_detected": str,
            "question": str,
            "intent": str,
            "outcome": str,
            "item": str,
            "runner_up": str,
            "score": float,
            "margin": float,
            "matched": str,
            "feedback": int,
            "ms": float,
            "content_version": str,
            "code_version": str,
        },
        pk="id",
        not_null={"day", "minute", "pseudonym", "channel", "kind", "intent", "outcome"},
        defaults={"feedback": 0},
        strict=True,
    )
    db.table("queries").create_index(["day"])
    # Which reply answered which message, so that an edited question is answered in its place.
    db.table("replies").create(
        {"chat": str, "message": int, "reply": int, "at": str}, pk=("chat", "message"), strict=True
    )
