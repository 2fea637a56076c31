"""Many who are due in one minute, the bot a process of its own: as fast as allowed, and once, however it is ended.

Some take part in the other tests; `IAMM_SOAK_SUBSCRIBERS=10000` is the whole of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from bot.digest import Due, Subscription
from bot.store.database import Store
from bot.store.records import Standing
from tests import logbook
from tests.telegram.serve import ASKERS
from tests.telegram.server import TOKEN

pytestmark = pytest.mark.alone

SUBSCRIBERS = int(os.environ.get("IAMM_SOAK_SUBSCRIBERS", "150"))
MANY = 2000
"""From so many on, figures are steady enough to be held to the letter."""
KILLS = 20 if SUBSCRIBERS >= MANY else 3
RATE = 28
"""Messages a second that are to be sustained; Telegram takes 30."""
EASY = 0.5
"""Seconds in which a question is answered on a machine that is busy with other tests."""
SETTLING = 0.25
"""Seconds that the bot may take to write down an outcome that it was told."""
ROOT = Path(__file__).parent.parent
QUESTIONS = [
    "How should States protect victims of trafficking?",
    "remittances",
    "Comment former les gardes-frontières ?",
    "6.a.5",
    "¿Qué dice sobre el retorno voluntario?",
    "/section 9",
    "integration of migrants in cities",
    "visas for students",
]


@dataclass
class Telegram:
    """A loopback Telegram in another process, and the bots that were started on it."""

    url: str
    control: str
    session: aiohttp.ClientSession
    bots: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def count(self) -> int:
        """Return how many deliveries it has taken."""
        async with self.session.get(f"{self.control}/count") as response:
            return int(await response.json())

    async def report(self) -> dict[str, Any]:
        async with self.session.get(f"{self.control}/report") as response:
            found: dict[str, Any] = await response.json()
        assert found["problems"] == []
        return found

    async def ask(self, text: str) -> float:
        """Ask the bot as somebody new and return after how many seconds it answered."""
        async with self.session.post(f"{self.control}/ask", data=text) as response:
            return float(await response.json())

    async def start(self, database: Path) -> asyncio.subprocess.Process:
        """Start `iamm run`; what it says goes into a file beside the database."""
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.url,
            "IAMM_DATABASE": str(database),
            "IAMM_SEMANTIC": "off",
        }
        logbook.watch(database.with_suffix(".log"))
        with database.with_suffix(".log").open("ab") as log:
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", "run", env=environment, cwd=ROOT, stdout=log, stderr=log
            )
        self.bots.append(bot)
        return bot


@asynccontextmanager
async def telegram(people: int, groups: int = 0, delay: float = 0.0) -> AsyncIterator[Telegram]:
    """Start a Telegram that takes up to `delay` seconds for a message, and end all that runs on it."""
    size = [f"--people={people}", f"--groups={groups}", f"--delay={delay}"]
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.telegram.serve", *size, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout
    async with aiohttp.ClientSession() as session:
        there = Telegram(**json.loads(await asyncio.wait_for(server.stdout.readline(), 60)), session=session)
        try:
            yield there
        finally:
            for process in (*there.bots, server):
                if process.returncode is None:
                    process.kill()
                    await process.wait()


def chats(count: int) -> list[int]:
    """Return the numbers of subscribers, one in ten a group."""
    groups = count // 10
    return [*range(1, count - groups + 1), *range(-groups, 0)]


async def subscribe(database: Path, count: int) -> None:
    """Write subscribers into the file, due tomorrow."""
    store = Store(database, 90)
    await store.open()
    now = datetime.now(UTC)
    tomorrow = now + timedelta(days=1)
    for number in chats(count):
        sub = Subscription(f"telegram:{number}", "UTC", f"{now:%H:%M}", seed=number % 7919)
        await store.subscribe(Standing(sub, Due(tomorrow, tomorrow.date()), language="en"), now)
    await store.close()


def make_due(database: Path) -> None:
    """Let everybody be due in this minute."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with closing(sqlite3.connect(database, timeout=30)) as db, db:
        db.execute("update subscriptions set next_due = ?, next_day = ?", (now.isoformat(), now.date().isoformat()))


def ledger(database: Path) -> dict[int, str]:
    """Return the outcome for each chat; a second row for one would be a second day."""
    with closing(sqlite3.connect(database, timeout=30)) as db:
        found = db.execute("select subscriber, status from deliveries").fetchall()
    assert len(dict(found)) == len(found)
    return {int(subscriber.partition(":")[2]): status for subscriber, status in found}


async def settled(database: Path, count: int, seconds: float) -> None:
    """Wait until so many deliveries have come to an end."""
    async with asyncio.timeout(seconds):
        while len(found := ledger(database)) < count or "sending" in found.values():  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def deliveries(report: dict[str, Any]) -> Counter[int]:
    """Return how many messages each subscriber has."""
    return Counter(sent["chat"] for sent in report["sent"] if sent["taken"] and sent["chat"] < ASKERS)


def rate(moments: list[float]) -> float:
    """Return how many a second came after the first second."""
    moments = sorted(moments)
    later = [at for at in moments if at >= moments[0] + 1]
    return (len(later) - 1) / (later[-1] - later[0])


def percentile(seconds: list[float]) -> float:
    """Return the 99th percentile: of fewer than a hundred, the longest."""
    return sorted(seconds)[max(0, -(-len(seconds) * 99 // 100) - 1)]


async def ask_every(seconds: float, there: Telegram, ended: asyncio.Event) -> list[float]:
    """Ask again and again until an event, and return how long each answer took."""
    took = []
    questions = cycle(QUESTIONS)
    while not ended.is_set():
        took.append(await there.ask(next(questions)))
        try:
            await asyncio.wait_for(ended.wait(), seconds)
        except TimeoutError:
            continue
    return took


async def test_all_who_are_due_in_one_minute_are_served_once_and_questions_pass(tmp_path: Path) -> None:
    database = tmp_path / "iamm.db"
    await subscribe(database, SUBSCRIBERS)
    async with telegram(SUBSCRIBERS, SUBSCRIBERS // 10) as there:
        bot = await there.start(database)
        for question in QUESTIONS:  # the first time takes longer
            await there.ask(question)
        idle = []
        for question, _ in zip(cycle(QUESTIONS), range(max(16, SUBSCRIBERS // 20)), strict=False):
            idle.append(await there.ask(question))
            await asyncio.sleep(0.1)

        make_due(database)
        ended = asyncio.Event()
        asking = asyncio.create_task(ask_every(2, there, ended))
        await settled(database, SUBSCRIBERS, SUBSCRIBERS / 20 + 30)
        ended.set()
        busy = await asking
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 15) == 0
        report = await there.report()

    assert "Traceback" not in database.with_suffix(".log").read_text()
    first = min(sent["received"] for sent in report["sent"] if sent["chat"] < ASKERS)
    sustained = rate([sent["received"] for sent in report["sent"] if sent["received"] >= first])
    print(f"\n{sustained:.2f}/s; p99 {percentile(idle):.4f} s idle, {percentile(busy):.4f} s of {len(busy)} meanwhile")
    assert deliveries(report) == Counter(chats(SUBSCRIBERS))
    assert Counter(ledger(database).values()) == {"sent": SUBSCRIBERS}
    assert report["refused_429"] == 0
    if SUBSCRIBERS >= MANY:
        assert sustained >= RATE
        assert percentile(busy) <= 1.5 * percentile(idle)
    else:
        assert percentile(busy) <= max(EASY, 1.5 * percentile(idle))


async def test_however_often_it_is_killed_nobody_gets_two(tmp_path: Path) -> None:
    database, dice = tmp_path / "iamm.db", Random(2004)
    window = SUBSCRIBERS / RATE / (KILLS + 2)
    await subscribe(database, SUBSCRIBERS)
    make_due(database)
    lost: set[int] = set()
    in_flight = unsent = 0
    async with telegram(SUBSCRIBERS, SUBSCRIBERS // 10, delay=0.08) as there:
        for kill in range(1, KILLS + 1):
            bot = await there.start(database)
            if kill % 4:
                await delivering(there)
                await asyncio.sleep(dice.uniform(0, window))
            else:
                await asyncio.sleep(dice.uniform(0, 3))  # while it starts
            killed = time.monotonic()
            bot.kill()
            await bot.wait()
            await asyncio.sleep(SETTLING)  # what had arrived is carried out
            cut = {chat for chat, status in ledger(database).items() if status == "sending"} - lost
            lost |= cut
            answered = {sent["chat"]: sent["answered"] for sent in (await there.report())["sent"]}
            for chat in cut & set(answered):
                assert answered[chat] > killed - SETTLING
            in_flight += len(cut & set(answered))
            unsent += len(cut - set(answered))
        bot = await there.start(database)
        await settled(database, SUBSCRIBERS, SUBSCRIBERS / 20 + 30)
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 15) == 0
        report = await there.report()

    print(f"\n{KILLS} kills: {in_flight} were in flight, {unsent} claimed and not sent")
    got, found = deliveries(report), ledger(database)
    assert max(got.values()) == 1
    assert set(found.values()) <= {"sent", "unknown"}
    assert {chat for chat, status in found.items() if status == "unknown"} == lost
    assert unsent <= KILLS
    assert [chat for chat, status in found.items() if status == "sent" and got[chat] != 1] == []
    assert len(got) == SUBSCRIBERS - unsent
    assert report["refused_429"] <= KILLS * 5  # a new start knows nothing of the second before it


async def delivering(there: Telegram) -> None:
    """Wait until a delivery more has arrived."""
    before = await there.count()
    async with asyncio.timeout(30):
        while await there.count() == before:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_stop_in_the_middle_lets_what_is_under_way_arrive(tmp_path: Path) -> None:
    """An ordinary restart costs nobody a practice, and leaves nothing that is not certain."""
    database, count = tmp_path / "iamm.db", 60
    await subscribe(database, count)
    make_due(database)
    async with telegram(count, count // 10, delay=0.2) as there:
        bot = await there.start(database)
        await delivering(there)
        await asyncio.sleep(0.7)
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 15) == 0
        await there.start(database)
        await settled(database, count, 30)
        report = await there.report()

    assert Counter(ledger(database).values()) == {"sent": count}
    assert deliveries(report) == Counter(chats(count))


async def test_a_second_bot_on_the_same_database_leaves_with_a_clear_word(tmp_path: Path) -> None:
    database, count = tmp_path / "iamm.db", 60
    await subscribe(database, count)
    async with telegram(count, count // 10) as there:
        await there.start(database)
        await there.ask("visas")
        make_due(database)
        seconds = [await there.start(database) for _ in range(2)]
        assert [await asyncio.wait_for(second.wait(), 30) for second in seconds] == [1, 1]
        await settled(database, count, 30)
        await there.ask("remittances")
        report = await there.report()

    assert database.with_suffix(".log").read_text().count("already runs") == 2
    assert deliveries(report) == Counter(chats(count))
    assert Counter(ledger(database).values()) == {"sent": count}


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("IAMM_", "TELEGRAM_")):
            monkeypatch.delenv(name)
