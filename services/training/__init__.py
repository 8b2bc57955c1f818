"""Training use cases: looking up, changing, calling the roll, and what messages are about."""

from services.training.calling import (
    answer,
    confirm,
    mark,
    offer_again,
    roll,
    unplaced,
)
from services.training.changing import (
    FORM,
    apply,
    ask,
    cancel,
    courses,
    create,
    may_cancel,
    take,
)
from services.training.letters import (
    cancelled_letter,
    change_letter,
    makeup_letter,
    roll_letter,
)
from services.training.sessions import (
    session,
    sessions_of,
)

__all__ = [
    "FORM",
    "answer",
    "apply",
    "ask",
    "cancel",
    "cancelled_letter",
    "change_letter",
    "confirm",
    "courses",
    "create",
    "makeup_letter",
    "mark",
    "may_cancel",
    "offer_again",
    "roll",
    "roll_letter",
    "session",
    "sessions_of",
    "take",
    "unplaced",
]
