"""Clock times, as people write them in English, French or Spanish; days of the week come with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.days import SaidDays, find_days
from bot.times_words import preceding, rewrite

__all__ = ["Said", "SaidDays", "find_days", "find_time", "read_clock"]


@dataclass(frozen=True, slots=True)
class Said:
    """A clock time, "HH:MM" in 24 hours, and its half-open span in the text."""

    start: int
    end: int
    value: str


# All patterns are for rewritten text: W7 is a number that was spelled out, S1 a day, P1 days.

_HOUR = r"(?P<hour>W?\d{1,2})(?!\d)"
_UNIT = r"\s*h(?:rs?|oras?|eures?)?(?![^\W\d_])"
_CLOCK = r"\s*o\s?'?\s?clock\b"
_LINK = r"\s+(?:et|y|con|(?P<less>moins(?:\s+(?:le|W1))?|menos(?:\s+W1)?))\s+"
_SHARE = r"quart|cuarto|demie?|media"
_MINUTE = rf"(?P<minute>{_SHARE}|W?\d{{1,2}})(?!(?![ap]m\b)[\w'])"
_DIGITS = r"[:.](?=\d\d)"
_LOOSE = r"[\s-]*(?=\d\d|W[1-5]\d)"
_TIME = rf"{_HOUR}(?:(?:{_DIGITS}|(?:{_UNIT}|{_CLOCK})?(?:{_LINK}|{_LOOSE})){_MINUTE}|{_UNIT}|{_CLOCK})?"
_TAIL = re.compile(
    r"""(?:\s+(?:sharp|exactly|precisely|precises?|pile|en\ punto)\b)?
    (?:\s*(?P<meridiem>[ap])(?:m\b|\.\s?m\b\.?|\ m\b)|,?\s+(?P<when>
      in\ the\ (?:early\ |late\ )?(?:morning|afternoon|evening|night)|at\ night|this\ (?:morning|afternoon|evening)
    | (?:du|le)\ (?:matin|mat|soir)|(?:de|dans)\ l\s?'?\s?apres[\s-]midi
    | (?:de|por|en)\ la\ (?:manana|tarde|noche|madrugada|medianoche)|del\ mediodia)\b)?(?!\w)""",
    re.VERBOSE,
)
# What may follow a number that has nothing else to show that it is a time: no noun.
_FREE = re.compile(
    r"""\s*(?:$|[,;!?)…]|\.(?!\w)|:(?!\d))|\s+[–—(-](?=\s|\w\w)
  | \s+(?:[SP][1-7]|on|every(?:day)?|each|please|about|with|for|from|until|till|if|as|daily|weekdays?|weekends?|today
    |tomorrow|tonight|morning|evening|night|time|local|my|our|your|instead|thanks?|except|but|not|utc|gmt|heure|hora|pour|para|les?
    |finally|works|would|suits|is|finalement|serait|convien\w+|m'irait|c'est|est\s+mieux|seria|mejor|finalmente|me
    |los|el|chaque|cada|tous|toutes|todos|todas|dans|avec|por\s+favor|svp|s'il|merci|gracias|plutot|mais|pero|pas|sauf
    |menos|W1|(?:sur|sobre|in|en|del?|du|and|et|y|or|ou|o|a)(?!\s+W?\d))(?!\w)|\s+(?:[^\W\d_]+\s+){1,2}time\b""",
    re.VERBOSE,
)
# "8 heures de travail" are hours, and "a 8 de cada 10" is a share.
_FREE_OF = re.compile(rf"(?!\s+d(?:e|u|es|el)?\b)(?:{_FREE.pattern})", re.VERBOSE)

# What stands before a number.
_LEAD = re.compile(
    r"(?:(?<![\w'-])(?:at|around|about|approximately|by|for|from|to|al?|des|vers|pour|de|environ|autour de"
    r"|aux environs de|sobre|hacia|para|desde|cerca de|tipo)\s+"
    r"(?:(?:about|around|exactly|environ|vers|eso\s+de)\s+)?(?:las?\s+)?"
    r"|@\s*|\blas?\s+)$"
)
_AT = (
    r"\b(?:at|around|vers|autour de|aux environs de)\s+(?:about\s+|around\s+|exactly\s+)?|@\s*"
    r"|\b(?:a|de|sobre|hacia|para|desde|tipo|son)\s+las?\s+"
)
_FIRM = re.compile(rf"(?:{_AT})$")
_NEAR = re.compile(rf"(?:{_AT}|\b(?:a|des|pour|environ|partir\s+de)\s+)$")
_LAS = re.compile(r"(?<!durante )(?<!en )(?<!por )(?<!todas )(?<!cada )\blas?\s+$")
_A = re.compile(r"(?<!\by )(?<!\d )\ba\s+$")
_AL = re.compile(r"\bal?\s+$")
_LENGTH = re.compile(
    r"(?:\b(?:dans|pendant|durant|durante|toutes les|y a|depuis|(?:moins|plus)\s+de|sous|en|in|for|within|every|chaque"
    r"|cada|des|ces|travail\w*|dure|maximum|minimum)|(?<!partir)\s+de|\bd')\s*$"
)
_RANGE = re.compile(r"(?:\b(?:from|between|chapters?|sections?|practices?|entre)|\d)\s*$")
_GOING = re.compile(r"\b(?:vas?|allez|allons|aller|ir|ve|vaya|vamos|passer?|pasar?|sauter?|saltar?|volver)\s+a\s+$")
# A time after these is the one that is given up.
_OLD = re.compile(
    r"\b(?:from|not|instead of|rather than|au lieu de|plutot que|pas|des?|desde|en vez de|en lugar de|no)"
    r"\s+(?:(?:at|a|las?)\s+)*$"
)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way of writing a time, and what must and must not stand around it."""

    core: re.Pattern[str]
    marked: bool
    """Whether the part of the day must be said."""
    after: re.Pattern[str] | None
    only: re.Pattern[str] | None
    never: re.Pattern[str] | None


def _form(
    core: str,
    after: re.Pattern[str] | None = None,
    *,
    marked: bool = False,
    only: re.Pattern[str] | None = None,
    never: re.Pattern[str] | None = None,
) -> _Form:
    return _Form(re.compile(core, re.VERBOSE), marked, after, only, never)


_BESIDE = r"(?:\s+minut[eo]s?)?\s+(?:past|after|(?P<less>to|till?))\s+(?P<hour>W?\d{1,2})(?![\w:]|\.\d)"
_FORMS = (
    _form(
        rf"(?:W?12\s+)?(?P<noon>noon|midday|midi|mediodia|midnight|minuit|media\s?noche)\b"
        rf"(?:(?:{_LINK}|\s+(?=W[1-5]\d))(?P<minute>{_SHARE}|W[1-5]\d)\b)?"
    ),
    _form(r"(?P<noon>medio\s+dia)\b", only=_AL),
    # "Send me one in the evening" has no hour.
    _form(rf"(?!W1\s+(?:in|at|this|le|dans|por|en)\b){_TIME}", marked=True),
    _form(rf"{_HOUR}(?::|\.(?=\d\d\s*h))(?P<minute>\d\d)(?!\d)(?:\s*(?:h|hrs?|hours|heures|horas)\b)?"),
    _form(rf"{_HOUR}{_CLOCK}"),
    _form(r"(?P<hour>\d\d)(?P<minute>[0-5]\d)\s*(?:h|hrs?|hours|heures|horas)\b"),
    _form(r"(?P<hour>0\d)(?P<minute>[0-5]\d)(?!\d)", _FREE, only=_FIRM),
    _form(rf"{_HOUR}\s*h(?:eures?)?(?![^\W\d_])(?:{_LINK}|{_LOOSE}){_MINUTE}", never=_LENGTH),
    _form(rf"{_HOUR}{_UNIT}", _FREE_OF, only=_NEAR),
    _form(rf"{_HOUR}\s*h(?:eures?)?\b(?<!W1\ heure)", _FREE_OF, never=_LENGTH),
    _form(rf"{_HOUR}{_UNIT}", _FREE, only=_LAS),
    _form(rf"{_HOUR}{_LINK}(?P<minute>{_SHARE})\b(?!\s+(?:hora|ano))"),
    _form(rf"{_HOUR}(?:{_LINK}){_MINUTE}", only=_LAS),
    _form(rf"{_HOUR}(?:(?:{_DIGITS}|(?:{_UNIT})?(?:{_LINK}|{_LOOSE})){_MINUTE})?", _FREE, only=_FIRM),
    _form(r"(?P<hour>\d{1,2})(?:\.(?P<minute>\d\d))?(?!\d)", _FREE_OF, only=_A, never=_GOING),
    _form(r"(?P<hour>W(?:\d|1[0-2]))[\s-]+(?P<minute>W[1-5][05])(?!\w)", _FREE, never=_RANGE),
    _form(rf"(?:a\s+)?(?P<minute>half|quarter){_BESIDE}"),
    _form(r"(?P<minute>W?\d{1,2})(?:\s+minutes)?\s+past\s+(?P<hour>W?\d{1,2})(?![\w:]|\.\d)", _FREE),
    _form(rf"(?P<minute>W?\d{{1,2}}){_BESIDE}", only=re.compile(r"\b(?:at|around|by)\s+$")),
    _form(rf"(?P<minute>W(?:5|10|20|25)){_BESIDE}", _FREE, never=_RANGE),
    _form(r"(?P<minute>half)\s+(?P<hour>W?\d{1,2})(?![\w:]|\.\d)", _FREE),
    _form(r"(?:W1\s+)?(?P<minute>cuarto|W?\d{1,2})(?:\s+minutos)?\s+(?P<less>para)\s+las?\s+(?P<hour>W?\d{1,2})(?!\w)"),
)
# Where a time may start: no digit of a reference, a date or a larger number.
_START = re.compile(
    r"(?<![\w.:/#§'-])(?<!\d,)(?:(?:(?:a|W1)\s+)?(?:quarter|cuarto)\b|W?\d{1,4}(?!\d)"
    r"|half\b|noon\b|mid(?:day|night)\b|(?<!apres\s)midi\b|minuit\b|media\s?noche\b|medio\s?dia\b)"
)
# Parts of the day said anywhere, as in "every evening at 8".
_PART_OF_DAY = re.compile(
    r"\b(?:(?=(?:morn|even|aftern|nigh)\w+s\b)|[SP]\d(?:\s+(?:in the|at|au|en|por la|a la|de la))?|in the|at|every"
    r"|each|to|du|les?|chaque|ce|cette|l'|de la|por las?|en la"
    r"|las?|cada)\s*"
    r"(morning|afternoon|evening|night|matin|soir|apres-midi|manana|tarde|noche|madrugada)s?\b"
)
_NOONS = {"noon", "midday", "midi", "mediodia", "medio dia"}
_HALVES = {"quarter": 15, "quart": 15, "cuarto": 15, "half": 30, "demi": 30, "demie": 30, "media": 30}
# What people put around a time that was asked for, and the ways of writing one that are none within a sentence.
_AROUND = (
    r"\s*(?:(?:it'?s|it is|time is|the time|i have|here|now|make it|il est|ici|on est|maintenant|son|es|aqui|ahora|ya"
    r"|hoy|c'est|at|around|about|a|to|vers|pour|para|sobre|las?|@)\s+){{0,5}}"
    r"{}(?:[\s,]{{1,3}}(?:here|now|right now|please|ici|maintenant|aqui|ahora|svp|s'il (?:te|vous) plait|por favor"
    r"|thanks?|thank you|merci|gracias)){{0,4}}[\s.!]{{0,5}}"
)
_DIGITS_ALONE = re.compile(r"(\d{1,2})(\d\d)(?:\s*(?:h|hrs?|hours|horas|heures))?")
_ALONE = re.compile(_AROUND.format("(?P<time>.*?)"))
_BARE = _form(
    rf"{_HOUR}(?:(?:\s*[:.,h]\s*(?=\d\d)|(?:{_UNIT}|\s*hours?)?(?:{_LINK}|{_LOOSE})){_MINUTE}|{_UNIT}|\s*hours?)?"
)


def find_time(text: str) -> Said | None:
    """Return the clock time that a text says, with the preposition and the part of the day that belong to it.

    Of several, the first that is not given up by another ("not at 8 but at 9"). A bare number is a time only after a
    preposition and without a noun after it.
    """
    line = rewrite(text)
    given_up = None
    for place in _START.finditer(line.text):
        start = place.start()
        end, value = next(filter(None, (_read(form, line.text, start) for form in _FORMS)), (0, ""))
        if value:
            lead = preceding(_LEAD, line.text, start)
            said = Said(*line.locate(lead.start() if lead else start, end), value)
            if not preceding(_OLD, line.text, start):
                return said
            given_up = given_up or said
    return given_up


def read_clock(text: str) -> str | None:
    """Return the time "HH:MM" if the whole text is one, such as the answer to "at what time?": also "8" and "0815"."""
    alone = _ALONE.fullmatch(rewrite(text.strip()).text)
    time = _DIGITS_ALONE.sub(r"\1:\2", alone["time"]) if alone else ""
    found = (_read(form, time, 0, alone=True) for form in (*_FORMS, _BARE))
    return next((value for end, value in filter(None, found) if end == len(time)), None)


def _read(form: _Form, text: str, start: int, *, alone: bool = False) -> tuple[int, str] | None:
    """Return where a time of this form ends and its value; alone, whatever stands around it."""
    core = form.core.match(text, start)
    tail = _TAIL.match(text, core.end()) if core else None
    if not core or not tail or (form.marked and not (tail["meridiem"] or tail["when"])):
        return None
    if not alone and (
        (form.after and not form.after.match(text, tail.end()))
        or (form.only and not preceding(form.only, text, start))
        or (form.never and preceding(form.never, text, start))
    ):
        return None
    part = tail["meridiem"] or tail["when"] or _part_of_day(text)
    value = _value(core.groupdict(), part)
    return (tail.end(), value) if value else None


@lru_cache(16)
def _part_of_day(text: str) -> str:
    """Return the part of the day that is said anywhere, or nothing. Every time in a text asks for it."""
    said = _PART_OF_DAY.search(text)
    return said[1] if said else ""


def _value(said: dict[str, str | None], part: str) -> str:
    """Return the time of a form's groups in a part of the day as "HH:MM"; nothing if the clock has no such time."""
    noon = said.get("noon")
    hour = _number(said.get("hour")) if not noon else 12 if noon in _NOONS else 24
    minute = _number(said.get("minute"))
    if said.get("less"):
        hour, minute = (hour - 1 or 12), 60 - minute
    if not noon:
        hour = _turn(hour, part)
    return f"{hour % 24:02}:{minute:02}" if hour < (25 if noon else 24) and 0 <= minute < 60 else ""


def _number(word: str | None) -> int:
    return _HALVES.get(word or "") or int((word or "0").removeprefix("W"))


def _turn(hour: int, part: str) -> int:
    """Return the hour of 24 behind one of twelve in a part of the day; in the night the small hours stay."""
    night = re.search(r"night|noche", part)
    if part == "p" or re.search(r"afternoon|evening|soir|apres|tarde", part) or (night and hour > 4):
        hour = hour + 12 if 1 <= hour <= 11 else hour
    if hour == 12 and (night or part == "a" or re.search(r"evening|soir|morning|matin|madrugada", part)):
        return 0
    return hour
