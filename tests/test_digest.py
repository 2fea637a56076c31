"""A digest comes once on each chosen day, at the right minute, and repeats nothing before its round is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import digest
from bot.digest import Due, Subscription
from bot.models import Agenda

ZONES = [
    "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago", "Europe/Paris", "Pacific/Apia", "Asia/Kathmandu",
    "Africa/Casablanca", "America/Nuuk", "Asia/Tehran", "America/Havana", "Asia/Beirut", "Asia/Gaza",
    "America/Asuncion", "Antarctica/Troll", "Pacific/Chatham", "America/St_Johns", "Europe/Dublin",
    "Pacific/Kiritimati", "Asia/Kolkata", "America/New_York", "America/Sao_Paulo", "Africa/Nairobi", "Asia/Pyongyang",
    "Australia/Adelaide", "Pacific/Norfolk", "Europe/Lisbon", "Atlantic/Azores", "Africa/El_Aaiun", "America/Godthab",
    "UTC",
]  # fmt: skip
TIMES = ["00:00", "00:15", "00:30", "01:30", "02:00", "02:30", "03:00", "08:00", "23:59"]
CHOICES = [(1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5), (7,), (6, 7)]
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Calendar:
    """When each local time of a zone comes, found by looking at its clock minute by minute around each change."""

    def __init__(self, zone: str, first: date, days: int) -> None:
        self.zone = ZoneInfo(zone)
        self.offsets: dict[date, timedelta | None] = {}
        """The one offset of the three UTC dates around a date, or None where it changes."""
        self.minutes: dict[date, list[tuple[datetime, datetime]]] = {}
        start = datetime.combine(first, time(), UTC)
        hourly = [self.clock(start + h * HOUR) - (start + h * HOUR) for h in range(-24, (days + 1) * 24 + 1)]
        for n in range(days):
            around = set(hourly[n * 24 : n * 24 + 73])
            self.offsets[first + n * DAY] = around.pop() if len(around) == 1 else None

    def clock(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=UTC)

    def due(self, day: date, wanted: str) -> datetime | None:
        local = datetime.combine(day, time.fromisoformat(wanted), UTC)
        offset = self.offsets[day]
        if offset is not None:
            return local - offset
        if day not in self.minutes:
            start = datetime.combine(day, time(), UTC) - DAY
            self.minutes[day] = [(start + m * MINUTE, self.clock(start + m * MINUTE)) for m in range(3 * 24 * 60)]
        if all(shown.date() != day for _, shown in self.minutes[day]):
            return None
        return next(at for at, shown in self.minutes[day] if shown >= local)


@pytest.mark.parametrize("zone", ZONES)
def test_each_chosen_day_has_one_delivery_at_its_minute(zone: str) -> None:
    first, days = date(2026, 9, 1), 400
    calendar = Calendar(zone, first, days)
    for n, wanted in enumerate(TIMES):
        chosen = CHOICES[0] if n % 2 == 0 else CHOICES[(n // 2 + ZONES.index(zone)) % len(CHOICES)]
        sub = Subscription("test:1", zone, wanted, chosen)
        expected = [
            Due(at, day)
            for day in (first + n * DAY for n in range(days))
            if day.isoweekday() in chosen and (at := calendar.due(day, wanted))
        ]
        assert deliveries(sub, expected[0].at, first + (days - 1) * DAY) == expected


def deliveries(sub: Subscription, start: datetime, end: date) -> list[Due]:
    """Return what a loop would deliver that wakes twenty seconds late."""
    found = []
    due = digest.next_due(sub, start - MINUTE)
    while due and due.day <= end:
        assert digest.verdict(due, due.at + timedelta(seconds=20)) == "send"
        found.append(due)
        due = digest.next_due(sub, due.at + timedelta(seconds=20), due.day)
    return found


@pytest.mark.parametrize(
    ("zone", "day", "wanted", "local", "utc"),
    [
        ("Europe/Paris", "2027-03-28", "02:30", "2027-03-28 03:00", "2027-03-28 01:00"),
        ("Europe/Paris", "2026-10-25", "02:30", "2026-10-25 02:30", "2026-10-25 00:30"),
        ("Africa/Cairo", "2027-04-30", "00:30", "2027-04-30 01:00", "2027-04-29 22:00"),
        ("America/Santiago", "2027-09-05", "00:15", "2027-09-05 01:00", "2027-09-05 04:00"),
        ("America/Nuuk", "2027-03-27", "23:30", "2027-03-28 00:00", "2027-03-28 01:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04 02:30", "2026-10-03 15:30"),
        ("Antarctica/Troll", "2027-03-28", "01:30", "2027-03-28 03:00", "2027-03-28 01:00"),
        ("Asia/Kathmandu", "2026-10-04", "08:00", "2026-10-04 08:00", "2026-10-04 02:15"),
    ],
)
def test_days_that_go_wrong_elsewhere(zone: str, day: str, wanted: str, local: str, utc: str) -> None:
    at = digest.local_due(Subscription("test:1", zone, wanted), date.fromisoformat(day))
    assert at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("wanted", TIMES)
def test_a_date_that_a_zone_leaves_out_has_no_delivery(wanted: str) -> None:
    sub = Subscription("test:1", "Pacific/Apia", wanted)
    days = [due.day.day for due in deliveries(sub, datetime(2011, 12, 28, 10, tzinfo=UTC), date(2012, 1, 2))]
    assert days[-4:] == [29, 31, 1, 2]
    fridays = replace(sub, days=(5,))
    friday = digest.next_due(fridays, datetime(2011, 12, 20, tzinfo=UTC))
    assert friday
    after = digest.next_due(fridays, friday.at)
    assert after
    assert (friday.day, after.day) == (date(2011, 12, 23), date(2012, 1, 6))


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        digest.next_due(Subscription("test:1", "Europe/Atlantis", "08:00"), datetime(2027, 1, 1, tzinfo=UTC))


def test_a_delivery_is_strictly_after_the_moment() -> None:
    sub = Subscription("test:1", "UTC", "08:00")
    eight = datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert digest.next_due(sub, eight - timedelta(microseconds=1)) == Due(eight, date(2027, 1, 4))
    assert digest.next_due(sub, eight) == Due(eight + DAY, date(2027, 1, 5))


def test_a_long_silence_is_not_made_up_for() -> None:
    sub = Subscription("test:1", "UTC", "08:00")
    noon = datetime(2027, 1, 4, 12, tzinfo=UTC)
    assert digest.next_due(sub, noon, date(2026, 12, 1)) == Due(noon + 20 * HOUR, date(2027, 1, 5))


def test_a_pause_ends_on_its_day_by_the_local_calendar() -> None:
    sub = Subscription("test:1", "Pacific/Kiritimati", "08:00", paused_until="2027-01-10")
    due = digest.next_due(sub, datetime(2027, 1, 4, tzinfo=UTC))
    assert due == Due(datetime(2027, 1, 9, 18, tzinfo=UTC), date(2027, 1, 10))
    later = digest.next_due(sub, datetime(2027, 2, 4, tzinfo=UTC))
    assert later
    assert later.day == date(2027, 2, 5)


def test_without_days_or_when_not_active_nothing_is_due() -> None:
    sub = Subscription("test:1", "UTC", "08:00")
    for other in (replace(sub, days=()), replace(sub, status="paused"), replace(sub, status="blocked")):
        assert digest.next_due(other, datetime(2027, 1, 4, tzinfo=UTC)) is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(ZONES), st.sampled_from(TIMES), st.sampled_from(CHOICES), st.integers(-90, 3000)),
        max_size=25,
    )
)
def test_no_day_comes_twice_when_zone_time_and_clock_change(
    changes: list[tuple[str, str, tuple[int, ...], int]],
) -> None:
    now, last_day = datetime(2027, 3, 20, tzinfo=UTC), None
    days = []
    for zone, wanted, chosen, minutes in changes:
        sub = Subscription("test:1", zone, wanted, chosen)
        now += minutes * MINUTE  # a clock may be set back
        due = digest.next_due(sub, now, last_day)
        assert due
        assert due.at > now
        assert due.day.isoweekday() in chosen
        if minutes % 2:
            now, last_day = due.at, due.day
            days.append(due.day)
    assert all(one < two for one, two in pairwise(days))


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (-timedelta(microseconds=1), "wait"),
        (timedelta(), "send"),
        (digest.LATE, "send"),
        (digest.LATE + timedelta(microseconds=1), "skip"),
        (3 * DAY, "skip"),
    ],
)
def test_late_is_sent_and_later_is_skipped(late: timedelta, said: str) -> None:
    at = datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert digest.verdict(Due(at, at.date()), at + late) == said


def test_practices_are_those_of_the_topics(agendas: dict[str, Agenda]) -> None:
    agenda = agendas["en"]
    everything = digest.practices(agenda, ())
    assert len(everything) == len(set(everything)) == 263
    assert everything == digest.practices(agenda, ("III",))
    some = digest.practices(agenda, ("III.13.d", "III.1", "III.1.a", "III.99"))
    assert some == [r for r in everything if r.startswith(("III.1.", "III.13.d#"))]
    assert len(some) > 10
    assert digest.practices(agenda, ("III.99", "II")) == []


def chapters(refs: Sequence[str]) -> list[str]:
    return [".".join(ref.split("#")[0].split(".")[:2]) for ref in refs]


def test_all_practices_come_once_in_each_round(agendas: dict[str, Agenda]) -> None:
    refs = digest.practices(agendas["en"], ())
    sub, seen, sent = Subscription("test:1", "UTC", "08:00", seed=42), list[str](), list[str]()
    for day in range(3 * 263):
        pick = digest.pick(refs, seen, sub)
        assert pick
        assert (pick.number, pick.total, pick.round) == (day % 263 + 1, 263, day // 263 + 1)
        assert pick.new_round == (day in (263, 526))
        sub, seen = replace(sub, round=pick.round), [*([] if pick.new_round else seen), pick.ref]
        sent.append(pick.ref)
    rounds = [sent[n : n + 263] for n in (0, 263, 526)]
    assert all(sorted(one) == sorted(refs) for one in rounds)
    assert all(one != two for one, two in pairwise(chapters(sent)))
    assert rounds[0] == digest.order(refs, 42, 1)
    assert rounds[1] == digest.order(refs, 42, 2, last=rounds[0][-1])
    for other in (rounds[1], digest.order(refs, 43, 1)):
        assert sum(a == b for a, b in zip(rounds[0], other, strict=True)) < 8


def test_content_that_changes_moves_the_others_little(agendas: dict[str, Agenda]) -> None:
    refs = digest.practices(agendas["en"], ())
    before = digest.order(refs, 7, 1)
    for gone in before[::29]:
        kept = set(pairwise(digest.order([r for r in refs if r != gone], 7, 1)))
        assert len(kept & set(pairwise(before))) > 0.9 * len(refs)


def test_vanished_and_new_practices_in_the_middle_of_a_round() -> None:
    sub = Subscription("test:1", "UTC", "08:00", round=3)
    pick = digest.pick(["III.1#2", "III.2#1", "III.3#1"], ["III.1#1", "III.1#2", "III.9#1"], sub)
    assert pick
    assert pick.ref in {"III.2#1", "III.3#1"}
    assert (pick.number, pick.total, pick.new_round, pick.round) == (2, 3, False, 3)
    assert digest.pick([], ["III.1#1"], sub) is None
    assert digest.pick([], [], sub) is None


def test_a_topic_of_one_practice_repeats_and_of_two_alternates() -> None:
    sub = Subscription("test:1", "UTC", "08:00")
    pick = digest.pick(["III.1#1"], ["III.1#1"], sub)
    assert pick == digest.Pick("III.1#1", 1, 1, True, 2)
    for seed in range(20):
        again = digest.pick(["III.1#1", "III.1#2"], ["III.1#2", "III.1#1"], replace(sub, seed=seed))
        assert again
        assert again.ref == "III.1#2"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 15), max_size=8), st.integers(), st.integers(1, 9))
def test_neighbours_differ_wherever_they_can(sizes: list[int], seed: int, round: int) -> None:
    refs = [f"III.{chapter}.a#{n}" for chapter, size in enumerate(sizes, 1) for n in range(size)]
    ordered = digest.order(refs, seed, round)
    assert sorted(ordered) == sorted(refs)
    assert ordered == digest.order(refs[::-1], seed, round)
    alike = sum(one == two for one, two in pairwise(chapters(ordered)))
    assert alike == max(0, 2 * max(sizes, default=0) - len(refs) - 1)


def test_each_practice_may_come_first(agendas: dict[str, Agenda]) -> None:
    refs = digest.practices(agendas["en"], ("III.3", "III.6", "III.9"))
    first = Counter(digest.order(refs, seed, 1)[0] for seed in range(1500))
    assert set(first) == set(refs)
    assert max(first.values()) < 2.5 * 1500 / len(refs)


@pytest.mark.parametrize(
    ("clock", "now", "zones"),
    [
        ("13:02", "2027-02-20 12:00", ["Africa/Lagos", "Europe/Paris"]),
        ("14:04", "2026-07-01 12:00", ["Europe/Paris", "Africa/Johannesburg"]),
        ("17:33", "2026-12-01 12:00", ["Asia/Kolkata"]),
        ("17:45", "2026-12-01 12:00", ["Asia/Kathmandu"]),
        ("00:05", "2027-02-20 23:58", ["Africa/Abidjan", "Europe/London", "Africa/Casablanca"]),
        ("23:55", "2026-12-01 18:58", ["Asia/Karachi"]),
        ("01:00", "2026-12-01 12:00", ["Pacific/Auckland", "Pacific/Apia", "Pacific/Pago_Pago"]),
        ("02:00", "2026-12-01 12:00", ["Pacific/Honolulu", "Pacific/Kiritimati", "America/Adak"]),
        ("12:20", "2026-12-01 12:00", []),
    ],
)
def test_a_clock_tells_the_zones_it_may_be_in(clock: str, now: str, zones: list[str]) -> None:
    assert digest.zones_at(clock, datetime.fromisoformat(now).replace(tzinfo=UTC)) == zones


def test_a_hint_comes_first_if_its_clock_agrees() -> None:
    noon = datetime(2027, 2, 20, 12, tzinfo=UTC)
    assert digest.zones_at("13:00", noon, "Europe/Zurich") == ["Europe/Zurich", "Africa/Lagos", "Europe/Paris"]
    assert digest.zones_at("13:00", noon, "Europe/Paris") == ["Europe/Paris", "Africa/Lagos"]
    assert digest.zones_at("13:00", noon, "Asia/Tokyo") == ["Africa/Lagos", "Europe/Paris"]


def test_every_place_has_a_candidate_on_its_clock_in_each_season() -> None:
    places = [ZoneInfo(zone) for zone in available_timezones() if not zone.startswith("Etc/")]
    for now in (datetime(2026, month, 15, 9, 41, tzinfo=UTC) for month in (1, 4, 7, 10, 12)):
        for offset in {now.astimezone(place).utcoffset() or timedelta() for place in places}:
            found = digest.zones_at(f"{now + offset:%H:%M}", now)
            assert offset in {now.astimezone(ZoneInfo(zone)).utcoffset() for zone in found}
            assert len(found) <= 4
