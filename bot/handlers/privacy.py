"""What is kept, and for how long."""

from __future__ import annotations

from bot.handlers.context import Context
from bot.models import Message, Reply


async def privacy(message: Message, context: Context) -> Reply:
    """Say what is kept of people, why, for how long, and whom to write to."""
    settings, say = context.settings, context.translator.say
    text = say(
        "What is kept: the text of your questions, without your name or number, with e-mail addresses, telephone "
        "numbers, links and names of accounts taken out, so that what could not be answered can be added. "
        "After {days} days it is deleted.\n"
        "Of this chat itself: the language chosen, and for a day the references of the last answer, "
        "to continue it when you ask for more.",
        days=settings.retention_days,
    )
    if settings.controller and settings.contact:
        footer = say(
            "Who answers for the data: {controller}, {contact}.",
            controller=settings.controller,
            contact=settings.contact,
        )
    else:
        footer = say("Who runs this bot has not yet said whom to write to.")
    return Reply(text=text, footer=footer)
