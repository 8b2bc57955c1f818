"""Training: looking up and managing."""

from domain.questions import Course
from domain.training import EXCEPTIONS, Mark, Part
from handlers.routes import Area, Press, number
from handlers.training import batches, managing, sessions, studying
from services.training import FORM
from services.training.studying import FORM as MATERIAL


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


def _yes(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(text)
    return text == "yes"


def _proposal(text: str) -> str:
    if len(text) != 8 or set(text) - set("0123456789abcdef"):
        raise ValueError(text)
    return text


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
        "offer": Press(managing.offer_again, (number,)),
        "split": Press(batches.split),
        "divide": Press(batches.divide, (_proposal,)),
        "unbatched": Press(batches.unbatched),
        "place": Press(batches.place, (number, _batch)),
        "swap_choose": Press(batches.choose, (number,)),
        "swap_ask": Press(batches.ask, (number,)),
        "swap": Press(batches.swap, (number,)),
        "swap_answer": Press(batches.answer, (number, _yes)),
        "swap_decide": Press(batches.decide, (number, _yes)),
        "swap_withdraw": Press(batches.withdraw, (number,)),
        "swaps": Press(batches.swaps),
        "coverage": Press(batches.coverage),
        "study": Press(studying.study),
        "course": Press(studying.course, (Course,)),
        "material": Press(studying.material, (number,)),
        "add": Press(studying.ask, (Course,)),
        "put_up": Press(studying.put_up, (number,)),
        "remove": Press(studying.ask_remove, (number,)),
        "removed": Press(studying.remove, (number,)),
        "check_begin": Press(studying.begin, (Course, number)),
        "check": Press(studying.resume, (number,)),
        "tick": Press(studying.answer, (number, number, number)),
        "untick": Press(studying.untick, (number, number, number)),
        "hand_in": Press(studying.submit, (number, number)),
        "noted": Press(studying.note, (number, number)),
    },
    {FORM: managing.typed, MATERIAL: studying.sent},
)
