"""The figures of each content version, so that a change that made answers worse shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlite_utils import Database

from bot.models import ANSWERED, DID_YOU_MEAN, NO_MATCH
from bot.review.figures import NONE, Count, Figures
from bot.review.period import Period

_COLUMNS = {ANSWERED: "answered", DID_YOU_MEAN: "did you mean", NO_MATCH: "none", "down": "thumb down"}
"""What is counted of the questions, with the heading of its column."""
_VERSIONS = (
    "select a as version, min(day) as first, max(day) as last from totals where figure = 'version' "
    "group by a order by first, last, a"
)


def lines(db: Database, today: date) -> Iterator[str]:
    """Yield a table of the questions ever asked, a line a content version, the oldest first.

    Beside each share stands by how many points it changed. Figures that fewer than five people stand behind are not
    shown.
    """
    yield f"{'content':<12}{'from':<12}{'to':<12}{'questions':>10}" + "".join(f"{n:>24}" for n in _COLUMNS.values())
    figures = Figures(db.conn, Period(date.min, today))
    asked = {key[0]: count for key, count in figures.counts("version", "a").items()}
    cells = figures.counts("version", "a", "b") | figures.counts("version_thumb", "a", "b")
    before = ""
    for row in db.query(_VERSIONS):
        version = row["version"]
        shown = asked[version].shown
        number = f"{shown:,}" if isinstance(shown, int) else f"{shown}"
        yield f"{version or 'unknown':<12}{row['first']:<12}{row['last']:<12}{number:>10}" + "".join(
            f"{_cell(cells, asked, name, version, before):>24}" for name in _COLUMNS
        )
        before = version


def _cell(
    cells: Mapping[tuple[str, ...], Count], asked: Mapping[str, Count], name: str, version: str, before: str
) -> str:
    """Return a count, its share of the questions, and the change in points where the version before shows one too."""
    count, whole = cells.get((version, name), NONE), asked[version]
    share = count.share(whole)
    if not isinstance(share, float | int):
        return str(share)
    shown = f"{count.n:,}  {share:.1f} %"
    earlier = cells.get((before, name), NONE).share(asked.get(before, NONE))
    return f"{shown}  {share - earlier:+.1f}" if isinstance(earlier, float | int) else shown
