"""One bot a database and a token: a second one would answer and deliver everything twice."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from filelock import FileLock, Timeout

from bot.store.file import StoreError


def hold(database: Path) -> FileLock:
    """Return a lock on a database that lasts as long as the process does, however it ends.

    Raises StoreError if another process holds it, or if the folder cannot be written to.
    """
    lock = FileLock(_beside(database), mode=0o600)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise StoreError(
            f"A bot already runs on {database}. Stop it first, or give this one a database of its own with "
            "IAMM_DATABASE and a token of its own."
        ) from error
    except OSError as error:
        raise StoreError(f"The folder of {database} cannot be used: {error}. Set IAMM_DATABASE to another.") from error
    return lock


def held(database: Path) -> bool:
    """Whether a bot runs on a database; makes no file. Raises OSError if that cannot be told."""
    if not _beside(database).exists():
        return False
    try:
        with FileLock(_beside(database), blocking=False):
            return False
    except Timeout:
        return True


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


def hold_token(folder: Path, token: str, api_url: str) -> AbstractContextManager[object]:
    """Return a lock on a token at a Bot API server, for all bots of one user on this machine.

    Where the folder cannot be written to it locks nothing: Telegram tells of a second bot too, only later. Raises
    StoreError if another process holds it.
    """
    name = hashlib.sha256(f"{api_url} {token}".encode()).hexdigest()[:16]
    lock = FileLock(folder / f"{name}.lock", mode=0o600)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise StoreError(
            "A bot already runs with this token. Stop it first, or get a token for this one from @BotFather."
        ) from error
    except OSError:
        return nullcontext()
    return lock
