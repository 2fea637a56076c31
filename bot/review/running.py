"""Tables of how the bot runs: what came in, the digest, how quick it is, what is kept."""

from __future__ import annotations

from dataclasses import replace

from bot.models import FAILED
from bot.review.demand import NAMES
from bot.review.figures import FEW, FEWEST, NONE, Cell, Count, Figures, percentile, tell_tale
from bot.review.table import Table
from bot.store.records import SENT, SKIPPED

SLOW_MS = 1000
UNDELIVERED = 1
MANY = 10_000
"""Rows past retention that are counted."""


def kinds(figures: Figures) -> Table:
    """Return messages by channel and kind."""
    rows = tuple((*key, count.shown) for key, count in figures.counts("kind", "a", "b").items())
    return Table("kinds", "Messages by channel and kind", ("channel", "kind", "messages"), rows, 2)


def digest(figures: Figures, by: str) -> Table:
    """Return what became of the deliveries, by `step`, `language` or `hour`."""
    found = figures.deliveries(by)
    titles = {"step": "day", "language": "language", "hour": "hour due, UTC"}
    steps = [str(first) for first, _ in figures.period.steps]
    keys = steps if by == "step" else sorted({key for key, *_ in found}, key=_place)
    rows = []
    for key in keys:
        due, on_time, late, failed, skipped = Count(), Count(), Count(), Count(), Count()
        for (name, outcome, is_late), count in found.items():
            if name != key:
                continue
            due += count
            status = outcome.partition(":")[0]
            if status == SENT:
                on_time, late = (on_time, late + count) if is_late == "1" else (on_time + count, late)
            elif status == SKIPPED:
                skipped += count
            else:
                failed += count
        due = replace(due, covers=tell_tale([on_time, late, failed, skipped]))
        cells = (due.shown, on_time.shown, late.shown, failed.shown, skipped.shown, failed.share(due))
        rows.append((NAMES[key] if by == "language" else key, *cells, _act(failed, late, due)))
    first = figures.period.step if by == "step" else by
    columns = (first, "due", "on time", "late", "failed", "skipped", "failed %", "act")
    return Table(f"digest_by_{first.split()[0]}", f"Digest deliveries by {titles[by]}", columns, tuple(rows))


def reasons(figures: Figures) -> Table:
    """Return the deliveries that failed, by reason, and what people did about the digest."""
    failed: dict[str, Count] = {}
    for (_, outcome, _), count in figures.deliveries("step").items():
        if outcome.partition(":")[0] not in {SENT, SKIPPED}:
            failed[outcome] = failed.get(outcome, NONE) + count
    rows = [(outcome, count.shown) for outcome, count in sorted(failed.items())]
    asked = figures.counts("intent", "a")
    for intent, name in (("subscribe", "asked to subscribe"), ("pause_digest", "paused")):
        rows.append((name, asked.get((intent,), NONE).shown))
    gone = figures.counts("unsubscribed", "a")
    # Each is another person, but days add up.
    for when, name in (("soon", "unsubscribed within a week"), ("later", "unsubscribed later")):
        count = gone.get((when,), NONE)
        rows.append((name, Count(count.n, count.n).shown))
    return Table("digest_reasons", "Digest: failures, pauses, farewells", ("what", "times"), tuple(rows))


def latency(figures: Figures) -> Table:
    """Return how long replies took, by day, and how many messages broke something."""
    found = figures.latencies()
    failed = figures.counts("intent", "step", "b")
    period = figures.period
    rows: list[tuple[Cell, ...]] = []
    for first, last in period.steps:
        cells = found.get((str(first),), [])
        people, _ = figures.present(first, last, period.language)
        half, most = (_duration(percentile(cells, share), people) for share in (0.5, 0.95))
        act = "over a second" if isinstance(most, float) and most > SLOW_MS else ""
        rows.append((str(first), half, most, failed.get((str(first), FAILED), NONE).shown, act))
    people, _ = figures.present(period.since, period.until, period.language)
    whole = found.get(("",), [])
    rows.append(("all", *(_duration(percentile(whole, share), people) for share in (0.5, 0.95)),
                 figures.counts("intent", "b").get((FAILED,), NONE).shown, ""))  # fmt: skip
    note = "Half of the replies were quicker than p50, all but one in twenty than p95; right to five per cent."
    return Table("latency", "Latency and errors by day", (period.step, "p50 ms", "p95 ms", "errors", "act"),
                 tuple(rows), note=note)  # fmt: skip


def keeping(figures: Figures, oldest: str) -> Table:
    """Return what whoever answers for the data must look at; `oldest` is the first day that may still be kept."""
    off = figures.number("select count(*) from chats where logs = 0")
    erased = figures.total("erased")
    late = figures.number(f"select count(*) from (select 1 from queries where day < ? limit {MANY})", oldest)  # noqa: S608 - own number
    rows = (
        ("rows past retention, now", f"{MANY:,} or more" if late == MANY else late, "must be 0" if late else ""),
        ("chats that opted out, now", Count(off, off).shown, "any" if off else ""),
        ("opted out in the period", figures.counts("intent", "a").get(("log_off",), NONE).shown, ""),
        # Each is another person, but days add up.
        ("erasures in the period", Count(erased.n, erased.n).shown, "any" if erased.n else ""),
    )
    return Table("keeping", "What is kept", ("what", "number", "act"), rows)


def _place(key: str) -> tuple[int, str]:
    """Return the place of a language in its order, or of an hour."""
    return list(NAMES).index(key) if key in NAMES else -1, key


def _act(failed: Count, late: Count, due: Count) -> str:
    share = failed.share(due)
    acts = [f"failed over {UNDELIVERED} %"] if isinstance(share, float) and share > UNDELIVERED else []
    if late.n and not late.hidden:
        acts.append("late")
    return ", ".join(acts)


def _duration(ms: float | None, people: int) -> Cell:
    return FEW if 0 < people < FEWEST else ms
