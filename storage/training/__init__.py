"""Training in the database: courses, sessions, and what belongs to them."""

from storage.training.attending import (
    answer,
    attendants,
    confirm,
    confirmed,
    guest_of,
    makeup,
    marks,
    offer,
    put_marks,
    receivers,
    take_offers_back,
    unmark,
    unplaced,
    withdraw_offer,
)
from storage.training.changes import (
    add_change,
    change,
    open_change,
)
from storage.training.sessions import (
    add_session,
    change_session,
    courses,
    put_course,
    session,
    sessions,
)

__all__ = [
    "add_change",
    "add_session",
    "answer",
    "attendants",
    "change",
    "change_session",
    "confirm",
    "confirmed",
    "courses",
    "guest_of",
    "makeup",
    "marks",
    "offer",
    "open_change",
    "put_course",
    "put_marks",
    "receivers",
    "session",
    "sessions",
    "take_offers_back",
    "unmark",
    "unplaced",
    "withdraw_offer",
]
