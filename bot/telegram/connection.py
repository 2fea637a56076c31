"""The connection to Telegram: time limits, lanes, and updates as they come."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.app import Clock
from bot.config import Settings
from bot.courier import Claim
from bot.telegram.lanes import Lanes

logger = logging.getLogger(__name__)

CONNECTIONS = 128
"""To Telegram at the most: 64 replies and 32 digests at once, and room."""
CONNECT, ANSWER = 5.0, 10.0
"""Seconds to wait for a connection, and for the answer to a request."""
SOON, NEW = 8.0, 60.0
"""Seconds from its start within which a bot first meets one that ran before, and within which it gives way to it."""
CONFLICTS = 3
"""Meetings that it takes, for the last poll of a bot that was stopped may linger."""

AGAIN = timedelta(minutes=1)
"""Without a meeting, after which the next one is worth a line of the log again."""


class Connection(ExtBot[Claim]):
    """PTB's bot, which can also fetch updates without reading them: one that it cannot read stops nothing then."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            settings.token,
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=HTTPXRequest(
                CONNECTIONS, read_timeout=ANSWER, write_timeout=ANSWER, connect_timeout=CONNECT, pool_timeout=ANSWER
            ),
            get_updates_request=HTTPXRequest(1, connect_timeout=CONNECT, write_timeout=ANSWER, pool_timeout=ANSWER),
            rate_limiter=Lanes(),
        )

    async def fetch(self, offset: int, seconds: int, kinds: list[str]) -> list[Any]:
        """Return updates of some kinds from a number on, as they came; wait for one for some seconds.

        Telegram forgets those below the number. Raises TelegramError.
        """
        data = {"offset": offset, "timeout": seconds, "allowed_updates": kinds}
        updates: list[Any] = await self._post("getUpdates", data, read_timeout=seconds + ANSWER)
        return updates


class SecondInstance(Exception):
    """Another bot already runs with this token."""


class Reach:
    """Whether Telegram can be reached, and since when it cannot."""

    def __init__(self) -> None:
        self.away_since: datetime | None = None
        self.outage: timedelta | None = None
        """How long it was away at the longest, until somebody has taken this down."""

    def note(self, reached: bool, now: datetime) -> bool:
        """Take down how a request went and return whether this is news."""
        news = reached == bool(self.away_since)
        if news and self.away_since:
            self.outage = max(self.outage or timedelta(), now - self.away_since)
            self.away_since = None
        elif news:
            self.away_since = now
        return news

    def lose(self, error: TelegramError, now: datetime) -> None:
        """Take down that a request did not reach Telegram, and log it where this is news."""
        if self.note(False, now):
            logger.warning("Telegram cannot be reached: %s", type(error).__name__)


class Rival:
    """Another program with the same token: of two bots the one that was started last gives way."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = time.monotonic()  # which nobody sets back
        self._met = 0
        self._first = 0.0
        """At how many seconds of age it was met first."""
        self.seen: datetime | None = None
        """When it was last met."""

    def meet(self) -> None:
        """Take down that it was met. Raises SecondInstance when this bot is to give way."""
        age = time.monotonic() - self._began
        self._first = self._first if self._met else age
        self._met += 1
        now, before = self._clock(), self.seen
        self.seen = now
        if before is None or now - before > AGAIN:
            logger.error("Another program receives the updates of this bot")
        if self._first <= SOON and self._met >= CONFLICTS and age <= NEW:
            raise SecondInstance
