"""Practice: the menu, and one tap a question in one message that is edited in place."""

from domain.practice import Subject
from handlers.context import Context
from handlers.reply import Reply
from services import practice as service
from services.practice import Shown
from views import errors
from views import practice as views


async def menu(context: Context) -> Reply:
    """The practice menu."""
    overview = await service.overview(context.house.db, context.house.bank, context.person)
    return Reply(views.menu(context.t, overview))


async def book(context: Context) -> Reply:
    """[错题本]."""
    return Reply(
        views.wrong_book(context.t, await service.wrong_book(context.house.db, context.house.bank, context.person))
    )


async def start(context: Context, ordinal: int, size: int, topic: Subject) -> Reply:
    """[3题] [5题] [10题] or a topic."""
    house = context.house
    return _reply(
        context, await service.begin(house.db, house.bank, context.person, ordinal, size, topic, context.now, house.tz)
    )


async def again(context: Context, run: int) -> Reply:
    """[再来5题] under a result."""
    house = context.house
    return _reply(context, await service.again(house.db, house.bank, context.person, run, context.now, house.tz))


async def resume(context: Context, run: int) -> Reply:
    """[继续上次练习]."""
    return _reply(context, await service.resume(context.house.db, context.house.bank, context.person, run))


async def answer(context: Context, run: int, position: int, place: int) -> Reply:
    """An option."""
    house = context.house
    shown = await service.answer(house.db, house.bank, context.person, run, position, place, context.now)
    return _reply(context, shown)


async def untick(context: Context, run: int, position: int, place: int) -> Reply:
    """A ticked option."""
    house = context.house
    shown = await service.untick(house.db, house.bank, context.person, run, position, place, context.now)
    return _reply(context, shown)


async def submit(context: Context, run: int, position: int) -> Reply:
    """[提交] of a multiple-choice answer."""
    house = context.house
    return _reply(context, await service.submit(house.db, house.bank, context.person, run, position, context.now))


async def note(context: Context, run: int, position: int) -> Reply:
    """[明白了]."""
    house = context.house
    return _reply(context, await service.note(house.db, house.bank, context.person, run, position, context.now))


async def guess(context: Context, run: int, position: int) -> Reply:
    """[蒙对的]."""
    house = context.house
    shown = await service.guess(house.db, house.bank, context.person, run, position, context.now)
    return _reply(context, shown, errors.moved_on(context.t) if shown.stale else views.guessed(context.t))


def _reply(context: Context, shown: Shown, said: str | None = None) -> Reply:
    toast = said or (errors.moved_on(context.t) if shown.stale else None)
    return Reply(views.run(context.t, shown.run, shown.last), toast)
