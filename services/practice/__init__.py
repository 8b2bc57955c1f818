"""Practice use cases."""

from services.practice.pictures import Pictures, in_words
from services.practice.running import (
    Bank,
    Shown,
    again,
    answer,
    bank_digest,
    begin,
    guess,
    load_bank,
    note,
    overview,
    replace_bank,
    resume,
    submit,
    untick,
    wrong_book,
)

__all__ = [
    "Bank",
    "Pictures",
    "Shown",
    "again",
    "answer",
    "bank_digest",
    "begin",
    "guess",
    "in_words",
    "load_bank",
    "note",
    "overview",
    "replace_bank",
    "resume",
    "submit",
    "untick",
    "wrong_book",
]
