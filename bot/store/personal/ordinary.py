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
_RANGE_END = r"[1-9]\d{0,2}(?:[ .'’]?\d{3})?"
_FORMS = (
    _YEARS,
    DATE,
    # A year and one number more: 616/2010, 2018-778, 2312 (2015), 27765/09.
    rf"{YEAR}[-/]\d{{1,3}}|\d{{1,3}}-{YEAR}|\d{{1,4}}(?:/|\s\(){YEAR}|{YEAR}/\d{{1,4}}|\d{{3,5}}/\d\d",
    # Hours without a colon: 0800-1700.
    r"(?:[01]\d|2[0-3])(?:00|15|30|45)\s?[-–]\s?(?:[01]\d|2[0-3])(?:00|15|30|45)",
    # Days and a year, a decimal.
    rf"(?:{_DAY}[-/])?{_DAY}[\s/]{YEAR}|{YEAR}\s\d{{1,2}}|\d{{1,2}}\.\d+|\d{{1,2}}-\d{{1,2}}\s{YEAR}",
)


def dated(value: str) -> bool:
    """Tell whether a number is a date, or a year, or several."""
    return bool(compiled(rf"{DATE}|{YEAR}(?:[\s–/-]{{1,3}}{YEAR})*").fullmatch(value))


def referring(value: str) -> bool:
    """Tell whether a number is by its form a year, a date, a reference such as 616/2010, or a span of dates."""
    if any(compiled(form).fullmatch(value) for form in _FORMS):
        return True
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
    return value.isdigit() and value[0] != "0" and value.endswith("000")


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
        amount = value.endswith("000") or (plurals and not ranged and len(value) != 9)
        if amount and after["noun"].lower() not in cues.NO_NOUNS:
            return True
    start = end - len(value)
    before = text[max(0, start - 20) : start]
    says = [cues.QUANTITY, rf"(?i){cues.CURRENCY}\s?$", *([cues.ROUND] if value.endswith("000") else [])]
    return any(compiled(pattern).search(before) for pattern in says)


def legal(text: str, start: int) -> bool:
    """Tell whether a number, which starts there in the text, is announced as one of law or of a page."""
    return bool(compiled(cues.LEGAL).search(text[max(0, start - 40) : start]))
