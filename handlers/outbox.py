"""The day's bundle: a line of it is opened as the message it stands for."""

from handlers.context import Context
from handlers.reply import Reply, send_screen
from handlers.routes import Area, Press, number
from services import outbox as service
from views import outbox as views


async def open_line(context: Context, item_id: int) -> Reply:
    """[查看]: the message in full, as one of its own; the bundle stays as it is."""
    item = await service.opened(context.house.db, context.person, item_id)
    screen = await context.house.render(item, context.person, context.now)
    if screen is None:
        return Reply(toast=views.gone(context.t))
    await send_screen(context, context.chat_id_, screen)
    return Reply(toast=views.opened(context.t))


AREA = Area("outbox", {}, {"open": Press(open_line, (number,))})
