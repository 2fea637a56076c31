"""Postal addresses, coordinates and number plates."""

from __future__ import annotations

from bot.store.personal.rules import Rule, words

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_CAPITALISED = rf"{_UPPER}[\w'’.-]*"
# Words between a number and a street show that it is none: "5 deaths on the road".
_NO_STREET = (
    r"(?!(?:on|in|the|of|by|to|and|or|for|from|a|an|at|who|that|with|per|are|is|were|les|et|ou|pour|dans|où|en|qui|sont"
    r"|que|donde|viven|hay|son|para|por|con|desde|más|hacia|entre|hasta|y|o|se|no|duermen)\b)"
)
_LOWER = rf"{_NO_STREET}[^\W\d_]['’\w-]*"
_PARTICLE = r"(?:(?:de|du|des|del|la|las|los|le|les|di|della|da|do|das|dos|d['’]|l['’]|saint|san|santa)\s?)"
_NAMED = rf"{_PARTICLE}{{0,2}}{_CAPITALISED}"
_NUMBER = r"(?<![\w.,])\d{1,5}\s?(?:[A-Da-d]|bis|ter)?\b(?:[-/]\d{1,4}\b)?"

# What may follow a street: floor, postcode, town, each after a comma or a space.
_UK = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s\d[A-Za-z]{2}\b"
_CANADA = r"[A-Za-z]\d[A-Za-z][\s-]?\d[A-Za-z]\d\b"
_ROOM = words(
    "apt appt appartement apartment flat unit piso puerta depto dpto int interior esc bloque planta casa étage nave"
)
_TAIL = (
    rf"(?:,?\s?(?:{_UK}|{_CANADA}|(?i:{_ROOM})\.?\s?\w{{1,4}}\b|#\s?\d[\d-]*|\d{{1,2}}\s?[º°ªo]\.?(?:\s?[A-Z]\b)?"
    rf"|(?:[A-Z]{{1,2}}-)?\d{{4,6}}(?:-\d{{3,4}})?(?:\s[A-Z]{{2}}\b)?|\d\d-\d{{3}}\b"
    rf"|{_PARTICLE}{{0,2}}{_CAPITALISED}(?:\s\d{{1,3}}\b)?(?:/\d{{1,3}})?)(?!\w)){{0,9}}"
    r"(?:,?\s\d{4,6}(?:\s[^\W\d_]{2,20}){1,2}|,?(?:\s[^\W\d_]{2,20}){1,3},?\s(?:\d{5}\b|[a-z]\d[a-z]\s?\d[a-z]\d\b))?"
)

_EN = words("street st road rd avenue ave lane ln boulevard blvd terrace crescent drive highway hwy parkway")
_EN_NAMED = words(
    "Street St Road Rd Avenue Ave Lane Ln Boulevard Blvd Terrace Crescent Drive Dr Highway Parkway Court Ct Close "
    "Square Sq Place Pl Way Gardens Grove Row Mews Hill Estate Apartments"
)
_NO_VENDORS = r"(?!\s(?:vendors?|child\w*|people|workers?|kids|accidents?|deaths?|levels?|sellers?|youth))"
_FR = words("rue avenue av\\.? boulevard bd bld allée allee impasse quai ruelle")
_FR_NAMED = words("place chemin cours square route rte passage faubourg cité lotissement résidence villa")
_ES = words(
    "calle c/ cl\\.? avenida av\\.? avda\\.? carrera cra\\.? kra diagonal transversal jirón jiron jr\\.? "
    "pasaje psje\\.? paseo calzada prolongación"
)
_ES_NAMED = words("plaza pza camino ronda carretera travesía c\\.")
_WHICH = r"(?:,?\s?(?:n[°º.]|no[.:]?|núm\.?|nº|#|km|numéro|número))?\s?,?\s?"
_NOT_YEAR = r"(?!(?:1[89]|20)\d\d\b)"
_HOUSE = words(
    "flat apt\\.? apartment house plot unit room door suite shop villa lot appartement résidence immeuble bâtiment"
)
_QUARTER = words(
    "hay douar derb urb\\.? urbanización mz\\.? manzana lotissement sicap barrio colonia quartier residencial"
)

RULES = (
    # P.O. boxes, and postcodes that are said to be one.
    Rule(
        rf"(?i:\b(?:p\.?\s?o\.?\s?box|bo[iî]te\spostale|case\spostale|b\.?p\.?|apartado(?:\s(?:de\scorreos?"
        rf"|postal|aéreo))?"
        rf"|casilla(?:\s(?:de\scorreos?|postal))?|apdo\.?|postfach|caixa\spostal)[\s:]{{0,2}}(?:n[°º]\s?|no\.?\s)?)"
        rf"\d[\d-]{{0,9}}{_TAIL}",
        "[address]",
    ),
    Rule(
        r"(?i)(?P<cue>\b(?:c\.?p\.?|code\spostal|código\spostal|codigo\spostal|zip(?:\scode)?|postal\scode|postcode)"
        r"[\s:]{1,2}(?:is\s|es\s|est\s)?)\d{4,6}\b",
        "[address]",
    ),
    # A house or a plot and what it stands in: "House No 12, Street 5, Sector F-7", "Mz. C Lote 12", "Hay Salam n° 34".
    Rule(
        rf"(?i:\b{_HOUSE}(?:\s(?:no\.?|number))?\s?#?\d{{1,5}}\w?),?\s{_NAMED}(?:\s\d{{1,4}}\b(?:/\d)?)?{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\blot\s\d{{1,4}}\s{_FR_NAMED}\s){_NAMED}{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\b{_QUARTER})\s{_NAMED}(?:\s{_NAMED}){{0,3}},?\s(?i:(?:casa|lote|lt\.?|villa|n[°º]|no\.?|#"
        rf"|calle\s[\w\s]{{1,20}})\s?)"
        rf"\d{{1,4}}\b{_TAIL}",
        "[address]",
    ),
    # The number first: "12 Main Street", "221B Baker Street", "45 queen st west".
    Rule(
        rf"(?:(?i:{_HOUSE})\s?\w{{1,5}},?\s)?{_NUMBER},?\s(?:(?:{_CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?"
        rf"{_EN_NAMED}\b\.?{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:(?:{_HOUSE}\s?\w{{1,5}},?\s)?{_NUMBER},?\s(?:(?:{_LOWER}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,3}}?{_EN}\b\.?"
        rf"{_NO_VENDORS}(?:\s(?:west|east|north|south)\b)?){_TAIL}",
        "[address]",
    ),
    # "5 rue du 8 mai 1945", "25 Jalan Ampang".
    Rule(rf"(?i:{_NUMBER},?\s{_FR}\sd[ue]\s\d{{1,2}}\s[^\W\d_]{{3,9}}(?:\s\d{{4}}\b)?){_TAIL}", "[address]"),
    Rule(rf"{_NUMBER},?\s(?:Jalan|Jl\.|Via|Rua|Rue|Calle|Avenida|Av\.)\s{_NAMED}{_TAIL}", "[address]"),
    # "12 bis, rue de la Paix", "6 place de la République", "14 rue victor hugo 33000 bordeaux".
    Rule(
        rf"{_NUMBER},?\s(?i:{_FR}|{_FR_NAMED})\s(?:\w{{1,12}}\s)?{_NAMED}{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:{_NUMBER},?\s{_FR}\s{_PARTICLE}{{0,2}}{_LOWER}(?:\s{_LOWER})?(?:,?\s\d{{5}}\s[^\W\d_]{{2,20}})?){_TAIL}",
        "[address]",
    ),
    # The number last: "rue du Commerce 31", "Calle Mayor 12", "calle san martin 450".
    Rule(
        rf"(?i:\b(?:{_FR}|{_FR_NAMED}))\s{_NAMED}(?:[\s-]{_NAMED}){{0,3}}{_WHICH}{_NOT_YEAR}\d{{1,4}}\b{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\b{_ES})\s?(?:\d{{1,2}}\sde\s)?{_NAMED}(?:\s{_NAMED}){{0,4}}{_WHICH}\d{{1,5}}\b(?:-\d{{1,4}}\b)?{_TAIL}",
        "[address]",
    ),
    Rule(rf"(?i:\b{_ES_NAMED})\s{_NAMED}(?:\s{_NAMED}){{0,4}}{_WHICH}{_NOT_YEAR}\d{{1,5}}\b{_TAIL}", "[address]"),
    Rule(
        rf"(?i:\b{_ES}\s{_PARTICLE}{{0,2}}{_LOWER}(?:\s{_LOWER}){{0,2}}{_WHICH}{_NOT_YEAR}\d{{1,5}}\b){_TAIL}",
        "[address]",
    ),
    # By numbers: "Carrera 7 # 45-23", "C. 60 No. 491".
    Rule(
        rf"(?i:\b(?:{_ES}|c\.)\s?\d{{1,3}}\s?[a-z]?\s?(?:#|no\.?|n[°º.]"
        rf"|con)\s?\d{{1,4}}\s?[a-z]?(?:\s?-\s?\d{{1,4}}\b)?){_TAIL}",
        "[address]",
    ),
    # "Hauptstraße 12", "Keizersgracht 123", "Via Roma 10", "ul. Marszałkowska 10", "Atatürk Caddesi No: 5".
    Rule(
        rf"\b{_UPPER}[\w-]{{2,30}}(?:stra(?:ß|ss)e|str\.|gasse|weg|damm|ufer|platz|allee|straat|gracht|laan"
        rf"|plein|gatan|vägen|gade)\s"
        rf"\d{{1,4}}\s?[a-z]?\b{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"\b(?:Via|Viale|Piazza|Corso|Vicolo|Rua|Travessa|Alameda|ul\.|ulica|al\.|Strada|Jalan|Jl\.)\s{_NAMED}"
        rf"(?:\s{_NAMED}){{0,3}},?\s(?:nº?\s?)?{_NOT_YEAR}\d{{1,5}}\b{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?<![\w'’.-])(?:{_UPPER}[\w'’.-]{{0,30}}\s){{1,4}}(?:Caddesi|Cad\.|Sokak|Sok\.|Mahallesi"
        rf"|Bulvarı){_WHICH}\d{{1,4}}\b{_TAIL}",
        "[address]",
    ),
    # What is said to be an address, up to its number and what follows.
    Rule(
        rf"(?P<cue>(?i:\b(?:address|adresse|dirección|direccion|domicilio)\s?(?:is|est|es|:)\s))(?=[^?!;\[]{{0,60}}\d)"
        rf"[^?!;\[\d]{{0,60}}\d[\w/-]*{_TAIL}",
        "[address]",
    ),
    Rule(rf"(?<![\w/-])(?:{_UK}|{_CANADA})", "[address]", lambda match: "[address]" if match[0].isupper() else None),
    # Coordinates: two decimals with four places and more, or degrees and minutes.
    Rule(
        r"[-+]?\b\d{1,3}\.\d{4,10}\s?°?\s?[NS]?\s?[,;/\s]\s?[-+]?\d{1,3}\.\d{4,10}\b\s?°?(?:\s?[EWO]\b)?",
        "[number]",
    ),
    Rule(
        r"(?:\b\d{1,3}\s?°\s?\d{1,2}\s?['’′](?:\s?\d{1,2}(?:\.\d{1,4})?\s?[\"”″'’]{1,2})?\s?[NSEWO]\b[,\s]{0,2}){1,2}",
        "[number]",
    ),
    Rule(r"(?P<cue>(?i:\b(?:lat|lon|long|lng)(?:itude|itud)?\.?[\s:=]{1,3}))-?\d{1,3}[.,]\d{2,10}\b", "[number]"),
    # Number plates, where they are said to be one: letters and digits.
    Rule(
        r"(?P<cue>(?i:\b(?:plates?|placas?|matrícula|matricula|patente|immatriculation|immatriculée?|plaques?"
        r"|kennzeichen|targa"
        r"|registration)(?:\s(?:number|no\.?|n[°º]|is|es|est|d['’]immatriculation))?)[\s:]{1,2})"
        r"(?=[A-Za-z\d-]{0,8}\s?[A-Za-z\d-]{0,4}\d)(?=[\d\s-]{0,6}[A-Za-z])"
        r"(?:[A-Z\d]{1,4}(?:[\s-][A-Z\d]{1,6}){1,3}|[A-Za-z\d]{4,8})\b",
        "[number]",
        lambda match: match["cue"] + "[number]" if any(c.isdigit() for c in match[0][len(match["cue"]) :]) else None,
    ),
)
