"""Everything kept, in one file."""

from __future__ import annotations

from bot.store.file import StoreError
from bot.store.log import Log
from bot.store.rights import Rights
from bot.store.saved import Saved
from bot.store.subscriptions import Subscriptions

__all__ = ["Store", "StoreError"]


class Store(Log, Saved, Subscriptions, Rights):
    """Conversations, the log, saved items, subscriptions and their deliveries, and people's rights over them."""
