"""What the handlers of deeds share: fields of presses, the name of a press, a message as deeds take it in."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from domain.deeds import PHOTO_BYTES, PhotoFault, Picture
from domain.deeds.shown import Card
from handlers.context import Context
from handlers.reply import Reply
from handlers.said import Said
from services.deeds import Sent
from views import deeds as views

E = TypeVar("E", bound=StrEnum)
IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})


def one_of(words: type[E]) -> Callable[[str], E]:
    """Reads a word of an enumeration. Raises ValueError."""
    return words


def press_name(context: Context) -> str:
    """Names this press for ever: handled again it is the same."""
    return f"deeds:{context.chat_id_}:{context.message_id}:{context.now}"


def sent(said: Said) -> Sent:
    """A message: words, and a picture or what is wrong with it."""
    picture, fault = _picture(said)
    return Sent(said.origin, said.message_id, said.text, picture, fault, said.album)


def _picture(said: Said) -> tuple[Picture | None, PhotoFault | None]:
    if said.photo is None and said.document is None:
        return None, PhotoFault.NOT_A_PHOTO if said.other else None
    if said.document is not None and said.mime not in IMAGES:
        return None, PhotoFault.NOT_A_PHOTO
    if said.file_size > PHOTO_BYTES:
        return None, PhotoFault.TOO_LARGE
    kind = "photo" if said.photo is not None else "document"
    return Picture(kind, said.photo or said.document or "", said.unique), None


def shown(context: Context, card: Card, toast: str | None = None, *, onward: bool = False) -> Reply:
    """A deed as this person may deal with it."""
    return Reply(views.card(context.t, card, context.house.tz, onward=onward), toast)


def form(context: Context, card: Card) -> Reply:
    """A deed with all that its author can change."""
    return Reply(views.form(context.t, card, context.house.tz))
