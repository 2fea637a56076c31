"""Chats side by side, the updates of one chat in turn."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 64
"""Updates handled side by side."""


class InTurn(BaseUpdateProcessor):
    """Handles many chats at once and each chat in the order in which its updates came."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: dict[int, int] = defaultdict(int)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates, then handle this one."""
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else 0
        self._waiting[chat] += 1
        try:
            async with self._locks[chat]:
                await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._locks[chat]

    async def initialize(self) -> None:
        """There is nothing to prepare."""

    async def shutdown(self) -> None:
        """There is nothing to undo."""
