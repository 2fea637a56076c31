"""Which intent a message sounds like, learnt from examples of each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain, pairwise

BACKGROUND = 60.0
"""How many features' worth of the whole language stands behind the examples of an intent (Dirichlet smoothing)."""
LOUDEST = 4.0
"""The most that one feature can say, as a natural logarithm of odds."""
PAIR = 0.6
"""What a pair of neighbours says of what it would say alone: its words have spoken already."""
BEGINNING = 4
"""Letters by which the forms of a word are known to be one (`send`, `sending`)."""
HOPELESS = -12.0
"""Odds below which no likeness to an example makes up for it."""
LIKENESS = 30.0
"""What the likeness to the nearest examples, of the intent less of a question, weighs against the odds."""
NEAREST = 3
"""Examples that count, each for its share: the first whole, the second by half, ..."""
COMMON = 800
"""Examples that share a feature, from which on it tells none apart."""

QUESTION = "ask"


class Ear:
    """Hears how much a message sounds like each intent rather than a question.

    Two witnesses: a naive Bayes over words, their beginnings and pairs of neighbours, which knows every question's
    words, and the likeness (cosine, rare features first) to the nearest examples, which knows how things are put.
    """

    def __init__(self, examples: Mapping[str, Iterable[str]], questions: Iterable[str]) -> None:
        """Learn from lines of folded words: by intent (`ask` for questions that look like others), and questions."""
        lines = {intent: list(map(features, said)) for intent, said in examples.items()}
        asked = Counter(chain.from_iterable([*map(features, questions), *lines.get(QUESTION, ())]))
        self.intents = tuple(intent for intent in lines if intent != QUESTION)
        self._learn_odds({i: Counter(chain.from_iterable(lines[i])) for i in self.intents}, asked)
        self._learn_examples(lines)

    def _learn_odds(self, said: Mapping[str, Counter[str]], asked: Counter[str]) -> None:
        """Keep for each feature what its absence among an intent's examples says, and what its presence adds.

        Of a feature that questions alone have, absence says the same however often they have it.
        """
        every: Counter[str] = Counter()
        for counts in said.values():
            every.update(counts)
        total, questions = every.total() + asked.total(), asked.total() + BACKGROUND
        size = sum(counts.total() for counts in said.values()) / len(said) + BACKGROUND
        self._asked = frozenset(asked)
        self._never = math.log(BACKGROUND / (total + BACKGROUND)) + math.log(questions / size)
        against = {f: math.log((asked[f] + BACKGROUND * (n + asked[f]) / total) / questions) for f, n in every.items()}
        usual = {f: BACKGROUND * (n + asked[f]) / total for f, n in every.items()}
        self._absent = {f: _bounded(math.log(usual[f] / size) - against[f], f) for f in every}
        self._present: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for intent, counts in said.items():
            scale = (size - BACKGROUND) / counts.total()
            for feature, n in counts.items():
                odds = _bounded(math.log((n * scale + usual[feature]) / size) - against[feature], feature)
                self._present[feature].append((intent, odds - self._absent[feature]))

    def _learn_examples(self, lines: Mapping[str, list[set[str]]]) -> None:
        self._examples = [(intent, line) for intent, each in lines.items() for line in each]
        shared: dict[str, list[int]] = defaultdict(list)
        for number, (_, line) in enumerate(self._examples):
            for feature in line:
                shared[feature].append(number)
        self._rarity = {f: _part(f) * math.log(len(self._examples) / len(n)) for f, n in shared.items()}
        self._unseen = math.log(len(self._examples))
        self._lengths = [math.hypot(*(self._rarity[f] for f in line)) for _, line in self._examples]
        self._shared = {feature: numbers for feature, numbers in shared.items() if len(numbers) < COMMON}

    def hear(self, line: str) -> dict[str, float]:
        """Return how much a line of folded words sounds like each intent; below 0 it sounds more like a question.

        Intents that it cannot be are left out.
        """
        said = features(line)
        odds = self._odds(said)
        if max(odds.values()) < HOPELESS:
            return {}
        alike = self._likeness(said)
        asked = alike.get(QUESTION, 0.0)
        return {i: o + LIKENESS * (alike.get(i, 0.0) - asked) for i, o in odds.items() if o > HOPELESS}

    def loudest(self, line: str) -> float:
        """Return the odds, a natural logarithm, of the intent that the words of a line speak for most."""
        return max(self._odds(features(line)).values())

    def _odds(self, said: set[str]) -> dict[str, float]:
        odds = dict.fromkeys(self.intents, sum(map(self._absence, said)))
        for feature in said:
            for intent, more in self._present.get(feature, ()):
                odds[intent] += more
        return odds

    def _absence(self, feature: str) -> float:
        """Return what it says for any intent that its examples lack a feature; nothing of one that nobody has."""
        if feature in self._absent:
            return self._absent[feature]
        return _bounded(self._never, feature) if feature in self._asked else 0.0

    def _likeness(self, said: set[str]) -> dict[str, float]:
        """Return, by intent, the cosines of the nearest examples, added up with less weight for each further one."""
        shared: dict[int, float] = defaultdict(float)
        length = 0.0
        for feature in said:
            rarity = self._rarity.get(feature)
            length += (rarity or (0.0 if " " in feature else 0.7 * _part(feature) * self._unseen)) ** 2
            for number in self._shared.get(feature, ()):
                shared[number] += rarity * rarity if rarity else 0.0
        nearest: dict[str, list[float]] = defaultdict(list)
        for number, product in shared.items():
            nearest[self._examples[number][0]].append(product / self._lengths[number])
        return {
            intent: sum(n / place for place, n in enumerate(sorted(near, reverse=True)[:NEAREST], 1))
            / math.sqrt(length)
            for intent, near in nearest.items()
        }


def features(line: str) -> set[str]:
    """Return a line's words, their beginnings and the pairs of neighbours, the line's ends among them."""
    words = ["<", *line.split(), ">"]
    return {*words[1:-1], *map(" ".join, pairwise(words)), *map(beginning, words)} - {""}


def beginning(word: str) -> str:
    """Return what a word shares with its other forms, marked as such; nothing of a short word or a slot."""
    return word[:BEGINNING] + "-" if len(word) > BEGINNING and word[0] != "{" else ""


def _part(feature: str) -> float:
    """Return how much a feature counts: a pair or a beginning less than a word."""
    return 0.5 if " " in feature else 0.6 if feature.endswith("-") else 1.0


def _bounded(odds: float, feature: str) -> float:
    return max(-LOUDEST, min(LOUDEST, odds)) * (PAIR if " " in feature else 1.0)
