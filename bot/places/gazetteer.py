"""Which IANA time zone people mean by what they write of where they live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.places.common import DOUBTFUL, WORDS, words
from bot.places.mentions import Mention, find_place
from bot.places.offsets import iana, zone_of
from bot.places.table import Row, key, table

__all__ = ["Mention", "Place", "find_place", "resolve", "zone_at"]

NOTABLE = 0.15
"""Share of the inhabitants of the greatest place of a name that another one needs to be meant as well."""
# Words before and behind a name in an answer to "where do you live?", cut until a name is left.
_LEADING = words(
    "i im m am are we re live living stay based in at from to near the it is s my our time zone timezone city town use "
    "je j suis habite vis on nous est sommes a au aux en de du des d la le les l heure c ma mon ville fuseau horaire "
    "yo vivo vivimos estoy estamos soy somos es mi hora el los las del ciudad zona horaria uso please now"
)
_TRAILING = words("time local timezone zone please pls thanks now svp merci por favor gracias city s")


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its zone."""

    name: str
    """As the table has it, in the language asked for."""
    zone: str
    """Of the IANA database."""
    country: str
    """ISO code, empty for a zone of the clock."""


def resolve(name: str, language: str = "en") -> list[Place]:
    """Return the places that a name means, the likeliest first: none if unknown, several if their zones differ.

    Understood are cities and countries in any of the three languages, misspelt too, with the words around (`I live in
    Nairobi`) and a country behind (`Valencia, Spain`), IANA names, offsets (`UTC+5:30`, `+3`) and names of zones
    (`CET`, `hora central`). A country of several zones gives the greatest city of each.
    """
    name = " ".join(name.split()).strip(" .!?¡¿,;")
    return _written(name, language) or _named(_rows(name), language)


def zone_at(latitude: float, longitude: float) -> str:
    """Return the zone of a point in degrees; at sea one of whole hours (`Etc/GMT+2`).

    Raises ValueError for what is no point on Earth.
    """
    from tzfpy import get_tz

    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"no point on Earth: {latitude}, {longitude}")
    return get_tz(longitude, latitude)


def _written(name: str, language: str) -> list[Place]:
    """Return the place of an offset or an IANA name."""
    offset = zone_of(name)
    if offset:
        return [Place(*offset, "")]
    zone = iana(name)
    if not zone:
        return []
    city = table().city(zone)
    return [Place(city.name(language) if city else zone, zone, city.country if city else "")]


def _rows(name: str) -> list[Row]:
    """Return the rows that a name means: as it stands, with a country behind, in a sentence, or misspelt."""
    known = table()
    if whole := known.named.get(key(name)) if key(name) not in DOUBTFUL else None:
        return _notable(whole)
    left, comma, right = name.rpartition(",")
    if comma:
        countries = {row.country for row in known.named.get(key(right), ())}
        within = [row for row in _exact(left) if row.country in countries]
        if within:
            return _notable(within)
    return _notable(_exact(name)) or _in_sentence(name) or _misspelt(name)


def _exact(name: str) -> list[Row]:
    """Return the rows of a name once the words around it are cut, one by one, until it is known."""
    words, known = key(name).split(), table().named
    while words:
        rest = " ".join(words)
        if rest in known and (rest not in DOUBTFUL or rest.upper() in name):
            return known[rest]
        if words[-1] in _TRAILING:
            words.pop()
        elif words[0] in _LEADING:
            del words[0]
        else:
            break
    return []


def _in_sentence(name: str) -> list[Row]:
    mention = find_place(name)
    return _rows(mention.text) if mention and mention.text != name else []


def _misspelt(name: str) -> list[Row]:
    words = key(name).split()
    while words and words[0] in _LEADING:
        del words[0]
    while words and words[-1] in _TRAILING:
        words.pop()
    near = None if " ".join(words) in WORDS else table().nearest(" ".join(words))
    return _notable(table().named[near]) if near else []


def _notable(rows: list[Row]) -> list[Row]:
    """Return the rows but for those that others dwarf, the greatest first; capitals and countries are never dwarfed.

    A country or a zone of the clock dwarfs any city that has its name by chance.
    """
    great = [row for row in rows if row.kind in {"country", "zone"}]
    cities = [row for row in rows if row not in great]
    most = max((row.population for row in cities), default=0)
    if great:
        home = {row.country for row in great}
        cities = [row for row in cities if row.country in home or row.kind == "capital"]
    cities = [row for row in cities if row.kind == "capital" or row.population >= NOTABLE * most]
    return sorted(cities, key=lambda row: -row.population) + great


def _named(rows: Iterable[Row], language: str) -> list[Place]:
    """Return a place for each zone of the rows, each once."""
    places: dict[str, Place] = {}
    for row in rows:
        for zone in row.zones:
            city = table().city(zone, row.country) if len(row.zones) > 1 else None
            shown = city or row
            places.setdefault(zone, Place(shown.name(language), zone, shown.country))
    return list(places.values())
