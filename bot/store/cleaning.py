"""What of a question may be kept: personal data taken out, cut short."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 300
"""Characters kept of a question."""

# In this order: what an earlier pattern replaced is not looked at again.
_PATTERNS = (
    (re.compile(r"\b(?:https?://|www\.|t\.me/)\S+", re.IGNORECASE), "[link]"),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), "[email]"),
    (re.compile(r"(?<![\w@])@\w{3,64}"), "[name]"),
    # Nine digits and more, with the signs that people put between them: a telephone, a card, a file.
    (re.compile(r"(?<![\w#])\+?\(?\d(?:[\s().-]{0,2}\d){8,30}(?!\w)"), "[number]"),
    (re.compile(r"(?<!\w)[A-Za-z]{0,3}\d{6,30}[A-Za-z]{0,3}(?!\w)"), "[number]"),
)


def clean(text: str) -> str:
    """Return a question as the log keeps it: one line, no control characters, no personal data, 300 characters."""
    visible = "".join(
        c if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"} else " "
        for c in text[: 4 * LONGEST]
    )
    line = " ".join(visible.split())
    for pattern, placeholder in _PATTERNS:
        line = pattern.sub(placeholder, line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
