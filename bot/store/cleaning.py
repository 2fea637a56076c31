"""What of a question may be kept: personal data taken out, cut short."""

from __future__ import annotations

import unicodedata

from bot.store.personal import contacts, numbers, people, places, positions

LONGEST = 300
"""Characters kept of a question."""

# In this order: what an earlier rule replaced is not looked at again.
ALWAYS = (*contacts.RULES, *people.RULES, numbers.SPELLED)
WITH_DIGITS = (people.BIRTH, people.BORN, people.MONTH, *places.RULES, *positions.RULES, *numbers.RULES)


def clean(text: str) -> str:
    """Return a question as the log keeps it: one line, no control characters, no personal data, 300 characters.

    Cleaning what is clean changes nothing.
    """
    visible = "".join(
        c if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"} else " "
        for c in text[: 4 * LONGEST]
    )
    line = " ".join(visible.split())
    while (cleaned := _once(line)) != line:
        line = cleaned
    return line


def warm_up() -> None:
    """Compile now what the first question with a number in it would wait for."""
    clean("at 8, call 1234567, file AB12345")


def _once(line: str) -> str:
    for rule in ALWAYS:
        line = rule.apply(line)
    if any(c.isdecimal() for c in line):
        for rule in WITH_DIGITS:
            line = rule.apply(line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
