"""What the digest will do and has done, in figures: for whoever runs the bot, and without a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from bot import digest
from bot.digest import ACTIVE
from bot.models import Agenda
from bot.store.database import Store
from bot.store.records import Standing

WEEK = timedelta(days=7)
Progress = Callable[[Iterable[Standing]], Iterable[Standing]]
"""Passes subscriptions through, showing how far it is."""


async def figures(
    store: Store, agenda: Agenda, now: datetime, day: date, size: int, progress: Progress
) -> AsyncIterator[str]:
    """Yield the lines of the report: subscriptions, who is due on a local date by hour, a sample, the last week."""
    statuses = await store.subscriptions_by_status()
    yield f"Subscriptions: {_counted(statuses)}"
    standings = await store.active()
    hours = Counter(s.subscription.time[:2] for s in progress(standings) if _due(s, day))
    yield f"Due on {day}, by local hour: {_counted({f'{hour}:00': hours[hour] for hour in sorted(hours)})}"
    for standing in _sample(standings, day, size):
        yield await _line(standing, store, agenda)
    rows = await store.deliveries_by_day(now.date() - WEEK)
    yield f"Delivered since {now.date() - WEEK}:" + ("" if rows else " nothing")
    for row in rows:
        yield f"  {row['day']}  {row['outcome']}{', late' if row['late'] else ''}: {row['n']:,}"


def _due(standing: Standing, day: date) -> bool:
    """Whether a subscription has a delivery on a local date."""
    sub = standing.subscription
    held = bool(sub.paused_until) and day.isoformat() < (sub.paused_until or "")
    begun = standing.due is not None and standing.due.day <= day
    return sub.status == ACTIVE and day.isoweekday() in sub.days and begun and not held


def _sample(standings: Iterable[Standing], day: date, size: int) -> list[Standing]:
    """Return some of those due on a date, the same at each call and in no order that tells who they are."""
    return sorted((s for s in standings if _due(s, day)), key=lambda s: s.subscription.seed)[:size]


async def _line(standing: Standing, store: Store, agenda: Agenda) -> str:
    sub = standing.subscription
    seen = await store.seen(sub.subscriber, sub.round)
    pick = digest.pick(digest.practices(agenda, sub.topics), seen, sub)
    topics = ", ".join(sub.topics) or "all topics"
    if pick is None:
        return f"  somebody at {sub.time}, {sub.zone}, on {topics}: nothing, the topics hold no practice any more"
    return f"  somebody at {sub.time}, {sub.zone}, on {topics}: {pick.ref}, {pick.number} of {pick.total}"


def _counted(counts: dict[Any, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"
