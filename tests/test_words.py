"""Folding, splitting, stemming."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import Vocabulary, fold, split, stem


@pytest.mark.parametrize(
    ("text", "folded"), [("Réfugiée", "refugiee"), ("main-d’ŒUVRE", "main-d’oeuvre"), ("Niño", "nino"), ("ﬁn", "fin")]
)
def test_folds_case_accents_and_ligatures(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("L'État n’est qu'un acteur jusqu'ici", "fr", ["état", "est", "un", "acteur", "ici"]),
        ("aujourd'hui", "fr", ["hui"]),
        ("migrants' rights and the State's duty", "en", ["migrants", "rights", "and", "the", "state", "duty"]),
        ("¿Qué es la «trata»?", "es", ["qué", "es", "la", "trata"]),
        ("re-entry, 2004", "en", ["re", "entry", "2004"]),
    ],
)
def test_splits_as_the_language_writes(text: str, language: str, words: list[str]) -> None:
    assert split(text, language) == words


def test_accents_count_for_stemming_and_not_after() -> None:
    assert stem("réfugiées", "fr") == stem("réfugié", "fr") == "refugi"


@pytest.mark.parametrize("typed", ["réfugiée", "réfugiées", "refugiee", "refugiees", "REFUGIES"])
def test_a_word_without_its_accents_is_the_same_word(typed: str) -> None:
    vocabulary = Vocabulary("fr", ["réfugiée", "réfugiés", "traite"])

    assert vocabulary.stem(typed.lower()) == "refugi"
    assert vocabulary.stem(typed.lower()) in vocabulary


@given(st.text(max_size=60))
def test_any_text_splits_into_words_that_stem(text: str) -> None:
    for language in ("en", "fr", "es"):
        for word in split(text, language):
            assert word == word.strip()
            assert isinstance(stem(word, language), str)
