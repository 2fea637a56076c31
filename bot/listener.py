"""An HTTP server whose connections nobody can keep for long, or use up."""

from __future__ import annotations

from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

IDLE, BODY = 60.0, 10.0
"""Seconds for which a connection may be open without a request, and in which the body of a request has to come."""
MOST = 500
"""Connections that may be open; beyond, the oldest is closed. A request takes some milliseconds."""


class Listener(HTTPServer):
    """Tornado's server, with limits."""

    def initialize(self, *args: Any, **options: Any) -> None:
        """Take what answers requests, and Tornado's options."""
        super().initialize(*args, **{"idle_connection_timeout": IDLE, "body_timeout": BODY} | options)
        self._streams: list[IOStream] = []

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Take a connection, and close the oldest where there are too many."""
        self._streams = [one for one in self._streams if not one.closed()]
        if len(self._streams) >= MOST:
            self._streams.pop(0).close()
        self._streams.append(stream)
        super().handle_stream(stream, address)
