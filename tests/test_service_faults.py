"""The bot in Telegram while what it stands on fails: the database and its disk, Telegram, the clock, its own code."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
import pytest_asyncio
from aiohttp import web

from bot import courier
from bot.app import now
from bot.handlers import HANDLERS
from bot.store.database import StoreError
from bot.store.file import HASTE, PATIENCE
from bot.store.inbox import ASIDE
from bot.telegram import answering, connection, layout, watch
from tests import disks
from tests.bots import URL, WAYS, Bots, Program, answered, program, rows, until
from tests.telegram import faults
from tests.telegram.faults import When
from tests.telegram.people import Person
from tests.telegram.server import ApiError, Call, Json, Server
from tests.test_deliveries_at_scale import ROOT, subscribe
from tests.test_nothing_lost import free_port
from tests.test_store_faults import RIGHTLESS

SENDING = faults.method("sendMessage")
SORRY = "Something went wrong on my side"
WAITING = "select count(*) from inbox where raw is not null and aside is null"
KEPT = "select count(*) from queries"


@pytest_asyncio.fixture
async def iamm(server: Server, tmp_path: Path) -> AsyncIterator[Program]:
    async with program(server, tmp_path / "one") as there:
        yield there


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


# The database.


class Disk:
    """A small disk with a bot on it, and a shell there that takes orders."""

    def __init__(self, folder: Path, there: Program) -> None:
        self._orders, self._told = folder / "orders", folder / "told"
        os.mkfifo(self._orders)
        place = folder / "disk"
        place.mkdir()
        script = (
            f"cp -a {there.folder}/. .; export BOT=$$; "
            f'while read -r words; do sh -c "$words" > {self._told}.new 2>&1; mv {self._told}.new {self._told}; done '
            f"< {self._orders} > {folder}/loop 2>&1 & exec {sys.executable} -m bot.cli run"
        )
        env = there.environment() | {"IAMM_DATABASE": str(place / "iamm.db"), "PYTHONPATH": str(ROOT)}
        self.bot = asyncio.create_task(asyncio.to_thread(disks.run, place, 2000, script, env))
        self._shell = os.fdopen(os.open(self._orders, os.O_RDWR), "w")  # which does not wait for the reader

    async def order(self, words: str) -> str:
        """Have a line carried out there and return what it says."""
        print(words, file=self._shell, flush=True)
        await until(self._told.exists)
        said = self._told.read_text()
        self._told.unlink()
        return said

    async def sql(self, statement: str) -> str:
        """Carry out a statement on the database there and return the rows."""
        code = (
            "import sqlite3, sys; db = sqlite3.connect('iamm.db', timeout=10); "
            "print(db.execute(sys.argv[1]).fetchall()); db.commit()"
        )
        return (await self.order(f'{sys.executable} -c "{code}" "{statement}"')).strip()

    async def stop(self) -> tuple[int, str]:
        """Stop the bot; return its exit status and what it said."""
        if not self._shell.closed:
            await self.order("kill $BOT")
            self._shell.close()
        return await asyncio.wait_for(self.bot, 20)


async def test_on_a_full_disk_it_answers_and_keeps_all_again_once_there_is_room(tmp_path: Path, server: Server) -> None:
    if disks.refusal():
        pytest.skip(f"nobody may mount a disk here: {disks.refusal()}")
    there = Program(server, tmp_path / "kept")
    there.folder.mkdir()
    await subscribe(there.database, 1)
    ana, ben = Person(server, 1), Person(server, 2)
    disk = Disk(tmp_path, there)
    try:
        await ben.write("visas")
        await answered(ben)
        assert await disk.sql(KEPT) == "[(1,)]"

        soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
        await disk.sql(f"update subscriptions set next_due = '{soon.isoformat()}'")  # noqa: S608 - own words
        await disk.order("head -c 9000000 /dev/zero > filler")
        assert "Remittances" in (await ben.asks("remittances"))["text"]
        assert "III.3(b)" in (await ben.asks("how do we train border officials"))["text"]
        assert await disk.sql(KEPT) == "[(1,)]"
        await asyncio.sleep((soon - datetime.now(UTC)).total_seconds() + 1.5)
        assert ana.received == []

        await disk.order("rm filler")
        await ben.asks("integration")
        await ana.reply(1)
    finally:
        status, said = await disk.stop()

    assert status == 0
    assert (len(ana.received), len(ben.received)) == (1, 4)
    assert "Make room on the disk." in said
    assert said.count("Deliveries wait for the database") == 1


@pytest.mark.parametrize("way", WAYS)
async def test_while_another_program_writes_questions_are_answered(bots: Bots, way: str) -> None:
    ana = Person(bots.server)

    async def patience() -> int:
        return int(await bots.store._run(lambda: bots.store.db.execute("pragma busy_timeout").fetchone()[0]))

    async with bots.start(way):
        await ana.asks("visas")
        with closing(sqlite3.connect(bots.settings.database, isolation_level=None)) as other:
            other.execute("begin immediate")
            await ana.asks("remittances")
            assert await patience() == HASTE
            await ana.asks("integration")
            await bots.server.changed(lambda: bots.server.pending == 0 or way == "polling")
            assert bots.rows(KEPT) == [(1,)]
        await ana.asks("6.a.5")
        assert await patience() == PATIENCE
        await ana.asks("6.a.6")
    async with bots.start(way):
        await ana.asks("6.a.4")

    assert len(ana.received) == 6
    assert bots.rows(KEPT) == [(4,)]
    assert bots.rows(WAITING) == [(0,)]


async def test_what_could_not_be_stored_at_first_is_not_answered_again(
    bots: Bots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database comes back when of two updates one has been answered and the other is being answered."""
    monkeypatch.setattr("bot.telegram.intake.UNKEPT", 0.1)
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    released = asyncio.Event()

    async def hold(call: Call) -> None:
        if call.method == "sendMessage" and call.params["chat_id"] == 1:
            await released.wait()

    bots.server.faults.append(hold)
    async with bots.start():
        with closing(sqlite3.connect(bots.settings.database, isolation_level=None)) as other:
            other.execute("begin immediate")
            await ana.write("visas")
            await ben.asks("remittances")
        await until(lambda: bots.rows("select count(*) from inbox") == [(2,)])
        await until(lambda: bots.rows(WAITING) == [(1,)])
        released.set()
        await ana.reply(1)
        await until(lambda: bots.rows(WAITING) == [(0,)])
    async with bots.start():
        await ana.asks("6.a.5")

    assert (len(ana.received), len(ben.received)) == (2, 1)


async def test_a_database_that_breaks_while_it_is_open_stops_no_answer(
    bots: Bots, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    async with bots.start():
        await ana.asks("visas")
        for path in bots.settings.database.parent.glob("iamm.db*"):
            if path.suffix in {".db", ".db-wal"}:
                with path.open("r+b") as file:
                    file.write(b"\xa5" * path.stat().st_size)
        await bots.store._run(lambda: bots.store.db.execute("pragma shrink_memory").fetchall())
        for number in range(3):
            assert SORRY not in (await ana.asks("remittances"))["text"], number
            assert SORRY not in (await ben.asks("integration"))["text"], number
        await until(lambda: bots.server.pending == 0)

    assert any("could not be" in line for line in errors(caplog))
    with pytest.raises(StoreError, match="iamm restore"):
        async with bots.start():
            pass


async def test_a_file_that_may_not_be_written_to_any_more_is_named_at_the_next_start(
    server: Server, tmp_path: Path, iamm: Program
) -> None:
    ana = Person(server)
    await iamm.start()
    await ana.write("visas")
    await answered(ana)
    iamm.database.chmod(0o400)
    await ana.asks("remittances")
    assert rows(iamm.database, KEPT) == [(2,)]
    assert await iamm.stop() == 0

    await ana.write("integration")
    command = [*RIGHTLESS, sys.executable, "-m", "bot.cli", "run"]
    refused = await asyncio.create_subprocess_exec(
        *command, env=iamm.environment(), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(refused.communicate(), 20)
    assert refused.returncode == 1
    assert said.decode().startswith("Error: The database")
    assert "IAMM_DATABASE" in said.decode()

    iamm.database.chmod(0o600)
    await iamm.start()
    await answered(ana, count=3)


# Its own code.


async def breaks(*_: object) -> NoReturn:
    raise RuntimeError("for the test")


async def hangs(*_: object) -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_handler_that_breaks_harms_nobody_else(
    bots: Bots, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    monkeypatch.setitem(HANDLERS, "ask", breaks)
    async with bots.start():
        assert SORRY in (await ana.asks("How should States protect victims of trafficking?"))["text"]
        assert "de mon côté" in (await ana.asks("Comment protéger les victimes de la traite ?"))["text"]
        assert "III.6" in (await ben.asks("/section 6"))["text"]
    async with bots.start():
        await ana.asks("/help")

    assert len(ana.received) == 3
    assert errors(caplog) == ["The handler of ask broke"] * 2


@pytest.mark.parametrize("way", WAYS)
async def test_an_app_that_breaks_is_answered_civilly_and_once(
    bots: Bots, way: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = Person(bots.server, 1, "es-MX"), Person(bots.server, 2)
    async with bots.start(way):
        with monkeypatch.context() as broken:
            broken.setattr(bots.app, "answer", breaks)
            assert "Algo ha fallado" in (await ana.asks("visas"))["text"]
        await ben.asks("visas")
        await until(lambda: bots.rows(WAITING) == [(0,)])
    async with bots.start(way):
        await ana.asks("visas")

    assert (len(ana.received), len(ben.received)) == (2, 1)
    assert errors(caplog) == ["An update could not be handled"]


async def test_a_handler_that_hangs_is_given_up(bots: Bots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "THINKING", 0.3)
    monkeypatch.setitem(HANDLERS, "ask", hangs)
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    async with bots.start():
        await ana.write("visas for students")
        await ana.write("/help")
        await ben.asks("/section 6")
        assert SORRY in (await ana.reply(1))["text"]
        assert SORRY not in (await ana.reply(2))["text"]
        await until(lambda: bots.rows(WAITING) == [(0,)])


async def test_markup_that_telegram_cannot_read_goes_out_as_plain_text(
    bots: Bots, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(layout, "pages", lambda reply: ["<b>Visas &amp; more", "<i>a &lt; b</b>"])
    ana = Person(bots.server)
    async with bots.start():
        await ana.write("visas")
        assert (await ana.reply(2))["text"] == "a < b"

    assert ana.received[0]["text"] == "Visas & more"
    assert errors(caplog) == ["Telegram could not read the markup of a reply"] * 2


async def test_a_reply_that_telegram_does_not_take_is_apologized_for(bots: Bots) -> None:
    ana = Person(bots.server)
    refusal = ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    bots.server.faults.append(faults.refused(refusal, SENDING & faults.first(1)))
    async with bots.start():
        assert SORRY in (await ana.asks("visas"))["text"]


# Updates that nobody can read.


def unreadable(number: int) -> Json:
    """Return a message that says whose it is and is no message."""
    return {"update_id": number, "message": {"message_id": "one", "chat": {"id": 42}, "from": {"id": 42}, "text": "x"}}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("build", [*faults.BROKEN.values(), unreadable])
async def test_an_update_that_nobody_can_read_stops_no_other(
    bots: Bots, way: str, build: Callable[[int], Any], caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    async with bots.start(way):
        await ana.write("visas")
        number = await bots.server.push_raw(build)
        await ben.write("remittances")
        await asyncio.gather(ana.reply(1), ben.reply(1))
        await ana.asks("integration")
        await until(lambda: bots.server.pending == 0 or way == "polling")
    async with bots.start(way):
        await ben.asks("integration")

    named = isinstance(build(number), dict) and build(number)["update_id"] == number
    assert bots.rows("select number, aside, starts from inbox where raw is not null") == (
        [(number, "cannot be read", 0)] if named else []
    )
    assert (len(ana.received), len(ben.received)) == (2, 2)
    assert len(errors(caplog)) >= 1


@pytest.mark.parametrize("junk", ["[" * 5000 + "]" * 5000, "9" * 5000], ids=["nested", "long"])
async def test_an_update_that_cannot_be_loaded_stops_no_other(bots: Bots, junk: str) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    message = (
        '{{"update_id": {number}, "message": {{"message_id": {number}, "date": 1, "text": "visas", "x": {x}, '
        '"chat": {{"id": {chat}, "type": "private"}}, "from": {{"id": {chat}, "is_bot": false, "first_name": "A"}}}}}}'
    )
    texts = ((1, "0"), (7, junk), (8, junk), (2, "0"))
    waiting = [message.format(number=number, chat=chat, x=x) for number, (chat, x) in enumerate(texts, 1)]

    def give(call: Call) -> web.Response | None:
        left = [text for number, text in enumerate(waiting, 1) if number >= call.params.get("offset", 0)]
        if call.method != "getUpdates" or not left:
            return None
        given = ",".join(left[: call.params.get("limit", 100)])
        return web.Response(text=f'{{"ok": true, "result": [{given}]}}')

    bots.server.faults.append(give)
    async with bots.start():
        await asyncio.gather(ana.reply(1), ben.reply(1))

    aside = bots.rows("select number, chat, raw from inbox where aside = 'cannot be read'")
    assert aside == [(2, "telegram:7", waiting[1]), (3, "telegram:8", waiting[2])]
    assert (len(ana.received), len(ben.received)) == (1, 1)


async def test_what_nobody_can_read_is_deleted_after_some_days(bots: Bots, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = "select count(*) from inbox where aside is not null"
    async with bots.start():
        await bots.server.push_raw(unreadable)
        await until(lambda: bots.rows(aside) == [(1,)])
        today = datetime.now(UTC).date()
        await bots.store.sweep(today + ASIDE)
        assert bots.rows(aside) == [(1,)]
        await bots.store.sweep(today + ASIDE + timedelta(days=1))
        assert bots.rows(aside) == [(0,)]


async def test_what_nobody_can_read_is_erased_with_all_else(bots: Bots) -> None:
    ana, ben = Person(bots.server, 42), Person(bots.server, 43)
    texts = "select raw from inbox where raw is not null"
    async with bots.start():
        await bots.server.push_raw(unreadable)
        await until(lambda: bool(bots.rows(texts)))
        await ben.asks("/forget")
        await ben.taps("Yes")
        assert bots.rows(texts) != []
        await ana.asks("/forget")
        await ana.taps("Yes")
        assert bots.rows(texts) == []


# Telegram.

TROUBLES = {
    "502": faults.bad_gateway,
    "reset": faults.reset,
    "black hole": faults.black_hole,
    "timeout": lambda when: faults.slow(1.5, when),
    "500": lambda when: faults.refused(ApiError(500, "Internal Server Error"), when),
    "a portal": lambda when: (
        lambda call: web.Response(status=403, text="<html>Log in</html>") if when.holds(call) else None
    ),
    "a gateway": lambda when: lambda call: web.json_response({"error": "x"}, status=401) if when.holds(call) else None,
    "a page": lambda when: lambda call: web.Response(text="<html>Welcome</html>") if when.holds(call) else None,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_reply_is_sent_until_it_arrives(
    bots: Bots, way: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER", 0.5)
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    async with bots.start(way):
        await ben.asks("visas")
        bots.server.faults.append(TROUBLES[trouble](SENDING & faults.chat(1) & faults.first(3)))
        await ana.write("visas")
        await ben.asks("remittances")
        assert SORRY not in (await ana.reply(1))["text"]
        await until(lambda: bots.rows(WAITING) == [(0,)])

    if trouble != "timeout":  # which may have been carried out
        assert len(ana.received) == 1


async def test_a_tap_and_a_language_are_answered_though_what_goes_with_them_fails(bots: Bots) -> None:
    ana = Person(bots.server)
    async with bots.start():
        await ana.asks("/language")
        bots.server.faults.append(faults.bad_gateway(faults.method("answerCallbackQuery", "setMyCommands")))
        assert (await ana.taps("Español"))["text"].startswith("A partir de ahora")


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_asked_while_telegram_is_away_is_answered_once(
    bots: Bots, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    people = [Person(bots.server, number) for number in range(1, 5)]
    taken, asked_meanwhile = people[:2], people[2:]
    async with bots.start(way):
        bots.server.faults.append(faults.reset(SENDING & When(lambda call: not back.is_set())))
        back = asyncio.Event()
        for person in taken:
            await person.write("visas")
        await until(lambda: bots.rows(WAITING) == [(2,)])
        async with bots.server.down():
            back.set()
            for person in asked_meanwhile:
                await person.write("remittances")
            await asyncio.sleep(0.5)
        await asyncio.gather(*(person.reply(1) for person in people))
        await until(lambda: bots.rows(WAITING) == [(0,)])
        await asyncio.gather(*(person.asks("integration") for person in people))

    assert [len(person.received) for person in people] == [2, 2, 2, 2]
    away = [record for record in caplog.records if "Telegram cannot be reached" in record.getMessage()]
    assert len(away) == (way == "polling")


@pytest.mark.parametrize("refusal", [faults.blocked, faults.not_found, faults.deactivated])
async def test_where_the_bot_may_not_write_an_answer_ends_quietly(
    bots: Bots, refusal: Callable[[When], Any], caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    bots.server.faults.append(refusal(SENDING & faults.chat(1)))
    async with bots.start():
        await ana.write("visas")
        await ben.asks("visas")
        await until(lambda: bots.rows(WAITING) == [(0,)])

    assert ana.received == []
    assert errors(caplog) == []


async def test_the_answer_to_a_group_that_became_another_goes_there(bots: Bots) -> None:
    ana = Person(bots.server, 1, group=-500)
    async with bots.start():
        await ana.asks("/help")
        bots.server.chat(-1000500, "supergroup", title="Group")
        bots.server.migrated[-500] = -1000500
        await ana.write("/section 6")
        await bots.server.changed(lambda: len(bots.server.messages[-1000500]) == 1)
        await until(lambda: bots.rows("select chat from chats") == [("telegram:-1000500",)])


async def test_a_chat_that_telegram_slows_down_holds_up_no_other(bots: Bots) -> None:
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    bots.server.faults.append(faults.too_many(1, SENDING & faults.chat(1) & faults.first(4)))
    async with bots.start():
        await ana.write("visas")
        await ben.asks("visas")
        await ben.asks("remittances")
        assert ana.received == []
        await ana.reply(1)

    assert len(ana.received) == 1


async def test_a_token_that_is_revoked_ends_the_bot_and_loses_nothing(server: Server, iamm: Program) -> None:
    ana, ben = Person(server, 1), Person(server, 2)
    held = asyncio.Event()

    async def hold(call: Call) -> None:
        if call.method == "sendMessage" and call.params["chat_id"] == 2:
            await held.wait()
            raise ApiError(401, "Unauthorized")

    server.faults.append(hold)
    process = await iamm.start()
    await ana.write("visas")
    await answered(ana)
    await ben.write("remittances")
    await until(lambda: rows(iamm.database, WAITING) == [(1,)])
    held.set()
    await asyncio.sleep(0.5)
    await server.revoke()
    assert await asyncio.wait_for(process.wait(), 20) == 1
    assert "Telegram does not know this token." in iamm.said.splitlines()[-1]
    assert "Traceback" not in iamm.said

    server.revoked = False
    server.faults.clear()
    await iamm.start()
    await answered(ben)
    await ana.asks("integration")
    assert (len(ana.received), len(ben.received)) == (2, 1)


@pytest.mark.parametrize("way", WAYS)
async def test_it_waits_for_a_telegram_that_is_away_when_it_starts(server: Server, iamm: Program, way: str) -> None:
    ana = Person(server)
    port = free_port()
    server.proxy = f"http://127.0.0.1:{port}"
    words = ["--webhook", URL, "--listen", f"127.0.0.1:{port}"] if way == "webhook" else []
    async with server.down():
        await iamm.start(*words)
        await ana.write("visas")
        await until(lambda: "Telegram cannot be reached" in iamm.said)
    await answered(ana)
    assert await iamm.stop() == 0


@asynccontextmanager
async def away(server: Server, database: Path) -> AsyncIterator[None]:
    async with server.down():
        yield


@asynccontextmanager
async def unreachable(server: Server, database: Path) -> AsyncIterator[None]:
    async with server.unreachable():
        yield


@asynccontextmanager
async def silent(server: Server, database: Path) -> AsyncIterator[None]:
    server.faults.append(faults.black_hole(SENDING))
    yield
    server.faults.clear()


@asynccontextmanager
async def locked(server: Server, database: Path) -> AsyncIterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield


async def stop_amid(
    folder: Path, trouble: Callable[[Server, Path], AbstractAsyncContextManager[None]], early: bool
) -> None:
    """Stop the bot while something is wrong, as it starts or as it answers, and see that nothing is lost."""
    async with Server() as server, program(server, folder) as there:
        people = [Person(server, number) for number in range(1, 31)]
        if not early:
            await there.start()
            await people[0].write("visas")
            await answered(people[0])
        async with trouble(server, there.database):
            if early:
                await there.start()
            for person in people:
                await person.write("remittances")
            await until(lambda: "cannot be reached" in there.said or not early)
            await asyncio.sleep(2)
            assert await there.stop() == 0, there.said
        assert "never awaited" not in there.said
        await there.start()
        await server.changed(lambda: all("Remittances" in str(person.received) for person in people), 60)


@pytest.mark.alone
async def test_a_stop_while_something_is_wrong_loses_nothing(tmp_path: Path) -> None:
    cases = [(away, True), (away, False), (unreachable, False), (silent, False), (locked, False)]
    await asyncio.gather(
        *(stop_amid(tmp_path / str(number), trouble, early) for number, (trouble, early) in enumerate(cases))
    )


# The clock.


async def test_a_clock_that_is_set_changes_nothing(bots: Bots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK", 0.05)
    monkeypatch.setattr(courier, "PAUSE", 0.05)
    ana, ben = Person(bots.server, 1), Person(bots.server, 2)
    at = [now()]
    await subscribe(bots.settings.database, 1)
    async with bots.start(clock=lambda: at[0]):
        number = await bots.server.push_raw(unreadable)
        for hours in (-5, 10, -3, 24, -26):
            at[0] += timedelta(hours=hours)
            await asyncio.gather(*(ben.write("visas") for _ in range(9)))
            await ben.asks("/section 6")
            if hours == 24:
                await ana.reply(1)
            await asyncio.sleep(0.2)
        await bots.server.repeat(number)
        await until(lambda: len(ben.received) == 50)
        days = [day for (day,) in bots.rows("select day from deliveries")]

    assert len(ana.received) == len(days) == len(set(days)) == 1
    assert bots.rows("select number from inbox where aside is not null") == [(number,)]
