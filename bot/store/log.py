"""The log: a row a message, without who wrote it."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from bot.models import DID_YOU_MEAN
from bot.store.chats import Chats
from bot.store.cleaning import clean
from bot.store.pseudonyms import quarter
from bot.store.records import Entry
from bot.store.totals import EVERYBODY, keep_from, let_go

logger = logging.getLogger(__name__)

JUDGED = timedelta(days=1)
"""How old an answer may be for a thumb to count for its question."""
AT_ONCE = timedelta(minutes=2)
"""How soon a further question says that the answer was none."""
# What says what a message was about; of people who opted out none of it is kept.
_CONTENT = ("question", "item", "runner_up", "score", "margin", "matched")


class Log(Chats):
    """Writes rows, judges them, and deletes what has passed retention."""

    async def log(self, entry: Entry, whole: bool = True) -> None:
        """Write a row of the log; it is committed when this returns.

        Of a conversation that opted out (`whole` is False), and of a person who did so in their own, wherever they
        write, the row says nothing of what was asked.
        """
        await self._run(self._log, entry, whole)

    async def judge(self, person: str, ref: str, verdict: int, now: datetime) -> None:
        """Note a person's thumb, 1 or -1, on the row of their last question that was answered by this place."""
        await self._run(self._judge, person, ref, verdict, now)

    async def week(self, since: date) -> dict[str, int]:
        """Return figures of the log since a day: `messages`, `people`, and how many rows had each outcome."""
        return await self._run(self._week, since)

    async def outcomes_by_day(self, since: date) -> dict[tuple[date, str], int]:
        """Return how many rows of each day since one had each outcome."""
        sql = "select day, b as outcome, sum(n) as n from totals where figure = 'intent' and day >= ? group by day, b"
        rows = await self._run(self._rows, sql, since.isoformat())
        return {(date.fromisoformat(row["day"]), row["outcome"]): row["n"] for row in rows}

    async def tidy(self, today: date) -> None:
        """Delete what has passed retention and the keys that stood for its people; once a day."""
        if today != self._tidied:
            await self._run(self._tidy, today)
            self._tidied = today

    # On the worker thread.

    def _open(self) -> None:
        super()._open()
        self._let_go_of_nobodys()

    def _let_go_of_nobodys(self) -> None:
        """Delete rows whose key is gone: whose they are nobody can tell any more, so nobody could erase them either."""
        days = self._days()
        if lost := self._keys.missing(days):
            gone = let_go(self.db, (day for day in days if quarter(day) in lost))
            self.db.execute("pragma wal_checkpoint(truncate)").fetchall()
            logger.error(
                "The keys of %s are gone: rows of the log that nobody could erase any more were deleted: %d",
                ", ".join(sorted(lost)), gone,
            )  # fmt: skip

    def _days(self) -> list[date]:
        """Return the days of which there are rows."""
        return [date.fromisoformat(row["day"]) for row in self._rows("select distinct day from queries")]

    def _log(self, entry: Entry, whole: bool) -> None:
        row = asdict(entry)
        at: datetime = row.pop("at")
        person: str = row.pop("person")
        row["day"], row["minute"] = at.date().isoformat(), f"{at:%H:%M}"
        row["pseudonym"] = self._keys.pseudonym(person, at.date())
        row["question"] = clean(entry.question) if entry.question else None
        if not whole or self._rows("select 1 from chats where chat = ? and logs = 0", person):
            row |= dict.fromkeys(_CONTENT)
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        # The totals are kept by triggers, so in the same transaction.
        with self.db.conn as connection:
            self._note_what_followed(row, at)
            connection.execute(f"insert into queries ({columns}) values ({marks})", list(row.values()))  # noqa: S608 - own names

    def _note_what_followed(self, row: dict[str, Any], at: datetime) -> None:
        """Note on a person's last row what this one says of its answer: `again` or `accepted`."""
        rows = self._rows(
            "select * from queries where pseudonym = ? and day >= ? order by day desc, id desc limit 1",
            row["pseudonym"], (at.date() - JUDGED).isoformat(),
        )  # fmt: skip
        if not rows or rows[0]["intent"] != "ask" or rows[0]["item"] is None:
            return
        last = rows[0]
        before = datetime.fromisoformat(f"{last['day']}T{last['minute']}+00:00")
        followed = None
        if row["intent"] == "ask" and at.replace(second=0, microsecond=0) - before <= AT_ONCE:
            followed = "again"
        elif last["outcome"] == DID_YOU_MEAN and row["kind"] == "button" and row["intent"] in {"practice", "section"}:
            followed = "accepted"
        if followed:
            self.db.conn.execute("update queries set followed = ? where id = ?", (followed, last["id"]))

    def _judge(self, person: str, ref: str, verdict: int, now: datetime) -> None:
        oldest = now - JUDGED
        rows = self._rows(
            "select id from queries where pseudonym in (?, ?) and day >= ? and day || minute >= ? and item = ? "
            "and question is not null and outcome <> 'done' order by id desc limit 1",
            *(self._keys.pseudonym(person, moment.date()) for moment in (now, oldest)),
            oldest.date().isoformat(), f"{oldest:%Y-%m-%d%H:%M}", ref,
        )  # fmt: skip
        for row in rows:
            self._change("update queries set feedback = ? where id = ?", verdict, row["id"])

    def _week(self, since: date) -> dict[str, int]:
        day = since.isoformat()
        outcomes = self._rows(
            "select b as outcome, sum(n) as n from totals where figure = 'intent' and day >= ? group by b order by b",
            day,
        )
        people = self._rows(
            "select coalesce(sum(n), 0) as n from totals where figure = 'presence' and day >= ? and language = ? "
            "and (a = '' or julianday(day) - a < julianday(?))",
            day, EVERYBODY, day,
        )  # fmt: skip
        figures = {row["outcome"]: row["n"] for row in outcomes}
        return {"messages": sum(figures.values()), "people": people[0]["n"]} | figures

    def _tidy(self, today: date) -> None:
        keep_from(self.db, today - timedelta(days=self.retention_days))
        self._forget_answers(today)
        self._keys.keep_only({quarter(today), *map(quarter, self._days())})
        # The write-ahead log would hold what was deleted until it is written over.
        self.db.execute("pragma wal_checkpoint(truncate)").fetchall()
