"""People's words written into the content: one line more, all else as it was, and only if nothing gets worse."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import bot
from bot import content, evaluation
from bot.app import App, now
from bot.cli import main
from bot.config import Settings
from bot.models import LANGUAGES, NO_MATCH
from bot.review import accepting, groups
from bot.review.accepting import Refusal
from bot.review.asked import Asked
from bot.review.yaml_lines import PlaceError, insert
from bot.search import Index
from bot.store.database import Store
from bot.store.records import Entry

ROOT = Path(__file__).parent.parent
QUESTIONS = [
    ("en", "boda boda riders who carry migrants, what is a state to do?"),
    ("en", "boda boda riders carry migrants"),
    ("en", "Boda-boda riders carrying them"),
    ("fr", "recette de couscous aux légumes"),
]

BLOCK = """\
# A comment at the top
ref: "III.6"   # and one here
title:   "spaced"
aliases:
- papers of people
- no papers at all # said often
sections:
    - ref: "III.6.a"
      aliases:
          - one
          - >-
            two
            lines

      practices:
          # a comment before it
          - ref: "III.6.a#1"
            aliases: [first, 'second: one',   third]   # in brackets
          - {ref: "III.6.a#2", aliases: ["a",
              "b"]}
          - ref: III.6.a#3
            aliases: [
              first,
              second,  # the last
            ]
            text: "after"
"""
PLAIN = ("kafala sponsor", "l'employeur garde le passeport", "¿quién paga?", "réfugié à l’étranger", "20 years, 3 kids")
NEEDING_QUOTES = (
    "kafala: the sponsor", "what # now", "- dash", "no", "1.10", "yes", "[in brackets]", "{x}", "'quoted'",
    '"both\' kinds"', "& co", "*star", "@home", "`tick`", "%", "back\\slash: \"n\"", "null", "2026-11-01",
    "trailing:", "? what", "> more",
)  # fmt: skip


def values(text: str, ref: str) -> list[str]:
    """Return the aliases of a reference."""

    def walk(node: object) -> list[str] | None:
        if isinstance(node, dict) and node.get("ref") == ref:
            return list(node["aliases"])
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
        return next((found for found in map(walk, children) if found is not None), None)

    found = walk(yaml.safe_load(text))
    assert found is not None
    return found


def added(text: str, ref: str, words: str) -> tuple[str, list[str]]:
    """Add words, prove that nothing else changed, and return the new text and the lines that it has more."""
    insertion = insert(text, ref, words)
    assert insertion is not None
    assert values(insertion.text, ref) == [*values(text, ref), words]
    old, new = text.splitlines(keepends=True), insertion.text.splitlines(keepends=True)
    more = [line for line in new if line not in old]
    assert new[insertion.number - 1] in more
    return insertion.text, more


@pytest.mark.parametrize("words", PLAIN + NEEDING_QUOTES)
@pytest.mark.parametrize("ref", ["III.6", "III.6.a", "III.6.a#1", "III.6.a#2", "III.6.a#3"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_words_of_any_kind_in_lists_of_any_form(ref: str, words: str, end: str) -> None:
    text, more = added(BLOCK.replace("\n", end), ref, words)
    assert text.replace("\r\n", "").count("\r") == 0
    assert ("\r\n" in text) == (end == "\r\n")
    assert len(more) == (2 if ref == "III.6.a#2" else 1)  # there the line before gets a comma


@pytest.mark.parametrize(("ref", "line"), [
    ("III.6", "- kafala sponsor\n"),
    ("III.6.a", "          - kafala sponsor\n"),
    ("III.6.a#1", "            aliases: [first, 'second: one',   third, kafala sponsor]   # in brackets\n"),
    ("III.6.a#2", '              "kafala sponsor"]}\n'),
    ("III.6.a#3", "              kafala sponsor,\n"),
])  # fmt: skip
def test_the_line_is_written_as_the_list_is(ref: str, line: str) -> None:
    assert added(BLOCK, ref, "kafala sponsor")[1][-1] == line


def test_quotes_only_where_yaml_needs_them() -> None:
    for words in PLAIN:
        assert added(BLOCK, "III.6.a", words)[1] == [f"          - {words}\n"]
    for words in NEEDING_QUOTES:
        assert added(BLOCK, "III.6.a", words)[1] != [f"          - {words}\n"]


def test_a_last_line_without_an_end() -> None:
    text, _ = added('ref: "I"\naliases:\n  - one', "I", "two")
    assert text == 'ref: "I"\naliases:\n  - one\n  - two'


def test_a_list_that_cannot_be_added_to() -> None:
    assert insert(BLOCK, "III.7", "kafala") is None
    for text, reason in (
        ('ref: "I"\naliases: []', "empty list"),
        ('ref: "I"', "no list of aliases"),
        ('ref: "I"\naliases: one', "no list of aliases"),
        ('ref: "I"\naliases: [One ]', "has this alias already"),
    ):
        with pytest.raises(PlaceError, match=reason):
            insert(text, "I", "one")


def test_each_list_of_the_real_content_takes_a_line() -> None:
    paths = sorted((ROOT / "content").glob("*/agenda/*.yaml"))
    for path in paths[::7]:
        text = path.read_text(encoding="utf-8")
        for ref in yaml.safe_load(text)["ref"], "III.6.b#1", "III.13.d#3":
            insertion = insert(text, ref, "kafala: l'employeur paie l'été")
            if insertion:
                lines = insertion.text.splitlines()
                assert lines.pop(insertion.number - 1).lstrip() == "- 'kafala: l''employeur paie l''été'"
                assert lines == text.splitlines()


def group(built: App, *texts: str, language: str = "en") -> groups.Group:
    """Return the group that some questions make."""
    asked = [Asked(n, "2026-11-01", f"p{n}", language, text, None, False, "") for n, text in enumerate(texts, 1)]
    (found,) = groups.gather(asked, built.index)
    return found


@pytest.mark.parametrize(("language", "texts", "alias"), [
    ("en", ("Hello! Can you please tell me how a kafala sponsor keeps the passport of workers?",),
     "kafala sponsor keeps passport workers"),
    ("en", ("remittances through Western Union [link] [name]",), "remittances Western Union"),
    ("en", ("IOM's rules on kafala sponsors",), "IOM rules kafala sponsors"),
    ("fr", ("Bonjour, l'employeur peut garder le passeport d'une bonne ?",), "employeur garder passeport bonne"),
    ("en", tuple(f"kafala boss passport {w}" for w in ("seized", "taken", "taken")), "kafala boss passport taken"),
    ("en", (" ".join(f"kafala{n}x" for n in range(20)),), " ".join(f"kafala{n}x" for n in range(12))),
])  # fmt: skip
def test_the_alias_is_what_the_typical_question_says(
    built: App, language: str, texts: tuple[str, ...], alias: str
) -> None:
    found = group(built, *texts, language=language)
    assert accepting.propose(found, language, built.index(language).reader) == alias


def test_too_little_for_an_alias(built: App) -> None:
    with pytest.raises(Refusal, match="fewer than 3 telling words"):
        accepting.propose(group(built, "what about kafala?"), "en", built.index("en").reader)


def test_references_as_people_type_them(built: App) -> None:
    agenda = built.agendas["en"]
    typed = {
        "III.6.a#5": "III.6.a#5",
        "6a5": "III.6.a#5",
        "III.6(a), practice 5": "III.6.a#5",
        "chapter 6": "III.6",
        "II.4": "II.4",
    }
    assert {text: accepting.place(text, agenda) for text in typed} == typed
    for text, reason in {
        "III.6.a#99": r"There is no III.6.a#99; III.6.a goes from III.6.a#1 to III.6.a#\d+\.",
        "III.99": "There is no III.99",
        "smugglers": "smugglers is no reference",
    }.items():
        with pytest.raises(Refusal, match=reason):
            accepting.place(text, agenda)


def test_content_that_is_not_ones_own(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="inside the installed package.*set IAMM_CONTENT to the copy"):
        accepting.check_editable(Path(bot.__file__).parent / "content")
    with pytest.raises(Refusal, match="may not be written to"):
        accepting.check_editable(tmp_path / "nowhere")
    accepting.check_editable(ROOT / "content")


class Desk:
    """Somebody who writes content from what people asked: a copy of the real content, a log, the command."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.content = folder / "content"
        self.settings = replace(settings, content=self.content)
        shutil.copytree(ROOT / "content", self.content)
        self.before = self.files()
        asyncio.run(self._fill())

    async def _fill(self) -> None:
        store = Store(self.settings.database, 90)
        await store.open()
        for number, (language, question) in enumerate(QUESTIONS):
            await store.log(Entry(
                now(), f"test:{number}", "test", "question", language, language, question, "ask", NO_MATCH,
                None, None, 0.0, 0.0, "", 1.0, "content1", "code",
            ))  # fmt: skip
        await store.close()

    def files(self) -> dict[Path, bytes]:
        """Return every byte of the content."""
        return {path: path.read_bytes() for path in sorted(self.content.rglob("*")) if path.is_file()}

    def accepts(self, *arguments: str, says: str = "", status: int = 0) -> str:
        names = {
            "IAMM_DATABASE": str(self.settings.database), "IAMM_CONTENT": str(self.content), "IAMM_SEMANTIC": "off",
        }  # fmt: skip
        result = CliRunner().invoke(main, ["review", "accept", *arguments], input=says, env=names)
        assert result.exit_code == status, result.output
        return result.output


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Desk:
    return Desk(tmp_path, settings)


@pytest.fixture
def few_known(desk: Desk) -> Callable[..., None]:
    """Put some of the real questions beside the content, mostly English ones, with floors of one's own."""

    def put(size: int, *floors: dict[str, object]) -> None:
        folder = desk.content.parent / "tests" / "questions"
        folder.mkdir(parents=True)
        for language in LANGUAGES:
            lines = (ROOT / "tests" / "questions" / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
            (folder / f"{language}.jsonl").write_text(
                "\n".join(lines[: size if language == "en" else 9]), encoding="utf-8"
            )
        (folder / "floors.json").write_text(json.dumps(floors))

    return put


def test_accepted_words_make_the_questions_find_the_item(desk: Desk, few_known: Callable[..., None]) -> None:
    few_known(60, {"kind": "graded", "figure": "hit@3", "least": 0.5})
    shown = desk.accepts("q2", "5#12", says="y\n")
    after = desk.files()
    (path,) = (path for path in after if after[path] != desk.before[path])
    assert path.name == "iii-05-labour-migration.yaml"
    assert path.parent.parent.name == "en"
    old, new = desk.before[path].splitlines(keepends=True), after[path].splitlines(keepends=True)
    (number,) = (n for n, line in enumerate(new) if new[:n] + new[n + 1 :] == old and b"boda boda" in line)
    assert new[number].decode().strip() == "- boda boda riders carry migrants"
    assert f"{path}:{number + 1}" in shown
    assert "found for 0 of 3 before, for 3 after." in shown
    assert "find another item first." in shown
    assert f"Written to {path}" in shown
    assert after.keys() == desk.before.keys()
    index = Index(content.load(desk.content).agendas["en"])
    for _, question in QUESTIONS[:3]:
        assert index.find(question).items[0].ref == "III.5#12"


def test_what_is_not_kept_was_never_written(desk: Desk) -> None:
    shown = desk.accepts("q1", "III.5#12", says="n\n")
    assert shown.endswith("Nothing was written.\n")
    assert "The floors could not be checked: tests/questions is not beside the content." in shown
    assert desk.files() == desk.before


def test_a_floor_that_would_break_keeps_the_line_out(desk: Desk, built: App, few_known: Callable[..., None]) -> None:
    lines = evaluation.read([ROOT / "tests" / "questions" / "en.jsonl"])[:300]
    question = next(line for line in lines if evaluation.third(line["q"]) == 1 and _found(built, line))
    few_known(300, {"kind": "question", "figure": "hit@1", "least": 0.5})
    shown = desk.accepts("q1", "III.5#12", "--alias", question["q"], "--yes", status=1)
    assert "Not kept, nothing was written:" in shown
    assert "en question hit@1" in shown
    assert "more than half a point worse" in shown
    assert "has a question in these very words" in shown
    assert desk.files() == desk.before


def _found(built: App, line: dict[str, Any]) -> bool:
    """Whether a question now finds a right item first, and III.5#12 is none."""
    if line["kind"] != "question" or "III.5#12" in line["gold"]:
        return False
    return built.index("en").find(line["q"]).items[0].ref in line["gold"]


def test_a_section_in_another_language_in_words_of_ones_own(desk: Desk) -> None:
    alias = "la kafala : « tutelle » du patron, l'été"
    shown = desk.accepts("q1", "chapitre 5", "--lang", "en", "--alias", alias, "--yes")
    changed = {path: data for path, data in desk.files().items() if data != desk.before[path]}
    ((path, data),) = changed.items()
    assert alias in values(data.decode(), "III.5")
    assert "III.5" in shown
    again = desk.accepts("q1", "III.5", "--alias", alias, "--yes", status=1)
    assert "III.5 has this alias already" in again


@pytest.mark.parametrize(("arguments", "reason"), [
    (("ffffffff", "III.5#12"), "There is no group ffffffff. iamm review unanswered names them"),
    (("q1", "III.5#999"), "There is no III.5#999"),
    (("q1", "III.5#12", "--lang", "es"), "Nobody asked this in es, but in en"),
    (("q1", "III.5#12", "--alias", " ?! "), "An alias has words"),
])  # fmt: skip
def test_what_cannot_be_accepted(desk: Desk, arguments: tuple[str, ...], reason: str) -> None:
    assert reason in desk.accepts(*arguments, "--yes", status=1)
    assert desk.files() == desk.before


def test_content_that_is_broken_is_not_added_to(desk: Desk) -> None:
    made = accepting.change(desk.content, "en", "III.5#12", "kafala sponsors")
    twice = replace(made, new=made.new + b"aliases: [again]\n")
    with accepting.rehearsed(twice) as copy, pytest.raises(content.ContentError):
        content.load(copy)
    assert desk.files() == desk.before
    made.path.write_bytes(made.old + b"# by somebody else\n")
    with pytest.raises(Refusal, match="has been changed meanwhile"):
        accepting.keep(made)
    assert made.path.read_bytes() == made.old + b"# by somebody else\n"
