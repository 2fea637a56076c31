"""A raw update as PTB's object, if every field that the bot looks at is what the Bot API says it is."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update

# Where PTB looks for who wrote and where, and what the bot looks at in it.
_TEXTS = (
    "effective_user.language_code", "effective_chat.type", "effective_message.text", "effective_message.caption",
    "effective_message.reply_to_message.from_user.username", "callback_query.id", "callback_query.data",
    "inline_query.id", "inline_query.query", "my_chat_member.new_chat_member.status",
)  # fmt: skip
_NUMBERS = (
    "effective_user.id", "effective_chat.id", "effective_message.message_id", "effective_message.message_thread_id",
    "effective_message.sender_chat.id", "effective_message.migrate_to_chat_id", "my_chat_member.chat.id",
)  # fmt: skip
# What each kind of update must have.
_NEEDED = {
    "inline_query": ("from_user", "id", "query"),
    "callback_query": ("from_user", "id"),
    "my_chat_member": ("chat", "new_chat_member"),
    "message": ("chat", "message_id"),
    "edited_message": ("chat", "message_id"),
}
_DEGREES = {"effective_message.location.latitude": 90, "effective_message.location.longitude": 180}
# In JSON nobody's words look like these, for there quotes are escaped.
_NUMBER = re.compile(r'"update_id"\s*:\s*(\d{1,19})\s*[,}]')
_CHAT = re.compile(r'"chat"\s*:\s*\{\s*"id"\s*:\s*(-?\d{1,19})\s*[,}]')
_PERSON = re.compile(r'"from"\s*:\s*\{\s*"id"\s*:\s*(\d{1,19})\s*[,}]')


class Unreadable(Exception):
    """An update is not what the Bot API says that updates are."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An update as it came."""

    number: int | None
    """Its `update_id`; None where it has none."""
    text: str
    """JSON."""
    content: Any
    """What the text says; None where Python cannot load it."""


def load(text: str) -> Raw:
    """Return an update from its JSON: of one that is nested too deeply, or holds too long a number, only that much.

    Raises json.JSONDecodeError where the text is no JSON.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError):
        found = _NUMBER.search(text)
        return Raw(_number({"update_id": int(found[1])}) if found else None, text, None)
    return Raw(_number(content), text, content)


def dump(content: Any) -> Raw:
    """Return an update from what was loaded. Raises RecursionError or ValueError where it cannot be written down."""
    return Raw(_number(content), json.dumps(content), content)


def read(raw: Any, bot: Bot) -> Update:
    """Return a raw update as PTB's object.

    PTB takes fields as they are, so those that are looked at are checked here. Raises Unreadable.
    """
    try:
        update = Update.de_json(raw, bot)
        _check(update)
    except Exception as error:
        # Whatever the library meets in what it does not know.
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return update


def owner(raw: Raw) -> int:
    """Return the number of the chat that an update seems to be of, else of who wrote it; 0 where it does not say.

    For an update that cannot be read, so that it is erased with all else of its chat.
    """
    if not isinstance(raw.content, dict):
        found = _CHAT.search(raw.text) or _PERSON.search(raw.text)
        return int(found[1]) if found and abs(int(found[1])) < 2**63 else 0
    parts = [part for part in raw.content.values() if isinstance(part, dict)]
    parts += [part["message"] for part in parts if isinstance(part.get("message"), dict)]
    for name in ("chat", "from"):
        for part in parts:
            number = part[name].get("id") if isinstance(part.get(name), dict) else None
            if type(number) is int and abs(number) < 2**63:
                return number
    return 0


def _number(content: Any) -> int | None:
    """Return the number of an update, which fits into the database; None where it has none."""
    number = content.get("update_id") if isinstance(content, dict) else None
    return number if type(number) is int and 0 <= number < 2**63 else None


def _check(update: Update) -> None:
    for kind, names in _NEEDED.items():
        if _at(update, kind) is not None and any(_at(update, f"{kind}.{name}") is None for name in names):
            raise TypeError(f"{kind} is incomplete")
    for path in _TEXTS:
        if not isinstance(_at(update, path), str | None):
            raise TypeError(f"{path} is no text")
    for path in _NUMBERS:
        number = _at(update, path)
        if number is not None and (type(number) is not int or abs(number) >= 2**63):
            raise TypeError(f"{path} is no number")
    located = _at(update, "effective_message.location") is not None
    for path, most in _DEGREES.items():
        degrees = _at(update, path)
        if located and not (type(degrees) in {int, float} and math.fabs(degrees) <= most):
            raise TypeError(f"{path} is no place on Earth")


def _at(update: Update, path: str) -> Any:
    """Return what stands at a path; None where one of its steps is not there."""
    held: Any = update
    for name in path.split("."):
        held = getattr(held, name, None)
    return held
