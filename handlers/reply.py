"""Sending a screen: a press edits its own message, anything else gets a new one. The one place that talks back.

Uses the raw client: nobody needs the Message that an edit returns, and building it costs more than sending it.
"""

import asyncio
from dataclasses import dataclass
from html import unescape
from typing import Any

from telegram import Update
from telegram.error import BadRequest

from handlers.context import Context
from views import wire
from views.screen import Screen

NOT_MODIFIED = "message is not modified"
TOO_OLD = "query is too old"
# The message is gone, or was never a text: the screen comes as a new message.
UNEDITABLE = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a screen, a short line over the chat, or both."""

    screen: Screen | None = None
    toast: str | None = None
    alert: bool = False


async def send(update: Update, context: Context, reply: Reply) -> None:
    """Answer the press and show the screen at the same time, or send the screen as a message."""
    query = update.callback_query
    if query is None:
        if reply.screen is not None:
            await send_screen(context, context.chat_id_, reply.screen)
        return
    if reply.screen is None:
        await _answer(context, query.id, reply)
        return
    await asyncio.gather(_answer(context, query.id, reply), _show(context, reply.screen))


async def _answer(context: Context, query_id: str, reply: Reply) -> None:
    params: dict[str, Any] = {"callback_query_id": query_id}
    if reply.toast:
        # The line over a chat is plain text, not HTML.
        params |= {"text": unescape(reply.toast)[:200], "show_alert": reply.alert}
    try:
        await context.house.api.call("answerCallbackQuery", params)
    except BadRequest as error:
        if TOO_OLD not in error.message.lower():
            raise


async def _show(context: Context, screen: Screen) -> None:
    if screen.captioned:
        await send_screen(context, context.chat_id_, screen)
        return
    try:
        await _call(context, wire.edit(context.chat_id_, context.message_id, screen))
    except BadRequest as error:
        said = error.message.lower()
        if NOT_MODIFIED in said:
            return
        if not any(reason in said for reason in UNEDITABLE):
            raise
        await send_screen(context, context.chat_id_, screen)


async def send_screen(context: Context, chat_id: int, screen: Screen) -> None:
    """A screen as a new message; a file or a picture carries the text as its caption."""
    await _call(context, wire.send(chat_id, screen))


async def _call(context: Context, call: wire.Call) -> None:
    await context.house.api.call(call.method, call.params, files=call.files or None)
