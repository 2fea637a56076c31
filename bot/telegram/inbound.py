"""From Telegram's updates to Messages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import telegram
from telegram import Update
from telegram.constants import ChatType

from bot.models import Message

_NOTES = ("voice", "video_note", "audio", "video", "photo", "sticker", "document", "location", "contact", "poll")


def message(update: Update, username: str, at: datetime) -> Message | None:
    """Return what an update says to the bot, or None where it says nothing to it.

    In a group only what is addressed to the bot counts: a command, a mention of it, a reply to it.
    """
    received = update.effective_message
    person = update.effective_user
    if received is None or person is None or update.effective_chat is None:
        return None
    blank = Message(
        chat=f"telegram:{update.effective_chat.id}",
        person=f"telegram:{person.id}",
        channel="telegram",
        at=at,
        client_language=person.language_code,
    )
    if update.callback_query:
        return replace(blank, code=update.callback_query.data or "")
    text = received.text or received.caption or ""
    if update.effective_chat.type != ChatType.PRIVATE:
        if not _addressed(received, text, username):
            return None
        text = re.sub(rf"@{re.escape(username)}\b", "", text, flags=re.IGNORECASE).strip()
    if text:
        return replace(blank, text=text)
    note = next((name for name in _NOTES if getattr(received, name, None)), "")
    return replace(blank, note=note) if note else None


def _addressed(received: telegram.Message, text: str, username: str) -> bool:
    answered = received.reply_to_message
    if answered and answered.from_user and answered.from_user.username == username:
        return True
    if text.startswith("/"):
        name = text.split(maxsplit=1)[0].partition("@")[2]
        return not name or name.lower() == username.lower()
    return f"@{username}".lower() in text.lower()
