"""`iamm doctor`, `backup`, `restore`: what is wrong, a copy of the database, and the way back to it."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.config import Settings

if TYPE_CHECKING:
    from bot.store.restoring import Restored


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write a copy of the database to FILE, and its keys beside it; the bot may run meanwhile."""
    from bot.store import backup as store
    from bot.store.file import StoreError

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave no half of it behind
    try:
        begun = store.copy(settings.database, file)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{file} holds {settings.database} as it stood at {begun:%Y-%m-%d %H:%M} UTC ({file.stat().st_size:,} bytes), "
        f"{file}.keys its keys. Keep the two together, where nobody else reads them, and delete them by "
        f"{(begun + timedelta(settings.retention_days)):%Y-%m-%d}: what people have erased meanwhile is remembered "
        "that long."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Put the backup FILE in the place of the database, and erase again what was erased since. Stop the bot first."""
    from bot.store import restoring
    from bot.store.file import StoreError

    try:
        restored = restoring.restore(settings.database, file)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    for line in _told(settings, restored):
        click.echo(line)


@click.command()
def doctor() -> None:
    """Say what is well, what is broken and what to do about it. Changes nothing; fails if something is broken."""
    from bot.app import now
    from bot.doctor import visit

    well = True
    for good, line in visit.make(now):
        click.echo(line)
        well = well and good
    sys.exit(not well)


COMMANDS = (backup, doctor, restore)


def _told(settings: Settings, restored: Restored) -> Iterator[str]:
    from bot.store.restoring import asides

    begun = f"{restored.begun:%Y-%m-%d %H:%M} UTC"
    yield f"{settings.database} is now as it stood at {begun}."
    yield f"Erasures since then that were repeated: {restored.repeated}."
    if restored.known_since is None or restored.known_since > restored.begun:
        known = f" before {restored.known_since:%Y-%m-%d %H:%M} UTC" if restored.known_since else ""
        yield (
            f"Other erasures{known} are not known any more and could not be repeated: {settings.database}.erasures "
            "or its key is missing, damaged or does not reach back so far. Of whoever sent /forget after "
            f"{begun} everything may be kept again; ask them to send it again, or use a later backup."
        )
    if restored.lost:
        yield (
            f"The keys of {', '.join(restored.lost)} are missing: put the backup's .keys beside it and restore it "
            "again. Without them nobody's questions of that time can be found and erased: the bot deletes them at its "
            "start."
        )
    if restored.aside:
        way = "It cannot be read." if restored.broken else "The way back to it is iamm restore."
        yield (
            f"What was there before is now {restored.aside}, with its keys beside it. {way} It holds people's data, "
            "and who sends /forget from now on is told that all is erased, though in there it is not. Delete it as "
            f"soon as you have seen that all is well: rm {shlex.join(map(str, asides(settings.database)))}"
        )
