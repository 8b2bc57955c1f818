"""Taking in the campaign template, and planning everything that has a date. What is known already is left as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo

from content.campaign import Campaign, load_campaign
from content.yaml_files import Fault
from domain.people import Person
from domain.plan import Phase, Task
from domain.plan.shown import Loaded
from services.plan.common import managed, remind
from services.plan.dates import remind_phase
from storage import audit
from storage import plan as store
from storage.database import Connection, Database


async def load_template(db: Database, caller: Person, now: int, tz: tzinfo) -> Loaded | Sequence[Fault]:
    """[装入活动方案], by the office. Again it adds only what is missing. Returns faults of the file instead, if any.

    Raises NotForRole.
    """
    campaign, faults = load_campaign()
    if faults:
        return faults

    async def unit(tx: Connection) -> Loaded:
        person = await managed(tx, caller)
        loaded = await put(tx, campaign, campaign.tasks, now, tz)
        detail: dict[str, object] = {"new": loaded.new, "known": loaded.known}
        await audit.append(tx, person.id, "plan.load", "plan", now, detail)
        return loaded

    return await db.write(unit)


async def put(tx: Connection, campaign: Campaign, tasks: Iterable[Task], now: int, tz: tzinfo) -> Loaded:
    """The campaign into the database. A phase that exists keeps its days, a task that exists is not touched."""
    await store.put_facts(tx, campaign.facts)
    for phase in campaign.phases:
        known = await store.phase(tx, phase.number)
        await store.put_phase(tx, _with_days(phase, known))
    new = 0
    listed = list(tasks)
    for task in listed:
        task_id = await store.add_task(tx, task, now)
        if task_id is not None:
            new += 1
            await remind(tx, replace(task, id=task_id), now, tz)
    for phase in await store.phases(tx):
        await remind_phase(tx, phase, now, tz)
    return Loaded(new, len(listed) - new)


def _with_days(phase: Phase, known: Phase | None) -> Phase:
    if known is None:
        return phase
    return replace(phase, starts_on=known.starts_on, ends_on=known.ends_on)
