"""From an outbox row to a screen in the receiver's language, by the table. Sends nothing."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from domain.outbox import BUNDLE, Item
from domain.people import Person
from domain.schedules import NOT_LATE
from schedules.table import MESSAGES
from services import outbox as service
from storage.database import Database
from views import outbox as views
from views.screen import Screen
from views.texts import Html, Texts


class Letters:
    """What messages say now."""

    def __init__(self, db: Database, tz: tzinfo) -> None:
        self._db = db
        self._tz = tz

    async def screens(self, due: Sequence[tuple[Item, Person]], now: int) -> list[Screen | Exception | None]:
        """The messages as they read at ``now`` (ms UTC): None when there is nothing to say any more.

        One that cannot be made is answered by its error; the others are made all the same.
        """
        loaded = await self._loaded_together([item for item, _ in due])
        return [await self._attempted(item, person, now, loaded) for item, person in due]

    async def _loaded_together(self, items: Sequence[Item]) -> dict[int, Any]:
        """What kinds that go to many at once are made of, in one read; by item id."""
        loaded: dict[int, Any] = {}
        for kind in {item.kind for item in items} - {BUNDLE}:
            if (load_all := MESSAGES[kind].load_all) is not None:
                loaded |= await load_all(self._db, [item for item in items if item.kind == kind])
        return loaded

    async def _attempted(
        self, item: Item, person: Person, now: int, loaded: Mapping[int, Any]
    ) -> Screen | Exception | None:
        try:
            return await self._screen(item, person, now, loaded)
        except Exception as error:  # noqa: BLE001 - the sender logs it with the message
            return error

    async def _screen(self, item: Item, person: Person, now: int, ahead: Mapping[int, Any]) -> Screen | None:
        t = Texts.of(person.locale)
        if item.kind == BUNDLE:
            return await self._bundle(t, item.target_id or item.id, person, now)
        message = MESSAGES[item.kind]
        loaded = ahead[item.id] if item.id in ahead else await message.load(self._db, item, person, now)
        if loaded is None:
            return None
        screen = message.view(t, person, loaded, item, now, self._tz)
        if item.late or now - item.due_at > NOT_LATE:
            return views.late(t, screen, item, self._tz)
        return screen

    async def opened(self, item: Item, person: Person, now: int) -> Screen | None:
        """The same for somebody who asks for it: nothing is late then."""
        t, message = Texts.of(person.locale), MESSAGES[item.kind]
        loaded = await message.load(self._db, item, person, now)
        return None if loaded is None else message.view(t, person, loaded, item, now, self._tz)

    async def _bundle(self, t: Texts, bundle_id: int, person: Person, now: int) -> Screen | None:
        lines = []
        for item in await service.lines_of(self._db, bundle_id):
            line = await self._line(t, item, person, now)
            if line is not None:
                lines.append((item, line))
        return views.bundle(t, lines) if lines else None

    async def _line(self, t: Texts, item: Item, person: Person, now: int) -> Html | None:
        message = MESSAGES[item.kind]
        loaded = await message.load(self._db, item, person, now)
        return None if loaded is None else message.line(t, person, loaded, item, now, self._tz)
