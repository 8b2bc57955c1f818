"""Scores: the standard, proposals, two signatures, appeals, reversals, the monthly close, tables."""

from content.table_format import Format
from services.scores.closing import close, close_preview, closed, closes
from services.scores.common import FORM, waiting, waiting_counts
from services.scores.exporting import export_close, export_ledger
from services.scores.forms import (
    ask_part,
    begin,
    begin_reversal,
    choose_clause,
    choose_person,
    choose_team,
    choosing,
    drop,
    form,
    set_day,
)
from services.scores.importing import TABLE_FORM, ask_table, check_table, confirm_table, drop_table, standard_file
from services.scores.letters import answer_letter, appeal_letter, ask_letter, news_letter
from services.scores.looking import card, figures, next_waiting, own, person_page, unit_page
from services.scores.proposing import propose, propose_for_deed
from services.scores.signing import appeal, confirm, decide, refuse, withdraw
from services.scores.standards import in_force, load_standard, put_standard, standard, standards
from services.scores.tables import close_rows, ledger_rows
from services.scores.words import begin_appeal, begin_refusal, begin_reply, leave_form, subject, take

__all__ = [
    "FORM",
    "TABLE_FORM",
    "Format",
    "answer_letter",
    "appeal",
    "appeal_letter",
    "ask_letter",
    "ask_part",
    "ask_table",
    "begin",
    "begin_appeal",
    "begin_refusal",
    "begin_reply",
    "begin_reversal",
    "card",
    "check_table",
    "choose_clause",
    "choose_person",
    "choose_team",
    "choosing",
    "close",
    "close_preview",
    "close_rows",
    "closed",
    "closes",
    "confirm",
    "confirm_table",
    "decide",
    "drop",
    "drop_table",
    "export_close",
    "export_ledger",
    "figures",
    "form",
    "in_force",
    "leave_form",
    "ledger_rows",
    "load_standard",
    "news_letter",
    "next_waiting",
    "own",
    "person_page",
    "propose",
    "propose_for_deed",
    "put_standard",
    "refuse",
    "set_day",
    "standard",
    "standard_file",
    "standards",
    "subject",
    "take",
    "unit_page",
    "waiting",
    "waiting_counts",
    "withdraw",
]
