"""What is promised of people's data: each promise is broken on a real file, and named."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner

from bot import cli
from bot.models import Last
from bot.store.database import Store
from bot.store.promises import check
from bot.store.pseudonyms import Keys
from bot.store.records import Entry, Link
from tests.conftest import NOON

ANA, BEN = "telegram:730011223344", "telegram:730055667788"
TODAY = NOON.date()


def entry(question: str = "visas", person: str = ANA, at: datetime = NOON, intent: str = "ask") -> Entry:
    return Entry(
        at=at, person=person, channel="telegram", kind="question", language_set="en", language_detected="en",
        question=question, intent=intent, outcome="answered", item="III.3.a#5", runner_up="III.3.a#8", score=7.5,
        margin=1.5, matched="visas", ms=0.5, content_version="c", code_version="1",
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "iamm.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    """A file that keeps every promise, as the bot leaves it."""
    store = Store(path, 90)
    await store.open()
    await store.set_language(ANA, "en")
    await store.remember(ANA, Last("section", ("III.9#1",), "III.9", 1, "en"), NOON)
    await store.save(ANA, "III.9#1", NOON)
    await store.answered(1, Link(ANA, 1, 2, NOON))
    for question in ("visas", "call +41 79 123 45 67 on article 7", "me llamo Ana Ruiz"):
        await store.log(entry(question), True)
    await store.log(entry("readmission", BEN, NOON - timedelta(days=90)), True)
    await store.log(entry("stop keeping this", BEN, intent="log_off"), True)
    await store.set_logs(BEN, False)
    await store.log(entry("asylum", BEN), False)
    yield store
    await store.close()


def change(path: Path, sql: str, *values: Any) -> None:
    """Write to the file as another program does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma secure_delete = off").close()
        db.execute(sql, values).close()


def only(path: Path) -> str:
    problems = check(path, 90, TODAY)
    assert len(problems) == 1, problems
    return problems[0]


async def test_a_file_as_the_bot_leaves_it_keeps_every_promise(store: Store, path: Path) -> None:
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.suffix != ".db-shm"}
    assert check(path, 90, TODAY) == []
    assert {file: file.read_bytes() for file in before} == before


def test_a_database_that_is_not_there_is_named(path: Path) -> None:
    assert str(path) in only(path)
    assert not path.exists()


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.write_text("not a database, but long enough to look like one" * 40)
    path.chmod(0o600)
    assert "cannot be read" in only(path)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("update queries set day = '2026-08-24' where id = 4", "queries are older than 2026-08-25"),
        ("update replies set at = '2026-11-20T12:00:00+00:00'", "replies are older than 2026-11-22"),
        ("update chats set last_at = '2026-11-20T12:00:00+00:00' where last_at is not null", "answers in chats"),
        ("update chats set asked = 'zone', draft = '{}', asked_at = '2026-11-20'", "open questions in chats"),
    ],
)
def test_what_has_passed_retention_is_named(path: Path, sql: str, name: str) -> None:
    change(path, sql)
    assert name in only(path)


@pytest.mark.usefixtures("store")
def test_a_pseudonym_that_is_none_is_named(path: Path) -> None:
    change(path, "update queries set pseudonym = ? where id = 2", "ana")
    assert only(path) == "Rows of queries that do not have sixteen hexadecimal digits for a pseudonym: 1 (2)."


@pytest.mark.usefixtures("store")
def test_what_the_cleaner_would_take_out_is_named(path: Path) -> None:
    change(path, "update queries set question = 'write to ana@example.org' where id in (1, 3)")
    assert only(path) == "Rows of queries that hold personal data that is taken out today: 2 (1, 3)."


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("column", ["matched", "item", "content_version"])
def test_somebodys_number_in_the_log_is_named(path: Path, column: str) -> None:
    change(path, f"update queries set {column} = 'x 730011223344' where id = 3")  # noqa: S608
    assert only(path) == f"Rows of queries that hold somebody's number in {column}: 1 (3)."


@pytest.mark.usefixtures("store")
def test_somebodys_number_in_any_other_table_is_named(path: Path) -> None:
    change(path, "insert into delivery_counts values ('2026-11-23', 8, ?, 'sent', 0, 1)", ANA)
    assert only(path) == "Rows of delivery_counts that hold somebody's number in language: 1."


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("ending", ["", ".keys", "-wal", ".erasures"])
def test_a_file_that_others_can_read_is_named(path: Path, ending: str) -> None:
    file = path.with_name(path.name + ending)
    file.chmod(0o640)
    assert only(path) == f"{file} is open to others: its mode is 640 and has to be 600."


@pytest.mark.usefixtures("store")
def test_an_erasure_that_is_remembered_too_long_is_named(path: Path) -> None:
    file = path.with_name(path.name + ".erasures")
    note = file.read_text()
    file.write_text(f"2026-08-25{note[10:]}")
    assert check(path, 90, TODAY) == []
    file.write_text(f"2026-08-24{note[10:]}{note}")
    assert only(path) == f"{file} remembers erasures from before 2026-08-25: 1. Start the bot: it forgets them."


@pytest.mark.usefixtures("store")
def test_a_database_that_was_set_aside_is_named(path: Path) -> None:
    aside = path.with_name(path.name + ".before-20261120T120000")
    for file in (aside, aside.with_name(aside.name + ".keys")):
        file.touch(0o600)

    assert only(path).startswith(f"A restoration has set aside {aside}, {aside}.keys: what people erase")


@pytest.mark.usefixtures("store")
def test_a_key_that_outlived_its_rows_is_named(path: Path) -> None:
    Keys(path.with_name(path.name + ".keys")).pseudonym(ANA, TODAY - timedelta(days=400))
    assert "2025Q4 have outlived" in only(path)


@pytest.mark.usefixtures("store")
def test_rows_that_nobodys_rights_reach_are_named(path: Path) -> None:
    Keys(path.with_name(path.name + ".keys")).keep_only({"2026Q4"})
    assert "2026Q3 are gone" in only(path)


@pytest.mark.usefixtures("store")
def test_keys_that_cannot_be_read_are_named(path: Path) -> None:
    path.with_name(path.name + ".keys").write_text("{")
    assert "cannot be read" in only(path)


async def test_a_question_of_somebody_who_opted_out_is_named(store: Store, path: Path) -> None:
    await store.set_logs(BEN, True)
    await store.log(entry("return", BEN), True)
    await store.set_logs(BEN, False)
    assert only(path) == "Rows of queries that hold questions of people who opted out: 1 (7)."
    await store.set_logs(BEN, True)
    assert check(path, 90, TODAY) == []


@pytest.mark.usefixtures("store")
def test_what_was_deleted_without_secure_delete_is_named(path: Path) -> None:
    change(path, "create table notes (text)")
    change(path, "insert into notes select hex(randomblob(3000)) from json_each('[1,2,3,4,5,6,7,8]')")
    change(path, "drop table notes")
    change(path, "pragma wal_checkpoint(truncate)")
    assert "without secure_delete" in only(path)

    with closing(sqlite3.connect(path)) as db:
        db.execute("vacuum").close()
        db.execute("pragma wal_checkpoint(truncate)").close()
    assert check(path, 90, TODAY) == []


async def test_one_row_can_be_deleted_and_nothing_of_it_is_left(store: Store, path: Path) -> None:
    await store.log(entry("the ruritanian question"), True)
    row = 7
    assert await store.delete_row(row)
    assert not await store.delete_row(row)
    assert b"ruritanian" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    with closing(sqlite3.connect(path)) as db:
        assert [found[0] for found in db.execute("select id from queries order by id")] == [1, 2, 3, 4, 5, 6]
    assert check(path, 90, TODAY) == []


async def test_the_command_is_silent_when_all_is_well_and_names_what_is_not(path: Path) -> None:
    today = datetime.now(UTC)
    store = Store(path, 90)
    await store.open()
    await store.log(entry(at=today), True)
    await store.close()
    env = {"IAMM_DATABASE": str(path), "TELEGRAM_BOT_TOKEN": ""}

    found = CliRunner().invoke(cli.main, ["check", "--privacy"], env=env)
    assert (found.exit_code, found.output) == (0, "")

    os.chmod(path, 0o644)
    change(path, "update queries set pseudonym = 'ana'")
    found = CliRunner().invoke(cli.main, ["check", "--privacy"], env=env)
    assert found.exit_code == 1
    assert len(found.stderr.splitlines()) == 2
    assert CliRunner().invoke(cli.main, ["check"], env=env).exit_code == 0
