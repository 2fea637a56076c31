"""A call of the bot: what goes wrong with it, what Telegram takes, and what comes of it."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import aiogram.methods
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from tests.telegram.limits import Limits
from tests.telegram.methods import Methods
from tests.telegram.wire import ApiError, Call, Json, bad, public, sends

Model = type[aiogram.methods.TelegramMethod[Any]]


class Action(Enum):
    """What a fault may do to a request besides refusing it."""

    RESET = "reset the connection; the request was not carried out"
    RESET_AFTER = "carry the request out, then reset the connection"
    HANG = "never answer"


Outcome = Action | web.Response | None
Fault = Callable[[Call], Outcome | Awaitable[Outcome]]
"""May raise ApiError for a call, take its time, or return what to do or to answer instead."""


class Calls(Methods):
    """Carries calls out. Every request and every result is checked by aiogram's models."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        """What was carried out."""
        self.faults: list[Fault] = []
        self.limits: Limits | None = None
        self.refused_429 = 0
        """How often the bot has gone over the limits."""

    def sent(self, method: str) -> list[Json]:
        """Return the parameters of every call of a method that was carried out."""
        return [call.params for call in self.calls if call.method == method]

    async def _fail(self, call: Call) -> Outcome:
        """Return the first outcome that a fault has for a call."""
        for fault in self.faults:
            found = fault(call)
            outcome = await found if inspect.isawaitable(found) else found
            if outcome is not None:
                return outcome
        return None

    async def _carry_out(self, call: Call) -> Any:
        """Return the result of a call, or raise the ApiError with which Telegram refuses it."""
        method, model = getattr(self, f"_{call.method}", None), _model(call.method)
        if method is None or model is None:
            raise ApiError(404, "Not Found: method not found")
        self._check(call, model)
        self._count(call)
        result = public(await method(call))
        if call.method != "getUpdates":  # updates are checked when they are pushed; some are unsound on purpose
            try:
                _adapter(model).validate_python(result)
            except ValidationError as error:
                self.problems.append(f"result of {call.method}: {error}")
        self.calls.append(call)
        await self._notify()
        return result

    def _check(self, call: Call, model: Model) -> None:
        unknown = set(call.params) - set(model.model_fields)
        if unknown:
            self.problems.append(f"{call.method}: unknown parameters {sorted(unknown)}")
        try:
            model.model_validate(call.params)
        except ValidationError as error:
            self.problems.append(f"{call.method}: {error}")
            raise bad(error.errors()[0]["msg"]) from error

    def _count(self, call: Call) -> None:
        wait = self.limits.take(str(call.params["chat_id"]), call.at) if self.limits and sends(call) else 0
        if wait:
            self.refused_429 += 1
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def read(method: str, fields: Json) -> Call:
    """Return what came in as a call; a file among the fields is a pair of its name and its content.

    What the model has as text stays text, any other text is JSON where it can be.
    """
    model = _model(method)
    known = model.model_fields if model else {}
    call = Call(method, {})
    for key, value in fields.items():
        if isinstance(value, tuple):
            call.files[key] = value
            if key in known:
                call.params[key] = f"attach://{key}"
        elif isinstance(value, str) and not (key in known and known[key].annotation in (str, _TEXT)):
            call.params[key] = _decode(value)
        else:
            call.params[key] = value
    return call


_TEXT = str | None


def _decode(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _model(method: str) -> Model | None:
    return getattr(aiogram.methods, method[:1].upper() + method[1:], None)


@functools.cache
def _adapter(model: Model) -> TypeAdapter[Any]:
    return TypeAdapter(model.__returning__)
