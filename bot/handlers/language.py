"""Choosing a language."""

from __future__ import annotations

from dataclasses import replace

from babel.core import Locale

from bot.codes import encode
from bot.handlers.context import Context
from bot.handlers.passages import contents_choice, item_choices, section_choice, summary, whole
from bot.handlers.trouble import for_admins, unreadable_reference
from bot.language import named
from bot.models import ANSWERED, Choice, Message, Reply

NAMES = {"en": "English", "fr": "Français", "es": "Español"}
"""Each language in its own words."""


async def choose(message: Message, context: Context) -> Reply:
    """Keep the language asked for and say so in it, or offer the languages there are.

    Where there is a last answer it is shown again in the new language.
    """
    asked = context.intent.args.get("to", "")
    language = named(asked, context.translators)
    if language is None:
        choices = tuple(Choice(NAMES[name], encode("language", name)) for name in context.translators)
        text = context.translator.say("Which language shall I speak?")
        if asked:
            text = context.translator.say("I speak English, French and Spanish. Which shall it be?")
        return Reply(text=text, choices=(choices,))
    if not message.decides:
        return for_admins(message, context)
    await context.store.set_language(message.chat, language)
    translator, agenda = context.translators[language], context.agendas[language]
    again = Reply()
    last = context.chat.last
    if last.section:
        again = Reply(
            passages=(summary(last.section, agenda, translator),),
            choices=((section_choice(last.section, agenda, translator),),),
            section=last.section,
        )
    elif last.items:
        ref = last.items[0]
        again = Reply(
            passages=(whole(ref, agenda, translator),),
            choices=((section_choice(agenda.items[ref].section, agenda, translator),),),
            items=(ref,),
        )
    text = translator.say("I speak English from now on.")
    return replace(again, text=text, language=language, menu=language)


async def faces(message: Message, context: Context) -> Reply:
    """Show the same item or section in the other languages, side by side."""
    ref = context.intent.args.get("ref") or context.chat.last.place or ""
    if ref not in context.agenda.items and ref not in context.agenda.sections:
        return unreadable_reference(context)
    mine, beside = context.translator.language, context.intent.args.get("beside")
    others = [name for name in context.agendas if name != mine]
    shown = [mine, beside] if beside in others else others
    show = whole if ref in context.agenda.items else summary
    passages = tuple(show(ref, context.agendas[name], context.translators[name]) for name in shown)
    footer = context.translator.say("The same place in several languages, restated by iamm.")
    items = (ref,) if ref in context.agenda.items else ()
    back = item_choices([ref], context.translator) if items else ()
    names = Locale.parse(mine).languages
    choices = (
        tuple(
            Choice(f"{names[mine]} · {names[name]}", encode("faces", ref, name)) for name in others if name != beside
        ),
        back or (section_choice(ref, context.agenda, context.translator),),
        (contents_choice(context.translator),),
    )
    return Reply(passages=passages, footer=footer, choices=choices, outcome=ANSWERED, items=items)


def faces_choice(ref: str, context: Context) -> Choice:
    """Return the choice that shows an item in the other languages."""
    names = Locale.parse(context.translator.language).languages
    others = [names[name] for name in context.agendas if name != context.translator.language]
    # TRANSLATORS: a button; languages is "French and Spanish"
    label = context.translator.say("In {languages}", languages=context.translator.listing(others))
    return Choice(label, encode("faces", ref))


def switch_choice(context: Context) -> tuple[Choice, ...]:
    """Return the choice to go on in the language of the question, if it is not that of the reply."""
    if context.asked_in == context.translator.language:
        return ()
    label = context.translators[context.asked_in].say("Go on in English")
    return (Choice(label, encode("language", context.asked_in)),)
