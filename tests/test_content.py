"""The content: whole, the same in each language, and every mistake in it named at once."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot import content
from bot.models import LANGUAGES, Agenda

CONTENT = Path(__file__).parent.parent / "content"

# The document's own numbers: 53 headings in part III, and how many practices each section holds.
PRACTICES = {
    "III.1.a": 5, "III.1.b": 5, "III.2": 8, "III.3": 3, "III.3.a": 8, "III.3.b": 7, "III.3.c": 3, "III.4.a": 10,
    "III.4.a.1": 5, "III.4.a.2": 5, "III.4.a.3": 2, "III.4.b.1": 4, "III.4.b.2": 5, "III.4.b.3": 3, "III.5": 18,
    "III.6.a": 9, "III.6.b": 5, "III.7.a": 9, "III.7.b": 5, "III.7.c": 2, "III.7.d": 3, "III.7.e": 2, "III.8": 7,
    "III.9": 17, "III.10": 4, "III.11.a": 8, "III.11.b": 3, "III.11.c": 5, "III.11.d": 3, "III.11.e": 5,
    "III.12": 6, "III.13.a": 5, "III.13.b": 5, "III.13.c": 4, "III.13.d": 6, "III.14": 6, "III.15": 10,
    "III.16": 6, "III.17": 8, "III.18": 10, "III.19.a": 4, "III.19.b": 6, "III.19.c": 3, "III.19.d": 4, "III.20": 2,
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def reasons(folder: Path) -> list[str]:
    with pytest.raises(content.ContentError) as caught:
        content.load(folder)
    return [str(problem) for problem in caught.value.problems]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_language_is_whole(agendas: dict[str, Agenda]) -> None:
    assert tuple(agendas) == LANGUAGES
    for agenda in agendas.values():
        held = Counter(item.section for item in agenda.items.values())
        assert held == PRACTICES | {"I.1": 5, "I.2": 17, "II": 20}
        assert len(agenda.items) == 305
        part = [ref for ref in agenda.sections if ref.startswith("III.")]
        assert len(part) == 53
        assert list(agenda.items)[:1] + list(agenda.items)[-1:] == ["I.1#1", "III.20#2"]


def test_every_item_and_section_has_aliases(agendas: dict[str, Agenda]) -> None:
    for agenda in agendas.values():
        for each in [*agenda.items.values(), *agenda.sections.values()]:
            assert 3 <= len(each.aliases) <= 6, (agenda.language, each.ref)


def test_the_files_have_the_same_names_in_every_language() -> None:
    names = [sorted(p.relative_to(CONTENT / lang) for p in (CONTENT / lang).rglob("*.yaml")) for lang in LANGUAGES]
    assert names[0] == names[1] == names[2]


def test_french_has_its_typography(agendas: dict[str, Agenda]) -> None:
    agenda = agendas["fr"]
    texts = [i.text for i in agenda.items.values()] + [s.summary for s in agenda.sections.values()]
    for text in texts:
        assert "'" not in text
        assert not re.search(r"[^\u202f\u00a0][;!?](?:\s|$)", text), text
        assert not re.search(r"[^\u202f\u00a0]:\s|«[^\u202f\u00a0]|[^\u202f\u00a0]»", text), text


def test_the_version_changes_with_any_byte(copy: Path) -> None:
    before = content.load(copy).version
    assert re.fullmatch("[0-9a-f]{10}", before)
    path = copy / "en" / "words.yaml"
    path.write_text(path.read_text() + "# a word\n")
    assert content.load(copy).version != before


CHAPTER = "iii-12-capacity-building.yaml"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("language: en", "language: fr", "language is not that of the folder, en"),
        ("title: ", "titel: ", "'titel' is not known here"),
        ("title: ", "titel: ", "'title' is missing"),
        ("title: ", "title: twice\ntitle: ", "'title' stands twice"),
        ('ref: "III.12#2"', 'ref: "III.12#9"', "III.12#9 stands where III.12#2 is due"),
        ('ref: "III.12#2"', 'ref: "III.13#2"', "III.13#2 does not belong in III.12"),
        ('ref: "III.12#2"', 'ref: "III.12#1"', "III.12#1 stands twice in this language"),
        ('ref: "III.12#2"', 'ref: "12-2"', "'12-2' is no reference, such as III.6.a#5"),
        ("    aliases:\n", "    aliases: []\n    alias:\n", "III.12#1 has no aliases"),
        ("    aliases:\n", "    aliases:\n      - no\n", "aliases: 'no' is no text to YAML; put it in quotes"),
        ("    aliases:\n", "    aliases:\n      - 1.10\n", "aliases: '1.10' is no text to YAML; put it in quotes"),
        ("    aliases:\n", "    aliases:\n      - [a]\n", "aliases: this is no text to YAML; put it in quotes"),
        ("    text: >-\n", "    text: ''\n    other: >-\n", "text is empty"),
        ("    text: >-\n", "    text: >-\n      " + "long " * 800 + "\n", "3,000 fit a message"),
        ('ref: "III.12#2"', f'ref: "III.12#{"9" * 5000}"', "is no reference"),
        ('ref: "III.12#2"', 'ref: "III.12#\u0662"', "is no reference"),
        ("title: ", "title: " + "long " * 51, "250 fit a message"),
        ("    aliases:\n", "    aliases:\n      - " + "long " * 51 + "\n", "250 fit a message"),
        ("    text: >-\n", "    text: >-\n      " + "\U0001f6c2" * 1501 + "\n", "3,000 fit a message"),
        ("practices:", "practices: {}\nsections:", "practices must be a list"),
        ("summary: >-", "summary: &a >-", None),
        ("title: ", "title: 'un\nended: ", "is not YAML"),
    ],
)
def test_each_mistake_is_named_with_its_place(copy: Path, old: str, new: str, reason: str | None) -> None:
    path = copy / "en" / "agenda" / CHAPTER
    change(path, old, new)
    if reason is None:
        content.load(copy)
        return
    found = [line for line in reasons(copy) if reason in line]
    assert found
    assert re.match(re.escape(str(path)) + r":\d+: ", found[0])


def test_every_mistake_is_named_at_once(copy: Path) -> None:
    change(copy / "en" / "agenda" / CHAPTER, "language: en", "language: de")
    change(copy / "fr" / "words.yaml", "language: fr", "language: fr\nwords: []")
    (copy / "es" / "intents.yaml").unlink()

    found = "\n".join(reasons(copy))

    assert "language is not that of the folder" in found
    assert "'words' is not known here" in found
    assert "intents.yaml:1: cannot be read" in found


def test_what_one_language_lacks_is_named(copy: Path) -> None:
    (copy / "es" / "agenda" / "iii-20-other-policy-linkages.yaml").unlink()

    found = reasons(copy)

    missing = [line for line in found if "missing" in line]
    assert len(missing) == 1
    assert "III.20 is missing in es" in missing[0]


def test_a_text_that_nobody_translated_is_named(copy: Path) -> None:
    name = "iii-20-other-policy-linkages.yaml"
    english = (copy / "en" / "agenda" / name).read_text()
    (copy / "fr" / "agenda" / name).write_text(english.replace("language: en", "language: fr"))

    assert any("III.20#1 has the same text as in en" in line for line in reasons(copy))


def test_a_small_file_cannot_become_a_huge_one(copy: Path) -> None:
    bomb = "language: en\nstop_words: &a [x, y]\nweak_words: *a\nspellings: {}\nsynonyms: []\nthresholds: {}\n"
    (copy / "en" / "words.yaml").write_text(bomb)

    assert any("an anchor is used twice" in line for line in reasons(copy))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"\xff\xfe", "is not UTF-8"), (b"x" * 1_000_001, "is larger than"), (b"# nothing\n", "is empty")],
)
def test_what_is_no_text_is_named(copy: Path, raw: bytes, reason: str) -> None:
    (copy / "en" / "words.yaml").write_bytes(raw)

    assert any(reason in line for line in reasons(copy))


@pytest.mark.parametrize("what", ["of 3 GB", "without an end"])
def test_no_more_is_read_of_a_file_than_content_can_have(copy: Path, what: str) -> None:
    path = copy / "en" / "agenda" / CHAPTER
    if what == "of 3 GB":
        os.truncate(path, 3 * 2**30)
    else:
        path.unlink()
        path.symlink_to("/dev/zero")
    result = subprocess.run(
        [sys.executable, "-m", "bot.cli", "check"],
        env=os.environ | {"IAMM_CONTENT": str(copy)}, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )  # fmt: skip

    assert result.returncode == 1
    assert f"{path}:1: is larger than 1,000,000 bytes\n" in result.stderr


def test_a_note_that_no_message_holds_is_named(copy: Path) -> None:
    change(copy / "en" / "words.yaml", "    note: ", "    note: " + "long " * 51)

    assert any("note has" in line and "250 fit a message" in line for line in reasons(copy))


def test_what_was_not_learnt_is_named(copy: Path) -> None:
    (copy / "hearing.json").write_text("[" * 100_000)

    with pytest.raises(content.ContentError, match="was not written by make learn"):
        content.load_ear(copy)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "set IAMM_CONTENT" in reasons(tmp_path / "nowhere")[0]
    (tmp_path / "en").mkdir()
    assert any("there is no content here" in line for line in reasons(tmp_path))
