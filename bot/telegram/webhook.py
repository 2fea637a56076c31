"""Receives updates that Telegram sends to an address, through a proxy that speaks HTTPS."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass

from telegram.error import BadRequest, InvalidToken, TelegramError
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.app import Clock
from bot.config import Address
from bot.telegram.connection import Connection, Reach, Rival
from bot.telegram.intake import Intake

LARGEST = 2**20
"""Bytes of a request; Telegram's updates are far smaller."""
PAUSE = 5.0
"""Seconds between tries to give Telegram the address, and between looks at whether it still has it."""


@dataclass(frozen=True, slots=True)
class Way:
    """The address that Telegram knows, and where the proxy behind it passes updates on."""

    url: str
    listen: Address


def secret(token: str) -> str:
    """Return what Telegram sends along so that nobody else can send updates: the same at each start, and no token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


class _Door(RequestHandler):
    """Takes an update when it brings the secret; 200 once it is stored."""

    def initialize(self, intake: Intake, secret: str) -> None:
        self._intake, self._secret = intake, secret

    async def post(self) -> None:
        """Answer 200 when Telegram may forget the update, and 503 when it is to send it again later."""
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.set_status(400)
            return
        if self._intake.full or not await self._intake.receive([update]):
            self.set_status(503)


class Webhook:
    """An address that Telegram sends updates to, and who listens there."""

    def __init__(self, bot: Connection, intake: Intake, reach: Reach, clock: Clock, kinds: list[str], way: Way) -> None:
        """Listen at once. Raises OSError where that cannot be."""
        self._bot, self._reach, self._clock, self._kinds, self._url = bot, reach, clock, kinds, way.url
        self._secret = secret(bot.token)
        self.rival = Rival(clock)
        door = (r".*", _Door, {"intake": intake, "secret": self._secret})
        self._server = HTTPServer(Application([door], log_function=lambda handler: None), max_buffer_size=LARGEST)
        self._server.listen(way.listen.port, way.listen.host)

    async def run(self) -> None:
        """Give Telegram the address and see to it that it keeps it, for ever.

        Raises SecondInstance where a bot that ran before takes it back, InvalidToken where Telegram refuses the token,
        BadRequest where it refuses the address.
        """
        known = False
        while True:
            try:
                if known and (await self._bot.get_webhook_info()).url != self._url:
                    self.rival.meet()
                    known = False
                if not known:
                    await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=self._kinds)
                    known = True
                self._reach.note(True, self._clock())
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as error:
                self._reach.lose(error, self._clock())
            await asyncio.sleep(PAUSE)

    async def stop(self) -> None:
        """Take no more; what was taken is stored."""
        self._server.stop()
        await self._server.close_all_connections()
