"""What was said with an intent: places, languages, and everything of a subscription."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot import places, references, slots
from bot.codes import Intent
from bot.days import find_named_days
from bot.models import Agenda
from bot.phrases import Phrases
from bot.references import Reference
from bot.search import Index
from bot.slots import Slots
from bot.words import flatten

NAMED = 1.5
"""The score of the best item from which words between commas are a topic."""
_NOW_HERE = re.compile(
    r"\b(?:it'?s|it is|il est|son las?|es la)\b.{0,80}"
    r"\b(?:here|now|for me|ici|chez (?:moi|nous)|maintenant|aqui|ahora)\b"
)
LONGEST_CITY = 3
"""Words."""
LONGEST_TOPIC = 6
"""Words."""
OF_A_PLACE = {"section", "practice", "save", "unsave", "cite"}
OF_A_DIGEST = {"subscribe", "change_digest_time"}
_NOT_SPOKEN = re.compile(
    r"\b(?:no (?:hablo|entiendo|leo|se)|(?:don t|dont|do not|can t|cannot|not) (?:speak|understand|read|know)|"
    r"(?:parle|comprends|lis|connais) (?:pas|mal)|hablo poco)\s(?:\w+\s){0,2}\{to\}"
)
"""How people say which language they do *not* want."""


# Times as they are written where it is known that a time is meant: 11.30, 7h, at 6.
_LOOSE_TIME = re.compile(
    r"(?<![\d.])(?P<hour>[01]?\d|2[0-3])(?:[.:](?P<minute>[0-5]\d)|\s?h(?:\s?(?P<after>[0-5]\d))?)(?![\d.])"
    r"|\b(?:at|to|a|vers)\s+(?:las?\s+)?(?P<bare>[01]?\d|2[0-3])(?!\s*%|[\d.:])\b"
)


class Arguments:
    """Gives intents their arguments, as far as they were said."""

    def __init__(self, agenda: Agenda, phrases: Phrases) -> None:
        self._agenda = agenda
        self._phrases = phrases

    def open(self, found: Reference | None) -> Intent | None:
        """Return the intent to open what a reference names, or to say that it names nothing."""
        if found is None:
            return None
        if not found.exists:
            return Intent("unknown_reference", {"ref": found.ref, "within": found.within})
        return Intent("practice" if found.ref in self._agenda.items else "section", {"ref": found.ref})

    def give(self, intent: str, said: Slots, index: Index) -> Intent:
        """Return an intent with what was said of it."""
        values = said.values
        if intent in OF_A_PLACE and "ref" in values:
            reference: Reference = values["ref"]
            if intent in {"section", "practice"} or not reference.exists:
                return self.open(reference) or Intent(intent)
            return Intent(intent, {"ref": reference.ref})
        if intent == "language":
            wanted = values.get("to") and not _NOT_SPOKEN.search(said.words)
            return Intent(intent, {"to": values["to"]} if wanted else {})
        return Intent(intent, self._digest_arguments(said, index) if intent in OF_A_DIGEST else {})

    def _digest_arguments(self, said: Slots, index: Index) -> dict[str, Any]:
        values, args = said.values, dict[str, Any]()
        if time := values.get("time") or _loose_time(said):
            args["clock" if _NOW_HERE.search(flatten(said.text)) else "time"] = time
        days = values.get("days") or find_named_days(said.text)
        if days:
            args["days"] = list(days)
        place = values.get("place") or _listed_city(said.text) or self.bare_city(said.words)
        if place:
            args[place.kind] = place.text
        if "ref" in values and values["ref"].exists:
            args |= {"topic": said.typed["ref"], "topic_section": self._section(values["ref"].ref)}
        if "apart" in values and index.find(values["topic"]).strength < NAMED:
            return args
        topic = values.get("topic") or self._unannounced(said, index)
        if topic and place and topic.lower() in place.text.lower():
            return args
        return args | (self.topics(topic, index) if topic else {})

    def _unannounced(self, said: Slots, index: Index) -> str | None:
        """Return a topic that no word announces (`sign me up for visas`): words of the content that no phrase has."""
        words = said.words.split()
        strange = [at for at, word in enumerate(words) if self._phrases.is_stranger(word)]
        run = words[strange[0] : strange[-1] + 1] if strange else []
        if not run or len(run) > LONGEST_TOPIC or any(word[0] == "{" for word in run):
            return None
        typed = re.search(r"\W+".join(map(re.escape, run)), flatten(said.text))
        if typed is None:
            return None
        topic = said.text[typed.start() : typed.end()]
        finding = index.find(topic)
        return topic if finding.strength * finding.known >= 2 * NAMED else None

    def bare_city(self, words: str) -> places.Mention | None:
        """Return a city that was written small and without a word before it: `8am nairobi`."""
        found = (places.find_place(word.capitalize()) for word in words.split() if self._phrases.is_stranger(word))
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


def _listed_city(text: str) -> places.Mention | None:
    """Return a city that stands between commas, written large: `every day, 13:00, La Paz`."""
    for part in re.finditer(r"[^,;:.]+", text):
        name = part.group().strip()
        if name[:1].isupper() and len(name.split()) <= LONGEST_CITY and part.start() and places.resolve(name):
            return places.Mention(part.start(), part.end(), name, "city")
    return None


def _loose_time(said: Slots) -> str | None:
    """Return a time written as other numbers are too, where the sentence names no place of the Agenda."""
    found = None if "ref" in said.values else _LOOSE_TIME.search(flatten(said.text))
    if found is None:
        return None
    return f"{int(found['hour'] or found['bare']):02}:{found['minute'] or found['after'] or '00'}"
