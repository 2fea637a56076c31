"""Measures the search and its peers on the same questions in one run; prints a table in Markdown."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from sqlite3 import sqlite_version
from statistics import mean, median, quantiles
from time import perf_counter

import click
import psutil

# Nothing of the search itself up here: a measured process starts with these imports, and is to pay for its own.
from bench.peers import SYSTEMS, Build
from bot import config, content, evaluation
from bot.models import CASEWORK, NO_MATCH, Agenda, Message

SETTINGS = config.read({"IAMM_SEMANTIC": "off"})
"""The content that comes with iamm, and words alone whatever is installed."""
QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
COUNTED = 2
"""The third that is kept for the README; nothing may be tuned on it."""
KINDS = {"question", "keyword", "lay", "noisy"}
"""The kinds of question with graded answers."""
ROUNDS = 5
"""Times that all is built and asked; the median counts, so that a hiccup of the machine does not."""
GROWTH = 10
"""Times the items, for the growth of this search."""
THIS = next(iter(SYSTEMS))
GROWN = f"{THIS}, {GROWTH} × the items"
DECIMALS = {"hit@1": 3, "hit@3": 3, "nDCG@10": 3, "p50 ms": 3, "p99 ms": 3, "build ms": 0, "memory MB": 1}
"""The figures of the table in their order, with the decimals shown."""
FOUND = {"hit@1", "hit@3", "nDCG@10"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system did in one language."""

    rankings: list[list[str]]
    """What it found, for each question."""
    times: list[float]
    """Milliseconds, for each question."""
    build: float
    """Milliseconds."""
    memory: float
    """Megabytes by which the process grew: libraries, index, and all that the questions needed."""


def main() -> None:
    """Measure everything and print the table."""
    try:
        agendas = content.load(SETTINGS.content).agendas
        lines = evaluation.read(QUESTIONS / f"{language}.jsonl" for language in agendas)
    except (content.ContentError, evaluation.QuestionsError) as error:
        raise SystemExit(str(error)) from error
    counted = [line for line in lines if evaluation.third(line["q"]) == COUNTED]
    graded = {name: [line for line in counted if line["lang"] == name and line["kind"] in KINDS] for name in agendas}
    others = {
        name: [x["q"] for x in lines if x["lang"] == name and evaluation.third(x["q"]) != COUNTED] for name in agendas
    }
    measured = measure_all(agendas, graded, others)
    for row in table(graded, measured):
        click.echo(row)
    for row in notes(graded, asyncio.run(refused(counted))):
        click.echo(f"\n{row}")


def measure_all(
    agendas: Mapping[str, Agenda], graded: Mapping[str, Sequence[evaluation.Line]], others: Mapping[str, list[str]]
) -> dict[tuple[str, str], Measured]:
    """Return what was measured by language and system, one after the other, each in a fresh process."""
    jobs: dict[tuple[str, str], tuple[Build, Agenda, list[str], list[str]]] = {}
    for language, agenda in agendas.items():
        asked = [line["q"] for line in graded[language]]
        for name, build in SYSTEMS.items():
            jobs[language, name] = build, agenda, asked, others[language]
        jobs[language, GROWN] = SYSTEMS[THIS], grown(agenda), asked, others[language]
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return dict(zip(jobs, pool.starmap(measure, jobs.values(), chunksize=1), strict=True))


def grown(agenda: Agenda) -> Agenda:
    """Return an Agenda with every item several times, under made-up references."""
    copies = {f"{ref}~{n}": item for n in range(GROWTH) for ref, item in agenda.items.items()}
    return replace(agenda, items={ref: replace(item, ref=ref) for ref, item in copies.items()})


def measure(build: Build, agenda: Agenda, asked: list[str], others: list[str]) -> Measured:
    """Return what a system does with an Agenda and some questions; others warm it up."""
    before = _memory()
    find = build(agenda)
    rankings = [find(question) for question in asked]
    memory = _memory() - before
    del find
    rounds = [_time(build, agenda, asked, others) for _ in range(ROUNDS)]
    times = [median(each) for each in zip(*(times for _, times in rounds), strict=True)]
    return Measured(rankings, times, median(built for built, _ in rounds), memory)


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def _time(build: Build, agenda: Agenda, asked: list[str], others: list[str]) -> tuple[float, list[float]]:
    """Return the milliseconds of building and of each question.

    Each question is new to the index that answers it: this search remembers the typing errors that it has mended.
    """
    started = perf_counter()
    find = build(agenda)
    built = (perf_counter() - started) * 1000
    for question in others:
        find(question)
    times = []
    for question in asked:
        started = perf_counter()
        find(question)
        times.append((perf_counter() - started) * 1000)
    return built, times


async def refused(lines: Sequence[evaluation.Line]) -> dict[str, tuple[int, int]]:
    """Return, by language, how many questions out of scope the whole app refuses, and of how many."""
    from bot.app import App, now
    from bot.store.nothing import Nothing
    from bot.store.records import Chat

    app = App(SETTINGS, Nothing())
    counts: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line["kind"] == "oos":
            message = Message("bench", "bench", "console", now(), text=line["q"])
            chat = Chat(language=line["lang"])
            reply = await app.respond(message, app.understand(message, chat), chat)
            said_no, asked = counts.get(line["lang"], (0, 0))
            counts[line["lang"]] = said_no + (reply.outcome in {NO_MATCH, CASEWORK}), asked + 1
    return counts


def table(
    graded: Mapping[str, Sequence[evaluation.Line]], measured: Mapping[tuple[str, str], Measured]
) -> Iterator[str]:
    """Yield the rows of a table in Markdown."""
    yield f"| language | search | {' | '.join(DECIMALS)} |"
    yield "|---|---|" + "--:|" * len(DECIMALS)
    for (language, name), each in measured.items():
        shown = figures(each, graded[language])
        ours = figures(measured[language, THIS], graded[language])
        # Copies of an item share its rank, which says nothing of how well they are found.
        cells = ["" if name == GROWN and f in FOUND else _cell(f, shown[f], ours[f], name) for f in DECIMALS]
        yield f"| {language} | {name} | {' | '.join(cells)} |"


def figures(measured: Measured, lines: Sequence[evaluation.Line]) -> dict[str, float]:
    """Return the figures of a system by name."""
    pairs = [(refs, line["gold"]) for refs, line in zip(measured.rankings, lines, strict=True)]
    cuts = quantiles(measured.times, n=100, method="inclusive")
    return {
        "hit@1": mean(any(ref in gold for ref in refs[:1]) for refs, gold in pairs),
        "hit@3": mean(any(ref in gold for ref in refs[:3]) for refs, gold in pairs),
        "nDCG@10": mean(evaluation.ndcg(refs, gold) for refs, gold in pairs),
        "p50 ms": cuts[49],
        "p99 ms": cuts[98],
        "build ms": measured.build,
        "memory MB": measured.memory,
    }


def _cell(figure: str, value: float, ours: float, name: str) -> str:
    shown = f"{value:.{DECIMALS[figure]}f}"
    ratio = value / ours
    return shown if name == THIS else f"{shown} ({ratio:.{2 if ratio < 10 else 0}f})"


def notes(graded: Mapping[str, Sequence[evaluation.Line]], counts: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """Yield what has to be known to read the table, a paragraph each."""
    asked = ", ".join(f"{len(lines)} ({language})" for language, lines in graded.items())
    installed = ", ".join(f"{name} {version(name)}" for name in ("bm25s", "tantivy", "rapidfuzz"))
    yield (
        f"Questions: {asked}; in brackets, the ratio to {THIS}. Times are of single questions to a warm index that has "
        f"not met them, the median of {ROUNDS} rounds; memory is what a fresh process grows by, libraries included. "
        f"With {installed}, SQLite {sqlite_version}."
    )
    shares = ", ".join(f"{no} of {all_asked} ({language})" for language, (no, all_asked) in counts.items())
    yield f"Questions out of scope that the whole bot refuses, by words alone: {shares}."


if __name__ == "__main__":
    main()
