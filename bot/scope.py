"""Whether a message is a question for the Agenda, another matter, or somebody's own case."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from bot.models import Agenda, Finding
from bot.words import fold

_WORD = re.compile(r"[^\W_]+")
_SMOOTHING = 0.3
"""What is added to every count, so that a word never seen says little."""
_LOUDEST = 3.0
"""The most that one word or pair can say, as a natural logarithm of odds."""


NEARNESS = 10.0
"""What nearness in meaning, above or below what is usual, weighs against the search's score."""
EVEN = 0.85
"""The cosine at which the nearest item says neither yes nor no."""
ELSEWHERE = 0.3
"""What the odds of another matter weigh against the search's score."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a message sounds like, as odds against a question for the Agenda (natural logarithms, 0 is even)."""

    elsewhere: float
    casework: float
    danger: float

    def confidence(self, finding: Finding) -> float:
        """Return how sure an answer is: what was found, as far as the words are known, less what speaks against it."""
        sure = finding.strength * finding.known - ELSEWHERE * self.elsewhere
        return sure if finding.nearness is None else sure + NEARNESS * (finding.nearness - EVEN)


class Judge:
    """A naive Bayes over words and pairs of neighbours, learnt from the examples of `outside.yaml`.

    Questions for the Agenda are known from its aliases and from the examples of questions on policy.
    """

    def __init__(self, agenda: Agenda) -> None:
        aliases = [alias for section in agenda.sections.values() for alias in section.aliases]
        aliases += [alias for item in agenda.items.values() for alias in item.aliases]
        policy, casework = agenda.outside["policy"], agenda.outside["casework"]
        danger, elsewhere = agenda.outside["danger"], agenda.outside["elsewhere"]
        # How a case differs from policy is in the small words; the aliases, which are no sentences, say little of that.
        self._stops = frozenset(fold(word) for word in agenda.lexicon.stop_words)
        ask, rule, case, harm, other = (
            list(map(_features, each)) for each in (aliases, policy, casework, danger, elsewhere)
        )
        self._elsewhere = _weigh(other, [*ask, *rule])
        self._casework = _weigh([*case, *harm], [*rule, *ask])
        self._danger = _weigh(harm, case)

    def hear(self, text: str) -> Scope:
        """Return what a message sounds like."""
        features = _features(text)
        # What a message is about is in its telling words; who speaks, and how, in the small ones too.
        telling = {feature for feature in features if not self._stops.issuperset(feature.split())}
        return Scope(_sum(self._elsewhere, telling), _sum(self._casework, features), _sum(self._danger, features))


def _weigh(of: Iterable[set[str]], against: Iterable[set[str]]) -> dict[str, float]:
    """Return what each feature says for the first kind of lines against the second."""
    here, there = (Counter(chain.from_iterable(lines)) for lines in (of, against))
    all_here, all_there = sum(here.values()), sum(there.values())
    weights = {}
    for feature in here.keys() | there.keys():
        odds = math.log((here[feature] + _SMOOTHING) / all_here) - math.log((there[feature] + _SMOOTHING) / all_there)
        weights[feature] = max(-_LOUDEST, min(_LOUDEST, odds))
    return weights


def _features(text: str) -> set[str]:
    """Return the folded words of a text and the pairs of neighbours, its beginning and end among them."""
    words = ["<", *_WORD.findall(fold(text)), ">"]
    return {*words[1:-1], *map(" ".join, pairwise(words))}


def _sum(weights: Mapping[str, float], features: Iterable[str]) -> float:
    return sum(weights.get(feature, 0.0) for feature in features)
