"""What is kept, and for how long."""

from __future__ import annotations

from bot.handlers.context import Context
from bot.models import Message, Reply


async def privacy(message: Message, context: Context) -> Reply:
    """Say what is kept of people, why, for how long, and whom to write to."""
    settings, say = context.settings, context.translator.say
    text = say(
        "What is kept: the text of your questions, not who asked, so that what could not be answered can be added. "
        "E-mail addresses, telephone and other long numbers, links and names of accounts are taken out; names that "
        "you write yourself are not recognized, so please leave them out. It is kept for {days}, then deleted.\n"
        "Of this chat itself: the language chosen, and for a day the references of the last answer, "
        "to continue it when you ask for more.",
        days=context.translator.count("{n} day", "{n} days", settings.retention_days),
    )
    known = [each for each in (settings.controller, settings.contact) if each]
    if known:
        footer = say("Who answers for the data: {who}.", who=", ".join(known))
    else:
        footer = say("Who runs this bot has not yet said whom to write to.")
    return Reply(text=text, footer=footer)
