"""Looking things up: /plan, phases, lists, what was handed in, one's calendar."""

from domain.clock import local_date
from domain.plan.shown import Which
from handlers.context import Context
from handlers.plan.common import a_list, task
from handlers.reply import Reply
from handlers.routes import Press, number
from services import plan as service
from views import plan as views


async def show(context: Context) -> Reply:
    """/plan: one message."""
    house = context.house
    return Reply(views.overview(context.t, await service.overview(house.db, context.person, context.now, house.tz)))


async def about(context: Context) -> Reply:
    """[活动简介]."""
    return Reply(views.about(context.t, await service.facts(context.house.db)))


async def phases(context: Context) -> Reply:
    """[各阶段]."""
    house = context.house
    found = await service.phases(house.db, context.now, house.tz)
    return Reply(views.phases(context.t, found, local_date(context.now, house.tz)))


async def phase(context: Context, phase_number: int, page: int) -> Reply:
    """A phase and a page of its tasks."""
    return await _listing(context, phase_number, page)


async def listed(context: Context, which: Which, page: int) -> Reply:
    """A page of a list."""
    return await _listing(context, which, page)


async def _listing(context: Context, which: Which | int, page: int) -> Reply:
    house = context.house
    found = await service.listing(house.db, context.person, which, context.now, house.tz)
    return Reply(views.listing(context.t, found, page))


async def handed(context: Context, task_id: int) -> Reply:
    """[材料 n 件]."""
    house = context.house
    return Reply(views.handed(context.t, await service.handed(house.db, context.person, task_id), house.tz))


async def piece(context: Context, evidence_id: int) -> Reply:
    """[看 n]: a photo or a file, sent again."""
    found, evidence = await service.evidence(context.house.db, context.person, evidence_id)
    return Reply(views.piece(context.t, found, evidence))


async def calendar(context: Context) -> Reply:
    """[加入日历]."""
    agenda = await service.agenda(context.house.db, context.person)
    return Reply(views.calendar(context.t, agenda, context.now))


PRESSES = {
    "show": Press(show),
    "about": Press(about),
    "phases": Press(phases),
    "phase": Press(phase, (number, number)),
    "list": Press(listed, (a_list, number)),
    "task": Press(task, (number,)),
    "handed": Press(handed, (number,)),
    "piece": Press(piece, (number,)),
    "ics": Press(calendar),
}
