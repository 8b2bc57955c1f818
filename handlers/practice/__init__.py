"""Practice: what presses and commands do."""

from domain.practice import Focus, Subject
from domain.questions import Topic
from handlers.practice import reports, running
from handlers.routes import Area, Press, number


def _subject(text: str) -> Subject:
    if text == "all":
        return None
    return Focus(text) if text in set(Focus) else Topic(text)


AREA = Area(
    "practice",
    {"practice": running.menu},
    {
        "menu": Press(running.menu),
        "book": Press(running.book),
        "start": Press(running.start, (number, number, _subject)),
        "again": Press(running.again, (number,)),
        "resume": Press(running.resume, (number,)),
        "answer": Press(running.answer, (number, number, number)),
        "untick": Press(running.untick, (number, number, number)),
        "submit": Press(running.submit, (number, number)),
        "note": Press(running.note, (number, number)),
        "guess": Press(running.guess, (number, number)),
        **reports.PRESSES,
    },
    reports.FORMS,
)
