"""Where people live, as they write it, and the time zone of it."""

from bot.places.gazetteer import Mention, Place, find_place, resolve, zone_at

__all__ = ["Mention", "Place", "find_place", "resolve", "zone_at"]
