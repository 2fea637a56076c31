"""The content tried out: the bot asked on one folder, and the questions with known answers before and after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from bot import asking, evaluation
from bot.app import App
from bot.config import Settings
from bot.evaluation import Figures, Line
from bot.models import LANGUAGES
from bot.store.nothing import Nothing

FLOORS = 1
"""The third of the questions that is kept for the floors."""
GRADED = {"question", "keyword", "lay", "noisy"}
FALL = 0.005
"""How far a figure may fall."""
Answer = Mapping[str, Any]
"""An answer with the keys of `iamm ask --jsonl` that a score needs."""
Means = dict[tuple[str, str, str], float]
"""Figures by language, kind and name, from 0 to 1."""


class Trial:
    """The bot on one content folder, by words alone; a context that ends with its event loop. Nothing is logged."""

    def __init__(self, settings: Settings, content: Path) -> None:
        """Read the content.

        Raises ContentError with every problem at once.
        """
        self.app = App(replace(settings, content=content, semantic=False), Nothing())
        self._runner = asyncio.Runner()

    def __enter__(self) -> Trial:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.close()

    def ask(self, question: str, language: str | None) -> Answer:
        """Return the answer to a question that stands alone; `language` is the one the chat is set to."""
        found = self._runner.run(asking.answer(self.app, question, language))
        return found | {"first": found["section"] or next(iter(found["items"]), None)}

    def place(self, answer: Answer, ref: str) -> int | None:
        """Return the place, from 1, of an item in an answer's ranking; of a section, of the first item in it."""
        agenda = self.app.agendas[LANGUAGES[0]]
        if ref == answer["section"]:
            return 1
        inside = {ref} if ref in agenda.items else {item.ref for item in agenda.items_under(ref)}
        return next((place for place, (found, _) in enumerate(answer["ranking"], 1) if found in inside), None)


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure must not fall under, or rise above, in any language."""

    kind: str
    figure: str
    least: float = 0.0
    most: float = 1.0

    def broken(self, value: float) -> bool:
        """Whether a value is on the wrong side."""
        return not self.least <= value <= self.most

    def fall(self, before: float, after: float) -> float:
        """Return how far a figure got worse."""
        return after - before if self.most < 1 else before - after


@dataclass(frozen=True, slots=True)
class Known:
    """The questions with known answers that stand beside a content folder."""

    lines: Sequence[Line]
    """The third that the floors are for."""
    copied: frozenset[str]
    """Every question of more than five words, as no alias may be worded."""
    floors: Sequence[Floor]

    def figures(self, answers: Iterable[Answer]) -> Means:
        """Return the means of each figure by language and kind; `graded` sums up four kinds."""
        sums: dict[tuple[str, str], Figures] = {}
        for line, answer in zip(self.lines, answers, strict=True):
            for kind in [line["kind"], *(["graded"] if line["kind"] in GRADED else [])]:
                for name, value in evaluation.score(line, dict(answer)).items():
                    sums.setdefault((line["lang"], kind), Figures()).values[name].append(value)
        return {(*key, name): s.mean(name) or 0.0 for key, s in sums.items() for name in s.values}

    def changes(self, before: Means, after: Means) -> Iterator[str]:
        """Yield a line for each figure with a floor that is no longer the same."""
        for _, key in self._floored(before):
            if before[key] != after[key]:
                yield _change(key, before, after)

    def losses(self, before: Means, after: Means) -> Iterator[str]:
        """Yield a line for each floor that is broken now, and for each figure with a floor that got worse."""
        for floor, key in self._floored(before):
            if floor.broken(after[key]) and not floor.broken(before[key]):
                yield f"{_change(key, before, after)}, past its floor"
            elif floor.fall(before[key], after[key]) > FALL:
                yield f"{_change(key, before, after)}, more than half a point worse"

    def _floored(self, means: Means) -> Iterator[tuple[Floor, tuple[str, str, str]]]:
        for floor in self.floors:
            for language in LANGUAGES:
                key = (language, floor.kind, floor.figure)
                if key in means:
                    yield floor, key


def _change(key: tuple[str, str, str], before: Means, after: Means) -> str:
    return f"{' '.join(key)} {before[key]:.3f} -> {after[key]:.3f}"


def known(content: Path) -> Known | None:
    """Return the questions with known answers beside a content folder, as a checkout has them; None without them.

    Raises QuestionsError naming every line that cannot be used.
    """
    folder = content.resolve().parent / "tests" / "questions"
    paths = [folder / f"{language}.jsonl" for language in LANGUAGES]
    if not all(path.is_file() for path in [*paths, folder / "floors.json"]):
        return None
    lines = evaluation.read(paths)
    return Known(
        [line for line in lines if evaluation.third(line["q"]) == FLOORS],
        frozenset(line["q"].lower().rstrip("?. ") for line in lines if len(line["q"].split()) > 5),
        [Floor(**floor) for floor in json.loads((folder / "floors.json").read_text(encoding="utf-8"))],
    )
