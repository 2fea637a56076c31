"""The bot in Telegram: the order of answers, much at once, what comes twice, two bots, and what comes by a webhook."""

from __future__ import annotations

import asyncio
import io
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.telegram import connection, intake, webhook
from tests.bots import URL, WAYS, Bots, Program, answered, program, rows, until
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Action, Call, Server
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


async def test_chats_that_hang_for_long_leave_connections_to_others(bots: Bots) -> None:
    stuck = [Person(bots.server, number) for number in range(1, 201)]
    ben, tried = Person(bots.server, 500), set()

    async def hang(call: Call) -> Action | None:
        if call.method == "sendMessage" and call.params["chat_id"] <= 200:
            tried.add(call.params["chat_id"])
            return Action.HANG
        return None

    bots.server.faults.append(hang)
    async with bots.start():
        for person in stuck:
            await person.write("6.a.1")
        await until(lambda: len(tried) >= 120)
        await asyncio.sleep(3)
        for _ in range(5):
            async with asyncio.timeout(1):
                await ben.asks("6.a.2")
            await asyncio.sleep(0.5)
        await bots.server._cut_off()
        bots.server.faults.clear()
        await bots.server.changed(lambda: all(person.received for person in stuck), 40)


async def test_a_busy_group_keeps_nobody_else_waiting(bots: Bots) -> None:
    members = [Person(bots.server, number, group=-100500) for number in range(1, 21)]
    ana = Person(bots.server, 500)
    bots.server.faults.append(faults.bad_gateway(SENDING & faults.chat(-100500)))
    async with bots.start():
        for _ in range(55):
            for member in members:
                await member.write("/practice 6.a.1")
        assert shown_last(await ana.asks("6.a.2")) == 2
        await until(lambda: bots.server.pending == 0 and bots.rows(WAITING) == [(intake.LINE + 1,)])


async def test_a_group_where_too_much_is_asked_is_told_so_once_and_can_ask_then(
    bots: Bots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LINE", 2)
    group = [Person(bots.server, number, group=-100500) for number in range(1, 4)]
    released = asyncio.Event()

    async def hold(call: Call) -> None:
        if call.method == "sendMessage":
            await released.wait()

    bots.server.faults.append(hold)
    async with bots.start():
        for number in range(1, 4):
            for person in group:
                await person.write(f"/practice 6.a.{number}")
                await person.write("what people say to each other")
        await until(lambda: bots.server.pending == 0)
        released.set()
        await group[0].reply(3)
        await until(lambda: bots.rows(WAITING) == [(0,)])
        assert shown_last(await group[1].asks("/practice 6.a.5")) == 5
        assert bots.rows("select count(*) from inbox") == [(4,)]

    told = [message for message in group[0].received if "I have left out" in message["text"]]
    assert [message["reply_to_message"]["text"] for message in told] == ["/practice 6.a.1"]
    assert len(group[0].received) == 4


# A stop.


async def test_a_stop_waits_for_what_is_on_its_way_and_begins_nothing_new(
    bots: Bots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.intake.ANSWER", 1.5)
    monkeypatch.setattr("bot.telegram.service.GRACE", 1.6)
    people = [Person(bots.server, number) for number in range(1, 61)]
    tried = []

    async def slow(call: Call) -> None:
        if call.method == "sendMessage":
            tried.append(call)
            await asyncio.sleep(1.2)

    bots.server.faults.append(slow)
    async with bots.start():
        for person in people:
            await person.write("6.a.1")
        await until(lambda: len(tried) >= 20)
    assert len(tried) < len(people)
    bots.server.faults.clear()
    async with bots.start():
        await bots.server.changed(lambda: all(person.received for person in people), 20)
        await until(lambda: bots.rows(WAITING) == [(0,)])

    assert {len(person.received) for person in people} == {1}


async def test_after_a_kill_the_next_one_costs_one_answer_though_telegram_is_farther(
    server: Server, two: tuple[Program, Program]
) -> None:
    there, people = two[0], [Person(server, number) for number in range(1, 61)]
    server.faults.append(faults.slow(0.03, SENDING))
    for asking in (people[:30], people[30:]):
        for person in asking:
            await person.write("6.a.1")
        await there.start()
        await answered(asking[0])
        await there.kill()
        await asyncio.sleep(0.1)
    before = {person.place: len(person.received) for person in people}
    await there.start()
    await answered(*people)
    await asyncio.sleep(1)

    assert sum(before[person.place] and len(person.received) - before[person.place] for person in people) <= 1


# What comes twice.


async def test_what_comes_twice_at_once_is_answered_once(bots: Bots) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    await ana.write("6.a.1")
    await bots.server.repeat(bots.server._next_update)
    async with bots.start():
        await ben.asks("6.a.2")
        await ana.asks("6.a.3")

    assert shown(ana) == [1, 3]


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
    aside = "select aside from inbox where raw is not null"
    bots.server.faults.append(faults.bad_gateway(SENDING & faults.chat(1)))
    monkeypatch.setattr("bot.telegram.service.GRACE", 0.1)
    await ana.write("6.a.1")
    for _ in range(5):
        async with bots.start():
            await ben.asks("6.a.2")
            await until(lambda: bots.rows(aside) == [(None,)])
    bots.server.faults.clear()
    async with bots.start():
        assert "Something went wrong on my side" in (await ana.reply(1))["text"]
        await until(lambda: bots.rows(aside) == [("not answered",)])
    async with bots.start():
        await ben.asks("6.a.3")

    assert len(ana.received) == 1


async def test_starts_that_fail_cost_nobody_their_answer(server: Server, two: tuple[Program, Program]) -> None:
    there, people = two[0], [Person(server, number) for number in range(1, 9)]
    server.faults.append(faults.bad_gateway(SENDING))
    await there.start()
    for person in people:
        await person.write("6.a.1")
    await server.changed(lambda: not server.pending, 30)
    await until(lambda: rows(there.database, WAITING) == [(8,)])
    await there.kill()
    server.faults.clear()
    for _ in range(2):
        failed = await there.start("--webhook", URL, "--listen", f"127.0.0.1:{server.port}")
        assert await asyncio.wait_for(failed.wait(), 30) == 1
    assert rows(there.database, "select starts, aside from inbox") == [(0, None)] * 8
    assert "Traceback" not in there.said
    await there.start()
    await answered(*people)
    assert {len(person.received) for person in people} == {1}


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


@pytest.mark.parametrize(("first", "apart"), [*((way, connection.SOON) for way in WAYS), ("polling", 3.0)])
async def test_of_two_bots_on_two_machines_the_second_leaves(
    server: Server, two: tuple[Program, Program], first: str, apart: float
) -> None:
    one, other = two
    port = free_port()
    server.proxy = f"http://127.0.0.1:{port}"
    ana = Person(server)
    await one.start(*(["--webhook", URL, "--listen", f"127.0.0.1:{port}"] if first == "webhook" else []))
    await ana.write("6.a.1")
    await answered(ana)
    await asyncio.sleep(apart)
    second = await other.start()
    asked = 1
    async with asyncio.timeout(60):
        while second.returncode is None:
            asked += 1
            await ana.write(f"6.a.{asked % 5 + 1}")
            await asyncio.sleep(1)
    assert second.returncode == 1
    assert other.said.splitlines()[-1].startswith("Error: A bot already runs with this token, on this machine or")
    expected = Counter([1, *(number % 5 + 1 for number in range(2, asked + 1))])
    # Telegram may hand one update to both.
    await server.changed(lambda: Counter(shown(ana)) >= expected, 30)
    await ana.asks("6.a.1")
    assert one.processes[0].returncode is None
    assert await one.stop() == 0
    assert len(ana.received) <= asked + 2


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
        for junk in (b"[" * 5000 + b"]" * 5000, b"9" * 5000):
            body = b'{"update_id": 7%d, "message": {"chat": {"id": 42}, "x": %s}}' % (len(junk), junk)
            assert await knock(port, body, "") == 403
            assert await knock(port, body, right) == 200
            aside = "select number, chat, raw from inbox where aside = 'cannot be read'"
            assert (int(b"7%d" % len(junk)), "telegram:42", body.decode()) in bots.rows(aside)
        with pytest.raises((aiohttp.ClientError, AssertionError, OSError)):
            assert await knock(port, b" " * (webhook.LARGEST + 1), right) == 200
        await ana.asks("6.a.2")

    assert shown(ana) == [1, 2]
    assert right not in TOKEN


async def test_nobody_can_keep_the_door_of_the_webhook_to_themselves(
    bots: Bots, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hold() -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(bots.server.proxy.rpartition(":")[2]))
        writers.append(writer)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na")
        return reader

    ana, writers = Person(bots.server), list[asyncio.StreamWriter]()
    monkeypatch.setattr("bot.listener.MOST", 100)
    async with bots.start("webhook"):
        held = [await hold() for _ in range(150)]
        await ana.asks("6.a.1")
        await asyncio.gather(*(asyncio.wait_for(reader.read(), 1) for reader in held[:50]))  # which ends when closed
        assert not held[-1].at_eof()
    monkeypatch.setattr("bot.listener.BODY", 0.2)
    async with bots.start("webhook"):
        await asyncio.wait_for((await hold()).read(), 2)
    for writer in writers:
        writer.close()


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
