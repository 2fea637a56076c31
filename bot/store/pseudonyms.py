"""Who asked, as a keyed hash whose key lies outside the database and does not live long."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bot.store import private

ERASURES = "erasures"
"""Among the keys of the quarters, the one of bot/store/erasures.py; it stays."""


class KeysError(ValueError):
    """The keys cannot be read."""


def quarter(day: date) -> str:
    """Return the quarter of a day, such as `2026Q4`: the life of a key."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def read(path: Path) -> dict[str, str]:
    """Return the keys that a file holds, hexadecimal, by quarter; none where there is no file.

    Raises KeysError where it holds something else, OSError where it cannot be read.
    """
    try:
        keys = json.loads(path.read_bytes())
        return {str(name): bytes.fromhex(key).hex() for name, key in keys.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise KeysError(f"its keys {path} are damaged") from error


def write(path: Path, keys: Mapping[str, str]) -> None:
    """Replace a file of keys at once."""
    private.write(path, json.dumps(dict(keys)).encode())


class Keys:
    """The keys, one a quarter, in a file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys = read(path)

    @property
    def quarters(self) -> set[str]:
        """The quarters whose key still exists."""
        return set(self._keys) - {ERASURES}

    def missing(self, days: Iterable[date]) -> set[str]:
        """Return the quarters of some days whose key is gone."""
        self._keys = self._fresh()
        return {quarter(day) for day in days} - self.quarters

    def pseudonym(self, person: str, day: date) -> str:
        """Return sixteen hexadecimal digits that stand for a person in one quarter."""
        return _hash(self._key(quarter(day)), person)

    def pseudonyms(self, person: str) -> list[str]:
        """Return what stands for a person in each quarter whose key still exists."""
        return [_hash(self._keys[name], person) for name in self.quarters]

    def of_erasures(self) -> str:
        """Return the key by which erasures are noted, hexadecimal."""
        return self._key(ERASURES)

    def keep_only(self, quarters: Iterable[str]) -> None:
        """Destroy every key of another quarter."""
        gone = self.quarters - set(quarters)
        if gone:
            kept = {name: key for name, key in self._fresh().items() if name not in gone}
            write(self.path, kept)
            self._keys = kept

    def _key(self, name: str) -> str:
        if name not in self._keys:
            self._keys = self._fresh()
        if name not in self._keys:
            self._keys[name] = secrets.token_hex(32)
            write(self.path, self._keys)
        return self._keys[name]

    def _fresh(self) -> dict[str, str]:
        """Return the keys with those that another program has made meanwhile."""
        return self._keys | read(self.path)


def _hash(key: str, person: str) -> str:
    return hmac.new(bytes.fromhex(key), person.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]
