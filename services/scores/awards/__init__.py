"""Rewards and penalties: proposing, agreeing, objecting while the notice period runs, deciding after it."""

from content.table_format import Format
from services.scores.awards.acting import agree, decide, object_, refuse, withdraw
from services.scores.awards.common import FORM, waiting, waiting_count
from services.scores.awards.exporting import export, rows
from services.scores.awards.forms import (
    ask_part,
    begin,
    begin_words,
    choose_person,
    choose_team,
    choosing,
    drop,
    form,
    leave_form,
    propose,
    take,
)
from services.scores.awards.letters import answer_letter, ask_letter, due_letter, news_letter
from services.scores.awards.looking import card, listing, next_waiting
from storage.scores.awards import kept_about

__all__ = [
    "FORM",
    "Format",
    "agree",
    "answer_letter",
    "ask_letter",
    "ask_part",
    "begin",
    "begin_words",
    "card",
    "choose_person",
    "choose_team",
    "choosing",
    "decide",
    "drop",
    "due_letter",
    "export",
    "form",
    "kept_about",
    "leave_form",
    "listing",
    "news_letter",
    "next_waiting",
    "object_",
    "propose",
    "refuse",
    "rows",
    "take",
    "waiting",
    "waiting_count",
    "withdraw",
]
