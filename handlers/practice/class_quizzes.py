"""课堂小测: begun from a session's card or with /quiz in a group, led from the leader's private chat."""

from telegram.error import Forbidden

from domain.errors import NotYours
from domain.practice.class_quizzes import ClassQuiz, Subject
from domain.practice.quizzes import Group
from handlers.context import Context
from handlers.reply import Reply, send_screen
from services.practice import class_quizzes as service
from views.practice import class_quizzes as views
from views.practice.quizzes import in_private
from views.screen import Screen


async def of_session(context: Context, session_id: int) -> Reply:
    """[课堂小测] of a session's card: which group."""
    found = await service.where(context.house.db, context.person, session_id)
    if len(found) == 1:
        return await setup(context, found[0].id, session_id)
    return Reply(views.where(context.t, found, session_id))


async def setup(context: Context, group_id: int, session_id: int) -> Reply:
    """A group: about what; or what runs there."""
    house = context.house
    found = await service.setup(house.db, house.bank, context.person, group_id, session_id)
    if isinstance(found, ClassQuiz):
        found = await service.card(house.db, house.bank, context.person, found.id, _place(context), context.now)
        return Reply(views.class_quiz(context.t, found))
    return Reply(views.setup(context.t, found))


async def begin(context: Context, group_id: int, session_id: int, subject: Subject, size: int) -> Reply:
    """[3题] or [5题]."""
    house = context.house
    own = await service.begin(
        *(house.db, house.bank, context.person, group_id, session_id, subject, size),
        place=_place(context),
        origin=f"{context.chat_id_}:{context.message_id}:{context.now}",
        now=context.now,
        tz=house.tz,
    )
    return Reply(views.class_quiz(context.t, own))


async def go_on(context: Context, class_id: int, position: int) -> Reply:
    """[下一题]."""
    house = context.house
    own = await service.go_on(
        *(house.db, house.bank, context.person, class_id, position),
        place=_place(context),
        now=context.now,
        tz=house.tz,
    )
    return Reply(views.class_quiz(context.t, own))


async def finish(context: Context, class_id: int) -> Reply:
    """[提前结束]."""
    house = context.house
    own = await service.finish(house.db, house.bank, context.person, class_id, _place(context), context.now)
    return Reply(views.class_quiz(context.t, own))


async def asked_in_group(context: Context, group: Group) -> Screen:
    """/quiz in a bound group: what there is to choose goes to the private chat of whoever leads it."""
    if context.known is None:
        return views.not_for_you(context.t)
    try:
        await service.setup(context.house.db, context.house.bank, context.person, group.id, 0)
        await send_screen(context, context.account_id, views.invited(context.t, group))
    except NotYours:
        return views.not_for_you(context.t)
    except Forbidden:  # the private chat is blocked, not the group
        return in_private(context.t, context.house.username)
    return views.told_in_private(context.t)


def _place(context: Context) -> tuple[int, int]:
    return context.chat_id_, context.message_id
