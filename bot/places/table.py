"""The table of places, read once, and its rows by name."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.words import fold

PATH = Path(__file__).with_name("table.tsv")
CREDIT = "# Places: GeoNames, CC BY 4.0, https://www.geonames.org; names of countries and zones: CLDR, by Babel."
LANGUAGES = ("en", "fr", "es")
NEAR = 0.83
"""Similarity from which a misspelt name is taken: one error in six letters, two in twelve."""
SHORTEST = 6
"""Letters of the shortest name that may be misspelt: in five, one error is too much."""

_LETTERS = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart, so that folding leaves them.
STROKES = str.maketrans("łøđıØŁĐ", "lodiold")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    kind: str
    """`capital`, `city`, `country` or `zone`."""
    zones: tuple[str, ...]
    """One, or for a country or an abbreviation as many as it may mean, the likeliest first."""
    country: str
    """ISO code, empty for a zone."""
    population: int
    names: tuple[str, str, str]
    """In the order of LANGUAGES."""
    others: tuple[str, ...]

    def name(self, language: str) -> str:
        """Return the name in a language."""
        return self.names[LANGUAGES.index(language)]


def key(name: str) -> str:
    """Return what all ways of writing a name have in common: folded words with one space between them.

    Dots, hyphens and apostrophes part words, and `St` is `Saint`: `St. John's` -> `saint john s`.
    """
    words = _LETTERS.findall(fold(name).translate(STROKES))
    return " ".join("saint" if word == "st" and len(words) > 1 else word for word in words)


class Table:
    """All rows, and which of them a name may mean."""

    def __init__(self, lines: list[str]) -> None:
        self.rows = [_row(line) for line in lines if not line.startswith("#")]
        self.named: dict[str, list[Row]] = defaultdict(list)
        self.acronyms: set[str] = set()
        """Keys of names in capitals alone, such as LA, that mean something else in small letters."""
        self.longest: dict[str, int] = defaultdict(int)
        """Words of the longest name that begins with a word."""
        self._cities: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            self._add(row)
        self._by_length: dict[tuple[str, int], list[str]] = defaultdict(list)
        for name in self.named:
            self._by_length[name[0], len(name)].append(name)
        self.nearest = lru_cache(1000)(self._nearest)

    def _add(self, row: Row) -> None:
        for name in {*row.names, *row.others}:
            folded = key(name)
            if row not in self.named[folded]:
                self.named[folded].append(row)
            if name.isupper():
                self.acronyms.add(folded)
            first, *rest = folded.split()
            self.longest[first] = max(self.longest[first], 1 + len(rest))
        if row.kind in {"capital", "city"}:
            for place in ((row.zones[0], row.country), (row.zones[0], "")):
                best = self._cities.get(place)
                if best is None or row.population > best.population:
                    self._cities[place] = row

    def city(self, zone: str, country: str = "") -> Row | None:
        """Return the most populous city of a zone, of a country if one is given."""
        return self._cities.get((zone, country))

    def _nearest(self, name: str) -> str | None:
        """Return the known key nearest to a misspelt one, the first letter being the same, or None."""
        if len(name) < SHORTEST:
            return None
        lengths = range(len(name) - 2, len(name) + 3)
        near = [known for length in lengths for known in self._by_length.get((name[0], length), ())]
        found = process.extract(name, near, scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=5)
        best = max(found, key=lambda hit: (hit[1], max(row.population for row in self.named[hit[0]])), default=None)
        return best[0] if best else None


def _row(line: str) -> Row:
    kind, zones, country, population, english, french, spanish, others = line.split("\t")
    names = (english, french or english, spanish or english)
    return Row(kind, tuple(zones.split(",")), country, int(population), names, tuple(filter(None, others.split("|"))))


@cache
def table() -> Table:
    """Return the table, read from its file at the first call."""
    return Table(PATH.read_text(encoding="utf-8").splitlines())
