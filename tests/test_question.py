"""Questions are read as they were meant."""

from __future__ import annotations

import pytest

from bot.models import Lexicon
from bot.question import Reader

LEXICON = Lexicon(
    stop_words=frozenset({"the", "of", "how"}),
    weak_words=frozenset({"states"}),
    spellings={"plz": "please", "avr": "assisted voluntary return"},
    synonyms=(("remittances", "money sent home"), ("boss", "employer")),
)
WORDS = ["border", "guard", "guards", "cooperation", "remittances", "money", "home", "employer", "smuggler", "return"]


@pytest.fixture
def reader() -> Reader:
    return Reader("en", LEXICON, WORDS)


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("the guards of the border", ["guards", "border"]),
        ("borderguard", ["borderguard", "borderguard"]),
        ("co operation", ["cooperation"]),
        ("cooperatoin", ["cooperatoin"]),
        ("avr", ["avr", "avr", "avr"]),
        ("", []),
    ],
)
def test_words_are_read_as_typed(reader: Reader, question: str, typed: list[str]) -> None:
    assert [concept.typed for concept in reader.read(question).concepts] == typed


@pytest.mark.parametrize(
    ("question", "repaired"),
    [
        ("smugler", {"smugler": "smuggler"}),
        ("borderguard", {"borderguard": "border guard"}),
        ("guards", {}),
        ("zzzzzz", {}),
    ],
)
def test_what_was_repaired_is_told(reader: Reader, question: str, repaired: dict[str, str]) -> None:
    assert reader.read(question).repaired == repaired


def test_a_term_stands_for_its_family_at_half_weight(reader: Reader) -> None:
    (concept,) = reader.read("boss").concepts
    assert concept.stems == {"boss": 1.0, "employ": 0.5}
    money = reader.read("money sent home").concepts[0]
    assert money.stems["remitt"] == 0.5


def test_a_weak_word_counts_a_third(reader: Reader) -> None:
    (concept,) = reader.read("states").concepts
    assert concept.stems["state"] == pytest.approx(0.33)
    assert reader.read("zebra").known == (False,)
