"""The way of an update: stored first, then answered in its chat's turn, then forgotten."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Bot, Update
from telegram.error import InvalidToken

from bot.app import Clock
from bot.flood import Flood, Verdict
from bot.metrics import Metrics
from bot.store import inbox
from bot.store.database import Store, StoreError
from bot.store.records import Link
from bot.telegram import reading
from bot.telegram.turns import Turns

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Chats that are answered side by side."""
SLOW = 1.0
"""Seconds after which an answer no longer counts among these, so that no slow chat holds up another."""
MOST = 1000
"""Updates that may wait for their answer before no more are taken."""
STARTS = 50
"""Starts of the program with which an update is taken up again. One that ends the program each time is set aside then;
many, for others that wait beside it are not to blame."""
UNKEPT = 20.0
"""Seconds for answering updates that cannot be stored, before Telegram is asked for them again."""

Answer = Callable[[Update], Coroutine[Any, Any, Link | None]]
"""Answers an update and returns which reply answers which message, if that is to be kept."""


@dataclass(slots=True, eq=False)
class _Parcel:
    """An update on its way."""

    number: int
    raw: str
    say: Answer
    """What is said to who wrote it."""
    update: Update | None = None
    """None where nobody can read it."""
    chat: int = 0
    """Whose updates are answered in turn: a chat, or who wrote it where there is none."""
    person: int = 0
    written: float | None = None
    """When, where it says so: nobody is held to be too fast for what waited while the bot was off."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Intake:
    """Takes updates from whichever way they come, loses none, and has each answered once."""

    def __init__(
        self, store: Store, bot: Bot, clock: Clock, metrics: Metrics, answer: Answer, warn: Answer, apologize: Answer
    ) -> None:
        """`answer`, `warn` (of writing too fast) and `apologize` say something to who wrote an update."""
        self._store, self._bot, self._clock, self._metrics = store, bot, clock, metrics
        self._say = {Verdict.ANSWER: answer, Verdict.WARN: warn}
        self._apologize = apologize
        self._flood = Flood()
        self._lines: dict[int, deque[_Parcel]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._persons: Counter[int] = Counter()
        self._unkept: dict[int, _Parcel] = {}
        self._owed: dict[int, Link | None] = {}
        """Answers that could not be written down, by update."""
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._turns = Turns()
        self._room = asyncio.Event()
        self._room.set()
        self.waiting = 0
        """Updates that have no answer yet."""
        metrics.waiting.set_function(lambda: self.waiting)

    async def receive(self, updates: Sequence[Any]) -> bool:
        """Take updates as they came and return whether Telegram may forget them.

        It may when they are stored; where they cannot be stored, when they are answered.
        """
        self._metrics.received.inc(len(updates))
        parcels = [parcel for raw in updates if (parcel := self._read(raw)) and self._admits(parcel)]
        try:
            kept = [inbox.Update(p.number, f"telegram:{p.chat}" if p.chat else "", p.raw) for p in parcels]
            new = await self._store.receive(kept, self._clock())
        except StoreError:
            logger.exception("Updates could not be stored; they are answered all the same")
            return await self._answer_unkept(parcels)
        for parcel in parcels:
            if parcel.number not in new:
                self._release(parcel)
            elif earlier := self._unkept.pop(parcel.number, None):  # taken before it could be stored
                self._release(parcel)
                if earlier.ended.is_set():
                    await self._forget({parcel.number: None})
            elif parcel.update is None:
                self._release(parcel)
                await self._set_aside(parcel, "cannot be read")
            else:
                self._line_up(parcel)
        return True

    async def resume(self) -> None:
        """Take up what was not answered when the program stopped."""
        for kept in await self._store.unanswered():
            parcel = self._read(json.loads(kept.raw))
            if parcel is None:
                continue
            if parcel.update is None:
                await self._set_aside(parcel, "cannot be read")
                continue
            if kept.starts > STARTS:
                logger.error("An update was not answered in %d starts and is set aside", STARTS)
                await self._set_aside(parcel, "not answered")
                parcel.say = self._apologize
            self._count(parcel)
            self._line_up(parcel)

    async def room(self) -> None:
        """Wait until there is room for more updates."""
        await self._room.wait()

    @property
    def full(self) -> bool:
        """Whether so many updates wait that no more are to be taken."""
        return not self._room.is_set()

    async def drain(self, seconds: float) -> None:
        """Wait some seconds for the answers that are under way; the next start takes up the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._forget({})

    def _read(self, raw: Any) -> _Parcel | None:
        number = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
            logger.error("An update without a number was passed over")
            return None
        parcel = _Parcel(number, json.dumps(raw), self._say[Verdict.ANSWER])
        try:
            update = reading.read(raw, self._bot)
            # Anonymous admins and channels share a user; what tells them apart is the chat in whose name they write.
            chat, person = update.effective_chat, update.effective_sender
            parcel.person = _id(person.id) if person else 0
            parcel.chat = _id(chat.id) if chat else parcel.person
            parcel.written = update.message.date.timestamp() if update.message else None
            parcel.update = update
        except Exception as error:
            # Whatever the library meets in what it does not know.
            logger.error("An update could not be read and is set aside: %s", type(error).__name__)
            parcel.chat = reading.owner(raw)
        return parcel

    def _admits(self, parcel: _Parcel) -> bool:
        """Tell whether an update is to be dealt with, and count it: not when its writer is too fast and knows it."""
        verdict = Verdict.ANSWER
        if parcel.person:  # else nobody knows whose it is
            waiting, now = self._persons[parcel.person], self._clock().timestamp()
            verdict = self._flood.judge(parcel.person, now, waiting, parcel.written)
        if verdict is not Verdict.ANSWER:
            self._metrics.refused.inc()
        if verdict is Verdict.IGNORE:
            return False
        parcel.say = self._say[verdict]
        self._count(parcel)
        return True

    def _count(self, parcel: _Parcel) -> None:
        """Count an update among those that wait."""
        self.waiting += 1
        self._persons[parcel.person] += 1
        if self.waiting >= MOST:
            self._room.clear()

    def _release(self, parcel: _Parcel) -> None:
        """Count an update no more."""
        parcel.ended.set()
        self.waiting -= 1
        self._persons[parcel.person] -= 1
        if not self._persons[parcel.person]:
            del self._persons[parcel.person]
        if self.waiting < MOST:
            self._room.set()

    def _line_up(self, parcel: _Parcel) -> None:
        place = parcel.chat or -parcel.number  # what is of no chat waits for nobody
        if place in self._lines:
            self._lines[place].append(parcel)
            return
        self._lines[place] = deque([parcel])
        task = asyncio.create_task(self._answer_line(place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_line(self, place: int) -> None:
        line = self._lines[place]
        try:
            while line:
                await self._answer(line[0])
                line.popleft()
        finally:
            del self._lines[place]

    async def _answer(self, parcel: _Parcel) -> None:
        """Have an update answered and forget it; what breaks is logged and breaks nothing else."""
        link, refused = None, False
        async with self._turns.turn():
            try:
                with self._metrics.seconds.time():
                    link = await self._in_a_slot(parcel)
            except InvalidToken:
                logger.error("An update waits for a start with a token that Telegram knows")  # noqa: TRY400
                refused = True
            except Exception:
                logger.exception("An update could not be answered")
            if not refused and parcel.number not in self._unkept:
                await self._forget({parcel.number: link})
        self._release(parcel)

    async def _in_a_slot(self, parcel: _Parcel) -> Link | None:
        assert parcel.update is not None  # noqa: S101 - what nobody can read is in no line
        async with self._at_once:
            answer = asyncio.create_task(parcel.say(parcel.update))
            try:
                await asyncio.wait({answer}, timeout=SLOW)
            except asyncio.CancelledError:
                answer.cancel()
                raise
        return await answer

    async def _forget(self, answered: dict[int, Link | None]) -> None:
        """Forget updates that are answered, and those that could not be forgotten before."""
        owed, self._owed = self._owed | answered, {}
        try:
            for number, link in owed.items():
                await self._store.answered(number, link)
        except StoreError:
            logger.exception("An answered update could not be forgotten yet; until it is, a restart answers it again")
            self._owed |= owed

    async def _set_aside(self, parcel: _Parcel, reason: str) -> None:
        self._metrics.aside.inc()
        try:
            await self._store.set_aside(parcel.number, reason)
        except StoreError:
            logger.exception("An update could not be set aside")

    async def _answer_unkept(self, parcels: Sequence[_Parcel]) -> bool:
        """Answer updates that cannot be stored, each once however often they come; tell whether all have been."""
        mine = []
        for parcel in parcels:
            if parcel.number in self._unkept or parcel.update is None:
                self._release(parcel)
            else:
                self._unkept[parcel.number] = parcel
                self._line_up(parcel)
            mine.append(self._unkept.get(parcel.number, parcel))
        ended = asyncio.gather(*(parcel.ended.wait() for parcel in mine))
        try:
            await asyncio.wait_for(ended, UNKEPT)
        except TimeoutError:
            return False
        for number in list(self._unkept)[:-MOST]:
            del self._unkept[number]
        return True


def _id(value: Any) -> int:
    """Return the number of a chat or person, which nothing but a number may be."""
    if not isinstance(value, int):
        raise TypeError("not a number")
    return value
