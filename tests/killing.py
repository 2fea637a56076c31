"""A program that is killed at each of its steps in turn, to see what it leaves behind.

As a program: `python -m tests.killing FOLDER WORD...` copies a folder with the database `iamm.db` once for each step,
runs `iamm WORD...` in it (or opens the database, for the word `open`), and kills it there. A step is a statement of
SQL or a change of a file in the folder.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

from bot import cli, config
from bot.store.database import Store

FILES = {"open", "os.rename", "os.remove", "os.link", "os.chmod", "os.truncate"}
"""What Python tells of before it does it."""
READ = ("--", "select", "pragma table", "pragma index", "pragma foreign")
"""How statements begin that change nothing, or are a trigger's and part of another."""


def killed(folder: Path, *words: str) -> tuple[list[Path], Path]:
    """Return what the kills left, in order, and what the program left that was not killed; `folder` stays.

    Of several kills that left the same bytes only the first is named.
    """
    subprocess.run([sys.executable, "-m", "tests.killing", str(folder), *words], check=True, timeout=300)
    found = sorted(folder.parent.glob(f"{folder.name}-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    return list({_bytes(path): path for path in reversed(found[:-1])}.values())[::-1], found[-1]


def _bytes(folder: Path) -> frozenset[tuple[str, bytes]]:
    return frozenset((file.name, file.read_bytes()) for file in folder.iterdir() if not file.name.endswith("-shm"))


def _kill_at(step: int, folder: Path) -> None:
    steps = count(1)

    def take(statement: str = "") -> None:
        if not statement.lower().startswith(READ) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if event in FILES and str(args[0]).startswith(f"{folder}{os.sep}"):
            take()

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = plain(*args, **kwargs)
        connection.set_trace_callback(take)
        return connection

    sys.addaudithook(hear)
    plain, sqlite3.connect = sqlite3.connect, connect  # type: ignore[misc]


async def _open(database: Path) -> None:
    store = Store(database, 90)
    await store.open()
    await store.close()


def _run(folder: Path, words: list[str]) -> None:
    os.environ["IAMM_DATABASE"] = str(folder / "iamm.db")
    os.chdir(folder)
    if words == ["open"]:
        asyncio.run(_open(folder / "iamm.db"))
    else:
        cli.main(words, standalone_mode=False)


def _main(folder: Path, words: list[str]) -> None:
    config.read({})
    for step in count(1):
        copy = Path(shutil.copytree(folder, f"{folder}-{step}"))
        child = os.fork()
        if child == 0:
            _kill_at(step, copy)
            _run(copy, words)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2:])
