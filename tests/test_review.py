"""The figures: what the rows say, hidden where few stand behind it, and the same however often they are asked for."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from bot import config, content
from bot.cli import main
from bot.review import demand, figures, items, page, period, report, running, serving, table
from bot.review.figures import COVER, FEW, Count, Figures, covered, percentile, tell_tale
from bot.review.period import Period, PeriodError
from bot.review.report import Report
from bot.review.table import Table
from bot.store import totals
from bot.store.database import Store
from bot.store.migrations import migrations
from tests import log_rows
from tests.conftest import NOON
from tests.log_rows import COLUMNS, UNTIL
from tests.test_store import ANA, BEN, entry

SOAK = "IAMM_SOAK" in os.environ
ROWS, DAYS = (1_000_000, 365) if SOAK else (8000, 120)
PERIODS = [
    Period(UNTIL - timedelta(days=6), UNTIL),
    Period(UNTIL - timedelta(days=29), UNTIL, "fr"),
    Period(UNTIL - timedelta(days=DAYS - 1), UNTIL),
]
TOTALS = "select * from totals order by figure, day, language, a, b"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "iamm.db"
    log_rows.write(path, ROWS, DAYS)
    return path


@pytest.fixture(scope="module", params=PERIODS, ids=["week", "month in French", "all"])
def read(request: pytest.FixtureRequest, path: Path) -> Iterator[Figures]:
    with figures.reading(path, request.param) as read:
        yield read


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IAMM_SEMANTIC", "off")
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


def made(path: Path, wanted: Period) -> Report:
    """Return the whole report of a period."""
    loaded = content.load(config.read({}).content)
    with figures.reading(path, wanted) as read:
        tables = tuple(build(read) for build in report.builders(loaded.agendas, UNTIL, 90))
        return Report(wanted, report.head(read, loaded.version), tables)


# The figures, by a second way: counted from the rows, one by one, in Python.


def monday(day: date, within: Period) -> str:
    """Return the first day of a week, as far as it lies in a period."""
    return str(max(within.since, day - timedelta(days=day.weekday())))


class Counted:
    """Rows and people of a period by any key, from the rows themselves."""

    def __init__(self, read: Figures) -> None:
        self.weekly = read.period.weekly
        sql = f"select {', '.join(COLUMNS)} from queries where day between ? and ?"  # noqa: S608 - own names
        values = (str(read.period.since), str(read.period.until))
        self.rows = [dict(zip(COLUMNS, row, strict=True)) for row in read.db.execute(sql, values)]
        for row in self.rows:
            row["language"] = row["language_detected"] or row["language_set"] or ""
            row["step"] = monday(date.fromisoformat(row["day"]), read.period) if self.weekly else row["day"]
            row["asked"] = row["intent"] == "ask" and row["kind"] == "question"
        if read.period.language:
            self.rows = [row for row in self.rows if row["language"] == read.period.language]

    def by(self, *keys: str, asked: bool = True, **wanted: Any) -> dict[tuple[Any, ...], Count]:
        n: Counter[tuple[Any, ...]] = Counter()
        people: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        for row in self.rows:
            if (row["asked"] or not asked) and all(row[name] == value for name, value in wanted.items()):
                key = tuple(row[name] for name in keys)
                n[key] += 1
                people[key].add(row["pseudonym"])
        return {key: Count(n[key], len(people[key])) for key in n}


@pytest.fixture(scope="module")
def counted(read: Figures) -> Counted:
    return Counted(read)


def agree(cell: figures.Cell, count: Count) -> bool:
    """Whether a cell shows what was counted, or hides what fewer than five stand behind."""
    if cell == COVER:
        return True
    if cell == FEW:
        # With more rows than are looked at, more may be hidden; never less.
        return count.n > 0 and (count.people < 5 or SOAK)
    return cell == count.n and not count.hidden


def test_languages_and_days(read: Figures, counted: Counted) -> None:
    asked, messages = counted.by("language"), counted.by("language", asked=False)
    shown = demand.languages(read)
    for row in shown.rows:
        code = next(code for code, name in demand.NAMES.items() if name == row[0])
        assert agree(row[1], messages.get((code,), Count()))
        assert agree(row[2], asked.get((code,), Count()))
        active = messages.get((code,), Count()).people
        assert agree(row[3], Count(active, active))
    days = counted.by("step", "language")
    table = demand.questions(read)
    codes = [next(c for c, name in demand.NAMES.items() if name == column) for column in table.columns[1:]]
    assert {row[0] for row in table.rows} >= {day for day, _ in days}
    for step, *cells in table.rows:
        for code, cell in zip(codes, cells, strict=True):
            count = days.get((step, code), Count())
            # In a week people are known day by day, and from the latest rows.
            assert agree(cell, count) or (cell == FEW and counted.weekly)


def test_people(read: Figures, counted: Counted) -> None:
    first_seen: dict[str, str] = dict(read.db.execute(
        "select pseudonym, min(day) from queries where ? is null or coalesce(language_detected, language_set, '') = ? "
        "group by pseudonym", (read.period.language, read.period.language)).fetchall())  # fmt: skip
    here = defaultdict(set)
    for row in counted.rows:
        here[row["step"]].add(row["pseudonym"])
        here["all"].add(row["pseudonym"])
    for step, active, new, returning in demand.people(read).rows:
        people = here.get(str(step), set())
        begun = str(read.period.since) if step == "all" else str(step)
        fresh = sum(first_seen[person] >= begun for person in people)
        assert agree(active, Count(len(people), len(people)))
        assert agree(new, Count(fresh, fresh))
        assert agree(returning, Count(len(people) - fresh, len(people) - fresh))


def test_outcomes(read: Figures, counted: Counted) -> None:
    whole, parts = counted.by("language"), counted.by("language", "outcome")
    for row in demand.outcomes(read).rows:
        code = next(code for code, name in demand.NAMES.items() if name == row[0])
        for outcome, cell in zip(demand.OUTCOMES, row[2:-1], strict=True):
            part = parts.get((code, outcome), Count())
            if isinstance(cell, float):
                assert cell == pytest.approx(100 * part.n / whole[code,].n)
                assert not part.hidden
            else:
                assert cell is None or cell == COVER or part.people < 5


def test_chapters_hours_and_kinds(read: Figures, counted: Counted) -> None:
    for row in counted.rows:
        parts = (row["item"] or "").partition("#")[0].split(".")
        row["chapter"] = ".".join(parts[:2]) if parts[0] == "III" else parts[0]
        row["hour"] = row["minute"][:2]
    chapters = {key: count for key, count in counted.by("chapter").items() if key != ("",)}
    rows = demand.chapters(read, content.load(config.read({}).content).agendas).rows
    assert {row[0] for row in rows} == {chapter for (chapter,) in chapters}
    assert all(agree(row[2], chapters[row[0],]) for row in rows)
    shown = [row[2] for row in rows if isinstance(row[2], int)]
    assert shown == sorted(shown, reverse=True)
    hours = counted.by("hour", "language")
    for row in demand.hours(read).rows:
        codes = [read.period.language] if read.period.language else list(demand.NAMES)
        assert all(agree(c, hours.get((row[0], code), Count())) for code, c in zip(codes, row[1:], strict=True))
    kinds = counted.by("channel", "kind", asked=False)
    rows = running.kinds(read).rows
    assert len(rows) == len(kinds)
    assert all(agree(row[2], kinds[row[0], row[1]]) for row in rows)


def test_items_and_pairs(read: Figures, counted: Counted) -> None:
    shown, thumbs = counted.by("item", asked=False), counted.by("item", "feedback", asked=False)
    followed = counted.by("item", "followed", asked=False)
    rows = items.items(read).rows
    assert {row[0] for row in rows} == {item for (item,) in shown if item}
    for item, count, accepted, up, down, _, again, *_ in rows:
        for cell, number in (
            (count, shown[item,]), (accepted, followed.get((item, "accepted"), Count())),
            (up, thumbs.get((item, 1), Count())), (down, thumbs.get((item, -1), Count())),
            (again, followed.get((item, "again"), Count())),
        ):  # fmt: skip
            assert agree(cell, number)
    thin: Counter[tuple[str, str]] = Counter()
    people = defaultdict(set)
    for row in counted.rows:
        if row["asked"] and row["runner_up"] not in {None, row["item"]} and row["margin"] < 0.05 * row["score"]:
            pair = min(row["item"], row["runner_up"]), max(row["item"], row["runner_up"])
            thin[pair] += 1
            people[pair].add(row["pseudonym"])
    for one, other, n in items.pairs(read).rows:
        assert (thin[one, other], len(people[one, other]) >= 5) == (n, True)  # type: ignore[index]
    if not SOAK:
        assert len(items.pairs(read).rows) == sum(len(who) >= 5 for who in people.values())


def test_languages_mixed_latency_and_versions(read: Figures, counted: Counted) -> None:
    spoken = counted.by("language_set", "language_detected", asked=False)
    codes = {name: code for code, name in demand.NAMES.items()}
    for chosen, detected, cell, *_ in demand.spoken(read).rows:
        assert agree(cell, spoken[codes[chosen], codes[detected]])  # type: ignore[index]
    times = defaultdict(list)
    for row in counted.rows:
        times[row["step"]].append(row["ms"])
        times["all"].append(row["ms"])
    for step, half, most, errors, _ in running.latency(read).rows:
        taken = sorted(times.get(str(step), []))
        for share, cell in ((0.5, half), (0.95, most)):
            if isinstance(cell, float):
                exact = taken[max(0, -int(-share * len(taken) // 1) - 1)]
                assert cell == pytest.approx(exact, rel=0.06)
        failed = [r for r in counted.rows if r["outcome"] == "failed" and step in {"all", r["step"]}]
        people = len({row["pseudonym"] for row in failed})
        assert agree(errors, Count(len(failed), people)) or counted.weekly
    versions = counted.by("content_version")
    rows = demand.versions(read).rows
    assert [row[0] for row in rows] == sorted(version for (version,) in versions)
    assert all(agree(row[2], versions[row[0],]) for row in rows)


def test_what_nobody_reached(path: Path) -> None:
    agendas = content.load(config.read({}).content).agendas
    with figures.reading(path, Period(UNTIL, UNTIL)) as read:
        reached = {
            (row[0], row[1])
            for row in read.db.execute(
                "select coalesce(language_detected, language_set, ''), item from queries where day > ? "
                "and item is not null group by 1, 2 having count(distinct pseudonym) >= 5",
                (str(UNTIL - timedelta(days=90)),),
            )
        }
        rows = items.unreached(read, agendas).rows
    for (name, size, missing, _, listed), code in zip(rows, agendas, strict=True):
        unreached = [item for item in agendas[code].items if (code, item) not in reached]
        assert (name, size) == (demand.NAMES[code], 305)
        assert missing == len(unreached) or SOAK
        assert SOAK or str(listed).split() == [i for i in unreached if any((c, i) in reached for c in agendas)][:20]


def test_deliveries(read: Figures) -> None:
    where = "day between ? and ? and (? is null or language = ?)"
    values = (str(read.period.since), str(read.period.until), read.period.language, read.period.language)
    rows = read.db.execute(f"select day, outcome, late, n from delivery_counts where {where}", values).fetchall()  # noqa: S608
    due, late, failed = Counter[str](), Counter[str](), Counter[str]()
    for day, outcome, is_late, n in rows:
        step = monday(date.fromisoformat(day), read.period) if read.period.weekly else day
        due[step] += n
        late[step] += n * is_late
        failed[step] += n * outcome.startswith(("failed", "unknown"))
    shown = running.digest(read, "step").rows
    assert [row[0] for row in shown] == [str(first) for first, _ in read.period.steps]
    for step, whole, _, tardy, broken, *_ in shown:
        assert whole in {due[str(step)], COVER, FEW}
        assert tardy in {late[str(step)], FEW}
        assert broken in {failed[str(step)], FEW}


# Totals.


def database(path: Path) -> sqlite3.Connection:
    db = Database(path)
    migrations.apply(db)
    db.conn.isolation_level = None
    return db.conn


def rebuilt(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Return the totals as they are worked out from the rows that there are."""
    kept = db.execute(TOTALS).fetchall()
    db.execute("begin")
    db.execute("delete from totals")
    totals.fill(Database(db))
    found = db.execute(TOTALS).fetchall()
    db.execute("rollback")
    assert db.execute(TOTALS).fetchall() == kept
    return found


def insert(db: sqlite3.Connection, row: tuple[object, ...]) -> None:
    db.execute(f"insert into queries ({', '.join(COLUMNS)}) values ({', '.join('?' * len(row))})", row)  # noqa: S608


def test_totals_follow_every_row_that_comes_changes_or_is_erased(tmp_path: Path) -> None:
    with closing(database(tmp_path / "iamm.db")) as db:
        random = Random(7)
        rows = list(log_rows.rows(700, 30))
        random.shuffle(rows)  # what was written while the network was away comes late
        db.execute("begin")
        for row in rows:
            insert(db, row)
        db.execute("commit")
        assert db.execute(TOTALS).fetchall() == rebuilt(db)
        for number in random.sample(range(1, 701), 150):
            db.execute("update queries set feedback = ? where id = ?", (random.choice([-1, 0, 1]), number))
            db.execute("update queries set followed = ? where id = ?", (random.choice([None, "again"]), number))
        assert db.execute(TOTALS).fetchall() == rebuilt(db)
        for number in random.sample(range(1, 701), 400):
            db.execute("delete from queries where id = ?", (number,))
        assert db.execute(TOTALS).fetchall() == rebuilt(db)
        db.execute("delete from queries")
        assert db.execute(TOTALS).fetchall() == []


def test_a_file_from_before_gets_its_totals(tmp_path: Path) -> None:
    before = Database(tmp_path / "before.db")
    migrations.apply(before, stop_before="m0003_totals")
    columns = [name for name in COLUMNS if name != "followed"]
    rows = [
        {name: value for name, value in zip(COLUMNS, row, strict=True) if name in columns}
        for row in log_rows.rows(300, 20)
    ]
    before.table("queries").insert_all(rows)
    migrations.apply(before)
    with closing(database(tmp_path / "after.db")) as after:
        for row in rows:
            insert(after, tuple({**row, "followed": None}[name] for name in COLUMNS))
        assert before.conn.execute(TOTALS).fetchall() == after.execute(TOTALS).fetchall() != []
    before.close()


async def test_totals_outlive_the_rows_and_name_nobody(store: Store) -> None:
    for days in (200, 120, 60, 0):
        await store.log(entry(at=NOON - timedelta(days=days)))
        await store.log(entry(person=BEN, at=NOON - timedelta(days=days)))
    rows = await store._run(store._rows, TOTALS)
    pseudonyms = {row["pseudonym"] for row in await store._run(store._rows, "select pseudonym from queries")}
    await store.tidy(NOON.date())

    assert len(await store._run(store._rows, "select * from queries")) == 4
    assert await store._run(store._rows, TOTALS) == rows
    assert not {str(value) for row in rows for value in row.values()} & pseudonyms


async def test_erasure_takes_its_part_of_the_totals_along(store: Store) -> None:
    await store.log(entry(person=BEN))
    before = await store._run(store._rows, TOTALS)
    for days in (100, 3, 0):
        await store.log(entry("ruritanian visas", at=NOON - timedelta(days=days)))
    await store.judge(ANA, "III.3.a#5", -1, NOON)
    await store.erase(ANA, ANA)
    await store.erase(ANA, ANA)

    (erased,) = [r for r in await store._run(store._rows, TOTALS) if r["figure"] == "erased"]
    assert [r for r in await store._run(store._rows, TOTALS) if r["figure"] != "erased"] == before
    assert (erased["n"], erased["language"], erased["a"]) == (1, "", "")


async def test_what_a_person_does_next_tells_of_the_answer(store: Store) -> None:
    later = partial(replace, entry())
    await store.log(later(outcome="did_you_mean"))
    await store.log(later(kind="button", intent="section", question=None, at=NOON + timedelta(minutes=40)))
    await store.log(later(at=NOON + timedelta(hours=1), item="III.9#1"))
    await store.log(later(at=NOON + timedelta(hours=1, minutes=2)))
    await store.log(later(at=NOON + timedelta(hours=1, minutes=5)))
    await store.log(later(person=BEN, at=NOON + timedelta(hours=1, minutes=6)))
    await store.log(later(kind="button", intent="section", question=None, at=NOON + timedelta(hours=2)))

    rows = await store._run(store._rows, "select followed from queries order by id")
    assert [row["followed"] for row in rows] == ["accepted", None, "again", None, None, None, None]


# What is hidden.


def ask(db: sqlite3.Connection, person: str, **said: object) -> None:
    row = {
        "channel": "telegram", "kind": "question", "language_set": "en", "language_detected": "en", "question": "visas",
        "intent": "ask", "outcome": "answered", "item": "III.3.a#5", "runner_up": "III.3.a#8", "score": 10.0,
        "margin": 0.1, "matched": "", "feedback": 0, "followed": None, "content_version": "c", "code_version": "1",
        "day": str(UNTIL), "minute": "12:00", "pseudonym": person, "ms": 9.0,
    }  # fmt: skip
    insert(db, tuple((row | said)[name] for name in COLUMNS))


@pytest.mark.parametrize(("people", "shown"), [(1, FEW), (4, FEW), (5, 20), (6, 24)])
def test_what_fewer_than_five_people_asked_is_hidden(tmp_path: Path, people: int, shown: figures.Cell) -> None:
    with closing(database(tmp_path / "iamm.db")) as db:
        for number in range(people * (20 if people == 1 else 4)):
            # On different days, so that no single day shows five.
            ask(db, f"{number % people}", day=str(UNTIL - timedelta(days=number % 7)), feedback=-1)
    tables = {t.name: t for t in made(tmp_path / "iamm.db", PERIODS[0]).tables}

    assert tables["languages"].rows[0][1:3] == (shown, shown)
    assert tables["items"].rows[0][:2] == ("III.3.a#5", shown)
    assert tables["items"].rows[0][4] == shown
    assert tables["items"].rows[0][-1] == ("" if shown == FEW else "over 30 % down")
    assert tables["chapters"].rows[0][2] == shown
    assert tables["pairs"].rows == (() if shown == FEW else (("III.3.a#5", "III.3.a#8", shown),))
    assert tables["latency"].rows[-1][1] == (FEW if shown == FEW else 9.0)
    assert tables["versions"].rows[0][2] == shown


def test_people_are_counted_when_their_rows_are_gone(tmp_path: Path) -> None:
    with closing(database(tmp_path / "iamm.db")) as db:
        for number in range(6):
            ask(db, f"{number}")
            ask(db, f"{number % 2}", item="III.9#1")
        totals.keep_from(Database(db), UNTIL + timedelta(days=1))
        assert db.execute("select count(*) from queries").fetchone() == (0,)
    kept = made(tmp_path / "iamm.db", PERIODS[0]).table("items")

    assert [row[:2] for row in kept.rows] == [("III.3.a#5", 6), ("III.9#1", FEW)]


def test_one_hidden_part_takes_another_along() -> None:
    few, some, many = Count(3, 3), Count(20, 20), Count(90, 80)

    assert [part.shown for part in covered([many, few, some])] == [90, FEW, COVER]
    assert [part.shown for part in covered([many, few, few])] == [90, FEW, FEW]
    assert [part.shown for part in covered([many, some, Count()])] == [90, 20, 0]
    assert (tell_tale([few, many]), tell_tale([few, few]), tell_tale([])) == (True, False, False)
    assert few.share(many) == FEW
    assert many.share(Count(200, 150)) == 45.0
    assert many.share(few) == FEW
    assert few.share(Count()) is None


def test_when_to_act(tmp_path: Path) -> None:
    with closing(database(tmp_path / "iamm.db")) as db:
        for number in range(30):
            ask(db, f"{number}", outcome="no_match" if number < 10 else "answered", ms=1500.0)
            ask(db, f"{number}", language_set="fr", language_detected="en" if number < 10 else "fr")
            ask(db, f"{number}", language_detected="es", language_set="es", day=str(UNTIL - timedelta(days=10)))
    tables = {t.name: {row[0]: row[-1] for row in t.rows} for t in made(tmp_path / "iamm.db", PERIODS[0]).tables}

    assert tables["languages"]["Spanish"] == "falls by a third"
    assert tables["outcomes"] == {"English": "none over 15 %, differs by over 10 points",
                                  "French": "differs by over 10 points", "Spanish": "", "unknown": ""}  # fmt: skip
    assert tables["latency"][str(UNTIL)] == "over a second"
    assert tables["spoken"] == {"French": "over 5 %"}


# Periods and percentiles.


def test_periods() -> None:
    today = date(2026, 11, 23)
    week = period.read("7d", None, None, today)
    assert (week.since, week.until, week.days, week.weekly) == (date(2026, 11, 17), today, 7, False)
    assert week.before == Period(date(2026, 11, 10), date(2026, 11, 16))
    year = period.read("2026-01-01", "2026-12-31", "fr", today)
    assert (year.days, year.weekly, year.language) == (365, True, "fr")
    assert year.steps[:2] == [(date(2026, 1, 1), date(2026, 1, 4)), (date(2026, 1, 5), date(2026, 1, 11))]
    assert year.steps[-1] == (date(2026, 12, 28), date(2026, 12, 31))
    for since, until in (("0d", None), ("soon", None), ("7d", "2026-13-01"), ("2026-11-24", None)):
        with pytest.raises(PeriodError):
            period.read(since, until, None, today)


def test_percentiles() -> None:
    assert percentile([], 0.5) is None
    assert percentile([(1.0, 1)], 0.95) == 1.0
    assert [percentile([(1.0, 50), (2.0, 44), (3.0, 6)], share) for share in (0.5, 0.51, 0.94, 0.95)] == [1, 2, 2, 3]


# The command.


@pytest.mark.parametrize("form", [[], ["--csv"], ["--html", "report.html"]])
def test_the_same_twice(cli: CliRunner, path: Path, monkeypatch: pytest.MonkeyPatch, form: list[str]) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(path))
    said = []
    for _ in range(2):
        result = cli.invoke(main, ["review", "--since", "90d", "--until", str(UNTIL), *form])
        assert result.exit_code == 0, result.output
        said.append(Path("report.html").read_bytes() if "--html" in form else result.output)
    assert said[0] == said[1]


def test_the_terminal_says_what_the_figures_are_of(cli: CliRunner, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(path))
    output = cli.invoke(main, ["review", "--lang", "fr", "--until", str(UNTIL)]).output

    assert "Period: 2026-11-17 to 2026-11-23, 7 days, both included. Time zone: UTC.\nLanguage: French." in output
    assert "English" not in output.partition("Questions by day")[2].partition("Language set")[0]


def test_csv_holds_every_figure(cli: CliRunner, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(path))
    output = cli.invoke(main, ["review", "--csv", "--until", str(UNTIL)]).output
    rows = list(csv.DictReader(io.StringIO(output)))

    tables = made(path, PERIODS[0]).tables
    assert len(rows) == sum(len(t.rows) * (len(t.columns) - t.keys) for t in tables)
    assert {row["table"] for row in rows} == {t.name for t in tables if t.rows}


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("form", [[], ["--csv"], ["--html", "report.html"], ["--since", "400d"], ["--lang", "es"]])
def test_little_or_nothing(
    cli: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, form: list[str]
) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(tmp_path / "iamm.db"))
    with closing(database(tmp_path / "iamm.db")) as db:
        for _ in range(rows):
            ask(db, "0123456789abcdef", question="ruritanian visas", item="III.9#3", ms=4321.0)
    result = cli.invoke(main, ["review", "--until", str(UNTIL), *form])

    assert result.exit_code == 0, result.output
    said = result.output + (Path("report.html").read_text() if "--html" in form else "")
    assert not [word for word in ("0123456789abcdef", "ruritanian", "4,300", "4300", "nan") if word in said]


def test_what_cannot_be_shown_is_told(cli: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(tmp_path / "iamm.db"))
    assert "There is no database" in cli.invoke(main, ["review"]).output
    database(tmp_path / "iamm.db").close()
    assert "7d for seven days" in cli.invoke(main, ["review", "--since", "soon"]).output
    assert "cannot be written" in cli.invoke(main, ["review", "--html", "no/such/folder.html"]).output
    (tmp_path / "iamm.db").write_bytes(b"this is no database " * 100)
    failed = cli.invoke(main, ["review"])
    assert "cannot be used" in failed.output
    assert failed.exit_code == 1


def test_without_the_extra_it_says_what_to_install(cli: CliRunner, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(path))
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = cli.invoke(main, ["review", "--serve", "--until", str(UNTIL)])

    assert "pip install 'iamm-bot[review]'" in result.output
    assert result.exit_code == 1


def test_a_log_from_before_is_brought_up_to_date(
    cli: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAMM_DATABASE", str(tmp_path / "iamm.db"))
    before = Database(tmp_path / "iamm.db")
    migrations.apply(before, stop_before="m0003_totals")
    before.close()

    assert cli.invoke(main, ["review"]).exit_code == 0


# The page and the copy.


def test_the_page_says_no_more_than_the_tables() -> None:
    days = Table("questions", "Questions <by> day", ("day", "English", "French"),
                 (("2026-11-22", 7, FEW), ("2026-11-23", 1200, 0)), note="A & B")  # fmt: skip
    html = page.render(Report(PERIODS[0], ("Period",), (days,)))

    assert "Questions &lt;by&gt; day" in html
    assert '<td role="cell" data-of="French" class="n">&lt;5</td>' in html
    assert html.count("<rect") == 2 + 2  # two names, two columns that may be shown
    assert "A &amp; B" in html


def test_the_copy_names_nobody(path: Path, tmp_path: Path) -> None:
    whole = made(path, PERIODS[2])
    serving.copy(path, whole, tmp_path / "review.db")
    with closing(sqlite3.connect(path)) as log, closing(sqlite3.connect(tmp_path / "review.db")) as copy:
        since = str(PERIODS[2].since)
        rows = log.execute("select count(*), count(distinct question) from queries where day >= ?", (since,)).fetchone()
        shared = log.execute(
            "select question from queries where day >= ? group by question having count(distinct pseudonym) >= 3 "
            "and question is not null order by 1", (since,),
        ).fetchall()  # fmt: skip
        assert copy.execute("select count(*) from log").fetchone()[0] == rows[0]
        said = copy.execute("select distinct question from log where question is not null order by 1").fetchall()
        assert said == shared
        assert 0 < len(said) < rows[1] + SOAK  # in a million rows every question is asked by three
        columns = {name for _, name, *_ in copy.execute("pragma table_info(log)")}
        assert not columns & {"id", "pseudonym", "minute", "matched"}
        for query in serving.described(whole)["databases"]["review"]["queries"].values():
            copy.execute(query["sql"]).fetchall()
    held = (tmp_path / "review.db").read_bytes()
    with closing(sqlite3.connect(path)) as log:
        people = [p for (p,) in log.execute("select distinct pseudonym from queries limit 300")]
    assert not [person for person in people if person.encode() in held]


def test_tables_line_up() -> None:
    lines = list(
        table.text([Table("t", "Title", ("name", "n"), (("a", 5), ("bcdef", 12_345), ("c", None)), note="Note")])
    )

    assert lines == ["", "Title", "  name        n", "  a           5", "  bcdef  12,345", "  c           –", "  Note"]
