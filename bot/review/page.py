"""The report as one page of HTML that asks nothing of the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from string import Template

from bot.review import plots
from bot.review.figures import Cell
from bot.review.report import Report
from bot.review.table import Table, is_number, written

TITLE = "What people asked"
_PAGE = Path(__file__).with_suffix(".html")
_WIDE = 6
"""Columns from which a row becomes a list where the screen is a phone's."""


def render(report: Report) -> str:
    """Return the page: plots by their tables, then the tables that have none."""
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        title=TITLE,
        head="\n".join(f"<p>{escape(line)}</p>" for line in report.head),
        links="".join(f'<li><a href="#{table.name}">{escape(table.title)}</a></li>' for table in report.tables),
        sections="\n".join(map(_section, report.tables)),
    )


def _section(table: Table) -> str:
    draw = _PLOTS.get(table.name)
    parts = [f'<h2 id="{table.name}">{escape(table.title)}</h2>']
    if not table.rows:
        parts.append("<p>Nothing in this period.</p>")
    else:
        parts += [draw(table)] if draw else []
        parts.append(_table(table))
    if table.left_out:
        parts.append(f'<p class="note">{table.left_out:,} more are in the CSV.</p>')
    if table.note:
        parts.append(f'<p class="note">{escape(table.note)}</p>')
    drawn = ' class="drawn"' if draw and table.rows else ""
    return f'<section aria-labelledby="{table.name}"{drawn}>\n' + "\n".join(parts) + "\n</section>"


def _table(table: Table) -> str:
    """Return a table; the roles stay where a narrow screen lays its rows out as lists."""
    right = [all(is_number(row[i]) for row in table.shown) for i in range(len(table.columns))]
    wide = ' class="wide"' if len(table.columns) >= _WIDE else ""
    heads = "".join(
        f'<th scope="col" role="columnheader"{_right(right[i])}>{escape(name)}</th>'
        for i, name in enumerate(table.columns)
    )
    rows = "\n".join(_row(table, row, right) for row in table.shown)
    return (
        f'<table role="table" aria-labelledby="{table.name}"{wide}>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{rows}\n</tbody>\n</table>'
    )


def _row(table: Table, row: Sequence[Cell], right: Sequence[bool]) -> str:
    cells = []
    for i, (name, cell) in enumerate(zip(table.columns, row, strict=True)):
        shown = escape(written(cell))
        if i == 0:
            cells.append(f'<th scope="row" role="rowheader">{shown}</th>')
        else:
            style = ' class="act"' if name == "act" else _right(right[i])
            cells.append(f'<td role="cell" data-of="{escape(name)}"{style}>{shown}</td>')
    return f'<tr role="row">{"".join(cells)}</tr>'


def _right(numbers: bool) -> str:
    return ' class="n"' if numbers else ""


def _names(table: Table, until: int | None = None) -> list[str]:
    return [written(row[0]) for row in table.rows[:until]]


def _series(table: Table, *names: str, until: int | None = None) -> dict[str, list[Cell]]:
    return {name: [row[table.columns.index(name)] for row in table.rows[:until]] for name in names}


def _questions(table: Table) -> str:
    series = _series(table, *table.columns[1:])
    return plots.columns(table.title, _names(table), series, f"{table.columns[0]}, UTC", "questions")


def _hours(table: Table) -> str:
    series = _series(table, *table.columns[1:])
    return plots.columns(table.title, _names(table), series, "hour, UTC", "questions")


def _outcomes(table: Table) -> str:
    names = [name for name in table.columns if name.endswith(" %")]
    series = {name.removesuffix(" %"): cells for name, cells in _series(table, *names).items()}
    return plots.shares(table.title, _names(table), series)


def _chapters(table: Table) -> str:
    return plots.bars(table.title, [(f"{row[0]} {row[1]}", row[2]) for row in table.rows], "questions")


def _digest(table: Table) -> str:
    series = _series(table, "on time", "late", "failed", "skipped")
    return plots.columns(table.title, _names(table), series, f"{table.columns[0]} due, UTC", "deliveries")


def _latency(table: Table) -> str:
    # The last row is that of the whole period.
    series = {n.removesuffix(" ms"): cells for n, cells in _series(table, "p50 ms", "p95 ms", until=-1).items()}
    return plots.lines(table.title, _names(table, -1), series, f"{table.columns[0]}, UTC", "milliseconds")


_PLOTS: dict[str, Callable[[Table], str]] = {
    "questions": _questions,
    "outcomes": _outcomes,
    "chapters": _chapters,
    "hours": _hours,
    "digest_by_day": _digest,
    "digest_by_week": _digest,
    "latency": _latency,
}
