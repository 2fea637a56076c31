"""Asks Telegram for updates."""

from __future__ import annotations

import asyncio

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.app import Timer
from bot.telegram.connection import Connection, Reach, Rival
from bot.telegram.intake import Intake
from bot.telegram.lanes import retry_seconds
from bot.telegram.reading import Raw

LONG = 30
"""Seconds for which Telegram may wait for an update before it answers that there is none."""
PAUSES = (1, 2, 5, 10, 20)
"""Seconds between tries while Telegram cannot be reached; the last for ever."""


class Poller:
    """Fetches updates and lets Telegram forget those that are taken care of."""

    def __init__(self, bot: Connection, intake: Intake, reach: Reach, timer: Timer, kinds: list[str]) -> None:
        self._bot, self._intake, self._reach, self._kinds = bot, intake, reach, kinds
        self._offset = 0
        self._failures = 0
        self.rival = Rival(timer)

    async def run(self) -> None:
        """Fetch for ever.

        Raises SecondInstance where a bot that ran before has this token, InvalidToken where Telegram refuses it.
        """
        await self._end_webhook()
        while True:
            await self._intake.room()
            try:
                updates = await self._bot.fetch(self._offset, LONG, self._kinds)
            except InvalidToken:
                raise
            except Conflict as error:
                await self._meet(error)
            except TelegramError as error:
                await self._wait(error)
            else:
                self._failures = 0
                self._reach.note(True)
                await self._hand_on(updates)

    async def stop(self) -> None:
        """Nothing is held open between two requests."""

    async def _end_webhook(self) -> None:
        """Telegram gives nothing to who asks while it has an address to send to."""
        while True:
            try:
                await self._bot.delete_webhook()
                return
            except InvalidToken:
                raise
            except TelegramError as error:
                await self._wait(error)

    async def _hand_on(self, updates: list[Raw]) -> None:
        if await self._intake.receive(updates):
            numbers = [update.number for update in updates if update.number is not None]
            if numbers:
                self._offset = max(numbers) + 1  # which falls where Telegram begins to count anew, after a quiet week
            elif updates:
                await asyncio.sleep(PAUSES[0])  # they come again, for nothing says where they end
        else:
            await asyncio.sleep(PAUSES[0])

    async def _meet(self, error: Conflict) -> None:
        self.rival.meet()
        if "webhook" in error.message:
            await self._end_webhook()
        await asyncio.sleep(PAUSES[0])

    async def _wait(self, error: TelegramError) -> None:
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._reach.lose(error)
        self._failures += 1
        await asyncio.sleep(retry_seconds(error) if isinstance(error, RetryAfter) else pause)
