"""The days that a review is about, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

BY_DAY = 92
"""The longest period, in days, that is shown day by day; a longer one is shown week by week."""


class PeriodError(Exception):
    """A period cannot be used; the text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both with it; of one language, or of all."""

    since: date
    until: date
    language: str | None = None

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.until - self.since).days + 1

    @property
    def weekly(self) -> bool:
        """Whether it is shown week by week."""
        return self.days > BY_DAY

    @property
    def step(self) -> str:
        """What a step of it is called."""
        return "week from" if self.weekly else "day"

    @property
    def steps(self) -> list[tuple[date, date]]:
        """The days, or the weeks from Monday, cut off at both ends."""
        first, steps = self.since, []
        while first <= self.until:
            last = min(first + timedelta(days=6 - first.weekday() if self.weekly else 0), self.until)
            steps.append((first, last))
            first = last + timedelta(days=1)
        return steps

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1), self.language)


def read(since: str, until: str | None, language: str | None, today: date) -> Period:
    """Return the period that `7d` or `2026-11-01` begins and `2026-11-30`, or today, ends.

    Raises PeriodError if it cannot be told.
    """
    last = _day(until) if until else today
    number = re.fullmatch(r"([1-9]\d{0,3})d", since)
    first = last - timedelta(days=int(number[1]) - 1) if number else _day(since)
    if first > last:
        raise PeriodError(f"The period ends on {last}, before it begins on {first}.")
    return Period(first, last, language)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(f"{text!r} is no period: write a date such as 2026-11-30, or 7d for seven days.") from error
