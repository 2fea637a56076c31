"""The bot in Telegram: the order of answers, much at once, what comes twice, two bots, and what comes by a webhook."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.app import App
from bot.config import Settings
from bot.store.database import Store
from bot.telegram import connection, intake, outbound, polling, webhook
from tests.bots import URL, WAYS, Bots, Program, answered, program, until
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Call, Server
from tests.test_nothing_lost import free_port

SENDING = faults.method("sendMessage")
WAITING = "select count(*) from inbox where raw is not null"
MANY = 20


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as server:
        server.retry_start = server.retry_cap = 0.1
        yield server
        assert server.problems == []


@pytest.fixture
def bots(server: Server, app: App, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Bots:
    monkeypatch.setattr(polling, "PAUSES", (0.05,))
    monkeypatch.setattr(outbound, "PAUSES", (0.05,))
    return Bots(app, server, settings, store)


@pytest_asyncio.fixture
async def two(server: Server, tmp_path: Path) -> AsyncIterator[tuple[Program, Program]]:
    """Two bots with one token, as if on two machines."""
    async with program(server, tmp_path / "one") as one, program(server, tmp_path / "two") as other:
        yield one, other


def shown(person: Person) -> list[int]:
    """Return the numbers of the practices that somebody was shown, in their order."""
    return [int(re.findall(r"III\.6\(a\), practice (\d+)", message["text"])[0]) for message in person.received]


# Order.


@pytest.mark.parametrize("way", WAYS)
async def test_a_chat_is_answered_in_the_order_of_its_messages(bots: Bots, way: str) -> None:
    people = [Person(bots.server, number) for number in range(1, 6)]
    order = [1, 5, 2, 4, 3, 1, 2, 3, 4, 5]
    bots.server.faults.append(faults.slow(0.05, SENDING & faults.chat(1, 2)))
    bots.server.faults.append(faults.bad_gateway(SENDING & faults.chat(3) & faults.first(5)))
    for number in order:
        for person in people:
            await person.write(f"6.a.{number}")
    async with bots.start(way):
        await bots.server.changed(lambda: all(len(person.received) == len(order) for person in people), 20)

    assert [shown(person) for person in people] == [order] * len(people)


@pytest.mark.parametrize("way", WAYS)
async def test_chats_that_hang_hold_up_no_other(bots: Bots, way: str) -> None:
    stuck = [Person(bots.server, number) for number in range(1, 101)]
    ben = Person(bots.server, 500)
    released = asyncio.Event()

    async def hold(call: Call) -> None:
        if call.method == "sendMessage" and call.params["chat_id"] <= 100:
            await released.wait()

    bots.server.faults.append(hold)
    async with bots.start(way):
        for person in stuck:
            await person.write("6.a.1")
        await until(lambda: bots.rows(WAITING) == [(100,)])
        assert shown_last(await ben.asks("6.a.2")) == 2
        assert shown_last(await ben.asks("6.a.3")) == 3
        assert not any(person.received for person in stuck)
        released.set()
        await bots.server.changed(lambda: all(person.received for person in stuck), 30)

    assert {len(person.received) for person in stuck} == {1}


def shown_last(message: Any) -> int:
    return int(re.findall(r"practice (\d+)", message["text"])[0])


@pytest.mark.parametrize("way", WAYS)
async def test_more_than_may_wait_stays_with_telegram_until_there_is_room(
    bots: Bots, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST", 10)
    people = [Person(bots.server, number) for number in range(1, 31)]
    released = asyncio.Event()

    async def hold(call: Call) -> None:
        if call.method == "sendMessage":
            await released.wait()

    bots.server.faults.append(hold)
    async with bots.start(way):
        for person in people[:12]:
            await person.write("6.a.1")
        await until(lambda: bots.rows(WAITING)[0][0] >= 10)
        await asyncio.sleep(0.3)
        taken = bots.rows("select count(*) from inbox")
        polls = bots.server._poll
        for person in people[12:]:
            await person.write("6.a.1")
        await asyncio.sleep(0.5)
        assert bots.rows("select count(*) from inbox") == taken
        if way == "webhook":
            assert "Wrong response from the webhook: 503 Service Unavailable" in dict(bots.server.deliveries).values()
        else:
            assert bots.server._poll == polls
        released.set()
        await bots.server.changed(lambda: all(person.received for person in people), 30)
        await until(lambda: bots.server.pending == 0)

    assert {len(person.received) for person in people} == {1}


# What comes twice.


@pytest.mark.parametrize("way", WAYS)
async def test_what_comes_twice_is_answered_once(bots: Bots, way: str) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    other = WAYS[1 - WAYS.index(way)]
    async with bots.start(way):
        await ana.asks("6.a.1")
        number = bots.server._next_update
        await bots.server.repeat(number)
        await ben.asks("6.a.2")
    for again in (way, other):
        await bots.server.repeat(number)
        async with bots.start(again):
            await ben.asks("6.a.3")
            await bots.server.repeat(number)
            await ben.asks("6.a.4")

    assert shown(ana) == [1]
    assert shown(ben) == [2, 3, 4, 3, 4]


async def test_numbers_may_begin_anew(bots: Bots) -> None:
    """After a week without updates Telegram takes any number; what is asked from beyond it, it gives from the start."""

    async def anew(call: Call) -> None:
        if call.method == "getUpdates" and call.params["offset"] > bots.server._next_update + 10:
            call.params["offset"] = 0

    ana = Person(bots.server)
    bots.server._next_update = 500_000
    bots.server.faults.append(anew)
    async with bots.start():
        await ana.asks("6.a.1")
        await bots.server.changed(lambda: bots.server.pending == 0, 20)
        bots.server._next_update = 1000
        await ana.asks("6.a.2")
        await ana.asks("6.a.3")
        await bots.server.changed(lambda: bots.server.pending == 0)

    assert shown(ana) == [1, 2, 3]


@pytest.mark.parametrize("first", WAYS)
async def test_a_change_of_the_way_loses_nothing(bots: Bots, first: str) -> None:
    ana = Person(bots.server)
    second = WAYS[1 - WAYS.index(first)]
    for number, way in enumerate((first, second, first), 1):
        await ana.write(f"6.a.{number}")
        async with bots.start(way):
            await ana.reply(number)
    assert shown(ana) == [1, 2, 3]


# An update that ends the program each time.


async def test_what_was_never_answered_is_apologized_for_and_holds_up_no_start(
    bots: Bots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "STARTS", 2)
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    bots.server.faults.append(faults.bad_gateway(SENDING & faults.chat(1)))
    monkeypatch.setattr("bot.telegram.service.GRACE", 0.1)
    await ana.write("6.a.1")
    for start in range(4):
        async with bots.start():
            await ben.asks("6.a.2")
            await until(lambda: bots.rows("select count(*) from inbox where raw is not null") == [(1,)])
            if start == 3:
                bots.server.faults.clear()
                break
    async with bots.start():
        await ben.asks("6.a.3")

    assert bots.rows("select aside from inbox where raw is not null") == [("not answered",)]


# Two bots.


async def test_of_two_bots_on_one_machine_the_second_leaves(server: Server, two: tuple[Program, Program]) -> None:
    one, other = two
    ana = Person(server)
    await one.start()
    await ana.write("6.a.1")
    await answered(ana)
    second = await other.start(XDG_CACHE_HOME=one.environment()["XDG_CACHE_HOME"])
    assert await asyncio.wait_for(second.wait(), 30) == 1
    assert other.said.splitlines()[-1].startswith("Error: A bot already runs with this token.")
    await ana.asks("6.a.2")
    assert shown(ana) == [1, 2]


@pytest.mark.parametrize("first", WAYS)
async def test_of_two_bots_on_two_machines_the_second_leaves(
    server: Server, two: tuple[Program, Program], first: str
) -> None:
    one, other = two
    port = free_port()
    server.proxy = f"http://127.0.0.1:{port}"
    ana = Person(server)
    await one.start(*(["--webhook", URL, "--listen", f"127.0.0.1:{port}"] if first == "webhook" else []))
    await ana.write("6.a.1")
    await answered(ana)
    await asyncio.sleep(connection.SOON)
    second = await other.start()
    asked = 1
    async with asyncio.timeout(60):
        while second.returncode is None:
            asked += 1
            await ana.write(f"6.a.{asked % 5 + 1}")
            await asyncio.sleep(1)
    assert second.returncode == 1
    assert other.said.splitlines()[-1].startswith("Error: A bot already runs with this token, on this machine or")
    await server.changed(lambda: len(ana.received) == asked, 30)
    await ana.asks("6.a.1")
    assert one.processes[0].returncode is None
    assert await one.stop() == 0
    assert sorted(shown(ana)) == sorted([1, 1, *(number % 5 + 1 for number in range(2, asked + 1))])


# The webhook's door.


async def knock(port: int, body: bytes, secret: str | None, path: str = "/hook", method: str = "POST") -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status


async def test_the_door_of_the_webhook_opens_to_telegram_alone(bots: Bots) -> None:
    ana = Person(bots.server)
    right = webhook.secret(TOKEN)
    async with bots.start("webhook"):
        port = int(bots.server.proxy.rpartition(":")[2])
        await ana.asks("6.a.1")
        for wrong in (None, "", right[:-1], right + "é", TOKEN):
            assert await knock(port, b'{"update_id": 1}', wrong) == 403
        assert await knock(port, b"visas", right) == 400
        assert await knock(port, b"\xff", right) == 400
        assert await knock(port, b"", right, method="GET") == 405
        assert await knock(port, b'{"update_id": 1}', right, "/any/other?path") == 200
        with pytest.raises((aiohttp.ClientError, AssertionError, OSError)):
            assert await knock(port, b" " * (webhook.LARGEST + 1), right) == 200
        await ana.asks("6.a.2")

    assert shown(ana) == [1, 2]
    assert right not in TOKEN


async def test_an_address_that_is_taken_is_named(server: Server, two: tuple[Program, Program]) -> None:
    taken = await two[0].start("--webhook", URL, "--listen", f"127.0.0.1:{server.port}")
    assert await asyncio.wait_for(taken.wait(), 30) == 1
    assert f"Error: Nothing can be received on 127.0.0.1:{server.port}" in two[0].said.splitlines()[-1]


@pytest.mark.parametrize("url", ["http://bot.example.org/hook", "bot.example.org", "https://"])
async def test_an_address_without_https_is_refused(two: tuple[Program, Program], url: str) -> None:
    refused = await two[0].start("--webhook", url, "--listen", "127.0.0.1:0")
    assert await asyncio.wait_for(refused.wait(), 30) == 2
    assert "A webhook needs the https address" in two[0].said


async def test_an_address_that_telegram_refuses_is_named(two: tuple[Program, Program]) -> None:
    url = "https://bot.example.org:1234/hook"
    refused = await two[0].start("--webhook", url, "--listen", f"127.0.0.1:{free_port()}")
    assert await asyncio.wait_for(refused.wait(), 30) == 1
    last = two[0].said.splitlines()[-1]
    assert last.startswith("Error: Telegram refuses the address of the webhook: ")
    assert "ports 80, 88, 443 or 8443" in last
