"""A question against items and sections: ranked, with why and how sure."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.models import Agenda, Ambiguity, Finding, Match, Section
from bot.words import Vocabulary, fold, split

K1 = 2.0
"""BM25's saturation of repeated words (Robertson and Zaragoza, 2009)."""
RAREST = 3.4
"""The most that a word's rarity counts: a word found once is as often chance as knowledge."""
SYNONYM = 0.5
"""Weight of a word that stands in for the one asked."""
WEAK = 0.33
"""Weight of a word that everybody uses of everything."""
_LETTERS = re.compile(r"[^\W_]+")

LONGEST_TOPIC = 6
"""Words of weight in a question that asks about a whole topic."""
MEANING = 0.6
"""The share of meaning in a score that has both."""
LONGEST_NAME = 3
"""Words of weight in a question that is no more than a section's name."""
HELD = 0.6
"""The share of a question's words that a section has to hold to answer what a thing is."""
BESIDE_AMBIGUOUS = 1
"""Words of weight beside an ambiguous term; with more of them the question says what it means."""
SHOWN_ITEMS = 10
SHOWN_SECTIONS = 5


@dataclass(frozen=True, slots=True)
class Field:
    """How much a field counts, and how far its length is held against it (BM25F's w and b)."""

    weight: float
    b: float


ITEM_FIELDS = {
    "text": Field(1.5, 0.3),
    "aliases": Field(1.0, 0.5),
    "title": Field(0.8, 0.3),
    "section aliases": Field(0.6, 0.5),
    "parent title": Field(0.3, 0.3),
    "summary": Field(0.25, 0.5),
}
SECTION_FIELDS = {
    "title": Field(1.5, 0.3),
    "aliases": Field(1.0, 0.5),
    "summary": Field(0.5, 0.5),
}


Texts = Mapping[str, Sequence[str]]
"""A document: the texts of each field."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One word or term of a question, with everything that stands for it."""

    typed: str
    stems: dict[str, float]
    """Weights by stem."""


class Ranking:
    """BM25F over documents of several fields, worked out once (Zaragoza et al., TREC 2004)."""

    def __init__(self, documents: Sequence[dict[str, list[str]]], fields: dict[str, Field]) -> None:
        size = len(documents)
        mean = {f: sum(len(d.get(f, ())) for d in documents) / max(size, 1) or 1.0 for f in fields}
        frequencies: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for number, document in enumerate(documents):
            for name, field in fields.items():
                stems = document.get(name, [])
                norm = 1 - field.b + field.b * len(stems) / mean[name]
                for stem, count in Counter(stems).items():
                    frequencies[stem][number] += field.weight * count / norm
        self.size = size
        self.idf = {
            s: min(RAREST, math.log(1 + (size - len(d) + 0.5) / (len(d) + 0.5))) for s, d in frequencies.items()
        }
        self.postings = {
            stem: {number: self.idf[stem] * tf / (K1 + tf) for number, tf in found.items()}
            for stem, found in frequencies.items()
        }

    def score(self, concepts: Iterable[Concept]) -> list[float]:
        """Return a score a document; of a concept's stems the best one counts."""
        totals = [0.0] * self.size
        for concept in concepts:
            if len(concept.stems) == 1:
                ((stem, weight),) = concept.stems.items()
                for number, impact in self.postings.get(stem, {}).items():
                    totals[number] += weight * impact
                continue
            best: dict[int, float] = {}
            for stem, weight in concept.stems.items():
                for number, impact in self.postings.get(stem, {}).items():
                    value = weight * impact
                    if value > best.get(number, 0.0):
                        best[number] = value
            for number, value in best.items():
                totals[number] += value
        return totals

    def holds(self, number: int, concept: Concept) -> bool:
        """Whether a document has a word of the concept."""
        return any(number in self.postings.get(stem, ()) for stem in concept.stems)


class Index:
    """All that is needed to answer in one language. Building takes a fraction of a second; do it once."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self.language = agenda.language
        lexicon = agenda.lexicon
        documents = {ref: self._item_texts(ref) for ref in agenda.items}
        sections = {ref: self._section_texts(section) for ref, section in agenda.sections.items()}
        families = [list(map(self._words, family)) for family in lexicon.synonyms]
        texts = {t for d in [*documents.values(), *sections.values()] for field in d.values() for t in field}
        self._split = {text: self._words(text) for text in texts}
        self._vocabulary = Vocabulary(
            self.language,
            {w for words in self._split.values() for w in words} | {w for f in families for t in f for w in t},
        )
        stem = self._vocabulary.stem
        self._stops = {fold(w) for w in lexicon.stop_words}
        self._weak = {stem(w) for w in lexicon.weak_words}
        self._spellings = {fold(k): self._words(v) for k, v in lexicon.spellings.items()}
        self._refs = tuple(documents)
        self._section_refs = tuple(sections)
        stems = self._stems()
        self._items = Ranking([_fill(d, stems) for d in documents.values()], ITEM_FIELDS)
        self._sections = Ranking([_fill(d, stems) for d in sections.values()], SECTION_FIELDS)
        self._section_numbers = {ref: number for number, ref in enumerate(sections)}
        self._section_titles = [frozenset(stems[s.title]) - self._weak for s in agenda.sections.values()]
        self._ambiguities = [(self._terms(a.terms), a) for a in lexicon.ambiguous]
        cues = sorted(map(_spaced, lexicon.topic_cues), key=len, reverse=True)
        self._cues = re.compile("|".join(map(re.escape, cues)) or "(?!)")
        self._families = self._join_families([self._terms(family) for family in lexicon.synonyms])
        self._repairable = sorted(w for w in self._vocabulary.words if len(w) >= 4 and w.isalpha())
        self._repairs: dict[str, str] = {}
        del self._split

    def find(self, question: str, nearness: Sequence[float] | None = None) -> Finding:
        """Return the items and sections that a question finds, best first.

        `nearness` is how near each item is to the question in meaning, in the document's order, where that is known.
        """
        words, repaired = self._read(question)
        concepts = self._concepts(words)
        scores = self._items.score(concepts)
        strength = max(scores)
        if nearness is not None:
            scores = fuse(scores, nearness)
        items = self._best(self._items, self._refs, concepts, scores, SHOWN_ITEMS)
        by_section = self._sections.score(concepts)
        sections = self._best(self._sections, self._section_refs, concepts, by_section, SHOWN_SECTIONS)
        weights = [(self._weight(c), any(s in self._vocabulary for s in c.stems)) for c in concepts]
        total = sum(w for w, _ in weights)
        known = sum(w for w, is_known in weights if is_known) / total if total else 0.0
        nearest = None if nearness is None else max(nearness)
        return Finding(items, sections, known, strength, nearest, repaired)

    def knows(self, word: str) -> bool:
        """Whether a word, as `split` gives it, is in the content of this language."""
        return self._vocabulary.stem(word) in self._vocabulary

    def leading_section(self, question: str, finding: Finding) -> str | None:
        """Return the section whose summary answers better than any one item, or None.

        That is so where the question names a whole topic: it says no more than a section's title, or it begins as
        people begin who ask what a thing is, and a section holds all that it asks for.
        """
        cue = self._cues.search(_spaced(question)) is not None
        words, _ = self._read(question)
        concepts = [c for c in self._concepts(words) if self._stem_of(c) not in self._weak]
        if not 1 <= len(concepts) <= (LONGEST_TOPIC if cue else LONGEST_NAME):
            return None
        best, best_score = None, 0.0
        for match in finding.sections:
            number = self._section_numbers[match.ref]
            title = self._section_titles[number]
            named = sum(not title.isdisjoint(self._full_stems(c)) for c in concepts)
            held = sum(self._sections.holds(number, c) for c in concepts)
            is_name = named == len(concepts) and len(concepts) >= len(title) / 2
            if is_name or (cue and held >= HELD * len(concepts)):
                score = match.score * (1 + named / len(concepts))
                if score > best_score:
                    best, best_score = match.ref, score
        return best

    def ambiguity(self, question: str) -> Ambiguity | None:
        """Return the everyday term of a question that means either of several sections, if little else is asked."""
        said = [self._vocabulary.stem(w) for w in self._words(question) if fold(w) not in self._stops]
        for terms, ambiguity in self._ambiguities:
            for term in terms:
                for at in range(len(said) - len(term) + 1):
                    others = {*said[:at], *said[at + len(term) :]} - self._weak
                    if tuple(said[at : at + len(term)]) == term and len(others) <= BESIDE_AMBIGUOUS:
                        return ambiguity
        return None

    # Reading a question.

    def _read(self, question: str) -> tuple[list[str], dict[str, str]]:
        """Return the words that say something, and what was repaired."""
        words: list[str] = []
        repaired: dict[str, str] = {}
        for word in split(question, self.language):
            spelled = self._spellings.get(fold(word))
            for each in spelled if spelled is not None else (word,):
                if fold(each) in self._stops:
                    continue
                better = self._repair(each)
                if better != each:
                    repaired[each] = better
                words.append(better)
        return words, repaired

    def _repair(self, word: str) -> str:
        """Return the known word that an unknown one was meant to be, or the word itself.

        Optimal string alignment similarity of .80 and more, .75 from seven letters on.
        """
        if len(word) < 5 or not word.isalpha() or self.knows(word):
            return word
        if word not in self._repairs:
            if len(self._repairs) > 10_000:
                self._repairs.clear()
            cutoff = 0.75 if len(word) >= 7 else 0.80
            found = process.extractOne(word, self._repairable, scorer=OSA.normalized_similarity, score_cutoff=cutoff)
            self._repairs[word] = found[0] if found else word
        return self._repairs[word]

    def _concepts(self, words: list[str]) -> list[Concept]:
        stems = [self._vocabulary.stem(word) for word in words]
        concepts: dict[str, Concept] = {}
        for at, (word, stem) in enumerate(zip(words, stems, strict=True)):
            weight = WEAK if stem in self._weak else 1.0
            concept = concepts.setdefault(stem, Concept(word, {stem: weight}))
            for term, others in self._families.get(stem, ()):
                if tuple(stems[at : at + len(term)]) == term:
                    for other, share in others.items():
                        concept.stems[other] = max(concept.stems.get(other, 0.0), SYNONYM * share * weight)
        return list(concepts.values())

    def _full_stems(self, concept: Concept) -> list[str]:
        """Return the concept's own stem and those of one-word synonyms; words of longer terms say too little alone."""
        own = self._stem_of(concept)
        return [s for s, weight in concept.stems.items() if s == own or weight >= SYNONYM * concept.stems[own]]

    @staticmethod
    def _stem_of(concept: Concept) -> str:
        return next(iter(concept.stems))

    def _weight(self, concept: Concept) -> float:
        stem = self._stem_of(concept)
        return concept.stems[stem] * self._items.idf.get(stem, RAREST)

    @staticmethod
    def _join_families(
        families: Iterable[list[tuple[str, ...]]],
    ) -> dict[str, list[tuple[tuple[str, ...], dict[str, float]]]]:
        """Return, by a term's first stem, the term and the stems that stand in for it with their shares."""
        joined: dict[str, list[tuple[tuple[str, ...], dict[str, float]]]] = defaultdict(list)
        for family in families:
            for term in family:
                others: dict[str, float] = {}
                for other in family:
                    for stem in other if other != term else ():
                        others[stem] = max(others.get(stem, 0.0), 1 / len(other))
                joined[term[0]].append((term, others))
        return dict(joined)

    @staticmethod
    def _best(
        ranking: Ranking, refs: Sequence[str], concepts: list[Concept], scores: list[float], limit: int
    ) -> tuple[Match, ...]:
        order = [n for _, n in sorted((-score, n) for n, score in enumerate(scores) if score > 0)[:limit]]
        return tuple(
            Match(refs[n], round(scores[n], 4), tuple(c.typed for c in concepts if ranking.holds(n, c))) for n in order
        )

    # Reading the Agenda.

    def _item_texts(self, ref: str) -> Texts:
        item = self.agenda.items[ref]
        section = self.agenda.sections[item.section]
        parents = []
        above = section.parent
        while above:
            parents.append(self.agenda.sections[above].title)
            above = self.agenda.sections[above].parent
        return {
            "text": (item.text,),
            "aliases": item.aliases,
            "title": (item.title or section.title,),
            "section aliases": () if item.title else section.aliases,
            "parent title": parents,
            "summary": () if item.title else (section.summary,),
        }

    def _section_texts(self, section: Section) -> Texts:
        return {"title": (section.title,), "aliases": section.aliases, "summary": (section.summary,)}

    def _terms(self, terms: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the stems of terms, without stop words; a term of stop words alone is left out."""
        split_terms = (self._words(term) for term in terms)
        stems = (tuple(self._vocabulary.stem(w) for w in term if fold(w) not in self._stops) for term in split_terms)
        return [term for term in stems if term]

    def _words(self, text: str) -> list[str]:
        return split(text, self.language)

    def _stems(self) -> dict[str, list[str]]:
        """Return the stems of every text that was split, without those of stop words."""
        said = {w: self._vocabulary.stem(w) for w in self._vocabulary.words if fold(w) not in self._stops}
        return {text: [said[w] for w in words if w in said] for text, words in self._split.items()}


def fuse(words: Sequence[float], meaning: Sequence[float]) -> list[float]:
    """Return the weighted sum of the z-scores of two scores of the same items (Fox and Shaw's CombSUM, 1994)."""
    return [(1 - MEANING) * w + MEANING * m for w, m in zip(_standard(words), _standard(meaning), strict=True)]


def _standard(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1.0
    return [(value - mean) / deviation for value in values]


def _spaced(text: str) -> str:
    """Return the folded words of a text with a space around each, before any elision is cut."""
    return " ".join(["", *_LETTERS.findall(fold(text)), ""])


def _fill(texts: Texts, stems: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the stems of each field."""
    return {name: [s for text in field for s in stems[text]] for name, field in texts.items()}
