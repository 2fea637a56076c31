"""Learns from the phrases how each intent sounds, and writes it into content/hearing.json: make learn."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bot import config, content, hearing
from bot.hearing import ASK
from bot.phrases import examples, questions

COST = 0.5
"""Of a wrong example against a simple model (the C of a support vector machine)."""
ASKED = 3.0
"""How much the questions weigh against any one intent: theft is worse than a wish that is taken for a question."""
SEEN = 2
"""Examples that have a feature at the least."""
FAINT = 0.1
"""Weights below this are left out; in five folds they change nothing."""


def main() -> None:
    """Learn, and replace the file."""
    settings = config.read({})
    agendas = content.load(settings.content).agendas
    said = examples(agendas)
    lines = [line for each in said.values() for line in each] + questions(agendas)
    intents = [intent for intent, each in said.items() for _ in each] + [ASK] * len(questions(agendas))
    vocabulary, model = _fit(lines, intents, None)
    strong = np.abs(model.coef_).max(axis=0) >= FAINT
    kept = [feature for feature, is_strong in zip(vocabulary, strong, strict=True) if is_strong]
    vocabulary, model = _fit(lines, intents, kept)
    weights = {}
    for feature, column in sorted(zip(vocabulary, model.coef_.T, strict=True)):
        places = np.nonzero(np.abs(column) >= FAINT)[0]
        weights[feature] = [n for place in places for n in (int(place), round(column[place] * 100))]
    weights = {feature: pairs for feature, pairs in weights.items() if pairs}
    head = {
        "learnt_from": hearing.digest(said),
        "intents": list(model.classes_),
        "bias": [round(float(b), 4) for b in model.intercept_],
    }
    path = settings.content / hearing.FILE
    path.write_text(_lines(head, weights), encoding="utf-8")
    print(f"{path}: {len(weights):,} features from {len(lines):,} lines")  # noqa: T201


def _fit(lines: list[str], intents: list[str], vocabulary: list[str] | None) -> tuple[list[str], LinearSVC]:
    counter = CountVectorizer(
        analyzer=lambda line: list(hearing.features(line)),
        binary=True,
        min_df=SEEN if vocabulary is None else 1,
        vocabulary=vocabulary,
    )
    counted = normalize(counter.fit_transform(lines))
    sizes = Counter(intents)
    shares = {intent: len(intents) / (len(sizes) * n) * (ASKED if intent == ASK else 1) for intent, n in sizes.items()}
    model = LinearSVC(C=COST, class_weight=shares, random_state=0).fit(counted, intents)
    return list(counter.get_feature_names_out()), model


def _lines(head: Mapping[str, object], weights: Mapping[str, Sequence[int]]) -> str:
    """Return JSON with a feature a line, so that a change shows what it changed."""
    rows = [f"{json.dumps(f, ensure_ascii=False)}:{json.dumps(p, separators=(',', ':'))}" for f, p in weights.items()]
    return json.dumps(head)[:-1] + ',\n"weights":{\n' + ",\n".join(rows) + "\n}}\n"


if __name__ == "__main__":
    main()
