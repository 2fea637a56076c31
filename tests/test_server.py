"""The Bot API server of the tests, tried by a foreign client, so that it is not shaped by ours alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from tests.telegram import faults, foreign, parser
from tests.telegram.people import Person
from tests.telegram.server import FILE, TOKEN, Limits, Server

GROUP = -100500


@pytest_asyncio.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    async with foreign.bot(server) as bot:
        yield bot


def button(**kind: object) -> InlineKeyboardMarkup:
    """Return a keyboard of one button."""
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton.model_validate({"text": "a", **kind})]])


def article(number: str, text: str = "<b>text</b>") -> InlineQueryResultArticle:
    content = InputTextMessageContent(message_text=text, parse_mode="HTML")
    return InlineQueryResultArticle(id=number, title="title", input_message_content=content)


async def test_polls_sends_and_edits(bot: Bot, server: Server) -> None:
    ana = Person(server)
    polled = asyncio.ensure_future(bot.get_updates(timeout=5))
    await ana.write("/start")
    [update] = await polled
    assert update.message is not None
    assert update.message.text == "/start"

    sent = await bot.send_message(ana.place, "<b>one</b>", parse_mode="HTML", reply_markup=button(callback_data="a"))
    await ana.tap("a")
    [tapped] = await bot.get_updates(offset=update.update_id + 1)
    assert tapped.callback_query is not None
    await bot.answer_callback_query(tapped.callback_query.id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(tapped.callback_query.id)

    await bot.edit_message_text("two", chat_id=ana.place, message_id=sent.message_id)
    assert ana.received[0]["text"] == "two"
    assert "reply_markup" not in ana.received[0]
    with pytest.raises(TelegramBadRequest, match="not modified"):
        await bot.edit_message_reply_markup(chat_id=ana.place, message_id=sent.message_id)
    assert server.pending == 1  # not yet confirmed


async def test_gives_only_the_updates_that_are_asked_for(bot: Bot, server: Server) -> None:
    ana = Person(server)
    assert await bot.get_updates(allowed_updates=["my_chat_member"], timeout=0) == []

    await ana.write("unheard")
    await ana.blocks()
    [update] = await bot.get_updates()

    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    assert len(server.unheard) == 1
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(ana.place, "text")
    await ana.unblocks()
    assert await bot.send_message(ana.place, "text")


async def test_answers_an_inline_query(bot: Bot, server: Server) -> None:
    typed = asyncio.ensure_future(Person(server, language="fr").types_inline("visas"))
    [update] = await bot.get_updates(timeout=5)
    query = update.inline_query
    assert query is not None
    assert (query.query, query.from_user.language_code) == ("visas", "fr")
    for results, refusal in (
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article("é" * 33)], "RESULT_ID_INVALID"),
        ([article(str(n)) for n in range(51)], "RESULTS_TOO_MUCH"),
        ([article("1", "<b>a")], "can't parse entities"),
        ([article("1", "a" * 4097)], "message is too long"),
    ):
        with pytest.raises(TelegramBadRequest, match=refusal):
            await bot.answer_inline_query(query.id, results)  # type: ignore[arg-type]

    await bot.answer_inline_query(query.id, [article("1")], is_personal=True, cache_time=0, next_offset="1")

    answer = await typed
    assert answer["results"][0]["input_message_content"]["message_text"] == "text"
    assert (answer["is_personal"], answer["next_offset"]) == (True, "1")


async def test_takes_documents_and_photos(bot: Bot, server: Server) -> None:
    ana = Person(server)
    file = BufferedInputFile("référence\n".encode(), "saved – é.csv")
    sent = await bot.send_document(ana.place, file, caption="<i>list</i>", parse_mode="HTML")
    assert ana.received[0][FILE] == {"name": "saved – é.csv", "bytes": "référence\n".encode()}
    assert (sent.caption, sent.caption_entities and sent.caption_entities[0].type) == ("list", "italic")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("saved – é.csv", "text/csv")

    await bot.send_document(ana.place, sent.document.file_id)
    assert ana.received[1][FILE] == ana.received[0][FILE]
    await bot.send_photo(ana.place, BufferedInputFile(b"png", "a.png"))
    assert ana.received[2][FILE]["bytes"] == b"png"
    with pytest.raises(TelegramBadRequest, match="non-empty"):
        await bot.send_document(ana.place, BufferedInputFile(b"", "a.csv"))
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_document(ana.place, file, caption="a" * 1025)


@pytest.mark.parametrize(
    "kind",
    [
        {"callback_data": "a" * 64}, {"url": "https://example.org/a"}, {"url": "tg://user?id=1"},
        {"copy_text": CopyTextButton(text="a" * 256)}, {"switch_inline_query": ""},
    ],
)  # fmt: skip
async def test_takes_buttons_of_one_kind(bot: Bot, server: Server, kind: dict[str, object]) -> None:
    assert await bot.send_message(Person(server).place, "text", reply_markup=button(**kind))


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ({}, "unallowed"), ({"callback_data": "é" * 33}, "BUTTON_DATA_INVALID"), ({"url": "ftp://example.org"}, "URL"),
        ({"copy_text": CopyTextButton(text="a" * 257)}, "COPY_TEXT_INVALID"),
        ({"callback_data": "a", "url": "https://example.org"}, "exactly one"),
    ],
)  # fmt: skip
async def test_refuses_other_buttons(bot: Bot, server: Server, kind: dict[str, object], refusal: str) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.send_message(Person(server).place, "text", reply_markup=button(**kind))


async def test_asks_for_a_location_in_private_alone(bot: Bot, server: Server) -> None:
    ana, group = Person(server), Person(server, group=GROUP)
    ask = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Here", request_location=True)]])
    await bot.send_message(ana.place, "Where?", reply_markup=ask)
    await ana.shares_location(46.2, 6.1)
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.location is not None
    assert update.message.location.latitude == 46.2

    with pytest.raises(TelegramBadRequest, match="private chats only"):
        await bot.send_message(group.place, "Where?", reply_markup=ask)


async def test_a_group_has_admins_topics_and_becomes_a_supergroup(bot: Bot, server: Server) -> None:
    server.chat(-7, "group", title="Field team")
    ana, ben = Person(server, 1, group=-7, admin=True), Person(server, 2, group=-7)
    assert [m.user.id for m in await bot.get_chat_administrators(-7)] == [1]
    assert [(await bot.get_chat_member(-7, n)).status for n in (1, 2)] == ["administrator", "member"]

    await ben.in_topic(3).write("hello")
    await bot.send_message(-7, "there", message_thread_id=3)
    await bot.send_message(-7, "elsewhere")
    assert [m["text"] for m in ben.in_topic(3).received] == ["there"]
    with pytest.raises(TelegramBadRequest, match="thread not found"):
        await bot.send_message(-7, "nowhere", message_thread_id=4)

    await server.migrate(-7, GROUP)
    with pytest.raises(TelegramMigrateToChat) as refusal:
        await bot.send_message(-7, "text")
    assert refusal.value.migrate_to_chat_id == GROUP
    assert (await bot.send_message(GROUP, "text")).chat.title == "Field team"
    assert (await bot.get_chat_member(GROUP, ana.user["id"])).status == "administrator"


async def test_keeps_menus_by_scope(bot: Bot, server: Server) -> None:
    Person(server, group=GROUP)
    menu = [BotCommand(command="digest", description="One a day")]
    await bot.set_my_commands(menu, BotCommandScopeChat(chat_id=GROUP), "fr")
    await bot.set_my_commands(menu, BotCommandScopeChatAdministrators(chat_id=GROUP))
    await bot.send_chat_action(GROUP, "typing")
    assert set(server.profile) == {
        ("commands", "fr", f"chat {GROUP}"),
        ("commands", "", f"chat_administrators {GROUP}"),
    }
    await bot.delete_my_commands(BotCommandScopeChat(chat_id=GROUP), "fr")
    assert len(server.profile) == 1
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.set_my_commands(menu, BotCommandScopeChat(chat_id=5))


async def test_limits_are_those_of_telegram(bot: Bot, server: Server) -> None:
    server.limits = Limits()
    for chat in (*range(1, 31), GROUP):
        server.chat(chat)
    await bot.send_message(1, "text")
    with pytest.raises(TelegramRetryAfter, match="retry after 1") as refusal:
        await bot.send_message(1, "text")
    assert refusal.value.retry_after == 1
    await asyncio.gather(*(bot.send_message(chat, "text") for chat in range(2, 31)))
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(GROUP, "text")
    await bot.send_chat_action(GROUP, "typing")
    assert server.refused_429 == 2


def test_a_group_has_a_limit_by_the_minute() -> None:
    limits = Limits()
    assert [limits.take("-1", at) for at in range(20)] == [0] * 20
    assert limits.take("-1", 20.5) == 40
    assert limits.take("1", 20.5) == 0
    assert limits.take("-1", 60) == 0


async def test_faults_lose_a_request_or_its_answer(bot: Bot, server: Server) -> None:
    ana = Person(server)
    sends = faults.method("sendMessage")
    for fault, kept in ((faults.reset(sends), 0), (faults.reset_after(sends & faults.chat(ana.place)), 1)):
        server.faults[:] = [fault]
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(ana.place, "text")
        assert len(ana.received) == kept
    server.faults[:] = [faults.bad_gateway(sends)]
    with pytest.raises(ClientDecodeError):
        await bot.send_message(ana.place, "text")
    server.faults[:] = [faults.black_hole(sends)]
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(ana.place, "text", request_timeout=1)
    assert len(ana.received) == 1


async def test_faults_refuse_or_delay(bot: Bot, server: Server) -> None:
    ana = Person(server)
    here = faults.chat(ana.place)
    for fault, error, words in (
        (faults.blocked(here), TelegramForbiddenError, "blocked"),
        (faults.deactivated(here), TelegramForbiddenError, "deactivated"),
        (faults.kicked(here), TelegramForbiddenError, "kicked"),
        (faults.not_found(here), TelegramBadRequest, "chat not found"),
        (faults.too_many(3, here & faults.first(1)), TelegramRetryAfter, "retry after 3"),
    ):
        server.faults[:] = [fault]
        with pytest.raises(error, match=words):
            await bot.send_message(ana.place, "text")
    assert await bot.send_message(ana.place, "text")  # the storm is over
    assert server.refused_429 == 0

    server.faults[:] = [faults.slow(0.1, here)]
    began = time.monotonic()
    await bot.send_message(ana.place, "text")
    assert time.monotonic() >= began + 0.1


@pytest.mark.parametrize("letters", ["r", "w", "d", "D", "t", "T", "wDT", "Dt", "wd"])
def test_a_time_for_the_reader_keeps_its_format(letters: str) -> None:
    text, [entity] = parser.parse(f'At <tg-time unix="1647531900" format="{letters}">08:00</tg-time>')
    assert text == "At 08:00"
    assert entity == {
        "type": "date_time", "offset": 3, "length": 5, "unix_time": 1647531900, "date_time_format": letters,
    }  # fmt: skip


async def test_a_parameter_that_telegram_does_not_know_is_a_problem(bot: Bot, server: Server) -> None:
    session = await bot.session.create_session()  # type: ignore[attr-defined]
    chat = Person(server).place
    async with session.post(f"{server.url}/bot{TOKEN}/sendMessage", data={"chat_id": chat, "text": "1", "txet": "2"}):
        assert server.problems == ["sendMessage: unknown parameters ['txet']"]
    async with session.post(f"{server.url}/bot{TOKEN}/sendMessage", data={"text": "1"}) as response:
        assert response.status == 400
    assert len(server.problems) == 2
    server.problems.clear()


async def test_an_update_that_telegram_would_not_send_is_a_problem(server: Server) -> None:
    await server.push(message={"text": "without a chat"})
    assert len(server.problems) == 1
    server.problems.clear()
