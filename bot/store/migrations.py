"""The tables, a numbered step a change; a step that was released is never edited."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot.store import totals

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


@migrations()
def m0002_saved_and_subscriptions(db: Database) -> None:
    """Keep saved items, what is being set up, who gets a practice a day and what was delivered."""
    chats = db.table("chats")
    for column in ("asked", "draft", "asked_at"):
        chats.add_column(column, str)
    chats.add_column("logs", int, not_null_default=1)
    # Written in another shape before; it lives for a day.
    db.execute("update chats set last_answer = null, last_at = null")
    db.table("saved").create(
        {"chat": str, "ref": str, "at": str}, pk=("chat", "ref"), not_null={"at"}, strict=True
    )  # fmt: skip
    db.table("subscriptions").create(
        {
            "subscriber": str,
            "zone": str,
            "place": str,
            "time": str,
            "days": str,  # of 1234567, Monday first
            "topics": str,  # references, as a JSON list; empty for all
            "silent": int,
            "seed": int,
            "round": int,
            "paused_until": str,
            "status": str,  # active, paused, blocked
            "thread": int,  # of a group's forum
            "language": str,
            "next_due": str,  # UTC, null where nothing is due
            "next_day": str,  # the local date that it is for
            "last_day": str,  # the last local date that was dealt with
            "created": str,
        },
        pk="subscriber",
        not_null={"zone", "place", "time", "days", "topics", "silent", "seed", "round", "status", "created"},
        strict=True,
    )
    db.table("subscriptions").create_index(["next_due"])
    # The ledger: one row a subscriber and local date, written before anything is sent.
    db.table("deliveries").create(
        {
            "id": int,
            "subscriber": str,
            "day": str,
            "round": int,
            "ref": str,
            "status": str,  # sending, sent, failed, unknown, skipped
            "reason": str,
            "due": str,
            "at": str,
        },
        pk="id",
        not_null={"subscriber", "day", "status", "due"},
        strict=True,
    )
    db.table("deliveries").create_index(["subscriber", "day"], unique=True)
    db.table("deliveries").create_index(["status"])
    # Figures that outlive the subscribers and name none of them.
    db.table("delivery_counts").create(
        {"day": str, "hour": int, "language": str, "outcome": str, "late": int, "n": int},
        pk=("day", "hour", "language", "outcome", "late"),
        strict=True,
    )


@migrations()
def m0003_totals(db: Database) -> None:
    """Keep totals by day, what a person did after an answer, and an index to find a person's rows by."""
    queries = db.table("queries")
    queries.add_column("followed", str)  # again: asked again at once; accepted: went on to what was offered
    queries.create_index(["pseudonym", "day"])
    totals.create(db)
    totals.fill(db)


@migrations()
def m0004_asides(db: Database) -> None:
    """Keep which groups of questions need no answer, without the questions."""
    db.table("asides").create(
        {"phrase": str, "reason": str, "day": str}, pk="phrase", not_null={"reason", "day"}, strict=True
    )


@migrations()
def m0005_inbox(db: Database) -> None:
    """Keep each update until it is answered."""
    db.table("inbox").create(
        {
            "number": int,  # its update_id
            "at": str,
            "chat": str,
            "raw": str,  # null once it is answered
            "starts": int,  # with how many starts of the program it was taken up again
            "aside": str,  # why it is not to be taken up again
        },
        pk="number",
        not_null={"at", "starts"},
        defaults={"starts": 0},
        strict=True,
    )
    db.execute("create index inbox_unanswered on inbox (chat) where raw is not null")
