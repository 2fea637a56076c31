"""Somebody's own case: where help is to be had, never a verdict."""

from __future__ import annotations

from bot.handlers.context import Context
from bot.handlers.passages import contents_choice, section_choice
from bot.models import CASEWORK, Finding, Reply


def signpost(finding: Finding, danger: bool, context: Context) -> Reply:
    """Say who can help, the emergency number first where there is danger, and name the section on the matter."""
    say = context.translator.say
    if danger:
        text = say(
            "If you or somebody else is in danger, call the emergency number of the country where you are, now. "
            "If papers were taken or work is forced, the police, a labour inspector, an aid organization or your "
            "consulate can help.\n"
            "I am a program with practices for governments, and I cannot advise on a person's case. Others who can: "
            "the competent authority, a lawyer or a legal-aid body, the International Organization for Migration "
            "(IOM) and, for refugees, UNHCR."
        )
    else:
        text = say(
            "This sounds like a person's own case. I have practices for governments, and I cannot advise on a case or "
            "say how it will be decided. Those who can help: the authority that decides, a lawyer or a legal-aid "
            "body, the consulate, the International Organization for Migration (IOM) and, for refugees, UNHCR."
        )
    # Whoever is in danger is not sent to read.
    near = () if danger else finding.items[:1]
    sections = tuple(context.agenda.items[match.ref].section for match in near)
    return Reply(
        text=text,
        footer=context.settings.signposts.get(context.translator.language, ""),
        choices=(
            *((section_choice(ref, context.agenda, context.translator),) for ref in sections),
            (contents_choice(context.translator),),
        ),
        outcome=CASEWORK,
        offered=sections,
        finding=finding,
    )
