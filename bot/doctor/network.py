"""Whether Telegram's address answers, and if not, why; and whether a monitor's can be had on this machine."""

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
from bot.config import Address
from bot.telegram import route
from bot.telegram.route import RouteError

T = TypeVar("T")

LIMIT = 5.0
"""Seconds for an answer."""
_PROXY = "See to the proxy; correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or unset it."


class UnreachableError(Exception):
    """Telegram's address does not answer."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers, whatever it is."""

    host: str
    """Of the address, and the proxy that it was asked through."""
    took: timedelta
    ahead: timedelta | None
    """By how much its clock is ahead of this machine's; None if it does not tell the time."""


def knock(url: str, clock: Clock) -> Answer:
    """Ask an address for its front page, without the token.

    Raises UnreachableError that says what lies in the way: the name, the port, the time, TLS or a proxy.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    try:
        route.check()
    except RouteError as error:
        raise UnreachableError(error.reason, error.remedy) from error
    proxy = route.proxy(url)
    began = clock()
    try:
        response = _within(LIMIT + 1, lambda: httpx.get(url, timeout=LIMIT))
    except Exception as error:
        raise _told(error, host, proxy) from error
    ended = clock()
    date = _date(response.headers.get("Date"))
    return Answer(_over(host, proxy), ended - began, date - (began + (ended - began) / 2) if date else None)


def refusal(address: Address) -> str:
    """Return why nobody can listen on an address of this machine; empty if somebody can. Nothing listens meanwhile."""
    try:
        with socket.socket(address.family) as place:
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.bind((address.host, address.port))
    except OSError as error:
        return str(error.strerror)
    return ""


def is_served(address: Address) -> bool:
    """Whether a bot tells a monitor on an address how it is."""
    try:
        answer = httpx.get(f"http://{address}/healthz", timeout=LIMIT, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(answer, dict) and answer.keys() == {"ok", "troubles"}


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


def _over(host: str, proxy: str) -> str:
    return f"{host}, through the proxy {proxy}," if proxy else host


def _told(error: Exception, host: str, proxy: str) -> UnreachableError:
    """Return what an error of httpx comes from: the first of its causes that tells.

    Where there is a proxy, it is the one that is looked up and connected to.
    """
    over = _over(host, proxy)
    for cause in _chain(error):
        if isinstance(cause, httpx.ProxyError):
            return UnreachableError(f"The proxy {proxy} does not lead to {host}: {str(cause).rstrip('.')}", _PROXY)
        if isinstance(cause, socket.gaierror) and proxy:
            return UnreachableError(f"The name of the proxy {proxy} is not found", _PROXY)
        if isinstance(cause, socket.gaierror):
            return UnreachableError(
                f"The name {host} is not found",
                "See to the name servers (DNS) of this machine and to TELEGRAM_API_URL.",
            )
        if isinstance(cause, ConnectionRefusedError) and proxy:
            return UnreachableError(f"The proxy {proxy} refuses connections", _PROXY)
        if isinstance(cause, ConnectionRefusedError):
            return UnreachableError(
                f"{host} refuses connections",
                "If TELEGRAM_API_URL is a Bot API server of your own, start it; if not, see to firewall and proxy.",
            )
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "no TLS"
            return UnreachableError(
                f"There is no secure connection to {over}: {reason}",
                "See to this machine's clock and to whatever looks into its connections; a server without TLS has "
                "http:// in TELEGRAM_API_URL.",
            )
        if isinstance(cause, TimeoutError | httpx.TimeoutException):
            return UnreachableError(
                f"{over} does not answer within {LIMIT:.0f} seconds",
                _PROXY
                if proxy
                else "See to network, name servers and firewall; where Telegram is blocked, set HTTPS_PROXY.",
            )
    return UnreachableError(
        f"{over} breaks the connection off ({type(error).__name__})",
        _PROXY if proxy else "See to the network and to TELEGRAM_API_URL.",
    )
