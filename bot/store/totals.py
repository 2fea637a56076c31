"""Totals by day, kept with each row of the log: what a review reads, and what outlives the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from sqlite3 import Connection

from sqlite_utils import Database

THIN = 0.05
"""The lead over the runner-up, as a share of the score, below which an answer was a narrow one."""
EVERYBODY = "*"
"""In place of a language: people, whatever they spoke."""

LANGUAGE = "coalesce({r}.language_detected, {r}.language_set, '')"
"""The language a row was asked in, as far as it tells; `{r}` stands for the row."""
_ASKED = "({r}.intent = 'ask' and {r}.kind = 'question')"
_SHOWN = "{r}.item is not null"
_CHAPTER = (
    "case when {r}.item like 'III.%' then 'III.' || cast(substr({r}.item, 5) as integer) "
    "else substr({r}.item, 1, instr({r}.item || '.', '.') - 1) end"
)
_THUMB = "case when {r}.feedback > 0 then 'up' else 'down' end"
_VERSION = "coalesce({r}.content_version, '')"


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted: the rows for which `when` holds, by day, language and the expressions `a` and `b`."""

    when: str
    a: str = "''"
    b: str = "''"


FIGURES = {
    "kind": Figure("true", "{r}.channel", "{r}.kind"),
    "intent": Figure("true", "{r}.intent", "{r}.outcome"),
    "asked": Figure(_ASKED),
    "hour": Figure(_ASKED, "substr({r}.minute, 1, 2)"),
    "chapter": Figure(f"{_ASKED} and {_SHOWN}", _CHAPTER, "{r}.outcome"),
    "shown": Figure(_SHOWN, "{r}.item"),
    "thumb": Figure(f"{_SHOWN} and {{r}}.feedback <> 0", "{r}.item", _THUMB),
    "followed": Figure(f"{_SHOWN} and {{r}}.followed is not null", "{r}.item", "{r}.followed"),
    "pair": Figure(
        f"{_ASKED} and {_SHOWN} and {{r}}.runner_up <> {{r}}.item and {{r}}.margin < {THIN} * {{r}}.score",
        "min({r}.item, {r}.runner_up)",
        "max({r}.item, {r}.runner_up)",
    ),
    "spoken": Figure(
        "{r}.language_set is not null and {r}.language_detected is not null",
        "{r}.language_set",
        "{r}.language_detected",
    ),
    # Two significant digits: ninety steps from a power of ten to the next; a percentile is right to five per cent.
    "latency": Figure("{r}.ms is not null", "printf('%.1e', {r}.ms)"),
    "version": Figure(_ASKED, _VERSION, "{r}.outcome"),
    "version_thumb": Figure("{r}.feedback <> 0", _VERSION, _THUMB),
    "version_followed": Figure("{r}.followed is not null", _VERSION, "{r}.followed"),
}
"""Each figure that is counted in rows, by name.

A change of one is a step of its own in the migrations: it drops the triggers, then creates and fills anew.
Three more are counted otherwise. `presence`: people on a day, with the days since they were last there in `a`, empty
for the first time; who was there in a period is who was there on a day of it and last before it, so any period can be
added up. `unsubscribed`: `soon`, within a week of subscribing, or `later`. `erased`: how often all was.
"""
_ADD = "on conflict (figure, day, language, a, b) do update set n = n + excluded.n, people = people + excluded.people"


def create(db: Database) -> None:
    """Create the tables of the totals, empty, and the triggers that keep them, in the transaction of each row.

    A total names nobody: it says of a day and a language how many rows there were of a kind, and of how many people.
    A row that is erased, by /forget or by the operator, takes its part of the totals along; rows that pass retention
    leave theirs. Which of the two it is, the table `retention` tells: it holds the day from which rows are kept.
    """
    db.execute(
        "create table totals (figure text not null, day text not null, language text not null, a text not null, "
        "b text not null, n integer not null, people integer not null, primary key (figure, day, language, a, b)"
        ") strict, without rowid"
    )
    db.execute("create table retention (since text not null) strict")
    db.execute("insert into retention values ('')")
    for name, sql in triggers().items():
        db.execute(f"create trigger {name} {sql}")


def triggers() -> dict[str, str]:
    """Return what keeps the totals, by name: each the part of its statement that follows the name."""
    kept = "old.day >= (select since from retention)"
    empty = (
        "when new.n <= 0 begin delete from totals where figure = new.figure and day = new.day "
        "and language = new.language and a = new.a and b = new.b; end"
    )
    return {
        "totals_added": f"after insert on queries begin {_rows('new', 1)}; {_presence('new', 1)}; end",
        "totals_erased": f"after delete on queries when {kept} begin {_rows('old', -1)}; {_presence('old', -1)}; end",
        "totals_changed": f"after update of feedback, followed on queries when {kept} "
        f"begin {_rows('old', -1)}; {_rows('new', 1)}; end",
        "totals_unsubscribed": "after delete on subscriptions begin insert into totals "
        "select 'unsubscribed', date('now'), coalesce(old.language, ''), "
        "case when julianday('now') - julianday(old.created) <= 7 then 'soon' else 'later' end, "
        f"'', 1, 1 where true {_ADD}; end",
        "totals_emptied": f"after update on totals {empty}",
        "totals_refused": f"after insert on totals {empty}",
    }


def fill(db: Database) -> None:
    """Work out the totals of every row that there is; the tables are to be empty."""
    for name, figure in FIGURES.items():
        db.execute(
            f"insert into totals select '{name}', r.day, {_of('r', LANGUAGE)}, {_of('r', figure.a)}, "  # noqa: S608 - own names
            f"{_of('r', figure.b)}, count(*), count(distinct r.pseudonym) from queries r "
            f"where {_of('r', figure.when)} group by 2, 3, 4, 5"
        )
    since = "coalesce(cast(cast(julianday(day) - julianday(last) as integer) as text), '')"
    db.execute(
        f"insert into totals select 'presence', day, scope, {since}, '', count(*), count(*) from ("  # noqa: S608 - own names
        "select day, scope, lag(day) over (partition by pseudonym, scope order by day) as last from ("
        f"select distinct r.pseudonym, r.day, {_of('r', LANGUAGE)} as scope from queries r union all "
        f"select distinct pseudonym, day, '{EVERYBODY}' from queries)) group by day, scope, {since}"
    )


def keep_from(db: Database, day: date) -> None:
    """Delete every row of the log from before a day; its part of the totals stays."""
    with db.conn as connection:
        connection.execute("update retention set since = ?", (day.isoformat(),))
        connection.execute("delete from queries where day < ?", (day.isoformat(),))


def let_go(db: Database, days: Iterable[date]) -> int:
    """Delete every row of the log of some days and return how many there were; their part of the totals stays."""
    with db.conn as connection:
        (since,) = connection.execute("select since from retention").fetchone()
        connection.execute("update retention set since = ?", (date.max.isoformat(),))
        gone = connection.executemany(
            "delete from queries where day = ?", ((day.isoformat(),) for day in days)
        ).rowcount
        connection.execute("update retention set since = ?", (since,))
    return gone


def note_erasure(connection: Connection) -> None:
    """Count that somebody had everything erased today."""
    connection.execute(f"insert into totals select 'erased', date('now'), '', '', '', 1, 1 where true {_ADD}")  # noqa: S608 - own names


def _of(row: str, expression: str) -> str:
    return expression.format(r=row)


def _rows(row: str, sign: int) -> str:
    """Return the statement that adds a row to each figure, or takes it away; no person is counted twice a day."""
    arms = []
    for name, figure in FIGURES.items():
        cell = (LANGUAGE, figure.a, figure.b)
        alike = " and ".join(f"{_of('q', part)} = {_of(row, part)}" for part in cell)
        others = f"{_same(row)} and q.day = {row}.day and q.id <> {row}.id and {_of('q', figure.when)} and {alike}"
        arms.append(
            f"select '{name}', {row}.day, {', '.join(_of(row, part) for part in cell)}, {sign}, "  # noqa: S608 - own names
            f"{sign} * not exists (select 1 from queries q where {others}) where {_of(row, figure.when)}"
        )
    return f"insert into totals {' union all '.join(arms)} {_ADD}"


def _presence(row: str, sign: int) -> str:
    """Return the statement that notes the first row of somebody's day, and sets right the day that they came next."""
    arms = []
    for scope, inside in (
        (_of(row, LANGUAGE), f"{_of('q', LANGUAGE)} = {_of(row, LANGUAGE)}"), (f"'{EVERYBODY}'", "true")
    ):  # fmt: skip
        days = f"from queries q where {_same(row)} and {inside}"  # noqa: S608 - own names
        near = (
            f"(select (select q.day {days} and q.day < {row}.day order by q.day desc limit 1) as last, "
            f"(select q.day {days} and q.day > {row}.day order by q.day limit 1) as next) "
            f"where not exists (select 1 {days} and q.day = {row}.day and q.id <> {row}.id)"
        )
        for day, last, change, when in (
            (f"{row}.day", "last", sign, "true"),
            ("next", "last", -sign, "next is not null"),
            ("next", f"{row}.day", sign, "next is not null"),
        ):
            gap = f"coalesce(cast(cast(julianday({day}) - julianday({last}) as integer) as text), '')"
            arms.append(f"select 'presence', {day}, {scope}, {gap}, '', {change}, {change} from {near} and {when}")  # noqa: S608 - own names
    return f"insert into totals {' union all '.join(arms)} {_ADD}"


def _same(row: str) -> str:
    return f"q.pseudonym = {row}.pseudonym"
