"""Who is told when an occurrence is due. Each runs in the occurrence's own transaction and returns the messages."""

from collections.abc import Iterable, Mapping, Sequence

from domain.outbox import Post
from domain.people import LEADERS, Role
from domain.reminders import HONOUR_ROLL, LEADERS_OF_PHASE, ROLL_CALL
from domain.schedules import Occurrence
from services.calendar import working_days
from services.deeds.letters import expand_honour
from services.plan.letters import climb
from services.reminders.open_items import digest_of
from storage import people, plan, training
from storage.database import Connection


def _posts(
    occurrence: Occurrence, kind: str, people_ids: Iterable[int], detail: Mapping[str, object]
) -> Sequence[Post]:
    """One message a person; the key names the subject, the day, the slot and the person."""
    day = occurrence.local_date.isoformat()
    known = {"slot": occurrence.slot, "day": day, **detail}
    name = f"{kind}:{occurrence.subject_id}:{day}:{occurrence.slot}"
    return [Post(f"{name}:{one}", kind, one, occurrence.subject_id, occurrence.due_at, known) for one in people_ids]


async def expand_session(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    """A session's reminders go to those whom it concerns; the one at its start to its organiser."""
    session = await training.session(tx, occurrence.subject_id)
    if session is None or session.cancelled_at is not None or session.starts_at is None:
        return ()
    detail = {"starts_at": session.starts_at}
    if occurrence.slot == ROLL_CALL:
        return _posts(occurrence, "rollcall", [session.organiser_id] if session.organiser_id else [], detail)
    return _posts(occurrence, "session", await training.receivers(tx, session.id), detail)


async def expand_phase(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    """A phase's start is told to all staff, its end to those who lead: they have to close it."""
    staff = await people.listed(tx, "")
    if occurrence.slot == "start":
        told = [one.id for one in staff if one.role is not Role.BUREAU]
    else:
        told = [one.id for one in staff if one.role in LEADERS_OF_PHASE]
    return _posts(occurrence, "phase", told, {})


async def expand_task(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    """A task is its owner's; overdue, it climbs one level as well, once."""
    task = await plan.task(tx, occurrence.subject_id)
    if task is None or not task.open or task.due_on != occurrence.local_date:
        return ()
    own = _posts(occurrence, "task", [task.owner_id] if task.owner_id is not None else [], {})
    return [*own, *(await climb(tx, task, now))] if occurrence.slot == "overdue" else own


async def expand_digest(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    """The week's open items, to all who lead; whoever has none is sent nothing. The other slot: the honour roll."""
    if occurrence.slot == HONOUR_ROLL:
        return await expand_honour(tx, occurrence, now)
    today = (await working_days(tx)).first_of_week(occurrence.local_date)
    leaders = [one for one in await people.listed(tx, "") if one.role in LEADERS]
    told = [one.id for one in leaders if not (await digest_of(tx, one, today, now)).nothing]
    return _posts(occurrence, "digest", told, {"today": today.isoformat()})
