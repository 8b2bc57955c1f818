"""The one ordered list of what speaks first: who expands which schedule, and how each kind of message is made.

An outbox row holds ids only. ``load`` asks a service what the message is about, and says None when by now there is
nothing to say; ``view`` puts it into the receiver's words, ``line`` into one line for the day's bundle.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from domain.outbox import Item
from domain.people import Person
from services.schedules import Expander
from storage.database import Database
from views.screen import Screen
from views.texts import Html, Texts


@dataclass(frozen=True, slots=True)
class Message:
    """How a kind of message is made. ``view`` and ``line``: (t, person, loaded, item, now, tz)."""

    load: Callable[[Database, Item, Person, int], Awaitable[Any]]
    view: Callable[[Texts, Person, Any, Item, int, tzinfo], Screen]
    line: Callable[[Texts, Person, Any, Item, int, tzinfo], Html]


EXPANDERS: dict[str, Expander] = {}

MESSAGES: dict[str, Message] = {}
