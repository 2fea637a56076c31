"""From Telegram's updates to Messages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import telegram
from telegram import InlineQuery, Update
from telegram.constants import ChatType

from bot.models import Message

_NOTES = ("voice", "video_note", "audio", "video", "photo", "sticker", "document", "location", "contact", "poll")


def message(update: Update, username: str, at: datetime) -> Message | None:
    """Return what an update says to the bot, or None where it says nothing to it.

    In a group only what is addressed to the bot counts: a command, a mention of it, a reply to it. Whether the person
    may decide for the group is not in the update.
    """
    received, chat, user = update.effective_message, update.effective_chat, update.effective_user
    # All anonymous admins share a user, and all channels: these are the chat in whose name they write.
    person = update.effective_sender
    if received is None or chat is None or user is None or person is None:
        return None
    group = chat.type != ChatType.PRIVATE
    blank = Message(
        chat=f"telegram:{chat.id}",
        person=f"telegram:{person.id}",
        channel="telegram",
        at=at,
        client_language=user.language_code,
        group=group,
        thread=topic(received),
    )
    if update.callback_query:
        return replace(blank, code=update.callback_query.data or "")
    text = received.text or received.caption or ""
    if group:
        if not _addressed(received, text, username):
            return None
        text = re.sub(rf"@{re.escape(username)}\b", "", text, flags=re.IGNORECASE).strip()
    if text:
        return replace(blank, text=text)
    if received.location and not group:
        return replace(blank, place=(received.location.latitude, received.location.longitude))
    note = next((name for name in _NOTES if getattr(received, name, None)), "")
    # A mention alone is a message without words.
    return replace(blank, note=note) if note or (group and received.text) else None


def topic(received: telegram.MaybeInaccessibleMessage) -> int | None:
    """Return the forum topic that a message stands in; None where it stands in none, or Telegram does not say."""
    return getattr(received, "message_thread_id", None) if getattr(received, "is_topic_message", None) else None


def inline(query: InlineQuery, at: datetime) -> Message:
    """Return what somebody types in another chat to choose a passage."""
    person = f"telegram:{query.from_user.id}"
    language = query.from_user.language_code
    return Message(person, person, "telegram", at, text=query.query, client_language=language, inline=True)


def _addressed(received: telegram.Message, text: str, username: str) -> bool:
    answered = received.reply_to_message
    if answered and answered.from_user and answered.from_user.username == username:
        return True
    if text.startswith("/"):
        name = text.split(maxsplit=1)[0].partition("@")[2]
        return not name or name.lower() == username.lower()
    return re.search(rf"@{re.escape(username)}\b", text, re.IGNORECASE) is not None
