"""What is kept of a conversation, and a row of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """What is kept of a conversation."""

    language: str | None = None
    """The language chosen, if any."""
    last_items: tuple[str, ...] = ()
    """References of the last answer's ranking, best first."""
    last_section: str | None = None
    shown: int = 0
    """How many of `last_items` were shown."""
    spoken: str | None = None
    """The language of the last answer."""


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
