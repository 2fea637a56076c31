"""Which known word a mistyped one was meant to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
"""Letters of the shortest word that is taken for a typing error."""
LONG = 7
"""Letters from which a word may differ more."""


class Speller:
    """Finds the nearest of many words by optimal string alignment: letters missing, doubled, wrong or swapped."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(words):
            if len(word) >= SHORTEST - 1 and word.isalpha():
                self._by_length[len(word)].append(word)
        self.meant = lru_cache(300)(self._meant)

    def _meant(self, word: str) -> str:
        """Return the nearest word, of a similarity of .80 and more (.75 from seven letters on), or the word itself.

        Only words of about its length are looked at: one letter more or less.
        """
        if len(word) < SHORTEST or not word.isalpha():
            return word
        near = [known for length in range(len(word) - 1, len(word) + 2) for known in self._by_length.get(length, ())]
        cutoff = 0.75 if len(word) >= LONG else 0.80
        found = process.extractOne(word, near, scorer=OSA.normalized_similarity, score_cutoff=cutoff)
        return found[0] if found else word
