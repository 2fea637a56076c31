"""The queue of questions without an answer: what is in it, what belongs together, what was set aside."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from bot.app import App, now
from bot.cli import main
from bot.config import Settings
from bot.models import ANSWERED, DID_YOU_MEAN, NO_MATCH
from bot.review import aside, asked, groups, unanswered
from bot.review.asked import Asked
from bot.review.groups import Group
from bot.review.period import Period
from bot.review.trial import Trial
from bot.store.database import Store
from bot.store.records import Entry

NOW = now()
EVER = Period(date(2020, 1, 1), NOW.date())
BANK = [
    ("en", "how do I open a bank account with only a refugee card"),
    ("en", "open a bank account, only refugee card?"),
    ("en", "opening bank acount with a refugee card"),
    ("fr", "ouvrir un compte en banque pour envoyer de l'argent"),
]


def entry(language: str | None, question: str | None, **changes: object) -> Entry:
    """Return a row of the log, of a question that found nothing."""
    row = Entry(
        NOW, "test:1", "test", "question", language, language, question, "ask", NO_MATCH, None, None, 0.0, 0.0, "", 1.0,
        "content1", "code",
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def fill(settings: Settings, entries: Iterable[Entry], down: str = "", whole: bool = True) -> None:
    """Write rows into the log; the item `down` gets a thumb down from the last person."""

    async def write() -> None:
        store = Store(settings.database, settings.retention_days)
        await store.open()
        for each in entries:
            await store.log(each, whole)
        if down:
            await store.judge(each.person, down, -1, NOW)
        await store.close()

    asyncio.run(write())


def gathered(app: App, settings: Settings, language: str | None = None) -> list[Group]:
    return groups.gather(asked.read(Database(settings.database), replace(EVER, language=language)), app.index)


def made(language: str, texts: Iterable[str], first: int = 1) -> list[Asked]:
    return [Asked(n, "2026-11-01", f"p{n}", language, text, None, False, "") for n, text in enumerate(texts, first)]


def iamm(settings: Settings, *arguments: str, status: int = 0) -> str:
    """Return what `iamm review` prints."""
    names = {"IAMM_DATABASE": str(settings.database), "IAMM_SEMANTIC": "off"}
    result = CliRunner().invoke(main, ["review", *arguments], env=names)
    assert result.exit_code == status, result.output
    return result.output


def test_what_waits_for_an_answer(settings: Settings) -> None:
    guess = {"outcome": DID_YOU_MEAN, "item": "III.15#1", "person": "test:2"}
    fill(settings, [
        entry("en", "found nothing"),
        entry("en", "a command", kind="command"),
        entry("en", "no question", intent="help", outcome="done"),
        entry("en", "well answered", outcome=ANSWERED, item="III.1.a#1"),
        entry("en", "a guess that nobody followed", **guess | {"person": "test:4"}),
        entry("en", "a guess that was right", **guess),
        entry(None, None, kind="button", intent="section", outcome=ANSWERED, item="III.15", person="test:2"),
    ])  # fmt: skip
    fill(settings, [entry("en", "badly answered", outcome=ANSWERED, item="III.2#1", person="test:3")], down="III.2#1")
    fill(settings, [entry("en", "of somebody who opted out")], whole=False)
    waiting = asked.read(Database(settings.database), EVER)
    assert [q.text for q in waiting] == ["found nothing", "a guess that nobody followed", "badly answered"]
    assert [q.down for q in waiting] == [False, False, True]
    assert asked.read(Database(settings.database), Period(date(2020, 1, 1), date(2020, 2, 1))) == []
    assert asked.read(Database(settings.database), replace(EVER, language="fr")) == []


def test_similar_questions_make_a_group(built: App, settings: Settings) -> None:
    others = [("en", "bitcoin walet tax"), ("en", "bitcoin wallet tax"), ("en", "who won the football world cup")]
    fill(settings, [entry(lang, q, person=f"test:{n // 2}") for n, (lang, q) in enumerate([*BANK[:3], *others])])
    first, second, third = gathered(built, settings)
    assert [q.text for q in first.questions] == [q for _, q in BANK[:3]]
    assert (first.people, first.urgent, dict(first.languages)) == (2, True, {"en": 3})
    assert "III.13.d#3" in first.nearest
    assert [q.text for q in second.questions] == ["bitcoin walet tax", "bitcoin wallet tax"]
    assert not second.urgent
    assert len(third.questions) == 1


@pytest.mark.parametrize("kept", [0, 2, 5])
def test_a_group_keeps_its_name_as_it_grows_and_as_its_first_questions_go(built: App, kept: int) -> None:
    texts = ["bitcoin wallet tax", "tax on a bitcoin wallet?", "bitcoin walet tax", "which bitcoin wallet, which tax"]
    (old,) = groups.gather(made("en", texts), built.index)
    grown = made("en", [*texts, "the tax of my bitcoin wallet please", "football world cup", "a bitcoin wallets tax"])
    assert groups.find(groups.gather(grown, built.index), old.id) is not None
    later = groups.gather(grown[kept:], built.index)
    for question in grown[kept:]:
        group = groups.find(later, f"q{question.id}")
        assert group is not None
        assert question in group.questions
    assert groups.find(later, old.id) is not None, "the last question has the words of the first"


def test_a_name_says_nothing_of_order_and_small_words_but_of_the_language(built: App) -> None:
    names = {groups.gather(made("en", [q]), built.index)[0].id for q in ("bitcoin wallet", "my Wallets, for bitcoins?")}
    assert len(names) == 1
    assert groups.gather(made("fr", ["bitcoin wallet"]), built.index)[0].id not in names
    assert groups.find(groups.gather(made("en", ["bitcoin wallet"]), built.index), "q99") is None


def test_groups_in_two_languages_are_joined_where_they_find_the_same(built: App) -> None:
    english = made("en", ["victims of trafficking protection shelter"])
    french = made("fr", ["protection des victimes de la traite, hébergement", "recette de couscous aux légumes"], 2)
    first, second = groups.gather([*english, *french], built.index)
    assert (dict(first.languages), first.urgent) == ({"en": 1, "fr": 1}, True)
    assert dict(second.languages) == {"fr": 1}


def test_words_that_only_small_words_share_are_no_group(built: App) -> None:
    texts = ["what about the weather", "what about the football", "?!", "the", "qqqq zzzz", "people and people"]
    assert len(groups.gather(made("en", texts), built.index)) == len(texts)


def test_twenty_thousand_questions_take_seconds(built: App) -> None:
    rng = random.Random(5)
    words = {lang: sorted(built.index(lang).reader.vocabulary.words) for lang in built.agendas}
    topics = [(lang, rng.sample(words[lang], 5)) for lang in words for _ in range(800)]
    many = []
    for number in range(20_000):
        language, topic = topics[int(len(topics) * rng.random() ** 2)]
        said = [*rng.sample(topic, rng.randint(4, 5)), *rng.sample(words[language], rng.randint(0, 1))]
        many.append(Asked(number, "2026-11-01", f"p{rng.randint(1, 900)}", language, " ".join(said), None, False, ""))
    started = process_time()
    found = groups.gather(many, built.index)
    assert process_time() - started < 10
    assert sum(len(group.questions) for group in found) == 20_000
    assert len(found) < 9_000
    assert found == sorted(found, key=lambda group: (not group.urgent, -len(group.questions), -group.people, group.id))


def test_the_queue_at_the_terminal(built: App, settings: Settings) -> None:
    days = (NOW - timedelta(days=3), NOW)
    fill(settings, [entry(lang, q, person=f"test:{n}", at=days[n > 0]) for n, (lang, q) in enumerate(BANK[:3])])
    fill(settings, [entry("es", "receta de tortilla de patatas"), entry("es", "mejor queso de oveja", person="x:9")])
    shown = iamm(settings, "unanswered")
    group = gathered(built, settings)[0]
    assert re.match("5 questions without a good answer, in 3 groups. Days are in UTC; content [0-9a-f]{10}.\n", shown)
    assert f"{group.id}  3 questions from 3 people; en 3; {days[0]:%Y-%m-%d} to {days[1]:%Y-%m-%d}" in shown
    assert f"    q1  en  {BANK[0][1]} (2 times)\n" in shown  # the second says the same words
    assert f"    q3  en  {BANK[2][1]}\n" in shown
    assert "    near: III.13.d#3  Remittances\n" in shown
    assert shown == iamm(settings, "unanswered")
    assert not {row["pseudonym"] for row in Database(settings.database).query("select * from queries")} & {
        *shown.split()
    }
    some = iamm(settings, "unanswered", "--all", "--since", "1d", "--lang", "en")
    assert "2 questions from 2 people" in some
    assert "tortilla" not in some
    assert iamm(settings, "unanswered", "--limit", "1").endswith("There are more: --limit shows them.\n")
    assert "write a date such as" in iamm(settings, "unanswered", "--since", "soon", status=1)


def test_a_group_set_aside_stays_away_as_it_grows(built: App, settings: Settings) -> None:
    fill(settings, [entry("en", "best bitcoin wallet app"), entry("en", "bitcoin wallet app best?")])
    assert "is set aside" in iamm(settings, "aside", "q2", "--reason", "of another world")
    fill(settings, [entry("en", "the best app for a bitcoin wallet"), entry("en", "football world cup")])
    assert "bitcoin" not in iamm(settings, "unanswered")
    everything = iamm(settings, "unanswered", "--all")
    assert "bitcoin" in everything
    assert "    set aside: of another world\n" in everything
    kept = list(Database(settings.database).query("select * from asides"))
    assert kept
    assert "bitcoin" not in str(kept)
    assert aside.reason(gathered(built, settings)[0], aside.reasons(Database(settings.database))) == "of another world"


def test_a_group_that_new_content_answers_no_longer_waits(built: App, settings: Settings) -> None:
    question = "police of two countries against people smugglers"
    first = built.index("en").find(question).items[0].ref
    with Trial(settings, settings.content) as trial:

        def waits() -> bool:
            return question in [
                q.text for g in unanswered.waiting(gathered(built, settings), trial, {}) for q in g.questions
            ]

        fill(settings, [entry("en", question)])
        assert not waits()
        fill(settings, [entry("en", question, outcome=ANSWERED, item=first)], down=first)
        assert waits(), "what got a thumb down is still the answer"
        fill(settings, [entry("en", "a boda boda rider", content_version=trial.app.content_version)])
        assert len(list(unanswered.waiting(gathered(built, settings), trial, {}))) == 2


def test_no_group_and_no_database(settings: Settings, tmp_path: Path) -> None:
    fill(settings, [])
    refused = iamm(settings, "aside", "deadbeef", "--reason", "none", status=1)
    assert "There is no group deadbeef. iamm review unanswered names them" in refused
    assert "There is no database" in iamm(replace(settings, database=tmp_path / "no.db"), "unanswered", status=1)


def test_the_figures_of_each_content_version(settings: Settings) -> None:
    day = timedelta(days=1)
    for number in range(10):
        outcome = ANSWERED if number < 6 else NO_MATCH
        fill(settings, [
            entry("en", "a", person=f"old:{number}", outcome=outcome, item="III.1.a#1", at=NOW - 9 * day),
            entry("en", "b", person=f"new:{number}", outcome=ANSWERED if number < 8 else NO_MATCH, item="III.1.a#1",
                  content_version="content2", at=NOW - day),
        ])  # fmt: skip
    fill(settings, [entry("en", "c", person=f"few:{n}", content_version="content3") for n in range(4)])
    heading, old, new, few = iamm(settings, "versions").splitlines()
    assert heading.split()[:4] == ["content", "from", "to", "questions"]
    assert old.split()[:3] == ["content1", f"{NOW - 9 * day:%Y-%m-%d}", f"{NOW - 9 * day:%Y-%m-%d}"]
    assert "10               6  60.0 %" in old
    assert old.count("<5") == 1  # the four that found nothing
    assert "8  80.0 %  +20.0" in new
    assert new.count("<5") == 1
    assert few.split()[3:] == ["<5", "0", "0.0", "%", "0", "0.0", "%", "<5", "0", "0.0", "%"] or few.count("<5") == 5
