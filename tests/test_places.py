"""Places: what people write of where they live becomes a zone."""

from __future__ import annotations

from timeit import timeit
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from bot.places import Mention, find_place, resolve, zone_at
from bot.places.make import Row as Made
from bot.places.make import build, clock, read_hand, unique
from bot.places.table import CREDIT, PATH, key, table


def zones(name: str) -> list[str]:
    return [place.zone for place in resolve(name)]


ONE = {
    # Names in three languages, with accents and without.
    "Geneva": "Europe/Zurich", "Genève": "Europe/Zurich", "Ginebra": "Europe/Zurich", "Genf": "Europe/Zurich",
    "London": "Europe/London", "Londres": "Europe/London", "Le Caire": "Africa/Cairo", "El Cairo": "Africa/Cairo",
    "La Haye": "Europe/Amsterdam", "La Haya": "Europe/Amsterdam", "Nueva York": "America/New_York",
    "Pékin": "Asia/Shanghai", "Pekín": "Asia/Shanghai", "Bruxelles": "Europe/Brussels", "Bruselas": "Europe/Brussels",
    "Moscou": "Europe/Moscow", "Moscú": "Europe/Moscow", "Varsovie": "Europe/Warsaw", "Alger": "Africa/Algiers",
    "Argel": "Africa/Algiers", "Ciudad de México": "America/Mexico_City", "Adís Abeba": "Africa/Addis_Ababa",
    "Bogota": "America/Bogota", "Sao Paulo": "America/Sao_Paulo", "paris": "Europe/Paris", "Lodz": "Europe/Warsaw",
    "København": "Europe/Copenhagen", "Şanlıurfa": "Europe/Istanbul", "N’Djamena": "Africa/Ndjamena",
    # Hubs, and short names.
    "Cox's Bazar": "Asia/Dhaka", "coxs bazar": "Asia/Dhaka", "Dadaab": "Africa/Nairobi", "Kakuma": "Africa/Nairobi",
    "Lesbos": "Europe/Athens", "Ciudad Juarez": "America/Ciudad_Juarez", "Tapachula": "America/Mexico_City",
    "Gao": "Africa/Bamako", "Ceuta": "Africa/Ceuta", "NYC": "America/New_York", "LA": "America/Los_Angeles",
    "DC": "America/New_York", "CDMX": "America/Mexico_City", "BsAs": "America/Argentina/Buenos_Aires",
    # Misspelt.
    "Genvea": "Europe/Zurich", "Nairobbi": "Africa/Nairobi", "Adis abeba": "Africa/Addis_Ababa",
    "Gazianteb": "Europe/Istanbul", "Nigera": "Africa/Lagos",
    # One by far, or one zone.
    "Santiago": "America/Santiago", "La Paz": "America/La_Paz", "Birmingham": "Europe/London",
    "Panama": "America/Panama", "Georgia": "Asia/Tbilisi", "Armenia": "Asia/Yerevan", "Hong Kong": "Asia/Hong_Kong",
    # Countries.
    "Kenya": "Africa/Nairobi", "Sénégal": "Africa/Dakar", "Suiza": "Europe/Zurich", "UK": "Europe/London",
    "Côte d'Ivoire": "Africa/Abidjan", "Trinidad and Tobago": "America/Port_of_Spain", "Burma": "Asia/Yangon",
    # With a country, or in a sentence.
    "Valencia, Spain": "Europe/Madrid", "San José, Costa Rica": "America/Costa_Rica",
    "San Jose, USA": "America/Los_Angeles", "I live in Nairobi": "Africa/Nairobi", "I'm in Amman!": "Asia/Amman",
    "à Dakar": "Africa/Dakar", "je suis à Genève": "Europe/Zurich", "vivo en Bogotá": "America/Bogota",
    "estoy en La Paz": "America/La_Paz", "Lima time": "America/Lima", "hora de Lima": "America/Lima",
    "heure de Paris": "Europe/Paris", "heure du Caire": "Africa/Cairo", "I'm in the uk": "Europe/London",
    # Zones as such.
    "europe/paris": "Europe/Paris", "America/Lima": "America/Lima", "america/new york": "America/New_York",
    "UTC": "Etc/UTC", "gmt": "Etc/UTC", "Z": "Etc/UTC", "UTC+0": "Etc/UTC", "UTC+3": "Etc/GMT-3", "+3": "Etc/GMT-3",
    "GMT-5": "Etc/GMT+5", "utc −5": "Etc/GMT+5", "UTC+14": "Etc/GMT-14", "UTC+05:30": "Asia/Kolkata",
    "UTC+5.5": "Asia/Kolkata", "+0545": "Asia/Kathmandu", "+3:30": "Asia/Tehran", "+4h30": "Asia/Kabul",
    "+6:30": "Asia/Yangon", "GMT+9:30": "Australia/Darwin",
    "CET": "Europe/Paris", "cest": "Europe/Paris", "EET": "Europe/Bucharest", "EST": "America/New_York",
    "PST": "America/Los_Angeles", "WAT": "Africa/Lagos", "CAT": "Africa/Maputo", "EAT": "Africa/Nairobi",
    "SAST": "Africa/Johannesburg", "BST": "Europe/London", "ART": "America/Argentina/Buenos_Aires",
    "PET": "America/Lima", "COT": "America/Bogota", "BRT": "America/Sao_Paulo", "Eastern time": "America/New_York",
    "heure de l’Est": "America/New_York", "hora del Este": "America/New_York", "hora central": "America/Chicago",
    "heure d'Europe centrale": "Europe/Paris", "Central European Time": "Europe/Paris",
    "hora de verano de Europa central": "Europe/Paris", "East Africa Time": "Africa/Nairobi",
    "Greenwich Mean Time": "Etc/UTC",
}  # fmt: skip


@pytest.mark.parametrize(("name", "zone"), ONE.items(), ids=ONE)
def test_a_name_gives_its_zone(name: str, zone: str) -> None:
    assert zones(name) == [zone]


SEVERAL = {
    "San José": ["America/Los_Angeles", "America/Costa_Rica"],
    "Valencia": ["America/Caracas", "Europe/Madrid"],
    "Victoria": ["America/Vancouver", "Indian/Mahe"],
    "Georgetown": ["America/Guyana", "Asia/Kuala_Lumpur", "America/Cayman"],
    "Tripoli": ["Africa/Tripoli", "Asia/Beirut"],
    "Congo": ["Africa/Kinshasa", "Africa/Lubumbashi", "Africa/Brazzaville"],
    "Brasil": ["America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"],
    "España": ["Europe/Madrid", "Atlantic/Canary"],
    "IST": ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
}


@pytest.mark.parametrize(("name", "expected"), SEVERAL.items(), ids=SEVERAL)
def test_a_name_of_several_zones_gives_all(name: str, expected: list[str]) -> None:
    assert zones(name) == expected


@pytest.mark.parametrize("name", ["Mexico", "USA", "the US", "Russia", "Australia", "Canadá", "Indonésie"])
def test_a_wide_country_gives_its_greatest_cities(name: str) -> None:
    found = resolve(name, "es")
    assert len(found) >= 3
    assert len({place.name for place in found}) == len({place.zone for place in found}) == len(found)
    assert len({place.country for place in found}) == 1


NOTHING = [
    "remittances", "visas", "no", "migrants", "hello", "hola", "merci", "mañana", "manana", "cat", "art", "est", "la",
    "car", "eau", "music", "every day", "in the morning", "a las ocho", "midi", "children", "UTC+15", "UTC-13", "+5:10",
    "+99", "Europe/Nowhere", "and/or", "", " ", "?", "🌍", "hungry", "warning", "en español", "le matin",
]  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_place_gives_nothing(name: str) -> None:
    assert resolve(name) == []


def test_a_place_is_named_in_the_language_asked_for() -> None:
    assert [resolve("Geneva", language)[0].name for language in ("en", "fr", "es")] == ["Geneva", "Genève", "Ginebra"]
    assert [resolve("gmt +3", language)[0].name for language in ("en", "fr", "es")] == ["UTC+3"] * 3
    assert [resolve("CET", language)[0].name for language in ("fr", "es")] == [
        "heure d'Europe centrale", "hora de Europa central",
    ]  # fmt: skip


# What stands between the brackets is the span; then the name alone and the kind.
FOUND = [
    ("send me one every weekday at 8 [in Geneva], about remittances", "Geneva", "city"),
    ("j'ai déménagé [à Dakar]", "Dakar", "city"),
    ("me mudé [a Bogotá] ayer", "Bogotá", "city"),
    ("I moved [to Cox's Bazar]", "Cox's Bazar", "city"),
    ("every day 9am [Lima time] please", "Lima", "city"),
    ("at 8, [Geneva's time]", "Geneva", "city"),
    ("8 am [Nairobi local time]", "Nairobi", "city"),
    ("tous les jours à 8 heures, [heure de Genève]", "Genève", "city"),
    ("[à l'heure de Genève] à 7h", "Genève", "city"),
    ("todos los días a las 8, [hora de Bogotá]", "Bogotá", "city"),
    ("cada lunes [a la hora de Lima]", "Lima", "city"),
    ("[heure de La Havane], le lundi", "La Havane", "city"),
    ("à 8h [au Caire]", "Caire", "city"),
    ("vivo [en la Ciudad de México]", "Ciudad de México", "city"),
    ("une par jour [à Port-au-Prince]", "Port-au-Prince", "city"),
    ("nice one [in nairobi]", "nairobi", "city"),
    ("8am [Nairobi]", "Nairobi", "city"),
    ("[Buenos Aires], a las 8", "Buenos Aires", "city"),
    ("weekdays [in Nice] at 8", "Nice", "city"),
    ("at 8 [in LA]", "LA", "city"),
    ("at 7 [in Genvea]", "Genvea", "city"),
    ("I live [in nairobbi]", "nairobbi", "city"),
    ("je vis [au Sénégal]", "Sénégal", "city"),
    ("[in the US] at 8", "US", "city"),
    ("SEND ME ONE [IN GENEVA]", "GENEVA", "city"),
    ("a practice from Syria [in Geneva] at 8", "Geneva", "city"),
    ("I'm from Lima but live [in Madrid]", "Madrid", "city"),
    ("at 8 [UTC+3] please", "UTC+3", "tz"),
    ("at 8 [gmt -5]", "gmt -5", "tz"),
    ("à 8h [UTC+05:30], merci", "UTC+05:30", "tz"),
    ("use [Europe/Paris] and/or nothing", "Europe/Paris", "tz"),
    ("at 8 am [Eastern time]", "Eastern time", "tz"),
    ("à 8h [heure de l’Est]", "heure de l’Est", "tz"),
    ("a las 8 [hora central]", "hora central", "tz"),
    ("8:00 [CET]", "CET", "tz"),
    ("8am [CAT]", "CAT", "tz"),
]


@pytest.mark.parametrize(("marked", "name", "kind"), FOUND, ids=[marked for marked, _, _ in FOUND])
def test_a_sentence_names_a_place(marked: str, name: str, kind: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    assert find_place(text) == Mention(start, end, name, kind)
    assert resolve(name)


@pytest.mark.parametrize("text", [
    "a nice mobile one with an orange and some reading", "Nice, thanks", "Reading about migration", "Mobile money",
    "split the list in practice", "in practice", "in particular", "en particulier", "en général", "en español",
    "in french", "in time", "just in time for the morning", "next time", "in the morning", "de la mañana", "à midi",
    "en semana", "en casa a las 8", "de mujeres y niños", "for women and children", "at most once", "one of them",
    "male or female", "is it in the valley", "hay un paso en el paso", "cuando sale el sol", "remesas de migrantes",
    "what about the CAT?", "c'est l'EST ?", "qu'en est-il", "a la une", "la mesa de la ONU", "cet accord", "art 13",
    "tell us more", "migrants from Syria", "the rights of Syrian refugees", "to Venezuelan migrants", "and/or",
    "the Bern Initiative", "in the Colombo Process", "la Convention de Vienne",
    "el Protocolo de Palermo", "DACA renewal", "Roma kids", "an ICT permit", "I work in a bar in another country",
    "to remittances", "a las ocho", "tous les jours à huit heures", "every day at 8", "1/2", "", "🌍 🌍",
])  # fmt: skip
def test_a_sentence_without_a_place_has_none(text: str) -> None:
    assert find_place(text) is None


def test_finding_costs_next_to_nothing() -> None:
    text = "send me one every weekday at 8 in Geneva, about remittances and the rights of migrant children, please"
    find_place(text)
    assert min(timeit(lambda: find_place(text), number=20) / 20 for _ in range(10)) < 0.0003


@pytest.mark.parametrize(("latitude", "longitude", "zone"), [
    (46.2, 6.15, "Europe/Zurich"), (-1.29, 36.82, "Africa/Nairobi"), (35.5, 12.6, "Europe/Rome"),
    (21.44, 92.0, "Asia/Dhaka"), (31.52, 34.45, "Asia/Gaza"), (0, -30, "Etc/GMT+2"),
])  # fmt: skip
def test_a_point_has_a_zone(latitude: float, longitude: float, zone: str) -> None:
    assert zone_at(latitude, longitude) == zone


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (float("nan"), 0)])
def test_what_is_no_point_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no point"):
        zone_at(*point)


def test_the_table_credits_its_source_and_stays_small() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert text.startswith(CREDIT + "\n")
    assert "GeoNames, CC BY 4.0, https://www.geonames.org" in CREDIT
    assert len(text.encode()) < 200_000


def test_every_zone_of_the_table_exists() -> None:
    for zone in {zone for row in table().rows for zone in row.zones}:
        assert ZoneInfo(zone).key == zone


def test_every_country_of_the_table_is_found_under_its_names() -> None:
    rows = [row for row in table().rows if row.kind == "country"]
    assert len(rows) > 230
    capitals = {row.country for row in table().rows if row.kind == "capital"}
    assert {row.country for row in rows} - capitals <= {"GF", "GP", "MQ", "RE"} | {"PR"}
    for row in rows:
        for language in ("en", "fr", "es"):
            assert row.zones[0] in zones(Locale(language).territories[row.country]), row


def test_no_two_rows_share_name_and_zone() -> None:
    seen = [(row.kind in {"capital", "city"}, key(row.names[0]), row.zones[0]) for row in table().rows]
    assert len(seen) == len(set(seen))


def test_every_name_of_a_city_finds_it() -> None:
    for row in table().rows:
        if row.kind == "capital":
            assert all(row in table().named[key(name)] for name in (*row.names, *row.others))
            assert row.zones[0] in zones(row.names[0]), row


def test_the_names_by_hand_are_read() -> None:
    hand = read_hand(
        ["# a comment", "", "CH Geneva|Genève|Ginebra|Genf;Ginevra", "BW Dukwi@Africa/Gaborone", "? GB UK;Wales",
         "= Europe/Paris|CET||hora central europea", "- RO Sector 3"]
    )  # fmt: skip
    assert hand.cities == [
        ("CH", ["Geneva", "Genève", "Ginebra", "Genf", "Ginevra"], ""),
        ("BW", ["Dukwi"] * 3, "Africa/Gaborone"),
    ]
    assert hand.countries == {"GB": ["UK", "Wales"]}
    assert hand.zones == [(["Europe/Paris"], ["CET", "CET", "hora central europea"])]
    assert hand.dropped == {("RO", "sector 3")}


def test_a_table_is_made_of_cities_and_names_by_hand() -> None:
    cities = [
        {"geonameid": number, "name": name, "countrycode": code, "population": size, "timezone": zone,
         "alternatenames": others}
        for number, (name, code, size, zone, others) in enumerate([
            ("Madrid", "ES", 3_000_000, "Europe/Madrid", []), ("Sevilla", "ES", 600_000, "Europe/Madrid", ["Seville"]),
            ("Las Palmas", "ES", 380_000, "Atlantic/Canary", []), ("Sector 3", "ES", 400_000, "Europe/Madrid", []),
            ("Soria", "ES", 40_000, "Europe/Madrid", []), ("Quezon City", "ES", 900_000, "Europe/Madrid", []),
        ])
    ]  # fmt: skip
    hand = read_hand(["ES Seville|Séville|Sevilla", "ES El Hierro@Atlantic/Canary", "? ES Iberia", "- ES Sector 3",
                      "= Europe/Paris|CET|HEC|CET"])  # fmt: skip
    rows = build(cities, {"ES": {"name": "Spain", "capital": "Madrid"}}, hand)
    assert [row.line() for row in rows[:6]] == [
        "capital\tEurope/Madrid\tES\t3000000\tMadrid\t\t\t",
        "city\tEurope/Madrid\tES\t900000\tQuezon City\t\t\tQuezon",
        "city\tEurope/Madrid\tES\t600000\tSeville\tSéville\tSevilla\t",
        "city\tAtlantic/Canary\tES\t380000\tLas Palmas\t\t\t",
        "city\tAtlantic/Canary\tES\t0\tEl Hierro\t\t\t",
        "country\tEurope/Madrid,Atlantic/Canary\tES\t0\tSpain\tEspagne\tEspaña\tIberia",
    ]
    assert rows[6].names[:3] == ["CET", "HEC", "CET"]
    assert "Central European Time" in rows[6].names


def test_a_hub_that_geonames_lacks_needs_a_zone() -> None:
    with pytest.raises(LookupError, match="no Dukwi in BW"):
        build([], {}, read_hand(["BW Dukwi"]))


def test_a_row_is_written_without_repetition() -> None:
    row = Made("city", ["Europe/Zurich"], "CH", 200_000, ["Geneva", "Genève", "Geneva", "Genf", "GENF", "Geneve"])
    assert row.line() == "city\tEurope/Zurich\tCH\t200000\tGeneva\tGenève\t\tGenf"


def test_of_two_cities_of_a_name_and_zone_the_greater_stays() -> None:
    small, great = (Made("city", ["Europe/Rome"], "IT", size, ["Roma"]) for size in (10, 20))
    assert list(unique([great, small])) == [great]


def test_two_zones_are_one_clock_or_not() -> None:
    assert clock("Europe/Paris") == clock("Europe/Berlin")
    assert clock("Europe/Madrid") != clock("Atlantic/Canary")
