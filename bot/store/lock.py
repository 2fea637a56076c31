"""One bot a database: a second one would answer and deliver everything twice."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from bot.store.file import StoreError


def hold(database: Path) -> FileLock:
    """Return a lock on a database that lasts as long as the process does, however it ends.

    Raises StoreError if another process holds it, or if the folder cannot be written to.
    """
    lock = FileLock(database.with_name(database.name + ".lock"), mode=0o600)
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
