"""Who may decide for a group."""

from __future__ import annotations

import time

from telegram import Bot
from telegram.error import TelegramError

FRESH = 300.0
"""Seconds for which a group's list of admins is taken to hold."""


class Admins:
    """Asks Telegram for the admins of a group, and remembers them for some minutes."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[float, frozenset[int]]] = {}

    async def include(self, group: int, person: int, sender: int | None, bot: Bot) -> bool:
        """Whether a person is an admin of a group; who writes in the name of the group itself is one (`sender`).

        Where Telegram cannot say, nobody is.
        """
        if sender == group:
            return True
        asked, admins = self._known.get(group, (0.0, frozenset[int]()))
        if not asked or time.monotonic() - asked > FRESH:
            try:
                admins = frozenset(member.user.id for member in await bot.get_chat_administrators(group))
            except TelegramError:
                return False
            self._known[group] = (time.monotonic(), admins)
        return person in admins
