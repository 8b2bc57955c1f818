"""Logging a deed: from /deed, from a stray photo or line, and what is sent while the form is open.

A message is taken in once; the parts of an album are one deed.
"""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo

from domain import deeds as rules
from domain.clock import HOUR, MINUTE, local, millis
from domain.deeds import Deed, PhotoFault
from domain.deeds.proposing import propose
from domain.deeds.shown import Card
from domain.people import Person
from services.deeds.common import FORM, card_of, fresh, own_deed
from services.deeds.form import Sent, Step, data, keywords, subject
from storage import deeds as store
from storage import drafts
from storage.database import Connection, Database
from storage.drafts import Draft

LEFT_ALONE = 12 * HOUR  # a form that nobody touched for so long takes in no message any more
ALBUM_COMES = 10 * MINUTE  # the parts of an album come within it, even over a bad line

# a message ---------------------------------------------------------------------------------------------------------


async def offer(db: Database, caller: Person, sent: Sent, now: int, tz: tzinfo) -> Card | None:
    """A photo or a line outside of any form: kept, so that [记为好事] is one tap. None: a further part of an album.

    Raises NotForRole, WordsTooLong, NothingToLog, PhotoTooLarge.
    """
    _require_something(sent)

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        rules.require_logger(person)
        deed_id, first = await _begin(tx, person, sent, now, tz)
        return await card_of(tx, person, deed_id, now, tz) if first else None

    card = await db.write(unit)
    return replace(card, fault=sent.fault) if card else None


async def start(db: Database, caller: Person, origin: str, now: int) -> None:
    """/deed: the next message is the deed. Raises NotForRole."""

    async def unit(tx: Connection) -> None:
        person = await fresh(tx, caller)
        if rules.may_log(person):
            await drafts.begin(tx, person.id, FORM, Step.NEW, json.dumps({"deed": None, "at": now}), origin, now)

    await db.write(unit)


async def take(db: Database, caller: Person, draft: Draft, sent: Sent, now: int, tz: tzinfo) -> Card | None:
    """What comes while the form waits for the deed, or for more of it. None: a further part of an album.

    Raises NotForRole, NotYours, NotFound, MovedOn, WordsTooLong, NothingToLog, PhotoTooLarge.
    """
    deed_id = subject(draft)
    _require_something(sent)

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        if deed_id is None:
            made, first = await _begin(tx, person, sent, now, tz)
            await store.open_(tx, made)
            await drafts.put(tx, draft.id, Step.OPEN, data(made), sent.message_id)
            return await card_of(tx, person, made, now, tz) if first else None
        _, deed = await own_deed(tx, person, deed_id)
        if sent.message_id <= draft.seen:
            return await card_of(tx, person, deed.id, now, tz)
        part = sent.album is not None and any(photo.album == sent.album for photo in deed.photos)
        full = await _add(tx, deed, sent, now)
        await drafts.put(tx, draft.id, Step.OPEN, data(deed.id), sent.message_id)
        if part:
            return None
        return replace(await card_of(tx, person, deed.id, now, tz), fault=PhotoFault.TOO_MANY if full else None)

    card = await db.write(unit)
    return replace(card, fault=sent.fault or card.fault) if card else None


def _require_something(sent: Sent) -> None:
    """Raise unless there are words or a picture."""
    if sent.picture is None and not sent.text.strip():
        raise rules.PhotoTooLarge if sent.fault is PhotoFault.TOO_LARGE else rules.NothingToLog


async def stale(db: Database, draft: Draft, now: int) -> bool:
    """Whether the form was left alone for so long that a message is not meant for it; then it is closed."""
    held = json.loads(draft.data)

    async def unit(tx: Connection) -> bool:
        deed = await store.deed(tx, held["deed"]) if held["deed"] is not None else None
        since = deed.created_at if deed else held.get("at", 0)
        if now - since <= LEFT_ALONE:
            return False
        await drafts.close(tx, draft.id, now)
        return True

    return await db.write(unit)


async def _begin(tx: Connection, person: Person, sent: Sent, now: int, tz: tzinfo) -> tuple[int, bool]:
    """The deed that this message begins, and whether it does: a part of an album joins the deed of the first."""
    again = await store.of_origin(tx, sent.origin)
    if again is not None:
        return again.id, True
    if sent.album is not None:
        earlier = await store.of_album(tx, person.id, sent.album, now - ALBUM_COMES)
        if earlier is not None:
            await _join(tx, earlier, sent, now)
            return earlier.id, False
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
    return deed_id, True


async def _join(tx: Connection, deed: Deed, sent: Sent, now: int) -> None:
    """A further part of the album: its picture, and its words where the first had none."""
    if deed.state not in rules.EDITABLE:
        return
    if sent.text.strip() and not deed.text:
        await store.change(tx, deed.id, text=rules.words(sent.text))
    if len(deed.photos) < rules.PHOTOS:
        await _picture(tx, deed.id, sent, now)


async def _picture(tx: Connection, deed_id: int, sent: Sent, now: int) -> None:
    picture = sent.picture
    if picture is not None:
        await store.add_photo(
            tx,
            deed_id,
            kind=picture.kind,
            file_id=picture.file_id,
            unique_id=picture.unique_id,
            album=sent.album,
            origin=sent.origin,
            now=now,
        )


async def _add(tx: Connection, deed: Deed, sent: Sent, now: int) -> bool:
    """More of a deed: words go below those that are there. Whether a picture was left out, for there are enough.

    A part of an album changes nothing that was signed.
    """
    if sent.text.strip():
        await store.change(tx, deed.id, text=rules.words(f"{deed.text}\n{sent.text}"))
    if sent.picture is None:
        return False
    if len(deed.photos) >= rules.PHOTOS:
        return True
    if not (sent.text.strip() or any(photo.album == sent.album for photo in deed.photos if sent.album)):
        await store.change(tx, deed.id)
    await _picture(tx, deed.id, sent, now)
    return False


def _happened(day_offset: int, minute: int | None, now: int, tz: tzinfo) -> tuple[int, bool]:
    """When it was: a moment, or only a day (then its midnight)."""
    day = local(now, tz).date() + timedelta(days=day_offset)
    return millis(datetime.combine(day, time(), tz)) + (minute or 0) * MINUTE, minute is not None
