"""What is kept, in one SQLite file on one thread."""

from bot.store.database import Chat, Entry, Store, StoreError
from bot.store.nothing import Nothing

__all__ = ["Chat", "Entry", "Nothing", "Store", "StoreError"]
