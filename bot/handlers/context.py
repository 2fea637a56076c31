"""What a handler is given besides the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Protocol

from bot.config import Settings
from bot.i18n import Translator
from bot.intents import Intent
from bot.meaning import Meaning
from bot.models import Agenda
from bot.scope import Judge
from bot.search import Index
from bot.store.records import Chat, Entry


class Keeper(Protocol):
    """What handlers and app ask of a store."""

    async def chat(self, chat: str, now: datetime) -> Chat:
        """Return what is kept of a conversation."""

    async def set_language(self, chat: str, language: str) -> None:
        """Keep the language that a conversation chose."""

    async def remember(self, chat: str, state: Chat, now: datetime) -> None:
        """Keep the last answer of a conversation."""

    async def log(self, entry: Entry) -> None:
        """Write a row of the log."""

    async def tidy(self, today: date) -> None:
        """Delete what has passed retention."""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a handler may use; nothing of it is global."""

    intent: Intent
    chat: Chat
    agenda: Agenda
    """In the language of the reply."""
    index: Index
    """In the language of the question."""
    judge: Judge
    """In the language of the question."""
    agendas: Mapping[str, Agenda]
    """By language."""
    meaning: Meaning | None
    """None where only words are to be matched."""
    translator: Translator
    translators: Mapping[str, Translator]
    asked_in: str
    """The language of the question."""
    store: Keeper
    settings: Settings
    random: Random
