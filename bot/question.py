"""Reading a question: its words, repaired and joined with what stands for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.models import Lexicon
from bot.ranking import Concept
from bot.spelling import LONG, Speller
from bot.words import Vocabulary, fold, split

SYNONYM = 0.5
"""Weight of a word that stands in for the one asked."""
SHORTEST_HALF = 5
"""Letters of each half of a word written as one or as two by mistake."""
LONGEST_JOINED = 40
"""Letters of two words written as one."""
MENDED = 40
"""Words of a question that are looked at for typing errors; whoever writes more has written enough of them well."""
WEAK = 0.33
"""Weight of a word that everybody uses of everything."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question says."""

    concepts: tuple[Concept, ...]
    known: tuple[bool, ...]
    """For each concept, whether the content has a word of it."""
    repaired: dict[str, str]
    """Words taken for typing errors, and what they were read as."""


class Reader:
    """Reads questions in one language, knowing the words of its content."""

    def __init__(self, language: str, lexicon: Lexicon, words: Iterable[str]) -> None:
        self.language = language
        families = [[split(term, language) for term in family] for family in lexicon.synonyms]
        said = {word for family in families for term in family for word in term}
        self.vocabulary = Vocabulary(language, {*words, *said})
        self.read = lru_cache(16)(self._read)
        self.stems = lru_cache(300)(self._stem_text)
        self._stops = {fold(word) for word in lexicon.stop_words}
        self.weak = {self.vocabulary.stem(word) for word in lexicon.weak_words}
        self._spellings = {fold(k): split(v, language) for k, v in lexicon.spellings.items()}
        self._families = _join([self.terms(family) for family in lexicon.synonyms])
        self._speller = Speller(self.vocabulary.words)

    def says_nothing(self, word: str) -> bool:
        """Whether a word is a stop word."""
        return fold(word) in self._stops

    def knows(self, word: str) -> bool:
        """Whether a word, as `split` gives it, is in the content of this language."""
        return self.vocabulary.stem(word) in self.vocabulary

    def _stem_text(self, text: str) -> tuple[str, ...]:
        """Return the stems of a text without its stop words."""
        return tuple(self.vocabulary.stem(w) for w in split(text, self.language) if not self.says_nothing(w))

    def terms(self, terms: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the stems of terms; a term of stop words alone is left out."""
        return [stems for stems in map(self.stems, terms) if stems]

    def _read(self, question: str) -> Reading:
        """Return what a question says. The last few are remembered: a question is read by several parts in turn."""
        typed, words = [], []
        repaired: dict[str, str] = {}
        for at, word in enumerate(self._join_halves(split(question, self.language))):
            for each in self._spellings.get(fold(word), [word]):
                if self.says_nothing(each):
                    continue
                taken = at >= MENDED or self.knows(each)
                better = [each] if taken else self._halves(each) or [self._speller.meant(each)]
                if better != [each]:
                    repaired[each] = " ".join(better)
                typed += [word] * len(better)
                words += better
        concepts = self._concepts(typed, [self.vocabulary.stem(word) for word in words])
        known = tuple(any(stem in self.vocabulary for stem in concept.stems) for concept in concepts)
        return Reading(concepts, known, repaired)

    def _join_halves(self, words: list[str]) -> list[str]:
        """Write two neighbours as one where only the whole is a word: `co operation`, `traffic king`."""
        joined: list[str] = []
        for word in words:
            whole = joined[-1] + word if joined else ""
            if len(whole) >= LONG and self.knows(whole) and not (self.knows(joined[-1]) and self.knows(word)):
                joined[-1] = whole
            else:
                joined.append(word)
        return joined

    def _halves(self, word: str) -> list[str]:
        """Return the two known words that an unknown one is made of (`borderguard`), or nothing."""
        if len(word) > LONGEST_JOINED:
            return []
        for at in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
            halves = [word[:at], word[at:]]
            if all(half in self.vocabulary.words for half in halves):
                return halves
        return []

    def _concepts(self, typed: list[str], stems: list[str]) -> tuple[Concept, ...]:
        concepts: dict[str, Concept] = {}
        for at, (word, stem) in enumerate(zip(typed, stems, strict=True)):
            weight = WEAK if stem in self.weak else 1.0
            concept = concepts.setdefault(stem, Concept(word, stem, {stem: weight}))
            for term, others in self._families.get(stem, ()):
                if tuple(stems[at : at + len(term)]) == term:
                    for other, share in others.items():
                        concept.stems[other] = max(concept.stems.get(other, 0.0), SYNONYM * share * weight)
        return tuple(concepts.values())


def _join(families: Iterable[list[tuple[str, ...]]]) -> dict[str, list[tuple[tuple[str, ...], dict[str, float]]]]:
    """Return, by a term's first stem, the term and the stems that stand in for it with their shares.

    A word of a longer term says less than a term of one word.
    """
    joined: dict[str, list[tuple[tuple[str, ...], dict[str, float]]]] = defaultdict(list)
    for family in families:
        for term in family:
            others: dict[str, float] = {}
            for other in family:
                for stem in other if other != term else ():
                    others[stem] = max(others.get(stem, 0.0), 1 / len(other))
            joined[term[0]].append((term, others))
    return dict(joined)
