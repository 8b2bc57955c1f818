"""What deeds say first, when it is said; None when by now there is nothing to say."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from domain import deeds as rules
from domain.clock import DAY
from domain.deeds import DeedState, Flag
from domain.deeds.shown import Card, RollPage
from domain.outbox import Item, Post
from domain.people import Person, Role
from domain.schedules import Occurrence
from services.calendar import working_days
from services.deeds.common import HONOUR, card_with
from services.deeds.looking import office_path, roll_of
from storage import deeds as store
from storage import people
from storage.database import Connection, Database


async def ask_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """A signature is asked for. Moot once it was given, the deed has changed, or somebody else has to."""

    async def unit(tx: Connection) -> Card | None:
        deed = await store.deed(tx, item.subject_id)
        if deed is None or deed.edits != item.detail["edits"] or not rules.may_sign(person, deed):
            return None
        stage = 2 if deed.state is DeedState.VOUCHED else 1
        flags = frozenset(Flag(flag) for flag in cast("list[str]", item.detail["flags"]))
        return await card_with(tx, person, deed, flags, now) if stage == item.detail["stage"] else None

    return await db.read(unit)


async def returned_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """It was returned. Moot once it is mended or withdrawn."""

    async def unit(tx: Connection) -> Card | None:
        deed = await store.deed(tx, item.subject_id)
        if deed is None or deed.returned is None or deed.returned.at != item.detail["at"]:
            return None
        return await card_with(tx, person, deed, frozenset(), now) if deed.state is DeedState.RETURNED else None

    return await db.read(unit)


async def thanks_letter(db: Database, item: Item, person: Person, now: int) -> Card | None:
    """Thanks to somebody who took part."""

    async def unit(tx: Connection) -> Card | None:
        deed = await store.deed(tx, item.subject_id)
        if deed is None or deed.state is not DeedState.CONFIRMED or person.id not in deed.people:
            return None
        return await card_with(tx, person, deed, frozenset(), now)

    return await db.read(unit)


# the weekly honour roll ------------------------------------------------------------------------------------------


async def expand_honour(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    """The past week's honour roll goes to everybody of the office; an empty one to nobody.

    It goes back to the one before, so that a holiday neither leaves anybody out nor names anybody twice.
    """
    since = await _since(tx, occurrence)
    staff = [one for one in await people.listed(tx, "") if one.role is not Role.BUREAU]
    rolls: dict[str, RollPage] = {}
    posts = []
    for one in staff:
        scope = await office_path(tx, one)
        if scope not in rolls:
            rolls[scope] = await roll_of(tx, scope, since, occurrence.due_at, 0)
        if rolls[scope].lines:
            key = f"{HONOUR}:{occurrence.local_date.isoformat()}:{one.id}"
            detail = {"since": since, "at": occurrence.due_at}
            posts.append(Post(key, HONOUR, one.id, 0, occurrence.due_at, detail))
    return posts


async def _since(tx: Connection, occurrence: Occurrence) -> int:
    """When the roll of the week before came, or would have come: the same time on its first working day, ms UTC."""
    calendar, monday = await working_days(tx), occurrence.local_date
    days = calendar.first_of_week(monday) - calendar.first_of_week(monday - timedelta(days=7))
    return occurrence.due_at - days.days * DAY


async def honour_letter(db: Database, item: Item, person: Person, now: int) -> RollPage | None:
    """The roll as it is now: whoever took the consent back meanwhile is not on it."""

    async def unit(tx: Connection) -> RollPage | None:
        until = int(str(item.detail["at"]))
        since = int(str(item.detail.get("since", until - 7 * DAY)))
        page = await roll_of(tx, await office_path(tx, person), since, until, 0)
        return page if page.lines else None

    return await db.read(unit)
