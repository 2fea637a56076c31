"""Delivers a practice a day: to whoever is due, each once, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import digest
from bot.app import App, Clock
from bot.digest import Pick
from bot.models import Reply
from bot.store.file import StoreError
from bot.store.records import FAILED, SENT, SKIPPED, UNKNOWN, Standing

if TYPE_CHECKING:
    from bot.store.database import Store

logger = logging.getLogger(__name__)

BATCH = 1000
"""Subscribers taken from the store at a time."""
AT_ONCE = 16
"""Deliveries that wait for their turn side by side."""
STAGGER = 0.03
"""Seconds by which they begin one after another, so that a question asked meanwhile does not wait for all of them."""
PAUSE = 1.0
"""Seconds between two looks at who is due."""

Claim = Callable[[], Awaitable[bool]]
"""To be awaited just before a message goes out: False when it is not to be sent after all."""


class Undelivered(Exception):
    """A message did not reach its subscriber; the text is the reason for the ledger."""

    def __init__(self, reason: str, status: str = FAILED, hold: str = "") -> None:
        super().__init__(reason)
        self.status = status
        """`failed`, or `unknown` where nobody can tell whether it arrived."""
        self.hold = hold
        """The status that the subscription takes, such as `blocked`, if nothing more is to be sent."""


class Moved(Exception):
    """The subscriber's chat has another number from now on."""

    def __init__(self, chat: str) -> None:
        super().__init__(chat)
        self.chat = chat


class Postponed(Exception):
    """A message was certainly not sent, for a reason that passes: it is tried again while it is not too late."""


class Withdrawn(Exception):
    """A claim was refused: the date was dealt with, or the subscription changed meanwhile."""


Send = Callable[[Standing, Reply, Claim], Awaitable[None]]
"""Sends a message, awaiting the claim just before; raises Undelivered, Moved, Postponed or Withdrawn."""
Count = Callable[[str, timedelta], None]
"""Takes down what became of a delivery, and how long after its time."""


class Courier:
    """Takes those who are due in their order and sees each delivery through the ledger."""

    def __init__(
        self,
        app: App,
        store: Store,
        clock: Clock,
        send: Send,
        late: timedelta = digest.LATE,
        count: Count = lambda outcome, late: None,
    ) -> None:
        """`late` is how long after its time a delivery is sent still, rather than skipped."""
        self._late = late
        self._count = count
        self._app = app
        self._store = store
        self._clock = clock
        self._send = send
        self._stopping = False
        self._waits = False
        """For a database that cannot be used; said once, for it is tried every second."""

    def stop(self) -> None:
        """Let what is under way arrive and claim nothing more; `run` ends then."""
        self._stopping = True

    async def recover(self) -> None:
        """Settle what was being sent when the program was stopped: it may have arrived, so it is not sent again."""
        for standing in await self._store.unsettled():
            await self._settle(standing, UNKNOWN, "stopped")

    async def run(self) -> None:
        """Deliver for ever; what breaks is logged, and the next look comes all the same."""
        await self.recover()
        while not self._stopping:
            delivered = 0
            try:
                delivered = await self.deliver()
            except StoreError as error:
                self._wait_for(error)
            except Exception:
                logger.exception("A round of deliveries broke")
            if not delivered:
                await asyncio.sleep(PAUSE)

    async def deliver(self, subscriber: str | None = None) -> int:
        """Deliver to everybody who is due now, or to one subscriber, and return how many were dealt with.

        When a delivery is postponed the round ends: what keeps one from going out keeps the others too.
        """
        due = await self._store.due(self._clock(), BATCH, subscriber)
        waiting = iter(due)
        postponed = False

        async def work(place: int) -> None:
            nonlocal postponed
            await asyncio.sleep(place * STAGGER)
            for standing in waiting:
                if self._stopping or postponed:
                    return
                postponed = not await self._attempt(standing) or postponed

        await asyncio.gather(*(work(place) for place in range(min(AT_ONCE, len(due)))))
        return 0 if postponed else len(due)

    async def _attempt(self, standing: Standing) -> bool:
        """See a delivery through and return whether others may go out too; what breaks is logged."""
        try:
            try:
                await self._deliver(standing)
            except (Postponed, StoreError):
                raise
            except Exception:
                logger.exception("A delivery broke")
                await self._settle(standing, FAILED, "broken")
        except Postponed:
            return False
        except StoreError as error:
            self._wait_for(error)
            return False
        self._waits = False
        return True

    def _wait_for(self, error: StoreError) -> None:
        if not self._waits:
            logger.error("Deliveries wait for the database: %s", error)  # noqa: TRY400 - where does not matter
        self._waits = True

    async def _deliver(self, standing: Standing) -> None:
        if standing.due is None or digest.verdict(standing.due, self._clock(), self._late) == "skip":
            await self._settle(standing, SKIPPED, "late")
            return
        composed = await self._app.compose(standing)
        if composed is None:
            await self._settle(standing, SKIPPED, "nothing to send")
            return
        pick, reply = composed
        claim = self._claim(standing, pick)
        try:
            try:
                await self._send(standing, reply, claim)
            except Moved as moved:
                await self._store.move(standing.subscription.subscriber, moved.chat)
                standing = replace(standing, subscription=replace(standing.subscription, subscriber=moved.chat))
                await self._send(standing, reply, claim)
        except Withdrawn:
            await self._pass_over(standing)
        except Postponed:
            await self._store.release(standing)
            raise
        except Undelivered as error:
            await self._settle(standing, error.status, str(error))
            if error.hold:
                await self._store.hold(standing.subscription.subscriber, error.hold)
        else:
            if await self._settle(standing, SENT) and reply.last:
                await self._store.remember(standing.subscription.subscriber, reply.last, self._clock())

    async def _settle(self, standing: Standing, status: str, reason: str = "") -> bool:
        """Write down the outcome, and the next delivery by what the subscription says by now; False if it is gone."""
        if standing.due is None:
            return False
        fresh = await self._store.standing(standing.subscription.subscriber) or standing
        # After what was skipped, a later date may be due that is not too late.
        after = self._clock() - (min(self._late, digest.LATE) if status == SKIPPED else timedelta())
        following = digest.next_due(fresh.subscription, after, standing.due.day)
        language = await self._app.language_of(fresh)
        settled = await self._store.settle(standing, status, following, self._clock(), language, reason)
        if settled:
            self._count(status, self._clock() - standing.due.at)
        return settled

    async def _pass_over(self, standing: Standing) -> None:
        """Go on to the next date where this one was dealt with before; who unsubscribed meanwhile needs nothing."""
        fresh = await self._store.standing(standing.subscription.subscriber)
        day = standing.due.day if standing.due else None
        if (
            fresh
            and fresh.due
            and day == fresh.due.day
            and await self._store.delivery(fresh.subscription.subscriber, day)
        ):
            following = digest.next_due(fresh.subscription, self._clock(), day)
            await self._store.subscribe(replace(fresh, due=following, last_day=day), self._clock())

    def _claim(self, standing: Standing, pick: Pick) -> Claim:
        """Return what writes down, once, that a delivery is about to go out."""
        made = False

        async def claim() -> bool:
            nonlocal made
            if not made and not self._stopping:
                made = await self._store.claim(standing, pick.ref, pick.round)
            return made

        return claim
