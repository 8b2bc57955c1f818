"""From an update to one handler: commands by name, presses by ``area:verb`` with typed fields.

A handler is given the context and the fields and returns a Reply. Callback data is user input: whatever does not parse
has moved on.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.errors import MovedOn
from handlers.context import Context
from handlers.reply import Reply
from handlers.said import Said
from storage.drafts import Draft

Handler = Callable[..., Awaitable[Reply]]
FormHandler = Callable[[Context, Draft, Said], Awaitable[Reply]]
Field = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Press:
    """A button's handler and how its fields are read. ``for_strangers``: also before joining.

    ``in_groups``: it is for groups, where everybody sees what it shows; all others work in private chats alone.
    """

    handler: Handler
    fields: tuple[Field, ...] = ()
    for_strangers: bool = False
    in_groups: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """What one area answers to. ``forms``: by a draft's kind, who takes in what is sent while it is open."""

    name: str
    commands: Mapping[str, Handler]
    presses: Mapping[str, Press]
    forms: Mapping[str, FormHandler] = field(default_factory=dict)


def parse(presses: Mapping[str, Press], data: str) -> tuple[Press, list[Any]]:
    """The handler of a press and its typed fields. Raises MovedOn for data that no button of ours carries."""
    area, _, rest = data.partition(":")
    verb, *texts = rest.split(":")
    press = presses.get(f"{area}:{verb}")
    if press is None or len(texts) != len(press.fields):
        raise MovedOn
    try:
        return press, [read(text) for read, text in zip(press.fields, texts, strict=True)]
    except ValueError:
        raise MovedOn from None


def number(text: str) -> int:
    """A non-negative id or index of at most 18 digits, in ASCII. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValueError(text)
    return int(text)
