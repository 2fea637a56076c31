"""The least that a bot can do: the echo bot of python-telegram-bot's documentation, with many chats at once."""

from __future__ import annotations

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

AT_ONCE = 64
"""Updates handled side by side; by its default the library handles one."""


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send a message back."""
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


def main() -> None:
    """Run until stopped."""
    application = (
        Application.builder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
        .concurrent_updates(AT_ONCE)
        .connection_pool_size(2 * AT_ONCE)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
