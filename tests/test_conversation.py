"""A long conversation in each language through the loopback server, with a stop in the middle, and a group's."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot import references
from bot.app import App
from bot.codes import LONGEST_CODE, Intent, decode_payload, encode
from bot.config import Settings
from bot.handlers.schedule import HOURS
from bot.store.database import Store
from bot.telegram.service import Service
from tests import logbook
from tests.conftest import NOON, running
from tests.telegram.people import Person
from tests.telegram.server import FILE, TOKEN, USERNAME, Json, Server

ANA, BEN, GROUP = 7300112233, 7300445566, -1007300
LIMA = (-12.0464, -77.0428)
ODD = "Ruritania"
"""A word that nothing but Ana's question holds."""


@dataclass(frozen=True)
class Words:
    """What somebody says in one language; `{time}` and `{later}` are times of day."""

    question: str
    topic: str
    odd: str
    other: str
    """Another language, asked for in this one."""
    back: str
    time: str
    time_written: str
    change: str
    more: str = "more"
    next_one: str = "the next one"
    whole: str = "the whole section"
    wrong: str = "that's not it"
    save: str = "save it"
    saved: str = "my list"
    export: str = "export my list"
    cite: str = "cite it"
    subscribe: str = "send me one every morning"
    pause: str = "pause until Monday"
    resume: str = "resume"
    forget: str = "forget me"


WORDS = {
    "en": Words(
        question="how do we stop smugglers", topic="remittances", odd=f"visas for {ODD}",
        other="and in French?", back="in English please", time="at {time}", time_written="8:{minute}",
        change="change it to {time}",
    ),
    "fr": Words(
        question="comment arrêter les passeurs", topic="envois de fonds", odd=f"visas pour la {ODD}",
        other="et en espagnol ?", back="en français s'il te plaît", time="à {time}", time_written="8 h {minute}",
        change="change l'heure à {time}", more="encore", next_one="la suivante", whole="toute la section",
        wrong="ce n'est pas ça", save="garde-la", saved="ma liste", export="exporter ma liste", cite="cite ça",
        subscribe="envoie-m'en une chaque matin", pause="pause jusqu'à lundi", resume="reprends",
        forget="efface mes données",
    ),
    "es": Words(
        question="cómo frenar a los traficantes de migrantes", topic="remesas", odd=f"visados para {ODD}",
        other="¿y en francés?", back="en español por favor", time="a las {time}", time_written="8:{minute}",
        change="cambia la hora a las {time}", more="más", next_one="la siguiente", whole="toda la sección",
        wrong="no es eso", save="guárdala", saved="mi lista", export="exportar mi lista", cite="cítala",
        subscribe="mándame una cada mañana", pause="pausa hasta el lunes", resume="reanudar",
        forget="borra mis datos",
    ),
}  # fmt: skip
KILLED = "en"
"""The language in which the bot is a process of its own, and killed in the middle."""
OTHER = {"en": "fr", "fr": "es", "es": "fr"}


class Talk:
    """Somebody's turns of a conversation, counted."""

    def __init__(self, person: Person, database: Path) -> None:
        self.person = person
        self.database = database
        self.count = 0

    async def says(self, text: str) -> Json:
        """Write, and return the message that answers."""
        self.count += 1
        return await self.person.asks(text)

    async def shares(self, latitude: float, longitude: float) -> Json:
        """Send where one is, and return the message that answers."""
        self.count += 1
        before = len(self.person.received)
        await self.person.shares_location(latitude, longitude)
        return await self.person.reply(before + 1)

    async def taps(self, message: Json, intent: str, *values: object) -> Json:
        """Tap a button, and return the new message that it brings."""
        self.count += 1
        before = len(self.person.received)
        await self.person.send_code(code(message, intent, *values), message)
        return await self.person.reply(before + 1)

    async def turns(self, message: Json, intent: str, *values: object) -> Json:
        """Tap a button that puts something else in the place of its message."""
        self.count += 1
        before, shown = len(self.person.received), message["text"]
        await self.person.send_code(code(message, intent, *values), message)
        await self.person.server.changed(lambda: message["text"] != shown)
        assert len(self.person.received) == before
        return message

    async def is_told(self, message: Json, intent: str, *values: object) -> str:
        """Tap a button that answers with a word in passing, and return it."""
        self.count += 1
        before, server = len(self.person.received), self.person.server
        toasts = len(server.sent("answerCallbackQuery"))
        await self.person.send_code(code(message, intent, *values), message)
        await server.changed(lambda: len(server.sent("answerCallbackQuery")) > toasts)
        assert len(self.person.received) == before
        return str(server.sent("answerCallbackQuery")[-1]["text"])

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Return rows of the database as another program sees them."""
        with closing(sqlite3.connect(self.database)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql, values)]

    def row(self, table: str, column: str = "chat") -> dict[str, Any]:
        """Return the one row of this chat in a table."""
        (found,) = self.rows(f"select * from {table} where {column} = ?", f"telegram:{self.person.place}")  # noqa: S608
        return found

    @property
    def last(self) -> dict[str, Any]:
        """What the bot remembers to have shown last."""
        kept: dict[str, Any] = json.loads(self.row("chats")["last_answer"])
        return kept

    @property
    def saved(self) -> list[str]:
        chat = f"telegram:{self.person.place}"
        return [row["ref"] for row in self.rows("select ref from saved where chat = ? order by rowid", chat)]


def buttons(message: Json) -> list[Json]:
    return [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def code(message: Json, intent: str, *values: object) -> str:
    """Return the code of the button with these values, else of the first that has further ones."""
    start = encode(intent, *values)
    codes = [str(b.get("callback_data", "")) for b in buttons(message)]
    return start if start in codes else next(c for c in codes if c.startswith(f"{start}:"))


def payload(address: str) -> str:
    """Return the payload of a deep link to this bot."""
    link = urlsplit(address)
    assert (link.netloc, link.path) == ("t.me", f"/{USERNAME}")
    (found,) = parse_qs(link.query)["start"]
    assert len(found) <= LONGEST_CODE
    return found


Start = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
def database(settings: Settings) -> Path:
    return settings.database


def inside(built: App, server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Return how to run the bot in this process, on a fixed clock, with a store of its own each time."""

    @asynccontextmanager
    async def run() -> AsyncIterator[None]:
        store = Store(settings.database, settings.retention_days)
        monkeypatch.setattr(built, "store", store)
        monkeypatch.setattr(built, "settings", settings)
        told = replace(settings, token=TOKEN, api_url=server.url)
        async with running(Service(built, store, told, clock=lambda: NOON)):
            yield

    return run


def outside(server: Server, database: Path) -> Start:
    """Return how to run the bot as a process of its own, which ends by being killed."""

    @asynccontextmanager
    async def run() -> AsyncIterator[None]:
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "IAMM_DATABASE": str(database),
            "IAMM_SEMANTIC": "off",
        }  # fmt: skip
        polls = server._poll
        logbook.watch(database.with_name("log"))
        with database.with_name("log").open("ab") as log:
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", "run", env=environment, stdout=log, stderr=log
            )
        try:
            await server.changed(lambda: server._poll > polls, 30)
            yield
            await server.changed(lambda: server.pending == 0)
            while waiting(database):  # noqa: ASYNC110 - what is killed in flight may come twice
                await asyncio.sleep(0.02)
            assert bot.returncode is None
        finally:
            if bot.returncode is None:
                bot.send_signal(signal.SIGKILL)
            await bot.wait()

    return run


def waiting(database: Path) -> int:
    """Return how many updates the bot has not answered yet."""
    with closing(sqlite3.connect(database)) as db:
        return int(db.execute("select count(*) from inbox where raw is not null").fetchone()[0])


class Script:
    """The conversation of one language."""

    def __init__(self, talk: Talk, app: App, language: str, now: datetime) -> None:
        self.talk, self.language, self.now = talk, language, now
        self.words, self.agenda, self.translator = WORDS[language], app.agendas[language], app.translators[language]
        self.agendas, self.server = app.agendas, talk.person.server
        # Zones are quarters of an hour apart: nothing is due anywhere while this runs.
        self.minute = (now.minute + 7) % 15 + 15
        self.opened: Json = {}
        self.section: Json = {}

    def label(self, ref: str) -> str:
        return references.label(ref, self.translator)

    def text(self, ref: str) -> str:
        return self.agenda.items[ref].text

    async def reads(self) -> None:
        """Open a place by a link, turn pages, see other languages."""
        talk = self.talk
        self.opened = await talk.says("/start r-III_6_a-5")
        assert self.text("III.6.a#5") in self.opened["text"]
        (copied,) = [b["copy_text"]["text"] for b in buttons(self.opened) if "copy_text" in b]
        assert copied == references.cite("III.6.a#5", self.translator)
        (address,) = [b["url"] for b in buttons(self.opened) if "url" in b]
        shared = payload(parse_qs(urlsplit(address).query)["url"][0])
        assert decode_payload(shared, self.agenda) == Intent("practice", {"ref": "III.6.a#5"})

        await talk.turns(self.opened, "practice", "III.6.a#6", "t")
        assert self.text("III.6.a#6") in self.opened["text"]
        await talk.turns(self.opened, "practice", "III.6.a#5", "t")
        assert self.text("III.6.a#5") in self.opened["text"]

        others = [name for name in self.agendas if name != self.language]
        beside = await talk.taps(self.opened, "faces", "III.6.a#5")
        assert all(self.agendas[name].items["III.6.a#5"].text in beside["text"] for name in others)
        pair = await talk.taps(beside, "faces", "III.6.a#5", others[0])
        assert self.text("III.6.a#5") in pair["text"]
        assert self.agendas[others[0]].items["III.6.a#5"].text in pair["text"]
        assert self.agendas[others[1]].items["III.6.a#5"].text not in pair["text"]

        contents = await talk.says("/contents")
        assert len([b for b in buttons(contents) if b["callback_data"].startswith("1:section")]) == 8
        await talk.turns(contents, "contents", "1")
        self.section = await talk.taps(contents, "section", "III.9")
        assert self.agenda.sections["III.9"].summary in self.section["text"]
        await talk.turns(self.section, "section", "III.9", "1")
        assert self.label("III.9#6") in self.section["text"]
        assert talk.last["shown"] == 10
        assert self.label("III.9#11") in (await talk.says(self.words.more))["text"]

    async def asks(self) -> None:
        """Ask, go on from the answer, judge it."""
        talk, words = self.talk, self.words
        await talk.says(words.question)
        ranked = talk.last["items"]
        for said, shown in ((words.more, ranked[3:6]), (words.next_one, ranked[6:9])):
            answer = await talk.says(said)
            assert [self.label(ref).lower() in answer["text"].lower() for ref in shown] == [True] * 3
        await talk.says(words.question)
        assert talk.last["shown"] == 3
        answer = await talk.says(words.wrong)
        assert [self.label(ref).lower() in answer["text"].lower() for ref in ranked[3:6]] == [True] * 3
        judged = talk.rows("select question, feedback from queries where feedback <> 0")
        assert judged == [{"question": words.question, "feedback": -1}]

        topic = await talk.says(words.topic)
        assert await talk.is_told(topic, "feedback_positive")
        assert self.judged(words.topic) == [1]
        await talk.taps(topic, "feedback_negative")
        assert self.judged(words.topic) == [-1]
        assert ODD not in (await talk.says(words.odd))["text"]

    def judged(self, question: str) -> list[int]:
        rows = self.talk.rows("select feedback from queries where question = ?", question)
        return [row["feedback"] for row in rows]

    async def keeps(self) -> None:
        """Save, list, remove, export, cite, and look at it in another language."""
        talk, words = self.talk, self.words
        await talk.says(words.topic)
        whole = await talk.says(words.whole)
        assert self.agenda.sections["III.13.d"].summary in whole["text"]
        assert self.label("III.13.d") in (await talk.says(words.save))["text"]
        assert self.label("III.6.a#5") in await talk.is_told(self.opened, "save", "III.6.a#5")
        await talk.says("/save II.4")
        assert talk.saved == ["III.13.d", "III.6.a#5", "II.4"]
        listed = await talk.says(words.saved)
        await talk.turns(listed, "unsave", "III.13.d")
        assert talk.saved == ["III.6.a#5", "II.4"]

        exported = await talk.says(words.export)
        text = exported[FILE]["bytes"].decode()
        assert exported[FILE]["name"].endswith(".md")
        assert all(self.text(ref) in text for ref in talk.saved)
        assert references.cite("III.6.a#5", self.translator) in text
        table = await talk.taps(exported, "export", "csv")
        assert table[FILE]["bytes"].startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(table[FILE]["bytes"].decode("utf-8-sig"), newline="")))
        assert [row[0] for row in rows[1:]] == talk.saved
        assert [row[3] for row in rows[1:]] == [self.text(ref) for ref in talk.saved]

        cited = await talk.says(words.cite)
        assert cited["text"] == references.cite("III.13.d", self.translator)
        assert buttons(cited)[0]["copy_text"]["text"] == cited["text"]
        other = OTHER[self.language]
        assert self.agendas[other].sections["III.13.d"].summary in (await talk.says(words.other))["text"]
        assert talk.row("chats")["language"] == other
        await talk.says(words.back)
        assert talk.row("chats")["language"] == self.language

    async def begins_to_subscribe(self) -> None:
        asked = await self.talk.says(self.words.subscribe)
        assert code(asked, "change_digest", "time", "0800")
        assert self.talk.row("chats")["asked"] == "time"

    async def writes_to_nobody(self) -> None:
        """Answer while the bot is away."""
        time = self.words.time_written.format(minute=self.minute)
        await self.talk.person.write(self.words.time.format(time=time))

    async def goes_on(self, received: int) -> None:
        """Go on where it was: the answer to what was written, a question in between, a button from before."""
        talk = self.talk
        await talk.person.reply(received + 1)
        kept = talk.row("chats")
        assert (kept["asked"], json.loads(kept["draft"])) == ("zone", {"time": f"08:{self.minute}"})
        assert self.label(talk.last["items"][0])
        answer = await talk.says(self.words.question)
        assert self.label(talk.last["items"][1]) in answer["text"]
        await talk.turns(self.section, "section", "III.9", "0")
        assert self.label("III.9#1") in self.section["text"]
        await talk.turns(self.opened, "practice", "III.6.a#6", "t")
        assert talk.saved == ["III.6.a#5", "II.4"]

    async def subscribes(self) -> None:
        """A city of many names, then everything that can be changed."""
        talk, words = self.talk, self.words
        which = await talk.says("Georgetown")
        assert len(buttons(which)) >= 2
        settled = await talk.taps(which, "change_digest", "zone", "America/Guyana")
        assert self.standing() == ("America/Guyana", f"08:{self.minute}", "1234567", "active")
        assert str(self.minute) in settled["text"]

        await talk.says(words.change.format(time=f"21:{self.minute}"))
        assert self.standing()[1] == f"21:{self.minute}"
        asked = await talk.taps(settled, "change_digest", "zone")
        assert asked["text"]
        there = self.now.astimezone(ZoneInfo("Asia/Kathmandu"))
        await talk.says(f"{there:%H:%M}")
        assert self.standing()[0] == "Asia/Kathmandu"
        hours = await talk.taps(settled, "change_digest", "time")
        hour = next(h for h in HOURS if abs(int(h[:2]) - there.hour) > 1)
        await talk.taps(hours, "change_digest", "time", hour.replace(":", ""))
        assert self.standing()[1] == hour
        await talk.shares(*LIMA)
        assert self.standing()[0] == "America/Lima"
        await talk.says(words.change.format(time=f"21:{self.minute}"))

        days = await talk.taps(settled, "change_digest", "days")
        await talk.taps(days, "change_digest", "days", "12345")
        await talk.says(words.pause)
        until = date.fromisoformat(talk.row("subscriptions", "subscriber")["paused_until"])
        assert until.isoweekday() == 1
        assert until > self.now.astimezone(ZoneInfo("America/Lima")).date()
        await talk.says(words.resume)
        assert talk.row("subscriptions", "subscriber")["paused_until"] is None
        today = await talk.says("/today")
        assert self.text(talk.last["items"][0]) in today["text"]
        status = await talk.says("/digest")
        paused = await talk.taps(status, "pause_digest")
        assert self.standing()[3] == "paused"
        await talk.taps(paused, "resume_digest")
        await talk.taps(status, "change_digest", "days")
        assert talk.row("chats")["asked"] == "days"
        await talk.says("/cancel")
        assert talk.row("chats")["asked"] is None
        assert self.standing() == ("America/Lima", f"21:{self.minute}", "12345", "active")

    def standing(self) -> tuple[str, str, str, str]:
        row = self.talk.row("subscriptions", "subscriber")
        return row["zone"], row["time"], row["days"], row["status"]

    async def types_elsewhere(self) -> None:
        """Choose passages for other chats."""
        found = {}
        for query in (self.words.topic, "", "6.a.5"):
            answer = await self.talk.person.types_inline(query)
            assert answer["is_personal"]
            for result in answer["results"]:
                (button,) = [b for row in result["reply_markup"]["inline_keyboard"] for b in row]
                assert decode_payload(payload(button["url"]), self.agenda)
            found[query] = answer["results"]
        assert found[self.words.topic][0]["id"] == "r-III_13_d"
        titles = [self.agenda.sections[ref].title for ref in self.agenda.sections["III"].sections]
        assert [title in result["title"] for title, result in zip(titles, found[""], strict=True)] == [True] * 20
        assert self.text("III.6.a#5") in found["6.a.5"][0]["input_message_content"]["message_text"]

    async def minds_the_log(self) -> None:
        """Keep questions out of the log and let them in again; an old button; a copy."""
        talk, words = self.talk, self.words
        await talk.says("/logoff")
        await talk.says(words.question)
        (row,) = talk.rows("select * from queries order by id desc limit 1")
        assert (row["intent"], row["question"], row["item"], row["matched"]) == ("ask", None, None, None)
        await talk.says("/logon")
        before = len(talk.person.received)
        await talk.person.send_code("0:section:III.6.a", self.opened)
        old = await talk.person.reply(before + 1)
        outdated = self.translator.say("This button is from an older version of me. Please ask again.")
        assert old["text"] == outdated
        copy = await talk.says("/mydata")
        mine = json.loads(copy[FILE]["bytes"])
        assert {row["ref"] for row in mine["saved"]} == set(talk.saved)
        assert words.odd in [row["question"] for row in mine["queries"]]

    async def forgets(self) -> None:
        """End the subscription, then everything, down to the bytes."""
        talk = self.talk
        await talk.says("/unsubscribe")
        assert talk.rows("select * from subscriptions where subscriber = ?", f"telegram:{ANA}") == []
        pseudonyms = {
            row["pseudonym"] for row in talk.rows("select pseudonym from queries where question = ?", self.words.odd)
        }
        traces = [*pseudonyms, ODD, str(ANA)]
        assert len(traces) == 3
        assert [trace for trace in traces if trace.encode() not in self.written()] == []
        confirm = await talk.says(self.words.forget)
        await talk.taps(confirm, "erase_data", "yes")
        assert [trace for trace in traces if trace.encode() in self.written()] == []

    def written(self) -> bytes:
        """Return every byte of the database and its write-ahead log."""
        path = self.talk.database
        return path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()


@pytest.mark.parametrize("language", list(WORDS))
async def test_a_conversation_that_a_stop_does_not_change(
    language: str, built: App, server: Server, settings: Settings, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = language == KILLED
    start = outside(server, database) if killed else inside(built, server, settings, monkeypatch)
    talk = Talk(Person(server, ANA, language), database)
    script = Script(talk, built, language, datetime.now(UTC) if killed else NOON)

    async with start():
        await script.reads()
        await script.asks()
        await script.keeps()
        await script.begins_to_subscribe()
    before, received = talk.count, len(talk.person.received)
    await script.writes_to_nobody()
    async with start():
        await script.goes_on(received)
        await script.subscribes()
        await script.types_elsewhere()
        await script.minds_the_log()
        assert before > 20
        assert talk.count >= 40

        kept = talk.row("chats")
        assert (kept["language"], kept["logs"], kept["asked"]) == (language, 1, None)
        assert talk.saved == ["III.6.a#5", "II.4"]
        assert script.standing() == ("America/Lima", f"21:{script.minute}", "12345", "active")
        assert {row["channel"] for row in talk.rows("select channel from queries")} == {"telegram"}
        assert talk.rows("select * from queries where outcome = 'failed'") == []
        await script.forgets()

    if killed:
        log = database.with_name("log").read_text()
        assert not [secret for secret in (TOKEN, ODD, str(ANA), "Traceback") if secret in log]


@pytest_asyncio.fixture
async def bot(built: App, server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with inside(built, server, settings, monkeypatch)():
        yield


CHATTER = [
    "does anybody know about visas?", "remittances", "more", "save it", "send me one every morning", "at 8", "Geneva",
    "how do we stop smugglers", "that's not it", "help", "6.a.5", "in French please", "👍", "the next one", "export",
    "@somebody_else what about visas?", "mail iamm_test_bot@example.org", "/contents@another_bot", "thanks", "menu",
]  # fmt: skip


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("language", list(WORDS))
async def test_a_group_with_topics(language: str, built: App, server: Server, database: Path) -> None:
    server.chat(GROUP, "supergroup", title="Field officers", is_forum=True)
    ana = Person(server, ANA, language, GROUP, admin=True).in_topic(9)
    ben = Person(server, BEN, language, GROUP).in_topic(7)
    talk, words = Talk(ben, database), WORDS[language]
    agenda, say = built.agendas[language], built.translators[language].say
    refused, other = say("In a group only its admins can change this."), OTHER[language]

    for text in CHATTER:
        await ben.write(text)
    answer = await talk.says(f"@{USERNAME} {words.topic}")
    assert len(ben.received) == 1
    assert len(talk.rows("select * from queries")) == 1
    assert agenda.sections["III.13.d"].summary in answer["text"]
    assert answer["message_thread_id"] == 7
    assert answer["reply_to_message"]["text"].startswith("@")

    await ben.post(text=words.more, reply_to_message=answer)
    further = await ben.reply(2)
    assert (further["message_thread_id"], further["reply_to_message"]["text"]) == (7, words.more)
    contents = await talk.says("/contents")
    assert (contents["message_thread_id"], contents["reply_to_message"]["text"]) == (7, "/contents")
    await talk.turns(contents, "contents", "1")
    opened = await talk.taps(contents, "section", "III.9")
    assert opened["message_thread_id"] == 7

    for text in (f"/language {other}", f"/subscribe@{USERNAME} 8:22 Lima", "/save 6.a.5"):
        assert (await talk.says(text))["text"] == refused
    assert talk.row("chats")["language"] is None
    assert talk.rows("select subscriber from subscriptions union select chat from saved") == []

    chosen = await ana.asks(f"/language@{USERNAME} {other}")
    assert chosen["message_thread_id"] == 9
    await ana.asks("/subscribe 8:22 Lima")
    kept = talk.row("subscriptions", "subscriber")
    assert (kept["zone"], kept["time"], kept["thread"], kept["language"]) == ("America/Lima", "08:22", 9, other)
    assert talk.row("chats")["language"] == other
    last = await talk.says(f"{words.topic} @{USERNAME}")
    assert built.agendas[other].sections["III.13.d"].summary in last["text"]
    assert len(talk.rows("select * from queries")) == len(ben.received) + len(ana.received) + 1  # and a page turned


@pytest.mark.usefixtures("bot")
async def test_a_button_of_a_message_too_old_for_telegram_is_answered(server: Server) -> None:
    """Of such a message Telegram tells its number alone."""
    ana = Person(server, ANA)
    shown = await ana.asks("6.a.5")
    old = {"chat": shown["chat"], "message_id": shown["message_id"], "date": 0}
    await ana.send_code(code(shown, "practice", "III.6.a#6", "t"), old)
    await server.changed(lambda: "III.6(a), practice 6" in shown["text"])
    assert len(server.sent("answerCallbackQuery")) == 1
