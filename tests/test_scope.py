"""What is no question for the Agenda: other matters, and somebody's own case."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.config import read
from bot.models import ANSWERED, CASEWORK, NO_MATCH
from tests.conftest import Conversation


@pytest.mark.parametrize(
    "text",
    [
        "will there be snow in Oslo at the weekend",
        "how do whales find their way when they migrate",
        "quelle équipe a gagné la coupe hier soir ?",
        "receta de empanadas de carne al horno",
        "sdkfjh wqoeiu",
    ],
)
async def test_another_matter_is_refused_with_a_way_on(app: App, text: str) -> None:
    reply = await Conversation(app).says(text)

    assert reply.outcome == NO_MATCH
    assert reply.choices[-1]
    assert reply.items == ()


@pytest.mark.parametrize(
    "text",
    [
        "my husband's residence card was refused, how do we appeal",
        "ma sœur a reçu une lettre d'expulsion, qu'est-ce qu'elle doit faire ?",
        "se me venció el permiso de trabajo, ¿cómo lo renuevo?",
    ],
)
async def test_a_case_gets_a_signpost_and_no_verdict(app: App, text: str) -> None:
    reply = await Conversation(app).says(text)

    assert reply.outcome == CASEWORK
    assert reply.items == ()
    assert len(reply.offered) == 1
    assert any(name in reply.text for name in ("UNHCR", "HCR", "ACNUR"))
    assert not any(c.isdigit() for c in reply.text)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("my boss took my passport and locks me in at night, help", "If you"),
        ("mon patron garde mon passeport et me frappe, je ne peux pas sortir", "Si vous"),
        ("me quitaron el pasaporte y no me dejan salir de la casa donde trabajo", "Si usted"),
    ],
)
async def test_in_danger_the_emergency_line_comes_first(app: App, text: str, first: str) -> None:
    reply = await Conversation(app).says(text)

    assert reply.outcome == CASEWORK
    assert reply.text.startswith(first)


@pytest.mark.parametrize(
    "text",
    [
        "as a mayor, how can I help newcomers find work?",
        "should a worker whose employer took her passport have access to a court?",
        "mon ministère prépare une loi sur la traite, que faut-il y mettre ?",
    ],
)
async def test_a_question_on_policy_is_no_case(app: App, text: str) -> None:
    assert (await Conversation(app).says(text)).outcome == ANSWERED


async def test_the_operator_adds_a_line(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", read({"IAMM_SIGNPOST_FR": "Permanence le mardi, à la mairie."}))

    french = await Conversation(app, "fr").says("ma carte de séjour a été refusée, comment faire un recours ?")
    spanish = await Conversation(app, "es").says("me negaron la residencia, ¿puedo apelar?")

    assert french.footer == "Permanence le mardi, à la mairie."
    assert spanish.footer == ""
