"""Talking at a terminal, or through a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.app import App, Clock
from bot.courier import Claim, Courier, Withdrawn
from bot.models import Choice, Document, Message, Passage, Reply
from bot.store.records import Standing

if TYPE_CHECKING:
    from bot.store.database import Store

CHAT = "console:0"
LEAVE = {"/quit", "/exit"}


def talk(app: App, store: Store, source: TextIO, clock: Clock, runner: asyncio.Runner) -> None:
    """Show the practice that is due, then answer line by line until `/quit` or the end of input.

    A number takes one of the choices last shown; a file is written into the current folder.
    """
    interactive = source.isatty()
    choices = runner.run(_deliver(app, store, clock))
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG")
    language = app.language(runner.run(app.store.chat(CHAT, clock())), spoken)
    if interactive:
        hint = app.translators[language].say("Write a question, a number to choose, /help, or /quit to leave.")
        click.echo(hint)
    for line in _lines(source, interactive):
        text = line.strip()
        if text.lower() in LEAVE:
            return
        picked = int(text) - 1 if text.isdecimal() and len(text) < 4 else -1
        if choices and picked >= len(choices):
            click.echo(app.translators[language].say("Choose a number from 1 to {n}.", n=len(choices)) + "\n")
            continue
        if 0 <= picked < len(choices) and not choices[picked].code:
            click.echo((choices[picked].copy or f"/start {choices[picked].share}") + "\n")
            continue
        if 0 <= picked < len(choices):
            message = Message(CHAT, CHAT, "console", clock(), code=choices[picked].code, client_language=spoken)
        else:
            message = Message(CHAT, CHAT, "console", clock(), text=text, client_language=spoken)
        reply = runner.run(app.answer(message))
        language = reply.language or language
        choices = [choice for row in reply.choices for choice in row]
        click.echo(render(reply, shutil.get_terminal_size().columns if interactive else 0))
        if reply.document:
            click.echo(f"{_write(reply.document)}\n")


async def _deliver(app: App, store: Store, clock: Clock) -> list[Choice]:
    """Show what is due of the terminal's own subscription, however late, and return its choices."""
    choices: list[Choice] = []

    async def show(standing: Standing, reply: Reply, claim: Claim) -> None:
        if not await claim():
            raise Withdrawn
        click.echo(render(reply))
        choices.extend(choice for row in reply.choices for choice in row)

    await Courier(app, store, clock, show, late=timedelta.max).deliver(CHAT)
    return choices


def _write(document: Document) -> Path:
    """Write a file under its name, or the next free one, and return where it is."""
    name = Path(document.name)
    path = next(
        p for n in range(1, 1000) if not (p := Path(f"{name.stem}{f'-{n}' if n > 1 else ''}{name.suffix}")).exists()
    )
    path.write_bytes(document.content)
    return path.resolve()


def render(reply: Reply, width: int = 0) -> str:
    """Return a reply as text: wrapped to a width of at least 40, or each paragraph on its line where it is 0."""
    blocks = [_wrap(reply.text, width)] if reply.text else []
    blocks += [_passage(passage, width) for passage in reply.passages]
    if reply.footer:
        blocks.append(click.style(_wrap(reply.footer, width), dim=True))
    numbered = [choice for row in reply.choices for choice in row]
    if numbered:
        blocks.append(
            "\n".join(
                f"  {click.style(str(number), fg='cyan')}  {choice.label}" for number, choice in enumerate(numbered, 1)
            )
        )
    return "\n\n".join(blocks) + "\n"


def _passage(passage: Passage, width: int) -> str:
    head = " · ".join(dict.fromkeys(part for part in (passage.label, passage.heading) if part))
    indent = "  " if passage.brief else ""
    return f"{click.style(head, bold=True)}\n{_wrap(passage.text, width, indent)}"


def _wrap(text: str, width: int, indent: str = "") -> str:
    if not width:
        return textwrap.indent(text, indent)
    wrap = textwrap.TextWrapper(max(40, min(width, 100)), initial_indent=indent, subsequent_indent=indent)
    return "\n".join(wrap.fill(line) for line in text.splitlines())


def _lines(source: TextIO, interactive: bool) -> Iterator[str]:
    if not interactive:
        yield from source
        return
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() line editing and history
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            yield input("> ")
    click.echo()
