"""Conversations with the app, whatever the channel, and the log they leave."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config import Settings
from bot.models import ANSWERED, DONE, FAILED, NO_MATCH
from bot.store.cleaning import LONGEST, clean
from bot.store.database import Store, StoreError
from tests.conftest import NOON, Conversation


def rows(settings: Settings) -> list[dict[str, Any]]:
    with sqlite3.connect(settings.database) as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute("select * from queries order by id")]
    db.close()
    return found


async def test_a_question_is_answered_and_logged_before_the_reply(talk: Conversation, settings: Settings) -> None:
    reply = await talk.says("how do we train border officials")

    assert reply.outcome == ANSWERED
    assert reply.items[0] == "III.3.b#5"
    (row,) = rows(settings)
    assert (row["day"], row["minute"], row["kind"], row["intent"]) == ("2026-11-23", "12:00", "question", "ask")
    assert (row["item"], row["outcome"], row["language_set"]) == ("III.3.b#5", "answered", None)
    assert row["score"] >= row["margin"] >= 0
    assert row["runner_up"] == reply.items[1]
    assert "border" in row["matched"]
    assert row["content_version"]
    assert row["pseudonym"] not in ("", "test:1")


async def test_what_is_this_document_gets_background(talk: Conversation) -> None:
    reply = await talk.says("what is this document?")

    assert reply.outcome == ANSWERED
    assert (reply.section or reply.items[0]).startswith("I")


async def test_a_topic_gets_its_section(talk: Conversation) -> None:
    reply = await talk.says("remittances")

    assert reply.section == "III.13.d"
    assert all(ref.startswith("III.13.d") for ref in reply.items)


async def test_more_goes_on_where_the_answer_ended(talk: Conversation) -> None:
    first = await talk.says("how do we stop smugglers")
    second = await talk.says("more")
    tapped = await talk.picks("More", first)

    assert second.items == tapped.items
    assert not set(first.items) & set(second.items)
    third = await talk.says("more")
    assert not set(second.items) & set(third.items)
    for _ in range(3):
        last = await talk.says("more")
    assert last.items == ()
    assert "nothing more" in last.text


async def test_more_is_forgotten_after_a_day(talk: Conversation) -> None:
    await talk.says("how do we stop smugglers")
    talk.at = NOON + timedelta(days=1, minutes=1)

    assert (await talk.says("more")).items == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("6.a.12", "has 9 practices"),
        ("III.6.c", "has 2 sections"),
        ("II.21", "has 20 understandings"),
        ("I.2#18", "has 17 paragraphs"),
        ("/section nonsense", "cannot read this reference"),
        ("/practice", "cannot read this reference"),
        ("/nonsense", "do not know this command"),
        ("", "no words"),
        ("🙂🙂", "no words"),
        ("\u200b\x00\x07", "no words"),
        ("the of and", "found nothing"),
        ("xqzv wbfk", "found nothing"),
    ],
)
async def test_bad_input_gets_a_clear_word(talk: Conversation, text: str, words: str) -> None:
    reply = await talk.says(text)

    assert words in reply.text
    assert reply.outcome == (DONE if text == "/nonsense" else NO_MATCH)


async def test_ten_thousand_characters_are_a_question_like_another(talk: Conversation, settings: Settings) -> None:
    reply = await talk.says("visas " * 1700)

    assert reply.outcome == ANSWERED
    assert len(rows(settings)[0]["question"]) <= LONGEST


@pytest.mark.parametrize(
    "text", ["hello", "bonjour", "thanks", "who are you", "/help", "/privacy", "/cancel", "/contents", "/random", "bye"]
)
async def test_small_talk_and_commands_have_an_answer(talk: Conversation, text: str) -> None:
    reply = await talk.says(text)

    assert reply.text or reply.passages


async def test_a_greeting_before_a_question_leaves_it_a_question(talk: Conversation) -> None:
    assert (await talk.says("hello, what about visas?")).outcome == ANSWERED


async def test_contents_lead_everywhere(talk: Conversation) -> None:
    reply = await talk.says("/contents")
    seen = []
    while True:
        seen += [row[0] for row in reply.choices if row and row[0].code.startswith("1:section")]
        if not any(c.label == "Further ›" for row in reply.choices for c in row):
            break
        reply = await talk.picks("Further", reply)
        assert reply.replaces
    assert len(seen) == 22
    for choice in seen:
        opened = await talk.sends_code(choice.code)
        assert opened.section is not None
        assert opened.passages[0].text


async def test_every_section_and_item_opens_in_every_language(talk: Conversation, app: App) -> None:
    for language, agenda in app.agendas.items():
        await talk.says(f"/language {language}")
        for ref in agenda.sections:
            assert (await talk.sends_code(f"1:section:{ref}")).passages[0].text == agenda.sections[ref].summary
        for ref in agenda.items:
            reply = await talk.sends_code(f"1:practice:{ref}")
            assert reply.passages[0].text == agenda.items[ref].text
            assert reply.items == (ref,)


async def test_background_says_that_it_is_background(talk: Conversation) -> None:
    assert "background" in (await talk.says("I.2#3")).passages[0].heading


async def test_random_is_a_practice(talk: Conversation) -> None:
    for _ in range(20):
        assert (await talk.says("/random")).items[0].startswith("III.")


async def test_a_broken_handler_is_answered_civilly(
    talk: Conversation, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(question: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(talk.app.index("en"), "find", broken)
    with caplog.at_level(logging.ERROR):
        reply = await talk.says("what about the visas of dentists")

    assert "Something went wrong" in reply.text
    assert rows(settings)[0]["outcome"] == FAILED
    assert "dentists" not in caplog.text


async def test_a_language_is_chosen_kept_and_confirmed(talk: Conversation) -> None:
    for words, language in (
        ("en français s'il vous plaît", "fr"),
        ("can we switch to Spanish", "es"),
        ("English", "en"),
    ):
        reply = await talk.says(words)
        assert (reply.language, reply.menu) == (language, language)
        assert (await talk.says("6.a.5")).language == language


async def test_after_a_switch_the_last_answer_is_shown_again(talk: Conversation) -> None:
    first = await talk.says("how do we train border officials")
    again = await talk.says("/language fr")

    assert again.items == first.items[:1]
    assert again.passages[0].text == talk.app.agendas["fr"].items[first.items[0]].text


async def test_a_switch_in_the_middle_of_paging_loses_nothing(talk: Conversation) -> None:
    first = await talk.says("/section 9")
    await talk.says("en español")
    second = await talk.picks("Further", first)

    assert (second.language, second.replaces) == ("es", True)
    assert second.items == tuple(f"III.9#{number}" for number in range(6, 11))
    assert second.passages[0].heading == talk.app.agendas["es"].sections["III.9"].title


async def test_before_a_choice_the_text_then_the_client_then_english(app: App) -> None:
    assert (await Conversation(app, "es-MX", "test:2").says("/help")).language == "es"
    assert (await Conversation(app, "de", "test:3").says("/help")).language == "en"
    assert (await Conversation(app, "es", "test:4").says("comment protéger les victimes de la traite")).language == "fr"
    assert (await Conversation(app, "fr", "test:5").says("visa")).language == "fr"


async def test_a_choice_holds_for_questions_in_another_language(talk: Conversation) -> None:
    await talk.says("/language es")
    reply = await talk.says("how do we train border officials")

    assert reply.language == "es"
    assert reply.items[0] == "III.3.b#5"
    switched = await talk.picks("Go on in English", reply)
    assert switched.language == "en"


@pytest.mark.parametrize(("text", "language"), [("trafic d'êtres humains", "fr"), ("¿tráfico de personas?", "es")])
async def test_a_false_friend_shows_both_sections(app: App, text: str, language: str) -> None:
    reply = await Conversation(app, language).says(text)

    assert reply.offered == ("III.6.a", "III.6.b")
    assert reply.text
    assert len(reply.passages) == 2


async def test_rows_past_retention_go_and_keys_with_them(talk: Conversation, settings: Settings) -> None:
    await talk.says("visas")
    keys = settings.database.with_name("iamm.db.keys")
    first = keys.read_text()
    talk.at = NOON + timedelta(days=settings.retention_days + 30)
    await talk.says("remittances")

    assert [row["question"] for row in rows(settings)] == ["remittances"]
    assert "2026Q4" in first
    assert "2026Q4" not in keys.read_text()


async def test_one_person_has_one_pseudonym_a_quarter(app: App, settings: Settings) -> None:
    ana, ben = Conversation(app, chat="test:10"), Conversation(app, chat="test:11")
    await ana.says("visas")
    await ana.says("remittances")
    await ben.says("visas")
    ana.at = NOON + timedelta(days=60)
    await ana.says("visas")

    names = [row["pseudonym"] for row in rows(settings)]
    assert names[0] == names[1]
    assert len(set(names)) == 3


async def test_files_are_for_their_owner_alone(talk: Conversation, settings: Settings) -> None:
    await talk.says("visas")

    for name in ("iamm.db", "iamm.db.keys"):
        assert stat.S_IMODE(settings.database.with_name(name).stat().st_mode) == 0o600


async def test_what_is_kept_survives_a_restart(settings: Settings) -> None:
    for step in range(2):
        store = Store(settings.database, 90)
        await store.open()
        if step == 0:
            await store.set_language("test:1", "fr")
        assert (await store.chat("test:1", NOON)).language == "fr"
        await store.close()


@pytest.mark.parametrize("broken", ["folder", "garbage"])
async def test_a_database_that_cannot_be_used_says_what_to_do(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "iamm.db"
    if broken == "folder":
        path.mkdir()
    else:
        path.write_bytes(os.urandom(5000))

    with pytest.raises(StoreError, match="IAMM_DATABASE|iamm restore"):
        await Store(path, 90).open()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mail me at ana.b+c@example.org please", "mail me at [email] please"),
        ("call +41 79 123 45 67 now", "call [number] now"),
        ("my file 1234567890 is late", "my file [number] is late"),
        ("ask @ana_banana about it", "ask [name] about it"),
        ("see https://example.org/a?b=c", "see [link]"),
        ("the 1951 Convention, article 7, III.6.a#5, 2003/86", "the 1951 Convention, article 7, III.6.a#5, 2003/86"),
        ("a\x00b\u202ec\n  d", "a b c d"),
    ],
)
def test_personal_data_is_taken_out_before_writing(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_a_long_question_is_cut() -> None:
    assert len(clean("word " * 500)) == LONGEST
