"""What goes over the wire: calls, refusals, and what is common to every module of the server."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TOKEN = "123456789:AAFakeTokenForTheLoopbackServer-0123456"
USERNAME = "iamm_test_bot"
DELIVERY = "delivery"
"""The method under which faults know an update that is posted to the bot's webhook; `update` is its parameter."""
BOT: Json = {"id": 123456789, "is_bot": True, "first_name": "iamm", "username": USERNAME}


class ApiError(Exception):
    """What the server answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Call:
    """A request that came in. A part of a form that is a file stands in `files`, by its name in the form."""

    method: str
    params: Json
    at: float = field(default_factory=time.monotonic)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def bad(description: str) -> ApiError:
    """Return the refusal of a bad request, in Telegram's words."""
    return ApiError(400, f"Bad Request: {description}")


def public(value: Any) -> Any:
    """Return what the bot may see: the same without the keys that begin with an underscore, at any depth."""
    if isinstance(value, dict):
        return {key: public(part) for key, part in value.items() if not key.startswith("_")}
    return [public(part) for part in value] if isinstance(value, list) else value


def sends(call: Call) -> bool:
    """Tell whether Telegram counts a call as a message: what sends, copies and forwards, and edits in groups."""
    if call.method.startswith("edit"):
        return str(call.params.get("chat_id", "")).startswith(("-", "@"))
    return call.method.startswith(("send", "copy", "forward")) and call.method != "sendChatAction"
