"""A person typed or pressed: parse, one service call, reply with a view. The one ordered list of who answers what.

Before any handler stands the gate: it finds out who speaks, and turns strangers away.
"""

from typing import Any

from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    PollHandler,
    filters,
)

from handlers import awards, deeds, home, notices, outbox, people, plan, practice, reminders, roster, scores, training
from handlers.context import Context
from handlers.errors import on_error
from handlers.gate import meet
from handlers.plan import forms as plan_forms
from handlers.practice import importing, quizzes
from handlers.reply import Reply, send
from handlers.routes import parse
from handlers.said import said
from services import forms
from services import people as people_service
from views import people as people_views
from views.practice import quizzes as quiz_views

AREAS = (
    home.AREA,
    people.AREA,
    roster.AREA,
    training.AREA,
    practice.AREA,
    quizzes.AREA,
    importing.AREA,
    plan.AREA,
    notices.AREA,
    deeds.AREA,
    scores.AREA,
    awards.AREA,
    reminders.AREA,
    outbox.AREA,
)
COMMANDS = {name: handler for area in AREAS for name, handler in area.commands.items()}
FORMS = {kind: handler for area in AREAS for kind, handler in area.forms.items()}
PRESSES = {f"{area.name}:{verb}": press for area in AREAS for verb, press in area.presses.items()}
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "poll")


def setup(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Register everything, in the order in which it is asked."""
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CallbackQueryHandler(on_press))
    application.add_handler(MessageHandler(private & filters.COMMAND, on_command))
    application.add_handler(MessageHandler(private, on_other))
    groups = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
    application.add_handler(MessageHandler(groups & filters.COMMAND, on_group_command))
    application.add_handler(MessageHandler(groups & filters.StatusUpdate.ALL, on_group_change))
    application.add_handler(ChatMemberHandler(on_member, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(PollHandler(quizzes.on_poll))
    application.add_error_handler(on_error)


async def on_press(update: Update, context: Context) -> None:
    """A button, ours or forged."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    await meet(update, context)
    press, fields = parse(PRESSES, query.data or "")
    if context.in_group and not press.in_groups:
        await send(update, context, Reply(toast=quiz_views.in_private_line(context.t), alert=True))
        return
    if context.known is None and not press.for_strangers:
        await send(update, context, _to_stranger(context))
        return
    await send(update, context, await press.handler(context, *fields))


def _to_stranger(context: Context) -> Reply:
    """In a group only over the chat: the message belongs to everybody."""
    if context.in_group:
        return Reply(toast=quiz_views.for_another_line(context.t), alert=True)
    return Reply(people_views.stranger(context.t))


async def on_command(update: Update, context: Context) -> None:
    """A command: ours, or one that nobody knows."""
    message = update.effective_message
    if message is None:
        return
    await meet(update, context)
    name, *words = (message.text or message.caption or "/").split()
    context.args = words
    handler = COMMANDS.get(name[1:].partition("@")[0].lower(), home.guide)
    if context.known is None and handler is not people.start:
        await send(update, context, Reply(people_views.stranger(context.t)))
        return
    await send(update, context, await handler(context))


async def on_other(update: Update, context: Context) -> None:
    """Anything that is neither a command nor a press: a form's next step, a table, a good deed, or stray text."""
    message = update.effective_message
    if message is None:
        return
    await meet(update, context)
    if context.known is None:
        await send(update, context, Reply(people_views.stranger(context.t)))
    else:
        await send(update, context, await _other(context, message))


async def _other(context: Context, message: Message) -> Reply:
    draft = await forms.awaiting(context.house.db, context.person)
    if draft is not None and draft.kind in FORMS:
        return await FORMS[draft.kind](context, draft, said(message))
    for received in (plan_forms.received, importing.received, deeds.received):
        answer = await received(context, said(message))
        if answer is not None:
            return answer
    if message.document is not None:
        return await roster.received(context, message.document, f"{message.chat.id}:{message.message_id}")
    return await home.hint(context)


async def on_group_command(update: Update, context: Context) -> None:
    """A command in a group, to us or to another bot."""
    message = update.effective_message
    if message is None:
        return
    await meet(update, context)
    name, _, to = (message.text or message.caption or "/").split()[0][1:].lower().partition("@")
    if name in COMMANDS and to in {"", context.house.username.lower()}:
        await quizzes.command(context, name)


async def on_group_change(update: Update, context: Context) -> None:
    """A group was upgraded, or has another title."""
    if update.effective_message is not None:
        await meet(update, context)
        await quizzes.noted(context, update.effective_message)


async def on_member(update: Update, context: Context) -> None:
    """Somebody blocked the bot, or took it back; or it was added to a group, or removed."""
    change = update.my_chat_member
    if change is not None and change.chat.type in {"group", "supergroup"}:
        await meet(update, context)
        await quizzes.moved(context, change)
        return
    if change is None or change.chat.type != "private":
        return
    blocked = change.new_chat_member.status == "kicked"
    await people_service.note_block(context.house.db, change.from_user.id, blocked=blocked, now=context.now)
