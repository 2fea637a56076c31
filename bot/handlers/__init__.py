"""One coroutine an intent: (Message, Context) -> Reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.handlers import ask, greet, language, privacy, reading, trouble, why
from bot.handlers.context import Context
from bot.models import Message, Reply

Handler = Callable[[Message, Context], Awaitable[Reply]]

HANDLERS: Mapping[str, Handler] = {
    "ask": ask.ask,
    "more": ask.more,
    "why": why.why,
    "greet": greet.greet,
    "thanks": greet.thanks,
    "goodbye": greet.goodbye,
    "help": greet.explain,
    "who_are_you": greet.introduce,
    "cancel": greet.cancel,
    "language": language.choose,
    "faces": language.faces,
    "contents": reading.contents,
    "section": reading.section,
    "practice": reading.practice,
    "random": reading.random,
    "privacy": privacy.privacy,
    "unknown": trouble.unknown_command,
    "unknown_reference": trouble.unknown_reference,
    "outdated": trouble.outdated,
    "empty": trouble.empty,
    "note": trouble.no_text,
}

__all__ = ["HANDLERS", "Context", "Handler"]
