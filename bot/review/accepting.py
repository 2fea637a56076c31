"""People's own words for an item or section, written into the content once they have proved themselves."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import references
from bot.models import ANSWERED, DID_YOU_MEAN, Agenda
from bot.nodes import LARGEST_FILE
from bot.question import Reader
from bot.review.groups import Group
from bot.review.trial import Answer, Known, Trial
from bot.review.yaml_lines import PlaceError, insert
from bot.store.cleaning import LONGEST
from bot.words import fold, split

SHORTEST, LONGEST_ALIAS = 3, 12
"""Words of an alias that is proposed."""
SHOWN = 10
"""Questions of a group that are shown."""
FOUND = 3
"""Places among which an item counts as found."""

_PACKAGE = Path(__file__).parent.parent
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")


class Refusal(Exception):
    """An alias cannot be accepted; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the content with an alias more."""

    folder: Path
    path: Path
    language: str
    ref: str
    alias: str
    old: bytes
    new: bytes
    number: int
    """The line, from 1, that the alias stands on."""


def check_editable(folder: Path) -> None:
    """Raise Refusal where the content is not one's own to write to."""
    if folder.resolve().is_relative_to(_PACKAGE):
        raise Refusal(
            f"The content in {folder} lies inside the installed package, where the next installation replaces it. "
            "Work in a checkout, or copy the folder and set IAMM_CONTENT to the copy."
        )
    if not os.access(folder, os.R_OK | os.W_OK):
        raise Refusal(f"The content in {folder} may not be written to. Set IAMM_CONTENT to a copy of your own.")


def place(text: str, agenda: Agenda) -> str:
    """Return the reference of an item or section that a text names, in any way that people type one.

    Raises Refusal where there is none.
    """
    if text in agenda.items or text in agenda.sections:
        return text
    found = references.read(text, agenda)
    if found and found.exists:
        return found.ref
    if found and found.within in agenda.sections:
        inside = agenda.items_under(found.within)
        raise Refusal(f"There is no {text}; {found.within} goes from {inside[0].ref} to {inside[-1].ref}.")
    raise Refusal(f"{text} is no reference. One of an item is III.6.a#5, one of a section III.6.a.")


def propose(group: Group, language: str, reader: Reader) -> str:
    """Return the alias line that a group's most typical question in a language makes, of 3 to 12 words.

    Stop words, greetings and what stands for personal data are left out. Words that the content does not know stay as
    they are: to be found by them is what an alias is for.
    Raises Refusal where too little is left.
    """
    text = _PLACEHOLDER.sub(" ", group.typical(language).text)
    words = []
    for number, token in enumerate(_WORD.findall(text)):
        parts = split(token, language)
        if all(reader.says_nothing(part) for part in parts):
            continue
        if len(parts) == 1 and fold(parts[0]) != fold(token):
            # An elision or a possessive was cut.
            token = token[-len(parts[0]) :] if fold(token).endswith(fold(parts[0])) else token[: len(parts[0])]
        elif not number and token[1:].islower():
            token = token.lower()
        words.append(token)
    if len(words) < SHORTEST:
        raise Refusal(
            f'"{text.strip()}" has fewer than {SHORTEST} telling words. Give the alias yourself: --alias "..."'
        )
    return " ".join(words[:LONGEST_ALIAS])


def change(folder: Path, language: str, ref: str, alias: str) -> Change:
    """Return the file that holds an item or section with the alias added. Nothing is written.

    Raises Refusal where the file cannot take it.
    """
    alias = " ".join(alias.split())
    if not any(c.isalnum() for c in alias) or len(alias) > LONGEST:
        raise Refusal(f"An alias has words, and {LONGEST} characters at most.")
    for path in sorted((folder / language / "agenda").glob("*.yaml")):
        old = path.read_bytes()
        try:
            insertion = insert(old.decode(), ref, alias) if ref.encode() in old else None
        except PlaceError as error:
            raise Refusal(f"{path}: {error}") from error
        if insertion:
            new = insertion.text.encode()
            if len(new) > LARGEST_FILE:
                raise Refusal(f"{path} would be larger than {LARGEST_FILE:,} bytes.")
            return Change(folder, path, language, ref, alias, old, new, insertion.number)
    raise Refusal(f"No file of {folder / language / 'agenda'} holds {ref}.")


@contextmanager
def rehearsed(made: Change) -> Iterator[Path]:
    """Give a copy of the content folder with the change in it; the content itself is not touched."""
    with TemporaryDirectory(prefix="iamm-") as temporary:
        copy = Path(temporary) / "content"
        shutil.copytree(made.folder, copy)
        (copy / made.path.relative_to(made.folder)).write_bytes(made.new)
        yield copy


def keep(made: Change) -> None:
    """Write the change into the content, whole or not at all.

    Raises Refusal where the file has changed meanwhile or cannot be written.
    """
    path = made.path.resolve()
    new = path.with_name(path.name + ".new")
    try:
        if path.read_bytes() != made.old:
            raise Refusal(f"{made.path} has been changed meanwhile; nothing is written. Run the command again.")
        new.write_bytes(made.new)
        shutil.copymode(path, new)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise Refusal(
            f"{made.path} cannot be written: {error.strerror}. Set IAMM_CONTENT to a copy of your own."
        ) from error


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the answers."""

    lines: tuple[str, ...]
    """What to show."""
    losses: tuple[str, ...]
    """Why it must not be kept: floors broken, figures fallen."""


def effect(before: Trial, after: Trial, made: Change, group: Group, known: Known | None) -> Effect:
    """Return what a change does to the questions of a group and to those with known answers."""
    lines = list(_ranks(before, after, made, group))
    if known is None:
        lines.append(
            "The floors could not be checked: tests/questions is not beside the content. A checkout of iamm has them."
        )
        return Effect(tuple(lines), ())
    old, new = ([trial.ask(line["q"], None) for line in known.lines] for trial in (before, after))
    figures, figures_now = known.figures(old), known.figures(new)
    moved = sum(_first(one) != _first(other) for one, other in zip(old, new, strict=True))
    losses = list(known.losses(figures, figures_now))
    if made.alias.lower().rstrip("?. ") in known.copied:
        losses.append("tests/questions has a question in these very words; the measure would no longer measure")
    lines.append(f"Questions with known answers: of {len(known.lines)}, {moved} find another item first.")
    lines += (f"  {change}" for change in known.changes(figures, figures_now))
    return Effect(tuple(lines), tuple(losses))


def _ranks(before: Trial, after: Trial, made: Change, group: Group) -> Iterator[str]:
    """Yield the place of the reference for each way the group asks in the language, before and after."""
    phrases = [phrase for phrase in group.phrases if phrase.language == made.language]
    ranks = []
    for phrase in phrases:
        answers = [(trial, trial.ask(phrase.text, made.language)) for trial in (before, after)]
        ranks.append([(trial.place(answer, made.ref), answer["outcome"]) for trial, answer in answers])
    yield f"The group's questions, and where {made.ref} stands among what they find:"
    for phrase, (old, new) in list(zip(phrases, ranks, strict=True))[:SHOWN]:
        yield f"  {_shown(*old)} -> {_shown(*new)}  {phrase.text}"
    found = [sum(map(_found, each)) for each in zip(*ranks, strict=True)]
    yield f"By words alone it is found for {found[0]} of {len(phrases)} before, for {found[1]} after."
    if found[1] <= found[0]:
        yield "It helps none of them: try words that are nearer to theirs, with --alias."


def _found(rank: tuple[int | None, str]) -> bool:
    place, outcome = rank
    return place is not None and place <= FOUND and outcome in {ANSWERED, DID_YOU_MEAN}


def _shown(place: int | None, outcome: str) -> str:
    return f"{place or '-'} ({outcome})"


def _first(answer: Answer) -> str | None:
    return answer["ranking"][0][0] if answer["ranking"] else None
