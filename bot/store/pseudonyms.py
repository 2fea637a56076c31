"""Who asked, as a keyed hash whose key lies outside the database and does not live long."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path


def quarter(day: date) -> str:
    """Return the quarter of a day, such as `2026Q4`: the life of a key."""
    return f"{day.year}Q{(day.month + 2) // 3}"


class Keys:
    """The keys, one a quarter, in a file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    @property
    def quarters(self) -> set[str]:
        """The quarters whose key still exists."""
        return set(self._keys)

    def pseudonym(self, person: str, day: date) -> str:
        """Return sixteen hexadecimal digits that stand for a person in one quarter."""
        name = quarter(day)
        if name not in self._keys:
            self._keys[name] = secrets.token_hex(32)
            self._write()
        return _hash(self._keys[name], person)

    def pseudonyms(self, person: str) -> list[str]:
        """Return what stands for a person in each quarter whose key still exists."""
        return [_hash(key, person) for key in self._keys.values()]

    def keep_only(self, quarters: Iterable[str]) -> None:
        """Destroy every key of another quarter."""
        kept = {name: key for name, key in self._keys.items() if name in set(quarters)}
        if kept != self._keys:
            self._keys = kept
            self._write()

    def _write(self) -> None:
        """Replace the file at once, so that a stop in the middle leaves the old one."""
        new = self.path.with_name(self.path.name + ".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._keys, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)


def _hash(key: str, person: str) -> str:
    return hmac.new(bytes.fromhex(key), person.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]
