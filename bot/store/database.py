"""The database file and the one thread that touches it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlite_utils import Database

from bot.store.cleaning import clean
from bot.store.migrations import migrations
from bot.store.pseudonyms import Keys, quarter
from bot.store.records import Chat, Entry

P = ParamSpec("P")
T = TypeVar("T")

REMEMBERED = timedelta(days=1)
"""How long the last answer is kept for `more` and the like."""


class StoreError(Exception):
    """The database cannot be used; the text says what to do."""


class Store:
    """Everything kept, behind coroutines; all calls run in turn on the thread that opened the file."""

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

    async def chat(self, chat: str, now: datetime) -> Chat:
        """Return what is kept of a conversation; an answer older than a day is not."""
        return await self._run(self._chat, chat, now)

    async def set_language(self, chat: str, language: str) -> None:
        """Keep the language that a conversation chose."""
        await self._run(self._upsert, chat, {"language": language})

    async def remember(self, chat: str, state: Chat, now: datetime) -> None:
        """Keep the last answer of a conversation, as references alone."""
        answer = {
            "items": state.last_items, "section": state.last_section, "shown": state.shown, "spoken": state.spoken
        }  # fmt: skip
        row = {"last_answer": json.dumps(answer), "last_at": now.isoformat()}
        await self._run(self._upsert, chat, row)

    async def log(self, entry: Entry) -> None:
        """Write a row of the log; it is committed when this returns."""
        await self._run(self._log, entry)

    async def link(self, chat: str, message: int, reply: int, now: datetime) -> None:
        """Keep for a day which reply answered which message."""
        row = {"chat": chat, "message": message, "reply": reply, "at": now.isoformat()}
        await self._run(self._link, row)

    async def linked(self, chat: str, message: int) -> int | None:
        """Return the reply that answered a message, if it is still known."""
        return await self._run(self._linked, chat, message)

    async def tidy(self, today: date) -> None:
        """Delete the rows that have passed retention and the keys that stood for their people; once a day."""
        if today != self._tidied:
            await self._run(self._tidy, today)
            self._tidied = today

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

    def _upsert(self, chat: str, values: dict[str, Any]) -> None:
        self.db.table("chats").upsert({"chat": chat} | values, pk="chat")

    def _chat(self, chat: str, now: datetime) -> Chat:
        row = next(self.db.query("select * from chats where chat = ?", [chat]), None)
        if row is None:
            return Chat()
        found = Chat(language=row["language"])
        if row["last_at"] and now - datetime.fromisoformat(row["last_at"]) <= REMEMBERED:
            answer = json.loads(row["last_answer"])
            found = replace(
                found,
                last_items=tuple(answer["items"]),
                last_section=answer["section"],
                shown=answer["shown"],
                spoken=answer["spoken"],
            )
        return found

    def _log(self, entry: Entry) -> None:
        row = asdict(entry)
        at: datetime = row.pop("at")
        person: str = row.pop("person")
        row["day"], row["minute"] = at.date().isoformat(), f"{at:%H:%M}"
        row["pseudonym"] = self._keys.pseudonym(person, at.date())
        row["question"] = clean(entry.question) if entry.question else None
        self.db.table("queries").insert(row)

    def _link(self, row: dict[str, Any]) -> None:
        self.db.table("replies").upsert(row, pk=("chat", "message"))

    def _linked(self, chat: str, message: int) -> int | None:
        found = self.db.query("select reply from replies where chat = ? and message = ?", [chat, message])
        return next((int(row["reply"]) for row in found), None)

    def _tidy(self, today: date) -> None:
        oldest = (today - timedelta(days=self.retention_days)).isoformat()
        self.db.execute("delete from queries where day < ?", [oldest])
        self.db.execute("delete from replies where at < ?", [(today - REMEMBERED).isoformat()])
        old_answers = "update chats set last_answer = null, last_at = null where last_at < ?"
        self.db.execute(old_answers, [(today - REMEMBERED).isoformat()])
        days = (row["day"] for row in self.db.query("select distinct day from queries"))
        self._keys.keep_only({quarter(today), *(quarter(date.fromisoformat(day)) for day in days)})
