"""Words that are typed for an entry: why it is refused, an appeal, the reply to one. One form waits for them."""

import json
from datetime import tzinfo

from domain import scores as rules
from domain.errors import MovedOn
from domain.people import Person
from domain.scores import Entry, EntryState
from domain.scores.shown import Asking, Card, Form
from services.scores import signing
from services.scores.common import FORM, called, card_of, leave
from services.scores.forms import take_part
from storage import drafts
from storage.database import Connection, Database
from storage.drafts import Draft


async def begin_refusal(db: Database, caller: Person, entry_id: int, origin: str, now: int) -> Card:
    """[退回]: the next message is the reason. Raises MovedOn when it waits no more, and what ``confirm`` raises."""
    return await _begin(db, caller, entry_id, Asking.REFUSAL, origin, now)


async def begin_appeal(db: Database, caller: Person, entry_id: int, origin: str, now: int) -> Card:
    """[申诉]: the next message is the appeal. Raises NotYours, AppealedAlready, WindowOver, MovedOn, NotFound."""
    return await _begin(db, caller, entry_id, Asking.APPEAL, origin, now)


async def begin_reply(db: Database, caller: Person, entry_id: int, origin: str, now: int, *, granted: bool) -> Card:
    """[采纳], [维持]: the next message is the reply. Raises MovedOn when it waits no more, and as ``decide``."""
    return await _begin(db, caller, entry_id, Asking.GRANT if granted else Asking.DISMISS, origin, now)


async def _begin(db: Database, caller: Person, entry_id: int, asking: Asking, origin: str, now: int) -> Card:
    async def unit(tx: Connection) -> Card:
        person, entry = await called(tx, caller, entry_id)
        _require(person, entry, asking, now)
        await drafts.begin(tx, person.id, FORM, asking.value, json.dumps({"entry": entry.id}), origin, now)
        return await card_of(tx, person, entry.id, now)

    return await db.write(unit)


def _require(person: Person, entry: Entry, asking: Asking, now: int) -> None:
    if asking is Asking.APPEAL:
        rules.require_appellant(person, entry, now)
        return
    due = EntryState.PROPOSED if asking is Asking.REFUSAL else EntryState.APPEALED
    if entry.state(now) is not due:
        rules.require_reader(person, entry)
        raise MovedOn
    (rules.require_confirmer if asking is Asking.REFUSAL else rules.require_decider)(person, entry)


async def take(
    db: Database, caller: Person, draft: Draft, text: str, message_id: int, now: int, tz: tzinfo
) -> Form | Card:
    """Whatever is typed into a form of scores: a day or a reason gives the form, all else the entry as it is then.

    Raises what ``take_part``, ``refuse``, ``appeal`` and ``decide`` raise; MovedOn for a step that waits for a press.
    """
    asking = Asking(draft.step)
    match asking:
        case Asking.DAY | Asking.REASON:
            return await take_part(db, caller, draft, text, message_id, now, tz)
        case Asking.REFUSAL:
            return (await signing.refuse(db, caller, subject(draft), text, now))[0]
        case Asking.APPEAL:
            return (await signing.appeal(db, caller, subject(draft), text, now))[0]
        case Asking.GRANT | Asking.DISMISS:
            granted = asking is Asking.GRANT
            return (await signing.decide(db, caller, subject(draft), text, now, granted=granted))[0]
        case _:
            raise MovedOn


def subject(draft: Draft) -> int:
    """The entry that a form of words is about."""
    return int(json.loads(draft.data)["entry"])


async def leave_form(db: Database, caller: Person, now: int) -> None:
    """Close the form of scores that the person is in."""
    await db.write(lambda tx: leave(tx, caller.id, now))
