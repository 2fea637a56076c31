"""What people may see and erase of what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from sqlite3 import Connection
from typing import Any

from bot.store import erasures
from bot.store.erasures import Erasures
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


def delete(connection: Connection, chats: Collection[str], pseudonyms: Collection[str]) -> dict[str, int]:
    """Delete every row of conversations and of pseudonyms, and count the erasure; return how many went, by table."""
    gone = {
        name: connection.execute(
            f"delete from {name} where {column} in (select value from json_each(?))",  # noqa: S608 - own names
            (json.dumps(list(owners)),),
        ).rowcount
        for name, column, owners in [
            *((name, column, chats) for name, column in OWNED.items()),
            ("queries", "pseudonym", pseudonyms),
        ]
    }
    if any(gone.values()):
        note_erasure(connection)
    return {name: count for name, count in gone.items() if count}


class Rights(File):
    """A copy of everything kept of a conversation, and its erasure."""

    async def copy(self, chat: str, person: str) -> dict[str, list[dict[str, Any]]]:
        """Return every row that belongs to a conversation or to a person's pseudonyms, by table."""
        return await self._run(self._copy, chat, person)

    async def erase(self, chat: str, person: str) -> dict[str, int]:
        """Delete every row of a conversation and of a person's pseudonyms from the file itself.

        Return how many rows went, by table. Of the updates of the conversation that wait for their answers the first
        one goes too, which asked for this; those behind it stay until they are answered.
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
        found["inbox"] = self._rows("select * from inbox where chat = ? and aside is not null order by number", chat)
        return {name: rows for name, rows in found.items() if rows}

    def _open(self) -> None:
        super()._open()
        self._erasures = Erasures(self.path.with_name(self.path.name + ".erasures"), self._keys.of_erasures())
        with self.db.conn as connection:
            connection.execute("begin immediate")
            self._erasures.begin(datetime.now(UTC))

    def _erase(self, chat: str, person: str) -> dict[str, int]:
        pseudonyms = self._pseudonyms(person)
        names = [erasures.conversation(chat), *map(erasures.pseudonym, pseudonyms)]
        with self.db.conn as connection:
            # No backup begins between the moment that is noted and the erasure.
            connection.execute("begin immediate")
            self._erasures.record(datetime.now(UTC), names)
            gone = delete(connection, [chat], pseudonyms)
            # What asked for this waits first: of it nothing is left either when the person hears that all is erased.
            connection.execute(
                "update inbox set chat = null, raw = null where chat = ? and (aside is not null or number = "
                "(select min(number) from inbox where chat = ? and aside is null))",
                (chat, chat),
            )
            (waits,) = connection.execute("select count(*) from inbox where chat = ?", (chat,)).fetchone()
        # The number of the chat stays with what waits, and goes when that is answered.
        self._scrub(pseudonyms if waits else [chat.partition(":")[2], *pseudonyms])
        return gone

    def _delete_row(self, id: int) -> bool:
        with self.db.conn as connection:
            connection.execute("begin immediate")
            rows = self._rows("select id, day, minute, pseudonym from queries where id = ?", id)
            for row in rows:
                self._erasures.record(datetime.now(UTC), [erasures.row(**row)])
                connection.execute("delete from queries where id = ?", (id,))
        if rows:
            self._scrub(row["pseudonym"] for row in rows)
        return bool(rows)

    def _forget_erasures(self, today: date) -> None:
        """Forget the erasures that no backup within retention can bring back."""
        oldest = datetime.combine(today - timedelta(days=self.retention_days), time(), UTC)
        with self.db.conn as connection:
            connection.execute("begin immediate")
            self._erasures.keep_from(oldest)
