"""The way of an update: stored first, then answered in its chat's turn, then forgotten."""

from __future__ import annotations

import asyncio
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
from bot.telegram import inbound, reading
from bot.telegram.connection import ANSWER
from bot.telegram.reading import Raw
from bot.telegram.turns import Turns

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Chats that are answered side by side."""
SLOW = 0.25
"""Seconds after which an answer no longer counts among these, so that no slow chat holds up another."""
LINE = 150
"""Messages of one chat that may wait for their answer. Telegram takes 20 a minute to a group, and nobody waits longer
than some minutes; what comes on top is left out, and the chat told so."""
MOST = 5000
"""Updates that may wait for their answer before no more are taken: far more than a few busy chats have."""
STARTS = 50
"""Starts of the program with which the answer to an update is begun again. One that ends the program each time is set
aside then; many, for others that wait beside it are not to blame."""
UNKEPT = 20.0
"""Seconds for answering updates that cannot be stored, before Telegram is asked for them again."""

Answer = Callable[[Update], Coroutine[Any, Any, Link | None]]
"""Answers an update and returns which reply answers which message, if that is to be kept."""


@dataclass(slots=True, eq=False)
class _Parcel:
    """An update on its way."""

    number: int
    raw: Raw
    say: Answer
    """What is said to who wrote it."""
    update: Update | None = None
    """None where nobody can read it."""
    chat: int = 0
    """Whose updates are answered in turn: a chat, or who wrote it where there is none."""
    person: int = 0
    asks: bool = False
    """Whether somebody waits for an answer to it."""
    written: float | None = None
    """When, where it says so: nobody is held to be too fast for what waited while the bot was off."""
    resumed: bool = False
    """Whether it waited when the program started."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Intake:
    """Takes updates from whichever way they come, loses none, and has each answered once."""

    def __init__(
        self,
        store: Store,
        bot: Bot,
        clock: Clock,
        metrics: Metrics,
        answer: Answer,
        warn: Answer,
        leave_out: Answer,
        apologize: Answer,
    ) -> None:
        """What is said to who wrote an update: an answer, or that they write too fast, that so much came at once in
        their chat that this and what follows is left out, or that there is no answer.
        """
        self._store, self._bot, self._clock, self._metrics = store, bot, clock, metrics
        self._say = {Verdict.ANSWER: answer, Verdict.WARN: warn}
        self._leave_out, self._apologize = leave_out, apologize
        self._flood = Flood()
        self._lines: dict[int, deque[_Parcel]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._persons: Counter[int] = Counter()
        """Messages that wait, by who wrote them."""
        self._chats: Counter[int] = Counter()
        """The same by chat."""
        self._closed: set[int] = set()
        """Chats whose line ends with the word that what follows is left out."""
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

    async def receive(self, updates: Sequence[Raw]) -> bool:
        """Take updates as they came and return whether Telegram may forget them.

        It may when they are stored; where they cannot be stored, when they are answered.
        """
        self._metrics.received.inc(len(updates))
        parcels = [parcel for raw in updates if (parcel := self._read(raw)) and self._admits(parcel)]
        try:
            kept = [inbox.Update(p.number, f"telegram:{p.chat}" if p.chat else "", p.raw.text) for p in parcels]
            new = await self._store.receive(kept, self._clock())
        except StoreError:
            logger.exception("Updates could not be stored; they are answered all the same")
            return await self._answer_unkept(parcels)
        for parcel in parcels:
            if parcel.number not in new:
                self._release(parcel)
                continue
            new.remove(parcel.number)  # it may be there twice
            if earlier := self._unkept.pop(parcel.number, None):  # taken before it could be stored
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
        unanswered = await self._store.unanswered()
        if unanswered:
            self._turns.beware()
        for kept in unanswered:
            parcel = self._read(reading.load(kept.raw))
            if parcel is None:
                continue
            if parcel.update is None:
                await self._set_aside(parcel, "cannot be read")
                continue
            if kept.starts >= STARTS:
                logger.error("An update was not answered in %d starts and is set aside", STARTS)
                parcel.say = self._apologize
            parcel.resumed = True
            self._count(parcel)
            self._line_up(parcel)

    async def room(self) -> None:
        """Wait until there is room for more updates."""
        await self._room.wait()

    @property
    def full(self) -> bool:
        """Whether so many updates wait that no more are to be taken."""
        return not self._room.is_set()

    async def drain(self, seconds: float, resumes: bool = True) -> None:
        """Wait some seconds for the answers that are under way; the next start takes up the rest.

        If there will be one (`resumes`), nothing goes out in the last seconds, in which Telegram's answer to it might
        not come any more: it would go out twice.
        """
        last = min(seconds, ANSWER) if resumes else 0.0
        for timeout in (seconds - last, last):
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=timeout)
            self._turns.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._forget({})

    def _read(self, raw: Raw) -> _Parcel | None:
        """Return an update on its way; None where nothing is to be done about it."""
        if raw.number is None:
            logger.error("An update without a number was passed over")
            return None
        parcel = _Parcel(raw.number, raw, self._say[Verdict.ANSWER])
        try:
            update = reading.read(raw.content, self._bot)
            written = update.message or update.edited_message
            said = written is not None and not written.migrate_to_chat_id
            if said and inbound.message(update, self._bot.username, self._clock()) is None:
                return None  # what people say to each other
            parcel.asks = bool(said or update.callback_query or update.inline_query)
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
        say = self._judge(parcel) if parcel.asks else parcel.say
        if say != parcel.say:
            self._metrics.refused.inc()
        if say is None:
            return False
        parcel.say = say
        self._count(parcel)
        return True

    def _judge(self, parcel: _Parcel) -> Answer | None:
        """Return what is said to who wrote a message; None for nothing at all."""
        if parcel.chat in self._closed:
            return None
        verdict = Verdict.ANSWER
        if parcel.person:  # else nobody knows whose it is
            waiting, now = self._persons[parcel.person], self._clock().timestamp()
            verdict = self._flood.judge(parcel.person, now, waiting, parcel.written)
        if verdict is Verdict.ANSWER and self._chats[parcel.chat] >= LINE:
            self._closed.add(parcel.chat)
            return self._leave_out
        return self._say.get(verdict)

    def _count(self, parcel: _Parcel) -> None:
        """Count an update among those that wait."""
        self.waiting += 1
        if parcel.asks:
            self._persons[parcel.person] += 1
            self._chats[parcel.chat] += 1
        if self.waiting >= MOST:
            self._room.clear()

    def _release(self, parcel: _Parcel) -> None:
        """Count an update no more."""
        parcel.ended.set()
        self.waiting -= 1
        if parcel.asks:
            for counter, whose in ((self._persons, parcel.person), (self._chats, parcel.chat)):
                counter[whose] -= 1
                if not counter[whose]:
                    del counter[whose]
        if parcel.say is self._leave_out:
            self._closed.discard(parcel.chat)
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
            while line and not self._turns.closed:
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
            if parcel.say is self._apologize and not refused:
                await self._set_aside(parcel, "not answered")
            elif not refused and parcel.number not in self._unkept:
                await self._forget({parcel.number: link})
        self._release(parcel)

    async def _in_a_slot(self, parcel: _Parcel) -> Link | None:
        assert parcel.update is not None  # noqa: S101 - what nobody can read is in no line
        async with self._at_once:
            if parcel.resumed:
                await self._count_start(parcel)
            answer = asyncio.create_task(parcel.say(parcel.update))
            try:
                await asyncio.wait({answer}, timeout=SLOW)
            except asyncio.CancelledError:
                answer.cancel()
                raise
        return await answer

    async def _count_start(self, parcel: _Parcel) -> None:
        try:
            await self._store.begin(parcel.number)
        except StoreError:
            logger.exception("It could not be written down that an update is taken up again")

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
