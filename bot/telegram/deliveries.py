"""How a digest goes out through Telegram, and what Telegram's refusals mean for it."""

from __future__ import annotations

from typing import Any

import httpx
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.courier import Claim, Moved, Postponed, Undelivered
from bot.models import Reply
from bot.store.records import BLOCKED, UNKNOWN, Standing
from bot.telegram import layout

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Sender:
    """Sends digests; after a broken connection it asks first whether Telegram can be reached, to risk no other one."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot
        self._broken = False

    async def send(self, standing: Standing, reply: Reply, claim: Claim) -> None:
        """Send a digest when its turn has come.

        Raises Moved where the group has become another chat, Undelivered with a reason for the ledger where it did
        not arrive or nobody can tell, Postponed where it was not sent but may be later, Withdrawn where the claim was
        refused.
        """
        try:
            await self._bot.send_message(
                int(standing.subscription.subscriber.partition(":")[2]),
                layout.pages(reply)[0],
                parse_mode=ParseMode.HTML,
                link_preview_options=layout.NO_PREVIEW,
                reply_markup=layout.keyboard(reply, self._bot.username),
                disable_notification=standing.subscription.silent,
                message_thread_id=standing.thread,
                rate_limit_args=lambda: self._claim_when_reachable(claim),
            )
        except ChatMigrated as error:
            raise Moved(f"telegram:{error.new_chat_id}") from error
        except Forbidden as error:
            raise Undelivered(_reason(error), hold=BLOCKED) from error
        except RetryAfter as error:
            raise Postponed from error
        except BadRequest as error:
            gone = "chat not found" in error.message.lower() or "thread not found" in error.message.lower()
            raise Undelivered(error.message.lower()[:60], hold=BLOCKED if gone else "") from error
        except NetworkError as error:
            self._broken = True
            if isinstance(error.__cause__, _NEVER_SENT):
                raise Postponed from error
            # The request may have been carried out before the connection broke or the time was up.
            raise Undelivered("no answer", UNKNOWN) from error

    async def _claim_when_reachable(self, claim: Claim) -> bool:
        if self._broken:
            try:
                await self._bot.get_me()
            except NetworkError as error:
                raise Postponed from error
            self._broken = False
        return await claim()


def _reason(error: Forbidden) -> str:
    words = error.message.lower()
    return next((reason for reason in ("deactivated", "kicked", "blocked") if reason in words), "forbidden")
