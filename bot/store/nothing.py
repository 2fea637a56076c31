"""A store that keeps nothing, for questions that stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.models import Last
from bot.store.records import Chat, Delivery, Entry, Standing


class Nothing:
    """Answers as a Store does for a conversation that it has never seen, and forgets at once."""

    async def chat(self, chat: str, now: datetime) -> Chat:
        """Return a conversation without a past."""
        return Chat()

    async def set_language(self, chat: str, language: str) -> None:
        """Keep nothing."""

    async def set_logs(self, chat: str, logs: bool) -> None:
        """Keep nothing."""

    async def set_asked(self, chat: str, asked: str | None, draft: Mapping[str, Any], now: datetime) -> None:
        """Keep nothing."""

    async def remember(self, chat: str, last: Last, now: datetime) -> None:
        """Keep nothing."""

    async def log(self, entry: Entry, whole: bool) -> None:
        """Keep nothing."""

    async def judge(self, person: str, ref: str, verdict: int, now: datetime) -> None:
        """Keep nothing."""

    async def tidy(self, today: date) -> None:
        """There is nothing to tidy."""

    async def save(self, chat: str, ref: str, now: datetime) -> bool:
        """Keep nothing; every place is new."""
        return True

    async def saved(self, chat: str) -> list[str]:
        """Return an empty list."""
        return []

    async def unsave(self, chat: str, ref: str) -> bool:
        """There is nothing to take away."""
        return False

    async def standing(self, subscriber: str) -> Standing | None:
        """Nobody has subscribed."""
        return None

    async def subscribe(self, standing: Standing, now: datetime) -> None:
        """Keep nothing."""

    async def unsubscribe(self, subscriber: str) -> bool:
        """There is nothing to end."""
        return False

    async def seen(self, subscriber: str, round: int) -> list[str]:
        """Nothing was sent."""
        return []

    async def delivery(self, subscriber: str, day: date) -> Delivery | None:
        """Nothing was delivered."""
        return None

    async def copy(self, chat: str, person: str) -> dict[str, list[dict[str, Any]]]:
        """Nothing is kept."""
        return {}

    async def erase(self, chat: str, person: str) -> dict[str, int]:
        """There is nothing to erase."""
        return {}

    async def week(self, since: date) -> dict[str, int]:
        """There are no figures."""
        return {}

    async def outcomes_by_day(self, since: date) -> dict[tuple[date, str], int]:
        """There are no figures."""
        return {}
