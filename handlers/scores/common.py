"""What the handlers of scores share: fields of presses, the name of a press, an entry after an act."""

import re
from datetime import date

from domain.scores.shown import Asking, Card
from handlers.context import Context
from handlers.reply import Reply
from services.scores import Format
from views import scores as views
from views.errors import moved_on

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def press_name(context: Context) -> str:
    """Names this press for ever: handled again it is the same."""
    return f"scores:{context.chat_id_}:{context.message_id}:{context.now}"


def a_day(text: str) -> date:
    """20261130. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) == 8):
        raise ValueError(text)
    return date.fromisoformat(text)


def a_month(text: str) -> str:
    """2026-11. Raises ValueError."""
    if not _MONTH.fullmatch(text):
        raise ValueError(text)
    return text


def a_part(text: str) -> Asking:
    """A part of the form. Raises ValueError."""
    return Asking(text)


def a_format(text: str) -> Format:
    """xlsx or csv. Raises ValueError."""
    return Format(text)


def shown(context: Context, card: Card, toast: str | None = None, *, onward: bool = False) -> Reply:
    """An entry as this person may deal with it."""
    return Reply(views.card(context.t, card, context.house.tz, onward=onward), toast)


def after(context: Context, done: tuple[Card, bool], key: str, *, onward: bool = False) -> Reply:
    """The entry after an act (or the next that waits), and what this press did."""
    card, first = done
    return shown(context, card, context.t.plain(key) if first else moved_on(context.t), onward=onward)
