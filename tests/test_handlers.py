"""The corners of a conversation: lists, going on, reading, subscriptions, groups and rights, whatever the channel."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.app import App
from bot.config import Settings
from bot.models import ANSWERED, DONE, NO_MATCH, Choice, Message, Reply
from bot.store import promises
from bot.store.database import Store
from bot.store.records import SENT, Standing
from tests.conftest import NOON, Conversation

MONDAY = date(2026, 11, 30)
"""The one after the day of the tests, itself a Monday."""


def choices(reply: Reply) -> list[Choice]:
    return [choice for row in reply.choices for choice in row]


def labels(reply: Reply) -> list[str]:
    return [choice.label for choice in choices(reply)]


async def standing(talk: Conversation) -> Standing:
    found = await talk.app.store.standing(talk.chat)
    assert found
    return found


async def asked(talk: Conversation) -> str | None:
    return (await talk.app.store.chat(talk.chat, talk.at)).asked


async def say(talk: Conversation, text: str = "", code: str = "", **more: Any) -> Reply:
    """Say something with what a channel knows besides: a place, a group, who may decide in it."""
    message = Message(talk.chat, talk.chat, "test", talk.at, text, code, talk.client)
    return await talk.app.answer(replace(message, **more))


# Keeping.


async def test_an_empty_list_says_how_to_fill_it(talk: Conversation) -> None:
    for text in ("/saved", "my list", "/export", "export my list as csv"):
        reply = await talk.says(text)
        assert "empty" in reply.text
        assert reply.document is None


@pytest.mark.parametrize("text", ["/save", "save it", "/unsave", "remove it from my list", "/cite", "cite it"])
async def test_this_means_nothing_before_anything_was_shown(talk: Conversation, text: str) -> None:
    reply = await talk.says(text)

    assert "do not know which practice" in reply.text
    assert await talk.app.store.saved(talk.chat) == []


async def test_this_is_what_was_shown_last(talk: Conversation) -> None:
    await talk.says("how do we train border officials")
    assert "III.3(b), practice 5" in (await talk.says("save it")).text
    await talk.says("remittances")
    assert "III.13(d)." in (await talk.says("save this")).text
    assert "already" in (await talk.says("/save")).text
    assert "III.13(d) (restated" in (await talk.says("cite this")).text

    assert await talk.app.store.saved(talk.chat) == ["III.3.b#5", "III.13.d"]


async def test_what_is_not_on_the_list_cannot_be_removed(talk: Conversation) -> None:
    await talk.says("save 6.a.5")

    assert "not on your list" in (await talk.says("remove 6.a.6 from my list")).text
    assert "Removed" in (await talk.says("remove 6.a.5 from my list")).text
    assert await talk.app.store.saved(talk.chat) == []


@pytest.mark.parametrize("text", ["save 6.a.99", "/save 6.a.99", "/unsave 6.a.99", "/cite 6.a.99"])
async def test_a_place_that_does_not_exist_is_not_kept(talk: Conversation, text: str) -> None:
    assert "has 9 practices" in (await talk.says(text)).text
    assert await talk.app.store.saved(talk.chat) == []


async def test_a_long_list_has_pages_and_loses_a_place_from_the_page_it_stands_on(talk: Conversation) -> None:
    for number in range(1, 10):
        await talk.says(f"save 6.a.{number}")
    await talk.says("save chapter 11")

    first = await talk.says("my list")
    assert "10 places" in first.text
    assert labels(first).count("✕") == 8
    assert not first.replaces
    second = await talk.picks("Further", first)
    assert second.replaces
    assert [label for label in labels(second) if label.startswith("III")] == [
        "III.6(a), practice 9 · Trafficking in persons and smuggling of migrants", "III.11 · Return",
    ]  # fmt: skip
    third = await talk.picks("✕", second)
    assert (third.replaces, labels(third).count("✕")) == (True, 1)
    fourth = await talk.picks("✕", third)
    assert labels(fourth).count("✕") == 8
    assert not {"Further ›", "‹ Back"} & set(labels(fourth))
    assert await talk.app.store.saved(talk.chat) == [f"III.6.a#{number}" for number in range(1, 9)]


async def test_a_button_saves_in_passing(talk: Conversation) -> None:
    shown = await talk.says("6.a.5")
    saved = await talk.picks("Save", shown)

    assert saved.notice
    assert "III.6(a), practice 5" in saved.text
    assert not (await talk.says("save it")).notice


@pytest.mark.parametrize(("language", "place"), [("en", "III.6(a), practice 5"), ("fr", "III.6 a), pratique 5"),
                                                 ("es", "III.6 a), práctica 5")])  # fmt: skip
async def test_a_table_opens_in_spreadsheets(talk: Conversation, language: str, place: str) -> None:
    for text in (f"/language {language}", "/save 6.a.5", "/save II.4", "/save III.9"):
        await talk.says(text)
    document = (await talk.says("/export csv")).document
    agenda = talk.app.agendas[language]

    assert document
    assert document.name.endswith(".csv")
    assert document.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(document.content.decode("utf-8-sig"), newline=""))
    assert len(head) == 5
    assert [row[0] for row in rows] == ["III.6.a#5", "II.4", "III.9"]
    assert rows[0][1] == place
    assert [row[3] for row in rows] == [
        agenda.items["III.6.a#5"].text, agenda.items["II.4"].text, agenda.sections["III.9"].summary,
    ]  # fmt: skip
    assert all("2004" in row[4] for row in rows)


async def test_a_text_holds_the_passages_and_their_citations(talk: Conversation) -> None:
    await talk.says("save 6.a.5")
    reply = await talk.says("/export")
    assert reply.document

    text = reply.document.content.decode()
    assert reply.document.name.endswith(".md")
    assert text.startswith("# ")
    assert "## III.6(a), practice 5 · Trafficking" in text
    assert talk.app.agendas["en"].items["III.6.a#5"].text in text
    assert "(IOM and Swiss Government, Berne Initiative, 2004), III.6(a), practice 5 (restated by iamm)" in text
    table = await talk.picks("As a table", reply)
    assert table.document
    assert table.document.name.endswith(".csv")


# Going on.


async def test_nothing_lies_before_the_beginning(talk: Conversation) -> None:
    await talk.says("I.1#1")
    assert "nothing beyond" in (await talk.says("/previous")).text

    await talk.says("/section 9")
    assert (await talk.says("/previous")).items == tuple(f"III.9#{n}" for n in range(1, 6))
    first = await talk.says("how do we stop smugglers")
    assert (await talk.says("/previous")).items == first.items


async def test_nothing_lies_beyond_the_end(talk: Conversation) -> None:
    last = list(talk.app.agendas["en"].items)[-1]
    await talk.sends_code(f"1:practice:{last}")

    assert "nothing beyond" in (await talk.says("more")).text


async def test_neighbours_are_found_across_the_end_of_a_section(talk: Conversation) -> None:
    end = await talk.says("6.a.9")
    assert "Next ›" not in labels(end)

    assert (await talk.says("the next one")).items == ("III.6.b#1",)
    assert (await talk.says("/previous")).items == ("III.6.a#9",)


async def test_a_neighbour_by_button_takes_the_place_of_the_item(talk: Conversation) -> None:
    turned = await talk.picks("Next", await talk.says("6.a.5"))

    assert (turned.items, turned.replaces) == (("III.6.a#6",), True)
    assert (await talk.says("the next one")).items == ("III.6.a#7",)


async def test_more_after_a_section_is_its_next_page(talk: Conversation) -> None:
    await talk.says("/section 9")
    second = await talk.says("more")
    assert second.items == tuple(f"III.9#{n}" for n in range(6, 11))
    assert not second.replaces
    pages = [second.items]
    while (reply := await talk.says("more")).items:
        pages.append(reply.items)
    assert "nothing more" in reply.text
    assert pages[-1][-1] == talk.app.agendas["en"].sections["III.9"].items[-1]
    back = await talk.says("/previous")
    assert back.items[-1] == f"III.9#{5 * len(pages)}"


async def test_the_whole_section_is_that_of_what_was_shown(talk: Conversation) -> None:
    await talk.says("6.a.5")
    assert (await talk.says("the whole section")).section == "III.6.a"
    await talk.says("remittances")
    assert (await talk.says("show me the whole section")).section == "III.13.d"


async def test_the_last_answer_is_told_again_in_another_language(talk: Conversation) -> None:
    await talk.says("remittances")
    reply = await talk.says("and in French?")

    assert (reply.section, reply.language) == ("III.13.d", "fr")
    assert reply.passages[0].text == talk.app.agendas["fr"].sections["III.13.d"].summary


async def test_that_is_not_it_brings_the_next_three_until_none_is_left(talk: Conversation) -> None:
    first = await talk.says("how do we stop smugglers")
    seen = list(first.items)
    for _ in range(2):
        reply = await talk.says("that's not it")
        assert "Is it one of these" in reply.text
        assert reply.items[0] == first.items[0]
        assert len(reply.items) == 4
        assert not set(reply.items[1:]) & set(seen)
        seen += reply.items[1:]
    await talk.says("that's not it")
    assert "in other words" in (await talk.says("that's not it")).text


async def test_a_thumb_without_an_answer_says_nothing(talk: Conversation) -> None:
    assert "no words" in (await talk.says("👍")).text


# Reading.


async def test_faces_stand_beside_each_other(talk: Conversation) -> None:
    others = await talk.picks("In French and Spanish", await talk.says("6.a.5"))
    agendas = talk.app.agendas
    assert [p.text for p in others.passages] == [agendas[x].items["III.6.a#5"].text for x in ("fr", "es")]

    beside = await talk.picks("English · French", others)
    assert [p.text for p in beside.passages] == [agendas[x].items["III.6.a#5"].text for x in ("en", "fr")]
    assert [p.label for p in beside.passages] == ["III.6(a), practice 5", "III.6 a), pratique 5"]
    assert "English · Spanish" in labels(beside)

    section = await talk.sends_code("1:faces:III.6.a:es")
    assert [p.text for p in section.passages] == [agendas[x].sections["III.6.a"].summary for x in ("en", "es")]
    assert (await talk.sends_code("1:faces:III.6.a:en")).passages[0].text == agendas["fr"].sections["III.6.a"].summary
    assert (await talk.sends_code("1:faces:III.99")).outcome == NO_MATCH


@pytest.mark.parametrize("ref", ["III.6.a#5", "II.4", "I.2#3", "III.20#1", "III.9#1"])
async def test_related_items_are_of_other_sections(talk: Conversation, ref: str) -> None:
    items = talk.app.agendas["en"].items
    reply = await talk.picks("Related", await talk.sends_code(f"1:practice:{ref}"))

    assert reply.outcome == ANSWERED
    assert 1 <= len(reply.items) <= 3
    assert all(items[item].section != items[ref].section for item in reply.items)
    assert (await talk.sends_code("1:related:III.99#1")).outcome == NO_MATCH


# A practice a day.


async def test_a_subscription_by_words_alone(talk: Conversation) -> None:
    reply = await talk.says("send me one every morning at 7:30 Kathmandu time about remittances")

    sub = (await standing(talk)).subscription
    assert (sub.time, sub.zone, sub.place, sub.topics) == ("07:30", "Asia/Kathmandu", "Kathmandu", ("III.13.d",))
    assert reply.moment
    assert reply.moment.shown in reply.text


async def test_a_dialogue_does_not_swallow_a_question(talk: Conversation) -> None:
    await talk.says("send me one every morning")
    assert (await talk.says("how do we stop smugglers")).outcome == ANSWERED
    assert "What time is it for you" in (await talk.says("at 8")).text

    question = await talk.says("how do we stop smugglers")
    assert question.outcome == ANSWERED
    assert await asked(talk) == "zone"
    assert (await talk.says("6.a.5")).items == ("III.6.a#5",)
    assert (await talk.says("thanks")).outcome == DONE
    assert "08:00 (Geneva time)" in (await talk.says("Geneva")).text
    assert await asked(talk) is None


async def test_a_dialogue_can_be_left(talk: Conversation) -> None:
    await talk.says("/subscribe")
    await talk.says("at 8")
    assert "leave it" in (await talk.says("/cancel")).text

    assert await asked(talk) is None
    assert (await talk.says("Geneva")).outcome != DONE
    assert await talk.app.store.standing(talk.chat) is None


async def test_a_dialogue_is_forgotten_after_a_day(talk: Conversation) -> None:
    await talk.says("subscribe at 8")
    talk.at = NOON + timedelta(days=1, minutes=1)
    await talk.says("Geneva")

    assert await talk.app.store.standing(talk.chat) is None


async def test_an_unknown_place_is_asked_for_again(talk: Conversation) -> None:
    await talk.says("subscribe at 8")
    reply = await talk.says("Nowhereville")

    assert "do not know this place" in reply.text
    assert await asked(talk) == "zone"
    await talk.says("Lima")
    assert (await standing(talk)).subscription.zone == "America/Lima"


async def test_an_ambiguous_place_is_asked_about(talk: Conversation) -> None:
    reply = await talk.says("subscribe at 8 in Georgetown")
    assert labels(reply) == [
        "Georgetown (Guyana), 08:00", "George Town (Malaysia), 20:00", "George Town (Cayman Islands), 07:00",
    ]  # fmt: skip
    assert await talk.app.store.standing(talk.chat) is None

    await talk.picks("Georgetown (Guyana)", reply)
    sub = (await standing(talk)).subscription
    assert (sub.zone, sub.time) == ("America/Guyana", "08:00")


@pytest.mark.parametrize("clock", ["7:00", "it is 7 am here", "07h02", "son las 7 de la mañana"])
async def test_a_clock_tells_the_zones_it_may_be_in(talk: Conversation, clock: str) -> None:
    await talk.says("/subscribe")
    await talk.says("at 8")
    reply = await talk.says(clock)
    assert 2 <= len(choices(reply)) <= 4

    await talk.sends_code(next(choice.code for choice in choices(reply) if choice.code.endswith("America/Bogota")))
    sub = (await standing(talk)).subscription
    assert (sub.zone, sub.time) == ("America/Bogota", "08:00")


async def test_a_location_becomes_a_zone_and_is_not_kept(talk: Conversation, store: Store) -> None:
    await say(talk, place=(-12.0464, -77.0428))
    await talk.says("noon")

    sub = (await standing(talk)).subscription
    assert (sub.zone, sub.time, sub.place) == ("America/Lima", "12:00", "")
    assert b"12.046" not in b"".join(file.read_bytes() for file in store.path.parent.glob("iamm.db*"))


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("pause for ten days", date(2026, 12, 3)),
        ("/pause for ten days", date(2026, 12, 3)),
        ("/pause 10", date(2026, 12, 3)),
        ("pause for a fortnight", date(2026, 12, 8)),
        ("pause until Monday", MONDAY),
        ("mets en pause jusqu'à lundi", MONDAY),
        ("pause jusqu'à lundi", MONDAY),
        ("pausa dos semanas", date(2026, 12, 7)),
        ("pausa hasta el lunes", MONDAY),
    ],
)
async def test_a_pause_ends_when_it_was_said_to(talk: Conversation, text: str, until: date) -> None:
    await talk.says("subscribe every day at 8 in Geneva")
    reply = await talk.says(text)

    paused = await standing(talk)
    assert (paused.subscription.status, paused.subscription.paused_until) == ("active", until.isoformat())
    assert paused.due
    assert paused.due.day == until
    assert reply.moment
    await talk.says("/resume")
    resumed = await standing(talk)
    assert (resumed.subscription.paused_until, resumed.due and resumed.due.day) == (None, date(2026, 11, 24))


async def test_a_pause_without_an_end_lasts(talk: Conversation) -> None:
    await talk.says("subscribe every day at 8 in Geneva")
    reply = await talk.says("/pause")

    assert "until you resume it" in reply.text
    assert (await standing(talk)).due is None
    await talk.says("change it to 9 pm")
    assert (await standing(talk)).subscription.status == "paused"
    await talk.picks("Resume", await talk.says("/digest"))
    active = await standing(talk)
    assert (active.subscription.status, active.subscription.time) == ("active", "21:00")
    assert active.due


@pytest.mark.parametrize(
    ("text", "days", "time"),
    [
        ("make it 19:30 on weekdays", (1, 2, 3, 4, 5), "19:30"),
        ("plutôt 19 h 30 en semaine", (1, 2, 3, 4, 5), "19:30"),
        ("mejor a las 19:30 entre semana", (1, 2, 3, 4, 5), "19:30"),
        ("change it to Mondays and Thursdays", (1, 4), "08:00"),
        ("change l'heure à 21 h", (1, 2, 3, 4, 5, 6, 7), "21:00"),
    ],
)
async def test_a_change_takes_all_that_was_said(
    talk: Conversation, text: str, days: tuple[int, ...], time: str
) -> None:
    await talk.says("subscribe every day at 8 in Geneva")
    await talk.says(text)

    sub = (await standing(talk)).subscription
    assert (sub.days, sub.time, sub.zone) == (days, time, "Europe/Zurich")


async def test_a_digest_can_come_without_a_sound(talk: Conversation) -> None:
    await talk.says("subscribe every day at 8 in Geneva without sound")
    assert (await standing(talk)).subscription.silent

    reply = await talk.picks("With sound", await talk.says("/digest"))
    assert not (await standing(talk)).subscription.silent
    await talk.picks("Without sound", reply)
    assert (await standing(talk)).subscription.silent
    await talk.says("avec le son")
    assert not (await standing(talk)).subscription.silent
    await talk.says("sin sonido")
    assert (await standing(talk)).subscription.silent


@pytest.mark.parametrize("text", ["silent please", "without sound please", "sans le son", "sin sonido por favor"])
async def test_silence_is_asked_for_by_words(talk: Conversation, text: str) -> None:
    await talk.says("subscribe every day at 8 in Geneva")
    await talk.says(text)

    assert (await standing(talk)).subscription.silent


async def test_topics_are_chosen_chapter_by_chapter(talk: Conversation) -> None:
    reply = await talk.picks("Topics", await talk.says("subscribe every day at 8 in Geneva"))
    assert "✓ All topics" in labels(reply)
    reply = await talk.picks("Irregular migration", reply)
    assert reply.replaces
    assert {"✓ Irregular migration", "All topics"} <= set(labels(reply))
    reply = await talk.picks("Migration health", await talk.picks("Further", reply))
    assert "✓ Migration health" in labels(reply)
    assert (await standing(talk)).subscription.topics == ("III.6", "III.15")

    reply = await talk.picks("✓ Migration health", reply)
    assert (await standing(talk)).subscription.topics == ("III.6",)
    reply = await talk.picks("All topics", reply)
    assert "✓ All topics" in labels(reply)
    assert (await standing(talk)).subscription.topics == ()
    assert "on all topics" in (await talk.picks("Done", reply)).text
    assert await asked(talk) is None


async def test_topics_are_said(talk: Conversation) -> None:
    reply = await talk.says("subscribe every day at 8 in Geneva about remittances")
    for text, topics in [
        ("also about health", ("III.13.d", "III.15")),
        ("and also return", ("III.13.d", "III.15", "III.11")),
        ("remittances", ("III.13.d",)),
        ("6.a and 6.b", ("III.6.a", "III.6.b")),
        ("all topics", ()),
    ]:
        await talk.picks("Topics", await talk.says("/digest"))
        reply = await talk.says(text)
        assert (await standing(talk)).subscription.topics == topics, text
    assert "on all topics" in reply.text


async def test_a_topic_is_added_by_words(talk: Conversation) -> None:
    await talk.says("subscribe every day at 8 in Geneva about remittances")
    await talk.says("send me also ones about health")

    assert (await standing(talk)).subscription.topics == ("III.13.d", "III.15")


async def test_todays_practice_is_the_one_that_was_or_will_be_sent(talk: Conversation, store: Store) -> None:
    everybodys = await talk.says("/today")
    assert (await talk.says("the practice of the day")).items == everybodys.items
    assert everybodys.items[0].startswith("III.")

    await talk.says("subscribe every day at 14:00 in Geneva about remittances")
    coming = await talk.says("/today")
    assert coming.items[0].startswith("III.13.d#")
    kept = await standing(talk)
    assert await store.claim(kept, "III.13.d#2", 1)
    await store.settle(kept, SENT, None, NOON, "en")
    assert (await talk.says("/today")).items == ("III.13.d#2",)


@pytest.mark.parametrize("text", ["/pause", "/resume", "/digest", "my subscription"])
async def test_without_a_subscription_one_is_offered(talk: Conversation, text: str) -> None:
    reply = await talk.says(text)
    assert "At what hour" in reply.text
    assert "08:00" in labels(reply)

    await talk.picks("08:00", reply)
    await talk.says("Lima")
    assert (await standing(talk)).subscription.time == "08:00"


async def test_an_end_is_an_end(talk: Conversation) -> None:
    assert "no subscription" in (await talk.says("/unsubscribe")).text
    await talk.says("subscribe every day at 8 in Geneva")
    assert "ended" in (await talk.says("unsubscribe")).text
    assert await talk.app.store.standing(talk.chat) is None


@pytest.mark.parametrize(
    "code",
    [
        "zone:Nowhere/Land", "zone:", "time:9999", "time:", "days:", "days:89", "sound:2", "topic:III.99/0", "topic:",
        "topics:x", "nonsense", "nonsense:1", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("subscribed", [False, True])
async def test_a_forged_button_changes_nothing(talk: Conversation, code: str, subscribed: bool) -> None:
    if subscribed:
        await talk.says("subscribe every day at 8 in Geneva")
    before = await talk.app.store.standing(talk.chat)
    reply = await talk.sends_code(f"1:change_digest:{code}".rstrip(":"))

    assert reply.outcome == DONE
    assert reply.text
    assert await talk.app.store.standing(talk.chat) == before


# Languages.


async def test_a_language_chosen_is_kept(talk: Conversation) -> None:
    await talk.says("/language fr")
    for text in ("remittances", "more", "pause", "/digest", "hola", "save it"):
        assert (await talk.says(text)).language == "fr"
    talk.at = NOON + timedelta(days=400)
    assert (await talk.says("visas")).language == "fr"


@pytest.mark.parametrize("word", ["previous", "pause", "resume", "more", "save", "export", "menu", "cancel"])
async def test_a_word_that_other_languages_have_too_changes_none(app: App, word: str) -> None:
    ana = Conversation(app, "en")
    await ana.says("how do we stop smugglers")

    assert (await ana.says(word)).language == "en"


async def test_a_subscription_speaks_the_language_it_was_asked_for_in(app: App) -> None:
    ana = Conversation(app, "en", "test:9")
    await ana.says("abonne-moi tous les jours à 8 h à Dakar")
    assert (await standing(ana)).language == "fr"
    composed = await app.compose(await standing(ana))
    assert composed
    assert composed[1].language == "fr"

    await ana.says("/language es")
    composed = await app.compose(await standing(ana))
    assert composed
    assert composed[1].language == "es"


# Groups.


@pytest.mark.parametrize(
    "text",
    [
        "/language fr", "/save 6.a.5", "/unsave 6.a.5", "/subscribe 8:00 Geneva", "/unsubscribe", "/pause", "/resume",
        "/logoff", "/logon", "/forget", "send me one every morning", "change it to 9 pm", "in Spanish please",
    ],
)  # fmt: skip
async def test_in_a_group_what_is_kept_is_for_its_admins(talk: Conversation, text: str, store: Store) -> None:
    await say(talk, "/subscribe 9:00 Lima", group=True)
    await say(talk, "/save 6.a.5", group=True)
    before = await store.copy(talk.chat, "nobody")
    reply = await say(talk, text, group=True, decides=False)

    assert "only its admins" in reply.text
    assert await store.copy(talk.chat, "nobody") == before


@pytest.mark.parametrize("code", ["change_digest:time:0600", "change_digest:days", "unsubscribe", "pause_digest:7",
                                  "erase_data:yes", "language:fr", "unsave:III.6.a#5:0"])  # fmt: skip
async def test_in_a_group_buttons_are_for_its_admins_too(talk: Conversation, code: str, store: Store) -> None:
    await say(talk, "/subscribe 9:00 Lima", group=True)
    await say(talk, "/save 6.a.5", group=True)
    before = await store.copy(talk.chat, "nobody")

    assert "only its admins" in (await say(talk, code=f"1:{code}", group=True, decides=False)).text
    assert await store.copy(talk.chat, "nobody") == before


@pytest.mark.parametrize("text", ["/digest", "/cancel"])
async def test_in_a_group_nobody_else_ends_what_an_admin_is_setting_up(talk: Conversation, text: str) -> None:
    await say(talk, "/subscribe", group=True)
    await say(talk, text, group=True, decides=False)

    assert await asked(talk) == "time"


async def test_in_a_group_everybody_reads(talk: Conversation) -> None:
    await say(talk, "/save 6.a.5", group=True)
    for text in ("visas", "/saved", "/export", "/digest", "/today", "/contents", "/cite"):
        assert "only its admins" not in (await say(talk, text, group=True, decides=False)).text
    assert "others would read it" in (await say(talk, "/mydata", group=True)).text


async def test_a_group_subscribes_in_its_topic(talk: Conversation) -> None:
    await say(talk, "/subscribe 9:00 Lima", group=True, thread=7)

    assert (await standing(talk)).thread == 7


# Rights and figures.


async def test_erasure_asks_first(talk: Conversation) -> None:
    await talk.says("save 6.a.5")
    asked_first = await talk.says("/forget")
    assert "Erase it?" in asked_first.text
    await talk.picks("No", asked_first)
    assert await talk.app.store.saved(talk.chat) == ["III.6.a#5"]

    erased = await talk.picks("Yes", asked_first)
    assert erased.forgets
    assert await talk.app.store.copy(talk.chat, talk.chat) == {}
    assert "Nothing is kept" in (await talk.says("/mydata")).text


@pytest.mark.parametrize("between", ["what about visas?", "/digest", "👍", "thanks"])
async def test_a_yes_to_something_else_erases_nothing(talk: Conversation, between: str) -> None:
    await talk.says("save 6.a.5")
    await talk.says("/forget")
    await talk.says(between)

    assert await asked(talk) is None
    assert not (await talk.says("yes")).forgets
    assert await talk.app.store.saved(talk.chat) == ["III.6.a#5"]


async def test_a_button_tapped_in_between_ends_the_erasure_too(talk: Conversation) -> None:
    shown = await talk.says("6.a.5")
    await talk.says("/forget")
    await talk.picks("Save", shown)

    assert not (await talk.says("yes")).forgets


async def test_a_yes_to_everything_is_waited_for_some_minutes(talk: Conversation) -> None:
    await talk.says("save 6.a.5")
    await talk.says("/forget")
    talk.at = NOON + timedelta(minutes=11)
    assert not (await talk.says("yes")).forgets
    assert await talk.app.store.saved(talk.chat) == ["III.6.a#5"]

    await talk.says("/forget")
    talk.at += timedelta(minutes=9)
    assert (await talk.says("yes")).forgets


async def test_a_question_of_the_next_hour_is_no_topic(talk: Conversation) -> None:
    await talk.picks("Topics", await talk.says("subscribe every day at 8 in Geneva"))
    talk.at = NOON + timedelta(hours=1)

    assert (await talk.says("what about visas?")).outcome == ANSWERED
    assert (await standing(talk)).subscription.topics == ()


async def test_who_opted_out_still_converses(talk: Conversation, store: Store) -> None:
    await talk.says("/logoff")
    await talk.says("how do we stop smugglers")
    assert (await talk.says("more")).items
    await talk.says("/logon")
    await talk.says("visas")

    rows = (await store.copy(talk.chat, talk.chat))["queries"]
    assert [row["question"] for row in rows] == [None, None, None, None, "visas"]
    assert [row["item"] for row in rows][1:4] == [None] * 3


async def test_who_opted_out_in_private_is_not_logged_in_groups(app: App, store: Store, settings: Settings) -> None:
    ana, group = Conversation(app, chat="telegram:7300112233"), "telegram:-1007300"
    await ana.says("visas")
    assert "nor from groups" in (await ana.says("/logoff")).text
    for person, text in ((ana.chat, "how do we stop smugglers"), ("telegram:7300445566", "remittances")):
        await app.answer(Message(group, person, "telegram", NOON, text, group=True, decides=False))

    rows = await store._run(store._rows, "select question, item from queries order by id")
    assert [row["question"] for row in rows] == ["visas", None, None, "remittances"]
    assert rows[2]["item"] is None
    assert promises.check(settings.database, settings.retention_days, NOON.date()) == []


async def test_a_group_that_opted_out_is_told_so_and_the_promises_hold(
    app: App, store: Store, settings: Settings
) -> None:
    group = Conversation(app, chat="telegram:-1007300")
    await group.says("visas")  # in the name of the group
    said = [
        await app.answer(Message(group.chat, "telegram:7300112233", "telegram", NOON, text, group=True))
        for text in ("/logoff", "remittances", "/logon", "visas")
    ]

    assert "from this group are not kept" in said[0].text
    assert "from this group may be kept" in said[2].text
    await store.set_logs(group.chat, logs=False)
    rows = await store._run(store._rows, "select question from queries order by id")
    assert [row["question"] for row in rows] == ["visas", "/logoff", None, None, "visas"]
    assert promises.check(settings.database, settings.retention_days, NOON.date()) == []


async def test_figures_are_for_admins_alone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", replace(app.settings, admins=frozenset({"7"})))
    boss, ana = Conversation(app, chat="test:7"), Conversation(app, chat="test:8")
    await ana.says("visas")

    assert "do not know this command" in (await ana.says("/stats")).text
    assert "2 messages of 1 people.\nAnswered 1," in (await boss.says("/stats")).text
    assert "do not know this command" in (await say(boss, "/stats", group=True)).text
