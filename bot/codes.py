"""The short codes that buttons and deep links carry: versioned, stateless, meaningful after a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.models import Agenda

VERSION = "1"
"""Of the codes behind choices; a code of another version is answered civilly."""
LONGEST_CODE = 64
"""Bytes that a button can carry, and characters of a deep link's payload."""

# What follows an intent's name in a code.
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "ask": ("example",),
    "cancel": (),
    "change_digest": ("part", "value"),
    "cite": ("ref",),
    "contents": ("page",),
    "digest_status": (),
    "digest_today": (),
    "erase_data": ("sure",),
    "export": ("form",),
    "faces": ("ref", "beside"),
    "feedback_negative": ("ref",),
    "feedback_positive": ("ref",),
    "help": (),
    "language": ("to",),
    "log_off": (),
    "log_on": (),
    "more": ("items",),
    "my_data": (),
    "pause_digest": ("span",),
    "practice": ("ref", "turn"),
    "privacy": (),
    "random": (),
    "related": ("ref",),
    "resume_digest": (),
    "save": ("ref",),
    "saved": ("page",),
    "section": ("ref", "page"),
    "subscribe": (),
    "unsave": ("ref", "page"),
    "unsubscribe": (),
    "why": ("item", "line", "words"),
}


@dataclass(frozen=True, slots=True)
class Intent:
    """What a message wants."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


def encode(intent: str, *values: object) -> str:
    """Return the code of a choice: short, versioned, at most 64 bytes, meaningful after a restart."""
    return ":".join([VERSION, intent, *map(str, values)])


def decode(code: str) -> Intent:
    """Return the intent behind a choice's code; `outdated` for a code of another version or shape."""
    version, _, rest = code.partition(":")
    name, *values = rest.split(":")
    names = _ARGUMENTS.get(name)
    if version != VERSION or names is None or len(values) > len(names):
        return Intent("outdated")
    return Intent(name, dict(zip(names, values, strict=False)))


def encode_payload(ref: str) -> str:
    """Return the payload of the deep link to a place: `III.6.a#5` is `r-III_6_a-5`."""
    return "r-" + ref.replace(".", "_").replace("#", "-")


def decode_payload(payload: str, agenda: Agenda) -> Intent | None:
    """Return the intent of a deep link's payload, or None if it names nothing."""
    ref = payload.removeprefix("r-").replace("_", ".").replace("-", "#")
    if not payload.startswith("r-"):
        return None
    if ref in agenda.items:
        return Intent("practice", {"ref": ref})
    return Intent("section", {"ref": ref}) if ref in agenda.sections else None


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def pack(refs: Sequence[str], agenda: Agenda) -> str:
    """Return items as two characters each, their place in the document in base 36, so that ten fit a button."""
    numbers = [agenda.numbers[ref] for ref in refs]
    return "".join(_DIGITS[number // 36] + _DIGITS[number % 36] for number in numbers)


def unpack(packed: str, agenda: Agenda) -> list[str]:
    """Return the items that `pack` packed; what is not of its making is left out."""
    order = list(agenda.items)
    pairs = (packed[i : i + 2] for i in range(0, len(packed) - 1, 2))
    numbers = (int(pair, 36) for pair in pairs if all(c in _DIGITS for c in pair))
    return [order[number] for number in numbers if number < len(order)]
