"""No log line, however it comes about, holds the token, a person's number or what somebody wrote."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from bot import logs
from tests import logbook
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Server
from tests.test_operators import locked

ROOT = Path(__file__).parent.parent
NUMBER, QUESTION = 91001, "can my sister Amélie come after me"
SECRETS = f"{TOKEN} {NUMBER} {QUESTION}"
FORMS = ("text", "json")


@dataclass
class Log:
    """A logger, and what it has written."""

    logger: logging.Logger
    stream: StringIO

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture(params=FORMS)
def log(request: pytest.FixtureRequest) -> Log:
    stream, logger = StringIO(), logging.Logger("bot.tests")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(TOKEN, request.param))
    logger.addHandler(handler)
    return Log(logger, stream)


def hold(text: str) -> None:
    """Hold that a text says nothing of what it must not, in no form that it may have in a line."""
    for secret in (TOKEN, TOKEN.partition(":")[2], str(NUMBER), "sister", "Amélie", "Am\\u00e9lie", "Am\\xe9lie"):
        assert secret not in text


def parsed(text: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in text.splitlines()]


# One line.


def test_a_line_as_text() -> None:
    record = logging.LogRecord("bot.app", logging.INFO, "app.py", 1, "%d answers", (3,), None)

    line = logs.formatter(TOKEN, "text").format(record)

    assert line.partition(" INFO ")[2] == "bot.app: 3 answers"


def test_a_line_as_json() -> None:
    record = logging.LogRecord("bot.app", logging.INFO, "app.py", 1, "%d\nanswers", (3,), None)

    line = logs.formatter(TOKEN, "json").format(record)

    (found,) = parsed(line)
    assert list(found) == ["time", "level", "part", "message"]
    assert {**found, "time": ""} == {"time": "", "level": "INFO", "part": "bot.app", "message": "3\nanswers"}


def fail() -> None:
    """Raise an error that tells everything, while another is handled, from a third."""
    try:
        try:
            json.loads(SECRETS)
        except ValueError:
            raise KeyError(SECRETS) from OSError(SECRETS)
    except KeyError as error:
        raise ExceptionGroup(SECRETS, [RuntimeError(SECRETS)]) from error


def test_an_error_shows_its_places_and_kinds_alone(log: Log) -> None:
    try:
        fail()
    except ExceptionGroup:
        log.logger.exception("It broke")

    hold(log.text)
    for shown in ("It broke", "builtins.OSError", "builtins.KeyError", "builtins.ExceptionGroup", "in fail"):
        assert shown in log.text
    assert log.text.index("builtins.OSError") < log.text.index("builtins.KeyError") < log.text.index("ExceptionGroup")


def test_what_the_system_and_sqlite_say_is_shown(log: Log, tmp_path: Path) -> None:
    try:
        (tmp_path / "nothing").read_text()
    except OSError:
        log.logger.exception("No file")
    try:
        sqlite3.connect(":memory:").execute("select ?", [])
    except sqlite3.Error:
        log.logger.exception("No answer")
    try:
        sqlite3.connect(":memory:").execute(f"select '{QUESTION}")
    except sqlite3.Error:
        log.logger.exception("No answer")

    hold(log.text)
    assert "No such file or directory" in log.text
    assert "sqlite3.OperationalError: SQLITE_ERROR" in log.text


def test_errors_that_led_to_each_other_come_to_an_end(log: Log) -> None:
    one, other = ValueError(SECRETS), KeyError(SECRETS)
    one.__cause__, other.__cause__ = other, one

    log.logger.error("Round and round", exc_info=one)

    hold(log.text)
    assert log.text.count("builtins.ValueError") == 1


def test_what_another_formatter_made_of_an_error_is_not_used(log: Log) -> None:
    log.logger.handlers.insert(0, logging.StreamHandler(StringIO()))
    try:
        fail()
    except ExceptionGroup:
        log.logger.exception("It broke")

    hold(log.text)
    assert "builtins.KeyError" in log.text


def test_fields_of_others_are_left_out(log: Log) -> None:
    log.logger.info("Something", extra={"update": SECRETS, "person": NUMBER})

    hold(log.text)
    assert "Something" in log.text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "message", "shown"),
    [
        ("asyncio", "Task exception was never retrieved\nfuture: <Task {}>", "Task exception was never retrieved"),
        (
            "asyncio",
            "Exception in callback answer({}) at app.py:3\nhandle: <Handle {}>",
            "Exception in callback answer",
        ),
        ("asyncio", "Executing <Task {}> took 0.2 seconds", "said in web.py, line 7"),
        ("py.warnings", "/srv/a b/app.py:12: UserWarning: {}\n  warn(x)\n", "/srv/a b/app.py:12: UserWarning"),
        ("tornado.application", "Uncaught exception POST /{}", "said in web.py, line 7"),
        ("anything", "{}", "said in web.py, line 7"),
        ("root", "{}", "said in web.py, line 7"),
    ],
)
def test_of_a_library_only_what_is_certain(form: str, name: str, message: str, shown: str) -> None:
    told = message.replace("{}", SECRETS)
    line = logs.formatter(TOKEN, form).format(logging.LogRecord(name, logging.ERROR, "web.py", 7, told, (), None))

    hold(line)
    found = parsed(line)[0]["message"] if form == "json" else line.partition(f"{name}: ")[2]
    assert found == shown


# A whole program.

MISDEEDS = """
    import asyncio, gc, logging, sys, threading, warnings

    from bot import logs

    secrets = sys.argv[3]
    logs.configure(sys.argv[1], sys.argv[2])

    class Spilling:
        def __del__(self):
            raise ValueError(secrets)

    def spill(*_):
        raise ValueError(secrets)

    async def main():
        async def work(update):
            spill()

        task = asyncio.create_task(work(secrets), name=secrets)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()
        asyncio.get_running_loop().call_soon(spill, secrets)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    warnings.simplefilter("always")
    warnings.warn(secrets)
    for name in ("telegram.ext.Application", "telegram.request", "httpx", "httpcore.http11", "tornado.access",
                 "tornado.general", "tornado.application", "apscheduler", "asyncio"):
        logging.getLogger(name).critical("Said %s", secrets)
        logging.getLogger(name).error(secrets, exc_info=ValueError(secrets))
    logging.getLogger("bot.app").info("%d is no number", secrets)
    logging.getLogger("bot.app").info("Told %s", sys.argv[1])
    thread = threading.Thread(target=spill)
    thread.start()
    thread.join()
    Spilling()
    spill()
"""


@pytest.mark.parametrize("form", FORMS)
def test_a_program_that_does_everything_wrong(form: str, tmp_path: Path) -> None:
    script = tmp_path / "misdeeds.py"
    script.write_text(textwrap.dedent(MISDEEDS))
    done = subprocess.run(
        [sys.executable, script, TOKEN, form, SECRETS], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    hold(done.stderr)
    for shown in (
        "Task exception was never retrieved", "Exception in callback spill", ": UserWarning",
        "said in misdeeds.py", "Told [token]", "A thread ends with an error", "An error could not be passed on",
        "The program ends with an error", "in spill", "builtins.ValueError",
    ):  # fmt: skip
        assert shown in done.stderr
    for silent in ("telegram", "http", "tornado.access", "Logging error"):
        assert silent not in done.stderr
    if form == "json":
        assert {"CRITICAL", "ERROR", "WARNING", "INFO"} == {line["level"] for line in parsed(done.stderr)}


async def test_a_bot_in_trouble(server: Server, tmp_path: Path) -> None:
    database, log = tmp_path / "iamm.db", tmp_path / "log"
    logbook.watch(log)
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "IAMM_DATABASE": str(database),
        "IAMM_SEMANTIC": "off", "IAMM_STATUS": "off", "IAMM_LOG_FORMAT": "json", "IAMM_ADMINS": str(NUMBER),
    }  # fmt: skip
    command = [sys.executable, "-X", "dev", "-m", "bot.cli", "run"]  # with all its warnings
    with log.open("wb") as file:
        bot = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        ana = Person(server, NUMBER)
        assert await ana.asks(QUESTION)
        with locked(database):
            assert (await ana.asks(QUESTION))["text"]
        for build in faults.BROKEN.values():
            await server.push_raw(build)
        server.faults.append(faults.bad_gateway(faults.first(2)))
        await ana.asks(QUESTION)
        async with server.unreachable():
            await ana.write(QUESTION)
        await ana.reply(4)
        bot.send_signal(signal.SIGTERM)
        assert await bot.wait() == 0
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()

    text = log.read_text()
    hold(text)
    for shown in ("Updates could not be stored", "SQLITE_BUSY", "could not be read", "cannot be reached", "Stopping"):
        assert shown in text
    assert {line["level"] for line in parsed(text)} >= {"INFO", "WARNING", "ERROR"}


# The log of the whole run.

RUN = """
    import json, logging

    from tests import logbook
    from tests.telegram.people import Person
    from tests.telegram.server import Server
    from tests.telegram.wire import TOKEN

    QUESTION = "can my sister Amélie come after me"
    log, httpx = logging.getLogger("bot.app").info, logging.getLogger("httpx").info

    async def test_it(tmp_path):
        await Person(Server(), 91001).write(QUESTION)
        logbook.watch(tmp_path / "log")
        with (tmp_path / "log").open("w") as process:
"""


def run(tmp_path: Path, *lines: str) -> tuple[int, str]:
    """Run a test of its own with some lines in it; return the status of the run and what it printed."""
    test = tmp_path / "test_it.py"
    test.write_text(textwrap.dedent(RUN) + "".join(f"        {line}\n" for line in lines))
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest", "--no-cov", str(test)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert " 1 failed" not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_a_run_whose_logs_say_too_much_fails(tmp_path: Path) -> None:
    status, printed = run(
        tmp_path,
        'log("1st %s7", QUESTION)',
        'log("2nd %s", "telegram:91001")',
        'print("3rd", TOKEN, file=process)',
        'print("4th", QUESTION, file=process)',
        'print("5th", json.dumps({"message": QUESTION}), file=process)',
        'print("6th -91001.", file=process)',
        'print("7th, which is harmless", file=process)',
    )

    assert status == 1
    told = printed.partition("Log lines that hold")[2]
    assert [place for place in ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th") if place in told] == [
        "1st", "2nd", "3rd", "4th", "5th", "6th",
    ]  # fmt: skip


def test_a_run_whose_logs_say_nothing_passes(tmp_path: Path) -> None:
    status, printed = run(
        tmp_path,
        'log("Bad token %s", TOKEN)',  # the formatter takes it out
        "httpx(QUESTION)",  # silenced, and a library's words are left out anyhow
        'print("9100, 910012, my sister", file=process)',
    )

    assert (status, "Log lines that hold" in printed) == (0, False)
