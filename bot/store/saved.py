"""The items that people have saved."""

from __future__ import annotations

from datetime import datetime

from bot.store.file import File


class Saved(File):
    """A list of references a conversation, in the order in which they were saved."""

    async def save(self, chat: str, ref: str, now: datetime) -> bool:
        """Put a place on the list; return False if it stood there already."""
        sql = "insert or ignore into saved (chat, ref, at) values (?, ?, ?)"
        return await self._run(self._change, sql, chat, ref, now.isoformat()) > 0

    async def saved(self, chat: str) -> list[str]:
        """Return the references on the list, the first saved first."""
        rows = await self._run(self._rows, "select ref from saved where chat = ? order by at, rowid", chat)
        return [row["ref"] for row in rows]

    async def unsave(self, chat: str, ref: str) -> bool:
        """Take a place from the list; return False if it was not there."""
        return await self._run(self._change, "delete from saved where chat = ? and ref = ?", chat, ref) > 0
