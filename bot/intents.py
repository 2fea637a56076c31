"""From a message to an intent and its arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from bot import references
from bot.language import named
from bot.models import Agenda
from bot.words import fold

VERSION = "1"
"""Of the codes behind choices; a code of another version is answered civilly."""
LONGEST_CODE = 64
"""Bytes that a button can carry."""
LONGEST_PHRASE = 60
"""Characters; whoever writes more asks a question."""

# Slash commands are the same in every language.
COMMANDS = {
    "start": "greet",
    "help": "help",
    "contents": "contents",
    "section": "section",
    "practice": "practice",
    "random": "random",
    "more": "more",
    "language": "language",
    "privacy": "privacy",
    "cancel": "cancel",
}
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a message wants."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)


def encode(intent: str, *values: object) -> str:
    """Return the code of a choice: short, versioned, at most 64 bytes, meaningful after a restart."""
    return ":".join([VERSION, intent, *map(str, values)])


def decode(code: str) -> Intent:
    """Return the intent behind a choice's code; `outdated` for a code of another version or shape."""
    version, _, rest = code.partition(":")
    name, *values = rest.split(":")
    names = _CODE_ARGUMENTS.get(name)
    if version != VERSION or names is None or len(values) > len(names):
        return Intent("outdated")
    return Intent(name, dict(zip(names, values, strict=False)))


def decode_payload(payload: str, agenda: Agenda) -> Intent | None:
    """Return the intent of a deep link's payload, or None if it names nothing: `r-III_6_a-5` is III.6.a#5."""
    ref = payload.removeprefix("r-").replace("_", ".").replace("-", "#")
    if not payload.startswith("r-"):
        return None
    if ref in agenda.items:
        return Intent("practice", {"ref": ref})
    return Intent("section", {"ref": ref}) if ref in agenda.sections else None


# What follows an intent's name in a code.
_CODE_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "section": ("ref", "page"),
    "practice": ("ref",),
    "contents": ("page",),
    "random": (),
    "more": ("items",),
    "ask": ("example",),
    "privacy": (),
    "help": (),
    "language": ("to",),
    "faces": ("ref",),
    "why": ("item", "line", "words"),
}


class Router:
    """Tells intents apart by the phrases that people use for them, in any of the languages."""

    def __init__(self, agendas: Mapping[str, Agenda]) -> None:
        self._agenda = next(iter(agendas.values()))
        self._languages = tuple(agendas)
        self._exact: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        courtesies: set[str] = set()
        for agenda in agendas.values():
            for intent, phrases in agenda.phrases.items():
                if intent == "courtesy":
                    courtesies.update(map(_plain, phrases))
                    continue
                for phrase in phrases:
                    if _SLOT.search(phrase):
                        self._patterns.append((_pattern(phrase), intent))
                    else:
                        self._exact[_plain(phrase)] = intent
        self._courtesy = re.compile("|".join(sorted(map(re.escape, courtesies), key=len, reverse=True)) or "(?!)")
        self._phrases = sorted(p for p in self._exact if len(p) >= 5)

    def route(self, text: str) -> Intent:
        """Return what a message wants; `ask` unless the whole of it says something else."""
        stripped = text.strip()
        if stripped.startswith("/"):
            return self._command(stripped)
        if len(stripped) > LONGEST_PHRASE + 60:
            return Intent("ask")
        plain = _plain(stripped)
        for said in dict.fromkeys((plain, self._without_courtesy(plain))):
            found = self._phrase(said) or self._slots(said)
            if found:
                return found
            if not said:
                return Intent("greet")
        return self._reference(stripped) or Intent("ask")

    def _command(self, text: str) -> Intent:
        word, _, rest = text[1:].partition(" ")
        command = word.partition("@")[0].lower()
        intent = COMMANDS.get(command)
        if intent is None:
            return Intent("unknown", {"command": command[:32]})
        rest = rest.strip()
        if not rest:
            return Intent(intent)
        if intent in {"section", "practice"}:
            return self._reference(rest) or Intent(intent, {"text": rest})
        if intent == "language":
            return Intent("language", {"to": named(rest, self._languages) or rest})
        if intent == "greet":
            return Intent("greet", {"payload": rest})
        return Intent(intent)

    def _phrase(self, plain: str) -> Intent | None:
        if plain in self._exact:
            return Intent(self._exact[plain])
        if 5 <= len(plain) <= LONGEST_PHRASE:
            near = process.extractOne(plain, self._phrases, scorer=fuzz.ratio, score_cutoff=88)
            if near:
                return Intent(self._exact[near[0]])
        return None

    def _slots(self, plain: str) -> Intent | None:
        for pattern, intent in self._patterns:
            match = pattern.fullmatch(plain)
            if not match:
                continue
            found = self._reference(match["ref"]) if "ref" in match.groupdict() else None
            if found:
                return found
            language = named(match["to"], self._languages) if "to" in match.groupdict() else None
            if language:
                return Intent(intent, {"to": language})
        return None

    def _reference(self, text: str) -> Intent | None:
        found = references.read(text, self._agenda)
        if found is None:
            return None
        if not found.exists:
            return Intent("unknown_reference", {"ref": found.ref, "within": found.within})
        return Intent("practice" if found.ref in self._agenda.items else "section", {"ref": found.ref})

    def _without_courtesy(self, plain: str) -> str:
        """Cut greetings and thanks from both ends."""
        while match := re.match(rf"(?:{self._courtesy.pattern})\b\s*", plain):
            plain = plain[match.end() :]
        while match := re.search(rf"\s*\b(?:{self._courtesy.pattern})$", plain):
            plain = plain[: match.start()]
        return plain


def _plain(text: str) -> str:
    """Fold a phrase and keep its words, apostrophes opened; slots stay."""
    return " ".join(re.findall(r"[\w{}#.()+:°/-]*\w[\w{}#()°]*", fold(text).replace("'", " ").replace("’", " ")))


def _pattern(phrase: str) -> re.Pattern[str]:
    escaped = re.escape(_plain(phrase)).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(_SLOT.sub(lambda m: f"(?P<{m[1]}>.{{1,80}}?)", escaped))
