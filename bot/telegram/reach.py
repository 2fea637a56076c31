"""What Telegram says of a token: whose it is, and what waits for it. Asks alone; changes nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.telegram.requests import Request

LIMIT = 5.0
"""Seconds for an answer."""


class ReachError(Exception):
    """Telegram did not say; the text says why."""


class RefusedError(ReachError):
    """Telegram does not know the token."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the bot."""

    webhook: str
    """The host that updates are pushed to, without the rest, in which many hide a secret; empty if there is none."""
    updates: int
    error: str
    """Why the last push that failed did, in Telegram's words; empty if none has."""
    failed: datetime | None
    """When that was."""


def identify(token: str, api_url: str) -> str:
    """Return the username of the bot that a token is of.

    Raises RefusedError if it is of none, ReachError if Telegram does not say.
    """

    async def ask() -> str:
        async with _asked(token, api_url) as bot:
            return (await bot.get_me()).username or ""

    return asyncio.run(ask())


def waiting(token: str, api_url: str) -> Waiting:
    """Return what waits for the bot of a token. Raises as `identify` does."""

    async def ask() -> Waiting:
        async with _asked(token, api_url) as bot:
            info = await bot.get_webhook_info()
            host = urlsplit(info.url).hostname or "an address" if info.url else ""
            return Waiting(host, info.pending_update_count, info.last_error_message or "", info.last_error_date)

    return asyncio.run(ask())


@asynccontextmanager
async def _asked(token: str, api_url: str) -> AsyncIterator[Bot]:
    """Give a bot to ask one thing of, in time."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it logs what is no JSON, and raises it as well
    request = Request(1, LIMIT, LIMIT, LIMIT, LIMIT)
    try:
        async with asyncio.timeout(LIMIT), request:
            yield Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)
    except TimeoutError as error:
        raise ReachError(f"no answer within {LIMIT:.0f} seconds") from error
    except (InvalidToken, Forbidden) as error:
        raise RefusedError from error
    except TelegramError as error:
        raise ReachError(error.message) from error
