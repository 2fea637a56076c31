"""The command line, as a program and as functions."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests import logbook
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Server

CONTENT = Path(__file__).parent.parent / "content"
IAMM = [sys.executable, "-m", "bot.cli"]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("IAMM_", "TELEGRAM_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("IAMM_DATABASE", str(tmp_path / "iamm.db"))
    monkeypatch.setenv("IAMM_SEMANTIC", "off")
    return CliRunner()


def test_ask_answers_once(cli: CliRunner, tmp_path: Path) -> None:
    result = cli.invoke(main, ["ask", "How should States protect victims of trafficking?"])

    assert result.exit_code == 0
    assert "III.6(b), practice" in result.output
    assert not (tmp_path / "iamm.db").exists()


def test_ask_answers_in_the_language_named(cli: CliRunner) -> None:
    answer = json.loads(cli.invoke(main, ["ask", "visas for tourists", "--lang", "es", "--json"]).output)

    assert (answer["language"], answer["detected"]) == ("es", "en")


def test_ask_reads_and_writes_json_lines(cli: CliRunner) -> None:
    questions = [
        {"q": "who trains border guards in law?"},
        {"q": "et les passeurs ?", "lang": "en"},
        {"q": ""},
        {"q": "6.a.5"},
        {"q": "call me: +33 6 12 34 56 78"},
        {"q": "xqzv wbfk"},
    ]
    result = cli.invoke(main, ["ask", "--jsonl"], input="\n".join(map(json.dumps, questions)) + "\n\n")

    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [a["q"] for a in answers] == [q["q"] for q in questions]
    assert set(answers[0]) == {
        "q", "language", "detected", "intent", "args", "outcome", "items", "section", "choices", "ranking", "why",
        "engine", "logged", "ms",
    }  # fmt: skip
    assert answers[0]["outcome"] == "answered"
    assert answers[0]["ranking"][0][0] == "III.3.b#5"
    assert len(answers[0]["ranking"]) == 10
    assert (answers[1]["language"], answers[1]["detected"]) == ("en", "fr")
    assert answers[2]["outcome"] == answers[5]["outcome"] == "no_match"
    assert (answers[3]["intent"], answers[3]["args"]) == ("practice", {"ref": "III.6.a#5"})
    assert answers[4]["logged"] == "call me: [number]"


@pytest.mark.parametrize(("line", "reason"), [
    ("{", "is not JSON"), ("[]", 'object with "q"'), ('{"q": 1}', '"q"'), ("[" * 100_000, "nested too deeply"),
    ('{"q": "visas", "lang": []}', '"lang"'), (f'{{"q": {"9" * 5000}}}', "is not JSON"),
])  # fmt: skip
def test_ask_names_a_line_that_it_cannot_read(cli: CliRunner, line: str, reason: str) -> None:
    result = cli.invoke(main, ["ask", "--jsonl"], input=line)

    assert result.exit_code == 1
    assert "Line 1" in result.output
    assert reason in result.output


def test_ask_answers_half_characters_and_what_is_no_utf_8(cli: CliRunner) -> None:
    lines = rb'{"q": "visas \ud800"}' + b'\n{"q": "visas \xff"}\n{"q": "6.a.5"}\n'
    result = cli.invoke(main, ["ask", "--jsonl"], input=lines)

    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [a["q"] for a in answers] == ["visas \ud800", "visas \ufffd", "6.a.5"]
    assert [a["outcome"] for a in answers] == ["answered"] * 3
    assert answers[0]["logged"] == "visas ?"


def test_ask_wants_a_question_or_lines(cli: CliRunner) -> None:
    assert cli.invoke(main, ["ask"]).exit_code == 2
    assert cli.invoke(main, ["ask", "visas", "--jsonl"]).exit_code == 2


def test_chat_through_a_pipe_answers_and_ends(cli: CliRunner, tmp_path: Path) -> None:
    result = cli.invoke(main, ["chat"], input="visas?\n1\n/quit\nremittances\n")

    assert result.exit_code == 0
    assert "III.3(a) · Visa requirements" in result.output
    assert "To cite:" in result.output
    assert "emittances" not in result.output
    assert "\x1b" not in result.output
    with sqlite3.connect(tmp_path / "iamm.db") as db:
        assert db.execute("select count(*) from queries").fetchone() == (2,)
    db.close()


def test_check_is_silent_when_all_is_well(cli: CliRunner) -> None:
    result = cli.invoke(main, ["check"])

    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("command", [["check"], ["ask", "visas"], ["chat"], ["run"]])
def test_content_with_errors_is_refused_with_all_of_them(
    cli: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    copy = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    for name in ("en", "fr"):
        path = copy / name / "agenda" / "iii-12-capacity-building.yaml"
        path.write_text(path.read_text().replace("title:", "titel:", 1))
    monkeypatch.setenv("IAMM_CONTENT", str(copy))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)

    result = cli.invoke(main, command)

    assert result.exit_code == 1
    assert result.output.count("'titel' is not known here") == 2
    assert not (tmp_path / "iamm.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TELEGRAM_BOT_TOKEN", "", "@BotFather"),
        ("TELEGRAM_BOT_TOKEN", "nonsense", "not a token"),
        ("TELEGRAM_API_URL", "localhost", "must be an address"),
        ("TELEGRAM_API_URL", "http://[::1", "must be an address"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:99999", "must be an address"),
        ("TELEGRAM_API_URL", "http://a..b", "must be an address"),
        ("TELEGRAM_API_URL", "http://a b", "must be an address"),
        ("IAMM_STATUS", "a..b:9464", "must be a host and a port"),
        ("IAMM_DATABASE", "~nobody-at-all/iamm.db", "without ~nobody-at-all"),
        ("IAMM_CONTENT", "~nobody-at-all", "without ~nobody-at-all"),
        ("IAMM_STATUS", "[::1:9464", "must be a host and a port"),
        ("IAMM_STATUS", "127.0.0.1:0", "must be a host and a port"),
        ("IAMM_SEMANTIC", "maybe", "auto or off"),
        ("IAMM_RETENTION_DAYS", "0", "from 1 to 3650"),
        ("IAMM_RETENTION_DAYS", "9" * 5000, "from 1 to 3650"),
        ("IAMM_ADMINS", "9" * 5000, "numbers of up to 16 digits"),
        ("IAMM_ADMINS", "71001,\u0667\u0661", "numbers of up to 16 digits"),
        ("IAMM_STATUS", f"127.0.0.1:{'9' * 5000}", "a host and a port"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_to_do(
    cli: CliRunner, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    result = cli.invoke(main, ["run"])

    assert result.exit_code == 1
    assert words in result.output
    assert "nonsense" not in result.output


def test_a_database_that_cannot_be_used_says_what_to_do(cli: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "iamm.db").mkdir()

    result = cli.invoke(main, ["chat"], input="visas\n")

    assert result.exit_code == 1
    assert "IAMM_DATABASE" in result.output


@pytest.mark.parametrize("command", [["run"], ["check"], ["ask", "visas?"], ["backup", "copy.db"]])
def test_a_file_of_settings_that_cannot_be_read_says_what_to_do(
    cli: CliRunner, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / ".env").write_bytes("IAMM_CONTROLLER=Musée".encode("latin-1"))

    result = cli.invoke(main, command)

    assert result.exit_code == 1
    assert result.output == (
        "Error: .env cannot be read (UnicodeDecodeError). Let this user read it, and keep it in UTF-8.\n"
    )


def test_settings_come_from_a_file_too(cli: CliRunner, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("IAMM_RETENTION_DAYS=7\n")

    assert "for 7 days" in cli.invoke(main, ["ask", "/start"]).output


def test_evaluate_prints_figures_by_language_and_kind(cli: CliRunner, tmp_path: Path) -> None:
    lines = [
        {"q": "how to train border guards in law", "lang": "en", "kind": "question", "gold": {"III.3.b#5": 2}},
        {"q": "what is assisted voluntary return", "lang": "en", "kind": "definition", "sections": ["III.11.b"]},
        {"q": "xqzv wbfk", "lang": "en", "kind": "oos"},
        {"q": "my brother was refused", "lang": "en", "kind": "casework"},
        {"q": "how can a mayor help", "lang": "en", "kind": "control"},
        {"q": "6.a.5", "lang": "en", "intent": "practice", "args": {"ref": "III.6.a#5"}},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))

    output = cli.invoke(main, ["evaluate", str(path)]).output

    assert "en  question       1  hit@1 1.000" in output
    assert "definition     1  defined 1.000" in output
    assert "refused 1.000" in output
    assert "intent 1.000  args 1.000" in output
    assert "p99" in output


def test_evaluate_names_every_bad_line(cli: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"q": "a"}\n{\n[]\n')

    result = cli.invoke(main, ["evaluate", str(path)])

    assert result.exit_code == 1
    assert f"{path}:2: is not JSON" in result.output
    assert f"{path}:3: must be" in result.output


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"q": "visas", "gold": ["III.3.a#5"]}', '"gold" must be an object'),
        (b'{"q": "visas", "gold": {"III.3.a#5": "2"}}', '"gold" must be an object'),
        (b'{"q": "visas", "lang": "de"}', '"lang" must be one of'),
        (b'{"q": "visas", "kind": []}', '"kind" must be a text'),
        (b'{"q": "visas", "kind": "definition", "sections": 3}', '"sections" must be a list'),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"q": "\xff"}', "cannot be read"),
    ],
)
def test_evaluate_says_what_is_wrong_with_a_line(cli: CliRunner, tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'{"q": "visas\xe2\x80\xa8and more", "kind": "oos"}\n' + line)
    result = cli.invoke(main, ["evaluate", str(path)])

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {path}:")
    assert reason in result.output
    assert len(result.output.splitlines()) == 1


def test_the_terminal_has_a_subscription_of_its_own(cli: CliRunner, tmp_path: Path) -> None:
    subscribed = cli.invoke(main, ["chat"], input="send me one every day at 6 am in Lima about remittances\n")
    assert "every day at 06:00 (Lima time), on Remittances" in subscribed.output

    told = cli.invoke(main, ["digest"])
    assert "Subscriptions: active 1" in told.output
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    with sqlite3.connect(tmp_path / "iamm.db") as db:
        db.execute("update subscriptions set next_due = ?, next_day = ?", (f"{yesterday}T11:00:00+00:00", yesterday))
    db.close()
    day = cli.invoke(main, ["digest", "--day", yesterday])
    assert "06:00 1" in day.output
    assert "III.13.d#" in day.output
    assert "console" not in day.output

    again = cli.invoke(main, ["chat"], input="")
    assert "Your practice of the day, 1 of 6" in again.output
    assert "sent, late: 1" in cli.invoke(main, ["digest"]).output
    assert "practice of the day" not in cli.invoke(main, ["chat"], input="").output


def test_a_file_is_written_into_the_folder_and_nothing_is_written_over(cli: CliRunner, tmp_path: Path) -> None:
    for name in ("iamm-my-list.md", "iamm-my-list-2.md"):
        result = cli.invoke(main, ["chat"], input="save 6.a.5\n/export\n")

        assert str(tmp_path / name) in result.output
        assert "## III.6(a), practice 5" in (tmp_path / name).read_text()


def test_the_digest_wants_a_database(cli: CliRunner) -> None:
    result = cli.invoke(main, ["digest"])

    assert result.exit_code == 1
    assert "no database" in result.output


def test_one_row_of_the_log_can_be_deleted(cli: CliRunner, tmp_path: Path) -> None:
    cli.invoke(main, ["chat"], input="a question with a secret word: zanzibarine\n")
    assert cli.invoke(main, ["review", "delete", "7"]).exit_code == 1

    assert "deleted" in cli.invoke(main, ["review", "delete", "1"]).output

    assert b"zanzibarine" not in (tmp_path / "iamm.db").read_bytes()


@pytest.mark.parametrize("row", ["0", "9" * 20, "9" * 5000, "x"])
def test_what_is_no_number_of_a_row_is_said_to_be_none(cli: CliRunner, row: str) -> None:
    cli.invoke(main, ["chat"], input="visas\n")
    result = cli.invoke(main, ["review", "delete", row])

    assert result.exit_code == 2
    assert "Invalid value for 'ROW'" in result.output


def test_asking_never_imports_telegram() -> None:
    code = "import sys; from bot.cli import main; main(['ask', 'visas'], standalone_mode=False); "
    code += "sys.exit(any(m.split('.')[0] == 'telegram' for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)

    assert done.returncode == 0


async def start(server: Server, database: Path, log: Path, token: str = TOKEN) -> asyncio.subprocess.Process:
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": server.url,
        "IAMM_DATABASE": str(database),
        "IAMM_SEMANTIC": "off",
    }
    logbook.watch(log)
    with log.open("ab") as file:
        return await asyncio.create_subprocess_exec(*IAMM, "run", env=environment, stdout=file, stderr=file)


async def test_run_answers_stops_and_goes_on(server: Server, tmp_path: Path) -> None:
    log, database = tmp_path / "log", tmp_path / "iamm.db"
    ana = Person(server)
    bot = await start(server, database, log)
    first = await ana.asks("/section 9")
    await ana.taps("III.9, practice 2")
    bot.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(bot.wait(), 10) == 0

    await ana.write("and how do we train border officials?")
    bot = await start(server, database, log)
    assert "III.3(b), practice 5" in (await ana.reply(3))["text"]
    shown = first["text"]
    await ana.tap("Further", first)
    await server.changed(lambda: ana.received[0]["text"] != shown)
    bot.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(bot.wait(), 10) == 0

    with sqlite3.connect(database) as db:
        assert db.execute("select count(*) from queries").fetchone() == (4,)
    db.close()
    text = log.read_text()
    assert TOKEN not in text
    assert TOKEN.split(":")[1] not in text
    assert "border officials" not in text


async def test_run_with_a_token_that_telegram_refuses(server: Server, tmp_path: Path) -> None:
    wrong = "987654321:" + "A" * 35
    bot = await start(server, tmp_path / "iamm.db", tmp_path / "log", wrong)

    assert await asyncio.wait_for(bot.wait(), 20) == 1
    text = (tmp_path / "log").read_text()
    assert "does not know this token" in text
    assert wrong not in text


def test_at_a_terminal_there_is_colour_and_a_way_out(tmp_path: Path) -> None:
    """A real terminal: a hint, colour, numbers to choose, and the end of input leaves."""
    environment = os.environ | {
        "IAMM_DATABASE": str(tmp_path / "iamm.db"), "IAMM_SEMANTIC": "off", "LANG": "fr_FR.UTF-8", "LC_ALL": "",
        "TERM": "xterm", "COLUMNS": "80",
    }  # fmt: skip
    leader, follower = pty.openpty()
    chat = subprocess.Popen([*IAMM, "chat"], stdin=follower, stdout=follower, stderr=follower, env=environment)
    os.close(follower)
    os.write(leader, b"la traite\n")
    shown = b""
    with contextlib.suppress(OSError):  # a closed terminal is how it ends
        while chat.poll() is None or select.select([leader], [], [], 0.2)[0]:
            if select.select([leader], [], [], 20)[0]:
                shown += os.read(leader, 65536)
            if b"Table des mati" in shown and shown.rstrip().endswith(b">"):
                os.write(leader, b"\x04")
    assert chat.wait(10) == 0
    os.close(leader)

    text = shown.decode()
    assert "Écrivez une question" in text
    assert "\x1b[1m" in text
    assert "Traite des personnes" in text
