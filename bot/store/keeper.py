"""What handlers and app ask of a store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from bot.models import Last
from bot.store.records import Chat, Delivery, Entry, Standing


class Keeper(Protocol):
    """The part of `Store` that a conversation needs; `Nothing` is the other one that has it."""

    async def chat(self, chat: str, now: datetime) -> Chat:
        """Return what is kept of a conversation."""

    async def set_language(self, chat: str, language: str) -> None:
        """Keep the language that a conversation chose."""

    async def set_logs(self, chat: str, logs: bool) -> None:
        """Keep whether the questions of a conversation may be kept."""

    async def set_asked(self, chat: str, asked: str | None, draft: Mapping[str, Any], now: datetime) -> None:
        """Keep what the bot has asked and what was said so far."""

    async def remember(self, chat: str, last: Last, now: datetime) -> None:
        """Keep what was shown last in a conversation."""

    async def log(self, entry: Entry, whole: bool) -> None:
        """Write a row of the log."""

    async def judge(self, person: str, ref: str, verdict: int, now: datetime) -> None:
        """Note a thumb."""

    async def tidy(self, today: date) -> None:
        """Delete what has passed retention."""

    async def save(self, chat: str, ref: str, now: datetime) -> bool:
        """Put a place on the list."""

    async def saved(self, chat: str) -> list[str]:
        """Return the references on the list."""

    async def unsave(self, chat: str, ref: str) -> bool:
        """Take a place from the list."""

    async def standing(self, subscriber: str) -> Standing | None:
        """Return a conversation's subscription."""

    async def subscribe(self, standing: Standing, now: datetime) -> None:
        """Keep a subscription."""

    async def unsubscribe(self, subscriber: str) -> bool:
        """Delete a subscription."""

    async def seen(self, subscriber: str, round: int) -> list[str]:
        """Return the practices sent in a round."""

    async def delivery(self, subscriber: str, day: date) -> Delivery | None:
        """Return what was delivered on a local date."""

    async def copy(self, chat: str, person: str) -> dict[str, list[dict[str, Any]]]:
        """Return every row that is kept of somebody, by table."""

    async def erase(self, chat: str, person: str) -> dict[str, int]:
        """Delete every row that is kept of somebody; return how many went, by table."""

    async def week(self, since: date) -> dict[str, int]:
        """Return figures of the log since a day."""

    async def outcomes_by_day(self, since: date) -> dict[tuple[date, str], int]:
        """Return how many rows of each day since one had each outcome."""
