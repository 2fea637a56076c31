"""The questions, and the floors that the search must not fall under.

A third of them is for tuning, a third for these floors, a third looked at only for the README's table.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot import config, evaluation
from bot.app import App
from bot.asking import answer
from bot.models import LANGUAGES, Agenda
from bot.store.nothing import Nothing

QUESTIONS = Path(__file__).parent / "questions"
FLOORS = 1
"""The third of the questions that is kept for the floors."""
GRADED = {"question", "keyword", "lay", "noisy"}


@cache
def lines(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(evaluation.read([QUESTIONS / f"{name}.jsonl"]))


@pytest.fixture(scope="module")
def figures(built: App) -> dict[tuple[str, str], dict[str, float]]:
    """Return the mean of each figure by language and kind, on the third for floors; `graded` sums up four kinds."""
    sums: dict[tuple[str, str], evaluation.Figures] = {}
    with asyncio.Runner() as runner:
        for language in LANGUAGES:
            for line in lines(language):
                if evaluation.third(line["q"]) != FLOORS:
                    continue
                figure = evaluation.score(line, runner.run(answer(built, line["q"], None)))
                for kind in [line["kind"], *(["graded"] if line["kind"] in GRADED else [])]:
                    of_kind = sums.setdefault((language, kind), evaluation.Figures())
                    for name, value in figure.items():
                        of_kind.values[name].append(value)
    return {key: {name: s.mean(name) or 0.0 for name in s.values} for key, s in sums.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("floor", json.loads((QUESTIONS / "floors.json").read_text()), ids=lambda floor: floor["kind"])
def test_the_search_stays_above_its_floors(
    figures: dict[tuple[str, str], dict[str, float]], language: str, floor: dict[str, Any]
) -> None:
    figure = figures[language, floor["kind"]][floor["figure"]]
    assert floor.get("least", 0) <= figure <= floor.get("most", 1), floor


@pytest.mark.parametrize(("words", "floor"), [(1, 0.92), (2, 0.95), (3, 0.99)])
def test_the_language_of_short_messages(built: App, words: int, floor: float) -> None:
    of_length = [x for x in lines("languages") if min(len(x["q"].replace("?", "").split()), 3) == words]
    right = [built.detector.detect(line["q"]) == line["lang"] for line in of_length]
    assert len(right) > 100
    assert sum(right) / len(right) >= floor


def test_the_same_question_finds_the_same_items_in_every_language(built: App) -> None:
    same = common = 0
    triples = [json.loads(line) for line in (QUESTIONS / "triples.jsonl").read_text().splitlines()]
    for triple in triples:
        found = [[m.ref for m in built.index(lang).find(triple[lang]).items[:3]] for lang in LANGUAGES]
        same += len({refs[0] if refs else "" for refs in found}) == 1
        common += bool(set.intersection(*map(set, found)))
    assert same / len(triples) >= 0.48
    assert common / len(triples) >= 0.78


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_cover_the_agenda(agendas: dict[str, Agenda], language: str) -> None:
    agenda = agendas[language]
    graded = [line for line in lines(language) if line["kind"] in GRADED]
    assert len(graded) >= 250
    sections = Counter(line["section"] for line in graded)
    holding = {item.section for item in agenda.items.values() if item.kind == "practice"}
    assert holding <= set(sections)
    for line in lines(language):
        assert set(line.get("gold", {})) <= set(agenda.items)
        assert set(line.get("sections", [])) <= set(agenda.sections)


def test_no_question_was_copied_into_the_aliases(agendas: dict[str, Agenda]) -> None:
    for language, agenda in agendas.items():
        aliases = {a.lower() for each in (*agenda.items.values(), *agenda.sections.values()) for a in each.aliases}
        long = [line["q"].lower().rstrip("?. ") for line in lines(language) if len(line["q"].split()) > 5]
        assert not aliases & set(long)


# These need the extra; `make test-semantic` installs it.


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, evaluation.Figures]:
    settings = replace(config.read({}), cache=tmp_path_factory.mktemp("cache"))
    app = App(settings, Nothing())
    assert app.meaning
    app.meaning.prepare()
    sums = {language: evaluation.Figures() for language in LANGUAGES}
    with asyncio.Runner() as runner:
        for language in LANGUAGES:
            for line in lines(language):
                if evaluation.third(line["q"]) == FLOORS and line["kind"] in GRADED | {"oos"}:
                    found = runner.run(answer(app, line["q"], None))
                    assert found["intent"] != "ask" or found["engine"] == "words+meaning"
                    for name, value in evaluation.score(line, found).items():
                        sums[language].values[name].append(value)
    return sums


@pytest.mark.semantic
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("figure", "floor"), [("hit@1", 0.82), ("hit@3", 0.93), ("kept", 0.95), ("refused", 0.85)])
def test_meaning_stays_above_its_floors(
    answers: dict[str, evaluation.Figures], language: str, figure: str, floor: float
) -> None:
    assert (answers[language].mean(figure) or 0.0) >= floor
