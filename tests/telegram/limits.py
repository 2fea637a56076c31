"""Telegram's limits on what a bot sends, enforced as strictly as a sliding window can."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

SECOND, MINUTE = 1.0, 60.0


@dataclass
class Limits:
    """How many messages are taken; the source is Telegram's FAQ for bots, "My bot is hitting limits"."""

    overall: int = 30
    """In any second."""
    chat: int = 1
    """To one chat, in any second."""
    group: int = 20
    """To one group, in any minute."""
    _taken: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, chat: str, at: float) -> int:
        """Count a message to a chat at a moment in seconds, or return after how many whole seconds to come again.

        Returns 0 when it was taken. What is refused does not count.
        """
        rules = [("all", self.overall, SECOND), (f"chat {chat}", self.chat, SECOND)]
        if chat.startswith(("-", "@")):
            rules.append((f"group {chat}", self.group, MINUTE))
        waits = [self._wait(key, most, span, at) for key, most, span in rules]
        if any(waits):
            return math.ceil(max(waits))
        for key, _, _ in rules:
            self._taken[key].append(at)
        return 0

    def _wait(self, key: str, most: int, span: float, at: float) -> float:
        taken = self._taken[key]
        while taken and taken[0] <= at - span:
            taken.popleft()
        return taken[-most] + span - at if len(taken) >= most else 0
