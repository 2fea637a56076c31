"""A table of figures, as plain text and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.review.figures import COVER, FEW, Cell

_FORMULA = re.compile(r"[=+@-](?!\d+(?:\.\d+)?$)")
LONGEST = 30
"""Rows that are shown of a table; the CSV has them all."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures by one or two keys."""

    name: str
    """Short, for machines and anchors."""
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: int = 1
    """How many of the first columns say what a row is about."""
    note: str = ""
    """What to know about it, and when to act."""

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that fit on a page."""
        return self.rows if self.keys == 1 and self.columns[0] in {"day", "week from"} else self.rows[:LONGEST]

    @property
    def left_out(self) -> int:
        """How many rows are not among them."""
        return len(self.rows) - len(self.shown)


def written(cell: Cell) -> str:
    """Return a cell as people read it."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def is_number(cell: Cell) -> bool:
    """Whether a cell is lined up on the right."""
    return cell is None or cell in {FEW, COVER} or not isinstance(cell, str)


def text(tables: Iterable[Table]) -> Iterator[str]:
    """Yield the lines of tables, columns aligned."""
    for table in tables:
        yield ""
        yield table.title
        if not table.rows:
            yield "  Nothing."
            continue
        rows = [[written(cell) for cell in row] for row in table.shown]
        right = [all(is_number(row[i]) for row in table.shown) for i in range(len(table.columns))]
        widths = [max(len(row[i]) for row in [list(table.columns), *rows]) for i in range(len(table.columns))]
        for line in [list(table.columns), *rows]:
            yield "  " + "  ".join(_align(line, widths, right)).rstrip()
        if table.left_out:
            yield f"  {table.left_out:,} more; --csv has them all."
        if table.note:
            yield f"  {table.note}"


def comma_separated(tables: Iterable[Table]) -> str:
    """Return every figure of tables as CSV: a line for each, with its table, its one or two keys and its name."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["table", "key", "second_key", "figure", "value"])
    for table in tables:
        for row in table.rows:
            first, second = row[0], row[1] if table.keys == 2 else ""
            for column, cell in zip(table.columns[table.keys :], row[table.keys :], strict=True):
                value = "" if cell is None else f"{cell:.1f}" if isinstance(cell, float) else cell
                writer.writerow([table.name, *map(_harmless, (first, second, column, value))])
    return file.getvalue()


def _harmless(cell: Cell) -> Cell:
    """Return a cell as no formula: people's words stand in it, and spreadsheets reckon with what begins so."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _align(line: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    return [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
