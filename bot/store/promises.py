"""What is promised of people's data, proved on the database as it stands."""

from __future__ import annotations

import glob
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from bot.config import no_database
from bot.store.chats import REMEMBERED
from bot.store.cleaning import clean
from bot.store.inbox import ASIDE
from bot.store.pseudonyms import Keys, quarter
from bot.store.restoring import asides
from bot.store.rights import OWNED

NAMED = 5
"""How many rows a problem names."""
_SIXTEEN = "[0-9a-f]" * 16
_FIVE_DIGITS = "*" + "[0-9]" * 5 + "*"


def check(database: Path, retention_days: int, today: date) -> list[str]:
    """Return a sentence for each promise that the database, its keys or their files do not keep; none when all is well.

    The file is only read; in a process that has it open this would let go of the locks on it.
    """
    if not database.exists():
        return [no_database(database)]
    keys = database.with_name(database.name + ".keys")
    problems = [*_modes(database), *_freed(database), *_outlived(database, retention_days, today)]
    try:
        with closing(sqlite3.connect(database.resolve().as_uri() + "?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            problems += _retention(db, retention_days, today)
            problems += _pseudonyms(db)
            problems += _questions(db)
            problems += _ids(db)
            problems += _keys(db, keys, today)
            problems += _opted_out(db, keys)
    except (sqlite3.Error, OSError, ValueError) as error:
        problems.append(f"{database} and its keys cannot be read to the end: {error}.")
    return problems


def _modes(database: Path) -> Iterator[str]:
    for path in sorted(database.parent.glob(f"{glob.escape(database.name)}*")):
        if (mode := path.stat().st_mode & 0o777) & 0o077:
            yield f"{path} is open to others: its mode is {mode:o} and has to be 600."


def _outlived(database: Path, days: int, today: date) -> Iterator[str]:
    """Look for erasures that are remembered for longer than anything is kept, and for what no erasure reaches."""
    oldest = today - timedelta(days=days)
    noted = database.with_name(f"{database.name}.erasures")
    lines = noted.read_text("ascii", "replace").splitlines() if noted.exists() else []
    if early := [line for line in lines if line[:10] < oldest.isoformat()]:
        yield f"{noted} remembers erasures from before {oldest}: {len(early)}. Start the bot: it forgets them."
    if aside := asides(database):
        yield (
            f"A restoration has set aside {', '.join(map(str, aside))}: what people erase, and what passes retention, "
            "stays in there. Delete that as soon as the restoration has proved right."
        )


def _freed(database: Path) -> Iterator[str]:
    """Look at the pages that SQLite has freed: `secure_delete` leaves zeros in them.

    The list of free pages is that of https://www.sqlite.org/fileformat.html#the_freelist.
    """
    with database.open("rb") as file:
        header = file.read(100)
        if not header.startswith(b"SQLite format 3"):
            return  # what it is instead is said when it is opened
        size = int.from_bytes(header[16:18], "big")
        size = 65536 if size == 1 else size
        trunk, left = int.from_bytes(header[32:36], "big"), 0
        seen: set[int] = set()
        while trunk and trunk not in seen:
            seen.add(trunk)
            file.seek((trunk - 1) * size)
            page = file.read(size)
            trunk, leaves = int.from_bytes(page[:4], "big"), int.from_bytes(page[4:8], "big")
            for start in range(8, 8 + 4 * min(leaves, size // 4 - 2), 4):
                file.seek((int.from_bytes(page[start : start + 4], "big") - 1) * size)
                left += any(file.read(size))
    if left:
        yield (
            f"{left} freed pages of {database} still hold what was deleted: something wrote to it without "
            "secure_delete. Stop the bot and run VACUUM on it."
        )


def _retention(db: sqlite3.Connection, days: int, today: date) -> Iterator[str]:
    oldest, forgotten = (today - timedelta(days=days)).isoformat(), (today - REMEMBERED).isoformat()
    for what, since, sql in (
        ("rows of queries are", oldest, "select count(*), min(day) from queries where day < ?"),
        ("rows of replies are", forgotten, "select count(*), min(at) from replies where at < ?"),
        ("last answers in chats are", forgotten, "select count(*), min(last_at) from chats where last_at < ?"),
        (
            "updates set aside are",
            (today - ASIDE).isoformat(),
            "select count(*), min(at) from inbox where aside is not null and at < ?",
        ),
        ("open questions in chats are", forgotten, "select count(*), min(asked_at) from chats where asked_at < ?"),
    ):
        count, first = db.execute(sql, (since,)).fetchone()
        if count:
            yield f"{count} {what} older than {since}, the first from {first[:10]}. Start the bot: it deletes them."


def _pseudonyms(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute("select id from queries where pseudonym not glob ?", (_SIXTEEN,))
    yield from _rows("do not have sixteen hexadecimal digits for a pseudonym", (row["id"] for row in rows))


def _questions(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute("select id, question from queries where question is not null")
    yield from _rows(
        "hold personal data that is taken out today",
        (row["id"] for row in rows if clean(row["question"]) != row["question"]),
    )


def _ids(db: sqlite3.Connection) -> Iterator[str]:
    """Look for the number of any conversation in every table that is not about it."""
    owners = {
        digits
        for table, column in OWNED.items()
        for row in db.execute(f"select distinct {column} from {table}")  # noqa: S608
        for digits in re.findall(r"\d{5,}", row[0])
    }
    for table in [
        row["name"] for row in db.execute("select name from sqlite_master where type = 'table' order by name")
    ]:
        if table in OWNED or table == "inbox":  # which holds whole messages until they are answered
            continue
        columns = [row["name"] for row in db.execute("select name from pragma_table_info(?)", (table,))]
        name = "id" if "id" in columns else "null"
        for column in columns:
            rows = db.execute(f'select {name}, "{column}" from "{table}" where "{column}" glob ?', (_FIVE_DIGITS,))  # noqa: S608
            found = (row[0] for row in rows if not owners.isdisjoint(re.findall(r"\d{5,}", str(row[1]))))
            yield from _rows(f"hold somebody's number in {column}", found, table)


def _keys(db: sqlite3.Connection, keys: Path, today: date) -> Iterator[str]:
    days = [date.fromisoformat(row["day"]) for row in db.execute("select distinct day from queries")]
    written, kept = {quarter(day) for day in days}, Keys(keys).quarters
    if over := sorted(kept - written - {quarter(today)}):
        yield f"The keys of {', '.join(over)} have outlived their rows. Start the bot: it destroys them."
    if lost := sorted(written - kept):
        yield (
            f"The keys of {', '.join(lost)} are gone, their rows are not: nobody's rights reach those. Put back the "
            "keys of a backup; at its next start the bot deletes the rows."
        )


def _opted_out(db: sqlite3.Connection, keys: Path) -> Iterator[str]:
    """Look for questions that came after the words by which somebody opted out.

    People can be told by their own conversation with the bot alone; a group's, whose number is negative, has many.
    """
    known = Keys(keys)
    silent = [row["chat"] for row in db.execute("select chat from chats where logs = 0 and chat not like '%:-%'")]
    sql = (
        "with own as (select id, intent, question from queries where pseudonym in (select value from json_each(?))) "
        "select id from own where question is not null "
        "and id > coalesce((select max(id) from own where intent = 'log_off'), 0)"
    )
    found = (row["id"] for chat in silent for row in db.execute(sql, (json.dumps(known.pseudonyms(chat)),)))
    yield from _rows("hold questions of people who opted out", found)


def _rows(problem: str, ids: Iterable[int | None], table: str = "queries") -> Iterator[str]:
    """Say which rows have a problem, if any has; `ids` has None for rows without one."""
    found = list(ids)
    if found:
        named = ", ".join(str(row) for row in found[:NAMED] if row is not None)
        more = ", …" if named and len(found) > NAMED else ""
        yield f"Rows of {table} that {problem}: {len(found)}{f' ({named}{more})' if named else ''}."
