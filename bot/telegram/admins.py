"""Who may decide for a group."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError, TimedOut

logger = logging.getLogger(__name__)

FRESH = 300.0
"""Seconds for which a group's list of admins is taken to hold."""
PAUSE = 0.5
"""Seconds before Telegram is asked once more where the connection broke."""
MOST = 1000
"""Groups whose lists are remembered; beyond, those in which nobody has written for the longest time are forgotten."""


class Admins:
    """Asks Telegram for the admins of a group, and remembers them for some minutes."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[float, frozenset[int]]] = OrderedDict()

    async def include(self, group: int, person: int, bot: Bot) -> bool | None:
        """Whether a person is an admin of a group; who writes in the name of the group itself is one.

        Where Telegram does not say, what it said last holds; None where it never has. Raises InvalidToken.
        """
        if person < 0:  # a chat: the group itself, or a channel
            return person == group
        asked, admins = self._known.get(group, (None, frozenset[int]()))
        if asked is None or time.monotonic() - asked > FRESH:
            try:
                admins = await _ask(group, bot)
            except InvalidToken:
                raise
            except TelegramError as error:
                logger.warning("The admins of a group could not be asked for: %s", type(error).__name__)
                if asked is None:
                    return None
            else:
                self._known[group] = (time.monotonic(), admins)
        self._known.move_to_end(group)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return person in admins


async def _ask(group: int, bot: Bot) -> frozenset[int]:
    """Return the admins of a group. Telegram is asked once more unless it refused, or kept silent for long."""
    try:
        members = await bot.get_chat_administrators(group)
    except (BadRequest, TimedOut):
        raise
    except NetworkError:
        await asyncio.sleep(PAUSE)
        members = await bot.get_chat_administrators(group)
    return frozenset(member.user.id for member in members)
