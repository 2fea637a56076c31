"""A YAML file walked node by node, strictly: every mistake is noted with its line, none stops the walk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

LARGEST_FILE = 1_000_000
"""Bytes; a larger file is no content."""

_STRING = "tag:yaml.org,2002:str"
_NUMBERS = {"tag:yaml.org,2002:float", "tag:yaml.org,2002:int"}
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a content file."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


class Nodes:
    """The nodes of one file; what is wrong with them is added to `problems`."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.raw = b""
        """The file's bytes, once composed."""
        self._problems = problems
        self._seen: set[int] = set()

    def problem(self, node: yaml.Node | None, reason: str) -> None:
        """Note what is wrong with a node; the first line stands for the file as a whole."""
        self._problems.append(Problem(self.path, node.start_mark.line + 1 if node else 1, reason))

    def compose(self) -> yaml.Node | None:
        """Return the file's root, or None where there is none or it cannot be read."""
        try:
            with self.path.open("rb") as file:
                self.raw = file.read(LARGEST_FILE + 1)
        except OSError as error:
            self.problem(None, f"cannot be read: {error.strerror}")
            return None
        if len(self.raw) > LARGEST_FILE:
            self.problem(None, f"is larger than {LARGEST_FILE:,} bytes")
            return None
        try:
            root = yaml.compose(self.raw.decode(), Loader=yaml.CSafeLoader)
            if root is None:
                self.problem(None, "is empty")
            return root
        except UnicodeDecodeError:
            self.problem(None, "is not UTF-8 text")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._problems.append(Problem(self.path, line, f"is not YAML: {error.problem}"))
        except yaml.YAMLError as error:
            self.problem(None, f"is not YAML: {error}")
        return None

    def _first_time(self, node: yaml.Node) -> bool:
        """Refuse a node met before: an anchor repeated is how a small file becomes a huge one."""
        if id(node) in self._seen:
            self.problem(node, "an anchor is used twice; write it out")
            return False
        self._seen.add(id(node))
        return True

    def mapping(
        self,
        node: yaml.Node | None,
        required: set[str] | None = None,
        optional: set[str] | None = None,
    ) -> dict[str, yaml.Node]:
        """Return the fields of a mapping; where `required` is given, no others than these and `optional`."""
        if node is None:
            if required:
                self.problem(None, "is empty")
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, "must be a mapping, key: value")
            return {}
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value if self._first_time(node) else ():
            name = self.string(key, "a key")
            if name in fields:
                self.problem(key, f"{name!r} stands twice")
            elif required is not None and name not in required | (optional or set()):
                self.problem(key, f"{name!r} is not known here")
            else:
                fields[name] = value
        for name in sorted((required or set()) - set(fields)):
            self.problem(node, f"{name!r} is missing")
        return fields

    def sequence(self, node: yaml.Node | None, name: str) -> list[yaml.Node]:
        """Return the nodes of a list; none where there is no list."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problem(node, f"{name} must be a list")
            return []
        return list(node.value) if self._first_time(node) else []

    def string(self, node: yaml.Node | None, name: str) -> str:
        """Return a text, stripped; what YAML reads as something else is a problem."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag != _STRING:
            shown = repr(node.value) if isinstance(node, yaml.ScalarNode) else "this"
            self.problem(node, f"{name}: {shown} is no text to YAML; put it in quotes")
            return ""
        if not node.value.strip():
            self.problem(node, f"{name} is empty")
        if _CONTROL.search(node.value):
            self.problem(node, f"{name} holds a control character")
        return str(node.value).strip()

    def strings(self, node: yaml.Node | None, name: str) -> tuple[str, ...]:
        """Return the texts of a list, each once."""
        values: dict[str, None] = {}
        for child in self.sequence(node, name):
            value = self.string(child, name)
            if value in values:
                self.problem(child, f"{value!r} stands twice")
            values[value] = None
        return tuple(values)

    def number(self, node: yaml.Node, name: str) -> float:
        """Return a number as it is written everywhere: no infinity, and none of YAML's other ways."""
        if isinstance(node, yaml.ScalarNode) and node.tag in _NUMBERS and _NUMBER.fullmatch(node.value):
            return float(node.value)
        self.problem(node, f"{name} must be a number, such as 2.5")
        return 0.0
