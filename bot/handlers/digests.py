"""The practice of the day: the message that a subscriber gets, and the same by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from bot import digest
from bot.codes import encode
from bot.digest import Pick
from bot.handlers import reading, subscription
from bot.handlers.context import Context
from bot.handlers.passages import keep_choices, whole
from bot.models import ANSWERED, ITEM, Choice, Last, Message, Reply
from bot.store.records import SENT, UNKNOWN


async def today(message: Message, context: Context) -> Reply:
    """Show today's practice by hand: the one that was sent or will be, or everybody's where nobody subscribed."""
    standing = await context.store.standing(message.chat)
    if standing is None:
        practices = digest.practices(context.agenda, ())
        day = message.at.astimezone(UTC).date()
        ref = digest.order(practices, 0, day.toordinal() // len(practices))[day.toordinal() % len(practices)]
        return _by_hand(ref, context)
    sub = standing.subscription
    day = message.at.astimezone(ZoneInfo(sub.zone)).date()
    delivered = await context.store.delivery(message.chat, day)
    if delivered and delivered.status in {SENT, UNKNOWN} and delivered.ref in context.agenda.items:
        return _by_hand(delivered.ref, context)
    seen = await context.store.seen(message.chat, sub.round)
    pick = digest.pick(digest.practices(context.agenda, sub.topics), seen, sub)
    return _by_hand(pick.ref, context) if pick else await subscription.status(message, context)


def delivery(pick: Pick, context: Context) -> Reply:
    """Return the message that a subscriber gets: a practice, how far they are, and the ways on."""
    translator, say = context.translator, context.translator.say
    # TRANSLATORS: number and total count the practices of the chosen topics, such as "41 of 263"
    text = say(
        "Your practice of the day, {number} of {total}",
        number=translator.number(pick.number),
        total=translator.number(pick.total),
    )
    if pick.new_round:
        text = say("You have had them all; they begin again.") + "\n" + text
    shown = reading.item(pick.ref, context)
    return replace(
        shown,
        text=text,
        passages=(whole(pick.ref, context.agenda, translator),),
        choices=(
            *shown.choices[1:3],
            keep_choices(pick.ref, translator),
            shown.choices[-1],
            (Choice(say("Change"), encode("digest_status")), Choice(say("Stop"), encode("unsubscribe"))),
        ),
        last=Last(ITEM, (pick.ref,), None, 1),
    )


def _by_hand(ref: str, context: Context) -> Reply:
    return replace(reading.item(ref, context), text=context.translator.say("Today's practice:"), outcome=ANSWERED)
