"""Coordinates, and number plates."""

from __future__ import annotations

from bot.store.personal.rules import Rule

RULES = (
    # Coordinates: two decimals with four places and more, or degrees and minutes.
    Rule(
        r"[-+]?\b\d{1,3}\.\d{4,10}\s?°?\s?[NS]?\s?[,;/\s]\s?[-+]?\d{1,3}\.\d{4,10}\b\s?°?(?:\s?[EWO]\b)?",
        "[number]",
    ),
    # With three places, where they are said to be a position.
    Rule(
        r"(?P<cue>(?i:\b(?:at|position|pos|gps|location|ubicación|coord\w{0,8})[\s:.]{1,2}))"
        r"-?\d{1,2}\.\d{3},\s?-?\d{1,3}\.\d{3}\b",
        "[number]",
    ),
    Rule(r"\b[NS]\s?\d{1,2}\.\d{3,10}°?[,;\s]{1,2}[EWO]\s?\d{1,3}\.\d{3,10}\b°?", "[number]"),
    Rule(
        r"(?:\b\d{1,3}\s?°\s?\d{1,2}\s?['’′](?:\s?\d{1,2}(?:\.\d{1,4})?\s?[\"”″'’]{1,2})?\s?[NSEWO]\b[,\s]{0,2}){1,2}",
        "[number]",
    ),
    Rule(r"(?P<cue>(?i:\b(?:lat|lon|long|lng)(?:itude|itud)?\.?[\s:=]{1,3}))-?\d{1,3}[.,]\d{2,10}\b", "[number]"),
    Rule(r"\b[A-Z]{1,3}[\s-]?\d{1,4}[\s-]?[A-Z]{0,3}(?=\s(?:number\s)?plates?\b)", "[number]"),
    # Number plates, where they are said to be one: letters and digits.
    Rule(
        r"(?P<cue>(?i:\b(?:plates?|placas?|matrícula|matricula|patente|immatriculation|immatriculée?|plaques?"
        r"|kennzeichen|targa"
        r"|registration)(?:\s(?:number|no\.?|n[°º]|is|es|est|d['’]immatriculation))?)[\s:]{1,2})"
        r"(?=[A-Za-z\d-]{0,8}\s?[A-Za-z\d-]{0,4}\d)(?=[\d\s-]{0,6}[A-Za-z])"
        r"(?:[A-Z\d]{1,4}(?:[\s-][A-Z\d]{1,6}){1,3}|[A-Za-z\d]{4,8})\b",
        "[number]",
        lambda match: match["cue"] + "[number]" if any(c.isdecimal() for c in match[0][len(match["cue"]) :]) else None,
    ),
)
