"""What the log tells whoever runs the bot: figures, a report, and what to write next."""
