"""How the tests' Bot API server is polled, and what can go wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import Update

from tests.telegram import faults, foreign
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, ApiError, Fault, Server

POLLS = faults.method("getUpdates")


@pytest_asyncio.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    async with foreign.bot(server) as bot:
        yield bot


async def polling(bot: Bot, server: Server) -> asyncio.Future[list[Update]]:
    """Return a long poll that has begun."""
    polled, before = asyncio.ensure_future(bot.get_updates(timeout=5)), server._poll
    await server.changed(lambda: server._poll > before)
    return polled


async def polled(bot: Bot, offset: int | None = None) -> list[tuple[int, str]]:
    """Return the numbers and the texts of what waits."""
    updates = await bot.get_updates(offset=offset, timeout=0)
    return [(update.update_id, update.message.text or "") for update in updates if update.message]


async def test_confirms_by_offset(bot: Bot, server: Server) -> None:
    numbers = [await server.push(message=await Person(server, n).post(text=str(n))) for n in range(1, 4)]
    await bot.get_updates(offset=numbers[0] - 1, limit=1)
    assert server.pending == 6
    assert await polled(bot, -1) == [(numbers[2], "3")]
    assert server.pending == 1
    assert await polled(bot, numbers[2] + 1) == []
    assert server.pending == 0


async def test_a_webhook_excludes_polling(bot: Bot, server: Server) -> None:
    waits = await polling(bot, server)
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook"):
        await waits
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    await Person(server).write("lost")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await polled(bot) == []


async def test_a_second_poller_sends_the_first_away(bot: Bot, server: Server) -> None:
    first = await polling(bot, server)
    second = await polling(bot, server)
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first
    await Person(server).write("visas")
    [update] = await second
    assert update.message


async def test_a_token_that_is_taken_away_ends_everything(bot: Bot, server: Server) -> None:
    waits = await polling(bot, server)
    await server.revoke()
    for call in (waits, bot.get_updates(), bot.get_me()):
        with pytest.raises(TelegramUnauthorizedError):
            await call


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.reset, TelegramNetworkError), (faults.reset_after, TelegramNetworkError),
        (faults.bad_gateway, ClientDecodeError), (faults.black_hole, TelegramNetworkError),
        (lambda when: faults.slow(10, when), TelegramNetworkError),
        (lambda when: faults.too_many(3, when), TelegramRetryAfter),
        (faults.conflict, TelegramConflictError), (faults.unauthorized, TelegramUnauthorizedError),
        (lambda when: faults.refused(ApiError(403, "Forbidden"), when), TelegramForbiddenError),
    ],
)  # fmt: skip
async def test_no_update_is_lost_with_a_poll_that_fails(
    bot: Bot, server: Server, fault: Callable[[faults.When], Fault], error: type[Exception]
) -> None:
    await Person(server).write("visas")
    server.faults.append(fault(POLLS & faults.first(1)))
    with pytest.raises(error):
        await bot.get_updates(request_timeout=1)
    assert [text for _, text in await polled(bot)] == ["visas"]


async def test_the_network_goes_away_and_comes_back(bot: Bot, server: Server) -> None:
    moment = [0.0]
    server.faults.append(faults.reset(faults.during(10, 20, lambda: moment[0])))
    for moment[0], away in ((9, False), (10, True), (20, False)):
        if away:
            with pytest.raises(TelegramNetworkError):
                await bot.get_me()
        else:
            assert await bot.get_me()

    waits = await polling(bot, server)
    async with server.unreachable():
        for call in (waits, bot.get_me()):
            with pytest.raises(TelegramNetworkError):
                await call
    assert await bot.get_me()


async def test_a_restart_keeps_what_there_is(bot: Bot, server: Server) -> None:
    ana, address = Person(server), server.url
    sent = await bot.send_message(ana.place, "before")
    waits = await polling(bot, server)
    async with server.down():
        await ana.write("meanwhile")
        for call in (waits, bot.get_me()):
            with pytest.raises(TelegramNetworkError):
                await call
    assert server.url == address
    [(number, text)] = await polled(bot)
    assert text == "meanwhile"
    assert await polled(bot, number + 1) == []
    waits = await polling(bot, server)
    await ana.write("later")
    assert len(await waits) == 1
    await bot.edit_message_text("after", chat_id=ana.place, message_id=sent.message_id)
    assert [message["text"] for message in ana.received] == ["after"]


async def test_an_update_comes_again_although_it_was_confirmed(bot: Bot, server: Server) -> None:
    ana = Person(server)
    message = await ana.write("visas")
    [(number, _)] = await polled(bot)
    await ana.edit(message, "asylum")
    assert await polled(bot, number + 2) == []

    await server.repeat(number)
    assert await polled(bot, number + 2) == [(number, "visas")]  # as it was
    assert await polled(bot, number + 2) == []


async def test_updates_come_out_of_order(bot: Bot, server: Server) -> None:
    ana = Person(server)
    async with server.out_of_order():
        for text in ("one", "two", "three"):
            await ana.write(text)
        assert await polled(bot) == []
    found = await polled(bot)
    assert [text for _, text in found] == ["three", "two", "one"]
    assert [number - found[0][0] for number, _ in found] == [0, -1, -2]


@pytest.mark.parametrize("build", faults.BROKEN.values(), ids=list(faults.BROKEN))
async def test_an_update_that_cannot_be_read_comes_until_it_is_confirmed(
    bot: Bot, server: Server, build: Callable[[int], Any]
) -> None:
    number = await server.push_raw(build)
    await Person(server).write("visas")
    for _ in range(2):
        with pytest.raises(ClientDecodeError):
            await bot.get_updates()
    assert await polled(bot, number + 1) == [(number + 1, "visas")]


async def test_takes_json_as_well_as_forms(bot: Bot, server: Server) -> None:
    session = await bot.session.create_session()  # type: ignore[attr-defined]
    ana = Person(server)
    asked = {"chat_id": ana.place, "text": "12", "reply_markup": {"force_reply": True}}
    async with session.post(f"{server.url}/bot{TOKEN}/sendMessage", json=asked) as response:
        assert (await response.json())["result"]["text"] == "12"
    assert server.sent("sendMessage") == [asked]
