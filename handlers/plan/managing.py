"""The office's taps: dates with their preview, owners, giving up, the template, the table."""

from datetime import date

from domain.errors import MovedOn
from domain.plan import Edge
from domain.plan.shown import Loaded
from handlers.context import Context
from handlers.plan.common import a_day, an_edge, changed, press_origin
from handlers.plan.looking import phase as phase_page
from handlers.plan.looking import show
from handlers.reply import Reply
from handlers.routes import Press, number
from services import plan as service
from services.plan import Step
from views import errors
from views import plan as views

# a task's date ---------------------------------------------------------------------------------------------------


async def due(context: Context, task_id: int) -> Reply:
    """[定期限]."""
    house, origin = context.house, press_origin(context)
    card = await service.begin_task_form(house.db, context.person, Step.DUE, task_id, origin, context.now, house.tz)
    return Reply(views.ask_due(context.t, card))


async def look(context: Context, task_id: int, day: date | None) -> Reply:
    """A day: what it would do."""
    house = context.house
    preview = await service.preview_task(house.db, context.person, task_id, day, context.now, house.timing)
    return Reply(views.task_preview(context.t, preview, house.tz))


async def set_(context: Context, task_id: int, day: date | None, edits: int) -> Reply:
    """[确认]."""
    house = context.house
    change = service.set_task_date(house.db, context.person, task_id, day, edits, context.now, house.tz)
    return await changed(context, task_id, change)


async def drop(context: Context, task_id: int, edits: int) -> Reply:
    """[不再进行]."""
    house = context.house
    change = service.give_up(house.db, context.person, task_id, edits, context.now, house.tz)
    return await changed(context, task_id, change)


# a phase's dates -------------------------------------------------------------------------------------------------


async def edge(context: Context, phase: int, which: Edge) -> Reply:
    """[定第一天], [定最后一天]."""
    house, origin = context.house, press_origin(context)
    found = await service.begin_phase_form(house.db, context.person, which, phase, origin, context.now)
    return Reply(views.ask_edge(context.t, found, which))


async def peek(context: Context, phase: int, which: Edge, day: date | None) -> Reply:
    """A day: what it would do."""
    house = context.house
    preview = await service.preview_phase(house.db, context.person, phase, which, day, context.now, house.timing)
    return Reply(views.phase_preview(context.t, preview, house.tz))


async def fix(context: Context, phase: int, which: Edge, day: date | None, edits: int, along: int) -> Reply:
    """[确认], with the phase's tasks or without."""
    house = context.house
    toast = views.moved(context.t)
    try:
        await service.set_phase_date(
            house.db, context.person, phase, which, day, edits, context.now, house.tz, along=bool(along)
        )
    except MovedOn:
        toast = errors.moved_on(context.t)
    return Reply((await phase_page(context, phase, 0)).screen, toast)


async def leave_phase(context: Context, phase: int) -> Reply:
    """[不改了]."""
    await service.leave_form(context.house.db, context.person, context.now)
    return await phase_page(context, phase, 0)


# owners ----------------------------------------------------------------------------------------------------------


async def owner(context: Context, task_id: int, unit_id: int) -> Reply:
    """[选责任人]: a unit and its people."""
    return Reply(views.choosing(context.t, await service.choosing(context.house.db, context.person, task_id, unit_id)))


async def give(context: Context, task_id: int, owner_id: int, edits: int) -> Reply:
    """A person, or [暂不指定]."""
    house = context.house
    change = service.give(house.db, context.person, task_id, owner_id, edits, context.now, house.tz)
    return await changed(context, task_id, change)


# the template and the table --------------------------------------------------------------------------------------


async def load(context: Context) -> Reply:
    """[装入活动方案]."""
    house = context.house
    done = await service.load_template(house.db, context.person, context.now, house.tz)
    if isinstance(done, Loaded):
        return Reply(views.loaded(context.t, done))
    return Reply(views.template_faulty(context.t, done))


async def export(context: Context) -> Reply:
    """[导出表格]."""
    return Reply(views.exported(context.t, await service.export(context.house.db, context.person, context.now)))


async def import_(context: Context) -> Reply:
    """[导入表格]: what comes next is the table."""
    await service.begin_table_form(context.house.db, context.person, press_origin(context), context.now)
    return Reply(views.ask_table(context.t))


async def take(context: Context, draft_id: int) -> Reply:
    """[确认导入]."""
    house = context.house
    return Reply(
        views.taken(context.t, await service.confirm(house.db, context.person, draft_id, context.now, house.tz))
    )


async def toss(context: Context, draft_id: int) -> Reply:
    """[放弃]."""
    await service.drop(context.house.db, context.person, draft_id, context.now)
    return await show(context)


async def leave_all(context: Context) -> Reply:
    """[不改了] of the table."""
    await service.leave_form(context.house.db, context.person, context.now)
    return await show(context)


PRESSES = {
    "due": Press(due, (number,)),
    "look": Press(look, (number, a_day)),
    "set": Press(set_, (number, a_day, number)),
    "drop": Press(drop, (number, number)),
    "edge": Press(edge, (number, an_edge)),
    "peek": Press(peek, (number, an_edge, a_day)),
    "fix": Press(fix, (number, an_edge, a_day, number, number)),
    "leavephase": Press(leave_phase, (number,)),
    "owner": Press(owner, (number, number)),
    "give": Press(give, (number, number, number)),
    "load": Press(load),
    "export": Press(export),
    "import": Press(import_),
    "take": Press(take, (number,)),
    "toss": Press(toss, (number,)),
    "leaveall": Press(leave_all),
}
