"""What the editor is told, and that it never fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.editorial import advise
from bot.models import Agenda

GLOSSARY = Path(__file__).parent.parent / "content" / "glossary.yaml"


def changed(agenda: Agenda, ref: str, text: str) -> Agenda:
    return replace(agenda, items=dict(agenda.items) | {ref: replace(agenda.items[ref], text=text)})


@pytest.mark.parametrize(
    ("ref", "text", "remark"),
    [
        ("I.1#1", "Une personne sur trente-six.", "the numbers differ"),
        ("III.8#5", "Rapprocher le HCR et les gouvernements.", "only one text names IOM / OIM"),
        ("III.3.b#5", "Former.", "times the length of the English text"),
        ("III.13.d#1", "Réduire le coût de ces opérations bancaires pour tous.", "the glossary has envois de fonds"),
    ],
)
def test_differences_are_named(agendas: dict[str, Agenda], ref: str, text: str, remark: str) -> None:
    lines = list(advise({"en": agendas["en"], "fr": changed(agendas["fr"], ref, text)}, GLOSSARY))

    assert any(line.startswith(f"fr {ref}: ") and remark in line for line in lines)


def test_the_advice_is_short_and_no_failure() -> None:
    result = CliRunner().invoke(main, ["check", "--editorial"])

    assert result.exit_code == 0
    assert len(result.output.splitlines()) < 80
