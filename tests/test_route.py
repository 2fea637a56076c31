"""The way to Telegram that the environment names, and the bot that takes it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.telegram import route
from tests.bots import answered, program
from tests.telegram.people import Person
from tests.telegram.server import Server

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower() in NAMES]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": "http://ana:s3c@ret@proxy:3128"}, "http://proxy:3128"),
        ({"HTTPS_PROXY": "ana:s3cret@proxy:3128"}, "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, ""),
        ({"ALL_PROXY": "socks5://proxy:1080"}, "socks5://proxy:1080"),
        ({"ALL_PROXY": "socks5://proxy:1080", "https_proxy": "http://proxy:3128"}, "http://proxy:3128"),
        ({"ALL_PROXY": "http://proxy:3128", "NO_PROXY": "localhost, telegram.org"}, ""),
        ({"ALL_PROXY": "http://proxy:3128", "no_proxy": "*"}, ""),
        ({"ALL_PROXY": "http://proxy:3128", "NO_PROXY": "gram.org"}, "http://proxy:3128"),
    ],
)
def test_the_proxy_is_that_of_the_address(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert route.proxy("https://api.telegram.org") == proxy
    route.check()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALL_PROXY", "socks4://ana:s3cret@127.0.0.1:9", "The proxy socks4://127.0.0.1:9 cannot be used. Correct"),
        ("HTTPS_PROXY", "ana:s3cret@127.0.0.1:x", "The proxy http://127.0.0.1:x cannot be used. Correct"),
        ("HTTP_PROXY", "http://", "The proxy http:// cannot be used. Correct"),
        ("NO_PROXY", "localhost,[::1]", "NO_PROXY cannot be used. It takes"),
        ("SSL_CERT_FILE", "/nowhere", "cannot be used: No such file or directory. Correct"),
    ],
)
async def test_what_nobody_can_connect_by_ends_the_bot_with_a_sentence(
    server: Server, tmp_path: Path, name: str, value: str, said: str
) -> None:
    async with program(server, tmp_path / "bot") as bot:
        process = await bot.start(**{name: value})
        status = await asyncio.wait_for(process.wait(), 30)

    assert status == 1
    assert said in bot.said
    assert bot.said.startswith("Error: ")
    assert "s3cret" not in bot.said


@asynccontextmanager
async def socks() -> AsyncIterator[tuple[int, list[str]]]:
    """Give the port of a SOCKS proxy that lets everybody pass, and the addresses that they have passed to."""
    passed: list[str] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # RFC 1928: a greeting with ways to authenticate, then a request with an address and a port.
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        host = await reader.readexactly(4 if kind == 1 else (await reader.readexactly(1))[0])
        port = int.from_bytes(await reader.readexactly(2), "big")
        name = ".".join(map(str, host)) if kind == 1 else host.decode()
        passed.append(f"{name}:{port}")
        there = await asyncio.open_connection(name, port)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as proxy:
        yield proxy.sockets[0].getsockname()[1], passed


async def test_a_socks_proxy_leads_to_telegram(server: Server, tmp_path: Path) -> None:
    async with socks() as (port, passed), program(server, tmp_path / "bot") as bot:
        await bot.start(ALL_PROXY=f"socks5://127.0.0.1:{port}")
        ana = Person(server)
        await ana.write("6.a.1")
        await answered(ana)
        await bot.stop()

    assert set(passed) == {server.url.removeprefix("http://")}
    assert f"Telegram is asked through the proxy socks5://127.0.0.1:{port}" in bot.said
