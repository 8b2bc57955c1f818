"""Questions in groups: the bot comes and goes, a group is bound, its daily question is set from a private chat.

What a group is told stands here; nothing that a person sees in private may be said there.
"""

from datetime import time

import structlog
from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, Poll, Update
from telegram.error import TelegramError

from domain.practice.class_quizzes import subject_of
from handlers.context import Context
from handlers.practice import class_quizzes
from handlers.reply import Reply, send_screen
from handlers.routes import Area, Press, number
from services.practice import quizzes as service
from views.practice import quizzes as views
from views.screen import Screen

log = structlog.get_logger(__name__)

PRESENT = frozenset({ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER})


# in groups -------------------------------------------------------------------------------------------------------


async def moved(context: Context, change: ChatMemberUpdated) -> None:
    """The bot was added to a group, or removed."""
    if not _present(change.new_chat_member):
        await service.removed(context.house.db, change.chat.id, context.now)
    elif not _present(change.old_chat_member):
        await _added(context)


def _present(member: ChatMember) -> bool:
    return member.status in PRESENT or (isinstance(member, ChatMemberRestricted) and member.is_member)


async def _added(context: Context) -> None:
    units = await service.added(context.house.db, context.known, context.chat_id_)
    if units is None:
        return
    if context.known is None:
        await _say(context, views.stranger_added(context.t))
    elif units:
        await _say(context, views.ask_bind(context.t, context.known, units))
    else:
        await _say(context, views.not_a_leader(context.t))


async def _say(context: Context, screen: Screen) -> None:
    """In the group, where it may speak there."""
    try:
        await send_screen(context, context.chat_id_, screen)
    except TelegramError as error:
        log.info("not said in a group", reason=error.message)


async def bind(context: Context, asked: int, unit_id: int) -> Reply:
    """[绑定到 X站]."""
    house, title = context.house, context.chat_title
    group = await service.bind(house.db, context.person, context.chat_id_, title, asked, unit_id, context.now)
    return Reply(views.bound(context.t, group, house.username))


async def command(context: Context, name: str) -> None:
    """One of our commands in a group: all but /quiz would show what is personal. Unbound groups hear nothing."""
    group = await service.group_in(context.house.db, context.chat_id_)
    if group is None:
        return
    if name == "quiz":
        await _say(context, await class_quizzes.asked_in_group(context, group))
    else:
        await _say(context, views.in_private(context.t, context.house.username))


async def noted(context: Context, message: Message) -> None:
    """What a group says of itself: it was upgraded, or has another title."""
    db, chat = context.house.db, message.chat.id
    if message.migrate_to_chat_id:
        await service.migrated(db, chat, message.migrate_to_chat_id, context.now)
    elif message.migrate_from_chat_id:
        await service.migrated(db, message.migrate_from_chat_id, chat, context.now)
    elif message.new_chat_title:
        await service.renamed(db, chat, message.new_chat_title)


async def on_poll(update: Update, context: Context) -> None:
    """The totals of a poll of ours have changed."""
    if update.poll is not None:
        await service.heard(context.house.db, context.house.bank, _heard(update.poll), context.now)


def _heard(poll: Poll) -> service.Heard:
    votes = tuple(option.voter_count for option in poll.options)
    options = tuple(option.text for option in poll.options)
    return service.Heard(poll.id, poll.question, options, votes, poll.total_voter_count, poll.is_closed)


# in a leader's private chat --------------------------------------------------------------------------------------


async def groups(context: Context) -> Reply:
    """[小组每日一题]."""
    found = await service.groups(context.house.db, context.person)
    return await group(context, found[0].id) if len(found) == 1 else Reply(views.groups(context.t, found))


async def group(context: Context, group_id: int) -> Reply:
    """One group: the time of its daily question, and the last ones."""
    house = context.house
    card = await service.card(house.db, house.bank, context.person, group_id, context.now, house.timing)
    return Reply(views.group(context.t, card))


async def daily(context: Context, group_id: int, at: time | None) -> Reply:
    """A time, or off."""
    house = context.house
    card = await service.set_daily(house.db, house.bank, context.person, group_id, at, context.now, house.timing)
    return Reply(views.group(context.t, card))


def _time(text: str) -> time | None:
    if text == "off":
        return None
    if len(text) != 4:
        raise ValueError(text)
    return time(number(text[:2]), number(text[2:]))


AREA = Area(
    "quiz",
    {"quiz": groups},
    {
        "bind": Press(bind, (number, number), in_groups=True),
        "groups": Press(groups),
        "group": Press(group, (number,)),
        "daily": Press(daily, (number, _time)),
        "session": Press(class_quizzes.of_session, (number,)),
        "class": Press(class_quizzes.setup, (number, number)),
        "begin": Press(class_quizzes.begin, (number, number, subject_of, number)),
        "next": Press(class_quizzes.go_on, (number, number)),
        "end": Press(class_quizzes.finish, (number,)),
    },
)
