"""People who talk to the bot through the loopback server."""

from __future__ import annotations

import copy
import itertools
import time
from typing import Any, Self

from tests import logbook
from tests.telegram.server import BOT, Json, Server
from tests.telegram.state import BLOCKED, KICKED

_queries = itertools.count(1)


class Person:
    """Somebody with a Telegram client, in their private chat with the bot or in a group.

    A group of a kind or title of its own is made first with `server.chat(-100500, "supergroup", title=...,
    is_forum=True)`.
    """

    def __init__(
        self,
        server: Server,
        number: int = 42,
        language: str | None = "en",
        group: int | None = None,
        *,
        admin: bool = False,
    ) -> None:
        self.server = server
        self.place = group or number
        logbook.hide(number)
        logbook.hide(self.place)
        self.topic: int | None = None
        self.user: Json = {"id": number, "is_bot": False, "first_name": "Ana"}
        if language:
            self.user["language_code"] = language
        server.chat(self.place, "supergroup" if group else "private")
        server.users[number] = self.user
        if group:
            server.members[group].add(number)
        if admin:
            server.admins[self.place].add(number)

    @property
    def received(self) -> list[Json]:
        """Every message of the bot in this chat, or in this topic of it, oldest first, as it stands now."""
        mine = [m for m in self.server.messages[self.place].values() if m.get("from") == BOT]
        return [m for m in mine if self.topic is None or m.get("message_thread_id") == self.topic]

    def in_topic(self, topic: int) -> Self:
        """Return the same person in a forum topic of the group."""
        there = copy.copy(self)
        there.topic = topic
        self.server.topics[self.place].add(topic)
        return there

    async def write(self, text: str, **more: Any) -> Json:
        """Write a message."""
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        content = {"text": text} | ({"entities": entities} if entities else {})
        return await self.post(**content, **more)

    async def post(self, **content: Any) -> Json:
        """Send whatever a message can hold: a photo with a caption, a sticker, a voice."""
        logbook.hide_text(content.get("text", content.get("caption")))
        if self.topic is not None:
            content = {"message_thread_id": self.topic, "is_topic_message": True} | content
        if content.get("is_topic_message"):
            self.server.topics[self.place].add(content["message_thread_id"])
        message = self.server.store(self.place, {"from": self.user, **content})
        await self.server.push(message=message)
        return message

    async def shares_location(self, latitude: float, longitude: float) -> Json:
        """Send where one is, in degrees."""
        return await self.post(location={"latitude": latitude, "longitude": longitude})

    async def edit(self, message: Json, text: str) -> None:
        """Edit a message of one's own."""
        logbook.hide_text(text)
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

    async def types_inline(self, query: str, offset: str = "", seconds: float = 10) -> Json:
        """Type `@bot query` in any chat and return the bot's answer: the parameters of answerInlineQuery."""
        logbook.hide_text(query)
        number = str(next(_queries))
        self.server.open_query(number)
        await self.server.push(
            inline_query={"id": number, "from": self.user, "query": query, "offset": offset, "chat_type": "private"}
        )
        await self.server.changed(lambda: number in self.server.inline_answers, seconds)
        return self.server.inline_answers[number]

    async def blocks(self) -> None:
        """Block the bot, or throw it out of the group."""
        self.server.closed[self.place] = BLOCKED if self._private else KICKED
        await self._change_bot("member", "kicked")

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self.server.closed.pop(self.place, None)
        await self._change_bot("kicked", "member")

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

    @property
    def _private(self) -> bool:
        return bool(self.place == self.user["id"])

    async def _change_bot(self, old: str, new: str) -> None:
        bot: dict[str, Json] = {
            "member": {"status": "member", "user": BOT},
            "kicked": {"status": "kicked", "user": BOT, "until_date": 0},
        }
        await self.server.push(
            my_chat_member={
                "chat": self.server.chats[self.place], "from": self.user, "date": int(time.time()),
                "old_chat_member": bot[old], "new_chat_member": bot[new],
            }
        )  # fmt: skip
