"""All checks in turn, and a line for each finding."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping

from bot import config
from bot.app import Clock
from bot.config import SettingsError
from bot.doctor import database, knowledge, machine, people, service
from bot.doctor.finding import BROKEN, Check, Finding, Patient, broken

CHECKS: Mapping[str, Check] = {
    "settings": people.check_settings,
    "admins": people.check_admins,
    "privacy": people.check_privacy,
    "network": service.check_network,
    "token": service.check_token,
    "updates": service.check_updates,
    "clock": service.check_clock,
    "monitor": service.check_monitor,
    "zones": machine.check_zones,
    "disk": machine.check_disk,
    "database": database.check_database,
    "files": database.check_files,
    "bot": database.check_bot,
    "content": knowledge.check_content,
    "catalogues": knowledge.check_catalogues,
    "meaning": machine.check_meaning,
}
"""In the order in which they are told."""
_NAME = re.compile(r"\b(?:IAMM|TELEGRAM)_[A-Z_]+")


def make(clock: Clock, environment: Callable[[], Mapping[str, str]] = config.environment) -> Iterator[tuple[bool, str]]:
    """Make every check, whatever becomes of the others; give whether each finding is well, and its line."""
    patient = admit(clock, environment)
    for name, check in CHECKS.items():
        for finding in _made(check, patient):
            what = " ".join(f"{finding.what} {finding.remedy}".split())
            yield finding.level != BROKEN, _without(patient.settings.token, f"{finding.level:<8}{name:<11}{what}")


def admit(clock: Clock, environment: Callable[[], Mapping[str, str]]) -> Patient:
    """Read the settings; those that are wrong are named and left out, so that all else can be looked at."""
    problems = []
    try:
        values = environment()
    except SettingsError as error:
        problems.append(str(error))
        values = os.environ
    try:
        return Patient(config.read(values), problems, frozenset(), clock)
    except SettingsError as error:
        lines = str(error).splitlines()
    unusable = frozenset(name for line in lines for name in _NAME.findall(line))
    settings = config.read({name: value for name, value in values.items() if name not in unusable})
    return Patient(settings, [*problems, *lines], unusable, clock)


def _made(check: Check, patient: Patient) -> Iterator[Finding]:
    try:
        yield from check(patient)
    except Exception as error:
        yield broken(
            f"This could not be checked: {type(error).__name__}: {error}.", "Mend what that names, and look again."
        )


def _without(secret: str, line: str) -> str:
    return line.replace(secret, "[token]") if secret else line
