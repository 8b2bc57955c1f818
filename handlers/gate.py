"""The gate: who speaks, in which language, in which chat. Every handler and the error handler stand behind it."""

from telegram import Update

from domain.people import Locale
from handlers.context import Context


async def meet(update: Update, context: Context) -> None:
    """Fill the context of one update. PTB makes a fresh one for the error handler, so that one meets again."""
    user, message, query = update.effective_user, update.effective_message, update.callback_query
    chat = update.effective_chat
    place = query.message if query is not None else message
    if place is not None:
        context.message_id = place.message_id
    if chat is not None:
        context.chat_id_, context.chat_title = chat.id, chat.title or ""
        context.in_group = chat.type != "private"
    context.account_id = user.id if user else 0
    context.locale = Locale.of_language_code(user.language_code if user else None)
    context.meet(await context.house.directory.person(context.account_id))
