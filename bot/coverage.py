"""Where the words that people ask by are thin: a report for whoever writes aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.models import Agenda
from bot.search import Index
from bot.words import split

_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,6}\b")
NEAR = 3
"""Places among which an alias should find its own item."""


def report(agendas: Mapping[str, Agenda]) -> Iterator[str]:
    """Yield a line for each weak place: `language reference: what`, by language in the document's order."""
    known = {language: _acronyms(agenda) for language, agenda in agendas.items()}
    for language, agenda in agendas.items():
        index = Index(agenda)
        for ref in agenda.items:
            for remark in _item(index, ref):
                yield f"{language} {ref}: {remark}"
        others = set().union(*(known[other] for other in agendas if other != language))
        for acronym in sorted(known[language] - others):
            yield f"{language}: only this language knows {acronym}"


def _item(index: Index, ref: str) -> Iterator[str]:
    item = index.agenda.items[ref]
    own = set(index.reader.stems(item.text))
    if not any(set(index.reader.stems(alias)) - own for alias in item.aliases):
        yield "the aliases add no word that the text lacks"
    reached = False
    for alias in item.aliases:
        # Backwards, so that its words have to find it and not the phrase as a whole.
        words = " ".join(reversed(split(alias, index.agenda.language)))
        found = [match.ref for match in index.find(words).items]
        reached = reached or ref in found[:1]
        if found and ref not in found[:NEAR]:
            yield f"{alias!r} finds {found[0]} first"
    if not reached:
        yield "no alias finds it first"


def _acronyms(agenda: Agenda) -> set[str]:
    """Return the acronyms that a language's texts and aliases name."""
    texts = [text for item in agenda.items.values() for text in (item.text, *item.aliases)]
    texts += [text for section in agenda.sections.values() for text in (section.summary, *section.aliases)]
    return {name for text in texts for name in _ACRONYM.findall(text)}
