"""Who writes faster than anybody can read: a person is answered a burst of messages, then told once to wait."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

BURST = 60
"""Messages that a person may send at once."""
PER_SECOND = 1.0
"""Messages by which the burst fills up again."""
WAITING = 30
"""Messages of a person that may wait for their answer, however fast they came; who waits for answers is never held."""
MANY = 300
"""Messages of a person that may wait, whatever their burst holds: who writes a message a second where Telegram takes
fewer would fill the line otherwise."""
MOST = 1_000
"""People who are remembered; beyond, those who have been quiet for the longest time are forgotten."""


class Verdict(Enum):
    """What becomes of a message."""

    ANSWER = "answer it"
    WARN = "say once that this is too fast"
    IGNORE = "say nothing"


@dataclass(slots=True)
class _Bucket:
    left: float
    written: float
    """When the last message that carries a date was written."""
    met: float
    """When the last one came that carries none. The two are never compared: a date may be long past."""
    warned: bool = False


class Flood:
    """A bucket of messages for each person, that fills up with time."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def judge(self, person: int, now: float, waiting: int, written: float | None = None) -> Verdict:
        """Return what becomes of a message that came now and was written at a moment, both in seconds.

        `waiting` is how many messages of theirs have no answer yet; `written` is None where the message does not say.
        """
        bucket = self._bucket(person, now, written)
        if waiting < WAITING or (bucket.left >= 1 and waiting < MANY):
            bucket.left = max(0.0, bucket.left - 1)
            bucket.warned = bucket.warned and (bucket.left < BURST / 2 or waiting >= MANY / 2)
            return Verdict.ANSWER
        if bucket.warned:
            return Verdict.IGNORE
        bucket.warned = True
        return Verdict.WARN

    def _bucket(self, person: int, now: float, written: float | None) -> _Bucket:
        """Return a person's bucket, filled up by the time since their last message of the same kind.

        A date that lies before the last one fills up nothing, and the next is compared with it: so none that is wrong,
        be it of Telegram's clock or of this machine's, does harm for longer than one message.
        """
        bucket = self._buckets.setdefault(person, _Bucket(BURST, now if written is None else written, now))
        if written is None:
            passed, bucket.met = now - bucket.met, now
        else:
            passed, bucket.written = written - bucket.written, written
        bucket.left = min(BURST, bucket.left + max(0.0, passed) * PER_SECOND)
        self._buckets.move_to_end(person)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return bucket
