"""What every handler is given: who speaks, in which language, when, and what the house offers. Decides nothing."""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from telegram.ext import CallbackContext, ExtBot

from domain.outbox import Item
from domain.people import Locale, Person
from services.people import Directory
from services.practice import Bank, Pictures
from services.timing import Timing
from storage.database import Database
from views.screen import Screen
from views.texts import Texts

if TYPE_CHECKING:
    from telegram.ext import Application


class BotApi(Protocol):
    """The part of the Bot API client that handlers use: one method, plain values, no objects built from the answer."""

    async def call(
        self,
        method: str,
        parameters: Mapping[str, object] | None = None,
        /,
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Any:
        """Call a Bot API method and return its decoded result. Raises telegram.error classes.

        ``files``: uploads by parameter, each a name and the bytes.
        """
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What the composition root built. ``render``: an outbox row as a screen, None when there is nothing to say.

    ``appeal_window``: how long a confirmed score can be appealed against, ms.
    """

    db: Database
    bank: Bank
    pictures: Pictures
    directory: Directory
    api: BotApi
    tz: tzinfo
    timing: Timing
    render: Callable[[Item, Person, int], Awaitable[Screen | None]]
    clock: Callable[[], int]
    username: str
    invitation_hours: int
    appeal_window: int


@dataclass(slots=True)
class Delivery:
    """The stored update that is being handled: when it came, how often it failed, and why it fails now."""

    received_at: int
    attempts: int
    fault: BaseException | None = None


delivery: ContextVar[Delivery] = ContextVar("delivery")


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The context of one update."""

    def __init__(self, application: "Application[Any, Any, Any, Any, Any, Any]", **ids: Any) -> None:
        super().__init__(application, **ids)
        self._person: Person | None = None
        self.locale = Locale.ZH_CN
        self.account_id = 0
        self.chat_id_ = 0
        self.chat_title = ""
        self.in_group = False
        self.message_id = 0

    @property
    def house(self) -> House:
        """The services of this process."""
        house: House = self.application.bot_data["house"]
        return house

    @property
    def person(self) -> Person:
        """Who speaks. Only behind the gate, which turns strangers away."""
        assert self._person is not None
        return self._person

    @property
    def known(self) -> Person | None:
        """Who speaks, or None for a stranger."""
        return self._person

    def meet(self, person: Person | None) -> None:
        """Set who speaks (the gate, and joining)."""
        self._person = person
        if person is not None:
            self.locale = person.locale

    @property
    def t(self) -> Texts:
        """The texts in the speaker's language."""
        return Texts.of(self.locale)

    @property
    def now(self) -> int:
        """When the update was stored, ms UTC: the same however often it is handled."""
        return delivery.get().received_at
