"""How a digest goes out through Telegram, and what Telegram's refusals mean for it."""

from __future__ import annotations

from typing import Any

from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import ExtBot

from bot.courier import Claim, Moved, Undelivered
from bot.models import Reply
from bot.store.records import BLOCKED, UNKNOWN, Standing
from bot.telegram import layout


async def send(bot: ExtBot[Any], standing: Standing, reply: Reply, claim: Claim) -> None:
    """Send a digest when its turn has come.

    Raises Moved where the group has become another chat, Undelivered with a reason for the ledger where it did not
    arrive or nobody can tell, Withdrawn where the claim was refused.
    """
    chat = standing.subscription.subscriber.partition(":")[2]
    try:
        await bot.send_message(
            int(chat),
            layout.pages(reply)[0],
            parse_mode=ParseMode.HTML,
            link_preview_options=layout.NO_PREVIEW,
            reply_markup=layout.keyboard(reply, bot.username),
            disable_notification=standing.subscription.silent,
            message_thread_id=standing.thread,
            rate_limit_args=claim,
        )
    except ChatMigrated as error:
        raise Moved(f"telegram:{error.new_chat_id}") from error
    except Forbidden as error:
        raise Undelivered(_reason(error), hold=BLOCKED) from error
    except RetryAfter as error:
        raise Undelivered("too many requests") from error
    except BadRequest as error:
        gone = "chat not found" in error.message.lower() or "thread not found" in error.message.lower()
        raise Undelivered(error.message.lower()[:60], hold=BLOCKED if gone else "") from error
    except TimedOut as error:
        raise Undelivered("timed out", UNKNOWN) from error
    except NetworkError as error:
        # The request may have been carried out before the connection broke.
        raise Undelivered("connection", UNKNOWN) from error


def _reason(error: Forbidden) -> str:
    words = error.message.lower()
    return next((reason for reason in ("deactivated", "kicked", "blocked") if reason in words), "forbidden")
