"""Messages that speak first: what is to be sent, what became of it, and how many a person is sent a day.

A row names what it is about; its words are made when it is sent. Knows no storage and no Telegram.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.clock import MINUTE

PUSHES_A_DAY = 3  # PRODUCT §2.4; urgent ones apart
BUNDLE = "bundle"  # the kind of the day's last push: what is due now, and what becomes due later, in one message
BACKOFF = (1_000, 5_000, 30_000, 2 * MINUTE)  # ms after the first, second, … answer that blames the server


class State(StrEnum):
    """Where a message stands. All but the first two are final."""

    PENDING = "pending"
    LEASED = "leased"  # a call is about to be made, or is in the air
    SENT = "sent"
    MERGED = "merged"  # it is a line of the day's bundle
    FAILED = "failed"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"  # twice nobody knew whether the call was carried out
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What is done: a new message, or a change of the one that another row became."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Post:
    """A message to put into the outbox.

    ``key`` is unique for ever: the same key again is the same message and changes nothing. ``due_at`` is ms UTC.
    ``detail`` holds what rendering needs beside the ids, as JSON values. ``target_id``: the outbox row whose message
    is edited or deleted; another one that shows the same is named in ``detail`` by ``in``: [chat, message].
    """

    key: str
    kind: str
    person_id: int
    subject_id: int
    due_at: int
    detail: Mapping[str, object] = field(default_factory=dict)
    urgent: bool = False
    action: Action = Action.SEND
    target_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the outbox. ``late``: it came after its time; ``planned_at`` is that time, ms UTC."""

    id: int
    key: str
    kind: str
    person_id: int
    subject_id: int
    detail: Mapping[str, object]
    urgent: bool
    action: Action
    target_id: int | None
    state: State
    planned_at: int
    due_at: int
    late: bool
    attempts: int
    uncertain: int
    cause: str | None
    chat_id: int | None
    message_id: int | None

    @property
    def named(self) -> tuple[int, int] | None:
        """The message that an edit or deletion names, chat and id; None: the one that its target became."""
        match self.detail.get("in"):
            case [int(chat_id), int(message_id)]:
                return chat_id, message_id
        return None


class Outcome(StrEnum):
    """What a call came to."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # never left: no network; costs no attempt
    WAIT = "wait"  # Telegram asks for a pause; not carried out
    SERVER = "server"  # the server failed
    MAYBE = "maybe"  # left, and no answer came back
    BLOCKED = "blocked"
    REFUSED = "refused"  # this message will never be taken: cause
    MOOT = "moot"  # by now there is nothing to say
    UNREACHABLE = "unreachable"  # nobody has joined as the person: no call was made
    BARRED = "barred"  # the person is known to block the bot: no call was made


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of a row after a call. ``due_at`` (ms UTC): when a pending one may be tried again.

    ``attempts`` and ``uncertain`` are the row's new counts; ``message_id`` what it became in ``chat_id``.
    """

    item_id: int
    state: State
    cause: str | None
    due_at: int
    attempts: int
    uncertain: int
    chat_id: int | None = None
    message_id: int | None = None


def settle(item: Item, outcome: Outcome, now: int, cause: str | None = None) -> Result:
    """The next state of a leased row. ``item`` as it was when leased, ``now`` in ms UTC.

    A call of which nobody knows whether it was carried out is repeated once (so it may arrive twice) and then left as
    unknown; a failing server gets ``len(BACKOFF)`` more tries; what never left is simply tried again.
    """
    match outcome:
        case Outcome.SENT:
            return _to(item, State.SENT, attempt=True)
        case Outcome.NOT_SENT | Outcome.WAIT:
            return _to(item, State.PENDING)
        case Outcome.MAYBE if item.uncertain:
            return _to(item, State.UNKNOWN, attempt=True, uncertain=True)
        case Outcome.MAYBE:
            return _to(item, State.PENDING, attempt=True, uncertain=True, due_at=now)
        case Outcome.SERVER if item.attempts < len(BACKOFF):
            return _to(item, State.PENDING, attempt=True, due_at=now + BACKOFF[item.attempts])
        case Outcome.SERVER:
            return _to(item, State.FAILED, "server", attempt=True)
        case Outcome.BLOCKED:
            return _to(item, State.BLOCKED, attempt=True)
        case Outcome.REFUSED:
            return _to(item, State.FAILED, cause or "refused", attempt=True)
        case Outcome.MOOT:
            return _to(item, State.CANCELLED, cause or "moot")
        case Outcome.UNREACHABLE:
            return _to(item, State.FAILED, "not_joined")
        case Outcome.BARRED:
            return _to(item, State.BLOCKED)


def _to(
    item: Item,
    state: State,
    cause: str | None = None,
    *,
    attempt: bool = False,
    uncertain: bool = False,
    due_at: int | None = None,
) -> Result:
    return Result(
        item.id,
        state,
        cause,
        item.due_at if due_at is None else due_at,
        item.attempts + attempt,
        item.uncertain + uncertain,
    )
