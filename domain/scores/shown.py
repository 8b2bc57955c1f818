"""What screens and tables of scores show, gathered by services. Values only; points are tenths, times ms UTC.

No value puts people beside their totals: a page is of one person, and a unit's page counts entries. Only the close of a
month lists totals by subject, in the order of staff numbers, because it is signed and kept.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.people import Person, Unit
from domain.scores.closing import Close, MonthTotal
from domain.scores.ledger import Entry, EntryState, Step
from domain.scores.standard import Clause, Standard, SubjectKind


@dataclass(frozen=True, slots=True)
class Rights:
    """What the caller may do with an entry now. ``confirm`` stands for refusing too."""

    confirm: bool = False
    withdraw: bool = False
    appeal: bool = False
    decide: bool = False
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as the caller may deal with it. ``reversal``: the last one of it that was not refused or withdrawn.

    ``left``: how many other entries wait for the caller.
    """

    entry: Entry
    state: EntryState
    caller: Person
    rights: Rights
    reversal: Entry | None = None
    reversal_state: EntryState | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list. ``reversed``: a reversal of it is effective; ``month``: where it counts, or would."""

    entry: Entry
    state: EntryState
    month: str
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of entries, newest first; pages count from 0."""

    lines: tuple[Line, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Own:
    """/score: the caller's own entries, this month's total and those of earlier months, newest first.

    A leader sees how many ``proposals`` and ``appeals`` wait; ``leads``: the unit that the caller leads.
    """

    caller: Person
    entries: Lines
    this_month: MonthTotal
    earlier: tuple[MonthTotal, ...]
    proposals: int = 0
    appeals: int = 0
    leads: Unit | None = None
    may_close: bool = False
    may_load: bool = False


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person's entries, for their leaders."""

    caller: Person
    person: Person
    entries: Lines
    this_month: MonthTotal
    earlier: tuple[MonthTotal, ...]
    may_propose: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries of a unit, those of units below included, stand where. ``effective``: in no close yet."""

    proposed: int
    confirmed: int
    appealed: int
    effective: int


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit of the caller's part: counts, the units below it, the people of it by name alone.

    ``team``: a team's own entries, its total of ``this_month`` and of earlier months; None for other units.
    ``last_closed``: the last closed month of the books in which it stands.
    """

    caller: Person
    unit: Unit
    counts: Counts
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    entries: Lines | None
    this_month: MonthTotal | None
    earlier: tuple[MonthTotal, ...]
    may_propose: bool
    may_close: bool
    last_closed: str | None


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How many entries of a station count or are under way. Of under five people it is hidden: None."""

    unit: Unit
    entries: int | None


@dataclass(frozen=True, slots=True)
class Standards:
    """Every version, newest first; ``in_force``: today's. ``may_load``: the office loads new ones."""

    caller: Person
    versions: tuple[Standard, ...]
    in_force: Standard | None
    may_load: bool


# proposing -------------------------------------------------------------------------------------------------------


class Asking(StrEnum):
    """What a form of scores waits for: a press, a message (``TYPED``), or for the day either."""

    SUBJECT = "subject"  # who is scored
    CLAUSE = "clause"
    DAY = "day"
    REASON = "reason"
    PREVIEW = "preview"  # [提交]
    REFUSAL = "refusal"  # why a proposal is refused
    APPEAL = "appeal"
    GRANT = "grant"  # the reply to an appeal that is granted
    DISMISS = "dismiss"


TYPED = frozenset({Asking.DAY, Asking.REASON, Asking.REFUSAL, Asking.APPEAL, Asking.GRANT, Asking.DISMISS})


@dataclass(frozen=True, slots=True)
class Form:
    """A proposal that is being written; what is not chosen yet is None or "". ``draft_id`` names it in buttons.

    ``person``: None for a team's. ``standard``: in force on ``day``. ``reverses``: the entry that it takes back, then
    only the reason is asked. ``points``: what it would count. ``used``: of the clause's cap, this month. ``signers``:
    how many may confirm it at the nearest level; 0 when nobody may.
    """

    draft_id: int
    asking: Asking
    caller: Person
    today: date
    day: date
    standard: Standard | None
    subject: SubjectKind | None = None
    person: Person | None = None
    unit: Unit | None = None
    clause: Clause | None = None
    reason: str = ""
    reverses: Entry | None = None
    points: int = 0
    used: int = 0
    signers: int = 0

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Those to choose from."""
        return self.standard.of(self.subject) if self.standard is not None and self.subject is not None else ()


@dataclass(frozen=True, slots=True)
class Choosing:
    """Who may be scored below a unit: the units under it, and its people. ``team``: the unit itself may be chosen."""

    draft_id: int
    root: Unit
    here: Unit
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    team: bool


@dataclass(frozen=True, slots=True)
class DeedProposal:
    """What became of [提为加分] of a deed: ``made`` now, ``known`` before; ``full``: names of whom the cap left out.

    ``elsewhere``: how many of the deed's people left or belong to another part of the tree.
    """

    deed_id: int
    clause: Clause
    made: tuple[Entry, ...]
    known: tuple[Entry, ...]
    full: tuple[str, ...]
    elsewhere: int


# messages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class News:
    """A step of an entry that somebody is told of."""

    card: Card
    step: Step


# the close -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClosePreview:
    """What a close would take. ``mark`` names exactly this; ``undecided``: entries that go to the next month.

    ``months``: those that may be closed, oldest first; () when there is none, and then ``month`` is "".
    """

    caller: Person
    unit: Unit
    month: str
    months: tuple[str, ...]
    entries: int
    undecided: int
    mark: int


@dataclass(frozen=True, slots=True)
class ClosePage:
    """A closed month. ``entries``: how many it holds."""

    caller: Person
    close: Close
    entries: int


@dataclass(frozen=True, slots=True)
class ClosesPage:
    """The closed months of a unit, newest first; ``units``: others of the caller's part that keep books."""

    caller: Person
    unit: Unit
    closes: tuple[Close, ...]
    units: tuple[Unit, ...]
    closable: tuple[str, ...]
    may_close: bool


# tables ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An entry's line in the ledger and in a close. Days are ISO, moments local ``YYYY-MM-DD HH:MM``, "" is none.

    ``team``: "" for somebody of no team. ``reverses``: number of the entry that it takes back. ``reason``: the deed's
    words where it comes from a deed and has none of its own.
    """

    number: int
    subject: SubjectKind
    station: str
    team: str
    staff_no: str
    name: str
    day: str
    month: str
    code: str
    clause: str
    points: int
    reason: str
    deed_id: int | None
    reverses: int | None
    state: EntryState
    proposer: str
    proposed: str
    decided_by: str
    decided: str
    refusal: str
    appealed: str
    appeal: str
    replied_by: str
    replied: str
    reply: str
    closed: bool


@dataclass(frozen=True, slots=True)
class SubjectTotal:
    """What a close comes to for a subject. ``staff_no`` "" for a team; ``team`` "" for somebody of no team."""

    subject: SubjectKind
    staff_no: str
    name: str
    team: str
    entries: int
    points: int


@dataclass(frozen=True, slots=True)
class CloseTable:
    """A closed month as a table: totals, people by staff number and then teams by name, and the entries."""

    unit: str
    month: str
    closed_by: str
    closed: str
    totals: tuple[SubjectTotal, ...]
    rows: tuple[LedgerRow, ...]
