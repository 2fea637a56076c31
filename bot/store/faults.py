"""What is wrong with a database, and what to do about it."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from bot.store.migrations import migrations
from bot.store.pseudonyms import KeysError

_ADVICE = {
    sqlite3.SQLITE_CORRUPT: "Put a backup in its place with iamm restore, or move it away with the files beside it.",
    sqlite3.SQLITE_IOERR: "Make room on the disk; if there is room, see whether the disk is failing.",
    sqlite3.SQLITE_FULL: "Make room on the disk.",
    sqlite3.SQLITE_BUSY: "Close the other program that has it open.",
}
_ALIKE = {sqlite3.SQLITE_NOTADB: sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_LOCKED: sqlite3.SQLITE_BUSY}


class FaultError(ValueError):
    """The file is a database, but not one to use."""


class DamageError(FaultError):
    """It is broken."""


class LaterVersionError(FaultError):
    """It was written by a later version of this program."""


def examine(db: sqlite3.Connection) -> None:
    """Look through a database before anything is changed in it.

    Raises FaultError, or sqlite3.Error where it cannot even be read.
    """
    examine_pages(db)
    if newer := later_steps(db):
        raise LaterVersionError(f"it was written by a later version of iamm ({max(newer)})")


def examine_pages(db: sqlite3.Connection) -> None:
    """Read a database through. Raises DamageError, or sqlite3.Error where it cannot even be read."""
    (verdict,) = db.execute("pragma quick_check(1)").fetchone()
    if verdict != "ok":
        raise DamageError(f"it is damaged ({' '.join(verdict.split())})")


def later_steps(db: sqlite3.Connection) -> set[str]:
    """Return the names of the steps that made the tables of a database and that this program does not know."""
    return applied_steps(db) - known_steps()


def applied_steps(db: sqlite3.Connection) -> set[str]:
    """Return the names of the steps that made the tables of a database, which is only read."""
    table = migrations.migrations_table
    if not db.execute("select 1 from sqlite_master where name = ?", [table]).fetchone():
        return set()
    names = db.execute(f"select name from {table} where migration_set = ?", [migrations.name])  # noqa: S608 - constant
    return {name for (name,) in names}


def missing_parts(db: sqlite3.Connection) -> set[str]:
    """Return what the steps make and a database lacks: tables, their columns, indexes and triggers, by name."""
    with closing(Database(memory=True)) as empty:
        migrations.apply(empty)
        return _parts(empty.conn) - _parts(db)


def _parts(db: sqlite3.Connection) -> set[str]:
    columns = db.execute("select t.name || '.' || c.name from sqlite_master t, pragma_table_info(t.name) c")
    return {name for (name,) in (*columns, *db.execute("select name from sqlite_master"))}


def known_steps() -> set[str]:
    """Return the names of the steps that this program knows."""
    with closing(Database(memory=True)) as empty:
        return {step.name for step in migrations.pending(empty)}


def describe(path: Path, error: Exception) -> str:
    """Return a sentence on why a database cannot be used, and one that says what to do."""
    return f"The database {path} cannot be used: {error}. {advise(error)}"


def code(error: Exception) -> int:
    """Return SQLite's code for what kind of error this is; 0 if it is none of its own."""
    found: int = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _ALIKE.get(found, found)


def advise(error: Exception) -> str:
    """Return a sentence on what to do about an error of a database."""
    if isinstance(error, KeysError):
        return "Put those of a backup in their place; without keys earlier questions are nobody's and are deleted."
    if isinstance(error, LaterVersionError):
        return "Install that version, or put back a backup from before with iamm restore."
    if isinstance(error, DamageError):
        return _ADVICE[sqlite3.SQLITE_CORRUPT]
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _ADVICE[sqlite3.SQLITE_FULL]
    return _ADVICE.get(code(error), "Set IAMM_DATABASE to a file in a folder that you may write to.")
