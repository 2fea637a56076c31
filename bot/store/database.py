"""Everything kept, in one file."""

from __future__ import annotations

from datetime import date

from bot.store.file import StoreError
from bot.store.inbox import Inbox
from bot.store.log import Log
from bot.store.rights import Rights
from bot.store.saved import Saved
from bot.store.subscriptions import Subscriptions

__all__ = ["Store", "StoreError"]


class Store(Inbox, Log, Saved, Subscriptions, Rights):
    """The inbox, conversations, the log, saved items, subscriptions, deliveries, and people's rights over them."""

    def _tidy(self, today: date) -> None:
        super()._tidy(today)
        self._forget_erasures(today)
