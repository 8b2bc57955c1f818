"""Practice: runs, what to ask next, what is remembered, what is weak. Decides; knows no storage and no text."""

from domain.practice.choosing import DUE_A_DAY, Card, NothingToPractise, lay_out, pick, shuffled
from domain.practice.memory import Grade, Memory, Scheduler
from domain.practice.reports import rekeyed
from domain.practice.running import (
    SIZES,
    Change,
    Focus,
    Item,
    NothingChosen,
    Overview,
    Run,
    RunState,
    Step,
    Subject,
    WrongBook,
    choose,
    guess,
    note,
    submit,
    untick,
)
from domain.practice.weak import Weakness, weaknesses

__all__ = [
    "DUE_A_DAY",
    "SIZES",
    "Card",
    "Change",
    "Focus",
    "Grade",
    "Item",
    "Memory",
    "NothingChosen",
    "NothingToPractise",
    "Overview",
    "Run",
    "RunState",
    "Scheduler",
    "Step",
    "Subject",
    "Weakness",
    "WrongBook",
    "choose",
    "guess",
    "lay_out",
    "note",
    "pick",
    "rekeyed",
    "shuffled",
    "submit",
    "untick",
    "weaknesses",
]
