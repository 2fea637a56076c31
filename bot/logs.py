"""Log lines: where they go, in which form, and what is never in them."""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_QUIET = ("httpx", "httpcore", "telegram", "tornado.access")
"""Libraries that log addresses, which hold the token, or what they were sent. What matters of it is logged here."""
_PLAIN = {
    # Then come the tasks and callbacks, and what they were doing.
    "asyncio": re.compile(
        r"(?:Task|Future) exception was never retrieved|Task was destroyed but it is pending|"
        r"Exception in callback [\w.<>]+|Unhandled exception in event loop"
    ),
    "py.warnings": re.compile(r".*?:\d+: \w+"),  # then what the warning says
}
"""The beginning of a library's line, where it is certain what that may be."""

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

logger = logging.getLogger(__name__)


class _Discreet(logging.Formatter):
    """Formats a line without the secret, and of an error only where and of what kind it was."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return _without(self._secret, super().format(_bare(record)))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        return _told(ei[1])


class _DiscreetJson(JsonFormatter):
    """The same as an object a line."""

    def __init__(self, secret: str) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "part"},
        )
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return _without(self._secret, super().format(_bare(record)))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        return _told(ei[1])


def formatter(secret: str, form: str) -> logging.Formatter:
    """Return what writes a line, as `text` or `json`, without the secret."""
    return _DiscreetJson(secret) if form == "json" else _Discreet(secret)


def configure(secret: str, form: str) -> None:
    """Send log lines to standard error, and with them what Python itself would write there."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(secret, form))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.raiseExceptions = False  # a line that cannot be formatted would be shown in full
    logging.captureWarnings(True)
    quiet()
    # What a test runner has put there stays.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = lambda kind, error, trace: _log_end("The program ends with an error", error)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda args: _log_end("A thread ends with an error", args.exc_value)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda args: _log_end("An error could not be passed on", args.exc_value)


def quiet() -> None:
    """Silence the libraries that would say too much."""
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _log_end(words: str, error: BaseException | None) -> None:
    logger.critical(words, exc_info=error)


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record with what may be shown: no fields of others, no text that another formatter has made of it."""
    kept: dict[str, Any] = {name: getattr(record, name) for name in ("name", "levelname", "created", "msecs")}
    return logging.makeLogRecord(kept | {"msg": _words(record), "exc_info": record.exc_info})


def _words(record: logging.LogRecord) -> str:
    """Return what a line says; where a library speaks, which may speak of anything, only where in it that is."""
    if record.name.partition(".")[0] == "bot":
        return record.getMessage()
    begun = _PLAIN[record.name].match(record.getMessage()) if record.name in _PLAIN else None
    return begun[0] if begun else f"said in {record.filename}, line {record.lineno}"


def _told(error: BaseException | None) -> str:
    """Return the places that an error went through and the kinds of it and of what led to it."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    parts = []
    for one in reversed(chain):
        kind = f"{type(one).__module__}.{type(one).__qualname__}{_safe_words(one)}"
        parts.append("\n".join([*map(str.rstrip, traceback.format_tb(one.__traceback__)), kind]))
    return "\nwhich led to:\n".join(parts)


def _safe_words(error: BaseException) -> str:
    """Return the words of the system or of SQLite; those of all others may hold what somebody wrote."""
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename!r}" if error.filename is not None else ""
        return f": {error.strerror}{where}"
    name = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    return f": {name}" if name else ""


def _without(secret: str, line: str) -> str:
    """Return a line without the token, or the part of it that is secret."""
    for part in (secret, secret.partition(":")[2]):
        line = line.replace(part, "[token]") if part else line
    return line
