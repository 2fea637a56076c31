"""A loopback Telegram with its limits, in a process of its own: `python -m tests.telegram.serve`.

It prints one line of JSON: `url` for TELEGRAM_API_URL and `control`, the address of what tests ask it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from dataclasses import asdict, dataclass
from random import Random

from aiohttp import web

from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import Call, Limits, Outcome, Server

ASKERS = 5_000_000
"""The number from which those who ask have theirs; subscribers have smaller ones, groups those below 0."""
PATIENCE = 30.0
"""Seconds that somebody waits for an answer."""


@dataclass
class Sent:
    """A message that was asked for, with moments of the monotonic clock, which all processes share."""

    chat: int
    received: float
    answered: float | None = None
    taken: bool = False


class Watched(Server):
    """A server that remembers when each message came and was answered."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: list[Sent] = []
        self._under_way: dict[asyncio.Task[object] | None, Sent] = {}

    async def _fail(self, call: Call) -> Outcome:
        if call.method == "sendMessage":
            sent = Sent(int(call.params["chat_id"]), call.at)
            self.watched.append(sent)
            self._under_way[asyncio.current_task()] = sent
        return await super()._fail(call)

    async def _answer(self, request: web.Request) -> web.Response:
        response = await super()._answer(request)
        sent = self._under_way.pop(asyncio.current_task(), None)
        if sent:
            sent.answered, sent.taken = time.monotonic(), response.status == 200
        return response


def control(server: Watched) -> web.Application:
    """Return what tests ask: `/count` of deliveries, `/report` of everything, `/ask` as somebody new."""
    askers = itertools.count(ASKERS)

    async def count(request: web.Request) -> web.Response:
        return web.json_response(sum(sent.taken and sent.chat < ASKERS for sent in server.watched))

    async def report(request: web.Request) -> web.Response:
        found = {"refused_429": server.refused_429, "problems": server.problems}
        return web.json_response(found | {"sent": [asdict(sent) for sent in server.watched]})

    async def ask(request: web.Request) -> web.Response:
        """Answer how many seconds the bot took."""
        person = Person(server, next(askers))
        began = time.monotonic()
        await person.write(await request.text())
        await server.changed(lambda: bool(person.received), PATIENCE)
        return web.json_response(time.monotonic() - began)

    app = web.Application()
    app.add_routes([web.get("/count", count), web.get("/report", report), web.post("/ask", ask)])
    return app


async def serve(people: int, groups: int, delay: float) -> None:
    """Serve until stopped: chats of people 1, 2, ... and of groups -1, -2, ...; `delay` is the most, in seconds."""
    server = Watched()
    async with server:
        server.limits = Limits()
        for number in range(1, people + 1):
            server.chat(number)
        for number in range(1, groups + 1):
            server.chat(-number, "supergroup")
        if delay:
            dice = Random(7)
            server.faults.append(faults.slow(lambda: dice.uniform(delay / 4, delay), faults.method("sendMessage")))
        runner = web.AppRunner(control(server), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        print(json.dumps({"url": server.url, "control": f"http://127.0.0.1:{port}"}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--groups", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0)
    asyncio.run(serve(**vars(parser.parse_args())))
