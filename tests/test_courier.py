"""Deliveries, one by one: each once, whatever happens to people, to Telegram, to the network and to the clock."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot import digest
from bot.app import App
from bot.config import Settings
from bot.courier import Claim, Courier
from bot.digest import Subscription
from bot.models import Agenda, Reply
from bot.store.database import Store
from bot.store.records import Standing
from bot.telegram.deliveries import Sender
from bot.telegram.lanes import Lanes
from bot.telegram.service import Service
from tests.conftest import Clock, Conversation, running
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import BOT, TOKEN, Call, Json, Server
from tests.telegram.state import BLOCKED, DEACTIVATED, KICKED

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GROUP, SUPERGROUP = -500, -1000500
SENDING = faults.method("sendMessage")


@dataclass
class Post:
    """A courier with all that it needs, and people who subscribe."""

    app: App
    store: Store
    server: Server
    bot: ExtBot[Claim]
    clock: Clock

    def courier(self, send: Callable[[Standing, Reply, Claim], Awaitable[None]] | None = None) -> Courier:
        return Courier(self.app, self.store, self.clock, send or Sender(self.bot).send)

    async def deliver(self) -> int:
        return await self.courier().deliver()

    async def day(self) -> None:
        """Let the night pass, then deliver at eight."""
        self.clock.at = self.clock.at.replace(hour=8, minute=0) + DAY
        await self.deliver()

    def got(self, number: int) -> list[Json]:
        """Return the messages that a chat has, the oldest first."""
        return [message for message in self.server.messages[number].values() if message.get("from") == BOT]

    async def standing(self, number: int) -> Standing:
        standing = await self.store.standing(f"telegram:{number}")
        assert standing
        return standing

    async def ledger(self, number: int) -> dict[str, str]:
        """Return the outcomes of a chat's deliveries by day."""
        found = await rows(self.store, "select * from deliveries where subscriber = ?", f"telegram:{number}")
        return {row["day"]: row["status"] for row in found}

    async def subscribe(self, number: int, thread: int | None = None, **chosen: Any) -> Standing:
        """Subscribe a chat to a practice at eight, or as chosen, from an hour before on."""
        self.server.chat(number, "private" if number > 0 else "supergroup")
        return await subscribe(self.store, number, self.clock.at - HOUR, thread, **chosen)


async def subscribe(store: Store, number: int, now: datetime, thread: int | None = None, **chosen: Any) -> Standing:
    defaults: dict[str, Any] = {"zone": "UTC", "time": "08:00", "seed": abs(number)}
    sub = Subscription(f"telegram:{number}", **defaults | chosen)
    standing = Standing(sub, digest.next_due(sub, now), None, thread, "en")
    await store.subscribe(standing, now)
    return standing


async def rows(store: Store, sql: str, *values: Any) -> list[dict[str, Any]]:
    return await store._run(store._rows, sql, *values)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 8) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - it asks the store, which tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the lanes' second be short: what they do to a real one is tested elsewhere."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr("bot.telegram.lanes.SECOND", 0.05)
    monkeypatch.setattr("bot.courier.PAUSE", 0.01)


@pytest_asyncio.fixture
async def post(app: App, store: Store, server: Server) -> AsyncIterator[Post]:
    request = HTTPXRequest(connection_pool_size=64, read_timeout=0.5, connect_timeout=0.5)
    async with ExtBot(TOKEN, base_url=f"{server.url}/bot", request=request, rate_limiter=Lanes()) as bot:
        yield Post(app, store, server, bot, Clock(EIGHT))


@contextlib.asynccontextmanager
async def delivering(courier: Courier) -> AsyncIterator[None]:
    task = asyncio.create_task(courier.run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


# When.


async def test_a_practice_comes_once_and_the_next_day_another(post: Post) -> None:
    post.clock.at = EIGHT - HOUR
    await post.subscribe(1)
    assert await post.deliver() == 0

    post.clock.at = EIGHT + timedelta(seconds=1)
    assert await post.deliver() == 1
    assert await post.deliver() == 0
    standing = await post.standing(1)
    assert standing.due == digest.Due(EIGHT + DAY, (EIGHT + DAY).date())
    assert standing.last_day == EIGHT.date()
    await post.day()

    first, second = post.got(1)
    assert "1 of 263" in first["text"]
    assert "2 of 263" in second["text"]
    assert await post.ledger(1) == {"2026-11-23": "sent", "2026-11-24": "sent"}
    assert len({row["ref"] for row in await rows(post.store, "select ref from deliveries")}) == 2


async def test_those_due_together_have_their_turn_in_an_order_that_stays(post: Post) -> None:
    seeds = [5, 3, 8, 1, 9, 2, 7, 4, 6, 40, 30, 20, 10]
    for number, seed in enumerate(seeds, 1):
        await post.subscribe(number, seed=seed)
    await post.subscribe(99, seed=100, time="07:59")
    await post.subscribe(98, seed=0, time="08:01")
    post.clock.at = EIGHT + timedelta(minutes=1)

    expected = [99, *sorted(range(1, len(seeds) + 1), key=lambda number: seeds[number - 1]), 98]
    for _ in range(2):
        await post.deliver()
        day = post.clock.at.date().isoformat()
        found = await rows(post.store, "select subscriber from deliveries where day = ? order by id", day)
        assert [row["subscriber"] for row in found] == [f"telegram:{number}" for number in expected]
        post.clock.at += DAY
        await asyncio.sleep(0.2)  # or those whose second is not over would be passed by others


@pytest.mark.parametrize(("hours", "outcome"), [(3, "sent"), (4, "sent"), (5, "skipped")])
async def test_late_by_some_hours_is_sent_and_later_is_skipped_and_recorded(
    post: Post, hours: int, outcome: str
) -> None:
    await post.subscribe(1)
    post.clock.at += hours * HOUR
    await post.deliver()
    await post.deliver()

    assert await post.ledger(1) == {"2026-11-23": outcome}
    assert len(post.got(1)) == (outcome == "sent")
    await post.day()
    assert len(post.got(1)) == 1 + (outcome == "sent")


async def test_days_that_were_missed_are_not_made_up_for(post: Post) -> None:
    await post.subscribe(1)
    post.clock.at += 5 * DAY + 5 * HOUR
    for _ in range(3):
        await post.deliver()
    assert post.got(1) == []

    await post.day()
    assert len(post.got(1)) == 1


async def test_after_days_that_were_missed_the_present_day_comes_if_it_is_not_late(post: Post) -> None:
    """Off for a weekend, on again at nine: the delivery of eight is late by an hour, and comes."""
    await post.subscribe(1)
    post.clock.at += 3 * DAY + HOUR
    for _ in range(3):
        await post.deliver()

    assert len(post.got(1)) == 1
    assert (await post.ledger(1))["2026-11-26"] == "sent"
    assert (await post.standing(1)).due == digest.Due(EIGHT + 4 * DAY, (EIGHT + 4 * DAY).date())


async def test_a_clock_set_back_in_the_middle_gives_nobody_two(post: Post) -> None:
    for number in range(1, 61):
        await post.subscribe(number)
    sent = 0

    async def send(standing: Standing, reply: Reply, claim: Claim) -> None:
        nonlocal sent
        sent += 1
        if sent == 20:
            post.clock.at -= HOUR
        await Sender(post.bot).send(standing, reply, claim)

    courier = post.courier(send)
    await courier.deliver()
    for _ in range(70):  # and the hour comes again
        post.clock.at += timedelta(minutes=1)
        await courier.deliver()

    assert Counter(len(post.got(number)) for number in range(1, 61)) == {1: 60}
    assert {await day_of(post, number) for number in range(1, 61)} == {EIGHT.date() + DAY}
    await post.day()
    assert Counter(len(post.got(number)) for number in range(1, 61)) == {2: 60}


async def day_of(post: Post, number: int) -> date | None:
    due = (await post.standing(number)).due
    return due.day if due else None


# What Telegram refuses.


@pytest_asyncio.fixture
async def live(
    app: App, settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Store, Clock]]:
    """The whole bot with a clock of its own; what is kept, and the clock."""
    clock = Clock(EIGHT - HOUR)
    store = Store(settings.database, settings.retention_days)
    monkeypatch.setattr(app, "store", store)
    async with running(Service(app, store, replace(settings, token=TOKEN, api_url=server.url), clock=clock)):
        yield store, clock


async def status(store: Store, number: int, wanted: str) -> None:
    """Wait until a subscription has a status."""

    async def holds() -> bool:
        standing = await store.standing(f"telegram:{number}")
        return standing is not None and standing.subscription.status == wanted

    await until(holds)


@pytest.mark.parametrize(
    ("number", "words", "reason"),
    [(1, BLOCKED, "blocked"), (1, DEACTIVATED, "deactivated"), (GROUP, KICKED, "kicked")],
)
async def test_who_cannot_be_written_to_is_held_until_the_bot_is_let_in_again(
    live: tuple[Store, Clock], server: Server, number: int, words: str, reason: str
) -> None:
    store, clock = live
    ana = Person(server, 1, group=number if number < 0 else None)
    await subscribe(store, number, clock())
    server.closed[number] = words

    clock.at = EIGHT
    await status(store, number, "blocked")
    [row] = await rows(store, "select status, reason from deliveries")
    assert row == {"status": "failed", "reason": reason}
    tries: list[Call] = []
    server.faults.append(tries.append)
    clock.at += DAY
    await asyncio.sleep(0.2)
    assert not any(SENDING.holds(call) for call in tries)

    await ana.unblocks()
    await status(store, number, "active")
    clock.at += DAY
    await server.changed(lambda: len(ana.received) == 1)


async def test_a_block_that_telegram_tells_of_holds_before_anything_is_sent(
    live: tuple[Store, Clock], server: Server
) -> None:
    store, clock = live
    ana = Person(server, 1)
    await subscribe(store, 1, clock())

    await ana.blocks()
    await status(store, 1, "blocked")
    clock.at = EIGHT
    await asyncio.sleep(0.2)
    assert await rows(store, "select * from deliveries") == []
    await ana.unblocks()
    await status(store, 1, "active")
    clock.at += DAY
    await server.changed(lambda: len(ana.received) == 1)


async def test_who_had_paused_is_still_paused_after_a_block(live: tuple[Store, Clock], server: Server) -> None:
    store, clock = live
    ana = Person(server, 1)
    await subscribe(store, 1, clock(), status="paused")

    await ana.blocks()
    await ana.unblocks()
    await ana.asks("/today")  # what came before it was dealt with

    standing = await store.standing("telegram:1")
    assert standing
    assert standing.subscription.status == "paused"
    assert standing.due is None


async def test_a_group_that_became_another_chat_is_moved_and_served_once(post: Post) -> None:
    post.server.chat(GROUP, "group")
    await post.subscribe(GROUP)
    await post.server.migrate(GROUP, SUPERGROUP)  # and the bot has not read of it yet
    await post.deliver()
    await post.deliver()

    assert post.got(GROUP) == []
    assert len(post.got(SUPERGROUP)) == 1
    assert await post.ledger(SUPERGROUP) == {"2026-11-23": "sent"}
    assert await post.ledger(GROUP) == {}
    assert await post.store.standing(f"telegram:{GROUP}") is None
    await post.day()
    assert len(post.got(SUPERGROUP)) == 2


async def test_a_group_is_moved_by_the_word_of_it_too(live: tuple[Store, Clock], server: Server) -> None:
    store, clock = live
    server.chat(GROUP, "group")
    ana = Person(server, 1, group=SUPERGROUP)
    await subscribe(store, GROUP, clock())
    await server.migrate(GROUP, SUPERGROUP)

    await status(store, SUPERGROUP, "active")
    clock.at = EIGHT
    await server.changed(lambda: len(ana.received) == 1)
    await asyncio.sleep(0.1)
    assert len(ana.received) == 1


@pytest.mark.parametrize(
    ("fault", "outcome", "held"), [(faults.reset_after, "unknown", "active"), (faults.kicked, "failed", "blocked")]
)
async def test_what_goes_wrong_after_a_move_is_written_down_for_the_new_chat(
    post: Post, fault: Callable[[faults.When], Any], outcome: str, held: str
) -> None:
    await post.subscribe(GROUP)
    await post.server.migrate(GROUP, SUPERGROUP)
    post.server.faults.append(fault(SENDING & faults.chat(SUPERGROUP)))
    await post.deliver()
    await post.deliver()

    assert await post.ledger(GROUP) == {}
    assert await post.ledger(SUPERGROUP) == {"2026-11-23": outcome}
    assert (await post.standing(SUPERGROUP)).subscription.status == held


@pytest.mark.parametrize("seconds", [2.2, 5.5])
async def test_a_storm_of_refusals_costs_nobody_a_practice(post: Post, seconds: float) -> None:
    for number in range(1, 41):
        await post.subscribe(number)
    now = time.monotonic()
    post.server.faults.append(faults.too_many(1, SENDING & faults.during(now, now + seconds)))

    async with delivering(post.courier()):
        await until(partial(settled, post, 40), seconds + 8)

    assert Counter(len(post.got(number)) for number in range(1, 41)) == {1: 40}
    assert await outcomes(post) == {"sent": 40}


async def settled(post: Post, count: int) -> bool:
    """Whether so many deliveries have come to an end."""
    found = await outcomes(post)
    return "sending" not in found and sum(found.values()) >= count


async def outcomes(post: Post) -> Counter[str]:
    return Counter(row["status"] for row in await rows(post.store, "select status from deliveries"))


# What nobody can tell.


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [(faults.reset, 0), (faults.reset_after, 1), (faults.black_hole, 0), (faults.bad_gateway, 0)],
)
async def test_an_outcome_that_nobody_knows_is_not_tried_again(
    post: Post, talk: Conversation, fault: Callable[[faults.When], Any], arrived: int
) -> None:
    for number in (1, 2, 3):
        await post.subscribe(number)
    post.server.faults.append(fault(SENDING & faults.chat(1) & faults.first(1)))
    await post.deliver()
    for _ in range(3):
        post.clock.at += HOUR
        await post.deliver()

    assert [await post.ledger(number) for number in (1, 2, 3)] == [
        {"2026-11-23": "unknown"}, {"2026-11-23": "sent"}, {"2026-11-23": "sent"},
    ]  # fmt: skip
    assert [len(post.got(number)) for number in (1, 2, 3)] == [arrived, 1, 1]
    talk.chat, talk.at = "telegram:1", post.clock.at
    assert "is not certain; /today shows it" in (await talk.says("/digest")).text
    [lost] = await rows(post.store, "select ref from deliveries where subscriber = 'telegram:1'")
    assert (await talk.says("/today")).items == (lost["ref"],)
    talk.chat = "telegram:2"
    assert "not certain" not in (await talk.says("/digest")).text

    await post.day()
    assert len(post.got(1)) == arrived + 1
    assert (await post.ledger(1))["2026-11-24"] == "sent"
    assert "2 of 263" in post.got(1)[-1]["text"]


async def test_what_was_under_way_when_the_program_ended_is_unknown_and_not_sent(post: Post) -> None:
    standing = await post.subscribe(1)
    assert await post.store.claim(standing, "III.1.a#1", 1)

    async with delivering(post.courier()):
        await until(partial(settled, post, 1))

    assert await post.ledger(1) == {"2026-11-23": "unknown"}
    assert post.got(1) == []
    await post.day()
    assert len(post.got(1)) == 1


@pytest.mark.parametrize("change", [{"status": "paused"}, {"time": "20:00"}, {"days": (7,)}])
async def test_what_was_under_way_is_settled_though_the_subscription_was_changed(
    post: Post, change: dict[str, Any]
) -> None:
    standing = await post.subscribe(1)
    assert await post.store.claim(standing, "III.1.a#1", 1)
    sub = replace(standing.subscription, **change)
    await post.store.subscribe(replace(standing, subscription=sub, due=digest.next_due(sub, EIGHT)), EIGHT)

    await post.courier().recover()

    assert await post.ledger(1) == {"2026-11-23": "unknown"}


# A network that is away.


@asynccontextmanager
async def refusing(server: Server) -> AsyncIterator[None]:
    """Let nobody connect, and end the connections that there are."""
    async with server.unreachable():
        for site in list(server._runner.sites):
            await site.stop()
        for connection in server._runner.server.connections if server._runner.server else ():
            if connection.transport:
                connection.transport.abort()
        await asyncio.sleep(0.05)
        yield
        await web.TCPSite(server._runner, "127.0.0.1", server.port).start()


@pytest.mark.parametrize("away", [Server.unreachable, refusing])
async def test_after_an_hour_without_network_all_get_their_practice_once(
    post: Post, away: Callable[[Server], AbstractAsyncContextManager[None]]
) -> None:
    """But for what was on its way when the connection broke: nobody knows of that."""
    for number in range(1, 13):
        await post.subscribe(number, time=f"08:{number * 4:02}")

    async with delivering(post.courier()):
        async with away(post.server):
            for _ in range(60):
                post.clock.at += timedelta(minutes=1)
                await asyncio.sleep(0.03)
        await until(partial(settled, post, 12), 10)

    lost = 1 if away is Server.unreachable else 0
    found = await outcomes(post)
    assert found["unknown"] <= lost
    assert found["sent"] >= 12 - lost
    assert sum(found.values()) == 12
    for number in range(1, 13):
        assert len(post.got(number)) == ((await post.ledger(number))["2026-11-23"] == "sent")


async def test_after_six_hours_without_network_only_what_is_not_too_late_comes(post: Post) -> None:
    for number, clock in enumerate(("08:10", "09:30", "10:30", "13:00"), 1):
        await post.subscribe(number, time=clock)

    async with delivering(post.courier()):
        async with refusing(post.server):
            for _ in range(36):
                post.clock.at += timedelta(minutes=10)
                await asyncio.sleep(0.03)
        await until(partial(settled, post, 4), 10)

    found = [(await post.ledger(number))["2026-11-23"] for number in (1, 2, 3, 4)]
    assert found == ["skipped", "skipped", "sent", "sent"]
    assert [len(post.got(number)) for number in (1, 2, 3, 4)] == [0, 0, 1, 1]


# Changes at the last moment.


@pytest.mark.parametrize(
    "change",
    [
        {"time": "20:00"}, {"status": "paused"}, {"status": "blocked"}, {"paused_until": "2026-12-01"}, {"days": (7,)},
        {"zone": "America/New_York"},
    ],
    ids=str,
)  # fmt: skip
async def test_who_changes_while_a_message_waits_for_its_turn_does_not_get_it(
    post: Post, change: dict[str, Any]
) -> None:
    standing = await post.subscribe(1)
    sub = replace(standing.subscription, **change)
    due = digest.next_due(sub, EIGHT)

    async def send(standing: Standing, reply: Reply, claim: Claim) -> None:
        await post.store.subscribe(replace(standing, subscription=sub, due=due), EIGHT)
        await Sender(post.bot).send(standing, reply, claim)

    await post.courier(send).deliver()

    assert post.got(1) == []
    assert await post.ledger(1) == {}
    assert (await post.standing(1)).due == due
    if due:
        post.clock.at = due.at
        await post.deliver()
        assert len(post.got(1)) == 1


async def test_who_changes_topics_while_a_message_waits_gets_one_of_the_new(post: Post) -> None:
    standing = await post.subscribe(1, topics=("III.6",))
    sub, changed = replace(standing.subscription, topics=("III.9",)), False

    async def send(standing: Standing, reply: Reply, claim: Claim) -> None:
        nonlocal changed
        if not changed:
            await post.store.subscribe(replace(standing, subscription=sub), EIGHT)
            changed = True
        await Sender(post.bot).send(standing, reply, claim)

    courier = post.courier(send)
    await courier.deliver()
    await courier.deliver()

    [row] = await rows(post.store, "select ref, status from deliveries")
    assert row["ref"].startswith("III.9")
    assert len(post.got(1)) == 1


async def test_who_unsubscribes_while_a_message_waits_does_not_get_it(post: Post) -> None:
    await post.subscribe(1)

    async def send(standing: Standing, reply: Reply, claim: Claim) -> None:
        await post.store.unsubscribe("telegram:1")
        await Sender(post.bot).send(standing, reply, claim)

    await post.courier(send).deliver()

    assert post.got(1) == []
    assert await rows(post.store, "select * from deliveries") == []


@pytest.mark.parametrize("erases", [False, True])
@pytest.mark.parametrize("fault", [None, faults.blocked, faults.reset])
async def test_of_who_leaves_while_a_message_is_under_way_nothing_is_kept(
    post: Post, fault: Callable[[faults.When], Any] | None, erases: bool
) -> None:
    await post.subscribe(1)

    async def meanwhile(call: Call) -> None:
        if call.method == "sendMessage" and erases:
            await post.store.erase("telegram:1", "telegram:1")
        elif call.method == "sendMessage":
            await post.store.unsubscribe("telegram:1")

    post.server.faults.append(meanwhile)
    if fault:
        post.server.faults.append(fault(SENDING))
    await post.deliver()

    kept = await post.store.copy("telegram:1", "telegram:1")
    assert set(kept) <= (set() if erases else {"chats"})


async def test_who_changes_the_hour_after_a_delivery_gets_no_second_that_day(post: Post, talk: Conversation) -> None:
    await post.subscribe(1)
    await post.deliver()
    talk.chat, talk.at = "telegram:1", EIGHT + HOUR
    told = await talk.says("/subscribe at 20:00")

    assert (await post.standing(1)).subscription.time == "20:00"
    assert "24" in told.text
    for _ in range(15):
        post.clock.at += HOUR
        await post.deliver()
    assert len(post.got(1)) == 1
    post.clock.at = EIGHT + DAY + 12 * HOUR
    await post.deliver()
    assert len(post.got(1)) == 2


async def test_the_language_is_that_of_the_moment(post: Post) -> None:
    await post.subscribe(1)
    await post.deliver()
    await post.store.set_language("telegram:1", "fr")
    await post.day()
    await post.store.set_language("telegram:1", "es")
    await post.day()

    english, french, spanish = (message["text"] for message in post.got(1))
    assert "practice" in english
    assert "pratique" in french
    assert "práctica" in spanish
    assert [row["language"] for row in await rows(post.store, "select language from delivery_counts order by day")] == [
        "en", "fr", "es",
    ]  # fmt: skip


async def test_silence_and_a_forum_topic_are_kept(post: Post) -> None:
    await post.subscribe(1, silent=True)
    await post.subscribe(2)
    await post.subscribe(GROUP, thread=7)
    post.server.topics[GROUP].add(7)
    await post.deliver()

    sent = {params["chat_id"]: params for params in post.server.sent("sendMessage")}
    assert sent[1]["disable_notification"] is True
    assert not sent[2].get("disable_notification")
    assert "message_thread_id" not in sent[1]
    assert sent[GROUP]["message_thread_id"] == 7
    assert post.got(GROUP)[0]["message_thread_id"] == 7


# Which practice.


def without(agenda: Agenda, *refs: str) -> Agenda:
    """Return an Agenda that some items have gone from."""
    sections = {
        ref: replace(section, items=tuple(item for item in section.items if item not in refs))
        for ref, section in agenda.sections.items()
    }
    return replace(agenda, sections=sections, items={k: v for k, v in agenda.items.items() if k not in refs})


@pytest.fixture
def gone(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Takes items out of the content from now on, as a new version of it would."""

    def take(*refs: str) -> None:
        fewer = {language: without(agenda, *refs) for language, agenda in app.agendas.items()}
        monkeypatch.setattr(app, "agendas", fewer)

    return take


async def test_an_item_that_vanished_from_the_topics_does_no_harm(
    post: Post, talk: Conversation, gone: Callable[..., None]
) -> None:
    refs = digest.practices(post.app.agendas["en"], ("III.6.a",))
    await post.subscribe(1, topics=("III.6.a",))
    await post.deliver()
    await post.day()
    [first, _] = [row["ref"] for row in await rows(post.store, "select ref from deliveries order by id")]
    left = [ref for ref in refs if ref != first]
    unseen = await unsent(post, left)
    gone(first, unseen[0])
    for _ in unseen[1:]:
        await post.day()

    texts = [message["text"] for message in post.got(1)]
    assert f"of {len(refs) - 2}" in texts[2]
    assert not any("begin again" in text for text in texts)
    assert await unsent(post, left) == [unseen[0]]
    await post.day()
    assert "They begin again".lower() in post.got(1)[-1]["text"].lower()


async def unsent(post: Post, refs: list[str]) -> list[str]:
    sent = {row["ref"] for row in await rows(post.store, "select ref from deliveries")}
    return [ref for ref in refs if ref not in sent]


async def test_topics_that_hold_nothing_any_more_are_recorded_and_nothing_breaks(
    post: Post, talk: Conversation, gone: Callable[..., None]
) -> None:
    refs = digest.practices(post.app.agendas["en"], ("III.6.a",))
    await post.subscribe(1, topics=("III.6.a", "III.99"))
    await post.subscribe(2)
    await post.deliver()
    [sent] = [r["ref"] for r in await rows(post.store, "select ref from deliveries where subscriber = 'telegram:1'")]
    gone(*refs)
    await post.day()

    assert await post.ledger(1) == {"2026-11-23": "sent", "2026-11-24": "skipped"}
    assert len(post.got(2)) == 2
    assert await day_of(post, 1) == EIGHT.date() + 2 * DAY
    talk.chat, talk.at = "telegram:1", EIGHT
    for words in ("/digest", "/today"):
        reply = await talk.says(words)
        assert reply.outcome != "failed"
        assert sent not in reply.items


async def test_a_year_brings_every_practice_before_any_comes_again(app: App, store: Store) -> None:
    clock = Clock(EIGHT)
    await subscribe(store, 1, EIGHT - 2 * HOUR, zone="Europe/Paris")
    texts: list[str] = []

    async def send(standing: Standing, reply: Reply, claim: Claim) -> None:
        assert await claim()
        texts.append(reply.text)

    courier = Courier(app, store, clock, send)
    for day in range(365):
        if day == 100:
            await store.set_language("telegram:1", "fr")
        await courier.deliver()
        clock.at += DAY

    found = await rows(store, "select ref, round, day from deliveries order by id")
    sent = [row["ref"] for row in found]
    assert len(sent) == 365
    assert set(sent[:263]) == set(digest.practices(app.agendas["en"], ()))
    assert len(set(sent[263:])) == 365 - 263
    assert sent[263:] != sent[: 365 - 263]
    assert [row["round"] for row in found] == [1] * 263 + [2] * (365 - 263)
    assert [number for number, text in enumerate(texts) if "\n" in text] == [263]
    assert texts[40] == "Your practice of the day, 41 of 263"
    assert texts[263].startswith("Vous les avez toutes")
    assert "1 sur 263" in texts[263]
    assert "263 sur 263" in texts[262]


# Figures.


async def test_the_figures_add_up_and_name_nobody(post: Post) -> None:
    numbers = range(7001, 7011)
    for number in numbers:
        await post.subscribe(number)
    await post.subscribe(7011, time="02:00", zone="UTC")
    await post.store.subscribe(
        replace(await post.standing(7011), due=digest.Due(EIGHT - 6 * HOUR, EIGHT.date())), EIGHT
    )
    post.clock.at += timedelta(minutes=20)
    server = post.server
    server.closed[7001] = server.closed[7002] = BLOCKED
    server.faults += [
        faults.reset_after(SENDING & faults.chat(7003)),
        faults.bad_gateway(SENDING & faults.chat(7004)),
        faults.not_found(SENDING & faults.chat(7005)),
    ]
    await post.deliver()
    await post.deliver()

    counts = await rows(post.store, "select * from delivery_counts")
    by_status: Counter[str] = Counter()
    for row in counts:
        by_status[row["outcome"].partition(":")[0]] += row["n"]
    assert by_status == await outcomes(post) == {"sent": 5, "failed": 3, "unknown": 2, "skipped": 1}
    assert {(row["outcome"], row["n"]) for row in counts} >= {("sent", 5), ("failed: blocked", 2)}
    assert all(row["late"] == 1 for row in counts)
    assert set(counts[0]) == {"day", "hour", "language", "outcome", "late", "n"}
    assert not any(str(number) in str(row) for row in counts for number in (*numbers, 7011))
    await post.store.unsubscribe("telegram:7006")
    assert await rows(post.store, "select * from delivery_counts") == counts
    by_day = await post.store.deliveries_by_day(EIGHT.date())
    assert sum(row["n"] for row in by_day) == 11
    assert await post.store.subscriptions_by_status() == {"active": 7, "blocked": 3}
