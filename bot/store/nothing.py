"""A store that keeps nothing, for questions that stand alone."""

from __future__ import annotations

from datetime import date, datetime

from bot.store.records import Chat, Entry


class Nothing:
    """Answers as a Store does for a conversation that it has never seen, and forgets at once."""

    async def chat(self, chat: str, now: datetime) -> Chat:
        """Return a conversation without a past."""
        return Chat()

    async def set_language(self, chat: str, language: str) -> None:
        """Keep nothing."""

    async def remember(self, chat: str, state: Chat, now: datetime) -> None:
        """Keep nothing."""

    async def log(self, entry: Entry) -> None:
        """Keep nothing."""

    async def tidy(self, today: date) -> None:
        """There is nothing to tidy."""
