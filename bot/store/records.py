"""What is kept of a conversation, a row of the log, a subscription and its deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.digest import Due, Subscription
from bot.models import Last

# What a delivery can come to. A row is `sending` from just before the request until its outcome is known.
SENDING, SENT, FAILED, UNKNOWN, SKIPPED = "sending", "sent", "failed", "unknown", "skipped"
BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Link:
    """Which reply answers which message, so that an edited question is answered in its place."""

    chat: str
    message: int
    reply: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """What is kept of a conversation."""

    language: str | None = None
    """The language chosen, if any."""
    last: Last = Last()
    asked: str | None = None
    """What the bot has asked and waits for, such as `zone`."""
    draft: Mapping[str, Any] = field(default_factory=dict)
    """What was said so far of what is being set up."""
    logs: bool = True
    """Whether questions may be kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log, before it is made anonymous."""

    at: datetime
    person: str
    channel: str
    kind: str
    language_set: str | None
    language_detected: str | None
    question: str | None
    intent: str
    outcome: str
    item: str | None
    runner_up: str | None
    score: float | None
    margin: float | None
    matched: str
    ms: float
    content_version: str
    code_version: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription with where it stands."""

    subscription: Subscription
    due: Due | None
    """The next delivery."""
    last_day: date | None = None
    """The last local date that was dealt with."""
    thread: int | None = None
    """The topic of a group in which it was asked for."""
    language: str | None = None
    """The language in which it was asked for; one that the conversation chose goes before it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the ledger."""

    day: date
    ref: str
    status: str
