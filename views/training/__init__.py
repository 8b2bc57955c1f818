"""Training on the screen: lists, cards, calendar files."""

from views.training.sessions import FIELD_LIMIT, card, ics, length, sessions

__all__ = ["FIELD_LIMIT", "card", "ics", "length", "sessions"]
