"""What Telegram shows of the bot before anybody writes: commands and descriptions."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.i18n import SOURCE, Translator


def commands(translator: Translator) -> list[BotCommand]:
    """Return the menu of commands in one language."""
    say = translator.say
    return [
        BotCommand("contents", say("The chapters of the Agenda")),
        BotCommand("digest", say("A practice a day, at your hour")),
        BotCommand("today", say("Today's practice")),
        BotCommand("random", say("Any practice")),
        BotCommand("more", say("More of the last answer")),
        BotCommand("previous", say("Back from what was shown last")),
        BotCommand("section", say("Open a section, such as 6.a")),
        BotCommand("practice", say("Open a practice, such as 6.a.5")),
        BotCommand("save", say("Save what was shown last")),
        BotCommand("saved", say("Your list")),
        BotCommand("export", say("Your list as a file")),
        BotCommand("cite", say("The line to cite it by")),
        BotCommand("language", say("English, français, español")),
        BotCommand("privacy", say("What is kept of you, and how to erase it")),
        BotCommand("help", say("How to use this bot")),
        BotCommand("cancel", say("Stop what you are in the middle of")),
    ]


async def register(bot: Bot, translators: Mapping[str, Translator]) -> None:
    """Tell Telegram the commands and descriptions in every language; English is the default."""
    for language, translator in translators.items():
        code = "" if language == SOURCE else language
        await bot.set_my_commands(commands(translator), language_code=code or None)
        about = translator.say(
            "Asks and answers: 263 effective practices and 20 common understandings of the International Agenda "
            "for Migration Management (2004)."
        )
        await bot.set_my_short_description(about[:120], language_code=code)
        description = translator.say(
            "Ask in your own words, in English, French or Spanish, and read the practice that applies and where to "
            "cite it. The Agenda is a non-binding document of 2004, told here in plain words that are not the "
            "official text."
        )
        await bot.set_my_description(description, language_code=code)


async def set_menu(bot: Bot, chat: int, translator: Translator) -> None:
    """Give one chat the menu of the language that it chose."""
    await bot.set_my_commands(commands(translator), scope=BotCommandScopeChat(chat))
