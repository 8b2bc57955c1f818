"""Reminders: planning them from dates, expanding them for their audience, what they say, and putting them off."""

from services.reminders.expanding import expand_digest, expand_phase, expand_session, expand_task
from services.reminders.letters import digest_letter, missed_letter, phase_letter, session_letter, task_letter
from services.reminders.planning import import_days, named_days, plan_weekly, replan_all
from services.reminders.settings import (
    CALENDAR_FORM,
    SHIFTS_FORM,
    ask_cycle,
    ask_days,
    leave_form,
    mutes,
    pattern_of,
    preview_pattern,
    put_off,
    set_mute,
    set_pattern,
    teams,
)

__all__ = [
    "CALENDAR_FORM",
    "SHIFTS_FORM",
    "ask_cycle",
    "ask_days",
    "digest_letter",
    "expand_digest",
    "expand_phase",
    "expand_session",
    "expand_task",
    "import_days",
    "leave_form",
    "missed_letter",
    "mutes",
    "named_days",
    "pattern_of",
    "phase_letter",
    "plan_weekly",
    "preview_pattern",
    "put_off",
    "replan_all",
    "session_letter",
    "set_mute",
    "set_pattern",
    "task_letter",
    "teams",
]
