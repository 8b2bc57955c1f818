"""The scoring standard: clauses with points, versioned. What was loaded never changes; a new version begins later.

One standard holds the clauses for teams and for individuals. Points are whole tenths of a point: 5 is half a point.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import DomainError

TENTHS = 10  # of a point: how points are kept
TITLE_LIMIT = 60  # characters
CODE_LIMIT = 8
TEXT_LIMIT = 200
EVIDENCE_LIMIT = 200
POINTS_LIMIT = 1000  # tenths, in absolute value, of a clause's points and cap


class SubjectKind(StrEnum):
    """Who is scored."""

    PERSON = "person"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. ``id`` and ``standard_id`` are 0 before it is stored; ``code`` is unique within its standard.

    ``points``: tenths, signed, never 0. ``cap``: tenths, the most that it may give or take per subject and calendar
    month, in absolute value; None: no cap. ``deeds``: values of DeedKind; a verified deed of such a kind may be
    proposed under it in one tap (only clauses for people that give points have any).
    """

    id: int
    standard_id: int
    subject: SubjectKind
    code: str
    text: str
    points: int
    cap: int | None = None
    evidence: str = ""
    deeds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standard:
    """A version of the standard. ``id`` and ``version`` are 0 before it is stored; clauses in the order of the file."""

    id: int
    version: int
    title: str
    effective_from: date
    clauses: tuple[Clause, ...]

    def of(self, subject: SubjectKind) -> tuple[Clause, ...]:
        """The clauses for people, or those for teams."""
        return tuple(one for one in self.clauses if one.subject is subject)

    def clause(self, clause_id: int) -> Clause | None:
        """One of its clauses by id."""
        return next((one for one in self.clauses if one.id == clause_id), None)

    def for_deed(self, kind: str) -> Clause | None:
        """The first clause under which a verified deed of this kind may be proposed."""
        return next((one for one in self.clauses if kind in one.deeds), None)

    def same(self, other: "Standard") -> bool:
        """Whether it says what the other says, whatever their ids and versions."""
        return _said(self) == _said(other)


def _said(standard: Standard) -> Standard:
    bare = tuple(replace(one, id=0, standard_id=0) for one in standard.clauses)
    return replace(standard, id=0, version=0, clauses=bare)


def written(points: int) -> str:
    """Tenths as people write them.

    >>> written(5), written(-30)
    ('0.5', '-3')
    """
    return f"{points / TENTHS:.1f}" if points % TENTHS else str(points // TENTHS)


def is_code(text: str) -> bool:
    """Whether ``text`` may name a clause: capital letters and digits, 8 at most."""
    return 0 < len(text) <= CODE_LIMIT and text.isascii() and text.isalnum() and text == text.upper()


class NotInForce(DomainError):
    """The clause is not in force on the day. ``code``: which clause."""

    key = "scores.not_in_force"


class NoClause(DomainError):
    """No clause in force on the deed's day is for deeds of its kind."""

    key = "scores.no_clause"


class StandardTooEarly(DomainError):
    """A new version begins after the last one and not in the past. ``nearest``: the first day that would do (ISO)."""

    key = "scores.standard_too_early"


def in_force(standards: Iterable[Standard], day: date) -> Standard | None:
    """The standard in force on ``day``: the last that began by then."""
    begun = [one for one in standards if one.effective_from <= day]
    return max(begun, key=lambda one: one.effective_from, default=None)


def require_in_force(clause: Clause, standards: Iterable[Standard], day: date) -> None:
    """Raise NotInForce unless the clause belongs to the standard in force on ``day``."""
    found = in_force(standards, day)
    if found is None or found.id != clause.standard_id:
        raise NotInForce(code=clause.code)


def require_next(standards: Iterable[Standard], new: Standard, today: date) -> None:
    """Raise StandardTooEarly unless ``new`` may follow: the first begins on any day, later ones after the last."""
    last = max((one.effective_from for one in standards), default=None)
    if last is None:
        return
    nearest = max(last + timedelta(days=1), today)
    if new.effective_from < nearest:
        raise StandardTooEarly(nearest=nearest.isoformat())
