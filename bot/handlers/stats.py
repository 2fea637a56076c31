"""The week in one message, for whoever runs the bot."""

from __future__ import annotations

from datetime import timedelta

from bot.handlers.context import Context
from bot.handlers.trouble import unknown_command
from bot.models import ANSWERED, CASEWORK, DID_YOU_MEAN, FAILED, NO_MATCH, Message, Reply

WEEK = timedelta(days=7)


async def stats(message: Message, context: Context) -> Reply:
    """Tell the admins named in the settings what the week was like; to anybody else the command does not exist."""
    if message.person.partition(":")[2] not in context.settings.admins or message.group:
        return await unknown_command(message, context)
    translator = context.translator
    week = await context.store.week((message.at - WEEK).date())

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
    return Reply(text=text)
