"""The operators of the bot, who hear of troubles in their own language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Set
from dataclasses import dataclass

from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.app import App
from bot.i18n import Translator

logger = logging.getLogger(__name__)

TRIES = 3
"""How often a message goes out while Telegram answers other requests but not this one: it may have arrived."""

Words = Callable[[Translator], str]


@dataclass(slots=True)
class _Letter:
    words: Words
    failures: int = 0


class Operators:
    """Writes to everybody in IAMM_ADMINS. What cannot arrive waits; of each kind of news the latest alone."""

    def __init__(self, app: App, bot: Bot) -> None:
        self._app, self._bot = app, bot
        self._letters: dict[tuple[str, str], _Letter] = {}
        """What was not sent yet, by operator and kind of news, the oldest first."""

    @property
    def waiting(self) -> Set[str]:
        """The kinds of news that somebody has not been sent yet."""
        return {kind for _, kind in self._letters}

    def announce(self, kind: str, words: Words) -> None:
        """Have something told with the next `tell`, in place of earlier news of its kind that did not arrive."""
        for operator in sorted(self._app.settings.admins):
            self._letters.pop((operator, kind), None)
            self._letters[operator, kind] = _Letter(words)

    async def tell(self) -> None:
        """Send what waits; an operator who cannot be written to keeps nothing from the others."""
        for key, letter in list(self._letters.items()):
            if letter.failures and not await self._telegram_answers():
                return
            try:
                await self._send(key[0], letter.words)
            except RetryAfter:
                continue
            except TelegramError as error:
                logger.warning("An operator could not be told: %s", type(error).__name__)
                letter.failures += 1
                away = isinstance(error, NetworkError) and not isinstance(error, BadRequest)  # PTB counts it among them
                if away and letter.failures < TRIES:
                    return
            del self._letters[key]

    async def _send(self, operator: str, words: Words) -> None:
        language = await self._app.language_in(f"telegram:{operator}")
        await self._bot.send_message(int(operator), words(self._app.translators[language]))

    async def _telegram_answers(self) -> bool:
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True
