"""What Telegram knows: chats, messages, and who may write where."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from tests.telegram.updates import Updates
from tests.telegram.wire import BOT, ApiError, Json, bad

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
KICKED = "bot was kicked from the supergroup chat"


class State(Updates):
    """The state of a Telegram with one bot, and what people do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[int, dict[int, Json]] = defaultdict(dict)
        """By chat and number. Keys that begin with an underscore are for the tests; the bot never sees them."""
        self.chats: dict[int, Json] = {}
        self.users: dict[int, Json] = {BOT["id"]: BOT}
        self.members: dict[int, set[int]] = defaultdict(set)
        """The users of each group."""
        self.admins: dict[int, set[int]] = defaultdict(set)
        """The users who run each group."""
        self.topics: dict[int, set[int]] = defaultdict(set)
        """The forum topics of each group; whoever writes in one makes it known."""
        self.closed: dict[int, str] = {}
        """Why the bot may not write in a chat, in Telegram's words."""
        self.migrated: dict[int, int] = {}
        """The supergroup that a group has become."""
        self.profile: dict[tuple[str, str, str], Any] = {}
        """By method, language and scope."""
        self.inline_answers: dict[str, Json] = {}
        """By query."""
        self._next_message = 1
        self._open_queries: set[str] = set()

    def chat(self, number: int, kind: str = "private", **more: Any) -> Json:
        """Return a chat, made when first asked for."""
        named = {"first_name": "Ana"} if kind == "private" else {"title": "Group"}
        return self.chats.setdefault(number, {"id": number, "type": kind, **named, **more})

    def store(self, chat: int, message: Json) -> Json:
        """Number a message and keep it."""
        number = self._next_message
        self._next_message += 1
        kept = {"message_id": number, "date": int(time.time()), "chat": self.chats[chat], **message}
        self.messages[chat][number] = kept
        return kept

    async def migrate(self, old: int, new: int) -> None:
        """Turn a group into a supergroup of another number, as Telegram does, with a word in both."""
        self.chat(new, "supergroup", title=self.chats[old]["title"])
        self.members[new], self.admins[new] = self.members[old], self.admins[old]
        self.migrated[old] = new
        await self.push(message=self.store(old, {"migrate_to_chat_id": new}))
        await self.push(message=self.store(new, {"migrate_from_chat_id": old}))

    def open_query(self, query: str) -> None:
        """Let a callback or inline query be answered, once."""
        self._open_queries.add(query)

    # What Telegram refuses for the state that it is in.

    def _known_chat(self, params: Json) -> int:
        """Return the number of a chat that exists and takes what the bot sends."""
        try:
            chat = int(params["chat_id"])
        except (KeyError, ValueError):
            raise bad("chat not found") from None
        if chat not in self.chats:
            raise bad("chat not found")
        if chat in self.migrated:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, words, migrate_to_chat_id=self.migrated[chat])
        if chat in self.closed:
            raise ApiError(403, f"Forbidden: {self.closed[chat]}")
        return chat

    def _private(self, chat: int) -> bool:
        return bool(self.chats[chat]["type"] == "private")

    def _own_message(self, params: Json) -> tuple[int, Json]:
        """Return a chat and the bot's message in it that is to be edited."""
        if "message_id" not in params:
            raise bad("message identifier is not specified")
        chat = self._known_chat(params)
        kept = self.messages[chat].get(params["message_id"])
        if kept is None:
            raise bad("message to edit not found")
        if kept.get("from") != BOT:
            raise bad("message can't be edited")
        return chat, kept

    def _close_query(self, query: str) -> None:
        if query not in self._open_queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._open_queries.discard(query)
