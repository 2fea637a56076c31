"""The database file and the one thread that touches it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlite_utils import Database

from bot.store import faults
from bot.store.migrations import migrations
from bot.store.pseudonyms import Keys

PATIENCE, HASTE = 2000, 50
"""Milliseconds to wait for another program that writes to the file; and as long as it goes on, so that nobody waits
for the bot at each step anew."""
CACHE = 1000
"""KiB of the file that SQLite keeps in memory: full soon, so that the memory of the bot grows no more."""
_PIECE = 1 << 20
"""Bytes that are looked through at once."""

P = ParamSpec("P")
T = TypeVar("T")


class StoreError(Exception):
    """The database cannot be used; the text says what to do."""


class File:
    """An SQLite file behind coroutines; all calls run in turn on the thread that opened it."""

    def __init__(self, path: Path, retention_days: int) -> None:
        self.path = path
        self.retention_days = retention_days
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._tidied: date | None = None
        self._db: Database | None = None
        self._descriptor: int | None = None
        self.fails = False
        """Whether the file could not be used lately, and nothing was written to it since."""
        self._changes = 0

    async def open(self) -> None:
        """Open the file, create what is missing and bring old tables up to date.

        Raises StoreError if the file cannot be read or written.
        """
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._open)
        except (OSError, ValueError, sqlite3.Error) as error:
            await self.close()
            raise StoreError(faults.describe(self.path, error)) from error

    async def close(self) -> None:
        """Finish what is under way and close the file."""
        if self._db:
            self.fails = False  # there is nothing to wait for any more
            await self._run(self._db.close)
        self._thread.shutdown()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    # On the worker thread.

    @property
    def db(self) -> Database:
        """The open database; to be used on the worker thread alone."""
        if self._db is None:
            raise StoreError("The database is not open.")
        return self._db

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._carry_out(call, *args, **kwargs))

    def _carry_out(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            result = call(*args, **kwargs)
        except (OSError, sqlite3.Error) as error:
            self.fails, self._changes = True, self.db.conn.total_changes
            if "locked" in str(error):
                self._wait_at_most(HASTE)
            raise StoreError(faults.describe(self.path, error)) from error
        if self.fails and self.db.conn.total_changes != self._changes:
            self._recover()
        return result

    def _recover(self) -> None:
        self.fails = False
        self._wait_at_most(PATIENCE)

    def _try(self) -> None:
        """Write what is there already, to see whether the file can be used again."""
        version = self.db.execute("pragma user_version").fetchone()[0]
        self.db.execute(f"pragma user_version = {version}").close()
        self._recover()

    def _wait_at_most(self, milliseconds: int) -> None:
        self.db.execute(f"pragma busy_timeout = {milliseconds}").close()

    @contextmanager
    def _lasting(self) -> Iterator[None]:
        """Let what is committed inside outlast a loss of power, at the price of waiting for the disk.

        Everything else outlasts a killed program, and after a loss of power its latest changes may be gone, but none
        of them without those after it: then the updates that they answered wait again.
        """
        self.db.execute("pragma synchronous = full").close()
        try:
            yield
        finally:
            self.db.execute("pragma synchronous = normal").close()

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Made before SQLite does, which would let others read it. Closed after it too: whichever descriptor of a file
        # a process closes, all its locks on the file are gone, and other programs would take it for unused.
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self._db = Database(self.path)
        self._wait_at_most(PATIENCE)
        faults.examine(self.db.conn)
        self.db.enable_wal()
        self.db.execute(f"pragma cache_size = -{CACHE}").close()
        self.db.execute("pragma secure_delete = on").close()
        self.db.execute("pragma synchronous = normal").close()
        migrations.apply(self.db)
        self._keys = Keys(self.path.with_name(self.path.name + ".keys"))

    def _scrub(self, traces: Iterable[str]) -> None:
        """Empty the log of changes, and rewrite the file where it still holds a trace of what was deleted.

        SQLite has written zeros over it, but not over the copies that stay behind when it fills its pages anew. To
        rewrite a large file takes seconds, in which nobody is answered, so that it is done for those alone.
        """
        self.db.execute("pragma wal_checkpoint(truncate)").fetchall()
        if self._holds([trace.encode() for trace in traces]):
            self.db.vacuum()
            self.db.execute("pragma wal_checkpoint(truncate)").fetchall()

    def _holds(self, traces: list[bytes]) -> bool:
        """Whether the bytes of the file itself hold one of these."""
        assert self._descriptor is not None  # noqa: S101 - as long as the database is open
        overlap = max(map(len, traces), default=0)
        for start in range(0, os.fstat(self._descriptor).st_size, _PIECE):
            piece = os.pread(self._descriptor, _PIECE + overlap, start)
            if any(trace in piece for trace in traces):
                return True
        return False

    def _rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return list(self.db.query(sql, list(values)))

    def _change(self, sql: str, *values: Any) -> int:
        """Carry out one statement in a transaction of its own and return how many rows it changed."""
        with self.db.conn:
            return self.db.conn.execute(sql, values).rowcount
