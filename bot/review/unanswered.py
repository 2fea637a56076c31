"""The queue of whoever runs the bot: groups of questions that wait for an answer, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.models import ANSWERED, Agenda
from bot.review import aside
from bot.review.groups import Group, Phrase
from bot.review.trial import Trial

EXAMPLES = 3
"""Questions shown of a group."""
ASKED_AGAIN = 5
"""Ways of asking in each language that are tried on the content of today."""


def head(groups: Iterable[Group], version: str) -> str:
    """Return the line above the queue; `version` is that of the content of today."""
    sizes = [len(group.questions) for group in groups]
    return (
        f"{_plural(sum(sizes), 'question')} without a good answer, in {_plural(len(sizes), 'group')}. "
        f"Days are in UTC; content {version}."
    )


def waiting(groups: Iterable[Group], trial: Trial, kept: Mapping[str, str]) -> Iterator[Group]:
    """Yield the groups that were neither set aside nor answered since by new content."""
    for group in groups:
        if aside.reason(group, kept) is None and not answered(group, trial):
            yield group


def answered(group: Group, trial: Trial) -> bool:
    """Whether the content, changed since, answers the group, and with something else than what got a thumb down."""
    if any(question.version == trial.app.content_version for question in group.questions):
        return False
    for language in group.languages:
        phrases = [phrase for phrase in group.phrases if phrase.language == language]
        if not all(_answers(phrase, trial) for phrase in [group.typical(language), *phrases[: ASKED_AGAIN - 1]]):
            return False
    return True


def _answers(phrase: Phrase, trial: Trial) -> bool:
    answer = trial.ask(phrase.text, phrase.language)
    refused = {question.item for question in phrase.questions if question.down}
    return answer["outcome"] == ANSWERED and answer["first"] not in refused


def describe(group: Group, agendas: Mapping[str, Agenda], reason: str | None) -> Iterator[str]:
    """Yield the lines that show a group: its figures, examples in each language, and the nearest items."""
    questions, languages = group.questions, group.languages.most_common()
    counted = f"{_plural(len(questions), 'question')} from {_plural(group.people, 'person', 'people')}"
    spoken = ", ".join(f"{language} {count}" for language, count in languages)
    joined = " (joined: they find the same items)" if len(languages) > 1 else ""
    days = sorted(question.day for question in questions)
    period = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    yield f"{group.id}  {counted}; {spoken}{joined}; {period}"
    if reason is not None:
        yield f"    set aside: {reason}"
    for phrase in _examples(group):
        again = f" ({len(phrase.questions)} times)" if len(phrase.questions) > 1 else ""
        yield f"    q{phrase.questions[0].id}  {phrase.language}  {phrase.text}{again}"
    for ref in group.nearest:
        yield f"    near: {ref}  {_title(ref, agendas[languages[0][0]])}"


def _examples(group: Group) -> list[Phrase]:
    """Return the most typical phrase of each language, then those asked most often."""
    typical = [group.typical(language) for language, _ in group.languages.most_common()]
    often = sorted(group.phrases, key=lambda phrase: (-len(phrase.questions), phrase.questions[0].id))
    others = [phrase for phrase in often if phrase not in typical]
    return [*typical, *others][: max(EXAMPLES, len(typical))]


def _title(ref: str, agenda: Agenda) -> str:
    item = agenda.items[ref]
    return item.title or agenda.sections[item.section].title


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
