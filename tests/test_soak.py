"""Whatever people and machines may send: always a reply, and one that Telegram takes.

A small part runs with the other tests; `make soak` runs it at length, on all processors.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest
from telegram import Bot, InputTextMessageContent, Update
from telegram.error import BadRequest

from bot import config
from bot.app import App
from bot.config import Settings
from bot.handlers import HANDLERS
from bot.models import FAILED, Message, Reply
from bot.store.database import Store
from bot.telegram import inbound, layout, reading
from bot.telegram.service import Service
from tests import mutations
from tests.conftest import NOON, Conversation, running
from tests.telegram import parser
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, USERNAME, Server

MESSAGES = int(os.environ.get("IAMM_SOAK", "1500"))
UPDATES = max(MESSAGES // 10, 1500)
SENT = UPDATES // 10
"""Updates that go the whole way, over HTTP."""
AT_LENGTH = MESSAGES >= 100_000
PARTS = (os.cpu_count() or 1) if AT_LENGTH else 1
"""Processes; each talks to an application of its own."""
SLOW = 0.05
"""Seconds of CPU time, of all threads."""
INTENTS = [*HANDLERS, ""]

Work = Callable[[App, Random, int], Coroutine[Any, Any, list[float]]]


def test_every_message_gets_a_reply_that_telegram_takes(tmp_path: Path) -> None:
    hold(soak(write_messages, MESSAGES, tmp_path), "messages")


def test_no_broken_update_breaks_the_bot(tmp_path: Path) -> None:
    hold(soak(read_updates, UPDATES, tmp_path), "updates")


async def test_no_broken_update_stops_the_service(
    built: App, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    random, store = Random(2004), Store(settings.database, settings.retention_days)
    monkeypatch.setattr(built, "store", store)
    async with Server() as server:
        settings = replace(settings, token=TOKEN, api_url=server.url)
        async with running(Service(built, store, settings, clock=lambda: NOON)):
            for _ in range(SENT):
                broken = json.loads(mutations.broken(random, any_update(random, ["visas", "return", "6.a"])))
                await server.push_raw(lambda number, broken=broken: broken | {"update_id": number})
            await server.changed(lambda: not server.pending, 60 + SENT)

            assert (await Person(server, 77).asks("what about visas?"))["text"]
        assert server.problems == []
    assert {type(r.exc_info[1]) for r in caplog.records if r.exc_info} <= {BadRequest}  # there are no such chats


async def test_every_item_and_page_is_taken_by_telegram(app: App) -> None:
    talk = Conversation(app)
    for language, agenda in app.agendas.items():
        await talk.says(f"/language {language}")
        places = [f"1:practice:{ref}" for ref in agenda.items] + [f"1:faces:{ref}" for ref in agenda.items]
        places += [f"1:section:{ref}:{page}" for ref in agenda.sections for page in range(4)]
        for code in places:
            check(await talk.sends_code(code), code)


# The work.


async def write_messages(app: App, random: Random, count: int) -> list[float]:
    """Answer messages of every kind in some chats; return the CPU time of each."""
    known, costs = words(app), []
    people = 9 + count // 20  # so that what is kept of each stays as little as it is of people
    for _ in range(count):
        chat, person = f"test:{random.randrange(people)}", f"test:{random.randrange(people)}"
        message = Message(
            chat, person, "test", NOON,
            client_language=random.choice([None, "en", "pt-BR", "\ud800", "x" * 100]),
            group=random.random() < 0.2, decides=random.random() < 0.8,
        )  # fmt: skip
        kind = random.random()
        if kind < 0.2:
            message = replace(message, code=mutations.code(random, INTENTS))
        elif kind < 0.21:
            message = replace(message, place=(random.uniform(-90, 90), random.uniform(-180, 180)))
        else:
            message = replace(message, text=mutations.message(random, known), inline=kind > 0.95)
        costs.append(await answer(app, message))
    return costs


async def read_updates(app: App, random: Random, count: int) -> list[float]:
    """Read updates and answer what they say, as the bot does before it sends; return the CPU time of each answer."""
    known, bot, costs = words(app), Bot(TOKEN), [0.0]
    while len(costs) < count:
        update, whole = any_update(random, known), random.random() < 0.1
        raw = json.dumps(update) if whole else mutations.broken(random, update)
        try:
            read = reading.read(json.loads(raw), bot)
        except reading.Unreadable:
            assert not whole, raw
            costs.append(0.0)
        else:
            message = said(read)
            costs.append(await answer(app, message) if message else 0.0)
    return costs


def any_update(random: Random, known: list[str]) -> mutations.Json:
    text, data = mutations.message(random, known), mutations.code(random, INTENTS)
    return {"update_id": 4} | random.choice(list(mutations.updates(random, text, data)))


def said(update: Update) -> Message | None:
    if update.inline_query:
        return inbound.inline(update.inline_query, NOON)
    return inbound.message(update, USERNAME, NOON)


async def answer(app: App, message: Message) -> float:
    """Answer a message and hold that Telegram takes the reply; return the CPU time."""
    started = time.process_time()
    reply = await app.answer(message)
    cost = time.process_time() - started
    assert not _alarm.told, "\n".join([repr(message), *_alarm.told])
    assert reply.outcome != FAILED, message
    if message.inline:
        label = app.translators[reply.language or ""].say("Open in the bot")
        for article in layout.articles(reply, USERNAME, label):
            assert isinstance(article.input_message_content, InputTextMessageContent)
            take(article.input_message_content.message_text, message)
    else:
        check(reply, message)
    return 0.0 if reply.forgets else cost  # an erasure writes the whole file anew


def check(reply: Reply, message: object) -> None:
    """Hold that Telegram takes a reply."""
    sheets = layout.pages(reply)
    assert sheets, message
    for sheet in sheets:
        take(sheet, message)
    for choice in (choice for row in reply.choices for choice in row):
        assert choice.label, message
        assert sum(map(bool, (choice.code, choice.copy, choice.share))) == 1, message
        assert len(choice.code.encode()) <= 64, message
        assert len(choice.share) <= 64, message
        assert len(choice.copy) <= 256, message
    layout.keyboard(reply, USERNAME)
    if reply.document:
        assert len(sheets[0]) <= 1024, message  # of a caption


def take(sheet: str, message: object) -> None:
    text, _ = parser.parse(sheet)
    assert 0 < parser.length(text) <= 4096, message


def words(app: App) -> list[str]:
    return [w for a in app.agendas.values() for i in a.items.values() for alias in i.aliases for w in alias.split()]


# At length, on every processor.


class Alarm(logging.Handler):
    """Collects errors, even those that the person does not hear of."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(self.format(record))


_alarm = Alarm()


def soak(work: Work, count: int, folder: Path) -> list[float]:
    """Return the CPU times of some work done so many times, split over processes by their seeds."""
    with ProcessPoolExecutor(PARTS, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(_part, work, count // PARTS, seed, folder) for seed in range(PARTS)]
        return [cost for part in parts for cost in part.result()]


def _part(work: Work, count: int, seed: int, folder: Path) -> list[float]:
    async def run() -> list[float]:
        settings = config.read({"IAMM_DATABASE": str(folder / f"{seed}.db"), "IAMM_SEMANTIC": "off"})
        store = Store(settings.database, settings.retention_days)
        await store.open()
        app = App(settings, store, Random(seed))
        app.warm_up()
        try:
            return await work(app, Random(2004 + seed), count)
        finally:
            await store.close()

    logging.getLogger().addHandler(_alarm)
    return asyncio.run(run())


def hold(costs: list[float], what: str) -> None:
    """Say how long it took, and at length hold that hardly anything takes long."""
    costs = sorted(cost for cost in costs if cost)
    slow = sum(cost > SLOW for cost in costs)
    p50, p9999 = (1000 * costs[int(len(costs) * share)] for share in (0.5, 0.9999))
    print(f"{len(costs):,} {what}: CPU p50 {p50:.1f} ms, p99.99 {p9999:.1f} ms, most {1000 * costs[-1]:.1f} ms")
    if AT_LENGTH:
        assert slow <= len(costs) / 10_000
