"""The plan's use cases: looking things up, dates, owners, what becomes of tasks, requests, the table, messages."""

from services.plan.asks import answer, ask_card, ask_help, ask_move, begin_answer, settle, waiting
from services.plan.dates import preview_phase, preview_task, remind_phase, set_phase_date, set_task_date
from services.plan.doing import (
    Finished,
    Step,
    add_evidence,
    begin_phase_form,
    begin_table_form,
    begin_task_form,
    finish,
    give_up,
    leave_form,
    piece,
    reopen,
    subject,
    take_back,
)
from services.plan.letters import answer_letter, ask_letter, change_letter, climb, overdue_letter
from services.plan.looking import agenda, card, facts, handed, listing, overview, phases
from services.plan.looking import piece as evidence
from services.plan.owners import choosing, give
from services.plan.setup import load_template, put
from services.plan.table import check, confirm, drop, export

__all__ = [
    "Finished",
    "Step",
    "add_evidence",
    "agenda",
    "answer",
    "answer_letter",
    "ask_card",
    "ask_help",
    "ask_letter",
    "ask_move",
    "begin_answer",
    "begin_phase_form",
    "begin_table_form",
    "begin_task_form",
    "card",
    "change_letter",
    "check",
    "choosing",
    "climb",
    "confirm",
    "drop",
    "evidence",
    "export",
    "facts",
    "finish",
    "give",
    "give_up",
    "handed",
    "leave_form",
    "listing",
    "load_template",
    "overdue_letter",
    "overview",
    "phases",
    "piece",
    "preview_phase",
    "preview_task",
    "put",
    "remind_phase",
    "reopen",
    "set_phase_date",
    "set_task_date",
    "settle",
    "subject",
    "take_back",
    "waiting",
]
