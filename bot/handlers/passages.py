"""Items and sections made ready to show."""

from __future__ import annotations

from collections.abc import Iterable

from bot import references
from bot.codes import encode, encode_payload
from bot.i18n import Translator
from bot.models import PARAGRAPH, Agenda, Choice, Item, Passage

BRIEF = 160
"""Characters of an item shown in short."""


def whole(ref: str, agenda: Agenda, translator: Translator) -> Passage:
    """Return an item with its reference, the title it stands under and its full text."""
    item = agenda.items[ref]
    label = references.label(ref, translator)
    return Passage(ref, label[0].upper() + label[1:], heading(item, agenda, translator), item.text)


def brief(ref: str, agenda: Agenda, translator: Translator) -> Passage:
    """Return an item in short."""
    full = whole(ref, agenda, translator)
    return Passage(ref, full.label, full.heading, shorten(full.text), brief=True)


def summary(ref: str, agenda: Agenda, translator: Translator) -> Passage:
    """Return a section's title and summary."""
    section = agenda.sections[ref]
    return Passage(ref, references.label(ref, translator), section.title, section.summary)


def heading(item: Item, agenda: Agenda, translator: Translator) -> str:
    """Return the title that an item stands under; background says that it is background."""
    title = item.title or agenda.sections[item.section].title
    return translator.say("{title} (background)", title=title) if item.kind == PARAGRAPH else title


def shorten(text: str) -> str:
    """Return the text cut at a word, with an ellipsis, if it is long."""
    return text if len(text) <= BRIEF else text[:BRIEF].rsplit(" ", 1)[0].rstrip(",;:(") + "…"


def item_choices(refs: Iterable[str], translator: Translator) -> tuple[Choice, ...]:
    """Return a choice to read each item."""
    return tuple(Choice(references.label(ref, translator), encode("practice", ref)) for ref in refs)


def section_choice(ref: str, agenda: Agenda, translator: Translator) -> Choice:
    """Return a choice to open a section, named by its reference and title."""
    place = references.label(ref, translator)
    title = agenda.sections[ref].title
    # TRANSLATORS: place is "III.6(a)", title is the section's
    name = translator.say("{place} · {title}", place=place, title=title) if "." in ref else title
    return Choice(name, encode("section", ref))


def contents_choice(translator: Translator) -> Choice:
    """Return the choice that opens the table of contents."""
    return Choice(translator.say("Contents"), encode("contents"))


def keep_choices(ref: str, translator: Translator) -> tuple[Choice, ...]:
    """Return the choices to save a place, to copy the line to cite it by, and to send it to somebody."""
    say = translator.say
    return (
        Choice(say("Save"), encode("save", ref)),
        Choice(say("Copy citation"), copy=references.cite(ref, translator)),
        Choice(say("Share"), share=encode_payload(ref)),
    )


def judge_choices(ref: str) -> tuple[Choice, ...]:
    """Return the thumbs for an answer that this place led."""
    return (Choice("👍", encode("feedback_positive", ref)), Choice("👎", encode("feedback_negative", ref)))


def source_line(translator: Translator) -> str:
    """Return the line that keeps restated text from passing for the official wording."""
    return translator.say("Restated by iamm; not the official wording.")
