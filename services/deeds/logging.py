"""Logging a deed: from /deed, from a stray photo or line, and what is sent while the form is open.

A message is taken in once, also when it is handled again after later ones. The parts of an album are one deed, in
whatever order they come and whatever comes between them.
"""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo

from domain import deeds as rules
from domain.clock import HOUR, MINUTE, local, millis
from domain.deeds import EDITABLE, Deed, DeedState, PhotoFault
from domain.deeds.proposing import propose
from domain.deeds.shown import Card
from domain.people import Person
from services.deeds.changing import noted
from services.deeds.common import card_of, fresh, own_deed
from services.deeds.form import RECENT, Sent, Step, begin, data, keywords, subject, taken_in
from storage import deeds as store
from storage import drafts
from storage.database import Connection, Database
from storage.drafts import Draft

LEFT_ALONE = 12 * HOUR  # a form that nobody touched for so long takes in no message any more

# a message ---------------------------------------------------------------------------------------------------------


async def offer(db: Database, caller: Person, sent: Sent, now: int, tz: tzinfo) -> Card | None:
    """A photo or a line outside of any form: kept, so that [记为好事] is one tap.

    None: a further part of an album, or what a form took in before. Raises NotForRole, WordsTooLong, NothingToLog,
    PhotoTooLarge.
    """
    _require_something(sent)

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        rules.require_logger(person)
        if await _joined(tx, person, sent, now) is not None:
            return None
        deed = await store.of_origin(tx, sent.origin)
        if deed is None and await taken_in(tx, person.id, sent, now):
            return None
        deed_id = deed.id if deed else await _begin(tx, person, sent, now, tz)
        return await card_of(tx, person, deed_id, now, tz)

    card = await db.write(unit)
    return replace(card, fault=sent.fault) if card else None


async def start(db: Database, caller: Person, origin: str, now: int) -> None:
    """/deed: the next message is the deed. Raises NotForRole."""

    async def unit(tx: Connection) -> None:
        person = await fresh(tx, caller)
        if rules.may_log(person):
            await begin(tx, person.id, Step.NEW, None, origin, now)

    await db.write(unit)


async def take(db: Database, caller: Person, draft: Draft, sent: Sent, now: int, tz: tzinfo) -> Card | None:
    """What comes while the form waits for the deed, or for more of it.

    None: nothing new is to be seen, as for a further part of an album. Raises NotForRole, NotYours, NotFound, MovedOn,
    WordsTooLong, NothingToLog, PhotoTooLarge.
    """
    deed_id = subject(draft)
    _require_something(sent)

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        joined = await _joined(tx, person, sent, now, but=deed_id)
        if joined is not None:
            return None
        if deed_id is None:
            return await _first(tx, person, draft, sent, now, tz)
        return await _more(tx, person, draft, deed_id, sent, now, tz)

    card = await db.write(unit)
    return replace(card, fault=sent.fault or card.fault) if card else None


async def _first(tx: Connection, person: Person, draft: Draft, sent: Sent, now: int, tz: tzinfo) -> Card | None:
    """The form's deed begins. What is only handled again leaves the form to the next message, except an offer."""
    offered = await store.of_origin(tx, sent.origin)
    if await taken_in(tx, person.id, sent, now) or (offered is not None and offered.state is not DeedState.DRAFT):
        return None
    rules.require_logger(person)
    deed_id = offered.id if offered else await _begin(tx, person, sent, now, tz)
    await store.open_(tx, deed_id)
    await drafts.put(tx, draft.id, Step.OPEN, data(deed_id, now), sent.message_id)
    return await card_of(tx, person, deed_id, now, tz)


async def _more(
    tx: Connection, person: Person, draft: Draft, deed_id: int, sent: Sent, now: int, tz: tzinfo
) -> Card | None:
    """More of the form's deed; whoever was asked to sign is asked anew."""
    _, deed = await own_deed(tx, person, deed_id)
    if await store.of_origin(tx, sent.origin) is not None or await taken_in(tx, person.id, sent, now):
        return await card_of(tx, person, deed.id, now, tz)
    part = any(photo.album == sent.album for photo in deed.photos if sent.album)
    changed, full = await _add(tx, deed, sent, now)
    await drafts.put(tx, draft.id, Step.OPEN, data(deed.id, now), sent.message_id)
    if changed:
        await noted(tx, person, deed, now, tz, changed)
    if part and not (sent.text.strip() or full):
        return None
    return replace(await card_of(tx, person, deed.id, now, tz), fault=PhotoFault.TOO_MANY if full else None)


def _require_something(sent: Sent) -> None:
    """Raise unless there are words or a picture."""
    if sent.picture is None and not sent.text.strip():
        raise rules.PhotoTooLarge if sent.fault is PhotoFault.TOO_LARGE else rules.NothingToLog


async def stale(db: Database, draft: Draft, now: int) -> bool:
    """Whether a message is not meant for the form, and then it is closed.

    It was left alone for long, or its deed can be changed no more.
    """
    held = json.loads(draft.data)

    async def unit(tx: Connection) -> bool:
        if now - held.get("at", 0) <= LEFT_ALONE and not await _is_over(tx, draft):
            return False
        await drafts.close(tx, draft.id, now)
        return True

    return await db.write(unit)


async def _is_over(tx: Connection, draft: Draft) -> bool:
    """A reason is never taken for something else: whoever typed it is told that it comes too late."""
    deed_id = subject(draft)
    if deed_id is None or draft.step == Step.REASON:
        return False
    deed = await store.deed(tx, deed_id)
    return deed is None or deed.state not in EDITABLE


async def _begin(tx: Connection, person: Person, sent: Sent, now: int, tz: tzinfo) -> int:
    """The deed that this message begins."""
    text = rules.words(sent.text)
    proposed = propose(text, keywords(), now, tz)
    happened, exact = (now, True) if proposed.just else _happened(proposed.day_offset, proposed.minute, now, tz)
    deed_id = await store.add(
        tx,
        origin=sent.origin,
        author_id=person.id,
        unit_id=person.unit.id,
        kind=proposed.kind,
        happened_at=happened,
        exact=exact,
        place=proposed.place,
        text=text,
        tags=proposed.tags,
        album=sent.album,
        now=now,
    )
    assert deed_id is not None  # of_origin found none in this very transaction
    await _picture(tx, deed_id, sent, now)
    return deed_id


async def _joined(tx: Connection, person: Person, sent: Sent, now: int, but: int | None = None) -> int | None:
    """The other deed to which this further part of an album belongs, by now with its picture; None: there is none."""
    deed = await store.of_album(tx, person.id, sent.album, now - RECENT) if sent.album is not None else None
    if deed is None or deed.id == but or (but is None and await _begins(tx, deed, sent)):
        return None
    if deed.state in rules.EDITABLE:
        await _join(tx, deed, sent, now)
    return deed.id


async def _begins(tx: Connection, deed: Deed, sent: Sent) -> bool:
    begun = await store.of_origin(tx, sent.origin)
    return begun is not None and begun.id == deed.id


async def _join(tx: Connection, deed: Deed, sent: Sent, now: int) -> None:
    """The part's picture, and its words below those that are there: what was handed in keeps the words it has."""
    new = len(deed.photos) < rules.PHOTOS and await _picture(tx, deed.id, sent, now)
    if new and sent.text.strip() and deed.state not in rules.WAITING:
        await store.change(tx, deed.id, text=rules.words(f"{deed.text}\n{sent.text}"))


async def _picture(tx: Connection, deed_id: int, sent: Sent, now: int) -> bool:
    """Whether there was one, which was not taken in before."""
    picture = sent.picture
    return picture is not None and await store.add_photo(
        tx,
        deed_id,
        kind=picture.kind,
        file_id=picture.file_id,
        unique_id=picture.unique_id,
        album=sent.album,
        origin=sent.origin,
        now=now,
    )


async def _add(tx: Connection, deed: Deed, sent: Sent, now: int) -> tuple[list[str], bool]:
    """More of a deed: words go below those that are there. What changed, and whether there are photos enough already.

    A part of an album without words changes nothing that was signed.
    """
    changed = ["text"] if sent.text.strip() else []
    full = sent.picture is not None and len(deed.photos) >= rules.PHOTOS
    if sent.picture is not None and not full:
        known = any(photo.album == sent.album for photo in deed.photos if sent.album)
        changed += [] if known else ["photos"]
        await _picture(tx, deed.id, sent, now)
    if "text" in changed:
        await store.change(tx, deed.id, text=rules.words(f"{deed.text}\n{sent.text}"))
    elif changed:
        await store.change(tx, deed.id)
    return changed, full


def _happened(day_offset: int, minute: int | None, now: int, tz: tzinfo) -> tuple[int, bool]:
    """When it was: a moment, or only a day (then its midnight)."""
    day = local(now, tz).date() + timedelta(days=day_offset)
    return millis(datetime.combine(day, time(), tz)) + (minute or 0) * MINUTE, minute is not None
