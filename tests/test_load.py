"""The quick server of the bench: a bot talks through it, and it gives back what Telegram would."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from tests.telegram import parser
from tests.telegram.load import Telegram, parse
from tests.telegram.wire import TOKEN


async def test_a_bot_answers_each_person() -> None:
    async with Telegram(delay=0.01) as telegram:
        env = os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.echo", env=env)
        try:
            assert await telegram.ask(1, "waiting & 50 % ¿qué?") == "waiting & 50 % ¿qué?"
            await telegram.listened()
            said = ["one", "deux", "tres"] * 50
            assert await asyncio.gather(*(telegram.ask(n, text) for n, text in enumerate(said, 1))) == said
            assert telegram.problems == []
        finally:
            bot.terminate()
            await bot.wait()


@pytest.mark.parametrize(
    "html",
    ["plain", "<b>III.6(a)</b> <i>Trafficking</i>\nPeople &amp; &lt;States&gt;\n\n<i>é 🌍</i> <b>x</b>", "&amp;lt;"],
)
def test_markup_comes_back_as_telegram_gives_it(html: str) -> None:
    text, entities = parser.parse(html)
    assert parse(html) == {"text": text, "entities": entities}
