"""The way to Telegram that the environment names: a proxy, certificates to trust."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from bot import config

_SCHEMES = ("http", "https", "socks5", "socks5h")


class RouteError(Exception):
    """The environment lets nobody connect to anything."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason, self.remedy = reason, remedy


def proxy(url: str) -> str:
    """Return the proxy that requests to a URL go through, without its password; empty if they go through none."""
    proxies, parts = _proxies(), urlsplit(url)
    found = proxies.get(parts.scheme) or proxies.get("all") or ""
    return "" if not found or proxy_bypass(parts.netloc.rpartition("@")[2]) else _shown(found)


def check() -> None:
    """See whether connections can be made by what the environment says; none is made. Raises RouteError if not."""
    for found in _proxies().values():
        if not _usable(found):
            raise RouteError(
                f"The proxy {_shown(found)} cannot be used",
                "Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY: they take addresses such as "
                "http://proxy.example.org:3128 or socks5://127.0.0.1:1080, with %2F for a / in a password.",
            )
    try:
        httpx.Client().close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise RouteError(
            f"The certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be used: {reason}",
            "Correct the two, or unset them.",
        ) from error
    except (ValueError, httpx.InvalidURL) as error:
        raise RouteError("NO_PROXY cannot be used", "It takes names and addresses with commas between them.") from error


def _proxies() -> dict[str, str]:
    """Return proxies as httpx takes them, by scheme."""
    found = getproxies()
    return {
        scheme: found[scheme] if "://" in found[scheme] else f"http://{found[scheme]}"
        for scheme in ("http", "https", "all")
        if found.get(scheme)
    }


def _usable(found: str) -> bool:
    try:
        httpx.Proxy(found)
    except (ValueError, httpx.InvalidURL):
        return False
    return config.is_url(found, *_SCHEMES)


def _shown(found: str) -> str:
    scheme, _, rest = found.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
