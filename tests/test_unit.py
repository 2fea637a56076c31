"""The service of deploy/: systemd takes every line of it, and finds little that it leaves open."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli, config
from bot.config import Settings

UNIT = Path(__file__).parent.parent / "deploy" / "iamm.service"
EXPOSURE = 15
"""Tenths, of a hundred: the most that systemd may find open; 20 and less it calls OK."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it is when adapted: what it starts is there."""
    if not shutil.which("systemd-analyze"):
        pytest.fail("systemd-analyze is missing, and without it nobody knows whether the unit is right. "
                    "On Debian: apt-get install systemd")  # fmt: skip
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text()))
    return copy


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_systemd_takes_every_line(unit: Path) -> None:
    verified = analyze("verify", unit)

    # What it does not know it names and ignores, with status 0.
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def test_systemd_names_a_line_that_it_does_not_take(unit: Path) -> None:
    unit.write_text(unit.read_text() + "\n[Service]\nProtectEverything=yes\n")

    assert "ProtectEverything" in analyze("verify", unit).stderr


def test_little_is_left_open(unit: Path) -> None:
    found = analyze("security", "--offline=true", f"--threshold={EXPOSURE}", unit)

    assert found.returncode == 0, found.stdout


def test_commands_of_the_readme_use_the_files_of_the_unit() -> None:
    readme = (UNIT.parent.parent / "README.md").read_text()
    function = re.search(r"(?m)^iamm\(\) \{ (.+\n.+); \}$", readme)
    lines = dict(re.findall(r"(?m)^(\w+)=(.*)$", UNIT.read_text()))

    assert function
    words = function[1].split()
    assert f"cd {lines['WorkingDirectory']} &&" in function[1]
    assert words[words.index("-u") + 1] == lines["User"]
    assert lines["ExecStart"].split()[0] in words
    for pair in lines["Environment"].replace("%S", "/var/lib").replace("%C", "/var/cache").split():
        assert pair in words or pair.startswith("IAMM_LOG_FORMAT=")  # which is the service's alone


def test_the_unit_starts_the_bot_with_settings_that_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = dict(re.findall(r"(?m)^(\w+)=(.*)$", UNIT.read_text()))
    values = dict(
        pair.split("=") for pair in lines["Environment"].replace("%S", "/var/lib").replace("%C", "/var/cache").split()
    )
    monkeypatch.setenv("XDG_CACHE_HOME", values["XDG_CACHE_HOME"])
    settings: Settings = config.read(values)

    program, command = lines["ExecStart"].split()
    assert (Path(program).name, command) == ("iamm", "run")
    assert command in cli.main.commands
    assert settings.database.parent == Path("/var/lib", lines["StateDirectory"])
    assert settings.cache == Path("/var/cache", lines["CacheDirectory"])
    assert settings.log_format == "json"
    known = set(re.findall(r'get\("([A-Z_]+)"', Path(config.__file__).read_text()))
    assert {name for name in values if name.startswith("IAMM_")} <= known
