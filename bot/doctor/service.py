"""The checks of what the bot runs between: Telegram's address, token, what waits there, the time; and a monitor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.config import Settings
from bot.doctor import network
from bot.doctor.finding import Finding, Patient, broken, ok, warning
from bot.doctor.network import UnreachableError
from bot.store import lock
from bot.telegram import reach

TOLERANCE = timedelta(seconds=30)
"""By how much the clock may be off."""
MANY = 100
"""Updates that wait although a bot runs: one that keeps up takes them in at once."""
RECENT = timedelta(hours=1)
"""How long ago a webhook may have failed that fails still; Telegram tries again within minutes."""


def check_network(patient: Patient) -> Iterator[Finding]:
    """Tell whether Telegram's address answers, and if not, what lies in the way."""
    answer = patient.answer
    if isinstance(answer, UnreachableError):
        yield broken(f"{answer.reason}.", answer.remedy)
    else:
        yield ok(f"{answer.host} answers in {answer.took.total_seconds():.2f} seconds.")


def check_token(patient: Patient) -> Iterator[Finding]:
    """Tell whether there is a token that Telegram knows."""
    if "TELEGRAM_BOT_TOKEN" in patient.unusable:
        yield broken("The token has not the form of one.", "Copy it again from @BotFather into TELEGRAM_BOT_TOKEN.")
    elif not patient.settings.token:
        yield broken("There is no token.", "Get one from @BotFather in Telegram and set TELEGRAM_BOT_TOKEN.")
    elif isinstance(patient.answer, UnreachableError):
        yield warning("Not asked, since Telegram's address does not answer.", "Mend what network names first.")
    else:
        yield _identified(patient.settings)


def _identified(settings: Settings) -> Finding:
    try:
        return ok(f"Telegram knows it as @{reach.identify(settings.token, settings.api_url)}.")
    except reach.RefusedError:
        return broken(
            "Telegram does not know this token.",
            "Copy it again from @BotFather into TELEGRAM_BOT_TOKEN; if you set TELEGRAM_API_URL, see whether that is "
            "a Bot API server.",
        )
    except reach.ReachError as error:
        return broken(f"Telegram does not say whose it is: {error}.", "Try again in a minute.")


def check_updates(patient: Patient) -> Iterator[Finding]:
    """Tell whether somebody else is given what people write, and how much of it waits.

    A webhook can be seen. Who else polls cannot be asked without disturbing them; the log of a bot that runs names it.
    """
    settings = patient.settings
    if not settings.token or isinstance(patient.answer, UnreachableError):
        yield warning("Not asked: that takes a token and Telegram.", "Mend what token and network name first.")
        return
    try:
        waiting = reach.waiting(settings.token, settings.api_url)
    except reach.ReachError as error:
        reason = "the token is refused" if isinstance(error, reach.RefusedError) else str(error)
        yield warning(f"Telegram does not say what waits: {reason}.", "Mend the token first, or try again in a minute.")
        return
    running = _runs(settings.database)
    # By Telegram's clock, in case this machine's is wrong. A failure that was got over leaves nothing waiting.
    now = patient.clock() + (patient.answer.ahead or timedelta())
    if waiting.webhook and waiting.updates and waiting.failed and now - waiting.failed < RECENT:
        yield broken(
            f"Telegram cannot hand what people write to the webhook at {waiting.webhook}: {waiting.error}.",
            "See to the bot and to the proxy before it; where the webhook is of another program, get a token for each.",
        )
    elif waiting.webhook and not running:
        yield warning(
            f"A webhook at {waiting.webhook} gets what people write, and no bot runs here.",
            "If it is not this bot's own, another program uses the token: get a token for each.",
        )
    elif waiting.updates >= MANY and running:
        yield warning(
            f"{waiting.updates} updates wait although a bot runs here.", "See in its log why it does not take them in."
        )
    else:
        way = f"A webhook is set, at {waiting.webhook}" if waiting.webhook else "No webhook is set"
        yield ok(f"{way}; {waiting.updates} updates wait.")


def check_clock(patient: Patient) -> Iterator[Finding]:
    """Tell whether this machine's clock agrees with that of Telegram's address."""
    ahead = None if isinstance(patient.answer, UnreachableError) else patient.answer.ahead
    if ahead is None:
        yield warning("Not compared: Telegram's address does not tell the time.", "Compare it by hand: date --utc.")
    elif abs(ahead) > TOLERANCE:
        yield broken(
            f"The clock is {_spell(abs(ahead))} {'slow' if ahead > timedelta() else 'fast'}: digests come at another "
            "hour than people chose.",
            "Let the system set it, such as with timedatectl set-ntp true.",
        )
    else:
        yield ok(f"The clock agrees with Telegram's to {abs(ahead).total_seconds():.0f} s.")


def check_monitor(patient: Patient) -> Iterator[Finding]:
    """Tell whether a monitor can be served on its address, or is by the bot that runs."""
    address = patient.settings.status
    if "IAMM_STATUS" in patient.unusable:
        yield broken("IAMM_STATUS cannot be used: no monitor is served.", "Correct it, as settings says.")
    elif address is None:
        yield ok("IAMM_STATUS is off: no monitor is served.")
    elif not (reason := network.refusal(address)):
        yield ok(f"A monitor can be served on {address}.")
    elif _runs(patient.settings.database) and network.is_served(address):
        yield ok(f"A monitor is served on {address}.")
    else:
        yield broken(
            f"No monitor can be served on {address}: {reason}.",
            "Set IAMM_STATUS to a free port of this machine, or off.",
        )


def _runs(database: Path) -> bool:
    """Whether a bot is known to run on a database."""
    try:
        return lock.held(database)
    except OSError:
        return False  # as check_bot says


def _spell(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds} seconds" if seconds < 180 else f"{round(seconds / 60)} minutes"
