"""Reading and confirming, for everybody; telling in person, for leaders."""

from collections.abc import Awaitable, Callable

from domain.notices import Received
from handlers.context import Context
from handlers.reply import Reply
from services import notices as service
from services.notices import Place
from views import notices as views


async def shelf(context: Context) -> Reply:
    """/notice: one's own notices."""
    found = await service.received(context.house.db, context.person)
    return Reply(views.shelf(context.t, context.person, found, context.house.tz))


async def opened(context: Context, notice_id: int) -> Reply:
    """One of them."""
    found = await service.opened(context.house.db, context.person, notice_id)
    screen = views.opened(context.t, context.person, found, context.house.tz)
    return Reply(screen, shown=_remembered(context, found))


def _remembered(context: Context, found: Received) -> Callable[[int], Awaitable[None]]:
    """Once a message shows the notice, corrections and a recall reach it there too."""

    async def note(message_id: int) -> None:
        db = context.house.db
        opening = await service.opening_of(db, found, context.person.id)
        if opening is not None:
            await service.note_opened(db, opening, Place(context.chat_id_, message_id), context.now)

    return note


async def got(context: Context, notice_id: int, version: int, where: str) -> Reply:
    """[收到]."""
    done = await service.confirm(context.house.db, context.person, notice_id, version, context.now)
    toast = context.t.plain("notice.was_corrected" if done.corrected else "notice.got")
    t, tz, found = context.t, context.house.tz, done.received
    if where == views.LISTED:
        return Reply(views.opened(t, context.person, found, tz), toast, same=True, shown=_remembered(context, found))
    screen = views.nudge(t, found, tz) if where == views.NUDGED else views.received(t, found, tz)
    return Reply(screen, toast, same=True)


async def told(context: Context, notice_id: int, person_id: int) -> Reply:
    """[已当面告知]: one person, or all (0)."""
    left = await service.told(context.house.db, context.person, notice_id, person_id, context.now)
    return Reply(views.telling(context.t, left, context.house.tz))
