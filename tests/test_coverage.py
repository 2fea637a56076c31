"""The report on thin words names what it should."""

from __future__ import annotations

from dataclasses import replace

from bot.coverage import report
from bot.models import Agenda


def changed(agenda: Agenda, ref: str, *aliases: str) -> Agenda:
    return replace(agenda, items=dict(agenda.items) | {ref: replace(agenda.items[ref], aliases=aliases)})


def test_thin_words_are_named(agendas: dict[str, Agenda]) -> None:
    english = agendas["en"]
    ref = "III.3.b#5"
    thin = changed(english, ref, english.items[ref].text)
    stolen = changed(changed(english, ref, "multiple-entry visas"), "III.9#1", "ZQX")

    assert f"en {ref}: the aliases add no word that the text lacks" in list(report({"en": thin}))
    lines = list(report({"en": stolen, "fr": agendas["fr"]}))
    assert any(line.startswith(f"en {ref}: 'multiple-entry visas' finds ") for line in lines)
    assert f"en {ref}: no alias finds it first" in lines
    assert "en: only this language knows ZQX" in lines


def test_few_places_are_thin(agendas: dict[str, Agenda]) -> None:
    for language, agenda in agendas.items():
        lines = [line for line in report({language: agenda}) if "only this language" not in line]
        assert len(lines) < 60, lines
