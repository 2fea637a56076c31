"""Log lines: where they go, and what is never in them."""

from __future__ import annotations

import logging


class _WithoutSecret(logging.Formatter):
    """Formats a line, traceback included, with the secret taken out: libraries put it into their errors."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line.replace(self._secret, "[token]") if self._secret else line


def configure(secret: str) -> None:
    """Send log lines to standard error, without the secret."""
    handler = logging.StreamHandler()
    handler.setFormatter(_WithoutSecret(secret))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines hold the token's address
