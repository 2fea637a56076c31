"""How a subscription is told and offered: hours, days, zones and topics as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_time, get_timezone_location

from bot.codes import encode
from bot.digest import ACTIVE, Subscription
from bot.i18n import Translator
from bot.models import Agenda, Choice, Moment
from bot.places import Place
from bot.store.records import BLOCKED, Standing

HOURS = ("06:00", "07:00", "08:00", "09:00", "12:00", "17:00", "19:00", "21:00")
EVERY_DAY, WEEKDAYS, WEEKEND = (1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5), (6, 7)
CHAPTERS = 10
"""Chapters a page of topics."""

Rows = tuple[tuple[Choice, ...], ...]


def describe(standing: Standing, agenda: Agenda, translator: Translator) -> tuple[str, Moment | None]:
    """Return a subscription in one sentence, and the next delivery for channels that show it by the reader's clock."""
    sub, say = standing.subscription, translator.say
    # TRANSLATORS: days is "every day" or "on Monday and Thursday"; place is a city; topics is "all topics" or a list
    text = say(
        "A practice {days} at {time} ({place} time), on {topics}.",
        days=say_days(sub.days, translator),
        time=say_time(sub.time, translator),
        place=sub.place or say_zone(sub.zone, translator),
        topics=say_topics(sub.topics, agenda, translator),
    )
    if sub.silent:
        text += " " + say("It comes without a sound.")
    if sub.status == BLOCKED:
        return text + "\n" + say("It is held up, for it could not be delivered. Resume it when you like."), None
    if sub.status != ACTIVE:
        return text + "\n" + say("It is paused until you resume it."), None
    if standing.due is None:
        return text, None
    at = standing.due.at
    shown = say_moment(at, sub.zone, translator)
    # TRANSLATORS: moment is a date with its time
    line = (
        say("Paused. It goes on: {moment}", moment=shown) if sub.paused_until else say("Next: {moment}", moment=shown)
    )
    return text + "\n" + line, Moment(at, shown)


def say_days(days: Sequence[int], translator: Translator) -> str:
    """Return days of the week as words: `every day`, `Monday and Thursday`."""
    if tuple(days) == EVERY_DAY:
        return translator.say("every day")
    if tuple(days) == WEEKDAYS:
        return translator.say("from Monday to Friday")
    names = Locale.parse(translator.language).days["format"]["wide"]
    # TRANSLATORS: days is "Monday and Thursday"
    return translator.say("on {days}", days=translator.listing([names[day - 1] for day in days]))


def say_time(clock: str, translator: Translator) -> str:
    """Return `08:00` as the language writes it."""
    return format_time(time.fromisoformat(clock), "short", locale=_locale(translator))


def say_zone(zone: str, translator: Translator) -> str:
    """Return the city that a zone is named after, in the language."""
    return get_timezone_location(zone, locale=translator.language, return_city=True)


def say_topics(topics: Sequence[str], agenda: Agenda, translator: Translator) -> str:
    """Return the titles of sections; those that the content no longer has by their reference."""
    if not topics:
        return translator.say("all topics")
    return translator.listing([agenda.sections[ref].title if ref in agenda.sections else ref for ref in topics])


def say_moment(at: datetime, zone: str, translator: Translator) -> str:
    """Return a moment by a zone's clock: `Friday, 27 November 2026, 08:00`."""
    local = at.astimezone(ZoneInfo(zone))
    day = format_date(local.date(), "full", locale=_locale(translator))
    return f"{day}, {format_time(local.time(), 'short', locale=_locale(translator))}"


def hours_rows(translator: Translator) -> Rows:
    """Return hours to choose from, four a row."""
    hours = [Choice(say_time(h, translator), encode("change_digest", "time", h.replace(":", ""))) for h in HOURS]
    return tuple(hours[:4]), tuple(hours[4:])


def days_row(translator: Translator) -> Rows:
    """Return days to choose from: every day, weekdays, or one day a week."""
    names = Locale.parse(translator.language).days["format"]["wide"]

    def choice(label: str, days: Sequence[int]) -> Choice:
        return Choice(label[0].upper() + label[1:], encode("change_digest", "days", "".join(map(str, days))))

    single = [choice(names[day - 1], (day,)) for day in EVERY_DAY]
    several = [choice(say_days(days, translator), days) for days in (EVERY_DAY, WEEKDAYS, WEEKEND)]
    return tuple(several[:2]), (several[2],), tuple(single[:4]), tuple(single[4:])


def topic_rows(chosen: Sequence[str], page: int, agenda: Agenda, translator: Translator) -> Rows:
    """Return the chapters to choose from, those chosen marked, and the choice of all."""
    say, chapters = translator.say, agenda.sections["III"].sections
    page = min(page, (len(chapters) - 1) // CHAPTERS)
    shown = chapters[page * CHAPTERS : (page + 1) * CHAPTERS]

    def choice(title: str, ref: str, marked: bool) -> Choice:
        return Choice(f"✓ {title}" if marked else title, encode("change_digest", "topic", f"{ref}/{page}"))

    rows = [(choice(agenda.sections[ref].title, ref, ref in chosen),) for ref in shown]
    turns = [Choice(say("‹ Back"), encode("change_digest", "topics", page - 1))] if page else []
    turns += (
        [Choice(say("Further ›"), encode("change_digest", "topics", page + 1))]
        if len(chapters) > (page + 1) * CHAPTERS
        else []
    )
    everything = choice(say("All topics"), "all", not chosen)
    return (*rows, tuple(turns), (everything, Choice(say("Done"), encode("digest_status"))))


def settings_rows(sub: Subscription, translator: Translator) -> Rows:
    """Return what can be changed of a subscription."""
    say = translator.say
    parts = [
        Choice(say("Hour"), encode("change_digest", "time")),
        Choice(say("Days"), encode("change_digest", "days")),
        Choice(say("Place"), encode("change_digest", "zone")),
        Choice(say("Topics"), encode("change_digest", "topics")),
    ]
    sound = (
        Choice(say("With sound"), encode("change_digest", "sound", 1))
        if sub.silent
        else Choice(say("Without sound"), encode("change_digest", "sound", 0))
    )
    held = [Choice(say("Resume"), encode("resume_digest"))]
    if sub.status == ACTIVE and not sub.paused_until:
        held = [Choice(say("Pause a week"), encode("pause_digest", "7")), Choice(say("Pause"), encode("pause_digest"))]
    return tuple(parts), (sound, Choice(say("Today's practice"), encode("digest_today"))), (
        *held, Choice(say("Stop"), encode("unsubscribe")),
    )  # fmt: skip


def zone_choice(place: Place, now: datetime, translator: Translator) -> Choice:
    """Return the choice of one of several places: its name, country and what time it is there."""
    clock = format_time(now.astimezone(ZoneInfo(place.zone)).time(), "short", locale=_locale(translator))
    name = say_zone(place.zone, translator) if place.name == place.zone else place.name
    country = Locale.parse(translator.language).territories.get(place.country, "")
    # TRANSLATORS: a button to choose a place by; clock is the time there
    where = translator.say("{place} ({country}), {clock}", place=name, country=country, clock=clock) if country else (
        translator.say("{place}, {clock}", place=name, clock=clock)
    )  # fmt: skip
    return Choice(where, encode("change_digest", "zone", place.zone))


def _locale(translator: Translator) -> str:
    """Return the locale of dates and times: English as most of the world writes it, with 24 hours."""
    return "en_GB" if translator.language == "en" else translator.language
