"""What people may see and erase of what is kept of them."""

from __future__ import annotations

import json
from typing import Any

from bot.store.file import File
from bot.store.totals import note_erasure

OWNED = {
    "chats": "chat",
    "saved": "chat",
    "replies": "chat",
    "subscriptions": "subscriber",
    "deliveries": "subscriber",
}
"""By table, the column that holds the conversation."""


class Rights(File):
    """A copy of everything kept of a conversation, and its erasure."""

    async def copy(self, chat: str, person: str) -> dict[str, list[dict[str, Any]]]:
        """Return every row that belongs to a conversation or to a person's pseudonyms, by table."""
        return await self._run(self._copy, chat, person)

    async def erase(self, chat: str, person: str) -> dict[str, int]:
        """Delete every row of a conversation and of a person's pseudonyms from the file itself.

        Return how many rows went, by table.
        """
        return await self._run(self._erase, chat, person)

    async def delete_row(self, id: int) -> bool:
        """Delete one row of the log from the file itself; return False if there was none."""
        return await self._run(self._delete_row, id)

    # On the worker thread.

    def _pseudonyms(self, person: str) -> list[str]:
        return self._keys.pseudonyms(person)

    def _copy(self, chat: str, person: str) -> dict[str, list[dict[str, Any]]]:
        found = {
            name: self._rows(f"select * from {name} where {column} = ? order by rowid", chat)  # noqa: S608 - own names
            for name, column in OWNED.items()
        }
        found["queries"] = self._rows(
            "select * from queries where pseudonym in (select value from json_each(?)) order by id",
            json.dumps(self._pseudonyms(person)),
        )
        return {name: rows for name, rows in found.items() if rows}

    def _erase(self, chat: str, person: str) -> dict[str, int]:
        with self.db.conn as connection:
            gone = {
                name: connection.execute(f"delete from {name} where {column} = ?", (chat,)).rowcount  # noqa: S608
                for name, column in OWNED.items()
            }
            gone["queries"] = connection.execute(
                "delete from queries where pseudonym in (select value from json_each(?))",
                (json.dumps(self._pseudonyms(person)),),
            ).rowcount
            if any(gone.values()):
                note_erasure(connection)
        self._scrub()
        return {name: count for name, count in gone.items() if count}

    def _delete_row(self, id: int) -> bool:
        deleted = self._change("delete from queries where id = ?", id) > 0
        if deleted:
            self._scrub()
        return deleted

    def _scrub(self) -> None:
        """Rewrite the file: freed pages and the write-ahead log would still hold what was deleted."""
        self.db.vacuum()
        self.db.execute("pragma wal_checkpoint(truncate)").fetchall()
