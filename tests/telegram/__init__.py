"""A Telegram on loopback: a Bot API server that is strict about what it is sent."""
