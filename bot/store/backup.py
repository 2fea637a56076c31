"""A copy of the database, taken while the bot runs."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.config import no_database
from bot.store import private, pseudonyms
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
    keys = beside(target, ".keys")
    for path in (target, keys):
        if path.exists():
            raise StoreError(f"{path} exists already, and is left as it is. Give another name.")
    try:
        with _part(target.parent) as part, _part(target.parent) as keys_part:
            before = pseudonyms.read(beside(database, ".keys"))
            with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", PATIENCE, uri=True)) as db:
                begun = begin(db)
                db.execute("vacuum into ?", (str(part),)).close()
            with opened(part) as db:
                leave_out_waiting(db)
                mark(db, begun)
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
    return begun


def begin(db: sqlite3.Connection) -> datetime:
    """Return a moment before which every erasure that was noted is complete: each is one transaction."""
    db.execute("begin immediate").close()
    moment = datetime.now(UTC)
    db.execute("rollback").close()
    return moment


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


def mark(db: sqlite3.Connection, begun: datetime) -> None:
    """Write into a copy the moment at which it stands."""
    with db:
        db.execute("create table if not exists backup (begun text not null) strict")
        db.execute("delete from backup")
        db.execute("insert into backup values (?)", (begun.isoformat(timespec="milliseconds"),))


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
