"""The sender's card: the figures of a notice in the viewer's part of the tree, and the messages that show them live."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain import notices as rules
from domain.clock import DAY, MINUTE
from domain.errors import NotForRole, NotYours
from domain.notices import Card, Notice, Standing
from domain.people import LEADERS, Person, Role
from services.notices.common import fresh, managed, the_notice
from storage import notices as store
from storage import people
from storage.database import Connection, Database
from storage.notices import Shown

LISTED = 8
RECENT = 7 * DAY
SETTLING = MINUTE  # how long after a cancelling or recall what was in the air may still come to its end


@dataclass(frozen=True, slots=True)
class Place:
    """A message: where a screen is shown."""

    chat_id: int
    message_id: int


async def card(db: Database, caller: Person, notice_id: int, place: Place | None) -> Card:
    """How it stands. The message at ``place`` is kept current from now on. Raises NotForRole, NotYours, NotFound."""

    async def unit(tx: Connection) -> Card:
        viewer, notice = await managed(tx, caller, notice_id)
        return await card_of(tx, viewer, notice.id, place)

    return await db.write(unit)


async def card_of(tx: Connection, viewer: Person, notice_id: int, place: Place | None) -> Card:
    """The card as it stands in the transaction, shown at ``place``."""
    made = await _card(tx, viewer, await the_notice(tx, notice_id))
    if place is not None:
        await store.put_card(tx, _as_shown(place, viewer, made))
    return made


def _as_shown(place: Place, viewer: Person, card: Card) -> Shown:
    notice = card.notice
    return Shown(place.chat_id, place.message_id, notice.id, viewer.id, card.mark, notice.pulse)


async def _card(tx: Connection, viewer: Person, notice: Notice) -> Card:
    cells = await store.cells(tx, notice.id, viewer.scope)
    second = await people.person(tx, notice.agreed_by) if notice.agreed_by else None
    parts = rules.breakdown(cells, viewer)
    return Card(notice, rules.figures(cells), parts if len(parts) > 1 else (), second.name if second else None)


async def full(db: Database, caller: Person, notice_id: int) -> Notice:
    """The notice itself, for whoever manages it. Raises NotForRole, NotYours, NotFound."""

    async def unit(tx: Connection) -> Notice:
        _, notice = await managed(tx, caller, notice_id)
        return notice

    return await db.read(unit)


async def leave(db: Database, place: Place) -> None:
    """The message shows something else from now on."""

    where = place.chat_id, place.message_id

    async def known(tx: Connection) -> bool:
        return bool(await store.shown_of(tx, *where) or await store.copy_in(tx, *where))

    async def unit(tx: Connection) -> None:
        await store.drop_card(tx, *where)
        await store.drop_copy(tx, *where)

    if await db.read(known):
        await db.write(unit)


async def written(db: Database, caller: Person, before: int) -> tuple[tuple[Notice, ...], int | None]:
    """What the caller wrote, and for the office what went out below it; newest first. And where the next page begins.

    ``before``: ids below it (0: from the newest). Raises NotForRole.
    """

    async def unit(tx: Connection) -> tuple[tuple[Notice, ...], int | None]:
        writer = await fresh(tx, caller)
        rules.require_writer(writer)
        scope = writer.scope if writer.role is Role.OFFICE else None
        found = await store.written(tx, writer.id, scope, before or 2**62, LISTED + 1)
        return found[:LISTED], found[LISTED - 1].id if len(found) > LISTED else None

    return await db.read(unit)


async def names(db: Database, caller: Person, notice_id: int) -> tuple[Notice, tuple[Standing, ...]]:
    """The receivers of the caller's part of the tree by name, for whoever manages the notice or leads those people.

    Raises NotForRole, NotYours when it went to nobody there, NotFound.
    """

    async def unit(tx: Connection) -> tuple[Notice, tuple[Standing, ...]]:
        viewer, notice = await fresh(tx, caller), await the_notice(tx, notice_id)
        if viewer.role not in LEADERS:
            raise NotForRole
        found = await store.standings(tx, notice.id, viewer.scope)
        if not found and not rules.may_manage(viewer, notice):
            raise NotYours
        return notice, found

    return await db.read(unit)


# live ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Live:
    """A card that no longer shows what is true: where it stands, who sees it, and what it ought to show."""

    place: Place
    viewer: Person
    card: Card


async def outdated(db: Database, now: int, *, thoroughly: bool = False) -> tuple[Live, ...]:
    """The cards to be shown anew. Those that are compared and still true are noted as such.

    ``thoroughly``: also of notices that seem to be done with, for whoever joins late is sent them after all.
    """
    released_since = now - RECENT if thoroughly else now

    async def look(tx: Connection) -> list[tuple[Shown, Live | None]]:
        return [(shown, await _live(tx, shown)) for shown in await store.shown(tx, now - SETTLING, released_since)]

    found = await db.read(look)
    lost = [shown for shown, live in found if live is None]
    same = [replace(shown, pulse=live.card.notice.pulse) for shown, live in found if live and _only_pulse(shown, live)]
    if lost or same:
        await db.write(lambda tx: _note(tx, lost, same))
    return tuple(live for shown, live in found if live is not None and live.card.mark != shown.mark)


def _only_pulse(shown: Shown, live: Live) -> bool:
    return live.card.mark == shown.mark and live.card.notice.pulse != shown.pulse


async def _live(tx: Connection, shown: Shown) -> Live | None:
    viewer, notice = await people.person(tx, shown.person_id), await store.get(tx, shown.notice_id)
    if viewer is None or notice is None or not rules.may_manage(viewer, notice):
        return None
    return Live(Place(shown.chat_id, shown.message_id), viewer, await _card(tx, viewer, notice))


async def _note(tx: Connection, lost: Iterable[Shown], same: Iterable[Shown]) -> None:
    for card in lost:
        await store.drop_card(tx, card.chat_id, card.message_id)
    for card in same:
        await store.mark_card(tx, card)


async def still_shown(db: Database, live: Live) -> bool:
    """Whether the message still shows this card: its owner may have gone on meanwhile."""
    place = live.place
    shown = await db.read(lambda tx: store.shown_of(tx, place.chat_id, place.message_id))
    return shown is not None and shown.notice_id == live.card.notice.id


async def note_shown(db: Database, live: Live) -> None:
    """The message shows it."""
    shown = _as_shown(live.place, live.viewer, live.card)
    await db.write(lambda tx: store.mark_card(tx, shown))


async def lost(db: Database, place: Place) -> None:
    """The message is gone, or cannot be changed any more."""
    await db.write(lambda tx: store.drop_card(tx, place.chat_id, place.message_id))
