"""What the tests share: the real content, a real store, the real application."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot import config, content
from bot.app import App
from bot.config import Settings
from bot.models import Agenda, Message, Reply
from bot.store.database import Store
from bot.telegram import outbound, polling
from bot.telegram.service import Service
from tests import logbook
from tests.telegram.server import Server

if TYPE_CHECKING:
    from tests.bots import Bots

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    folder = TemporaryDirectory(prefix="iamm-logs-")
    config.add_cleanup(folder.cleanup)
    logbook.open_file(Path(folder.name, "log"))
    if hasattr(config, "workerinput"):
        os.environ["XDG_CACHE_HOME"] = folder.name  # where a token is locked: workers have the same one


def pytest_sessionfinish(session: pytest.Session) -> None:
    found = logbook.leaks()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks"] = found
    elif found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what a worker found in its logs."""
    logbook.take_in(getattr(node, "workeroutput", {}).get("leaks", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found = logbook.leaks()
    if found:
        terminalreporter.section("Log lines that hold the token, a person's number or what somebody wrote")
        terminalreporter.write("\n".join([*found, ""]))


@pytest.fixture(scope="session")
def agendas() -> dict[str, Agenda]:
    return dict(content.load(config.read({}).content).agendas)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.read({"IAMM_DATABASE": str(tmp_path / "iamm.db"), "IAMM_SEMANTIC": "off", "IAMM_STATUS": "off"})


@pytest_asyncio.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = Store(settings.database, settings.retention_days)
    await store.open()
    yield store
    await store.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram on loopback; what it was asked that the Bot API does not know fails the test."""
    async with Server() as server:
        yield server
        assert server.problems == []


@pytest.fixture(scope="session")
def built() -> App:
    """The app, built once; tests give it their own store."""
    from bot.store.nothing import Nothing

    return App(config.read({"IAMM_SEMANTIC": "off"}), Nothing(), Random(7))


@pytest.fixture
def app(built: App, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(built, "store", store)
    monkeypatch.setattr(built, "settings", settings)
    return built


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[Service]:
    """Run the bot in this process from when it answers until it has finished."""
    work, ready = asyncio.create_task(service.run()), asyncio.create_task(service.ready.wait())
    await asyncio.wait({work, ready}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        ready.cancel()
        work.result()
    try:
        yield service
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@pytest.fixture
def bots(server: Server, app: App, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Bots:
    """What a start of the bot in this process needs, with short pauses where Telegram does not answer."""
    from tests.bots import Bots

    monkeypatch.setattr(polling, "PAUSES", (0.05,))
    monkeypatch.setattr(outbound, "PAUSES", (0.05,))
    return Bots(app, server, settings, store)


class Clock:
    """Shows what it is set to, and runs a timer that nobody sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._passed = 0.0

    def __call__(self) -> datetime:
        return self.at

    def timer(self) -> float:
        """Return the seconds that have passed, whatever the clock was set to."""
        return self._passed

    def run(self, span: timedelta) -> None:
        """Let time pass."""
        self.at += span
        self._passed += span.total_seconds()


class Conversation:
    """Somebody who talks to the app without a channel."""

    def __init__(self, app: App, client: str | None = None, chat: str = "test:1") -> None:
        self.app = app
        self.client = client
        self.chat = chat
        self.at = NOON

    async def says(self, text: str = "", note: str = "") -> Reply:
        return await self._answer(text=text, note=note)

    async def picks(self, label: str, reply: Reply) -> Reply:
        choices = [choice for row in reply.choices for choice in row]
        return await self._answer(code=next(c.code for c in choices if c.label.startswith(label)))

    async def sends_code(self, code: str) -> Reply:
        return await self._answer(code=code)

    async def _answer(self, text: str = "", code: str = "", note: str = "") -> Reply:
        message = Message(self.chat, self.chat, "test", self.at, text, code, self.client, note)
        return await self.app.answer(message)


@pytest.fixture
def talk(app: App) -> Conversation:
    return Conversation(app)
