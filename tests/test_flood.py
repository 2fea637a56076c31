"""Who writes too fast hears it once and is answered again after a minute; nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.app import App
from bot.config import Settings
from bot.flood import BURST, MANY, MOST, WAITING, Flood, Verdict
from bot.store.database import Store
from bot.telegram.service import Service
from tests.conftest import NOON, running
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, USERNAME, Call, Server

ANA, BEN = 61001, 61002
NOW = NOON.timestamp()
TOO_FAST = {"en": "You write faster", "fr": "Vous écrivez plus vite", "es": "Escribe más deprisa"}


# Each message judged by itself.


def verdicts(flood: Flood, messages: int, **more: Any) -> list[Verdict]:
    """Return what becomes of messages that come at once, none of which is answered meanwhile."""
    return [flood.judge(ANA, NOW, waiting, **more) for waiting in range(messages)]


@pytest.mark.parametrize("more", [{}, {"written": NOW}])
def test_a_burst_is_answered_then_told_once_then_ignored(more: dict[str, Any]) -> None:
    found = verdicts(Flood(), 500, **more)

    assert found == [Verdict.ANSWER] * BURST + [Verdict.WARN] + [Verdict.IGNORE] * (500 - BURST - 1)


def test_who_waits_for_answers_is_never_held() -> None:
    flood = Flood()

    assert {flood.judge(ANA, NOW, n % WAITING, NOW) for n in range(10_000)} == {Verdict.ANSWER}


def test_so_many_of_a_person_wait_and_no_more_however_slowly_they_came() -> None:
    """Telegram answers one in three seconds, and they write every second."""
    flood, found, waiting = Flood(), [], 0
    for second in range(3600):
        found.append(flood.judge(ANA, NOW + second, waiting, NOW + second))
        waiting += found[-1] is not Verdict.IGNORE
        waiting -= waiting > 0 and second % 3 == 0

    assert waiting <= MANY + 1
    assert found.count(Verdict.WARN) == 1
    assert flood.judge(ANA, NOW + 3700, 0, NOW + 3700) is Verdict.ANSWER


@pytest.mark.parametrize("past", [-1e9, -60.0, 3600.0, 1e11])
def test_a_wrong_date_locks_nobody_out(past: float) -> None:
    flood = Flood()
    verdicts(flood, 500, written=NOW)

    flood.judge(ANA, NOW, 100, NOW + past)
    flood.judge(ANA, NOW, 100, NOW + 1)
    found = [flood.judge(ANA, NOW + 90, n, NOW + 90) for n in range(WAITING, WAITING + BURST + 2)]

    assert found == [Verdict.ANSWER] * BURST + [Verdict.WARN, Verdict.IGNORE]


@pytest.mark.parametrize("back", [3600.0, 1e9])
def test_a_clock_set_back_locks_nobody_out(back: float) -> None:
    flood = Flood()
    verdicts(flood, 500)

    flood.judge(ANA, NOW - back, 100)

    assert [flood.judge(ANA, NOW - back + 90, n) for n in range(BURST)] == [Verdict.ANSWER] * BURST


def test_taps_between_old_messages_do_not_make_them_too_fast() -> None:
    flood, found = Flood(), []
    for minute in range(200):
        found += [flood.judge(ANA, NOW, WAITING, NOW - 86400 + 60 * minute), flood.judge(ANA, NOW, WAITING)]

    assert set(found) == {Verdict.ANSWER}


def test_what_is_remembered_of_many_people_is_bounded() -> None:
    flood = Flood()
    verdicts(flood, BURST + 1)
    for person in range(20_000):
        assert flood.judge(100_000 + person, NOW, WAITING) is Verdict.ANSWER
        if person % 100 == 0:  # who goes on is not forgotten meanwhile
            assert flood.judge(ANA, NOW, WAITING) is Verdict.IGNORE

    assert len(flood._buckets) == MOST


# The whole bot.


class Gate:
    """Holds back a method, so that nothing is answered until the bot has taken all that was written."""

    def __init__(self, server: Server, method: str, chat: int | None = None) -> None:
        self._server, self._method, self._chat = server, method, chat
        self._open = asyncio.Event()

    async def __aenter__(self) -> None:
        self._server.faults.append(self._hold)

    async def __aexit__(self, *_: object) -> None:
        await self._server.changed(lambda: not self._server.pending)
        self._open.set()

    async def _hold(self, call: Call) -> None:
        if call.method == self._method and self._chat in {None, call.params.get("chat_id")}:
            await self._open.wait()


@pytest.fixture
def service(app: App, settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch) -> Service:
    store = Store(settings.database, settings.retention_days)
    monkeypatch.setattr(app, "store", store)
    settings = replace(settings, token=TOKEN, api_url=server.url)
    return Service(app, store, settings, clock=lambda: NOON)


@pytest_asyncio.fixture
async def bot(service: Service) -> AsyncIterator[Service]:
    async with running(service):
        yield service


def warnings(person: Person) -> int:
    return sum(m["text"].startswith(TOO_FAST[person.user["language_code"]]) for m in person.received)


async def rest(server: Server) -> None:
    """Wait until somebody else, who asks now and waits behind all others, has been answered."""
    await server.changed(lambda: not server.pending)
    await Person(server, 61099).asks("visas")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_five_hundred_messages_at_once(server: Server, bot: Service, language: str) -> None:
    ana, ben = Person(server, ANA, language), Person(server, BEN)
    async with Gate(server, "sendMessage", ANA):
        for _ in range(500):
            await ana.write("6.a.5", date=int(NOW))
        await server.changed(lambda: not server.pending)
        assert "Visa requirements" in (await ben.asks("visas"))["text"]  # nobody waits for her

    await server.changed(lambda: len(ana.received) > BURST)
    await rest(server)
    assert (len(ana.received), warnings(ana)) == (BURST + 1, 1)

    async with Gate(server, "sendMessage", ANA):
        for _ in range(BURST + 10):
            await ana.write("6.a.5", date=int(NOW) + 60)

    await server.changed(lambda: len(ana.received) > 2 * BURST + 1)
    await rest(server)
    assert (len(ana.received), warnings(ana)) == (2 * BURST + 2, 2)


async def test_who_asks_when_the_answer_is_there_is_always_answered(server: Server, bot: Service) -> None:
    ana = Person(server, ANA)
    for _ in range(2 * BURST):
        await ana.asks("6.a.5")

    assert warnings(ana) == 0


async def test_what_waited_while_the_bot_was_off_was_not_written_too_fast(server: Server, service: Service) -> None:
    ana, messages = Person(server, ANA), 2 * BURST
    for number in range(messages):
        await ana.write("6.a.5", date=int(NOW) - 60 * (messages - number))

    async with running(service):
        async with Gate(server, "sendMessage", ANA):
            pass
        await server.changed(lambda: len(ana.received) == messages, 30)

    assert warnings(ana) == 0


async def test_a_flood_of_taps(server: Server, bot: Service) -> None:
    ana = Person(server, ANA)
    shown = await ana.asks("visas")
    async with Gate(server, "sendMessage", ANA):
        for _ in range(500):
            await ana.send_code("1:contents", shown)

    await server.changed(lambda: warnings(ana) == 1)
    await rest(server)
    assert len(server.sent("answerCallbackQuery")) == BURST - 1  # the question was the first of them
    assert len(ana.received) == 1 + BURST - 1 + 1


async def test_a_flood_of_inline_queries(server: Server, bot: Service) -> None:
    ana = Person(server, ANA)
    async with Gate(server, "answerInlineQuery"):
        for number in range(500):
            server.open_query(f"flood {number}")
            query = {"id": f"flood {number}", "from": ana.user, "query": "visas", "offset": ""}
            await server.push(inline_query=query)

    await rest(server)
    await server.changed(lambda: len(server.inline_answers) == BURST)
    assert ana.received == []


async def test_who_chats_in_a_group_hears_nothing_and_can_ask_then(server: Server, service: Service) -> None:
    ana = Person(server, ANA, group=-100500)
    for number in range(500):
        await ana.write(f"chatter number {number}", date=int(NOW))
    async with running(service):
        await rest(server)
        assert ana.received == []

        assert "Visa requirements" in (await ana.asks(f"@{USERNAME} visas"))["text"]


async def test_a_flood_in_many_groups(server: Server, bot: Service) -> None:
    groups = [-100_500 - number for number in range(10)]
    anas = [Person(server, ANA, group=group) for group in groups]
    ben = Person(server, BEN, group=groups[0])
    async with Gate(server, "sendMessage"):
        for _ in range(50):
            for ana in anas:
                await ana.write("/practice 6.a.5", date=int(NOW))
        await ben.write("/section 9", date=int(NOW))

    await server.changed(lambda: len(ben.received) > 0 and "III.9" in ben.received[-1]["text"])
    await rest(server)
    assert sum(len(ana.received) for ana in anas) == BURST + 1 + 1
    assert sum(warnings(ana) for ana in anas) == 1
