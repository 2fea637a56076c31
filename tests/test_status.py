"""What a monitor sees of the running bot: whether it answers, why not, and figures from which nobody can be told."""

from __future__ import annotations

import asyncio
import platform
import re
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from math import isnan
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from bot import config
from bot.app import App
from bot.config import Address, Settings
from bot.digest import Due, Subscription
from bot.metrics import ENDS
from bot.store.database import Store
from bot.store.records import Standing
from bot.telegram import service as parts
from bot.telegram.service import Service
from tests.conftest import NOON, Clock, running
from tests.telegram import faults
from tests.telegram.people import Person
from tests.telegram.server import TOKEN, Server
from tests.telegram.state import BLOCKED
from tests.test_operators import locked

ANA = 81001


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def address() -> Address:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", int(found.getsockname()[1]))


@pytest.fixture
def make(
    app: App, settings: Settings, server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Address | None], Service]:
    def make(address: Address | None) -> Service:
        store = Store(settings.database, settings.retention_days)
        monkeypatch.setattr(app, "store", store)
        return Service(
            app, store, replace(settings, token=TOKEN, api_url=server.url, status=address), None, clock, clock.timer
        )

    return make


@pytest_asyncio.fixture
async def bot(make: Callable[[Address | None], Service], address: Address) -> AsyncIterator[Service]:
    async with running(make(address)) as bot:
        yield bot


async def ask(address: Address, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as monitor:
        return await monitor.get(f"http://{address}{path}")


async def health(address: Address) -> tuple[int, list[str]]:
    response = await ask(address, "/healthz")
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body["ok"] is (response.status_code == 200)
    return response.status_code, body["troubles"]


async def figures(address: Address) -> dict[str, float]:
    """Return each figure by its name and labels."""
    response = await ask(address, "/metrics")
    assert str(ANA) not in response.text
    families = text_string_to_metric_families(response.text)
    return {f"{s.name} {' '.join(s.labels.values())}".strip(): s.value for family in families for s in family.samples}


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


# /healthz


async def test_a_bot_that_answers_is_well(bot: Service, address: Address) -> None:
    assert await health(address) == (200, [])


async def test_until_telegram_is_reached_it_is_not_started(
    make: Callable[[Address | None], Service],
    address: Address,
    server: Server,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "PAUSE", 0.05)
    service = make(address)
    async with server.unreachable():
        start = asyncio.create_task(service.run())
        await until(lambda: service._reach.away is not None)
        assert await health(address) == (503, ["not started yet"])
        clock.run(timedelta(minutes=1))
        assert await health(address) == (503, ["not started yet", "Telegram cannot be reached"])
    await service.ready.wait()
    assert await health(address) == (200, [])

    start.cancel()
    await asyncio.gather(start, return_exceptions=True)


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=-1), timedelta(days=1)])
async def test_a_telegram_that_is_away_for_a_minute(
    bot: Service, address: Address, server: Server, clock: Clock, shift: timedelta
) -> None:
    async with server.unreachable():
        await until(lambda: bot._reach.away is not None)
        clock.at += shift
        clock.run(timedelta(seconds=59))
        assert (await health(address))[0] == 200
        clock.run(timedelta(seconds=1))
        assert await health(address) == (503, ["Telegram cannot be reached"])
        assert (await figures(address))["iamm_telegram_reachable"] == 0

    await Person(server, ANA).asks("visas")
    assert await health(address) == (200, [])
    assert (await figures(address))["iamm_telegram_reachable"] == 1


async def test_a_database_that_fails(bot: Service, address: Address, settings: Settings) -> None:
    await bot._watch.look()  # and so its own first look is over
    with locked(settings.database):
        await bot._watch.look()
        assert await health(address) == (503, ["the database cannot be used"])

    await bot._watch.look()
    assert await health(address) == (200, [])


# /metrics


async def test_the_figures_are_what_happened(bot: Service, address: Address, server: Server) -> None:
    ana = Person(server, ANA)
    before = await figures(address)
    for number, text in enumerate(("6.a.5", "visas", "/language", "xkcd qwrtz"), 1):
        await ana.write(text)
        await ana.reply(number)
    await server.push_raw(faults.BROKEN["a message that is text"])
    await ana.asks("visas")
    await until(lambda: not bot._intake.waiting)
    after = await figures(address)

    grown = {name: after[name] - before.get(name, 0) for name in after if not name.endswith("_created")}
    assert grown["iamm_updates_received_total"] == 6
    assert grown["iamm_updates_set_aside_total"] == 1
    assert grown["iamm_updates_refused_total"] == 0
    assert grown["iamm_replies_total answered"] == 3
    assert grown["iamm_replies_total done"] == 1
    assert grown["iamm_replies_total no_match"] == 1
    assert grown["iamm_reply_seconds_count"] == 5
    assert grown["iamm_reply_seconds_bucket +Inf"] == 5
    assert grown["iamm_reply_seconds_sum"] > 0
    assert grown["iamm_errors_total bot.telegram.intake"] == 1
    assert after["iamm_updates_waiting"] == 0


async def test_what_the_operators_hear_of_is_a_figure(bot: Service, address: Address, settings: Settings) -> None:
    await bot._watch.look()
    well = await figures(address)
    assert well["iamm_database_usable"] == 1
    assert 0 < well["iamm_disk_free_bytes"] <= well["iamm_disk_size_bytes"]
    assert {name: well[f"iamm_trouble {name}"] for name in ("rival", "late", "database")} == {
        "rival": 0, "late": 0, "database": 0,
    }  # fmt: skip

    with locked(settings.database):
        await bot._watch.look()
        ill = await figures(address)
        assert ill["iamm_database_usable"] == 0
        assert ill["iamm_trouble database"] == 1
        assert ill["iamm_errors_total bot.telegram.watch"] == well["iamm_errors_total bot.telegram.watch"] + 1


async def test_a_disk_that_is_gone_is_no_number_and_hides_no_other(bot: Service, address: Address) -> None:
    bot._store.path = Path("/nonexistent/iamm.db")
    found = await figures(address)

    assert isnan(found["iamm_disk_free_bytes"])
    assert found["iamm_updates_waiting"] == 0


async def test_deliveries_are_figures(bot: Service, address: Address, server: Server, clock: Clock) -> None:
    before = await figures(address)
    assert {before[f"iamm_deliveries_total {outcome}"] for outcome in ENDS} == {0}

    ana, gone = Person(server, ANA), Person(server, ANA + 1)
    server.closed[ANA + 1] = BLOCKED
    for number, late in ((ANA, 90), (ANA + 1, 60), (ANA + 2, 5 * 3600)):
        due = Due(clock.at - timedelta(seconds=late), (clock.at - timedelta(seconds=late)).date())
        sub = Subscription(f"telegram:{number}", "UTC", "08:00")
        await bot._store.subscribe(Standing(sub, due, None, None, "en"), clock.at)
    await bot._watch.look()
    await until(lambda: bot._metrics.total(bot._metrics.deliveries) == 3)
    found = await figures(address)

    assert {outcome: found[f"iamm_deliveries_total {outcome}"] for outcome in ENDS} == {
        "sent": 1, "failed": 1, "unknown": 0, "skipped": 1,
    }  # fmt: skip
    assert found["iamm_delivery_delay_seconds"] == 90
    assert (len(ana.received), len(gone.received)) == (1, 0)


async def test_the_process_is_a_figure(bot: Service, address: Address) -> None:
    found = await figures(address)

    assert found["process_resident_memory_bytes"] > 10_000_000
    assert found["process_cpu_seconds_total"] > 0
    assert abs(found["process_start_time_seconds"] - time.time()) < 7200
    assert found[f"python_info CPython 3 {sys.version_info.minor} {sys.version_info.micro} {platform.python_version()}"]


async def test_errors_begin_at_nothing(bot: Service, address: Address) -> None:
    found = await figures(address)

    assert found["iamm_errors_total bot.courier"] == 0
    assert found["iamm_errors_total bot.telegram.connection"] == 0


async def test_what_waits_is_a_figure(bot: Service, address: Address, server: Server) -> None:
    ana, opened = Person(server, ANA), asyncio.Event()

    async def hold(call: object) -> None:
        await opened.wait()

    server.faults.append(lambda call: hold(call) if call.method == "sendMessage" else None)
    for _ in range(70):
        await ana.write("6.a.5", date=1_700_000_000)
    await server.changed(lambda: not server.pending)
    found = await figures(address)
    opened.set()

    assert found["iamm_updates_waiting"] == 61
    assert found["iamm_updates_refused_total"] == 10
    await server.changed(lambda: len(ana.received) == 61)


async def test_no_label_says_whose_it_is(bot: Service, address: Address, server: Server) -> None:
    ana = Person(server, ANA)
    for text in ("How should States protect victims of trafficking?", "/nonsense", "/forget", "12345678"):
        await ana.asks(text)
    names = await figures(address)

    assert {word for name in names for word in name.split()[1:]} <= {
        "answered", "did_you_mean", "no_match", "casework", "done", *ENDS, "rival", "disk", "late", "errors",
        "database", "CPython", *platform.python_version_tuple(), platform.python_version(),
        *(word for word in " ".join(names).split() if re.fullmatch(r"bot[.a-z]+|\d+\.\d+|\+Inf", word)),
    }  # fmt: skip


# Where.


async def test_a_port_that_is_taken_stops_nothing(
    make: Callable[[Address | None], Service], address: Address, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as other:
        other.bind((address.host, address.port))
        other.listen()
        async with running(make(address)):
            assert (await Person(server, ANA).asks("visas"))["text"]

    told = [record.getMessage() for record in caplog.records if record.name == "bot.status"]
    assert told == [f"Nothing is served on {address}: Address already in use. Set IAMM_STATUS to a free port."]


async def test_other_machines_see_nothing(bot: Service, address: Address) -> None:
    with pytest.raises(httpx.ConnectError):
        await ask(Address("127.0.0.2", address.port), "/healthz")  # this machine, but not by the name that is served

    assert config.read({}).status == Address("127.0.0.1", 9464)


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="tells what listens on Linux alone")
async def test_off_is_off(make: Callable[[Address | None], Service], server: Server, address: Address) -> None:
    def listening() -> set[str]:
        rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
        mine = {path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
        return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine}

    assert config.read({"IAMM_STATUS": "off"}).status is None
    before = listening()
    async with running(make(None)):
        assert listening() == before
