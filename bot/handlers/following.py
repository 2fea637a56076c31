"""Going on from the last answer: more, the one before, and whether it was right."""

from __future__ import annotations

from dataclasses import replace

from bot import references
from bot.codes import encode, pack, unpack
from bot.handlers import reading
from bot.handlers.context import Context
from bot.handlers.passages import brief, contents_choice, item_choices, source_line
from bot.models import ANSWERED, ITEM, SECTION, Choice, Last, Message, Reply

MORE = 3
"""Items a page of `more`."""


async def more(message: Message, context: Context) -> Reply:
    """Show what comes next: the next item, page of a section, or items of an answer, by button of any answer."""
    last, packed = context.chat.last, context.intent.args.get("items")
    if packed is not None:
        return _next_items(unpack(packed, context.agenda), context, None)
    if last.view == ITEM and last.items:
        return _neighbour(last.items[0], 1, context)
    if last.view == SECTION and last.section and last.shown < len(last.items):
        return await _page(message, context, last.section, last.shown // reading.PAGE)
    return _next_items(list(last.items[last.shown :]), context, last)


async def previous(message: Message, context: Context) -> Reply:
    """Show the item or the page before, or the beginning of an answer again."""
    last = context.chat.last
    if last.view == ITEM and last.items:
        return _neighbour(last.items[0], -1, context)
    if last.view == SECTION and last.section:
        return await _page(message, context, last.section, max(0, (last.shown - 1) // reading.PAGE - 1))
    return _next_items(list(last.items), context, replace(last, shown=0))


async def approve(message: Message, context: Context) -> Reply:
    """Note that an answer was right."""
    ref = context.intent.args.get("ref") or _judged(context.chat.last)
    if ref:
        await context.store.judge(message.person, ref, 1, message.at)
    return Reply(
        text=context.translator.say("Thank you, I am glad that it helped."),
        items=(ref,) if ref else (),
        notice=bool(message.code),
    )


async def reject(message: Message, context: Context) -> Reply:
    """Note that an answer was wrong, show the next items of its ranking and ask what was meant."""
    say, last = context.translator.say, context.chat.last
    ref = context.intent.args.get("ref") or _judged(last)
    if ref:
        await context.store.judge(message.person, ref, -1, message.at)
    items = (ref,) if ref else ()
    if last.items and ref in {last.section, last.items[0]}:
        reply = _next_items(list(last.items[last.shown :]), context, last)
        if reply.items:
            text = say("I am sorry. Is it one of these? If not, tell me in other words what you meant.")
            return replace(reply, text=text, items=(*items, *reply.items))
    text = say("I am sorry. Tell me in other words what you meant.")
    return Reply(text=text, choices=((contents_choice(context.translator),),), items=items)


def _judged(last: Last) -> str | None:
    """Return the place under which an answer stands in the log."""
    return last.items[0] if last.items else last.section


def _next_items(refs: list[str], context: Context, last: Last | None) -> Reply:
    """Return the next items of a ranking in short; `last` is kept moved on where it is the chat's own."""
    translator = context.translator
    if not refs:
        text = translator.say("There is nothing more to show. Ask a question, or look at the contents.")
        return Reply(text=text, choices=((contents_choice(translator),),))
    now, later = refs[:MORE], refs[MORE:]
    further = Choice(translator.say("More"), encode("more", pack(later, context.agenda))) if later else None
    return Reply(
        text=translator.say("Further practices that may apply:"),
        passages=tuple(brief(ref, context.agenda, translator) for ref in now),
        footer=source_line(translator),
        choices=(item_choices(now, translator), (*([further] if further else []), contents_choice(translator))),
        outcome=ANSWERED,
        items=tuple(now),
        last=replace(last, shown=last.shown + len(now)) if last else None,
    )


def _neighbour(ref: str, step: int, context: Context) -> Reply:
    """Return the item after or before one in the document, past the end of its section."""
    order = list(context.agenda.items)
    at = context.agenda.numbers[ref] + step
    if not 0 <= at < len(order):
        place = references.label(ref, context.translator)
        text = context.translator.say("There is nothing beyond {place}.", place=place)
        return Reply(text=text, choices=((contents_choice(context.translator),),))
    return reading.item(order[at], context)


async def _page(message: Message, context: Context, ref: str, page: int) -> Reply:
    intent = replace(context.intent, name="section", args={"ref": ref, "page": str(page)})
    return replace(await reading.section(message, replace(context, intent=intent)), replaces=False)
