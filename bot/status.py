"""What a monitor sees: `/healthz` and `/metrics` on a port of this machine."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from tornado.web import Application, RequestHandler

from bot.config import Address
from bot.listener import Listener

logger = logging.getLogger(__name__)

Troubles = Callable[[], list[str]]
"""Says what keeps the bot from answering; nothing when all is well."""


class _Health(RequestHandler):
    def initialize(self, troubles: Troubles) -> None:
        self._troubles = troubles

    def get(self) -> None:
        """Answer 200 when messages are answered, else 503 and why not."""
        troubles = self._troubles()
        self.set_status(503 if troubles else 200)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"ok": not troubles, "troubles": troubles}))


class _Figures(RequestHandler):
    def initialize(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def get(self) -> None:
        """Answer with every figure in Prometheus' text format."""
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(self._registry))


def serve(address: Address, registry: CollectorRegistry, troubles: Troubles) -> Listener | None:
    """Serve on an address until the server is stopped; None where it is taken, which is logged and stops nothing."""
    routes: list[Any] = [
        (r"/healthz", _Health, {"troubles": troubles}),
        (r"/metrics", _Figures, {"registry": registry}),
    ]
    server = Listener(Application(routes, log_function=lambda handler: None))
    try:
        # By hand, for Tornado does not close one that it could not bind.
        listener = socket.create_server((address.host, address.port), family=address.family)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        logger.warning("Nothing is served on %s: %s. Set IAMM_STATUS to a free port.", address, reason)
        return None
    listener.setblocking(False)
    server.add_socket(listener)
    return server
