"""What only an editor can judge: where the languages differ in numbers, names, length or terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from bot.models import Agenda
from bot.words import split, stem

_NUMBER = re.compile(r"\d[\d.,\u202f\u00a0]*\d|\d")
_SEPARATORS = re.compile(r"[.,\u202f\u00a0]")
# What a body is called in each language; a group of one is the same everywhere.
_BODIES = (
    {"IOM", "OIM"}, {"UNHCR", "HCR", "ACNUR"}, {"ILO", "OIT"}, {"WTO", "OMC"}, {"OECD", "OCDE"},
    {"UNCTAD", "CNUCED"}, {"GATS", "AGCS"}, {"UN", "ONU"},
)  # fmt: skip
_SHORT, _LONG = 0.75, 1.75
"""Characters of a text against those of the English one."""


class GlossaryError(Exception):
    """The glossary cannot be used; the text says why."""


def advise(agendas: Mapping[str, Agenda], glossary: Path) -> Iterator[str]:
    """Yield a line for each place where an editor should look: `language reference: what`.

    Raises GlossaryError if the glossary cannot be read.
    """
    english = agendas["en"]
    terms = _terms(glossary)
    for language, agenda in agendas.items():
        if language == "en":
            continue
        for ref, text, other in _pairs(english, agenda):
            for remark in _remarks(text, other, language, terms):
                yield f"{language} {ref}: {remark}"


def _pairs(english: Agenda, agenda: Agenda) -> Iterator[tuple[str, str, str]]:
    for ref, item in agenda.items.items():
        yield ref, english.items[ref].text, item.text


def _remarks(english: str, text: str, language: str, terms: list[dict[str, list[str]]]) -> Iterator[str]:
    numbers = sorted(_numbers(english) ^ _numbers(text))
    if numbers:
        yield f"the numbers differ: {', '.join(numbers)}"
    for body in _BODIES:
        named = [bool(body & set(re.findall(r"\b[A-Z]{2,}\b", each))) for each in (english, text)]
        if named[0] != named[1]:
            yield f"only one text names {' / '.join(sorted(body))}"
    ratio = len(text) / len(english)
    if not _SHORT <= ratio <= _LONG:
        yield f"has {ratio:.2f} times the length of the English text"
    said, says = _stems(english, "en"), _stems(text, language)
    for term in terms:
        if any(_holds(said, form, "en") for form in term["en"]) and not any(
            _holds(says, form, language) for form in term[language]
        ):
            yield f"for {term['en'][0]!r} the glossary has {' / '.join(term[language])}"


def _numbers(text: str) -> set[str]:
    return {_SEPARATORS.sub("", number) for number in _NUMBER.findall(text)}


def _stems(text: str, language: str) -> str:
    return " " + " ".join(stem(word, language) for word in split(text, language)) + " "


def _holds(stems: str, form: str, language: str) -> bool:
    return _stems(form, language) in stems


def _terms(path: Path) -> list[dict[str, list[str]]]:
    try:
        with path.open(encoding="utf-8") as file:
            return list(yaml.load(file, Loader=yaml.CBaseLoader)["terms"])  # noqa: S506 - it makes texts alone
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise GlossaryError(f"{path}: the glossary cannot be read; it needs `terms:`, a list. {error}") from error
