"""A question and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import dialogue
from bot.codes import encode, pack
from bot.handlers.casework import signpost
from bot.handlers.context import Context
from bot.handlers.language import faces_choice, switch_choice
from bot.handlers.passages import (
    brief,
    contents_choice,
    item_choices,
    judge_choices,
    section_choice,
    source_line,
    summary,
    whole,
)
from bot.handlers.subscription import ask_again
from bot.handlers.trouble import nothing_found
from bot.handlers.why import why_choice
from bot.models import ANSWERED, DID_YOU_MEAN, Ambiguity, Choice, Finding, Last, Message, Reply

ALSO = 2
"""Items shown in short below the best one."""
LONGEST_PLACE = 4
"""Words of what may be the name of a place that nobody knows."""
SHORT = 2
"""Words of a question that may mean several things."""
TIE = 0.02
"""How close two scores are, as a share of the better one, to be a tie."""
MEANT = 3
"""Sections named where it is not sure what is meant."""
MORE = 3
"""Items below a section's summary."""


async def ask(message: Message, context: Context) -> Reply:
    """Answer with the practice that applies, the section it asks about, or a clear word that there is none."""
    question = message.text or _example(context)
    nearness = await context.meaning.nearness(question) if context.meaning else None
    finding = context.index.find(question, nearness)
    scope = context.judge.hear(question)
    thresholds = context.index.agenda.lexicon.thresholds
    if scope.casework > thresholds["casework"]:
        return signpost(finding, scope.danger > thresholds["danger"], context)
    section = context.index.leading_section(question, finding)
    ambiguity = context.index.ambiguity(question)
    confidence = scope.confidence(finding)
    if not finding.items or (confidence < thresholds["did_you_mean"] and not section and not ambiguity):
        parts = {dialogue.ZONE, dialogue.TIME, dialogue.DAYS}
        if context.chat.asked in parts and len(question.split()) <= LONGEST_PLACE:
            return await ask_again(message, context)
        return nothing_found(context, finding)
    if ambiguity:
        reply = _two_meanings(ambiguity, finding, context)
        return replace(reply, last=_last(reply, finding, None))
    reply = _section_answer(section, finding, context) if section else _item_answer(question, finding, context)
    if not section and (confidence < thresholds["answered"] or _is_tie(finding, context)):
        reply = _unsure(reply, context)
    return replace(reply, last=_last(reply, finding, section))


def examples(context: Context) -> tuple[str, str, str]:
    """Return three questions to tap, in the language of the chat."""
    say = context.translator.say
    return (
        say("How should victims of trafficking be protected?"),
        say("How can sending money home become cheaper?"),
        say("What is assisted voluntary return?"),
    )


def _last(reply: Reply, finding: Finding, section: str | None) -> Last:
    """Return what `more` goes on from: what was shown, then the rest of the ranking."""
    ranked = [match.ref for match in finding.items if match.ref not in reply.items]
    return Last(items=(*reply.items, *ranked), section=section, shown=len(reply.items))


def _is_tie(finding: Finding, context: Context) -> bool:
    """Whether a question of a word or two is met as well in another section."""
    if len(finding.items) < 2 or len(finding.items[0].why) > SHORT:
        return False
    first, second = (context.agenda.items[match.ref].section for match in finding.items[:2])
    return first != second and finding.margin < TIE * finding.score


def _example(context: Context) -> str:
    """Return the example that was tapped; a code that names none gets the first."""
    number = context.intent.args.get("example", "")
    questions = examples(context)
    return questions[int(number)] if number in {"0", "1", "2"} else questions[0]


def _item_answer(question: str, finding: Finding, context: Context) -> Reply:
    translator, agenda = context.translator, context.agenda
    refs = [match.ref for match in finding.items]
    shown = refs[: 1 + ALSO]
    section = agenda.items[shown[0]].section
    return Reply(
        passages=(
            whole(shown[0], agenda, translator),
            *(brief(ref, agenda, translator) for ref in shown[1:]),
        ),
        footer=source_line(translator),
        choices=(
            *_ways_on(shown[0], shown[1:], refs[len(shown) :], section, context),
            (
                Choice(translator.say("Save"), encode("save", shown[0])),
                *why_choice(question, finding, context),
                *judge_choices(shown[0]),
            ),
        ),
        outcome=ANSWERED,
        items=tuple(shown),
        finding=finding,
    )


def _section_answer(section: str, finding: Finding, context: Context) -> Reply:
    translator, agenda = context.translator, context.agenda
    inside = {item.ref for item in agenda.items_under(section)}
    ranked = [match.ref for match in finding.items if match.ref in inside]
    shown = (ranked + [ref for ref in agenda.sections[section].items if ref not in ranked])[:MORE]
    later = [match.ref for match in finding.items if match.ref not in shown]
    return Reply(
        passages=(
            summary(section, agenda, translator),
            *(brief(ref, agenda, translator) for ref in shown),
        ),
        footer=source_line(translator),
        choices=(*_ways_on(section, shown, later, section, context), judge_choices(next(iter(shown), section))),
        outcome=ANSWERED,
        section=section,
        items=tuple(shown),
        finding=finding,
    )


def _two_meanings(ambiguity: Ambiguity, finding: Finding, context: Context) -> Reply:
    """Answer a word that means either of several sections: what tells them apart, then each."""
    translator, agenda = context.translator, context.agenda
    inside = {item.ref for ref in ambiguity.sections for item in agenda.items_under(ref)}
    ranked = [match.ref for match in finding.items if match.ref in inside][: 1 + ALSO]
    own = next((a for a in agenda.lexicon.ambiguous if a.sections == ambiguity.sections), ambiguity)
    return Reply(
        text=own.note,
        passages=tuple(summary(ref, agenda, translator) for ref in ambiguity.sections),
        footer=source_line(translator),
        choices=(
            *((section_choice(ref, agenda, translator),) for ref in ambiguity.sections),
            item_choices(ranked, translator),
            (contents_choice(translator),),
            switch_choice(context),
        ),
        outcome=ANSWERED,
        items=tuple(ranked),
        offered=ambiguity.sections,
        finding=finding,
    )


def _unsure(reply: Reply, context: Context) -> Reply:
    """Say that the answer is a guess, and name the sections that may be meant."""
    text = context.translator.say("I am not sure that this is what you mean. The nearest that I found:")
    found = reply.finding.items if reply.finding else ()
    sections = tuple(dict.fromkeys(context.agenda.items[match.ref].section for match in found))[:MEANT]
    rows = tuple((section_choice(ref, context.agenda, context.translator),) for ref in sections)
    choices = (*rows, *(row for row in reply.choices if row not in rows))
    return replace(reply, text=text, outcome=DID_YOU_MEAN, offered=sections, choices=choices)


def _ways_on(
    first: str, also: Sequence[str], later: Sequence[str], section: str, context: Context
) -> tuple[tuple[Choice, ...], ...]:
    translator = context.translator
    return (
        item_choices(also, translator),
        (section_choice(section, context.agenda, translator),),
        (*_more_choice(later, context), faces_choice(first, context), contents_choice(context.translator)),
        switch_choice(context),
    )


def _more_choice(later: Sequence[str], context: Context) -> tuple[Choice, ...]:
    if not later:
        return ()
    return (Choice(context.translator.say("More"), encode("more", pack(later, context.agenda))),)
