"""What a monitor can ask: counts of messages and errors, times of answers."""

from __future__ import annotations

import logging

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the buckets of times."""


class Metrics:
    """The figures of one running bot, in a registry of their own; nobody can be told from them."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.received = Counter("iamm_updates_received", "Updates that came in", registry=registry)
        self.aside = Counter("iamm_updates_set_aside", "Updates that could not be answered", registry=registry)
        self.refused = Counter("iamm_updates_refused", "Updates of people who wrote too fast", registry=registry)
        self.waiting = Gauge("iamm_updates_waiting", "Updates that have no answer yet", registry=registry)
        self.replies = Counter("iamm_replies", "Replies, by what came of the message", ["outcome"], registry=registry)
        self.seconds = Histogram(
            "iamm_reply_seconds", "Until an answer has arrived", buckets=SECONDS, registry=registry
        )
        self.errors = Counter("iamm_errors", "Errors, by the part that met them", ["part"], registry=registry)
        self.reachable = Gauge("iamm_telegram_reachable", "1 while Telegram answers", registry=registry)

    def total(self, counter: Counter) -> int:
        """Return the sum of a counter over its labels."""
        return int(sum(s.value for m in counter.collect() for s in m.samples if s.name.endswith("_total")))


class ErrorCounter(logging.Handler):
    """Counts what is logged as an error: each error is logged once, where it was met."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.ERROR)
        self._errors = metrics.errors

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line under the name of its logger."""
        self._errors.labels(record.name).inc()
