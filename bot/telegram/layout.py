"""From Replies to Telegram's HTML and keyboards."""

from __future__ import annotations

from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageLimit

from bot.models import Choice, Passage, Reply

WIDE = 22
"""Characters of a label from which a button takes half a row."""


def pages(reply: Reply) -> list[str]:
    """Return a reply as HTML, in as many messages of 4,096 characters as it takes; blocks are never cut."""
    blocks = [escape(reply.text, quote=False)] if reply.text else []
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


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """Return a reply's choices as buttons, a row at most as wide as a phone."""
    rows = []
    for row in reply.choices:
        across = 2 if any(len(choice.label) > WIDE / 2 for choice in row) else 4
        for start in range(0, len(row), across):
            rows.append([_button(choice) for choice in row[start : start + across]])
    return InlineKeyboardMarkup(rows) if rows else None


def _button(choice: Choice) -> InlineKeyboardButton:
    return InlineKeyboardButton(choice.label, callback_data=choice.code)


def _passage(passage: Passage) -> str:
    label, heading, text = (escape(part, quote=False) for part in (passage.label, passage.heading, passage.text))
    head = " ".join(
        part for part in (f"<b>{label}</b>" if label else "", f"<i>{heading}</i>" if heading else "") if part
    )
    return f"{head}\n{text}" if head else text


def _length(html: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts it; markup counts too, to be on the safe side."""
    return len(html.encode("utf-16-le")) // 2
