"""A clear word where there is no answer."""

from __future__ import annotations

from bot import references
from bot.handlers.context import Context
from bot.handlers.passages import contents_choice, section_choice
from bot.models import NO_MATCH, Finding, Message, Reply


def nothing_found(context: Context, finding: Finding) -> Reply:
    """Say that nothing was found; offer the contents and the nearest sections."""
    near = tuple(match.ref for match in finding.sections[:2])
    return Reply(
        text=context.translator.say("I found nothing on this in the Agenda. Try other words, or look at the contents."),
        choices=(
            *((section_choice(ref, context.agenda, context.translator),) for ref in near),
            (contents_choice(context.translator),),
        ),
        outcome=NO_MATCH,
        finding=finding,
    )


async def unknown_reference(message: Message, context: Context) -> Reply:
    """Say how far the numbers go where a reference names nothing."""
    translator, agenda = context.translator, context.agenda
    within = context.intent.args["within"]
    held = agenda.sections[within]
    place = references.label(within, translator)
    if within == "III":
        text = translator.count(
            "There is no such chapter: part III has {n}.",
            "There is no such chapter: part III has {n}.",
            len(held.sections),
        )
    elif held.sections and not held.items:
        text = translator.count(
            "There is no such place: {place} has {n} section.",
            "There is no such place: {place} has {n} sections.",
            len(held.sections),
            place=place,
        )
    elif within == "II":
        text = translator.count(
            "There is no such place: {place} has {n} understanding.",
            "There is no such place: {place} has {n} understandings.",
            len(held.items),
            place=place,
        )
    elif within.startswith("I."):
        text = translator.count(
            "There is no such place: {place} has {n} paragraph.",
            "There is no such place: {place} has {n} paragraphs.",
            len(held.items),
            place=place,
        )
    else:
        text = translator.count(
            "There is no such place: {place} has {n} practice.",
            "There is no such place: {place} has {n} practices.",
            len(held.items),
            place=place,
        )
    return Reply(
        text=text,
        choices=((section_choice(within, agenda, translator),), (contents_choice(translator),)),
        outcome=NO_MATCH,
    )


def unreadable_reference(context: Context) -> Reply:
    """Say how references are written."""
    text = context.translator.say("I cannot read this reference. Write it as 6.a.5, III.6.a or chapter 11.")
    return Reply(text=text, choices=((contents_choice(context.translator),),), outcome=NO_MATCH)


def for_admins(message: Message, context: Context) -> Reply:
    """Say that this is for the group's admins to decide, or that nobody knows just now whether the person is one."""
    say = context.translator.say
    if message.decides is None:
        return Reply(text=say("I cannot see just now who the admins of this group are. Please try again in a moment."))
    return Reply(text=say("In a group only its admins can change this."))


def nothing_shown(context: Context) -> Reply:
    """Say that there is nothing that `this` could mean."""
    text = context.translator.say(
        "I do not know which practice you mean. Name it, such as 6.a.5, or ask a question first."
    )
    return Reply(text=text, choices=((contents_choice(context.translator),),))


async def unknown_command(message: Message, context: Context) -> Reply:
    """Say that there is no such command."""
    text = context.translator.say("I do not know this command. /help lists those that I know.")
    return Reply(text=text)


async def outdated(message: Message, context: Context) -> Reply:
    """Answer a button that an older version made."""
    text = context.translator.say("This button is from an older version of me. Please ask again.")
    return Reply(text=text, choices=((contents_choice(context.translator),),))


async def empty(message: Message, context: Context) -> Reply:
    """Answer a message without words."""
    text = context.translator.say("I see no words here. Write a question, such as: what about visas?")
    return Reply(text=text, choices=((contents_choice(context.translator),),), outcome=NO_MATCH)


async def no_text(message: Message, context: Context) -> Reply:
    """Answer a voice message, a photo or a sticker."""
    say = context.translator.say
    if message.note == "voice":
        text = say("I cannot listen to voice messages. Please write your question.")
    else:
        text = say("I read text only. Please write your question.")
    return Reply(text=text, outcome=NO_MATCH)
