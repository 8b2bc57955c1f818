"""Practice: the menu, and one tap a question in one message that is edited in place."""

from domain.questions import Topic
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Area, Press, number
from services import practice as service
from services.practice import Shown
from views import errors
from views import practice as views


async def menu(context: Context) -> Reply:
    """The practice menu."""
    overview = await service.overview(context.house.db, context.house.bank, context.person)
    return Reply(views.menu(context.t, overview))


async def start(context: Context, ordinal: int, size: int, topic: Topic | None) -> Reply:
    """[3题] [5题] [10题] or a topic."""
    house = context.house
    return _reply(context, await service.begin(house.db, house.bank, context.person, ordinal, size, topic, context.now))


async def again(context: Context, run: int) -> Reply:
    """[再来5题] under a result."""
    house = context.house
    return _reply(context, await service.again(house.db, house.bank, context.person, run, context.now))


async def resume(context: Context, run: int) -> Reply:
    """[继续上次练习]."""
    return _reply(context, await service.resume(context.house.db, context.house.bank, context.person, run))


async def answer(context: Context, run: int, position: int, place: int) -> Reply:
    """An option."""
    house = context.house
    shown = await service.answer(house.db, house.bank, context.person, run, position, place, context.now)
    return _reply(context, shown)


async def submit(context: Context, run: int, position: int) -> Reply:
    """[提交] of a multiple-choice answer."""
    house = context.house
    return _reply(context, await service.submit(house.db, house.bank, context.person, run, position, context.now))


async def note(context: Context, run: int, position: int) -> Reply:
    """[明白了]."""
    house = context.house
    return _reply(context, await service.note(house.db, house.bank, context.person, run, position, context.now))


def _reply(context: Context, shown: Shown) -> Reply:
    toast = errors.moved_on(context.t) if shown.stale else None
    return Reply(views.run(context.t, shown.run, shown.last), toast)


def _topic(text: str) -> Topic | None:
    return None if text == "all" else Topic(text)


AREA = Area(
    "practice",
    {"practice": menu},
    {
        "menu": Press(menu),
        "start": Press(start, (number, number, _topic)),
        "again": Press(again, (number,)),
        "resume": Press(resume, (number,)),
        "answer": Press(answer, (number, number, number)),
        "submit": Press(submit, (number, number)),
        "note": Press(note, (number, number)),
    },
)
