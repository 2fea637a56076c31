"""References: how people type them, how they are shown, and the line to cite."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.i18n import Translator
from bot.models import Agenda
from bot.words import flatten, fold

# The words that people put around a reference, folded, in the three languages.
_PRACTICE = {
    "practice", "practices", "practise", "pratique", "pratiques", "practica", "practicas", "paragraph", "paragraphe",
    "parrafo", "item",
}  # fmt: skip
_NUMBERED = {"number", "no", "n", "nr", "numero", "num"}
_UNDERSTANDING = {"understanding", "understandings", "perception", "perceptions", "entendimiento", "entendimientos"}
_INTRODUCTION = {"introduction", "introduccion", "intro"}
_CHAPTER = {"chapter", "chapters", "chapitre", "chapitres", "capitulo", "capitulos", "chap", "ch", "cap"}
_PARTS = {"part", "partie", "parte"}
_NAMING = {"section", "sections", "seccion", "secciones", "sec", *_CHAPTER, *_PARTS}
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
_PART_NUMBERS = {"1": "I", "2": "II", "3": "III"}
_ROMAN = {"i": "I", "ii": "II", "iii": "III"}
# Numbers in words and in Roman figures, read where a number of a place is due.
_WORDS = """
one first un une premier premiere uno una primero primera i|two second deux deuxieme seconde dos segundo segunda ii
three third trois troisieme tres tercero tercera tercer iii|four fourth quatre quatrieme cuatro cuarto cuarta iv
five fifth cinq cinquieme cinco quinto quinta v|six sixth sixieme seis sexto sexta vi
seven seventh sept septieme siete septimo septima vii|eight eighth huit huitieme ocho octavo octava viii
nine ninth neuf neuvieme nueve noveno novena ix|ten tenth dix dixieme diez decimo decima x
eleven eleventh onze onzieme once undecimo xi|twelve twelfth douze douzieme doce duodecimo xii
thirteen thirteenth treize treizieme trece xiii|fourteen fourteenth quatorze quatorzieme catorce xiv
fifteen fifteenth quinze quinzieme quince xv|sixteen sixteenth seize seizieme dieciseis xvi
seventeen seventeenth diecisiete xvii|eighteen eighteenth dieciocho xviii|nineteen nineteenth diecinueve xix
twenty twentieth vingt vingtieme veinte xx
"""
_NUMBERS = {
    word: str(number) for number, words in enumerate(re.split(r"[|\n]", _WORDS.strip()), 1) for word in words.split()
}
_COMPOUND = re.compile(r"\bdix[ -](sept|huit|neuf)\b")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th|eme)\b(?:\s+(practice|pratique|practica)\b)?")
# "number 4 of 13.d", "la 4 del 13.d": the fourth practice of it.
_NTH_OF = re.compile(
    r"\b(?:(?:number|no|numero|num|n|the|la|le|el|lo)\W{0,2})?(\d{1,2})(?:e|eme)?\s+(?:(?:pratique|practica|practice)\s+)?"
    r"(?:of|in|from|del?|du|dans|en)(?:\s+(?:the|la|le|el|section|seccion))*\s+(?=(?:iii\W)?\d{1,2}\W?[a-g]\b)"
)
_TEENS = {"sept": "17", "huit": "18", "neuf": "19"}
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CLOCK = re.compile(r"\s*\d{1,2}\s*[:hH]\s*\d\d\s*")
_GOES_ON = re.compile(r"\s?[.#]\s?\d")
_LONGEST = 12
"""Tokens of a reference inside a sentence."""
_BETWEEN = re.compile(r"[\s.,;:#()\[\]/°º§–—-]*")


@dataclass(frozen=True, slots=True)
class Reference:
    """What somebody's reference names, whether or not it exists."""

    ref: str
    exists: bool
    within: str
    """The smallest section that exists and would hold it, or empty."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference inside a sentence, and where it stands."""

    start: int
    end: int
    reference: Reference


def read(text: str, agenda: Agenda) -> Reference | None:
    """Return what a text names, if the whole text is a reference (`6a5`, `chapter 11`, `III.6(a), practice 5`).

    A reference that names a section is that section; only otherwise is its last number an item.
    """
    if _CLOCK.fullmatch(text):
        return None
    folded = fold(text).replace("'", " ").replace("’", " ")
    folded = _COMPOUND.sub(lambda match: _TEENS[match[1]], folded)
    folded = _NTH_OF.sub(r"practice \1 of ", folded)
    folded = _ORDINAL.sub(lambda match: f"{match[2]} {match[1]}" if match[2] else match[1], folded)
    if len(folded) > 80 or _BETWEEN.fullmatch(_TOKEN.sub("", folded)) is None:
        return None
    part, item, path, named, before = "", 0, list[str](), False, ""
    tokens = _TOKEN.findall(folded)
    while tokens:
        token = tokens.pop(0)
        while token in _PRACTICE and tokens and tokens[0] in _NUMBERED:
            tokens.pop(0)
        due = tokens[0] if tokens else ""
        if token in _PRACTICE and (due.isdecimal() or due in _NUMBERS):
            item, named = int(_NUMBERS.get(due, due)), True
            tokens.pop(0)
        elif token in _NUMBERS and due in _PRACTICE:
            item, named = int(_NUMBERS[token]), True
        elif token in _UNDERSTANDING:
            part, named = "II", True
        elif token in _INTRODUCTION:
            part, named = "I", True
        elif token in _PARTS and _NUMBERS.get(due, due) in _PART_NUMBERS:
            part, named = _PART_NUMBERS[_NUMBERS.get(due, due)], True
            tokens.pop(0)
        elif (
            token in _NUMBERS
            and not (token in _ROMAN and due.isdecimal())
            and (before in _NAMING | _UNDERSTANDING or due in _CHAPTER | _UNDERSTANDING)
        ):
            path.append(_NUMBERS[token])
        elif token in _NAMING:
            named = True
        elif token in _ROMAN and not path:
            part = _ROMAN[token]
            named = named or part != "I" or bool(tokens)
        elif token.isdecimal():
            path.append(str(int(token[:4])))
        elif len(token) == 1 and token.isalpha() and path and path[-1].isdecimal():
            path.append(token)
        elif token not in _FILLING and token not in _PRACTICE:
            return None
        before = before if token in _FILLING else token
    if not part and not path:
        return None
    return _resolve(part or "III", path, item, named or any(p.isalpha() for p in path), agenda)


def find(text: str, agenda: Agenda) -> Mention | None:
    """Return the first reference that a sentence holds, at its longest (`save practice 5 of 6.a for me`).

    A number alone is none: what names a place (`chapter`, `6.a`, `III.6`) has to stand with it.
    """
    flat = flatten(text)
    tokens = [m.span() for m in _TOKEN.finditer(flat)]
    missing = None
    for first, (start, _) in enumerate(tokens):
        if not _opens(flat, *tokens[first]):
            continue
        for token_start, token_end in reversed(tokens[first : first + _LONGEST]):
            # A closing bracket belongs to the reference: "III.6(a)"
            end = token_end + (flat[token_end : token_end + 1] == ")")
            filling = flat[token_start:token_end] in _FILLING and flat[token_start - 1 : token_start] not in {".", "("}
            if filling or not _PLACE.search(flat[start:end]):
                continue
            if _GOES_ON.match(flat, end):
                continue  # 6.a.99 is not 6.a
            found = read(text[start:end], agenda)
            if found and found.exists:
                return Mention(start, end, found)
            if found and (found.within != "III" or not flat[start].isdecimal()):
                missing = Mention(start, end, found)  # the shortest that names nothing, if nothing else is named
    return missing


_PLACE = re.compile(
    rf"(?:{'|'.join(sorted(_NAMING | _PRACTICE | _UNDERSTANDING | _INTRODUCTION))})\b|\d(?:[.(]\s?)?[a-g]\b|\d[a-g]\d"
    r"|\bi{1,3}\s?[.]?\s?\d|\d#\d"
)
"""What a number has to stand with to be the number of a place."""


def _opens(flat: str, start: int, end: int) -> bool:
    """Whether a token can be the first of a reference."""
    word = flat[start:end]
    if word in _ROMAN:
        return flat[end : end + 1] == "." or word != "i"
    return word[0].isdecimal() or word in _NAMING | _PRACTICE | _UNDERSTANDING | _INTRODUCTION or word in _NUMBERS


def _resolve(part: str, path: list[str], item: int, named: bool, agenda: Agenda) -> Reference | None:
    if part == "II" and path:
        ref = f"II.{path[0]}"
        return Reference(ref, ref in agenda.items and len(path) == 1, "II")
    section, rest = part, list(path)
    while rest and f"{section}.{rest[0]}" in agenda.sections:
        section = f"{section}.{rest.pop(0)}"
    if not rest and not item:
        return Reference(section, True, section)
    if not rest or (len(rest) == 1 and rest[0].isdecimal() and not item and section != part):
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
