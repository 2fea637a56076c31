"""What people want, in their own words: every example, every question of the search, and arguments."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.codes import Intent
from bot.intents import COMMANDS

QUESTIONS = Path(__file__).parent / "questions"
MESSAGES = Path(__file__).parent / "messages"
# One value a slot and language, where the examples leave one open.
FILLED = {
    "en": {"time": "8:15", "days": "on Mondays", "place": "Nairobi", "topic": "remittances", "to": "Spanish"},
    "fr": {"time": "20 h 15", "days": "le mardi", "place": "Dakar", "topic": "les remises", "to": "espagnol"},
    "es": {"time": "20:15", "days": "los martes", "place": "Lima", "topic": "las remesas", "to": "francés"},
}
LANGUAGES = tuple(FILLED)
OF_A_PLACE = {"section", "practice"}
KEPT = 0.985
"""The share of the search's own questions that stay questions; what is out of scope may be small talk."""


def route(app: App, text: str, language: str) -> Intent:
    detected = app.detector.detect(text) or language
    return app.router.route(text, app.index(detected))


def filled(phrase: str, language: str) -> str:
    """Return an example with something in the place of what it leaves open."""
    ref = "4" if re.search("understanding|perception|entendimiento", phrase) else "III.6.a"
    return re.sub(r"\{(\w+)\}", lambda slot: FILLED[language].get(slot[1], ref), phrase)


def lines(folder: Path, language: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{language}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_what_it_stands_under(built: App, language: str) -> None:
    stolen = []
    for intent, phrases in built.agendas[language].phrases.items():
        for phrase in phrases if intent not in {"courtesy", "question"} else ():
            if not any(letter.isalnum() for letter in phrase):
                assert built.router.sign(phrase) == intent
                continue
            said = filled(phrase, language)
            found = route(built, said, language).name
            if found != intent and not {found, intent} <= OF_A_PLACE:
                stolen.append((intent, found, said))
    assert stolen == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_looks_like_a_wish_stays_a_question(built: App, language: str) -> None:
    questions = built.agendas[language].phrases["question"]
    said = [filled(question, language) for question in questions]

    assert [(text, found) for text in said if (found := route(built, text, language).name) != "ask"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_intent_steals_a_question(built: App, language: str) -> None:
    asked = [line for line in lines(QUESTIONS, language) if any(letter.isalnum() for letter in line["q"])]
    stolen = [line for line in asked if route(built, line["q"], language).name != "ask"]

    assert len(stolen) <= (1 - KEPT) * len(asked), stolen


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_that_the_examples_do_not_hold(built: App, language: str) -> None:
    """The messages were written apart from the examples."""
    messages = lines(MESSAGES, language)
    wrong = [
        (m["q"], m["intent"], found) for m in messages if (found := route(built, m["q"], language).name) != m["intent"]
    ]

    assert len(wrong) <= 0.05 * len(messages), wrong


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("send me one every weekday at 8 in Geneva, about remittances", "subscribe",
         {"time": "08:00", "days": [1, 2, 3, 4, 5], "city": "Geneva",
          "topic": "remittances", "topic_section": "III.13.d"}),
        ("abonnez-moi tous les jours à 20 h 15, heure de Dakar", "subscribe",
         {"time": "20:15", "days": [1, 2, 3, 4, 5, 6, 7], "city": "Dakar"}),
        ("suscríbeme a las siete y media de la mañana, UTC-5", "subscribe", {"time": "07:30", "tz": "UTC-5"}),
        ("make it 9 pm instead", "change_digest_time", {"time": "21:00"}),
        ("and in Spanish?", "language", {"to": "es"}),
        ("je ne parle pas anglais", "language", {}),
        ("save III.6.a#5 for me please", "save", {"ref": "III.6.a#5"}),
        ("open chapter XI", "section", {"ref": "III.11"}),
        ("montrez-moi la pratique 5 de la section 6 a", "practice", {"ref": "III.6.a#5"}),
        ("the whole section", "section", {}),
        ("6.a.99", "unknown_reference", {"ref": "III.6.a#99", "within": "III.6.a"}),
        ("/subscribe weekdays at noon in Lima", "subscribe",
         {"time": "12:00", "days": [1, 2, 3, 4, 5], "city": "Lima"}),
        ("/language français", "language", {"to": "fr"}),
        ("/save 6.a.5", "save", {"ref": "III.6.a#5"}),
        ("/nonsense", "unknown", {"command": "nonsense"}),
    ],
)  # fmt: skip
def test_reads_what_was_said_with_it(built: App, text: str, name: str, args: dict[str, Any]) -> None:
    found = route(built, text, "en")

    assert (found.name, dict(found.args)) == (name, args)


def test_several_topics_are_a_list(built: App) -> None:
    found = route(built, "a practice every day about remittances and health", "en")

    assert [topic["topic_section"] for topic in found.args["topics"]] == ["III.13.d", "III.15"]


@pytest.mark.parametrize("word", ["hello", "bonjour", "gracias", "ayuda", "merci !", "thansk", "unsuscribe"])
def test_words_of_any_language_work_in_any_chat(built: App, word: str) -> None:
    assert {built.router.route(word, built.index(language)).name for language in LANGUAGES} != {"ask"}


def test_every_command_has_an_intent_with_a_handler(built: App) -> None:
    from bot.handlers import HANDLERS

    assert set(COMMANDS.values()) <= set(HANDLERS)
