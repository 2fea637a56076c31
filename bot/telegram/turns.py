"""Answers go out in turn, so that of few nobody knows after a kill whether they have arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from contextvars import ContextVar

NEAR = 0.02
"""Seconds in which a Telegram that is near answers. There one goes after another and nothing is lost by it; nobody
waits for one that is far."""
NEARBY = 0.1
"""The same for a while after answers were left unwritten, for what ended the program then may do so again."""
CAREFUL = 60.0
"""Seconds of that while."""
PATIENT = 0.2
"""Seconds for which the next answer waits at most until this one has arrived, and until that is written down."""
AGAIN = 64
"""Requests that may be made again at once, so that those that hang leave connections for others."""


class Turns:
    """Who may send now, and whether Telegram is near."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.again = asyncio.Semaphore(AGAIN)
        self.near = True
        self.closed = False
        self._careful = 0.0
        """Until when, by the loop."""

    @property
    def limit(self) -> float:
        """Seconds in which a Telegram answers that is near enough to wait for."""
        return NEARBY if asyncio.get_running_loop().time() < self._careful else NEAR

    def beware(self) -> None:
        """Be careful for a while."""
        self._careful = asyncio.get_running_loop().time() + CAREFUL

    def close(self) -> None:
        """Let nothing go out any more: who asks for a turn is cancelled."""
        self.closed = True

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Let what is sent inside take its turn, from its first message until it is written down that it arrived."""
        mine = Turn(self)
        before = _turn.set(mine)
        try:
            yield
        finally:
            _turn.reset(before)
            mine.give_back()


class Turn:
    """The right to send, once it has been taken."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._taken = False
        self._failed = False
        """Whether the last request did not arrive, for all that is known."""
        self._timer: asyncio.TimerHandle | None = None
        self._sent = 0.0

    async def take(self) -> None:
        """Wait until this answer may send, once: what has failed holds nobody up with its further tries."""
        if not self._taken and self._turns.near:
            await self._turns.lock.acquire()
            self._hold()
        if self._turns.closed:
            raise asyncio.CancelledError
        self._taken = True
        self._sent = asyncio.get_running_loop().time()

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Make a request inside; one that follows on a failed one waits while many such are under way."""
        async with self._turns.again if self._failed else nullcontext():
            self._failed = True
            yield
            self._failed = False

    def keep(self) -> None:
        """Note that what was sent has arrived; the next one waits until this is written down, unless it has gone."""
        self._turns.near = asyncio.get_running_loop().time() - self._sent < self._turns.limit
        if self._timer:
            self._hold()

    def give_back(self) -> None:
        """Let the next one send."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
            self._turns.lock.release()

    def _pass_on(self) -> None:
        """Let the next one send, and nobody wait for it, for Telegram may have become slow."""
        self._turns.near = False
        self.give_back()

    def _hold(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PATIENT, self._pass_on)


_turn: ContextVar[Turn] = ContextVar("turn")


def current() -> Turn:
    """Return the turn of the answer that is under way; outside of any, one that waits for nobody."""
    return _turn.get(None) or Turn(Turns())
