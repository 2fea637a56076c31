"""BM25F: which documents hold the words of a question, and how tellingly."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

K1 = 2.0
"""BM25's saturation of repeated words (Robertson and Zaragoza, 2009)."""
RAREST = 3.4
"""The most that a word's rarity counts: a word found once is as often chance as knowledge."""
MEANING = 0.6
"""The share of meaning in a score that has both."""


@dataclass(frozen=True, slots=True)
class Field:
    """How much a field counts, and how far its length is held against it (BM25F's w and b)."""

    weight: float
    b: float


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question, with everything that stands for it."""

    typed: str
    """The word as it was typed."""
    stem: str
    """Its own stem, the first of `stems`."""
    stems: dict[str, float]
    """Weights by stem."""


class Ranking:
    """BM25F over documents of several fields, worked out once (Zaragoza et al., TREC 2004)."""

    def __init__(self, documents: Sequence[Mapping[str, Sequence[str]]], fields: Mapping[str, Field]) -> None:
        size = len(documents)
        mean = {f: sum(len(d.get(f, ())) for d in documents) / max(size, 1) or 1.0 for f in fields}
        frequencies: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for number, document in enumerate(documents):
            for name, field in fields.items():
                stems = document.get(name, ())
                norm = 1 - field.b + field.b * len(stems) / mean[name]
                for stem, count in Counter(stems).items():
                    frequencies[stem][number] += field.weight * count / norm
        self.size = size
        self._idf = {
            stem: min(RAREST, math.log(1 + (size - len(found) + 0.5) / (len(found) + 0.5)))
            for stem, found in frequencies.items()
        }
        self._impacts = {
            stem: {number: self._idf[stem] * tf / (K1 + tf) for number, tf in found.items()}
            for stem, found in frequencies.items()
        }

        self._hits = lru_cache(256)(self._merge)

    def hits(self, concept: Concept) -> Mapping[int, float]:
        """Return, by document, what a concept says for it; of its stems the best one counts."""
        return self._hits(tuple(concept.stems.items()))

    def holds(self, number: int, stems: Iterable[str]) -> bool:
        """Whether a document has one of some stems."""
        return any(number in self._impacts.get(stem, ()) for stem in stems)

    def score(self, concepts: Iterable[Concept]) -> list[float]:
        """Return a score a document."""
        totals = [0.0] * self.size
        for concept in concepts:
            for number, value in self.hits(concept).items():
                totals[number] += value
        return totals

    def _merge(self, stems: tuple[tuple[str, float], ...]) -> dict[int, float]:
        best: dict[int, float] = {}
        for stem, weight in stems:
            for number, impact in self._impacts.get(stem, {}).items():
                value = weight * impact
                if value > best.get(number, 0.0):
                    best[number] = value
        return best

    def weight(self, concept: Concept) -> float:
        """Return how much a concept can tell: its own weight times its rarity, as if unique where it is not known."""
        return concept.stems[concept.stem] * self._idf.get(concept.stem, RAREST)


def fuse(words: Sequence[float], meaning: Sequence[float]) -> list[float]:
    """Return the weighted sum of the z-scores of two scores of the same items (Fox and Shaw's CombSUM, 1994)."""
    return [(1 - MEANING) * w + MEANING * m for w, m in zip(_standard(words), _standard(meaning), strict=True)]


def _standard(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1.0
    return [(value - mean) / deviation for value in values]
