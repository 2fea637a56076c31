"""/forget while all else goes on: what was said is gone from the file, and nothing that came after it is lost."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.bots import Program, answered, program, rows, until
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import Call, Json, Server
from tests.test_deliveries_at_scale import ROOT

SENDING = faults.method("sendMessage", "editMessageText")
WAITING = "select count(*) from inbox where raw is not null"
ERASED = re.compile(r"C’est effacé\s: \d+ lignes\.")


@pytest_asyncio.fixture
async def iamm(server: Server, tmp_path: Path) -> AsyncIterator[Program]:
    async with program(server, tmp_path / "one") as there:
        yield there


async def carry_out(iamm: Program, *words: str) -> None:
    """Run another command on the database, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", *words, env=iamm.environment(), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    assert await process.wait() == 0


def texts(person: Person) -> list[str]:
    return [message["text"] for message in person.received]


def traces(iamm: Program, *words: str) -> list[str]:
    """Return which words stand in the database or in what lies beside it."""
    written = b"".join(file.read_bytes() for file in iamm.folder.glob("iamm.db*"))
    return [word for word in words if word.encode() in written]


@pytest.mark.parametrize("words", [["backup", "copy.db"], ["digest"], ["review", "unanswered"]], ids=" ".join)
async def test_other_programs_take_nothing_along_after_an_erasure(
    iamm: Program, server: Server, tmp_path: Path, words: list[str]
) -> None:
    ana, ben = Person(server, 5550001), Person(server, 5550002)
    await iamm.start()
    await ana.write("remittances")
    await answered(ana)
    await ana.asks("/forget")
    await ana.taps("Yes")
    await carry_out(iamm, *(word.replace("copy.db", str(tmp_path / "copy.db")) for word in words))
    await ben.asks("visas")
    await ben.asks("/save 6.a.5")
    await iamm.kill()

    assert rows(iamm.database, "select question from queries where kind = 'question'") == [("visas",)]
    assert rows(iamm.database, "select chat from saved") == [("telegram:5550002",)]


class Away:
    """A Telegram that lets nothing through, and what the bot tried to say meanwhile."""

    def __init__(self, server: Server) -> None:
        self.tried: list[str] = []
        self._fault = faults.bad_gateway(SENDING)
        server.faults.append(self)

    def __call__(self, call: Call) -> Any:
        if SENDING.holds(call):
            self.tried.append(call.params["text"])
        return self._fault(call)


async def ask_to_erase(iamm: Program, ana: Person, question: str) -> Json:
    """Start the bot, ask a question and for everything to be erased; return what the bot asks back."""
    await ana.write(question)
    await iamm.start()
    await answered(ana)
    await ana.asks("/language fr")
    return await ana.asks("/forget")


async def confirm(ana: Person, how: str, asked: Json) -> None:
    """Say yes to the bot's question, in one of the ways there are."""
    if how == "tapped":
        await ana.tap("Oui", asked)
    elif how == "typed":
        await ana.write("oui")
    else:
        old = ana.server.store(5550001, {"from": ana.user, "text": "bonjour"})
        await ana.edit(old, "oui")


@pytest.mark.parametrize(
    ("how", "end"), [("tapped", "kill"), ("typed", "kill"), ("edited", "kill"), ("tapped", "stop")]
)
async def test_what_waits_while_all_is_erased_is_answered_after_a_restart(
    iamm: Program, server: Server, how: str, end: str
) -> None:
    ana = Person(server, 5550001)
    asked = await ask_to_erase(iamm, ana, "remittances")
    away = Away(server)
    await confirm(ana, how, asked)
    await ana.write("6.a.4")
    await ana.write("6.a.5")
    await until(lambda: bool(away.tried) and rows(iamm.database, WAITING) == [(2,)])
    assert rows(iamm.database, "select count(*) from queries") == [(0,)]
    await (iamm.stop() if end == "stop" else iamm.kill())
    server.faults.clear()
    await iamm.start()
    await answered(ana, count=5)

    titles = [text.partition(".")[2].partition("\n")[0] for text in texts(ana)[3:]]
    assert ["4" in titles[0], "5" in titles[1]] == [True, True], titles
    await until(lambda: rows(iamm.database, WAITING) == [(0,)])


@pytest.mark.parametrize("how", ["tapped", "typed", "edited"])
async def test_who_hears_that_all_is_erased_hears_the_truth(iamm: Program, server: Server, how: str) -> None:
    ana = Person(server, 5550001)
    asked = await ask_to_erase(iamm, ana, "what about ruritanian visas?")
    away = Away(server)
    await confirm(ana, how, asked)
    await until(lambda: bool(away.tried))
    assert traces(iamm, "5550001", "ruritanian", "oui") == []
    server.faults.clear()
    await answered(ana, count=4)

    assert ERASED.fullmatch(texts(ana)[3])
    for table in ("chats", "queries", "replies"):
        assert rows(iamm.database, f"select * from {table}") == []  # noqa: S608 - own names
