"""`iamm review`: the report at the terminal, as CSV, as a page, or in Datasette."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from bot.config import Settings, no_database
from bot.content import ContentError, load
from bot.review import figures, page, period, report, serving, table
from bot.review.report import Report
from bot.store import faults

T = TypeVar("T")


class ShowingError(Exception):
    """There is nothing to show; the text says why."""


def show(
    settings: Settings, since: str, until: str | None, lang: str | None, as_csv: bool, html: Path | None, serve: bool
) -> None:
    """Write the report of a period to where it is wanted.

    Raises ShowingError if the period, the database, the content or the file cannot be used.
    """
    from bot.app import now

    if not settings.database.exists():
        raise ShowingError(no_database(settings.database))
    today = now().date()
    try:
        made = _report(settings, period.read(since, until, lang, today), today)
        if html:
            html.write_text(page.render(made), encoding="utf-8")
            click.echo(f"Written to {html}.")
        if as_csv:
            click.echo(table.comma_separated(made.tables), nl=False)
        if serve:
            serving.serve(settings.database, made, lambda address: click.echo(f"{address} until Ctrl-C."))
        if not (html or as_csv or serve):
            for line in (*made.head, *table.text(made.tables)):
                click.echo(line)
    except (period.PeriodError, ContentError, serving.ServingError) as error:
        raise ShowingError(str(error)) from error
    except (sqlite3.Error, faults.FaultError) as error:
        raise ShowingError(faults.describe(settings.database, error)) from error
    except OSError as error:
        raise ShowingError(f"The report cannot be written: {error}.") from error


def _report(settings: Settings, wanted: period.Period, today: date) -> Report:
    content = load(settings.content)
    with figures.reading(settings.database, wanted) as read:
        builders = report.builders(content.agendas, today, settings.retention_days)
        tables = tuple(build(read) for build in _progress(builders, wanted.weekly))
        return Report(wanted, report.head(read, content.version), tables)


def _progress(steps: list[T], long: bool) -> Iterator[T] | Iterable[T]:
    """Pass steps through, showing how far it is where somebody waits for it."""
    if not (long and sys.stderr.isatty()):
        return steps
    return _with_bar(steps)


def _with_bar(steps: list[T]) -> Iterator[T]:
    with click.progressbar(steps, label="Adding up", file=sys.stderr) as bar:
        yield from bar
