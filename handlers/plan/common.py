"""What the plan's handlers share: fields of presses, the name of a press, the task's card after a change."""

from collections.abc import Awaitable
from datetime import date

from domain.errors import MovedOn
from domain.plan import Edge
from domain.plan.shown import TaskCard, Which
from handlers.context import Context
from handlers.reply import Reply
from services import plan as service
from views import errors
from views import plan as views


def press_origin(context: Context) -> str:
    """Names this press for ever: handled again, it has the same moment; pressed again, another."""
    return f"plan:{context.chat_id_}:{context.message_id}:{context.now}"


def a_day(text: str) -> date | None:
    """20261130, or 0 for undecided. Raises ValueError."""
    if text == "0":
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 8):
        raise ValueError(text)
    return date.fromisoformat(text)


def a_list(text: str) -> Which:
    """The name of a list. Raises ValueError."""
    return Which(text)


def an_edge(text: str) -> Edge:
    """start or end. Raises ValueError."""
    return Edge(text)


async def task(context: Context, task_id: int) -> Reply:
    """One task."""
    shown = await service.card(context.house.db, context.person, task_id, context.now, context.house.tz)
    return Reply(views.card(context.t, shown, context.house.tz))


async def changed(context: Context, task_id: int, change: Awaitable[TaskCard]) -> Reply:
    """The task after a change; as it is, when somebody was faster."""
    try:
        return Reply(views.card(context.t, await change, context.house.tz), views.moved(context.t))
    except MovedOn:
        return Reply((await task(context, task_id)).screen, errors.moved_on(context.t))
