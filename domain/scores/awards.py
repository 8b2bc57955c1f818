"""奖惩: proposals of rewards and penalties. One proposes, another agrees, five working days pass, a third look decides.

A reward is public while it is looked at; a penalty never is: to publish it would shame, and the campaign asks for
service. The passing of time decides nothing. Rows are added and never changed; times are ms UTC. Knows no storage.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from domain.calendar import Calendar
from domain.clock import local_date, millis
from domain.errors import DomainError, MovedOn, NotForRole, NotYours
from domain.people import LEADERS, Person, Role, Unit, UnitKind
from domain.scores.ledger import WORDS_LIMIT, NoWords, WordsTooLong
from domain.scores.standard import SubjectKind

WHAT_LIMIT = 100  # characters of what is proposed
NOTICE_DAYS = 5  # working days; the day of agreement is not counted
PROPOSERS = frozenset({Role.STATION_HEAD, Role.OFFICE})


class AwardKind(StrEnum):
    """What is proposed."""

    REWARD = "reward"
    PENALTY = "penalty"


class AwardState(StrEnum):
    """Where a proposal stands. ``notice``: the period runs; ``due``: it is over, and somebody has to decide."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    NOTICE = "notice"
    DUE = "due"
    PASSED = "passed"
    REJECTED = "rejected"


class AwardStep(StrEnum):
    """What happens to a proposal, each at most once."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    REJECTED = "rejected"


ENDS = frozenset(AwardStep) - {AwardStep.AGREED}


@dataclass(frozen=True, slots=True)
class Step:
    """A step: who, when, and why. ``until``: of an agreement, when the notice period is over."""

    kind: AwardStep
    person_id: int
    name: str
    at: int
    text: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """异议, or the statement 陈述申辩 of whom a penalty concerns. ``changed_at``: None as it was sent first."""

    person_id: int
    name: str
    text: str
    sent_at: int
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """A proposal with its steps and objections in order.

    ``person_id``, ``staff_no``: None and "" for a team's; ``name``: the person's or the team's. ``unit``: the team, or
    the unit of the person when it was proposed; ``office``: the path of the toll office above it. ``what``: the reward
    or the penalty, ``why``: facts and clause.
    """

    id: int
    kind: AwardKind
    subject: SubjectKind
    person_id: int | None
    staff_no: str
    name: str
    unit: Unit
    station: str
    office: str
    what: str
    why: str
    proposer_id: int
    proposer: str
    proposed_at: int
    steps: tuple[Step, ...] = ()
    objections: tuple[Objection, ...] = ()

    def step(self, *kinds: AwardStep) -> Step | None:
        """Its step of one of these kinds."""
        return next((one for one in self.steps if one.kind in kinds), None)

    @property
    def agreed(self) -> Step | None:
        """With it the notice period began."""
        return self.step(AwardStep.AGREED)

    @property
    def end(self) -> Step | None:
        """What it ended with."""
        return self.step(*ENDS)

    @property
    def until(self) -> int | None:
        """When the notice period is over."""
        return self.agreed.until if self.agreed else None

    @property
    def waits_since(self) -> int:
        """Since when it waits to be agreed to, or to be decided."""
        return self.until or self.proposed_at

    def objection_of(self, person_id: int) -> Objection | None:
        """What somebody objected."""
        return next((one for one in self.objections if one.person_id == person_id), None)

    def state(self, now: int) -> AwardState:
        """Where it stands at ``now``. Time alone leads to ``due`` and never beyond."""
        if self.end is not None:
            return AwardState(self.end.kind.value)
        if self.until is None:
            return AwardState.PROPOSED
        return AwardState.NOTICE if now < self.until else AwardState.DUE


# the period ------------------------------------------------------------------------------------------------------


def last_day(agreed_on: date, calendar: Calendar) -> date:
    """The fifth working day after the day of agreement.

    >>> last_day(date(2026, 11, 24), Calendar({}))
    datetime.date(2026, 12, 1)
    """
    day = agreed_on
    for _ in range(NOTICE_DAYS):
        day = calendar.on_or_after(day + timedelta(days=1))
    return day


def end_of(day: date, tz: tzinfo) -> int:
    """The first moment after a day, ms UTC."""
    return millis(datetime.combine(day + timedelta(days=1), time(), tz))


def last_day_of(award: Award, tz: tzinfo) -> date | None:
    """The last day of the notice period; None before it is agreed to."""
    return local_date(award.until - 1, tz) if award.until is not None else None


# words -----------------------------------------------------------------------------------------------------------


def words(text: str, limit: int = WORDS_LIMIT) -> str:
    """Words as they are kept: one line. Raises NoWords, WordsTooLong."""
    tidy = " ".join(text.split())
    if not tidy:
        raise NoWords
    if len(tidy) > limit:
        raise WordsTooLong(limit=limit)
    return tidy


# refusals --------------------------------------------------------------------------------------------------------


class OwnProposal(DomainError):
    """Whoever proposed it neither agrees nor decides nor objects."""

    key = "awards.own_proposal"


class OwnAward(DomainError):
    """Nobody proposes, agrees to or decides what concerns themselves."""

    key = "awards.own_award"


class OwnTeam(DomainError):
    """Nobody of a team agrees to or decides what concerns the team or one of its people."""

    key = "awards.own_team"


class NoticeRuns(DomainError):
    """The notice period is not over: nothing is decided before."""

    key = "awards.notice_runs"


class NoticeOver(DomainError):
    """The notice period is over: nobody objects any more."""

    key = "awards.notice_over"


class ReasonDue(DomainError):
    """Where there are objections, and where it is rejected, the decision needs a reason in words."""

    key = "awards.reason_due"


# reading ---------------------------------------------------------------------------------------------------------


def concerned(person: Person, award: Award) -> bool:
    """Whether it is about this person, or about the team that they lead."""
    if award.subject is SubjectKind.PERSON:
        return person.id == award.person_id
    return person.role is Role.TEAM_LEADER and person.unit.id == award.unit.id


def _of_own_team(person: Person, award: Award) -> bool:
    return award.unit.kind is UnitKind.TEAM and person.unit.id == award.unit.id


def deals_with(person: Person, award: Award) -> bool:
    """Whoever proposed it, and the office but for whom it concerns: they read it all, the objections too."""
    if person.id == award.proposer_id:
        return True
    own = person.id == award.person_id or _of_own_team(person, award)
    return person.role is Role.OFFICE and person.unit.holds(award.unit) and not own


def _was_public(person: Person, award: Award) -> bool:
    here = person.unit.path.startswith(award.office)
    return award.kind is AwardKind.REWARD and award.agreed is not None and here


def may_read(person: Person, award: Award) -> bool:
    """Who deals with it always; whom it concerns once it is agreed to; a reward everybody of the toll office then.

    A reward that was withdrawn or rejected is public no more; whoever objected still reads what became of it.
    """
    if deals_with(person, award):
        return True
    if award.agreed is None:
        return False
    public = award.end is None or award.end.kind is AwardStep.PASSED
    spoke = award.objection_of(person.id) is not None
    return concerned(person, award) or (_was_public(person, award) and (public or spoke))


def require_reader(person: Person, award: Award) -> None:
    """Raise unless the person may read it: MovedOn for what was public once, NotYours else."""
    if not may_read(person, award):
        raise MovedOn if _was_public(person, award) else NotYours


# acting ----------------------------------------------------------------------------------------------------------


def require_proposer(caller: Person, person_id: int | None, unit: Unit) -> None:
    """Raise unless the caller may propose for a person (of ``unit``) or, ``person_id`` None, for the team ``unit``.

    Raises NotForRole, OwnAward, NotYours.
    """
    if caller.role not in PROPOSERS:
        raise NotForRole
    if caller.id == person_id:
        raise OwnAward
    if not caller.unit.holds(unit) or (person_id is None and unit.kind is not UnitKind.TEAM):
        raise NotYours


def require_office(caller: Person, award: Award) -> None:
    """Raise unless the caller may agree to it and decide it: another one of the office.

    Raises OwnProposal, OwnAward, OwnTeam, NotYours, NotForRole.
    """
    if caller.id == award.proposer_id:
        raise OwnProposal
    if caller.id == award.person_id:
        raise OwnAward
    if _of_own_team(caller, award):
        raise OwnTeam
    if caller.role not in LEADERS or not caller.unit.holds(award.unit):
        raise NotYours
    if caller.role is not Role.OFFICE:
        raise NotForRole


def require_decider(caller: Person, award: Award, now: int) -> None:
    """Raise unless the caller may decide it now: MovedOn before it is agreed to, NoticeRuns, and as require_office."""
    require_office(caller, award)
    if award.state(now) is AwardState.NOTICE:
        raise NoticeRuns
    if award.state(now) is not AwardState.DUE:
        raise MovedOn


def require_reason(award: Award, text: str, *, passed: bool) -> None:
    """Raise ReasonDue where a decision needs words and has none."""
    if not text and (award.objections or not passed):
        raise ReasonDue


def require_withdrawer(caller: Person, award: Award) -> None:
    """Raise NotYours unless the caller proposed it."""
    if caller.id != award.proposer_id:
        raise NotYours


def require_objector(caller: Person, award: Award, now: int) -> None:
    """Raise unless the caller may object now: to a reward every reader, to a penalty only whom it concerns.

    Raises OwnProposal, NotYours, MovedOn, NoticeOver.
    """
    if caller.id == award.proposer_id:
        raise OwnProposal
    require_reader(caller, award)
    if award.kind is AwardKind.PENALTY and not concerned(caller, award):
        raise NotYours
    if award.state(now) is AwardState.DUE:
        raise NoticeOver
    if award.state(now) is not AwardState.NOTICE:
        raise MovedOn


# asking whether --------------------------------------------------------------------------------------------------


def _allowed(check: Callable[[], None]) -> bool:
    try:
        check()
    except DomainError:
        return False
    return True


def may_sign(caller: Person, award: Award) -> bool:
    """Whether the caller is among those who agree to it and decide it, when it is time."""
    return _allowed(lambda: require_office(caller, award))


def may_agree(caller: Person, award: Award, now: int) -> bool:
    """Whether it waits for an agreement or a refusal that the caller may give."""
    return award.state(now) is AwardState.PROPOSED and may_sign(caller, award)


def may_decide(caller: Person, award: Award, now: int) -> bool:
    """Whether it waits for a decision that the caller may take."""
    return _allowed(lambda: require_decider(caller, award, now))


def may_withdraw(caller: Person, award: Award) -> bool:
    """Whether the caller may take it back."""
    return award.end is None and caller.id == award.proposer_id


def may_object(caller: Person, award: Award, now: int) -> bool:
    """Whether the caller may object now."""
    return _allowed(lambda: require_objector(caller, award, now))
