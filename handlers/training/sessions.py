"""Training: the list of sessions, one session, and its calendar file."""

from handlers.context import Context
from handlers.reply import Reply
from services import training as service
from views import training as views


async def sessions(context: Context) -> Reply:
    """/training: one message, next first."""
    found = await service.sessions_of(context.house.db, context.person, context.now)
    return Reply(views.sessions(context.t, context.person, found, context.now, context.house.tz))


async def card(context: Context, session_id: int) -> Reply:
    """One session."""
    session = await service.session(context.house.db, context.person, session_id)
    return Reply(views.card(context.t, context.person, session, context.now, context.house.tz))


async def calendar(context: Context, session_id: int) -> Reply:
    """[加入日历]: the .ics file as a message of its own."""
    session = await service.session(context.house.db, context.person, session_id)
    if session.starts_at is None or session.cancelled_at is not None:
        return Reply(views.card(context.t, context.person, session, context.now, context.house.tz))
    return Reply(views.ics(context.t, session, context.now, context.house.tz))
