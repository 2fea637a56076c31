"""Settings from a mapping, the environment by default."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path

_PACKAGE = Path(__file__).parent
_TELEGRAM = "https://api.telegram.org"
_STATUS = "127.0.0.1:9464"
_TOKEN = re.compile(r"\d{3,20}:[\w-]{20,100}")


class SettingsError(Exception):
    """A setting cannot be used; the text says what to do, a line for each."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen on this machine."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


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
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        return None
    return Address(host.strip("[]"), int(port))


def environment() -> dict[str, str]:
    """Return the environment, and below it the `.env` of the current folder."""
    return {k: v for k, v in dotenv_values(".env").items() if v is not None} | dict(os.environ)


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
    if not re.match(r"https?://[^/\s]+", api_url):
        problems.append("TELEGRAM_API_URL must be an address such as http://127.0.0.1:8081")
    days = get("IAMM_RETENTION_DAYS", "90")
    if not days.isdecimal() or not 1 <= int(days) <= 3650:
        problems.append("IAMM_RETENTION_DAYS must be a number of days from 1 to 3650")
    admins = re.split(r"[\s,;]+", get("IAMM_ADMINS", ""))
    if not all(number.isdecimal() for number in admins if number):
        problems.append("IAMM_ADMINS must be Telegram user ids, numbers with commas between them")
    semantic = get("IAMM_SEMANTIC", "auto")
    if semantic not in {"auto", "off"}:
        problems.append("IAMM_SEMANTIC must be auto or off")
    status = address(get("IAMM_STATUS", _STATUS)) if get("IAMM_STATUS") != "off" else None
    if status is None and get("IAMM_STATUS") != "off":
        problems.append(f"IAMM_STATUS must be a host and a port such as {_STATUS}, or off")
    log_format = get("IAMM_LOG_FORMAT", "text")
    if log_format not in {"text", "json"}:
        problems.append("IAMM_LOG_FORMAT must be text or json")
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(
        content=Path(get("IAMM_CONTENT") or _beside("content")).expanduser(),
        locales=_beside("locales"),
        database=Path(get("IAMM_DATABASE") or user_data_path("iamm", appauthor=False) / "iamm.db").expanduser(),
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
