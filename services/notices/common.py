"""What every use case of notices begins with: fresh rows, and whether the caller may."""

from collections.abc import Iterable, Sequence

from domain import notices as rules
from domain.clock import local
from domain.errors import NotForRole, NotFound
from domain.notices import Approval, Audience, Choice, Choosing, NobodyToAgree, Notice, Preview, arrival
from domain.outbox import Post
from domain.people import Person, Unit, UnitKind
from domain.schedules import Planned
from services.calendar import working_days
from services.timing import Timing, opening
from storage import notices as store
from storage import outbox, people
from storage.database import Connection

KIND = "notice"  # of outbox rows, of the schedule, and of the form
SEND, UNREAD = "send", "unread"  # the slots of its schedule
IN_THE_AIR = 30_000  # ms after which a copy that was just being sent has its message id


async def fresh(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now. Raises NotForRole when they have left."""
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotForRole
    return person


async def the_notice(tx: Connection, notice_id: int) -> Notice:
    """The notice. Raises NotFound."""
    notice = await store.get(tx, notice_id)
    if notice is None:
        raise NotFound
    return notice


async def managed(tx: Connection, caller: Person, notice_id: int) -> tuple[Person, Notice]:
    """Caller and notice as they are now. Raises NotForRole, NotYours, NotFound."""
    person, notice = await fresh(tx, caller), await the_notice(tx, notice_id)
    rules.require_manager(person, notice)
    return person, notice


async def audience(tx: Connection, notice: Notice, unit: Unit, within: Audience | None = None) -> tuple[Person, ...]:
    """The receivers in ``unit`` as they are now. ``within``: another audience than the notice's own."""
    wanted = within or notice.audience
    unheard = await store.unheard(tx, wanted.unheard_of) if wanted.unheard_of is not None else None
    return rules.receivers(await people.listed(tx, unit.path), wanted, notice.author.id, unheard)


async def unit_of(tx: Connection, notice: Notice) -> Unit:
    """Where the notice goes; the author's unit before that is chosen."""
    unit = await people.unit(tx, notice.audience.unit_id) if notice.audience.unit_id else None
    return unit or notice.author.unit


async def preview_of(tx: Connection, notice: Notice, now: int, timing: Timing | None) -> Preview:
    """The notice as it would go out. Without ``timing`` nobody asks when it reaches phones."""
    unit = await unit_of(tx, notice)
    above = await people.unit(tx, unit.parent_id) if unit.kind is UnitKind.TEAM and unit.parent_id else None
    receivers = await audience(tx, notice, unit)
    at = max(now, notice.send_at or now)
    joined = [person for person in receivers if person.joined]
    moments = {} if notice.urgent or timing is None else await opening(tx, joined, at, timing)
    other = await store.get(tx, notice.audience.unheard_of) if notice.audience.unheard_of else None
    second = rules.needs_second(notice.urgent, len(receivers))
    return Preview(notice, unit, above.name if above else None, receivers, arrival(at, moments), second, other)


async def approval_of(tx: Connection, notice: Notice, asked: int, now: int) -> Approval:
    """The request of one round."""
    by = await people.person(tx, notice.agreed_by) if notice.agreed_by else None
    return Approval(await preview_of(tx, notice, now, None), asked, by.name if by else None)


async def choosing_of(tx: Connection, notice: Notice, here: Unit) -> Choosing:
    """Whom the notice may go to in ``here``."""
    units = await people.units(tx, here.path)
    meant = await audience(tx, notice, here)

    def choice(unit: Unit) -> Choice:
        count = sum(unit.holds(person.unit) for person in meant)
        return Choice(unit, count, any(other.parent_id == unit.id for other in units))

    below = tuple(choice(unit) for unit in units if unit.parent_id == here.id)
    up = here.parent_id if here.id != notice.author.unit.id and notice.author.unit.holds(here) else None
    other = await store.get(tx, notice.audience.unheard_of) if notice.audience.unheard_of else None
    return Choosing(notice, choice(here), below, up, other)


async def office_for(tx: Connection, notice: Notice, writer_id: int) -> tuple[Person, ...]:
    """Who may agree to what ``writer_id`` wrote."""
    return rules.seconds(notice, await people.listed(tx, ""), writer_id)


async def unread(tx: Connection, notice: Notice, at: int, timing: Timing) -> list[Planned]:
    """The one automatic reminder of a notice that goes out at ``at`` (ms UTC), where it asks for confirmation."""
    if not notice.needs_confirm:
        return []
    day, due, until = rules.unread_day(rules.remind_at(local(at, timing.tz), await working_days(tx)))
    return [Planned(day, UNREAD, due, until)]


def copy_key(notice_id: int, person_id: int) -> str:
    """The outbox key of one person's copy: nobody gets a second one."""
    return f"{KIND}:{notice_id}:{person_id}"


def posts(
    notice: Notice, kind: str, keys: Iterable[tuple[str, int]], due_at: int, *, urgent: bool = False, **detail: object
) -> Sequence[Post]:
    """One message each: key and person."""
    return [Post(key, kind, person_id, notice.id, due_at, detail, urgent) for key, person_id in keys]


async def ask_office(tx: Connection, notice: Notice, writer_id: int, now: int) -> None:
    """Ask everybody of the office who may agree. ``notice``: as it was before this round. Raises NobodyToAgree."""
    office = await office_for(tx, notice, writer_id)
    if not office:
        raise NobodyToAgree
    asked = notice.asked + 1
    keys = [(approval_key(notice.id, asked, person.id), person.id) for person in office]
    await outbox.add(tx, posts(notice, "notice_approval", keys, now, urgent=notice.urgent, asked=asked), now)


def approval_key(notice_id: int, asked: int, person_id: int) -> str:
    """The outbox key of one request to agree."""
    return f"{KIND}:{notice_id}:approval:{asked}:{person_id}"


def answer(notice: Notice, what: str, now: int, *, to: int | None = None, **detail: object) -> Post:
    """Word to the author, or to somebody of the office (``to``): once for each round."""
    key = f"{KIND}:{notice.id}:answer:{what}:{notice.asked}:{notice.version}:{notice.send_at or 0}"
    reader, key = (notice.author.id, key) if to is None else (to, f"{key}:{to}")
    return Post(key, "notice_answer", reader, notice.id, now, {"what": what, **detail}, notice.urgent)
