"""What is wrong with a database or its disk is said at start, and nothing is lost by it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.store.migrations import migrations
from tests import disks
from tests.conftest import NOON
from tests.killing import killed
from tests.telegram.server import TOKEN
from tests.test_backup import Still, content, files, whole
from tests.test_promises import ANA, BEN

IAMM = [sys.executable, "-m", "bot.cli"]
STARTS = [["run"], ["chat"], ["review"], ["review", "versions"], ["digest"], ["review", "delete", "1"]]
RIGHTLESS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
"""Before a command: root may otherwise write wherever it is forbidden."""
SMALL = 500
"""Kilobytes of a disk on which there is room for a database, but not for two."""


def environment(path: Path) -> dict[str, str]:
    return {
        "IAMM_DATABASE": str(path), "IAMM_SEMANTIC": "off", "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": "http://127.0.0.1:9", "IAMM_STATUS": "off",
    }  # fmt: skip


def start(path: Path, *words: str, prefix: Sequence[str] = ()) -> str:
    """Start a program that is to refuse; return its only sentence."""
    command, env = [*prefix, *IAMM, *words], os.environ | environment(path)
    done = subprocess.run(command, env=env, input="visas?\n", capture_output=True, text=True, timeout=60)
    return refusal(done.returncode, done.stdout + done.stderr)


def refusal(status: int, output: str) -> str:
    said = [line for line in output.splitlines() if " INFO " not in line]
    assert (status, len(said)) == (1, 1), output
    assert said[0].startswith("Error: ")
    return said[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The database of a bot that has run for a while and was stopped."""
    path = tmp_path / "kept" / "iamm.db"
    with closing(Still(path)) as store:
        store.fill()
        for number in range(300):
            store.save(BEN, f"III.{number}", NOON)
    return path


# A stop while the tables are brought up to date.


def first(db: Database) -> None:
    old = {"chat": ANA, "language": "fr", "last_answer": '{"items": ["III.9#1"], "shown": 1}', "last_at": str(NOON)}
    db.table("chats").insert(old)
    db.table("replies").insert({"chat": ANA, "message": 1, "reply": 2, "at": NOON.isoformat()})
    for minute in range(3):
        row = {"day": "2026-11-23", "minute": f"12:0{minute}", "pseudonym": "p", "channel": "telegram"}
        row |= {"kind": "question", "question": "visas", "intent": "ask", "outcome": "answered", "item": "III.9#1"}
        db.table("queries").insert(row)


def second(db: Database) -> None:
    first(db)
    db.table("saved").insert({"chat": ANA, "ref": "III.9#1", "at": NOON.isoformat()})
    row = {"day": "2026-11-23", "hour": 8, "language": "en", "outcome": "sent", "late": 0, "n": 3}
    db.table("delivery_counts").insert(row)


@pytest.mark.parametrize(
    ("step", "fill"),
    [("m0002_saved_and_subscriptions", first), ("m0003_totals", second)],
)
def test_a_kill_amid_the_migrations_loses_and_doubles_nothing(
    tmp_path: Path, step: str, fill: Callable[[Database], None]
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    with closing(Database(folder / "iamm.db")) as db:
        migrations.apply(db, stop_before=step)
        fill(db)
    left, done = killed(folder, "open")
    wanted = content(done / "iamm.db")

    assert len(left) > 5
    states = set()
    for copy in left:
        with closing(Database(copy / "iamm.db")) as db:
            states.add(len(migrations.applied(db)))
        with closing(Still(copy / "iamm.db")):
            pass
        assert content(copy / "iamm.db") == wanted
        assert whole(copy / "iamm.db")
    with closing(Database(memory=True)) as db:
        steps = [one.name for one in migrations.pending(db)]
    assert states == set(range(steps.index(step), len(steps) + 1))


# A database that cannot be used.


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xa5" * (path.stat().st_size // 4))


def update(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('iamm', 'm9999_more', '')")


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "overwritten": (overwrite, "iamm restore"),
    "cut": (lambda path: os.truncate(path, path.stat().st_size // 2), "iamm restore"),
    "none": (lambda path: path.write_text("not a database, but long enough for one" * 1000), "iamm restore"),
    "later": (update, "later version of iamm (m9999_more)"),
}


@pytest.mark.parametrize("words", STARTS, ids=" ".join)
@pytest.mark.parametrize("what", BROKEN)
def test_a_database_that_cannot_be_used_is_named_and_left_alone(path: Path, what: str, words: list[str]) -> None:
    spoil, advice = BROKEN[what]
    spoil(path)
    before = files(path.parent)
    said = start(path, *words)

    assert str(path) in said
    assert advice in said
    after = files(path.parent)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("words", [["run"], ["chat"], ["review", "delete", "1"]], ids=" ".join)
def test_keys_that_are_damaged_are_named_and_left_alone(path: Path, words: list[str]) -> None:
    keys = Path(f"{path}.keys")
    keys.write_text(keys.read_text()[:-20])
    before = files(path.parent)
    said = start(path, *words)

    assert f"{keys} are damaged. Put those of a backup in their place" in said
    assert files(path.parent) == before


@pytest.mark.parametrize("words", STARTS, ids=" ".join)
def test_a_folder_that_may_not_be_written_to_is_named(path: Path, words: list[str]) -> None:
    before = files(path.parent)
    path.parent.chmod(0o500)
    said = start(path, *words, prefix=RIGHTLESS)
    path.parent.chmod(0o700)

    assert str(path) in said
    assert "IAMM_DATABASE" in said
    assert files(path.parent) == before


@pytest.mark.parametrize("words", [["run"], ["chat"], ["digest"]], ids=" ".join)
def test_a_file_that_may_not_be_written_to_is_named(path: Path, words: list[str]) -> None:
    path.chmod(0o400)
    before = files(path.parent)

    assert "IAMM_DATABASE" in start(path, *words, prefix=RIGHTLESS)
    assert files(path.parent) == before


# A full disk.


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if disks.refusal():
        pytest.skip(f"nobody may mount a disk here: {disks.refusal()}")
    place = tmp_path / "disk"
    place.mkdir()
    return place


def on_disk(disk: Path, path: Path, script: str) -> tuple[int, str]:
    """Run a script where the folder of a database lies on a small disk; what is there at the end is copied back."""
    words = f"cp -a {path.parent}/. . && ({script}); status=$?; cp -a . {path.parent}; exit $status"
    return disks.run(disk, SMALL, words, environment(disk / path.name))


@pytest.mark.parametrize("words", [["run"], ["chat"], ["digest"]], ids=" ".join)
def test_a_full_disk_is_named_at_start(disk: Path, path: Path, words: list[str]) -> None:
    before = content(path)
    fill = "head -c 900000 /dev/zero > filler 2>/dev/null"
    status, output = on_disk(disk, path, f"{fill}; echo 'visas?' | {' '.join([*IAMM, *words])}")

    assert "Make room on the disk" in refusal(status, output)
    assert content(path) == before


def test_a_copy_that_does_not_fit_leaves_nothing(disk: Path, path: Path) -> None:
    status, output = on_disk(disk, path, f"{' '.join(IAMM)} backup one.db; {' '.join(IAMM)} backup two.db")

    assert "one.db holds" in output
    assert "two.db: database or disk is full" in refusal(status, output.partition("\n")[2])
    assert {file.name for file in path.parent.iterdir() if "iamm.db" not in file.name} == {"one.db", "one.db.keys"}
    assert whole(path.with_name("one.db"))


def test_a_backup_for_which_there_is_no_room_leaves_the_old_database(disk: Path, path: Path, tmp_path: Path) -> None:
    before = content(path)
    backup = tmp_path / "backup.db"
    fill = "head -c 400000 /dev/zero > filler 2>/dev/null"
    copied = subprocess.run(
        [*IAMM, "backup", backup], env=os.environ | environment(path), capture_output=True, check=True
    )
    status, output = on_disk(disk, path, f"{fill}; {' '.join(IAMM)} restore {backup}")

    assert copied.stderr == b""
    assert "The database is as it was" in refusal(status, output)
    assert content(path) == before
    assert not list(path.parent.glob("*.restoring")) + list(path.parent.glob("*.before-*"))


def test_what_does_not_fit_is_not_half_noted(tmp_path: Path) -> None:
    file = tmp_path / "noted"
    code = (
        "import resource, sys; from pathlib import Path; from bot.store import private; file = Path(sys.argv[1]); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); private.append(file, b'a' * 60); "
        "private.append(file, b'b' * 60)"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True)

    assert "No space left" in done.stderr
    assert file.read_bytes() == b"a" * 60
