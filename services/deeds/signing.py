"""Two people say that a deed is true: one by one, or the clean ones together; or they return it with a reason.

A signature is for what was shown: a deed that changed since is shown anew. Of two who press at once the first signs.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo

from domain import deeds as rules
from domain.deeds import Deed, DeedState, ReturnReason
from domain.deeds.shown import Batch, Card
from domain.errors import DomainError, MovedOn
from domain.outbox import Post
from domain.people import Person
from services.deeds.common import (
    ASK,
    RETURNED,
    THANKS,
    ask,
    card_of,
    flags_of,
    fresh,
    readable,
    the_deed,
    waiting,
)
from services.deeds.form import Sent, Step, begin
from storage import audit, drafts, outbox
from storage import deeds as store
from storage.database import Connection, Database
from storage.drafts import Draft

BATCH = 20  # deeds that are confirmed together at most: as many as are read on one screen


async def sign(
    db: Database, caller: Person, deed_id: int, edits: int, now: int, tz: tzinfo, *, onward: bool = False
) -> tuple[Card, bool]:
    """[属实]: the card, and whether this press signed. ``onward``: the next that waits, if there is one.

    Raises OwnDeed, SignedAlready, NotYours, NotForRole, NotFound.
    """

    async def unit(tx: Connection) -> tuple[Card, bool]:
        person, deed = await readable(tx, caller, deed_id)
        signed = deed.state in rules.WAITING and not _is_past(person, deed)
        if signed:
            rules.require_signer(person, deed)
            signed = await _sign(tx, person, deed, edits, now, tz)
        following = await waiting(tx, person, now) if onward and signed else ()
        shown = following[0].id if following else deed.id
        return await card_of(tx, person, shown, now, tz), signed

    return await db.write(unit)


def _is_past(person: Person, deed: Deed) -> bool:
    """The first signature stands, which the caller gave or was asked for as well: no refusal, only what stands."""
    if deed.state is not DeedState.VOUCHED or rules.may_sign(person, deed):
        return False
    return rules.may_sign(person, replace(deed, state=DeedState.SUBMITTED, first=None))


async def _sign(tx: Connection, person: Person, deed: Deed, edits: int, now: int, tz: tzinfo) -> bool:
    """The signature that is due. False when somebody was faster, or the deed has changed."""
    second = deed.state is DeedState.VOUCHED
    if not await (store.confirm if second else store.vouch)(tx, deed.id, edits, person.id, now):
        return False
    verb = "deed.confirm" if second else "deed.vouch"
    await audit.append(tx, person.id, verb, f"deed:{deed.id}", now, {"edits": edits})
    await outbox.cancel(tx, ASK, deed.id, now)
    if second:
        posts = [Post(f"{THANKS}:{deed.id}:{one}", THANKS, one, deed.id, now) for one in deed.people]
        await outbox.add(tx, posts, now)
    else:
        await ask(tx, deed.id, now, tz)
    return True


# returning -------------------------------------------------------------------------------------------------------


async def signable(db: Database, caller: Person, deed_id: int, edits: int, now: int, tz: tzinfo) -> Card:
    """[退回]: the card, to choose a reason for. Raises MovedOn when it does not wait for the caller as it was shown."""

    async def unit(tx: Connection) -> Card:
        person, deed = await _to_return(tx, caller, deed_id, edits)
        return await card_of(tx, person, deed.id, now, tz)

    return await db.read(unit)


async def _to_return(tx: Connection, caller: Person, deed_id: int, edits: int) -> tuple[Person, Deed]:
    person, deed = await readable(tx, caller, deed_id)
    if deed.state not in rules.WAITING or deed.edits != edits:
        raise MovedOn
    if _is_past(person, deed) and not (deed.first is not None and deed.first.person_id == person.id):
        raise MovedOn
    rules.require_signer(person, deed)
    return person, deed


async def ask_reason(db: Database, caller: Person, deed_id: int, edits: int, origin: str, now: int) -> Deed:
    """[其他原因]: the next message is the reason. Raises MovedOn, and what ``sign`` raises."""

    async def unit(tx: Connection) -> Deed:
        person, deed = await _to_return(tx, caller, deed_id, edits)
        await begin(tx, person.id, Step.REASON, deed.id, origin, now, edits=edits)
        return deed

    return await db.write(unit)


async def give_back(
    db: Database, caller: Person, deed_id: int, edits: int, reason: ReturnReason, now: int, tz: tzinfo, words: str = ""
) -> tuple[Card, bool]:
    """Return it with a reason: the next that waits, or this one; and whether this press returned it.

    ``words``: for ``other``. Raises NoWords, MovedOn when it does not wait as it was shown, and what ``sign`` raises.
    """
    if reason is ReturnReason.OTHER and not words:
        raise rules.NoWords
    return await db.write(lambda tx: _give_back(tx, caller, deed_id, edits, reason, now, tz, words))


async def _give_back(
    tx: Connection, caller: Person, deed_id: int, edits: int, reason: ReturnReason, now: int, tz: tzinfo, words: str
) -> tuple[Card, bool]:
    person, deed = await fresh(tx, caller), await the_deed(tx, deed_id)
    if deed.state is DeedState.RETURNED and deed.returned is not None and deed.returned.at == now:
        rules.require_signer(person, deed)  # this very press, handled again; for any other it is with its author
        return Card(deed, person), False
    person, deed = await _to_return(tx, person, deed_id, edits)
    returned = await store.give_back(tx, deed.id, edits, person.id, reason, words, now)
    if returned:
        await audit.append(tx, person.id, "deed.return", f"deed:{deed.id}", now, {"reason": reason.value})
        await outbox.cancel(tx, ASK, deed.id, now)
        post = Post(f"{RETURNED}:{deed.id}:{now}", RETURNED, deed.author_id, deed.id, now, {"at": now})
        await outbox.add(tx, [post], now)
    following = await waiting(tx, person, now)
    return await card_of(tx, person, following[0].id if following else deed.id, now, tz), returned


async def take_reason(db: Database, caller: Person, draft: Draft, sent: Sent, now: int, tz: tzinfo) -> Card:
    """The reason in words. The form ends with it, also when it comes too late.

    Raises NoWords and WordsTooLong, which leave the form open, MovedOn, and what ``sign`` raises.
    """
    about, words = json.loads(draft.data), " ".join(sent.text.split())
    if not words:
        raise rules.NoWords
    if len(words) > rules.REASON_LIMIT:
        raise rules.WordsTooLong(limit=rules.REASON_LIMIT)

    async def unit(tx: Connection) -> Card | DomainError:
        await drafts.put(tx, draft.id, draft.step, draft.data, sent.message_id)
        await drafts.close(tx, draft.id, now)
        try:
            found = await _give_back(tx, caller, about["deed"], about["edits"], ReturnReason.OTHER, now, tz, words)
        except DomainError as error:
            return error
        return found[0]

    outcome = await db.write(unit)  # the form stays closed: the refusal is raised after the commit
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


# together --------------------------------------------------------------------------------------------------------


async def batch(db: Database, caller: Person, now: int, tz: tzinfo) -> Batch:
    """What waits for the caller, has no flag, and is shown whole in a list. Raises NotForRole."""

    async def unit(tx: Connection) -> Batch:
        return await _batch(tx, await fresh(tx, caller), now, tz)

    return await db.read(unit)


async def _batch(tx: Connection, person: Person, now: int, tz: tzinfo) -> Batch:
    listed = await waiting(tx, person, now)
    clean = [deed for deed in listed if rules.fits_list(deed) and not await flags_of(tx, deed, now, tz)]
    shown = tuple(clean[:BATCH])
    return Batch(shown, mark(shown), len(listed) - len(clean))


def mark(deeds: Iterable[Deed]) -> int:
    """Names exactly these deeds as they stand: 32 bits, for a button."""
    return zlib.crc32(json.dumps([(deed.id, deed.edits, deed.state.value) for deed in deeds]).encode())


async def sign_batch(db: Database, caller: Person, shown: int, now: int, tz: tzinfo) -> tuple[int, Batch]:
    """[全部属实] of the deeds that ``shown`` names: how many were signed, and what is left.

    None was when the list has changed since: then it is shown anew. Raises NotForRole.
    """

    async def unit(tx: Connection) -> tuple[int, Batch]:
        person = await fresh(tx, caller)
        found = await _batch(tx, person, now, tz)
        if found.mark != shown:
            return 0, found
        signed = [await _sign(tx, person, deed, deed.edits, now, tz) for deed in found.deeds]
        return sum(signed), await _batch(tx, person, now, tz)

    return await db.write(unit)
