"""From Replies to Telegram's HTML, keyboards and inline results."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit, ParseMode

from bot.codes import encode_payload
from bot.models import Choice, Passage, Reply

WIDE = 22
"""Characters of a label from which a button takes half a row."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def pages(reply: Reply) -> list[str]:
    """Return a reply as HTML, in as many messages of 4,096 characters as it takes; blocks are never cut."""
    blocks = [_text(reply)] if reply.text else []
    blocks += [_passage(passage) for passage in reply.passages]
    if reply.footer:
        blocks.append(f"<i>{escape(reply.footer, quote=False)}</i>")
    sheets: list[str] = []
    for block in blocks:
        joined = f"{sheets[-1]}\n\n{block}" if sheets else block
        if sheets and _length(joined) <= MessageLimit.MAX_TEXT_LENGTH:
            sheets[-1] = joined
        else:
            sheets.append(block)
    return sheets


def keyboard(reply: Reply, username: str) -> InlineKeyboardMarkup | None:
    """Return a reply's choices as buttons, a row at most as wide as a phone; `username` is the bot's, for links."""
    rows = []
    for row in reply.choices:
        across = 2 if any(len(choice.label) > WIDE / 2 for choice in row) else 4
        for start in range(0, len(row), across):
            rows.append([_button(choice, username) for choice in row[start : start + across]])
    return InlineKeyboardMarkup(rows) if rows else None


def articles(reply: Reply, username: str, open_label: str) -> list[InlineQueryResultArticle]:
    """Return a reply's passages as inline results, each whole, with a button that opens it in the bot."""
    footer = f"\n\n<i>{escape(reply.footer, quote=False)}</i>"
    return [
        InlineQueryResultArticle(
            id=encode_payload(passage.ref),
            title=" · ".join(part for part in (passage.label, passage.heading) if part),
            description=passage.text[:200],
            input_message_content=InputTextMessageContent(
                _passage(passage) + footer, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
            ),
            reply_markup=InlineKeyboardMarkup(
                [[InlineKeyboardButton(open_label, url=deep_link(encode_payload(passage.ref), username))]]
            ),
        )
        for passage in reply.passages
    ]


def deep_link(payload: str, username: str) -> str:
    """Return the link that opens a place in the bot."""
    return f"https://t.me/{username}?start={payload}"


def _button(choice: Choice, username: str) -> InlineKeyboardButton:
    if choice.copy:
        copied = choice.copy[: InlineKeyboardButtonLimit.MAX_COPY_TEXT]
        return InlineKeyboardButton(choice.label, copy_text=CopyTextButton(copied))
    if choice.share:
        link = quote(deep_link(choice.share, username), safe="")
        return InlineKeyboardButton(choice.label, url=f"https://t.me/share/url?url={link}")
    return InlineKeyboardButton(choice.label, callback_data=choice.code)


def _text(reply: Reply) -> str:
    text = escape(reply.text, quote=False)
    if reply.moment is None:
        return text
    # The reader's own clock shows the moment in its own way; what the bot wrote stands in older clients.
    shown = escape(reply.moment.shown, quote=False)
    return text.replace(shown, f'<tg-time unix="{int(reply.moment.at.timestamp())}" format="wDT">{shown}</tg-time>', 1)


def _passage(passage: Passage) -> str:
    label, heading, text = (escape(part, quote=False) for part in (passage.label, passage.heading, passage.text))
    head = " ".join(
        part for part in (f"<b>{label}</b>" if label else "", f"<i>{heading}</i>" if heading else "") if part
    )
    return f"{head}\n{text}" if head else text


def _length(html: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts it; markup counts too, to be on the safe side."""
    return len(html.encode("utf-16-le")) // 2
