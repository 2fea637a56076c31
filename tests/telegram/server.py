"""The Bot API server: polling, sending, editing, buttons, profile; every request and result checked by aiogram."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiogram.methods
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from tests.telegram import parser

TOKEN = "123456789:AAFakeTokenForTheLoopbackServer-0123456"
USERNAME = "iamm_test_bot"
BOT = {"id": 123456789, "is_bot": True, "first_name": "iamm", "username": USERNAME}
LONGEST_CAPTION, LONGEST_TEXT, LONGEST_CODE = 1024, 4096, 64

Json = dict[str, Any]


class ApiError(Exception):
    """What the server answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Call:
    """A request that was served."""

    method: str
    params: Json
    at: float = field(default_factory=time.monotonic)


class Server:
    """A Bot API server for one bot, on a port of its own. What it would refuse of the real bot, it refuses."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.messages: dict[int, dict[int, Json]] = defaultdict(dict)
        """By chat and number."""
        self.chats: dict[int, Json] = {}
        self.profile: dict[tuple[str, str, str], Any] = {}
        """By method, language and scope."""
        self.faults: list[Callable[[Call], None]] = []
        """Each may raise ApiError for a call."""
        self.problems: list[str] = []
        """What a request or a result had that the Bot API does not know; a test that ends with any fails."""
        self.port = 0
        self._updates: list[Json] = []
        self._next_update = 1000
        self._next_message = 1
        self._news = asyncio.Condition()
        self._poll = 0
        self._open_queries: set[str] = set()

    @property
    def url(self) -> str:
        """The address for TELEGRAM_API_URL."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Server:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._notify()
        await self._runner.cleanup()

    # What people do.

    def chat(self, number: int, kind: str = "private", **more: Any) -> Json:
        """Return a chat, made when first asked for."""
        named = {"first_name": "Ana"} if kind == "private" else {"title": "Group"}
        return self.chats.setdefault(number, {"id": number, "type": kind, **named, **more})

    async def push(self, **update: Any) -> int:
        """Queue an update for the bot and return its number."""
        self._next_update += 1
        self._updates.append({"update_id": self._next_update, **update})
        await self._notify()
        return self._next_update

    def store(self, chat: int, message: Json) -> Json:
        """Number a message and keep it."""
        number = self._next_message
        self._next_message += 1
        kept = {"message_id": number, "date": int(time.time()), "chat": self.chats[chat], **message}
        self.messages[chat][number] = kept
        return kept

    def open_query(self, query: str) -> None:
        """Let a callback query be answered, once."""
        self._open_queries.add(query)

    def sent(self, method: str) -> list[Json]:
        """Return the parameters of every served call of a method."""
        return [call.params for call in self.calls if call.method == method]

    @property
    def pending(self) -> int:
        """How many updates were not yet confirmed."""
        return len(self._updates)

    async def changed(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until a condition of the server's state holds."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(condition)

    # Serving.

    async def _serve(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return self._refusal(ApiError(401, "Unauthorized"))
        try:
            params = await self._params(request)
            call = Call(name, params)
            for fault in self.faults:
                fault(call)
            method = getattr(self, f"_{name}", None)
            if method is None:
                raise ApiError(404, "Not Found: method not found")
            model = self._check(name, params)
            result = await method(params)
            TypeAdapter(model.__returning__).validate_python(result)
        except ApiError as error:
            return self._refusal(error)
        except ValidationError as error:
            self.problems.append(f"{name}: {error}")
            return self._refusal(ApiError(400, f"Bad Request: {error.errors()[0]['msg']}"))
        self.calls.append(call)
        await self._notify()
        return web.json_response({"ok": True, "result": result})

    def _check(self, name: str, params: Json) -> type[aiogram.methods.TelegramMethod[Any]]:
        model: type[aiogram.methods.TelegramMethod[Any]] = getattr(aiogram.methods, name[0].upper() + name[1:])
        unknown = set(params) - set(model.model_fields)
        if unknown:
            self.problems.append(f"{name}: unknown parameters {sorted(unknown)}")
        model.model_validate(params)
        return model

    @staticmethod
    async def _params(request: web.Request) -> Json:
        raw = dict(request.query) | dict(await request.post())
        params: Json = {}
        for key, value in raw.items():
            try:
                # A text that looks like JSON is a text all the same.
                as_text = key in {"text", "caption", "callback_query_id", "description", "short_description"}
                params[key] = value if as_text else json.loads(value)
            except (TypeError, ValueError):
                params[key] = value
        return params

    @staticmethod
    def _refusal(error: ApiError) -> web.Response:
        body: Json = {"ok": False, "error_code": error.code, "description": error.description}
        if error.parameters:
            body["parameters"] = error.parameters
        return web.json_response(body, status=error.code)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    # Methods of the Bot API.

    async def _getMe(self, params: Json) -> Json:
        return BOT

    async def _getUpdates(self, params: Json) -> list[Json]:
        self._poll += 1
        mine = self._poll
        await self._notify()
        offset = params.get("offset", 0)
        if offset < 0:
            self._updates = self._updates[offset:]
        else:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
        limit = min(max(params.get("limit", 100), 1), 100)
        try:
            async with asyncio.timeout(min(params.get("timeout", 0), 50)), self._news:
                await self._news.wait_for(lambda: bool(self._updates) or self._poll != mine)
        except TimeoutError:
            return []
        if self._poll != mine:
            raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                           "instance is running")  # fmt: skip
        return self._updates[:limit]

    async def _deleteWebhook(self, params: Json) -> bool:
        return True

    async def _sendMessage(self, params: Json) -> Json:
        chat = self._known_chat(params)
        body = self._body(params)
        if params.get("message_thread_id"):
            body |= {"message_thread_id": params["message_thread_id"], "is_topic_message": True}
        answered = (params.get("reply_parameters") or {}).get("message_id")
        if answered and answered in self.messages[chat]:
            body["reply_to_message"] = self.messages[chat][answered]
        return self.store(chat, {"from": BOT, **body})

    async def _editMessageText(self, params: Json) -> Json:
        chat = self._known_chat(params)
        kept = self.messages[chat].get(params["message_id"])
        if kept is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if kept.get("from") != BOT:
            raise ApiError(400, "Bad Request: message can't be edited")
        body = self._body(params)
        same = all(kept.get(key) == body.get(key) for key in ("text", "entities", "reply_markup"))
        if same:
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message",
            )
        for key in ("text", "entities", "reply_markup"):
            kept.pop(key, None)
        kept |= body | {"edit_date": int(time.time())}
        return kept

    async def _answerCallbackQuery(self, params: Json) -> bool:
        if params["callback_query_id"] not in self._open_queries:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._open_queries.discard(params["callback_query_id"])
        return True

    async def _setMyCommands(self, params: Json) -> bool:
        for command in params["commands"]:
            if not 1 <= len(command["description"]) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        return self._set_profile("commands", params)

    async def _setMyDescription(self, params: Json) -> bool:
        if len(params.get("description", "")) > 512:
            raise ApiError(400, "Bad Request: description is too long")
        return self._set_profile("description", params)

    async def _setMyShortDescription(self, params: Json) -> bool:
        if len(params.get("short_description", "")) > 120:
            raise ApiError(400, "Bad Request: short description is too long")
        return self._set_profile("short_description", params)

    def _set_profile(self, name: str, params: Json) -> bool:
        scope = params.get("scope") or {}
        place = f"chat {scope['chat_id']}" if "chat_id" in scope else "default"
        self.profile[name, params.get("language_code") or "", place] = params[name]
        return True

    # What Telegram refuses.

    def _known_chat(self, params: Json) -> int:
        chat = int(params["chat_id"])
        if chat not in self.chats:
            raise ApiError(400, "Bad Request: chat not found")
        return chat

    @staticmethod
    def _body(params: Json) -> Json:
        text, entities = params["text"], list[Json]()
        if params.get("parse_mode") == "HTML":
            try:
                text, entities = parser.parse(text)
            except parser.Refused as error:
                raise ApiError(400, f"Bad Request: {error}") from error
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if parser.length(text) > LONGEST_TEXT:
            raise ApiError(400, "Bad Request: message is too long")
        body: Json = {"text": text} | ({"entities": entities} if entities else {})
        markup = params.get("reply_markup")
        if markup:
            for row in markup["inline_keyboard"]:
                for button in row:
                    if not 1 <= len(button.get("callback_data", "-").encode()) <= LONGEST_CODE:
                        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
                    if not button["text"].strip():
                        raise ApiError(400, "Bad Request: text buttons are allowed in reply markup only")
            body["reply_markup"] = markup
        return body
