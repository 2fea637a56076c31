"""Telegram's own HTML parser, run offline."""

from __future__ import annotations

import json
from typing import Any

import tdjson

tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')

# TDLib's names of entities and the Bot API's.
_KINDS = {
    "Bold": "bold",
    "Italic": "italic",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "TextUrl": "text_link",
    "DateTime": "date_time",
}


class Refused(Exception):
    """Telegram's words on why it does not take a text."""


def parse(html: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and the Bot API's entities of an HTML text.

    Raises Refused with Telegram's words.
    """
    request = {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
    found = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    if found["@type"] == "error":
        raise Refused(found["message"])
    entities = []
    for entity in found["entities"]:
        kind = entity["type"]["@type"].removeprefix("textEntityType")
        if kind in _KINDS:
            place = {"offset": entity["offset"], "length": entity["length"]}
            entities.append({"type": _KINDS[kind], **place} | _details(entity["type"]))
    return found["text"], entities


def length(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _details(kind: dict[str, Any]) -> dict[str, Any]:
    details = {key: kind[key] for key in ("url", "language", "unix_time") if kind.get(key)}
    shown = kind.get("formatting_type")
    return details | ({"date_time_format": _time_format(shown)} if shown else {})


def _time_format(shown: dict[str, Any]) -> str:
    """Return the Bot API's letters, `r|w?[dD]?[tT]?`, for TDLib's description of how a time is shown."""
    if shown["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    letters = {"None": "", "Short": "dt", "Long": "DT"}
    date, hour = (
        letters[shown[part]["@type"].removeprefix("dateTimePartPrecision")]
        for part in ("date_precision", "time_precision")
    )
    return ("w" if shown["show_day_of_week"] else "") + date[:1] + hour[1:]
