"""Keeping places for later: save, list, remove, export, cite."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from babel.dates import format_date

from bot import references
from bot.codes import encode, encode_payload
from bot.handlers.context import Context
from bot.handlers.passages import contents_choice, heading, section_choice, source_line
from bot.handlers.trouble import for_admins, nothing_shown
from bot.models import Choice, Document, Message, Reply

PAGE = 8
"""Saved places a page."""
MARKDOWN, CSV = "md", "csv"


async def save(message: Message, context: Context) -> Reply:
    """Put the place named, or the one shown last, on the list."""
    ref = _meant(context)
    if ref is None:
        return nothing_shown(context)
    if not message.decides:
        return for_admins(message, context)
    fresh = await context.store.save(message.chat, ref, message.at)
    say, place = context.translator.say, references.label(ref, context.translator)
    text = say("Saved: {place}. /saved shows your list.", place=place) if fresh else say(
        "{place} is on your list already. /saved shows it.", place=place
    )  # fmt: skip
    return Reply(text=text, notice=bool(message.code))


async def saved(message: Message, context: Context) -> Reply:
    """Show the list, page by page, each place to open or to remove."""
    translator, say = context.translator, context.translator.say
    refs = _known(await context.store.saved(message.chat), context)
    if not refs:
        return Reply(
            text=say("Your list is empty. Save a practice by its button, or write: save 6.a.5"),
            choices=((contents_choice(translator),),),
        )
    pages = -(-len(refs) // PAGE)
    asked = context.intent.args.get("page", "0")
    page = min(int(asked) if asked.isdecimal() else 0, pages - 1)
    shown = refs[page * PAGE : (page + 1) * PAGE]
    turns = [Choice(say("‹ Back"), encode("saved", page - 1))] if page else []
    turns += [Choice(say("Further ›"), encode("saved", page + 1))] if page + 1 < pages else []
    return Reply(
        text=translator.count("Your list holds {n} place.", "Your list holds {n} places.", len(refs)),
        choices=(
            *((_open_choice(ref, context), Choice("✕", encode("unsave", ref, page))) for ref in shown),
            tuple(turns),
            (Choice(say("As a file"), encode("export")), contents_choice(translator)),
        ),
        replaces=bool(message.code) and "page" in context.intent.args,
    )


async def unsave(message: Message, context: Context) -> Reply:
    """Take the place named, or the one shown last, from the list; from the list's own button show the list again."""
    ref = _meant(context)
    if ref is None:
        return nothing_shown(context)
    if not message.decides:
        return for_admins(message, context)
    gone = await context.store.unsave(message.chat, ref)
    if message.code:
        return replace(await saved(message, context), replaces=True)
    say, place = context.translator.say, references.label(ref, context.translator)
    text = say("Removed from your list: {place}.", place=place) if gone else say(
        "{place} is not on your list.", place=place
    )  # fmt: skip
    return Reply(text=text, choices=((Choice(say("Your list"), encode("saved")),),))


async def export(message: Message, context: Context) -> Reply:
    """Send the list as a file, Markdown or CSV."""
    say = context.translator.say
    refs = _known(await context.store.saved(message.chat), context)
    if not refs:
        return await saved(message, context)
    form = context.intent.args.get("form", CSV if CSV in message.text.lower() else MARKDOWN)
    other = MARKDOWN if form == CSV else CSV
    # Spreadsheets know by the mark at its beginning that a table is UTF-8.
    content = _csv(refs, context).encode("utf-8-sig") if form == CSV else _markdown(refs, message, context).encode()
    # TRANSLATORS: the name of a file, without its ending
    name = say("iamm-my-list")
    label = say("As a table (CSV)") if other == CSV else say("As a text (Markdown)")
    return Reply(
        text=context.translator.count("Your list, {n} place.", "Your list, {n} places.", len(refs)),
        choices=((Choice(label, encode("export", other)),),),
        document=Document(f"{name}.{CSV if form == CSV else MARKDOWN}", content),
    )


async def cite(message: Message, context: Context) -> Reply:
    """Give the line to cite the place named, or the one shown last."""
    ref = _meant(context)
    if ref is None:
        return nothing_shown(context)
    citation = references.cite(ref, context.translator)
    return Reply(
        text=citation,
        choices=((Choice(context.translator.say("Copy citation"), copy=citation), _open_choice(ref, context)),),
        items=(ref,),
    )


async def share(message: Message, context: Context) -> Reply:
    """Give the link to send somebody to the place named, or to the one shown last."""
    ref = _meant(context)
    if ref is None:
        return nothing_shown(context)
    say, place = context.translator.say, references.label(ref, context.translator)
    choice = Choice(say("Share"), share=encode_payload(ref))
    return Reply(text=say("A link to {place}, to send on:", place=place), choices=((choice,),), items=(ref,))


def _meant(context: Context) -> str | None:
    """Return the place that was named or shown last, if it exists; None where what was named is no place."""
    if "text" in context.intent.args:
        return None
    ref: str | None = context.intent.args.get("ref") or context.chat.last.place
    return ref if ref in context.agenda.items or ref in context.agenda.sections else None


def _known(refs: list[str], context: Context) -> list[str]:
    """Leave out what the content no longer has."""
    return [ref for ref in refs if ref in context.agenda.items or ref in context.agenda.sections]


def _open_choice(ref: str, context: Context) -> Choice:
    agenda, translator = context.agenda, context.translator
    if ref in agenda.sections:
        return section_choice(ref, agenda, translator)
    place, title = references.label(ref, translator), heading(agenda.items[ref], agenda, translator)
    # TRANSLATORS: place is "III.6(a), practice 5", title is the section's
    return Choice(translator.say("{place} · {title}", place=place, title=title), encode("practice", ref))


def _told(ref: str, context: Context) -> tuple[str, str]:
    """Return a place's title and text."""
    agenda = context.agenda
    if ref in agenda.sections:
        return agenda.sections[ref].title, agenda.sections[ref].summary
    return heading(agenda.items[ref], agenda, context.translator), agenda.items[ref].text


def _markdown(refs: list[str], message: Message, context: Context) -> str:
    translator = context.translator
    day = format_date(message.at, "long", locale=translator.language)
    parts = ["# " + translator.say("My list from the International Agenda for Migration Management"), day]
    for ref in refs:
        title, text = _told(ref, context)
        parts += [f"## {references.label(ref, translator)} · {title}", text, f"*{references.cite(ref, translator)}*"]
    return "\n\n".join([*parts, source_line(translator)]) + "\n"


def _csv(refs: list[str], context: Context) -> str:
    say = context.translator.say
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([say("Reference"), say("Place"), say("Title"), say("Text"), say("Citation")])
    for ref in refs:
        place, cited = references.label(ref, context.translator), references.cite(ref, context.translator)
        writer.writerow([ref, place, *_told(ref, context), cited])
    return table.getvalue()
