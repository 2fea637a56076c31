"""What travels through the house: Message in, Reply out, and the Agenda they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

LANGUAGES = ("en", "fr", "es")

# Kinds of item.
PRACTICE = "practice"
UNDERSTANDING = "understanding"
PARAGRAPH = "paragraph"

# Outcomes of a message.
ANSWERED = "answered"
DID_YOU_MEAN = "did_you_mean"
NO_MATCH = "no_match"
CASEWORK = "casework"
DONE = "done"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """A practice, a common understanding or a paragraph of background."""

    ref: str
    kind: str
    """`practice`, `understanding` or `paragraph`."""
    section: str
    """The reference of the section that holds it."""
    text: str
    aliases: tuple[str, ...]
    title: str = ""
    """Understandings alone have one."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part, chapter or section: what has a title and holds sections, items or both."""

    ref: str
    title: str
    summary: str
    aliases: tuple[str, ...]
    parent: str | None
    sections: tuple[str, ...]
    """References of the sections directly in it, in order."""
    items: tuple[str, ...]
    """References of the items directly in it, in order."""


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Everyday terms that mean either of several sections."""

    terms: tuple[str, ...]
    sections: tuple[str, ...]
    note: str
    """One line for people on the difference."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`words.yaml`: what a language's words mean to the search."""

    stop_words: frozenset[str] = frozenset()
    """Words that say nothing."""
    weak_words: frozenset[str] = frozenset()
    """Words that say little here: everybody uses them of everything."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Chat spellings and the words they stand for."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Families of terms, each of one or more words, that mean the same."""
    ambiguous: tuple[Ambiguity, ...] = ()
    topic_cues: tuple[str, ...] = ()
    """How people begin a question on a whole topic: `what is`, `what does it say about`."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """What separates an answer from a guess, by name."""


@dataclass(frozen=True)
class Agenda:
    """The whole document in one language."""

    language: str
    sections: Mapping[str, Section]
    """By reference, in the document's order."""
    items: Mapping[str, Item]
    """By reference, in the document's order."""
    lexicon: Lexicon
    phrases: Mapping[str, tuple[str, ...]]
    """`intents.yaml`: how people say each intent."""
    outside: Mapping[str, tuple[str, ...]]
    """`outside.yaml`: examples of what is no question for the Agenda, by kind."""

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The place of each item in the document, from 0."""
        return {ref: number for number, ref in enumerate(self.items)}

    def items_under(self, ref: str) -> list[Item]:
        """Every item of a section and of the sections in it, in the document's order."""
        return [i for i in self.items.values() if i.section == ref or i.section.startswith(ref + ".")]


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody sent, whatever the channel."""

    chat: str
    """The conversation, as `channel:number`."""
    person: str
    """Who wrote, as `channel:number`; the same as `chat` in a private chat, and of who writes in a group's name."""
    channel: str
    at: datetime
    text: str = ""
    code: str = ""
    """The code of a choice that was tapped; then `text` is empty."""
    client_language: str | None = None
    """What the channel says of the person's language, such as `pt-BR`."""
    note: str = ""
    """What came that is no text: `voice`, `photo`, `sticker`, ..."""
    place: tuple[float, float] | None = None
    """Latitude and longitude that were shared; used for the zone, never kept."""
    group: bool = False
    """Whether others read along."""
    thread: int | None = None
    """The topic of a forum that it was written in."""
    decides: bool | None = True
    """Whether this person may change what is kept for the chat; in a group its admins may. None: it cannot be told."""
    inline: bool = False
    """Whether it was typed in another chat, to choose a passage for it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way on: a button, or a numbered line. It has a code, or a text to copy, or a place to share."""

    label: str
    code: str = ""
    copy: str = ""
    """A text for the person's clipboard."""
    share: str = ""
    """The payload of a deep link to send to others."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the Agenda as it is shown."""

    ref: str
    label: str
    """The reference as people read it, or empty for a heading of its own."""
    heading: str
    text: str
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """An item or a section that a question found."""

    ref: str
    score: float
    why: tuple[str, ...]
    """Words of the question that matched, as they were typed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search found."""

    items: tuple[Match, ...]
    """Best first, ten at most."""
    sections: tuple[Match, ...]
    """Best first, five at most."""
    known: float
    """The share of the question's weight that the index knows, from 0 to 1."""
    strength: float = 0.0
    """The best item's score by words alone, whatever else ranked the items."""
    nearness: float | None = None
    """The nearest item's cosine in meaning, where meaning took part."""
    repaired: Mapping[str, str] = field(default_factory=dict)
    """Words taken for typing errors, and what they were read as."""

    @property
    def score(self) -> float:
        """The best item's score; 0 when nothing was found."""
        return self.items[0].score if self.items else 0.0

    @property
    def margin(self) -> float:
        """How far the best item is ahead of the second."""
        return self.score - (self.items[1].score if len(self.items) > 1 else 0.0)


ANSWER, ITEM, SECTION = "answer", "item", "section"
"""What was shown last: the answer to a question, one item, a section."""


@dataclass(frozen=True, slots=True)
class Last:
    """What was shown last in a chat, as references alone, so that `more` and the like can go on from it."""

    view: str = ANSWER
    items: tuple[str, ...] = ()
    """The ranking of an answer, best first; the item; the items of a section."""
    section: str | None = None
    """The section that was shown, or whose summary led the answer."""
    shown: int = 0
    """How many of `items` were shown."""
    spoken: str | None = None
    """The language of it."""

    @property
    def place(self) -> str | None:
        """The reference that `this` means: the section that led, else the first item."""
        return self.section or (self.items[0] if self.items else None)


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that each reader's own clock shows in its way."""

    at: datetime
    shown: str
    """As the bot would write it; it stands in the reply's text, where a channel may put its own."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back: sentences, passages and choices, without markup."""

    text: str = ""
    passages: tuple[Passage, ...] = ()
    footer: str = ""
    """One line below the passages."""
    choices: tuple[tuple[Choice, ...], ...] = ()
    """Rows of choices."""
    outcome: str = DONE
    section: str | None = None
    """The section whose summary leads the answer."""
    items: tuple[str, ...] = ()
    """References of the items shown, best first."""
    offered: tuple[str, ...] = ()
    """References offered for want of a sure answer."""
    finding: Finding | None = None
    menu: str | None = None
    """A language that the chat's own menu is to speak from now on."""
    replaces: bool = False
    """True for a further page of what the tapped button stood under."""
    language: str | None = None
    """The language it is written in, where it is not that of the chat."""
    last: Last | None = None
    """What was shown, to be kept for a day; None leaves what is kept as it is."""
    notice: bool = False
    """True for a word in passing on a tap, which needs no message of its own."""
    forgets: bool = False
    """True where the message itself leaves no row: everything was erased."""
    document: Document | None = None
    moment: Moment | None = None
