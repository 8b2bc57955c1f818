"""Training: courses, batches, sessions, and what may be done with them."""

from domain.training.sessions import CourseInfo, Session, concerns, in_order, next_session, require_concern

__all__ = ["CourseInfo", "Session", "concerns", "in_order", "next_session", "require_concern"]
