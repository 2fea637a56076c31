"""Postal addresses, in the orders of many countries."""

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
_LAST = r"\d{1,4}\s?[A-Za-z]?\b(?:[-/]\d{1,4}[A-Za-z]?\b){0,2}"

# What may follow a street: floor, postcode, town, each after a comma or a space.
_UK = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s\d[A-Za-z]{2}\b"
_CANADA = r"[A-Za-z]\d[A-Za-z][\s-]?\d[A-Za-z]\d\b"
_POSTCODE = (
    rf"(?:{_UK}|{_CANADA}|(?:C\.?P\.?\s)?(?:[A-Z]{{1,2}}-?)?\d{{4,6}}(?:-\d{{3,4}})?(?:\s[A-Z]{{2}}\b)?|\d\d-\d{{3}}\b"
    r"|\d{3}\s\d\d(?=\s[^\W\d_a-z])|\d{3}-\d{4}|[A-Z]\d{4}[A-Z]{3})"
)
_ROOM = words(
    "apt appt apto app\\. appartement apartamento apartment flat unit piso puerta depto dpto int interior esc escalera bloque "
    "bloc bl\\. sc\\. ap\\. et\\. bt bât bat\\. bâtiment imm immeuble planta casa étage etaj nave porte villa lote lot lt mz manzana "
    "m\\. d: room sala suite torre tower zona zone sector secteur shelter local oficina of\\. n[°º] kat daire "
    "entlo entresuelo bte boîte kv\\. pta ph stan"
)
_SIDE = r"(?:\s?(?:[A-Z]|izq|izda|izqda|dcha|drcha|der|centro|ctro|[iI]nt|[eE]xt)\b\.?)?"
_FLOOR = rf"(?:\d{{1,2}}\s?\.?[º°ªo]\.?{_SIDE}|\d{{1,2}}(?:n|r|t|a|è|er)\b)"
_PART_OF_TOWN = words("barrio bº colonia col\\. urb\\. fracc\\. quartier district distrito comuna")
_TAIL = (
    rf"(?:,?\s?(?:(?i:{_ROOM})(?:[.:]?\s|[.:]?(?=\d))\w{{1,4}}\b(?:-\w{{1,2}}\b)?|#\s?\d[\d-]*|{_FLOOR}|{_POSTCODE}"
    rf"|(?i:{_PART_OF_TOWN})\s{_PARTICLE}{{0,2}}{_CAPITALISED}|(?:y|e|esq\.?|esquina|entre)\s{_PARTICLE}{{0,2}}{_CAPITALISED}"
    rf"|[-–]\s?[A-Z]{{2}}\b|{_PARTICLE}{{0,2}}{_CAPITALISED}(?:\s\d{{1,3}}\b(?!-))?(?:/\w{{1,20}})?)(?!\w)){{0,9}}"
    r"(?:,?\s\d{4,6}(?:\s[^\W\d_]{2,20}){1,2}|,?(?:\s[^\W\d_]{2,20}){1,3},?\s(?:\d{5}\b|[a-z]\d[a-z]\s?\d[a-z]\d\b))?"
)

_EN = words("street st road rd avenue ave lane ln boulevard blvd terrace crescent drive highway hwy parkway")
_EN_NAMED = words(
    "Street St Road Rd Avenue Ave Lane Ln Boulevard Blvd Terrace Crescent Drive Dr Highway Parkway Court Ct Close "
    "Square Sq Place Pl Way Gardens Grove Row Mews Hill Estate Apartments Marg Nagar Chowk Salai Mawatha"
)
_NO_VENDORS = r"(?!\s(?:vendors?|child\w*|people|workers?|kids|accidents?|deaths?|levels?|sellers?|youth))"
_FR = words("rue avenue av\\.? boulevard bd\\.? bld allée allee impasse quai ruelle")
_FR_NAMED = words(
    "place chemin cours square route rte passage faubourg cité lotissement résidence villa chaussée drève clos sentier "
    "venelle esplanade montée traverse"
)
_ES = words(
    "calle c/ cl\\.? avenida av\\.? avda\\.? carrera cra\\.? kra diagonal transversal jirón jiron jr\\.? "
    "pasaje psje\\.? paseo calzada prolongación passeig carrer"
)
_ES_NAMED = words(
    "plaza pza camino ronda carretera travesía c\\. blvd\\.? boulevard autopista cerrada callejón privada vía malecón rambla"
)
_WHICH = r"(?i:,?\s?(?:n[°º.]|no[.:]?|núm\.?|nº|#|km|numéro|número))?\s?,?\s?"
_NOT_YEAR = r"(?!(?:1[89]|20)\d\d\b)"
_HOUSE = words(
    "flat apt\\.? apartment house building bldg\\.? plot unit room door suite shop villa lot appartement résidence immeuble bâtiment"
)
_NO_LAW = (
    r"(?!(?:Article|Art|Artículo|Law|Ley|Loi|Lei|Act|Convention|Convenio|Resolution|Résolution|Resolución|Decree|Decreto"
    r"|Décret|Objective|Objectif|Objetivo|Regulation|Directive|Directiva|Chapter|Section|Figure|Table|Protocol|Acuerdo"
    r"|Orden|Order|Agenda|Target|Goal|Case|Public|Sub-?class|Form|Annexe?|Rule|Schedule)\b)"
)
# Streets before their names, and after them.
_STREET = words(
    "Via Viale Piazza Corso Vicolo Rua Travessa Alameda Praça ul\\. ulica al\\. Strada Str\\. Calea Șos\\. Jalan Jl\\. Gang "
    "Rr\\. Rruga vul\\. prosp\\. pr\\. Odos Leoforos Thanon Soi Đường Phố Sharia Lorong"
)
_STREET_LAST = words(
    "prospekt prospect ulitsa pereulok bulvar utca út tér iela gatvė ulice třída náměstí ulica Soi Street Road Lane Marg"
)
_QUARTER = words(
    "(?-i:Hay) douar derb urb\\.? urbanización mz\\.? manzana lotissement sicap barrio colonia quartier residencial cité "
    "fracc\\.? fraccionamiento conjunto col\\."
)
_ORDINAL = r"(?:\d{1,2}\s?(?:a|ª|º|°|ra|da|ta|na|va|e|è|ème)\.?)"
# What divides a quarter: with a number, with a name.
_PART = (
    rf"(?:(?i:(?:{_ROOM}|lt\.?|calle|cl\.?|rue|av\.?|avenida|avenue|ligne|etapa|house|plot|no\.?|\#)\.?\s?(?:n[°º]\s?)?)"
    rf"\d{{1,4}}\w?\b(?:-\w{{1,2}}\b)?|(?i:{_ORDINAL}\s(?:calle|avenida|av|rue|tranche|etapa)\b\.?))"
)
_BUILDING = rf"(?:(?i:res|edif|edificio|rue|av|avenue|avenida|calle|torre|qta|quinta|conj|imm|immeuble)\.?\s{_NAMED}(?:\s{_NAMED})?)"
_QUARTERS_NAME = rf"(?:{_NAMED}(?:\s{_NAMED}){{0,3}}|{_PARTICLE}?\d{{1,4}}\s[^\W\d_]{{3,15}})"

RULES = (
    # P.O. boxes, and postcodes that are said to be one.
    Rule(
        rf"(?i:\b(?:p\.?\s?o\.?\s?box|bo[iî]te\spostale|case\spostale|b\.?p\.?|apartado(?:\s(?:de\scorreos?"
        rf"|postal|aéreo)|(?=\s\d{{3,5}}\b(?!\.)|\s\d{{1,4}}-\d\d))"
        rf"|casilla(?:\s(?:de\scorreos?|postal))?|apdo\.?|postfach|caixa\spostal)[\s:]{{0,2}}(?:n[°º]\s?|no\.?\s)?)"
        rf"\d[\d-]{{0,9}}{_TAIL}",
        "[address]",
    ),
    Rule(
        r"(?i)(?P<cue>\b(?:c\.?p\.?|code\spostal|código\spostal|codigo\spostal|zip(?:\scode)?|postal\scode|postcode)"
        r"[\s:]{1,2}(?:is\s|es\s|est\s)?)\d{4,6}\b",
        "[address]",
    ),
    Rule(
        rf"(?i:\b{_QUARTER})\s{_NO_LAW}{_QUARTERS_NAME}(?:,?\s{_BUILDING}|,?\scalle(?:\s[^\W\d_]{{2,12}}){{1,2}})?"
        rf"(?:,?\s{_PART}(?:,?\s{_BUILDING})?){{1,5}}{_TAIL}",
        "[address]",
    ),
    Rule(rf"\b(?:{_CAPITALISED}\s){{1,3}}{_ORDINAL}\stranche\b(?:,?\s{_PART}){{0,3}}{_TAIL}", "[address]"),
    # A house or a plot and what it stands in: "House No 12, Street 5, Sector F-7", "Mz. C Lote 12", "Hay Salam n° 34".
    Rule(
        rf"(?:(?i:\b(?:block|bloc|blk|tower|zone))\s\w{{1,3}},\s)?(?i:\b{_HOUSE}(?:\s(?:no\.?|number|n[°º]))?\s?#?\d{{1,5}}\w?),?\s{_NAMED}(?:\s\d{{1,4}}\b(?:/\d)?)?{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:\blot\s\d{{1,4}}\s{_FR_NAMED}\s){_NAMED}{_TAIL}|\bLot\s[IVX]{{1,5}}\s[A-Z]{{1,3}}\s?\d{{1,4}}\w{{0,3}}\s{_NAMED}{_TAIL}",
        "[address]",
    ),
    # A street by its number or without one, and a door: "Rue 14, porte 233", "Rue 1.234, Bastos, Yaoundé".
    Rule(
        rf"\b(?:Rue|Calle|Avenue|Av\.|Avenida|Road|Street|Sokak|Ruelle|Bd\.?|Boulevard)\s"
        rf"(?:(?:\d{{1,4}}|{_NAMED}(?:\s{_NAMED}){{0,3}})(?:,?\s{_PART}){{1,3}}|\d[\d.]{{0,5}},\s{_NAMED},\s{_NAMED}){_TAIL}",
        "[address]",
    ),
    # The number first: "12 Main Street", "221B Baker Street", "45 queen st west".
    Rule(
        rf"(?:(?i:{_HOUSE})\s?\w{{1,5}}(?:/\d)?(?:,?\s|/))?{_NUMBER},?\s(?!S\.\sCt)(?:(?:{_CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?"
        rf"{_EN_NAMED}\b\.?{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"(?i:(?:{_HOUSE}\s?\w{{1,5}}(?:,?\s|/))?{_NUMBER},?\s(?:(?:{_LOWER}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,3}}?{_EN}\b\.?"
        rf"{_NO_VENDORS}(?:\s(?:west|east|north|south)\b)?){_TAIL}",
        "[address]",
    ),
    # "5 rue du 8 mai 1945", "25 Jalan Ampang".
    Rule(rf"(?i:{_NUMBER},?\s{_FR}\sd[ue]\s\d{{1,2}}\s[^\W\d_]{{3,9}}(?:\s\d{{4}}\b)?){_TAIL}", "[address]"),
    Rule(rf"{_NUMBER},?\s(?:Jalan|Jl\.|Via|Rua|Rue|Calle|Avenida|Av\.)\s{_NAMED}{_TAIL}", "[address]"),
    # "12 bis, rue de la Paix", "6 place de la République", "14 rue victor hugo 33000 bordeaux".
    Rule(
        rf"{_NUMBER},?\s(?i:{_FR}|{_FR_NAMED})\s(?:\w{{1,12}}\s)?{_NAMED}(?:\s\d{{1,2}}\b(?=,))?{_TAIL}",
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
        rf"(?i:\b{_ES})(?:(?<=[./])\s?|\s)(?:\d{{1,2}}\sde\s)?{_NAMED}(?:\s{_NAMED}){{0,4}}{_WHICH}\d{{1,5}}\b(?:-\d{{1,4}}\b)?{_TAIL}",
        "[address]",
    ),
    Rule(rf"(?i:\b{_ES_NAMED})\s{_NAMED}(?:\s{_NAMED}){{0,4}}{_WHICH}{_NOT_YEAR}\d{{1,5}}\b(?!/){_TAIL}", "[address]"),
    Rule(
        rf"(?i:\b{_ES}\s{_PARTICLE}{{0,2}}{_LOWER}(?:\s{_LOWER}){{0,2}}{_WHICH}{_NOT_YEAR}\d{{1,5}}\b){_TAIL}",
        "[address]",
    ),
    # By numbers: "Carrera 7 # 45-23", "C. 60 No. 491".
    Rule(
        rf"(?i:\b(?:{_ES}|c\.)\s?\d{{1,3}}\s?[a-z]?(?:\s?(?:bis|sur|norte|este|oeste|oriente|poniente)\b)?\s?(?:#|no\.?|n[°º.]"
        rf"|con)\s?\d{{1,4}}\s?[a-z]?(?:\s?-\s?\d{{1,4}}\b)?){_TAIL}",
        "[address]",
    ),
    Rule(rf"(?i:\b{_ES}\s?\d{{1,3}}\s?[a-z]?\s(?:con|y|entre|esq\.?|esquina)\s(?:{_ES}\s?)?\d{{1,3}}\b){_TAIL}", "[address]"),
    Rule(rf"(?i:\b{_ORDINAL}\s(?:avenida|av|calle)\b\.?)\s(?:[A-Z]\s)?\d{{1,3}}-\d{{1,3}}\b{_TAIL}", "[address]"),
    # "2-14-5 Hyakunincho, Shinjuku-ku, Tokyo 169-0073".
    Rule(
        rf"(?<![\w-])\d{{1,2}}-\d{{1,3}}-\d{{1,3}},?\s(?=[^;?!\[]{{0,40}}(?:-(?:ku|shi|machi|cho)\b|\d{{3}}-\d{{4}}\b))"
        rf"{_NAMED}{_TAIL}",
        "[address]",
    ),
    # "Hauptstraße 12", "Keizersgracht 123", "Via Roma 10", "ul. Marszałkowska 10", "Atatürk Caddesi No: 5".
    Rule(
        rf"\b(?:{_CAPITALISED}\s)?{_UPPER}[\w-]{{2,30}}(?:stra(?:ß|ss)e|str\.|gasse|weg|damm|ufer|platz|allee|straat|gracht"
        rf"|laan|plein|kade|singel|dijk|gatan|gata|vägen|veien|gade|vej|gate|katu|tie)\s{_LAST}{_TAIL}",
        "[address]",
    ),
    Rule(
        rf"\b{_STREET}\s{_NAMED}"
        rf"(?:\s{_NAMED}){{0,3}},?\s(?:nº?\s?)?{_NOT_YEAR}\d{{1,5}}\b(?:/\d{{1,4}}\b)?{_TAIL}",
        "[address]",
    ),
    Rule(rf"(?<![\w'’.-])(?:{_UPPER}[\w'’.-]{{1,30}}\s){{1,3}}{_STREET_LAST},?\s{_LAST}{_TAIL}", "[address]"),
    Rule(
        rf"(?<![\w'’.-])(?:{_UPPER}[\w'’.-]{{0,30}}\s){{0,4}}(?:Caddesi|Cad\.|Sokak|Sok\.|Sokağı|Mahallesi|Mah\.|Bulvarı)"
        rf"(?:\s(?:{_UPPER}[\w'’.-]{{0,30}}|\d{{1,4}}\.?)){{0,4}}?{_WHICH}\d{{1,4}}\b(?!\.\s)(?:/\d{{1,4}})?{_TAIL}",
        "[address]",
    ),
    # A name and a number, then a room, a floor, a postcode: "Los Leones 1287, depto. 64", "Damrak 70, 1012 LM".
    Rule(
        rf"(?<![\w'’.-]){_NO_LAW}(?:{_UPPER}[\w'’.-]{{1,30}}\s){{1,3}}{_LAST},\s"
        rf"(?:(?i:depto|dpto|apto|appt|piso|of|oficina|sala|local|torre|m)\b\.?\s?\d{{1,4}}\b|\d{{1,2}}\s?[º°]\.?\s?[A-Z]\b"
        rf"|(?:(?!(?:19|20)\d\d\s)\d{{4,5}}\s{_UPPER}|\d{{4}}\s[A-Z]{{2}}\b"
        rf"|{_CAPITALISED}\s(?:\d{{3}}\s\d\d|\d{{5,6}})\b)[\w-]*){_TAIL}",
        "[address]",
    ),
    # "B-12, Lajpat Nagar II, New Delhi 110024".
    Rule(
        rf"(?<![\w-])(?:[A-Z][-/]?)?\d{{1,4}}[A-Z]?,(?:\s{_CAPITALISED}){{1,4}},(?:\s{_CAPITALISED}){{1,2}}[\s–-]{{1,3}}\d{{5,6}}\b",
        "[address]",
    ),
    # What is said to be an address, up to its number and what follows.
    Rule(
        rf"(?P<cue>(?i:\b(?:address|adresse|dirección|direccion|domicilio)\s?(?:is|est|es|:)\s))(?=[^?!;\[]{{0,60}}\d)"
        rf"[^?!;\[\d]{{0,60}}\d[\w/-]*{_TAIL}",
        "[address]",
    ),
    Rule(rf"(?<![\w/-])(?:{_UK}|{_CANADA})", "[address]", lambda match: "[address]" if match[0].isupper() else None),
)
