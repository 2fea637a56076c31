"""A question against items and sections: ranked, with why and how sure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.models import Agenda, Ambiguity, Finding, Match, Section
from bot.question import SYNONYM, Reader
from bot.ranking import Concept, Field, Ranking, fuse
from bot.words import fold, split

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
SHOWN_ITEMS = 10
SHOWN_SECTIONS = 5
SECTION = 0.15
"""How much of its section's score an item gets: between two that hold the words, the one that belongs there."""
WHOLE_PHRASE = 4.0
"""What it counts to have asked in the very words of an alias, however common each of them is."""
LONGEST_TOPIC = 6
"""Words of weight in a question that asks about a whole topic."""
LONGEST_NAME = 3
"""Words of weight in a question that is no more than a section's name."""
HELD = 0.6
"""The share of a question's words that a section has to hold to answer what a thing is."""
BESIDE_AMBIGUOUS = 1
"""Words of weight beside an ambiguous term; with more of them the question says what it means."""

_LETTERS = re.compile(r"[^\W_]+")

Texts = Mapping[str, Sequence[str]]
"""A document: the texts of each field."""


class Index:
    """All that is needed to answer in one language. Building takes a tenth of a second; do it once."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        items = {ref: _item_texts(agenda, ref) for ref in agenda.items}
        sections = {ref: _section_texts(section) for ref, section in agenda.sections.items()}
        texts = {t for document in [*items.values(), *sections.values()] for field in document.values() for t in field}
        words = {text: split(text, agenda.language) for text in texts}
        self.reader = Reader(agenda.language, agenda.lexicon, {w for each in words.values() for w in each})
        stems = self._stems(words)
        self._refs = tuple(items)
        self._section_refs = tuple(sections)
        self._items = Ranking([_fill(document, stems) for document in items.values()], ITEM_FIELDS)
        self._sections = Ranking([_fill(document, stems) for document in sections.values()], SECTION_FIELDS)
        self._section_numbers = {ref: number for number, ref in enumerate(sections)}
        self._held_by = [self._section_numbers[agenda.items[ref].section] for ref in items]
        self._section_titles = [frozenset(stems[s.title]) - self.reader.weak for s in agenda.sections.values()]
        self._ambiguities = [(self.reader.terms(a.terms), a) for a in agenda.lexicon.ambiguous]
        cues = sorted(map(_spaced, agenda.lexicon.topic_cues), key=len, reverse=True)
        self._phrases = self._whole_phrases()
        self._section_phrases = {p: s.ref for s in agenda.sections.values() for p in _phrases(s.aliases)}
        self._cues = re.compile("|".join(map(re.escape, cues)) or "(?!)")

    def find(self, question: str, nearness: Sequence[float] | None = None, most: int = SHOWN_ITEMS) -> Finding:
        """Return the items and sections that a question finds, best first, `most` items at the most.

        `nearness` is how near each item is to the question in meaning, in the document's order, where that is known.
        """
        reading = self.reader.read(question)
        concepts = reading.concepts
        by_section = self._sections.score(concepts)
        scores = self._items.score(concepts)
        for number, section in enumerate(self._held_by):
            if scores[number]:
                scores[number] += SECTION * by_section[section]
        for number in self._phrases.get(_spaced(question), ()):
            scores[number] += WHOLE_PHRASE
        strength = max(scores)
        if nearness is not None:
            scores = fuse(scores, nearness)
        weights = [self._items.weight(concept) for concept in concepts]
        total = sum(weights)
        return Finding(
            items=_best(self._items, self._refs, concepts, scores, most),
            sections=_best(self._sections, self._section_refs, concepts, by_section, SHOWN_SECTIONS),
            known=sum(w for w, known in zip(weights, reading.known, strict=True) if known) / total if total else 0.0,
            strength=strength,
            nearness=None if nearness is None else max(nearness),
            repaired=reading.repaired,
        )

    def leading_section(self, question: str, finding: Finding) -> str | None:
        """Return the section whose summary answers better than any one item, or None.

        That is so where the question names a whole topic: it says no more than a section's title, or it begins as
        people begin who ask what a thing is, and a section holds most of what it asks for.
        """
        if _spaced(question) in self._section_phrases:
            return self._section_phrases[_spaced(question)]
        topic, cue = self._cues.subn(" ", _spaced(question))
        asked = self.reader.read(topic).concepts
        concepts = [c for c in asked if c.stem not in self.reader.weak]
        if cue and asked and not concepts:
            return self._section_refs[0]  # what is the Agenda, what is migration: the introduction
        if not 1 <= len(concepts) <= (LONGEST_TOPIC if cue else LONGEST_NAME):
            return None
        best, best_score = None, 0.0
        for match in finding.sections:
            number = self._section_numbers[match.ref]
            title = self._section_titles[number]
            named = sum(not title.isdisjoint(_full_stems(c)) for c in concepts)
            held = sum(self._sections.holds(number, _full_stems(c)) for c in concepts)
            is_name = named == len(concepts) and len(concepts) >= len(title) / 2
            score = match.score * (1 + named / len(concepts))
            if score > best_score and (is_name or (cue and held >= HELD * len(concepts))):
                best, best_score = match.ref, score
        return best

    def ambiguity(self, question: str) -> Ambiguity | None:
        """Return the everyday term of a question that means either of several sections, if little else is asked."""
        said = self.reader.stems(question)
        telling = set(said) - self.reader.weak
        for terms, ambiguity in self._ambiguities:
            for term in terms:
                if len(telling.difference(term)) <= BESIDE_AMBIGUOUS and _holds(said, term):
                    return ambiguity
        return None

    def line(self, question: str, ref: str) -> int | None:
        """Return the number of the item's alias line that most of a question's words are in; None if none is."""
        asked = {stem for concept in self.reader.read(question).concepts for stem in concept.stems}
        shared = [len(asked & set(self.reader.stems(alias))) for alias in self.agenda.items[ref].aliases]
        return shared.index(max(shared)) if any(shared) else None

    def _whole_phrases(self) -> dict[str, list[int]]:
        """Return the items whose aliases hold a phrase, small words and all, by the phrase."""
        phrases: dict[str, list[int]] = {}
        for number, ref in enumerate(self._refs):
            for phrase in _phrases(self.agenda.items[ref].aliases):
                phrases.setdefault(phrase, []).append(number)
        return phrases

    def _stems(self, words: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return the stems of every text, without those of stop words."""
        vocabulary = self.reader.vocabulary
        said = {w: vocabulary.stem(w) for w in vocabulary.words if not self.reader.says_nothing(w)}
        return {text: [said[w] for w in each if w in said] for text, each in words.items()}


def _holds(said: Sequence[str], term: Sequence[str]) -> bool:
    """Whether the stems of a term stand side by side."""
    return any(said[at : at + len(term)] == term for at in range(len(said) - len(term) + 1))


def _item_texts(agenda: Agenda, ref: str) -> Texts:
    item = agenda.items[ref]
    section = agenda.sections[item.section]
    parents = []
    above = section.parent
    while above:
        parents.append(agenda.sections[above].title)
        above = agenda.sections[above].parent
    return {
        "text": (item.text,),
        "aliases": item.aliases,
        "title": (item.title or section.title,),
        "section aliases": () if item.title else section.aliases,
        "parent title": parents,
        "summary": () if item.title else (section.summary,),
    }


def _section_texts(section: Section) -> Texts:
    return {"title": (section.title,), "aliases": section.aliases, "summary": (section.summary,)}


def _fill(texts: Texts, stems: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the stems of each field."""
    return {name: [s for text in field for s in stems[text]] for name, field in texts.items()}


def _best(
    ranking: Ranking, refs: Sequence[str], concepts: Sequence[Concept], scores: list[float], limit: int
) -> tuple[Match, ...]:
    found = [number for number, score in enumerate(scores) if score > 0]
    found.sort(key=scores.__getitem__, reverse=True)
    hits = [(concept.typed, ranking.hits(concept)) for concept in concepts]
    return tuple(
        Match(refs[n], round(scores[n], 4), tuple(typed for typed, held in hits if n in held)) for n in found[:limit]
    )


def _full_stems(concept: Concept) -> list[str]:
    """Return the concept's own stem and those of one-word synonyms; words of longer terms say too little alone."""
    least = SYNONYM * concept.stems[concept.stem]
    return [stem for stem, weight in concept.stems.items() if stem == concept.stem or weight >= least]


def _phrases(aliases: Sequence[str]) -> set[str]:
    """Return each alias line and each of its parts between commas, of two words and more, spaced."""
    parts = {_spaced(part) for alias in aliases for part in (alias, *re.split(r"[,;]", alias))}
    return {part for part in parts if len(part.split()) > 1}


def _spaced(text: str) -> str:
    """Return the folded words of a text with a space around each, before any elision is cut."""
    return " ".join(["", *_LETTERS.findall(fold(text)), ""])
