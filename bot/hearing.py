"""Which intent a message sounds like, learnt from examples of each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

ASK = "ask"
"""What a message is that sounds like none of the intents."""
FILE = "hearing.json"
"""Beside the languages' folders: what `make learn` has learnt."""
BEGINNING = 4
"""Letters by which the forms of a word are known to be one (`send`, `sending`)."""
PIECE = 4
"""Letters of the pieces of a word, by which a mistyped one is known still."""
STEP = 20.0
"""What a margin of one between two intents is in the figures that are returned."""
# After these a sentence wants the contrary of what its other words say.
_TURNS = frozenset(
    {"no", "not", "don", "dont", "never", "without", "stop"}
    | {"ne", "pas", "plus", "sans", "arrete", "cesse"}
    | {"sin", "nunca", "ya", "deja", "dejen", "dejes"}
)


@dataclass(frozen=True, slots=True)
class Ear:
    """A linear classifier: a weight for each feature and intent, and one for each intent alone."""

    intents: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[int, ...]]
    """By feature, pairs of an intent's place and its weight in hundredths; where it says nothing, none."""
    learnt_from: str
    """The digest of the examples it was learnt from."""

    def hear(self, line: str) -> dict[str, float]:
        """Return how much a line of folded words sounds like each intent; below 0 it sounds more like a question."""
        known = [self.weights[feature] for feature in features(line) if feature in self.weights]
        odds = [0.0] * len(self.intents)
        for pairs in known:
            for place, weight in zip(pairs[::2], pairs[1::2], strict=True):
                odds[place] += weight
        share = 0.01 / math.sqrt(len(known) or 1)
        sums = {intent: b + share * o for intent, b, o in zip(self.intents, self.bias, odds, strict=True)}
        asked = sums.pop(ASK)
        return {intent: STEP * (total - asked) for intent, total in sums.items()}


def load(folder: Path) -> Ear:
    """Read what was learnt, in the content folder.

    Raises OSError or ValueError if the file is missing or not of `make learn`'s making.
    """
    try:
        held = json.loads((folder / FILE).read_text(encoding="utf-8"))
        weights = {feature: tuple(pairs) for feature, pairs in held["weights"].items()}
        return Ear(tuple(held["intents"]), tuple(held["bias"]), weights, held["learnt_from"])
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it was not written by make learn") from error


def digest(examples: Mapping[str, Iterable[str]]) -> str:
    """Return sixteen hexadecimal digits that change with any example, but not with their order."""
    lines = sorted(f"{intent}: {line}" for intent, said in examples.items() for line in said)
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def features(line: str) -> set[str]:
    """Return a line's words, their beginnings and pieces, pairs of neighbours, its ends, and what is turned round."""
    words = ["<", *line.split(), ">"]
    found = {*words[1:-1], *map(" ".join, pairwise(words)), *map(beginning, words)}
    turned = False
    for word in words[1:-1]:
        if turned:
            found.add(f"!{word[:BEGINNING]}")
        turned = turned or word in _TURNS
        if word[0] != "{":
            edged = f"_{word}_"
            found.update(edged[at : at + PIECE] + "-" for at in range(len(edged) - PIECE + 1))
    return found - {""}


def beginning(word: str) -> str:
    """Return what a word shares with its other forms, marked as such; nothing of a short word or a slot."""
    return word[:BEGINNING] + "-" if len(word) > BEGINNING and word[0] != "{" else ""
