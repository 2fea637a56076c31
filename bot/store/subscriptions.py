"""Who gets a practice a day, and the ledger of what was sent."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.digest import ACTIVE, Due, Subscription, next_due
from bot.store.file import File
from bot.store.records import BLOCKED, Delivery, Standing

LATE_MINUTES = 15
"""Minutes from which a delivery counts as late."""


class Subscriptions(File):
    """One subscription a conversation, and one delivery a subscriber and local date."""

    async def standing(self, subscriber: str) -> Standing | None:
        """Return a conversation's subscription, if there is one."""
        rows = await self._run(self._rows, "select * from subscriptions where subscriber = ?", subscriber)
        return _standing(rows[0]) if rows else None

    async def subscribe(self, standing: Standing, now: datetime) -> None:
        """Keep a subscription, new or changed."""
        await self._run(self._subscribe, standing, now)

    async def unsubscribe(self, subscriber: str) -> bool:
        """Delete a subscription and what the ledger holds of it; return False if there was none."""
        return await self._run(self._unsubscribe, subscriber)

    async def seen(self, subscriber: str, round: int) -> list[str]:
        """Return the practices sent in a round, the latest last; one whose outcome is unknown counts as sent."""
        sql = (
            "select ref from deliveries where subscriber = ? and round = ? "
            "and status in ('sent', 'unknown', 'sending') order by id"
        )
        return [row["ref"] for row in await self._run(self._rows, sql, subscriber, round)]

    async def delivery(self, subscriber: str, day: date) -> Delivery | None:
        """Return what was delivered on a local date."""
        sql = "select * from deliveries where subscriber = ? and day = ?"
        rows = await self._run(self._rows, sql, subscriber, day.isoformat())
        return Delivery(day, rows[0]["ref"], rows[0]["status"]) if rows else None

    # The ledger.

    async def due(self, now: datetime, limit: int, subscriber: str | None = None) -> list[Standing]:
        """Return those who are due, in a stable order of their own; with `subscriber`, that one alone."""
        sql = "select * from subscriptions where status = 'active' and next_due <= ?"
        values: list[Any] = [_utc(now)]
        if subscriber:
            sql, values = sql + " and subscriber = ?", [*values, subscriber]
        rows = await self._run(self._rows, sql + " order by next_due, seed limit ?", *values, limit)
        return [_standing(row) for row in rows]

    async def claim(self, standing: Standing, ref: str, round: int) -> bool:
        """Write down that a delivery is about to be sent; return False if its date was dealt with before.

        Committed when this returns: whoever finds the row knows that the message may have gone out.
        """
        return await self._run(self._claim, standing, ref, round)

    async def settle(
        self, standing: Standing, status: str, following: Due | None, now: datetime, language: str, reason: str = ""
    ) -> bool:
        """Write down what became of a delivery and when the next is due; False where they have left meanwhile."""
        return await self._run(self._settle, standing, status, following, now, language, reason)

    async def release(self, standing: Standing) -> None:
        """Take a claim back: the message was certainly not sent, and is still due."""
        if standing.due:
            sql = "delete from deliveries where subscriber = ? and day = ? and status = 'sending'"
            await self._run(self._change, sql, standing.subscription.subscriber, standing.due.day.isoformat())

    async def unsettled(self) -> list[Standing]:
        """Return those whose delivery was being sent when the program was stopped."""
        # The date is the ledger's: a subscription may have been changed or held up meanwhile.
        sql = (
            "select s.*, d.due as claimed_due, d.day as claimed_day from subscriptions s "
            "join deliveries d on d.subscriber = s.subscriber where d.status = 'sending'"
        )
        found = await self._run(self._rows, sql)
        return [_standing(row | {"next_due": row["claimed_due"], "next_day": row["claimed_day"]}) for row in found]

    async def hold(self, subscriber: str, status: str) -> None:
        """Send nothing more to a subscriber for a reason, such as `blocked`, until this is undone."""
        sql = "update subscriptions set status = ?, next_due = null where subscriber = ? and status = 'active'"
        await self._run(self._change, sql, status, subscriber)

    async def readmit(self, subscriber: str, now: datetime) -> None:
        """Send again to a subscriber that was held up as `blocked`."""
        standing = await self.standing(subscriber)
        if standing and standing.subscription.status == BLOCKED:
            active = replace(standing.subscription, status=ACTIVE)
            due = next_due(active, now, standing.last_day)
            await self.subscribe(replace(standing, subscription=active, due=due), now)

    async def move(self, old: str, new: str) -> None:
        """Carry everything kept of a group over to the chat that it became."""
        await self._run(self._move, old, new)

    # Figures for whoever runs the bot.

    async def deliveries_by_day(self, since: date) -> list[dict[str, Any]]:
        """Return the counts of deliveries by day, outcome and lateness, without subscribers."""
        sql = (
            "select day, outcome, late, sum(n) as n from delivery_counts where day >= ? "
            "group by day, outcome, late order by day, outcome, late"
        )
        return await self._run(self._rows, sql, since.isoformat())

    async def subscriptions_by_status(self) -> dict[str, int]:
        """Return how many subscriptions there are of each status."""
        rows = await self._run(self._rows, "select status, count(*) as n from subscriptions group by status")
        return {row["status"]: row["n"] for row in rows}

    async def overdue(self, since: datetime) -> int:
        """Return how many deliveries were due before a moment and are not dealt with."""
        sql = "select count(*) as n from subscriptions where next_due < ? and status = ?"
        rows = await self._run(self._rows, sql, _utc(since), ACTIVE)
        return int(rows[0]["n"])

    async def active(self) -> list[Standing]:
        """Return every subscription that is being served."""
        return [
            _standing(row)
            for row in await self._run(self._rows, "select * from subscriptions where status = ?", ACTIVE)
        ]

    # On the worker thread.

    def _subscribe(self, standing: Standing, now: datetime) -> None:
        sub, due = standing.subscription, standing.due
        row = {
            "zone": sub.zone,
            "place": sub.place,
            "time": sub.time,
            "days": "".join(map(str, sub.days)),
            "topics": json.dumps(sub.topics),
            "silent": int(sub.silent),
            "seed": sub.seed,
            "round": sub.round,
            "paused_until": sub.paused_until,
            "status": sub.status,
            "thread": standing.thread,
            "language": standing.language,
            "next_due": _utc(due.at) if due else None,
            "next_day": due.day.isoformat() if due else None,
            "last_day": standing.last_day.isoformat() if standing.last_day else None,
        }
        columns = ", ".join(row)
        kept = ", ".join(f"{name} = excluded.{name}" for name in row)
        marks = ", ".join("?" * (len(row) + 2))
        self._change(
            f"insert into subscriptions (subscriber, created, {columns}) values ({marks}) "  # noqa: S608 - own names
            f"on conflict (subscriber) do update set {kept}",
            sub.subscriber, _utc(now), *row.values(),
        )  # fmt: skip

    def _unsubscribe(self, subscriber: str) -> bool:
        with self.db.conn as connection:
            connection.execute("delete from deliveries where subscriber = ?", (subscriber,))
            return connection.execute("delete from subscriptions where subscriber = ?", (subscriber,)).rowcount > 0

    def _claim(self, standing: Standing, ref: str, round: int) -> bool:
        if standing.due is None:
            return False
        subscriber, day = standing.subscription.subscriber, standing.due.day.isoformat()
        try:
            with self._lasting(), self.db.conn as connection:
                # Who unsubscribed or changed the hour a moment ago is no longer due.
                return connection.execute(
                    "insert into deliveries (subscriber, day, round, ref, status, due) "
                    "select subscriber, next_day, ?, ?, 'sending', next_due from subscriptions "
                    "where subscriber = ? and next_day = ? and next_due = ? and topics = ? and status = 'active'",
                    (round, ref, subscriber, day, _utc(standing.due.at), json.dumps(standing.subscription.topics)),
                ).rowcount > 0  # fmt: skip
        except sqlite3.IntegrityError:
            return False

    def _settle(
        self, standing: Standing, status: str, following: Due | None, now: datetime, language: str, reason: str
    ) -> bool:
        if standing.due is None:
            return False
        subscriber, due = standing.subscription.subscriber, standing.due
        late = int((now - due.at) > timedelta(minutes=LATE_MINUTES))
        with self.db.conn as connection:
            # A row that was claimed, or one for a date that is passed over; of who has left meanwhile, none.
            settled = connection.execute(
                "update deliveries set status = ?, reason = ?, at = ? where subscriber = ? and day = ?",
                (status, reason, _utc(now), subscriber, due.day.isoformat()),
            ).rowcount
            if not settled:
                settled = connection.execute(
                    "insert into deliveries (subscriber, day, status, reason, due, at) "
                    "select subscriber, next_day, ?, ?, next_due, ? from subscriptions "
                    "where subscriber = ? and next_day = ?",
                    (status, reason, _utc(now), subscriber, due.day.isoformat()),
                ).rowcount
            connection.execute(
                "update subscriptions set next_due = ?, next_day = ?, last_day = ?, "
                "round = coalesce((select round from deliveries where subscriber = ? and day = ?), round) "
                "where subscriber = ? and next_day = ?",
                (
                    _utc(following.at) if following else None,
                    following.day.isoformat() if following else None,
                    due.day.isoformat(),
                    subscriber, due.day.isoformat(), subscriber, due.day.isoformat(),
                ),
            )  # fmt: skip
            connection.execute(
                "insert into delivery_counts (day, hour, language, outcome, late, n) values (?, ?, ?, ?, ?, 1) "
                "on conflict (day, hour, language, outcome, late) do update set n = n + 1",
                (due.at.date().isoformat(), due.at.hour, language, f"{status}: {reason}" if reason else status, late),
            )
        return settled > 0

    def _move(self, old: str, new: str) -> None:
        """Move every row; where both chats have one, the new one's stays, and lacks nothing that the old one had."""
        with self.db.conn as connection:
            for column in ("language", "asked", "draft", "asked_at", "last_answer", "last_at"):
                connection.execute(
                    f"update chats set {column} = coalesce({column}, (select {column} from chats where chat = ?)) "  # noqa: S608 - own names
                    "where chat = ?",
                    (old, new),
                )
            connection.execute(
                "update chats set logs = 0 where chat = ? and exists (select 1 from chats where chat = ? and logs = 0)",
                (new, old),
            )
            for name, column in (
                ("chats", "chat"), ("saved", "chat"), ("subscriptions", "subscriber"), ("deliveries", "subscriber"),
                ("inbox", "chat"),
            ):  # fmt: skip
                connection.execute(f"update or ignore {name} set {column} = ? where {column} = ?", (new, old))  # noqa: S608
                connection.execute(f"delete from {name} where {column} = ?", (old,))  # noqa: S608
            connection.execute("delete from replies where chat = ?", (old,))


def _standing(row: dict[str, Any]) -> Standing:
    due = Due(datetime.fromisoformat(row["next_due"]), date.fromisoformat(row["next_day"])) if row["next_due"] else None
    return Standing(
        Subscription(
            row["subscriber"],
            row["zone"],
            row["time"],
            tuple(map(int, row["days"])),
            tuple(json.loads(row["topics"])),
            bool(row["silent"]),
            row["seed"],
            row["round"],
            row["paused_until"],
            row["place"],
            row["status"],
        ),
        due,
        date.fromisoformat(row["last_day"]) if row["last_day"] else None,
        row["thread"],
        row["language"],
    )


def _utc(moment: datetime) -> str:
    """Return a moment so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
