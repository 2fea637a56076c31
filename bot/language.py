"""Which of the three languages a message is in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.models import Agenda
from bot.words import fold, split

_CLEAR = 1.6
"""Odds, as a natural logarithm, from which the best language is taken to be the one."""
_SURE = 6.0
"""What one word can say at most: a long word of one language must not outvote three short ones."""
_LETTERS = {"es": "ñ¿¡", "fr": "çœèêâîôûùëï"}


class Detector:
    """Votes of the words that each language's content uses, and of their letters by threes.

    The letters are a naive Bayes over the same words, so a word that nobody wrote down still says something.
    """

    def __init__(self, agendas: Mapping[str, Agenda]) -> None:
        self._languages = tuple(agendas)
        counts = {name: Counter(_words_of(agenda)) for name, agenda in agendas.items()}
        self._words = {name: {word: math.log1p(n) for word, n in words.items()} for name, words in counts.items()}
        self._stops = {name: {fold(w) for w in a.lexicon.stop_words} for name, a in agendas.items()}
        for name, agenda in agendas.items():
            for spelling in agenda.lexicon.spellings:
                self._stops[name].add(fold(spelling))
        self._threes = {name: Counter(g for w in words for g in _threes(w)) for name, words in counts.items()}
        self._totals = {name: sum(grams.values()) for name, grams in self._threes.items()}

    def detect(self, text: str) -> str | None:
        """Return the language of a text, or None where it does not tell."""
        votes = dict.fromkeys(self._languages, 0.0)
        words = {fold(word) for word in split(text, "fr") if word.isalpha()}
        for word in words:
            for name, vote in self._vote(word).items():
                votes[name] += vote
        lowered = text.lower()
        for name, letters in _LETTERS.items():
            if name in votes and any(letter in lowered for letter in letters):
                votes[name] += 3.0
        ranked = sorted(votes, key=lambda name: (-votes[name], name))
        if len(ranked) < 2:
            return ranked[0] if ranked else None
        return ranked[0] if votes[ranked[0]] - votes[ranked[1]] >= _CLEAR else None

    def _vote(self, word: str) -> dict[str, float]:
        votes = {}
        for name in self._languages:
            if word in self._stops[name]:
                votes[name] = 4.0
            else:
                votes[name] = 1.5 * self._words[name].get(word, 0.0)
            grams, total = self._threes[name], self._totals[name]
            votes[name] += sum(math.log((grams[g] + 0.2) / (total + 500)) for g in _threes(word))
        best = max(votes.values())
        return {name: max(vote - best, -_SURE) for name, vote in votes.items()}


def _words_of(agenda: Agenda) -> Iterable[str]:
    for section in agenda.sections.values():
        for text in (section.title, section.summary, *section.aliases):
            yield from map(fold, split(text, agenda.language))
    for item in agenda.items.values():
        for text in (item.text, *item.aliases):
            yield from map(fold, split(text, agenda.language))


def _threes(word: str) -> Iterable[str]:
    padded = f" {word} "
    return (padded[i : i + 3] for i in range(len(padded) - 2))


_NAMES = {
    "en": {"en", "eng", "english", "anglais", "ingles", "inglesa"},
    "fr": {"fr", "fra", "french", "francais", "francaise", "frances", "francesa"},
    "es": {"es", "spa", "esp", "spanish", "espagnol", "espagnole", "espanol", "espanola", "castellano", "castilian"},
}


def named(text: str, languages: Iterable[str]) -> str | None:
    """Return the language that a text names, in any of the languages, or None."""
    words = set(split(fold(text), "en"))
    found = [name for name in languages if words & _NAMES.get(name, set())]
    return found[0] if len(found) == 1 else None
