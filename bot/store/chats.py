"""What is kept of each conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from bot.dialogue import ERASE, TOPICS
from bot.models import Last
from bot.store.file import File
from bot.store.records import Chat

REMEMBERED = timedelta(days=1)
"""How long the last answer, and what is being set up, is kept to go on from it."""
AT_HAND = timedelta(minutes=10)
"""How long the bot waits for an answer that may be meant for something else: a yes, or any words at all."""


class Chats(File):
    """Language, last answer and what is being set up, by conversation."""

    async def chat(self, chat: str, now: datetime) -> Chat:
        """Return what is kept of a conversation; an answer older than a day is not."""
        return await self._run(self._chat, chat, now)

    async def set_language(self, chat: str, language: str) -> None:
        """Keep the language that a conversation chose."""
        await self._run(self._set, chat, {"language": language})

    async def set_logs(self, chat: str, logs: bool) -> None:
        """Keep whether the questions of a conversation may be kept."""
        await self._run(self._set, chat, {"logs": int(logs)})

    async def remember(self, chat: str, last: Last, now: datetime) -> None:
        """Keep what was shown last in a conversation, as references alone."""
        await self._run(self._set, chat, {"last_answer": json.dumps(asdict(last)), "last_at": now.isoformat()})

    async def set_asked(self, chat: str, asked: str | None, draft: Mapping[str, Any], now: datetime) -> None:
        """Keep what the bot has asked and what was said so far; None when nothing is open any more."""
        values = {"asked": asked, "draft": json.dumps(dict(draft)), "asked_at": now.isoformat()}
        await self._run(self._set, chat, values if asked else dict.fromkeys(values))

    async def linked(self, chat: str, message: int) -> int | None:
        """Return the reply that answered a message, if it is still known."""
        rows = await self._run(self._rows, "select reply from replies where chat = ? and message = ?", chat, message)
        return int(rows[0]["reply"]) if rows else None

    # On the worker thread.

    def _set(self, chat: str, values: dict[str, Any]) -> None:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        kept = ", ".join(f"{column} = excluded.{column}" for column in values)
        self._change(
            f"insert into chats (chat, {columns}) values (?, {marks}) on conflict (chat) do update set {kept}",  # noqa: S608 - own names
            chat, *values.values(),
        )  # fmt: skip

    def _chat(self, chat: str, now: datetime) -> Chat:
        rows = self._rows("select * from chats where chat = ?", chat)
        if not rows:
            return Chat()
        row = rows[0]
        last, asked, draft = Last(), None, {}
        if row["last_at"] and now - datetime.fromisoformat(row["last_at"]) <= REMEMBERED:
            kept = json.loads(row["last_answer"])
            last = Last(**kept | {"items": tuple(kept["items"])})
        waits = AT_HAND if row["asked"] in {ERASE, TOPICS} else REMEMBERED
        if row["asked_at"] and now - datetime.fromisoformat(row["asked_at"]) <= waits:
            asked, draft = row["asked"], json.loads(row["draft"])
        return Chat(row["language"], last, asked, draft, bool(row["logs"]))

    def _forget_answers(self, today: date) -> None:
        oldest = (today - REMEMBERED).isoformat()
        self._change("delete from replies where at < ?", oldest)
        self._change("update chats set last_answer = null, last_at = null where last_at < ?", oldest)
        self._change("update chats set asked = null, draft = null, asked_at = null where asked_at < ?", oldest)
