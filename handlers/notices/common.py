"""What the handlers of notices share: names of messages and presses."""

from collections.abc import Awaitable, Callable

from domain.errors import MovedOn
from domain.notices import TextOnly
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Handler
from handlers.said import Said
from services import notices as service
from services.notices import Place
from views import notices as views
from views.errors import moved_on


def place(context: Context) -> Place:
    """The message that is shown, or pressed."""
    return Place(context.chat_id_, context.message_id)


def press_name(context: Context) -> str:
    """A press by name: handled again it is the same."""
    return f"press:{context.chat_id_}:{context.message_id}:{context.now}"


def text_of(said: Said) -> str:
    """A text alone. Raises TextOnly."""
    if said.photo or said.document or said.other:
        raise TextOnly
    return said.text


def or_card(handler: Callable[..., Awaitable[Reply]]) -> Handler:
    """What has moved on since the button was shown says so, and shows where the notice stands."""

    async def shown(context: Context, notice_id: int, *fields: object) -> Reply:
        try:
            return await handler(context, notice_id, *fields)
        except MovedOn:
            card = await service.card(context.house.db, context.person, notice_id, place(context))
            return Reply(views.card(context.t, context.person, card, context.house.tz), moved_on(context.t))

    return shown


def off(handler: Callable[..., Awaitable[Reply]]) -> Handler:
    """The message shows something else from now on: the card that it may show is not kept current in it any more."""

    async def gone(context: Context, *fields: object) -> Reply:
        await service.leave(context.house.db, place(context))
        return await handler(context, *fields)

    return gone
