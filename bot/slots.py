"""What varies in a message: a time, days, a place, a topic, a reference, a language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot import places, references, times
from bot.language import named
from bot.models import Agenda
from bot.words import flatten

# What people put before the topic they want to read of, folded. English "on" stands before much else.
_ABOUT = re.compile(
    r"\b(?:(?<!how )about|regarding|concerning|dealing with|related to|on(?: the)? (?:topics?|subjects?|themes?) of|"
    r"(?<=practice )on|(?<=day )on|(?<=week )on|(?<=morning )on|(?<=updates )on|(?<=things )on|"
    r"(?<=practices )on|(?<=messages )on|(?<=one )on|(?<=ones )on|(?<=it )on|(?<=me )on|(?<=only )on|"
    r"(?<=something )on|(?<=everything )on|(?<=anything )on|(?<=focus )on|(?<=, )on|"
    r"(?:topics?|subjects?|themes?|subscription) to|(?:sujets?|themes?|abonnement)\s*(?:en|pour|a|:)|"
    r"(?:temas?|suscripcion)\s*(?:a|por|:)|qui concerne(?:nt)?|en lien avec|"
    r"sur|au sujet d[eu]s?|a propos d[eu]s?|concernant|en matiere d[eu]|relati(?:ve?s?|fs?) (?:a|aux?)|"
    r"qui parlent? d[eu]s?|(?<=uniquement )d[eu]s?|(?<=seulement )d[eu]s?|"
    r"temas? del?|(?<=solo )del?|(?<=solamente )del?|(?<=unicamente )del?|"
    r"sobre|acerca d[eo]l?|en torno al?|relacionad[oa]s? con|respecto al?|que traten? de|que hablen? de)\s+"
)
_ARTICLE = re.compile(
    r"^(?:now |maintenant |ahora )?(?:topics? of|the|l['’]|la|le|les|du|des|de la|de l['’]|de|el|los|las|lo)"
    r"\s*(?<![a-z](?=[a-z]))"
)
# What may stand after such a word and is no topic.
_NO_TOPIC = re.compile(
    r"(?:the (?:time|hour)|l'heure|la hora|my phone|me|you|us|it|this|that|these|hold|moi|nous|toi|vous|ce|cela|ca|"
    r"pause|la liste|ma liste|ce bot|"
    r"mi|ti|esto|eso|este|ese|la lista|mi lista)\b"
)
# What follows a topic and is none of it.
_END = re.compile(
    r"[.!?;]|,\s*(?:i|i'?m|we|je|j'|on|nous|estoy|vivo|soy|same|(?:a )?(?:la )?(?:meme|misma))\b.*$|"
    r",\s*(?:please|pls|plz|xfa|s'?il|svp|stp|por favor|porfa|thanks|merci|gracias)|"
    r"\s+(?:please|pls|plz|xfa|svp|stp|por favor|porfa|instead|from now on|only|now|thanks|"
    r"and (?:nothing else|no other)|"
    r"to my (?:subscription|topics?)|a mon abonnement|a mes themes|a mi suscripcion|a mis temas|"
    r"s'il (?:te|vous) plait|desormais|dorenavant|seulement|rien d'autre|merci|"
    r"a partir de ahora|solamente|en adelante|(?:y )?nada mas|gracias)\b.*$"
)
_LISTED = re.compile(r"(?<=[,;:])\s*(?!(?:pas|not|no|sans|sin|without|except|sauf|salvo|menos)\b)[^\d,;:]+(?=$|[,;:])")
LISTED = 4
"""Words of a topic that stands between commas."""
SHORT = 2
"""Letters of words that are no topic."""
_LANGUAGE = re.compile(
    r"\b(?:english|french|spanish|anglais|francais|espagnol|ingles|frances|espanol|castellano|castilian)e?s?\b"
)
_WORD = re.compile(r"\{\w+\}|[^\W_]+")
_DRAWN_OUT = re.compile(r"([a-hj-z])\1{2,}")
# So that `that's not it` is known from `that is not it`.
_CONTRACTION = re.compile(
    r"\b(?:(?P<can>can)['’]?t|(?P<aux>do|does|did|is|are|was|would|should|could|have|has)n['’]?t|(?P<am>i)['’]?m|"
    r"(?P<what>what|that|who|where|how)['’]?s|(?P<it>it|here|there)['’]s|(?P<are>you|we|they)['’]re|"
    r"(?P<have>i|you|we|they)['’]ve|(?P<would>i|you|we|it|that)['’](?:d|ll))\b"
)
_LONG = {
    "can": "can not", "aux": "{} not", "am": "i am", "what": "{} is", "it": "{} is", "are": "{} are", "have": "{} have",
    "would": "{} would",
}  # fmt: skip
# The small words before what varies belong to it, wherever it was taken to begin.
_CUE = re.compile(
    r"\b(?:at|around|by|to|in|en|on|au|aux|a|a las?|las?|hacia las?|sobre las?|vers|pour|dans|de|from|for|desde|para|"
    r"about|sur|sobre)\s+(?=\{(?:time|place|topic|days)\})|"
    r"\b(?:(?:the|la|le|les|el|common|commune|comun|practi[cs]es?|pratiques?|practicas?|sections?|seccion|chapters?|"
    r"chapitres?|capitulos?|paragraphe?|parrafo|understandings?|perceptions?|entendimientos?|number|numero|no|n|num)\s+){1,6}"
    r"(?=\{ref\})"
)
_AND = re.compile(r"\s*,\s*(?:and|et|y|e)?\s*|\s+(?:and|et|y|e|as well as|ainsi que|plus|asi como)\s+")


@dataclass(frozen=True, slots=True)
class Slots:
    """A message with what varies taken out of it."""

    text: str
    """As it was typed."""
    words: str
    """The folded words, with `{time}`, `{days}`, `{place}`, `{topic}`, `{ref}`, `{to}` in the place of what varies."""
    values: Mapping[str, Any]
    """By name: time "HH:MM", days a tuple, place a Mention, topic as typed, ref a Reference, to a language,
    apart where the topic has no word before it that says so."""
    typed: Mapping[str, str]
    """By name, as it was typed."""


def read(text: str, agenda: Agenda, languages: Collection[str]) -> Slots:
    """Return what varies in a message, and its words without that."""
    spans: list[tuple[int, int, str]] = []
    values: dict[str, Any] = {}
    typed: dict[str, str] = {}

    def take(name: str, start: int, end: int, value: Any) -> None:
        if all(end <= s or start >= e for s, e, _ in spans):
            spans.append((start, end, name))
            values[name], typed[name] = value, text[start:end]

    flat = flatten(text)
    if time := times.find_time(text):
        take("time", time.start, time.end, time.value)
    if mention := references.find(text, agenda):
        take("ref", mention.start, mention.end, mention.reference)
    if days := times.find_days(text):
        take("days", days.start, days.end, days.value)
    if place := places.find_place(text):
        take("place", place.start, place.end, place)
    if language := _LANGUAGE.search(flat):
        take("to", *language.span(), named(language[0], languages))
    if topic := _topic(flat, spans):
        take("topic", *topic, trim(text[slice(*_tail(flat, *topic))]))
    elif {"time", "days"} & values.keys() and (topic := _apart(flat, spans)):
        take("topic", *topic, trim(text[slice(*topic)]))
        values["apart"] = True
    return Slots(text, _abstract(flat, spans), values, typed)


def words(text: str) -> str:
    """Return the folded words of a phrase, its slots as they stand."""
    flat = _DRAWN_OUT.sub(r"\1", flatten(text))
    flat = _CONTRACTION.sub(lambda match: _LONG[match.lastgroup or ""].format(match[match.lastgroup or 0]), flat)
    return _CUE.sub("", " ".join(_WORD.findall(flat)))


def trim(topic: str) -> str:
    """Return a topic without the article before it and the signs around it."""
    bare = topic.strip(" ,.;:!?¿¡\"'«»“”()")
    article = _ARTICLE.match(flatten(bare))
    return bare[article.end() :].strip() if article and article.end() < len(bare) else bare


def split_topics(topic: str) -> list[str]:
    """Return the topics that a list of them names (`remittances, health and return`)."""
    flat = flatten(topic)
    ends = [0, *(at for match in _AND.finditer(flat) for at in match.span()), len(topic)]
    return [part for part in (trim(topic[a:b]) for a, b in zip(ends[::2], ends[1::2], strict=True)) if part]


def _topic(flat: str, spans: Collection[tuple[int, int, str]]) -> tuple[int, int] | None:
    """Return where a topic stands, from the word before it to the next thing that varies or the end of the sentence."""
    for cue in _ABOUT.finditer(flat):
        if _NO_TOPIC.match(flat, cue.end()):
            continue
        if not flat[: cue.start()].strip(" ¿¡\"'«"):
            continue  # what a question begins with
        if any(start < cue.end() and cue.start() < end for start, end, _ in spans):
            continue
        end = min((start for start, _, _ in spans if start >= cue.end()), default=len(flat))
        stop = _END.search(flat, cue.end(), end)
        end = stop.start() if stop else end
        if any(len(word) > SHORT for word in _WORD.findall(flat[cue.end() : end])):
            return cue.start(), end
    return None


def _apart(flat: str, spans: Collection[tuple[int, int, str]]) -> tuple[int, int] | None:
    """Return where a topic stands between commas, in a list of what is wanted: `Mondays, 8 am, Dakar, visas`."""
    for part in _LISTED.finditer(flat):
        start, end = part.span()
        free = all(end <= s or start >= e for s, e, _ in spans)
        said = _WORD.findall(part.group())
        if (
            free
            and 0 < len(said) <= LISTED
            and any(len(word) > SHORT + 1 for word in said)
            and not _END.match(", " + part.group())
        ):
            return start, end
    return None


def _tail(flat: str, start: int, end: int) -> tuple[int, int]:
    cue = _ABOUT.match(flat, start, end)
    return (cue.end() if cue else start), end


def _abstract(flat: str, spans: Collection[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, name in sorted(spans):
        parts += [flat[at:start], f" {{{name}}} "]
        at = end
    return words("".join([*parts, flat[at:]]))
