"""The week in one message, for whoever runs the bot."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from bot.handlers import picture
from bot.handlers.context import Context
from bot.handlers.trouble import unknown_command
from bot.models import ANSWERED, CASEWORK, DID_YOU_MEAN, DONE, FAILED, NO_MATCH, Document, Message, Reply

WEEK = timedelta(days=7)


async def stats(message: Message, context: Context) -> Reply:
    """Tell the admins named in the settings what the week was like; to anybody else the command does not exist."""
    if message.person.partition(":")[2] not in context.settings.admins or message.group:
        return await unknown_command(message, context)
    translator = context.translator
    since = (message.at - WEEK).date()
    week = await context.store.week(since)

    def number(name: str) -> str:
        return translator.number(week.get(name, 0))

    text = translator.say(
        "The last seven days: {messages} messages of {people} people.\n"
        "Answered {answered}, unsure {unsure}, nothing found {none}, own cases {casework}, failed {failed}.",
        messages=number("messages"),
        people=number("people"),
        answered=number(ANSWERED),
        unsure=number(DID_YOU_MEAN),
        none=number(NO_MATCH),
        casework=number(CASEWORK),
        failed=number(FAILED),
    )
    return Reply(text=text, document=await _picture(since, message.at.date(), context))


async def _picture(since: date, until: date, context: Context) -> Document | None:
    """Return the messages of each day by outcome as a picture, if it can be drawn."""
    say = context.translator.say
    counts = await context.store.outcomes_by_day(since)
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    names = {
        ANSWERED: say("answered"),
        DID_YOU_MEAN: say("unsure"),
        NO_MATCH: say("nothing found"),
        CASEWORK: say("own cases"),
        FAILED: say("failed"),
        # TRANSLATORS: messages that were no question, such as a greeting or a setting
        DONE: say("no question"),
    }
    parts = {name: [counts.get((day, outcome), 0) for day in days] for outcome, name in names.items()}
    title = say("Messages by day, UTC")
    drawn = await asyncio.to_thread(picture.draw, title, [f"{day:%m-%d}" for day in days], parts)
    return Document("iamm.png", drawn) if drawn else None
