"""The database file and the one thread that touches it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlite_utils import Database

from bot.store.migrations import migrations
from bot.store.pseudonyms import Keys

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

    async def open(self) -> None:
        """Open the file, create what is missing and bring old tables up to date.

        Raises StoreError if the file cannot be read or written.
        """
        try:
            await self._run(self._open)
        except (OSError, ValueError, sqlite3.Error) as error:
            self._thread.shutdown()
            raise StoreError(
                f"The database {self.path} cannot be used: {error}. "
                "Set IAMM_DATABASE to a file in a folder that you may write to, or move the broken file away."
            ) from error

    async def close(self) -> None:
        """Finish what is under way and close the file."""
        if self._db:
            await self._run(self._db.close)
        self._thread.shutdown()

    # On the worker thread.

    @property
    def db(self) -> Database:
        """The open database; to be used on the worker thread alone."""
        if self._db is None:
            raise StoreError("The database is not open.")
        return self._db

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: call(*args, **kwargs))

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Made before SQLite does, which would let others read it.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self._db = Database(self.path)
        self.db.enable_wal()
        self.db.execute("PRAGMA secure_delete = ON").close()
        migrations.apply(self.db)
        self._keys = Keys(self.path.with_name(self.path.name + ".keys"))

    def _rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return list(self.db.query(sql, list(values)))

    def _change(self, sql: str, *values: Any) -> int:
        """Carry out one statement in a transaction of its own and return how many rows it changed."""
        with self.db.conn:
            return self.db.conn.execute(sql, values).rowcount
