"""A rule: what something personal looks like, and what stands in its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property


@dataclass(frozen=True)
class Rule:
    """A pattern and its placeholder; what its group `cue` matched stays. Built once, compiled when first used.

    Every repetition in a pattern is bounded or runs over one class of characters, so that time grows with length alone.
    """

    pattern: str
    placeholder: str
    change: Callable[[re.Match[str]], str | None] | None = None
    """What to put in place of a match; None leaves it as it is."""

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _keeps_cue(self) -> bool:
        return "cue" in self._compiled.groupindex

    def apply(self, line: str) -> str:
        """Return a line with every match replaced."""
        return self._compiled.sub(self._replace, line)

    def _replace(self, match: re.Match[str]) -> str:
        if self.change:
            changed = self.change(match)
            return match[0] if changed is None else changed
        return (match["cue"] if self._keeps_cue else "") + self.placeholder


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that is asked for now and then, compiled once."""
    return re.compile(pattern)


def listed(text: str) -> frozenset[str]:
    """Return words that stand in one text."""
    return frozenset(text.split())


def words(text: str) -> str:
    """Return a pattern for one of several words, separated by spaces; `_` stands for a space within one."""
    return "(?:" + "|".join(word.replace("_", r"\s?") for word in text.split()) + ")"
