"""A foreign client, aiogram, so that the server is not shaped by the bot's own library alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiogram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from tests.telegram.server import TOKEN, Server


@asynccontextmanager
async def bot(server: Server) -> AsyncIterator[aiogram.Bot]:
    """Yield aiogram's bot on the server."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    yield aiogram.Bot(TOKEN, session=session)
    await (await session.create_session()).close()  # its own close waits for TLS


@asynccontextmanager
async def listening(server: Server, app: web.Application) -> AsyncIterator[None]:
    """Run a web application on loopback, to which the server posts."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.proxy = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    yield
    await runner.cleanup()
