"""A copy of the database while the bot runs, and the way back, on which nobody comes back who left."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from bot import config, maintenance
from bot.store import erasures, lock, promises, pseudonyms
from bot.store.backup import copy
from bot.store.database import Store, StoreError
from bot.store.erasures import Erasures
from bot.store.inbox import Update
from bot.store.migrations import migrations
from bot.store.pseudonyms import ERASURES
from bot.store.restoring import restore
from bot.store.rights import OWNED
from tests.conftest import NOON
from tests.killing import killed
from tests.test_promises import ANA, BEN, entry
from tests.test_store import STANDING, fill, read

TODAY = datetime.now(UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "iamm.db"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "copies.db"


class Still:
    """A store whose coroutines are run to their end."""

    def __init__(self, path: Path) -> None:
        self._runner = asyncio.Runner()
        self.store: Still | None = Store(path, 90)
        self.open()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.store, name)
        return lambda *args: self._runner.run(method(*args))

    def fill(self) -> None:
        """Keep something of Ana in every table, and a little of Ben."""
        self._runner.run(fill(self.store))
        self.set_language(BEN, "es")
        self.log(entry("moldavian visas", BEN, TODAY), True)

    def close(self) -> None:
        if self.store:
            self._runner.run(self.store.close())
            self._runner.close()
            self.store = None


@pytest.fixture
def store(path: Path) -> Iterator[Still]:
    with closing(Still(path)) as store:
        store.fill()
        yield store


def invoke(path: Path, *words: str) -> Result:
    """Run `iamm backup` or `restore` on a database."""
    commands = {command.name: command for command in maintenance.COMMANDS}
    result = CliRunner().invoke(commands[words[0]], words[1:], obj=config.read({"IAMM_DATABASE": str(path)}))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def content(path: Path) -> list[str]:
    """Return everything that a database holds but when its tables were made, from a copy that it never knows of."""
    with closing(sqlite3.connect(":memory:")) as copied:
        with closing(sqlite3.connect(path)) as db:
            db.backup(copied)
        copied.execute("update _sqlite_migrations set applied_at = ''")
        return sorted(copied.iterdump())


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "iamm.db.lock"}


def wait_for_parts(folder: Path, number: int) -> None:
    """Wait until a copy is under way."""
    for _ in range(2000):
        if len(list(folder.glob("*.iamm-part"))) >= number:
            return
        sleep(0.01)
    raise AssertionError(f"{number} files are not there, but {list(folder.iterdir())}")


def whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        return bool(db.execute("pragma integrity_check").fetchall() == [("ok",)])


# The copy.


def test_a_copy_is_whole_while_the_bot_writes(store: Still, path: Path, backup: Path) -> None:
    copying = threading.Thread(target=copy, args=(path, backup))
    copying.start()
    while copying.is_alive():
        store.log(entry(at=TODAY), True)
    store.log(entry(at=TODAY), True)

    assert whole(backup)
    rows = read(
        backup, "select count(*) as n, (select sum(n) from totals where figure = 'intent') as total from queries"
    )
    assert rows[0]["n"] == rows[0]["total"] >= 2
    assert len(read(path, "select * from queries")) > rows[0]["n"]


def test_a_copy_has_its_keys_and_is_for_its_owner_alone(store: Still, path: Path, backup: Path) -> None:
    result = invoke(path, "backup", str(backup))

    assert (result.exit_code, len(result.output.splitlines())) == (0, 1)
    for name in (str(backup), f"{backup}.keys", f"{datetime.now(UTC) + timedelta(90):%Y-%m-%d}"):
        assert name in result.output
    assert {file.name for file in backup.parent.iterdir()} == {"kept", "copies.db", "copies.db.keys"}
    for file in (backup, Path(f"{backup}.keys")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert pseudonyms.read(Path(f"{backup}.keys")) == pseudonyms.read(Path(f"{path}.keys"))


def test_a_copy_lacks_the_updates_that_wait(store: Still, path: Path, backup: Path) -> None:
    store.receive([Update(7, ANA, '{"text": "zanzibarine"}'), Update(8, ANA, "{}")], NOON)
    store.answered(8)
    copy(path, backup)

    assert b"zanzibarine" not in backup.read_bytes()
    assert [row["number"] for row in read(backup, "select number from inbox")] == [8]
    assert [update.number for update in store.unanswered()] == [7]


@pytest.mark.parametrize("ending", ["", ".keys"])
def test_nothing_is_written_over(store: Still, path: Path, backup: Path, ending: str) -> None:
    there = Path(f"{backup}{ending}")
    there.write_text("an older one")
    result = invoke(path, "backup", str(backup))

    assert (result.exit_code, there.read_text()) == (1, "an older one")
    assert f"{there} exists already" in result.output
    assert {file.name for file in backup.parent.iterdir()} == {"kept", there.name}


def test_there_is_nothing_to_copy(path: Path, backup: Path) -> None:
    assert "There is no database" in invoke(path, "backup", str(backup)).output
    assert not path.parent.exists()


def test_there_is_nowhere_to_copy_to(store: Still, path: Path, tmp_path: Path) -> None:
    result = invoke(path, "backup", str(tmp_path / "nowhere" / "copy.db"))

    assert result.exit_code == 1
    assert "No such file" in result.output


@pytest.mark.parametrize(("name", "reason"), [(".", "is a folder"), ("/", "is a folder"), ("", "is a folder"),
                                              ("x" * 300, "File name too long")])  # fmt: skip
def test_what_names_no_file_is_refused(store: Still, path: Path, name: str, reason: str) -> None:
    result = invoke(path, "backup", name)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert reason in result.output


def test_a_copy_begins_before_or_after_an_erasure_never_amid_one(store: Still, path: Path, backup: Path) -> None:
    begun: list[datetime] = []
    copying = threading.Thread(target=lambda: begun.append(copy(path, backup)))
    with closing(sqlite3.connect(path)) as db:
        db.execute("begin immediate")
        copying.start()
        wait_for_parts(backup.parent, 1)
        done = datetime.now(UTC)
        db.execute("commit")
    copying.join()

    assert begun[0] >= done


def test_a_copy_that_is_stopped_leaves_nothing(store: Still, path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("begin immediate")  # the copy waits
        copying = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "backup", str(backup)], env=os.environ | {"IAMM_DATABASE": str(path)}
        )
        wait_for_parts(backup.parent, 1)
        copying.send_signal(signal.SIGTERM)
        db.execute("commit")
    assert copying.wait(20) == 128 + signal.SIGTERM

    assert [file.name for file in backup.parent.iterdir()] == ["kept"]


def test_a_copy_that_is_killed_is_none_and_the_next_one_sweeps_up(store: Still, path: Path) -> None:
    store.close()
    left, _ = killed(path.parent, "backup", "copy.db")

    assert len(left) > 10
    assert any(list(folder.glob("*.iamm-part")) for folder in left)
    for folder in left:
        kept = {file.name for file in folder.iterdir()}
        if "copy.db" in kept:
            assert whole(folder / "copy.db")
            assert pseudonyms.read(folder / "copy.db.keys") == pseudonyms.read(folder / "iamm.db.keys")
        copy(folder / "iamm.db", folder / "next.db")
        assert not list(folder.glob("*.iamm-part"))


def test_a_copy_that_is_under_way_is_not_swept_up(store: Still, path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("begin immediate")
        copying = threading.Thread(target=lambda: copy(path, backup))
        copying.start()
        wait_for_parts(backup.parent, 2)
        with pytest.raises(StoreError, match="not a database. Put a backup in its place"):
            copy(Path(__file__), backup.with_name("another.db"))
        db.execute("commit")
    copying.join()

    assert whole(backup)


# The way back.


def test_a_backup_brings_back_what_was_lost(store: Still, path: Path, backup: Path) -> None:
    before = content(path)
    copy(path, backup)
    store.unsubscribe(ANA)
    store.log(entry("later", BEN, TODAY), True)
    store.close()
    after = content(path)
    result = invoke(path, "restore", str(backup))

    assert result.exit_code == 0
    assert content(path) == before
    (aside,) = path.parent.glob("iamm.db.before-*[0-9]")
    assert str(aside) in result.output
    assert "not known" not in result.output
    assert "missing" not in result.output
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(Still(path)) as again:
        assert (again.copy(ANA, ANA)).keys() == {*OWNED, "queries"}

    assert invoke(path, "restore", str(aside)).exit_code == 0
    assert content(path) == after
    assert files(path.parent).keys() >= {
        "iamm.db",
        "iamm.db.keys",
        "iamm.db.erasures",
        aside.name,
        f"{aside.name}.keys",
    }


def test_what_is_set_aside_is_named_until_it_is_deleted(store: Still, path: Path, backup: Path) -> None:
    copy(path, backup)
    store.close()
    told = invoke(path, "restore", str(backup)).output
    with closing(Still(path)) as again:
        again.erase(ANA, ANA)
    (aside,) = path.parent.glob("iamm.db.before-*[0-9]")
    assert ANA.partition(":")[2].encode() in aside.read_bytes()

    (problem,) = promises.check(path, 90, TODAY.date())
    assert problem.startswith(f"A restoration has set aside {aside}, {aside}.keys:")

    assert f"rm {aside} {aside}.keys\n" in told
    subprocess.run(["rm", *told[told.index("rm ") :].split()[1:]], check=True)
    assert promises.check(path, 90, TODAY.date()) == []


def test_a_link_leads_to_the_same_lock_and_the_same_keys(store: Still, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    linked = config.read({"IAMM_DATABASE": str(link)}).database
    with lock.hold(path), pytest.raises(StoreError, match="already runs"):
        lock.hold(linked)
    with closing(Still(linked)) as other:
        assert other.erase(ANA, ANA)["queries"] == 1


def test_who_left_since_does_not_come_back(store: Still, path: Path, backup: Path) -> None:
    store.log(entry("ruritanian visas", at=TODAY - timedelta(days=100)), True)
    pseudonym = [
        row["pseudonym"].encode() for row in read(path, "select distinct pseudonym from queries where id <> 2")
    ]
    copy(path, backup)
    traces = [ANA.partition(":")[2].encode(), b"ruritanian", b"Klagenfurt", *pseudonym]
    assert len(pseudonym) == 2
    assert [trace for trace in traces if trace not in backup.read_bytes()] == []
    store.erase(ANA, ANA)
    ben = store.copy(BEN, BEN)
    live = read(path, "select * from totals order by figure, day, language, a, b")
    store.close()
    result = restore(path, backup)

    assert result.repeated == 1
    for file in [path, *path.parent.glob("iamm.db.*")]:
        assert [trace for trace in traces if trace in file.read_bytes()] == [], file
    with closing(Still(path)) as again:
        assert again.copy(ANA, ANA) == {}
        assert again.copy(BEN, BEN) == ben
    # Their part of the totals is gone as well, and that somebody left is counted.
    assert read(path, "select * from totals order by figure, day, language, a, b") == live
    assert any(row["figure"] == "erased" for row in live)


def test_who_came_back_before_the_backup_stays(store: Still, path: Path, backup: Path) -> None:
    store.erase(ANA, ANA)
    store.set_language(ANA, "fr")
    store.log(entry("moldavian visas", ANA, TODAY), True)
    copy(path, backup)
    kept = store.copy(ANA, ANA)
    store.close()
    result = restore(path, backup)

    assert result.repeated == 0
    with closing(Still(path)) as again:
        assert again.copy(ANA, ANA) == kept


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Set the clock of the machine, as far as backups and erasures go."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + ahead

    for module in ("backup", "rights"):
        monkeypatch.setattr(f"bot.store.{module}.datetime", Clock)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_brings_nobody_back_and_takes_nobody_away(
    store: Still, path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    store.erase(BEN, BEN)
    store.set_language(BEN, "fr")
    set_clock(monkeypatch, timedelta(hours=hours))
    copy(path, backup)
    set_clock(monkeypatch, timedelta(0))
    store.erase(ANA, ANA)
    store.close()
    result = restore(path, backup)

    assert result.repeated == 1
    assert result.known_since == result.begun
    with closing(Still(path)) as again:
        assert again.copy(ANA, ANA) == {}
        assert again.chat(BEN, TODAY).language == "fr"


@pytest.mark.parametrize("gone", ["place", "column"])
def test_where_the_place_of_a_backup_is_not_known_every_erasure_is_repeated(
    store: Still, path: Path, backup: Path, gone: str
) -> None:
    store.erase(BEN, BEN)
    store.set_language(BEN, "fr")
    copy(path, backup)
    store.erase(ANA, ANA)
    store.close()
    with closing(sqlite3.connect(backup)) as db, db:
        if gone == "place":
            db.execute("update backup set place = 'none'")
        else:
            db.execute("alter table backup drop column place")
    result = restore(path, backup)

    assert result.repeated == 2
    with closing(Still(path)) as again:
        assert (again.copy(ANA, ANA), again.copy(BEN, BEN)) == ({}, {})


def test_a_row_that_was_deleted_since_does_not_come_back(store: Still, path: Path, backup: Path) -> None:
    store.log(entry("zanzibarine", BEN, TODAY), True)
    copy(path, backup)
    assert store.delete_row(3)
    store.log(entry("another", BEN, TODAY), True)
    assert [row["id"] for row in read(path, "select id from queries")] == [1, 2, 3]
    store.close()
    result = restore(path, backup)

    assert result.repeated == 1
    assert [row["question"] for row in read(path, "select question from queries")] == [
        "ruritanian visas",
        "moldavian visas",
    ]
    assert b"zanzibarine" not in path.read_bytes()


def test_a_row_is_not_taken_for_a_deleted_one_that_had_its_number(store: Still, path: Path, backup: Path) -> None:
    store.log(entry("zanzibarine", BEN, TODAY), True)
    copy(path, backup)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("delete from queries where id = 3")
    store.log(entry("another", ANA, TODAY), True)
    assert store.delete_row(3)
    store.close()
    result = restore(path, backup)

    assert (result.repeated, len(read(path, "select * from queries"))) == (0, 3)


def test_nobody_learns_from_the_file_who_left(store: Still, path: Path) -> None:
    pseudonym = read(path, "select pseudonym from queries")[0]["pseudonym"]
    store.erase(ANA, ANA)
    file = Path(f"{path}.erasures")
    kept = pseudonyms.read(Path(f"{path}.keys"))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = file.read_text().splitlines()
    assert [len(line.split()) for line in lines] == [2, 4]
    assert not {ANA, ANA.partition(":")[2], pseudonym, *kept.values()} & set(lines[1].split())
    other = erasures.hashed("00" * 32, {erasures.conversation(ANA): ANA})
    assert not other.keys() & set(lines[1].split())
    mine = erasures.hashed(kept[ERASURES], {erasures.conversation(ANA): ANA})
    assert mine.keys() < set(lines[1].split())


def test_what_cannot_be_noted_is_not_erased(store: Still, path: Path) -> None:
    file = Path(f"{path}.erasures")
    file.unlink()
    file.mkdir()
    with pytest.raises(StoreError):
        store.erase(ANA, ANA)

    assert (store.copy(ANA, ANA)).keys() == {*OWNED, "queries"}


def test_erasures_are_forgotten_with_retention(store: Still, path: Path) -> None:
    file = Path(f"{path}.erasures")
    key = pseudonyms.read(Path(f"{path}.keys"))[ERASURES]
    file.unlink()
    notes = Erasures(file, key)
    for days in (200, 120, 80, 1):
        notes.record(NOON - timedelta(days=days), [] if days == 200 else [str(days)])
    store._run(store.store._forget_erasures, NOON.date())

    past = erasures.read(file, [key])
    assert past.since == datetime(2026, 8, 25, tzinfo=UTC)
    names = erasures.hashed(key, {str(days): days for days in (200, 120, 80, 1)})
    assert [[names[hash] for hash in erasure.hashes] for erasure in past.erasures] == [[80], [1]]


@pytest.mark.parametrize("what", ["missing", "of another key", "damaged", "begun anew"])
def test_erasures_that_cannot_be_repeated_are_admitted(store: Still, path: Path, backup: Path, what: str) -> None:
    copy(path, backup)
    store.erase(ANA, ANA)
    store.close()
    file, keys = Path(f"{path}.erasures"), Path(f"{path}.keys")
    if what == "of another key":
        for place in (keys, Path(f"{backup}.keys")):
            pseudonyms.write(place, pseudonyms.read(place) | {ERASURES: "00" * 32})
    elif what == "damaged":
        file.write_bytes(file.read_bytes()[:-60] + b"\xff\xfe\n")
    else:
        file.unlink()
    if what == "begun anew":
        with closing(Still(path)):
            pass
    result = invoke(path, "restore", str(backup))

    assert result.exit_code == 0
    assert "could not be repeated" in result.output
    assert "/forget" in result.output
    assert ("Other erasures before" in result.output) == (what == "begun anew")
    assert read(path, "select count(*) as n from saved")[0]["n"] == 1


def test_the_key_of_the_erasures_is_in_the_backup_as_well(store: Still, path: Path, backup: Path) -> None:
    copy(path, backup)
    store.erase(ANA, ANA)
    store.close()
    Path(f"{path}.keys").write_text('{"2026Q4": "12')
    result = restore(path, backup)

    assert (result.repeated, result.lost) == (1, ())
    assert result.known_since is not None
    assert result.aside is not None
    assert Path(f"{result.aside}.keys").read_text() == '{"2026Q4": "12'
    assert pseudonyms.read(Path(f"{path}.keys")) == pseudonyms.read(Path(f"{backup}.keys"))


def test_a_line_that_was_cut_off_was_never_acted_on(tmp_path: Path) -> None:
    key, file = "11" * 32, tmp_path / "erasures"
    notes = Erasures(file, key)
    notes.begin(NOON)
    notes.record(NOON, ["one"])
    whole_file = file.read_bytes()
    file.write_bytes(whole_file + b"2026-11-23T12:00:00.000+00:00 ab")
    past = erasures.read(file, [key])
    assert (past.since, len(past.erasures)) == (NOON, 1)

    notes.begin(NOON + timedelta(days=1))
    assert file.read_bytes() == whole_file


# What stands in the way.


def test_no_backup_is_put_in_place_while_the_bot_runs(store: Still, path: Path, backup: Path) -> None:
    copy(path, backup)
    with pytest.raises(StoreError, match="has .* open"):
        restore(path, backup)
    store.close()
    held = lock.hold(path)
    before = files(path.parent)
    code = "import sys; from pathlib import Path; from bot.store.restoring import restore; "
    code += "restore(Path(sys.argv[1]), Path(sys.argv[2]))"
    done = subprocess.run([sys.executable, "-c", code, path, backup], capture_output=True, text=True)
    held.release(force=True)

    assert "already runs" in done.stderr
    assert files(path.parent) == before


@pytest.mark.parametrize("what", ["missing", "itself", "text", "empty", "another", "cut", "overwritten", "later"])
def test_what_is_no_backup_is_refused(store: Still, path: Path, backup: Path, what: str) -> None:
    for number in range(200):
        store.save(BEN, f"III.{number}", NOON)
    copy(path, backup)
    store.close()
    size = backup.stat().st_size
    if what == "missing":
        backup.unlink()
    elif what == "itself":
        backup = path
    elif what in {"text", "empty"}:
        backup.write_text("no database" * 1000 if what == "text" else "")
    elif what == "another":
        backup.unlink()
        with closing(sqlite3.connect(backup)) as db:
            db.execute("create table notes (text)").close()
    elif what == "cut":
        os.truncate(backup, size // 2)
    elif what == "overwritten":
        with backup.open("r+b") as file:
            file.seek(size // 2)
            file.write(b"\xa5" * (size // 4))
    else:
        with closing(sqlite3.connect(backup)) as db, db:
            db.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('iamm', 'm9999', '')")
    before = files(path.parent)
    result = invoke(path, "restore", str(backup))

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert ("m9999" in result.output) == (what == "later")
    assert ("Use another backup" in result.output) == (what in {"text", "cut", "overwritten"})
    assert files(path.parent) == before


@pytest.mark.parametrize("what", ["missing", "text", "empty", "cut", "overwritten", "alone"])
def test_a_database_that_is_lost_does_not_stand_in_the_way(
    store: Still, path: Path, backup: Path, tmp_path: Path, what: str
) -> None:
    store.close()
    store = Still(path)
    before = content(path)
    copy(path, backup)
    store.save(BEN, "III.7", NOON)
    log = Path(f"{path}-wal").read_bytes()
    store.close()
    if what in {"text", "empty"}:
        path.write_text("no database" * 9000 if what == "text" else "")
    elif what == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif what == "overwritten":
        with path.open("r+b") as file:
            file.write(b"\xa5" * 30000)
    else:
        path.unlink()
        if what == "alone":
            for file in path.parent.iterdir():
                file.unlink()
    Path(f"{path}-wal").write_bytes(log)  # it is of another database than the one that comes
    lost = path.read_bytes() if path.exists() else None
    result = restore(path, backup)

    assert content(path) == before
    assert (result.aside is None) == (what in {"missing", "alone"})
    assert result.broken == (what in {"text", "cut", "overwritten"})
    if result.broken and result.aside:
        assert result.aside.read_bytes() == lost
    with closing(Still(path)) as again:
        assert again.standing(ANA) is not None


def test_keys_of_both_are_kept(store: Still, path: Path, backup: Path) -> None:
    copy(path, backup)
    store.close()
    live = pseudonyms.read(Path(f"{path}.keys"))
    theirs = {"2026Q4": "aa" * 32, "2025Q1": "bb" * 32}
    pseudonyms.write(Path(f"{backup}.keys"), {ERASURES: "cc" * 32, **theirs})
    pseudonyms.write(Path(f"{path}.keys"), live | {"2027Q1": "dd" * 32})
    restore(path, backup)

    assert pseudonyms.read(Path(f"{path}.keys")) == {**theirs, "2027Q1": "dd" * 32, ERASURES: live[ERASURES]}


def test_keys_that_are_lost_are_named(store: Still, path: Path, backup: Path) -> None:
    copy(path, backup)
    store.close()
    Path(f"{backup}.keys").unlink()
    pseudonyms.write(Path(f"{path}.keys"), {"2027Q1": "dd" * 32})

    assert "The keys of 2026Q4 are missing" in invoke(path, "restore", str(backup)).output


def test_an_old_backup_is_brought_up_to_date(store: Still, path: Path, backup: Path) -> None:
    store.close()
    with closing(Database(backup)) as old:
        migrations.apply(old, stop_before="m0002_saved_and_subscriptions")
        old.execute("create table backup (begun text not null) strict")
        old.execute("insert into backup values (?)", [TODAY.isoformat(timespec="milliseconds")])
        old.table("chats").insert({"chat": BEN, "language": "fr"})
    restore(path, backup)

    assert read(path, "select name from sqlite_master where name in ('backup', 'inbox')") == [{"name": "inbox"}]
    with closing(Still(path)) as again:
        assert (again.chat(BEN, NOON)).language == "fr"


def test_a_backup_of_a_backup_stands_at_its_own_moment(store: Still, path: Path, backup: Path) -> None:
    copy(path, backup)
    store.erase(ANA, ANA)
    store.close()
    os.replace(backup, path)  # put in place by hand
    again = backup.with_name("again.db")
    begun = copy(path, again)

    assert [row["begun"] for row in read(again, "select * from backup")] == [begun.isoformat(timespec="milliseconds")]


# Killed.


def test_a_kill_leaves_the_old_database_or_the_new_one(store: Still, path: Path) -> None:
    backup = path.parent / "copy.db"
    copy(path, backup)
    store.erase(ANA, ANA)
    store.subscribe(STANDING, NOON)
    store.close()
    old = content(path)
    left, done = killed(path.parent, "restore", "copy.db")
    new = content(done / "iamm.db")

    assert len(left) > 10
    found, tried = [], set()
    for folder in left:
        database = folder / "iamm.db"
        found.append(_unmarked(content(database)))
        assert whole(database)
        names = frozenset(re.sub(r"\d{8}T\d{6}", "", file.name) for file in folder.iterdir())
        if names not in tried:  # what is left is cleared up
            tried.add(names)
            restore(database, folder / "copy.db")
            assert content(database) == new
            assert not list(folder.glob("*.restoring*"))
            asides = [aside for aside in folder.glob("iamm.db.before-*") if not aside.name.endswith(".keys")]
            assert len({aside.stat().st_ino for aside in asides}) == len(asides)
            assert set(files(folder)) - set(files(done)) <= {
                name for name in files(folder) if name.startswith("iamm.db.before-")
            }
    assert len(tried) > 5
    assert found == sorted(found, key=lambda state: state == new)
    assert {tuple(state) for state in found} == {tuple(old), tuple(new)}


def _unmarked(lines: list[str]) -> list[str]:
    """Return a database's content without the mark by which it can be put back."""
    return [line for line in lines if " backup " not in line and '"backup"' not in line]
