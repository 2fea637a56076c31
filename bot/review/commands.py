"""`iamm review unanswered`, `accept`, `aside`, `versions`, `delete`: what is done about single questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import click

from bot.config import Settings, no_database
from bot.models import LANGUAGES

if TYPE_CHECKING:
    from sqlite_utils import Database

    from bot.review.accepting import Change
    from bot.review.groups import Group
    from bot.review.period import Period
    from bot.review.trial import Trial

_LANGUAGE = click.Choice(LANGUAGES)


@click.command()
@click.option("--since", help="The first day, or 7d for the last seven; all that is kept by default.")
@click.option("--until", help="The last day; today by default.")
@click.option("--lang", type=_LANGUAGE, help="Only what was asked in this language.")
@click.option("--limit", default=20, show_default=True, help="How many groups to show.")
@click.option("--all", "everything", is_flag=True, help="Show what was set aside or is answered by now, too.")
@click.pass_obj
def unanswered(
    settings: Settings, since: str | None, until: str | None, lang: str | None, limit: int, everything: bool
) -> None:
    """Group the questions that found no answer, or one that did not help; what is asked most goes first."""
    from bot.review import aside, unanswered

    period = _period(settings, since, until, lang)
    with _database(settings) as db, _trial(settings) as trial:
        groups = _groups(db, trial, period)
        kept = aside.reasons(db)
        click.echo(unanswered.head(groups, trial.app.content_version))
        shown = iter(groups) if everything else unanswered.waiting(groups, trial, kept)
        for group in islice(shown, limit):
            for line in unanswered.describe(group, trial.app.agendas, aside.reason(group, kept)):
                click.echo(line)
        if next(shown, None):
            click.echo("There are more: --limit shows them.")


@click.command()
@click.argument("group")
@click.argument("ref")
@click.option("--lang", type=_LANGUAGE, help="The language to write in; by default that of most of the group.")
@click.option("--alias", help="The words to add, in place of those of the most typical question.")
@click.option("--yes", is_flag=True, help="Keep it without asking, if nothing gets worse.")
@click.pass_obj
def accept(settings: Settings, group: str, ref: str, lang: str | None, alias: str | None, yes: bool) -> None:
    """Let the item or section REF answer a group of questions.

    Adds a line to the aliases of REF in content/, on a copy first: checks it, runs the questions with known answers,
    and shows what changes before it is kept.
    """
    from bot.review import accepting
    from bot.review.accepting import Refusal

    try:
        accepting.check_editable(settings.content)
        with _database(settings) as db, _trial(settings) as trial:
            found = _group(_groups(db, trial, _period(settings)), group)
            place = accepting.place(ref, trial.app.agendas[lang or LANGUAGES[0]])
            language = lang or found.languages.most_common(1)[0][0]
            if language not in found.languages:
                raise Refusal(f"Nobody asked this in {language}, but in {', '.join(found.languages)}.")
            reader = trial.app.index(language).reader
            words = alias if alias is not None else accepting.propose(found, language, reader)
            made = accepting.change(settings.content, language, place, words)
            _show(made)
            _try_out(settings, trial, made, found)
            if not yes and not click.confirm("Keep it?"):
                click.echo("Nothing was written.")
                return
            accepting.keep(made)
            click.echo(f"Written to {made.path}. The bot knows it when it next starts.")
    except Refusal as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("group")
@click.option("--reason", required=True, help="Why it needs no answer.")
@click.pass_obj
def aside(settings: Settings, group: str, reason: str) -> None:
    """Set a group of questions aside: it is no longer shown."""
    from bot.app import now
    from bot.review import aside

    if not reason.strip():
        raise click.UsageError("Give a reason, for whoever wonders later.")
    with _database(settings) as db, _trial(settings) as trial:
        found = _group(_groups(db, trial, _period(settings)), group)
        aside.set_aside(db, found, reason.strip(), now().date())
    click.echo(f"{found.id} is set aside. iamm review unanswered --all still shows it.")


@click.command()
@click.pass_obj
def versions(settings: Settings) -> None:
    """Show the figures of each content version, the oldest first."""
    from bot.app import now
    from bot.review import versions

    with _database(settings) as db:
        for line in versions.lines(db, now().date()):
            click.echo(line)


@click.command()
@click.argument("row", type=click.IntRange(1, 2**63 - 1))
@click.pass_obj
def delete(settings: Settings, row: int) -> None:
    """Delete one row of the log, by its number, from the file itself."""
    from bot.store.database import Store, StoreError

    async def deleted() -> bool:
        store = Store(settings.database, settings.retention_days)
        await store.open()
        try:
            return await store.delete_row(row)
        finally:
            await store.close()

    if not settings.database.exists():
        raise click.ClickException(no_database(settings.database))
    try:
        gone = asyncio.run(deleted())
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if not gone:
        raise click.ClickException(f"The log has no row {row}.")
    click.echo(f"Row {row} is deleted.")


COMMANDS = (unanswered, accept, aside, versions, delete)


def _show(made: Change) -> None:
    click.echo(f"{made.path}:{made.number}")
    click.echo(f"+ {made.new.decode().splitlines()[made.number - 1].strip()}")


def _try_out(settings: Settings, before: Trial, made: Change, group: Group) -> None:
    """Show what a change does; raise Refusal where it must not be kept."""
    from bot.content import ContentError
    from bot.evaluation import QuestionsError
    from bot.review import accepting, trial
    from bot.review.accepting import Refusal

    try:
        known = trial.known(made.folder)
        with accepting.rehearsed(made) as copy, trial.Trial(settings, copy) as after:
            effect = accepting.effect(before, after, made, group, known)
    except ContentError as error:
        raise Refusal(f"The content would no longer be right; nothing was written.\n{error}") from error
    except QuestionsError as error:
        raise Refusal(f"The questions with known answers cannot be read; nothing was written.\n{error}") from error
    for line in effect.lines:
        click.echo(line)
    if effect.losses:
        raise Refusal("Not kept, nothing was written:\n  " + "\n  ".join(effect.losses))


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """Give the bot's database, brought up to date."""
    import sqlite3

    from sqlite_utils import Database

    from bot.store import faults
    from bot.store.migrations import migrations

    if not settings.database.exists():
        raise click.ClickException(no_database(settings.database))
    try:
        with closing(Database(settings.database)) as db:
            faults.examine(db.conn)
            migrations.apply(db)
            yield db
    except (sqlite3.Error, faults.FaultError) as error:
        raise click.ClickException(faults.describe(settings.database, error)) from error


@contextmanager
def _trial(settings: Settings) -> Iterator[Trial]:
    """Give the bot on the content as it is, or list every problem of it and leave."""
    from bot.content import ContentError
    from bot.i18n import CatalogueError
    from bot.review.trial import Trial

    try:
        trial = Trial(settings, settings.content)
    except (ContentError, CatalogueError) as error:
        raise click.ClickException(f"The content cannot be used as it is:\n{error}") from error
    with trial:
        yield trial


def _period(settings: Settings, since: str | None = None, until: str | None = None, lang: str | None = None) -> Period:
    """Return a period, by default of all that is kept."""
    from bot.app import now
    from bot.review import period
    from bot.review.period import PeriodError

    try:
        return period.read(since or f"{settings.retention_days + 1}d", until, lang, now().date())
    except PeriodError as error:
        raise click.ClickException(str(error)) from error


def _groups(db: Database, trial: Trial, period: Period) -> list[Group]:
    from bot.review import asked, groups

    return groups.gather(asked.read(db, period), trial.app.index)


def _group(found: list[Group], name: str) -> Group:
    from bot.review import groups

    group = groups.find(found, name)
    if group is None:
        raise click.ClickException(
            f"There is no group {name}. iamm review unanswered names them; q123 stands for a question of one."
        )
    return group
