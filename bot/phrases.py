"""How people say what they want: the phrases of every language, and the words that are in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot import slots
from bot.hearing import ASK, Ear, beginning, digest
from bot.models import Agenda
from bot.search import Index
from bot.spelling import Speller

LONGEST = 60
"""Characters of a message that is compared with phrases letter by letter."""
ALIKE = 88.0
"""How much like a phrase a mistyped message has to be, of 100."""
APART = 4.0
"""How far the nearest phrase of another intent has to be behind: `subscribe` and `unsubscribe` are alike."""
COURTESY, QUESTION = "courtesy", "question"
"""Keys of `intents.yaml` that are no intents: what changes nothing, and what only looks like one."""


class Phrases:
    """The phrases of `intents.yaml` in all languages, folded, with their slots as they stand."""

    def __init__(self, agendas: Mapping[str, Agenda]) -> None:
        self.exact: dict[str, str] = {}
        """The intent of each phrase."""
        self._spoken: dict[str, set[str]] = defaultdict(set)
        self._signs: dict[str, str] = {}
        courtesies: set[str] = set()
        for agenda in agendas.values():
            for intent, phrases in agenda.phrases.items():
                for phrase in phrases:
                    words = slots.words(phrase)
                    if intent != QUESTION:
                        self._spoken[words].add(agenda.language)
                    if intent == COURTESY:
                        courtesies.add(words)
                    elif not words:
                        self._signs.setdefault(_plain_sign(phrase), intent)
                    else:
                        self.exact.setdefault(words, ASK if intent == QUESTION else intent)
        stops = (word for agenda in agendas.values() for word in agenda.lexicon.stop_words)
        self.stops = {word for stop in stops for word in slots.words(stop).split()}
        """Stop words of every language."""
        self.known = {w for words, intent in self.exact.items() if intent != ASK for w in words.split()}
        """Words that people use who want something."""
        opening = (p for a in agendas.values() for i in ("section", "practice") for p in a.phrases.get(i, ()))
        self.opening = self.stops | {word for phrase in opening for word in slots.words(phrase).split()}
        """Words by which people open a place."""
        self._courtesies = {tuple(words.split()) for words in courtesies} - {()}
        self._courtesy_sizes = sorted({len(words) for words in self._courtesies}, reverse=True)
        self._beginnings = {beginning(word) for word in self.known} - {""}
        self._speller = Speller(self.known)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for words in self.exact:
            self._by_length[len(words)].append(words)

    def languages(self, text: str) -> frozenset[str]:
        """Return the languages of which a message is a phrase, word for word."""
        return frozenset(self._spoken.get(slots.words(text), ()))

    def sign(self, text: str) -> str | None:
        """Return the intent of a message without words, such as a thumb."""
        return self._signs.get(_plain_sign(text))

    def nearest(self, words: str) -> str | None:
        """Return the intent of the phrase that a message is with a typing error or two."""
        size = len(words)
        if not 5 <= size <= LONGEST:
            return None
        near = [p for length in range(round(size * 0.88), round(size * 1.12) + 1) for p in self._by_length[length]]
        found = process.extract(words, near, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=8)
        if not found:
            return None
        best = self.exact[found[0][0]]
        others = [score for phrase, score, _ in found if self.exact[phrase] != best]
        return best if not others or found[0][1] - max(others) >= APART else None

    def without_courtesy(self, plain: str) -> str:
        """Cut greetings and thanks from both ends."""
        words, sizes, known = tuple(plain.split()), self._courtesy_sizes, self._courtesies
        start, end = 0, len(words)
        while size := next((n for n in sizes if words[start : start + n] in known), 0):
            start += size
        while size := next((n for n in sizes if words[max(start, end - n) : end] in known), 0):
            end -= size
        return " ".join(words[start:end])

    def strangers(self, words: str) -> int:
        """Return how many words of a message nobody uses who wants something of a bot."""
        return sum(map(self.is_stranger, words.split()))

    def mended(self, word: str, index: Index) -> str:
        """Return the word of a phrase that a mistyped one was meant to be; words of the content stay as they are."""
        return self._speller.meant(word) if self.is_stranger(word) and not index.reader.knows(word) else word

    def is_stranger(self, word: str) -> bool:
        """Whether a word is none of the phrases' in any form, nor a stop word or a slot."""
        if word[0] == "{" or word.isdecimal() or word in self.known or word in self.stops:
            return False
        return beginning(word) not in self._beginnings


def examples(agendas: Mapping[str, Agenda]) -> dict[str, list[str]]:
    """Return what the intents are learnt from, as folded words; under `ask` the questions that look like others."""
    found: dict[str, list[str]] = defaultdict(list)
    for agenda in agendas.values():
        for intent, phrases in agenda.phrases.items():
            if intent != COURTESY:
                found[ASK if intent == QUESTION else intent] += [w for w in map(slots.words, phrases) if w]
        found[ASK] += [slots.words(f"{cue} {{topic}}") for cue in agenda.lexicon.topic_cues]
    return dict(found)


def taught(ear: Ear, agendas: Mapping[str, Agenda]) -> bool:
    """Whether what was learnt was learnt from these very phrases."""
    return ear.learnt_from == digest(examples(agendas))


def questions(agendas: Mapping[str, Agenda]) -> list[str]:
    """Return lines that are no intents' but questions, in the Agenda's words or on other matters, as folded words."""
    found: list[str] = []
    for agenda in agendas.values():
        found += [slots.words(line) for lines in agenda.outside.values() for line in lines]
        found += [slots.words(alias) for section in agenda.sections.values() for alias in section.aliases]
        found += [slots.words(alias) for item in agenda.items.values() for alias in item.aliases]
    return found


def _plain_sign(text: str) -> str:
    """Return an emoji without its colour of skin and other variants."""
    return text.strip().rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
