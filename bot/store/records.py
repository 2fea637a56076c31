"""What is kept of a conversation, and a row of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.models import Last


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
