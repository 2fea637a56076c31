"""The house: imports go one way, and the README knows every command and setting."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot import cli, intents

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"

# A module imports only from those before it.
ORDER = [
    "models", "words", "spelling", "nodes", "hearing", "content", "editorial", "i18n", "config", "logs", "metrics",
    "listener", "status", "flood", "alarms", "references",
    "ranking", "question", "search", "coverage", "scope", "meaning", "language", "times_words", "days", "times",
    "places", "digest", "codes", "slots", "phrases", "arguments", "intents", "dialogue", "store", "handlers", "app",
    "courier", "outlook", "asking", "evaluation", "review", "console", "telegram", "doctor",
    "maintenance", "cli",
]  # fmt: skip


def modules() -> list[Path]:
    return sorted(BOT.rglob("*.py"))


def place(path: Path) -> str:
    """Return the module of the house that a file belongs to."""
    return path.relative_to(BOT).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Return the modules of the house that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "bot":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {n.name.split(".")[1] for n in node.names if n.name.startswith("bot.")}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(BOT)))
def test_imports_go_one_way(path: Path) -> None:
    mine = place(path)
    if mine == "__init__":
        return
    before = ORDER[: ORDER.index(mine) + (path.parent != BOT)]
    assert imported(path) <= set(before)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(BOT)))
def test_only_one_package_knows_telegram(path: Path) -> None:
    if place(path) != "telegram":
        assert not re.search(r"^\s*(?:import|from) telegram\b", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(BOT)))
def test_a_module_says_in_one_line_what_it_is(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert re.fullmatch(r'""".+\."""', first)


def test_the_readme_names_every_command_and_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    settings = set(re.findall(r'get\("([A-Z_]+)"', (BOT / "config.py").read_text()))
    assert settings
    missing = [name for name in settings if f"`{name}`" not in readme]
    missing += [name for name in cli.main.commands if f"iamm {name}" not in readme]
    missing += [name for name in intents.COMMANDS if not re.search(rf"`/{name}[` ]", readme)]
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    missing += [name for name in targets[1].split() if f"make {name}" not in readme]
    assert missing == []
