"""The Bot API server: HTTP, polling, limits and faults; every request and result is checked by aiogram."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

import aiogram.methods
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from tests.telegram.limits import Limits
from tests.telegram.methods import FILE, Methods
from tests.telegram.wire import BOT, TOKEN, USERNAME, ApiError, Call, Json, bad, public, sends

__all__ = ["BOT", "FILE", "TOKEN", "USERNAME", "Action", "ApiError", "Call", "Fault", "Json", "Limits", "Server"]

LONGEST_POLL = 50
"""Seconds."""


class Action(Enum):
    """What a fault may do to a request besides refusing it."""

    RESET = "reset the connection; the request was not carried out"
    RESET_AFTER = "carry the request out, then reset the connection"
    HANG = "never answer"


Outcome = Action | web.Response | None
Fault = Callable[[Call], Outcome | Awaitable[Outcome]]
"""May raise ApiError for a call, take its time, or return what to do or to answer instead."""


class Server(Methods):
    """A Bot API server for one bot, on a port of its own. What it would refuse of the real bot, it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        """What was carried out."""
        self.faults: list[Fault] = []
        self.limits: Limits | None = None
        self.refused_429 = 0
        """How often the bot has gone over the limits."""
        self.problems: list[str] = []
        """What a request or a result had that the Bot API does not know; a test that ends with any fails."""
        self.port = 0
        self._poll = 0
        self._webhook: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        self._closing = asyncio.Event()
        self._away = False
        self._open: set[asyncio.Transport] = set()

    @property
    def url(self) -> str:
        """The address for TELEGRAM_API_URL."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Server:
        app = web.Application(client_max_size=50 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._notify()
        await self._runner.cleanup()

    def sent(self, method: str) -> list[Json]:
        """Return the parameters of every call of a method that was carried out."""
        return [call.params for call in self.calls if call.method == method]

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Take the network away: what is under way is cut off, and nothing new gets through."""
        self._away = True
        for transport in list(self._open):
            _reset(transport)
        try:
            yield
        finally:
            self._away = False

    # Serving.

    async def _answer(self, request: web.Request) -> web.Response:
        transport = request.transport
        if transport is None or self._away:
            return _reset(transport)
        self._open.add(transport)
        try:
            return await self._serve(request)
        except ApiError as error:
            body: Json = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.code)
        finally:
            self._open.discard(transport)

    async def _serve(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            raise ApiError(401, "Unauthorized")
        method = getattr(self, f"_{name}", None)
        model = getattr(aiogram.methods, name[:1].upper() + name[1:], None)
        call = await _call(request, name, model)
        outcome = await self._fail(call)
        if outcome is Action.HANG:
            await self._closing.wait()
        if outcome in (Action.HANG, Action.RESET):
            return _reset(request.transport)
        if isinstance(outcome, web.Response):
            return outcome
        if method is None or model is None:
            raise ApiError(404, "Not Found: method not found")
        self._check(call, model)
        self._count(call)
        result = public(await method(call))
        try:
            _adapter(model).validate_python(result)
        except ValidationError as error:
            self.problems.append(f"result of {name}: {error}")
        self.calls.append(call)
        await self._notify()
        if outcome is Action.RESET_AFTER:
            return _reset(request.transport)
        return web.json_response({"ok": True, "result": result})

    async def _fail(self, call: Call) -> Outcome:
        """Return the first outcome that a fault has for a call."""
        for fault in self.faults:
            found = fault(call)
            outcome = await found if inspect.isawaitable(found) else found
            if outcome is not None:
                return outcome
        return None

    def _check(self, call: Call, model: type[aiogram.methods.TelegramMethod[Any]]) -> None:
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

    # Getting updates.

    async def _getUpdates(self, call: Call) -> list[Json]:
        if self._webhook["url"]:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
                           "delete the webhook first")  # fmt: skip
        self._poll += 1
        mine = self._poll
        await self._notify()
        self._allowed = call.params.get("allowed_updates", self._allowed)
        offset = call.params.get("offset", 0)
        if offset < 0:
            self._updates = self._updates[offset:]
        else:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
        limit = min(max(call.params.get("limit", 100), 1), 100)
        try:
            async with asyncio.timeout(min(call.params.get("timeout", 0), LONGEST_POLL)), self._news:
                await self._news.wait_for(
                    lambda: bool(self._updates) or self._poll != mine or self._away or self._closing.is_set()
                )
        except TimeoutError:
            return []
        if self._poll != mine:
            raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                           "instance is running")  # fmt: skip
        return self._updates[:limit]

    async def _setWebhook(self, call: Call) -> bool:
        if not call.params["url"].startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self._webhook["url"] = call.params["url"]
        self._poll += 1  # whoever polls is sent away
        return True

    async def _getWebhookInfo(self, call: Call) -> Json:
        return self._webhook | {"pending_update_count": self.pending}

    async def _deleteWebhook(self, call: Call) -> bool:
        self._webhook["url"] = ""
        if call.params.get("drop_pending_updates"):
            self._updates.clear()
        return True


async def _call(request: web.Request, name: str, model: type[aiogram.methods.TelegramMethod[Any]] | None) -> Call:
    """Read a request as a call: what the model has as text stays text, everything else is JSON where it can be."""
    texts = {key for key, field in (model.model_fields if model else {}).items() if field.annotation in (str, _TEXT)}
    call = Call(name, {})
    for key, value in (dict(request.query) | dict(await request.post())).items():
        if isinstance(value, web.FileField):
            call.files[key] = value.filename, value.file.read()
            if model and key in model.model_fields:
                call.params[key] = f"attach://{key}"
            continue
        try:
            call.params[key] = value if key in texts else json.loads(value)
        except ValueError:
            call.params[key] = value
    return call


_TEXT = str | None


def _reset(transport: asyncio.Transport | None) -> web.Response:
    """Drop a connection without a word, so that the client sees a reset; the response goes nowhere."""
    if transport is not None:
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


@functools.cache
def _adapter(model: type[aiogram.methods.TelegramMethod[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(model.__returning__)
