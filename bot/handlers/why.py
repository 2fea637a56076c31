"""Why an answer was given: the words that matched, and the line they were found in."""

from __future__ import annotations

from bot.codes import LONGEST_CODE, encode, pack, unpack
from bot.handlers.context import Context
from bot.handlers.trouble import unreadable_reference
from bot.models import Choice, Finding, Message, Reply


async def why(message: Message, context: Context) -> Reply:
    """Say by which words an item was found, and by which line of those that people ask by.

    Words and line travel in the button, so that nothing of a question has to be kept.
    """
    translator, args = context.translator, context.intent.args
    if not args:
        return Reply(
            text=translator.say("The button “Why this answer?” under an answer names the words it was found by.")
        )
    found = unpack(args.get("item", ""), context.agenda)
    words = [word for word in args.get("words", "").split("+") if word]
    language, number = args.get("line", "")[:2], args.get("line", "")[2:]
    if not found or not words or language not in context.agendas:
        return unreadable_reference(context)
    aliases = context.agendas[language].items[found[0]].aliases
    listed = translator.listing(words)
    if number.isdecimal() and int(number) < len(aliases):
        # TRANSLATORS: line is one of the lines by which people ask for this item
        text = translator.say(
            "Found by: {words}\nAmong the lines by which people ask: {line}", words=listed, line=aliases[int(number)]
        )
    else:
        text = translator.say("Found by: {words}", words=listed)
    return Reply(text=text, items=(found[0],))


def why_choice(question: str, finding: Finding, context: Context) -> tuple[Choice, ...]:
    """Return the choice that says why the best item was found, with as many of the words as a button holds."""
    best = finding.items[0]
    line = context.index.line(question, best.ref)
    place = f"{context.asked_in}{'' if line is None else line}"
    code = ""
    for count in range(1, len(best.why) + 1):
        longer = encode("why", pack([best.ref], context.agenda), place, "+".join(best.why[:count]))
        if len(longer.encode()) > LONGEST_CODE:
            break
        code = longer
    return (Choice(context.translator.say("Why this answer?"), code),) if code else ()
