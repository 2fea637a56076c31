"""When the operators are to hear of something: at most once an hour for each kind, and when it is over."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

logger = logging.getLogger(__name__)

QUIET = 3600.0
"""Seconds between two messages of one kind."""
_SIZE = 4096
"""Bytes of the file."""


class News(Enum):
    """What there is to tell of a trouble."""

    HOLDS = "it has begun, or still holds after an hour"
    OVER = "it is over"


@dataclass(frozen=True, slots=True)
class _Trouble:
    told: float
    """When it was last told that it holds."""
    known: bool
    """Whether that was told since it was last over."""


class Alarms:
    """Remembers what was told of each kind of trouble, in a file too, for a bot that is started again.

    Spans are in seconds of a clock that nobody sets. The file has the dates instead: nothing else lasts. Where it
    cannot be read or written, the most that comes of it is a message too many.
    """

    def __init__(self, path: Path, now: float, date: datetime) -> None:
        """Take up what was told before the bot was started."""
        self._path = path
        self._kept = self._read(now, date)
        self._troubles = dict(self._kept or {})

    def note(self, kind: str, holds: bool, now: float) -> News | None:
        """Take down whether a trouble holds and return what is to be told of it, if anything."""
        trouble = self._troubles.get(kind)
        if holds and (trouble is None or now - trouble.told >= QUIET):
            self._troubles[kind] = _Trouble(now, known=True)
            return News.HOLDS
        if not holds and trouble and trouble.known:
            self._troubles[kind] = replace(trouble, known=False)
            return News.OVER
        return None

    def keep(self, waiting: Collection[str], now: float, date: datetime) -> None:
        """Write down what was told, but for the kinds whose news waits to be sent: a restart has to tell it again."""
        told = {kind: trouble for kind, trouble in self._troubles.items() if kind not in waiting}
        kept = (self._kept or {}) | told
        if kept != self._kept:
            self._kept = kept
            self._write({kind: [_date(trouble, now, date), trouble.known] for kind, trouble in kept.items()})

    def _read(self, now: float, date: datetime) -> dict[str, _Trouble] | None:
        try:
            kept = json.loads(self._path.read_bytes())
            return {kind: _Trouble(now - _age(told, date), known is True) for kind, (told, known) in kept.items()}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, AttributeError) as error:
            logger.warning("What the operators were told before cannot be read: %s", type(error).__name__)
            return None

    def _write(self, kept: dict[str, list[str | bool]]) -> None:
        """Write over the file, always as much: a disk that is full since takes that still."""
        try:
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(json.dumps(kept).encode().ljust(_SIZE))
        except OSError as error:
            logger.warning("What the operators were told cannot be kept: %s", type(error).__name__)


def _date(trouble: _Trouble, now: float, date: datetime) -> str:
    return (date - timedelta(seconds=now - trouble.told)).isoformat()


def _age(told: str, date: datetime) -> float:
    """Return how many seconds ago something was told; an hour where the clock was set back since."""
    age = (date - datetime.fromisoformat(told)).total_seconds()
    return min(age, QUIET) if age >= 0 else QUIET
