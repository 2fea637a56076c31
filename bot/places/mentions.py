"""The place or the zone that a sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.places.common import DEEDS, DOUBTFUL, WORDS, words
from bot.places.offsets import IANA, OFFSET, iana, zone_of
from bot.places.table import STROKES, Row, key, table
from bot.words import flatten

# Before a place, in any of the languages.
_CUES = words("in at from to for near into a au aux en de depuis vers pour desde para d du del hacia")
# Between the cue and the place; no cues by themselves.
_FILLERS = words("the la le les los las el l local locale s")
_CLOCKS = words("hora heure time")
# So near before a cue, they leave no doubt that a place follows, even a misspelt one in small letters.
_LIVING = _CLOCKS | words(
    "live lives living based moved move moving relocated habite habitons vis vivons demenage installe installee base "
    "basee reside vivo vivimos resido mude mudado mudamos radico ubicado ubicada trabajo travaille work working"
)
# Cues of where a reader is, not of where others are or came from: a country after these alone is a place to live in.
_HERE = words("in at a au aux en")
# What a doubtful abbreviation of a zone must follow, if no cue.
_HOUR = re.compile(r"\d+(?:h|am|pm|hrs?)?\d*|[ap]m|h|m|hours?|heures?|horas?|noon|midi|midday|mediodia|midnight|minuit")
_LETTERS = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[ \t\-’'.]{1,2}")


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a sentence names a place or a zone."""

    start: int
    end: int
    """The span, with the words around that belong to it: `in Geneva`, `Lima time`."""
    text: str
    """The name alone as it was typed: `Geneva`, `UTC+3`, `Lima`."""
    kind: str
    """`city` for a place (a country too), `tz` for a zone of the clock."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str
    """In small letters, without accents."""
    typed: str


def find_place(text: str) -> Mention | None:
    """Return the place or zone named in a sentence in any of the languages, the surest and then the first, or None.

    Surest are zones as such (`UTC+3`, `Europe/Paris`, `Eastern time`), then places beside a word for the clock
    (`Lima time`, `heure de Dakar`), where one is (`in Geneva`, `à Dakar`), after other cues (`from Lima`) or with a
    capital letter but no cue (`8am Nairobi`), and countries and misspelt names after a cue. Names that are words too
    (Nice, Mobile) need both a cue and a capital letter.
    """
    return _written(text) or min(_Sentence(text).mentions(), key=lambda found: found[0], default=(0, None))[1]


def _written(text: str) -> Mention | None:
    for pattern, known in ((IANA, iana), (OFFSET, zone_of)):
        for match in pattern.finditer(text):
            if known(match.group()):
                return Mention(match.start(), match.end(), match.group(), "tz")
    return None


class _Sentence:
    """A text as its words, and the places among them."""

    def __init__(self, text: str) -> None:
        self.text = text
        flat = flatten(text).translate(STROKES)
        self.tokens = [_Token(m.start(), m.end(), m.group(), text[m.start() : m.end()])
                       for m in _LETTERS.finditer(flat)]  # fmt: skip
        self.shouted = text.isupper() and sum(token.word.isalpha() for token in self.tokens) > 2

    def mentions(self) -> Iterator[tuple[tuple[int, int], Mention]]:
        """Yield what is named with how sure it is: a rank, the least the surest, and the place in the sentence."""
        known, skip = table(), 0
        for first, token in enumerate(self.tokens):
            if first < skip:
                continue
            for last in range(min(first + known.longest.get(token.word, 0), len(self.tokens)), first, -1):
                rows = known.named.get(self._key(first, last), ())
                found = self._judge(first, last, rows) if rows and self._joined(first, last) else None
                if found:
                    yield found
                    skip = last
                    break
            else:
                found = self._misspelt(first)
                if found:
                    yield found

    def _key(self, first: int, last: int) -> str:
        return key(" ".join(token.word for token in self.tokens[first:last]))

    def _joined(self, first: int, last: int) -> bool:
        """Whether nothing but a space, a hyphen or the like stands between the words."""
        pairs = zip(self.tokens[first:last], self.tokens[first + 1 : last], strict=False)
        return all(_GAP.fullmatch(self.text, a.end, b.start) for a, b in pairs)

    def _judge(self, first: int, last: int, rows: list[Row]) -> tuple[tuple[int, int], Mention] | None:
        """Return the rank and the mention of an exact name, or None if it is none here."""
        name, typed = self._key(first, last), self.text[self.tokens[first].start : self.tokens[last - 1].end]
        start, cues = self._before(first)
        end, clock = self._after(last)
        capital = typed[0].isupper()
        if name in table().acronyms:
            capital = typed.isupper() and not self.shouted
            if not capital:
                return None
        if all(row.kind == "zone" for row in rows):
            return self._zone(first, last, name, start if cues else first)
        clock = clock or bool(cues & _CLOCKS)
        around = self.tokens[max(start - 1, 0) : start] + self.tokens[end : end + 1]
        if not clock and any(token.word in DEEDS for token in around):
            return None
        if (name in WORDS or len(name) < 4) and not (capital and (cues or clock)):
            return None
        if all(row.kind == "country" for row in rows) and not clock:
            rank = 3 if cues & _HERE else None
        else:
            rank = 0 if clock else 1 if cues & _HERE else 2 if cues or (capital and name not in WORDS) else None
        return None if rank is None else self._mention(rank, start, end, first, last, "city")

    def _zone(self, first: int, last: int, name: str, start: int) -> tuple[tuple[int, int], Mention] | None:
        if last - first == 1:
            if name not in table().acronyms:
                return None
            before = self.tokens[first - 1].word if first else ""
            if name in DOUBTFUL and not (start < first or _HOUR.fullmatch(before)):
                return None
        return self._mention(-1, start if last - first == 1 else first, last, first, last, "tz")

    def _misspelt(self, first: int) -> tuple[tuple[int, int], Mention] | None:
        """Return a misspelt name of up to three words after a cue, with a capital letter or where one must be."""
        start, cues = self._before(first)
        if not cues:
            return None
        sure = bool(cues & _CLOCKS) or (start > 0 and self.tokens[start - 1].word in _LIVING)
        if not (sure or (self.tokens[first].typed[0].isupper() and not self.shouted)):
            return None
        for last in range(min(first + 3, len(self.tokens)), first, -1):
            name = self._key(first, last)
            if name in table().named or self.tokens[last - 1].word in _CUES | _FILLERS:
                continue
            meant = table().nearest(name) if name not in WORDS and self._joined(first, last) else None
            kinds = {row.kind for row in table().named[meant]} if meant else set()
            if kinds & {"capital", "city"} or ("country" in kinds and sure):
                return self._mention(4, start, self._after(last)[0], first, last, "city")
        return None

    def _before(self, first: int) -> tuple[int, set[str]]:
        """Return from which word on the words before a name belong to it, and the cues among them."""
        start, cues = first, set[str]()
        for index in range(first - 1, max(first - 6, -1), -1):
            word = self.tokens[index].word
            if not self._joined(index, index + 2) or word not in _CUES | _FILLERS | _CLOCKS:
                break
            if word not in _FILLERS:
                cues.add(word)
                start = index
            elif cues & _CLOCKS:
                start = index
        return (start, cues) if cues & _CUES else (first, set())

    def _after(self, last: int) -> tuple[int, bool]:
        """Return up to which word the words after a name belong to it (`Lima local time`), and whether they do."""
        for index in range(last, min(last + 3, len(self.tokens))):
            word = self.tokens[index].word
            if not self._joined(index - 1, index + 1) or word not in {"local", "s", "time"}:
                break
            if word == "time":
                return index + 1, True
        return last, False

    def _mention(
        self, rank: int, start: int, end: int, first: int, last: int, kind: str
    ) -> tuple[tuple[int, int], Mention]:
        name = self.text[self.tokens[first].start : self.tokens[last - 1].end]
        return (rank, start), Mention(self.tokens[start].start, self.tokens[end - 1].end, name, kind)
