"""Faults for `server.faults`: what goes wrong, and a predicate that says for which calls and webhook deliveries.

For example `server.faults.append(faults.reset_after(faults.method("sendMessage") & faults.first(3)))`. What concerns
updates themselves is the server's: `repeat`, `out_of_order`, and `push_raw` with one of BROKEN.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.telegram.server import DELIVERY, Action, ApiError, Call, Fault
from tests.telegram.state import BLOCKED, DEACTIVATED, KICKED


@dataclass(frozen=True)
class When:
    """For which calls; predicates combine with `&`, `|` and `~`, from left to right and no further than needed."""

    holds: Callable[[Call], bool]

    def __and__(self, other: When) -> When:
        return When(lambda call: self.holds(call) and other.holds(call))

    def __or__(self, other: When) -> When:
        return When(lambda call: self.holds(call) or other.holds(call))

    def __invert__(self) -> When:
        return When(lambda call: not self.holds(call))


ALWAYS = When(lambda call: True)
POSTED = When(lambda call: call.method == DELIVERY)
"""Holds for updates that are posted to a webhook: there "answer" is what the bot, or a proxy before it, answers."""

BROKEN: dict[str, Callable[[int], Any]] = {
    "a message that is text": lambda number: {"update_id": number, "message": "visas"},
    "a list": lambda number: [number, "visas"],
    "a message without chat and date": lambda number: {"update_id": number, "message": {"text": "visas"}},
    "a number that is none": lambda number: {"update_id": f"no. {number}"},
    "nothing": lambda number: None,
}
"""Updates that no client can parse, for `server.push_raw`."""


def method(*names: str) -> When:
    """Hold for calls of these methods."""
    return When(lambda call: call.method in names)


def chat(*numbers: int) -> When:
    """Hold for calls about these chats."""
    return When(lambda call: call.params.get("chat_id") in numbers)


def first(count: int) -> When:
    """Hold for the next `count` calls that it is asked about; so it comes last in a combination."""
    asked = itertools.count(1)
    return When(lambda call: next(asked) <= count)


def during(start: float, end: float, clock: Callable[[], float] = time.monotonic) -> When:
    """Hold from one moment until another, by a clock in seconds."""
    return When(lambda call: start <= clock() < end)


def reset(when: When = ALWAYS) -> Fault:
    """Reset the connection before the request is carried out; `during` two moments, this is a network that is away."""
    return lambda call: Action.RESET if when.holds(call) else None


def reset_after(when: When = ALWAYS) -> Fault:
    """Carry the request out, then reset the connection instead of answering."""
    return lambda call: Action.RESET_AFTER if when.holds(call) else None


def black_hole(when: When = ALWAYS) -> Fault:
    """Take the request and never answer, until the server closes."""
    return lambda call: Action.HANG if when.holds(call) else None


def slow(seconds: float | Callable[[], float], when: When = ALWAYS) -> Fault:
    """Wait before the request is carried out: always as long, or as long as a function says each time."""

    async def wait(call: Call) -> None:
        if when.holds(call):
            await asyncio.sleep(seconds() if callable(seconds) else seconds)

    return wait


def bad_gateway(when: When = ALWAYS) -> Fault:
    """Answer 502 with a page of HTML; the request is not carried out."""
    page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    return lambda call: web.Response(status=502, text=page, content_type="text/html") if when.holds(call) else None


def refused(error: ApiError, when: When = ALWAYS) -> Fault:
    """Answer with an error of the Bot API."""

    def refuse(call: Call) -> None:
        if when.holds(call):
            raise error

    return refuse


def unauthorized(when: When = ALWAYS) -> Fault:
    """Answer that the token is not known; `server.revoke()` does so for good."""
    return refused(ApiError(401, "Unauthorized"), when)


def conflict(when: When) -> Fault:
    """Answer a poll as if somebody else polled with the same token."""
    words = "terminated by other getUpdates request; make sure that only one bot instance is running"
    return refused(ApiError(409, f"Conflict: {words}"), when)


def blocked(when: When) -> Fault:
    """Answer that the user has blocked the bot."""
    return refused(ApiError(403, f"Forbidden: {BLOCKED}"), when)


def deactivated(when: When) -> Fault:
    """Answer that the user is gone."""
    return refused(ApiError(403, f"Forbidden: {DEACTIVATED}"), when)


def kicked(when: When) -> Fault:
    """Answer that the bot was thrown out of a group."""
    return refused(ApiError(403, f"Forbidden: {KICKED}"), when)


def not_found(when: When) -> Fault:
    """Answer that there is no such chat."""
    return refused(ApiError(400, "Bad Request: chat not found"), when)


def too_many(seconds: int, when: When) -> Fault:
    """Answer 429 with a time to wait; with `first`, a storm of as many."""
    return refused(ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds), when)
