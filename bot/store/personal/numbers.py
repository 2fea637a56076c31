"""Numbers that stand for somebody: telephones, papers, files, accounts, cards."""

from __future__ import annotations

import re

from bot.store.personal import cues, ordinary
from bot.store.personal.ordinary import GROUPED, YEAR
from bot.store.personal.rules import Rule, compiled, words

_PLACEHOLDER = "[number]"
FEWEST = 5
"""Digits of the shortest number with signs between them that may be somebody's."""

_CUED = (
    rf"(?P<cue>(?i:\b(?<!-){cues.PAPERS}(?!\w)(?:[\s:.,#°º='’/-]{{1,3}}{cues.LINK}(?!\w)){{0,4}}[\s:.#°º=]{{1,3}}))"
    r"(?P<value>\w+(?:[\s./*-]{1,2}\w+){0,9}(?:\(\w\))?)"
)
# Digits, with signs between them as people write telephones, and an extension.
_CLUSTER = (
    r"(?<![\w#])[+(]{0,2}\d+(?:[\s.\-–/'’()·_*]{1,3}\d+)*"
    r"(?:,?\s?(?i:ext(?:ension)?|poste|interno|anexo|x)[.:]?\s?\d{1,6}\b)?(?![\w])"
)
# Of the United Nations, of the Spanish gazette.
_DOCUMENT = r"(?:[A-Z]+/(?:[A-Z]+[/.])*|BOE-[A-Z]-|\bhal-)$"
# Of the European Commission: COM(2020) 610. French laws: n° 2004-1248.
_COMMUNICATION, _LAW = rf"{YEAR}\)\s?\d{{1,4}}", rf"{YEAR}-\d{{4}}"
# Letters and digits in one word, or with signs between its parts.
_MIXED = r"(?<![\w#/])\w+(?:[-/.]\w+)*(?:\(\w\))?(?!\w)"
# An act of the European Union, one of the Spanish gazette, a press release of the United Nations; an amount.
_MIXED_ORDINARY = (
    r"[1-9](?:19|20)\d\d[A-Z]{1,2}\d{4}|BOE-[A-Z]-[\d-]+|(?:GA|SC|SG|DSG|ECOSOC)/(?:SM/)?\d{4,5}"
    r"|10\.\d{4,9}/.+|hal-\d{8}"
    rf"|(?i:{cues.CURRENCY}?\d+(?:{cues.CURRENCY}|km²?|m2|ha|k|m|bn|h)?)"
)

_SPOKEN = words(
    "zero oh one two three four five six seven eight nine ten double triple zéro un deux trois quatre "
    "cinq sept huit neuf "
    "dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cero uno dos "
    "tres cuatro cinco "
    "seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta cincuenta sesenta "
    "setenta ochenta "
    "noventa"
)


def _digits(text: str) -> int:
    return sum(c.isdecimal() for c in text)


def _cluster(match: re.Match[str]) -> str | None:
    """Take out a number unless something shows that it is nobody's."""
    value, text, start, end = match[0], match.string, match.start(), match.end()
    if _digits(value) < FEWEST:
        return None
    # A year before another number is none of its digits.
    if parted := compiled(rf"{YEAR} (?P<rest>{GROUPED}|\d{{5,6}})").fullmatch(value):
        rest = parted["rest"]
        if ordinary.counting(rest, text, end) or ordinary.amounting(rest):
            return None
    personal = compiled(cues.PERSONAL).search(text[max(0, start - 40) : start]) is not None
    shortest = 6 if value.isdecimal() else FEWEST if personal else 7
    if _digits(value) < shortest or ordinary.legal(text, start) or ordinary.counting(value, text, end):
        return None
    if personal:
        # "text of decree 616/2010", but "call 2012-3456".
        return None if ordinary.dated(value) or ("/" in value and ordinary.referring(value)) else _PLACEHOLDER
    return None if _impersonal(value, text, start, end) else _PLACEHOLDER


def _impersonal(value: str, text: str, start: int, end: int) -> bool:
    """Tell whether a number, which stands there in the text, refers to a document or is an amount."""
    before, bare = text[max(0, start - 40) : start], value.lstrip("(")
    if compiled(_DOCUMENT).search(before) or ordinary.referring(bare) or ordinary.cited(bare, text, start, end):
        return True
    # Its last part belongs to an amount: "2015/2020 44,916".
    if compiled(r",\d{3}(?!\d)").match(text, end) and ordinary.referring(bare.rpartition(" ")[0]):
        return True
    if compiled(cues.NUMBERED).search(before):
        return compiled(_LAW).fullmatch(value) is not None
    return ordinary.amounting(value) or compiled(_COMMUNICATION).fullmatch(value) is not None


def _mixed(match: re.Match[str]) -> str | None:
    """Take out a word of letters and digits that has the digits of a document."""
    value = match[0]
    count, letters = _digits(value), sum(c.isalpha() for c in value)
    if not letters or count < 5 or compiled(_MIXED_ORDINARY).fullmatch(value):
        return None
    text, start = match.string, match.start()
    if ordinary.legal(text, start) or ordinary.cited(value, text, start, match.end()):
        return None
    few = letters <= 3
    personal = (
        max(len(run) for run in re.findall(r"\d+", value)) >= 5
        or (few and value.isalnum() and not compiled(YEAR).match(value))
        or (few and count >= 7 and not compiled(rf"(?<!\d){YEAR}(?!\d)").search(value))
    )
    return _PLACEHOLDER if personal else None


def _cued(match: re.Match[str]) -> str | None:
    """Take out the number that an announcement is followed by, if it is one."""
    value = _number(match["value"])
    beside = _digits(compiled(rf"(?<!\w){YEAR}(?!\w)").sub("", value))  # a year says nothing of anybody
    file = _digits(value) > 4 and "/" in value and compiled(cues.FILES).search(match["cue"])
    if beside < (1 if file else 4):
        return None
    end = match.start("value") + len(value)
    plurals = value.isdecimal() and len(value) < 6
    if ordinary.counting(value, match.string, end, plurals) or ordinary.dated(value):
        return None
    if ordinary.cited(value, match.string, match.start("value"), end):
        return None
    return match["cue"] + _PLACEHOLDER + match["value"][len(value) :]


def _number(text: str) -> str:
    """Return the beginning of a text that is a number: parts with digits, and capitals or parts with signs between."""
    parts = re.split(r"([\s./*-]{1,2})", text)
    size = 0
    for position in range(0, len(parts), 2):
        word, sign = parts[position], parts[position - 1] if position else ""
        capitals = word.isupper() and len(word) <= 8
        if any(c.isdecimal() for c in word):
            size = position + 1
        elif not capitals and (not sign or sign.isspace()):
            break
        elif size and position == size + 1 and len(word) <= 3:
            size = position + 1  # a letter at the end, as of a DNI
    return "".join(parts[:size])


SPELLED = Rule(rf"(?i)\b{_SPOKEN}(?:[\s,-]{{1,2}}(?:et-|y\s)?{_SPOKEN}){{5,20}}\b", _PLACEHOLDER)
"""A number in words: six of them and more."""

RULES = (
    # Bank accounts: the country, two digits, and groups.
    Rule(r"(?<!\w)[A-Za-z]{2}\d{2}(?:\s?[A-Z\d]{3,4}){3,8}(?:\s?[A-Z\d]{1,3})?(?!\w)", _PLACEHOLDER),
    Rule(
        r"(?<!\w)[A-Za-z]{2}\d{10,30}(?!\w)|(?<!\w)[A-Z]{2}\d{2}(?=\s?\d{3})\d{0,26}(?:\s\d{3,26}){0,8}(?!\w)",
        _PLACEHOLDER,
    ),
    # United Kingdom: national insurance.
    Rule(r"(?i)(?<!\w)[a-z]{2}\s?\d\d\s?\d\d\s?\d\d\s?[a-d](?!\w)", _PLACEHOLDER),
    # India: PAN.
    Rule(r"(?<!\w)[A-Z]{5}\d{4}[A-Z](?!\w)", _PLACEHOLDER),
    # France: social security of people born in Corsica.
    Rule(r"(?<!\w)[12]\s?\d\d\s?\d\d\s?2[AB](?:\s?\d{3}){2}(?:\s?\d\d)?(?!\w)", _PLACEHOLDER),
    # Spain: NIE.
    Rule(r"(?i)(?<!\w)[xyz][\s.-]?\d{7}[\s.-]?[a-z](?!\w)", _PLACEHOLDER),
    # Italy: fiscal code, also with spaces.
    Rule(r"(?i)(?<!\w)[a-z]{3}\s?[a-z]{3}\s?\d\d[a-z]\d\d\s?[a-z]\d{3}[a-z](?!\w)", _PLACEHOLDER),
    # United States: A-number.
    Rule(r"(?i)(?<!\w)a[\s#-]{0,2}\d{3}[\s-]?\d{3}[\s-]?\d{2,3}(?!\w)", _PLACEHOLDER),
    # Myanmar: NRC.
    Rule(r"(?<!\w)\d{1,2}/[A-Za-z]{6,9}\([A-Z]\)\s?\d{6}(?!\w)", _PLACEHOLDER),
    # What is said to be a paper, a file, an account.
    Rule(_CUED, _PLACEHOLDER, _cued),
    # Passports, receipts, cards in one word.
    Rule(_MIXED, _PLACEHOLDER, _mixed),
    # Venezuela: a letter before a number with dots.
    Rule(r"(?<!\w)[A-Z][\s-]\d{1,2}\.\d{3}\.\d{3}(?!\w)", _PLACEHOLDER),
    # Telephones, cards and the papers of most countries: any number of seven digits that is not an ordinary one.
    Rule(_CLUSTER, _PLACEHOLDER, _cluster),
    Rule(r"#\d{5,20}\b", _PLACEHOLDER),
)
