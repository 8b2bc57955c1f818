"""Notices on the screen: writing them, following them, receiving them, agreeing to them. Decides nothing."""

from views.notices.approving import answer, approval
from views.notices.following import ask_recall, card, correction, names, written
from views.notices.receiving import LISTED, NUDGED, PUSHED, nudge, opened, recalled, received, shelf, telling
from views.notices.writing import (
    ANY,
    ask_correction,
    ask_message,
    ask_reason,
    ask_return,
    ask_time,
    choosing,
    dropped,
    full,
    preview,
    template,
    template_saved,
    templates,
    unheard,
)

__all__ = [
    "ANY",
    "LISTED",
    "NUDGED",
    "PUSHED",
    "answer",
    "approval",
    "ask_correction",
    "ask_message",
    "ask_reason",
    "ask_recall",
    "ask_return",
    "ask_time",
    "card",
    "choosing",
    "correction",
    "dropped",
    "full",
    "names",
    "nudge",
    "opened",
    "preview",
    "recalled",
    "received",
    "shelf",
    "telling",
    "template",
    "template_saved",
    "templates",
    "unheard",
    "written",
]
