"""Reading the Agenda: contents, a section page by page, one item, any item."""

from __future__ import annotations

from bot import references
from bot.codes import encode
from bot.handlers.context import Context
from bot.handlers.language import faces_choice
from bot.handlers.passages import (
    brief,
    contents_choice,
    item_choices,
    judge_choices,
    keep_choices,
    section_choice,
    shorten,
    source_line,
    summary,
    whole,
)
from bot.handlers.trouble import unreadable_reference
from bot.models import ANSWERED, ITEM, PRACTICE, SECTION, Agenda, Choice, Last, Message, Passage, Reply

PAGE = 5
"""Items a page of a section."""
TURN = "t"
"""Marks the code of a neighbour, which takes the place of the item."""
RELATED = 3
CHAPTERS = 8
"""Chapters a page of the contents."""


async def contents(message: Message, context: Context) -> Reply:
    """Show the parts and chapters, each with how many items it holds."""
    translator, agenda = context.translator, context.agenda
    refs = ["I", "II", *agenda.sections["III"].sections]
    page, pages = _page(context, len(refs), CHAPTERS)
    shown = refs[page * CHAPTERS : (page + 1) * CHAPTERS]
    rows = tuple((Choice(_chapter_line(ref, context), encode("section", ref)),) for ref in shown)
    text = translator.say(
        "The International Agenda for Migration Management, page {page} of {pages}. Choose a chapter to read.",
        page=page + 1,
        pages=pages,
    )
    return Reply(
        text=text,
        choices=(*rows, _turns("contents", (), page, pages, context)),
        replaces="page" in context.intent.args,
    )


async def section(message: Message, context: Context) -> Reply:
    """Show a section: its summary, the sections in it and a page of its items."""
    agenda, translator = context.agenda, context.translator
    ref = context.intent.args.get("ref", "") if context.intent.args else _whole_section(context)
    if not ref and not context.intent.args:
        return await contents(message, context)
    if ref not in agenda.sections:
        return unreadable_reference(context)
    held = agenda.sections[ref]
    page, pages = _page(context, len(held.items), PAGE)
    shown = held.items[page * PAGE : (page + 1) * PAGE]
    inside = held.sections if page == 0 else ()
    passages = tuple(
        Passage(
            item,
            references.label(item, translator),
            agenda.items[item].title,
            shorten(agenda.items[item].text),
            brief=True,
        )
        for item in shown
    )
    return Reply(
        passages=(summary(ref, agenda, translator), *passages),
        footer=source_line(translator),
        choices=(
            *((section_choice(each, agenda, translator),) for each in inside),
            item_choices(shown, translator),
            _turns("section", (ref,), page, pages, context),
            (*_up(ref, agenda, context), faces_choice(ref, context), contents_choice(translator)),
            keep_choices(ref, translator),
        ),
        outcome=ANSWERED,
        section=ref,
        items=shown,
        replaces="page" in context.intent.args,
        last=Last(SECTION, held.items, ref, page * PAGE + len(shown)),
    )


async def practice(message: Message, context: Context) -> Reply:
    """Show one item whole, with its citation and its neighbours."""
    ref = context.intent.args.get("ref", "")
    if "number" in context.intent.args:
        ref = f"{_whole_section(context)}#{context.intent.args['number']}"
    if ref not in context.agenda.items:
        return unreadable_reference(context)
    return item(ref, context)


async def random(message: Message, context: Context) -> Reply:
    """Show any of the practices."""
    practices = [item.ref for item in context.agenda.items.values() if item.kind == PRACTICE]
    return item(context.random.choice(practices), context)


async def related(message: Message, context: Context) -> Reply:
    """Show the items of other sections that are nearest to one."""
    ref = context.intent.args.get("ref", "")
    agenda, translator = context.agenda, context.translator
    if ref not in agenda.items:
        return unreadable_reference(context)
    mine = agenda.items[ref]
    # No section holds so many that none of another is left.
    found = context.index.find(f"{mine.title} {mine.text}", most=len(agenda.items)).items
    near = tuple(match.ref for match in found if agenda.items[match.ref].section != mine.section)[:RELATED]
    return Reply(
        text=translator.say("Near to {place}:", place=references.label(ref, translator)),
        passages=tuple(brief(each, agenda, translator) for each in near),
        footer=source_line(translator),
        choices=(item_choices(near, translator), item_choices([ref], translator)),
        outcome=ANSWERED,
        items=near,
    )


def item(ref: str, context: Context) -> Reply:
    """Return one item whole, with all the ways on from it."""
    agenda, translator = context.agenda, context.translator
    held = agenda.items[ref]
    siblings = agenda.sections[held.section].items
    at = siblings.index(ref)
    neighbours = []
    if at > 0:
        neighbours.append(Choice(translator.say("‹ Previous"), encode("practice", siblings[at - 1], TURN)))
    if at + 1 < len(siblings):
        neighbours.append(Choice(translator.say("Next ›"), encode("practice", siblings[at + 1], TURN)))
    return Reply(
        passages=(whole(ref, agenda, translator),),
        footer=translator.say("To cite: {citation}", citation=references.cite(ref, translator)),
        choices=(
            tuple(neighbours),
            (section_choice(held.section, agenda, translator),),
            (Choice(translator.say("Related"), encode("related", ref)), faces_choice(ref, context)),
            (contents_choice(translator),),
            keep_choices(ref, translator),
            judge_choices(ref),
        ),
        outcome=ANSWERED,
        items=(ref,),
        replaces="turn" in context.intent.args,
        last=Last(ITEM, (ref,), None, 1),
    )


def _whole_section(context: Context) -> str:
    """Return the section that holds what was shown last, or the section itself."""
    place = context.chat.last.place
    held = context.agenda.items.get(place or "")
    return held.section if held else place or ""


def _chapter_line(ref: str, context: Context) -> str:
    """Return a chapter's number, title and number of items."""
    translator, held = context.translator, context.agenda.sections[ref]
    count = len(context.agenda.items_under(ref))
    if ref == "I":
        items = translator.count("{n} paragraph", "{n} paragraphs", count)
    elif ref == "II":
        items = translator.count("{n} understanding", "{n} understandings", count)
    else:
        items = translator.count("{n} practice", "{n} practices", count)
    # TRANSLATORS: place is "III.6", items is "14 practices"
    return translator.say("{place} {title} ({items})", place=ref, title=held.title, items=items)


def _page(context: Context, size: int, length: int) -> tuple[int, int]:
    """Return the page asked for, within bounds, and the number of pages."""
    pages = max(1, -(-size // length))
    asked = context.intent.args.get("page", "0")
    return min(int(asked) if asked.isdecimal() else 0, pages - 1), pages


def _turns(intent: str, args: tuple[str, ...], page: int, pages: int, context: Context) -> tuple[Choice, ...]:
    say = context.translator.say
    turns = []
    if page > 0:
        turns.append(Choice(say("‹ Back"), encode(intent, *args, page - 1)))
    if page + 1 < pages:
        turns.append(Choice(say("Further ›"), encode(intent, *args, page + 1)))
    return tuple(turns)


def _up(ref: str, agenda: Agenda, context: Context) -> tuple[Choice, ...]:
    parent = agenda.sections[ref].parent
    if parent is None or parent == "III":
        return ()
    return (section_choice(parent, agenda, context.translator),)
