"""The questions that found no answer, or one that did not help."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from bot.i18n import SOURCE
from bot.models import DID_YOU_MEAN, NO_MATCH
from bot.review.period import Period

_SQL = """
select id, day, pseudonym, coalesce(language_detected, language_set, :source) as language, question, item,
    feedback = -1 as down, coalesce(content_version, '') as version
from queries
where day between :since and :until and kind = 'question' and question is not null
    and (feedback = -1 or (feedback = 0 and intent = 'ask'
        and (outcome = :none or (outcome = :guessed and followed is not 'accepted'))))
order by id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the log that waits for an answer."""

    id: int
    """Its row in the log."""
    day: str
    person: str
    """A pseudonym: to be counted, never shown."""
    language: str
    text: str
    """As the log keeps it, cleaned."""
    item: str | None
    """What was shown first."""
    down: bool
    """Whether the answer got a thumb down."""
    version: str
    """The content that it was asked of."""


def read(db: Database, period: Period) -> list[Asked]:
    """Return the questions of a period that wait for an answer, in the order of the log.

    They are those with a thumb down, those that found nothing, and guesses that nobody followed.
    """
    values = {
        "source": SOURCE,
        "since": str(period.since),
        "until": str(period.until),
        "none": NO_MATCH,
        "guessed": DID_YOU_MEAN,
    }
    asked = [
        Asked(
            row["id"],
            row["day"],
            row["pseudonym"],
            row["language"],
            row["question"],
            row["item"],
            bool(row["down"]),
            row["version"],
        )
        for row in db.query(_SQL, values)
    ]
    return [question for question in asked if period.language in {None, question.language}]
