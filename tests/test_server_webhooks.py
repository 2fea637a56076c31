"""The webhooks of the tests' Bot API server, received by a plain HTTP server."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramUnauthorizedError
from aiohttp import web

from tests.telegram import faults, foreign, webhooks
from tests.telegram.people import Person
from tests.telegram.server import Fault, Json, Server

HOOK = "https://bot.example.org/hook?lang=fr"
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Listener:
    """The bot's side: it notes what comes, and answers when `open` is set, with what `answer` makes."""

    answer: Callable[[], web.Response] = web.Response
    open: asyncio.Event = field(default_factory=asyncio.Event)
    came: list[Json] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    arrivals: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def handle(self, request: web.Request) -> web.Response:
        assert (request.host, request.path_qs) == ("bot.example.org", "/hook?lang=fr")
        assert request.content_type == "application/json"
        self.secrets.append(request.headers.get(SECRET))
        self.came.append(await request.json())
        self.arrivals.put_nowait(None)
        await self.open.wait()
        return self.answer()

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.came]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as server:
        server.retry_start = 0.01
        yield server
        assert server.problems == []


@pytest_asyncio.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    async with foreign.bot(server) as bot:
        yield bot


@pytest_asyncio.fixture
async def listener(server: Server) -> AsyncIterator[Listener]:
    listener = Listener()
    listener.open.set()
    async with listening(server, listener):
        yield listener


@asynccontextmanager
async def listening(server: Server, listener: Listener) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/hook", listener.handle)
    async with foreign.listening(server, app):
        yield


async def taken(server: Server, count: int) -> None:
    """Wait until so many deliveries were taken and none is pending."""
    await server.changed(lambda: [error for _, error in server.deliveries].count("") >= count and not server.pending)


async def test_posts_what_is_asked_for_with_the_secret(bot: Bot, server: Server, listener: Listener) -> None:
    await bot.set_webhook(HOOK, secret_token="one", max_connections=7, allowed_updates=["message"])
    ana = Person(server)
    await ana.write("/start")
    await taken(server, 1)
    await ana.blocks()
    await bot.set_webhook(HOOK, secret_token="two")
    await ana.write("visas")
    await taken(server, 2)

    assert (listener.texts, listener.secrets) == (["/start", "visas"], ["one", "two"])
    assert len(server.unheard) == 1
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (HOOK, 40, ["message"])
    assert (info.pending_update_count, info.last_error_message) == (0, None)


@pytest.mark.parametrize(
    ("url", "secret", "refusal"),
    [
        ("http://bot.example.org/hook", None, "An HTTPS URL must be provided"),
        ("https://bot.example.org:3000/hook", None, "only on ports 80, 88, 443 or 8443"),
        (HOOK, "a b", "unallowed characters"), (HOOK, "a" * 257, "secret token is too long"),
    ],
)  # fmt: skip
async def test_refuses_a_webhook(bot: Bot, url: str, secret: str | None, refusal: str) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.set_webhook(url, secret_token=secret)
    assert (await bot.get_webhook_info()).url == ""


async def test_a_chat_waits_its_turn_and_others_go_beside_it(bot: Bot, server: Server, listener: Listener) -> None:
    listener.open.clear()
    people = [Person(server, number) for number in (1, 2, 3)]
    for person, text in itertools.product(people, ("first", "second")):
        await person.write(f"{person.place} {text}")
    await bot.set_webhook(HOOK, max_connections=2)
    await listener.arrivals.get()
    await listener.arrivals.get()
    await bot.get_me()  # a third would have come by now
    assert listener.texts == ["1 first", "2 first"]

    listener.open.set()
    await taken(server, 6)
    for number in (1, 2, 3):
        assert [text for text in listener.texts if text[0] == str(number)] == [f"{number} first", f"{number} second"]


@pytest.mark.parametrize(
    ("fault", "words", "seen"),
    [
        (faults.reset, "Connection reset by peer", 1),
        (faults.reset_after, "Connection reset by peer", 2),
        (faults.black_hole, "Read timeout expired", 1),
        (lambda when: faults.slow(10, when), "Read timeout expired", 1),
        (faults.bad_gateway, "Wrong response from the webhook: 502 Bad Gateway", 1),
        (lambda when: faults.too_many(1, when), "Wrong response from the webhook: 429 Too Many Requests", 1),
    ],
)  # fmt: skip
async def test_a_delivery_that_fails_is_repeated(
    bot: Bot, server: Server, listener: Listener, fault: Callable[[faults.When], Fault], words: str, seen: int
) -> None:
    server.patience = 1.0
    server.faults.append(fault(faults.POSTED & faults.first(1)))
    await bot.set_webhook(HOOK)
    number = await server.push(message=server.store(server.chat(1)["id"], {"text": "visas"}))
    await taken(server, 1)

    assert server.deliveries == [(number, words), (number, "")]
    assert [update["update_id"] for update in listener.came] == [number] * seen
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.last_error_date is not None) == (words, True)


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_an_update_stays_until_the_bot_takes_it(
    bot: Bot, server: Server, listener: Listener, status: int
) -> None:
    listener.answer = lambda: web.Response(status=status)
    await bot.set_webhook(HOOK)
    ana, ben = Person(server, 1), Person(server, 2)
    await ana.write("visas")
    await ana.write("asylum")
    await server.changed(lambda: len(server.deliveries) >= 3)
    assert set(listener.texts) == {"visas"}
    assert (await bot.get_webhook_info()).pending_update_count == 2

    listener.answer = web.Response
    await ben.write("return")
    await taken(server, 3)
    assert Counter(listener.texts)["asylum"] == 1


async def test_a_bot_that_is_away_is_tried_again(bot: Bot, server: Server) -> None:
    async def failed(words: str) -> None:
        await server.changed(lambda: bool(server.deliveries) and server.deliveries[-1][1] == words)

    await bot.set_webhook(HOOK)
    await Person(server).write("visas")
    await failed("Failed to resolve host: Name or service not known")
    listener = Listener()
    async with listening(server, listener):
        await listener.arrivals.get()
        async with server.unreachable():  # cut off while the bot is at work
            await server.changed(
                lambda: [error for _, error in server.deliveries].count("Connection reset by peer") > 2
            )
        listener.open.set()
        await listener.arrivals.get()
        await taken(server, 1)
    await Person(server).write("asylum")
    await failed("Connection refused")
    assert listener.texts == ["visas", "visas"]


async def test_a_restart_and_a_way_back_to_polling_keep_what_waits(
    bot: Bot, server: Server, listener: Listener
) -> None:
    ana, address = Person(server), server.url
    await bot.set_webhook(HOOK)
    async with server.down():
        await ana.write("visas")
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()
        assert (server.deliveries, server.pending) == ([], 1)
    await taken(server, 1)
    assert (listener.texts, server.url) == (["visas"], address)

    listener.open.clear()
    await ana.write("asylum")
    await listener.arrivals.get()
    await listener.arrivals.get()
    await bot.delete_webhook()
    listener.open.set()
    await ana.write("return")
    assert (await bot.get_webhook_info()).url == ""
    texts = [update.message and update.message.text for update in await bot.get_updates()]
    assert (texts, listener.texts) == (["asylum", "return"], ["visas", "asylum"])

    await bot.set_webhook(HOOK, drop_pending_updates=True, max_connections=1000)
    assert server.pending == 0
    assert (await bot.get_webhook_info()).max_connections == 100


async def test_a_token_that_is_taken_away_ends_deliveries(bot: Bot, server: Server, listener: Listener) -> None:
    await bot.set_webhook(HOOK)
    await server.revoke()
    await Person(server).write("visas")
    for _ in range(2):
        with pytest.raises(TelegramUnauthorizedError):
            await bot.get_me()
        with pytest.raises(TimeoutError):
            await server.changed(lambda: bool(server.deliveries), 0.2)
        async with server.down():
            pass
    assert server.pending == 1


async def test_carries_out_the_method_that_an_answer_names(bot: Bot, server: Server, listener: Listener) -> None:
    answers = [
        {"method": "sendMessage", "chat_id": 42, "text": "<b>one</b>", "parse_mode": "HTML"},
        {"method": "deleteWebhook"},
        {"method": "sendMessage", "chat_id": 43, "text": "nobody"},
        ["sendMessage"],
    ]
    told = iter(answers)
    listener.answer = lambda: web.json_response(next(told))
    await bot.set_webhook(HOOK)
    ana = Person(server)
    for number, _ in enumerate(answers):
        await ana.write(str(number))
    await taken(server, len(answers))
    assert [message["text"] for message in ana.received] == ["one"]
    assert (await bot.get_webhook_info()).url == HOOK


async def test_posts_updates_again_out_of_order_and_unsound(bot: Bot, server: Server, listener: Listener) -> None:
    await bot.set_webhook(HOOK)
    ana = Person(server)
    await ana.write("visas")
    await taken(server, 1)
    await server.repeat(listener.came[0]["update_id"])
    await taken(server, 2)
    async with server.out_of_order():
        await ana.write("asylum")
        await ana.write("return")
    await taken(server, 4)
    assert listener.texts == ["visas", "visas", "return", "asylum"]
    assert listener.came[0] == listener.came[1]
    assert listener.came[2]["update_id"] == listener.came[3]["update_id"] + 1

    for build in faults.BROKEN.values():
        number = await server.push_raw(build)
        await taken(server, 1)
        assert listener.came[-1] == build(number)


def test_delays_double_up_to_a_cap() -> None:
    assert list(itertools.islice(webhooks.delays(2, 60), 8)) == [0, 2, 4, 8, 16, 32, 60, 60]
