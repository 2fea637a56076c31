"""What a handler is given besides the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from bot.codes import Intent
from bot.config import Settings
from bot.i18n import Translator
from bot.meaning import Meaning
from bot.models import Agenda
from bot.scope import Judge
from bot.search import Index
from bot.store.keeper import Keeper
from bot.store.records import Chat


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
