"""The ledger: entries under clauses, signed by two people, open to appeal. Rows are added and never changed.

Where an entry stands follows from its steps and the time; nothing about it is stored twice. Points are tenths, times ms
UTC. Knows no storage and no Telegram.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.clock import DAY
from domain.errors import DomainError
from domain.people import Unit
from domain.scores.standard import Clause, SubjectKind, written

WORDS_LIMIT = 300  # characters of a reason, an appeal, a reply
CLIMBS = 2 * DAY  # unanswered for so long, it waits for the next level too
WINDOW = 3 * DAY  # how long an entry may be appealed against, unless the office sets it otherwise


class EntryState(StrEnum):
    """Where an entry stands. ``confirmed``: the appeal window runs; ``appealed``: it waits for a reply."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    APPEALED = "appealed"
    VOID = "void"
    EFFECTIVE = "effective"


LIVE = frozenset({EntryState.PROPOSED, EntryState.CONFIRMED, EntryState.APPEALED, EntryState.EFFECTIVE})
UNDECIDED = LIVE - {EntryState.EFFECTIVE}


class StepKind(StrEnum):
    """What happens to an entry, each at most once."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    GRANTED = "granted"
    DISMISSED = "dismissed"


DECISIONS = frozenset({StepKind.CONFIRMED, StepKind.REFUSED, StepKind.WITHDRAWN})
REPLIES = frozenset({StepKind.GRANTED, StepKind.DISMISSED})


@dataclass(frozen=True, slots=True)
class Step:
    """A step: who, when, and their words. ``until``: of a confirmation, when its appeal window ends."""

    kind: StepKind
    person_id: int
    name: str
    at: int
    text: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its steps in order. ``points`` are the clause's, negated for a reversal.

    ``person_id``, ``staff_no``: None and "" for a team's; ``name``: the person's or the team's. ``unit``: the team, or
    the unit of the person when it was proposed. ``deed_text`` and ``deed_people`` are of the deed from which it comes,
    or from which what it reverses came. ``reverses``: the entry that it takes back. ``closed``: the month in which it
    is booked for good, ``YYYY-MM``.
    """

    id: int
    subject: SubjectKind
    person_id: int | None
    staff_no: str
    name: str
    unit: Unit
    station: str
    clause: Clause
    points: int
    happened_on: date
    reason: str
    deed_id: int | None
    deed_text: str
    deed_people: frozenset[int]
    reverses: int | None
    proposer_id: int
    proposer: str
    proposed_at: int
    steps: tuple[Step, ...] = ()
    closed: str | None = None

    def step(self, *kinds: StepKind) -> Step | None:
        """Its step of one of these kinds."""
        return next((one for one in self.steps if one.kind in kinds), None)

    @property
    def decision(self) -> Step | None:
        """Its confirmation, refusal or withdrawal."""
        return self.step(*DECISIONS)

    @property
    def confirmed(self) -> Step | None:
        """Its confirmation."""
        return self.step(StepKind.CONFIRMED)

    @property
    def appeal(self) -> Step | None:
        """The appeal against it."""
        return self.step(StepKind.APPEALED)

    @property
    def reply(self) -> Step | None:
        """What was replied to the appeal."""
        return self.step(*REPLIES)

    @property
    def waits_since(self) -> int:
        """Since when it waits for a signature or a reply."""
        return self.appeal.at if self.appeal else self.proposed_at

    def state(self, now: int) -> EntryState:
        """Where it stands at ``now``. What a month was closed with stays effective, whatever a clock says later."""
        if self.closed is not None:
            return EntryState.EFFECTIVE
        if self.decision is None:
            return EntryState.PROPOSED
        if self.decision.kind is not StepKind.CONFIRMED:
            return EntryState(self.decision.kind.value)
        if self.appeal is not None and self.reply is None:
            return EntryState.APPEALED
        if self.reply is not None and self.reply.kind is StepKind.GRANTED:
            return EntryState.VOID
        at = self.effective_at
        return EntryState.EFFECTIVE if at is not None and now >= at else EntryState.CONFIRMED

    @property
    def effective_at(self) -> int | None:
        """From when it counts if nothing more happens: the end of the window, or a later reply that dismisses."""
        until = self.confirmed.until if self.confirmed else None
        if until is None or (self.appeal is not None and self.reply is None):
            return None
        if self.reply is None:
            return until
        return max(until, self.reply.at) if self.reply.kind is StepKind.DISMISSED else None


# words -----------------------------------------------------------------------------------------------------------


class NoWords(DomainError):
    """A reason, an appeal and a reply need words."""

    key = "scores.no_words"


class WordsTooLong(DomainError):
    """More words than are kept. ``limit``: in characters."""

    key = "scores.too_long"


class FutureDay(DomainError):
    """What is still to come is not scored."""

    key = "scores.future_day"


def words(text: str) -> str:
    """A reason, an appeal or a reply as it is kept: one line. Raises NoWords, WordsTooLong."""
    tidy = " ".join(text.split())
    if not tidy:
        raise NoWords
    if len(tidy) > WORDS_LIMIT:
        raise WordsTooLong(limit=WORDS_LIMIT)
    return tidy


# caps ------------------------------------------------------------------------------------------------------------


class CapReached(DomainError):
    """The clause gives or takes no more this month. ``cap``, ``used``: in points; ``code``; ``name`` of the subject."""

    key = "scores.cap_reached"


def used(entries: Iterable[Entry], now: int) -> int:
    """How much of a cap is used, in tenths: the live entries among ``entries``, but reversals and what they took back.

    ``entries``: all of one clause, subject and calendar month.
    """
    listed = tuple(entries)
    taken_back = {one.reverses for one in listed if one.state(now) is EntryState.EFFECTIVE}
    counted = (one for one in listed if one.reverses is None and one.id not in taken_back and one.state(now) in LIVE)
    return sum(abs(one.points) for one in counted)


def require_room(clause: Clause, others: Iterable[Entry], name: str, now: int) -> None:
    """Raise CapReached unless the clause's cap takes one more beside ``others`` (as for ``used``)."""
    if clause.cap is None:
        return
    spent = used(others, now)
    if spent + abs(clause.points) > clause.cap:
        raise CapReached(cap=written(clause.cap), used=written(spent), code=clause.code, name=name)
