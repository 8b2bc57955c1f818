"""Reading and confirming, for everybody; telling in person, for leaders."""

from telegram.error import BadRequest

from handlers.context import Context
from handlers.reply import NOT_MODIFIED, Reply
from services import notices as service
from views import notices as views
from views import wire
from views.screen import Screen


async def shelf(context: Context) -> Reply:
    """/notice: one's own notices."""
    found = await service.received(context.house.db, context.person)
    return Reply(views.shelf(context.t, context.person, found, context.house.tz))


async def opened(context: Context, notice_id: int) -> Reply:
    """One of them."""
    found = await service.opened(context.house.db, context.person, notice_id)
    return Reply(views.opened(context.t, context.person, found, context.house.tz))


async def got(context: Context, notice_id: int, version: int, where: str) -> Reply:
    """[收到]."""
    done = await service.confirm(context.house.db, context.person, notice_id, version, context.now)
    toast = context.t.plain("notice.was_corrected" if done.corrected else "notice.got")
    t, tz, found = context.t, context.house.tz, done.received
    if where == views.LISTED:
        screen = views.opened(t, context.person, found, tz)
    else:
        screen = views.nudge(t, found, tz) if where == views.NUDGED else views.received(t, found, tz)
    if screen.captioned:
        await _edit_caption(context, screen)
        return Reply(toast=toast)
    return Reply(screen, toast)


async def _edit_caption(context: Context, screen: Screen) -> None:
    """Change the text under the picture or file that was pressed; the picture stays where it is."""
    call = wire.edit(context.chat_id_, context.message_id, screen)
    try:
        await context.house.api.call(call.method, call.params)
    except BadRequest as error:
        if NOT_MODIFIED not in error.message.lower() and "no caption" not in error.message.lower():
            raise


async def told(context: Context, notice_id: int, person_id: int) -> Reply:
    """[已当面告知]: one person, or all (0)."""
    left = await service.told(context.house.db, context.person, notice_id, person_id, context.now)
    return Reply(views.telling(context.t, left, context.house.tz))
