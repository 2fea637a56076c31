"""The methods of the Bot API: sending, editing, buttons, inline mode, members, profile."""

from __future__ import annotations

import itertools
import mimetypes
import re
import time
from typing import Any

from tests.telegram import checks
from tests.telegram.state import State
from tests.telegram.wire import BOT, Call, Json, bad

FILE = "_file"
"""The private key of a message under which its file is kept: a dict of `name` and `bytes`."""

_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


class Methods(State):
    """Each method takes a call that aiogram's model has accepted and returns the Bot API's result."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, tuple[str, bytes]] = {}
        """Name and content of what the bot uploaded, by the number that Telegram gave it."""
        self._file_numbers = itertools.count(1)

    async def _getMe(self, call: Call) -> Json:
        return BOT | {"supports_inline_queries": True}

    # Sending.

    async def _sendMessage(self, call: Call) -> Json:
        chat = self._known_chat(call.params)
        return self._send(chat, call.params, checks.text(call.params))

    async def _sendDocument(self, call: Call) -> Json:
        chat = self._known_chat(call.params)
        number, name, content = self._upload(call, "document")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = self._described(number, content) | {"file_name": name, "mime_type": kind}
        body = {"document": document, FILE: {"name": name, "bytes": content}}
        return self._send(chat, call.params, body | checks.text(call.params, "caption"))

    async def _sendPhoto(self, call: Call) -> Json:
        chat = self._known_chat(call.params)
        number, name, content = self._upload(call, "photo")
        photo = [self._described(number, content) | {"width": 1, "height": 1}]
        body = {"photo": photo, FILE: {"name": name, "bytes": content}}
        return self._send(chat, call.params, body | checks.text(call.params, "caption"))

    async def _sendChatAction(self, call: Call) -> bool:
        self._known_chat(call.params)
        if call.params["action"] not in _ACTIONS:
            raise bad("wrong parameter action in request")
        return True

    def _send(self, chat: int, params: Json, body: Json) -> Json:
        body = body | checks.markup(params, private=self._private(chat))
        topic = params.get("message_thread_id")
        if topic:
            if topic not in self.topics[chat]:
                raise bad("message thread not found")
            body |= {"message_thread_id": topic, "is_topic_message": True}
        answered = params.get("reply_parameters") or {}
        if answered:
            quoted = self.messages[chat].get(answered["message_id"])
            if quoted is None and not answered.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
            body |= {"reply_to_message": quoted} if quoted else {}
        return self.store(chat, {"from": BOT, **body})

    def _upload(self, call: Call, key: str) -> tuple[str, str, bytes]:
        """Return the number, the name and the content of the file that a call uploads or names."""
        given = str(call.params[key])
        if given in self.files:
            return given, *self.files[given]
        if not given.startswith("attach://"):
            raise bad("wrong file identifier/HTTP URL specified")
        name, content = call.files.get(given.removeprefix("attach://"), ("", b""))
        if not content:
            raise bad("file must be non-empty")
        number = f"file-{next(self._file_numbers)}"
        self.files[number] = name, content
        return number, name, content

    @staticmethod
    def _described(number: str, content: bytes) -> Json:
        return {"file_id": number, "file_unique_id": f"unique-{number}", "file_size": len(content)}

    # Editing.

    async def _editMessageText(self, call: Call) -> Json:
        chat, kept = self._own_message(call.params)
        if "text" not in kept:
            raise bad("there is no text in the message to edit")
        body = checks.text(call.params) | checks.markup(call.params, private=self._private(chat), inline=True)
        return self._change(kept, body, ("text", "entities", "reply_markup"))

    async def _editMessageReplyMarkup(self, call: Call) -> Json:
        chat, kept = self._own_message(call.params)
        body = checks.markup(call.params, private=self._private(chat), inline=True)
        return self._change(kept, body, ("reply_markup",))

    @staticmethod
    def _change(kept: Json, body: Json, keys: tuple[str, ...]) -> Json:
        if all(kept.get(key) == body.get(key) for key in keys):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        for key in keys:
            kept.pop(key, None)
        kept |= body | {"edit_date": int(time.time())}
        return kept

    # Buttons and inline mode.

    async def _answerCallbackQuery(self, call: Call) -> bool:
        if len(call.params.get("text") or "") > 200:
            raise bad("MESSAGE_TOO_LONG")
        self._close_query(call.params["callback_query_id"])
        return True

    async def _answerInlineQuery(self, call: Call) -> bool:
        found = checks.results(call.params)
        query = call.params["inline_query_id"]
        self._close_query(query)
        self.inline_answers[query] = call.params | {"results": found}
        return True

    # Members.

    async def _getChatMember(self, call: Call) -> Json:
        chat, user = self._known_chat(call.params), call.params["user_id"]
        if user not in self.users:
            raise bad("user not found")
        return self._member(chat, user)

    async def _getChatAdministrators(self, call: Call) -> list[Json]:
        chat = self._known_chat(call.params)
        if self._private(chat):
            raise bad("there are no administrators in the private chat")
        return [self._member(chat, user) for user in sorted(self.admins[chat])]

    def _member(self, chat: int, user: int) -> Json:
        shown = {"user": self.users.get(user) or {"id": user, "is_bot": False, "first_name": "Ben"}}
        if user in self.admins[chat]:
            return {"status": "administrator", **dict.fromkeys(_RIGHTS, False), "can_manage_chat": True, **shown}
        here = self._private(chat) or user == BOT["id"] or user in self.members[chat]
        return {"status": "member" if here else "left", **shown}

    # The profile.

    async def _setMyCommands(self, call: Call) -> bool:
        commands = call.params["commands"]
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        return self._set_profile("commands", call.params, commands)

    async def _deleteMyCommands(self, call: Call) -> bool:
        return self._set_profile("commands", call.params, None)

    async def _setMyDescription(self, call: Call) -> bool:
        if len(call.params.get("description", "")) > 512:
            raise bad("description is too long")
        return self._set_profile("description", call.params, call.params.get("description", ""))

    async def _setMyShortDescription(self, call: Call) -> bool:
        if len(call.params.get("short_description", "")) > 120:
            raise bad("short description is too long")
        return self._set_profile("short_description", call.params, call.params.get("short_description", ""))

    def _set_profile(self, name: str, params: Json, value: Any) -> bool:
        """Keep a part of the profile, or forget it where the value is None."""
        scope = params.get("scope") or {"type": "default"}
        if "chat_id" in scope:
            self._known_chat(scope)
        place = " ".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)
        key = name, params.get("language_code") or "", place
        if value is None:
            self.profile.pop(key, None)
        else:
            self.profile[key] = value
        return True
