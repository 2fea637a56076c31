"""The operators hear of troubles: of each once an hour and when it is over, in their language, and nobody else does."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot import config
from bot.app import App
from bot.config import Settings
from bot.digest import Due, Subscription
from bot.metrics import ErrorCounter, Metrics
from bot.store.database import Store
from bot.store.records import Standing
from bot.telegram.connection import Connection, Reach
from bot.telegram.operators import TRIES
from bot.telegram.service import Service
from bot.telegram.watch import Watch
from tests import disks
from tests.conftest import NOON, Clock, running
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, ApiError, Server
from tests.telegram.state import BLOCKED

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LANGUAGES = {71001: "en", 71002: "fr", 71003: "es"}
GONE, UNKNOWN, STRANGER = 71000, 71004, 71005
ROOT = Path(__file__).parent.parent
logger = logging.getLogger("bot.tests")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


class Office:
    """Five operators, of whom one has blocked the bot and one never wrote to it, and somebody who is none."""

    def __init__(self, server: Server) -> None:
        self.people = [Person(server, number) for number in LANGUAGES]
        self.stranger = Person(server, STRANGER)
        Person(server, GONE)
        server.closed[GONE] = BLOCKED

    async def choose(self, store: Store) -> None:
        for number, language in LANGUAGES.items():
            await store.set_language(f"telegram:{number}", language)

    def heard(self) -> list[str]:
        """Return what the operators were told so far, the same to each; nobody else was, and nothing of anybody."""
        english, french, spanish = ([m["text"] for m in person.received] for person in self.people)
        assert len(english) == len(french) == len(spanish)
        assert not set(english) & set(french) & set(spanish)
        for text in [*english, *french, *spanish]:
            assert not re.search(r"\d{5}|trafficking", text)
        assert self.stranger.received == []
        return english


@pytest.fixture
def office(server: Server, app: App, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Office:
    admins = frozenset(map(str, [GONE, *LANGUAGES, UNKNOWN]))
    monkeypatch.setattr(app, "settings", replace(settings, admins=admins, token=TOKEN, api_url=server.url))
    return Office(server)


@dataclass
class Post:
    """A watch, and what it looks at."""

    app: App
    store: Store
    bot: Connection
    clock: Clock
    metrics: Metrics

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.watch = Watch(
            self.app, self.store, self.bot, self.clock, self.clock.timer, self.metrics, Reach(self.clock.timer)
        )

    async def look(self, after: timedelta = MINUTE) -> None:
        self.clock.run(after)
        await self.watch.look()

    async def subscribe(self, number: int, late: timedelta) -> None:
        """Let somebody have a delivery that is so late already."""
        sub = Subscription(f"telegram:{STRANGER + number}", "UTC", "08:00")
        due = Due(self.clock.at - late, self.clock.at.date())
        await self.store.subscribe(Standing(sub, due, None, None, "en"), self.clock.at)

    async def unsubscribe(self, number: int) -> None:
        await self.store.unsubscribe(f"telegram:{STRANGER + number}")

    def err(self, errors: int, messages: int = 0) -> None:
        self.metrics.received.inc(messages)
        for _ in range(errors):
            logger.error("Something broke")


@pytest_asyncio.fixture
async def post(app: App, store: Store, office: Office, clock: Clock) -> AsyncIterator[Post]:
    metrics = Metrics()
    counter = ErrorCounter(metrics)
    logging.getLogger().addHandler(counter)
    async with Connection(app.settings) as bot:
        await office.choose(store)
        yield Post(app, store, bot, clock, metrics)
    logging.getLogger().removeHandler(counter)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Let another program keep the database to itself."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


# When, and how often.


async def test_each_trouble_is_told_once_an_hour_and_when_it_is_over(post: Post, office: Office) -> None:
    for after in (MINUTE, MINUTE, 58 * MINUTE):
        post.err(3, 200)
        await post.look(after)
    assert office.heard() == ["Errors in the last 15 minutes: 3, with 200 messages. The log of the program says where."]

    post.err(1000)
    await post.look(MINUTE)
    assert "1,003, with 200 messages" in office.heard()[1]
    assert "1 003" in office.people[1].received[1]["text"].replace("\u202f", " ")

    await post.look(HOUR)
    await post.look(HOUR)
    assert office.heard()[2:] == [
        "Errors are rare again: no more than one for a hundred messages in the last 15 minutes."
    ]


async def test_one_error_in_a_hundred_messages_is_not_told(post: Post, office: Office) -> None:
    post.err(2, 200)
    await post.look()
    assert office.heard() == []

    post.err(1)
    await post.look()
    assert len(office.heard()) == 1


async def test_errors_count_however_rarely_it_looks(post: Post, office: Office) -> None:
    await post.look(3 * HOUR)
    post.err(1, 50)
    await post.look(HOUR)

    assert "1, with 50 messages" in office.heard()[0]


async def test_what_comes_and_goes_is_told_once_an_hour(post: Post, office: Office) -> None:
    for _ in range(5):
        await post.subscribe(1, 90 * MINUTE)
        await post.look(MINUTE)
        await post.unsubscribe(1)
        await post.look(MINUTE)

    assert office.heard() == ["1 delivery is more than 15 minutes late.", "No delivery is late any more."]


async def test_a_bot_that_is_started_over_and_over_tells_nothing(post: Post, office: Office) -> None:
    for _ in range(5):
        post.restart()
        post.err(1)
        await post.look(timedelta(0))
        await post.look(timedelta(seconds=14))
    assert office.heard() == []

    await post.look()
    assert len(office.heard()) == 1


@pytest.mark.parametrize("shift", [timedelta(days=-2), timedelta(days=30)])
async def test_a_clock_that_is_set_mutes_nothing_and_repeats_nothing(
    post: Post, office: Office, shift: timedelta
) -> None:
    post.clock.at += shift
    post.err(3, 200)
    await post.look()
    assert len(office.heard()) == 1

    post.clock.at += shift
    for _ in range(58):
        post.err(3, 200)
        await post.look()
    assert len(office.heard()) == 1

    await post.look(2 * MINUTE)
    assert len(office.heard()) == 2

    post.clock.at -= shift
    await post.look(16 * MINUTE)
    await post.look()
    assert len(office.heard()) == 3


# Across restarts.


async def test_a_restart_repeats_nothing_within_the_hour_and_calls_off_what_is_over(post: Post, office: Office) -> None:
    await post.subscribe(1, 90 * MINUTE)
    for _ in range(58):
        await post.look()
        post.restart()
    assert len(office.heard()) == 1

    await post.look()
    await post.look(2 * MINUTE)
    assert office.heard() == ["1 delivery is more than 15 minutes late."] * 2

    post.restart()
    await post.unsubscribe(1)
    await post.look()
    post.restart()
    await post.look()
    assert office.heard()[2:] == ["No delivery is late any more."]


async def test_what_takes_time_to_see_is_not_called_off_at_once(post: Post, office: Office) -> None:
    post.err(1)
    await post.look()
    post.restart()
    post.metrics.received.inc(1000)
    await post.look(14 * MINUTE)
    assert len(office.heard()) == 1

    await post.look()
    assert office.heard()[1].startswith("Errors are rare again")


async def test_what_was_not_sent_before_a_restart_is_told_after_it(post: Post, office: Office, server: Server) -> None:
    await post.subscribe(1, 90 * MINUTE)
    async with server.unreachable():
        await post.look()
    post.restart()
    await post.look()
    assert office.heard() == ["1 delivery is more than 15 minutes late."]

    await post.unsubscribe(1)
    async with server.unreachable():
        await post.look()
    post.restart()
    await post.look()
    assert office.heard()[1:] == ["No delivery is late any more."]


@pytest.mark.parametrize("shift", [timedelta(days=-2), timedelta(days=2)])
async def test_a_clock_that_is_set_while_the_bot_is_off_mutes_nothing(
    post: Post, office: Office, shift: timedelta
) -> None:
    await post.subscribe(1, timedelta(days=3))
    await post.look()
    post.clock.at += shift
    for _ in range(3):
        post.restart()
        await post.look()

    assert office.heard() == ["1 delivery is more than 15 minutes late."] * 2


async def test_what_was_told_is_for_its_owner_alone_and_names_nobody(post: Post, office: Office) -> None:
    await post.subscribe(1, 90 * MINUTE)
    await post.look()
    kept = post.store.path.with_name("iamm.db.alarms")

    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text()) == {"late": [post.clock.at.isoformat(), True]}


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"late": 3}', '{"late": ["yesterday", true]}', "\0" * 4096])
async def test_a_file_that_is_damaged_costs_a_message_at_the_most(post: Post, office: Office, damage: str) -> None:
    kept = post.store.path.with_name("iamm.db.alarms")
    await post.subscribe(1, 90 * MINUTE)
    await post.look()
    kept.write_text(damage)
    for _ in range(3):
        post.restart()
        await post.look()

    assert len(office.heard()) == 2


async def test_a_file_that_cannot_be_used_stops_nothing(post: Post, office: Office) -> None:
    post.store.path.with_name("iamm.db.alarms").mkdir()
    post.restart()
    await post.subscribe(1, 90 * MINUTE)
    await post.look()
    await post.look()

    assert len(office.heard()) == 1


# Whom, and through which troubles of the network.


async def test_nothing_is_lost_while_telegram_is_away(post: Post, office: Office, server: Server) -> None:
    async with server.unreachable():
        post.err(1)
        with locked(post.store.path):
            await post.look()
        for _ in range(2 * TRIES):
            await post.look()
        assert office.heard() == []
    await post.look()
    await post.look()

    assert len(office.heard()) == 2
    assert office.heard()[0].startswith("Errors in the last 15 minutes: 2")  # that of the database is one
    assert office.heard()[1] == "The database can be used again."


async def test_what_may_have_arrived_is_not_sent_for_ever(post: Post, office: Office, server: Server) -> None:
    server.faults.append(faults.reset_after(faults.method("sendMessage") & faults.chat(71001)))
    post.err(1)
    for _ in range(20):
        await post.look()

    told = [len(person.received) for person in office.people]
    assert told == [TRIES + 1] + [2, 2] or told == [2 * TRIES, 2, 2]


async def test_who_is_written_to_too_much_is_told_later(post: Post, office: Office, server: Server) -> None:
    busy = faults.refused(ApiError(429, "Too Many Requests: retry after 1", retry_after=1), faults.chat(71001))
    server.faults.append(busy)
    post.err(1)
    await post.look()
    assert [len(person.received) for person in office.people] == [0, 1, 1]

    server.faults.clear()
    await post.look()
    assert len(office.heard()) == 1


# What.


async def test_late_deliveries(post: Post, office: Office) -> None:
    for number, minutes in ((1, 15), (2, 16), (3, 90)):
        await post.subscribe(number, (minutes - 1) * MINUTE)
    await post.look()
    assert office.heard() == ["2 deliveries are more than 15 minutes late."]
    assert office.people[2].received[0]["text"] == "2 envíos llevan más de 15 minutos de retraso."

    for number in (1, 2, 3):
        await post.unsubscribe(number)
    await post.look()
    assert office.heard()[1:] == ["No delivery is late any more."]


async def test_a_database_that_fails(post: Post, office: Office) -> None:
    with locked(post.store.path):
        await post.look()
    assert [text for text in office.heard() if text.startswith("The database cannot be used.")]

    await post.look()
    assert office.heard()[-1] == "The database can be used again."


@asynccontextmanager
async def serving(app: App, office: Office, clock: Clock, patch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    """Run the whole bot, old enough to tell something."""
    store = Store(app.settings.database, app.settings.retention_days)
    patch.setattr(app, "store", store)
    async with running(Service(app, store, app.settings, clock=clock, timer=clock.timer)) as service:
        await office.choose(store)
        clock.run(2 * MINUTE)
        yield service


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=1), timedelta(days=-30)])
async def test_a_second_bot_with_the_token(
    app: App, office: Office, clock: Clock, server: Server, monkeypatch: pytest.MonkeyPatch, shift: timedelta
) -> None:
    async with serving(app, office, clock, monkeypatch) as service, httpx.AsyncClient() as other:
        for _ in range(2):
            assert service._watch.rival
            service._watch.rival.seen = None
            while not service._watch.rival.seen:
                await other.get(f"{server.url}/bot{TOKEN}/getUpdates?timeout=0")
                await asyncio.sleep(0.05)
            await service._watch.look()
        told = [text for text in office.heard() if text.startswith("A second bot")]
        assert len(told) == 1

        clock.at -= shift
        clock.run(6 * MINUTE)
        await service._watch.look()
        assert [text for text in office.heard() if "gone" in text] == ["The second bot with the same token is gone."]


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=1), timedelta(days=-30)])
@pytest.mark.parametrize(("minutes", "told"), [(9, []), (11, [11]), (61, [61])])
async def test_a_telegram_that_was_away(
    app: App,
    office: Office,
    clock: Clock,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    told: list[int],
    shift: timedelta,
) -> None:
    async with serving(app, office, clock, monkeypatch) as service:
        async with server.unreachable():
            await until(lambda: service._reach.away is not None)
            clock.at -= shift
            clock.run(minutes * MINUTE)
            await service._watch.look()
        asker = Person(server, STRANGER + 1)
        await asker.asks("How should States protect victims of trafficking?")
        await service._watch.look()

        words = (
            "Telegram could not be reached for {} minutes, until now. What people asked meanwhile is being answered."
        )
        assert office.heard() == [words.format(n) for n in told]


async def test_a_long_absence_is_told_although_a_short_one_follows(clock: Clock) -> None:
    reach = Reach(clock.timer)
    for minutes in (20, 1):
        reach.note(False)
        clock.run(minutes * MINUTE)
        reach.note(True)

    assert reach.outage == 20 * 60


async def fill() -> None:
    """Fill the disk of the database and look, then make room and look again, as a program that is started each time."""
    settings, clock = config.read(config.environment()), Clock(NOON)
    store = Store(settings.database, settings.retention_days)
    await store.open()
    for number, language in LANGUAGES.items():
        await store.set_language(f"telegram:{number}", language)
    async with Connection(settings) as bot:
        stuff = settings.database.with_name("stuff")
        for after, left in ((MINUTE, 0.04), (HOUR, 0.0), (MINUTE, 0.0), (MINUTE, 1.0)):
            watch = Watch(App(settings, store), store, bot, clock, clock.timer, Metrics(), Reach(clock.timer))
            await watch.look()  # at once, when nothing is told yet
            stuff.unlink(missing_ok=True)
            usage = shutil.disk_usage(settings.database.parent)
            stuff.write_bytes(bytes(max(0, usage.free - int(left * usage.total))))
            clock.run(after)
            await watch.look()
    await store.close()


@pytest.mark.skipif(bool(disks.refusal()), reason=f"no disk can be mounted here: {disks.refusal()}")
async def test_a_disk_that_is_full(server: Server, office: Office, app: App, tmp_path: Path) -> None:
    environment = {
        "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "IAMM_DATABASE": str(tmp_path / "iamm.db"),
        "IAMM_SEMANTIC": "off", "IAMM_ADMINS": ",".join(app.settings.admins), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    code = "import asyncio; from tests import test_operators; asyncio.run(test_operators.fill())"
    script = f"{sys.executable} -c '{code}'"
    status, output = await asyncio.to_thread(disks.run, tmp_path, 4000, script, environment)

    assert status == 0, output
    scarce, full, free = [text for text in office.heard() if text.startswith("The disk")]
    assert scarce.startswith("The disk that the database lies on is nearly full: 4 percent of it is free.")
    assert full.startswith("The disk that the database lies on is nearly full: 0 percent of it is free.")
    assert free.startswith("The disk that the database lies on has room again: ")
    assert "4 % de libre" in office.people[1].received[0]["text"]
