"""Numbers that are nobody's: years, dates, references, amounts."""

from __future__ import annotations

import re

from bot.store.personal import cues
from bot.store.personal.rules import compiled

YEAR = r"(?:1[5-9]|20)\d\d"
_YEARS = rf"{YEAR}(?:[-–/]\d\d)?(?:(?:\s|\s?[-–/]\s?){YEAR}(?:[-–/]\d\d)?)*"
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
DATE = rf"(?:{_DAY}(?P<s>[./-]){_MONTH}(?P=s){YEAR}|{YEAR}(?P<t>[./-]){_MONTH}(?P=t){_DAY})"
GROUPED = r"\d{1,3}(?P<g>[ .'’])\d{3}(?:(?P=g)\d{3})*"
_COURT = r"[CTF]-\d{1,4}/\d\d(?: PPU| P)?"
"""A case of the Court of Justice of the European Union."""
_DOCKET = r"\d{1,5}[-/]\d{1,5}|\d{5,6}|\d\d-\d\d\.\d{3}|\d\d[A-Z]{1,2}\d{2,5}"
_DECIMAL = r"(?:\d\.\d{1,4}|\d\d\.\d{1,2})"
LONGEST_SPAN = 25
"""Characters of two dates and what joins them."""
_RANGE_END = r"[1-9]\d{0,2}(?:[ .'’]?\d{3})?"
_FORMS = (
    _YEARS,
    DATE,
    # A year and one number more: 616/2010, 2018-778, 2312 (2015), 27765/09.
    rf"{YEAR}[-/]\d{{1,3}}(?:/\d{{1,3}}){{0,2}}|\d{{1,3}}-{YEAR}|\d{{1,3}}\.\d{{3}}(?:/|\sde\s){YEAR}|\d{{1,4}}(?:/|\s\(){YEAR}|{YEAR}/\d{{1,4}}|\d{{3,5}}/\d\d",
    # Hours without a colon: 0800-1700.
    r"(?:[01]\d|2[0-3])(?:00|15|30|45)\s?[-–]\s?(?:[01]\d|2[0-3])(?:00|15|30|45)",
    # Days and a year, a decimal.
    rf"{_DECIMAL}(?:\s?[(–-]{{1,2}}\s?{_DECIMAL}){{1,2}}",
    rf"(?:{_DAY}[-/])?{_DAY}[\s/]{YEAR}|{YEAR}\s\d{{1,2}}|\d{{1,2}}\.\d+|\d{{1,2}}-\d{{1,2}}\s{YEAR}",
)


def dated(value: str) -> bool:
    """Tell whether a number is a date, or a year, or several."""
    return bool(compiled(rf"{DATE}|{YEAR}(?:[\s–/-]{{1,3}}{YEAR})*").fullmatch(value))


def referring(value: str) -> bool:
    """Tell whether a number is by its form a year, a date, a reference such as 616/2010, or a span of dates."""
    if any(compiled(form).fullmatch(value) for form in _FORMS):
        return True
    if len(value) > LONGEST_SPAN:
        return False
    date = compiled(DATE)
    spans = ((value[: sign.start()], value[sign.end() :]) for sign in compiled(r"\s?[-–]\s?|\s").finditer(value))
    return any(date.fullmatch(first) and date.fullmatch(last) for first, last in spans)


def amounting(value: str) -> bool:
    """Tell whether a number is by its form an amount: in thousands and round, or of seven digits, or a span of two."""
    ends = re.split(r"\s?[-–]\s?", value)
    grouped = compiled(GROUPED)
    value = compiled(r"(?<=[ '’]\d{3})[.,]\d\d$").sub("", value)  # its cents
    if len(ends) == 2:
        return all(grouped.fullmatch(end) and end.endswith("000") for end in ends)
    if grouped.fullmatch(value):
        return value[0] != "0" and (value.endswith("000") or len(value) == 9)
    return value.isdecimal() and value[0] != "0" and value.endswith("000")


def counting(value: str, text: str, end: int, plurals: bool = True) -> bool:
    """Tell whether a number, which ends there in the text, counts people, money or the like.

    Without `plurals` what it counts must be one of the units, or the number round.
    """
    ranged = compiled(rf"{_RANGE_END}\s?[-–]\s?{_RANGE_END}").fullmatch(value) is not None
    if not ranged and not compiled(rf"{GROUPED}|[1-9]\d*").fullmatch(value):
        return False
    if after := compiled(cues.UNIT).match(text[end : end + 40]):
        if not after["noun"]:
            return True
        # Nine digits before a plural may still be a telephone: "987654321 gracias".
        # And ten digits in a row are no amount.
        amount = value.endswith("000") or (plurals and not ranged and not (value.isdecimal() and len(value) > 8))
        if amount and after["noun"].lower() not in cues.NO_NOUNS:
            return True
    start = end - len(value)
    before = text[max(0, start - 50) : start]
    says = [
        cues.QUANTITY,
        cues.POPULATION,
        rf"(?i){cues.CURRENCY}\s?$",
        *([cues.ROUND] if value.endswith("000") else []),
    ]
    return any(compiled(pattern).search(before) for pattern in says)


def legal(text: str, start: int) -> bool:
    """Tell whether a number, which starts there in the text, is announced as one of law, of a work or of a page."""
    before = text[max(0, start - 60) : start]
    return any(compiled(pattern).search(before) for pattern in (cues.LEGAL, cues.WORK))


def _paged(value: str, text: str, start: int) -> bool:
    """Tell whether a number, which starts there in the text, is a span of pages or an electronic one of a volume."""
    ends = compiled(r"(\d{1,5})[-–](\d{1,5})").fullmatch(value)
    electronic = compiled(r"e\d{4,8}").fullmatch(value)
    if not electronic and not (ends and 0 < int(ends[2]) - int(ends[1]) < 200):
        return False
    return compiled(cues.VOLUME).search(text[max(0, start - 20) : start]) is not None


def _judged(value: str, text: str, start: int, end: int) -> bool:
    """Tell whether a number, which stands there in the text, is by its form and the words around a case in court."""
    if compiled(_COURT).fullmatch(value):
        return True
    before = text[max(0, start - 60) : start]
    around = before + " " + text[end : end + 40]
    if compiled(cues.OWNED).search(before):
        return False
    if compiled(r"1[0-5]\.\d{3}").fullmatch(value):
        return compiled(cues.INTER_AMERICAN).search(before) is not None
    if compiled(r"\d{8}").fullmatch(value):
        return compiled(cues.RULED).search(before) is not None
    if not compiled(_DOCKET).fullmatch(value):
        return False
    return compiled(cues.COURT).search(around) is not None


def cited(value: str, text: str, start: int, end: int) -> bool:
    """Tell whether a number, which stands there in the text, is a case in court, or the pages of a work."""
    return _judged(value, text, start, end) or _paged(value, text, start)
