"""What people may send to do harm: costly texts, forged codes, markup, orders to the database, bombs in the content."""

from __future__ import annotations

import csv
import io
import logging
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from random import Random

import pytest

from bot import config, dialogue, places, references, slots, times
from bot.app import App
from bot.codes import encode
from bot.handlers import HANDLERS
from bot.models import FAILED, NO_MATCH, Message, Reply
from bot.review.table import Table, comma_separated
from bot.store.cleaning import ALWAYS, WITH_DIGITS, clean
from bot.store.database import Store
from bot.store.records import Chat
from bot.telegram import layout
from tests import mutations, pumping
from tests.conftest import NOON, Conversation
from tests.telegram import parser

ODD = [word for word in mutations.ODD if word]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing here may be an error, even one that the person does not hear of."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# What takes long.

SHORT, LONG = 250, 2000
STRETCHES = 30
"""How often each expression is tried with a beginning of its own."""
LEAST = 1e-5
"""Seconds that any text may take; below it a measurement says nothing."""
GROWTH = 3.0
"""How much more than its length the cost of a text may grow: well above what a measurement is off, below a square."""


def grows(
    work: Callable[[str], object],
    unit: str,
    ending: str = "!",
    sizes: tuple[int, int] = (SHORT, LONG),
    beginning: str = "",
) -> bool:
    """Whether some work grows faster than its text; a doubt is looked at again."""
    short, long = (pumping.pumped(unit, size, ending, beginning) for size in sizes)
    factor = GROWTH * len(long) / len(short)
    for tries in (1, 3, 15):
        if pumping.cost(work, long, tries) <= factor * max(pumping.cost(work, short, tries), LEAST):
            return False
    return True


@pytest.fixture(scope="module")
def expressions(built: App) -> list[re.Pattern[str]]:
    """Every expression that a message can meet."""
    found = pumping.expressions(built, [rule._compiled for rule in (*ALWAYS, *WITH_DIGITS)])
    assert len(found) > 150
    return list(found.values())


def test_no_expression_takes_longer_than_its_text_is_long(expressions: list[re.Pattern[str]]) -> None:
    slow = [
        f"{expression.pattern[:80]!r} repeats {unit!r}"
        for expression in expressions
        for unit in pumping.units(expression)
        if any(grows(pumping.scan(expression), unit, ending) for ending in ("!", "\x00"))
    ]
    assert slow == []


def test_no_expression_is_held_by_what_begins_as_it_should(expressions: list[re.Pattern[str]]) -> None:
    random, slow = Random(2004), []
    for expression in expressions * STRETCHES:
        beginning, unit, ending = pumping.stretches(expression, random)
        try:
            with pumping.at_most(2):
                held = grows(pumping.scan(expression), unit, ending, (500, 4000), beginning)
        except pumping.Stuck:
            held = True
        if held:
            slow.append(f"{expression.pattern[:80]!r} begins with {beginning!r}, repeats {unit!r}, ends in {ending!r}")
    assert slow == []


def test_what_begins_like_a_bank_account_is_read_in_one_way() -> None:
    # Short ones: what can be cut into groups in many ways takes for ever when it is longer.
    assert not grows(lambda text: clean("SQ31" + text), "4", "a", sizes=(20, 40))


WHOLE = [
    *pumping.COMMON, "1, ", "6.a ", "1#", "at 8 ", "12:30 ", "every ", "lundi ", "in Paris ", "practice ", "of ",
    "the ",
    "save ", "thanks ", "about me ", "on visas ", "visas, ", "visas and ", "de la ", "not at 8 ", "28:00 ", "daily ",
    "until Monday ", "rue ", "12 rue ", "my name is ", "Mr Ab ", "passport ", "a@b.c ", "(1) ", "A-1-",
    "co operation ", "xyzzyq ",
    "borderguard", "{time} ", "UTC+1 ", "a/b/", "twenty ", "half past ", "1/2/", "\u202e", "😀",
    "@iamm_test_bot ", "İ", "ß", "ﷺ",
]  # fmt: skip


READERS: Mapping[str, Callable[[App, str], object]] = {
    "understand": lambda app, text: app.understand(Message("test:1", "test:1", "test", NOON, text), Chat()),
    "command": lambda app, text: app.router.route(f"/save {text}", app.index("en")),
    "topics": lambda app, text: app.router.topics(text, app.index("en")),
    "detect": lambda app, text: app.detector.detect(text),
    "find": lambda app, text: app.index("fr").find(text),
    "leading section": lambda app, text: app.index("en").leading_section(text, app.index("en").find("visas")),
    "ambiguity": lambda app, text: app.index("en").ambiguity(text),
    "judge": lambda app, text: app.judge("es").hear(text),
    "slots": lambda app, text: slots.read(text, app.agendas["en"], ("en", "fr")),
    "words": lambda app, text: slots.words(text),
    "time": lambda app, text: times.find_time(text),
    "clock": lambda app, text: times.read_clock(text),
    "days": lambda app, text: times.find_days(text),
    "reference": lambda app, text: references.find(text, app.agendas["en"]),
    "place": lambda app, text: places.find_place(text),
    "zone": lambda app, text: places.resolve(text),
    "pause": lambda app, text: dialogue.until(text, NOON.date()),
    "hear": lambda app, text: app.router._listen(text),
    "clean": lambda app, text: clean(text),
}


@pytest.mark.parametrize("reader", READERS)
def test_nothing_that_is_read_takes_longer_than_it_is_long(built: App, reader: str) -> None:
    read = READERS[reader]
    read(built, "what about visas at 8 in Paris?")
    # What was read before is remembered, so each text is another one.
    number = count()
    slow = [unit for unit in WHOLE if grows(lambda text: read(built, f"{text}{next(number)}"), unit, "", (500, 4000))]
    assert slow == []


async def test_what_stands_beyond_a_thousand_characters_is_not_read(talk: Conversation) -> None:
    # A message of Telegram's has 4,096 characters; a forged one as many as it likes.
    assert (await talk.says("visas")).outcome != NO_MATCH
    assert (await talk.says("x " * 500 + "visas " * 20_000)).outcome == NO_MATCH


# What is forged.


def held(reply: Reply) -> Reply:
    """Return a reply that is no failure and that Telegram takes."""
    assert reply.outcome != FAILED
    sheets = layout.pages(reply)
    assert sheets
    for sheet in sheets:
        text, entities = parser.parse(sheet)
        assert 0 < parser.length(text) <= 4096
        assert {entity["type"] for entity in entities} <= {"bold", "italic", "date_time"}
    for choice in (choice for row in reply.choices for choice in row):
        assert len(choice.code.encode()) <= 64
    return reply


@pytest.mark.parametrize("intent", [*HANDLERS, "nothing", "ASK", ""])
async def test_a_forged_code_of_any_intent_is_answered(talk: Conversation, intent: str) -> None:
    await talk.says("subscribe me at 8 in Paris")
    for first in (
        "",
        "III.6.a",
        "III.6.a#5",
        "III.99#1",
        "-1",
        "9" * 30,
        "²",
        "٣",
        "<b>",
        "' or 1=1 --",
        "zz",
        "topic",
        "\x00",
    ):
        for second in ((), ("",), ("99999999999",), ("III/-1",), ("<i>", "a+b"), ("0", "0", "0", "0")):
            held(await talk.sends_code(encode(intent, first, *second)))


@pytest.mark.parametrize(
    "code", ["", ":", "1", "1:", "::::", "0:help", "2:help", "１:help", "\ud800", "\x00" * 64, "é" * 32, "1:" * 5000]
)
async def test_a_code_of_nobodys_making_is_outdated(talk: Conversation, code: str) -> None:
    reply = held(await talk.sends_code(code))
    assert not code or "older version" in reply.text


async def test_words_of_a_forged_code_are_no_markup(talk: Conversation) -> None:
    reply = held(await talk.sends_code(encode("why", "0a", "en0", "<b>x</b>+&lt;+<a href='//y'>")))

    text, entities = parser.parse(layout.pages(reply)[0])
    assert "<b>x</b>, &lt;" in text
    assert entities == []


async def test_no_forged_code_puts_a_subscription_where_it_breaks(talk: Conversation, store: Store) -> None:
    for code in ("subscribe:xx", "subscribe:25:99", "change_digest:time:9999", "change_digest:time:xx",
                 "change_digest:zone:../../etc/passwd", "change_digest:days:89", "change_digest:days:",
                 "pause_digest:" + "9" * 40):  # fmt: skip
        held(await talk.sends_code(f"1:{code}"))
        assert await store.standing(talk.chat) is None

    await talk.says("subscribe me at 8 in Paris")
    before = await store.standing(talk.chat)
    assert before is not None
    for code in ("subscribe:xx", "change_digest:time:9999", "change_digest:zone:Mars/Base",
                 "change_digest:topic:III.99/0", "change_digest:topic:' or 1=1/0"):  # fmt: skip
        held(await talk.sends_code(f"1:{code}"))
        assert await store.standing(talk.chat) == before


async def test_every_section_can_be_a_topic_at_once(talk: Conversation, app: App) -> None:
    # Buttons offer chapters; a forged code may name each section.
    for language in app.agendas:
        await talk.says(f"/language {language}")
        await talk.says("subscribe me at 8 in Paris")
        for ref in app.agendas[language].sections:
            held(await talk.sends_code(f"1:change_digest:topic:{ref}/0"))
        held(await talk.says("/digest"))


@pytest.mark.parametrize(
    "payload", ["r-", "r-III_99", "r-" + "I" * 5000, "p-x", "<b>", "' or 1=1 --", "..%2f..", "r-III_6_a-²"]
)
async def test_a_forged_deep_link_gets_the_greeting(talk: Conversation, payload: str) -> None:
    assert "non-binding" in held(await talk.says(f"/start {payload}")).text


@pytest.mark.parametrize("text", ["/stats", "/stats@iamm_test_bot", "/STATS 7", "/stats\n7"])
async def test_figures_are_not_for_strangers(talk: Conversation, text: str) -> None:
    assert "do not know this command" in held(await talk.says(text)).text


# What is written.


FRAMES = [
    "{}", "visas {} visas", "/save {}", "/section {}", "/language {}", "/cite {}", "/unsave {}", "/subscribe {}",
    "/pause {}", "/export {}", "subscribe me at 8 in {}", "send me practices about {}", "I live in {}",
]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
async def test_odd_words_do_no_harm_anywhere(talk: Conversation, frame: str) -> None:
    for word in ODD:
        held(await talk.says(frame.replace("{}", word)))
    held(await talk.says("/saved"))


async def test_odd_answers_to_what_was_asked_do_no_harm(talk: Conversation, store: Store) -> None:
    for word in [*ODD, "at 25:99", "24:61", "99999999999999999999", "-5", "१२:३०", "٨", "²"]:
        for asked in ("time", "zone", "days", "topics", "erase"):
            await store.set_asked(talk.chat, asked, {}, NOON)
            held(await talk.says(word))


@pytest.mark.parametrize("text", [
    "pause for 99999999999999999999 days", "pause until 32 January 99999", "pause until 99/99/99999",
    "pause for ٣ days",
    "subscribe me at 99999999999:00 in Paris", "remind me in 99999999999999999999 days",
    "practice 99999999999999999999 of 6.a",
    "6.a.99999999999999999999", "chapter ٣", "section Ⅳ", "chapter ²", "practice ① of 6.a", "፩", "6.a.፩", "𐩀",
    "III.𐩀", "6.a practice 𐩁",
])  # fmt: skip
async def test_absurd_numbers_do_no_harm(talk: Conversation, text: str) -> None:
    await talk.says("subscribe me at 8 in Paris")
    held(await talk.says(text))


@pytest.mark.parametrize("text", ["a²²²²² 1", "²1²1²1²1a", "a①②③④⑤ 1", "፩፪፫፬፭፮ a1", "there the", "there,and"])
async def test_signs_that_are_nearly_digits_and_words_that_say_nothing(talk: Conversation, text: str) -> None:
    held(await talk.says(text))


async def test_orders_to_the_database_are_words(talk: Conversation, store: Store) -> None:
    await talk.says("save 6.a.5")
    await talk.says("save chapter 9")
    tables = await store._run(store._rows, "select name from sqlite_master order by name")
    for order in (
        "'; drop table saved; --",
        "6.a.5' or '1'='1",
        '"; delete from queries; --',
        "x\x00'; drop table chats",
    ):
        for frame in ("{}", "/save {}", "/unsave {}", "/language {}", "subscribe me at 8 in {}", "about {}"):
            held(await talk.says(frame.format(order)))
        held(await talk.sends_code(f"1:unsave:{order}"))

    assert await store._run(store._rows, "select name from sqlite_master order by name") == tables
    assert "III.9" in await store.saved(talk.chat)


async def test_a_name_is_never_kept_nor_shown(app: App, store: Store) -> None:
    # Languages of a client are the one text of a person that comes with a message.
    for language in ("<b>" * 5000, "\ud800", "\x00", "en\x00", "../../fr", "xx-" * 9999, "EN_gb", ""):
        held(await Conversation(app, client=language).says("what about visas?"))


# What goes out as a file.


async def test_no_cell_of_a_list_is_a_formula(talk: Conversation, app: App, store: Store) -> None:
    for ref in [*app.agendas["en"].items, *app.agendas["en"].sections]:
        await store.save(talk.chat, ref, NOON)
    for language in app.agendas:
        await talk.says(f"/language {language}")
        document = (await talk.says("/export csv")).document
        assert document
        assert Path(document.name).name == document.name
        cells = [cell for row in csv.reader(io.StringIO(document.content.decode("utf-8-sig"))) for cell in row]
        assert len(cells) > 1000
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


def test_no_question_is_a_formula_in_the_review() -> None:
    words = ['=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "visas"]
    table = Table("gaps", "Gaps", ("question", "times"), tuple((word, -3) for word in words))

    rows = list(csv.reader(io.StringIO(comma_separated([table]))))[1:]

    assert [row[1][:1] for row in rows] == ["'", "'", "'", "'", "v"]
    assert [row[4] for row in rows] == ["-3"] * 5


# What the content may be.

HEAD = "language: en\n"
BOMBS: Mapping[str, tuple[str, str]] = {
    "laughs": (
        HEAD
        + "a: &a [x, x]\n"
        + "".join(f"b{n}: &b{n} [{'*a, ' * 9 if not n else f'*b{n - 1}, ' * 9}]\n" for n in range(40)),
        "intents.yaml:2: 'a' is not known here",
    ),
    "an anchor used twice": (HEAD + "intents:\n  greet: &a [hi]\n  help: *a\n", "an anchor is used twice"),
    "a circle": (HEAD + "intents: &a\n  greet: [*a]\n", "is no text to YAML"),
    "depth": (HEAD + "intents: " + "[" * 100_000 + "]" * 100_000, "is not YAML"),
    "depth of mappings": (HEAD + "intents: " + "{a: " * 100_000 + "b" + "}" * 100_000, "is not YAML"),
    "size": (HEAD + "intents: " + "x" * 2_000_000, "is larger than"),
    "an order to Python": (HEAD + "intents: !!python/object/apply:os.abort []\n", "must be a mapping"),
    "control characters": (HEAD + 'intents:\n  greet: ["a\\e[31mb"]\n', "holds a control character"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_in_the_content_is_a_problem_like_another(tmp_path: Path, bomb: str) -> None:
    text, problem = BOMBS[bomb]
    assert problem in checked(tmp_path, "intents.yaml", lambda _: text)


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", "0x1f", "1_0", "190:20:30", "1e400", "9" * 400])
def test_a_number_that_is_none_is_a_problem_like_another(tmp_path: Path, number: str) -> None:
    found = checked(tmp_path, "words.yaml", lambda text: re.sub(r"answered: [\d.]+", f"answered: {number}", text))
    assert "answered must be a number" in found


def checked(folder: Path, name: str, change: Callable[[str], str]) -> str:
    """Return what `iamm check` says of the content with one file changed; it has a gigabyte and a minute."""
    content = folder / "content"
    shutil.copytree(config.read({}).content, content)
    path = content / "en" / name
    path.write_text(change(path.read_text()))
    check = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "check"],
        env={"IAMM_CONTENT": str(content), "PATH": "", "HOME": str(folder)},
        cwd=config.read({}).content.parent, capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )  # fmt: skip
    assert check.returncode == 1
    return check.stdout + check.stderr
