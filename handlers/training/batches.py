"""Batches: the automatic split, who is in none, changing places with a colleague, who was where."""

from domain.training.swapping import Swap
from handlers.context import Context
from handlers.reply import Reply
from handlers.training.managing import origin
from services.training import covering, splitting, swapping
from views import errors
from views import training as views

# 分期 -------------------------------------------------------------------------------------------------------------


async def split(context: Context) -> Reply:
    """[自动分期]: a proposal."""
    return Reply(views.split(context.t, await splitting.propose(context.house.db, context.person)))


async def divide(context: Context, mark: str) -> Reply:
    """[确认分期]."""
    loaded = await splitting.apply(context.house.db, context.person, mark, context.now)
    context.house.directory.forget()
    return Reply(views.split(context.t, loaded), errors.moved_on(context.t) if loaded.stale else None)


async def unbatched(context: Context) -> Reply:
    """[未分期]."""
    return Reply(views.unbatched(context.t, await splitting.without_batch(context.house.db, context.person)))


async def place(context: Context, person_id: int, batch: int) -> Reply:
    """One of them into a batch."""
    left = await splitting.place(context.house.db, context.person, person_id, batch, context.now)
    context.house.directory.forget()
    return Reply(views.unbatched(context.t, left))


# 换期 -------------------------------------------------------------------------------------------------------------


async def choose(context: Context, page: int) -> Reply:
    """[申请换期]: whom to ask."""
    loaded = await swapping.choose(context.house.db, context.person, page)
    return Reply(views.colleagues(context.t, context.person, loaded))


async def ask(context: Context, colleague_id: int) -> Reply:
    """A colleague's name."""
    found = await swapping.ask(context.house.db, context.person, colleague_id, origin(context), context.now)
    return _swap(context, found)


async def swap(context: Context, swap_id: int) -> Reply:
    """The request as it stands."""
    return _swap(context, await swapping.look(context.house.db, context.person, swap_id))


async def answer(context: Context, swap_id: int, agree: bool) -> Reply:
    """[同意] or [不同意]."""
    return _swap(context, await swapping.answer(context.house.db, context.person, swap_id, context.now, agree=agree))


async def decide(context: Context, swap_id: int, approve: bool) -> Reply:
    """[批准] or [不批准]."""
    found = await swapping.decide(context.house.db, context.person, swap_id, context.now, approve=approve)
    context.house.directory.forget()
    return _swap(context, found)


async def withdraw(context: Context, swap_id: int) -> Reply:
    """[撤回]."""
    return _swap(context, await swapping.withdraw(context.house.db, context.person, swap_id, context.now))


async def swaps(context: Context) -> Reply:
    """[换期审批]."""
    return Reply(views.swaps(context.t, await swapping.to_decide(context.house.db, context.person)))


def _swap(context: Context, found: Swap) -> Reply:
    return Reply(views.swap(context.t, context.person, found))


# coverage --------------------------------------------------------------------------------------------------------


async def coverage(context: Context) -> Reply:
    """[导出培训情况]."""
    house = context.house
    found, xlsx = await covering.export(house.db, context.person, context.now, house.tz)
    return Reply(views.coverage(context.t, found, xlsx))
