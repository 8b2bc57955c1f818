"""An update that Telegram delivered, as it lies in the inbox. Its body is not understood here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incoming:
    """One stored update. Updates of one ``lane`` (the chat's id) are handled in order of ``update_id``.

    ``body`` is Telegram's JSON; ``received_at`` (ms UTC) is when it was stored, and what exams count by;
    ``attempts`` is how many handlings have failed so far.
    """

    update_id: int
    lane: int
    body: str
    received_at: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many updates wait to be handled, and how many were given up."""

    waiting: int
    dead: int
