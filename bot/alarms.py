"""When the operators are to hear of something: at most once an hour for each kind, and when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

QUIET = timedelta(hours=1)
"""Between two messages of one kind."""


class News(Enum):
    """What there is to tell of a trouble."""

    HOLDS = "it has begun, or still holds after an hour"
    OVER = "it is over"


@dataclass(slots=True)
class _Trouble:
    told: datetime | None = None
    """When it was last told that it holds."""
    known: bool = False
    """Whether that was told since it was last over."""


class Alarms:
    """Remembers what was to be told of each kind of trouble."""

    def __init__(self) -> None:
        self._troubles: dict[str, _Trouble] = {}

    def note(self, kind: str, holds: bool, now: datetime) -> News | None:
        """Take down whether a trouble holds and return what is to be told of it, if anything."""
        trouble = self._troubles.setdefault(kind, _Trouble())
        if holds and (trouble.told is None or abs(now - trouble.told) >= QUIET):  # a clock may be set back
            trouble.told, trouble.known = now, True
            return News.HOLDS
        if not holds and trouble.known:
            trouble.known = False
            return News.OVER
        return None
