"""The one ordered list of what speaks first: who expands which schedule, and how each kind of message is made.

An outbox row holds ids only. ``load`` asks a service what the message is about, and says None when by now there is
nothing to say; ``view`` puts it into the receiver's words, ``line`` into one line for the day's bundle.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from domain.outbox import Item
from domain.people import Person
from services import deeds, notices, plan, reminders, scores, training
from services.notices import letters as notice_letters
from services.practice import changes as question_letters
from services.schedules import Expander
from services.scores import awards
from services.training import swapping
from storage.database import Database
from views import awards as award_views
from views import deeds as deed_views
from views import plan as plan_views
from views import practice as practice_views
from views import reminders as reminder_views
from views import scores as score_views
from views import training as training_views
from views.notices import letters as notice_views
from views.screen import Screen
from views.texts import Html, Texts


@dataclass(frozen=True, slots=True)
class Message:
    """How a kind of message is made. ``view`` and ``line``: (t, person, loaded, item, now, tz).

    ``load_all``, for what goes to many at once: what ``load`` answers for each of several rows, by id, in one read.
    """

    load: Callable[[Database, Item, Person, int], Awaitable[Any]]
    view: Callable[[Texts, Person, Any, Item, int, tzinfo], Screen]
    line: Callable[[Texts, Person, Any, Item, int, tzinfo], Html]
    load_all: Callable[[Database, Sequence[Item]], Awaitable[Mapping[int, Any]]] | None = None


EXPANDERS: dict[str, Expander] = {
    "session": reminders.expand_session,
    "phase": reminders.expand_phase,
    "task": reminders.expand_task,
    "digest": reminders.expand_digest,
    "notice": notices.expand_notice,
}

MESSAGES: dict[str, Message] = {
    "session": Message(reminders.session_letter, reminder_views.session, reminder_views.session_line),
    "phase": Message(reminders.phase_letter, reminder_views.phase, reminder_views.phase_line),
    "task": Message(reminders.task_letter, reminder_views.task, reminder_views.task_line),
    "digest": Message(reminders.digest_letter, reminder_views.digest, reminder_views.digest_line),
    "session_change": Message(training.change_letter, training_views.change, training_views.change_line),
    "session_cancelled": Message(training.cancelled_letter, training_views.cancelled, training_views.cancelled_line),
    "makeup": Message(training.makeup_letter, training_views.makeup, training_views.makeup_line),
    "swap_ask": Message(swapping.ask_letter, training_views.swap_asked, training_views.swap_asked_line),
    "swap_answer": Message(swapping.answer_letter, training_views.swap_answered, training_views.swap_answered_line),
    "rollcall": Message(training.roll_letter, training_views.roll_due, training_views.roll_due_line),
    "task_overdue": Message(plan.overdue_letter, plan_views.overdue_letter, plan_views.overdue_line),
    "plan_change": Message(plan.change_letter, plan_views.change_letter, plan_views.change_line),
    "task_ask": Message(plan.ask_letter, plan_views.ask_letter, plan_views.ask_line),
    "task_answer": Message(plan.answer_letter, plan_views.answer_letter, plan_views.answer_line),
    "deed_ask": Message(deeds.ask_letter, deed_views.asked, deed_views.asked_line),
    "deed_returned": Message(deeds.returned_letter, deed_views.returned_letter, deed_views.returned_line),
    "deed_thanks": Message(deeds.thanks_letter, deed_views.thanks, deed_views.thanks_line),
    "honour": Message(deeds.honour_letter, deed_views.honour, deed_views.honour_line),
    "score_ask": Message(scores.ask_letter, score_views.asked, score_views.asked_line),
    "score_appeal": Message(scores.appeal_letter, score_views.asked, score_views.asked_line),
    "score_news": Message(scores.news_letter, score_views.news, score_views.news_line),
    "score_answer": Message(scores.answer_letter, score_views.answer, score_views.answer_line),
    "award_ask": Message(awards.ask_letter, award_views.asked, award_views.asked_line),
    "award_news": Message(awards.news_letter, award_views.news, award_views.news_line),
    "award_due": Message(awards.due_letter, award_views.due, award_views.due_line),
    "award_answer": Message(awards.answer_letter, award_views.answer, award_views.answer_line),
    "missed": Message(reminders.missed_letter, reminder_views.missed, reminder_views.missed_line),
    "notice": Message(
        notice_letters.notice, notice_views.notice, notice_views.notice_line, load_all=notice_letters.copies
    ),
    "notice_edit": Message(notice_letters.edit, notice_views.changed, notice_views.changed_line),
    "notice_delete": Message(notice_letters.delete, notice_views.changed, notice_views.changed_line),
    "notice_nudge": Message(notice_letters.nudge, notice_views.nudge, notice_views.nudge_line),
    "notice_cascade": Message(notice_letters.cascade, notice_views.cascade, notice_views.cascade_line),
    "notice_approval": Message(notice_letters.approval, notice_views.approval, notice_views.approval_line),
    "notice_answer": Message(notice_letters.answer, notice_views.answer, notice_views.answer_line),
    "question_changed": Message(question_letters.changed_letter, practice_views.changed, practice_views.changed_line),
    "question_answer": Message(question_letters.answer_letter, practice_views.answered, practice_views.answered_line),
}
