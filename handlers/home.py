"""/home, /help, /cancel, and what is said when somebody types where a button is awaited."""

from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Area, Press
from services import home as service
from services import people
from views import home as views


async def show(context: Context) -> Reply:
    """The first screen."""
    house = context.house
    home = await service.home(house.db, house.bank, context.person, context.now, house.tz)
    return Reply(views.home(context.t, home, context.now, house.tz))


async def guide(context: Context) -> Reply:
    """What this person can do here."""
    return Reply(views.help(context.t, context.person))


async def hint(context: Context) -> Reply:
    """Text where a button is awaited."""
    return Reply(views.hint(context.t))


async def cancel(context: Context) -> Reply:
    """Drop the forms in progress."""
    await people.drop_forms(context.house.db, context.person, context.now)
    return await show(context)


AREA = Area("home", {"home": show, "help": guide, "cancel": cancel}, {"show": Press(show), "help": Press(guide)})
