"""Logging a deed: from /deed, from a stray photo or line, and every change its author makes until it is confirmed.

A message is taken in once; the parts of an album are one deed. A change of what happened voids signatures that were
given for something else.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache

from content.deed_rules import load_rules
from domain import deeds as rules
from domain.clock import HOUR, MINUTE, local, millis
from domain.dates import parse_happened
from domain.deeds import Conduct, Deed, DeedKind, DeedState, PhotoFault, Picture
from domain.deeds.proposing import Rules, propose
from domain.deeds.shown import Card, Choosing
from domain.errors import MovedOn, NotFound
from domain.people import Person
from services.deeds.common import ASK, FORM, PAUSE, ask, card_of, fresh, leave, own_deed, readable, the_deed
from storage import audit, drafts, outbox, people
from storage import deeds as store
from storage.database import Connection, Database
from storage.drafts import Draft

LEFT_ALONE = 12 * HOUR  # a form that nobody touched for so long takes in no message any more
ALBUM_COMES = 10 * MINUTE  # the parts of an album come within it, even over a bad line
A_PAGE = 16  # colleagues on a page


class Step(StrEnum):
    """What the form waits for."""

    NEW = "new"  # the deed itself
    OPEN = "open"  # more words, more photos
    TEXT = "text"  # the words, anew
    TIME = "time"
    PLACE = "place"
    REASON = "reason"  # why a leader returns it


class When(StrEnum):
    """The times that are offered as buttons."""

    JUST = "just"
    TODAY = "today"
    YESTERDAY = "yesterday"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as deeds take it in. ``fault``: a picture that came with it cannot be taken."""

    origin: str
    message_id: int
    text: str
    picture: Picture | None = None
    fault: PhotoFault | None = None
    album: str | None = None


@cache
def keywords() -> Rules:
    """The rules by which kind, time and place are proposed; read once a process."""
    found, faults = load_rules()
    if found is None:
        raise RuntimeError("; ".join(map(str, faults)))
    return found


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
            await drafts.put(tx, draft.id, Step.OPEN, _data(made), sent.message_id)
            return await card_of(tx, person, made, now, tz) if first else None
        _, deed = await own_deed(tx, person, deed_id)
        if sent.message_id <= draft.seen:
            return await card_of(tx, person, deed.id, now, tz)
        part = sent.album is not None and any(photo.album == sent.album for photo in deed.photos)
        full = await _add(tx, deed, sent, now)
        await drafts.put(tx, draft.id, Step.OPEN, _data(deed.id), sent.message_id)
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


def subject(draft: Draft) -> int | None:
    """The deed that the form is about; None before there is one."""
    found: int | None = json.loads(draft.data)["deed"]
    return found


def _data(deed_id: int | None) -> str:
    return json.dumps({"deed": deed_id})


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


# changing --------------------------------------------------------------------------------------------------------


async def open_(db: Database, caller: Person, deed_id: int, origin: str, now: int, tz: tzinfo) -> Card:
    """[记为好事], [修改]: the deed with all that can be changed; words and photos that come next are added to it.

    Raises NotYours, NotFound, NotForRole. A deed that is past changing is shown as it stands.
    """

    async def unit(tx: Connection) -> Card:
        person, deed = await readable(tx, caller, deed_id)
        if deed.author_id == person.id and deed.state in rules.EDITABLE:
            await store.open_(tx, deed.id)
            await drafts.begin(tx, person.id, FORM, Step.OPEN, _data(deed.id), origin, now)
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


async def await_words(db: Database, caller: Person, deed_id: int, step: Step, origin: str, now: int) -> Deed:
    """The next message is the text, the time or the place. Raises NotYours, MovedOn, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Deed:
        person, deed = await own_deed(tx, caller, deed_id)
        await drafts.begin(tx, person.id, FORM, step, _data(deed.id), origin, now)
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
            values: dict[str, int | str] = {"happened_at": happened, "exact": int(exact)}
        case Step.PLACE:
            values = {"place": " ".join(text.split())[: rules.PLACE_LIMIT]}
        case _:
            values = {"text": text}

    async def unit(tx: Connection) -> Card:
        person, deed = await own_deed(tx, caller, deed_id)
        if sent.message_id > draft.seen:
            await store.change(tx, deed.id, **values)
            await _noted(tx, person, deed, now, tz, sorted(values))
            await drafts.put(tx, draft.id, Step.OPEN, _data(deed.id), sent.message_id)
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


def _require_past(happened: int, now: int) -> None:
    if happened > now + MINUTE:
        raise rules.FutureDeed


async def _noted(tx: Connection, person: Person, deed: Deed, now: int, tz: tzinfo, parts: list[str]) -> None:
    """A change of what was submitted is in the audit; whoever was asked for a signature is asked anew."""
    if deed.state not in rules.WAITING:
        return
    await audit.append(tx, person.id, "deed.change", f"deed:{deed.id}", now, {"parts": parts})
    await outbox.cancel(tx, ASK, deed.id, now)
    await ask(tx, deed.id, now, tz, PAUSE)


Change = Callable[[Connection, Person, Deed], Awaitable[None]]


async def _change(db: Database, caller: Person, deed_id: int, now: int, tz: tzinfo, part: str, change: Change) -> Card:
    """One change by a tap. Raises NotYours, MovedOn, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Card:
        person, deed = await own_deed(tx, caller, deed_id)
        await change(tx, person, deed)
        await _reopen(tx, person, deed)
        await _noted(tx, person, deed, now, tz, [part])
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


async def _reopen(tx: Connection, person: Person, deed: Deed) -> None:
    """The form that asked for a time or a place takes in the deed's words and photos again."""
    draft = await drafts.awaiting(tx, person.id)
    if draft is not None and draft.kind == FORM and subject(draft) == deed.id:
        await drafts.put(tx, draft.id, Step.OPEN, draft.data)


async def set_kind(db: Database, caller: Person, deed_id: int, kind: DeedKind, now: int, tz: tzinfo) -> Card:
    """The kind, by a tap."""

    async def change(tx: Connection, _person: Person, deed: Deed) -> None:
        await store.change(tx, deed.id, kind=kind.value)

    return await _change(db, caller, deed_id, now, tz, "kind", change)


async def set_time(db: Database, caller: Person, deed_id: int, when: When, now: int, tz: tzinfo) -> Card:
    """[刚才] is when it was written; [今天早些] and [昨天] are days."""

    async def change(tx: Connection, _person: Person, deed: Deed) -> None:
        if when is When.JUST:
            await store.change(tx, deed.id, happened_at=deed.created_at, exact=1)
            return
        day = local(deed.created_at, tz).date() - timedelta(days=when is When.YESTERDAY)
        await store.change(tx, deed.id, happened_at=millis(datetime.combine(day, time(), tz)), exact=0)

    return await _change(db, caller, deed_id, now, tz, "time", change)


async def set_place(db: Database, caller: Person, deed_id: int, number: int, now: int, tz: tzinfo) -> Card:
    """The place by a tap: its number among those offered. Raises MovedOn for one that is not offered any more."""
    offered = places()
    if number >= len(offered):
        raise MovedOn

    async def change(tx: Connection, _person: Person, deed: Deed) -> None:
        await store.change(tx, deed.id, place=offered[number])

    return await _change(db, caller, deed_id, now, tz, "place", change)


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

    async def change(tx: Connection, person: Person, deed: Deed) -> None:
        await drafts.begin(tx, person.id, FORM, Step.OPEN, _data(deed.id), origin, now)
        if await store.remove_photos(tx, deed.id, now):
            await store.change(tx, deed.id)

    return await _change(db, caller, deed_id, now, tz, "photos", change)


# people ----------------------------------------------------------------------------------------------------------


async def choosing(db: Database, caller: Person, deed_id: int, page: int, *, witness: bool) -> Choosing:
    """Colleagues of the station to share the deed, or to bear witness. Raises as ``set_kind``."""

    async def unit(tx: Connection) -> Choosing:
        person, deed = await own_deed(tx, caller, deed_id)
        return await _choosing(tx, person, deed, page, witness=witness)

    return await db.read(unit)


async def _choosing(tx: Connection, person: Person, deed: Deed, page: int, *, witness: bool) -> Choosing:
    colleagues = [one for one in await _colleagues(tx, deed) if not (witness and one.id in deed.people)]
    colleagues.sort(key=lambda one: one.unit.id != deed.unit.id)
    pages = max(1, -(-len(colleagues) // A_PAGE))
    here = min(page, pages - 1)
    chosen = {deed.witness.person_id} if witness and deed.witness else set() if witness else set(deed.people)
    return Choosing(
        deed, tuple(colleagues[here * A_PAGE : (here + 1) * A_PAGE]), frozenset(chosen), here, pages, witness
    )


async def _colleagues(tx: Connection, deed: Deed) -> list[Person]:
    listed = await people.listed(tx, rules.station_path(deed.unit))
    return [one for one in listed if one.id != deed.author_id and rules.may_log(one)]


async def switch_person(
    db: Database, caller: Person, deed_id: int, person_id: int, on: bool, page: int, now: int, tz: tzinfo
) -> Choosing:
    """Somebody shares the deed, or does not. Raises TooManyPeople, NotFound for somebody of elsewhere, and as above."""

    async def unit(tx: Connection) -> Choosing:
        person, deed = await own_deed(tx, caller, deed_id)
        await _require_colleague(tx, deed, person_id)
        if on and len(deed.people) > rules.OTHERS:
            raise rules.TooManyPeople(limit=rules.OTHERS)
        await (store.share if on else store.unshare)(tx, deed.id, person_id)
        witness = deed.witness.person_id if deed.witness else None
        await store.change(tx, deed.id, witness_id=None if on and witness == person_id else witness)
        await _noted(tx, person, deed, now, tz, ["people"])
        return await _choosing(tx, person, await the_deed(tx, deed.id), page, witness=False)

    return await db.write(unit)


async def set_witness(db: Database, caller: Person, deed_id: int, person_id: int | None, now: int, tz: tzinfo) -> Card:
    """Who saw it; None: nobody in particular. Raises NotFound for somebody of elsewhere, and as above."""

    async def change(tx: Connection, _person: Person, deed: Deed) -> None:
        if person_id is not None:
            await _require_colleague(tx, deed, person_id)
            if person_id in deed.people:
                raise MovedOn
        await store.change(tx, deed.id, witness_id=person_id)

    return await _change(db, caller, deed_id, now, tz, "witness", change)


async def _require_colleague(tx: Connection, deed: Deed, person_id: int) -> None:
    if person_id not in {one.id for one in await _colleagues(tx, deed)}:
        raise NotFound


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
            await leave(tx, person.id, now)
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
        await leave(tx, person.id, now)
        await outbox.cancel(tx, ASK, deed.id, now)
        if deed.submitted_at is not None:
            await audit.append(tx, person.id, "deed.withdraw", f"deed:{deed.id}", now)

    await db.write(unit)
