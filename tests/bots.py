"""The bot, in this process or as a process of its own, started as often as a test likes."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.app import App, Clock, now
from bot.config import Address, Settings
from bot.store.database import Store
from bot.telegram.service import Service
from bot.telegram.webhook import Way
from tests import logbook
from tests.conftest import running
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Server
from tests.test_deliveries_at_scale import ROOT
from tests.test_nothing_lost import free_port

URL = "https://bot.example.org/hook"
WAYS = ["polling", "webhook"]


@dataclass
class Bots:
    """What a start of the bot needs."""

    app: App
    server: Server
    settings: Settings
    store: Store
    """That of the present start."""

    @asynccontextmanager
    async def start(self, way: str = "polling", clock: Clock = now) -> AsyncIterator[Service]:
        """Run the bot from when it answers until it has finished."""
        port = free_port()
        if way == "webhook":
            self.server.proxy = f"http://127.0.0.1:{port}"
        self.app.store = self.store = Store(self.settings.database, self.settings.retention_days)
        settings = replace(self.settings, token=TOKEN, api_url=self.server.url)
        there = Way(URL, Address("127.0.0.1", port)) if way == "webhook" else None
        async with running(Service(self.app, self.store, settings, there, clock)) as service:
            yield service

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the database holds for everybody else."""
        return rows(self.settings.database, sql, *values)


def rows(database: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return rows of a database."""
    with closing(sqlite3.connect(database, timeout=10)) as db:
        return db.execute(sql, values).fetchall()


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds of which nobody tells."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def answered(*people: Person, count: int = 1) -> None:
    """Wait until people have so many answers from a bot that may have to start first, on a busy machine."""
    await people[0].server.changed(lambda: all(len(person.received) >= count for person in people), 60)


@dataclass
class Program:
    """The bot as a process, started as often as a test likes."""

    server: Server
    folder: Path
    """Its own: database, cache and what it says."""
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "iamm.db"

    @property
    def said(self) -> str:
        """What it has said so far."""
        return (self.folder / "said").read_text()

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.server.url,
            "IAMM_DATABASE": str(self.database),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "IAMM_SEMANTIC": "off",
            "IAMM_STATUS": "off",
        }

    async def start(self, *words: str, **environment: str) -> asyncio.subprocess.Process:
        """Start `iamm run`, with more words and settings."""
        self.folder.mkdir(exist_ok=True)
        logbook.watch(self.folder / "said")
        with (self.folder / "said").open("ab") as said:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", "run", *words,
                env=self.environment() | environment, cwd=ROOT, stdout=said, stderr=said,
            )  # fmt: skip
        self.processes.append(process)
        return process

    async def stop(self) -> int:
        """Ask it to stop and return its exit status."""
        self.processes[-1].send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.processes[-1].wait(), 15)

    async def kill(self) -> None:
        """End what still runs."""
        for process in self.processes:
            if process.returncode is None:
                process.kill()
                await process.wait()


@asynccontextmanager
async def program(server: Server, folder: Path) -> AsyncIterator[Program]:
    """Give a program that is ended when the test is."""
    there = Program(server, folder)
    try:
        yield there
    finally:
        await there.kill()
