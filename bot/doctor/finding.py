"""What a check is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.app import Clock
from bot.config import Settings
from bot.doctor import network
from bot.doctor.network import Answer, UnreachableError

OK, WARNING, BROKEN = "ok", "warning", "broken"
SHOWN = 3
"""How many of many problems are named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is well or not."""

    level: str
    what: str
    remedy: str = ""
    """What to do about it; empty where the text says so already."""


def ok(what: str) -> Finding:
    """Return that something is well."""
    return Finding(OK, what)


def warning(what: str, remedy: str) -> Finding:
    """Return that something is worth a look, though the bot runs."""
    return Finding(WARNING, what, remedy)


def broken(what: str, remedy: str) -> Finding:
    """Return that something keeps the bot from its work."""
    return Finding(BROKEN, what, remedy)


@dataclass
class Patient:
    """What is looked at."""

    settings: Settings
    problems: Sequence[str]
    """What is wrong with the settings, a line each."""
    unusable: frozenset[str]
    """The names of settings that are left out because they are wrong."""
    clock: Clock

    @cached_property
    def answer(self) -> Answer | UnreachableError:
        """What Telegram's address answers, or why it does not; asked once."""
        if "TELEGRAM_API_URL" in self.unusable:
            return UnreachableError("TELEGRAM_API_URL cannot be used", "Correct it, as settings says.")
        try:
            return network.knock(self.settings.api_url, self.clock)
        except UnreachableError as error:
            return error


Check = Callable[[Patient], Iterator[Finding]]
