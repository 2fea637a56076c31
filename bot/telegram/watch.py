"""Looks after the running bot and tells its operators of troubles, in their own language."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan

from telegram import Bot

from bot.alarms import Alarms, News
from bot.app import App, Clock, Timer
from bot.i18n import Translator
from bot.metrics import Metrics
from bot.store.database import Store, StoreError
from bot.telegram.connection import Reach, Rival
from bot.telegram.operators import Operators, Words

logger = logging.getLogger(__name__)

LOOK = 10.0
"""Seconds between two looks."""
LATE = timedelta(minutes=15)
"""How late a delivery may be."""
LONG = 600.0
"""Seconds for which Telegram may be out of reach before the operators hear of it."""
WINDOW = 900.0
"""Seconds over which errors are counted."""
ERRORS = 0.01
"""The share of messages that may meet an error."""
ROOM = 0.05
"""The share of the disk that has to be free."""
CALM = 300.0
"""Seconds without a sign of a second instance, after which there is none any more."""

SETTLED = 15.0
"""Seconds for which the bot has to run before it tells anything: what waited while it was off is late for a moment."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """Whether a trouble holds, and what to say of it."""

    kind: str
    holds: bool
    begun: Words
    over: Words
    calm: float = 0.0
    """Seconds for which the bot has to run before it can tell that the trouble is over."""


class Watch:
    """Looks at everything that may go wrong, now and then."""

    def __init__(
        self, app: App, store: Store, bot: Bot, clock: Clock, timer: Timer, metrics: Metrics, reach: Reach
    ) -> None:
        self._store, self._clock, self._timer, self._metrics, self._reach = store, clock, timer, metrics, reach
        self.rival: Rival | None = None
        self._operators = Operators(app, bot)
        self._began = timer()
        self._alarms = Alarms(store.path.with_name(store.path.name + ".alarms"), self._began, clock())
        self._counts: deque[tuple[float, int, int]] = deque([(self._began, 0, 0)])
        self._overdue = 0
        self.database_fails = False
        metrics.usable.set_function(lambda: not self.database_fails)
        metrics.free.set_function(lambda: self._disk()[0])
        metrics.size.set_function(lambda: self._disk()[1])

    async def run(self) -> None:
        """Look for ever; a look that breaks is logged."""
        while True:
            try:
                await self.look()
            except Exception:
                logger.exception("The look at the bot's own state broke")
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Look once and tell the operators what is new."""
        now, date = self._timer(), self._clock()
        await self._tidy(date)
        findings = list(self._findings(now))
        for finding in findings:
            self._metrics.trouble.labels(finding.kind).set(finding.holds)
        if now - self._began >= SETTLED:
            self._announce(findings, now)
            await self._operators.tell()
        self._alarms.keep(self._operators.waiting, now, date)

    def _announce(self, findings: list[_Finding], now: float) -> None:
        """Have told what is new of the troubles, and of the way to Telegram."""
        for finding in findings:
            if not finding.holds and now - self._began < finding.calm:
                continue
            news = self._alarms.note(finding.kind, finding.holds, now)
            if news:
                self._operators.announce(finding.kind, finding.begun if news is News.HOLDS else finding.over)
        away, self._reach.outage = self._reach.outage, 0.0
        if away >= LONG:
            self._operators.announce("away", lambda t: _was_away(t, away))

    async def _tidy(self, date: datetime) -> None:
        """Let the store forget what is old, which also shows whether it can be written to."""
        try:
            await self._store.sweep(date.date())
            self._overdue = await self._store.overdue(date - LATE)
            self._metrics.overdue.set(self._overdue)
            self.database_fails = self._store.fails
        except StoreError:
            if not self.database_fails:
                logger.exception("The database could not be looked after")
            self.database_fails = True

    def _findings(self, now: float) -> Iterator[_Finding]:
        met = self.rival.seen if self.rival else None
        yield _Finding(
            "rival",
            met is not None and now - met <= CALM,
            lambda t: t.say(
                "A second bot runs with the same token, and some of what people ask goes to that one. Stop it, or "
                "give it a token of its own from @BotFather."
            ),
            lambda t: t.say("The second bot with the same token is gone."),
            CALM,
        )
        free, size = self._disk()
        if size > 0:
            yield _Finding(
                "disk",
                free / size < ROOM,
                lambda t: t.say(
                    "The disk that the database lies on is nearly full: {percent} percent of it is free. Make room, or "
                    "soon nothing can be kept any more.",
                    percent=t.number(round(free / size * 100, 1)),
                ),
                lambda t: t.say(
                    "The disk that the database lies on has room again: {percent} percent of it is free.",
                    percent=t.number(round(free / size * 100, 1)),
                ),
            )
        overdue = self._overdue
        yield _Finding(
            "late",
            overdue > 0,
            lambda t: t.count(
                "{n} delivery is more than 15 minutes late.", "{n} deliveries are more than 15 minutes late.", overdue
            ),
            lambda t: t.say("No delivery is late any more."),
        )
        messages, errors = self._recent(now)
        yield _Finding(
            "errors",
            errors > ERRORS * messages,
            lambda t: t.say(
                "Errors in the last 15 minutes: {errors}, with {messages} messages. The log of the program says where.",
                errors=t.number(errors),
                messages=t.number(messages),
            ),
            lambda t: t.say("Errors are rare again: no more than one for a hundred messages in the last 15 minutes."),
            WINDOW,
        )
        yield _Finding(
            "database",
            self.database_fails,
            lambda t: t.say(
                "The database cannot be used. Questions are answered, but nothing is kept. `iamm doctor` tells what "
                "to do."
            ),
            lambda t: t.say("The database can be used again."),
        )

    def _disk(self) -> tuple[float, float]:
        """Return the free bytes and all bytes of the disk; no numbers where the folder is gone: the database tells."""
        try:
            usage = shutil.disk_usage(self._store.path.parent)
        except OSError:
            return nan, nan
        return usage.free, usage.total

    def _recent(self, now: float) -> tuple[int, int]:
        """Return how many messages came and how many errors were met within WINDOW, or since the look before it."""
        metrics = self._metrics
        self._counts.append((now, metrics.total(metrics.received), metrics.total(metrics.errors)))
        while self._counts[1][0] <= now - WINDOW:
            self._counts.popleft()
        (_, messages, errors), (_, messages_now, errors_now) = self._counts[0], self._counts[-1]
        return messages_now - messages, errors_now - errors


def _was_away(translator: Translator, away: float) -> str:
    minutes = int(away // 60)
    return translator.count(
        "Telegram could not be reached for {n} minute, until now. What people asked meanwhile is being answered.",
        "Telegram could not be reached for {n} minutes, until now. What people asked meanwhile is being answered.",
        minutes,
    )
