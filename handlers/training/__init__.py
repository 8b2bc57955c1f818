"""Training: looking up and managing."""

from handlers.training.sessions import AREA, calendar, card, sessions

__all__ = ["AREA", "calendar", "card", "sessions"]
