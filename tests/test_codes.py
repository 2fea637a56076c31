"""The codes behind buttons and deep links."""

from __future__ import annotations

from bot import codes
from bot.codes import Intent
from bot.models import Agenda


def test_packs_ten_references_into_a_button(agendas: dict[str, Agenda]) -> None:
    refs = list(agendas["en"].items)[-10:]

    packed = codes.pack(refs, agendas["en"])

    assert len(packed) == 20
    assert codes.unpack(packed, agendas["en"]) == refs
    assert codes.unpack("zz!!" + packed[:2], agendas["en"]) == refs[:1]


def test_a_code_is_read_back() -> None:
    assert codes.decode(codes.encode("section", "III.6.a", 2)) == Intent("section", {"ref": "III.6.a", "page": "2"})
    assert codes.decode(codes.encode("saved")) == Intent("saved")


def test_a_code_of_another_making_is_outdated() -> None:
    for code in ("", ":::", "0:section:III.6", "1:nothing", "1:random:more", "2:help"):
        assert codes.decode(code) == Intent("outdated")


def test_every_place_has_a_deep_link_that_opens_it(agendas: dict[str, Agenda]) -> None:
    agenda = agendas["en"]
    for ref in [*agenda.items, *agenda.sections]:
        payload = codes.encode_payload(ref)
        name = "practice" if ref in agenda.items else "section"
        assert len(payload) <= codes.LONGEST_CODE
        assert codes.decode_payload(payload, agenda) == Intent(name, {"ref": ref})
    for payload in ("", "r-", "r-III_99", "p-III_6", "r-III_6_a-99", "r-III 6"):
        assert codes.decode_payload(payload, agenda) is None
