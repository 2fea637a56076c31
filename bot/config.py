"""Settings from a mapping, the environment by default."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path

_PACKAGE = Path(__file__).parent
_TELEGRAM = "https://api.telegram.org"
_STATUS = "127.0.0.1:9464"
_TOKEN = re.compile(r"\d{3,20}:[\w-]{20,100}")
_ID = re.compile("[0-9]{1,16}")
_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}


class SettingsError(Exception):
    """A setting cannot be used; the text says what to do, a line for each."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen on this machine."""

    host: str
    port: int

    @property
    def family(self) -> socket.AddressFamily:
        """IPv6 where the host has colons, else IPv4; a name is looked up as that."""
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if self.family is socket.AF_INET6 else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever runs the bot has chosen."""

    content: Path
    locales: Path
    database: Path
    token: str = ""
    api_url: str = ""
    controller: str = ""
    """Who answers for the data."""
    contact: str = ""
    """Where to write to them."""
    admins: frozenset[str] = frozenset()
    """Telegram's numbers of the people who may see the figures and hear of troubles."""
    retention_days: int = 90
    semantic: bool = True
    """Whether to match by meaning too, where the extra is installed."""
    cache: Path = Path()
    """Where what can be worked out again is kept."""
    status: Address | None = None
    """Where a monitor may ask how the bot is."""
    log_format: str = "text"
    signposts: Mapping[str, str] = field(default_factory=dict)
    """By language: a line of the operator's own for people who ask about a case."""

    def __repr__(self) -> str:
        """Never show the token."""
        return f"Settings(database={self.database}, content={self.content})"


def no_database(path: Path) -> str:
    """Return what to say where there is no database to look at."""
    return f"There is no database {path}. Set IAMM_DATABASE to that of the bot."


def address(text: str) -> Address | None:
    """Return the address that a text such as `127.0.0.1:8443` or `[::1]:8443` names; None if it names none."""
    try:
        parts = _take_apart(f"//{text}")
    except ValueError:
        return None
    if "@" in text or parts.netloc != text or not parts.hostname or not parts.port:
        return None
    return Address(parts.hostname, parts.port)


def is_url(text: str, *schemes: str) -> bool:
    """Whether a text is a URL of one of some schemes, whose host and port there can be."""
    try:
        parts = _take_apart(text)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _take_apart(url: str) -> SplitResult:
    """Return the parts of a URL. Raises ValueError if there can be no such host or port."""
    parts = urlsplit(url)
    (parts.hostname or "").encode("idna")  # as whatever connects does, for which an error there comes as a surprise
    if re.search(r"\s", url) or parts.port == 0:
        raise ValueError
    return parts


def environment() -> dict[str, str]:
    """Return the environment, and below it the `.env` of the current folder.

    Proxies of the file are put into the environment itself, where whatever connects looks for them. Raises
    SettingsError if the file cannot be read.
    """
    try:
        written = {k: v for k, v in dotenv_values(".env").items() if v is not None}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f".env cannot be read ({type(error).__name__}). Let this user read it, and keep it in UTF-8."
        ) from error
    proxies = _PROXIES - {name.lower() for name in os.environ}
    os.environ.update({name: value for name, value in written.items() if name.lower() in proxies})
    return written | dict(os.environ)


def read(values: Mapping[str, str]) -> Settings:
    """Return the settings that a mapping holds.

    Raises SettingsError naming every setting that cannot be used and what to write instead.
    """
    problems: list[str] = []
    get = {k: v.strip() for k, v in values.items() if v.strip()}.get

    token = get("TELEGRAM_BOT_TOKEN", "")
    if token and not _TOKEN.fullmatch(token):
        problems.append(
            "TELEGRAM_BOT_TOKEN is not a token. Copy the whole line that BotFather gave, such as 123456:ABC-DEF..."
        )
    api_url = get("TELEGRAM_API_URL", _TELEGRAM).rstrip("/")
    if not is_url(api_url, "http", "https"):
        problems.append("TELEGRAM_API_URL must be an address such as http://127.0.0.1:8081")
    days = get("IAMM_RETENTION_DAYS", "90")
    if not re.fullmatch("[0-9]{1,4}", days) or not 1 <= int(days) <= 3650:
        problems.append("IAMM_RETENTION_DAYS must be a number of days from 1 to 3650")
    admins = re.split(r"[\s,;]+", get("IAMM_ADMINS", ""))
    if not all(map(_ID.fullmatch, filter(None, admins))):
        problems.append("IAMM_ADMINS must be Telegram user ids, numbers of up to 16 digits with commas between them")
    semantic = get("IAMM_SEMANTIC", "auto")
    if semantic not in {"auto", "off"}:
        problems.append("IAMM_SEMANTIC must be auto or off")
    status = address(get("IAMM_STATUS", _STATUS)) if get("IAMM_STATUS") != "off" else None
    if status is None and get("IAMM_STATUS") != "off":
        problems.append(f"IAMM_STATUS must be a host and a port such as {_STATUS}, or off")
    log_format = get("IAMM_LOG_FORMAT", "text")
    if log_format not in {"text", "json"}:
        problems.append("IAMM_LOG_FORMAT must be text or json")
    content = os.path.expanduser(get("IAMM_CONTENT") or _beside("content"))
    database = os.path.expanduser(get("IAMM_DATABASE") or user_data_path("iamm", appauthor=False) / "iamm.db")
    for name, path in {"IAMM_CONTENT": content, "IAMM_DATABASE": database}.items():
        if path.startswith("~"):
            problems.append(f"{name} must be a path without {Path(path).parts[0]}, which is nobody's home here")
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(
        content=Path(content),
        locales=_beside("locales"),
        # Under one name: by that of a link its lock and its keys would be others.
        database=Path(os.path.realpath(database)),
        token=token,
        api_url=api_url,
        controller=get("IAMM_CONTROLLER", ""),
        contact=get("IAMM_CONTACT", ""),
        admins=frozenset(admins) - {""},
        retention_days=int(days),
        semantic=semantic == "auto",
        status=status,
        log_format=log_format,
        cache=user_cache_path("iamm", appauthor=False),
        signposts={
            language: line
            for language, line in {
                "en": get("IAMM_SIGNPOST_EN", ""),
                "fr": get("IAMM_SIGNPOST_FR", ""),
                "es": get("IAMM_SIGNPOST_ES", ""),
            }.items()
            if line
        },
    )


def _beside(name: str) -> Path:
    """Return a data folder: a checkout's own, else the one inside the installed package."""
    checkout = _PACKAGE.parent / name
    return checkout if (_PACKAGE.parent / "pyproject.toml").is_file() else _PACKAGE / name
