"""Which of the three languages a message is in."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from bot.models import Agenda
from bot.spelling import Speller
from bot.words import fold, split

_CLEAR = 1.0
"""Odds, as a natural logarithm, from which the best language is taken to be the one."""
_SURE = 6.0
"""What one word can say at most: a long word of one language must not outvote three short ones."""
_STOP_WORD = 5.0
"""What a stop word of a language says for it."""
_UNSEEN_WORD = 0.1
"""How often a word that the content does not use is taken to be used."""
_OWN_LETTERS = {"es": set("ñ¿¡"), "fr": set("çœèêâîôûùëï")}
_OWN_LETTER = 3.0
FEW = 3
"""Words of a text in which a mistyped one may decide."""
_WORD = re.compile(r"[^\W\d_]{2,}")


class Detector:
    """Votes of the words that each language's content uses, and of their letters by threes.

    The letters are a naive Bayes over the same words, so a word that nobody wrote down still says something.
    """

    def __init__(self, agendas: Mapping[str, Agenda]) -> None:
        self._languages = tuple(agendas)
        self._words: dict[str, dict[str, float]] = {}
        for name, agenda in agendas.items():
            counts = Counter(_WORD.findall(fold("\n".join(_texts(agenda)))))
            said = {word: math.log1p(n / _UNSEEN_WORD) for word, n in counts.items()}
            stops = {*agenda.lexicon.stop_words, *agenda.lexicon.spellings}
            self._words[name] = said | {word: _STOP_WORD for stop in stops for word in _WORD.findall(fold(stop))}

    @cached_property
    def _speller(self) -> Speller:
        """Made when first needed: most messages are of words that are known."""
        return Speller({word for words in self._words.values() for word in words})

    @cached_property
    def _threes(self) -> dict[str, tuple[dict[str, float], float]]:
        """By language, the logarithm of the chance of three letters, and that of three never seen; made when needed."""
        found = {}
        for name, words in self._words.items():
            threes = Counter(three for word in words for three in _split_in_threes(word))
            total = sum(threes.values()) + len(threes)
            found[name] = {three: math.log((n + 0.2) / total) for three, n in threes.items()}, math.log(0.2 / total)
        return found

    def warm_up(self) -> None:
        """Make now what the first message of unknown words would wait for."""
        self._speller, self._threes  # noqa: B018 - made by being asked for

    def detect(self, text: str) -> str | None:
        """Return the language of a text, or None where it does not tell."""
        votes = dict.fromkeys(self._languages, 0.0)
        words = set(_WORD.findall(fold(text)))
        if len(words) <= FEW:
            words = {word if self._knows(word) else self._speller.meant(word) for word in words}
        for word in words:
            for name, vote in self._vote(word).items():
                votes[name] += vote
        letters = set(text.lower())
        for name in self._languages:
            if letters & _OWN_LETTERS.get(name, set()):
                votes[name] += _OWN_LETTER
        ranked = sorted(self._languages, key=lambda name: (-votes[name], name))
        ahead = votes[ranked[0]] - votes[ranked[1]] if len(ranked) > 1 else _CLEAR
        return ranked[0] if ahead >= _CLEAR else None

    def _knows(self, word: str) -> bool:
        return any(word in words for words in self._words.values())

    def _vote(self, word: str) -> dict[str, float]:
        """Return what a folded word says for each language: 0 for the likeliest, less for the others."""
        if self._knows(word):
            votes = {name: words.get(word, 0.0) for name, words in self._words.items()}
        else:
            votes = {
                name: sum(threes.get(three, unseen) for three in _split_in_threes(word))
                for name, (threes, unseen) in self._threes.items()
            }
        best = max(votes.values())
        return {name: max(vote - best, -_SURE) for name, vote in votes.items()}


def _texts(agenda: Agenda) -> Iterable[str]:
    for section in agenda.sections.values():
        yield from (section.title, section.summary, *section.aliases)
    for item in agenda.items.values():
        yield from (item.title, item.text, *item.aliases)


def _split_in_threes(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


_NAMES = {
    "en": {"en", "eng", "english", "anglais", "ingles", "inglesa"},
    "fr": {"fr", "fra", "french", "francais", "francaise", "frances", "francesa"},
    "es": {"es", "spa", "esp", "spanish", "espagnol", "espagnole", "espanol", "espanola", "castellano", "castilian"},
}


_AROUND = {"the", "in", "en", "el", "la", "le", "language", "langue", "idioma", "lengua", "please"}


def named(text: str, languages: Collection[str]) -> str | None:
    """Return the language that a text names, in any of the languages, or None."""
    if text in languages:
        return text
    words = set(split(fold(text), "fr")) - _AROUND
    return next((name for name in languages if words and words <= _NAMES.get(name, set())), None)
