"""A copy of the database, taken while the bot runs."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.config import no_database
from bot.store import erasures, private, pseudonyms
from bot.store.faults import advise
from bot.store.file import StoreError
from bot.store.pseudonyms import KeysError

PATIENCE = 60
"""Seconds to wait for another program that writes to the database."""
_PART = ".iamm-part"


def beside(database: Path, ending: str) -> Path:
    """Return a file that stands beside a database, such as its `.keys`."""
    return database.with_name(database.name + ending)


def copy(database: Path, target: Path) -> datetime:
    """Copy a database, and its keys beside it, as they stand at one moment; return the moment.

    The bot may go on meanwhile. The copy lacks the updates that wait for their answers. Raises StoreError if it cannot
    be made; then nothing of it is left.
    """
    if not database.exists():
        raise StoreError(no_database(database))
    # Of a name that is too long these say that it is not there, where those of Path raise.
    if os.path.isdir(target):
        raise StoreError(f"{target} is a folder. Name a file in it.")
    keys = beside(target, ".keys")
    for path in (target, keys):
        if os.path.exists(path):
            raise StoreError(f"{path} exists already, and is left as it is. Give another name.")
    try:
        with _part(target.parent) as part, _part(target.parent) as keys_part:
            before = pseudonyms.read(beside(database, ".keys"))
            with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", PATIENCE, uri=True)) as db:
                stand = begin(db, database)
                db.execute("vacuum into ?", (str(part),)).close()
            with opened(part) as db:
                leave_out_waiting(db)
                mark(db, stand)
            private.sync(part)
            # A key may have been made since for the rows of a new quarter, or destroyed with those of an old one.
            keys_part.write_text(json.dumps(before | pseudonyms.read(beside(database, ".keys"))))
            private.sync(keys_part)
            keys_part.replace(keys)
            try:
                part.replace(target)
            except BaseException:
                keys.unlink()
                raise
            private.sync(target.parent)
    except KeysError as error:
        raise StoreError(f"{database} cannot be copied: {error}.") from error
    except OSError as error:
        raise StoreError(f"{database} cannot be copied to {target}: {error}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"{database} cannot be copied to {target}: {error}. {advise(error)}") from error
    return stand.begun


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a copy has come: every erasure up to there is complete, for each is one transaction."""

    begun: datetime
    place: str
    """In the file of erasures, which tells what comes after; of moments a clock that is set back does not."""


def begin(db: sqlite3.Connection, database: Path) -> Stand:
    """Return how far a database has come now."""
    db.execute("begin immediate").close()
    stand = Stand(datetime.now(UTC), erasures.place(beside(database, ".erasures")))
    db.execute("rollback").close()
    return stand


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a copy to work on: nothing stands beside it, and what is deleted leaves no trace; a stop spoils it."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = off").close()
        db.execute("pragma secure_delete = on").close()
        yield db


def leave_out_waiting(db: sqlite3.Connection) -> None:
    """Delete the updates that wait for their answers: by the time that they come back nobody waits for any."""
    if db.execute("select 1 from sqlite_master where name = 'inbox'").fetchone():
        with db:
            db.execute("delete from inbox where raw is not null")


def mark(db: sqlite3.Connection, stand: Stand) -> None:
    """Write into a copy how far it has come."""
    with db:
        db.execute("drop table if exists backup")
        db.execute("create table backup (begun text not null, place text not null) strict")
        db.execute("insert into backup values (?, ?)", (stand.begun.isoformat(timespec="milliseconds"), stand.place))


def marked(db: sqlite3.Connection) -> Stand:
    """Return how far a copy has come; the place is empty in one of an earlier version."""
    begun, *place = db.execute("select * from backup").fetchone()
    return Stand(datetime.fromisoformat(begun), *(place or [""]))


@contextmanager
def _part(folder: Path) -> Iterator[Path]:
    """Give a new file to write to, which is gone afterwards if it was not moved; others that a kill left go first."""
    for stale in folder.glob(f"*{_PART}"):
        with suppress(OSError), stale.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while somebody writes to it
            stale.unlink()
    part = folder / f"{secrets.token_hex(8)}{_PART}"
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield part
    finally:
        part.unlink(missing_ok=True)
