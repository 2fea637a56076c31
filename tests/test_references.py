"""References in the forms in which people type them."""

from __future__ import annotations

import pytest

from bot import config, i18n, references
from bot.models import Agenda


@pytest.fixture(scope="module")
def translators() -> dict[str, i18n.Translator]:
    return i18n.load(config.read({}).locales)


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("6a5", "III.6.a#5"),
        ("6.a.5", "III.6.a#5"),
        ("III 6 a", "III.6.a"),
        ("iii.6.a#5", "III.6.a#5"),
        ("III.6(a), practice 5", "III.6.a#5"),
        ("III.6 a), pratique 5", "III.6.a#5"),
        ("III.6 a), práctica 5", "III.6.a#5"),
        ("6.a practice 5", "III.6.a#5"),
        ("practice 5 of section 6.a", "III.6.a#5"),
        ("la pratique 5 de la section 6 a", "III.6.a#5"),
        ("práctica 5 de la sección 6 a", "III.6.a#5"),
        ("chapter 11", "III.11"),
        ("le chapitre 11", "III.11"),
        ("Capítulo 11", "III.11"),
        ("section 4.b.2", "III.4.b.2"),
        ("4.a.1", "III.4.a.1"),
        ("4.a.1.2", "III.4.a.1#2"),
        ("III.4(a)(1), practice 2", "III.4.a.1#2"),
        ("4.a.6", "III.4.a#6"),
        ("9.17", "III.9#17"),
        ("5, practice 18", "III.5#18"),
        ("II.4", "II.4"),
        ("understanding 4", "II.4"),
        ("common understanding 4", "II.4"),
        ("perception commune 4", "II.4"),
        ("entendimiento común 4", "II.4"),
        ("II", "II"),
        ("part II", "II"),
        ("partie 3", "III"),
        ("parte 2", "II"),
        ("3.6.a", "III.6.a"),
        ("3.6.a.5", "III.6.a#5"),
        ("§ 6.a", "III.6.a"),
        ("I.2", "I.2"),
        ("I.2#3", "I.2#3"),
        ("Introduction 2, paragraph 3", "I.2#3"),
        ("introducción 2 párrafo 3", "I.2#3"),
    ],
)
def test_reads_what_exists(agendas: dict[str, Agenda], typed: str, ref: str) -> None:
    found = references.read(typed, agendas["en"])

    assert found is not None
    assert (found.ref, found.exists) == (ref, True)


@pytest.mark.parametrize(
    ("typed", "within"),
    [
        ("6.a.12", "III.6.a"),
        ("6a12", "III.6.a"),
        ("chapter 25", "III"),
        ("II.21", "II"),
        ("III.6.c", "III.6"),
        ("I.2#18", "I.2"),
        ("practice 40 of chapter 9", "III.9"),
    ],
)
def test_says_where_what_does_not_exist_would_be(agendas: dict[str, Agenda], typed: str, within: str) -> None:
    found = references.read(typed, agendas["en"])

    assert found is not None
    assert (found.exists, found.within) == (False, within)


@pytest.mark.parametrize(
    "typed", ["", "visas", "24 7", "what about chapter 11?", "a", "6 million migrants", "practice", "2004", "je veux 5"]
)
def test_leaves_other_texts_alone(agendas: dict[str, Agenda], typed: str) -> None:
    assert references.read(typed, agendas["en"]) is None


@pytest.mark.parametrize(
    ("ref", "en", "fr", "es"),
    [
        ("III.6.a#5", "III.6(a), practice 5", "III.6 a), pratique 5", "III.6 a), práctica 5"),
        ("III.4.a.1#2", "III.4(a)(1), practice 2", "III.4 a) 1), pratique 2", "III.4 a) 1), práctica 2"),
        ("II.4", "common understanding 4", "perception commune 4", "entendimiento común 4"),
        ("I.2#3", "Introduction 2, paragraph 3", "Introduction 2, paragraphe 3", "Introducción 2, párrafo 3"),
        ("III.11", "III.11", "III.11", "III.11"),
    ],
)
def test_shows_references_in_each_language(
    translators: dict[str, i18n.Translator], ref: str, en: str, fr: str, es: str
) -> None:
    shown = {language: references.label(ref, translator) for language, translator in translators.items()}

    assert shown == {"en": en, "fr": fr, "es": es}


def test_what_is_shown_is_read_back(agendas: dict[str, Agenda], translators: dict[str, i18n.Translator]) -> None:
    for ref in [*agendas["en"].items, *agendas["en"].sections]:
        for translator in translators.values():
            found = references.read(references.label(ref, translator), agendas["en"])
            assert found == references.Reference(ref, True, found.within if found else ""), ref


def test_cites(translators: dict[str, i18n.Translator]) -> None:
    assert references.cite("III.6.a#5", translators["en"]) == (
        "International Agenda for Migration Management (IOM and Swiss Government, Berne Initiative, 2004), "
        "III.6(a), practice 5 (restated by iamm)"
    )
