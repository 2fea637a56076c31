"""Digests: when a subscriber's next practice is due, and which one it is."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

from bot.models import PRACTICE, Agenda

# The package's zone data on every machine: a system's own may be years behind what countries have decided.
reset_tzpath(to=())

ACTIVE = "active"
LATE = timedelta(hours=4)
"""How late a digest is still sent."""

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_CLOCK_TOLERANCE = timedelta(minutes=7.5)  # zones lie a quarter of an hour apart
_CANDIDATES = 4

# One zone for each way of keeping time that people live by, the most populous first.
_ZONES = [
    "Asia/Shanghai", "Asia/Kolkata", "Africa/Nairobi", "Africa/Lagos", "Europe/Paris", "Asia/Jakarta", "Asia/Karachi",
    "Africa/Johannesburg", "America/Sao_Paulo", "Asia/Tokyo", "America/New_York", "Asia/Dhaka", "Africa/Abidjan",
    "America/Mexico_City", "Africa/Cairo", "America/Bogota", "America/Chicago", "Asia/Tehran", "Europe/Kyiv",
    "Europe/London", "America/Caracas", "America/Los_Angeles", "Asia/Yangon", "Asia/Dubai", "Asia/Kabul",
    "Africa/Casablanca", "Asia/Kathmandu", "America/Santiago", "America/Phoenix", "Australia/Brisbane",
    "Australia/Sydney", "America/Denver", "Asia/Jerusalem", "America/Havana", "Asia/Beirut", "Asia/Gaza",
    "Pacific/Auckland", "America/Halifax", "Australia/Adelaide", "Pacific/Honolulu", "Pacific/Guadalcanal",
    "Pacific/Fiji", "America/Anchorage", "America/St_Johns", "Atlantic/Cape_Verde", "Pacific/Apia",
    "Australia/Darwin", "Atlantic/Azores", "America/Nuuk", "Pacific/Pago_Pago", "Pacific/Marquesas", "Pacific/Easter",
    "Pacific/Kiritimati", "America/Miquelon", "America/Noronha", "Pacific/Norfolk", "Pacific/Gambier",
    "Pacific/Chatham", "Australia/Lord_Howe", "America/Adak", "Australia/Eucla",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody asked to be sent, and when."""

    subscriber: str
    """The conversation, as `channel:number`."""
    zone: str
    """An IANA name."""
    time: str
    """The local time, as `HH:MM`."""
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    """Days of the week, 1 for Monday."""
    topics: tuple[str, ...] = ()
    """References of sections; none means every practice."""
    silent: bool = False
    seed: int = 0
    """What makes the order of practices the subscriber's own."""
    round: int = 1
    """How many times the practices have been begun."""
    paused_until: str | None = None
    """The local date, in ISO form, from which deliveries go on."""
    place: str = ""
    """The city that the person named, to tell the zone by; nothing is worked out from it."""
    status: str = ACTIVE
    """`active`, `paused`, `blocked`, ...: all but the first are sent nothing."""


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery to come."""

    at: datetime
    """In UTC."""
    day: date
    """The local date that it is for."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The practice to send."""

    ref: str
    number: int
    """How many practices of the present topics this round has sent, this one among them."""
    total: int
    """How many practices the present topics hold."""
    new_round: bool
    """True when everything had been sent and this one begins again."""
    round: int


def is_zone(name: str) -> bool:
    """Whether a name is a zone of the IANA database."""
    return name in _names()


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def local_due(sub: Subscription, day: date) -> datetime | None:
    """Return the moment, in UTC, of a local date's delivery, or None for a date that its zone leaves out.

    A time in the gap of summer time means the first minute after the gap, even where that is past midnight; a time
    that comes twice means the first. Raises `ZoneInfoNotFoundError` for an unknown zone.
    """
    zone = ZoneInfo(sub.zone)
    wanted = datetime.combine(day, time.fromisoformat(sub.time))
    at, before = (wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before >= at:
        return at

    # In a gap, fold 1 falls before it and fold 0 after it (PEP 495): the clock jumps somewhere between the two.
    def clock(minute: int) -> datetime:
        return (before + minute * _MINUTE).astimezone(zone).replace(tzinfo=None)

    jump = bisect_left(range((at - before) // _MINUTE), wanted, key=clock)
    if day not in (clock(jump - 1).date(), clock(jump).date()):
        return None
    return before + jump * _MINUTE


def next_due(sub: Subscription, after: datetime, last_day: date | None = None) -> Due | None:
    """Return the first delivery strictly after a moment, on a chosen day later than the last that was dealt with.

    `last_day` keeps a local date from being served twice when the zone, the time or the machine's clock is changed.
    None when the subscription is not active or has no days.
    """
    if sub.status != ACTIVE:
        return None
    first = after.astimezone(ZoneInfo(sub.zone)).date()
    if last_day:
        first = max(first, last_day + _DAY)
    if sub.paused_until:
        first = max(first, date.fromisoformat(sub.paused_until))
    for ahead in range(15):  # twice a week and a day: a weekly day may be over, and the next left out by its zone
        day = first + ahead * _DAY
        if day.isoweekday() in sub.days and (at := local_due(sub, day)) and at > after:
            return Due(at, day)
    return None


def verdict(due: Due, now: datetime, late: timedelta = LATE) -> Literal["wait", "send", "skip"]:
    """Return what to do with a delivery: late by up to `late` it is sent, later it is skipped."""
    if now < due.at:
        return "wait"
    return "send" if now - due.at <= late else "skip"


def practices(agenda: Agenda, topics: Collection[str]) -> list[str]:
    """Return the practices under some sections, or all where there are none, in the document's order.

    A topic that is no section of the Agenda holds nothing.
    """
    chosen = {item.ref for topic in topics for item in agenda.items_under(topic)} if topics else set(agenda.items)
    return [item.ref for item in agenda.items.values() if item.kind == PRACTICE and item.ref in chosen]


def order(refs: Iterable[str], seed: int, round: int, last: str = "") -> list[str]:
    """Return practices in a subscriber's own order for a round, neighbours from different chapters where possible.

    `last` is the practice sent before them. When practices come or go, the others all but keep their order.
    """
    waiting, result = _shuffled(refs, seed, round), list[str]()
    while waiting:
        last = _first(waiting, last)
        waiting.remove(last)
        result.append(last)
    return result


def pick(refs: Sequence[str], seen: Sequence[str], sub: Subscription) -> Pick | None:
    """Return the practice to send next, or None when there are no practices.

    `refs` are the practices of the present topics; `seen` those sent in the subscriber's round, the latest last,
    whether or not they still exist. When all were seen, the next round begins; the caller keeps its number.
    """
    unseen = set(refs).difference(seen)
    new_round = not unseen
    round = sub.round + new_round
    waiting = _shuffled(unseen or refs, sub.seed, round)
    if not waiting:
        return None
    total = len(set(refs))
    ref = _first(waiting, seen[-1] if seen else "")
    return Pick(ref, total - len(waiting) + 1, total, new_round, round)


def zones_at(clock: str, now: datetime, hint: str = "") -> list[str]:
    """Return up to four zones, the most populous first, where it is now a local time of day (`HH:MM`).

    They keep different time in another season, so that the person has to say which is theirs. `hint` is a zone to
    put first if its clock agrees.
    """
    said = datetime.combine(now.date(), time.fromisoformat(clock), UTC)

    def agrees(zone: str) -> bool:
        shown = now.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        return (said - shown + _CLOCK_TOLERANCE) % _DAY < 2 * _CLOCK_TOLERANCE  # whatever the date is there

    candidates = dict.fromkeys([hint, *_ZONES] if hint else _ZONES)
    return [zone for zone in candidates if agrees(zone)][:_CANDIDATES]


def _shuffled(refs: Iterable[str], seed: int, round: int) -> list[str]:
    """Return practices, each once, by a keyed hash: each has its place whatever the others are."""
    return sorted(set(refs), key=lambda ref: blake2b(f"{seed}:{round}:{ref}".encode(), digest_size=8).digest())


def _first(waiting: Sequence[str], last: str) -> str:
    """Return the earliest that is from another chapter than the last.

    A chapter with more than half of what waits goes first, or its practices would be left to follow one another.
    """
    largest, size = Counter(map(_chapter, waiting)).most_common(1)[0]
    if 2 * size > len(waiting) and largest != _chapter(last):
        return next(ref for ref in waiting if _chapter(ref) == largest)
    return min(waiting, key=lambda ref: (_chapter(ref) == _chapter(last), ref == last))


@lru_cache(maxsize=1024)
def _chapter(ref: str) -> str:
    """Return the chapter of a reference: `III.4` of `III.4.a#3`."""
    return ".".join(ref.partition("#")[0].split(".")[:2])
