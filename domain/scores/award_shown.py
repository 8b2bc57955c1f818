"""What screens and tables of rewards and penalties show, gathered by services. Values only; times are ms UTC."""

from dataclasses import dataclass
from enum import StrEnum

from domain.people import Person, Unit
from domain.scores.awards import Award, AwardKind, AwardState, Objection, Step
from domain.scores.standard import SubjectKind


@dataclass(frozen=True, slots=True)
class Rights:
    """What the caller may do now. ``agree`` stands for refusing, ``decide`` for rejecting too."""

    agree: bool = False
    decide: bool = False
    withdraw: bool = False
    object: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A proposal as the caller may deal with it; ``award`` holds no objections that the caller may not read.

    ``deals``: the caller reads it all; ``concerned``: it is about the caller. ``own``: what the caller objected.
    ``left``: how many others wait for the caller.
    """

    award: Award
    state: AwardState
    caller: Person
    rights: Rights
    deals: bool
    concerned: bool
    own: Objection | None = None
    left: int = 0


class Which(StrEnum):
    """Lists of proposals."""

    PUBLIC = "public"  # rewards that are, or were lately, open to all
    MINE = "mine"  # about the caller, and those to which the caller objected
    PROPOSED = "proposed"  # by the caller
    ALL = "all"  # the office's


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list."""

    award: Award
    state: AwardState


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, pages from 0; ``waiting``: how many wait for the caller; ``lists``: those the caller has."""

    caller: Person
    which: Which
    lines: tuple[Line, ...]
    page: int
    pages: int
    waiting: int
    lists: tuple[Which, ...]
    may_propose: bool


class Asking(StrEnum):
    """What a form waits for: a press, or a message (``TYPED``)."""

    SUBJECT = "subject"
    WHAT = "what"
    WHY = "why"
    PREVIEW = "preview"  # [提交]
    REFUSAL = "refusal"  # why it is not agreed to
    OBJECTION = "objection"
    PASS = "pass"  # noqa: S105 - the reason of a decision
    REJECT = "reject"


PARTS = frozenset({Asking.SUBJECT, Asking.WHAT, Asking.WHY, Asking.PREVIEW})
TYPED = frozenset({Asking.WHAT, Asking.WHY, Asking.REFUSAL, Asking.OBJECTION, Asking.PASS, Asking.REJECT})


@dataclass(frozen=True, slots=True)
class Form:
    """A proposal that is being written; what is not there yet is None or "". ``person``: None for a team's.

    ``signers``: how many of the office may agree to it.
    """

    draft_id: int
    asking: Asking
    caller: Person
    kind: AwardKind
    subject: SubjectKind | None = None
    person: Person | None = None
    unit: Unit | None = None
    what: str = ""
    why: str = ""
    signers: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """A step that somebody is told of."""

    card: Card
    step: Step


@dataclass(frozen=True, slots=True)
class AwardRow:
    """A proposal's line in the export. Moments are local ``YYYY-MM-DD HH:MM``, days ISO, "" is none.

    ``objections``: a line each, by name; "" where the reader may not read them.
    """

    number: int
    kind: AwardKind
    subject: SubjectKind
    station: str
    team: str
    staff_no: str
    name: str
    what: str
    why: str
    state: AwardState
    proposer: str
    proposed: str
    agreed_by: str
    agreed: str
    last_day: str
    objections: str
    ended_by: str
    ended: str
    reason: str
