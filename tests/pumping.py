"""Texts that make a regular expression work as hard as it can, from its own parts; and every expression of the bot."""

from __future__ import annotations

import ast
import gc
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import permutations
from pathlib import Path
from random import Random
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from types import FunctionType, ModuleType
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Pick(Protocol):
    """Chooses one of several."""

    def __call__(self, options: Sequence[T], /) -> T: ...


OPERATORS = (
    "bot.review",
    "bot.doctor",
    "bot.cli",
    "bot.editorial",
    "bot.coverage",
    "bot.places.make",
    "bot.content",
    "bot.logs",
)
"""Modules that read nothing but what operators, editors and libraries write."""
BOT = Path(__file__).parent.parent / "bot"
COMMON = [
    "a", "1", "1 ", "(", "a-", "@a.", "a.", "a ", "A", "Ab ", ", ", "+1", "1.", "1:", "1/", "'", "é", "\u200b", "A1",
    "a_",
]  # fmt: skip
"""Units that any expression is tried with."""
LONGEST = 16
"""Characters of a part that is tried."""
PAIRED = 8
"""Parts that are tried with each other."""
_ENDINGS = ("!", "a", "1", "é", " b", "\x00")
_CANDIDATES = "a1 A-.,@éñ'/:(#_+%b2x!"


def expressions(*roots: Any) -> dict[str, re.Pattern[str]]:
    """Return what a message can meet, by pattern: in modules, in their code, and in what `roots` hold."""
    found = {p.pattern: p for p in _reachable(roots) if isinstance(p.pattern, str)}
    for path in sorted(BOT.rglob("*.py")):
        name = ".".join(["bot", *path.relative_to(BOT).with_suffix("").parts]).removesuffix(".__init__")
        if not name.startswith(OPERATORS):
            found |= {p.pattern: p for p in _reachable([import_module(name)]) if isinstance(p.pattern, str)}
            found |= {pattern: re.compile(pattern) for pattern in _written(path) if pattern not in found}
    return found


def _reachable(roots: Iterable[Any]) -> Iterator[re.Pattern[Any]]:
    waiting, seen = list(roots), set[int]()
    first = waiting[0] if waiting else None
    while waiting:
        held = waiting.pop()
        if id(held) in seen:
            continue
        seen.add(id(held))
        if isinstance(held, re.Pattern):
            yield held
        module = held.__name__ if isinstance(held, ModuleType) else getattr(type(held), "__module__", "") or ""
        ours = module.startswith("bot") or type(held) in {dict, list, tuple, set, frozenset}
        if isinstance(held, FunctionType | type):
            ours = held.__module__.startswith("bot")
        if isinstance(held, ModuleType) and held is not first:
            ours = False
        if ours:
            waiting += gc.get_referents(held)


def _written(path: Path) -> Iterator[str]:
    """Yield the expressions that stand as texts where they are used."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        of, text = node.func.value, node.args[0]
        if (isinstance(of, ast.Name) and of.id == "re") and isinstance(text, ast.Constant):
            yield text.value


def units(pattern: re.Pattern[str]) -> list[str]:
    """Return what to repeat: each part of a pattern as it may be met, the shortest in pairs too."""
    parts: dict[str, None] = {}
    tree = sre.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    _collect(tree, parts)
    alone = [part for part in parts if 0 < len(part) <= LONGEST]
    pairs = map("".join, permutations(sorted(alone, key=len)[:PAIRED], 2))
    return [unit for unit in dict.fromkeys([*alone, *pairs, *COMMON]) if unit.strip()]


def stretches(pattern: re.Pattern[str], random: Random) -> tuple[str, str, str]:
    """Return what a pattern matches up to some place, what to repeat there, and an end that may not fit.

    What costs much only after a long beginning (a bank's account, say) is not found by `units` alone.
    """
    text = _sample(sre.parse(pattern.pattern, pattern.flags & ~re.UNICODE), random.choice) or "a"
    start = random.randrange(len(text))
    end = start + random.choice([1, 1, 2, 4, 8, 16])
    unit = random.choice([text[start:end], text[start:end], random.choice(COMMON)])
    return text[: random.choice([start, end])], unit if unit.strip() else "1", random.choice(_ENDINGS)


def _first(options: Sequence[T]) -> T:
    return options[0]


def _collect(nodes: Iterable[Any], parts: dict[str, None]) -> None:
    nodes = list(nodes)
    whole = _sample(nodes)
    parts[whole] = None
    for op, value in nodes:
        if op in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
            parts[_sample(value[2])] = None
            _collect(value[2], parts)
        elif op is codes.SUBPATTERN:
            _collect(value[3], parts)
        elif op is codes.ATOMIC_GROUP:
            _collect(value, parts)
        elif op is codes.BRANCH:
            for branch in value[1]:
                parts[_sample(branch)] = None
                if len(value[1]) < 30:
                    _collect(branch, parts)
        elif op in {codes.ASSERT, codes.ASSERT_NOT}:
            parts[_sample(value[1])] = None
        elif op is codes.IN:
            for candidate in _CANDIDATES:
                if _holds(value, candidate):
                    parts[candidate] = None


def _sample(nodes: Iterable[Any], pick: Pick = _first) -> str:
    """Return a text that a piece of a pattern matches, or nearly; `pick` decides where several would do."""
    text = ""
    for op, value in nodes:
        if op is codes.LITERAL:
            text += chr(value)
        elif op is codes.NOT_LITERAL:
            text += pick([c for c in _CANDIDATES if ord(c) != value])
        elif op is codes.ANY:
            text += pick("a1 ")
        elif op is codes.IN:
            text += pick([c for c in _CANDIDATES if _holds(value, c)] or _members(value) or [""])
        elif op in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
            least, most, repeated = value
            times = pick([max(least, min(1, most)), least, min(least + 3, most)])
            text += "".join(_sample(repeated, pick) for _ in range(times))
        elif op is codes.SUBPATTERN:
            text += _sample(value[3], pick)
        elif op is codes.ATOMIC_GROUP:
            text += _sample(value, pick)
        elif op is codes.BRANCH:
            text += _sample(pick(value[1]), pick)
    return text


def _members(members: Iterable[Any]) -> list[str]:
    starts = {codes.LITERAL: lambda value: value, codes.RANGE: lambda value: value[0]}
    return [chr(starts[op](value)) for op, value in members if op in starts]


def _holds(members: Iterable[Any], letter: str) -> bool:
    negated, held = False, False
    for op, value in members:
        if op is codes.NEGATE:
            negated = True
        elif op is codes.LITERAL:
            held |= ord(letter) == value
        elif op is codes.RANGE:
            held |= value[0] <= ord(letter) <= value[1]
        elif op is codes.CATEGORY:
            text = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(value).rpartition("_")[2]]
            text = text.upper() if "NOT" in str(value) else text
            held |= re.fullmatch(text, letter) is not None
    return held != negated


def pumped(unit: str, length: int, ending: str, beginning: str = "") -> str:
    """Return a text of units, with one space for several, as every text is that is answered or logged."""
    return re.sub(r"\s+", " ", beginning + unit * (2 * length // len(unit) + 1))[:length] + ending


def cost(work: Callable[[str], object], text: str, tries: int = 1) -> float:
    """Return the least CPU time in seconds that some work on a text takes."""
    best = float("inf")
    for _ in range(tries):
        started = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - started)
    return best


def scan(pattern: re.Pattern[str]) -> Callable[[str], object]:
    """Return the hardest that an expression can be asked to do with a text: to look for every place it fits."""

    def work(text: str) -> None:
        for _ in pattern.finditer(text):
            pass

    return work


class Stuck(Exception):
    """Something took longer than it was given."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupt what takes more CPU time than this, be it within an expression; `Stuck` is raised then."""

    def interrupt(*_: object) -> None:
        raise Stuck

    former = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)
