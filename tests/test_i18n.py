"""The catalogues: complete, with the same fields, and up to date with the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot import config, i18n
from bot.models import LANGUAGES

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def translators() -> dict[str, i18n.Translator]:
    return i18n.load(LOCALES)


def test_every_language_has_every_message(translators: dict[str, i18n.Translator]) -> None:
    wanted = {m.id for m in catalogue(LOCALES / "messages.pot")}
    assert set(translators) == set(LANGUAGES)
    for language in ("fr", "es"):
        held = catalogue(LOCALES / language / "LC_MESSAGES" / "messages.po")
        assert {m.id for m in held} == wanted
        assert not held.obsolete


def test_the_template_holds_what_the_code_says(tmp_path: Path) -> None:
    recipe = re.search(r"pybabel (-q extract .+) -o", (ROOT / "Makefile").read_text())
    assert recipe
    pybabel = [sys.executable, "-m", "babel.messages.frontend"]
    subprocess.run([*pybabel, *recipe[1].split(), "-o", tmp_path / "new.pot", "bot"], cwd=ROOT, check=True)
    new = {m.id for m in catalogue(tmp_path / "new.pot")}
    assert new == {m.id for m in catalogue(LOCALES / "messages.pot")}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('msgid "Contents"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Contents"\nmsgstr "Sommaire"\n', "not translated"),
        ('msgid "To cite: {citation}"\nmsgstr "Citer: {ref}"\n', "other fields"),
        ('msgid "{n} practice"\nmsgid_plural "{n} practices"\nmsgstr[0] "une"\nmsgstr[1] "{m} de"\n', "other fields"),
    ],
)
def test_what_is_unfinished_is_named(tmp_path: Path, entry: str, reason: str) -> None:
    shutil.copytree(LOCALES, tmp_path / "locales")
    broken = tmp_path / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    broken.write_text(entry)

    with pytest.raises(i18n.CatalogueError, match=reason) as caught:
        i18n.load(tmp_path / "locales")

    assert re.search(r"messages\.po:\d+: ", str(caught.value))


def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    shutil.copytree(LOCALES, tmp_path / "locales")
    (tmp_path / "locales" / "es" / "LC_MESSAGES" / "messages.po").unlink()

    with pytest.raises(i18n.CatalogueError, match="es/LC_MESSAGES/messages.po:0: cannot be read"):
        i18n.load(tmp_path / "locales")


def test_numbers_and_lists_are_the_languages_own(translators: dict[str, i18n.Translator]) -> None:
    assert translators["fr"].number(1234.5) == "1\u202f234,5"
    assert translators["fr"].listing(["EN", "ES"]) == "EN et ES"
    assert translators["fr"].count("{n} practice", "{n} practices", 0) == "0 pratique"
    assert translators["en"].count("{n} practice", "{n} practices", 0) == "0 practices"


def test_messages_are_never_glued(translators: dict[str, i18n.Translator]) -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        assert not re.search(r"\bsay\(\s*f[\"']", path.read_text()), path
    assert config.read({}).locales == LOCALES
