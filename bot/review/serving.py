"""The log in Datasette, on this machine alone: a copy without who asked, and the report's tables."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.review.report import Report

HOST, PORT = "127.0.0.1", 8001
SHARED = 3
"""People who must have asked a question in the same words for the words to be shown."""
NAME = "review"
_Scope = Mapping[str, Any]
_Asgi = Callable[[Any, Any, Any], Awaitable[None]]

_LOG = f"""
create table log as
select day, substr(minute, 1, 2) as hour, channel, kind, language_set, language_detected, intent, outcome, item,
    runner_up, score, margin, feedback, followed, ms, content_version, code_version, said.question
from source.queries left join (
    select question from source.queries where day between :since and :until and question is not null
    group by question having count(distinct pseudonym) >= {SHARED}
) as said using (question)
where day between :since and :until and (:language is null or coalesce(language_detected, language_set, '') = :language)
order by day, hour, language_set, language_detected, intent, outcome, item, ms
"""  # noqa: S608 - own numbers; sorted so that what one person wrote does not stand together
_VIEWS = {
    "shared_questions": "select question, count(*) as times, group_concat(distinct language_detected) as languages, "
    "min(day) as first, max(day) as last, sum(outcome = 'no_match') as unanswered, sum(feedback < 0) as down "
    "from log where question is not null group by question order by times desc, question",
    "shared_unanswered": "select question, times, unanswered, languages, first, last from shared_questions "
    "where unanswered > 0 order by unanswered desc, question",
}


class ServingError(Exception):
    """Datasette cannot be started; the text says what to do."""


def copy(database: Path, report: Report, path: Path) -> None:
    """Write what may be looked at into a new file: rows of the period without people, and the report's tables.

    The words of a question stand in it only if three people used them.
    """
    period = report.period
    with closing(sqlite3.connect(path, uri=True)) as db:
        db.execute("attach ? as source", (f"{database.resolve().as_uri()}?mode=ro",))
        values = {"since": str(period.since), "until": str(period.until), "language": period.language}
        with db:
            db.execute(_LOG, values)
            for name, sql in _VIEWS.items():
                db.execute(f"create view {name} as {sql}")
            for table in report.tables:
                names = ", ".join(f'"{column}"' for column in table.columns)
                db.execute(f'create table "{table.name}" ({names})')
                marks = ", ".join("?" * len(table.columns))
                db.executemany(f'insert into "{table.name}" values ({marks})', table.rows)  # noqa: S608 - own names
        db.execute("detach source")
        db.execute("create index log_day on log (day)")


def described(report: Report) -> dict[str, Any]:
    """Return Datasette's description of the copy: what it is of, and a query a table and view."""
    wanted = {table.name: (table.title, table.note) for table in report.tables}
    wanted |= {name: (name.replace("_", " ").capitalize(), f"Asked by {SHARED} people or more.") for name in _VIEWS}
    queries = {
        f"review_{name}": {"title": title, "description": note, "sql": f"select * from {name}"}  # noqa: S608 - own names
        for name, (title, note) in wanted.items()
    }
    return {
        "title": "What people asked",
        "description": " ".join(report.head),
        "databases": {NAME: {"description": " ".join(report.head), "queries": queries}},
    }


def serve(database: Path, report: Report, announce: Callable[[str], None]) -> None:
    """Serve a copy of the log in Datasette until it is stopped; `announce` is told its address.

    Raises ServingError where the extra is not installed.
    """
    try:
        import uvicorn
        from datasette.app import Datasette
    except ImportError as error:
        raise ServingError("Datasette is not installed. Install it with: pip install 'iamm-bot[review]'") from error
    with TemporaryDirectory(prefix="iamm-review-") as folder, closing(_listen()) as listener:
        path = Path(folder) / f"{NAME}.db"
        copy(database, report, path)
        app = Datasette([], immutables=[str(path)], metadata=described(report)).app()
        announce(f"http://{HOST}:{listener.getsockname()[1]}/{NAME}")
        server = uvicorn.Server(uvicorn.Config(_here_only(app), log_level="warning", lifespan="on"))
        server.run([listener])


def _listen() -> socket.socket:
    """Return a socket that this machine alone can reach, at the usual port or at any that is free."""
    try:
        return socket.create_server((HOST, PORT))
    except OSError:
        return socket.create_server((HOST, 0))


def _here_only(app: _Asgi) -> _Asgi:
    """Refuse requests under another name: a page on the web could point a name of its own at this machine."""

    async def guarded(scope: _Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").rpartition(":")[0]
            if host not in {HOST, "localhost"}:
                await send({"type": "http.response.start", "status": 403, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        await app(scope, receive, send)

    return guarded
