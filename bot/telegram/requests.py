"""Requests to Telegram: what counts as its answer, and what as an outage."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from telegram.error import NetworkError
from telegram.request import HTTPXRequest


class Unloadable(NetworkError):
    """Python cannot load an answer though it is JSON: it is nested too deeply, or holds too long a number."""

    def __init__(self, text: str) -> None:
        super().__init__("An answer cannot be loaded")
        self.text = text


class Request(HTTPXRequest):
    """PTB's requests. Only the Bot API's JSON is Telegram's word; a page of whatever stands in between is none."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make a request and return the status and the Bot API's answer. Raises TelegramError."""
        code, payload = await super().do_request(*args, **kwargs)
        if 200 <= code < 300:
            return code, payload
        with suppress(NetworkError):
            if "error_code" in self.parse_json_payload(payload):
                return code, payload
        raise NetworkError(f"Status {code}, but not from Telegram")

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the Bot API's answer. Raises NetworkError where it is none, Unloadable where it cannot be loaded."""
        text = payload.decode(errors="replace")
        try:
            answer = json.loads(text)
        except json.JSONDecodeError as error:
            raise NetworkError("What came is not from Telegram") from error
        except (RecursionError, ValueError) as error:
            raise Unloadable(text) from error
        if not isinstance(answer, dict) or not answer.keys() & {"result", "error_code"}:
            raise NetworkError("What came is not from Telegram")
        return answer
