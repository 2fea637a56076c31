"""The report: every table of a period, and what the figures are of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.models import Agenda
from bot.review import demand, items, running
from bot.review.figures import COVER, FEW, FEWEST, Figures
from bot.review.period import Period
from bot.review.table import Table


@dataclass(frozen=True, slots=True)
class Report:
    """Tables, and the lines that stand above them."""

    period: Period
    head: tuple[str, ...]
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """Return a table by its name."""
        return next(table for table in self.tables if table.name == name)


Build = Callable[[Figures], Table]


def builders(agendas: Mapping[str, Agenda], today: date, retention_days: int) -> list[Build]:
    """Return what makes each table, in their order."""
    oldest = (today - timedelta(days=retention_days)).isoformat()
    return [
        demand.languages,
        demand.questions,
        demand.people,
        demand.outcomes,
        lambda figures: demand.chapters(figures, agendas),
        demand.hours,
        items.items,
        items.pairs,
        lambda figures: items.unreached(figures, agendas),
        demand.spoken,
        lambda figures: running.digest(figures, "step"),
        lambda figures: running.digest(figures, "language"),
        lambda figures: running.digest(figures, "hour"),
        running.reasons,
        running.latency,
        running.kinds,
        lambda figures: running.keeping(figures, oldest),
        demand.versions,
    ]


def head(figures: Figures, content_version: str) -> tuple[str, ...]:
    """Return what the figures are of: period, time zone, language, versions of the content."""
    period = figures.period
    asked = sorted(name or "unknown" for (name,) in figures.counts("version", "a"))
    language = demand.NAMES[period.language] if period.language else "all"
    return (
        f"Period: {period.since} to {period.until}, {period.days:,} days, both included. Time zone: UTC.",
        f"Language: {language}. Content: {', '.join(asked) or 'nothing asked'}; today {content_version}.",
        f"{FEW} stands for fewer than {FEWEST} people, or for so few as cannot be told from more; "
        f"{COVER} for a figure that would give one of those away.",
    )
