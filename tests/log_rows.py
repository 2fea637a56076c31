"""Rows of a log such as a year of questions would leave, made up, for tests and measurements.

`python -m tests.log_rows FILE ROWS` writes a database of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from math import cos, pi
from pathlib import Path
from random import Random

from sqlite_utils import Database

from bot import config, content
from bot.store import totals
from bot.store.migrations import migrations
from bot.store.pseudonyms import quarter

UNTIL = date(2026, 11, 23)
COLUMNS = (
    "channel", "kind", "language_set", "language_detected", "question", "intent", "outcome", "item", "runner_up",
    "score", "margin", "matched", "feedback", "followed", "content_version", "code_version", "day", "minute",
    "pseudonym", "ms",
)  # fmt: skip
TEMPLATES = 5000
"""Different rows, apart from when, who and how long; a log repeats itself."""
Row = tuple[object, ...]


@cache
def _refs() -> tuple[tuple[str, ...], list[float]]:
    """The items, mixed, and how often people are led to each: a few of them often."""
    refs = list(content.load(config.read({}).content).agendas["en"].items)
    Random(4).shuffle(refs)
    return tuple(refs), list(accumulate(1 / (place + 3) for place in range(len(refs))))


def templates(random: Random, version: str) -> list[Row]:
    """Return what rows say, apart from when, who and how long."""
    return [_template(random, version) for _ in range(TEMPLATES)]


def _template(random: Random, version: str) -> Row:
    refs, weights = _refs()
    language = random.choices(["en", "fr", "es"], [60, 25, 15])[0]
    detected = random.choices([language, random.choice(["en", "fr", "es"]), None], [85, 5, 10])[0]
    chosen = random.choices([language, None], [50, 50])[0]
    item, runner_up = random.choices(refs, cum_weights=weights, k=2)
    kind, intent = random.choices(
        [("question", "ask"), ("button", "practice"), ("button", "section"), ("command", "contents"),
         ("question", "thanks"), ("inline", "inline"), ("command", "language"), ("button", "log_off"),
         ("button", "pause_digest"), ("command", "subscribe")],
        [600, 120, 60, 40, 60, 60, 20, 2, 5, 15],
    )[0]  # fmt: skip
    if intent not in {"ask", "practice", "section", "inline"}:
        outcome = random.choices(["done", "failed"], [995, 5])[0]
        item = runner_up = None
    elif intent != "ask":
        outcome, runner_up = "answered", None
    else:
        outcome = random.choices(["answered", "did_you_mean", "no_match", "casework", "failed"], [62, 18, 15, 4, 1])[0]
        if outcome not in {"answered", "did_you_mean"}:
            item = runner_up = None
    score = round(random.gammavariate(6, 2), 4) if runner_up else None
    margin = round(score * random.betavariate(1, 3), 4) if score else None
    question = f"question {random.randrange(3000)} in {language}" if kind == "question" else None
    feedback = random.choices([0, 1, -1], [90, 6, 4])[0] if item else 0
    after = "accepted" if outcome == "did_you_mean" else "again"
    followed = random.choices([None, after], [80, 20])[0] if item and intent == "ask" else None
    return (
        random.choices(["telegram", "console"], [98, 2])[0], kind, chosen, detected, question, intent, outcome, item,
        runner_up, score, margin, "visa" if runner_up else "", feedback, followed, version, "0.1.0",
    )  # fmt: skip


def rows(count: int, days: int = 365, seed: int = 2004) -> Iterator[Row]:
    """Yield rows in the order of time, `count` of them over the days to 23 November 2026; the same each time."""
    random = Random(seed)
    said = [templates(random, f"{version:010x}") for version in range(5)]
    crowd = [f"person {number}" for number in range(max(3, round(count**0.6)))]
    busy = list(accumulate(1 / (place + 10) for place in range(len(crowd))))
    minutes = [f"{m // 60:02}:{m % 60:02}" for m in range(1440)]
    day_weights = list(accumulate(1.4 - cos(2 * pi * (m - 180) / 1440) for m in range(1440)))
    names: dict[str, str] = {}
    first, key = UNTIL - timedelta(days=days - 1), ""
    for number in range(days):
        day = first + timedelta(days=number)
        if key != quarter(day):
            key = quarter(day)
            names = {p: blake2b(f"{key} {p}".encode(), digest_size=8).hexdigest() for p in crowd}
        today = count * (number + 1) // days - count * number // days
        at = sorted(random.choices(range(1440), cum_weights=day_weights, k=today))
        people = random.choices(crowd, cum_weights=busy, k=today)
        lines = random.choices(said[number * len(said) // days], k=today)
        for minute, person, line in zip(at, people, lines, strict=True):
            yield (*line, day.isoformat(), minutes[minute], names[person], round(random.lognormvariate(3, 0.8), 3))


def deliveries(days: int = 365, seed: int = 2004) -> Iterator[tuple[str, int, str, str, int, int]]:
    """Yield counts of digests, as the ledger keeps them."""
    random = Random(seed)
    for number in range(days):
        day = (UNTIL - timedelta(days=days - 1 - number)).isoformat()
        for hour in (4, 5, 6, 7, 8, 17, 18):
            for language, size in (("en", 40), ("fr", 15), ("es", 8)):
                yield day, hour, language, "sent", 0, random.randrange(size // 2, size)
                if random.random() < 0.05:
                    yield day, hour, language, "sent", 1, random.randrange(1, 9)
                if random.random() < 0.1:
                    yield day, hour, language, random.choice(["failed: blocked", "unknown", "skipped"]), 0, 1


def write(path: Path, count: int, days: int = 365) -> None:
    """Make a database of the bot with that many rows; the totals are worked out at the end, all at once."""
    db = Database(path)
    db.enable_wal()
    migrations.apply(db)
    connection = db.conn
    connection.execute("pragma synchronous = off")
    with connection:
        for name in totals.triggers():
            connection.execute(f"drop trigger {name}")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"insert into queries ({', '.join(COLUMNS)}) values ({marks})", rows(count, days))  # noqa: S608
        connection.executemany("insert into delivery_counts values (?, ?, ?, ?, ?, ?)", deliveries(days))
        totals.fill(db)
        for name, sql in totals.triggers().items():
            connection.execute(f"create trigger {name} {sql}")
    connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
