"""What a monitor can ask: counts of messages and errors, times of answers."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the buckets of times."""
ENDS = "sent", "failed", "unknown", "skipped"
"""What a delivery can come to."""


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
        self.usable = Gauge("iamm_database_usable", "1 while the database can be used", registry=registry)
        self.free = Gauge("iamm_disk_free_bytes", "What is free of the database's disk", registry=registry)
        self.size = Gauge("iamm_disk_size_bytes", "All of the database's disk", registry=registry)
        self.deliveries = Counter(
            "iamm_deliveries", "Deliveries, by what became of them", ["outcome"], registry=registry
        )
        self.delay = Gauge("iamm_delivery_delay_seconds", "How late the latest delivery was sent", registry=registry)
        self.overdue = Gauge("iamm_deliveries_overdue", "Deliveries late by 15 minutes and not sent", registry=registry)
        self.trouble = Gauge(
            "iamm_trouble", "1 while a trouble holds of which the operators are told", ["kind"], registry=registry
        )
        _Process(registry=registry)
        PlatformCollector(registry=registry)
        for outcome in ENDS:
            self.deliveries.labels(outcome)

    def count_delivery(self, outcome: str, late: timedelta) -> None:
        """Count a delivery by what became of it, and take down how late it was if it was sent."""
        self.deliveries.labels(outcome).inc()
        if outcome == "sent":
            self.delay.set(late.total_seconds())

    def total(self, counter: Counter) -> int:
        """Return the sum of a counter over its labels."""
        return int(sum(s.value for m in counter.collect() for s in m.samples if s.name.endswith("_total")))


class _Process(ProcessCollector):
    """Figures of the process; they need a moment that a hardened service is not let read where the library does."""

    def _boot_time(self) -> float:
        return time.time() - time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ErrorCounter(logging.Handler):
    """Counts what is logged as an error: each error is logged once, where it was met."""

    def __init__(self, metrics: Metrics) -> None:
        """Begin to count at 0 for every part of the bot that can log: a first error is seen as one more."""
        super().__init__(logging.ERROR)
        self._errors = metrics.errors
        for name, part in logging.root.manager.loggerDict.items():
            if name.startswith("bot.") and isinstance(part, logging.Logger):
                self._errors.labels(name)

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line under the name of its logger."""
        self._errors.labels(record.name).inc()
