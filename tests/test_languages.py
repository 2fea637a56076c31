"""French and Spanish are whole: nothing of the English interface is left in a conversation."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from bot.app import App
from bot.console import render
from bot.intents import COMMANDS
from bot.models import Reply
from tests.conftest import Conversation

# Words in each language for the same walk through everything there is.
WORDS = {
    "fr": ["bonjour", "merci", "au revoir", "aide", "qui es-tu", "sommaire", "au hasard", "annuler", "langue"],
    "es": ["hola", "gracias", "adiós", "ayuda", "quién eres", "índice", "al azar", "cancelar", "idioma"],
}
QUESTIONS = {
    "fr": ["comment protéger les victimes de la traite ?", "visas", "la suite", "xqzv wbfk", "trafic d'êtres humains"],
    "es": ["¿cómo proteger a las víctimas de la trata?", "visados", "más", "xqzv wbfk", "tráfico de personas"],
}
ERRORS = ["6.a.12", "III.6.c", "II.21", "I.2#18", "/section zzz", "/practice", "/nonsense", "", "🙂"]


def said(reply: Reply) -> list[str]:
    """Return every text of a reply that a person reads; of two languages side by side only what is around them."""
    texts = [reply.text, reply.footer, *(choice.label for row in reply.choices for choice in row)]
    side_by_side = len(reply.passages) == 2 and len({passage.ref for passage in reply.passages}) == 1
    for passage in () if side_by_side else reply.passages:
        texts += [passage.label, passage.heading, passage.text]
    return [text for text in texts if text]


async def walk(app: App, language: str) -> list[Reply]:
    """Go through every command, word, error and button once, in one language."""
    talk = Conversation(app, chat=f"test:{language}")
    await talk.says(f"/language {language}")
    texts = [f"/{command}" for command in COMMANDS]
    replies = [await talk.says(text) for text in [*texts, *WORDS[language], *QUESTIONS[language], *ERRORS]]
    replies += [await talk.says(note=note) for note in ("voice", "photo")]
    replies.append(await talk.sends_code("0:outdated"))
    seen: set[str] = set()
    for reply in list(replies):
        for choice in (c for row in reply.choices for c in row):
            if choice.code not in seen and not choice.code.startswith(("1:language", "1:erase_data:")):
                seen.add(choice.code)
                replies.append(await talk.sends_code(choice.code))
    return replies


def interface(app: App, language: str) -> list[re.Pattern[str]]:
    """Return the English messages that read otherwise in a language, as patterns."""
    with (app.settings.locales / "messages.pot").open("rb") as file:
        messages = [
            m for entry in read_po(file) if entry.id for m in ([entry.id] if isinstance(entry.id, str) else entry.id)
        ]
    translated = app.translators[language].messages
    english = [m for m in messages if translated.gettext(m) != m and re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", m))]
    return [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(m))) for m in english]


@pytest.mark.parametrize("language", ["fr", "es"])
async def test_no_english_is_left_in_a_conversation(app: App, language: str) -> None:
    messages = interface(app, language)
    content = {each.text for each in app.agendas["en"].items.values()}
    content |= {section.summary for section in app.agendas["en"].sections.values()}

    for reply in await walk(app, language):
        assert reply.language == language
        for text in said(reply):
            assert text not in content
            assert not [m.pattern for m in messages if m.fullmatch(text)], text
        assert not re.search(r"\b(?:the|of|and|words|this|your)\b", "\n".join([reply.text, reply.footer]))


async def test_the_terminal_speaks_the_chosen_language(app: App) -> None:
    for language in ("fr", "es"):
        for reply in (await walk(app, language))[:30]:
            assert "Contents" not in render(reply)
            assert "Previous" not in render(reply)
