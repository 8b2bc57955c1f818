"""What is open in a leader's own part: the weekly digest, both when it is made and when it is sent."""

from dataclasses import replace
from datetime import date

from domain.clock import DAY
from domain.markup import excerpt
from domain.people import Person, Role
from domain.reminders import Digest, OpenTask, Unheard
from domain.training import Session
from domain.training.swapping import may_decide
from services.deeds import common as deeds
from services.scores import awards
from services.scores import common as scores
from storage import people, plan, practice, reminders, training
from storage.database import Connection
from storage.training.swaps import agreed_swaps

TITLE = 40  # characters of a notice that are shown
AGE = DAY  # a notice that is younger may still be read


async def digest_of(tx: Connection, leader: Person, today: date, now: int) -> Digest:
    """What is open in the leader's part in the week of ``today``, as it stands at ``now`` (ms UTC)."""
    office = leader.role is Role.OFFICE
    tasks = await plan.overdue(tx, today)
    owners = await plan.owners(tx, tasks)
    mine = [task for task in tasks if office or (task.owner_id and leader.unit.holds(owners[task.owner_id].unit))]
    unheard = await reminders.unheard(tx, leader.scope, now - AGE)
    own = Digest(
        today,
        overdue=tuple(OpenTask(task, owners[task.owner_id].name if task.owner_id else None) for task in mine),
        unheard=tuple(Unheard(excerpt(text, TITLE), names) for text, names in unheard),
        swaps=sum(may_decide(leader, swap) for swap in await agreed_swaps(tx)),
        deeds=len(await deeds.waiting(tx, leader, now)),
        scores=sum(await scores.waiting_counts(tx, leader, now)),
        awards=await awards.waiting_count(tx, leader, now),
    )
    return await _with_the_offices(tx, own, leader, now) if office else own


async def _with_the_offices(tx: Connection, own: Digest, leader: Person, now: int) -> Digest:
    open_tasks = [task for task in await plan.tasks(tx) if task.open]
    staff = await people.listed(tx, leader.scope)
    return replace(
        own,
        ownerless=sum(task.owner_id is None and task.due_on is not None for task in open_tasks),
        asks=len(await plan.open_asks(tx)),
        incomplete=tuple(session for session in await training.sessions(tx) if _incomplete(session, now)),
        unbatched=sum(one.batch is None and one.role is Role.COLLECTOR for one in staff),
        reports=await practice.reported_count(tx, leader.scope),
    )


def _incomplete(session: Session, now: int) -> bool:
    """Whether a session of the coming week lacks its place or its lecturer."""
    if session.starts_at is None or session.cancelled_at is not None:
        return False
    return now < session.starts_at < now + 7 * DAY and not (session.venue and session.lecturer)
