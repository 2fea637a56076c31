"""A question that stands alone, and its answer as an object."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from bot.app import App, now, readable
from bot.models import Message
from bot.store.cleaning import clean
from bot.store.records import Chat


async def answer(app: App, question: str, language: str | None) -> dict[str, Any]:
    """Return one answer in the form of `iamm ask --jsonl`; the question stands alone."""
    message = Message("alone", "alone", "console", now(), text=readable(question))
    chat = Chat(language=language)
    started = perf_counter()
    understanding = app.understand(message, chat)
    reply = await app.respond(message, understanding, chat)
    elapsed = (perf_counter() - started) * 1000
    finding = reply.finding
    return {
        "q": question,
        "language": understanding.language,
        "detected": understanding.detected,
        "intent": understanding.intent.name,
        "args": dict(understanding.intent.args),
        "outcome": reply.outcome,
        "items": list(reply.items),
        "section": reply.section,
        "choices": list(reply.offered),
        "ranking": [[match.ref, match.score] for match in finding.items] if finding else [],
        "why": list(finding.items[0].why) if finding and finding.items else [],
        "engine": "words" if finding is None or finding.nearness is None else "words+meaning",
        "logged": clean(message.text),
        "ms": round(elapsed, 3),
    }
