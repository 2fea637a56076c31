"""From the catalogues of locales/ to a translator a language, or every problem."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from bot.models import LANGUAGES

SOURCE = "en"
"""The language that the messages are written in."""

_FIELD = re.compile(r"\{(\w+)\}")


class CatalogueError(Exception):
    """A catalogue cannot be used; the text holds a line for each problem."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Says messages in one language; fields are named and filled after translation."""

    language: str
    messages: gettext.NullTranslations

    def say(self, message: str, **fields: object) -> str:
        """Return the message in this language, its fields filled."""
        return self.messages.gettext(message).format(**fields)

    def count(self, singular: str, plural: str, n: int, **fields: object) -> str:
        """Return the form for `n`; the field `n` holds the number as the language writes it."""
        return self.messages.ngettext(singular, plural, n).format(n=self.number(n), **fields)

    def number(self, value: float) -> str:
        """Return a number with the language's separators."""
        return format_decimal(value, locale=self.language)

    def listing(self, values: Sequence[str]) -> str:
        """Return `a, b and c` as the language writes it."""
        return format_list(list(values), locale=self.language)


def load(folder: Path) -> dict[str, Translator]:
    """Read every catalogue.

    Raises CatalogueError with a line for each message that is missing, unfinished or has other fields.
    """
    translators = {SOURCE: Translator(SOURCE, gettext.NullTranslations())}
    problems: list[str] = []
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        path = folder / language / "LC_MESSAGES" / "messages.po"
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language, abort_invalid=True)
        except (OSError, ValueError, PoFileError) as error:
            problems.append(f"{path}:0: cannot be read: {error}")
            continue
        problems += [f"{path}:{line}: {reason}" for line, reason in _unfinished(catalogue)]
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translators[language] = Translator(language, gettext.GNUTranslations(compiled))
    if problems:
        raise CatalogueError("\n".join(problems))
    return translators


def _unfinished(catalogue: Catalog) -> list[tuple[int, str]]:
    found = []
    for message in catalogue:
        if not message.id:
            continue
        ids = _forms(message.id)
        strings = _forms(message.string)
        line = message.lineno or 0
        if message.fuzzy or not all(strings):
            found.append((line, f"{ids[0]!r} is not translated"))
            continue
        wanted = set(_FIELD.findall(ids[-1]))
        for string in strings:
            fields = set(_FIELD.findall(string))
            if fields != wanted:
                found.append((line, f"{ids[0]!r} has other fields than its translation"))
    return found


def _forms(text: str | Sequence[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])
