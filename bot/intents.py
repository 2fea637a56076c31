"""From a message to an intent and its arguments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

from rapidfuzz import fuzz, process

from bot import hearing, places, references, slots
from bot.codes import Intent
from bot.hearing import Ear, beginning
from bot.language import named
from bot.models import Agenda
from bot.references import Reference
from bot.search import Index
from bot.slots import Slots

LONGEST = 250
"""Characters; whoever writes more asks a question."""
LONGEST_PHRASE = 60
"""Characters of a message that is compared with phrases letter by letter."""
BEYOND = -35.0
"""Odds of a message's words from which on nothing that varies in it can make it anything but a question."""
ALIKE = 88.0
"""How much like a phrase a mistyped message has to be, of 100."""
APART = 4.0
"""How far the nearest phrase of another intent has to be behind: `subscribe` and `unsubscribe` are alike."""
HEARD = 5.0
"""How much a message has to sound like an intent, against a question that the search finds nothing for."""
FOUND = 2.0
"""What the score of the best item found, as far as the words are known, weighs against that."""
SURE = 60.0
"""What a message sounds like from here on is not looked up."""
STRANGE = 12.0
"""What a word that no phrase has speaks against an intent."""
KEYWORDS = 4
"""Words of a message that may be no sentence but a topic's name."""
NAMED = 2.5
"""The score from which it is."""
WANTED = 15.0
"""What it sounds like besides thanks or a greeting from here on is what is wanted."""
TALK = 25.0
"""How much a message has to sound like thanks or a greeting that is not among the phrases."""
SMALL_TALK = {"greet", "thanks", "goodbye"}

# Slash commands are the same in every language.
COMMANDS = {
    "start": "greet",
    "help": "help",
    "contents": "contents",
    "section": "section",
    "practice": "practice",
    "random": "random",
    "more": "more",
    "previous": "previous",
    "save": "save",
    "saved": "saved",
    "unsave": "unsave",
    "export": "export",
    "cite": "cite",
    "digest": "digest_status",
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "pause": "pause_digest",
    "resume": "resume_digest",
    "today": "digest_today",
    "language": "language",
    "privacy": "privacy",
    "mydata": "my_data",
    "forget": "erase_data",
    "logoff": "log_off",
    "logon": "log_on",
    "stats": "stats",
    "cancel": "cancel",
}
_OF_A_PLACE = {"section", "practice", "save", "unsave", "cite"}
_OF_A_DIGEST = {"subscribe", "change_digest_time"}
_NOT_SPOKEN = re.compile(
    r"\b(?:no (?:hablo|entiendo|leo|se)|(?:don t|dont|do not|can t|cannot|not) (?:speak|understand|read|know)|"
    r"(?:parle|comprends|lis|connais) (?:pas|mal)|hablo poco)\s(?:\w+\s){0,2}\{to\}"
)
"""How people say which language they do *not* want."""


class Router:
    """Tells intents apart by how people say them, in any of the languages, together with the search."""

    def __init__(self, agendas: Mapping[str, Agenda]) -> None:
        self._agendas = agendas
        self._agenda = next(iter(agendas.values()))
        self._languages = tuple(agendas)
        self._exact: dict[str, str] = {}
        self._signs: dict[str, str] = {}
        courtesies: set[str] = set()
        for agenda in agendas.values():
            for intent, phrases in agenda.phrases.items():
                for phrase in phrases:
                    words = slots.words(phrase)
                    if intent == "courtesy":
                        courtesies.add(words)
                    elif not words:
                        self._signs.setdefault(phrase, intent)
                    elif intent != "question":
                        self._exact.setdefault(words, intent)
        opening = (p for a in agendas.values() for i in ("section", "practice") for p in a.phrases.get(i, ()))
        stops = (word for agenda in agendas.values() for word in agenda.lexicon.stop_words)
        self._stops = {word for stop in stops for word in slots.words(stop).split()}
        self._opening = self._stops | {word for phrase in opening for word in slots.words(phrase).split()}
        either = "|".join(sorted(map(re.escape, courtesies - {""}), key=len, reverse=True)) or "(?!)"
        self._courtesy_first = re.compile(rf"(?:{either})\b\s*")
        self._courtesy_last = re.compile(rf"(?:^|\s+)(?:{either})$")
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._known = {word for words in self._exact for word in words.split()}
        self._beginnings = {beginning(word) for word in self._known} - {""}
        for words in self._exact:
            self._by_length[len(words)].append(words)

    @cached_property
    def ear(self) -> Ear:
        """What was learnt from the phrases; made when first needed, in a third of a second."""
        examples: dict[str, list[str]] = defaultdict(list)
        questions: list[str] = []
        for agenda in self._agendas.values():
            for intent, phrases in agenda.phrases.items():
                if intent != "courtesy":
                    name = hearing.QUESTION if intent == "question" else intent
                    examples[name] += [words for words in map(slots.words, phrases) if words]
            for kind in agenda.outside.values():
                examples[hearing.QUESTION] += map(slots.words, kind)
            examples[hearing.QUESTION] += [slots.words(f"{cue} {{topic}}") for cue in agenda.lexicon.topic_cues]
            every = [held.aliases for held in agenda.sections.values()] + [
                held.aliases for held in agenda.items.values()
            ]
            questions += map(slots.words, chain.from_iterable(every))
        return Ear(examples, questions)

    def warm_up(self) -> None:
        """Make now what the first message would wait for."""
        self.ear.hear("")
        slots.read("", self._agenda, self._languages)

    def route(self, text: str, index: Index) -> Intent:
        """Return what a message wants; `ask` unless it says something else more clearly than a question.

        `index` is that of the message's language; it is asked where the words alone leave a doubt.
        """
        stripped = text.strip()
        if stripped.startswith("/"):
            return self._command(stripped, index)
        if len(stripped) > LONGEST:
            return Intent("ask")
        plain = slots.words(stripped)
        bare = self._without_courtesy(plain)
        for said in dict.fromkeys((plain, bare)):
            if said in self._exact:
                return Intent(self._exact[said])
        if not bare:
            return Intent("greet")
        whole = self._place(references.read(bare, self._agenda) or references.read(stripped, self._agenda))
        if whole or self._known.isdisjoint(bare.split()) or self.ear.loudest(bare) < BEYOND:
            return whole or Intent("ask")
        return self._hear(stripped, index)

    def sign(self, text: str) -> Intent | None:
        """Return what a message without words says, such as a thumb."""
        intent = self._signs.get(text.strip().rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"))
        return Intent(intent) if intent else None

    def _command(self, text: str, index: Index) -> Intent:
        word, _, rest = text[1:].partition(" ")
        command = word.partition("@")[0].lower()
        intent = COMMANDS.get(command)
        if intent is None:
            return Intent("unknown", {"command": command[:32]})
        rest = rest.strip()
        if not rest:
            return Intent(intent)
        if intent == "greet":
            return Intent("greet", {"payload": rest})
        if intent == "language":
            return Intent("language", {"to": named(rest, self._languages) or rest})
        if intent in {"section", "practice"}:
            return self._place(references.read(rest, self._agenda)) or Intent(intent, {"text": rest})
        if intent == "subscribe":
            rest = f"subscribe {rest}"
        return self._with_arguments(intent, slots.read(rest, self._agenda, self._languages), index)

    def _hear(self, text: str, index: Index) -> Intent:
        """Return the intent that a sentence sounds like, with what varies taken out of it."""
        said = slots.read(text, self._agenda, self._languages)
        bare = self._without_courtesy(said.words)
        for words in dict.fromkeys((said.words, bare)):
            if words in self._exact:
                return self._with_arguments(self._exact[words], said, index)
        near = None if self._known.issuperset(bare.split()) else self._nearest(bare)
        if near:
            return self._with_arguments(near, said, index)
        best, odds = self._loudest(said.words, bare)
        if odds < SURE and "ref" in said.values and self._only_opens(bare):
            best, odds = "section", SURE
        odds -= STRANGE * self._strangers(bare)
        if odds < HEARD:
            return Intent("ask")
        if odds < SURE and self._asks(text, odds, index):
            return Intent("ask")
        return self._with_arguments(best, said, index)

    def _loudest(self, words: str, bare: str) -> tuple[str, float]:
        """Return the intent that a message sounds like most; whoever thanks and asks for something wants that."""
        heard = self.ear.hear(bare)
        wanted = {intent: odds for intent, odds in heard.items() if intent not in SMALL_TALK}
        if bare != words:
            heard = self.ear.hear(words)
            if self._stops.issuperset(bare.split()):
                wanted = {}
        small = {intent: odds for intent, odds in heard.items() if intent in SMALL_TALK}
        first = max(wanted.items(), key=lambda pair: pair[1], default=("", 0.0))
        talk = max(small.items(), key=lambda pair: pair[1], default=("", 0.0))
        return talk if talk[1] > max(first[1], TALK) and first[1] < WANTED else first

    def _strangers(self, words: str) -> int:
        """Return how many words of a message nobody uses who wants something of a bot."""
        return sum(map(self._is_stranger, words.split()))

    def _is_stranger(self, word: str) -> bool:
        if word[0] == "{" or word in self._known or word in self._stops:
            return False
        return beginning(word) not in self._beginnings

    def _asks(self, text: str, odds: float, index: Index) -> bool:
        """Whether the search finds more in a message than it sounds like anything else."""
        finding = index.find(text)
        found = finding.strength * finding.known
        if len(text.split()) <= KEYWORDS and found >= NAMED:
            return True
        return odds < HEARD + FOUND * found or index.leading_section(text, finding) is not None

    def _only_opens(self, words: str) -> bool:
        """Whether beside a reference a message has only words by which people open one."""
        return self._opening.issuperset(words.split())

    def _nearest(self, words: str) -> str | None:
        """Return the intent of the phrase that a message is with a typing error or two."""
        size = len(words)
        if not 5 <= size <= LONGEST_PHRASE:
            return None
        near = [p for length in range(round(size * 0.88), round(size * 1.12) + 1) for p in self._by_length[length]]
        found = process.extract(words, near, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=8)
        if not found:
            return None
        best = self._exact[found[0][0]]
        others = [score for phrase, score, _ in found if self._exact[phrase] != best]
        return best if not others or found[0][1] - max(others) >= APART else None

    def _place(self, found: Reference | None) -> Intent | None:
        if found is None:
            return None
        if not found.exists:
            return Intent("unknown_reference", {"ref": found.ref, "within": found.within})
        return Intent("practice" if found.ref in self._agenda.items else "section", {"ref": found.ref})

    def _with_arguments(self, intent: str, said: Slots, index: Index) -> Intent:
        """Return an intent with what was said of it."""
        values = said.values
        if intent in _OF_A_PLACE and "ref" in values:
            reference: Reference = values["ref"]
            if intent in {"section", "practice"} or not reference.exists:
                return self._place(reference) or Intent(intent)
            return Intent(intent, {"ref": reference.ref})
        if intent == "language":
            wanted = values.get("to") and not _NOT_SPOKEN.search(said.words)
            return Intent(intent, {"to": values["to"]} if wanted else {})
        return Intent(intent, self._digest_arguments(said, index) if intent in _OF_A_DIGEST else {})

    def _digest_arguments(self, said: Slots, index: Index) -> dict[str, Any]:
        values, args = said.values, dict[str, Any]()
        if "time" in values:
            args["time"] = values["time"]
        if "days" in values:
            args["days"] = list(values["days"])
        place = values.get("place") or self._bare_city(said.words)
        if place:
            args[place.kind] = place.text
        if "ref" in values and values["ref"].exists:
            args |= {"topic": said.typed["ref"], "topic_section": self._section(values["ref"].ref)}
        return args | (self.topics(values["topic"], index) if "topic" in values else {})

    def _bare_city(self, words: str) -> places.Mention | None:
        """Return a city that was written small and without a word before it: `8am nairobi`."""
        found = (places.find_place(word.capitalize()) for word in words.split() if self._is_stranger(word))
        return next((replace(city, text=city.text.lower()) for city in found if city), None)

    def topics(self, text: str, index: Index) -> dict[str, Any]:
        """Return the topics that a text names: `topic` and `topic_section` of one, or `topics`, a list of both."""
        topics = [self._topic(topic, index) for topic in slots.split_topics(text)]
        return {"topics": topics} if len(topics) > 1 else dict(topics[0]) if topics else {}

    def _topic(self, topic: str, index: Index) -> dict[str, str]:
        """Return a topic as typed with the section that it means, as far as one does."""
        found = references.read(topic, self._agenda)
        if found and found.exists:
            return {"topic": topic, "topic_section": self._section(found.ref)}
        sections = [match.ref for match in index.find(topic).sections if match.ref.startswith("III.")]
        return {"topic": topic} | ({"topic_section": sections[0]} if sections else {})

    def _section(self, ref: str) -> str:
        return self._agenda.items[ref].section if ref in self._agenda.items else ref

    def _without_courtesy(self, plain: str) -> str:
        """Cut greetings and thanks from both ends."""
        while match := self._courtesy_first.match(plain):
            plain = plain[match.end() :]
        while match := self._courtesy_last.search(plain):
            plain = plain[: match.start()]
        return plain
