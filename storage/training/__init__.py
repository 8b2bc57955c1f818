"""Training in the database: courses, sessions, and what belongs to them."""

from storage.training.sessions import add_session, courses, put_course, receivers, session, sessions

__all__ = ["add_session", "courses", "put_course", "receivers", "session", "sessions"]
