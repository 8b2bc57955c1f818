"""Practice on the screen."""

from views.practice.book import wrong_book
from views.practice.reports import (
    answered,
    answered_line,
    ask_part,
    ask_reason,
    ask_retire,
    ask_text,
    ask_words,
    changed,
    changed_line,
    inbox,
    question_done,
    question_moved_on,
    rekeying,
    reported,
    reporting,
    settled,
    taken_line,
)
from views.practice.running import guessed, menu, run, without_picture

__all__ = [
    "answered",
    "answered_line",
    "ask_part",
    "ask_reason",
    "ask_retire",
    "ask_text",
    "ask_words",
    "changed",
    "changed_line",
    "guessed",
    "inbox",
    "menu",
    "question_done",
    "question_moved_on",
    "rekeying",
    "reported",
    "reporting",
    "run",
    "settled",
    "taken_line",
    "without_picture",
    "wrong_book",
]
