"""The connection to Telegram: time limits, lanes, and updates as they come."""

from __future__ import annotations

import logging
from typing import Any

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.app import Timer
from bot.config import Settings
from bot.courier import Claim
from bot.telegram import reading
from bot.telegram.lanes import Lanes
from bot.telegram.reading import Raw
from bot.telegram.requests import Request, Unloadable

logger = logging.getLogger(__name__)

CONNECTIONS = 256
"""To Telegram at the most: 64 replies and 32 digests at once, those that are tried again, and room for some that hang.
"""
CONNECT, ANSWER = 5.0, 9.5
"""Seconds to wait for a connection, and for the answer to a request."""
SOON, NEW = 8.0, 60.0
"""Seconds from its start within which a bot first meets one that ran before, and within which it gives way to it."""
CONFLICTS = 3
"""Meetings that it takes, for the last poll of a bot that was stopped may linger."""
PATIENCE = 2.0
"""Seconds of age at the first meeting, for each of which a further meeting is waited for."""

AGAIN = 60.0
"""Seconds without a meeting, after which the next one is worth a line of the log again."""


class Connection(ExtBot[Claim]):
    """PTB's bot, which can also fetch updates without reading them: one that it cannot read stops nothing then."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            settings.token,
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=Request(
                CONNECTIONS, read_timeout=ANSWER, write_timeout=ANSWER, connect_timeout=CONNECT, pool_timeout=ANSWER
            ),
            get_updates_request=Request(1, connect_timeout=CONNECT, write_timeout=ANSWER, pool_timeout=ANSWER),
            rate_limiter=Lanes(),
        )

    async def fetch(self, offset: int, seconds: int, kinds: list[str]) -> list[Raw]:
        """Return updates of some kinds from a number on, as they came; wait for one for some seconds.

        Telegram forgets those below the number. Raises TelegramError.
        """
        data = {"offset": offset, "timeout": seconds, "allowed_updates": kinds}
        try:
            return [
                reading.dump(update) for update in await self._post("getUpdates", data, read_timeout=seconds + ANSWER)
            ]
        except (Unloadable, RecursionError, ValueError):
            return await self._fetch_one(data)

    async def _fetch_one(self, data: dict[str, Any]) -> list[Raw]:
        """Return the first of several updates, one of which cannot be loaded: so that one comes alone in its turn."""
        try:
            updates = await self._post("getUpdates", data | {"limit": 1}, read_timeout=ANSWER)
        except Unloadable as error:
            return [reading.load(error.text.partition("[")[2].rpartition("]")[0])]
        return [reading.dump(update) for update in updates]


class SecondInstance(Exception):
    """Another bot already runs with this token."""


class Reach:
    """Whether Telegram can be reached, and for how long it cannot."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._lost: float | None = None
        """When it was reached no more."""
        self.outage = 0.0
        """For how many seconds it was away at the longest, until somebody has taken this down."""

    @property
    def away(self) -> float | None:
        """For how many seconds Telegram cannot be reached; None while it can."""
        return None if self._lost is None else self._timer() - self._lost

    def note(self, reached: bool) -> bool:
        """Take down how a request went and return whether this is news."""
        away = self.away
        if reached == (away is None):
            return False
        self._lost = None if reached else self._timer()
        self.outage = max(self.outage, away or 0.0)
        return True

    def lose(self, error: TelegramError) -> None:
        """Take down that a request did not reach Telegram, and log it where this is news."""
        if self.note(False):
            logger.warning("Telegram cannot be reached: %s", type(error).__name__)


class Rival:
    """Another program with the same token: of two bots the one that was started last gives way."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._began = timer()
        self._met = 0
        self._first = 0.0
        """At how many seconds of age it was met first."""
        self.seen: float | None = None
        """When it was last met, by the timer."""

    def meet(self) -> None:
        """Take down that it was met. Raises SecondInstance when this bot is to give way."""
        now = self._timer()
        age = now - self._began
        self._first = self._first if self._met else age
        self._met += 1
        before, self.seen = self.seen, now
        if before is None or now - before > AGAIN:
            logger.error("Another program receives the updates of this bot")
        # Of two that are both young the older was met at the greater age, and waits for longer.
        if self._first <= SOON and self._met >= CONFLICTS + self._first // PATIENCE and age <= NEW:
            raise SecondInstance
