"""Typing errors are mended, and words that are too far or too short are left."""

from __future__ import annotations

import pytest

from bot.spelling import Speller


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("remitances", "remittances"),
        ("trafficing", "trafficking"),
        ("bordre", "border"),
        ("borderr", "border"),
        ("visa", "visa"),
        ("vsia", "vsia"),
        ("football", "football"),
        ("2004x", "2004x"),
        ("remittances", "remittances"),
    ],
)
def test_the_nearest_word_is_found(typed: str, meant: str) -> None:
    assert Speller(["remittances", "trafficking", "border", "visas", "order"]).meant(typed) == meant
