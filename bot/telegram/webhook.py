"""Receives updates that Telegram sends to an address, through a proxy that speaks HTTPS."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass

from telegram.error import BadRequest, InvalidToken, TelegramError
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.app import Timer
from bot.config import Address
from bot.listener import Listener
from bot.telegram import reading
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
            update = reading.load(self.request.body.decode(errors="replace"))
        except json.JSONDecodeError:
            self.set_status(400)
            return
        if self._intake.full or not await self._intake.receive([update]):
            self.set_status(503)


class Webhook:
    """An address that Telegram sends updates to, and who listens there."""

    def __init__(self, bot: Connection, intake: Intake, reach: Reach, timer: Timer, kinds: list[str], way: Way) -> None:
        """Take the address of this machine; nothing is let in before `run`. Raises OSError where it cannot be had."""
        self._bot, self._reach, self._kinds, self._url = bot, reach, kinds, way.url
        self._secret = secret(bot.token)
        self.rival = Rival(timer)
        door = (r".*", _Door, {"intake": intake, "secret": self._secret})
        self._server = Listener(Application([door], log_function=lambda handler: None), max_buffer_size=LARGEST)
        self._sockets = bind_sockets(way.listen.port, way.listen.host)

    async def run(self) -> None:
        """Let updates in, give Telegram the address and see to it that it keeps it, for ever.

        Raises SecondInstance where a bot that ran before takes it back, InvalidToken where Telegram refuses the token,
        BadRequest where it refuses the address.
        """
        self._server.add_sockets(self._sockets)
        known = False
        while True:
            try:
                if known and (await self._bot.get_webhook_info()).url != self._url:
                    self.rival.meet()
                    known = False
                if not known:
                    await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=self._kinds)
                    known = True
                self._reach.note(True)
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as error:
                self._reach.lose(error)
            await asyncio.sleep(PAUSE)

    async def stop(self) -> None:
        """Take no more; what was taken is stored."""
        self._server.stop()
        for listener in self._sockets:  # which the server closes only once it has them
            listener.close()
        await self._server.close_all_connections()
