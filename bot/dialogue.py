"""What a message says to a question that the bot has asked, and the small words about a subscription."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from babel.core import Locale

from bot import places, times
from bot.codes import Intent
from bot.models import LANGUAGES
from bot.words import flatten

TIME, ZONE, DAYS, TOPICS, ERASE = "time", "zone", "days", "topics", "erase"
"""What the bot asks for: an hour, where somebody lives, days of the week, topics, a yes to erase everything."""
LONGEST = 80
"""Characters of an answer to one of these."""
LONGEST_PAUSE = 366
"""Days."""
_YES = frozenset(
    {"yes", "y", "yep", "yeah", "yes please", "yes erase it", "oui", "ouais", "oui svp", "si", "claro", "confirmo"}
)
_NO = frozenset({"no", "n", "nope", "no thanks", "non", "non merci", "no gracias"})
SILENT, LOUD = "silent", "loud"

_SILENT = re.compile(
    r"\b(?:silent(?:ly)?|without (?:a |any )?(?:sound|noise|notification|ringing)|no sound|mute[ds]?|quiet(?:ly)?|"
    r"silencieu\w+|sans (?:le |aucun )?(?:son|bruit|sonnerie|notification)|en silence|coupe\w* le son|"
    r"silencio\w*|silencia\w*|sin (?:el )?(?:sonido|ruido|sonar|notificacion))\b"
)
_LOUD = re.compile(
    r"\b(?:with (?:a |the )?sound|unmute|sound (?:back )?on|not silent|avec (?:le |du )?son|remets? le son|"
    r"con sonido)\b"
)
_EVERYTHING = re.compile(
    r"(?:on |sur |sobre )?(?:all|every|any|tou[ts]\w*|tod[oa]s?|n'importe quel\w*|cualquier\w*)"
    r"(?: (?:the|les|los|las))?(?: (?:topics?|subjects?|themes?|sujets?|temas?|chapters?|chapitres?|capitulos?|thing))?"
    r"|everything"
)
_ADDS = re.compile(
    r"\b(?:also|too|as well|add|aussi|egalement|ajoute\w*|en plus|tambien|ademas|agreg\w+|anad\w+|suma\w*)\b"
)
_UNITS = {"d": 1, "j": 1, "w": 7, "s": 7, "m": 30}  # day, jour, dia; week, semaine, semana; month, mois, mes
_SPAN = re.compile(
    r"\b(?:(?P<n>\d{1,3})|(?P<word>\w+))?\s*(?P<unit>days?|jours?|dias?|weeks?|semain\w*|semanas?|months?|mois|mes(?:es)?|"
    r"fortnight|quinz\w+|quincena)\b"
)
_UNTIL = re.compile(r"\b(?:until|till|til|jusqu'?\s?(?:a|au)|hasta(?: el)?)\s+(?:next |le |el )?(?P<day>\w+)")
_UNTIL_DATE = re.compile(
    r"\b(?:until|till|til|jusqu'?\s?(?:a|au)|hasta(?: el)?)\s+(?:the |le |el )?(?:dia |day )?"
    r"(?:(?P<month>[a-z]{3,}) )?(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\b(?:\s+(?:of |de |d')?(?P<after>[a-z]{3,}))?"
)
_SMALL = {
    "a": 1, "an": 1, "one": 1, "un": 1, "une": 1, "una": 1, "uno": 1, "two": 2, "deux": 2, "dos": 2, "three": 3,
    "trois": 3, "tres": 3, "four": 4, "quatre": 4, "cuatro": 4, "five": 5, "cinq": 5, "cinco": 5, "six": 6, "seis": 6,
    "seven": 7, "sept": 7, "siete": 7, "eight": 8, "huit": 8, "ocho": 8, "nine": 9, "neuf": 9, "nueve": 9, "ten": 10,
    "dix": 10, "diez": 10, "twelve": 12, "douze": 12, "doce": 12, "fifteen": 15, "quinze": 15, "quince": 15,
    "twenty": 20, "vingt": 20, "veinte": 20, "thirty": 30, "trente": 30, "treinta": 30, "couple": 2, "few": 3,
    "quelques": 3, "unos": 3, "next": 1, "prochaine": 1, "prochain": 1, "proxima": 1, "proximo": 1, "the": 1, "la": 1,
    "le": 1, "el": 1, "this": 1, "cette": 1, "ce": 1, "esta": 1, "este": 1, "of": 1,
}  # fmt: skip


def hear(asked: str, text: str) -> Intent | None:
    """Return what a text says to what was asked, as arguments of `subscribe`; None where it says something else."""
    if text.lstrip().startswith("/") or len(text) > LONGEST:
        return None
    if asked == ERASE:
        answer = " ".join(re.findall(r"\w+", flatten(text)))
        return Intent("erase_data", {"sure": "yes"}) if answer in _YES else Intent("cancel") if answer in _NO else None
    found = times.find_time(text)
    said = times.read_clock(text) or (found.value if found else None)
    if asked == TIME and said:
        return Intent("subscribe", {"time": said})
    if asked == ZONE and said:
        return Intent("subscribe", {"clock": said})
    if asked == ZONE and places.resolve(text):
        return Intent("subscribe", {"city": text.strip()})
    days = times.find_days(text) or times.find_days(f"every {text.strip()}")
    if asked == DAYS and days:
        return Intent("subscribe", {"days": list(days.value)})
    if asked == TOPICS and everything(text):
        return Intent("subscribe", {"topic": text.strip()})
    return None


def clock(digits: str) -> str | None:
    """Return the time behind a button, `0815` as `08:15`, or None where it is none."""
    return f"{digits[:2]}:{digits[2:]}" if re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d", digits) else None


def sound(text: str) -> str | None:
    """Return whether a message asks for digests `silent` or `loud`; None where it says nothing of it."""
    flat = flatten(text)
    return LOUD if _LOUD.search(flat) else SILENT if _SILENT.search(flat) else None


def everything(topic: str) -> bool:
    """Whether what is called a topic means all of them."""
    return _EVERYTHING.fullmatch(flatten(topic).strip(" .!")) is not None


def adds(text: str) -> bool:
    """Whether a message adds to what there is rather than taking its place."""
    return _ADDS.search(flatten(text)) is not None


def until(text: str, today: date) -> date | None:
    """Return the day on which a pause ends: after `ten days`, `until Monday`, a number of days; None if unsaid."""
    flat = flatten(text)
    if flat.isdecimal():
        return today + timedelta(days=min(int(flat), LONGEST_PAUSE))
    weekdays = _weekdays()
    named = _UNTIL.search(flat)
    if named and named["day"] in weekdays:
        return today + timedelta(days=(weekdays[named["day"]] - today.isoweekday() - 1) % 7 + 1)
    if dated := _UNTIL_DATE.search(flat):
        return _next_date(int(dated["day"]), dated["month"] or dated["after"] or "", today)
    for span in _SPAN.finditer(flat):
        count = int(span["n"]) if span["n"] else _SMALL.get(span["word"] or "", 0)
        unit = 15 if span["unit"].startswith(("fort", "quin")) else _UNITS[span["unit"][0]]
        if count:
            return today + timedelta(days=min(count * unit, LONGEST_PAUSE))
    return None


@cache
def _weekdays() -> dict[str, int]:
    """Return the day of the week of its name in any of the languages, 1 for Monday."""
    names = {language: Locale.parse(language).days["format"]["wide"] for language in LANGUAGES}
    return {flatten(name): day + 1 for days in names.values() for day, name in days.items()}


@cache
def _months() -> dict[str, int]:
    names = {language: Locale.parse(language).months["format"]["wide"] for language in LANGUAGES}
    return {flatten(name): month for months in names.values() for month, name in months.items()}


def _next_date(day: int, month: str, today: date) -> date | None:
    """Return the next date of a day of the month, in a month where one is named; None if there is no such date."""
    for ahead in range(1, LONGEST_PAUSE + 1):
        found = today + timedelta(days=ahead)
        if found.day == day and _months().get(month, found.month) == found.month:
            return found
    return None
