"""The owner's taps: done, evidence, help, another date; and the office's answers."""

from datetime import date

from domain.errors import MovedOn
from domain.plan.shown import AskCard, TaskCard
from handlers.context import Context
from handlers.plan.common import a_day, changed, press_origin, task
from handlers.reply import Reply
from handlers.routes import Press, number
from services import plan as service
from services.plan import Step
from views import errors
from views import plan as views


async def done(context: Context, task_id: int) -> Reply:
    """[完成]."""
    return await _finish(context, task_id, anyway=False)


async def anyway(context: Context, task_id: int) -> Reply:
    """[先完成，不交材料]."""
    return await _finish(context, task_id, anyway=True)


async def _finish(context: Context, task_id: int, *, anyway: bool) -> Reply:
    house, origin = context.house, press_origin(context)
    finished = await service.finish(house.db, context.person, task_id, origin, context.now, house.tz, anyway=anyway)
    if finished.waits:
        return Reply(views.wants_evidence(context.t, finished.card, finishing=True))
    return Reply(views.card(context.t, finished.card, house.tz))


async def reopen(context: Context, task_id: int, edits: int) -> Reply:
    """[撤销完成], [恢复进行]."""
    house = context.house
    change = service.reopen(house.db, context.person, task_id, edits, context.now, house.tz)
    return await changed(context, task_id, change)


async def hand(context: Context, task_id: int) -> Reply:
    """[交材料]."""
    card = await _form(context, Step.EVIDENCE, task_id)
    return Reply(views.wants_evidence(context.t, card, finishing=False))


async def unhand(context: Context, evidence_id: int) -> Reply:
    """[删除 n]."""
    house = context.house
    left = await service.take_back(house.db, context.person, evidence_id, context.now)
    return Reply(views.handed(context.t, left, house.tz))


async def help_(context: Context, task_id: int) -> Reply:
    """[需要帮助]."""
    return Reply(views.ask_help(context.t, await _form(context, Step.HELP, task_id)))


async def move(context: Context, task_id: int) -> Reply:
    """[改期]."""
    return Reply(views.ask_move(context.t, await _form(context, Step.MOVE, task_id)))


async def _form(context: Context, step: Step, task_id: int) -> TaskCard:
    house, origin = context.house, press_origin(context)
    return await service.begin_task_form(house.db, context.person, step, task_id, origin, context.now, house.tz)


async def wish(context: Context, task_id: int, day: date | None) -> Reply:
    """A proposed day, by a tap."""
    if day is None:
        raise MovedOn
    house, origin = context.house, press_origin(context)
    asked = await service.ask_move(house.db, context.person, task_id, day, origin, context.now, house.tz)
    return Reply(views.asked(context.t, asked))


async def leave(context: Context, task_id: int) -> Reply:
    """[不改了]: the form is closed, the task shown."""
    await service.leave_form(context.house.db, context.person, context.now)
    return await task(context, task_id)


# the office ------------------------------------------------------------------------------------------------------


async def asks(context: Context) -> Reply:
    """[待答复的请求]."""
    found = await service.waiting(context.house.db, context.person)
    return Reply(views.asks(context.t, found, context.house.tz))


async def ask(context: Context, ask_id: int) -> Reply:
    """One request."""
    return _card(context, await service.ask_card(context.house.db, context.person, ask_id))


async def grant(context: Context, ask_id: int) -> Reply:
    """[同意], [知道了]."""
    return await _settle(context, ask_id, granted=True)


async def refuse(context: Context, ask_id: int) -> Reply:
    """[不同意]."""
    return await _settle(context, ask_id, granted=False)


async def _settle(context: Context, ask_id: int, *, granted: bool) -> Reply:
    house = context.house
    card, first = await service.settle(house.db, context.person, ask_id, granted=granted, now=context.now, tz=house.tz)
    return _card(context, card, None if first else errors.moved_on(context.t))


async def reply(context: Context, ask_id: int) -> Reply:
    """[回复]."""
    card = await service.begin_answer(context.house.db, context.person, ask_id, press_origin(context), context.now)
    if not card.may_settle:
        return _card(context, card, errors.moved_on(context.t))
    return Reply(views.ask_answer(context.t, card))


def _card(context: Context, card: AskCard, toast: str | None = None) -> Reply:
    return Reply(views.ask(context.t, card, context.house.tz), toast)


PRESSES = {
    "done": Press(done, (number,)),
    "anyway": Press(anyway, (number,)),
    "reopen": Press(reopen, (number, number)),
    "hand": Press(hand, (number,)),
    "unhand": Press(unhand, (number,)),
    "help": Press(help_, (number,)),
    "move": Press(move, (number,)),
    "wish": Press(wish, (number, a_day)),
    "leave": Press(leave, (number,)),
    "asks": Press(asks),
    "ask": Press(ask, (number,)),
    "grant": Press(grant, (number,)),
    "refuse": Press(refuse, (number,)),
    "reply": Press(reply, (number,)),
}
