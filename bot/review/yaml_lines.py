"""One line added to a list of a YAML file; every other byte stays as it was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

_STRING = "tag:yaml.org,2002:str"
_DASH = re.compile(r" *- +")
_COMMA = re.compile(r" *,[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")


class PlaceError(Exception):
    """The line cannot be added; the text says why."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text with a line more."""

    text: str
    number: int
    """The line, from 1, that the new words stand on."""


def insert(text: str, ref: str, words: str) -> Insertion | None:
    """Return a content file with words added at the end of the aliases of an item or section; None if it lacks that.

    The list keeps its form (a line an entry, or entries in brackets) and its quotes; where YAML would read the words
    as something else they are quoted.

    Raises PlaceError where there is no list to add to, or where the words stand in it already.
    """
    entries = _aliases(text, ref)
    if entries is None:
        return None
    if any(entry.value.strip().casefold() == words.casefold() for entry in entries.value):
        raise PlaceError(f"{ref} has this alias already: {words}")
    if not entries.value:
        raise PlaceError(f"{ref} has an empty list of aliases; write the first one by hand")
    style = Counter(entry.style or "" for entry in entries.value).most_common(1)[0][0]
    written = _write(words, style, bool(entries.flow_style))
    at, addition = (_in_brackets if entries.flow_style else _below)(text, entries.value, written)
    changed = text[:at] + addition + text[at:]
    _compare(text, changed, ref, words)
    return Insertion(changed, text.count("\n", 0, at) + addition.rstrip("\r\n").count("\n") + 1)


def _aliases(text: str, ref: str) -> yaml.SequenceNode | None:
    """Return the list of aliases beside a reference; None where the reference does not stand in this file."""
    # The loader in Python: its marks count characters, those of libyaml do not always.
    for fields in _mappings(yaml.compose(text, Loader=yaml.SafeLoader)):
        if isinstance(fields.get("ref"), yaml.ScalarNode) and fields["ref"].value == ref:
            aliases = fields.get("aliases")
            if not isinstance(aliases, yaml.SequenceNode):
                raise PlaceError(f"{ref} has no list of aliases; write one by hand")
            return aliases
    return None


def _mappings(node: yaml.Node | None) -> Iterator[dict[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield {str(key.value): value for key, value in node.value}
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value)


def _write(words: str, style: str, in_brackets: bool) -> str:
    """Return words as YAML reads them back, in the list's style if that can be, else in the plainest that can."""
    forms = {
        "": words,
        "'": "'" + words.replace("'", "''") + "'",
        '"': '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"',
    }
    for form in dict.fromkeys([forms.get(style, words), *forms.values()]):
        try:
            node = yaml.compose(f"[{form}]" if in_brackets else f"- {form}\n", Loader=yaml.SafeLoader)
        except yaml.YAMLError:
            continue
        if isinstance(node, yaml.SequenceNode) and [(n.tag, n.value) for n in node.value] == [(_STRING, words)]:
            return form
    raise PlaceError(f"YAML has no one line for these words: {words!r}")


def _below(text: str, entries: list[yaml.Node], written: str) -> tuple[int, str]:
    """Return where a line goes that follows the last entry, and the line."""
    start, end = entries[-1].start_mark, entries[-1].end_mark
    dash = text[start.index - start.column : start.index]
    if not _DASH.fullmatch(dash):
        raise PlaceError(f"Line {start.line + 1} is no plain entry of a list; add the alias by hand")
    if end.column == 0:  # a block of text ends where the next line begins
        return end.index, f"{dash}{written}{_line_end(text)}"
    line_end = text.find("\n", end.index)
    if line_end < 0:
        return len(text), f"{_line_end(text)}{dash}{written}"
    return line_end + 1, f"{dash}{written}{_line_end(text)}"


def _in_brackets(text: str, entries: list[yaml.Node], written: str) -> tuple[int, str]:
    """Return where the words go behind the last entry in brackets, and what to write there."""
    start, end = entries[-1].start_mark, entries[-1].end_mark
    before = text[start.index - start.column : start.index]
    if before.strip():
        return end.index, f", {written}"
    # Each on a line of its own, the last perhaps with a comma.
    comma = _COMMA.match(text, end.index)
    if comma:
        return comma.end(), f"{_line_end(text)}{before}{written},"
    return end.index, f",{_line_end(text)}{before}{written}"


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _compare(old: str, new: str, ref: str, words: str) -> None:
    """Raise PlaceError unless the words are all that a file says more."""
    root = yaml.compose(new, Loader=yaml.CSafeLoader)
    for fields in _mappings(root):
        if getattr(fields.get("ref"), "value", None) == ref:
            added = fields["aliases"].value.pop()
            if added.value == words and _said(root) == _said(yaml.compose(old, Loader=yaml.CSafeLoader)):
                return
    raise PlaceError(f"The aliases of {ref} are written in a way that cannot be added to; do it by hand")


def _said(node: yaml.Node | None) -> object:
    """Return what a node says, without where it stands."""
    if isinstance(node, yaml.MappingNode):
        return [(_said(key), _said(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [_said(value) for value in node.value]
    return (node.tag, node.value) if node else None
