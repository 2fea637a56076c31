"""What is kept in the file: conversations, lists, subscriptions and their ledger, and people's rights over them."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlite_utils import Database

from bot.digest import Due, Subscription
from bot.models import SECTION, Last
from bot.store import pseudonyms
from bot.store.chats import REMEMBERED
from bot.store.database import Store
from bot.store.migrations import migrations
from bot.store.records import BLOCKED, FAILED, SENDING, SENT, SKIPPED, UNKNOWN, Chat, Entry, Link, Standing
from tests.conftest import NOON

ANA, BEN = "telegram:730011223344", "telegram:730055667788"
TODAY, TOMORROW = NOON.date(), NOON.date() + timedelta(days=1)
SUBSCRIPTION = Subscription(ANA, "Europe/Zurich", "13:00", (1, 2, 3), ("III.6",), True, 7, place="Genève")
STANDING = Standing(SUBSCRIPTION, Due(NOON, TODAY), None, 5, "fr")
FOLLOWING = Due(NOON + timedelta(days=1), TOMORROW)
LAST = Last(SECTION, ("III.9#1", "III.9#2"), "III.9", 2, "es")
OWNED = {
    "chats": "chat", "saved": "chat", "replies": "chat", "subscriptions": "subscriber", "deliveries": "subscriber",
}  # fmt: skip
"""By table, the column that holds the conversation."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "iamm.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with opened(path) as store:
        yield store


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Store]:
    """Give a store as a start of a program has it."""
    store = Store(path, 90)
    await store.open()
    yield store
    await store.close()


def read(path: Path, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Return rows as another program sees them in the file."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql, values)]


def written(path: Path) -> bytes:
    """Return every byte of the database and what stands beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def entry(question: str = "visas", person: str = ANA, at: datetime = NOON, item: str = "III.3.a#5") -> Entry:
    return Entry(
        at=at, person=person, channel="telegram", kind="question", language_set="en", language_detected="en",
        question=question, intent="ask", outcome="answered", item=item, runner_up="III.3.a#8", score=7.5, margin=1.5,
        matched="visas", ms=0.5, content_version="c", code_version="1",
    )  # fmt: skip


# The tables.


async def test_a_file_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    first = Database(path)
    migrations.apply(first, stop_before="m0002_saved_and_subscriptions")
    old = {"chat": ANA, "language": "fr", "last_answer": '{"items": ["III.9#1"], "shown": 1}', "last_at": str(NOON)}
    first.table("chats").insert(old)
    row = {"day": "2026-11-23", "minute": "12:00", "pseudonym": "p", "channel": "telegram", "kind": "question",
           "question": "visas", "intent": "ask", "outcome": "answered"}  # fmt: skip
    first.table("queries").insert(row)
    first.table("replies").insert({"chat": ANA, "message": 1, "reply": 2, "at": NOON.isoformat()})
    first.close()
    pseudonyms.write(Path(f"{path}.keys"), {"2026Q4": "00" * 32})

    for _ in range(2):
        store = Store(path, 90)
        await store.open()
        assert await store.chat(ANA, NOON) == Chat(language="fr")
        assert await store.linked(ANA, 1) == 2
        await store.save(ANA, "III.9#1", NOON)
        await store.subscribe(STANDING, NOON)
        assert await store.standing(ANA) == STANDING
        await store.close()
    assert [row["question"] for row in read(path, "select * from queries")] == ["visas"]


async def test_files_are_for_their_owner_alone(store: Store, path: Path) -> None:
    await store.log(entry())

    kept = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert {"iamm.db", "iamm.db-wal", "iamm.db.keys"} <= set(kept)
    assert set(kept.values()) == {0o600}


# Conversations.


async def test_what_was_shown_and_asked_is_kept_for_a_day(store: Store) -> None:
    await store.set_language(ANA, "es")
    await store.remember(ANA, LAST, NOON)
    await store.set_asked(ANA, "zone", {"time": "08:00", "days": [1, 2]}, NOON)

    for moment in (NOON, NOON + REMEMBERED):
        assert await store.chat(ANA, moment) == Chat("es", LAST, "zone", {"time": "08:00", "days": [1, 2]})
    assert await store.chat(ANA, NOON + REMEMBERED + timedelta(seconds=1)) == Chat("es")
    assert await store.chat(BEN, NOON) == Chat()


async def test_what_was_shown_and_asked_goes_from_the_file(store: Store, path: Path) -> None:
    await store.remember(ANA, LAST, NOON)
    await store.set_asked(ANA, "zone", {"time": "08:00"}, NOON)
    await store.answered(1, Link(ANA, 1, 2, NOON))
    await store.tidy(TODAY + timedelta(days=3))

    (row,) = read(path, "select * from chats")
    assert {key for key, value in row.items() if value is not None} == {"chat", "logs"}
    assert read(path, "select * from replies") == []


async def test_nothing_is_asked_any_more(store: Store) -> None:
    await store.set_asked(ANA, "zone", {"time": "08:00"}, NOON)
    await store.set_asked(ANA, None, {}, NOON)

    assert await store.chat(ANA, NOON) == Chat()


# Lists.


async def test_a_list_keeps_its_order_and_each_place_once(store: Store) -> None:
    for ref in ("III.9", "II.4", "III.6.a#5"):
        assert await store.save(ANA, ref, NOON)
    assert not await store.save(ANA, "III.9", NOON + timedelta(hours=1))
    await store.save(BEN, "I.2#3", NOON)

    assert await store.saved(ANA) == ["III.9", "II.4", "III.6.a#5"]
    assert await store.unsave(ANA, "II.4")
    assert not await store.unsave(ANA, "I.2#3")
    assert (await store.saved(ANA), await store.saved(BEN)) == (["III.9", "III.6.a#5"], ["I.2#3"])


# The log.


async def test_of_who_opted_out_a_row_says_nothing_of_what_was_asked(store: Store, path: Path) -> None:
    await store.log(entry("ruritanian visas"), whole=False)
    await store.log(entry("moldavian visas"), whole=True)

    silent, whole = read(path, "select * from queries order by id")
    content = ("question", "item", "runner_up", "score", "margin", "matched")
    assert [silent[name] for name in content] == [None] * len(content)
    assert None not in [whole[name] for name in content]
    assert (silent["intent"], silent["outcome"], silent["day"]) == ("ask", "answered", "2026-11-23")
    assert b"moldavian" in written(path)
    assert b"ruritanian" not in written(path)


async def test_a_thumb_lands_on_the_last_question_that_this_place_answered(store: Store, path: Path) -> None:
    for question, item in (("visa", "III.3.a#5"), ("visas", "III.3.a#5"), ("remittances", "III.13.d#1")):
        await store.log(entry(question, item=item))
    await store.judge(ANA, "III.3.a#5", -1, NOON)
    await store.judge(ANA, "III.13.d#1", 1, NOON)
    await store.judge(ANA, "III.20#1", 1, NOON)

    assert [row["feedback"] for row in read(path, "select feedback from queries order by id")] == [0, -1, 1]


async def test_only_who_asked_can_judge(store: Store, path: Path) -> None:
    await store.log(entry(person=ANA))
    await store.judge(BEN, "III.3.a#5", -1, NOON)
    assert [row["feedback"] for row in read(path, "select feedback from queries")] == [0]

    await store.judge(ANA, "III.3.a#5", 1, NOON)
    await store.judge(ANA, "III.3.a#5", -1, NOON)
    assert [row["feedback"] for row in read(path, "select feedback from queries")] == [-1]


@pytest.mark.parametrize(("hours", "feedback"), [(0, 1), (23, 1), (25, 0), (48, 0), (24 * 30, 0)])
async def test_a_thumb_counts_for_a_day(store: Store, path: Path, hours: int, feedback: int) -> None:
    await store.log(entry())
    await store.judge(ANA, "III.3.a#5", 1, NOON + timedelta(hours=hours))

    assert [row["feedback"] for row in read(path, "select feedback from queries")] == [feedback]


async def test_a_thumb_counts_across_the_end_of_a_quarter(store: Store, path: Path) -> None:
    evening = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)
    await store.log(entry(at=evening))
    await store.judge(ANA, "III.3.a#5", 1, evening + timedelta(minutes=20))

    assert [row["feedback"] for row in read(path, "select feedback from queries")] == [1]


async def test_who_opted_out_is_not_judged(store: Store, path: Path) -> None:
    await store.log(entry(), whole=False)
    await store.judge(ANA, "III.3.a#5", 1, NOON)

    assert [row["feedback"] for row in read(path, "select feedback from queries")] == [0]


@pytest.mark.parametrize("intent", ["feedback_negative", "feedback_positive", "cite"])
async def test_a_thumb_passes_over_what_was_no_question(store: Store, path: Path, intent: str) -> None:
    await store.log(entry("how do we issue visas"))
    await store.log(replace(entry("as it was said"), intent=intent, outcome="done"))
    await store.judge(ANA, "III.3.a#5", 1, NOON)

    assert [row["feedback"] for row in read(path, "select feedback from queries order by id")] == [1, 0]


async def test_the_week_counts_messages_people_and_outcomes(store: Store) -> None:
    await store.log(entry(at=NOON - timedelta(days=8)))
    await store.log(entry())
    await store.log(entry(), whole=False)
    await store.log(replace(entry(person=BEN), outcome="no_match"))

    assert await store.week(TODAY - timedelta(days=7)) == {"messages": 3, "people": 2, "answered": 2, "no_match": 1}


# Subscriptions and the ledger.


async def test_a_subscription_comes_back_as_it_was_kept(store: Store, path: Path) -> None:
    await store.subscribe(STANDING, NOON)
    assert await store.standing(ANA) == STANDING
    assert await store.standing(BEN) is None

    changed = replace(STANDING, subscription=replace(SUBSCRIPTION, time="21:00", topics=(), silent=False), due=None)
    await store.subscribe(changed, NOON + timedelta(days=9))
    assert await store.standing(ANA) == changed
    assert [row["created"][:10] for row in read(path, "select created from subscriptions")] == ["2026-11-23"]


async def test_who_is_due_comes_in_order(store: Store) -> None:
    for number, (minutes, status) in enumerate([(1, "active"), (-5, "active"), (0, "active"), (-5, "paused")]):
        sub = replace(SUBSCRIPTION, subscriber=f"telegram:{number}", status=status)
        await store.subscribe(replace(STANDING, subscription=sub, due=Due(NOON + timedelta(minutes=minutes), TODAY)),
                              NOON)  # fmt: skip

    due = [standing.subscription.subscriber for standing in await store.due(NOON, 10)]
    assert due == ["telegram:1", "telegram:2"]
    assert len(await store.due(NOON, 1)) == 1
    assert [s.subscription.subscriber for s in await store.due(NOON, 10, "telegram:2")] == ["telegram:2"]


async def test_a_date_is_claimed_once(store: Store, path: Path) -> None:
    await store.subscribe(STANDING, NOON)

    assert await store.claim(STANDING, "III.6.a#5", 1)
    assert not await store.claim(STANDING, "III.6.a#6", 1)
    (row,) = read(path, "select * from deliveries")
    assert (row["ref"], row["status"], row["day"]) == ("III.6.a#5", SENDING, "2026-11-23")
    assert [standing.subscription.subscriber for standing in await store.unsettled()] == [ANA]


async def test_a_claim_is_refused_after_a_change(store: Store, path: Path) -> None:
    assert not await store.claim(STANDING, "III.6.a#5", 1)

    await store.subscribe(STANDING, NOON)
    assert not await store.claim(replace(STANDING, due=None), "III.6.a#5", 1)
    await store.subscribe(replace(STANDING, due=FOLLOWING), NOON)
    assert not await store.claim(STANDING, "III.6.a#5", 1)
    await store.subscribe(replace(STANDING, subscription=replace(SUBSCRIPTION, status="paused")), NOON)
    assert not await store.claim(STANDING, "III.6.a#5", 1)
    await store.subscribe(STANDING, NOON)
    assert await store.unsubscribe(ANA)
    assert not await store.claim(STANDING, "III.6.a#5", 1)
    assert read(path, "select * from deliveries") == []


@pytest.mark.parametrize("status", [SENT, FAILED, UNKNOWN, SKIPPED])
async def test_a_delivery_is_settled_and_the_next_is_due(store: Store, path: Path, status: str) -> None:
    await store.subscribe(STANDING, NOON)
    if status != SKIPPED:
        assert await store.claim(STANDING, "III.6.a#5", 3)
    reason = "blocked" if status == FAILED else ""
    await store.settle(STANDING, status, FOLLOWING, NOON + timedelta(minutes=20), "fr", reason)

    standing = await store.standing(ANA)
    assert standing
    assert (standing.due, standing.last_day) == (FOLLOWING, TODAY)
    assert standing.subscription.round == (1 if status == SKIPPED else 3)
    assert await store.unsettled() == []
    assert (await store.due(NOON, 10), len(await store.due(FOLLOWING.at, 10))) == ([], 1)
    assert await store.seen(ANA, 3) == (["III.6.a#5"] if status in {SENT, UNKNOWN} else [])
    delivery = await store.delivery(ANA, TODAY)
    assert delivery
    assert delivery.status == status
    assert await store.delivery(ANA, TOMORROW) is None
    outcome = f"{status}: {reason}" if reason else status
    assert await store.deliveries_by_day(TODAY) == [{"day": "2026-11-23", "outcome": outcome, "late": 1, "n": 1}]
    assert not await store.claim(STANDING, "III.6.a#6", 3)


async def test_settling_leaves_what_was_changed_meanwhile(store: Store) -> None:
    await store.subscribe(STANDING, NOON)
    await store.claim(STANDING, "III.6.a#5", 1)
    later = Due(NOON + timedelta(days=4), TODAY + timedelta(days=4))
    await store.subscribe(replace(STANDING, due=later), NOON)
    await store.settle(STANDING, SENT, FOLLOWING, NOON, "fr")

    standing = await store.standing(ANA)
    assert standing
    assert standing.due == later


@pytest.mark.parametrize("goes", ["unsubscribe", "erase"])
async def test_what_goes_while_a_delivery_is_under_way_does_not_come_back(store: Store, path: Path, goes: str) -> None:
    await store.subscribe(STANDING, NOON)
    await store.claim(STANDING, "III.6.a#5", 1)
    await (store.unsubscribe(ANA) if goes == "unsubscribe" else store.erase(ANA, ANA))
    await store.settle(STANDING, SENT, FOLLOWING, NOON, "fr")

    assert read(path, "select * from deliveries") == []
    assert await store.standing(ANA) is None


async def test_the_ledger_goes_with_the_subscription(store: Store, path: Path) -> None:
    await store.subscribe(STANDING, NOON)
    await store.claim(STANDING, "III.6.a#5", 1)
    await store.settle(STANDING, SENT, FOLLOWING, NOON, "fr")

    assert await store.unsubscribe(ANA)
    assert not await store.unsubscribe(ANA)
    assert read(path, "select * from deliveries") == []
    assert len(await store.deliveries_by_day(TODAY)) == 1


async def test_who_is_held_up_is_not_due_until_let_in_again(store: Store) -> None:
    await store.subscribe(STANDING, NOON)
    await store.hold(ANA, BLOCKED)
    standing = await store.standing(ANA)
    assert standing
    assert (standing.subscription.status, standing.due) == (BLOCKED, None)
    assert await store.due(NOON + timedelta(days=9), 10) == []
    assert await store.subscriptions_by_status() == {BLOCKED: 1}

    await store.readmit(ANA, NOON)
    standing = await store.standing(ANA)
    assert standing
    assert (standing.subscription.status, standing.due) == ("active", FOLLOWING)


async def test_readmission_wakes_nobody_who_paused(store: Store) -> None:
    paused = replace(STANDING, subscription=replace(SUBSCRIPTION, status="paused"), due=None)
    await store.subscribe(paused, NOON)
    await store.readmit(ANA, NOON)

    assert await store.standing(ANA) == paused


async def fill(store: Store) -> None:
    """Keep something of Ana in every table."""
    await store.log(entry("ruritanian visas"))
    await store.set_language(ANA, "fr")
    await store.set_logs(ANA, False)
    await store.remember(ANA, LAST, NOON)
    await store.set_asked(ANA, "zone", {"place": "Klagenfurt"}, NOON)
    await store.answered(1, Link(ANA, 1, 2, NOON))
    await store.save(ANA, "III.6.a#5", NOON)
    await store.subscribe(STANDING, NOON)
    await store.claim(STANDING, "III.6.a#5", 1)
    await store.settle(STANDING, SENT, FOLLOWING, NOON, "fr")


async def test_a_group_that_moves_takes_everything_along(store: Store, path: Path) -> None:
    await fill(store)
    await store.move(ANA, BEN)

    assert await store.chat(BEN, NOON) == Chat("fr", LAST, "zone", {"place": "Klagenfurt"}, logs=False)
    assert await store.saved(BEN) == ["III.6.a#5"]
    moved = await store.standing(BEN)
    assert moved
    assert moved == replace(STANDING, subscription=replace(SUBSCRIPTION, subscriber=BEN), due=FOLLOWING, last_day=TODAY)
    assert await store.seen(BEN, 1) == ["III.6.a#5"]
    for name, column in OWNED.items() - {("replies", "chat")}:
        assert read(path, f"select * from {name} where {column} = ?", ANA) == []  # noqa: S608


async def test_a_group_that_moves_leaves_nothing_behind_where_it_is_known(store: Store, path: Path) -> None:
    await fill(store)
    await store.remember(BEN, LAST, NOON)
    await store.save(BEN, "III.6.a#5", NOON)
    await store.move(ANA, BEN)

    there = await store.chat(BEN, NOON)
    assert (there.language, there.logs) == ("fr", False)
    assert await store.saved(BEN) == ["III.6.a#5"]
    for name, column in OWNED.items() - {("replies", "chat")}:
        assert read(path, f"select * from {name} where {column} = ?", ANA) == [], name  # noqa: S608


# People's rights.


async def test_a_copy_holds_every_row_and_nobody_elses(store: Store) -> None:
    await fill(store)
    await store.set_language(BEN, "es")
    await store.log(entry("moldavian visas", BEN))

    copy = await store.copy(ANA, ANA)
    assert set(copy) == {*OWNED, "queries"}
    assert all(len(rows) == 1 for rows in copy.values())
    assert copy["queries"][0]["question"] == "ruritanian visas"
    assert "moldavian" not in json.dumps(copy)
    assert await store.copy("telegram:1", "telegram:1") == {}


async def test_erasure_leaves_no_byte(store: Store, path: Path) -> None:
    for number in range(40):
        await store.log(entry(f"ruritanian visas, case {number}"))
    await fill(store)
    await store.set_language(BEN, "es")
    await store.log(entry("moldavian visas", BEN))
    pseudonym = read(path, "select pseudonym from queries order by id limit 1")[0]["pseudonym"]
    traces = [ANA.partition(":")[2], "ruritanian", pseudonym, "Klagenfurt", "Genève"]
    assert [trace for trace in traces if trace.encode() not in written(path)] == []

    gone = await store.erase(ANA, ANA)

    assert gone == {**dict.fromkeys(OWNED, 1), "queries": 41}
    assert [trace for trace in traces if trace.encode() in written(path)] == []
    assert await store.erase(ANA, ANA) == {}
    assert await store.copy(ANA, ANA) == {}
    assert (await store.chat(BEN, NOON)).language == "es"
    assert [row["question"] for row in read(path, "select question from queries")] == ["moldavian visas"]
    assert await store.deliveries_by_day(date(2026, 1, 1)) != []


async def test_erasure_reaches_back_beyond_the_quarter(store: Store, path: Path) -> None:
    await store.log(entry(at=NOON - timedelta(days=70)))
    await store.log(entry())
    assert len({row["pseudonym"] for row in read(path, "select pseudonym from queries")}) == 2

    assert await store.erase(ANA, ANA) == {"queries": 2}


async def test_rows_that_nobody_could_erase_any_more_are_deleted(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keys = Path(f"{path}.keys")
    async with opened(path) as store:
        await store.log(entry("ruritanian visas", at=NOON - timedelta(days=70)))
        await store.log(entry("moldavian visas"))
        await store.set_language(ANA, "fr")
        totals = await store.week(TODAY - timedelta(days=90))
    pseudonyms.write(keys, {name: key for name, key in pseudonyms.read(keys).items() if name != "2026Q3"})
    async with opened(path) as store:
        assert [row["question"] for row in read(path, "select question from queries")] == ["moldavian visas"]
        assert b"ruritanian" not in written(path)
        assert await store.week(TODAY - timedelta(days=90)) == totals
    pseudonyms.write(keys, {})
    async with opened(path) as store:
        assert read(path, "select * from queries") == []
        assert (await store.chat(ANA, NOON)).language == "fr"
    assert [record.getMessage() for record in caplog.records] == [
        f"The keys of {name} are gone: rows of the log that nobody could erase any more were deleted: 1"
        for name in ("2026Q3", "2026Q4")
    ]
    async with opened(path):  # with keys that are there nothing is
        pass
    assert len(caplog.records) == 2


def test_a_key_that_another_program_has_made_is_not_gone(tmp_path: Path) -> None:
    mine, others = pseudonyms.Keys(tmp_path / "keys"), pseudonyms.Keys(tmp_path / "keys")
    others.pseudonym(ANA, TODAY)

    assert mine.missing([TODAY, TODAY - timedelta(days=70)]) == {"2026Q3"}
