"""Postal addresses, in the orders of many countries."""

from __future__ import annotations

from bot.store.personal.rules import Rule
from bot.store.personal.streets import (
    BUILDING,
    CANADA,
    CAPITALISED,
    EN,
    EN_NAMED,
    ES,
    ES_NAMED,
    FR,
    FR_NAMED,
    HOUSE,
    LAST,
    LOWER,
    NAMED,
    NO_LAW,
    NO_VENDORS,
    NOT_YEAR,
    NUMBER,
    ORDINAL,
    PART,
    PARTICLE,
    QUARTER,
    QUARTERS_NAME,
    STREET,
    STREET_LAST,
    TAIL,
    UK,
    UPPER,
    WHICH,
)

RULES = (
    # P.O. boxes, and postcodes that are said to be one.
    Rule(
        rf"(?i:\b(?:p\.?\s?o\.?\s?box|bo[iî]te\spostale|case\spostale|b\.?p\.?|apartado(?:\s(?:de\scorreos?"
        rf"|postal|aéreo)|(?=\s\d{{3,5}}\b(?!\.)|\s\d{{1,4}}-\d\d))"
        rf"|casilla(?:\s(?:de\scorreos?|postal))?|apdo\.?|postfach|caixa\spostal)[\s:]{{0,2}}(?:n[°º]\s?|no\.?\s)?)"
        rf"\d[\d-]{{0,9}}{TAIL}",
        "[address]",
    ),
    Rule(
        r"(?i)(?P<cue>\b(?:c\.?p\.?|code\spostal|código\spostal|codigo\spostal|zip(?:\scode)?|postal\scode|postcode)"
        r"[\s:]{1,2}(?:is\s|es\s|est\s)?)\d{4,6}\b",
        "[address]",
    ),
    Rule(
        rf"(?i:\b{QUARTER})\s{NO_LAW}{QUARTERS_NAME}(?:,?\s{BUILDING}|,?\scalle(?:\s[^\W\d_]{{2,12}}){{1,2}})?"
        rf"(?:,?\s{PART}(?:,?\s{BUILDING})?){{1,5}}{TAIL}",
        "[address]",
    ),
    Rule(rf"(?<![\w'’.-])(?:{CAPITALISED}\s){{1,3}}{ORDINAL}\stranche\b(?:,?\s{PART}){{0,3}}{TAIL}", "[address]"),
    # A house or a plot and what it stands in: "House No 12, Street 5, Sector F-7", "Mz. C Lote 12", "Hay Salam n° 34".
    Rule(
        rf"(?:(?i:\b(?:block|bloc|blk|tower|zone))\s\w{{1,3}},\s)?(?i:\b{HOUSE}(?:\s(?:no\.?|number|n[°º]))?\s?#?\d{{1,5}}\w?),?\s{NAMED}(?:\s\d{{1,4}}\b(?:/\d)?)?{TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\blot\s\d{{1,4}}\s{FR_NAMED}\s){NAMED}{TAIL}|\bLot\s[IVX]{{1,5}}\s[A-Z]{{1,3}}\s?\d{{1,4}}\w{{0,3}}\s{NAMED}{TAIL}",
        "[address]",
    ),
    # A street by its number or without one, and a door: "Rue 14, porte 233", "Rue 1.234, Bastos, Yaoundé".
    Rule(
        rf"\b(?:Rue|Calle|Avenue|Av\.|Avenida|Road|Street|Sokak|Ruelle|Bd\.?|Boulevard)\s"
        rf"(?:(?:\d{{1,4}}|{NAMED}(?:\s{NAMED}){{0,3}})(?:,?\s{PART}){{1,3}}|\d[\d.]{{0,5}},\s{NAMED},\s{NAMED}){TAIL}",
        "[address]",
    ),
    # The number first: "12 Main Street", "221B Baker Street", "45 queen st west".
    Rule(
        rf"(?<!\w)(?:(?i:{HOUSE})\s?\w{{1,5}}(?:/\d)?(?:,?\s|/))?{NUMBER},?\s(?!S\.\sCt)(?:(?:{CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?"
        rf"{EN_NAMED}\b\.?{TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?<!\w)(?i:(?:{HOUSE}\s?\w{{1,5}}(?:,?\s|/))?{NUMBER},?\s(?:(?:{LOWER}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,3}}?{EN}\b\.?"
        rf"{NO_VENDORS}(?:\s(?:west|east|north|south)\b)?){TAIL}",
        "[address]",
    ),
    # "5 rue du 8 mai 1945", "25 Jalan Ampang".
    Rule(rf"(?i:{NUMBER},?\s{FR}\sd[ue]\s\d{{1,2}}\s[^\W\d_]{{3,9}}(?:\s\d{{4}}\b)?){TAIL}", "[address]"),
    Rule(rf"{NUMBER},?\s(?:Jalan|Jl\.|Via|Rua|Rue|Calle|Avenida|Av\.)\s{NAMED}{TAIL}", "[address]"),
    # "12 bis, rue de la Paix", "6 place de la République", "14 rue victor hugo 33000 bordeaux".
    Rule(
        rf"{NUMBER},?\s(?i:{FR}|{FR_NAMED})\s(?:\w{{1,12}}\s)?{NAMED}(?:\s\d{{1,2}}\b(?=,))?{TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:{NUMBER},?\s{FR}\s{PARTICLE}{{0,2}}{LOWER}(?:\s{LOWER})?(?:,?\s\d{{5}}\s[^\W\d_]{{2,20}})?){TAIL}",
        "[address]",
    ),
    # The number last: "rue du Commerce 31", "Calle Mayor 12", "calle san martin 450".
    Rule(
        rf"(?i:\b(?:{FR}|{FR_NAMED}))\s{NAMED}(?:[\s-]{NAMED}){{0,3}}{WHICH}{NOT_YEAR}\d{{1,4}}\b{TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\b{ES})(?:(?<=[./])\s?|\s)(?:\d{{1,2}}\sde\s)?{NAMED}(?:\s{NAMED}){{0,4}}{WHICH}\d{{1,5}}\b(?:-\d{{1,4}}\b)?{TAIL}",
        "[address]",
    ),
    Rule(rf"(?i:\b{ES_NAMED})\s{NAMED}(?:\s{NAMED}){{0,4}}{WHICH}{NOT_YEAR}\d{{1,5}}\b(?!/){TAIL}", "[address]"),
    Rule(
        rf"(?i:\b{ES}\s{PARTICLE}{{0,2}}{LOWER}(?:\s{LOWER}){{0,2}}{WHICH}{NOT_YEAR}\d{{1,5}}\b){TAIL}",
        "[address]",
    ),
    # By numbers: "Carrera 7 # 45-23", "C. 60 No. 491".
    Rule(
        rf"(?i:\b(?:{ES}|c\.)\s?\d{{1,3}}\s?[a-z]?(?:\s?(?:bis|sur|norte|este|oeste|oriente|poniente)\b)?\s?(?:#|no\.?|n[°º.]"
        rf"|con)\s?\d{{1,4}}\s?[a-z]?(?:\s?-\s?\d{{1,4}}\b)?){TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\b{ES}\s?\d{{1,3}}\s?[a-z]?\s(?:con|y|entre|esq\.?|esquina)\s(?:{ES}\s?)?\d{{1,3}}\b){TAIL}", "[address]"
    ),
    Rule(rf"(?i:\b{ORDINAL}\s(?:avenida|av|calle)\b\.?)\s(?:[A-Z]\s)?\d{{1,3}}-\d{{1,3}}\b{TAIL}", "[address]"),
    # "2-14-5 Hyakunincho, Shinjuku-ku, Tokyo 169-0073".
    Rule(
        rf"(?<![\w-])\d{{1,2}}-\d{{1,3}}-\d{{1,3}},?\s(?=[^;?!\[]{{0,40}}(?:-(?:ku|shi|machi|cho)\b|\d{{3}}-\d{{4}}\b))"
        rf"{NAMED}{TAIL}",
        "[address]",
    ),
    # "Hauptstraße 12", "Keizersgracht 123", "Via Roma 10", "ul. Marszałkowska 10", "Atatürk Caddesi No: 5".
    Rule(
        rf"(?<![\w'’.-])(?:{CAPITALISED}\s)?{UPPER}[\w-]{{2,30}}(?:stra(?:ß|ss)e|str\.|gasse|weg|damm|ufer|platz|allee|straat|gracht"
        rf"|laan|plein|kade|singel|dijk|gatan|gata|vägen|veien|gade|vej|gate|katu|tie)\s{LAST}{TAIL}",
        "[address]",
    ),
    Rule(
        rf"\b{STREET}\s{NAMED}"
        rf"(?:\s{NAMED}){{0,3}},?\s(?:nº?\s?)?{NOT_YEAR}\d{{1,5}}\b(?:/\d{{1,4}}\b)?{TAIL}",
        "[address]",
    ),
    Rule(rf"(?<![\w'’.-])(?:{UPPER}[\w'’.-]{{1,30}}\s){{1,3}}{STREET_LAST},?\s{LAST}{TAIL}", "[address]"),
    Rule(
        rf"(?<![\w'’.-])(?:{UPPER}[\w'’.-]{{0,30}}\s){{0,4}}(?:Caddesi|Cad\.|Sokak|Sok\.|Sokağı|Mahallesi|Mah\.|Bulvarı)"
        rf"(?:\s(?:{UPPER}[\w'’.-]{{0,30}}|\d{{1,4}}\.?)){{0,4}}?{WHICH}\d{{1,4}}\b(?!\.\s)(?:/\d{{1,4}})?{TAIL}",
        "[address]",
    ),
    # A name and a number, then a room, a floor, a postcode: "Los Leones 1287, depto. 64", "Damrak 70, 1012 LM".
    Rule(
        rf"(?<![\w'’.-]){NO_LAW}(?:{UPPER}[\w'’.-]{{1,30}}\s){{1,3}}{LAST},\s"
        rf"(?:(?i:depto|dpto|apto|appt|piso|of|oficina|sala|local|torre|m)\b\.?\s?\d{{1,4}}\b|\d{{1,2}}\s?[º°]\.?\s?[A-Z]\b"
        rf"|(?:(?!(?:19|20)\d\d\s)\d{{4,5}}\s{UPPER}|\d{{4}}\s[A-Z]{{2}}\b"
        rf"|{UPPER}[a-zß-öø-ÿ][\w'’-]*\s(?:\d{{3}}\s\d\d|\d{{5,6}})\b)[\w-]*){TAIL}",
        "[address]",
    ),
    # "B-12, Lajpat Nagar II, New Delhi 110024".
    Rule(
        rf"(?<![\w-])(?:[A-Z][-/]?)?\d{{1,4}}[A-Z]?,(?:\s{CAPITALISED}){{1,4}},(?:\s{CAPITALISED}){{1,2}}[\s–-]{{1,3}}\d{{5,6}}\b",
        "[address]",
    ),
    # What is said to be an address, up to its number and what follows.
    Rule(
        rf"(?P<cue>(?i:\b(?:address|adresse|dirección|direccion|domicilio)\s?(?:is|est|es|:)\s))(?=[^?!;\[]{{0,60}}\d)"
        rf"[^?!;\[\d]{{0,60}}\d[\w/-]*{TAIL}",
        "[address]",
    ),
    Rule(rf"(?<![\w/-])(?:{UK}|{CANADA})", "[address]", lambda match: "[address]" if match[0].isupper() else None),
)
