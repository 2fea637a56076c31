"""Finds the thresholds of each language on the third of the questions kept for tuning, and writes them down."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from bot import config, content
from bot.evaluation import third
from bot.models import Agenda
from bot.scope import Judge
from bot.search import Index

ROOT = Path(__file__).parent.parent
SURE = 0.95
"""The share of questions for the Agenda that get an answer without a word of doubt."""
KEPT = 0.97
"""The share of them that are not refused."""
TAKEN_FOR_CASEWORK = 0.01
"""The share of them that may be taken for somebody's own case."""
DANGER = 3.0
"""Odds from which a case sounds like danger; erring towards the emergency number does no harm."""


def thresholds(agenda: Agenda, questions: Sequence[dict[str, str]]) -> dict[str, float]:
    """Return the thresholds that keep the shares above on questions for the Agenda."""
    index, judge = Index(agenda), Judge(agenda)
    asked = [line["q"] for line in questions if line["kind"] not in {"oos", "casework"}]
    heard = [judge.hear(question) for question in asked]
    sure = sorted(scope.confidence(index.find(question)) for question, scope in zip(asked, heard, strict=True))
    cases = sorted((scope.casework for scope in heard), reverse=True)
    return {
        "answered": below(sure, 1 - SURE),
        "did_you_mean": below(sure, 1 - KEPT),
        "casework": cases[int(len(cases) * TAKEN_FOR_CASEWORK)],
        "danger": DANGER,
    }


def below(values: Sequence[float], share: float) -> float:
    """Return what a share of sorted values lies below, between two of them where it falls there."""
    place = share * (len(values) - 1)
    low = int(place)
    return values[low] + (place - low) * (values[low + 1] - values[low])


def main() -> None:
    """Write the thresholds of every language into its `words.yaml`."""
    folder = config.read({}).content
    for language, agenda in content.load(folder).agendas.items():
        lines = (ROOT / "tests" / "questions" / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
        questions = [line for line in map(json.loads, lines) if third(line["q"]) == 0]
        found = ", ".join(f"{name}: {value:.2f}" for name, value in thresholds(agenda, questions).items())
        path = folder / language / "words.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^thresholds: .*$", f"thresholds: {{{found}}}", text, flags=re.M), encoding="utf-8")
        print(f"{language}: {found}")  # noqa: T201 - this is a program


if __name__ == "__main__":
    main()
