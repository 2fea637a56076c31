"""The words of clock times and of days, and a text rewritten so that each is one sign."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.words import flatten

SHORTEST = 5
"""Letters of the shortest word in which a typing error is forgiven."""
NEARBY = 60
"""Characters before a time or a day among which the small words stand that say what it is."""

# Folded. A line counts from 0, 20 or 30; a stroke parts ways of writing the same number.
_COUNTED = {
    0: (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
        "zero un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        "cero uno|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
        "diecisiete dieciocho diecinueve veinte veintiuno|veintiuna veintidos veintitres veinticuatro veinticinco "
        "veintiseis veintisiete veintiocho veintinueve",
    ),
    20: ("twenty", "vingt"),
    30: ("thirty", "trente", "treinta"),
    40: ("forty|fourty", "quarante", "cuarenta"),
    50: ("fifty", "cinquante", "cincuenta"),
}
NUMBERS = {
    way: start + place
    for start, lines in _COUNTED.items()
    for line in lines
    for place, ways in enumerate(line.split())
    for way in ways.split("|")
}
# A stroke parts ways of writing that are more than a letter off.
_DAYS = (
    "monday tuesday wednesday|wensday|wendsday thursday friday saturday sunday",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
)
SHORT_DAYS = {
    way: place
    for line in (
        "mon tue|tues wed|weds thu|thur|thurs fri sat sun",
        "lun mar mer jeu ven sam dim",
        "lun mar mie jue vie sab dom",
    )
    for place, ways in enumerate(line.split(), start=1)
    for way in ways.split("|")
}
# What each word is rewritten as, in capitals, which no folded text has: a number W7, a day S1, days P1.
_SIGNS = {word: f"W{number}" for word, number in NUMBERS.items()}
for _line in _DAYS:
    for _place, _ways in enumerate(_line.split(), start=1):
        for _way in _ways.split("|"):
            _SIGNS[_way] = f"S{_place}"
            if not _way.endswith("s"):  # lunes is one and many
                _SIGNS[f"{_way}s"] = f"P{_place}"
# Words in their own right that are a letter away from one of those.
_OTHERS = frozenset(
    re.findall(
        r"\w+",
        "cuadro cuarto cuanto dominio domino douce eighth eighty elever eleves eleve fifth fort forte forth jueces "
        "lanes lines lunas lune lungs mari marte mares marts mortes nieve nueva nuevo nuevas nuevos seen sever siege "
        "site size sixty there these threw trace tree treve trous vente vieres vingts",
    )
)
_NEAR = defaultdict[tuple[str, int], list[str]](list)
for _word in _SIGNS:
    if len(_word) >= SHORTEST:
        for _length in (-1, 0, 1):
            _NEAR[_word[0], len(_word) + _length].append(_word)

_WORD = re.compile(r"[^\W\d_]{2,}")
# "Once" is eleven in Spanish and no time in English.
_ONCE_AFTER = re.compile(r"\blas?\s+$")
_ONCE_BEFORE = re.compile(r"\s+(?:[ym]|menos|de\s+la|en\s+punto|[ap]\.?\s?m\b|h\b|horas)")
_JOINED = re.compile(r"[\s-]+(?:(et|y|and)[\s-]+)?")
_MARKS = str.maketrans("’ʼ´`‑", "''''-")


@dataclass(frozen=True, slots=True)
class Line:
    """A text with its numbers and days as signs, and where each letter of it stood."""

    text: str
    starts: list[int]
    ends: list[int]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text behind a span that is not empty."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(1000)
def _read(word: str) -> str:
    """Return the sign of a word, one wrong letter forgiven (not the first), or nothing."""
    sign = _SIGNS.get(word)
    if sign or word in _OTHERS:
        return sign or ""
    near = _NEAR.get((word[0], len(word)), ())
    return next((_SIGNS[known] for known in near if OSA.distance(word, known, score_cutoff=1) <= 1), "")


def preceding(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """Return what stands right before a place of a text; the pattern ends with `$`, and is of NEARBY characters."""
    return pattern.search(text, max(0, end - NEARBY), end)


def _is_eleven(text: str, start: int, end: int) -> bool:
    alone = text.strip(" .!?") == "once"
    return alone or bool(preceding(_ONCE_AFTER, text, start) or _ONCE_BEFORE.match(text, end))


def _join(tens: tuple[str, str], between: str, sign: str) -> str:
    """Return the sign of a number of two words (`vingt et une`, `dix-huit`, `treinta y cinco`), or nothing."""
    word, tens_sign = tens
    joined = _JOINED.fullmatch(between)
    if not joined or tens_sign[0] != "W" or sign not in {f"W{unit}" for unit in range(1, 10)}:
        return ""
    first, unit, link = int(tens_sign[1:]), int(sign[1:]), joined[1]
    whole = {None: first >= 20, "et": first >= 20 and unit == 1, "y": first >= 30}.get(link, False)
    if (whole and first % 10 == 0) or (word == "dix" and not link and unit >= 7):
        return f"W{first + unit}"
    return ""


def rewrite(text: str) -> Line:
    """Return a text folded, each number (`siete` -> `W7`) and day (`lunes` -> `S1`, `lundis` -> `P1`) as a sign."""
    flat = flatten(text).translate(_MARKS)
    found: list[tuple[int, int, str, str]] = []
    for match in _WORD.finditer(flat):
        start, end = match.span()
        word = match.group()
        sign = _read(word)
        if not sign or (word == "once" and not _is_eleven(flat, start, end)):
            continue
        if found:
            first, last, *tens = found[-1]
            joined = _join((tens[0], tens[1]), flat[last:start], sign)
            if joined:
                found[-1] = first, end, "", joined
                continue
        found.append((start, end, word, sign))
    pieces, starts, ends, done = list[str](), list[int](), list[int](), 0
    for start, end, _, sign in [*found, (len(flat), len(flat), "", "")]:
        pieces += flat[done:start], sign
        starts += [*range(done, start), *[start] * len(sign)]
        ends += [*range(done + 1, start + 1), *[end] * len(sign)]
        done = end
    return Line("".join(pieces), starts, ends)
