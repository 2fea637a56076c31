"""What Telegram refuses of a message: its text, its keyboard, its results of an inline query."""

from __future__ import annotations

import re

from tests.telegram import parser
from tests.telegram.wire import ApiError, Json, bad

LONGEST_CAPTION, LONGEST_TEXT, LONGEST_CODE, LONGEST_COPY = 1024, 4096, 64, 256
MOST_RESULTS, MOST_BUTTONS = 50, 100
MARKUP = "_keyboard"
"""The private key of a message under which a keyboard that is not inline is kept."""

_BUTTON_KINDS = {
    "callback_data", "url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "web_app", "login_url", "callback_game", "pay",
}  # fmt: skip
_NOT_INLINE = {"keyboard", "remove_keyboard", "force_reply"}
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?|https?://localhost\S*|tg://\S+", re.I)


def text(params: Json, key: str = "text") -> Json:
    """Return a message's text or caption, and its entities where it has any, as the Bot API stores them.

    Raises ApiError in Telegram's words when it does not parse, is empty or is too long.
    """
    named = "caption_entities" if key == "caption" else "entities"
    written, entities = params.get(key) or "", params.get(named) or []
    if params.get("parse_mode") == "HTML":
        try:
            written, entities = parser.parse(written)
        except parser.Refused as error:
            words = str(error)
            raise bad(words[0].lower() + words[1:]) from error
    elif params.get("parse_mode"):
        raise bad("unsupported parse_mode")
    if key != "caption" and not written.strip():
        raise bad("message text is empty")
    if parser.length(written) > (LONGEST_CAPTION if key == "caption" else LONGEST_TEXT):
        raise bad("message caption is too long" if key == "caption" else "message is too long")
    return ({key: written} if written else {}) | ({named: entities} if entities else {})


def markup(params: Json, *, private: bool, inline: bool = False) -> Json:
    """Return what a message keeps of its keyboard; a keyboard that is not inline is kept under a private key.

    Raises ApiError in Telegram's words; `inline` refuses every other kind.
    """
    given = params.get("reply_markup")
    if not given:
        return {}
    if "inline_keyboard" in given:
        buttons = [button for row in given["inline_keyboard"] for button in row]
        if len(buttons) > MOST_BUTTONS:
            raise bad("REPLY_MARKUP_TOO_LONG")
        for button in buttons:
            _check_button(button)
        return {"reply_markup": given} if buttons else {}
    if inline or not _NOT_INLINE & set(given):
        raise bad("inline keyboard expected")
    asked = [b for row in given.get("keyboard", []) for b in row if isinstance(b, dict)]
    if not private and any(b.get("request_location") for b in asked):
        raise bad("location can be requested in private chats only")
    return {MARKUP: given}


def results(params: Json) -> list[Json]:
    """Return the results of an inline query with the texts as they would be sent.

    Raises ApiError in Telegram's words.
    """
    found: list[Json] = params["results"]
    if len(found) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    if not all(1 <= len(result["id"].encode()) <= 64 for result in found):
        raise bad("RESULT_ID_INVALID")
    if len({result["id"] for result in found}) < len(found):
        raise bad("RESULT_ID_DUPLICATE")
    if len((params.get("next_offset") or "").encode()) > 64:
        raise bad("NEXT_OFFSET_INVALID")
    button = params.get("button")
    if button and not re.fullmatch(r"[\w-]{1,64}", button.get("start_parameter", "-"), re.ASCII):
        raise bad("START_PARAM_INVALID")
    return [_result(result) for result in found]


def _result(result: Json) -> Json:
    if result["type"] == "article" and not result["title"].strip():
        raise bad("ARTICLE_TITLE_EMPTY")
    content = result.get("input_message_content")
    if content is not None:
        kept = text(content | {"text": content["message_text"]})
        result = result | {"input_message_content": {"message_text": kept.pop("text"), **kept}}
    markup(result, private=False, inline=True)
    return result


def _check_button(button: Json) -> None:
    kinds = _BUTTON_KINDS & set(button)
    if not button["text"].strip() or not kinds or button.get("callback_data") == "":
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        # Telegram takes one of them without a word; which one is not to be relied on.
        raise _unreadable(f"exactly one kind is allowed, not {sorted(kinds)}")
    if not 1 <= len(button.get("callback_data", "-").encode()) <= LONGEST_CODE:
        raise bad("BUTTON_DATA_INVALID")
    if not 1 <= parser.length(button.get("copy_text", {}).get("text", "-")) <= LONGEST_COPY:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    address = button.get("url")
    if address is not None and not _ADDRESS.fullmatch(address):
        reason = "Unsupported URL protocol" if "://" in address else "Wrong HTTP URL"
        raise bad(f"inline keyboard button URL '{address}' is invalid: {reason}")


def _unreadable(reason: str) -> ApiError:
    return bad(f"can't parse inline keyboard button: {reason}")
