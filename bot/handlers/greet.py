"""Greetings, thanks, and how to use the bot."""

from __future__ import annotations

from dataclasses import replace

from bot.codes import Intent, decode_payload, encode
from bot.handlers import reading
from bot.handlers.ask import examples
from bot.handlers.context import Context
from bot.handlers.passages import contents_choice
from bot.models import Choice, Message, Reply


async def greet(message: Message, context: Context) -> Reply:
    """Say in four lines what this is; a deep link's payload opens what it names."""
    payload = context.intent.args.get("payload")
    if payload:
        intent = decode_payload(payload, context.agenda)
        if intent:
            return await _open(intent, message, context)
    say = context.translator.say
    text = say(
        "Ask me about the International Agenda for Migration Management: a non-binding document of 2004 in which "
        "States from all over the world set down 20 common understandings and 263 effective practices.\n"
        "I tell it in plain words of my own; this is not the official text, and no legal advice.\n"
        "Questions are kept without a name for {days}: /privacy\n"
        "Write a question, or choose one:",
        days=context.translator.count("{n} day", "{n} days", context.settings.retention_days),
    )
    return Reply(text=text, choices=(*_example_rows(context), (contents_choice(context.translator),)))


async def thanks(message: Message, context: Context) -> Reply:
    """Answer thanks."""
    return Reply(text=context.translator.say("You are welcome. Ask whenever you like."))


async def goodbye(message: Message, context: Context) -> Reply:
    """Answer a goodbye."""
    return Reply(text=context.translator.say("Goodbye. I am here whenever you need the Agenda."))


async def explain(message: Message, context: Context) -> Reply:
    """Say how to use the bot."""
    text = context.translator.say(
        "Write a question in your own words, in English, French or Spanish, and I show the practice that applies "
        "and the place to cite. You can also write a reference, such as 6.a.5 or chapter 11.\n"
        "/contents – the chapters\n"
        "/section 6.a – a section\n"
        "/practice 6.a.5 – one practice\n"
        "/random – any practice\n"
        "/more, /previous – on from the last answer\n"
        "/save, /saved, /export – your own list\n"
        "/cite – the line to cite it by\n"
        "/digest – a practice a day, at your hour\n"
        "/today – today's practice\n"
        "/language – English, français, español\n"
        "/privacy – what is kept, and how to erase it\n"
        "/cancel – stop what you are in the middle of"
    )
    return Reply(text=text, choices=(*_example_rows(context), (contents_choice(context.translator),)))


async def introduce(message: Message, context: Context) -> Reply:
    """Say who is talking."""
    text = context.translator.say(
        "I am iamm, a program. I look up the practices of the International Agenda for Migration Management "
        "(IOM and Swiss Government, Berne Initiative, 2004) and show them in plain words with their reference. "
        "I make nothing up, and I speak for no authority."
    )
    return Reply(text=text, choices=((contents_choice(context.translator),),))


async def cancel(message: Message, context: Context) -> Reply:
    """End whatever was under way."""
    if context.chat.asked and message.decides:
        await context.store.set_asked(message.chat, None, {}, message.at)
        return Reply(text=context.translator.say("All right, I leave it as it was."))
    return Reply(text=context.translator.say("There is nothing to cancel. Ask me anything about the Agenda."))


async def _open(intent: Intent, message: Message, context: Context) -> Reply:
    context = replace(context, intent=intent)
    return await (reading.practice if intent.name == "practice" else reading.section)(message, context)


def _example_rows(context: Context) -> tuple[tuple[Choice, ...], ...]:
    return tuple((Choice(text, encode("ask", n)),) for n, text in enumerate(examples(context)))
