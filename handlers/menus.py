"""The command menu of a chat: what stands behind the “/” button follows the role of whoever speaks there."""

from telegram.error import BadRequest, Forbidden

from domain.people import Person
from handlers.context import Context
from views import home as views
from views.texts import Texts


async def give(context: Context, chat_id: int, person: Person) -> None:
    """Set the menu of the person's role and language for one chat."""
    commands = [
        {"command": name, "description": text} for name, text in views.commands(Texts.of(person.locale), person.role)
    ]
    scope = {"type": "chat", "chat_id": chat_id}
    await context.house.api.call("setMyCommands", {"commands": commands, "scope": scope})


async def take(context: Context, chat_id: int) -> None:
    """Back to the strangers' menu. A chat that is gone has none to take."""
    try:
        await context.house.api.call("deleteMyCommands", {"scope": {"type": "chat", "chat_id": chat_id}})
    except (BadRequest, Forbidden):
        return
