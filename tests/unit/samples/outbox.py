"""Screens around messages that speak first."""

from domain.outbox import Action, Item, State
from tests.unit.test_views_samples import NOW, TZ, home_sample
from views import outbox
from views.screen import Screen
from views.texts import Texts, html


def item(number: int = 1, **fields: object) -> Item:
    """A pending row of the outbox."""
    values: dict[str, object] = {
        "id": number,
        "key": f"notice:{number}",
        "kind": "notice",
        "person_id": 7,
        "subject_id": 5,
        "detail": {},
        "urgent": False,
        "action": Action.SEND,
        "target_id": None,
        "state": State.PENDING,
        "planned_at": NOW,
        "due_at": NOW,
        "late": False,
        "attempts": 0,
        "uncertain": 0,
        "cause": None,
        "chat_id": None,
        "message_id": None,
    }
    return Item(**(values | fields))  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """A late message, and bundles."""
    lines = [(item(n), html(f"通知{word}")) for n in range(1, many + 1)]
    return {
        "outbox.bundle": outbox.bundle(t, lines),
        "outbox.late": outbox.late(t, home_sample(t, word), item(), TZ),
    }
