"""Days of the week, as people write them in English, French or Spanish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.times_words import SHORT_DAYS, preceding, rewrite

_WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class SaidDays:
    """Days of the week, 1 Monday to 7 Sunday in order, and their half-open span in the text."""

    start: int
    end: int
    value: tuple[int, ...]


# All patterns are for rewritten text: S1 is a day, P1 days, W7 a number that was spelled out.

_SHORT = "|".join(SHORT_DAYS)
_HINT = re.compile(rf"[SP][1-7]|da[iy]|dia|jour|quotid|week|semai?n|\b(?:tlj|{_SHORT})\b")
_DAY = rf"(?:[SP][1-7]|{_SHORT})\b(?!')"
_EVERY_DAY = r"""(?:(?:every|evry|each)\s+(?:single\s+)?day|all\s+days|everyday|daily
    |tou[ts]\s+les\s+jours|chaque\s+jour|tlj
    |quotidien(?:nement|ne)?|todos\s+los\s+dias|cada\s+dia|a\s+diario|diari(?:amente|[ao]))\b
    (?:\s+(?:of\s+the|de\s+la)\s+(?:week|semaine|semana)\b)?|W?7\s+(?:days\s+a\s+week|jours\s+sur\s+W?7)\b"""
_WORKDAYS = r"""(?:(?:week|work(?:ing)?|business)[\s-]?days?|jours?\s+(?:ouvrables?|ouvres?|de\s+(?:la\s+)?semaine)
    |en\s+semaine|dias?\s+(?:laborables?|habiles?|de\s+semana|de\s+trabajo)|entre\s+semana)\b"""
_WEEKEND = r"(?:week[\s-]?ends?|fins?\s+de\s+semaines?|fin(?:es)?\s+de\s+semanas?)\b"
_RANGE = rf"""(?:between|entre)\s+(?:el\s+|le\s+)?{_DAY}\s+(?:and|et|y)\s+(?:el\s+|le\s+)?{_DAY}
    |(?:(?:from|du|del?|desde)\s+(?:el\s+|le\s+)?)?{_DAY}
    (?:\s*[-–—]\s*|\s+(?:to|thru|through|until|till|au|al?|hasta(?:\s+el)?|jusqu'au)\s+){_DAY}"""
_ITEM = rf"(?:(?:{_RANGE})|{_DAY}|{_WORKDAYS}|{_WEEKEND})"
_PIECE = re.compile(
    rf"(?P<range>{_RANGE})|(?P<workdays>{_WORKDAYS})|(?P<weekend>{_WEEKEND})|(?P<day>{_DAY})", re.VERBOSE
)
_MARKS = (
    r"(?:(?:on|every|each|only|just|the|all|at|over|during|chaque|en|les?|tous|toutes|durant|pendant|seulement"
    r"|uniquement|cada|los|el|todos|durante|solo|solamente)\s+)"
)
_AGAIN = r"(?:(?:on|every|each|the|chaque|les?|tous|toutes|cada|el|los|todos)\s+){0,4}"
_AND = r"(?:\s*[,/&+]\s*(?:(?:and|et|y)\s+)?|\s+(?:and|et|y|e|plus|ainsi\s+que)\s+)"
_EXCEPT = r"""(?:(?P<firm>skip(?:ping)?|sautez?|salta|quita|except(?:ing)?(?:\s+for)?
    |excluding|but|apart\s+from|other\s+than|without|never
    |sauf|hormis|excepte|hors|a\s+part|jamais|sans|menos|excepto|salvo|sin|nunca|plus(?=\s+les?\s)|a\s+excepcion\s+de|a\s+l'exception\s+d(?:e|u|es))
  | (?P<instead>instead\s+of|rather\s+than|au\s+lieu\s+d(?:e|u|es)|plutot\s+que|en\s+(?:vez|lugar)\s+de)
  | (?:not|no|pas|rien|nada(?!\s+mas)|nothing|don'?t)(?:\s+(?!on\b|le\b|les\b|los\b)[^\W\d_]+){0,3}?)\s+"""
_DAYS = re.compile(
    rf"(?<![\w'-])(?P<but>{_EXCEPT})?(?P<marks>{_MARKS}{{0,5}})"
    rf"(?:(?P<all>{_EVERY_DAY})|(?P<list>{_ITEM}(?:{_AND}{_AGAIN}{_ITEM})*))(?P<no>,?\s+(?:(?:ya\s+)?non?(?:\s+mas)?\s*(?:[.!,]|$)|off\b))?",
    re.VERBOSE,
)
# A day after or before one of these is a date.
_DATE_BEFORE = re.compile(
    r"\b(?:until|till?|by|next|last|this|since|before|after|starting|beginning|from|jusqu'(?:au|a)|jusque|depuis|des|avant|apres"
    r"|partir|ce|cet|hasta|desde|antes|despues|este|proximo|pasado)\s+(?:(?:on|the|le|el|de|du|del)\s+)*$"
)
_DATE_AFTER = re.compile(
    r"\s+(?:next|last|prochain|suivant|dernier|proximo|pasado|siguiente|que\s+viene"
    r"|(?:the\s+)?\d{1,2}(?:st|nd|rd|th|er)?\s+(?:of\s+|de\s+)?(?:jan|ene|fe[bv]|mar|a[pvb]r|may|mai|ju[nil]|aou|ago|aug|se[pt]"
    r"|oct|nov|d[ei]c))"
)
# "every day and not just on weekdays": what follows is no exception.
_NOT_JUST = re.compile(r"\b(?:not|pas|no)\s+(?:just|only|juste|seulement|solo|solamente)\b")
_MARKED = re.compile(
    r"\b(?:on|every|each|only|just|all|chaque|les?|tous|cada|los|todos|seulement|uniquement|solo|solamente)\b"
)
_WEEKENDS = re.compile(r"ends|fins|fines")
_ON_WEEKEND = re.compile(r"\b(?:at|el|en)\b")
# "daily" says when at the end of a phrase; before a noun it names the thing, unless it is one of many.
_FREE = re.compile(
    r"\s*(?:$|[,;:!?.)])|\s+(?:W?\d|at|in|on|about|around|from|for|to|please|with|by|but|except|not|and|a|vers|sur|pour|en|sauf|sobre"
    r"|para|a\s+las?|por\s+favor|menos|svp|s'il|de|du|les?|los)\b"
)
_ONE_OF_MANY = re.compile(r"\b(?:an?|some|W?1)\s+(?:[^\W\d_]+\s+)?$")
_NAMED = re.compile(r"\b(?:the|my|your|this|that|our|le|la|el|mi|tu|su|ma|mon|cette|ce|esta|este)\s+(?:[^\W\d_]+\s+)?$")
_NUMBERED = re.compile(r"\d\s+$")
# What may stand between days and their exceptions: nothing, or a time.
_GAP = re.compile(
    r"[\s,;]*(?:(?:(?:at|around|vers|sobre|a)\s+)?(?:las?\s+)?W?\d{1,2}(?:[:.h]?\d\d|\s?[ap]\.?\s?m\b\.?"
    r"|\s?h(?:eures|oras|rs)?\b)*)?[\s,;]*(?:and|et|y|pero|mais|but)?\s*"
)


@dataclass(frozen=True, slots=True)
class _Part:
    """Days said in one go, or excepted."""

    start: int
    end: int
    days: frozenset[int]
    excepted: bool
    instead: bool


def find_days(text: str) -> SaidDays | None:
    """Return the days of the week on which a text says that something happens, less those that it excepts.

    A single day is a day of every week only with a word for it ("on", "le", "los"), in the plural or in a list;
    "until Monday" and "lundi prochain" are dates, "the daily practice" is a name.
    """
    line = rewrite(text)
    if not _HINT.search(line.text):
        return None
    parts = list(_read_parts(_NOT_JUST.split(line.text)[0]))
    said = [part for part in parts if not part.excepted]
    # "every day from Monday to Friday" is said twice and means the narrower.
    said = [part for part in said if part.days != _WEEK] or said
    excepted = frozenset[int]().union(*(part.days for part in parts if part.excepted))
    if not said and (not excepted or any(part.instead for part in parts)):
        return None
    days = (frozenset[int]().union(*(part.days for part in said)) if said else _WEEK) - excepted
    if not days:
        return None
    return SaidDays(*line.locate(*_span(parts, (said or parts)[0], line.text)), tuple(sorted(days)))


def find_named_days(text: str) -> tuple[int, ...]:
    """Return the days that a text names in any way, dates aside: for sentences that are known to set days."""
    rewritten = rewrite(text).text
    named = [m for m in re.finditer(_DAY, rewritten) if not preceding(_DATE_BEFORE, rewritten, m.start())]
    named = [match for match in named if not _DATE_AFTER.match(rewritten, match.end())]
    # A short name alone is more likely another word: "mon fuseau".
    told = named if len(named) > 1 else [match for match in named if match.group()[0] in "SP"]
    return tuple(sorted({_number(match.group()) for match in told}))


def _read_parts(text: str) -> Iterator[_Part]:
    """Yield what a rewritten text says of days, in order."""
    before = None
    for match in _DAYS.finditer(text):
        if not (_is_every_day(match, text) if match["all"] else _is_list(match, text)):
            continue
        days = _WEEK if match["all"] else _read_list(match["list"])
        excepted = bool(match["no"] or match["but"])
        if (match["but"] or "").strip() == "but":  # excepts from what was just said, or corrects: "not Mondays but..."
            if before is None:
                continue
            excepted = not before.excepted and days < before.days
        before = _Part(match.start(), match.end(), days, excepted, bool(match["instead"]))
        yield before


def _is_every_day(match: re.Match[str], text: str) -> bool:
    """Whether "every day" and its like say when, and do not name the thing (`the daily practice`)."""
    said, start = match["all"], match.start("all")
    if not re.fullmatch(r"daily|everyday|quotidien(?:ne)?|diari[ao]", said):
        return True
    if said in {"daily", "everyday"}:
        free = bool(_FREE.match(text, match.end())) and not preceding(_NAMED, text, start)
        return free or (said == "daily" and bool(preceding(_ONE_OF_MANY, text, start)))
    return bool(preceding(_ONE_OF_MANY, text, start))


def _is_list(match: re.Match[str], text: str) -> bool:
    """Whether days are days of every week, and neither a date nor a number of days."""
    if preceding(_DATE_BEFORE, text, match.start("list")) or _DATE_AFTER.match(text, match.end()):
        return False
    pieces = list(_PIECE.finditer(match["list"]))
    marked = bool(match["firm"] or _MARKED.search(match["marks"]))
    if any(piece["range"] for piece in pieces):
        return marked or "S" in match["list"] or "P" in match["list"] or match["list"].startswith(("mon", "lun"))
    if any(piece["workdays"] for piece in pieces):
        # "30 jours ouvrables" are a number of days; before "en semaine" a number belongs to something else.
        counted = not match["list"].startswith(("en ", "entre "))
        return not (counted and preceding(_NUMBERED, text, match.start("list")))
    if any(piece["weekend"] for piece in pieces):
        return marked or len(pieces) > 1 or bool(_WEEKENDS.search(match["list"]) or _ON_WEEKEND.search(match["marks"]))
    if not re.search(r"[SP]\d", match["list"]):
        return len(pieces) > (1 if marked else 2)
    return marked or len(pieces) > 1 or match["list"].startswith("P")


def _read_list(text: str) -> frozenset[int]:
    """Return the days of a list of days, ranges and parts of the week."""
    days = set[int]()
    for piece in _PIECE.finditer(text):
        if piece["range"]:
            first, last = (_number(day) for day in re.findall(_DAY, piece.group()))
            days |= {(first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1)}
        else:
            days |= {6, 7} if piece["weekend"] else set(range(1, 6)) if piece["workdays"] else {_number(piece.group())}
    return frozenset(days)


def _number(day: str) -> int:
    return SHORT_DAYS.get(day) or int(day[1:])


def _span(parts: list[_Part], first: _Part, text: str) -> tuple[int, int]:
    """Return the span of a part and of those that adjoin it, with no more than a time between."""
    start, end = first.start, first.end
    for part in parts:
        if part.start >= end and _GAP.fullmatch(text, end, part.start):
            end = part.end
    for part in reversed(parts):
        if part.end <= start and _GAP.fullmatch(text, part.end, start):
            start = part.start
    return start, end
