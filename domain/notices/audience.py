"""Who may write, manage and agree to a notice, whom it goes to, and who tells whom in person."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from domain.clock import millis
from domain.errors import NotForRole, NotYours
from domain.notices.notice import Audience, NotAlone, Notice
from domain.people import LEADERS, Person, Role, Unit, may_see

APPROVAL_ABOVE = 100  # receivers; beyond, and for urgent ones, a second person of the office agrees
REMINDED_AT = time(10)
NO_SAME_EVENING = time(18)  # sent later than this, it counts as the next day's

# who may do what -------------------------------------------------------------------------------------------------


def require_writer(caller: Person) -> None:
    """Raise NotForRole unless the caller may write notices: leaders, each to the own part of the tree."""
    if caller.role not in LEADERS:
        raise NotForRole


def require_reach(caller: Person, unit: Unit) -> None:
    """Raise NotYours unless ``unit`` lies in the part of the tree that the caller may write to."""
    if not caller.unit.holds(unit):
        raise NotYours


class Barred(StrEnum):
    """Why a notice must not go out in its author's name any more."""

    LEFT = "left"
    ROLE = "role"
    SCOPE = "scope"


def barred(author: Person | None, unit: Unit) -> Barred | None:
    """What keeps the author, as they are now (None: they left), from writing to ``unit``; None when nothing does."""
    if author is None:
        return Barred.LEFT
    if author.role not in LEADERS:
        return Barred.ROLE
    return None if author.unit.holds(unit) else Barred.SCOPE


def may_manage(caller: Person, notice: Notice) -> bool:
    """Whether the caller may see its card and change it: the author, and the office for its own part of the tree."""
    if caller.role not in LEADERS:
        return False
    return caller.id == notice.author.id or (caller.role is Role.OFFICE and caller.unit.holds(notice.author.unit))


def require_manager(caller: Person, notice: Notice) -> None:
    """Raise NotForRole or NotYours unless the caller may manage the notice."""
    require_writer(caller)
    if not may_manage(caller, notice):
        raise NotYours


def require_second(caller: Person, notice: Notice) -> None:
    """Raise unless the caller may agree to it: somebody of the office who wrote neither notice nor correction."""
    if caller.role is not Role.OFFICE:
        raise NotForRole
    if not caller.unit.holds(notice.author.unit):
        raise NotYours
    writer = notice.correction.by if notice.correction else notice.author.id
    if caller.id == writer:
        raise NotAlone


def seconds(notice: Notice, people: Iterable[Person], writer_id: int) -> tuple[Person, ...]:
    """Who may agree to what ``writer_id`` wrote."""
    return tuple(
        person
        for person in people
        if person.role is Role.OFFICE and person.id != writer_id and person.unit.holds(notice.author.unit)
    )


def needs_second(urgent: bool, receivers: int) -> bool:
    """Whether a second person of the office has to agree."""
    return urgent or receivers > APPROVAL_ABOVE


def confirm_by_default(author: Person) -> bool:
    """Whether a new notice asks for [收到]: what stations and the office write does, a team's word does not."""
    return author.role is not Role.TEAM_LEADER


# whom it goes to -------------------------------------------------------------------------------------------------


def receivers(
    people: Iterable[Person], audience: Audience, author_id: int, unheard: frozenset[int] | None = None
) -> tuple[Person, ...]:
    """Those of ``people`` (the audience's unit) who are meant. ``unheard``: ids, where the audience asks for them.

    The author knows it already, and the bureau is never written to.
    """
    return tuple(
        person
        for person in people
        if person.id != author_id
        and person.role is not Role.BUREAU
        and (audience.role is None or person.role is audience.role)
        and (audience.batch is None or person.batch == audience.batch)
        and (unheard is None or person.id in unheard)
    )


class WorkingDays(Protocol):
    """The part of the calendar that is needed here."""

    def on_or_after(self, day: date, /) -> date:
        """``day`` if it is a working day, else the next one."""
        ...


def remind_at(sent: datetime, days: WorkingDays) -> datetime:
    """When those who have not confirmed are reminded once: 10:00 of the next working day.

    ``sent`` is aware, in the office's zone. What is sent in the evening counts as the next day's.
    """
    first = sent.date() + timedelta(days=2 if sent.time() >= NO_SAME_EVENING else 1)
    return datetime.combine(days.on_or_after(first), REMINDED_AT, sent.tzinfo)


def cascade(open_: Iterable[Person], leaders: Iterable[Person]) -> dict[int, tuple[int, ...]]:
    """Who tells whom in person: leader's id → ids. The team's leaders, or the station's heads where there is none."""
    known = [leader for leader in leaders if leader.role in {Role.TEAM_LEADER, Role.STATION_HEAD}]
    told: dict[int, tuple[int, ...]] = {}
    for person in open_:
        for leader in _nearest(person, known):
            told[leader.id] = (*told.get(leader.id, ()), person.id)
    return told


def _nearest(person: Person, leaders: Sequence[Person]) -> list[Person]:
    others = [leader for leader in leaders if leader.id != person.id and leader.unit.holds(person.unit)]
    teams = [leader for leader in others if leader.role is Role.TEAM_LEADER]
    return teams or others


def may_tell(caller: Person, person: Person) -> bool:
    """Whether ``caller`` may say that they told ``person``: of their own people, and never themselves."""
    return caller.id != person.id and may_see(caller, person)


def unread_day(moment: datetime) -> tuple[date, int, int]:
    """The reminder's day, its moment and until when it is of use (ms UTC): the same evening."""
    return moment.date(), millis(moment), millis(datetime.combine(moment.date(), NO_SAME_EVENING, moment.tzinfo))
