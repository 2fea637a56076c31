"""Questions while the bot, a process of its own, is killed again and again: each is answered, by either way in.

A few take part in the other tests; `IAMM_SOAK_QUESTIONS=1000` is the whole of it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests import logbook
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Server
from tests.test_deliveries_at_scale import QUESTIONS as ASKED
from tests.test_deliveries_at_scale import ROOT

pytestmark = pytest.mark.alone

QUESTIONS = int(os.environ.get("IAMM_SOAK_QUESTIONS", "60"))
KILLS = 30 if QUESTIONS >= 1000 else 3
START, BURST = 3.0, 0.2
"""Seconds in which it is killed: while it starts, and while it answers a burst of questions."""


@dataclass
class Bot:
    """The bot as a process, started anew after each kill."""

    server: Server
    database: Path
    webhook: int = 0
    """The port where it listens; 0 where it asks for updates."""
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self) -> asyncio.subprocess.Process:
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.server.url,
            "IAMM_DATABASE": str(self.database),
            "IAMM_SEMANTIC": "off",
            "IAMM_STATUS": "off",
        }
        way = ["--webhook", "https://bot.example.org/hook", "--listen", f"127.0.0.1:{self.webhook}"]
        logbook.watch(self.database.with_suffix(".log"))
        with self.database.with_suffix(".log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", "run", *(way if self.webhook else []),
                env=environment, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    async def kill(self) -> None:
        self.processes[-1].kill()
        await self.processes[-1].wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def bot(tmp_path: Path, way: str) -> AsyncIterator[Bot]:
    async with Server() as server:
        started = Bot(server, tmp_path / "iamm.db", free_port() if way == "webhook" else 0)
        if started.webhook:
            server.proxy = f"http://127.0.0.1:{started.webhook}"
        try:
            yield started
        finally:
            for process in started.processes:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        assert server.problems == []


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_every_question_is_answered_however_often_the_bot_is_killed(tmp_path: Path, way: str) -> None:
    dice = Random(2004)
    async with bot(tmp_path, way) as there:
        people = [Person(there.server, number) for number in range(1, QUESTIONS + 1)]

        def answers() -> int:
            return sum(len(person.received) for person in people)

        async def ask(some: Sequence[Person]) -> None:
            for number, person in enumerate(some):
                await person.write(ASKED[number % len(ASKED)])

        repeated = [0]
        burst = QUESTIONS // (KILLS + 1)
        for kill in range(KILLS):
            before = answers()
            await ask(people[kill * burst : (kill + 1) * burst])
            await there.start()
            if kill % 4 == 3:
                await asyncio.sleep(dice.uniform(0, START))
            else:
                await there.server.changed(lambda before=before: answers() > before, 30)  # type: ignore[misc]
                await asyncio.sleep(dice.uniform(0, BURST))
            await there.kill()
            repeated.append(sum(max(0, len(person.received) - 1) for person in people))
        await ask(people[KILLS * burst :])
        await there.start()
        await there.server.changed(lambda: all(person.received for person in people), 60)
        await asyncio.sleep(1)

    found = Counter(len(person.received) for person in people)
    print(f"\n{way}: {KILLS} kills, questions by number of answers {dict(found)}")
    assert not found[0]
    assert max(after - before for before, after in pairwise(repeated)) <= 1
