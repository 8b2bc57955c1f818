"""Looking at rewards and penalties: what is public, one's own, what one proposed, the office's list, what waits."""

from collections.abc import Sequence

from domain.clock import DAY
from domain.errors import NotForRole
from domain.people import Person, Role
from domain.scores import awards as rules
from domain.scores.award_shown import Card, Line, Listing, Which
from domain.scores.awards import Award, AwardState
from services.deeds.looking import office_path
from services.scores.awards.common import card_of, readable, waiting, waiting_count
from services.scores.common import fresh
from storage.database import Connection, Database
from storage.scores import awards as store

A_PAGE = 6  # proposals on a page
PUBLIC_FOR = 90 * DAY  # how long a reward that was passed stays in the public list


async def listing(db: Database, caller: Person, which: Which, now: int, page: int = 0) -> Listing:
    """A list; pages count from 0. Raises NotForRole for the bureau, and for a list that is not the caller's."""

    async def unit(tx: Connection) -> Listing:
        person = await fresh(tx, caller)
        lists = _lists(person)
        if which not in lists:
            raise NotForRole
        found, here, pages = await _page(tx, person, which, now, page)
        lines = tuple(Line(one, one.state(now)) for one in found if rules.may_read(person, one))
        may_propose = person.role in rules.PROPOSERS
        return Listing(person, which, lines, here, pages, await waiting_count(tx, person, now), lists, may_propose)

    return await db.read(unit)


def _lists(person: Person) -> tuple[Which, ...]:
    proposed = (Which.PROPOSED,) if person.role in rules.PROPOSERS else ()
    return (Which.PUBLIC, Which.MINE, *proposed, *((Which.ALL,) if person.role is Role.OFFICE else ()))


async def _page(tx: Connection, person: Person, which: Which, now: int, page: int) -> tuple[Sequence[Award], int, int]:
    """The proposals of a page, which page it is, and how many there are."""
    if which is Which.ALL:
        here, pages = _paged(await store.count_within(tx, person.scope), page)
        return await store.page_within(tx, person.scope, here, A_PAGE), here, pages
    found = [one for one in await _listed(tx, person, which, now) if rules.may_read(person, one)]
    here, pages = _paged(len(found), page)
    return found[here * A_PAGE : (here + 1) * A_PAGE], here, pages


def _paged(count: int, page: int) -> tuple[int, int]:
    pages = max(1, -(-count // A_PAGE))
    return min(page, pages - 1), pages


async def _listed(tx: Connection, person: Person, which: Which, now: int) -> Sequence[Award]:
    """Newest first; of the public ones first those to which one may still object, the nearest end first."""
    if which is Which.MINE:
        leads = person.unit.id if person.role is Role.TEAM_LEADER else None
        return await store.of_person(tx, person.id, leads)
    if which is Which.PROPOSED:
        return await store.proposed_by(tx, person.id)
    found = await store.public_within(tx, await office_path(tx, person), now - PUBLIC_FOR)
    runs = [one for one in found if one.state(now) is AwardState.NOTICE]
    rest = [one for one in found if one.state(now) is not AwardState.NOTICE]
    return (*sorted(runs, key=lambda one: (one.until or 0, one.id)), *rest)


async def card(db: Database, caller: Person, award_id: int, now: int) -> Card:
    """One proposal. Raises NotYours, MovedOn for what was public once, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Card:
        person, award = await readable(tx, caller, award_id)
        return await card_of(tx, person, award.id, now)

    return await db.read(unit)


async def next_waiting(db: Database, caller: Person, after: int, now: int) -> Card | None:
    """What has waited longest for the caller; ``after``: what comes behind that one (0: the first). None: nothing."""

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        ids = [one.id for one in await waiting(tx, person, now)]
        if not ids:
            return None
        at = ids.index(after) + 1 if after in ids else 0
        return await card_of(tx, person, ids[at % len(ids)], now)

    return await db.read(unit)
