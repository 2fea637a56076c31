"""The checks of the settings, and of the people behind the bot: who is told, who answers for the data."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.finding import BROKEN, Finding, Patient, broken, ok, warning

LARGEST = 2**52
"""Telegram's numbers of people have at most so many values: https://core.telegram.org/bots/api#user"""


def check_settings(patient: Patient) -> Iterator[Finding]:
    """Tell every setting that cannot be used."""
    for problem in patient.problems:
        yield Finding(BROKEN, problem)  # it says what to write instead
    if not patient.problems:
        yield ok("All can be used.")


def check_admins(patient: Patient) -> Iterator[Finding]:
    """Tell whether somebody is told of troubles."""
    numbers = patient.settings.admins
    wrong = sum(not 0 < int(number) < LARGEST for number in numbers)
    if "IAMM_ADMINS" in patient.unusable:
        yield broken("IAMM_ADMINS cannot be used: nobody is told of troubles.", "Correct it, as settings says.")
    elif wrong:
        yield broken(
            f"{wrong} of {len(numbers)} in IAMM_ADMINS can be nobody's user id.",
            "Write the numbers that Telegram knows these people by, not telephone numbers or names.",
        )
    elif not numbers:
        yield warning(
            "IAMM_ADMINS is empty: nobody sees the figures or is told of troubles.", "Set it to your Telegram user id."
        )
    else:
        yield ok(f"{len(numbers)} see the figures and are told of troubles.")


def check_privacy(patient: Patient) -> Iterator[Finding]:
    """Tell whether people can learn who answers for their data."""
    missing = [
        name
        for name, value in {
            "IAMM_CONTROLLER": patient.settings.controller,
            "IAMM_CONTACT": patient.settings.contact,
        }.items()
        if not value
    ]
    if missing:
        yield warning(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} empty: people are not told who answers "
            "for their data and where to write.",
            "Set what is missing.",
        )
    else:
        yield ok("People are told who answers for their data and where to write.")
