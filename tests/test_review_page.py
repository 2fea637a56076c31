"""The report in Chromium, the log in Datasette and the week as a picture: what the review extra and a browser show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from bot.app import App
from tests import log_rows
from tests.conftest import Conversation
from tests.log_rows import UNTIL

pytestmark = pytest.mark.browser

ROWS = 1_000_000 if "IAMM_SOAK" in os.environ else 20_000
PHONE, DESK = 360, 1280
PLOTS = {"questions", "outcomes", "chapters", "hours", "digest_by_day", "latency"}

# What is cut off: beyond the window, or beyond the box that holds it.
_CUT_OFF = """
return [...document.querySelectorAll('body *:not(svg *)')].filter(e => {
  const box = e.getBoundingClientRect();
  const wide = !e.closest('thead') && getComputedStyle(e).display != 'inline' && e.scrollWidth > e.clientWidth + 1;
  return box.width && (box.right > innerWidth + .5 || box.left < -.5 || wide);
}).map(e => e.tagName + ': ' + e.textContent.slice(0, 60));
"""
# Texts of a plot that lie on one another or outside it.
_OVERLAPS = """
const found = [];
for (const svg of document.querySelectorAll('svg')) {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
  texts.forEach(([text, a], i) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
      found.push(text + ' is outside');
    for (const [other, b] of texts.slice(i + 1))
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        found.push(text + ' lies on ' + other);
  });
}
return found;
"""
_COLOURS = """
const seen = {};
for (const e of document.querySelectorAll('h1, h2, p, a, th, td, svg text')) {
  const style = getComputedStyle(e);
  seen[e.tagName] = e.tagName == 'text' ? style.fill : style.color;
}
return [getComputedStyle(document.body).backgroundColor, Object.values(seen)];
"""
_SIZES = "return [...document.querySelectorAll('svg text')].map(e => e.getBoundingClientRect().height)"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "iamm.db"
    log_rows.write(path, ROWS, 365 if ROWS > 100_000 else 60)
    return path


def review(path: Path, *options: str) -> list[str]:
    """Return the command that reviews a database."""
    return [sys.executable, "-m", "bot.cli", "review", "--until", str(UNTIL), *options]


@pytest.fixture(scope="module", params=["7d", "30d", "365d"])
def page(request: pytest.FixtureRequest, path: Path) -> Path:
    html = path.with_name(f"{request.param}.html")
    command = review(path, "--since", request.param, "--html", str(html))
    subprocess.run(command, check=True, env={**os.environ, "IAMM_DATABASE": str(path)}, capture_output=True)
    return html


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


def look(chromium: Any, page: Path, width: int, scheme: str, media: str = "") -> None:
    """Open a page as wide as a device, in light or dark, on a screen or on paper."""
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == PHONE}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    chromium.get(page.as_uri())


def accessible(chromium: Any) -> list[dict[str, Any]]:
    """Return what a screen reader is told of; the browser works it out a moment after the page is there."""
    chromium.execute_cdp_cmd("Accessibility.enable", {})
    until = monotonic() + 10
    while True:
        nodes = chromium.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        if len(nodes) > 100 or monotonic() > until:
            return list(nodes)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, `rgb(...)`, as WCAG 2 has it."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("width", [PHONE, 700, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_and_nothing_overlaps(chromium: Any, page: Path, width: int, scheme: str) -> None:
    look(chromium, page, width, scheme)

    assert chromium.execute_script("return document.documentElement.scrollWidth") == width
    assert chromium.execute_script(_CUT_OFF) == []
    assert chromium.execute_script(_OVERLAPS) == []
    assert min(chromium.execute_script(_SIZES)) >= 11
    ground, colours = chromium.execute_script(_COLOURS)
    assert (contrast(ground, "rgb(0, 0, 0)") > 10) == (scheme == "light")
    assert min(contrast(ground, colour) for colour in colours) >= 4.5


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_plot_has_a_name_units_and_its_table(chromium: Any, page: Path, width: int) -> None:
    look(chromium, page, width, "light")
    plots = chromium.execute_script(
        "return [...document.querySelectorAll('svg')].map(e => [e.closest('section').getAttribute('aria-labelledby'), "
        "e.getAttribute('role'), e.ariaLabel, [...e.querySelectorAll('text')].map(t => t.textContent), "
        "e.closest('section').querySelectorAll('table tbody tr').length, e.querySelectorAll('rect, circle').length])"
    )

    names = {name.replace("_week", "_day") for name, *_ in plots}
    assert names == PLOTS
    units = {"questions", "% of questions", "deliveries", "milliseconds"}
    for name, role, label, texts, rows, shapes in plots:
        assert role == "img"
        assert label.endswith("the table below has the figures.")
        assert units & set(texts), name
        assert rows >= 3
        assert shapes >= 3
        if name not in {"outcomes", "chapters"}:
            assert any(text.endswith("UTC") for text in texts), name


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_screen_reader_finds_tables_with_headers(chromium: Any, page: Path, width: int) -> None:
    look(chromium, page, width, "light")
    tree = accessible(chromium)
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    tables = chromium.execute_script("return document.querySelectorAll('table').length")

    assert roles.count("table") == tables
    assert roles.count("columnheader") == chromium.execute_script("return document.querySelectorAll('thead th').length")
    assert roles.count("rowheader") == chromium.execute_script("return document.querySelectorAll('tbody tr').length")
    assert all(node["name"]["value"] for node in tree if node["role"].get("value") in {"table", "image", "heading"})


def test_nothing_is_asked_of_the_network(chromium: Any, page: Path) -> None:
    chromium.get_log("performance")
    look(chromium, page, DESK, "light")
    events = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]

    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert asked == [page.as_uri()]


def test_on_paper_it_is_dark_on_light(chromium: Any, page: Path) -> None:
    look(chromium, page, 700, "dark", "print")

    ground, colours = chromium.execute_script(_COLOURS)
    assert ground == "rgb(255, 255, 255)"
    assert min(contrast(ground, colour) for colour in colours) >= 4.5
    assert chromium.execute_script("return getComputedStyle(document.querySelector('nav')).display") == "none"
    assert chromium.execute_script(_CUT_OFF) == []


# Datasette.


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    command = review(path, "--since", "365d", "--serve")
    environment = {**os.environ, "IAMM_DATABASE": str(path), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout
    with server.stdout:
        yield server.stdout.readline().split()[0]
        server.send_signal(signal.SIGINT)
        assert server.wait(20) in {0, 130, 1, -signal.SIGINT}


def fetch(url: str, **headers: str) -> Any:
    with urlopen(Request(url, headers=headers), timeout=20) as answer:  # noqa: S310 - of our own making
        return json.load(answer)


def test_every_query_of_datasette_answers_at_once(address: str) -> None:
    queries = fetch(f"{address}.json")["queries"]

    assert len(queries) == 20
    for query in queries:
        begun = monotonic()
        answer = fetch(f"{address}/{query['name']}.json")
        assert monotonic() - begun < 1
        assert answer["ok"]
        assert query["title"]


def test_datasette_shows_nobody_and_is_for_this_machine_alone(address: str) -> None:
    assert urlsplit(address).hostname == "127.0.0.1"
    tables = fetch(f"{address}.json")["tables"]
    assert not [t for t in tables if {"pseudonym", "minute", "matched"} & set(t["columns"])]
    for sql in ("select+pseudonym+from+queries", "delete+from+log", "attach+'/etc/passwd'+as+x"):
        with pytest.raises(HTTPError):
            fetch(f"{address}.json?sql={sql}")
    with pytest.raises(HTTPError, match="403"):
        fetch(f"{address}.json", Host="somewhere.example:8001")


# The week in the chat.


async def test_the_week_comes_with_a_picture(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", replace(app.settings, admins=frozenset({"7"})))
    boss = Conversation(app, chat="test:7")
    await boss.says("visas")
    reply = await boss.says("/stats")

    assert reply.document
    assert reply.document.name == "iamm.png"
    assert reply.document.content.startswith(b"\x89PNG")
