"""What is kept, for how long, and people's rights over it."""

from __future__ import annotations

import json

from bot.codes import encode
from bot.dialogue import ERASE
from bot.handlers.context import Context
from bot.handlers.trouble import for_admins
from bot.models import Choice, Document, Message, Reply

SURE = "yes"


async def privacy(message: Message, context: Context) -> Reply:
    """Say what is kept of people, why, for how long, and whom to write to."""
    settings, say = context.settings, context.translator.say
    text = say(
        "What is kept: the text of your questions, not who asked, so that what could not be answered can be added. "
        "E-mail addresses, telephone and other long numbers, links and names of accounts are taken out; names that "
        "you write yourself are not recognized, so please leave them out. It is kept for {days}, then deleted.\n"
        "Of this chat itself: the language chosen, what you saved, your subscription to a practice a day, and for a "
        "day the references of the last answer, to go on from it.\n"
        "/mydata gives you a copy, /forget erases it all, /logoff keeps your questions out of it; sent to me in "
        "private, it holds for your questions in groups too.",
        days=context.translator.count("{n} day", "{n} days", settings.retention_days),
    )
    if settings.controller and settings.contact:
        footer = say("{who} answers for the data: {contact}", who=settings.controller, contact=settings.contact)
    elif settings.controller or settings.contact:
        footer = say("Who answers for the data: {who}.", who=settings.controller or settings.contact)
    else:
        footer = say("Who runs this bot has not yet said whom to write to.")
    logging = (
        Choice(say("Do not keep my questions"), encode("log_off"))
        if context.chat.logs
        else Choice(say("Keep my questions"), encode("log_on"))
    )
    choices = (
        (Choice(say("A copy of my data"), encode("my_data")), Choice(say("Erase my data"), encode("erase_data"))),
        (logging,),
    )
    return Reply(text=text, footer=footer, choices=choices)


async def my_data(message: Message, context: Context) -> Reply:
    """Send a copy of everything that is kept of a person and their chat."""
    say = context.translator.say
    if message.group:
        return Reply(text=say("In a group others would read it. Write /mydata to me in private."))
    rows = await context.store.copy(message.chat, message.person)
    if not rows:
        return Reply(text=say("Nothing is kept of you."))
    # TRANSLATORS: the name of a file, without its ending
    name = say("iamm-my-data")
    return Reply(
        text=say("Everything that is kept of you, as a file."),
        document=Document(f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=2).encode()),
        choices=((Choice(say("Erase my data"), encode("erase_data")),),),
    )


async def erase(message: Message, context: Context) -> Reply:
    """Erase everything that is kept of a person and their chat, once they have confirmed it."""
    say, count = context.translator.say, context.translator.count
    if not message.decides:
        return for_admins(message, context)
    if context.intent.args.get("sure") != SURE:
        text = say(
            "This erases all that is kept of you: your questions in the log, your list, your subscription and your "
            "language. It cannot be undone. Erase it?"
        )
        await context.store.set_asked(message.chat, ERASE, {}, message.at)
        yes = Choice(say("Yes, erase it all"), encode("erase_data", SURE))
        return Reply(text=text, choices=((yes, Choice(say("No"), encode("cancel"))),))
    gone = await context.store.erase(message.chat, message.person)
    rows = sum(gone.values())
    text = count("It is erased: {n} row.", "It is erased: {n} rows.", rows) if rows else say("Nothing was kept of you.")
    return Reply(text=text, forgets=True, language=context.translator.language)


async def log_off(message: Message, context: Context) -> Reply:
    """Keep the questions of a person, or of a whole group, out of the log from now on."""
    return await _set_logs(False, message, context)


async def log_on(message: Message, context: Context) -> Reply:
    """Let the questions of a person, or of a group, be kept again."""
    return await _set_logs(True, message, context)


async def _set_logs(logs: bool, message: Message, context: Context) -> Reply:
    if not message.decides:
        return for_admins(message, context)
    await context.store.set_logs(message.chat, logs)
    say = context.translator.say
    if message.group and logs:
        text = say("Questions from this group may be kept again, without who asked. /logoff ends it.")
    elif message.group:
        text = say(
            "From now on questions from this group are not kept. Everything else works as before. /logon undoes it."
        )
    elif logs:
        text = say("Your questions may be kept again, without your name. /logoff ends it.")
    else:
        text = say(
            "From now on your questions are not kept, neither from here nor from groups. Everything else works as "
            "before. /logon undoes it."
        )
    return Reply(text=text)
