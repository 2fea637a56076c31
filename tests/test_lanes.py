"""The two lanes: as fast as Telegram's limits allow and never over them, replies first."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.courier import Claim
from bot.telegram.lanes import DIGEST_TRIES, REPLY_TRIES, Lanes
from tests.telegram import faults
from tests.telegram.server import TOKEN, Limits, Server

pytestmark = pytest.mark.alone

GROUP = -100500


async def claimed() -> bool:
    return True


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the type to come; the one of today warns
    async with Server() as server:
        server.limits = Limits()
        for number in range(1, 1001):
            server.chat(number)
        server.chat(GROUP, "supergroup")
        yield server
        assert server.problems == []


@pytest_asyncio.fixture
async def bot(server: Server) -> AsyncIterator[ExtBot[Claim]]:
    async with connect(server, Lanes()) as bot:
        yield bot


def connect(server: Server, lanes: Lanes) -> ExtBot[Claim]:
    """Return a bot with the lanes; it is to be used as a context."""
    request = HTTPXRequest(connection_pool_size=256)
    return ExtBot(TOKEN, base_url=f"{server.url}/bot", request=request, rate_limiter=lanes)


def digest(bot: ExtBot[Claim], chat: int, text: str = "digest") -> Coroutine[Any, Any, Message]:
    return bot.send_message(chat, text, rate_limit_args=claimed)


def moments(server: Server, text: str) -> list[float]:
    return [call.at for call in server.calls if call.params.get("text") == text]


def rate(at: Sequence[float]) -> float:
    """Return how many a second came after the first second."""
    later = [moment for moment in at if moment >= at[0] + 1]
    return (len(later) - 1) / (later[-1] - later[0])


async def test_ninety_digests_go_as_fast_as_the_limit_and_a_reply_passes_them(
    bot: ExtBot[Claim], server: Server
) -> None:
    digests = asyncio.gather(*(digest(bot, chat) for chat in range(1, 91)))
    waits = []
    for chat in (901, 902, 903):
        await asyncio.sleep(0.6)
        asked = time.monotonic()
        await bot.send_message(chat, "reply")
        waits.append(time.monotonic() - asked)
    await digests

    assert server.refused_429 == 0
    assert rate(sorted(moments(server, "digest") + moments(server, "reply"))) >= 28
    assert max(waits) < 0.05
    order = [params["chat_id"] for params in server.sent("sendMessage") if params["text"] == "digest"]
    assert order == list(range(1, 91))


async def test_a_network_that_jitters_costs_a_little_and_is_never_refused(bot: ExtBot[Claim], server: Server) -> None:
    dice = random.Random(7)
    server.faults.append(faults.slow(lambda: dice.uniform(0, 0.03)))

    await asyncio.gather(*(digest(bot, chat) for chat in range(1, 71)))

    assert server.refused_429 == 0
    assert rate(moments(server, "digest")) >= 27


async def test_many_replies_at_once_are_held_only_when_the_second_is_full(bot: ExtBot[Claim], server: Server) -> None:
    began = time.monotonic()
    digests = asyncio.gather(*(digest(bot, chat) for chat in range(1, 11)))
    await asyncio.gather(*(bot.send_message(chat, "reply") for chat in range(101, 131)))
    await digests

    assert server.refused_429 == 0
    replies = moments(server, "reply")
    assert sum(at < began + 0.5 for at in replies) == 29  # one digest was on its way before
    assert max(replies) < began + 1.3
    assert sum(at < began + 0.9 for at in moments(server, "digest")) == 1


async def test_one_a_second_to_a_chat_and_others_do_not_wait_for_it(bot: ExtBot[Claim], server: Server) -> None:
    await digest(bot, 1, "one")
    began = time.monotonic()
    second = asyncio.ensure_future(digest(bot, 1, "two"))
    reply = asyncio.ensure_future(bot.send_message(1, "reply"))
    await digest(bot, 2, "other")
    assert time.monotonic() < began + 0.3
    await reply

    assert not second.done()
    second.cancel()
    assert server.refused_429 == 0
    assert [params["text"] for params in server.sent("sendMessage")] == ["one", "other", "reply"]


async def test_a_group_gets_no_more_than_its_share_of_a_minute(server: Server) -> None:
    async with connect(server, Lanes(group=1)) as bot:
        sent = await bot.send_message(GROUP, "one")
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
        edit = asyncio.ensure_future(bot.edit_message_reply_markup(GROUP, sent.message_id, reply_markup=keyboard))
        await bot.send_chat_action(GROUP, "typing")
        await digest(bot, 1)
        await asyncio.sleep(1.1)

        assert not edit.done()
        edit.cancel()


async def test_a_group_is_answered_once_a_second_and_never_refused(bot: ExtBot[Claim], server: Server) -> None:
    await asyncio.gather(*(bot.send_message(GROUP, "reply") for _ in range(4)))

    at = moments(server, "reply")
    assert server.refused_429 == 0
    assert max(at) - min(at) < 3.5


async def test_what_was_refused_is_not_counted(server: Server) -> None:
    server.faults.append(faults.too_many(1, faults.chat(GROUP) & faults.first(1)))
    async with connect(server, Lanes(group=1)) as bot:
        async with asyncio.timeout(2):
            await bot.send_message(GROUP, "reply")


async def test_a_refused_digest_holds_its_lane_alone_and_is_sent_again(bot: ExtBot[Claim], server: Server) -> None:
    server.faults.append(faults.too_many(1, faults.chat(1) & faults.first(1)))
    began = time.monotonic()
    digests = asyncio.gather(*(digest(bot, chat) for chat in (1, 2, 3)))
    await asyncio.sleep(0.2)
    await bot.send_message(900, "reply")
    assert time.monotonic() < began + 0.3
    await digests

    at = moments(server, "digest")
    assert len(at) == 3
    assert began + 1 <= max(at) < began + 1.3
    assert sum(moment < began + 1 for moment in at) <= 1  # what was on its way when the word came


async def test_a_refused_reply_holds_its_chat_alone(bot: ExtBot[Claim], server: Server) -> None:
    server.faults.append(faults.too_many(1, faults.chat(1) & faults.first(1)))
    began = time.monotonic()
    refused = asyncio.ensure_future(bot.send_message(1, "reply"))
    await asyncio.sleep(0.1)
    await asyncio.gather(bot.send_message(2, "reply"), digest(bot, 3))
    assert time.monotonic() < began + 0.3
    await refused

    assert began + 1 <= time.monotonic() < began + 1.3


async def test_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr("bot.telegram.lanes.SECOND", 0.01)
    tries = []

    async def refuse() -> bool:
        tries.append(1)
        raise RetryAfter(timedelta(milliseconds=10))

    for lane, most in ((claimed, DIGEST_TRIES), (None, REPLY_TRIES)):
        tries.clear()
        with pytest.raises(RetryAfter):
            await Lanes().process_request(refuse, (), {}, "sendMessage", {"chat_id": 1}, lane)
        assert len(tries) == most


async def test_passes_other_refusals_on(bot: ExtBot[Claim], server: Server) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await digest(bot, 5555)


async def test_who_gives_up_waiting_takes_no_place_and_chats_are_forgotten(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.lanes.SECOND", 0.2)
    lanes = Lanes(overall=2)
    async with connect(server, lanes) as bot:
        waiting = [asyncio.ensure_future(digest(bot, chat)) for chat in range(1, 7)]
        await asyncio.sleep(0.1)
        for task in waiting[2:5]:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert [params["chat_id"] for params in server.sent("sendMessage")] == [1, 2, 6]

        await asyncio.sleep(0.3)
        assert lanes._chats == {}
        assert lanes._recent == 0
