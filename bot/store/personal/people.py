"""Names where somebody introduces them, and dates of birth where they are said to be one."""

from __future__ import annotations

import re

from bot.store.personal.rules import Rule, listed

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_CAPITALISED = rf"{_UPPER}[\w'’-]+"
_PARTICLES = listed("de del la las los da do dos das van von der den bin ben ibn bint al el ould du des le y e")
# A word that ends a name, or shows that there is none.
_NOT_NAMES = listed(
    "and from i i'm im a an the not on in is was has with but who what where how my misspelled misspelt wrong spelled "
    "spelt written missing different only also please can do does want need to for of at by am are this that it et je "
    "j'ai suis de du des à au en dans pas mal bien écrit comment un une le la qui que quoi mais pour ne n'est sur "
    "avec ici erroné différent incorrect y soy no está en el los una vengo tengo quiero necesito es con para por pero "
    "como cómo qué quien mal bien incorrecto distinto ilegal así si sí vivo estoy puedo"
)
_INTRODUCED = (
    r"(?i:\bmy\s(?:full\s|first\s|last\s)?name(?:\sis|['’]s)|\b(?:his|her|their|whose)\s(?:full\s)?name\sis"
    r"|\bi(?:\sam|['’]m)\scalled|\bje\sm['’\s]?appel+e|\bje\sme\snomme|\bmon\s(?:nom|prénom"
    r"|prenom)(?:\scomplet)?\s(?:est|c['’]est)"
    r"|\bmoi[\s,]{1,2}c['’]est|\bme\sllamo|\bmi\snombre(?:\scompleto)?\ses)"
)
# Of somebody else, or of a thing: a name only where it has a capital.
_OTHER = r"(?i:\bs['’]appel+ent?|\bs['’]appel+e|\bse\sllaman?|\bse\sllamaba)"
_FIELD = r"(?i:\b(?:full\sname|first\sname|surname|last\sname|name|nom|prénom|prenom|nombres?|apellidos?))\s?:"

_MONTH = (
    r"(?:jan(?:uary|vier)?|feb(?:ruary|rero)?|f[ée]v(?:rier)?|mar(?:ch|s|zo)?|apr(?:il)?|avr(?:il)?"
    r"|abr(?:il)?|may(?:o)?|mai"
    r"|june?|jun(?:io)?|juin|jul(?:y|io)?|juil(?:let)?|aug(?:ust)?|août|aout|ago(?:sto)?|sept?(?:ember"
    r"|embre|iembre)?|setiembre"
    r"|oct(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|d[ée]c(?:ember|embre)?|dic(?:iembre)?|ene(?:ro)?|janv)\b\.?"
)
_DAY = r"\d{1,2}(?:\s?(?:st|nd|rd|th|er|º|°))?"
_ROMAN = r"(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})"
_DATE = (
    rf"(?:\d{{1,2}}[./\s-]{_ROMAN}[./\s-]\d{{2,4}}(?!\d)|"
    r"\d{1,4}\s?[./\s-]\s?\d{1,2}\s?[./\s-]\s?\d{1,4}(?!\d)"
    rf"|{_DAY}[\s-](?:of\s|de\s)?{_MONTH}(?:[\s-]?(?:de\s|del\s|,\s?)?\d{{2,4}}(?!\d))?"
    rf"|{_MONTH}\s{_DAY}(?:\s?,?\s\d{{4}}(?!\d))?)"
)
_AGE = r"(?:\s\d{1,3})?(?:\s(?:años|ans))?"
_BIRTH = (
    r"\b(?:born|d\.?\s?o\.?\s?b\b\.?|date\sof\sbirth|birth\s?dates?|birthdays?|née?\(?e?\)?s?\b|naissance|naquit|ddn"
    r"|nac[ií]|nació|nacid[oa]s?|nacimiento|nac\.?|cumpleaños|anniversaire"
    rf"|(?:cumplo|cumplí|cumplía|cumpliré|\b(?:mi|su)\s\w{{2,12}}\scumpl(?:e|ió|ía|irá)){_AGE}"
    rf"|\b(?:i|he|she|son|daughter|brother|sister|child)\s(?:will\s|just\s)?turn(?:s|ed)?\s\d{{1,2}}|aurai{_AGE}|soy\sdel?)"
)
_SAID = r"[\s:=,(]{0,3}(?:(?:on|the|un|le|la|el|is|est|es|was|día|dia|jour)[\s:]{1,2}){0,3}"
_PLACE = rf"(?:(?i:\s(?:in|à|en|at|a))\s{_CAPITALISED},?)?"


def _name(match: re.Match[str]) -> str | None:
    """Take out what follows an introduction as far as it can be a name."""
    parts = re.split(r"(\s)", match["name"])
    spoken = parts[::2]
    if spoken[0].lower() in _NOT_NAMES:
        return None
    if spoken[0][0].isupper():
        size = 1
        for position, word in enumerate(spoken[1:], 2):
            if word[0].isupper() and word.lower() not in _NOT_NAMES:
                size = position
            elif word.lower() not in _PARTICLES:
                break
    else:
        stop = (n for n, word in enumerate(spoken) if word.lower() in _NOT_NAMES)
        size = min(next(stop, len(spoken)), 2)
    return match["cue"] + "[name]" + "".join(parts[2 * size - 1 :])


# What people are, written with a capital.
_ROLES = listed(
    "head chief director directora directeur directrice officer agent agente official student refugee asylum migrant "
    "minister ministre ministro ministra social trabajador trabajadora jefe jefa chef étudiant étudiante estudiante "
    "refugiado refugiada réfugié réfugiée solicitante demandeur demandeuse avocat avocate abogado abogada lawyer "
    "nurse journalist journaliste periodista ngo ong iom unhcr human border immigration ciudadano ciudadana national "
    "latin south north west east central new undocumented"
)


def _two(match: re.Match[str]) -> str | None:
    return None if match["name"].split()[0].lower() in _NOT_NAMES | _ROLES else match["cue"] + "[name]"


RULES = (
    Rule(
        rf"(?P<cue>{_INTRODUCED}[\s:,]{{1,2}})(?P<name>[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’-]*){{0,5}})", "[name]", _name
    ),
    Rule(rf"(?P<cue>{_OTHER}\s)(?P<name>{_CAPITALISED}(?:\s[^\W\d_][\w'’-]*){{0,4}})", "[name]", _name),
    Rule(rf"(?P<cue>{_FIELD}\s?)(?P<name>{_CAPITALISED}(?:\s[^\W\d_][\w'’-]*){{0,4}})", "[name]", _name),
    Rule(
        rf"(?P<cue>(?i:\b(?:soy|i\sam|i['’]m|je\ssuis|named|called|nommée?|llamad[oa]))\s)"
        rf"(?P<name>{_CAPITALISED}(?:\s(?:de|del|la|bin|ben|al|el|van|von)){{0,2}}(?:\s{_CAPITALISED}){{1,3}})",
        "[name]",
        _two,
    ),
)
BIRTH = Rule(rf"(?P<cue>(?i:{_BIRTH}){_PLACE}(?i:{_SAID}))(?i:{_DATE})", "[date of birth]")
"""A date that is said to be one of birth."""
MONTH = Rule(
    rf"(?i)(?P<cue>\b(?:(?:i|he|she|son|daughter|wife|husband)\s(?:was|is)\sborn|(?:je\ssuis|(?:il|elle)\sest)\snée?|nací|mi\s\w{{2,12}}\snació)"
    rf"\s(?:in|en)\s){_MONTH}\s(?:of\s|del?\s)?\d{{4}}\b",
    "[date of birth]",
)
"""A month of birth, of one person."""
_OWNER = r"(?:my|his|her|our|mi|su|mon|ma|sa|son)"
_OWN_DAY = (
    r"(?:date\sof\sbirth|fecha\sde\snacimiento|date\sde\snaissance)"
    rf"|{_OWNER}\s(?:\w{{2,12}}['’]s\s)?(?:birthday|date\sof\sbirth|cumpleaños|fecha\sde\snacimiento|anniversaire|date\sde\snaissance)"
)
BORN = Rule(
    rf"(?i)\b{_DATE}(?P<after>[\s,(]{{1,3}}(?:(?:which\s)?(?:is|was|es|era|est|c['’]est)\s)?(?:{_OWN_DAY})\b)",
    "[date of birth]",
    lambda match: "[date of birth]" + match["after"],
)
"""A date that is said so after it."""
