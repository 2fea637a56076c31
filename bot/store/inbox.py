"""Updates that were received and not answered yet: none is lost when the program stops, and none is taken twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.store.file import File
from bot.store.records import Link

REPEATED = timedelta(days=2)
"""How long the number of an update is kept after its answer: Telegram keeps updates for one day."""
ASIDE = timedelta(days=7)
"""How long an update that could not be answered is kept for whoever looks into it."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update as it came."""

    number: int
    """Its `update_id`."""
    chat: str
    """The conversation that it belongs to; empty where it says none."""
    raw: str
    """JSON."""
    starts: int = 0
    """With how many starts of the program its answer was begun again."""


class Inbox(File):
    """Keeps an update from its arrival until its answer."""

    def __init__(self, path: Path, retention_days: int) -> None:
        super().__init__(path, retention_days)
        self._arrived: list[tuple[Sequence[Update], asyncio.Future[set[int]]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def receive(self, updates: Sequence[Update], now: datetime) -> set[int]:
        """Store updates and return the numbers of those that are new; they outlast a loss of power.

        What arrives while the disk is busy is stored together.
        """
        stored: asyncio.Future[set[int]] = asyncio.get_running_loop().create_future()
        self._arrived.append((updates, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_arrived(now))
        return await stored

    async def answered(self, number: int, link: Link | None = None) -> None:
        """Forget an update but for its number, unless it is set aside, and keep for a day which reply answers it."""
        await self._run(self._answered, number, link)

    async def set_aside(self, number: int, reason: str) -> None:
        """Keep an update for some days without taking it up again; the reason is for whoever looks into it."""
        await self._run(self._change, "update inbox set aside = ? where number = ?", reason, number)

    async def unanswered(self) -> list[Update]:
        """Return the updates that a start of the program has to take up, in their order."""
        return await self._run(self._unanswered)

    async def begin(self, number: int) -> None:
        """Count that a start of the program begins the answer to an update again."""
        await self._run(self._change, "update inbox set starts = starts + 1 where number = ?", number)

    async def sweep(self, today: date) -> None:
        """Delete numbers and updates that are no longer needed, and what answered ones left in the log of changes."""
        await self._run(self._sweep, today)

    async def _store_arrived(self, now: datetime) -> None:
        while self._arrived:
            together, self._arrived = self._arrived, []
            try:
                new = await self._run(self._receive, [update for updates, _ in together for update in updates], now)
            except Exception as error:
                # Whatever it is, those who wait have to hear of it.
                for _, stored in together:
                    if not stored.done():
                        stored.set_exception(error)
                continue
            for updates, stored in together:
                mine = {update.number for update in updates} & new
                new -= mine
                if not stored.done():
                    stored.set_result(mine)

    # On the worker thread.

    def _receive(self, updates: Sequence[Update], now: datetime) -> set[int]:
        new = set()
        with self._lasting(), self.db.conn as connection:
            for update in updates:
                added = connection.execute(
                    "insert or ignore into inbox (number, at, chat, raw) values (?, ?, ?, ?)",
                    (update.number, now.isoformat(), update.chat, update.raw),
                )
                if added.rowcount:
                    new.add(update.number)
        return new

    def _answered(self, number: int, link: Link | None) -> None:
        with self.db.conn as connection:
            connection.execute("update inbox set chat = null, raw = null where number = ? and aside is null", (number,))
            if link:
                connection.execute(
                    "insert or replace into replies (chat, message, reply, at) values (?, ?, ?, ?)",
                    (link.chat, link.message, link.reply, link.at.isoformat()),
                )

    def _unanswered(self) -> list[Update]:
        sql = "select number, chat, raw, starts from inbox where raw is not null and aside is null order by number"
        return [Update(**row) for row in self._rows(sql)]

    def _sweep(self, today: date) -> None:
        if self.fails:
            self._try()
        self._change("delete from inbox where raw is null and at < ?", (today - REPEATED).isoformat())
        self._change("delete from inbox where aside is not null and at < ?", (today - ASIDE).isoformat())
        self.db.execute("pragma wal_checkpoint(truncate)").fetchall()
