"""The bot in Telegram: the real application over HTTP, against the Bot API server on loopback."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.app import App
from bot.config import Settings
from bot.store.database import Store
from bot.telegram import admins
from bot.telegram.service import Service
from tests.conftest import NOON, running
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, USERNAME, ApiError, Call, Server


@pytest_asyncio.fixture
async def bot(server: Server, app: App, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    own = Store(settings.database, settings.retention_days)
    monkeypatch.setattr(app, "store", own)
    async with running(
        Service(app, own, replace(settings, token=TOKEN, api_url=server.url), clock=lambda: NOON)
    ) as bot:
        yield bot


def labels(message: dict[str, Any]) -> list[str]:
    return [b["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


async def test_answers_a_question(bot: Service, server: Server) -> None:
    answer = await Person(server).asks("How should States protect victims of trafficking?")

    assert "III.6(b), practice" in answer["text"]
    assert "not the official wording" in answer["text"]
    assert any(entity["type"] == "bold" for entity in answer["entities"])
    assert "Contents" in labels(answer)


async def test_start_says_in_four_lines_what_this_is(bot: Service, server: Server) -> None:
    answer = await Person(server).asks("/start")

    assert len(answer["text"].splitlines()) == 4
    for words in ("non-binding", "2004", "not the official text", "90 days", "/privacy"):
        assert words in answer["text"]
    assert len(labels(answer)) == 4


async def test_an_example_can_be_tapped(bot: Service, server: Server) -> None:
    ana = Person(server)
    await ana.asks("/start")

    answer = await ana.taps("How should victims")

    assert "III.6(b)" in answer["text"]


async def test_a_deep_link_opens_a_place(bot: Service, server: Server) -> None:
    ana = Person(server)

    assert "III.6(a), practice 5" in (await ana.asks("/start r-III_6_a-5"))["text"]
    assert (await ana.asks("/start r-III_11"))["text"].startswith("III.11 Return")
    assert "non-binding" in (await ana.asks("/start p-nonsense"))["text"]


async def test_pages_by_editing_the_message(bot: Service, server: Server) -> None:
    ana = Person(server)
    first = await ana.asks("/section 9")
    shown = first["text"]

    await ana.tap("Further")
    await server.changed(lambda: ana.received[0]["text"] != shown)

    assert len(ana.received) == 1
    assert "III.9, practice 6" in ana.received[0]["text"]
    assert "‹ Back" in labels(ana.received[0])


async def test_a_double_tap_is_harmless(bot: Service, server: Server) -> None:
    ana = Person(server)
    first = await ana.asks("/section 9")
    code = next(
        b["callback_data"] for r in first["reply_markup"]["inline_keyboard"] for b in r if b["text"] == "Further ›"
    )
    await ana.send_code(code, first)
    await ana.send_code(code, first)
    await server.changed(lambda: len(server.sent("answerCallbackQuery")) == 2)
    await ana.asks("thanks")

    assert len(ana.received) == 2


async def test_an_edited_question_is_answered_in_its_place(bot: Service, server: Server) -> None:
    ana = Person(server)
    question = await ana.write("how do we make remittances cheaper")
    await ana.reply(1)

    await ana.edit(question, "how do we train border officials")
    await server.changed(lambda: "III.3(b), practice 5" in ana.received[0]["text"])

    assert len(ana.received) == 1


async def test_an_edit_of_a_message_before_its_time_gets_an_answer(bot: Service, server: Server) -> None:
    ana = Person(server)
    old = server.store(ana.place, {"from": ana.user, "text": "vsas"})

    await ana.edit(old, "visas")

    assert "Visa requirements" in (await ana.reply(1))["text"]


async def test_a_caption_is_a_question(bot: Service, server: Server) -> None:
    ana = Person(server)
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await ana.post(photo=photo, caption="how do we train border officials")

    assert "III.3(b), practice 5" in (await ana.reply(1))["text"]


async def test_what_is_no_text_gets_a_clear_word(bot: Service, server: Server) -> None:
    ana = Person(server)
    await ana.post(voice={"file_id": "a", "file_unique_id": "b", "duration": 2})
    assert "voice" in (await ana.reply(1))["text"]

    await ana.post(photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}])
    assert "text only" in (await ana.reply(2))["text"]

    await ana.write("/nonsense")
    assert "/help" in (await ana.reply(3))["text"]


async def test_text_that_looks_like_markup_does_no_harm(bot: Service, server: Server) -> None:
    ana = Person(server)
    for text in ("<b>visas", "a & b <i> remittances", "&lt;visas&gt;", "[x](http://example.org) visas"):
        assert (await ana.asks(text))["text"]


async def test_speaks_the_language_of_the_question_then_of_the_choice(bot: Service, server: Server) -> None:
    ana = Person(server, language="en")
    assert "pratique" in (await ana.asks("Comment protéger les victimes de la traite ?"))["text"]

    chosen = await ana.asks("/language")
    assert labels(chosen) == ["English", "Français", "Español"]
    confirmed = await ana.taps("Español")
    assert confirmed["text"].startswith("A partir de ahora hablo español")
    menu = server.profile["commands", "", f"chat {ana.place}"]
    assert {"command": "contents", "description": "Los capítulos de la Agenda"} in menu

    answer = await ana.asks("How should we protect victims of trafficking?")
    assert "III.6 b), práctica" in answer["text"]
    assert "Go on in English" in labels(answer)


async def test_shows_the_same_item_in_the_other_languages(bot: Service, server: Server) -> None:
    ana = Person(server)
    await ana.asks("6.a.5")

    other = await ana.taps("In French and Spanish")

    assert "III.6 a), pratique 5" in other["text"]
    assert "III.6 a), práctica 5" in other["text"]


async def test_registers_its_profile_in_three_languages(bot: Service, server: Server) -> None:
    await server.changed(lambda: len(server.profile) == 9)

    for language in ("", "fr", "es"):
        assert len(server.profile["commands", language, "default"]) >= 8
        assert server.profile["description", language, "default"]
        assert server.profile["short_description", language, "default"]
    assert len({server.profile["description", lang, "default"] for lang in ("", "fr", "es")}) == 3


async def test_in_a_group_answers_only_what_is_addressed_to_it(bot: Service, server: Server) -> None:
    ana = Person(server, group=-100500)
    await ana.write("does anybody know about visas?")
    await ana.write(f"@{USERNAME} what about visas?", message_thread_id=7, is_topic_message=True)
    answer = await ana.reply(1)

    assert "Visa requirements" in answer["text"]
    assert answer["message_thread_id"] == 7
    assert answer["reply_to_message"]["text"].startswith("@")

    await ana.post(text="and remittances?", reply_to_message=answer)
    assert "Remittances" in (await ana.reply(2))["text"]
    assert len(ana.received) == 2


def anonymous(server: Server, group: int) -> Person:
    """Return an admin of a group who writes in its name: to Telegram all of them, of all groups, are one user."""
    return Person(server, 1087968824, language=None, group=group)


async def heard(writer: Person, text: str, sender: dict[str, Any]) -> str:
    """Write in the name of a chat and return what the bot answers."""
    count = len(writer.received)
    await writer.post(text=f"@{USERNAME} {text}", sender_chat=sender)
    return str((await writer.reply(count + 1))["text"])


async def test_an_anonymous_admin_erases_what_is_of_their_own_group(bot: Service, server: Server, store: Store) -> None:
    here, there = anonymous(server, -100601), anonymous(server, -100602)
    await heard(here, "what about visas?", server.chats[-100601])
    await heard(there, "what about remittances?", server.chats[-100602])

    assert "Erase it?" in await heard(there, "forget me", server.chats[-100602])
    assert "It is erased" in await heard(there, "yes", server.chats[-100602])

    rows = await store._run(store._rows, "select question from queries")
    assert [row["question"] for row in rows] == ["what about visas?"]


async def test_a_channel_decides_nothing_in_a_group_and_is_not_the_other_channels(
    bot: Service, server: Server, store: Store
) -> None:
    group = Person(server, 136817688, language=None, group=-100601)
    linked, other = ({"id": number, "type": "channel", "title": "News"} for number in (-100701, -100702))

    assert "only its admins" in await heard(group, "forget me", linked)
    assert "Visa requirements" in await heard(group, "what about visas?", other)

    rows = await store._run(store._rows, "select distinct pseudonym from queries")
    assert len(rows) == 2
    assert server.sent("getChatAdministrators") == []


ASKING_FOR_ADMINS = faults.method("getChatAdministrators")


async def test_an_admin_is_known_though_the_connection_breaks_once(bot: Service, server: Server) -> None:
    ana = Person(server, 1, group=-100500, admin=True)
    server.faults.append(faults.reset(ASKING_FOR_ADMINS & faults.first(1)))

    assert "Erase it?" in (await ana.asks("/forget"))["text"]


async def test_where_telegram_cannot_say_who_is_an_admin_nobody_is_told_that_they_are_none(
    bot: Service, server: Server
) -> None:
    ana, ben = Person(server, 1, group=-100500, admin=True), Person(server, 2, group=-100500)
    server.faults.append(faults.refused(ApiError(500, "Internal Server Error"), ASKING_FOR_ADMINS & faults.first(6)))

    assert "try again in a moment" in (await ana.asks("/forget"))["text"]
    assert "try again in a moment" in (await ben.asks("/forget"))["text"]
    assert "Visa requirements" in (await ben.asks(f"@{USERNAME} what about visas?"))["text"]

    assert "Erase it?" in (await ana.asks("/forget"))["text"]
    assert "only its admins" in (await ben.asks("/forget"))["text"]


async def test_where_telegram_cannot_say_who_is_an_admin_what_it_said_last_holds(
    bot: Service, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admins, "FRESH", 0.0)
    ana, ben = Person(server, 1, group=-100500, admin=True), Person(server, 2, group=-100500)
    await ana.asks("/start")
    server.faults.append(faults.reset(ASKING_FOR_ADMINS))

    assert "Erase it?" in (await ana.asks("/forget"))["text"]
    assert "only its admins" in (await ben.asks("/forget"))["text"]


async def test_the_admins_of_so_many_groups_are_remembered_and_of_no_more(
    bot: Service, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admins, "MOST", 2)
    people = [Person(server, 1, group=-100500 - number, admin=True) for number in range(3)]
    for number in (0, 1, 0, 2, 0, 1):  # the last is the only one that was forgotten
        await people[number].asks("/start")

    assert [call["chat_id"] for call in server.sent("getChatAdministrators")] == [
        -100500, -100501, -100502, -100501,
    ]  # fmt: skip


async def test_logs_a_row_a_message(bot: Service, server: Server, store: Store) -> None:
    ana = Person(server)
    await ana.asks("what about visas, call me on +41 79 123 45 67")
    await ana.taps("Contents")

    rows = list(await store._run(lambda: list(store.db.query("select * from queries order by id"))))
    assert [row["kind"] for row in rows] == ["question", "button"]
    assert rows[0]["question"] == "what about visas, call me on [number]"
    assert rows[0]["channel"] == "telegram"
    assert len(rows[0]["pseudonym"]) == 16
    assert "42" not in rows[0]["pseudonym"] or rows[0]["pseudonym"] != "42"


async def test_ptb_remembers_nobody(bot: Service, server: Server) -> None:
    # It would remember everybody for ever.
    numbers = {7100001, 7100002}
    for number in numbers:
        assert await Person(server, number).asks("visas")

    held = [value for value in gc.get_referents(bot._application) if isinstance(value, set | dict)]
    assert len(held) > 5
    assert [value for value in held if numbers & set(value)] == []


async def test_who_has_blocked_the_bot_harms_nobody_else(bot: Service, server: Server) -> None:
    ana, ben = Person(server, 1), Person(server, 2)

    def block(call: Call) -> None:
        if call.method == "sendMessage" and call.params["chat_id"] == 1:
            raise ApiError(403, "Forbidden: bot was blocked by the user")

    server.faults.append(block)
    await ana.write("visas")

    assert (await ben.asks("visas"))["text"]


async def test_a_button_of_an_older_version_is_answered_civilly(bot: Service, server: Server) -> None:
    ana = Person(server)
    first = await ana.asks("visas")
    for number, code in enumerate(("0:section:III.6.a", "1:nothing", "garbage", "1:practice:III.99#1"), 2):
        await ana.send_code(code, first)
        assert (await ana.reply(number))["text"]
    assert "older version" in ana.received[1]["text"]
