"""Whatever people and machines may send: always a reply, and one that Telegram takes.

A small part runs with the other tests; `make soak` runs it at length.
"""

from __future__ import annotations

import os
from random import Random

from bot.app import App
from bot.models import FAILED
from bot.telegram import layout
from tests.conftest import Conversation
from tests.telegram import parser

MESSAGES = int(os.environ.get("IAMM_SOAK", "400"))
ODD = [
    "<b>", "</b>", "&", "*", "_", "`", "[x](y)", "\u202e", "\u200b", "\x00", "\ud800", "😀", "👨‍👩‍👧", "ﷺ", "İ", "ß",
    "' OR 1=1 --", "../../etc/passwd", "%s%s%n", "{}", "{0}", "{words}", "\n", "\t", "—", "«", "1e999", "٣", "Ⅳ",
    "/start", "/section", "/practice", "@iamm_test_bot", "#", "III.6.a#5", "6.a.99", "chapter", "in", "{to}", "(" * 50,
]  # fmt: skip


def message(random: Random, words: list[str]) -> str:
    """Return a message made of the content's words, mistyped and mixed with what is odd."""
    parts = []
    for _ in range(random.choice([0, 1, 2, 3, 5, 8, 13, 200])):
        word = random.choice(words)
        if random.random() < 0.2 and len(word) > 2:
            at = random.randrange(len(word))
            word = word[:at] + random.choice(["", word[at] * 2, "x"]) + word[at + 1 :]
        parts.append(random.choice(ODD) if random.random() < 0.15 else word)
    return random.choice([" ", " ", "", "\n"]).join(parts)


async def test_every_message_gets_a_reply_that_telegram_takes(app: App) -> None:
    random = Random(2004)
    words = [w for a in app.agendas.values() for i in a.items.values() for alias in i.aliases for w in alias.split()]
    codes = [
        "1:section:III.9:1",
        "1:more:zz",
        "1:why:00:en9:a+b",
        "1:ask:7",
        "1:contents:-1",
        "1:practice",
        "2:x",
        ":::",
        "",
    ]
    talk = Conversation(app)
    for number in range(MESSAGES):
        talk.chat = f"test:{number % 7}"
        if random.random() < 0.2:
            reply = await talk.sends_code(random.choice(codes) + random.choice(["", ":", ODD[number % len(ODD)]]))
        else:
            reply = await talk.says(message(random, words))
        assert reply.outcome != FAILED
        sheets = layout.pages(reply)
        assert sheets
        for sheet in sheets:
            text, _ = parser.parse(sheet)
            assert 0 < parser.length(text) <= 4096
        for choice in (choice for row in reply.choices for choice in row):
            assert choice.label
            assert sum(map(bool, (choice.code, choice.copy, choice.share))) == 1
            assert len(choice.code.encode()) <= 64
            assert len(choice.share) <= 64
            assert len(choice.copy) <= 256


async def test_every_item_and_page_is_taken_by_telegram(app: App) -> None:
    talk = Conversation(app)
    for language, agenda in app.agendas.items():
        await talk.says(f"/language {language}")
        places = [f"1:practice:{ref}" for ref in agenda.items] + [f"1:faces:{ref}" for ref in agenda.items]
        places += [f"1:section:{ref}:{page}" for ref in agenda.sections for page in range(4)]
        for code in places:
            reply = await talk.sends_code(code)
            for sheet in layout.pages(reply):
                text, _ = parser.parse(sheet)
                assert parser.length(text) <= 4096
            assert all(len(choice.code.encode()) <= 64 for row in reply.choices for choice in row)
