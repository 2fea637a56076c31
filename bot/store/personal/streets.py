"""What postal addresses are made of, in many countries."""

from __future__ import annotations

from bot.store.personal.rules import words

UPPER = r"[^\W\d_a-zß-öø-ÿ]"
CAPITALISED = rf"{UPPER}[\w'’.-]*"
# Words between a number and a street show that it is none: "5 deaths on the road".
_NO_STREET = (
    r"(?!(?:on|in|the|of|by|to|and|or|for|from|a|an|at|who|that|with|per|are|is|were|les|et|ou|pour|dans|où|en|qui|sont"
    r"|que|donde|viven|hay|son|para|por|con|desde|más|hacia|entre|hasta|y|o|se|no|duermen)\b)"
)
LOWER = rf"{_NO_STREET}[^\W\d_]['’\w-]*"
PARTICLE = r"(?:(?:de|du|des|del|la|las|los|le|les|di|della|da|do|das|dos|d['’]|l['’]|saint|san|santa)\s?)"
NAMED = rf"{PARTICLE}{{0,2}}{CAPITALISED}"
NUMBER = r"(?<![\w.,])\d{1,5}\s?(?:[A-Da-d]|bis|ter)?\b(?:[-/]\d{1,4}\b)?"
LAST = r"\d{1,4}\s?[A-Za-z]?\b(?:[-/]\d{1,4}[A-Za-z]?\b){0,2}"

# What may follow a street: floor, postcode, town, each after a comma or a space.
UK = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s\d[A-Za-z]{2}\b"
CANADA = r"[A-Za-z]\d[A-Za-z][\s-]?\d[A-Za-z]\d\b"
_POSTCODE = (
    rf"(?:{UK}|{CANADA}|(?:C\.?P\.?\s)?(?:[A-Z]{{1,2}}-?)?\d{{4,6}}(?:-\d{{3,4}})?(?:\s[A-Z]{{2}}\b)?|\d\d-\d{{3}}\b"
    r"|\d{3}\s\d\d(?=\s[^\W\d_a-z])|\d{3}-\d{4}|[A-Z]\d{4}[A-Z]{3})"
)
_ROOM = words(
    "apt appt apto app\\. appartement apartamento apartment flat unit piso puerta depto dpto int interior esc "
    "escalera bloque bloc bl\\. sc\\. ap\\. et\\. bt bât bat\\. bâtiment imm immeuble planta casa étage etaj nave "
    "porte villa lote lot lt mz manzana m\\. d: room sala suite torre tower zona zone sector secteur shelter local "
    "oficina of\\. n[°º] kat daire entlo entresuelo bte boîte kv\\. pta ph stan"
)
_SIDE = r"(?:\s?(?:[A-Z]|izq|izda|izqda|dcha|drcha|der|centro|ctro|[iI]nt|[eE]xt)\b\.?)?"
_FLOOR = rf"(?:\d{{1,2}}\s?\.?[º°ªo]\.?{_SIDE}|\d{{1,2}}(?:n|r|t|a|è|er)\b)"
_PART_OF_TOWN = words("barrio bº colonia col\\. urb\\. fracc\\. quartier district distrito comuna")
TAIL = (
    rf"(?:,?\s?(?:(?i:{_ROOM})(?:[.:]?\s|[.:]?(?=\d))\w{{1,4}}\b(?:-\w{{1,2}}\b)?|#\s?\d[\d-]*|{_FLOOR}|{_POSTCODE}"
    rf"|(?i:{_PART_OF_TOWN})\s{PARTICLE}{{0,2}}{CAPITALISED}|(?:y|e|esq\.?|esquina|entre)\s{PARTICLE}{{0,2}}{CAPITALISED}"
    rf"|[-–]\s?[A-Z]{{2}}\b|{PARTICLE}{{0,2}}{CAPITALISED}(?:\s\d{{1,3}}\b(?!-))?(?:/\w{{1,20}})?)(?!\w)){{0,9}}"
    r"(?:,?\s\d{4,6}(?:\s[^\W\d_]{2,20}){1,2}|,?(?:\s[^\W\d_]{2,20}){1,3},?\s(?:\d{5}\b|[a-z]\d[a-z]\s?\d[a-z]\d\b))?"
)

EN = words("street st road rd avenue ave lane ln boulevard blvd terrace crescent drive highway hwy parkway")
EN_NAMED = words(
    "Street St Road Rd Avenue Ave Lane Ln Boulevard Blvd Terrace Crescent Drive Dr Highway Parkway Court Ct Close "
    "Square Sq Place Pl Way Gardens Grove Row Mews Hill Estate Apartments Marg Nagar Chowk Salai Mawatha"
)
NO_VENDORS = r"(?!\s(?:vendors?|child\w*|people|workers?|kids|accidents?|deaths?|levels?|sellers?|youth))"
FR = words("rue avenue av\\.? boulevard bd\\.? bld allée allee impasse quai ruelle")
FR_NAMED = words(
    "place chemin cours square route rte passage faubourg cité lotissement résidence villa chaussée drève clos "
    "sentier venelle esplanade montée traverse"
)
ES = words(
    "calle c/ cl\\.? avenida av\\.? avda\\.? carrera cra\\.? kra diagonal transversal jirón jiron jr\\.? pasaje "
    "psje\\.? paseo calzada prolongación passeig carrer"
)
ES_NAMED = words(
    "plaza pza camino ronda carretera travesía c\\. blvd\\.? boulevard autopista cerrada callejón privada vía malecón "
    "rambla"
)
WHICH = r"(?i:,?\s?(?:n[°º.]|no[.:]?|núm\.?|nº|#|km|numéro|número))?\s?,?\s?"
NOT_YEAR = r"(?!(?:1[89]|20)\d\d\b)"
HOUSE = words(
    "flat apt\\.? apartment house building bldg\\.? plot unit room door suite shop villa lot appartement résidence "
    "immeuble bâtiment"
)
NO_LAW = (
    r"(?!(?:Article|Art|Artículo|Law|Ley|Loi|Lei|Act|Convention|Convenio|Resolution|Résolution|Resolución|Decree|Decreto"
    r"|Décret|Objective|Objectif|Objetivo|Regulation|Directive|Directiva|Chapter|Section|Figure|Table|Protocol|Acuerdo"
    r"|Orden|Order|Agenda|Target|Goal|Case|Public|Sub-?class|Form|Annexe?|Rule|Schedule)\b)"
)
# Streets before their names, and after them.
STREET = words(
    "Via Viale Piazza Corso Vicolo Rua Travessa Alameda Praça ul\\. ulica al\\. Strada Str\\. Calea Șos\\. Jalan "
    "Jl\\. Gang Rr\\. Rruga vul\\. prosp\\. pr\\. Odos Leoforos Thanon Soi Đường Phố Sharia Lorong"
)
STREET_LAST = words(
    "prospekt prospect ulitsa pereulok bulvar utca út tér iela gatvė ulice třída náměstí ulica Soi Street Road Lane "
    "Marg"
)
QUARTER = words(
    "(?-i:Hay) douar derb urb\\.? urbanización mz\\.? manzana lotissement sicap barrio colonia quartier residencial "
    "cité fracc\\.? fraccionamiento conjunto col\\."
)
ORDINAL = r"(?:\d{1,2}\s?(?:a|ª|º|°|ra|da|ta|na|va|e|è|ème)\.?)"
# What divides a quarter: with a number, with a name.
PART = (
    rf"(?:(?i:(?:{_ROOM}|lt\.?|calle|cl\.?|rue|av\.?|avenida|avenue|ligne|etapa|house|plot|no\.?|\#)\.?\s?(?:n[°º]\s?)?)"
    rf"\d{{1,4}}\w?\b(?:-\w{{1,2}}\b)?|(?i:{ORDINAL}\s(?:calle|avenida|av|rue|tranche|etapa)\b\.?))"
)
_BUILT = words("res edif edificio rue av avenue avenida calle torre qta quinta conj imm immeuble")
BUILDING = rf"(?:(?i:{_BUILT})\.?\s{NAMED}(?:\s{NAMED})?)"
QUARTERS_NAME = rf"(?:{NAMED}(?:\s{NAMED}){{0,3}}|{PARTICLE}?\d{{1,4}}\s[^\W\d_]{{3,15}})"
