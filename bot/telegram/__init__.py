"""Telegram in and out. The only package that imports telegram."""
