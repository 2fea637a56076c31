"""Replies on their way to Telegram: sent until they arrive, and readable whatever happens."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from itertools import chain, repeat
from typing import Any, TypeVar

from telegram import Bot, InputFile, Message, ReplyParameters, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.models import Reply
from bot.telegram import inbound, layout
from bot.telegram.lanes import retry_seconds

logger = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries; the last for as long as it takes."""
LASTING = timedelta(days=2)
"""How long an answer is tried to be sent, so that a day without Telegram costs nobody theirs."""
_REFUSALS = (BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken)
"""What Telegram itself says, and would say again; all else passes."""
_UNWELCOME = ("chat not found", "rights to send", "chat_write_forbidden", "topic_closed", "thread not found")
"""Words of Telegram's refusals where the bot may not write any more."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply belongs."""

    chat: int
    thread: int | None = None
    """Of a group's forum."""
    quoted: int | None = None
    """The message that it answers, where many people write."""


def place(update: Update) -> Place | None:
    """Return where the reply to an update belongs; None where there is no such place."""
    received, chat = update.effective_message, update.effective_chat
    if received is None or chat is None:
        return None
    quotes = chat.type != ChatType.PRIVATE and not update.callback_query
    return Place(chat.id, inbound.topic(received), received.message_id if quotes else None)


async def send(reply: Reply, where: Place, bot: Bot) -> int:
    """Send a reply, however often it takes, and return the number of its last message.

    Raises TelegramError where Telegram refuses it.
    """
    buttons, sheets = layout.keyboard(reply, bot.username), layout.pages(reply)
    if reply.document:
        file = InputFile(reply.document.content, filename=reply.document.name, read_file_handle=False)
        common = _common(where, where.quoted)
        sent = await _send_text(
            sheets[0], lambda text, mode: bot.send_document(
                where.chat, file, caption=text, parse_mode=mode, reply_markup=buttons, **common
            )
        )  # fmt: skip
        return sent.message_id
    number = 0
    for count, sheet in enumerate(sheets, 1):
        common = _common(where, where.quoted if count == 1 else None)
        last = buttons if count == len(sheets) else None

        def post(text: str, mode: str | None, common: dict[str, Any] = common, last: Any = last) -> Awaitable[Message]:
            return bot.send_message(
                where.chat, text, parse_mode=mode, link_preview_options=layout.NO_PREVIEW, reply_markup=last, **common
            )

        number = (await _send_text(sheet, post)).message_id
    return number


def unwelcome(error: BaseException | None) -> bool:
    """Whether Telegram refused a message because the bot may not write there: people are free to see to that."""
    refused = isinstance(error, BadRequest) and any(words in error.message.lower() for words in _UNWELCOME)
    return refused or isinstance(error, Forbidden)


async def edit(reply: Reply, chat: int, message: int, bot: Bot) -> bool:
    """Put a reply in the place of a message; return False where that cannot be."""
    sheets = layout.pages(reply)
    if len(sheets) != 1:
        return False
    try:
        await persist(
            lambda: bot.edit_message_text(
                sheets[0],
                chat,
                message,
                parse_mode=ParseMode.HTML,
                link_preview_options=layout.NO_PREVIEW,
                reply_markup=layout.keyboard(reply, bot.username),
            )
        )
    except BadRequest as error:
        # A double tap asks for what is there already; a message deleted or too old cannot be edited.
        return "not modified" in error.message
    except ChatMigrated:
        return False
    return True


async def persist(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call until Telegram has answered it: that it arrives twice is better than that it is lost.

    Raises what Telegram refuses it with, and whatever was in the way after LASTING.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + LASTING.total_seconds()
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        try:
            return await call()
        except _REFUSALS:
            raise
        except TelegramError as error:
            seconds = retry_seconds(error) if isinstance(error, RetryAfter) else pause
            if loop.time() + seconds > end:
                raise
            logger.info("A reply did not arrive and is sent again: %s", type(error).__name__)
            await asyncio.sleep(seconds)
    raise AssertionError("never ends")


async def _send_text(sheet: str, post: Callable[[str, str | None], Awaitable[Message]]) -> Message:
    """Send HTML; without markup where Telegram cannot read it, so that people can."""
    try:
        return await persist(lambda: post(sheet, ParseMode.HTML))
    except BadRequest as error:
        if "parse entities" not in error.message:
            raise
        logger.error("Telegram could not read the markup of a reply")  # noqa: TRY400 - its words may hold people's
        return await persist(lambda: post(unescape(re.sub(r"<[^<>]*>", "", sheet)), None))


def _common(where: Place, quoted: int | None) -> dict[str, Any]:
    answered = ReplyParameters(quoted, allow_sending_without_reply=True) if quoted else None
    return {"reply_parameters": answered, "message_thread_id": where.thread}
