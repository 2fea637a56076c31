"""Webhooks: updates posted to the bot, each chat's in order, until it takes them."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.telegram.calls import Action, Calls, read
from tests.telegram.updates import Update
from tests.telegram.wire import DELIVERY, ApiError, Call, Json, bad

PORTS = {None, 80, 88, 443, 8443}
_NOT_IN_REPLY = ("setwebhook", "deletewebhook", "close", "logout", "get")


@dataclass
class Hook:
    """A webhook that is set. The updates of a lane go one after another, lanes side by side."""

    url: str
    secret: str
    connections: int
    certified: bool
    error: Json = field(default_factory=dict)
    """The last one, as getWebhookInfo shows it."""
    lanes: dict[Hashable, deque[Update]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.free = asyncio.Semaphore(self.connections)


class Webhooks(Calls):
    """Posts updates while a webhook is set, over plain HTTP to the proxy that takes the bot's HTTPS for it."""

    _hook: Hook | None

    def __init__(self) -> None:
        super().__init__()
        self.proxy = ""
        """`http://127.0.0.1:PORT`; the path is that of the webhook. Without one the bot's host cannot be found."""
        self.deliveries: list[tuple[int, str]] = []
        """The number of the update of every attempt, and Telegram's words where it failed."""
        self.patience = 60.0
        """Seconds that the bot has to take an update."""
        self.retry_start, self.retry_cap = 2.0, 60.0
        """Seconds before the second retry, and the most before a later one."""
        self._client: aiohttp.ClientSession | None = None
        self._posting = False

    async def _setWebhook(self, call: Call) -> bool:
        if not call.params["url"]:
            return await self._deleteWebhook(call)
        hook = _hook(call)
        await self._stop_deliveries()
        self._hook = hook
        self._allowed = call.params.get("allowed_updates", self._allowed)
        if call.params.get("drop_pending_updates"):
            self._updates.clear()
        self._poll += 1  # whoever polls is sent away
        self._start_deliveries()
        return True

    async def _getWebhookInfo(self, call: Call) -> Json:
        hook = self._hook
        info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": self.pending}
        if hook:
            info |= {"url": hook.url, "has_custom_certificate": hook.certified, "max_connections": hook.connections}
            info |= {"ip_address": "127.0.0.1"} | hook.error
        return info | ({"allowed_updates": self._allowed} if self._allowed else {})

    async def _deleteWebhook(self, call: Call) -> bool:
        await self._stop_deliveries()
        self._hook = None
        if call.params.get("drop_pending_updates"):
            self._updates.clear()
        return True

    # Delivering.

    def _start_deliveries(self) -> None:
        self._posting = self._hook is not None and not self.revoked
        for update in self._updates if self._posting else ():
            self._line_up(update)

    async def _stop_deliveries(self) -> None:
        """Break off; what was not taken stays pending."""
        self._posting = False
        if self._hook:
            tasks = list(self._hook.tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._hook.lanes.clear()
        await self._cut_deliveries()

    async def _cut_deliveries(self) -> None:
        """Close every connection to the bot, whatever is under way on it."""
        client, self._client = self._client, None
        if client:
            await client.close()

    def _take(self, update: Update) -> None:
        super()._take(update)
        if self._posting:
            self._line_up(update)

    def _line_up(self, update: Update) -> None:
        hook = self._hook
        assert hook
        if update.lane in hook.lanes:
            hook.lanes[update.lane].append(update)
            return
        hook.lanes[update.lane] = deque([update])
        task = asyncio.create_task(self._empty(hook, update.lane))
        hook.tasks.add(task)
        task.add_done_callback(hook.tasks.discard)

    async def _empty(self, hook: Hook, name: Hashable) -> None:
        lane = hook.lanes[name]
        while lane:
            await self._deliver(hook, lane[0])
            lane.popleft()
        del hook.lanes[name]

    async def _deliver(self, hook: Hook, update: Update) -> None:
        for wait in delays(self.retry_start, self.retry_cap):
            async with hook.free:
                error = await self._attempt(hook, update)
            self.deliveries.append((update.number, error))
            if not error:
                self._updates.remove(update)
                await self._notify()
                return
            hook.error = {"last_error_date": int(time.time()), "last_error_message": error}
            await self._notify()
            await asyncio.sleep(wait)

    async def _attempt(self, hook: Hook, update: Update) -> str:
        """Post an update and return Telegram's words for what went wrong, empty where the bot has taken it."""
        try:
            async with asyncio.timeout(self.patience):
                outcome = await self._fail(Call(DELIVERY, {"update": update.body}))
                if outcome is Action.HANG:
                    await asyncio.Event().wait()
                if outcome is Action.RESET or self._away:
                    return "Connection reset by peer"
                if isinstance(outcome, web.Response):
                    return _wrong(outcome.status)
                status, reply = await self._post(hook, update)
        except ApiError as error:
            return _wrong(error.code)
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.InvalidURL:
            return "Failed to resolve host: Name or service not known"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError:
            return "Connection reset by peer"
        if outcome is Action.RESET_AFTER:
            return "Connection reset by peer"
        if not 200 <= status <= 299:
            return _wrong(status)
        await self._obey(reply)
        return ""

    async def _post(self, hook: Hook, update: Update) -> tuple[int, Json]:
        """Return the status of the bot's answer and the fields of its body."""
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        there = urlsplit(hook.url)
        headers = {"Host": there.netloc, "Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        body = json.dumps(update.body).encode()  # `json=` would send nothing for null
        address = self.proxy + there._replace(scheme="", netloc="", fragment="").geturl()
        async with self._client.post(address, data=body, headers=headers, allow_redirects=False) as response:
            return response.status, await _fields(response)

    async def _obey(self, reply: Json) -> None:
        """Carry out the method that the bot's answer names; as with Telegram, nobody learns what came of it."""
        method = str(reply.pop("method", ""))
        if method and not method.lower().startswith(_NOT_IN_REPLY):
            try:
                await self._carry_out(read(method, reply))
            except ApiError:
                return


def delays(start: float, cap: float) -> Iterator[float]:
    """Yield the seconds before each retry: the first comes at once, the others double from the start to the cap."""
    yield 0
    for power in itertools.count():
        yield min(start * 2**power, cap)


def _wrong(status: int) -> str:
    return f"Wrong response from the webhook: {status} {HTTPStatus(status).phrase}"


def _hook(call: Call) -> Hook:
    """Return the webhook that a call asks for, or raise ApiError in Telegram's words."""
    address, secret = call.params["url"], call.params.get("secret_token") or ""
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[\w-]*", secret, re.ASCII):
        raise bad("secret token contains unallowed characters")
    if not address.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if urlsplit(address).port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    connections = min(max(call.params.get("max_connections", 40), 1), 100)
    return Hook(address, secret, connections, "certificate" in call.params)


async def _fields(response: aiohttp.ClientResponse) -> Json:
    """Return what a bot's answer holds: JSON, or a form in parts, where a file is a pair of name and content."""
    if response.content_type == "application/json":
        body = await response.json()
        return body if isinstance(body, dict) else {}
    found: Json = {}
    if response.content_type == "multipart/form-data":
        async for part in aiohttp.MultipartReader.from_response(response):
            assert isinstance(part, aiohttp.BodyPartReader)
            assert part.name
            found[part.name] = (part.filename, bytes(await part.read())) if part.filename else await part.text()
    return found
