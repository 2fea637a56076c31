"""One coroutine an intent: (Message, Context) -> Reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.handlers import (
    ask,
    digests,
    following,
    greet,
    inline,
    keeping,
    language,
    privacy,
    reading,
    stats,
    subscription,
    trouble,
    why,
)
from bot.handlers.context import Context
from bot.models import Message, Reply

Handler = Callable[[Message, Context], Awaitable[Reply]]

HANDLERS: Mapping[str, Handler] = {
    "ask": ask.ask,
    "more": following.more,
    "previous": following.previous,
    "feedback_positive": following.approve,
    "feedback_negative": following.reject,
    "why": why.why,
    "greet": greet.greet,
    "thanks": greet.thanks,
    "goodbye": greet.goodbye,
    "help": greet.explain,
    "who_are_you": greet.introduce,
    "cancel": greet.cancel,
    "language": language.choose,
    "faces": language.faces,
    "contents": reading.contents,
    "section": reading.section,
    "practice": reading.practice,
    "random": reading.random,
    "related": reading.related,
    "save": keeping.save,
    "saved": keeping.saved,
    "unsave": keeping.unsave,
    "export": keeping.export,
    "cite": keeping.cite,
    "share": keeping.share,
    "subscribe": subscription.arrange,
    "change_digest_time": subscription.arrange,
    "change_digest": subscription.change,
    "digest_status": subscription.status,
    "digest_today": digests.today,
    "pause_digest": subscription.pause,
    "resume_digest": subscription.resume,
    "unsubscribe": subscription.unsubscribe,
    "privacy": privacy.privacy,
    "my_data": privacy.my_data,
    "erase_data": privacy.erase,
    "log_off": privacy.log_off,
    "log_on": privacy.log_on,
    "stats": stats.stats,
    "inline": inline.suggest,
    "unknown": trouble.unknown_command,
    "unknown_reference": trouble.unknown_reference,
    "outdated": trouble.outdated,
    "empty": trouble.empty,
    "note": trouble.no_text,
}

__all__ = ["HANDLERS", "Context", "Handler"]
