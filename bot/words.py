"""When two words are the same: folding, splitting and stemming."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import Stemmer

_SNOWBALL = {"en": "english", "fr": "french", "es": "spanish"}
# A word is a run of letters and digits; an apostrophe inside it belongs to it until elisions are cut.
_WORD = re.compile(r"[^\W_]+(?:['’ʼ´`][^\W_]+)*")
_APOSTROPHES = str.maketrans("’ʼ´`", "''''")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd)'(?=\w)")
_POSSESSIVE = re.compile(r"'s?$")
_MARKS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with ligatures opened (`Œuvre` -> `oeuvre`)."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES)))


class _Letters(dict[int, str]):
    """Each letter folded, worked out when first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = (fold(letter) or letter)[0]
        return self[code]


_LETTERS = _Letters()


def flatten(text: str) -> str:
    """Return the text folded letter by letter, so that each stands where it stood (`Où` -> `ou`, `œ` -> `o`)."""
    return text.lower() if text.isascii() else text.translate(_LETTERS)


def split(text: str, language: str) -> list[str]:
    """Return the words of a text in lower case and composed form, accents kept, elisions and possessives cut."""
    lowered = text.lower() if text.isascii() else unicodedata.normalize("NFC", text.lower())
    lowered = lowered.translate(_APOSTROPHES)
    words = []
    for match in _WORD.finditer(lowered):
        word = match.group()
        if "'" in word:
            word = _ELISION.sub("", word) if language == "fr" else _POSSESSIVE.sub("", word)
            words += [part for part in word.split("'") if part]
        else:
            words.append(word)
    return words


REMEMBERED = 1000
"""Words whose stem is remembered: what people ask by again and again, and no more than memory should hold."""


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_SNOWBALL[language], REMEMBERED)


def stem(word: str, language: str) -> str:
    """Return the Snowball stem of a word as `split` gives it; it is folded after stemming, so that accents count."""
    return fold(_stemmer(language).stemWord(word.translate(_LIGATURES)))


class Vocabulary:
    """The words that one language's index knows, and the stem of each however it is typed.

    Stemming a word typed without its accents gives another stem than the word itself (réfugiée, refugiee), so every
    known word is also kept under its folded form and under the stem of that.
    """

    def __init__(self, language: str, words: Iterable[str]) -> None:
        self.language = language
        self._stems: dict[str, str] = {}
        loose: dict[str, str] = {}
        for word in words:
            key = stem(word, language)
            self._stems[word] = key
            folded = fold(word)
            loose.setdefault(folded, key)
            loose.setdefault(stem(folded, language), key)
        self.words = frozenset(self._stems)
        """Every known word, as it is written."""
        self._known = frozenset(self._stems.values())
        self._loose = {word: key for word, key in loose.items() if word not in self._stems}

    def stem(self, word: str) -> str:
        """Return the stem under which the index would hold the word, known or not."""
        found = self._stems.get(word) or self._loose.get(word)
        if found:
            return found
        key = stem(word, self.language)
        if key in self._known:
            return key
        folded = fold(word)
        return self._loose.get(folded) or self._loose.get(stem(folded, self.language), key)

    def __contains__(self, key: str) -> bool:
        """Whether a stem is known."""
        return key in self._known
