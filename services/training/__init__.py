"""Training use cases: looking up, changing, and who is told."""

from services.training.sessions import session, sessions_of

__all__ = ["session", "sessions_of"]
