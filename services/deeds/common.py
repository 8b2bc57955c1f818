"""What every use case of deeds begins and ends with: fresh rows, rights, and the card of a deed."""

from collections.abc import Iterable
from datetime import tzinfo

from domain import deeds as rules
from domain.deeds import Deed, DeedState, Flag
from domain.deeds.shown import Card
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Post
from domain.people import LEADERS, Person
from storage import deeds as store
from storage import outbox, people, reminders
from storage.database import Connection

FORM = "deeds"  # the kind of the form
ASK, RETURNED, THANKS, HONOUR = "deed_ask", "deed_returned", "deed_thanks", "honour"  # outbox kinds
PAUSE = 30_000  # ms after a change before somebody is asked anew: it seldom comes alone


async def fresh(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now. Raises NotForRole when they have left."""
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotForRole
    return person


async def the_deed(tx: Connection, deed_id: int) -> Deed:
    """The deed. Raises NotFound."""
    deed = await store.deed(tx, deed_id)
    if deed is None:
        raise NotFound
    return deed


async def readable(tx: Connection, caller: Person, deed_id: int) -> tuple[Person, Deed]:
    """Caller and deed, for whoever may read it. Raises NotYours, MovedOn, NotFound, NotForRole."""
    person, deed = await fresh(tx, caller), await the_deed(tx, deed_id)
    rules.require_reader(person, deed)
    return person, deed


async def own_deed(tx: Connection, caller: Person, deed_id: int) -> tuple[Person, Deed]:
    """Caller and deed, for its author while it may be changed. Raises NotYours, MovedOn, NotFound, NotForRole."""
    person, deed = await fresh(tx, caller), await the_deed(tx, deed_id)
    if person.id != deed.author_id:
        raise NotYours
    if deed.state not in rules.EDITABLE:
        raise MovedOn
    return person, deed


async def flags_of(tx: Connection, deed: Deed, now: int, tz: tzinfo) -> frozenset[Flag]:
    """What asks for a closer look."""
    patterns = await reminders.patterns(tx)
    found = {
        Flag.SAME_PHOTO: await store.same_picture(tx, deed),
        Flag.SAME_HOUR: await store.same_hour(tx, deed, rules.station_path(deed.unit)),
        Flag.ODD_TIME: rules.odd_time(deed, patterns.get(deed.unit.id), now, tz),
    }
    return frozenset(flag for flag, raised in found.items() if raised)


async def card_of(tx: Connection, caller: Person, deed_id: int, now: int, tz: tzinfo) -> Card:
    """The deed as the caller may deal with it; whoever may sign it sees the flags."""
    deed = await the_deed(tx, deed_id)
    flags = await flags_of(tx, deed, now, tz) if rules.may_sign(caller, deed) else frozenset[Flag]()
    return await card_with(tx, caller, deed, flags, now)


async def card_with(tx: Connection, caller: Person, deed: Deed, flags: frozenset[Flag], now: int) -> Card:
    """The same with flags that are known."""
    left = len([one for one in await waiting(tx, caller, now) if one.id != deed.id])
    scorable = deed.state is DeedState.CONFIRMED and caller.role in LEADERS and caller.unit.holds(deed.unit)
    return Card(
        deed, caller, flags, rules.may_sign(caller, deed), left=left, scorable=scorable and caller.id not in deed.people
    )


async def waiting(tx: Connection, caller: Person, now: int) -> tuple[Deed, ...]:
    """What waits for the caller's signature at ``now`` (ms UTC), the longest first."""
    asked = await store.waiting_for_witness(tx, caller.id)
    if caller.role not in LEADERS:
        return tuple(deed for deed in asked if rules.may_sign(caller, deed))
    leaders = await people.leaders(tx)
    within = await store.waiting_within(tx, caller.scope)
    mine = {deed.id: deed for deed in (*within, *asked) if caller.id in rules.waits_for(deed, leaders, now)}
    return tuple(sorted(mine.values(), key=lambda deed: (deed.waits_since, deed.id)))


async def ask(tx: Connection, deed_id: int, now: int, tz: tzinfo, pause: int = 0) -> None:
    """Whoever is nearest is asked, after ``pause`` ms, for the signature that is due; flags are those of now."""
    deed = await the_deed(tx, deed_id)
    nearest = rules.levels(deed, await people.leaders(tx))[:1]
    stage = 2 if deed.state is DeedState.VOUCHED else 1
    key = f"{ASK}:{deed.id}:{deed.edits}:{deed.submitted_at}:{stage}"
    flags = sorted(await flags_of(tx, deed, now, tz))
    detail: dict[str, object] = {"edits": deed.edits, "stage": stage, "flags": flags}
    await outbox.add(tx, [Post(f"{key}:{one}", ASK, one, deed.id, now + pause, detail) for one in _flat(nearest)], now)


def _flat(levels: Iterable[Iterable[int]]) -> Iterable[int]:
    return (one for level in levels for one in level)
