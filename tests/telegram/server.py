"""The Bot API server: HTTP on a port of its own, and the networks and restarts that come between."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.telegram.calls import Action, Fault, Outcome, read
from tests.telegram.limits import Limits
from tests.telegram.methods import FILE
from tests.telegram.webhooks import Webhooks
from tests.telegram.wire import BOT, DELIVERY, TOKEN, USERNAME, ApiError, Call, Json

__all__ = [
    "BOT", "DELIVERY", "FILE", "TOKEN", "USERNAME", "Action", "ApiError", "Call", "Fault", "Json", "Limits", "Outcome",
    "Server",
]  # fmt: skip


class Server(Webhooks):
    """A Bot API server for one bot. What it would refuse of the real bot, it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.port = 0
        self._open: set[asyncio.Transport] = set()

    @property
    def url(self) -> str:
        """The address for TELEGRAM_API_URL."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Server:
        self._closing.clear()
        app = web.Application(client_max_size=50 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self._start_deliveries()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._notify()
        await self._stop_deliveries()
        await self._runner.cleanup()

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Take the network away: what is under way is cut off, and nothing new gets through, either way."""
        self._away = True
        await self._cut_off()
        try:
            yield
        finally:
            self._away = False

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Stop the server, so that connections are refused; it comes back on its port and knows what it knew.

        People can write meanwhile; they wait.
        """
        await self._cut_off()
        await self.__aexit__()
        try:
            yield
        finally:
            await self.__aenter__()

    async def revoke(self) -> None:
        """Take the token away for good, as its owner does at @BotFather; a poll that waits hears of it."""
        self.revoked = True
        self._poll += 1
        await self._stop_deliveries()
        await self._notify()

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
        if request.match_info["token"] != TOKEN or self.revoked:
            raise ApiError(401, "Unauthorized")
        call = await _call(request)
        outcome = await self._fail(call)
        if outcome is Action.HANG:
            await self._closing.wait()
        if outcome in (Action.HANG, Action.RESET):
            return _reset(request.transport)
        if isinstance(outcome, web.Response):
            return outcome
        result = await self._carry_out(call)
        if outcome is Action.RESET_AFTER:
            return _reset(request.transport)
        return web.json_response({"ok": True, "result": result})

    async def _cut_off(self) -> None:
        for transport in list(self._open):
            _reset(transport)
        await self._cut_deliveries()


async def _call(request: web.Request) -> Call:
    fields: Json = dict(request.query)
    if request.content_type == "application/json":
        fields |= await request.json()
    for key, value in (await request.post()).items():
        fields[key] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    return read(request.match_info["method"], fields)


def _reset(transport: asyncio.Transport | None) -> web.Response:
    """Drop a connection without a word, so that the client sees a reset; the response goes nowhere."""
    if transport is not None:
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()
