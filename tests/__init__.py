"""Tests stand beside what they test by name; fixtures build the real thing."""
