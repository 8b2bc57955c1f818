"""Time's bookkeeping: what a subject's dates make happen, and expanding what is due into messages, once.

Sends nothing and knows no kind of subject: who is told is decided by the expander of the kind.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from domain.outbox import Post
from domain.people import Role
from domain.schedules import NOT_LATE, Occurrence, Planned
from storage import audit, outbox, people
from storage import schedules as store
from storage.database import Connection, Database

Expander = Callable[[Connection, Occurrence, int], Awaitable[Sequence[Post]]]

log = structlog.get_logger(__name__)

A_TICK = 200  # occurrences that one tick expands; the rest waits for the next


async def plan(tx: Connection, kind: str, subject_id: int, planned: Iterable[Planned], now: int) -> None:
    """Make what will happen for a subject equal to ``planned``, in the transaction that changed its dates.

    What is no longer planned is cancelled; what was expanded or missed stays. Nothing new is planned for the past, but
    what was planned for this very time and waits for a tick still does: planning again after an outage loses nothing.
    """
    schedule = await store.schedule(tx, kind, subject_id)
    waiting = await store.planned(tx, schedule)
    await store.cancel_planned(tx, schedule, now)
    await store.put_planned(
        tx, schedule, [one for one in planned if one.due_at > now or (one.local_date, one.slot, one.due_at) in waiting]
    )


async def planned_beyond(db: Database, kind: str, subject_id: int, moment: int) -> bool:
    """Whether anything is planned for a subject after ``moment`` (ms UTC)."""

    async def unit(tx: Connection) -> bool:
        schedule = await store.find(tx, kind, subject_id)
        return schedule is not None and any(due > moment for _, _, due in await store.planned(tx, schedule))

    return await db.read(unit)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: occurrences expanded, missed, and how many messages that made."""

    expanded: int
    missed: int
    posts: int


async def expand_due(db: Database, expanders: Mapping[str, Expander], now: int) -> Ticked:
    """Turn every due occurrence into messages, or note it as missed; one transaction each, so a crash repeats none."""
    expanded = missed = posts = 0
    for occurrence in await db.read(lambda tx: store.due(tx, now, A_TICK)):
        try:
            made = await _expand(db, occurrence, expanders, now)
        except Exception:
            # It is still planned: the next tick tries it again. The others must not wait for it.
            log.exception("an occurrence was not expanded", kind=occurrence.kind, subject=occurrence.subject_id)
            continue
        missed += made is None
        expanded += made is not None
        posts += made or 0
    return Ticked(expanded, missed, posts)


async def _expand(db: Database, occurrence: Occurrence, expanders: Mapping[str, Expander], now: int) -> int | None:
    """How many messages it made; None when it was missed."""

    async def unit(tx: Connection) -> int | None:
        late = occurrence.missed(now)
        if not await store.settle(tx, occurrence, "missed" if late else "expanded", now):
            return 0
        if late:
            await _note_missed(tx, occurrence, now)
            return None
        posts = await expanders[occurrence.kind](tx, occurrence, now)
        if now - occurrence.due_at > NOT_LATE:
            posts = [replace(post, late=True) for post in posts]
        return await outbox.add(tx, posts, now)

    return await db.write(unit)


async def _note_missed(tx: Connection, occurrence: Occurrence, now: int) -> None:
    """Nothing is missed silently: the audit trail says so, and the office is told once."""
    name = f"{occurrence.kind}:{occurrence.subject_id}"
    detail = {"day": occurrence.local_date.isoformat(), "slot": occurrence.slot, "due_at": occurrence.due_at}
    await audit.append(tx, None, "schedule.missed", name, now, detail)
    log.warning("missed", subject=name, slot=occurrence.slot, day=detail["day"])
    office = [person for person in await people.listed(tx, "") if person.role is Role.OFFICE]
    key = f"missed:{name}:{detail['day']}:{occurrence.slot}"
    posts = [
        Post(f"{key}:{one.id}", "missed", one.id, occurrence.subject_id, now, {**detail, "kind": occurrence.kind})
        for one in office
    ]
    await outbox.add(tx, posts, now)
