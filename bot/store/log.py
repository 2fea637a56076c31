"""The log: a row a message, without who wrote it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from bot.store.chats import Chats
from bot.store.cleaning import clean
from bot.store.pseudonyms import quarter
from bot.store.records import Entry

JUDGED = timedelta(days=1)
"""How old an answer may be for a thumb to count for its question."""
# What says what a message was about; of people who opted out none of it is kept.
_CONTENT = ("question", "item", "runner_up", "score", "margin", "matched")


class Log(Chats):
    """Writes rows, judges them, and deletes what has passed retention."""

    async def log(self, entry: Entry, whole: bool = True) -> None:
        """Write a row of the log; it is committed when this returns.

        Of a conversation that opted out (`whole` is False) the row says nothing of what was asked.
        """
        await self._run(self._log, entry, whole)

    async def judge(self, person: str, ref: str, verdict: int, now: datetime) -> None:
        """Note a person's thumb, 1 or -1, on the row of their last question that was answered by this place."""
        await self._run(self._judge, person, ref, verdict, now)

    async def week(self, since: date) -> dict[str, int]:
        """Return figures of the log since a day: `messages`, `people`, and how many rows had each outcome."""
        return await self._run(self._week, since)

    async def tidy(self, today: date) -> None:
        """Delete what has passed retention and the keys that stood for its people; once a day."""
        if today != self._tidied:
            await self._run(self._tidy, today)
            self._tidied = today

    # On the worker thread.

    def _log(self, entry: Entry, whole: bool) -> None:
        row = asdict(entry)
        at: datetime = row.pop("at")
        person: str = row.pop("person")
        row["day"], row["minute"] = at.date().isoformat(), f"{at:%H:%M}"
        row["pseudonym"] = self._keys.pseudonym(person, at.date())
        row["question"] = clean(entry.question) if entry.question else None
        if not whole:
            row |= dict.fromkeys(_CONTENT)
        self.db.table("queries").insert(row)

    def _judge(self, person: str, ref: str, verdict: int, now: datetime) -> None:
        days = [now.date(), (now - JUDGED).date()]
        rows = self._rows(
            "select id from queries where pseudonym in (?, ?) and day >= ? and item = ? and question is not null "
            "order by id desc limit 1",
            *(self._keys.pseudonym(person, day) for day in days), days[1].isoformat(), ref,
        )  # fmt: skip
        for row in rows:
            self._change("update queries set feedback = ? where id = ?", verdict, row["id"])

    def _week(self, since: date) -> dict[str, int]:
        day = since.isoformat()
        totals = self._rows(
            "select count(*) as messages, count(distinct pseudonym) as people from queries where day >= ?", day
        )
        outcomes = self._rows("select outcome, count(*) as n from queries where day >= ? group by outcome", day)
        return totals[0] | {row["outcome"]: row["n"] for row in outcomes}

    def _tidy(self, today: date) -> None:
        self._change("delete from queries where day < ?", (today - timedelta(days=self.retention_days)).isoformat())
        self._forget_answers(today)
        days: list[dict[str, Any]] = self._rows("select distinct day from queries")
        self._keys.keep_only({quarter(today), *(quarter(date.fromisoformat(row["day"])) for row in days)})
