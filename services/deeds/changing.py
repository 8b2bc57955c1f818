"""Every change that an author makes of a deed until it is confirmed, handing it in, and taking it back.

A change of what happened voids signatures that were given for something else.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta, tzinfo

from domain import deeds as rules
from domain.clock import MINUTE, local, millis
from domain.dates import parse_happened
from domain.deeds import Conduct, Deed, DeedKind, DeedState
from domain.deeds.shown import Card
from domain.errors import MovedOn
from domain.people import Person
from services.deeds.common import ASK, FORM, PAUSE, ask, card_of, fresh, own_deed, readable, the_deed
from services.deeds.form import Sent, Step, When, begin, data, keywords, leave, subject, taken_in
from storage import audit, drafts, outbox
from storage import deeds as store
from storage.database import Connection, Database, Value
from storage.drafts import Draft


async def open_(
    db: Database, caller: Person, deed_id: int, origin: str, now: int, tz: tzinfo, *, edit: bool = False
) -> Card:
    """[记为好事], [返回]: a deed that is with its author takes in the words and photos that come next.

    One that was handed in does so after [修改] alone (``edit``), else it is only looked at. Raises NotYours, MovedOn
    (it is with its author), NotFound, NotForRole. A deed that is past changing is shown as it stands.
    """

    async def unit(tx: Connection) -> Card:
        person, deed = await readable(tx, caller, deed_id)
        if deed.author_id == person.id and deed.state in (rules.EDITABLE if edit else rules.EDITABLE - rules.WAITING):
            await store.open_(tx, deed.id)
            await begin(tx, person.id, Step.OPEN, deed.id, origin, now)
        elif deed.author_id == person.id:
            await leave(tx, person.id, deed.id, now)
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


async def await_words(db: Database, caller: Person, deed_id: int, step: Step, origin: str, now: int) -> Deed:
    """The next message is the text, the time or the place. Raises NotYours, MovedOn, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Deed:
        person, deed = await own_deed(tx, caller, deed_id)
        await begin(tx, person.id, step, deed.id, origin, now)
        return deed

    return await db.write(unit)


async def take_words(db: Database, caller: Person, draft: Draft, sent: Sent, now: int, tz: tzinfo) -> Card:
    """The text, the time or the place that was asked for.

    Raises NoWords, WordsTooLong, BadMoment, FutureDeed, NotYours, MovedOn, NotFound, NotForRole.
    """
    deed_id, text = subject(draft) or 0, rules.words(sent.text)
    if not text:
        raise rules.NoWords
    match Step(draft.step):
        case Step.TIME:
            happened, exact = parse_happened(text, now, tz)
            _require_past(happened, now)
            values: dict[str, Value] = {"happened_at": happened, "exact": int(exact)}
        case Step.PLACE:
            values = {"place": " ".join(text.split())[: rules.PLACE_LIMIT]}
        case _:
            values = {"text": text}

    async def unit(tx: Connection) -> Card:
        person, deed = await own_deed(tx, caller, deed_id)
        if not await taken_in(tx, person.id, sent, now):
            if await store.change(tx, deed.id, **values):
                await noted(tx, person, deed, now, tz, sorted(values))
            await drafts.put(tx, draft.id, Step.OPEN, data(deed.id, now), sent.message_id)
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


def _require_past(happened: int, now: int) -> None:
    if happened > now + MINUTE:
        raise rules.FutureDeed


async def noted(tx: Connection, person: Person, deed: Deed, now: int, tz: tzinfo, parts: list[str]) -> None:
    """A change of what was submitted is in the audit; whoever was asked for a signature is asked anew."""
    if deed.state not in rules.WAITING:
        return
    await audit.append(tx, person.id, "deed.change", f"deed:{deed.id}", now, {"parts": parts})
    await outbox.cancel(tx, ASK, deed.id, now)
    await ask(tx, deed.id, now, tz, PAUSE)


Change = Callable[[Connection, Person, Deed], Awaitable[bool]]


async def changed(db: Database, caller: Person, deed_id: int, now: int, tz: tzinfo, part: str, change: Change) -> Card:
    """One change by a tap; of one that stands already nothing comes. Raises NotYours, MovedOn, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Card:
        person, deed = await own_deed(tx, caller, deed_id)
        differs = await change(tx, person, deed)
        await _reopen(tx, person, deed, now)
        if differs:
            await noted(tx, person, deed, now, tz, [part])
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


async def _reopen(tx: Connection, person: Person, deed: Deed, now: int) -> None:
    """The form is shown: it takes in words and photos again, whatever it asked for and whatever was opened since."""
    draft = await drafts.awaiting(tx, person.id)
    if draft is not None and draft.kind == FORM and subject(draft) == deed.id:
        await drafts.put(tx, draft.id, Step.OPEN, data(deed.id, now))
    else:
        await begin(tx, person.id, Step.OPEN, deed.id, f"deed:{deed.edits}:{now}", now)


async def set_kind(db: Database, caller: Person, deed_id: int, kind: DeedKind, now: int, tz: tzinfo) -> Card:
    """The kind, by a tap."""

    async def change(tx: Connection, _person: Person, deed: Deed) -> bool:
        return await store.change(tx, deed.id, kind=kind.value)

    return await changed(db, caller, deed_id, now, tz, "kind", change)


async def set_time(db: Database, caller: Person, deed_id: int, when: When, now: int, tz: tzinfo) -> Card:
    """[刚才] is when it was written; [今天早些] and [昨天] are days."""

    async def change(tx: Connection, _person: Person, deed: Deed) -> bool:
        if when is When.JUST:
            return await store.change(tx, deed.id, happened_at=deed.created_at, exact=1)
        day = local(deed.created_at, tz).date() - timedelta(days=when is When.YESTERDAY)
        return await store.change(tx, deed.id, happened_at=millis(datetime.combine(day, time(), tz)), exact=0)

    return await changed(db, caller, deed_id, now, tz, "time", change)


async def set_place(db: Database, caller: Person, deed_id: int, number: int, now: int, tz: tzinfo) -> Card:
    """The place by a tap: its number among those offered. Raises MovedOn for one that is not offered any more."""
    offered = places()
    if number >= len(offered):
        raise MovedOn

    async def change(tx: Connection, _person: Person, deed: Deed) -> bool:
        return await store.change(tx, deed.id, place=offered[number])

    return await changed(db, caller, deed_id, now, tz, "place", change)


def places() -> tuple[str, ...]:
    """The places that are offered as buttons."""
    return keywords().offered_places


async def to_sort(db: Database, caller: Person, deed_id: int) -> Deed:
    """[文明标准]. Raises as ``switch_tag``."""

    async def unit(tx: Connection) -> Deed:
        return (await _sortable(tx, caller, deed_id))[1]

    return await db.read(unit)


async def switch_tag(db: Database, caller: Person, deed_id: int, tag: Conduct, on: bool) -> Deed:
    """One conduct standard on or off: by the author, or by whoever may sign it now.

    Raises NotYours, MovedOn, NotFound, NotForRole.
    """

    async def unit(tx: Connection) -> Deed:
        _, deed = await _sortable(tx, caller, deed_id)
        await store.set_tags(tx, deed.id, deed.tags | {tag} if on else deed.tags - {tag})
        return await the_deed(tx, deed.id)

    return await db.write(unit)


async def _sortable(tx: Connection, caller: Person, deed_id: int) -> tuple[Person, Deed]:
    """Caller and deed, for whoever may sort it for the dossier. Raises NotYours, MovedOn, NotFound, NotForRole."""
    person, deed = await fresh(tx, caller), await the_deed(tx, deed_id)
    if rules.may_sign(person, deed):
        return person, deed
    return await own_deed(tx, person, deed.id)


async def drop_photos(db: Database, caller: Person, deed_id: int, origin: str, now: int, tz: tzinfo) -> Card:
    """[去掉照片]: all of them; the next that come take their place."""

    async def change(tx: Connection, person: Person, deed: Deed) -> bool:
        await begin(tx, person.id, Step.OPEN, deed.id, origin, now)
        return bool(await store.remove_photos(tx, deed.id, now)) and await store.change(tx, deed.id)

    return await changed(db, caller, deed_id, now, tz, "photos", change)


# the end ---------------------------------------------------------------------------------------------------------


async def submit(db: Database, caller: Person, deed_id: int, edits: int, now: int, tz: tzinfo) -> tuple[Card, bool]:
    """[提交] of what was shown with ``edits``: the deed, and whether it is in now.

    Not in: it has changed since, or was submitted before. Raises NoWords, FutureDeed, NotYours, MovedOn, NotFound.
    """

    async def unit(tx: Connection) -> tuple[Card, bool]:
        person, deed = await own_deed(tx, caller, deed_id)
        if not deed.text:
            raise rules.NoWords
        _require_past(deed.happened_at, now)
        first = await store.submit(tx, deed.id, edits, now)
        if first:
            await leave(tx, person.id, deed.id, now)
            await audit.append(tx, person.id, "deed.submit", f"deed:{deed.id}", now, {"edits": edits})
            await ask(tx, deed.id, now, tz)
        return await card_of(tx, person, deed.id, now, tz), first or deed.state in rules.WAITING

    return await db.write(unit)


async def withdraw(db: Database, caller: Person, deed_id: int, now: int) -> None:
    """[撤回], [不记了]. Twice is once. Raises NotYours, MovedOn once it is confirmed, NotFound, NotForRole."""

    async def unit(tx: Connection) -> None:
        person, deed = await fresh(tx, caller), await the_deed(tx, deed_id)
        if deed.state is DeedState.WITHDRAWN and deed.author_id == person.id:
            return
        await own_deed(tx, person, deed.id)
        await store.withdraw(tx, deed.id)
        await leave(tx, person.id, deed.id, now)
        await outbox.cancel(tx, ASK, deed.id, now)
        if deed.submitted_at is not None:
            await audit.append(tx, person.id, "deed.withdraw", f"deed:{deed.id}", now)

    await db.write(unit)
