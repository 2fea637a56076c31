"""People who talk to the bot through the loopback server."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.telegram.server import BOT, Json, Server

_queries = itertools.count(1)


class Person:
    """Somebody with a Telegram client, in their private chat with the bot or in a group."""

    def __init__(self, server: Server, number: int = 42, language: str | None = "en", group: int | None = None) -> None:
        self.server = server
        self.place = group or number
        self.user: Json = {"id": number, "is_bot": False, "first_name": "Ana"}
        if language:
            self.user["language_code"] = language
        server.chat(self.place, "supergroup" if group else "private")

    @property
    def received(self) -> list[Json]:
        """Every message of the bot in this chat, oldest first, as it stands now."""
        return [m for m in self.server.messages[self.place].values() if m.get("from") == BOT]

    async def write(self, text: str, **more: Any) -> Json:
        """Write a message."""
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        content = {"text": text} | ({"entities": entities} if entities else {})
        return await self.post(**content, **more)

    async def post(self, **content: Any) -> Json:
        """Send whatever a message can hold: a photo with a caption, a sticker, a voice."""
        message = self.server.store(self.place, {"from": self.user, **content})
        await self.server.push(message=message)
        return message

    async def edit(self, message: Json, text: str) -> None:
        """Edit a message of one's own."""
        message |= {"text": text, "edit_date": int(time.time())}
        await self.server.push(edited_message=message)

    async def tap(self, label: str, message: Json | None = None) -> None:
        """Tap a button of the bot's last message, or of another one, by the beginning of its label."""
        message = message or self.received[-1]
        buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]
        button = next(b for b in buttons if b["text"].startswith(label))
        await self.send_code(button["callback_data"], message)

    async def send_code(self, code: str, message: Json) -> None:
        """Send a callback with any code, as a forged client could."""
        query = str(next(_queries))
        self.server.open_query(query)
        await self.server.push(
            callback_query={
                "id": query, "from": self.user, "message": message, "chat_instance": "1", "data": code,
            }
        )  # fmt: skip

    async def asks(self, text: str) -> Json:
        """Write and return the bot's answer."""
        count = len(self.received)
        await self.write(text)
        return await self.reply(count + 1)

    async def taps(self, label: str, message: Json | None = None) -> Json:
        """Tap and return the new message that it brings."""
        count = len(self.received)
        await self.tap(label, message)
        return await self.reply(count + 1)

    async def reply(self, count: int) -> Json:
        """Wait for the bot's message of that number, from 1."""
        await self.server.changed(lambda: len(self.received) >= count)
        return self.received[count - 1]
