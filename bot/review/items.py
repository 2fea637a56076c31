"""Tables of the items: what people made of them, what lies close together, what nobody reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.models import Agenda
from bot.review.demand import NAMES, disliked, exceeds, largest_first
from bot.review.figures import FEWEST, NONE, Cell, Figures
from bot.review.table import Table

QUARTER = timedelta(days=90)
DISLIKED = 30
"""Per cent of thumbs down from which to act."""


def items(figures: Figures) -> Table:
    """Return the items shown, with what people made of them; those to act on first."""
    shown, thumbs, followed = (
        figures.counts("shown", "a"), figures.counts("thumb", "a", "b"), figures.counts("followed", "a", "b")
    )  # fmt: skip
    rows: list[tuple[bool, tuple[int | str, ...], tuple[Cell, ...]]] = []
    for (ref,), count in shown.items():
        up, down = thumbs.get((ref, "up"), NONE), thumbs.get((ref, "down"), NONE)
        share = disliked(up, down)
        act = f"over {DISLIKED} % down" if exceeds(share, DISLIKED) else ""
        accepted, again = followed.get((ref, "accepted"), NONE), followed.get((ref, "again"), NONE)
        row: tuple[Cell, ...] = (
            ref,
            count.shown,
            accepted.shown,
            up.shown,
            down.shown,
            share,
            again.shown,
            again.share(count),
            act,
        )
        rows.append((not act, largest_first(count, ref), row))
    columns = ("item", "shown", "accepted", "up", "down", "down %", "asked again", "again %", "act")
    note = (
        "Shown: first of what a message got. Accepted: after “did you mean”, the next tap went on to a place. "
        "Asked again: another question within two minutes."
    )
    return Table(
        "items",
        "Items, and what people made of them",
        columns,
        tuple(r[2] for r in sorted(rows, key=lambda r: r[:2])),
        note=note,
    )


def pairs(figures: Figures) -> Table:
    """Return the pairs of items between which it was a narrow thing, those that people met most first."""
    counts = figures.counts("pair", "a", "b").items()
    found = sorted((largest_first(count, *pair), pair, count) for pair, count in counts if not count.hidden)
    rows: tuple[tuple[Cell, ...], ...] = tuple((*pair, count.n) for _, pair, count in found)
    note = "A pair that recurs needs words that separate it."
    return Table("pairs", "Answered with a thin margin", ("item", "other item", "questions"), rows, 2, note)


def unreached(figures: Figures, agendas: Mapping[str, Agenda]) -> Table:
    """Return, by language, how many items nobody was shown in 90 days, and which of them another language reaches."""
    period = figures.period
    quarter = figures.of(replace(period, since=period.until - QUARTER + timedelta(days=1), language=None))
    found = {key: count for key, count in quarter.counts("shown", "language", "a").items() if not count.hidden}
    everywhere = {ref for ref in agendas["en"].items if any((code, ref) in found for code in agendas)}
    rows = []
    for code in [period.language] if period.language else agendas:
        missing = [ref for ref in agendas[code].items if (code, ref) not in found]
        elsewhere = [ref for ref in missing if ref in everywhere]
        rows.append((NAMES[code], len(agendas[code].items), len(missing), len(elsewhere), " ".join(elsewhere[:20])))
    columns = ("language", "items", "never reached", "but elsewhere", "of these the first twenty")
    note = f"In the 90 days to {period.until}, by {FEWEST} people or more. Reached elsewhere: aliases are missing here."
    return Table("unreached", "Items never reached", columns, tuple(rows), note=note)
