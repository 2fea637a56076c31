"""Putting a backup in the place of the database, without what was erased since."""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from sqlite_utils import Database

from bot.store import erasures, lock, private, pseudonyms
from bot.store.backup import Stand, begin, beside, leave_out_waiting, mark, marked, opened
from bot.store.erasures import Erasure
from bot.store.faults import DamageError, code, examine_pages, later_steps
from bot.store.file import StoreError
from bot.store.migrations import migrations
from bot.store.pseudonyms import ERASURES, KeysError, quarter
from bot.store.rights import OWNED, delete

_NEW = ".restoring"
_KINDS = _CHAT, _PSEUDONYM, _ROW = "chat", "pseudonym", "row"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration came to."""

    begun: datetime
    """The moment at which the database now stands."""
    aside: Path | None
    """Where the database is that was in use before; None if there was none."""
    broken: bool
    """Whether that one cannot be read."""
    repeated: int
    """How many erasures since had to be repeated."""
    known_since: datetime | None
    """From when on all erasures were known; None if any may be missing."""
    lost: tuple[str, ...]
    """The quarters whose key is gone."""


def restore(database: Path, backup: Path) -> Restored:
    """Put a backup in the place of the database, with its keys, and repeat the erasures since; the old one stays aside.

    A stop at any moment leaves one of the two in place. Raises StoreError if the backup cannot be used, or while
    another program uses the database; then the database is as it was.
    """
    with lock.hold(database):
        try:
            _clear_up(database)
            return _put_in_place(database, backup)
        except KeysError as error:
            raise StoreError(f"{backup} cannot be put in place: {error}.") from error
        except (OSError, sqlite3.Error) as error:
            advice = "Use another backup." if code(error) == sqlite3.SQLITE_CORRUPT else "The database is as it was."
            raise StoreError(f"{backup} cannot be put in place: {error}. {advice}") from error
        finally:
            _clear_up(database)


def asides(database: Path) -> list[Path]:
    """Return the files of databases that restorations have set aside: nothing that people erase is erased there."""
    return sorted(map(Path, glob.glob(f"{glob.escape(str(database))}.before-*")))


def _put_in_place(database: Path, backup: Path) -> Restored:
    if not backup.is_file() or (database.exists() and backup.samefile(database)):
        raise StoreError(f"{backup} is no backup. Name a file that iamm backup has written.")
    live, kept = _keys(beside(database, ".keys")), pseudonyms.read(beside(backup, ".keys"))
    past = erasures.read(beside(database, ".erasures"), [k[ERASURES] for k in (live, kept) if ERASURES in k])
    new = beside(database, _NEW)
    _copy(backup, new)
    with opened(new) as db:
        stand = _check(db, backup)
        repeated = _bring_up_to_date(db, past.after(stand.place))
        days = db.execute("select distinct day from queries").fetchall()
    private.sync(new)
    aside, broken = _set_aside(database)
    # Rows of a quarter are found by the key that they were written with, erasures by the one in use.
    keys = live | kept | {name: key for name, key in live.items() if name == ERASURES}
    pseudonyms.write(beside(database, ".keys"), keys)
    new.replace(database)
    private.sync(database.parent)
    lost = {quarter(date.fromisoformat(day)) for (day,) in days} - keys.keys()
    known_since = stand.begun if stand.place in past.places else past.since
    return Restored(stand.begun, aside, broken, repeated, known_since, tuple(sorted(lost)))


def _clear_up(database: Path) -> None:
    """Remove what a restoration that was stopped has left, but for the database itself."""
    beside(database, _NEW).unlink(missing_ok=True)
    for path in [path for path in asides(database) if database.exists() and path.samefile(database)]:
        path.unlink()
        beside(path, ".keys").unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as written:
        shutil.copyfileobj(read, written)


def _keys(path: Path) -> dict[str, str]:
    """Return the keys in use; damaged ones are as good as none, and stay aside."""
    try:
        return pseudonyms.read(path)
    except KeysError:
        return {}


def _check(db: sqlite3.Connection, backup: Path) -> Stand:
    """Return how far a backup has come; raise StoreError if it cannot be used."""
    (verdict,) = db.execute("pragma integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError(f"{backup} is damaged ({verdict}). Use another backup.")
    if not db.execute("select 1 from sqlite_master where name = 'backup'").fetchone():
        raise StoreError(f"{backup} is no backup of iamm. Name a file that iamm backup has written.")
    if newer := later_steps(db):
        raise StoreError(f"{backup} was written by a later version of iamm ({max(newer)}). Install that version.")
    return marked(db)


def _bring_up_to_date(db: sqlite3.Connection, since: Collection[Erasure]) -> int:
    """Make of a copy what the bot can start with; return how many erasures had to be repeated."""
    migrations.apply(Database(db))
    leave_out_waiting(db)
    repeated = _repeat(db, since)
    db.execute("drop table backup").close()
    db.execute("vacuum").close()
    return repeated


def _repeat(db: sqlite3.Connection, since: Collection[Erasure]) -> int:
    """Erase again; return how many erasures found something."""
    kept = _erasable(db)
    hashed = {key: erasures.hashed(key, kept) for key in {erasure.key for erasure in since}}
    repeated = 0
    for erasure in since:
        found = [hashed[erasure.key][hash] for hash in erasure.hashes & hashed[erasure.key].keys()]
        chats, pseudonyms, rows = ([name for kind, name in found if kind == wanted] for wanted in _KINDS)
        with db:
            gone = len(delete(db, chats, pseudonyms))
            gone += db.executemany("delete from queries where id = ?", ((row,) for row in rows)).rowcount
        repeated += gone > 0
    return repeated


def _erasable(db: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Return all that can have been erased: its kind and its key in the database, by the name that erasures have."""
    found: dict[str, tuple[str, str]] = {}
    for table, column in OWNED.items():
        for (chat,) in db.execute(f"select distinct {column} from {table}"):  # noqa: S608 - own names
            found[erasures.conversation(chat)] = (_CHAT, chat)
    for id, day, minute, pseudonym in db.execute("select id, day, minute, pseudonym from queries"):
        found[erasures.pseudonym(pseudonym)] = (_PSEUDONYM, pseudonym)
        found[erasures.row(id, day, minute, pseudonym)] = (_ROW, str(id))
    return found


def _set_aside(database: Path) -> tuple[Path | None, bool]:
    """Give the database in use a second name, and its keys; return the name, if there was one, and if it is broken.

    Until it is replaced it stays in its place. What a log of changes beside it holds is brought into it, or, where it
    is broken, goes with it: it would be taken for one of the new database.
    """
    name = f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    places = (database.with_name(name + (f"-{n}" if n > 1 else "")) for n in count(1))
    aside = next(place for place in places if not place.exists())
    there, broken = database.exists(), False
    if there:
        broken = not _settle(database)
        database.chmod(0o600)
        _link(database, aside)
        if beside(database, ".keys").exists():
            _link(beside(database, ".keys"), beside(aside, ".keys"))
    for ending in ("-wal", "-journal"):
        if beside(database, ending).exists():
            beside(database, ending).rename(beside(aside, ending))
    beside(database, "-shm").unlink(missing_ok=True)
    return aside if there else None, broken


def _settle(database: Path) -> bool:
    """Bring all changes of a database into its file, and mark it as a backup; return False if it is broken."""
    place = database.resolve().as_uri()
    try:
        with closing(sqlite3.connect(f"{place}?mode=ro", uri=True)) as db:
            examine_pages(db)  # without which the log of changes would be brought into a broken file
        with closing(sqlite3.connect(f"{place}?mode=rw", 1, uri=True)) as db:
            db.execute("pragma journal_mode = delete").close()
            mark(db, begin(db, database))
        return True
    except (sqlite3.Error, DamageError) as error:
        if code(error) == sqlite3.SQLITE_BUSY:
            raise StoreError(f"Another program has {database} open. Close it first, such as iamm chat.") from error
        if code(error) == sqlite3.SQLITE_FULL:
            raise
        return False


def _link(path: Path, name: Path) -> None:
    try:
        name.hardlink_to(path)
    except OSError:  # a file system without links
        _copy(path, name)
