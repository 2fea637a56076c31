"""Whether Telegram's address answers, and if not, why."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Thread
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from bot.app import Clock

T = TypeVar("T")

LIMIT = 5.0
"""Seconds for an answer."""


class UnreachableError(Exception):
    """Telegram's address does not answer."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers, whatever it is."""

    host: str
    took: timedelta
    ahead: timedelta | None
    """By how much its clock is ahead of this machine's; None if it does not tell the time."""


def knock(url: str, clock: Clock) -> Answer:
    """Ask an address for its front page, without the token.

    Raises UnreachableError that says what lies in the way: the name, the port, the time, TLS or a proxy.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    began = clock()
    try:
        response = _within(LIMIT + 1, lambda: httpx.get(url, timeout=LIMIT))
    except Exception as error:
        raise _told(error, host) from error
    ended = clock()
    date = _date(response.headers.get("Date"))
    return Answer(host, ended - began, date - (began + (ended - began) / 2) if date else None)


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Return what a call returns. Raises TimeoutError if it is still stuck then.

    A name server that does not answer holds a thread up for as long as the system likes, and no time limit of httpx's
    ends that.
    """
    result: Future[T] = Future()

    def work() -> None:
        try:
            result.set_result(call())
        except BaseException as error:  # raised again where it is waited for
            result.set_exception(error)

    Thread(target=work, daemon=True).start()
    return result.result(seconds)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _told(error: Exception, host: str) -> UnreachableError:
    """Return what an error of httpx comes from: the first of its causes that tells."""
    for cause in _chain(error):
        if isinstance(cause, httpx.ProxyError):
            return UnreachableError(f"The proxy does not lead to {host}", "Correct HTTPS_PROXY, or unset it.")
        if isinstance(cause, socket.gaierror):
            return UnreachableError(
                f"The name {host} is not found",
                "See to the name servers (DNS) of this machine and to TELEGRAM_API_URL.",
            )
        if isinstance(cause, ConnectionRefusedError):
            return UnreachableError(
                f"{host} refuses connections",
                "If TELEGRAM_API_URL is a Bot API server of your own, start it; if not, see to firewall and proxy.",
            )
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "no TLS"
            return UnreachableError(
                f"There is no secure connection to {host}: {reason}",
                "See to this machine's clock and to whatever looks into its connections; a server without TLS has "
                "http:// in TELEGRAM_API_URL.",
            )
        if isinstance(cause, TimeoutError | httpx.TimeoutException):
            return UnreachableError(
                f"{host} does not answer within {LIMIT:.0f} seconds",
                "See to network, name servers and firewall; where Telegram is blocked, set HTTPS_PROXY.",
            )
    return UnreachableError(
        f"{host} breaks the connection off ({type(error).__name__})", "See to the network and to TELEGRAM_API_URL."
    )
