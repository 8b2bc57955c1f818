"""Wiring and running: the composition root. Nothing here decides, and nobody imports it."""
