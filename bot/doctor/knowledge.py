"""The checks of what the bot knows and says: content and catalogues, as `iamm check` does them."""

from __future__ import annotations

from collections.abc import Iterator

from bot import content, hearing, i18n, phrases
from bot.doctor.finding import SHOWN, Finding, Patient, broken, ok


def check_content(patient: Patient) -> Iterator[Finding]:
    """Tell whether the content can be used, and what was learnt belongs to it."""
    folder = patient.settings.content
    try:
        loaded = content.load(folder)
        ear = content.load_ear(folder)
    except content.ContentError as error:
        yield _listed([str(problem) for problem in error.problems])
        return
    if not phrases.taught(ear, loaded.agendas):
        yield broken(f"{folder / hearing.FILE} was learnt from other phrases than intents.yaml has.", "Run make learn.")
    else:
        items = len(loaded.agendas[i18n.SOURCE].items)
        yield ok(f"{items} items in {len(loaded.agendas)} languages, version {loaded.version}.")


def check_catalogues(patient: Patient) -> Iterator[Finding]:
    """Tell whether every message is translated."""
    try:
        yield ok(f"Messages in {len(i18n.load(patient.settings.locales))} languages.")
    except i18n.CatalogueError as error:
        yield _listed(str(error).splitlines())


def _listed(problems: list[str]) -> Finding:
    more = "" if len(problems) <= SHOWN else f"; and {len(problems) - SHOWN} more"
    return broken(
        f"{len(problems)} problem{'s' if len(problems) > 1 else ''}: {'; '.join(problems[:SHOWN])}{more}.",
        "Correct them (iamm check names all), or install iamm anew.",
    )
