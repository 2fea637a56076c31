"""The command line: builds the parts and starts one."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import config, logs, maintenance
from bot.config import Settings, SettingsError, no_database
from bot.models import LANGUAGES, Message
from bot.review.commands import COMMANDS

if TYPE_CHECKING:
    from bot.app import App
    from bot.store.records import Standing
    from bot.telegram.webhook import Way


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, commands=maintenance.COMMANDS)
@click.version_option(package_name="iamm-bot")
@click.pass_context
def main(context: click.Context) -> None:
    """Answer questions about the International Agenda for Migration Management."""
    if context.invoked_subcommand == "doctor":
        return  # it reads them itself, to name what is wrong with them beside all else
    try:
        context.obj = config.read(config.environment())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    logs.configure(context.obj.token, context.obj.log_format)


@main.command()
@click.pass_obj
def chat(settings: Settings) -> None:
    """Talk at the terminal: no token, no server."""
    from bot import console
    from bot.app import now
    from bot.store.database import Store, StoreError

    logging.getLogger().setLevel(logging.WARNING)  # what is said in between is no part of a conversation
    store = Store(settings.database, settings.retention_days)
    app = _app(settings, store)
    with asyncio.Runner() as runner:
        try:
            runner.run(store.open())
        except StoreError as error:
            raise click.ClickException(str(error)) from error
        try:
            if app.meaning:
                app.meaning.start()
            console.talk(app, store, sys.stdin, now, runner)
        finally:
            runner.run(store.close())


@main.command()
@click.argument("question", required=False)
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language to answer in.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
@click.option("--jsonl", is_flag=True, help="Read JSON Lines from standard input, write one for each.")
@click.option("--words", is_flag=True, help="Match by words alone, whatever is installed.")
@click.pass_obj
def ask(settings: Settings, question: str | None, lang: str | None, as_json: bool, jsonl: bool, words: bool) -> None:
    """Answer once. Nothing is kept."""
    from bot import asking, console
    from bot.store.nothing import Nothing

    if (question is None) != jsonl:
        raise click.UsageError("Give a question, or --jsonl and questions on standard input.")
    app = _app(replace(settings, semantic=settings.semantic and not words), Nothing())
    if app.meaning and (jsonl or app.meaning.prepared_before):
        app.meaning.prepare()
    with asyncio.Runner() as runner:
        if jsonl:
            app.warm_up()
            for line in _json_lines():
                found = runner.run(asking.answer(app, line["q"], line.get("lang") or lang))
                click.echo(_json(found))
        elif as_json:
            found = runner.run(asking.answer(app, question or "", lang))
            click.echo(_json(found, indent=2))
        else:
            from bot.app import now
            from bot.store.records import Chat

            message = Message(console.CHAT, console.CHAT, "console", now(), text=question or "")
            chat = Chat(language=lang)
            reply = runner.run(app.respond(message, app.understand(message, chat), chat))
            click.echo(console.render(reply), nl=False)


@main.command()
@click.option("--editorial", is_flag=True, help="Also name what an editor should look at; never fails.")
@click.option("--coverage", is_flag=True, help="Also name where the words people ask by are thin; never fails.")
@click.option("--privacy", is_flag=True, help="Also prove on the database what is promised of people's data.")
@click.pass_obj
def check(settings: Settings, editorial: bool, coverage: bool, privacy: bool) -> None:
    """Check content and catalogues; silent when all is well."""
    from bot import content, hearing, i18n, phrases
    from bot.coverage import report
    from bot.editorial import GlossaryError, advise

    problems = []
    try:
        loaded = content.load(settings.content)
        if not phrases.taught(content.load_ear(settings.content), loaded.agendas):
            problems.append(
                f"{settings.content / hearing.FILE}:1: was learnt from other phrases than those of intents.yaml; "
                "run make learn"
            )
        if editorial:
            for line in advise(loaded.agendas, settings.content / "glossary.yaml"):
                click.echo(line)
        if coverage:
            for line in report(loaded.agendas):
                click.echo(line)
    except (content.ContentError, GlossaryError) as error:
        problems.append(str(error))
    try:
        i18n.load(settings.locales)
    except i18n.CatalogueError as error:
        problems.append(str(error))
    if privacy:
        from bot.store import promises

        problems += promises.check(settings.database, settings.retention_days, datetime.now(UTC).date())
    if problems:
        click.echo("\n".join(problems), err=True)
        sys.exit(1)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--words", is_flag=True, help="Match by words alone, whatever is installed.")
@click.pass_obj
def evaluate(settings: Settings, files: tuple[Path, ...], words: bool) -> None:
    """Measure the answers on questions with known answers, JSON Lines."""
    from bot import asking, evaluation
    from bot.store.nothing import Nothing

    try:
        lines = evaluation.read(files)
    except evaluation.QuestionsError as error:
        raise click.ClickException(str(error)) from error
    app = _app(replace(settings, semantic=settings.semantic and not words), Nothing())
    app.warm_up()
    if app.meaning:
        app.meaning.prepare()
    with asyncio.Runner() as runner:
        answers = [runner.run(asking.answer(app, line["q"], line.get("lang"))) for line in lines]
    for row in evaluation.table(lines, answers):
        click.echo(row)


@main.command()
@click.option("--webhook", metavar="URL", help="Let Telegram send to this https address, instead of asking it.")
@click.option("--listen", metavar="HOST:PORT", help="Where the proxy behind that address passes requests on to.")
@click.pass_obj
def run(settings: Settings, webhook: str | None, listen: str | None) -> None:
    """Run the bot in Telegram."""
    from bot.store import lock
    from bot.store.database import Store, StoreError
    from bot.telegram import service

    if not settings.token:
        raise click.ClickException(
            "There is no token. Get one from @BotFather in Telegram and set TELEGRAM_BOT_TOKEN, "
            "in the environment or in a .env file. To try without one: iamm chat"
        )
    way = _way(webhook, listen)
    store = Store(settings.database, settings.retention_days)
    try:
        with lock.hold(settings.database), lock.hold_token(settings.cache, settings.token, settings.api_url):
            service.run(_app(settings, store), store, settings, way)
    except (service.ServiceError, StoreError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The local date to look at; today by default.")
@click.option("--sample", default=5, show_default=True, help="How many subscribers to show the practice of, unnamed.")
@click.pass_obj
def digest(settings: Settings, day: datetime | None, sample: int) -> None:
    """Tell how many get a practice on a day, what a few of them get, and what became of the last week's."""
    from bot import outlook
    from bot.app import now
    from bot.content import load
    from bot.store.database import Store, StoreError

    if not settings.database.exists():
        raise click.ClickException(no_database(settings.database))

    def progress(standings: Iterable[Standing]) -> Iterator[Standing]:
        if not sys.stderr.isatty():
            yield from standings
            return
        with click.progressbar(standings, label="Subscriptions", file=sys.stderr) as bar:
            yield from bar

    async def report() -> None:
        store = Store(settings.database, settings.retention_days)
        await store.open()
        try:
            agenda = load(settings.content).agendas["en"]
            async for line in outlook.figures(store, agenda, now(), (day or now()).date(), sample, progress):
                click.echo(line)
        finally:
            await store.close()

    try:
        asyncio.run(report())
    except StoreError as error:
        raise click.ClickException(str(error)) from error


@main.group(invoke_without_command=True, commands=COMMANDS)
@click.option("--since", default="7d", show_default=True, help="The first day, such as 2026-11-01, or 30d for as many.")
@click.option("--until", help="The last day; today by default.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Only what was asked in this language.")
@click.option("--csv", "as_csv", is_flag=True, help="Write every figure as CSV.")
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with plots.")
@click.option("--serve", is_flag=True, help="Open a copy without people in Datasette, on this machine alone.")
@click.pass_context
def review(
    context: click.Context,
    since: str,
    until: str | None,
    lang: str | None,
    as_csv: bool,
    page: Path | None,
    serve: bool,
) -> None:
    """Show what people asked over a period and how well it went, without who asked."""
    if context.invoked_subcommand:
        return
    from bot.review import showing

    try:
        showing.show(context.obj, since, until, lang, as_csv, page, serve)
    except showing.ShowingError as error:
        raise click.ClickException(str(error)) from error


def _way(webhook: str | None, listen: str | None) -> Way | None:
    """Return the way by which updates come in; None where the bot asks for them."""
    from bot.telegram.webhook import Way

    if not webhook and not listen:
        return None
    address = config.address(listen or "")
    if not webhook or not re.match(r"https://[^/\s]+", webhook) or address is None:
        raise click.UsageError(
            "A webhook needs the https address that Telegram is to send to and where to listen behind the proxy: "
            "--webhook https://bot.example.org/telegram --listen 127.0.0.1:8443"
        )
    return Way(webhook, address)


def _app(settings: Settings, store: Any) -> App:
    """Build the app, or list every problem of the content and leave."""
    from bot.app import App
    from bot.content import ContentError
    from bot.i18n import CatalogueError

    try:
        return App(settings, store)
    except (ContentError, CatalogueError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _json(found: dict[str, Any], indent: int | None = None) -> str:
    """Return JSON that can be written down: halves of characters, which a question may hold, stay escaped."""
    return json.dumps(found, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()


def _json_lines() -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(sys.stdin.buffer, 1):
        text = raw.decode("utf-8", "replace")
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except RecursionError as error:
            raise click.ClickException(f"Line {number} is nested too deeply to be read.") from error
        except ValueError as error:
            raise click.ClickException(f"Line {number} is not JSON: {error}") from error
        if not isinstance(line, dict) or not isinstance(line.get("q"), str):
            raise click.ClickException(f'Line {number} must be an object with "q", a text.')
        if line.get("lang") not in (None, *LANGUAGES):
            raise click.ClickException(f'Line {number}: "lang" must be one of {", ".join(LANGUAGES)}.')
        yield line


if __name__ == "__main__":
    main()
