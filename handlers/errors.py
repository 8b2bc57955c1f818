"""The one error handler. The cases, in order:

1. a rule refused (DomainError): one polite sentence; a press that has moved on also gets the current state, but never
   in a group, where a press is answered over the chat alone and a message not at all;
2. the person blocks the bot, or a group has put it out (Forbidden): noted, nothing to retry;
3. the network or the server failed, or asks to wait: the inbox hands the update in again later;
4. anything else is a bug: logged with a reference, the person is told the reference once, the inbox tries again.
"""

import secrets

import structlog
from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from domain.errors import DomainError, MovedOn
from handlers import home
from handlers.context import Context, delivery
from handlers.gate import meet
from handlers.reply import Reply, send
from services import people
from services.practice import quizzes
from views import errors as views
from views.screen import Screen

log = structlog.get_logger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Turn whatever a handler raised into words, a note, or another try."""
    error = context.error
    if error is None or not isinstance(update, Update):
        return
    try:
        await meet(update, context)
        await _deal_with(update, context, error)
    except TelegramError as later:
        delivery.get().fault = later


async def _deal_with(update: Update, context: Context, error: Exception) -> None:
    current = delivery.get()
    if isinstance(error, DomainError):
        await send(update, context, await _refusal(update, context, error))
    elif isinstance(error, Forbidden) and context.in_group:
        await quizzes.removed(context.house.db, context.chat_id_, context.now)
    elif isinstance(error, Forbidden):
        await people.note_block(context.house.db, context.account_id, blocked=True, now=context.now)
    elif isinstance(error, RetryAfter) or (isinstance(error, NetworkError) and not isinstance(error, BadRequest)):
        current.fault = error
    else:
        current.fault = error
        reference = secrets.token_hex(3)
        log.error("a handler failed", reference=reference, update_id=update.update_id, exc_info=error)
        if current.attempts == 0:
            await send(update, context, _in_words(update, views.unexpected(context.t, reference)))


async def _refusal(update: Update, context: Context, error: DomainError) -> Reply:
    line = views.line(context.t, error)
    if context.in_group:
        return _in_words(update, line)
    if isinstance(error, MovedOn) and context.known is not None and update.callback_query is not None:
        return Reply((await home.show(context)).screen, line)
    return _in_words(update, line)


def _in_words(update: Update, line: str) -> Reply:
    if update.callback_query is not None:
        return Reply(toast=line, alert=True)
    if update.effective_chat is not None and update.effective_chat.type == "private":
        return Reply(Screen(line))
    return Reply()
