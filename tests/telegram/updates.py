"""The updates that wait for the bot, and how it polls for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiogram.types
from pydantic import ValidationError

from tests.telegram.wire import ApiError, Call, Json, public

LONGEST_POLL = 50
"""Seconds."""


@dataclass(eq=False)
class Update:
    """An update that waits: its number, and what goes over the wire, which may be anything."""

    number: int
    body: Any
    again: bool = False
    """Whether it is given once more although the bot has confirmed it."""

    @property
    def lane(self) -> Hashable:
        """Whose turn it waits for: its chat's, or its person's where it has no chat, or nobody's."""
        content = self.body if isinstance(self.body, dict) else {}
        parts = [part for part in content.values() if isinstance(part, dict)]
        parts += [part["message"] for part in parts if isinstance(part.get("message"), dict)]
        places = [part[key] for key in ("chat", "from") for part in parts if isinstance(part.get(key), dict)]
        return places[0].get("id") if places else f"update {self.number}"


class Updates:
    """What was pushed and is not yet confirmed. Only one way of getting it is open at a time: polls or a webhook."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        """What a request, a result or an update had that the Bot API does not know; a test that ends with any fails."""
        self.unheard: list[Json] = []
        """Updates of kinds that the bot did not ask for; it never gets them."""
        self.revoked = False
        """Whether the token is no longer taken."""
        self._allowed: list[str] = []
        self._updates: list[Update] = []
        self._made: dict[int, Update] = {}
        self._held: list[Update] | None = None
        self._next_update = 1000
        self._news = asyncio.Condition()
        self._poll = 0
        self._hook: object | None = None
        self._closing = asyncio.Event()
        self._away = False

    async def push(self, **update: Any) -> int:
        """Queue an update for the bot, if it listens to that kind, and return its number."""
        self._next_update += 1
        body = public({"update_id": self._next_update, **update})
        if self._allowed and not set(update) <= set(self._allowed):
            self.unheard.append(body)
            await self._notify()
            return self._next_update
        try:
            aiogram.types.Update.model_validate(body)
        except ValidationError as error:
            self.problems.append(f"update: {error}")
        return await self._make(body)

    async def push_raw(self, build: Callable[[int], Any]) -> int:
        """Queue whatever is built around the next number, however unsound, and return the number."""
        self._next_update += 1
        return await self._make(build(self._next_update))

    async def repeat(self, number: int) -> None:
        """Deliver an update once more under the number that it had, even if the bot has confirmed it."""
        await self._queue(replace(self._made[number], again=True))

    @asynccontextmanager
    async def out_of_order(self) -> AsyncIterator[None]:
        """Hold back what is pushed meanwhile, then deliver the latest first."""
        held: list[Update] = []
        self._held = held
        try:
            yield
        finally:
            self._held = None
            await self._queue(*reversed(held))

    @property
    def pending(self) -> int:
        """How many updates were not yet confirmed."""
        return len(self._updates)

    async def changed(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until a condition of the server's state holds."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(condition)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _make(self, body: Any) -> int:
        update = self._made[self._next_update] = Update(self._next_update, body)
        await self._queue(update)
        return update.number

    async def _queue(self, *updates: Update) -> None:
        for update in updates:
            if self._held is None:
                self._take(update)
            else:
                self._held.append(update)
        await self._notify()

    def _take(self, update: Update) -> None:
        self._updates.append(update)

    # Polling.

    async def _getUpdates(self, call: Call) -> list[Any]:
        if self._hook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
                           "delete the webhook first")  # fmt: skip
        self._poll += 1
        mine = self._poll
        await self._notify()
        self._allowed = call.params.get("allowed_updates", self._allowed)
        offset = call.params.get("offset", 0)
        if offset < 0:
            self._updates = self._updates[offset:]
        else:
            self._updates = [u for u in self._updates if u.again or u.number >= offset]
        limit = min(max(call.params.get("limit", 100), 1), 100)
        try:
            async with asyncio.timeout(min(call.params.get("timeout", 0), LONGEST_POLL)), self._news:
                await self._news.wait_for(
                    lambda: bool(self._updates) or self._poll != mine or self._away or self._closing.is_set()
                )
        except TimeoutError:
            return []
        if self._poll != mine:
            raise self._sent_away()
        given = self._updates[:limit]
        for update in given:
            update.again = False
        return [update.body for update in given]

    def _sent_away(self) -> ApiError:
        """Return why a poll that waited has ended."""
        if self.revoked:
            return ApiError(401, "Unauthorized")
        if self._hook:
            return ApiError(409, "Conflict: terminated by setWebhook request")
        return ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
                        "is running")  # fmt: skip
