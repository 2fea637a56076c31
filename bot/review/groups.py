"""Groups of questions that ask the same thing, in one language and across."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import combinations
from operator import attrgetter

from rapidfuzz import fuzz

from bot.question import SYNONYM, Reader
from bot.review.asked import Asked
from bot.search import Index
from bot.words import fold, split, stem

ALIKE = 0.7
"""The share of stems that two questions of a group have in common (Dice, weak words at their weight)."""
WRITTEN_ALIKE = 85
"""Or how alike their stems are written, of 100: typing errors in words that the content does not know."""
BLOCKED = 3
"""Of a question's stems the rarest ones; only what shares one of them is compared with it."""
COMPARED = 10
"""Groups that a question is compared with, those that share most of its rarest stems."""
AGREED = 0.6
"""The cosine between what two groups find from which they ask the same thing in two languages."""
KNOWN = 0.5
"""The share of a question's weight that the content has to know for its nearest items to say anything."""
OFTEN = 3
"""Questions that make a group worth an answer; so do two languages."""
NEAREST = 3
LARGEST = 50
"""Ways of asking among which the most typical one is looked for."""


@dataclass(slots=True)
class Phrase:
    """The questions that say the same words, in any order."""

    id: str
    """Eight hexadecimal digits that stand for the words, whatever the content knows of them."""
    language: str
    stems: Mapping[str, float]
    """Weights by stem, of synonyms the same one."""
    questions: list[Asked] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The question as it was asked first."""
        return self.questions[0].text


@dataclass(frozen=True, slots=True)
class Group:
    """Similar questions, and what the content has nearest to them."""

    phrases: tuple[Phrase, ...]
    """The one that was asked first goes first, and names the group."""
    nearest: tuple[str, ...]
    """References of items."""

    @property
    def id(self) -> str:
        """The group's name; that of any other of its phrases finds it too."""
        return self.phrases[0].id

    @property
    def questions(self) -> list[Asked]:
        """Every question, in the order of the log."""
        return sorted((q for phrase in self.phrases for q in phrase.questions), key=attrgetter("id"))

    @property
    def languages(self) -> Counter[str]:
        """How many questions each language has."""
        return Counter(q.language for q in self.questions)

    @property
    def people(self) -> int:
        """How many different people asked; one counts again in another quarter."""
        return len({q.person for q in self.questions})

    @property
    def urgent(self) -> bool:
        """Whether it was asked three times or in two languages."""
        return len(self.questions) >= OFTEN or len(self.languages) > 1

    def typical(self, language: str) -> Phrase:
        """Return the phrase of a language that is most like the others."""
        return _typical([phrase for phrase in self.phrases if phrase.language == language])


def gather(asked: Iterable[Asked], index: Callable[[str], Index]) -> list[Group]:
    """Return the groups of some questions, those to answer first at the head; `index` gives that of a language."""
    by_language: dict[str, list[Asked]] = defaultdict(list)
    for question in asked:
        by_language[question.language].append(question)
    parts = [
        (cluster, _profile(_typical(cluster), index(language)))
        for language, questions in sorted(by_language.items())
        for cluster in _clusters(_phrases(questions, index(language).reader))
    ]
    groups = [_group([parts[number] for number in numbers]) for numbers in _joined(parts)]
    return sorted(groups, key=_urgency)


def find(groups: Iterable[Group], name: str) -> Group | None:
    """Return the group that a name or the number of one of its questions (`q123`) means."""
    name = name.strip().lower()
    for group in groups:
        if any(phrase.id == name or any(f"q{q.id}" == name for q in phrase.questions) for phrase in group.phrases):
            return group
    return None


def _urgency(group: Group) -> tuple[bool, int, int, str]:
    return not group.urgent, -len(group.questions), -group.people, group.id


def _phrases(asked: Iterable[Asked], reader: Reader) -> list[Phrase]:
    """Return the ways in which people of one language asked, by first question."""

    @cache
    def said(word: str) -> tuple[tuple[str, float], ...]:
        """The stems of a word, repaired; the same one for synonyms of one word."""
        return tuple(
            (min(s for s, w in c.stems.items() if w >= SYNONYM * c.stems[c.stem]), c.stems[c.stem])
            for c in reader.read(word).concepts
        )

    phrases: dict[str, Phrase] = {}
    for question in asked:
        words = split(question.text, reader.language)
        telling = [word for word in words if not reader.says_nothing(word)] or words or [fold(question.text)]
        stems = sorted({stem(word, reader.language) for word in telling})
        name = sha256(" ".join([reader.language, *stems]).encode()).hexdigest()[:8]
        if name not in phrases:
            weights = dict(pair for word in telling for pair in said(word))
            phrases[name] = Phrase(name, reader.language, weights)
        phrases[name].questions.append(question)
    return list(phrases.values())


def _clusters(phrases: Sequence[Phrase]) -> list[list[Phrase]]:
    """Return phrases with those that are like the first of them.

    Each joins the cluster whose first phrase is most like it, or begins one: what is asked later moves no earlier one.
    """
    clusters: list[list[Phrase]] = []
    holders: dict[str, list[int]] = defaultdict(list)
    common = Counter(s for phrase in phrases for s in phrase.stems)
    for phrase in phrases:
        rarest = sorted(phrase.stems, key=lambda s: (common[s], s))[:BLOCKED]
        near = Counter(number for s in rarest for number in holders[s]).most_common(COMPARED)
        scored = [(_likeness(phrase, clusters[number][0]), -number) for number, _ in near]
        likeness, number = max(scored, default=(0.0, 0))
        if likeness:
            clusters[-number].append(phrase)
            continue
        for s in phrase.stems:
            holders[s].append(len(clusters))
        clusters.append([phrase])
    return clusters


def _likeness(one: Phrase, other: Phrase) -> float:
    """Return how like two phrases are, from 0 to 1; 0 where they are not alike enough for one group."""
    dice = _dice(one.stems, other.stems)
    if dice >= ALIKE:
        return dice
    written = fuzz.ratio(_line(one), _line(other), score_cutoff=WRITTEN_ALIKE)
    return written / 100


def _line(phrase: Phrase) -> str:
    return " ".join(sorted(phrase.stems))


def _dice(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    total = sum(one.values()) + sum(other.values())
    return 2 * sum(weight for s, weight in one.items() if s in other) / total if total else 0.0


def _typical(phrases: Sequence[Phrase]) -> Phrase:
    """Return the phrase that is most like the questions of all; the first of equals."""
    some = phrases[:LARGEST]
    return max(some, key=lambda p: sum(_dice(p.stems, other.stems) * len(other.questions) for other in some))


def _profile(phrase: Phrase, index: Index) -> dict[str, float]:
    """Return what a phrase finds, as a vector of length 1 over items; empty where its words say too little."""
    finding = index.find(phrase.text)
    if finding.known < KNOWN:
        return {}
    length = math.sqrt(sum(match.score**2 for match in finding.items))
    return {match.ref: match.score / length for match in finding.items}


Part = tuple[list[Phrase], dict[str, float]]
"""A cluster of one language and its profile."""


def _joined(parts: Sequence[Part]) -> list[list[int]]:
    """Return the numbers of the parts that make a group: one alone, or those of several languages that agree best.

    To agree they find the same item first, and much the same after it.
    """
    finders: dict[str, list[int]] = defaultdict(list)
    for number, (_, profile) in enumerate(parts):
        for first in list(profile)[:1]:
            finders[first].append(number)
    compared = (pair for numbers in finders.values() for pair in combinations(numbers, 2))
    cosines = ((_cosine(parts[one], parts[other]), one, other) for one, other in compared)
    pairs = sorted((-cosine, one, other) for cosine, one, other in cosines if cosine >= AGREED)
    groups = {number: [number] for number in range(len(parts))}
    for _, one, other in pairs:
        both = [*groups[one], *groups[other]]
        spoken = [parts[number][0][0].language for number in both]
        if len(set(spoken)) == len(spoken):
            groups |= dict.fromkeys(both, both)
    return [numbers for number, numbers in groups.items() if numbers[0] == number]


def _cosine(one: Part, other: Part) -> float:
    if one[0][0].language == other[0][0].language:
        return 0.0
    return sum(weight * other[1].get(ref, 0.0) for ref, weight in one[1].items())


def _group(parts: Sequence[Part]) -> Group:
    phrases = sorted((phrase for cluster, _ in parts for phrase in cluster), key=lambda p: p.questions[0].id)
    scores: Counter[str] = Counter()
    for _, profile in parts:
        scores.update(profile)
    nearest = sorted(scores, key=lambda ref: (-scores[ref], ref))[:NEAREST]
    return Group(tuple(phrases), tuple(nearest))
