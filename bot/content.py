"""From the files of content/ to an Agenda a language, or every problem that stands in the way."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot import hearing
from bot.hearing import Ear
from bot.models import (
    LANGUAGES,
    PARAGRAPH,
    PRACTICE,
    UNDERSTANDING,
    Agenda,
    Ambiguity,
    Item,
    Lexicon,
    Section,
)
from bot.nodes import Nodes, Problem

LONGEST_TEXT = 3000
"""Characters of an item or a summary: a Telegram message holds 4,096 with everything around it."""

LONGEST_LINE = 250
"""Characters of a title, an alias or a note, of which a message may hold several."""

_KINDS = {"practices": PRACTICE, "understandings": UNDERSTANDING, "paragraphs": PARAGRAPH}
_NUMBER = "[1-9][0-9]{0,2}"
_REF = re.compile(rf"(?:I|II|III)(?:\.{_NUMBER})?(?:\.[a-z])?(?:\.{_NUMBER})?(?:#{_NUMBER})?")
_CHAPTER = re.compile(rf"III\.{_NUMBER}")


class ContentError(Exception):
    """The content cannot be used; `problems` holds every reason, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Content:
    """All that the content folder holds."""

    agendas: Mapping[str, Agenda]
    """By language."""
    version: str
    """Ten hexadecimal digits that change with any byte of the content."""


def load(folder: Path) -> Content:
    """Read the whole content folder.

    Raises ContentError with every problem of every file at once.
    """
    if not folder.is_dir():
        raise ContentError([Problem(folder, 0, "there is no such folder; set IAMM_CONTENT to the content")])
    digest = hashlib.sha256()
    readers = {language: _Reader(folder / language, language, digest) for language in LANGUAGES}
    problems = [problem for reader in readers.values() for problem in reader.read()]
    problems += _differences(readers)
    if problems:
        raise ContentError(problems)
    return Content({name: reader.agenda() for name, reader in readers.items()}, digest.hexdigest()[:10])


def load_ear(folder: Path) -> Ear:
    """Read how each intent sounds.

    Raises ContentError if the file is missing or not of `make learn`'s making.
    """
    try:
        return hearing.load(folder)
    except (OSError, ValueError) as error:
        raise ContentError([Problem(folder / hearing.FILE, 1, f"cannot be read: {error}; run make learn")]) from error


@dataclass(slots=True)
class _Reader:
    """Reads one language; remembers where everything stands."""

    folder: Path
    language: str
    digest: hashlib._Hash
    sections: dict[str, Section] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    places: dict[str, tuple[Path, int]] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def agenda(self) -> Agenda:
        order = sorted(self.sections, key=_document_order)
        sections = {ref: self.sections[ref] for ref in order}
        items = {ref: self.items[ref] for section in sections.values() for ref in section.items}
        return Agenda(self.language, sections, items, self.lexicon, self.phrases, self.outside)

    def read(self) -> list[Problem]:
        files = sorted((self.folder / "agenda").glob("*.yaml"))
        if not files:
            self.problems.append(Problem(self.folder / "agenda", 0, "there is no content here"))
            return self.problems
        for path in files:
            _File(path, self).read_part()
        self._join_parts(files[0])
        _File(self.folder / "words.yaml", self).read_words()
        _File(self.folder / "intents.yaml", self).read_intents()
        _File(self.folder / "outside.yaml", self).read_outside()
        return self.problems

    def _join_parts(self, first: Path) -> None:
        """Hang the chapters, each in its own file, under part III."""
        for ref in ("I", "II", "III"):
            if ref not in self.sections:
                self.problems.append(Problem(first, 0, f"no file in this folder holds part {ref}"))
        if "III" in self.sections:
            part = self.sections["III"]
            chapters = sorted(filter(_CHAPTER.fullmatch, self.sections), key=_document_order)
            self.sections["III"] = Section(
                part.ref, part.title, part.summary, part.aliases, None, tuple(chapters), part.items
            )


class _File(Nodes):
    """One file of a language: what it holds goes to the reader."""

    def __init__(self, path: Path, reader: _Reader) -> None:
        super().__init__(path, reader.problems)
        self.reader = reader

    # The kinds of file.

    def read_part(self) -> None:
        fields = self._top({"ref", "title", "summary", "aliases"}, {"sections", *_KINDS})
        if fields:
            ref = self.string(fields.get("ref"), "ref")
            self._section(fields, ref.rpartition(".")[0] or None)

    def read_words(self) -> None:
        lists = {"stop_words", "weak_words"}
        fields = self._top(lists | {"spellings", "synonyms", "thresholds"}, {"ambiguous", "topic_cues"})
        if not fields:
            return
        stop, weak = (frozenset(self.strings(fields.get(key), key)) for key in ("stop_words", "weak_words"))
        for word in sorted(stop & weak):
            self.problem(fields["weak_words"], f"{word!r} is among the stop words too")
        self.reader.lexicon = Lexicon(
            stop_words=stop,
            weak_words=weak,
            spellings={k: self.string(v, k) for k, v in self.mapping(fields.get("spellings")).items()},
            synonyms=tuple(self._family(node) for node in self.sequence(fields.get("synonyms"), "synonyms")),
            ambiguous=tuple(self._ambiguity(n) for n in self.sequence(fields.get("ambiguous"), "ambiguous")),
            topic_cues=self.strings(fields.get("topic_cues"), "topic_cues"),
            thresholds={k: self.number(v, k) for k, v in self.mapping(fields.get("thresholds")).items()},
        )

    def read_intents(self) -> None:
        fields = self._top({"intents"}, set())
        for intent, node in self.mapping(fields.get("intents") if fields else None).items():
            self.reader.phrases[intent] = self.strings(node, intent)

    def read_outside(self) -> None:
        kinds = {"elsewhere", "casework", "danger", "policy"}
        fields = self._top(kinds, set())
        self.reader.outside.update({kind: self.strings(fields.get(kind), kind) for kind in sorted(kinds)})

    def _family(self, node: yaml.Node) -> tuple[str, ...]:
        terms = self.strings(node, "a family of synonyms")
        if len(terms) < 2:
            self.problem(node, "a family of synonyms needs two terms at least")
        return terms

    def _ambiguity(self, node: yaml.Node) -> Ambiguity:
        fields = self.mapping(node, {"terms", "sections", "note"})
        refs = self.strings(fields.get("sections"), "sections")
        for ref in refs:
            if ref not in self.reader.sections:
                self.problem(node, f"there is no section {ref}")
        return Ambiguity(self.strings(fields.get("terms"), "terms"), refs, self.line(fields.get("note"), "note"))

    # The tree of sections.

    def _section(self, fields: Mapping[str, yaml.Node], parent: str | None) -> str:
        ref = self._ref(fields.get("ref"), "III" if parent == "III" else parent)
        title = self.line(fields.get("title"), "title")
        summary = self.text(fields.get("summary"), "summary")
        aliases = self.aliases(fields.get("aliases"), ref)
        items: list[str] = []
        for key, kind in _KINDS.items():
            for number, node in enumerate(self.sequence(fields.get(key), key), 1):
                expected = f"II.{number}" if kind == UNDERSTANDING else f"{ref}#{number}"
                items.append(self._item(node, kind, ref, expected))
        inner = []
        for node in self.sequence(fields.get("sections"), "sections"):
            kinds = {"sections", "practices", "paragraphs"}
            inner.append(self._section(self.mapping(node, {"ref", "title", "summary", "aliases"}, kinds), ref))
        self.reader.sections[ref] = Section(ref, title, summary, aliases, parent, tuple(inner), tuple(items))
        return ref

    def _item(self, node: yaml.Node, kind: str, section: str, expected: str) -> str:
        title = {"title"} if kind == UNDERSTANDING else set()
        fields = self.mapping(node, {"ref", "text", "aliases"} | title)
        ref = self._ref(fields.get("ref"), section)
        if ref and ref != expected:
            self.problem(fields.get("ref"), f"{ref} stands where {expected} is due")
        self.reader.items[ref] = Item(
            ref,
            kind,
            section,
            self.text(fields.get("text"), "text"),
            self.aliases(fields.get("aliases"), ref),
            self.line(fields.get("title"), "title") if title else "",
        )
        return ref

    def _ref(self, node: yaml.Node | None, parent: str | None) -> str:
        ref = self.string(node, "ref")
        if not ref:
            return ref
        if not _REF.fullmatch(ref):
            self.problem(node, f"{ref[:LONGEST_LINE]!r} is no reference, such as III.6.a#5")
            return ref
        if parent and not re.match(re.escape(parent) + r"[.#]", ref):
            self.problem(node, f"{ref} does not belong in {parent}")
        elif ref in self.reader.places:
            self.problem(node, f"{ref} stands twice in this language")
        if node:
            self.reader.places.setdefault(ref, (self.path, node.start_mark.line + 1))
        return ref

    # What they have in common.

    def _top(self, required: set[str], optional: set[str]) -> dict[str, yaml.Node]:
        root = self.compose()
        if root is None:
            return {}
        self.reader.digest.update(self.path.name.encode() + self.raw)
        fields = self.mapping(root, {"language"} | required, optional)
        language = fields.pop("language", None)
        if language is not None and self.string(language, "language") != self.reader.language:
            self.problem(language, f"language is not that of the folder, {self.reader.language}")
        return fields

    def text(self, node: yaml.Node | None, name: str) -> str:
        return self._limited(node, self.string(node, name), name, LONGEST_TEXT)

    def line(self, node: yaml.Node | None, name: str) -> str:
        return self._limited(node, self.string(node, name), name, LONGEST_LINE)

    def _limited(self, node: yaml.Node | None, value: str, name: str, most: int) -> str:
        length = len(value.encode("utf-16-le", "replace")) // 2  # as Telegram counts
        if length > most:
            self.problem(node, f"{name} has {length:,} characters; {most:,} fit a message")
        return value

    def aliases(self, node: yaml.Node | None, ref: str) -> tuple[str, ...]:
        lines = tuple(self._limited(node, line, "an alias", LONGEST_LINE) for line in self.strings(node, "aliases"))
        if node is not None and not lines:
            self.problem(node, f"{ref} has no aliases")
        return lines


def _differences(readers: Mapping[str, _Reader]) -> Iterator[Problem]:
    """Yield what one language has and another lacks, and texts that nobody translated.

    Of a whole section that is missing only the section is named.
    """
    readers = {name: reader for name, reader in readers.items() if reader.places}
    every = set().union(*(reader.places for reader in readers.values()))
    for ref in sorted(every, key=_document_order):
        holders = [name for name, reader in readers.items() if ref in reader.places]
        path, line = readers[holders[0]].places[ref]
        above = re.split(r"[.#](?=[^.#]*$)", ref)[0]
        lacking = [n for n in readers if n not in holders and (above == ref or above in readers[n].places)]
        if lacking:
            yield Problem(path, line, f"{ref} is missing in {', '.join(lacking)}")
        texts: dict[str, str] = {}
        for name in holders:
            item = readers[name].items.get(ref)
            if item and item.text in texts:
                place = readers[name].places[ref]
                yield Problem(*place, f"{ref} has the same text as in {texts[item.text]}")
            elif item:
                texts[item.text] = name


def _document_order(ref: str) -> list[tuple[int, str]]:
    """Sort III.4.a.1 before III.4.b, III.9 before III.10."""
    section, _, number = ref.partition("#")
    parts = section.split(".")[1:]
    return [(len(section.split(".")[0]), "")] + [
        (int(part), "") if part.isdecimal() else (0, part) for part in [*parts, *([number] if number else [])]
    ]
