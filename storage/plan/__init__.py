"""The campaign in the database: facts and phases, tasks and their evidence, what owners asked."""

from storage.plan.asks import add_ask, ask, ask_of, close_asks, open_asks, settle_ask
from storage.plan.campaign import change_phase, facts, phase, phases, put_facts, put_phase
from storage.plan.tasks import (
    add_evidence,
    add_task,
    change_task,
    evidence_of,
    kept_about,
    open_tasks_of,
    overdue,
    owners,
    piece,
    remove_evidence,
    task,
    tasks,
    tasks_of,
    tasks_within,
)

__all__ = [
    "add_ask",
    "add_evidence",
    "add_task",
    "ask",
    "ask_of",
    "change_phase",
    "change_task",
    "close_asks",
    "evidence_of",
    "facts",
    "kept_about",
    "open_asks",
    "open_tasks_of",
    "overdue",
    "owners",
    "phase",
    "phases",
    "piece",
    "put_facts",
    "put_phase",
    "remove_evidence",
    "settle_ask",
    "task",
    "tasks",
    "tasks_of",
    "tasks_within",
]
