"""What was erased and when, as hashes in a file beside the database, so that no backup brings it back."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.store import private

T = TypeVar("T")
_HASH = re.compile("[0-9a-f]{32}")


def conversation(chat: str) -> str:
    """Return the name by which the erasure of a conversation is noted."""
    return f"conversation {chat}"


def pseudonym(pseudonym: str) -> str:
    """Return the name by which the erasure of a pseudonym's rows is noted."""
    return f"pseudonym {pseudonym}"


def row(id: int, day: str, minute: str, pseudonym: str) -> str:
    """Return the name by which the erasure of a row of the log is noted; SQLite may give its number again."""
    return f"row {id} {day} {minute} {pseudonym}"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased at once."""

    key: str
    hashes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Past:
    """The erasures that can be told with the keys at hand."""

    since: datetime | None
    """From when on none is missing; None where any may be."""
    erasures: tuple[Erasure, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    """By places in the file from which on none is missing: how many of the erasures come before."""

    def after(self, place: str) -> tuple[Erasure, ...]:
        """Return the erasures after a place, whatever the clocks said; all, where it is not known any more."""
        return self.erasures[self.places.get(place, 0) :]


class Erasures:
    """The file of erasures: a line an erasure, `moment key hash...`.

    A line without hashes says that from its moment on the file is complete, under the key that it names. Which key
    that is a line tells by a hash of the key. Where several programs write, each does so while it alone may write to
    the database.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._key = key

    def begin(self, now: datetime) -> None:
        """Create the file, or mend it: what a stop in the middle left goes, what is lost from before is admitted."""
        kept = self.path.read_bytes() if self.path.exists() else b""
        if not kept.endswith(b"\n"):  # it was never acted on
            kept = kept[: kept.rfind(b"\n") + 1]
            private.write(self.path, kept)
        if read(self.path, [self._key]).since is None:
            self.record(now, [])

    def record(self, now: datetime, names: Collection[str]) -> None:
        """Note an erasure; it outlasts a loss of power when this returns."""
        words = [_moment(now), _hash(self._key, ""), *sorted(_hash(self._key, name) for name in names)]
        private.append(self.path, f"{' '.join(words)}\n".encode())

    def keep_from(self, moment: datetime) -> None:
        """Forget the erasures from before a moment."""
        old, kept = "", []
        for line in self.path.read_text().splitlines():
            words = line.split(" ")
            if words[0] >= _moment(moment):
                kept.append(line)
            elif len(words) == 2:
                old = f"{_moment(moment)} {words[1]}"
        lines = [old, *kept] if old else kept
        private.write(self.path, "".join(f"{line}\n" for line in lines).encode())


def hashed(key: str, names: Mapping[str, T]) -> dict[str, T]:
    """Return what names stand for, by their hashes."""
    return {_hash(key, name): value for name, value in names.items()}


def place(path: Path) -> str:
    """Return a name for the place at which a file of erasures ends now; it is empty where there is no file."""
    lines = _lines(path)
    return _place(lines[-1]) if lines else ""


def read(path: Path, keys: Iterable[str]) -> Past:
    """Return the erasures that a file holds and that one of these keys was used for."""
    known = {_hash(key, ""): key for key in keys}
    since, erasures, places = None, [], dict[str, int]()
    for line in _lines(path):
        at, name, hashes = _parse(line)
        if name not in known:
            since, places = None, {}
            continue
        if hashes:
            erasures.append(Erasure(known[name], hashes))
        else:
            since = since or at
        places.setdefault(_place(line), len(erasures))
    return Past(since, tuple(erasures), places)


def _lines(path: Path) -> list[str]:
    """Return the lines of a file of erasures; without its end a line was never acted on."""
    return path.read_text("ascii", "replace").split("\n")[:-1] if path.exists() else []


def _place(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:32]


def _parse(line: str) -> tuple[datetime, str, frozenset[str]]:
    """Return the moment of a line, the name of its key and its hashes; a damaged one names no key."""
    moment, *words = line.split(" ")
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC)
        if not all(map(_HASH.fullmatch, words)):
            raise ValueError
    except ValueError:
        return datetime.min.replace(tzinfo=UTC), "", frozenset()
    return at, words[0] if words else "", frozenset(words[1:])


def _moment(at: datetime) -> str:
    """Return a moment so that texts sort as moments do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _hash(key: str, name: str) -> str:
    return hmac.digest(bytes.fromhex(key), name.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
