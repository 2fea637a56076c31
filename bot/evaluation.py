"""Measures the search on questions with known answers."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from typing import Any

from bot.models import ANSWERED, CASEWORK, DID_YOU_MEAN, LANGUAGES, NO_MATCH

Line = dict[str, Any]
"""A question with its gold, as `tests/questions` holds it."""
UNANSWERABLE = {"oos", "casework", "control"}


class QuestionsError(Exception):
    """A file of questions cannot be read; the text holds a line for each problem."""


@dataclass(slots=True)
class Figures:
    """Sums over some questions; every figure is a mean from 0 to 1."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def mean(self, name: str) -> float | None:
        """Return a figure's mean, or None where no question bears on it."""
        values = self.values.get(name)
        return sum(values) / len(values) if values else None


def third(question: str) -> int:
    """Return which third of the questions one belongs to: 0 is tuned on, 1 holds CI's floors, 2 is for the README."""
    return sha256(question.encode()).digest()[0] % 3


def read(paths: Iterable[Path]) -> list[Line]:
    """Return the lines of question files.

    Raises QuestionsError naming every line that cannot be used.
    """
    lines, problems = [], []
    for path in paths:
        for number, text in enumerate(_lines(path), 1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
            except RecursionError:
                problems.append(f"{path}:{number}: is nested too deeply to be read")
                continue
            except ValueError as error:
                problems.append(f"{path}:{number}: is not JSON: {error}")
                continue
            if reason := _mistake(line):
                problems.append(f"{path}:{number}: {reason}")
            else:
                lines.append(line)
    if problems:
        raise QuestionsError("\n".join(problems))
    return lines


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path}: cannot be read: {error}") from error


def _mistake(line: Any) -> str | None:
    """Return what keeps a line from being scored; None if nothing does."""
    if not isinstance(line, dict) or not isinstance(line.get("q"), str):
        return 'must be an object with "q"'
    if line.get("lang") not in (None, *LANGUAGES):
        return f'"lang" must be one of {", ".join(LANGUAGES)}'
    if not isinstance(line.get("kind", ""), str):
        return '"kind" must be a text'
    gold = line.get("gold", {})
    if not isinstance(gold, dict) or not all(isinstance(grade, int | float) for grade in gold.values()):
        return '"gold" must be an object with a number for each reference'
    if not isinstance(line.get("sections", []), list):
        return '"sections" must be a list'
    return None


def score(line: Line, answer: dict[str, Any]) -> dict[str, float]:
    """Return the figures of one question: line as `read` gives it, answer as `iamm ask --jsonl` writes it."""
    if "intent" in line:
        return {
            "intent": float(answer["intent"] == line["intent"]),
            "args": float(answer["args"] == line.get("args", {})),
        }
    kind = line.get("kind", "question")
    outcome = answer["outcome"]
    if kind == "oos":
        return {"refused": float(outcome in {NO_MATCH, CASEWORK})}
    if kind == "casework":
        return {"casework": float(outcome == CASEWORK), "refused": float(outcome in {NO_MATCH, CASEWORK})}
    if kind == "control":
        return {"taken for casework": float(outcome == CASEWORK)}
    gold: dict[str, int] = line.get("gold", {})
    refs = [ref for ref, _ in answer["ranking"]]
    figures = {
        "hit@1": float(bool(refs) and refs[0] in gold),
        "hit@3": float(any(ref in gold for ref in refs[:3])),
        "strict hit@1": float(bool(refs) and gold.get(refs[0]) == 2),
        "MRR@10": next((1 / place for place, ref in enumerate(refs[:10], 1) if ref in gold), 0.0),
        "nDCG@10": ndcg(refs, gold),
        "kept": float(outcome in {ANSWERED, DID_YOU_MEAN}),
    }
    if kind == "definition":
        sections = line.get("sections", [])
        figures = {"defined": float(answer["section"] in sections or figures["hit@1"] == 1)}
    return figures


def ndcg(refs: Sequence[str], gold: dict[str, int]) -> float:
    """Return nDCG@10 with the grades as gains (Järvelin and Kekäläinen, 2002)."""
    best = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(gold.values(), reverse=True)[:10]))
    found = sum(gold.get(ref, 0) / math.log2(i + 2) for i, ref in enumerate(refs[:10]))
    return found / best if best else 0.0


def table(lines: Sequence[Line], answers: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the figures as lines of text, by language and kind, with the time a question takes."""
    groups: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for line, answer in zip(lines, answers, strict=True):
        kind = "intent" if "intent" in line else line.get("kind", "question")
        groupings = [kind, "all"] if kind not in UNANSWERABLE | {"definition", "intent"} else [kind]
        for name, value in score(line, answer).items():
            for group in groupings:
                groups[line.get("lang") or "en", group].values[name].append(value)
    for (language, kind), figures in sorted(groups.items()):
        count = len(next(iter(figures.values.values())))
        shown = "  ".join(f"{name} {figures.mean(name):.3f}" for name in figures.values)
        yield f"{language}  {kind:<11}{count:>5}  {shown}"
    times = [answer["ms"] for answer in answers]
    if len(times) > 1:
        cuts = quantiles(times, n=100, method="inclusive")
        yield f"latency  p50 {cuts[49]:.3f} ms  p99 {cuts[98]:.3f} ms"
