"""Every log line of a whole test run, and what none of them may hold: the token, people's numbers, what they wrote.

tests/conftest.py opens it, and fails the run in the end where something is found. People register themselves; a test
that starts the bot as a process of its own names its log with `watch`.
"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

from bot import logs
from tests.telegram.wire import TOKEN

LOGGERS = ("bot", "telegram", "httpx", "httpcore", "tornado", "asyncio")
DIGITS, LETTERS = 5, 12
"""Shorter numbers and texts may stand in a log by chance."""

_numbers: set[str] = set()
_texts: set[str] = {TOKEN, TOKEN.partition(":")[2]}
_files: list[Path] = []
_elsewhere: list[str] = []


def open_file(path: Path) -> None:
    """Write into a file from now on what the bot would log, with its own formatter and where it is not silenced."""
    handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logs.formatter(TOKEN, "text"))
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).addHandler(handler)
    logs.quiet()
    _files.append(path)


def watch(path: Path) -> None:
    """Have a file looked through in the end to which a process logs; it may not be there yet."""
    _files.append(path)


def hide(number: int) -> None:
    """Let no log hold the number of a person or chat."""
    if abs(number) >= 10 ** (DIGITS - 1):
        _numbers.add(str(abs(number)))


def hide_text(text: Any) -> None:
    """Let no log hold what somebody wrote, be it plain or as Python or JSON write it."""
    if isinstance(text, str) and len(text) >= LETTERS:
        _texts.update({text, repr(text)[1:-1], json.dumps(text)[1:-1]})


def take_in(lines: list[str]) -> None:
    """Count lines in that another process found with `leaks`."""
    _elsewhere.extend(lines)


def leaks() -> list[str]:
    """Return the lines that hold what they may not, each after the name of its file."""
    found = list(_elsewhere)
    for path in dict.fromkeys(_files):
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        texts, numbers = {hidden for hidden in _texts if hidden in text}, _numbers & _read_numbers(text)
        for line in text.splitlines() if texts or numbers else ():
            if numbers & _read_numbers(line) or any(hidden in line for hidden in texts):
                found.append(f"{path}: {line}")
    return found


def _read_numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))
