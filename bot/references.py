"""References: how people type them, how they are shown, and the line to cite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Translator
from bot.models import Agenda
from bot.words import fold

# The words that people put around a reference, folded, in the three languages.
_PRACTICE = {"practice", "practices", "pratique", "practica", "paragraph", "paragraphe", "parrafo", "item"}
_UNDERSTANDING = {"understanding", "understandings", "perception", "perceptions", "entendimiento", "entendimientos"}
_INTRODUCTION = {"introduction", "introduccion", "intro"}
_NAMING = {"chapter", "chapitre", "capitulo", "section", "seccion", "part", "partie", "parte", "chap", "ch", "sec"}
_FILLING = {
    "common",
    "commune",
    "communes",
    "comun",
    "comunes",
    "the",
    "of",
    "in",
    "from",
    "to",
    "number",
    "no",
    "n",
    "nr",
    "le",
    "la",
    "les",
    "l",
    "de",
    "du",
    "des",
    "d",
    "dans",
    "el",
    "los",
    "las",
    "del",
    "en",
    "numero",
    "num",
    "point",
    "punto",
    "and",
    "et",
    "y",
}
_PARTS = {"part", "partie", "parte"}
_PART_NUMBERS = {"1": "I", "2": "II", "3": "III"}
_ROMAN = {"i": "I", "ii": "II", "iii": "III"}
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN = re.compile(r"[\s.,;:#()\[\]/°º§–—-]*")


@dataclass(frozen=True, slots=True)
class Reference:
    """What somebody's reference names, whether or not it exists."""

    ref: str
    exists: bool
    within: str
    """The smallest section that exists and would hold it, or empty."""


def read(text: str, agenda: Agenda) -> Reference | None:
    """Return what a text names, if the whole text is a reference (`6a5`, `chapter 11`, `III.6(a), practice 5`).

    A reference that names a section is that section; only otherwise is its last number an item.
    """
    folded = fold(text).replace("'", " ").replace("’", " ")
    if len(folded) > 80 or _BETWEEN.fullmatch(_TOKEN.sub("", folded)) is None:
        return None
    part, item, path, named = "", 0, list[str](), False
    tokens = _TOKEN.findall(folded)
    while tokens:
        token = tokens.pop(0)
        if token in _PRACTICE and tokens and tokens[0].isdigit():
            item, named = int(tokens.pop(0)), True
        elif token in _UNDERSTANDING:
            part, named = "II", True
        elif token in _INTRODUCTION:
            part, named = "I", True
        elif token in _PARTS and tokens and tokens[0] in _PART_NUMBERS:
            part, named = _PART_NUMBERS[tokens.pop(0)], True
        elif token in _NAMING:
            named = True
        elif token in _ROMAN and not path:
            part = _ROMAN[token]
            named = named or part != "I" or bool(tokens)
        elif token.isdigit():
            path.append(str(int(token[:4])))
        elif len(token) == 1 and token.isalpha() and path and path[-1].isdigit() and not path[-1].isalpha():
            path.append(token)
        elif token not in _FILLING and token not in _PRACTICE:
            return None
    if not part and not path:
        return None
    return _resolve(part or "III", path, item, named or any(p.isalpha() for p in path), agenda)


def _resolve(part: str, path: list[str], item: int, named: bool, agenda: Agenda) -> Reference | None:
    if part == "II" and path:
        ref = f"II.{path[0]}"
        return Reference(ref, ref in agenda.items and len(path) == 1, "II")
    section, rest = part, list(path)
    while rest and f"{section}.{rest[0]}" in agenda.sections:
        section = f"{section}.{rest.pop(0)}"
    if not rest and not item:
        return Reference(section, True, section)
    if not rest or (len(rest) == 1 and rest[0].isdigit() and not item and section != part):
        ref = f"{section}#{item or rest[0]}"
        return Reference(ref, ref in agenda.items, section)
    if part == "III" and path[0] == "3" and len(path) > 2 and f"III.{path[1]}.{path[2]}" in agenda.sections:
        return _resolve(part, path[1:], item, named, agenda)  # 3.6.a is III.6.a to many
    if not named and section == part:
        return None  # "24 7" is no reference
    return Reference(".".join([part, *path]), False, section)


def label(ref: str, translator: Translator) -> str:
    """Return a reference as people read it: `III.6(a), practice 5`, `common understanding 4`, `Introduction 2`."""
    say = translator.say
    section, _, number = ref.partition("#")
    part, *path = section.split(".")
    if part == "II":
        return say("common understanding {number}", number=path[0]) if path else say("Part II")
    if part == "I":
        # TRANSLATORS: I.2#3 is the third paragraph of the second section of the introduction.
        if number:
            return say("Introduction {section}, paragraph {number}", section=path[0], number=number)
        return say("Introduction {section}", section=path[0]) if path else say("Introduction")
    if not path:
        return say("Part III")
    place = f"III.{path[0]}"
    for step in path[1:]:
        # TRANSLATORS: one step down the outline: III.6, then (a): III.6(a)
        place = say("{place}({step})", place=place, step=step)
    # TRANSLATORS: place is III.6(a)
    return say("{place}, practice {number}", place=place, number=number) if number else place


def cite(ref: str, translator: Translator) -> str:
    """Return the line to cite an item or a section by."""
    # TRANSLATORS: the document's title in this language; place is "III.6(a), practice 5"
    return translator.say(
        "International Agenda for Migration Management (IOM and Swiss Government, Berne Initiative, 2004), "
        "{place} (restated by iamm)",
        place=label(ref, translator),
    )


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def pack(refs: Sequence[str], agenda: Agenda) -> str:
    """Return items as two characters each, their place in the document in base 36, so that ten fit a button."""
    numbers = [agenda.numbers[ref] for ref in refs]
    return "".join(_DIGITS[number // 36] + _DIGITS[number % 36] for number in numbers)


def unpack(packed: str, agenda: Agenda) -> list[str]:
    """Return the items that `pack` packed; what is not of its making is left out."""
    order = list(agenda.items)
    pairs = (packed[i : i + 2] for i in range(0, len(packed) - 1, 2))
    numbers = (int(pair, 36) for pair in pairs if all(c in _DIGITS for c in pair))
    return [order[number] for number in numbers if number < len(order)]
