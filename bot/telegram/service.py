"""The bot in Telegram: what it listens to and how it sends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import Any

from telegram import Bot, CallbackQuery, ChatMember, InputFile, ReplyParameters, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.app import App, Clock, now
from bot.config import Settings
from bot.courier import Courier
from bot.models import Message, Reply
from bot.store.database import Store, StoreError
from bot.store.records import BLOCKED
from bot.telegram import inbound, layout, profile
from bot.telegram.admins import Admins
from bot.telegram.deliveries import Sender
from bot.telegram.lanes import Lanes
from bot.telegram.order import InTurn

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
GRACE = 10.0
"""Seconds for messages that are under way when the bot is stopped."""
TOAST = 200
"""Characters of a word in passing on a tap."""
CONNECTIONS = 128
"""To Telegram at the most: 64 replies and 32 digests at once, and room."""


class ServiceError(Exception):
    """The bot cannot run in Telegram; the text says what to do."""


def run(app: App, store: Store, settings: Settings) -> None:
    """Answer in Telegram until stopped.

    Raises ServiceError if the token is refused or the database cannot be used.
    """
    application = build(app, store, settings)
    try:
        application.run_polling(
            allowed_updates=LISTENED,
            bootstrap_retries=-1,
        )
    except InvalidToken as error:
        raise ServiceError(
            "Telegram does not know this token. Copy it again from @BotFather into TELEGRAM_BOT_TOKEN."
        ) from error
    except StoreError as error:
        raise ServiceError(str(error)) from error


def build(app: App, store: Store, settings: Settings, clock: Clock = now) -> Application[Any, Any, Any, Any, Any, Any]:
    """Return PTB's application around the app; nothing is sent before it is started."""
    service = _Service(app, store, clock)
    couriers: list[tuple[Courier, asyncio.Task[None]]] = []

    async def start(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        await store.open()
        await store.tidy(clock().date())
        app.warm_up()
        if app.meaning:
            app.meaning.start()
        try:
            await profile.register(application.bot, app.translators)
        except (InvalidToken, Forbidden):
            raise
        except TelegramError as error:
            logger.warning("The profile could not be registered: %s", error)
        courier = Courier(app, store, clock, Sender(application.bot).send)
        couriers.append((courier, asyncio.create_task(courier.run(), name="courier")))

    async def finish(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        # What is under way arrives while Telegram can still be reached; nothing new is begun.
        for courier, task in couriers:
            courier.stop()
            await asyncio.wait([task], timeout=GRACE)

    async def stop(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        for _, task in couriers:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await store.close()

    application = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .concurrent_updates(InTurn())
        .rate_limiter(Lanes())
        .connection_pool_size(CONNECTIONS)
        .post_init(start)
        .post_stop(finish)
        .post_shutdown(stop)
        .build()
    )
    # Everything that is listened to, in order.
    application.add_handler(CallbackQueryHandler(service.tapped))
    application.add_handler(InlineQueryHandler(service.typed))
    application.add_handler(ChatMemberHandler(service.admitted, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, service.moved))
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, service.edited))
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, service.written))
    application.add_error_handler(service.failed)
    return application


class _Service:
    """The handlers that PTB calls."""

    def __init__(self, app: App, store: Store, clock: Clock) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._admins = Admins()

    async def written(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message."""
        message = inbound.message(update, context.bot.username, self._clock())
        if message is None or update.effective_message is None:
            return
        reply = await self._answer(message, update, context.bot)
        sent = await self._send(reply, update, context.bot)
        if not reply.forgets:
            await self._store.link(message.chat, update.effective_message.message_id, sent, message.at)

    async def edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer an edited question by editing the reply that it got."""
        message = inbound.message(update, context.bot.username, self._clock())
        if message is None or update.effective_message is None or update.effective_chat is None:
            return
        earlier = await self._store.linked(message.chat, update.effective_message.message_id)
        reply = await self._answer(message, update, context.bot)
        if earlier is None or not await self._edit(reply, update.effective_chat.id, earlier, context.bot):
            sent = await self._send(reply, update, context.bot)
            await self._store.link(message.chat, update.effective_message.message_id, sent, message.at)

    async def tapped(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a button: a further page takes the place of the message, anything else is a new one."""
        query: CallbackQuery | None = update.callback_query
        message = inbound.message(update, context.bot.username, self._clock())
        if query is None or message is None or update.effective_chat is None or query.message is None:
            return
        reply = await self._answer(message, update, context.bot)
        try:
            await query.answer(reply.text[:TOAST] if reply.notice else None)
        except BadRequest as error:
            logger.info("A tap could not be confirmed: %s", error.message)  # too old; the answer still goes out
        if reply.notice:
            return
        place = query.message.message_id
        if not reply.replaces or not await self._edit(reply, update.effective_chat.id, place, context.bot):
            await self._send(reply, update, context.bot)

    async def typed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer passages to somebody who types in another chat."""
        query = update.inline_query
        if query is None:
            return
        reply = await self._app.answer(inbound.inline(query, self._clock()))
        label = self._app.translators[reply.language or ""].say("Open in the bot")
        results = layout.articles(reply, context.bot.username, label)
        try:
            await query.answer(results, cache_time=INLINE_SECONDS, is_personal=True)
        except BadRequest as error:
            logger.info("An inline query could not be answered: %s", error.message)  # typed on meanwhile

    async def admitted(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
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

    async def moved(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Carry everything of a group over when it becomes a supergroup."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await self._store.move(f"telegram:{message.chat_id}", f"telegram:{message.migrate_to_chat_id}")

    async def failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what went wrong; who blocked the bot is no error."""
        if isinstance(context.error, Forbidden):
            logger.info("A chat has blocked the bot")
        elif isinstance(context.error, NetworkError) and not isinstance(context.error, BadRequest):
            logger.warning("Telegram could not be reached: %s", type(context.error).__name__)
        else:
            logger.error("An update could not be handled", exc_info=context.error)

    async def _answer(self, message: Message, update: Update, bot: Bot) -> Reply:
        if message.group and update.effective_chat and update.effective_user:
            written = update.message or update.edited_message
            sender = written.sender_chat.id if written and written.sender_chat else None
            group, person = update.effective_chat.id, update.effective_user.id
            message = replace(message, decides=await self._admins.include(group, person, sender, bot))
        reply = await self._app.answer(message)
        if reply.menu:
            chat = int(message.chat.partition(":")[2])
            await profile.set_menu(bot, chat, self._app.translators[reply.menu])
        return reply

    async def _send(self, reply: Reply, update: Update, bot: Bot) -> int:
        """Send a reply and return the number of its last message."""
        received, chat = update.effective_message, update.effective_chat
        assert received is not None  # noqa: S101 - the callers looked
        assert chat is not None  # noqa: S101
        quoted = None
        if chat.type != ChatType.PRIVATE and not update.callback_query:
            quoted = ReplyParameters(received.message_id, allow_sending_without_reply=True)
        thread = received.message_thread_id if received.is_topic_message else None
        buttons = layout.keyboard(reply, bot.username)
        sheets = layout.pages(reply)
        if reply.document:
            file = InputFile(reply.document.content, filename=reply.document.name, read_file_handle=False)
            message = await bot.send_document(
                chat.id,
                file,
                caption=sheets[0],
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                reply_parameters=quoted,
                message_thread_id=thread,
            )
            return message.message_id
        sent = 0
        for number, sheet in enumerate(sheets, 1):
            message = await bot.send_message(
                chat.id,
                sheet,
                parse_mode=ParseMode.HTML,
                link_preview_options=layout.NO_PREVIEW,
                reply_markup=buttons if number == len(sheets) else None,
                reply_parameters=quoted if number == 1 else None,
                message_thread_id=thread,
            )
            sent = message.message_id
        return sent

    async def _edit(self, reply: Reply, chat: int, place: int, bot: Bot) -> bool:
        """Put a reply in the place of a message; return False where that cannot be."""
        sheets = layout.pages(reply)
        if len(sheets) != 1:
            return False
        try:
            await bot.edit_message_text(
                sheets[0],
                chat,
                place,
                parse_mode=ParseMode.HTML,
                link_preview_options=layout.NO_PREVIEW,
                reply_markup=layout.keyboard(reply, bot.username),
            )
        except BadRequest as error:
            # A double tap asks for what is there already; a message deleted or too old cannot be edited.
            return "not modified" in error.message
        return True
