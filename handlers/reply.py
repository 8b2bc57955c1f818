"""Sending a screen: a press edits its own message, anything else gets a new one. The one place that talks back.

Uses the raw client: nobody needs the Message that an edit returns, and building it costs more than sending it.
"""

import asyncio
from dataclasses import dataclass
from html import unescape
from typing import Any

import structlog
from telegram import Update
from telegram.error import BadRequest

from handlers.context import Context
from services.practice import in_words
from views import practice, wire
from views.screen import Screen

log = structlog.get_logger(__name__)

NOT_MODIFIED = "message is not modified"
TOO_OLD = "query is too old"
# The message is gone, or was never a text: the screen comes as a new message.
UNEDITABLE = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")
UNKNOWN_FILE = ("wrong file identifier", "wrong remote file", "wrong type of the web page content", "file reference")


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
    if screen.picture:
        await _show_picture(context, screen)
        return
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


async def _show_picture(context: Context, screen: Screen) -> None:
    """The picture in place of the pressed message. What cannot be shown is said in words instead."""
    try:
        await _put_picture(context, context.chat_id_, context.message_id, screen)
    except BadRequest as error:
        said = error.message.lower()
        if NOT_MODIFIED in said:
            return
        if any(reason in said for reason in UNEDITABLE):
            await send_screen(context, context.chat_id_, screen)
            return
        log.warning("a picture could not be shown", picture=screen.picture, reason=error.message)
        await _show(context, _in_words(context, screen))


async def _put_picture(context: Context, chat_id: int, message_id: int | None, screen: Screen) -> None:
    pictures = context.house.pictures
    try:
        shown = await _call(context, wire.show_picture(chat_id, message_id, screen, pictures.to_send(screen.picture)))
    except BadRequest as error:
        if not any(reason in error.message.lower() for reason in UNKNOWN_FILE):
            raise
        pictures.forget(screen.picture)
        shown = await _call(context, wire.show_picture(chat_id, message_id, screen, pictures.to_send(screen.picture)))
    if isinstance(shown, dict) and shown.get("photo"):
        await pictures.sent(screen.picture, str(shown["photo"][-1]["file_id"]))


def _in_words(context: Context, screen: Screen) -> Screen:
    return practice.without_picture(context.t, screen, in_words(screen.picture))


async def send_screen(context: Context, chat_id: int, screen: Screen) -> None:
    """A screen as a new message; a file or a picture carries the text as its caption."""
    if screen.picture:
        try:
            await _put_picture(context, chat_id, None, screen)
        except BadRequest as error:
            log.warning("a picture could not be sent", picture=screen.picture, reason=error.message)
        else:
            return
        screen = _in_words(context, screen)
    await _call(context, wire.send(chat_id, screen))


async def _call(context: Context, call: wire.Call) -> Any:
    return await context.house.api.call(call.method, call.params, files=call.files or None)
