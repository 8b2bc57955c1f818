"""The day's bundle: a line of it is opened as the message it stands for."""

from handlers.context import Context
from handlers.reply import Reply, send_screen
from handlers.routes import Area, Press, number
from services import notices
from services import outbox as service
from services.notices import Place
from views import outbox as views


async def open_line(context: Context, item_id: int) -> Reply:
    """[查看]: the message in full, as one of its own; the bundle stays as it is."""
    db = context.house.db
    item = await service.opened(db, context.person, item_id)
    opening = await notices.opening(db, item)
    screen = await context.house.render(item, context.person, context.now)
    if screen is None:
        return Reply(toast=views.gone(context.t))
    message_id = await send_screen(context, context.chat_id_, screen)
    if opening is not None:
        await notices.note_opened(db, opening, Place(context.chat_id_, message_id), context.now)
    return Reply(toast=views.opened(context.t))


AREA = Area("outbox", {}, {"open": Press(open_line, (number,))})
