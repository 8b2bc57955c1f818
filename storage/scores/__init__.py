"""Scores in the database: the standard, the ledger, closed months."""

from storage.scores.closes import (
    add_close,
    close_of,
    closes_of,
    entries_of_close,
    last_closed,
)
from storage.scores.entries import (
    about_person,
    about_team,
    add_entry,
    add_step,
    counts,
    entry,
    of_books,
    of_cap,
    of_deed,
    of_origin,
    open_within,
    reversals_of,
    waiting_within,
    within,
)
from storage.scores.keeping import kept_about
from storage.scores.standards import add_standard, clause, standards

__all__ = [
    "about_person",
    "about_team",
    "add_close",
    "add_entry",
    "add_standard",
    "add_step",
    "clause",
    "close_of",
    "closes_of",
    "counts",
    "entries_of_close",
    "entry",
    "kept_about",
    "last_closed",
    "of_books",
    "of_cap",
    "of_deed",
    "of_origin",
    "open_within",
    "reversals_of",
    "standards",
    "waiting_within",
    "within",
]
