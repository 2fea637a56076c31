"""Many people who ask a bot, and a Bot API server that only carries, so that the bot is what they measure."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl

from tests.telegram.wire import BOT, TOKEN, Json

LONGEST_POLL = 50.0
"""Seconds."""
MOST = 100
"""Updates in one answer."""
AT_ONCE = 64
"""Questions under way."""
PATIENCE = 30.0
"""Seconds that somebody waits for an answer."""
_TAG = re.compile(r"<(/?)([\w-]+)([^>]*)>")
_KINDS = {"b": "bold", "i": "italic"}
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

Answers = Callable[[str, str], bool]
"""Whether, of a question and a text, the text is an answer."""


class LoadError(Exception):
    """A bot did not answer as it should."""


class Telegram:
    """A Telegram with one bot, on a port of its own; every call but a poll takes some seconds before it is answered.

    Nothing is checked and nothing is kept: the strict server is tests/telegram/server.py.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.url = ""
        """The address for TELEGRAM_API_URL."""
        self.problems: list[str] = []
        """What the bot did that a load does not foresee."""
        self._delay = delay
        self._heard = asyncio.Event()
        self._updates: deque[Json] = deque()
        self._news = asyncio.Event()
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[str]] = {}
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Telegram:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def listened(self) -> None:
        """Wait until the bot waits for updates. Raises TimeoutError after PATIENCE seconds."""
        async with asyncio.timeout(PATIENCE):
            await self._heard.wait()

    async def ask(self, person: int, text: str) -> str:
        """Write to the bot in one's private chat and return its answer, with the markup that the bot gave it.

        Nobody asks again before the answer has come. Raises TimeoutError after PATIENCE seconds.
        """
        number = next(self._numbers)
        user = {"id": person, "is_bot": False, "first_name": "Ana", "language_code": "en"}
        chat = {"id": person, "type": "private", "first_name": "Ana"}
        message = {"message_id": number, "date": int(time.time()), "chat": chat, "from": user, "text": text}
        answer = self._asked[person] = asyncio.get_running_loop().create_future()
        self._updates.append({"update_id": number, "message": message})
        self._news.set()
        async with asyncio.timeout(PATIENCE):
            return await answer

    # Serving.

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
                body = (await reader.readexactly(int(length[1]))).decode() if length else ""
                found = json.dumps(await self._answer(head, body)).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                             % (len(found), found))  # fmt: skip
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the bot is gone, or this server goes
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer(self, head: str, body: str) -> Json:
        address = head.split(" ", 2)[1]
        method = address.removeprefix(f"/bot{TOKEN}/")
        params = json.loads(body) if body.startswith("{") else dict(parse_qsl(body))
        if method == "getUpdates":
            return {"ok": True, "result": await self._poll(params)}
        await asyncio.sleep(self._delay)
        if method == "getMe":
            return {"ok": True, "result": BOT | {"supports_inline_queries": True}}
        if method == "sendMessage":
            return {"ok": True, "result": self._send(params)}
        if method.startswith(("set", "delete")):
            return {"ok": True, "result": True}
        self.problems.append(f"It called {method}.")
        return {"ok": False, "error_code": 400, "description": "Bad Request: not a part of the load"}

    async def _poll(self, params: Json) -> list[Json]:
        offset, seconds = int(params.get("offset", 0)), float(params.get("timeout", 0))
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates and seconds:
            self._heard.set()
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(seconds, LONGEST_POLL))
            except TimeoutError:
                return []
        return list(itertools.islice(self._updates, min(int(params.get("limit", MOST)), MOST)))

    def _send(self, params: Json) -> Json:
        person, text = int(params["chat_id"]), params["text"]
        waiting = self._asked.pop(person, None)
        if waiting is None:
            self.problems.append(f"It wrote to {person}, who waits for nothing: {text[:60]}")
        elif not waiting.done():
            waiting.set_result(text)
        chat = {"id": person, "type": "private", "first_name": "Ana"}
        sent = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat, "from": BOT}
        if "reply_markup" in params:
            markup = params["reply_markup"]
            sent["reply_markup"] = json.loads(markup) if isinstance(markup, str) else markup
        return sent | (parse(text) if "parse_mode" in params else {"text": text})


class Load:
    """People who ask one running bot, each one question at a time."""

    def __init__(self, telegram: Telegram, answers: Answers, people: int) -> None:
        self._telegram = telegram
        self._answers = answers
        self._idle: asyncio.Queue[int] = asyncio.Queue()
        for person in range(1, people + 1):
            self._idle.put_nowait(person)

    async def ask(self, question: str) -> None:
        """Let somebody ask who has not asked for the longest time, and see that it is answered.

        Raises LoadError where it is not, and TimeoutError where nothing comes.
        """
        person = await self._idle.get()
        answer = await self._telegram.ask(person, question)
        if self._telegram.problems or not self._answers(question, answer):
            raise LoadError(f"{question!r} was answered {answer!r}. {' '.join(self._telegram.problems)}")
        self._idle.put_nowait(person)

    async def crowd(self, questions: Iterator[str]) -> list[float]:
        """Keep AT_ONCE questions under way, the next asked when one is answered; return seconds of each answer."""
        times: list[float] = []

        async def talk() -> None:
            for question in questions:
                started = time.perf_counter()
                await self.ask(question)
                times.append(time.perf_counter() - started)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(talk())
        return times

    async def stream(self, questions: Iterator[str], rate: float) -> list[float]:
        """Ask so many questions a second, answered or not; return seconds of each answer.

        Where everybody waits for an answer already, the wait for somebody who can ask counts too.
        """
        times: list[float] = []

        async def once(question: str, due: float) -> None:
            await self.ask(question)
            times.append(time.perf_counter() - due)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, question in enumerate(questions):
                due = began + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(once(question, due))
        return times


def parse(html: str) -> Json:
    """Return text and entities as Telegram gives them back, of right HTML that knows bold and italic alone."""
    text, length, last = "", 0, 0
    open_tags: list[tuple[str, int]] = []
    entities: list[Json] = []
    for tag in _TAG.finditer(html):
        piece = _unescape(html[last : tag.start()])
        text, length, last = text + piece, length + len(piece.encode("utf-16-le")) // 2, tag.end()
        if tag[1]:
            name, start = open_tags.pop()
            entities.append({"type": _KINDS[name], "offset": start, "length": length - start})
        else:
            open_tags.append((tag[2], length))
    return {"text": text + _unescape(html[last:]), "entities": entities}


def _unescape(html: str) -> str:
    for escaped, character in _ESCAPES:
        html = html.replace(escaped, character)
    return html
