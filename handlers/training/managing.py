"""Training: changing and cancelling sessions, calling the roll, answering an offer of another session."""

from domain.questions import Course
from domain.training import Mark, Part
from handlers.context import Context
from handlers.reply import Reply
from handlers.said import Said
from services import training as service
from storage.drafts import Draft
from views import training as views

# changing --------------------------------------------------------------------------------------------------------


async def ask(context: Context, session_id: int, part: Part) -> Reply:
    """[改时间] and the like."""
    session = await service.ask(context.house.db, context.person, session_id, part, origin(context), context.now)
    return Reply(views.ask(context.t, session, part))


async def typed(context: Context, draft: Draft, said: Said) -> Reply:
    """The new value: a preview."""
    house = context.house
    preview = await service.take(house.db, context.person, draft, said.text, said.message_id, context.now, house.timing)
    return Reply(views.preview(context.t, preview, house.tz))


async def apply(context: Context, draft_id: int) -> Reply:
    """[确认]."""
    house = context.house
    changed = await service.apply(house.db, context.person, draft_id, context.now, house.timing)
    return Reply(views.changed(context.t, changed, house.tz))


async def ask_cancel(context: Context, session_id: int) -> Reply:
    """[取消此场] asks first."""
    session, count = await service.may_cancel(context.house.db, context.person, session_id)
    return Reply(views.ask_cancel(context.t, session, count, context.house.tz))


async def cancel(context: Context, session_id: int) -> Reply:
    """It will not take place."""
    house = context.house
    changed = await service.cancel(house.db, context.person, session_id, context.now, house.timing)
    return Reply(views.changed(context.t, changed, house.tz))


async def new(context: Context) -> Reply:
    """[新增场次]."""
    return Reply(views.new_session(context.t, await service.courses(context.house.db, context.person)))


async def create(context: Context, course: Course, batch: int) -> Reply:
    """Of this course, for this batch; its card is where it gets a date."""
    house = context.house
    session = await service.create(house.db, context.person, course, batch, origin(context), context.now)
    return Reply(views.card(context.t, context.person, session, context.now, house.tz))


# roll calls ------------------------------------------------------------------------------------------------------


async def roll(context: Context, session_id: int, page: int) -> Reply:
    """[点名]."""
    loaded = await service.roll(context.house.db, context.person, session_id, page, context.now)
    return Reply(views.roll(context.t, loaded, context.house.tz))


async def mark(context: Context, session_id: int, person_id: int, to: Mark | None, page: int) -> Reply:
    """One tap on a name."""
    db = context.house.db
    loaded = await service.mark(db, context.person, session_id, person_id, to, page, context.now)
    return Reply(views.roll(context.t, loaded, context.house.tz))


async def called(context: Context, session_id: int) -> Reply:
    """[其余到场，确认]."""
    loaded = await service.confirm(context.house.db, context.person, session_id, context.now)
    return Reply(views.roll(context.t, loaded, context.house.tz))


async def accept(context: Context, makeup_id: int) -> Reply:
    """[参加]."""
    return await _answer(context, makeup_id, accept=True)


async def decline(context: Context, makeup_id: int) -> Reply:
    """[不能参加]."""
    return await _answer(context, makeup_id, accept=False)


async def _answer(context: Context, makeup_id: int, *, accept: bool) -> Reply:
    house = context.house
    made, _, offered = await service.answer(house.db, context.person, makeup_id, context.now, house.tz, accept=accept)
    return Reply(views.answered(context.t, made, offered, house.tz))


async def unplaced(context: Context) -> Reply:
    """[待补课]."""
    return Reply(views.unplaced(context.t, await service.unplaced(context.house.db, context.person)))


async def offer_again(context: Context, makeup_id: int) -> Reply:
    """A name of that list."""
    left = await service.offer_again(context.house.db, context.person, makeup_id, context.now)
    return Reply(views.unplaced(context.t, left))


def origin(context: Context) -> str:
    """What names this press for ever."""
    return f"{context.chat_id_}:{context.message_id}:{context.now}"
