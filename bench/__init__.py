"""Measures the search beside what one would use instead; `make bench` runs it."""
