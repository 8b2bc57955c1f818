"""Sending a screen: a press edits its own message, anything else gets a new one. The one place that talks back.

Uses the raw client: nobody needs the Message that an edit returns, and building it costs more than sending it.
"""

import asyncio
from collections.abc import Awaitable, Callable
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
# The message is gone, or was never a text or never had a caption: the screen comes as a new message.
UNEDITABLE = (
    *("message to edit not found", "message can't be edited"),
    *(f"there is no {words} in the message to edit" for words in ("text", "caption")),
)
UNKNOWN_FILE = ("wrong file identifier", "wrong remote file", "wrong type of the web page content", "file reference")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a screen, a short line over the chat, or both.

    ``same``: the pressed message carries the screen's file or picture already, so only the words under it change.
    ``shown``: called with the id of the message that shows the screen, once it does.
    """

    screen: Screen | None = None
    toast: str | None = None
    alert: bool = False
    same: bool = False
    shown: Callable[[int], Awaitable[None]] | None = None


async def send(update: Update, context: Context, reply: Reply) -> None:
    """Answer the press and show the screen at the same time, or send the screen as a message."""
    query = update.callback_query
    if reply.screen is None:
        if query is not None:
            await _answer(context, query.id, reply)
        return
    if query is None:
        message_id = await send_screen(context, context.chat_id_, reply.screen)
    else:
        shown = _show(context, reply.screen, same=reply.same)
        _, message_id = await asyncio.gather(_answer(context, query.id, reply), shown)
    if reply.shown is not None:
        await reply.shown(message_id)


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


async def _show(context: Context, screen: Screen, *, same: bool = False) -> int:
    if screen.picture:
        return await _show_picture(context, screen)
    if screen.captioned and not same:
        return await send_screen(context, context.chat_id_, screen)
    try:
        await _call(context, wire.edit(context.chat_id_, context.message_id, screen))
    except BadRequest as error:
        said = error.message.lower()
        if any(reason in said for reason in UNEDITABLE):
            return await send_screen(context, context.chat_id_, screen)
        if NOT_MODIFIED not in said:
            raise
    return context.message_id


async def _show_picture(context: Context, screen: Screen) -> int:
    """The picture in place of the pressed message. What cannot be shown is said in words instead."""
    try:
        return await _put_picture(context, context.chat_id_, context.message_id, screen)
    except BadRequest as error:
        said = error.message.lower()
        if NOT_MODIFIED in said:
            return context.message_id
        if any(reason in said for reason in UNEDITABLE):
            return await send_screen(context, context.chat_id_, screen)
        log.warning("a picture could not be shown", picture=screen.picture, reason=error.message)
        return await _show(context, _in_words(context, screen))


async def _put_picture(context: Context, chat_id: int, message_id: int | None, screen: Screen) -> int:
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
    return message_id if message_id is not None else int(shown["message_id"])


def _in_words(context: Context, screen: Screen) -> Screen:
    return practice.without_picture(context.t, screen, in_words(screen.picture))


async def send_screen(context: Context, chat_id: int, screen: Screen) -> int:
    """A screen as a new message, and its id; a file or a picture carries the text as its caption."""
    if screen.picture:
        try:
            return await _put_picture(context, chat_id, None, screen)
        except BadRequest as error:
            log.warning("a picture could not be sent", picture=screen.picture, reason=error.message)
        screen = _in_words(context, screen)
    sent = await _call(context, wire.send(chat_id, screen))
    return int(sent["message_id"])


async def _call(context: Context, call: wire.Call) -> Any:
    return await context.house.api.call(call.method, call.params, files=call.files or None)
