"""Measures the bot as it runs in Telegram beside an echo bot, on one server in one run; prints a table in Markdown."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from random import Random
from statistics import median, quantiles

import click
import psutil

from bot import config, evaluation, i18n
from bot.models import LANGUAGES
from tests.telegram.load import AT_ONCE, Answers, Load, Telegram
from tests.telegram.wire import TOKEN

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
DELAY = 0.03
"""Seconds that Telegram takes for each call."""
ROUNDS = 3
"""Lives of each bot, in turn; the median counts, so that a hiccup of the machine does not."""
WARM, CROWD, STREAM = 1000, 3000, 2000
"""Messages of a life: before anything is measured, as fast as they are answered, and at a fixed rate."""
SHARE = 0.5
"""The fixed rate, of what the echo bot can do."""
HOUR, SETTLED, PEOPLE = 100_000, 1000, 10_000
"""Messages of an hour, those after which memory is to grow no more, and who writes them."""
STOPPING = 30.0
"""Seconds."""
LOG_SHOWN = 2000
"""Characters of the log of a bot that failed."""
US, PEER = "iamm", "echo bot"
DECIMALS = {
    "replies/s": 0, "CPU ms": 2, "p50 ms": 0, "p99 ms": 0, "half p50 ms": 1, "half p99 ms": 1,
    "start s": 2, "ready s": 2, "memory MB": 1, "growth MB": 1,
}  # fmt: skip
"""The figures of the table in their order, with the decimals shown."""

Figures = dict[str, float]


class BenchError(Exception):
    """A bot failed, so that there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Bot:
    """One of the two that are compared."""

    module: Sequence[str]
    """What Python runs, with its arguments."""
    answers: Answers


@asynccontextmanager
async def running(bot: Bot, telegram: Telegram) -> AsyncIterator[psutil.Process]:
    """Run a bot as its users do, with a database of its own.

    Raises BenchError for whatever goes wrong meanwhile, with what the bot said of it.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        ours = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "IAMM_DATABASE": f"{folder}/iamm.db",
            "IAMM_SEMANTIC": "off",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *bot.module, env=os.environ | ours, stdout=log, stderr=log
        )
        try:
            yield psutil.Process(process.pid)
        except Exception as error:
            log.seek(0)
            said = log.read().decode()[-LOG_SHOWN:]
            raise BenchError(f"{' '.join(bot.module)}: {_first(error)!r}\n{said}") from error
        finally:
            await _stop(process)


async def wake(bot: Bot, question: str) -> Figures:
    """Return how long a bot takes from its start to the answer to a message that waits for it."""
    async with Telegram(DELAY) as telegram:
        load = Load(telegram, bot.answers, 1)
        started = time.perf_counter()
        async with running(bot, telegram):
            await load.ask(question)
            return {"start s": time.perf_counter() - started}


async def live(bot: Bot, questions: Iterator[str], rate: float | None) -> Figures:
    """Return the figures of one life; without a rate, at half of what this very bot can do."""
    async with Telegram(DELAY) as telegram:
        load = Load(telegram, bot.answers, AT_ONCE)
        started = time.perf_counter()
        async with running(bot, telegram) as process:
            await telegram.listened()
            await load.ask(next(questions))
            ready = time.perf_counter() - started
            await load.crowd(itertools.islice(questions, WARM))
            began, busy, own = time.perf_counter(), _cpu(process), time.process_time()
            crowd = await load.crowd(itertools.islice(questions, CROWD))
            seconds = time.perf_counter() - began
            busy, own = _cpu(process) - busy, time.process_time() - own
            stream = await load.stream(itertools.islice(questions, STREAM), rate or SHARE * CROWD / seconds)
    crowded, streamed = (quantiles(times, n=100, method="inclusive") for times in (crowd, stream))
    return {
        "replies/s": CROWD / seconds,
        "CPU ms": busy / CROWD * 1000,
        "busy": busy / seconds,
        "server busy": own / seconds,
        "p50 ms": crowded[49] * 1000,
        "p99 ms": crowded[98] * 1000,
        "half p50 ms": streamed[49] * 1000,
        "half p99 ms": streamed[98] * 1000,
        "ready s": ready,
    }


async def grow(bot: Bot, questions: Iterator[str]) -> Figures:
    """Return the memory of a bot and what an hour adds to it, with many people and ever new typing errors."""
    async with Telegram() as telegram:
        load = Load(telegram, bot.answers, PEOPLE)
        dice = Random(0)  # noqa: S311 - the same errors in every run
        typed = (mistype(question, dice) for question in questions)
        async with running(bot, telegram) as process:
            await load.crowd(itertools.islice(typed, SETTLED))
            settled = process.memory_info().rss
            await load.crowd(itertools.islice(typed, HOUR - SETTLED))
            return {"memory MB": settled / 1e6, "growth MB": (process.memory_info().rss - settled) / 1e6}


def mistype(question: str, dice: Random) -> str:
    """Return a question with two characters in each other's place."""
    place = dice.randrange(max(len(question) - 1, 1))
    return (question[:place] + question[place : place + 2][::-1] + question[place + 2 :]).strip()


async def measure() -> dict[str, Figures]:
    """Return the figures of both bots, the medians of their lives."""
    bots = {PEER: Bot(["bench.echo"], str.__eq__), US: Bot(["bot.cli", "run"], _unbroken())}
    lines = evaluation.read(QUESTIONS / f"{language}.jsonl" for language in LANGUAGES)
    asked = [line["q"] for line in lines if line["kind"] != "control"]
    lives: dict[str, list[Figures]] = {name: [] for name in bots}
    rate = None
    for seed in range(ROUNDS):
        for name, bot in bots.items():
            shuffled = Random(seed).sample(asked, len(asked))  # noqa: S311 - the same questions for both
            questions = itertools.cycle(shuffled)
            figures = await wake(bot, next(questions)) | await live(bot, questions, rate)
            rate = rate or SHARE * figures["replies/s"]
            lives[name].append(figures | {"rate": rate})
    grown = await asyncio.gather(*(grow(bot, itertools.cycle(asked)) for bot in bots.values()))
    return {
        name: {key: median(life[key] for life in lives[name]) for key in lives[name][0]} | more
        for name, more in zip(bots, grown, strict=True)
    }


def table(measured: Mapping[str, Figures]) -> Iterator[str]:
    """Yield the rows of a table in Markdown."""
    yield f"| bot | {' | '.join(DECIMALS)} |"
    yield "|---|" + "--:|" * len(DECIMALS)
    for name, figures in measured.items():
        cells = [f"{figures[key]:.{decimals}f}" for key, decimals in DECIMALS.items()]
        if name == US:
            ratios = [figures[key] / measured[PEER][key] for key in DECIMALS]
            cells = [f"{cell} ({ratio:.2f})" for cell, ratio in zip(cells, ratios, strict=True)]
        yield f"| {name} | {' | '.join(cells)} |"


def notes(measured: Mapping[str, Figures]) -> Iterator[str]:
    """Yield what has to be known to read the table, a paragraph each."""
    peer, us = measured[PEER], measured[US]
    yield (
        f"{US} with its log, its database and its search by words, beside the echo bot of python-telegram-bot's "
        f"documentation with {AT_ONCE} updates at once; in brackets, the ratio to it. Both on one server that answers "
        f"each call after {DELAY * 1000:.0f} ms; it kept {us['server busy']:.0%} of a core busy, {US} "
        f"{us['busy']:.0%} and the echo bot {peer['busy']:.0%}. Medians of {ROUNDS} lives of each, in turn. "
        f"With python-telegram-bot {version('python-telegram-bot')}, Python {python_version()}."
    )
    yield (
        f"Replies/s, CPU a reply, p50 and p99: {AT_ONCE} people in three languages, each of whom asks again when "
        f"answered. Half: {us['rate']:.0f} questions a second, half of what the echo bot answers. Start: from the "
        "start of the process to the answer to a message that waited for it; ready: to that to a message sent when "
        f"the bot listens. Memory after {SETTLED:,} messages, and its growth until {HOUR:,}, from {PEOPLE:,} people, "
        "with typing errors."
    )


def main() -> None:
    """Measure everything and print the table."""
    try:
        measured = asyncio.run(measure())
    except (BenchError, evaluation.QuestionsError) as error:
        raise SystemExit(str(error)) from error
    for row in table(measured):
        click.echo(row)
    for row in notes(measured):
        click.echo(f"\n{row}")


def _unbroken() -> Answers:
    """Return a check that an answer is not what people read where a handler broke, in any language."""
    translators = i18n.load(config.read({}).locales).values()
    broken = {each.say("Something went wrong on my side. Please try again in a moment.") for each in translators}
    return lambda question, answer: answer not in broken


def _first(error: Exception) -> Exception:
    """Return the first of the errors of a group of tasks."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPPING)
    except TimeoutError:
        process.kill()
        await process.wait()


def _cpu(process: psutil.Process) -> float:
    """Return the seconds that a process has had of the processor, in all its threads."""
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
