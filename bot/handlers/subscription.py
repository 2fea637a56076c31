"""A practice a day: subscribing, changing, pausing, ending, and what is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import dialogue, digest, places
from bot.codes import encode
from bot.digest import ACTIVE, Subscription
from bot.handlers.context import Context
from bot.handlers.schedule import days_row, describe, hours_rows, settings_rows, topic_rows, zone_choice
from bot.handlers.trouble import for_admins
from bot.models import Choice, Message, Reply
from bot.store.records import UNKNOWN, Standing

PAUSED = "paused"


async def arrange(message: Message, context: Context) -> Reply:
    """Begin a subscription or change it, as far as was said; ask for what is missing."""
    if not message.decides:
        return for_admins(message, context)
    args = {**context.chat.draft, **context.intent.args}
    if sound := dialogue.sound(message.text):
        args["silent"] = sound == dialogue.SILENT
    standing = await context.store.standing(message.chat)
    if standing and not context.intent.args and "silent" not in args:
        return await status(message, context)
    topics = _topics(args, message.text, standing)
    if topics is not None:
        args["topics_chosen"] = topics
    elif "topic" in context.intent.args or "topics" in context.intent.args:
        return await _ask_topics_again(standing, args, message, context)
    zones = _zones(args, message, context)
    if zones is not None and len(zones) != 1:
        return await _ask_zone(zones, args, message, context)
    if zones:
        args |= {"zone": zones[0].zone, "place": zones[0].name if zones[0].country else ""}
    if standing:
        return await _keep(_changed(standing.subscription, args), standing, message, context)
    return await _begin(args, message, context)


async def change(message: Message, context: Context) -> Reply:
    """Change one part of a subscription by button: ask for it, or keep what was chosen."""
    if not message.decides:
        return for_admins(message, context)
    part, value = context.intent.args.get("part", ""), context.intent.args.get("value")
    standing = await context.store.standing(message.chat)
    if value is None or part == "topics":
        return await _ask(part, value, standing, message, context)
    if part == "topic":
        return await _toggle(value, standing, message, context)
    args = _chosen(part, value)
    if args is None:
        return await status(message, context)
    return await arrange(replace(message, text=""), replace(context, intent=replace(context.intent, args=args)))


async def status(message: Message, context: Context) -> Reply:
    """Say what is subscribed and when the next comes, or offer to subscribe."""
    if message.decides:
        await context.store.set_asked(message.chat, None, {}, message.at)
    standing = await context.store.standing(message.chat)
    say = context.translator.say
    if standing is None:
        return Reply(
            text=say("You get no practice a day yet. At what hour would you like one?"),
            choices=(*hours_rows(context.translator), (Choice(say("Today's practice"), encode("digest_today")),)),
        )
    return await _told(standing, context, message.at)


async def unsubscribe(message: Message, context: Context) -> Reply:
    """End a subscription at once."""
    if not message.decides:
        return for_admins(message, context)
    say = context.translator.say
    await context.store.set_asked(message.chat, None, {}, message.at)
    if context.chat.asked:
        return Reply(text=say("All right, I leave it as it was."))
    gone = await context.store.unsubscribe(message.chat)
    text = say("It is ended: no more practice a day. /digest begins again.") if gone else say(
        "You have no subscription. /digest begins one."
    )  # fmt: skip
    return Reply(text=text)


async def pause(message: Message, context: Context) -> Reply:
    """Stop sending for a while: for the days said, or until the person says otherwise."""
    if not message.decides:
        return for_admins(message, context)
    standing = await context.store.standing(message.chat)
    if standing is None:
        return await status(message, context)
    today = message.at.astimezone(ZoneInfo(standing.subscription.zone)).date()
    said = message.text.partition(" ")[2] if message.text.startswith("/") else message.text
    until = dialogue.until(context.intent.args.get("span") or said, today)
    sub = replace(
        standing.subscription,
        status=ACTIVE if until else PAUSED,
        paused_until=until.isoformat() if until else None,
    )
    return await _keep(sub, standing, message, context)


async def resume(message: Message, context: Context) -> Reply:
    """Send again after a pause."""
    if not message.decides:
        return for_admins(message, context)
    standing = await context.store.standing(message.chat)
    if standing is None:
        return await status(message, context)
    return await _keep(replace(standing.subscription, status=ACTIVE, paused_until=None), standing, message, context)


async def _begin(args: Mapping[str, Any], message: Message, context: Context) -> Reply:
    """Subscribe if hour and zone are known, else ask for the first that is not."""
    say = context.translator.say
    if "time" not in args:
        await context.store.set_asked(message.chat, dialogue.TIME, _draft(args), message.at)
        return Reply(
            text=say("Gladly: a practice a day. At what hour? Choose, or write one, such as 7:15."),
            choices=hours_rows(context.translator),
        )
    if "zone" not in args:
        await context.store.set_asked(message.chat, dialogue.ZONE, _draft(args), message.at)
        text = say(
            "What time is it for you now? Write the time or a city near you, or share a location: it is not kept."
        )
        return Reply(text=text)
    # So that everybody has an order of their own that no restart changes; it is no secret.
    seed = int.from_bytes(hashlib.blake2b(message.chat.encode(), digest_size=4).digest())
    return await _keep(
        _changed(Subscription(message.chat, args["zone"], args["time"], seed=seed), args), None, message, context
    )


async def _keep(sub: Subscription, standing: Standing | None, message: Message, context: Context) -> Reply:
    """Keep a subscription and say it all in one sentence, with the first delivery."""
    last_day = standing.last_day if standing else None
    due = digest.next_due(sub, message.at, last_day)
    thread = standing.thread if standing else message.thread
    kept = Standing(sub, due, last_day, thread, context.translator.language)
    await context.store.subscribe(kept, message.at)
    await context.store.set_asked(message.chat, None, {}, message.at)
    return await _told(kept, context, message.at)


async def _told(standing: Standing, context: Context, now: datetime) -> Reply:
    text, moment = describe(standing, context.agenda, context.translator)
    today = now.astimezone(ZoneInfo(standing.subscription.zone)).date()
    delivered = await context.store.delivery(standing.subscription.subscriber, today)
    if delivered and delivered.status == UNKNOWN:
        text += "\n" + context.translator.say("Whether today's practice reached you is not certain; /today shows it.")
    return Reply(text=text, moment=moment, choices=settings_rows(standing.subscription, context.translator))


def _zones(args: Mapping[str, Any], message: Message, context: Context) -> list[places.Place] | None:
    """Return the zones that were meant by a city, a zone or a clock; None where nothing was said of it."""
    language = context.translator.language
    said = context.intent.args
    if "zone" in said:
        return [places.Place(said["zone"], said["zone"], "")] if digest.is_zone(said["zone"]) else []
    if "clock" in said:
        zones = digest.zones_at(said["clock"], message.at)
        return [places.Place(zone, zone, "") for zone in zones]
    name = said.get("city") or said.get("tz")
    return places.resolve(name, language) if name else None


async def ask_again(message: Message, context: Context) -> Reply:
    """Ask once more for what was asked, where an answer says nothing."""
    if context.chat.asked == dialogue.ZONE:
        return await _ask_zone([], context.chat.draft, message, context)
    return await _ask(context.chat.asked or "", None, None, message, context)


async def _ask_zone(zones: list[places.Place], args: Mapping[str, Any], message: Message, context: Context) -> Reply:
    """Ask which of several zones is meant, or again where none is known."""
    say = context.translator.say
    await context.store.set_asked(message.chat, dialogue.ZONE, _draft(args), message.at)
    if not zones:
        text = say("I do not know this place. Write a larger city near you, or what time it is for you now.")
        return Reply(text=text)
    rows = tuple((zone_choice(place, message.at, context.translator),) for place in zones[:6])
    return Reply(text=say("Which of these is it?"), choices=rows)


async def _ask(part: str, value: str | None, standing: Standing | None, message: Message, context: Context) -> Reply:
    """Ask for one part of a subscription."""
    say, translator = context.translator.say, context.translator
    await context.store.set_asked(message.chat, part, _draft(context.chat.draft), message.at)
    if part == dialogue.TIME:
        return Reply(text=say("At what hour? Choose, or write one, such as 7:15."), choices=hours_rows(translator))
    if part == dialogue.ZONE:
        text = say(
            "What time is it for you now? Write the time or a city near you, or share a location: it is not kept."
        )
        return Reply(text=text)
    if part == dialogue.DAYS:
        return Reply(text=say("On which days? Choose, or write them."), choices=days_row(translator))
    if part == dialogue.TOPICS:
        chosen = standing.subscription.topics if standing else ()
        page = int(value) if value and value.isdecimal() else 0
        text = say("On which topics? Choose chapters, or write what it should be about.")
        return Reply(
            text=text, choices=topic_rows(chosen, page, context.agenda, translator), replaces=value is not None
        )
    return await status(message, context)


async def _ask_topics_again(
    standing: Standing | None, args: Mapping[str, Any], message: Message, context: Context
) -> Reply:
    """Ask for the topics again where nothing in the Agenda is called so."""
    context = replace(context, chat=replace(context.chat, draft=_draft(args)))
    reply = await _ask(dialogue.TOPICS, None, standing, message, context)
    return replace(reply, text=context.translator.say("I do not know this topic.") + "\n" + reply.text)


async def _toggle(value: str, standing: Standing | None, message: Message, context: Context) -> Reply:
    """Add a chapter to the topics or take it away, and show them again."""
    if standing is None:
        return await status(message, context)
    ref, _, page = value.partition("/")
    topics = standing.subscription.topics
    chosen = () if ref == "all" else tuple(t for t in topics if t != ref) if ref in topics else (*topics, ref)
    if ref != "all" and ref not in context.agenda.sections:
        return await status(message, context)
    await _keep(replace(standing.subscription, topics=chosen), standing, message, context)
    kept = replace(standing, subscription=replace(standing.subscription, topics=chosen))
    return replace(await _ask(dialogue.TOPICS, page or "0", kept, message, context), replaces=True)


def _chosen(part: str, value: str) -> dict[str, Any] | None:
    """Return what a button chose as arguments, or None where the code is of nobody's making."""
    if part == "time" and (clock := dialogue.clock(value)):
        return {"time": clock}
    if part == "zone" and digest.is_zone(value):
        return {"zone": value}
    if part == "days" and value and set(value) <= set("1234567"):
        return {"days": sorted(map(int, set(value)))}
    if part == "sound" and value in {"0", "1"}:
        return {"silent": value == "0"}
    return None


def _changed(sub: Subscription, args: Mapping[str, Any]) -> Subscription:
    """Return a subscription with what was said changed in it."""
    changed = replace(
        sub,
        zone=args.get("zone", sub.zone),
        place=args.get("place", sub.place),
        time=args.get("time", sub.time),
        days=tuple(args.get("days", sub.days)),
        topics=tuple(args.get("topics_chosen", sub.topics)),
        silent=args.get("silent", sub.silent),
    )
    # Whoever sets an hour wants to be sent something, whatever held it up.
    return replace(changed, status=ACTIVE) if changed.status != PAUSED else changed


def _topics(args: Mapping[str, Any], text: str, standing: Standing | None) -> list[str] | None:
    """Return the sections that were asked for, added to those there are if the message says so; None if none."""
    if dialogue.everything(str(args.get("topic", ""))):
        return []
    said = args.get("topics") or ([args] if "topic" in args else [])
    sections = [topic["topic_section"] for topic in said if "topic_section" in topic]
    if not sections:
        return args.get("topics_chosen")
    before = standing.subscription.topics if standing and dialogue.adds(text) else ()
    return list(dict.fromkeys([*before, *sections]))


def _draft(args: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in args.items() if k in {"time", "zone", "place", "days", "silent", "topics_chosen"}}
