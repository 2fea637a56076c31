"""What the tests share: the real content, a real store, the real application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from bot import config, content
from bot.app import App
from bot.config import Settings
from bot.models import Agenda, Message, Reply
from bot.store.database import Store

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def agendas() -> dict[str, Agenda]:
    return dict(content.load(config.read({}).content).agendas)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.read({"IAMM_DATABASE": str(tmp_path / "iamm.db"), "IAMM_SEMANTIC": "off"})


@pytest_asyncio.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = Store(settings.database, settings.retention_days)
    await store.open()
    yield store
    await store.close()


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
