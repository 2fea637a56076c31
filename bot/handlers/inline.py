"""What is offered to somebody who types in another chat."""

from __future__ import annotations

from bot import references
from bot.handlers.context import Context
from bot.handlers.passages import source_line, summary, whole
from bot.models import ANSWERED, DONE, NO_MATCH, Message, Reply

MOST = 10
"""Passages offered."""


async def suggest(message: Message, context: Context) -> Reply:
    """Return whole passages to choose from: what the text finds, or the chapters where nothing was typed."""
    agenda, translator = context.agenda, context.translator
    question = message.text.strip()
    if not question:
        refs, outcome = list(agenda.sections["III"].sections), DONE
    elif (named := references.read(question, agenda)) and named.exists:
        inside = agenda.sections[named.ref].items if named.ref in agenda.sections else ()
        refs, outcome = [named.ref, *inside[:MOST]], ANSWERED
    else:
        finding = context.index.find(question)
        section = context.index.leading_section(question, finding)
        sure = section or context.judge.hear(question).confidence(finding) >= _least(context)
        refs = ([section] if section else []) + [match.ref for match in finding.items[:MOST]] if sure else []
        outcome = ANSWERED if refs else NO_MATCH
    show = {ref: whole if ref in agenda.items else summary for ref in refs}
    return Reply(
        passages=tuple(show[ref](ref, agenda, translator) for ref in refs),
        footer=source_line(translator),
        outcome=outcome,
        items=tuple(ref for ref in refs if ref in agenda.items),
    )


def _least(context: Context) -> float:
    return context.index.agenda.lexicon.thresholds["did_you_mean"]
