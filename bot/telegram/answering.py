"""What the bot listens to in Telegram, and how it answers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import Bot, ChatMember, Update
from telegram.error import BadRequest, ChatMigrated, InvalidToken, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.app import App, Clock
from bot.metrics import Metrics
from bot.models import Message, Reply
from bot.store.database import Store
from bot.store.records import BLOCKED, Link
from bot.telegram import inbound, layout, outbound, profile
from bot.telegram.admins import Admins

logger = logging.getLogger(__name__)

LISTENED = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
]
INLINE_SECONDS = 60
"""For which Telegram may give the same person the same inline results again."""
TOAST = 200
"""Characters of a word in passing on a tap."""
THINKING = 20.0
"""Seconds for an answer, before the person is told that there is none."""


_Application = Application[Any, Any, Any, Any, Any, Any]


class Forgetful(_Application):
    """PTB's application, which else notes for ever whose data are to be saved, though there is nothing to save."""

    def _mark_for_persistence_update(self, **_: Any) -> None:
        pass


class Answering:
    """Answers updates; what goes wrong is logged, and the person hears a civil word."""

    def __init__(self, app: App, store: Store, clock: Clock, metrics: Metrics, application: _Application) -> None:
        """Add the handlers of everything that is listened to, in their order."""
        self._app, self._store, self._clock, self._metrics = app, store, clock, metrics
        self._application = application
        self._admins = Admins()
        self._links: dict[int, Link] = {}
        """By update, left here by the handlers, whose results PTB drops."""
        self._refused: dict[int, InvalidToken] = {}
        """By update too, for PTB keeps what the handlers raise."""
        for handler in (
            CallbackQueryHandler(self._tapped),
            InlineQueryHandler(self._typed),
            ChatMemberHandler(self._admitted, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, self._moved),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._edited),
            MessageHandler(filters.UpdateType.MESSAGE, self._written),
        ):
            application.add_handler(handler)
        application.add_error_handler(self._failed)

    async def answer(self, update: Update) -> Link | None:
        """Answer an update and return what is to be kept of it: which reply answers which message.

        Raises InvalidToken where Telegram does not know the bot any more.
        """
        await self._application.process_update(update)
        if error := self._refused.pop(update.update_id, None):
            raise error
        return self._links.pop(update.update_id, None)

    async def warn(self, update: Update) -> None:
        """Tell who writes too fast that they do."""
        await self._say(update, self._app.too_fast)

    async def leave_out(self, update: Update) -> None:
        """Tell who wrote where too much waits that this message and what follows is not answered."""
        await self._say(update, self._app.left_out)

    async def apologize(self, update: Update) -> None:
        """Tell who was not answered that the fault is not theirs."""
        await self._say(update, self._app.apology)

    # The handlers that PTB calls.

    async def _written(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message."""
        message = inbound.message(update, context.bot.username, self._clock())
        if message is None or update.effective_message is None:
            return
        reply = await self._reply(message, update, context.bot)
        sent = await self._send(reply, update, context.bot)
        if not reply.forgets:
            self._links[update.update_id] = Link(message.chat, update.effective_message.message_id, sent, message.at)

    async def _edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer an edited question by editing the reply that it got."""
        message = inbound.message(update, context.bot.username, self._clock())
        if message is None or update.effective_message is None or update.effective_chat is None:
            return
        edited = update.effective_message.message_id
        earlier = await self._store.linked(message.chat, edited)
        reply = await self._reply(message, update, context.bot)
        if earlier is None or not await outbound.edit(reply, update.effective_chat.id, earlier, context.bot):
            sent = await self._send(reply, update, context.bot)
            if not reply.forgets:
                self._links[update.update_id] = Link(message.chat, edited, sent, message.at)

    async def _tapped(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a button: a further page takes the place of the message, anything else is a new one."""
        query = update.callback_query
        message = inbound.message(update, context.bot.username, self._clock())
        if query is None or message is None or update.effective_chat is None or query.message is None:
            return
        reply = await self._reply(message, update, context.bot)
        confirm = partial(query.answer, reply.text[:TOAST] if reply.notice else None)
        try:
            await (outbound.persist(confirm) if reply.notice else confirm())
        except InvalidToken:
            raise
        except TelegramError:
            logger.info("A tap could not be confirmed")  # the answer still goes out
        if reply.notice:
            return
        tapped = query.message.message_id
        if not reply.replaces or not await outbound.edit(reply, update.effective_chat.id, tapped, context.bot):
            await self._send(reply, update, context.bot)

    async def _typed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer passages to somebody who types in another chat."""
        query = update.inline_query
        if query is None:
            return
        async with asyncio.timeout(THINKING):
            reply = await self._app.answer(inbound.inline(query, self._clock()))
        self._metrics.replies.labels(reply.outcome).inc()
        label = self._app.translators[reply.language or ""].say("Open in the bot")
        results = layout.articles(reply, context.bot.username, label)
        try:
            await outbound.persist(lambda: query.answer(results, cache_time=INLINE_SECONDS, is_personal=True))
        except BadRequest:
            logger.info("An inline query could not be answered any more")  # typed on meanwhile

    async def _admitted(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Hold a subscription up when the bot is blocked or put out, and go on when it is let in again."""
        change = update.my_chat_member
        if change is None:
            return
        out = change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
        chat = f"telegram:{change.chat.id}"
        if out:
            await self._store.hold(chat, BLOCKED)
        else:
            await self._store.readmit(chat, self._clock())

    async def _moved(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Carry everything of a group over when it becomes a supergroup."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await self._store.move(f"telegram:{message.chat_id}", f"telegram:{message.migrate_to_chat_id}")

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what went wrong and say a civil word; where the bot may not write any more is no error."""
        if outbound.unwelcome(context.error):
            logger.info("The bot may not write in a chat any more")
        elif isinstance(update, Update) and isinstance(context.error, InvalidToken):
            self._refused[update.update_id] = context.error
        else:
            logger.error("An update could not be handled", exc_info=context.error)
            if isinstance(update, Update):
                await self.apologize(update)

    # What they share.

    async def _reply(self, message: Message, update: Update, bot: Bot) -> Reply:
        if message.group and update.effective_chat and update.effective_sender:
            group, person = update.effective_chat.id, update.effective_sender.id
            message = replace(message, decides=await self._admins.include(group, person, bot))
        async with asyncio.timeout(THINKING):
            reply = await self._app.answer(message)
        self._metrics.replies.labels(reply.outcome).inc()
        if reply.menu:
            await self._set_menu(message, reply.menu, bot)
        return reply

    async def _set_menu(self, message: Message, language: str, bot: Bot) -> None:
        """Give a chat the menu of a language; that the answer comes matters more."""
        try:
            await profile.set_menu(bot, int(message.chat.partition(":")[2]), self._app.translators[language])
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("The menu of a chat could not be changed: %s", type(error).__name__)

    async def _send(self, reply: Reply, update: Update, bot: Bot) -> int:
        """Send a reply to where an update came from and return the number of its last message."""
        where = outbound.place(update)
        assert where is not None  # noqa: S101 - the callers looked
        try:
            return await outbound.send(reply, where, bot)
        except ChatMigrated as error:
            await self._store.move(f"telegram:{where.chat}", f"telegram:{error.new_chat_id}")
            return await outbound.send(reply, replace(where, chat=error.new_chat_id), bot)

    async def _say(self, update: Update, words: Any) -> None:
        """Say a sentence to who wrote an update, if it was for the bot; nothing is tried twice here."""
        message = inbound.message(update, self._application.bot.username, self._clock())
        where = outbound.place(update)
        if message is None or where is None:
            return
        try:
            await outbound.send(Reply(await words(message)), where, self._application.bot)
        except Exception:
            logger.exception("Somebody who was not answered could not be told so")
