"""Zones written as such: UTC+3, GMT-5, Europe/Paris."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_MINUS = "-−–"  # noqa: RUF001
_HOURS = rf"(?P<sign>[+{_MINUS}])\s?(?P<hours>\d{{1,2}})(?:(?P<mark>[:.,h]?)(?P<minutes>\d{{1,2}}))?"
OFFSET = re.compile(rf"(?<![\w/])(?:(?:UTC|GMT)\s?{_HOURS}|(?P<zero>UTC|GMT))(?![\w/]|[:.,]\d)", re.IGNORECASE)
"""An offset in a sentence."""
_BARE = re.compile(rf"(?:UTC|GMT)?\s*{_HOURS}", re.IGNORECASE)
IANA = re.compile(r"(?<![\w/])[A-Za-z]+(?:/[A-Za-z][\w+-]*)+")
"""What may be a name of the IANA database, to be looked up."""
# Places whose clock stands at an odd offset all year; where it does not, the winter's clock.
_ODD = {
    -570: "Pacific/Marquesas", -210: "America/St_Johns", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata",
    345: "Asia/Kathmandu", 390: "Asia/Yangon", 525: "Australia/Eucla", 570: "Australia/Darwin",
    630: "Australia/Lord_Howe", 765: "Pacific/Chatham",
}  # fmt: skip


@cache
def _iana() -> dict[str, str]:
    """Return the names of the IANA database by their small letters."""
    return {name.lower(): name for name in (files("tzdata") / "zones").read_text(encoding="utf-8").split()}


def iana(text: str) -> str | None:
    """Return the IANA name that is written in whatever case, a name with a slash, or None."""
    return _iana().get(text.lower().replace(" ", "_")) if "/" in text else None


def zone_of(text: str) -> tuple[str, str] | None:
    """Return how an offset is best written and its zone (`gmt +3` -> `UTC+3`, `Etc/GMT-3`), or None.

    The IANA database writes whole hours with the sign turned round, and has no others: those are given as the zone of
    a known place. What no clock shows (`UTC+15`, `UTC+5:10`) is None.
    """
    text = text.strip()
    if text.upper() in {"UTC", "GMT", "Z", "ZULU"}:
        return ("GMT" if text.upper() == "GMT" else "UTC"), "Etc/UTC"
    match = _BARE.fullmatch(text)
    if not match:
        return None
    minutes = _minutes(match["hours"], match["mark"], match["minutes"]) * (-1 if match["sign"] in _MINUS else 1)
    hours, rest = divmod(abs(minutes), 60)
    written = f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
    if rest:
        return (written, _ODD[minutes]) if minutes in _ODD else None
    if minutes == 0:
        return "UTC", "Etc/UTC"
    return (written, f"Etc/GMT{'-' if minutes > 0 else '+'}{hours}") if -12 <= minutes // 60 <= 14 else None


def _minutes(hours: str, mark: str | None, rest: str | None) -> int:
    """Return the minutes of an offset; after a point or a comma, 5, 25, 50 and 75 are parts of an hour."""
    if rest and mark in {".", ","} and rest in {"5", "25", "50", "75"}:
        return int(hours) * 60 + round(60 * float(f"0.{rest}"))
    return int(hours) * 60 + int(rest or 0)
