"""`iamm doctor`: each thing that can be broken is broken, and named; nothing is changed."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.doctor import machine, visit
from bot.store import lock
from bot.store.database import Store
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, USERNAME, Server
from tests.test_nothing_lost import free_port

ROOT = Path(__file__).parent.parent
Report = dict[str, list[tuple[str, str]]]
"""By check: level and text of each finding."""


@pytest.fixture
def well(tmp_path: Path, server: Server) -> dict[str, str]:
    """Settings with which nothing is broken."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "IAMM_DATABASE": str(tmp_path / "data" / "iamm.db"),
        "IAMM_ADMINS": "4242424242",
        "IAMM_CONTROLLER": "The Ministry",
        "IAMM_CONTACT": "privacy@example.org",
        "IAMM_STATUS": f"127.0.0.1:{free_port()}",
    }


@pytest_asyncio.fixture
async def database(well: dict[str, str]) -> Path:
    """A database as the bot leaves it."""
    path = Path(well["IAMM_DATABASE"])
    store = Store(path, 90)
    await store.open()
    await store.close()
    return path


async def examine(settings: dict[str, str], folder: Path, *before: str) -> tuple[int, str, Report]:
    """Run `iamm doctor` in a folder; `before` goes before the program. Return its status, its output and the report."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)} | settings
    process = await asyncio.create_subprocess_exec(
        *before, sys.executable, "-m", "bot.cli", "doctor",
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert err == b""
    report: Report = {}
    for line in out.decode().splitlines():
        level, check, text = line.split(maxsplit=2)
        report.setdefault(check, []).append((level, text))
    assert list(report) == list(visit.CHECKS)  # each check says something, whatever becomes of the others
    status = process.returncode or 0
    assert status == any(level == "broken" for findings in report.values() for level, _ in findings)
    return status, out.decode(), report


def without_rights() -> list[str]:
    """Return what runs a program without the rights that let root write anywhere."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


def in_a_space_of_its_own() -> list[str]:
    """Return what runs a program that may mount what it alone sees."""
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]


def on_a_disk_of(megabytes: int, place: Path) -> list[str]:
    """Return what runs a program that sees a small disk of its own at a place."""
    mount = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && exec "$@"'
    return [*in_a_space_of_its_own(), "sh", "-c", mount, str(place)]


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and the mode of every file in a folder."""
    return {
        str(path.relative_to(folder)): (path.read_bytes() if path.is_file() else b"", path.stat().st_mode)
        for path in folder.rglob("*")
    }


async def test_all_is_well(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    before = files(database.parent)

    status, output, report = await examine(well, tmp_path)

    assert status == 0
    assert {level for findings in report.values() for level, _ in findings} == {"ok"}
    assert report["token"] == [("ok", f"Telegram knows it as @{USERNAME}.")]
    assert report["bot"] == [("ok", "No bot runs on the database.")]
    assert "is whole and up to date" in report["database"][0][1]
    assert not {TOKEN, TOKEN.partition(":")[0], "4242424242"} & set(output.replace("@", " ").split())
    assert TOKEN not in output
    assert "4242424242" not in output
    assert files(database.parent) == before


async def test_a_database_that_is_not_there_yet_is_not_made(well: dict[str, str], tmp_path: Path) -> None:
    status, _, report = await examine(well, tmp_path)

    assert status == 0
    assert "not there yet" in report["database"][0][1]
    assert files(tmp_path) == {}


async def test_settings_that_cannot_be_used_keep_nothing_from_being_named(well: dict[str, str], tmp_path: Path) -> None:
    wrong = {"TELEGRAM_BOT_TOKEN": "123456:short", "IAMM_ADMINS": "Ana", "IAMM_RETENTION_DAYS": "ever"}

    status, output, report = await examine(well | wrong, tmp_path)

    assert status == 1
    named = [text.split()[0] for level, text in report["settings"] if level == "broken"]
    assert sorted(named) == ["IAMM_ADMINS", "IAMM_RETENTION_DAYS", "TELEGRAM_BOT_TOKEN"]
    assert report["token"][0][0] == report["admins"][0][0] == "broken"
    assert "not the form of one" in report["token"][0][1]
    assert report["network"][0][0] == report["content"][0][0] == "ok"
    assert "123456:short" not in output


async def test_an_env_file_that_cannot_be_read_is_named(well: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"IAMM_CONTACT=\xff\xfe")

    status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert ".env cannot be read" in report["settings"][0][1]
    assert report["token"][0][0] == "ok"


async def test_an_address_of_telegram_that_cannot_be_used_is_not_left_for_another(
    well: dict[str, str], tmp_path: Path
) -> None:
    status, _, report = await examine(well | {"TELEGRAM_API_URL": "http://[::1"}, tmp_path)

    assert status == 1
    assert report["settings"][0][1] == "TELEGRAM_API_URL must be an address such as http://127.0.0.1:8081"
    assert report["network"] == [("broken", "TELEGRAM_API_URL cannot be used. Correct it, as settings says.")]
    assert {report[check][0][0] for check in ("token", "updates", "clock")} == {"warning"}


async def test_what_is_missing_is_named(well: dict[str, str], tmp_path: Path) -> None:
    left = {name: value for name, value in well.items() if name in {"TELEGRAM_API_URL", "IAMM_DATABASE"}}

    status, _, report = await examine(left, tmp_path)

    assert status == 1
    assert report["token"][0] == (
        "broken",
        "There is no token. Get one from @BotFather in Telegram and set TELEGRAM_BOT_TOKEN.",
    )
    assert report["admins"][0][0] == report["privacy"][0][0] == "warning"
    assert "IAMM_CONTROLLER and IAMM_CONTACT are empty" in report["privacy"][0][1]


async def test_warnings_alone_are_no_failure(well: dict[str, str], tmp_path: Path) -> None:
    status, _, report = await examine(well | {"IAMM_CONTACT": "", "IAMM_ADMINS": ""}, tmp_path)

    assert status == 0
    assert report["admins"][0][0] == report["privacy"][0][0] == "warning"
    assert report["privacy"][0][1].startswith("IAMM_CONTACT is empty")


@pytest.mark.parametrize("number", ["0", "9999999999999999"])
async def test_a_number_that_is_nobodys_is_named_by_count(well: dict[str, str], tmp_path: Path, number: str) -> None:
    _, output, report = await examine(well | {"IAMM_ADMINS": f"4242424242,{number}"}, tmp_path)

    assert report["admins"][0][0] == "broken"
    assert report["admins"][0][1].startswith("1 of 2 in IAMM_ADMINS")
    assert "4242424242" not in output


# Telegram.


async def test_a_revoked_token(well: dict[str, str], tmp_path: Path) -> None:
    revoked = f"{TOKEN[:-4]}gone"

    status, output, report = await examine(well | {"TELEGRAM_BOT_TOKEN": revoked}, tmp_path)

    assert status == 1
    assert report["token"][0][0] == "broken"
    assert "Telegram does not know this token" in report["token"][0][1]
    assert report["network"][0][0] == "ok"
    assert revoked not in output


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.bad_gateway(), "Status 502, but not from Telegram"),
        (faults.too_many(7, faults.ALWAYS), "Flood control exceeded"),
        (faults.black_hole(), "no answer within 5 seconds"),
        (faults.reset(), "ReadError"),
    ],
)
async def test_a_telegram_in_trouble(
    well: dict[str, str], tmp_path: Path, server: Server, fault: faults.Fault, reason: str
) -> None:
    server.faults.append(fault)

    status, output, report = await examine(well, tmp_path)

    assert status == 1
    assert report["token"][0][0] == "broken"
    assert report["updates"][0][0] == "warning"
    assert reason in report["token"][0][1]
    assert "<html>" not in output


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("closed", "refuses connections"),
        ("silent", "does not answer within 5 seconds"),
        ("plain", "no secure connection"),
        ("self-signed", "self-signed certificate"),
        ("hangs up", "breaks the connection off"),
        ("nameless", "is not found"),
    ],
)
async def test_an_address_that_does_not_answer(
    well: dict[str, str], tmp_path: Path, server: Server, kind: str, reason: str
) -> None:
    with address(kind, server, tmp_path) as url:
        status, _, report = await examine(well | {"TELEGRAM_API_URL": url}, tmp_path)

    assert status == 1
    assert report["network"][0][0] == "broken"
    assert reason in report["network"][0][1]
    assert {report[check][0][0] for check in ("token", "updates", "clock")} == {"warning"}


@contextmanager
def address(kind: str, server: Server, folder: Path) -> Iterator[str]:
    """Give the address of a server that fails in some way."""
    if kind == "nameless":
        yield "http://telegram.invalid"
        return
    if kind == "plain":
        yield server.url.replace("http:", "https:")
        return
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        if kind == "closed":
            listening.close()
        else:
            threading.Thread(target=take, args=(listening, kind, folder), daemon=True).start()
        yield f"http{'s' if kind == 'self-signed' else ''}://127.0.0.1:{port}"


def take(listening: socket.socket, kind: str, folder: Path) -> None:
    """Take one connection, and fail it."""
    connection, _ = listening.accept()
    with connection:
        if kind == "self-signed":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate(folder))
            try:
                context.wrap_socket(connection, server_side=True)
            except ssl.SSLError:
                return  # the other end did not trust it
        elif kind == "silent":
            while connection.recv(4096):
                pass


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a new certificate that nobody has signed, and its key."""
    made, key = folder / "made.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


@pytest.mark.parametrize(
    ("name", "proxy", "reason"),
    [
        ("HTTP_PROXY", "http://ana:s3cret@127.0.0.1:1", "The proxy http://127.0.0.1:1 refuses connections."),
        ("all_proxy", "ana:s3cret@proxy.invalid:1", "The name of the proxy http://proxy.invalid:1 is not found."),
        ("ALL_PROXY", "http://ana:s3cret@[bad", "The proxy http://[bad cannot be used."),
        ("ALL_PROXY", "http://ana:s3/cret@127.0.0.1:1", "The proxy http://127.0.0.1:1 cannot be used."),
        ("HTTPS_PROXY", "ftp://ana:s3cret@127.0.0.1:1", "The proxy ftp://127.0.0.1:1 cannot be used."),
        ("NO_PROXY", "[::1]", "NO_PROXY cannot be used."),
        ("SSL_CERT_FILE", "/etc/passwd", "The certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be used: "),
    ],
)
async def test_what_the_environment_sets_in_the_way(
    well: dict[str, str], tmp_path: Path, name: str, proxy: str, reason: str
) -> None:
    status, output, report = await examine(well | {name: proxy}, tmp_path)

    assert status == 1
    assert report["network"][0][0] == "broken"
    assert report["network"][0][1].startswith(reason)
    assert "ana" not in output


@pytest.mark.parametrize(
    ("scheme", "greeting", "reason"),
    [
        ("http", b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
         "does not lead to telegram.invalid: 407 Proxy Authentication Required."),
        ("socks5", b"\x05\xff", "does not lead to telegram.invalid: Requested NO AUTHENTICATION REQUIRED from proxy"),
        ("socks5", b"HTTP/1.1 400 Bad Request\r\n\r\n", "breaks the connection off (ProtocolError)."),
        ("http", b"", "does not answer within 5 seconds."),
    ],
)  # fmt: skip
async def test_a_proxy_that_does_not_lead_there(
    well: dict[str, str], tmp_path: Path, scheme: str, greeting: bytes, reason: str
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(greeting)
        await reader.read()  # until the other end is tired of it
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as proxy:
        at = f"{scheme}://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        wrong = {"ALL_PROXY": at, "TELEGRAM_API_URL": "https://telegram.invalid"}
        _, _, report = await examine(well | wrong, tmp_path)

    assert report["network"][0][0] == "broken"
    assert f"proxy {at}" in report["network"][0][1]
    assert reason in report["network"][0][1]


async def test_a_proxy_that_leads_there_is_named(well: dict[str, str], tmp_path: Path, server: Server) -> None:
    # The server stands in for a proxy: a request to one that needs no tunnel names the whole address.
    (tmp_path / ".env").write_text(f"HTTP_PROXY={server.url}")

    _, _, through = await examine(well, tmp_path)
    _, _, past = await examine(well | {"NO_PROXY": "127.0.0.1"}, tmp_path)

    assert f", through the proxy {server.url}, answers" in through["network"][0][1]
    assert "proxy" not in past["network"][0][1]


async def test_a_port_for_a_monitor_that_another_program_has(well: dict[str, str], database: Path) -> None:
    host, _, port = well["IAMM_STATUS"].partition(":")
    with socket.create_server((host, int(port))) as taken:
        threading.Thread(target=take, args=(taken, "hangs up", database.parent), daemon=True).start()
        with lock.hold(database):
            status, _, report = await examine(well, database.parent)

    assert status == 1
    assert report["monitor"] == [
        ("broken", f"No monitor can be served on {host}:{port}: Address already in use. "
                   "Set IAMM_STATUS to a free port of this machine, or off.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "level"),
    [("off", "ok"), ("192.0.2.1:9464", "broken"), ("a..b:9464", "broken"), ("[::1:9464", "broken")],
)
async def test_an_address_for_a_monitor(well: dict[str, str], tmp_path: Path, address: str, level: str) -> None:
    _, _, report = await examine(well | {"IAMM_STATUS": address}, tmp_path)

    assert report["monitor"][0][0] == level


def hook(**more: object) -> faults.Fault:
    """Tell of a webhook that is set, and what became of it."""
    info = {"url": "https://hooks.example.org/s3cret", "has_custom_certificate": False, "pending_update_count": 0}
    said = {"ok": True, "result": info | more}
    return lambda call: web.json_response(said) if call.method == "getWebhookInfo" else None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can stand in for a name server")
async def test_a_name_server_that_does_not_answer(well: dict[str, str], tmp_path: Path) -> None:
    names = tmp_path / "resolv.conf"
    names.write_text("nameserver 127.0.0.153\noptions timeout:30 attempts:5\n")
    mount = f'mount --bind "{names}" "$(realpath /etc/resolv.conf)" && exec "$0" "$@"'
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as silent:
        silent.bind(("127.0.0.153", 53))
        wrong = {"TELEGRAM_API_URL": "http://telegram.example.org"}
        _, _, report = await examine(well | wrong, tmp_path, "unshare", "--mount", "sh", "-c", mount)

    assert report["network"][0][0] == "broken"
    assert "telegram.example.org does not answer within 5 seconds" in report["network"][0][1]


async def test_a_webhook_is_named_without_its_secret(well: dict[str, str], database: Path, server: Server) -> None:
    server.faults.append(hook())

    status, output, idle = await examine(well, database.parent)
    with lock.hold(database):
        _, _, running = await examine(well, database.parent)

    assert status == 0
    assert idle["updates"][0][0] == "warning"
    assert "A webhook at hooks.example.org gets what people write" in idle["updates"][0][1]
    assert running["updates"] == [("ok", "A webhook is set, at hooks.example.org; 0 updates wait.")]
    assert "s3cret" not in output


@pytest.mark.parametrize(("minutes", "waiting", "level"), [(5, 1, "broken"), (500, 1, "warning"), (5, 0, "warning")])
async def test_a_webhook_that_fails(
    well: dict[str, str], tmp_path: Path, server: Server, minutes: int, waiting: int, level: str
) -> None:
    failed = int((datetime.now(UTC) - timedelta(minutes=minutes)).timestamp())
    server.faults.append(hook(last_error_message="Refused", last_error_date=failed, pending_update_count=waiting))

    _, _, report = await examine(well, tmp_path)

    assert report["updates"][0][0] == level
    assert ("at hooks.example.org: Refused." in report["updates"][0][1]) == (level == "broken")


async def test_updates_wait_while_a_bot_runs(well: dict[str, str], database: Path, server: Server) -> None:
    for _ in range(100):
        await Person(server).write("visas?")
    before = server.pending

    idle = await examine(well, database.parent)
    with lock.hold(database):
        _, _, report = await examine(well, database.parent)

    assert idle[2]["updates"] == [("ok", "No webhook is set; 100 updates wait.")]
    assert report["updates"][0][0] == "warning"
    assert report["bot"] == [("ok", "A bot runs on the database.")]
    assert server.pending == before  # none was taken


@asynccontextmanager
async def telling(date: Callable[[], str], status: int = 404, result: object = None) -> AsyncIterator[str]:
    """Give the address of a server that answers everything with a status, a date and a result."""

    async def answer(request: web.BaseRequest) -> web.Response:
        said = {"ok": status == 200, "result": result}
        return web.json_response(said, status=status, headers={"Date": date()})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}"
    await runner.cleanup()


def hence(span: timedelta) -> Callable[[], str]:
    """Return what tells the time of a clock that is ahead by a span."""
    return lambda: format_datetime(datetime.now(UTC) + span, usegmt=True)


@pytest.mark.parametrize(
    ("ahead", "said"), [(timedelta(minutes=10), "10 minutes slow"), (timedelta(seconds=-45), "seconds fast")]
)
async def test_a_clock_that_is_wrong(well: dict[str, str], tmp_path: Path, ahead: timedelta, said: str) -> None:
    async with telling(hence(ahead)) as url:
        status, _, report = await examine(well | {"TELEGRAM_API_URL": url}, tmp_path)

    assert status == 1
    assert report["clock"][0][0] == "broken"
    assert said in report["clock"][0][1]


async def test_a_webhook_that_fails_is_named_by_a_clock_that_is_wrong(well: dict[str, str], tmp_path: Path) -> None:
    failed = datetime.now(UTC) - timedelta(hours=3, minutes=5)
    info = {"url": "https://hooks.example.org", "has_custom_certificate": False, "pending_update_count": 1}
    info |= {"last_error_date": int(failed.timestamp()), "last_error_message": "Refused"}
    me = {"id": 1, "is_bot": True, "first_name": "iamm", "username": USERNAME}
    async with telling(hence(timedelta(hours=-3)), 200, me | info) as url:
        _, _, report = await examine(well | {"TELEGRAM_API_URL": url}, tmp_path)

    assert "180 minutes fast" in report["clock"][0][1]
    assert report["updates"][0][0] == "broken"


async def test_a_clock_that_is_a_little_off_is_well(well: dict[str, str], tmp_path: Path) -> None:
    async with telling(hence(timedelta(seconds=15))) as url:
        _, _, report = await examine(well | {"TELEGRAM_API_URL": url}, tmp_path)

    assert report["clock"][0][0] == "ok"


async def test_an_address_that_does_not_tell_the_time(well: dict[str, str], tmp_path: Path) -> None:
    async with telling(lambda: "soon") as url:
        _, _, report = await examine(well | {"TELEGRAM_API_URL": url}, tmp_path)

    assert report["clock"][0][0] == "warning"


# The machine.


async def test_a_folder_that_cannot_be_written_to(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    database.parent.chmod(0o500)

    status, _, report = await examine(well, tmp_path, *without_rights())

    assert status == 1
    assert report["database"][0][0] == "broken"
    assert f"folder {database.parent} cannot be written to" in report["database"][0][1]
    assert "is whole" in report["database"][1][1]


async def test_a_folder_that_cannot_be_made(well: dict[str, str], tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o500)

    _, _, report = await examine(well, tmp_path, *without_rights())

    assert f"folder {tmp_path} cannot be written to" in report["database"][0][1]


async def test_a_folder_that_cannot_be_looked_into(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    database.parent.chmod(0)

    status, _, report = await examine(well, tmp_path, *without_rights())

    assert status == 1
    assert f"folder {database.parent} cannot be written to" in report["database"][0][1]
    assert report["bot"][0][0] == "warning"

    deeper = {"IAMM_DATABASE": str(database.parent / "deeper" / "iamm.db")}
    _, _, report = await examine(well | deeper, tmp_path, *without_rights())

    assert f"folder {database.parent} cannot be written to" in report["database"][0][1]
    assert report["disk"][0][0] == "ok"


async def test_a_file_that_cannot_be_written_to(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    os.chmod(database, 0o400)

    _, _, report = await examine(well, tmp_path, *without_rights())

    assert report["database"] == [("broken", f"{database} cannot be read and written. {ANOTHER}")]


ANOTHER = "Run this as the user that the bot runs as, give it the rights, or set IAMM_DATABASE to another file."


async def test_what_is_no_file(well: dict[str, str], tmp_path: Path) -> None:
    _, _, folder = await examine(well | {"IAMM_DATABASE": str(tmp_path)}, tmp_path)
    (tmp_path / "file").touch()
    _, _, beneath = await examine(well | {"IAMM_DATABASE": str(tmp_path / "file" / "iamm.db")}, tmp_path)

    assert folder["database"][0] == ("broken", f"{tmp_path} is no file. Set IAMM_DATABASE to a file.")
    assert "file is no folder" in beneath["database"][0][1]


async def test_a_database_that_was_set_aside(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    aside = database.with_name("iamm.db.before-20261120T120000")
    for file in (aside, aside.with_name(f"{aside.name}.keys")):
        file.touch(0o600)
    status, _, report = await examine(well, tmp_path)

    assert status == 0
    level, told = report["files"][0]
    assert level == "warning"
    assert told.endswith(f": rm {aside} {aside}.keys")


@pytest.mark.parametrize("name", ["iamm.db", "iamm.db.keys", "iamm.db.lock", "iamm.db-wal", "iamm.db.copy"])
async def test_files_that_others_can_read(well: dict[str, str], database: Path, tmp_path: Path, name: str) -> None:
    file = database.with_name(name)
    file.write_bytes(file.read_bytes() if file.exists() else b"")
    if name.endswith(".keys"):
        file.write_text("{}")
    file.chmod(0o640)

    status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert report["files"] == [("broken", f"Other users can read or change {file}. chmod 600 {file}")]


async def test_keys_that_cannot_be_read(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    keys = database.with_name("iamm.db.keys")
    keys.write_text("{")
    keys.chmod(0o600)

    status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert "keys beside the database cannot be read" in report["files"][0][1]


@pytest.mark.parametrize("start", [0, 4096 + 8])
async def test_a_database_that_is_damaged(well: dict[str, str], database: Path, tmp_path: Path, start: int) -> None:
    damage(database, start)

    status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert report["database"][0][0] == "broken"
    assert "is damaged" in report["database"][0][1]
    assert "iamm restore" in report["database"][0][1]


def damage(database: Path, start: int = 4096 + 8) -> None:
    """Write nonsense over a hundred bytes of a database."""
    with database.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * 100)


async def test_a_database_of_another_version(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as db:
        db.execute("delete from _sqlite_migrations where name = (select max(name) from _sqlite_migrations)")
        db.commit()
    _, _, earlier = await examine(well, tmp_path)
    with closing(sqlite3.connect(database)) as db:
        db.execute("insert into _sqlite_migrations (migration_set, name) values ('iamm', 'm9999_later')")
        db.commit()
    _, _, later = await examine(well, tmp_path)

    assert earlier["database"][0][0] == "ok"
    assert "of an earlier version" in earlier["database"][0][1]
    assert later["database"][0][0] == "broken"
    assert "later version of iamm (m9999_later)" in later["database"][0][1]


async def test_a_database_that_somebody_keeps_to_himself(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("begin immediate")
        status, _, report = await examine(well, tmp_path)
        db.execute("rollback")

    assert status == 1
    assert "Another program keeps" in report["database"][0][1]


@pytest.mark.parametrize("mode", ["pragma journal_mode = delete", "pragma locking_mode = exclusive"])
async def test_a_database_that_somebody_keeps_to_himself_in_another_way(
    well: dict[str, str], database: Path, tmp_path: Path, mode: str
) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute(mode).fetchall()
        db.execute("begin immediate")
        db.execute("insert into asides values ('visas', 'later', '2026-11-25')")
        if "exclusive" in mode:
            db.execute("commit")
        status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert "Another program keeps" in report["database"][0][1]


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("drop table subscriptions", "subscriptions"),
        ("drop index idx_deliveries_subscriber_day", "idx_deliveries_subscriber_day"),
        ("drop trigger totals_added", "totals_added"),
        ("alter table chats drop column draft", "chats.draft"),
    ],
)
async def test_what_a_database_lacks_is_named(
    well: dict[str, str], database: Path, tmp_path: Path, sql: str, part: str
) -> None:
    with closing(sqlite3.connect(database)) as db:
        db.execute(sql)
    status, _, report = await examine(well, tmp_path)

    assert status == 1
    level, told = report["database"][0]
    assert level == "broken"
    assert told.startswith(f"{database} lacks ")
    assert part in told


async def test_keys_that_are_gone_are_named_before_their_rows_are(
    well: dict[str, str], database: Path, tmp_path: Path
) -> None:
    row = "insert into queries (day, minute, pseudonym, channel, kind, intent, outcome) values ('2026-11-25', {})"
    with closing(sqlite3.connect(database)) as db, db:
        db.execute(row.format("'12:00', '0123456789abcdef', 'telegram', 'question', 'ask', 'answered'"))
    status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert "The keys of 2026Q4 are gone" in report["files"][0][1]


async def test_what_a_killed_bot_leaves_is_left(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    killed = (
        'import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute("insert into asides values '
        "('visas', 'later', '2026-11-25')\"); db.commit(); os._exit(0)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", killed, database)
    assert await process.wait() == 0
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).chmod(0o600)
    before = {name: held for name, held in files(database.parent).items() if not name.endswith("-shm")}
    assert len(before["iamm.db-wal"][0]) > 0

    status, _, report = await examine(well, tmp_path)

    assert status == 0
    assert "is whole and up to date" in report["database"][0][1]
    assert {n: held for n, held in files(database.parent).items() if not n.endswith("-shm")} == before


async def test_a_bot_that_runs_is_not_disturbed(well: dict[str, str], tmp_path: Path, server: Server) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)} | well
    environment |= {"IAMM_SEMANTIC": "off"}
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "run", cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        ana = Person(server)
        await ana.asks("visas?")
        status, _, report = await examine(well, tmp_path)
        answer = await ana.asks("how do we make remittances cheaper")
    finally:
        bot.terminate()
        await bot.wait()

    assert status == 0
    assert report["bot"] == [("ok", "A bot runs on the database.")]
    assert report["monitor"] == [("ok", f"A monitor is served on {well['IAMM_STATUS']}.")]
    assert "emittances" in answer["text"]


async def test_a_disk_that_is_nearly_full(well: dict[str, str], tmp_path: Path) -> None:
    disk = tmp_path / "data"
    disk.mkdir()

    status, _, report = await examine(well, tmp_path, *on_a_disk_of(64, disk))

    assert status == 1
    assert report["disk"] == [
        ("broken", f"Only 64 MB of 64 MB are free at {disk}. Make room: what is asked can soon not be kept.")
    ]


def test_how_much_room_is_enough() -> None:
    gigabyte = 2**30
    levels = [machine.judge(free, 100 * gigabyte, ROOT).level for free in (gigabyte // 11, 4 * gigabyte, 6 * gigabyte)]

    assert levels == ["broken", "warning", "ok"]


async def test_zone_data_that_are_old(well: dict[str, str], tmp_path: Path) -> None:
    age_zones(tmp_path)

    status, _, report = await examine(well, tmp_path)

    assert status == 1
    assert [level for level, _ in report["zones"]] == ["broken", "broken"]
    assert "unknown: 1, such as Asia/Almaty" in report["zones"][0][1]
    assert "wrong for Africa/Cairo" in report["zones"][1][1]


def age_zones(folder: Path) -> None:
    """Put zone data into a folder that know no Almaty, and no summer time in Cairo."""
    data = Path(shutil.copytree(Path(find_spec("tzdata").origin).parent, folder / "tzdata"))  # type: ignore[union-attr,arg-type]
    shutil.copy(data / "zoneinfo" / "Africa" / "Tripoli", data / "zoneinfo" / "Africa" / "Cairo")
    (data / "zoneinfo" / "Asia" / "Almaty").unlink()
    zones = data / "zones"
    zones.write_text(zones.read_text().replace("Asia/Almaty\n", ""))


# What the bot knows and says.


async def test_content_that_is_wrong(well: dict[str, str], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    chapter = next((copy / "en" / "agenda").glob("iii-06*"))
    chapter.write_text(chapter.read_text().replace("title:", "titel:"))

    status, _, report = await examine(well | {"IAMM_CONTENT": str(copy)}, tmp_path)

    assert status == 1
    level, text = report["content"][0]
    assert level == "broken"
    assert f"{chapter}:" in text
    assert "; and " in text


async def test_phrases_that_were_not_learnt(well: dict[str, str], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    learnt = copy / "hearing.json"
    learnt.write_text(re.sub(r'("learnt_from": ?)"\w+"', r'\1"another"', learnt.read_text()))

    _, _, report = await examine(well | {"IAMM_CONTENT": str(copy)}, tmp_path)

    assert report["content"][0][0] == "broken"
    assert "Run make learn." in report["content"][0][1]


async def test_everything_at_once(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    # As it is installed: content and catalogues inside the package.
    package = Path(shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__")))
    shutil.copytree(ROOT / "locales", package / "locales")
    french = package / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    french.write_text(french.read_text() + '\nmsgid "Anything"\nmsgstr ""\n')
    (package / "content").mkdir()
    age_zones(tmp_path)
    damage(database)
    os.chmod(database, 0o644)
    kept = tmp_path / "kept"
    small = f'cp -p "{database}" "{kept}" && mount -t tmpfs -o size=64m tmpfs "$0" && cp -p "{kept}" "{database}"'
    disk = ["sh", "-c", f'{small} && exec "$@"', str(database.parent)]

    async with telling(hence(timedelta(hours=3)), 401) as url:
        wrong = {"PYTHONPATH": str(tmp_path), "TELEGRAM_API_URL": url, "IAMM_RETENTION_DAYS": "0"}
        wrong |= {"IAMM_ADMINS": "0", "IAMM_CONTROLLER": "", "IAMM_STATUS": "127.0.0.1"}
        status, output, report = await examine(well | wrong, tmp_path, *in_a_space_of_its_own(), *disk)

    assert status == 1
    levels = {check: findings[0][0] for check, findings in report.items()}
    assert levels == dict.fromkeys(visit.CHECKS, "broken") | {
        "privacy": "warning", "network": "ok", "updates": "warning", "bot": "ok", "meaning": "ok",
    }  # fmt: skip
    assert TOKEN not in output


async def test_everything_is_looked_at_without_a_network(well: dict[str, str], database: Path, tmp_path: Path) -> None:
    damage(database)
    wrong = {"TELEGRAM_API_URL": "http://127.0.0.1:1", "TELEGRAM_BOT_TOKEN": "x", "IAMM_CONTENT": str(tmp_path)}

    _, _, report = await examine(well | wrong, tmp_path)

    named = {check for check, findings in report.items() if findings[0][0] == "broken"}
    assert named == {"settings", "network", "token", "database", "content"}
