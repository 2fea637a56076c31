"""A disk of any size that one program alone sees: to fill it for real."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_WAYS = ["unshare", "--user", "--map-root-user", "--mount"], ["unshare", "--mount"]
"""How a program may mount what it alone sees: by rights of its own, or as root."""
_MOUNT = 'mount -t tmpfs -o "size=$1k,mode=700" tmpfs "$2" && cd "$2" && eval "$3"'


@cache
def refusal() -> str:
    """Return why this machine lets nobody mount a disk; empty where it does."""
    try:
        return _mount(64, Path(tempfile.gettempdir()), "true", None).stderr.strip()
    except OSError as error:
        return str(error)


def run(folder: Path, kilobytes: int, script: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Mount an empty disk of so many kilobytes at a folder and run a script of the shell there; then the disk is gone.

    Return the exit status and everything that was written to the outputs. `env` is added to the environment.
    """
    done = _mount(kilobytes, folder, f"exec 2>&1; {script}", env)
    return done.returncode, done.stdout + done.stderr


def _mount(
    kilobytes: int, folder: Path, script: str, env: Mapping[str, str] | None
) -> subprocess.CompletedProcess[str]:
    words = ["sh", "-c", _MOUNT, "sh", str(kilobytes), str(folder), script]
    return subprocess.run(
        [*_way(), *words], capture_output=True, text=True, timeout=120, env=os.environ | (env or {}), check=False
    )


@cache
def _way() -> list[str]:
    return next((way for way in _WAYS if subprocess.run([*way, "true"], check=False).returncode == 0), _WAYS[0])
