"""The checks of the database and the files beside it; none of them is changed, and none made."""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from bot.doctor.finding import SHOWN, Finding, Patient, broken, ok, warning
from bot.doctor.machine import existing
from bot.store import faults, lock
from bot.store.pseudonyms import Keys
from bot.store.restoring import asides

PATIENCE = 2.0
"""Seconds to wait for another program that writes."""
_ANOTHER = "Run this as the user that the bot runs as, give it the rights, or set IAMM_DATABASE to another file."
_RESTORE = "Stop the bot and put back a backup: iamm restore FILE."


def check_database(patient: Patient) -> Iterator[Finding]:
    """Tell whether the file can be used, is whole, and is of a version that this program knows."""
    path = patient.settings.database
    folder = existing(path.parent)
    if not folder.is_dir():
        yield broken(f"{folder} is no folder.", "Set IAMM_DATABASE to a file in a folder.")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield broken(f"The folder {folder} cannot be written to.", _ANOTHER)
    elif not os.path.exists(path):
        yield ok(f"{path} is not there yet; it is made when the bot starts.")
    if not os.path.exists(path):
        return
    if not path.is_file():
        yield broken(f"{path} is no file.", "Set IAMM_DATABASE to a file.")
    elif not os.access(path, os.R_OK | os.W_OK):
        yield broken(f"{path} cannot be read and written.", _ANOTHER)
    else:
        yield from _inside(path)


def _inside(path: Path) -> Iterator[Finding]:
    try:
        at_rest = _at_rest(path)
        with closing(_opened(path, at_rest)) as db:
            damage = [row[0] for row in db.execute("pragma quick_check")]
            applied = faults.applied_steps(db)
            missing = faults.missing_parts(db) if applied == faults.known_steps() else set()
            if not at_rest:
                _take_turns(path)
    except sqlite3.Error as error:
        if "locked" in str(error):
            yield broken(f"Another program keeps {path} to itself.", "Close what has it open to change it.")
        elif isinstance(error, sqlite3.OperationalError):
            yield broken(f"{path} cannot be opened: {error}.", _ANOTHER)
        else:
            yield broken(f"{path} is damaged or no database: {error}.", _RESTORE)
        return
    if damage != ["ok"]:
        yield broken(f"{path} is damaged: {'; '.join(damage[:SHOWN])}.", _RESTORE)
    elif missing:
        yield broken(f"{path} lacks {', '.join(sorted(missing)[:SHOWN])}.", _RESTORE)
    else:
        yield _dated(path, applied)


def _opened(path: Path, at_rest: bool) -> sqlite3.Connection:
    """Open a database to read.

    SQLite makes the two files beside one in WAL mode even to read it, and leaves them; one that is at rest can be read
    as a file that does not change.
    """
    way = "immutable=1" if at_rest else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{way}", uri=True, timeout=PATIENCE)


def _at_rest(path: Path) -> bool:
    """Whether the database is in WAL mode and no program has it open, nor had when it was killed.

    The mode is in its header: https://www.sqlite.org/fileformat.html#file_format_version_numbers.
    """
    changes, index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if index.exists() or (changes.exists() and changes.stat().st_size > 0):
        return False
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"


def _take_turns(path: Path) -> None:
    """Wait for the right to write, and give it back. Raises sqlite3.OperationalError if another keeps it."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)) as db:
        db.isolation_level = None
        db.execute("begin immediate")
        db.execute("rollback")


def _dated(path: Path, applied: set[str]) -> Finding:
    known = faults.known_steps()
    if applied - known:
        return broken(
            f"{path} was written by a later version of iamm ({max(applied - known)}).",
            "Install that version, or put back a backup from before: iamm restore FILE.",
        )
    if applied < known:
        return ok(f"{path} is whole, of an earlier version; it is brought up to date when the bot starts.")
    return ok(f"{path} is whole and up to date.")


def check_files(patient: Patient) -> Iterator[Finding]:
    """Tell whether others can read what lies at the database, what is left over there, and if the keys can be used."""
    path = patient.settings.database
    files = sorted(place for place in path.parent.glob(f"{path.name}*") if place.is_file())
    if not files:
        yield ok("There are none to be seen.")
        return
    open_to_others = [file for file in files if os.name == "posix" and file.stat().st_mode & 0o077]
    if open_to_others:
        yield broken(
            f"Other users can read or change {', '.join(map(str, open_to_others))}.",
            f"chmod 600 {' '.join(map(str, open_to_others))}",
        )
    if aside := asides(path):
        yield warning(
            f"A restoration has set aside {', '.join(map(str, aside))}: what people erase stays in there.",
            f"As soon as the restoration has proved right: rm {shlex.join(map(str, aside))}",
        )
    try:
        lost = Keys(path.with_name(path.name + ".keys")).missing(_days(path))
    except (OSError, ValueError) as error:
        yield broken(
            f"The keys beside the database cannot be read: {type(error).__name__}.",
            "Put back those of a backup; as they are the bot does not start.",
        )
    else:
        if lost:
            yield broken(
                f"The keys of {', '.join(sorted(lost))} are gone: whose questions of that time are nobody can tell.",
                "Put back those of a backup before the bot starts: it deletes questions that nobody could erase.",
            )
        if not open_to_others and not lost:
            yield ok(f"{len(files)} files, for their owner alone.")


def _days(path: Path) -> list[date]:
    """Return the days of which the log has rows; none where that cannot be read, which is said of the database."""
    try:
        with closing(_opened(path, _at_rest(path))) as db:
            return [date.fromisoformat(day) for (day,) in db.execute("select distinct day from queries")]
    except (OSError, ValueError, sqlite3.Error):
        return []


def check_bot(patient: Patient) -> Iterator[Finding]:
    """Tell whether a bot runs on the database."""
    try:
        running = lock.held(patient.settings.database)
    except OSError as error:
        yield warning(f"Whether a bot runs cannot be told: {error.strerror}.", _ANOTHER)
        return
    yield ok("A bot runs on the database." if running else "No bot runs on the database.")
