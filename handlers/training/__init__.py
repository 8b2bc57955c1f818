"""Training: looking up and managing."""

from domain.questions import Course
from domain.training import EXCEPTIONS, Mark, Part
from handlers.routes import Area, Press, number
from handlers.training import managing, sessions
from services.training import FORM


def _mark(text: str) -> Mark | None:
    if text == "none":
        return None
    found = Mark(text)
    if found not in EXCEPTIONS:
        raise ValueError(text)
    return found


def _batch(text: str) -> int:
    if text not in {"1", "2"}:
        raise ValueError(text)
    return int(text)


AREA = Area(
    "training",
    {"training": sessions.sessions},
    {
        "list": Press(sessions.sessions),
        "card": Press(sessions.card, (number,)),
        "ics": Press(sessions.calendar, (number,)),
        "change": Press(managing.ask, (number, Part)),
        "apply": Press(managing.apply, (number,)),
        "drop": Press(managing.ask_cancel, (number,)),
        "dropped": Press(managing.cancel, (number,)),
        "new": Press(managing.new),
        "create": Press(managing.create, (Course, _batch)),
        "roll": Press(managing.roll, (number, number)),
        "mark": Press(managing.mark, (number, number, _mark, number)),
        "called": Press(managing.called, (number,)),
        "accept": Press(managing.accept, (number,)),
        "decline": Press(managing.decline, (number,)),
        "unplaced": Press(managing.unplaced),
    },
    {FORM: managing.typed},
)
