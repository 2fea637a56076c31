"""From a message to an intent and its arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from bot import references, slots
from bot.arguments import OF_A_DIGEST, OF_A_PLACE, Arguments
from bot.codes import Intent
from bot.hearing import ASK, Ear
from bot.language import named
from bot.models import Agenda
from bot.phrases import Phrases
from bot.search import Index
from bot.slots import Slots

LONGEST = 250
"""Characters; whoever writes more asks a question, and of a command the rest is not read."""
BEYOND = -28.0
"""Odds of a message's words from which on nothing that varies in it can make it anything but a question."""
HEARD = 0.0
"""How much a message has to sound like an intent, against a question that the search finds nothing for."""
FOUND, PERSONAL = 6.0, 2.0
"""What the score of the best item found, as far as the words are known, weighs against that: less where somebody
speaks of themselves, of the bot or of what was shown."""
LED = 20.0
"""What it weighs that a whole section is named."""
SURE = 25.0
"""What a message sounds like from here on is not looked up."""
STRANGE = 9.0
"""What a word that no phrase has speaks against an intent."""
DIGEST = 4
"""How much more it speaks against a subscription, for times and places are in many a sentence."""
BESIDE = 20.0
"""How far what can be done with a place may be behind where a message names one."""
WANTED = 25.0
"""What it sounds like besides thanks or a greeting from here on is what is wanted."""
TALK = 8.0
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
_PERSONAL = frozenset(
    {"i", "me", "my", "mine", "you", "your", "this", "that", "these", "it", "one", "ones"}
    | {"je", "j", "moi", "mon", "ma", "tu", "toi", "ton", "ta", "tes", "vous", "votre", "vos", "ca", "cela", "ceci"}
    | {"ce", "cette", "celle", "celui", "yo", "mi", "mis", "conmigo", "te", "ti", "tus", "usted", "su", "sus"}
    | {"esto", "eso", "esta", "este", "esa", "ese", "mes"}
)
_NUMBERED = re.compile(
    r"(?:(?:the|la|show|open|montre|muestra) ){0,4}(?:practice|pratique|practica) (?:(?:number|numero|no|n) )?(\d{1,2})"
)
_LANGUAGE = r"(?:english|french|spanish|anglais|francais|espagnol|ingles|frances|espanol)"
_TWO_LANGUAGES = re.compile(rf"\b{_LANGUAGE} (?:and|et|y|e) (?:in |en )?{_LANGUAGE}\b")
LONGEST_PAIR = 6
"""Words of a message that wants two languages beside each other."""
_LIMITS = re.compile(r"\b(?:only|not|no|solo|solamente|seulement|uniquement|pas|plus|quita|sin|ya no)\b")
"""How people begin who want a subscription to be less: the days after it hold the rest of what they say."""


class Router:
    """Tells intents apart by how people say them, in any of the languages, together with the search."""

    def __init__(self, agendas: Mapping[str, Agenda], ear: Ear) -> None:
        # Several parts listen to the same words in turn.
        self._listen = lru_cache(16)(ear.hear)
        self._agenda = next(iter(agendas.values()))
        self._languages = tuple(agendas)
        self._phrases = Phrases(agendas)
        self._arguments = Arguments(self._agenda, self._phrases)
        self.sign = self._phrases.sign
        self.topics = self._arguments.topics
        self.languages = self._phrases.languages

    def warm_up(self) -> None:
        """Make now what the first message would wait for."""
        slots.read("what is left of it at 8 in Geneva?", self._agenda, self._languages)

    def route(self, text: str, index: Index) -> Intent:
        """Return what a message wants; `ask` unless it says something else more clearly than a question.

        `index` is that of the message's language; it is asked where the words alone leave a doubt.
        """
        stripped = text.strip()
        if stripped.startswith("/"):
            return self._command(stripped[:LONGEST], index)
        if len(stripped) > LONGEST:
            return Intent(ASK)
        plain = slots.words(stripped)
        bare = self._phrases.without_courtesy(plain)
        for said in dict.fromkeys((plain, bare)):
            intent = self._phrases.exact.get(said)
            if intent in OF_A_DIGEST:
                return self._arguments.give(intent, slots.read(stripped, self._agenda, self._languages), index)
            if intent:
                return Intent(intent)
        if not bare:
            return Intent("greet")
        whole = self._arguments.open(references.read(bare, self._agenda) or references.read(stripped, self._agenda))
        if whole:
            return whole
        if numbered := _NUMBERED.fullmatch(bare):
            return Intent("practice", {"number": numbered[1]})
        if _TWO_LANGUAGES.search(bare) and len(bare.split()) <= LONGEST_PAIR:
            return Intent("faces")
        if max(self._listen(bare).values()) < BEYOND:
            return Intent(ASK)
        return self._hear(stripped, index)

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
            return self._arguments.open(references.read(rest, self._agenda)) or Intent(intent, {"text": rest})
        if intent == "subscribe":
            rest = f"subscribe {rest}"
        if intent in OF_A_PLACE and references.find(rest, self._agenda) is None:
            return Intent(intent, {"text": rest})
        return self._arguments.give(intent, slots.read(rest, self._agenda, self._languages), index)

    def _hear(self, text: str, index: Index) -> Intent:
        """Return the intent that a sentence sounds like, with what varies taken out of it."""
        said = slots.read(text, self._agenda, self._languages)
        said = replace(said, words=" ".join(self._phrases.mended(word, index) for word in said.words.split()))
        bare = self._phrases.without_courtesy(said.words)
        for words in dict.fromkeys((said.words, bare)):
            if words in self._phrases.exact:
                return self._arguments.give(_narrowed(self._phrases.exact[words], said, text), said, index)
        near = None if self._phrases.known.issuperset(bare.split()) else self._phrases.nearest(bare)
        if near:
            return self._arguments.give(near, said, index)
        best, odds = self._loudest(said.words, bare)
        if "ref" in said.values:
            best, odds = self._of_the_place(best, odds, bare)
        best = _narrowed(best, said, text)
        # A time or a place alone makes no subscription of what somebody else could ask: the weather, an alarm.
        strangers = self._phrases.strangers(bare)
        if best in OF_A_DIGEST and strangers:
            strangers = DIGEST * (strangers - (self._arguments.bare_city(bare) is not None))
        odds -= STRANGE * strangers * (3 if best in SMALL_TALK else 1)
        if not best or odds < HEARD or bare in {"{place}", "{topic}"}:
            return Intent(ASK)
        if odds < SURE and self._asks(best, odds, text, bare, index):
            return Intent(ASK)
        return self._arguments.give(best, said, index)

    def _loudest(self, words: str, bare: str) -> tuple[str, float]:
        """Return the intent that a message sounds like most; whoever thanks and asks for something wants that."""
        heard = self._listen(bare)
        wanted = {intent: odds for intent, odds in heard.items() if intent not in SMALL_TALK}
        if bare != words and not self._phrases.strangers(bare):
            heard = self._listen(words)
            if self._phrases.stops.issuperset(bare.split()):
                wanted = {}
        small = {intent: odds for intent, odds in heard.items() if intent in SMALL_TALK}
        first = max(wanted.items(), key=lambda pair: pair[1], default=("", 0.0))
        talk = max(small.items(), key=lambda pair: pair[1], default=("", 0.0))
        return talk if talk[1] > max(first[1], TALK) and (first[1] < WANTED or talk[1] > 2 * first[1]) else first

    def _asks(self, intent: str, odds: float, text: str, words: str, index: Index) -> bool:
        """Whether the search finds more in a message than it sounds like an intent.

        What a subscription is to be about says nothing against one, only what else is said.
        """
        of_a_digest = intent in OF_A_DIGEST
        own = " ".join(word for word in words.split() if word[0] != "{") if of_a_digest else text
        finding = index.find(own)
        found = finding.strength * finding.known
        personal = not _PERSONAL.isdisjoint(slots.words(own).split())
        led = not of_a_digest and index.leading_section(text, finding) is not None
        return odds < HEARD + (PERSONAL if personal else FOUND) * found + LED * led

    def _of_the_place(self, best: str, odds: float, words: str) -> tuple[str, float]:
        """Return what a message that names a place wants of it: the likeliest of what can be done with one."""
        if best in OF_A_PLACE | OF_A_DIGEST:
            return best, odds
        if self._phrases.opening.issuperset(words.split()):
            return "section", SURE
        heard = {intent: o for intent, o in self._listen(words).items() if intent in OF_A_PLACE}
        likely = max(heard, key=heard.__getitem__, default="")
        return (likely, heard[likely]) if likely and heard[likely] > odds - BESIDE else (best, odds)


def _narrowed(intent: str, said: Slots, text: str) -> str:
    """Return a change where somebody wants fewer days of what they have, though it begins like something else."""
    if "days" not in said.values or intent not in {"subscribe", "more", "cancel", "previous", "ask", ""}:
        return intent
    limits = _LIMITS.match(slots.words(text)) if intent == "subscribe" else _LIMITS.search(slots.words(text))
    return "change_digest_time" if limits else intent
