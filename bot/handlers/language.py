"""Choosing a language."""

from __future__ import annotations

from bot.handlers.context import Context
from bot.intents import encode
from bot.language import named
from bot.models import Choice, Message, Reply

NAMES = {"en": "English", "fr": "Français", "es": "Español"}
"""Each language in its own words."""


async def choose(message: Message, context: Context) -> Reply:
    """Keep the language asked for and say so in it, or offer the languages there are."""
    asked = context.intent.args.get("to", "")
    language = named(asked, context.translators)
    if language is None:
        choices = tuple(Choice(NAMES[name], encode("language", name)) for name in context.translators)
        text = context.translator.say("Which language shall I speak?")
        if asked:
            text = context.translator.say("I speak English, French and Spanish. Which shall it be?")
        return Reply(text=text, choices=(choices,))
    await context.store.set_language(message.chat, language)
    text = context.translators[language].say("I speak English from now on.")
    return Reply(text=text, language=language, menu=language)
