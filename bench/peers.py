"""The searches to compare: this one, and four that one would use instead, on the same texts.

A peer gets the words of every text as this search splits them, without the stop words. Its weights are those that did
best on the two thirds of the questions that the bench does not count. Each function imports what it needs itself, so
that a fresh process grows by that and nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from bot.models import Agenda
from bot.words import Vocabulary, fold, split

Find = Callable[[str], list[str]]
"""From a question to references, best first, ten at most."""
Build = Callable[[Agenda], Find]
Document = Mapping[str, list[str]]
"""Words by field."""

SHOWN = 10
FIELDS = ("text", "aliases", "title", "section")
_STEMMERS = {"en": "english", "fr": "french", "es": "spanish"}
_TANTIVY_BOOSTS = {"text": 1.0, "aliases": 1.5, "title": 1.0, "section": 1.0}
_FTS5_WEIGHTS = {"text": 1.2, "aliases": 1.0, "title": 0.3, "section": 0.5}


class Corpus:
    """The items of an Agenda as plain fields of words; it keeps none of them, so that a peer holds what it needs."""

    def __init__(self, agenda: Agenda) -> None:
        self.refs = list(agenda.items)
        self._agenda = agenda
        self._stops = {fold(word) for word in agenda.lexicon.stop_words}

    def words(self, text: str) -> list[str]:
        """Return the words of a text that are no stop words."""
        return [word for word in split(text, self._agenda.language) if fold(word) not in self._stops]

    def documents(self) -> list[Document]:
        """Return the words of each item by field."""
        words = cache(self.words)  # many items share the texts of a section
        return [
            {field: [word for text in texts for word in words(text)] for field, texts in fields.items()}
            for fields in (_texts(self._agenda, ref) for ref in self.refs)
        ]

    def vocabulary(self, documents: Iterable[Document]) -> Vocabulary:
        """Return this project's own stems for all words."""
        return Vocabulary(self._agenda.language, {w for d in documents for words in d.values() for w in words})


def this_search(agenda: Agenda) -> Find:
    """Return this project's search, by words alone."""
    from bot.search import Index

    index = Index(agenda)
    return lambda question: [match.ref for match in index.find(question).items]


def with_meaning(agenda: Agenda) -> Find:
    """Return this project's search with the semantic extra; its vectors come from the cache after the first time."""
    from bot import config, content
    from bot.meaning import Meaning
    from bot.search import Index

    settings = config.read({})
    meaning = Meaning(content.load(settings.content).agendas, settings.cache)
    meaning.prepare()
    index = Index(agenda)
    return lambda question: [match.ref for match in index.find(question, meaning.measure(question)).items]


def bm25s(agenda: Agenda) -> Find:
    """Return bm25s over all fields as one, with this project's stems."""
    from bm25s import BM25

    corpus = Corpus(agenda)
    documents = corpus.documents()
    stem = corpus.vocabulary(documents).stem
    ranking = BM25(k1=3.0, b=0.75)
    ranking.index([[stem(w) for f in FIELDS for w in d[f]] for d in documents], show_progress=False)

    def find(question: str) -> list[str]:
        stems = [stem(word) for word in corpus.words(question)]
        if not stems:
            return []
        scores = ranking.get_scores(stems)  # for one question quicker than `retrieve`
        return [corpus.refs[n] for n in (-scores).argsort(kind="stable")[:SHOWN] if scores[n] > 0]

    return find


def tantivy(agenda: Agenda) -> Find:
    """Return tantivy in memory, with the language's stemmer and a boost for each field."""
    from tantivy import Document as Row
    from tantivy import Filter, Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

    corpus = Corpus(agenda)
    analyzer = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.stemmer(_STEMMERS[agenda.language]))
    schema = SchemaBuilder().add_unsigned_field("number", stored=True)
    for field in FIELDS:
        schema.add_text_field(field, tokenizer_name="stems")
    index = Index(schema.build())
    index.register_tokenizer("stems", analyzer.filter(Filter.ascii_fold()).build())
    writer = index.writer(num_threads=1)  # more would scatter so few items, and their order with them
    for number, document in enumerate(corpus.documents()):
        writer.add_document(Row(number=number, **{f: " ".join(words) for f, words in document.items()}))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(question: str) -> list[str]:
        query = index.parse_query(" ".join(corpus.words(question)), list(FIELDS), _TANTIVY_BOOSTS)
        hits = searcher.search(query, SHOWN, count=False).hits
        return [corpus.refs[searcher.doc(address)["number"][0]] for _, address in hits]

    return find


def fts5(agenda: Agenda) -> Find:
    """Return SQLite's FTS5 in memory; its Porter stemmer, made for English, helps in all three languages."""
    corpus = Corpus(agenda)
    database = sqlite3.connect(":memory:")
    tokens = "tokenize = 'porter unicode61 remove_diacritics 2'"
    database.execute(f"CREATE VIRTUAL TABLE items USING fts5({', '.join(FIELDS)}, {tokens})")
    rows = [[number, *(" ".join(d[f]) for f in FIELDS)] for number, d in enumerate(corpus.documents())]
    database.executemany(f"INSERT INTO items (rowid, {', '.join(FIELDS)}) VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608
    weights = ", ".join(str(_FTS5_WEIGHTS[field]) for field in FIELDS)
    database.execute("INSERT INTO items (items, rank) VALUES ('rank', ?)", [f"bm25({weights})"])

    def find(question: str) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in corpus.words(question)) or '""'
        found = database.execute("SELECT rowid FROM items WHERE items MATCH ? ORDER BY rank LIMIT ?", [query, SHOWN])
        return [corpus.refs[number] for (number,) in found]

    return find


def rapidfuzz(agenda: Agenda) -> Find:
    """Return rapidfuzz's token_set_ratio over whole texts of stems; sections would only blur them."""
    from rapidfuzz import fuzz, process

    corpus = Corpus(agenda)
    documents = corpus.documents()
    stem = corpus.vocabulary(documents).stem
    texts = [" ".join(stem(w) for f in FIELDS if f != "section" for w in d[f]) for d in documents]

    def find(question: str) -> list[str]:
        stems = " ".join(stem(word) for word in corpus.words(question))
        found = process.extract(stems, texts, scorer=fuzz.token_set_ratio, limit=SHOWN, score_cutoff=1)
        return [corpus.refs[number] for _, _, number in found]

    return find


SYSTEMS: Mapping[str, Build] = {
    "this search": this_search,
    "with meaning": with_meaning,
    "bm25s": bm25s,
    "tantivy": tantivy,
    "SQLite FTS5": fts5,
    "rapidfuzz": rapidfuzz,
}
"""What is compared, by name; the first is what the others are compared with."""


def _texts(agenda: Agenda, ref: str) -> dict[str, list[str]]:
    """Return all that this search reads of an item, by field."""
    item = agenda.items[ref]
    section = agenda.sections[item.section]
    # An understanding has a title of its own, and this search leaves out what its section says, too.
    around = [] if item.title else [*section.aliases, section.summary]
    return {
        "text": [item.text],
        "aliases": list(item.aliases),
        "title": [item.title or section.title],
        "section": [*around, *_titles_above(agenda, ref)],
    }


def _titles_above(agenda: Agenda, ref: str) -> Iterator[str]:
    above = agenda.sections[agenda.items[ref].section].parent
    while above:
        yield agenda.sections[above].title
        above = agenda.sections[above].parent
