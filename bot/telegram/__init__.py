"""Telegram in and out. The only package that imports telegram."""

import os

# PTB gives waiting times in the type that is to come; that of today is on its way out and warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
