"""Tables of what people ask, and how well it is answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from bot.models import ANSWERED, CASEWORK, DID_YOU_MEAN, FAILED, NO_MATCH, Agenda
from bot.review.figures import FEW, FEWEST, NONE, Cell, Count, Figures, covered
from bot.review.period import Period
from bot.review.table import Table

NAMES = {"en": "English", "fr": "French", "es": "Spanish", "": "unknown"}
"""How languages are called; unknown is what neither the chat nor the words tell."""
OUTCOMES = {
    ANSWERED: "answered", DID_YOU_MEAN: "did you mean", NO_MATCH: "none", CASEWORK: "casework", FAILED: "failed"
}  # fmt: skip
"""How outcomes of a question are called."""

# When to act.
LOST = 1 / 3
NOTHING = 15
APART = 10
MIXED = 5


def languages(figures: Figures) -> Table:
    """Return messages, questions and people by language, and what changed since the period before."""
    period = figures.period
    messages, asked = figures.counts("kind", "language"), figures.counts("asked", "language")
    before = figures.of(period.before).counts("asked", "language")
    rows = []
    for code in _spoken(figures):
        now, then = asked.get((code,), NONE), before.get((code,), NONE)
        change = None if now.hidden or then.hidden or not then.n else 100 * (now.n / then.n - 1)
        act = "falls by a third" if change is not None and change <= -100 * LOST else ""
        people = _people(figures, period, code)
        rows.append((NAMES[code], messages.get((code,), NONE).shown, now.shown, *people, change, act))
    columns = ("language", "messages", "questions", "active", "new", "returning", "change %", "act")
    note = (
        "People who use two languages stand with both. New: not seen since the quarter began or rows are kept. "
        f"Change: of questions, against {period.before.since} to {period.before.until}."
    )
    return Table("languages", "Questions and people by language", columns, tuple(rows), note=note)


def questions(figures: Figures) -> Table:
    """Return questions by day and language."""
    asked, codes = figures.counts("asked", "step", "language"), _spoken(figures)
    rows = tuple(
        (str(first), *(asked.get((str(first), code), NONE).shown for code in codes))
        for first, _ in figures.period.steps
    )
    return Table("questions", "Questions by day and language", (figures.period.step, *(NAMES[c] for c in codes)), rows)


def people(figures: Figures) -> Table:
    """Return people by day."""
    period = figures.period
    rows = tuple((str(first), *_people(figures, Period(first, last), period.language)) for first, last in period.steps)
    everybody = _people(figures, period, period.language)
    note = "A person is another one from each quarter on."
    return Table("people", "People by day", (period.step, "active", "new", "returning"), (*rows, ("all", *everybody)),
                 note=note)  # fmt: skip


def outcomes(figures: Figures) -> Table:
    """Return what became of the questions, by language, in per cent."""
    asked = figures.counts("asked", "language")
    found = figures.counts("version", "language", "b")
    shares: dict[str, list[Cell]] = {
        code: _shares([found.get((code, outcome), NONE) for outcome in OUTCOMES], asked.get((code,), NONE))
        for code in _spoken(figures)
    }
    rows = []
    for code, cells in shares.items():
        others = [other for name, other in shares.items() if name not in {code, ""}]
        acts = [f"none over {NOTHING} %"] if exceeds(cells[2], NOTHING) else []
        if code and any(_apart(cells[i], other[i]) for other in others for i in range(4)):
            acts.append(f"differs by over {APART} points")
        rows.append((NAMES[code], asked.get((code,), NONE).shown, *cells, ", ".join(acts)))
    columns = ("language", "questions", *(f"{name} %" for name in OUTCOMES.values()), "act")
    return Table("outcomes", "Outcomes by language", columns, tuple(rows))


def chapters(figures: Figures, agendas: Mapping[str, Agenda]) -> Table:
    """Return the chapters by how many questions found them, with the share that was unsure, and by language."""
    total = figures.counts("chapter", "a")
    found, spoken = figures.counts("chapter", "a", "b"), figures.counts("chapter", "a", "language")
    codes = _spoken(figures)
    sections = agendas["en"].sections
    rows: list[tuple[Cell, ...]] = []
    for (chapter,), count in sorted(total.items(), key=lambda pair: largest_first(pair[1], *pair[0])):
        title = sections[chapter].title if chapter in sections else ""
        unsure = covered([found.get((chapter, outcome), NONE) for outcome in (DID_YOU_MEAN, ANSWERED)])[0]
        by_language = covered([spoken.get((chapter, code), NONE) for code in codes])
        rows.append((chapter, title, count.shown, unsure.share(count), *(part.shown for part in by_language)))
    columns = ("chapter", "title", "questions", "did you mean %", *(NAMES[code] for code in codes))
    return Table("chapters", "Chapters by demand", columns, tuple(rows))


def hours(figures: Figures) -> Table:
    """Return questions by hour of the day and language."""
    asked, codes = figures.counts("hour", "a", "language"), _spoken(figures)
    rows = tuple((f"{hour:02}", *(asked.get((f"{hour:02}", code), NONE).shown for code in codes)) for hour in range(24))
    return Table("hours", "Questions by hour of the day, UTC", ("hour", *(NAMES[code] for code in codes)), rows)


def spoken(figures: Figures) -> Table:
    """Return how often the language of the words is not that of the chat, by pair, and how often it was switched."""
    found = figures.counts("spoken", "a", "b")
    by_set: dict[str, Count] = defaultdict(Count)
    for (chosen, _), count in found.items():
        by_set[chosen] += count
    rows = []
    for (chosen, detected), count in found.items():
        if chosen != detected:
            share = count.share(by_set[chosen])
            rows.append((NAMES.get(chosen, chosen), NAMES.get(detected, detected), count.shown, share,
                         f"over {MIXED} %" if exceeds(share, MIXED) else ""))  # fmt: skip
    columns = ("chat's language", "words'", "messages", "% of chat's", "act")
    switches = Count()
    for (intent,), count in figures.counts("intent", "a").items():
        switches += count if intent == "language" else NONE
    note = f"The language was switched by command or tap: {switches.shown}."
    return Table("spoken", "Language set and language of the words", columns, tuple(rows), 2, note)


def versions(figures: Figures) -> Table:
    """Return the figures before and after each content version, in the order in which they came."""
    asked, found = figures.counts("version", "a"), figures.counts("version", "a", "b")
    thumbs, followed = figures.counts("version_thumb", "a", "b"), figures.counts("version_followed", "a", "b")
    first_days: dict[str, str] = {}
    for day, version in figures.counts("version", "step", "a"):
        first_days.setdefault(version, day)
    rows: list[tuple[Cell, ...]] = []
    last: Cell = None
    for version, day in sorted(first_days.items(), key=lambda pair: (pair[1], pair[0])):
        whole = asked[version,]
        shares = _shares([found.get((version, outcome), NONE) for outcome in OUTCOMES], whole)
        down = disliked(thumbs.get((version, "up"), NONE), thumbs.get((version, "down"), NONE))
        again = followed.get((version, "again"), NONE).share(whole)
        drop = isinstance(shares[0], float) and isinstance(last, float) and shares[0] < last
        rows.append((version or "unknown", day, whole.shown, *shares, down, again, "fewer answered" if drop else ""))
        last = shares[0]
    columns = ("content", "from", "questions", *(f"{name} %" for name in OUTCOMES.values()), "down %", "again %", "act")
    return Table("versions", "By version of the content", columns, tuple(rows))


def _spoken(figures: Figures) -> list[str]:
    """Return the codes of the languages that the period is about."""
    return [figures.period.language] if figures.period.language else list(NAMES)


def _people(figures: Figures, period: Period, language: str | None) -> tuple[Cell, Cell, Cell]:
    active, new = figures.present(period.since, period.until, language)
    parts = covered([Count(new, new), Count(active - new, active - new)])
    return Count(active, active).shown, parts[0].shown, parts[1].shown


def _shares(parts: list[Count], whole: Count) -> list[Cell]:
    return [part.share(whole) for part in covered(parts)]


def _apart(one: Cell, other: Cell) -> bool:
    return isinstance(one, float) and isinstance(other, float) and abs(one - other) > APART


def disliked(up: Count, down: Count) -> Cell:
    """Return the thumbs down in per cent of all, where there are at least five."""
    if up.n + down.n < FEWEST:
        return FEW if up.n + down.n else None
    return up.mark if up.hidden else down.share(up + down)


def largest_first(count: Count, *names: str) -> tuple[int | str, ...]:
    """Return what sorts the largest count first, then what is hidden, each by name: the order tells nothing hidden."""
    return (0 if count.hidden else -count.n, *names)


def exceeds(cell: Cell, limit: float) -> bool:
    """Whether a figure that is shown is over a limit."""
    return isinstance(cell, float) and cell > limit
