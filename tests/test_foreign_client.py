"""A whole bot of another library, aiogram's, on the tests' Bot API server: by polling and by its own webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from aiogram.utils.backoff import BackoffConfig
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.telegram import faults, foreign
from tests.telegram.people import Person
from tests.telegram.server import FILE, Fault, Server

AGAIN = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Again", callback_data="again")]])
HURRY = BackoffConfig(min_delay=0.01, max_delay=0.02, factor=1.5, jitter=0.1)
Way = Callable[[Bot, Dispatcher, Server], AbstractAsyncContextManager[None]]


def echo() -> Dispatcher:
    """Return a bot that says everything again."""
    router = Router()

    @router.message(F.text == "/file")
    async def upload(message: Message) -> None:
        await message.answer_document(
            BufferedInputFile(b"ref\n", "saved.csv"), caption="<b>yours</b>", parse_mode="HTML"
        )

    @router.message(F.text)
    async def say(message: Message) -> None:
        await message.answer(message.text or "", reply_markup=AGAIN)

    @router.callback_query(F.data == "again")
    async def repeat(query: CallbackQuery) -> None:
        await query.answer()
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"{query.message.text} again")

    @router.inline_query()
    async def offer(query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text=query.query)
        article = InlineQueryResultArticle(id="1", title="Echo", input_message_content=content)
        await query.answer([article], cache_time=0)

    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    return dispatcher


@asynccontextmanager
async def polls(bot: Bot, dispatcher: Dispatcher, server: Server) -> AsyncIterator[None]:
    """Run a bot that asks for updates."""
    run = dispatcher.start_polling(bot, backoff_config=HURRY, handle_signals=False, close_bot_session=False)
    task = asyncio.create_task(run)
    yield
    await dispatcher.stop_polling()
    await task


@asynccontextmanager
async def listens(bot: Bot, dispatcher: Dispatcher, server: Server) -> AsyncIterator[None]:
    """Run a bot that is sent updates; it answers a delivery when it is done with it."""
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="a-secret")
    app.router.add_post("/hook", handler.handle)
    async with foreign.listening(server, app):
        await bot.set_webhook("https://bot.example.org/hook", secret_token="a-secret")
        yield
        await bot.delete_webhook()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as server:
        server.retry_start = 0.01
        yield server
        assert server.problems == []


@pytest.fixture(params=[polls, listens])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


@pytest_asyncio.fixture
async def bot(server: Server, way: Way) -> AsyncIterator[Bot]:
    async with foreign.bot(server) as bot, way(bot, echo(), server):
        yield bot


async def answered(person: Person, text: str) -> None:
    """Have something said again, and the update confirmed."""
    await person.write(text)
    await person.server.changed(lambda: person.received[-1:] != [] and person.received[-1]["text"] == text)
    await person.server.changed(lambda: person.server.pending == 0)


@pytest.mark.usefixtures("bot")
async def test_talks_edits_uploads_and_offers(server: Server) -> None:
    ana, ben = Person(server), Person(server, 43, "fr")
    assert (await ana.asks("visas & <rights>"))["text"] == "visas & <rights>"
    await ana.tap("Again")
    await server.changed(lambda: ana.received[0]["text"] == "visas & <rights> again")
    assert len(server.sent("answerCallbackQuery")) == 1

    sent = await ben.asks("/file")
    assert (sent["caption"], sent[FILE]["bytes"]) == ("yours", b"ref\n")
    offered = await ben.types_inline("asylum")
    assert offered["results"][0]["input_message_content"] == {"message_text": "asylum"}


@pytest.mark.usefixtures("bot")
async def test_answers_each_of_a_crowd_in_order(server: Server) -> None:
    people = [Person(server, number) for number in range(1, 31)]
    for text in ("one", "two", "three"):
        await asyncio.gather(*(person.write(text) for person in people))
    await server.changed(lambda: all(len(person.received) == 3 for person in people))
    assert len(server.sent("sendMessage")) == 90
    if server.deliveries:  # who polls has them all at once, and aiogram keeps no order then
        assert {tuple(m["text"] for m in person.received) for person in people} == {("one", "two", "three")}


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("fault", [faults.reset, faults.reset_after, faults.bad_gateway, faults.unauthorized])
async def test_hears_everybody_through_a_bad_moment(server: Server, fault: Callable[[faults.When], Fault]) -> None:
    ana = Person(server)
    await answered(ana, "one")
    server.faults.append(fault((faults.POSTED | faults.method("getUpdates")) & faults.first(2)))
    await answered(ana, "two")
    await answered(ana, "three")
    twice = fault is faults.reset_after and bool(server.deliveries)  # the bot had taken it, and nobody knew
    assert [m["text"] for m in ana.received] == ["one", *["two"] * (3 if twice else 1), "three"]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("away", [Server.unreachable, Server.down])
async def test_people_wait_while_telegram_is_away(
    server: Server, away: Callable[[Server], AbstractAsyncContextManager[None]]
) -> None:
    ana = Person(server)
    await answered(ana, "one")
    async with away(server):
        await ana.write("two")
        assert len(ana.received) == 1
    assert (await ana.reply(2))["text"] == "two"


@pytest.mark.usefixtures("bot")
async def test_an_update_that_comes_twice_is_answered_twice(server: Server) -> None:
    ana = Person(server)
    await answered(ana, "one")
    await server.repeat(server._next_update)
    assert (await ana.reply(2))["text"] == "one"


@pytest.mark.parametrize("build", faults.BROKEN.values(), ids=list(faults.BROKEN))
async def test_one_unreadable_update_stops_who_polls_but_one_lane_of_a_webhook(
    server: Server, way: Way, build: Callable[[int], Any], caplog: pytest.LogCaptureFixture
) -> None:
    await server.push_raw(build)
    async with foreign.bot(server) as bot, way(bot, echo(), server):
        ana = Person(server)
        await ana.write("visas")
        if way is polls:
            await server.changed(lambda: server._poll >= 3)  # it asks again and again
            assert "Failed to fetch updates" in caplog.text
            assert ana.received == []
        else:
            assert (await ana.reply(1))["text"] == "visas"
            assert server.pending >= 1


async def test_an_answer_to_a_delivery_may_be_a_method(server: Server) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def say(message: Message) -> Any:
        if message.text == "/file":
            return message.answer_document(BufferedInputFile(b"ref\n", "saved.csv"), reply_markup=AGAIN)
        return message.answer("<b>12</b>", parse_mode="HTML")

    async with foreign.bot(server) as bot, listens(bot, dispatcher, server):
        ana = Person(server)
        assert (await ana.asks("hello"))["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
        sent = await ana.asks("/file")
        assert sent[FILE] == {"name": "saved.csv", "bytes": b"ref\n"}
        assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "again"
