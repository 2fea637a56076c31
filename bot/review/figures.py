"""Reads the totals of a period, and hides what fewer than five people stand behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from bot.review.period import Period
from bot.store import faults
from bot.store.totals import EVERYBODY, FIGURES, LANGUAGE

FEWEST = 5
"""People behind a figure that is shown."""
FEW = f"<{FEWEST}"
"""In place of a figure that fewer stand behind; a 0 is shown."""
LOOKED_AT = 25_000
"""Rows a week, the latest of a period, in which people are counted where the totals of single days show too few."""
MOST_LOOKED_AT = 10 * LOOKED_AT

COVER = "…"
"""In place of a figure from which one that is hidden could be worked out."""

Cell = str | int | float | None
"""What a place of a table holds; None for nothing to tell."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows, and of people who are sure to stand behind them: there may be more."""

    n: int = 0
    people: int = 0
    covers: bool = False
    """Whether it is withheld for the sake of another."""

    @property
    def hidden(self) -> bool:
        """Whether it may not be shown: fewer than five people, or a cover for such a one; 0 may."""
        return self.covers or (self.n > 0 and self.people < FEWEST)

    @property
    def mark(self) -> str:
        """What stands in its place."""
        return COVER if self.covers else FEW

    @property
    def shown(self) -> Cell:
        """The number, if it may be shown."""
        return self.mark if self.hidden else self.n

    def share(self, whole: Count) -> Cell:
        """Return how many per cent this is of a whole, if both may be shown."""
        if not whole.n:
            return None
        if self.hidden:
            return self.mark
        return whole.mark if whole.hidden else 100 * self.n / whole.n

    def __add__(self, other: Count) -> Count:
        """Return both together; the people of one may be those of the other."""
        return Count(self.n + other.n, max(self.people, other.people))


NONE = Count()
Key = tuple[str, ...]


def covered(parts: Sequence[Count]) -> list[Count]:
    """Return parts of a whole that is shown: where one alone is hidden, the smallest other one is withheld with it."""
    if not tell_tale(parts):
        return list(parts)
    least = min((part for part in parts if part.n and not part.hidden), key=lambda part: part.n, default=NONE)
    return [replace(part, covers=True) if part is least else part for part in parts]


def tell_tale(parts: Sequence[Count]) -> bool:
    """Whether one part alone is hidden, so that the whole would tell it."""
    return sum(part.hidden for part in parts) == 1


class Figures:
    """The figures of a period, from an open database."""

    def __init__(self, db: sqlite3.Connection, period: Period) -> None:
        self.db = db
        self.period = period
        week = "date(day, 'weekday 0', '-6 days')"
        step = f"max({week}, '{period.since}')" if period.weekly else "day"
        self._keys = {"step": step, "language": "language", "a": "a", "b": "b"}

    def of(self, period: Period) -> Figures:
        """Return the figures of another period."""
        return Figures(self.db, period)

    def counts(self, name: str, *by: str) -> dict[Key, Count]:
        """Return the counts of a figure by some of `step`, `language`, `a`, `b`, in the order of their keys."""
        keys = ", ".join(self._keys[key] for key in by) or "''"
        where, values = self._where()
        found = {
            tuple(row[: max(len(by), 1)]): Count(row[-2], row[-1])
            for row in self.db.execute(
                f"select {keys}, sum(n), max(people) from totals where figure = ? and {where} "  # noqa: S608 - own names
                f"group by {keys} order by {keys}",
                [name, *values],
            )
        }
        if any(count.n >= FEWEST and count.hidden for count in found.values()):
            seen = self._people(name, keys)
            found = {key: Count(c.n, max(c.people, seen.get(key, 0))) for key, c in found.items()}
        return found

    def total(self, name: str, *by: str) -> Count:
        """Return the count of a figure as a whole."""
        return self.counts(name).get(("",), NONE)

    def present(self, since: date, until: date, language: str | None) -> tuple[int, int]:
        """Return how many people wrote between two days, and how many of them had not written before.

        Exact, save that a person becomes another at the turn of a quarter, when the key of their pseudonym changes.
        """
        row = self.db.execute(
            "select coalesce(sum(n), 0), coalesce(sum(n) filter (where a = ''), 0) from totals "
            "where figure = 'presence' and day between ? and ? and language = ? "
            "and (a = '' or julianday(day) - a < julianday(?))",
            (str(since), str(until), EVERYBODY if language is None else language, str(since)),
        ).fetchone()
        return row[0], row[1]

    def latencies(self) -> dict[Key, list[tuple[float, int]]]:
        """Return milliseconds with how many replies took them, in rising order, by step and, at ("",), of all."""
        where, values = self._where()
        found: dict[Key, dict[float, int]] = {}
        for step, ms, n in self.db.execute(
            f"select {self._keys['step']}, cast(a as real), sum(n) from totals "  # noqa: S608 - own names
            f"where figure = 'latency' and {where} group by 1, 2 order by 1, 2",
            values,
        ):
            for key in ((step,), ("",)):
                cells = found.setdefault(key, {})
                cells[ms] = cells.get(ms, 0) + n
        return {key: sorted(cells.items()) for key, cells in found.items()}

    def deliveries(self, by: str) -> dict[Key, Count]:
        """Return the deliveries by `step`, `language` or `hour`, and by outcome and lateness."""
        key = {"step": self._keys["step"], "language": "coalesce(language, '')", "hour": "printf('%02d', hour)"}[by]
        where, values = self._where("coalesce(language, '')")
        # On one day a subscriber has one delivery, so those of a day are as many people.
        rows = self.db.execute(
            f"select key, outcome, late, sum(n), max(n) from (select {key} as key, outcome, "  # noqa: S608 - own names
            f"cast(late as text) as late, sum(n) as n from delivery_counts where {where} "
            "group by day, key, outcome, late) group by key, outcome, late order by key, outcome, late",
            values,
        )
        return {tuple(row[:3]): Count(*row[3:]) for row in rows}

    def number(self, sql: str, *values: str) -> int:
        """Return the one number that a query gives."""
        return int(self.db.execute(sql, values).fetchone()[0])

    def _where(self, language: str = "language") -> tuple[str, list[str]]:
        period = self.period
        values = [str(period.since), str(period.until)]
        if period.language is None:
            return "day between ? and ?", values
        return f"day between ? and ? and {language} = ?", [*values, period.language]

    def _people(self, name: str, keys: str) -> Mapping[Key, int]:
        """Return how many people the latest rows show in each cell of a figure."""
        figure = FIGURES[name]
        cells = ", ".join(
            f"{part.format(r='r')} as {key}" for key, part in (("language", LANGUAGE), ("a", figure.a), ("b", figure.b))
        )
        language = "" if self.period.language is None else "where language = ?"
        rows = self.db.execute(
            f"select {keys}, count(distinct pseudonym) from (select r.day as day, r.pseudonym as pseudonym, {cells} "  # noqa: S608 - own names
            f"from {self._latest} r where {figure.when.format(r='r')}) {language} group by {keys}",
            [] if self.period.language is None else [self.period.language],
        )
        return {tuple(row[:-1]): row[-1] for row in rows}

    @cached_property
    def _latest(self) -> str:
        """The name of a table of the period's latest rows, made when first asked for."""
        name = f"temp.latest_{self.period.since:%Y%m%d}_{self.period.until:%Y%m%d}"
        self.db.execute(
            f"create temp table if not exists {name.removeprefix('temp.')} as "  # noqa: S608 - own names
            "select id, day, minute, pseudonym, channel, kind, language_set, language_detected, intent, outcome, item, "
            "runner_up, score, margin, feedback, followed, ms, content_version "
            "from queries where day between ? and ? order by day desc, id desc limit ?",
            (
                str(self.period.since),
                str(self.period.until),
                min(-(-self.period.days // 7) * LOOKED_AT, MOST_LOOKED_AT),
            ),
        )
        return name


def percentile(cells: Iterable[tuple[float, int]], share: float) -> float | None:
    """Return the value below which a share of what is counted lies: the nearest rank; None of nothing."""
    cells = list(cells)
    rank = share * sum(n for _, n in cells)
    reached = 0
    for value, n in cells:
        reached += n
        if reached >= rank:
            return value
    return None


@contextmanager
def reading(path: Path, period: Period) -> Iterator[Figures]:
    """Give the figures of a database as it is at one moment; nothing can be written through them."""
    with closing(_open(path)) as db:
        faults.examine(db)
        if not db.execute("select 1 from sqlite_master where name = 'totals'").fetchall():
            _bring_up_to_date(path)
        db.execute("pragma temp_store = memory")
        db.execute("begin")
        yield Figures(db, period)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _bring_up_to_date(path: Path) -> None:
    """Work out the totals of a log from before there were any."""
    from sqlite_utils import Database

    from bot.store.migrations import migrations

    db = Database(path)
    migrations.apply(db)
    db.close()
