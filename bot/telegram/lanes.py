"""Two lanes to Telegram: replies go first, digests follow as fast as Telegram's limits allow."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram.constants import FloodLimit
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.courier import Claim, Withdrawn
from bot.telegram import turns

REPLY_TRIES, DIGEST_TRIES = 3, 5
SECOND, MINUTE = 1.0, 60.0
MARGIN = 0.005
"""Seconds that timers and Telegram's clock may be off."""
PATIENCE = 1.0
"""Seconds after which a message that Telegram has not answered is taken to have arrived."""
LEARNING = 0.0001
"""Seconds by which one answer may raise the quickest way there and back, so that a stall of a second does not."""

_Result = bool | dict[str, Any] | list[dict[str, Any]]
_Request = Callable[[], Coroutine[Any, Any, _Result]]


@dataclass(order=True)
class _Waiter:
    """A message that waits for its turn."""

    ticket: int
    chat: str = field(compare=False)
    lane: list[_Waiter] = field(compare=False)
    turn: asyncio.Future[asyncio.TimerHandle] = field(compare=False)
    """Comes with the timer that will stop counting the message."""


@dataclass
class _Chat:
    """What a chat was lately sent, kept for as long as it counts or somebody waits for it."""

    second: int = 0
    minute: int = 0
    """Groups alone are counted by the minute."""
    held: int = 0
    aside: list[_Waiter] = field(default_factory=list)
    """Who waits for this chat; nobody else waits for them."""


class Lanes(BaseRateLimiter[Claim]):
    """Holds messages back so that Telegram does not have to refuse them.

    Telegram counts a message when it arrives: after it was sent and before it was answered. It is counted here until
    a second after the answer, less the quickest way there and back, so that no jitter makes Telegram see more in a
    second than it takes. Digests leave one place in every second free and go one by one, so that a reply finds room.
    A digest brings its claim as `rate_limit_args`; it is asked when its turn has come whether to send it still.
    Replies to one person are held back only while digests wait, for Telegram bears short bursts, and where it has
    refused one. When a reply's time has come it waits for its turn among the answers.
    The limits are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    def __init__(
        self,
        overall: int = int(FloodLimit.MESSAGES_PER_SECOND),
        group: int = int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP),
    ) -> None:
        """Take the limits: messages a second to all chats (2 or more), and a minute to one group."""
        self._overall, self._group = overall, group
        self._recent = 0
        self._chats: dict[str, _Chat] = {}
        self._replies: list[_Waiter] = []
        self._digests: list[_Waiter] = []
        self._tickets = itertools.count()
        self._held = 0
        self._paced = False
        self._quickest = 0.0

    async def initialize(self) -> None:
        """There is nothing to prepare."""

    async def shutdown(self) -> None:
        """There is nothing to undo."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Claim | None,
    ) -> _Result:
        """Make a request when it is its turn and return its result; what does not count as a message goes at once.

        Raises what the request raises, but RetryAfter only from the last of REPLY_TRIES or DIGEST_TRIES; Withdrawn
        where a claim refuses.
        """
        chat = str(data.get("chat_id", ""))

        async def request() -> _Result:
            async with turns.current().request():
                return await callback(*args, **kwargs)

        if not _counts(endpoint, chat):
            return await request()
        lane, tries = (self._digests, DIGEST_TRIES) if rate_limit_args else (self._replies, REPLY_TRIES)
        ticket = next(self._tickets)
        while True:
            try:
                return await self._send(ticket, chat, lane, rate_limit_args, request)
            except RetryAfter:
                tries -= 1
                if not tries:
                    raise

    async def _send(
        self, ticket: int, chat: str, lane: list[_Waiter], claim: Claim | None, request: _Request
    ) -> _Result:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(ticket, chat, lane, loop.create_future())
        heapq.heappush(lane, waiter)
        self._let_out()
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if not waiter.turn.cancelled():  # its turn had come, and passes unused
                self._arrived(waiter)
            raise
        refused = False
        try:
            if claim and not await claim():
                raise Withdrawn
            turn = turns.current()
            await turn.take()
            started = loop.time()
            try:
                result = await request()
            finally:
                self._quickest = min(loop.time() - started, self._quickest + LEARNING)
            turn.keep()
            return result
        except RetryAfter as error:
            refused = True
            self._hold(chat, lane, retry_seconds(error))
            raise
        finally:
            self._arrived(waiter, refused)

    def _let_out(self) -> None:
        """Give their turn to all who can have it now."""
        while self._replies and (self._recent < self._overall or not self._digests):
            self._give_turn(heapq.heappop(self._replies))
        while self._digests and self._recent < self._overall - 1 and not self._held and not self._paced:
            if self._give_turn(heapq.heappop(self._digests)):
                self._paced = True
                asyncio.get_running_loop().call_later(SECOND / self._overall, self._end_pace)

    def _give_turn(self, waiter: _Waiter) -> bool:
        """Count a message and let it out, or put it aside until its chat is free again; return whether it went."""
        if waiter.turn.done():  # given up meanwhile
            return False
        chat = self._chats.setdefault(waiter.chat, _Chat())
        busy = chat.second and (waiter.lane is self._digests or self._digests or _is_group(waiter.chat))
        if busy or chat.held or chat.minute >= self._group:
            chat.aside.append(waiter)
            return False
        self._recent += 1
        chat.second += 1
        chat.minute += _is_group(waiter.chat)
        loop = asyncio.get_running_loop()
        waiter.turn.set_result(loop.call_later(PATIENCE + SECOND, self._end_second, waiter.chat))
        return True

    def _arrived(self, waiter: _Waiter, refused: bool = False) -> None:
        """Stop counting a message a second from now at the latest; at once where it was refused, as Telegram does."""
        timer = waiter.turn.result()
        loop = asyncio.get_running_loop()
        end = loop.time() - self._quickest + MARGIN + SECOND
        if refused and loop.time() < timer.when():
            timer.cancel()
            self._stop_counting(waiter.chat)
            self._chats[waiter.chat].minute -= _is_group(waiter.chat)
            self._end(waiter.chat)
        elif end < timer.when():
            timer.cancel()
            loop.call_at(end, self._end_second, waiter.chat)

    def _hold(self, key: str, lane: list[_Waiter], seconds: float) -> None:
        """Let no digest out for some seconds, or no message to this one chat where a reply was refused."""
        if lane is self._digests:
            self._held += 1
        else:
            self._chats.setdefault(key, _Chat()).held += 1
        asyncio.get_running_loop().call_later(seconds, self._end_hold, key, lane)

    def _end_hold(self, key: str, lane: list[_Waiter]) -> None:
        if lane is self._digests:
            self._held -= 1
        else:
            self._chats[key].held -= 1
        self._end(key)

    def _end_pace(self) -> None:
        self._paced = False
        self._let_out()

    def _stop_counting(self, key: str) -> None:
        self._recent -= 1
        self._chats[key].second -= 1

    def _end_second(self, key: str) -> None:
        self._stop_counting(key)
        if _is_group(key):
            asyncio.get_running_loop().call_later(MINUTE - SECOND, self._end_minute, key)
        self._end(key)

    def _end_minute(self, key: str) -> None:
        self._chats[key].minute -= 1
        self._end(key)

    def _end(self, key: str) -> None:
        """Bring back who waits for a chat, and forget the chat when nothing of it counts any more."""
        chat = self._chats.get(key, _Chat())
        for waiter in chat.aside:
            heapq.heappush(waiter.lane, waiter)
        chat.aside.clear()
        if not (chat.second or chat.minute or chat.held):
            self._chats.pop(key, None)
        self._let_out()


def _counts(endpoint: str, chat: str) -> bool:
    """Tell whether Telegram counts a request as a message: what sends, copies, forwards, and edits in groups."""
    if endpoint.startswith("edit"):
        return _is_group(chat)
    return endpoint.startswith(("send", "copy", "forward")) and endpoint != "sendChatAction"


def _is_group(chat: str) -> bool:
    return chat.startswith(("-", "@"))


def retry_seconds(error: RetryAfter) -> float:
    """Return how long to wait; PTB gives either of two types, by its environment."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else wait
