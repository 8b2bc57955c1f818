"""[提奖励], [提处理] step by step, and the words that a proposal waits for: a form that survives being left.

Every step checks anew who may propose for whom.
"""

import json
from dataclasses import asdict, dataclass, replace

from domain.errors import DomainError, MovedOn, NotFound, NotYours
from domain.people import Person, Unit, UnitKind, require_role
from domain.scores import NoWords, WordsTooLong
from domain.scores import awards as rules
from domain.scores.award_shown import PARTS, Asking, Card, Form
from domain.scores.awards import Award, AwardKind, AwardState
from domain.scores.shown import Choosing
from domain.scores.standard import SubjectKind
from services.scores.awards import acting
from services.scores.awards.common import FORM, able, ask, called, card_of, leave, the_award
from services.scores.common import fresh
from storage import audit, drafts, people
from storage.database import Connection, Database
from storage.drafts import Draft
from storage.scores import awards as store


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the form of a proposal holds between two steps."""

    kind: str
    person: int | None = None
    team: int | None = None
    what: str = ""
    why: str = ""

    @property
    def next(self) -> Asking:
        """What is still to be asked."""
        if self.person is None and self.team is None:
            return Asking.SUBJECT
        if not self.what:
            return Asking.WHAT
        return Asking.PREVIEW if self.why else Asking.WHY


def _read(draft: Draft) -> _Kept:
    return _Kept(**json.loads(draft.data))


def _dump(kept: _Kept) -> str:
    return json.dumps(asdict(kept), ensure_ascii=False)


async def _open_form(tx: Connection, caller: Person, draft_id: int) -> Draft:
    """The caller's proposal form. Raises MovedOn when it is over, or no proposal."""
    draft = await drafts.open_draft(tx, draft_id, caller.id)
    if draft is None or draft.kind != FORM or Asking(draft.step) not in PARTS:
        raise MovedOn
    return draft


async def _subject(tx: Connection, caller: Person, kept: _Kept) -> tuple[Person | None, Unit | None]:
    """The person and their unit, the team alone, neither before they are chosen. Raises as ``require_proposer``."""
    if kept.person is not None:
        person = await people.person(tx, kept.person)
        if person is None:
            raise NotFound
        rules.require_proposer(caller, person.id, person.unit)
        return person, person.unit
    if kept.team is None:
        return None, None
    team = await people.unit(tx, kept.team)
    if team is None:
        raise NotFound
    rules.require_proposer(caller, None, team)
    return None, team


async def _form(tx: Connection, caller: Person, draft_id: int, asking: Asking, kept: _Kept) -> Form:
    person, unit = await _subject(tx, caller, kept)
    return Form(
        draft_id=draft_id,
        asking=asking,
        caller=caller,
        kind=AwardKind(kept.kind),
        subject=None if unit is None else SubjectKind.TEAM if person is None else SubjectKind.PERSON,
        person=person,
        unit=unit,
        what=kept.what,
        why=kept.why,
        signers=0 if unit is None else len(await able(tx, _wanted(caller, person, unit, kept))),
    )


def _wanted(caller: Person, person: Person | None, unit: Unit, kept: _Kept) -> Award:
    """The proposal as it would be."""
    return Award(
        id=0,
        kind=AwardKind(kept.kind),
        subject=SubjectKind.TEAM if person is None else SubjectKind.PERSON,
        person_id=person.id if person else None,
        staff_no="",
        name="",
        unit=unit,
        station="",
        office="",
        what="",
        why="",
        proposer_id=caller.id,
        proposer="",
        proposed_at=0,
    )


# a proposal ------------------------------------------------------------------------------------------------------


async def begin(db: Database, caller: Person, kind: AwardKind, origin: str, now: int) -> Form:
    """[提奖励], [提处理]: whom it is for is asked. Raises NotForRole."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        require_role(person, *rules.PROPOSERS)
        data = _dump(_Kept(kind.value))
        draft = await drafts.begin(tx, person.id, FORM, Asking.SUBJECT.value, data, origin, now)
        return await _form(tx, person, draft.id, Asking(draft.step), _read(draft))

    return await db.write(unit)


async def form(db: Database, caller: Person, draft_id: int) -> Form:
    """The form as it stands. Raises MovedOn when it is over, NotForRole."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        draft = await _open_form(tx, person, draft_id)
        return await _form(tx, person, draft.id, Asking(draft.step), _read(draft))

    return await db.read(unit)


async def choosing(db: Database, caller: Person, draft_id: int, unit_id: int) -> Choosing:
    """Whom it may be for, below a unit (0: the caller's own). Raises MovedOn, NotYours, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Choosing:
        person = await fresh(tx, caller)
        draft = await _open_form(tx, person, draft_id)
        here = await people.unit(tx, unit_id or person.unit.id)
        if here is None:
            raise NotFound
        if not person.unit.holds(here):
            raise NotYours
        listed = [one for one in await people.listed(tx, here.path) if one.unit.id == here.id]
        below = tuple(one for one in await people.units(tx, here.path) if one.parent_id == here.id)
        others = tuple(one for one in listed if one.id != person.id)
        return Choosing(draft.id, person.unit, here, below, others, here.kind is UnitKind.TEAM)

    return await db.read(unit)


async def choose_person(db: Database, caller: Person, draft_id: int, person_id: int) -> Form:
    """It is for a person. Raises MovedOn, OwnAward, NotYours, NotFound, NotForRole."""
    return await _choose(db, caller, draft_id, person_id, None)


async def choose_team(db: Database, caller: Person, draft_id: int, unit_id: int) -> Form:
    """It is for a team. Raises MovedOn, NotYours, NotFound, NotForRole."""
    return await _choose(db, caller, draft_id, None, unit_id)


async def _choose(db: Database, caller: Person, draft_id: int, person_id: int | None, unit_id: int | None) -> Form:
    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        draft = await _open_form(tx, person, draft_id)
        kept = replace(_read(draft), person=person_id, team=unit_id)
        await drafts.put(tx, draft.id, kept.next.value, _dump(kept))
        return await _form(tx, person, draft.id, kept.next, kept)

    return await db.write(unit)


async def ask_part(db: Database, caller: Person, draft_id: int, asking: Asking) -> Form:
    """Back to a part of the form that is to be changed, or on to the preview. Raises MovedOn, NotForRole."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        draft = await _open_form(tx, person, draft_id)
        kept = _read(draft)
        if asking not in PARTS or (asking is Asking.PREVIEW and kept.next is not Asking.PREVIEW):
            raise MovedOn
        await drafts.put(tx, draft.id, asking.value, draft.data)
        return await _form(tx, person, draft.id, asking, kept)

    return await db.write(unit)


async def drop(db: Database, caller: Person, draft_id: int, now: int) -> None:
    """[放弃]. Raises MovedOn when it is over already."""

    async def unit(tx: Connection) -> None:
        person = await fresh(tx, caller)
        await drafts.close(tx, (await _open_form(tx, person, draft_id)).id, now)

    await db.write(unit)


async def propose(db: Database, caller: Person, draft_id: int, now: int) -> tuple[Card, bool]:
    """[提交]: the proposal, and whether this press proposed it.

    Raises MovedOn, OwnAward, NotYours, NotForRole, NotFound.
    """

    async def unit(tx: Connection) -> tuple[Card, bool]:
        person, origin = await fresh(tx, caller), f"draft:{draft_id}"
        again = await store.of_origin(tx, origin)
        if again is not None and again.proposer_id == person.id:
            return await card_of(tx, person, again.id, now), False
        draft = await _open_form(tx, person, draft_id)
        award_id = await _propose(tx, person, _read(draft), origin, now)
        await drafts.close(tx, draft.id, now)
        return await card_of(tx, person, award_id, now), True

    return await db.write(unit)


async def _propose(tx: Connection, caller: Person, kept: _Kept, origin: str, now: int) -> int:
    person, here = await _subject(tx, caller, kept)
    if here is None or kept.next is not Asking.PREVIEW:
        raise MovedOn
    award_id = await store.add_award(
        tx,
        origin=origin,
        kind=AwardKind(kept.kind),
        person_id=person.id if person else None,
        unit_id=here.id,
        what=kept.what,
        why=kept.why,
        proposer_id=caller.id,
        now=now,
    )
    await audit.append(tx, caller.id, "awards.propose", f"award:{award_id}", now, {"kind": kept.kind})
    await ask(tx, await the_award(tx, award_id), now)
    return award_id


# words -----------------------------------------------------------------------------------------------------------


async def begin_words(db: Database, caller: Person, award_id: int, asking: Asking, origin: str, now: int) -> Card:
    """[退回], [提异议], [不通过], and [通过] where somebody objected: the next message is the words.

    Raises MovedOn when it does not wait for them any more, and as ``refuse``, ``object_`` and ``decide``.
    """

    async def unit(tx: Connection) -> Card:
        person, award = await called(tx, caller, award_id)
        _require(person, award, asking, now)
        await drafts.begin(tx, person.id, FORM, asking.value, json.dumps({"award": award.id}), origin, now)
        return await card_of(tx, person, award.id, now)

    return await db.write(unit)


def _require(person: Person, award: Award, asking: Asking, now: int) -> None:
    if asking is Asking.OBJECTION:
        rules.require_objector(person, award, now)
    elif asking is Asking.REFUSAL:
        rules.require_office(person, award)
        if award.state(now) is not AwardState.PROPOSED:
            raise MovedOn
    else:
        rules.require_decider(person, award, now)


async def take(
    db: Database, caller: Person, draft: Draft, text: str, message_id: int, now: int
) -> tuple[Form | Card, bool]:
    """Whatever is typed into a form of this area: a part of a proposal, or words about one. False: it was moot.

    A form whose words cannot be taken any more is closed. Raises NoWords, WordsTooLong, MovedOn, and as the acts.
    """
    try:
        return await _take(db, caller, draft, text, message_id, now)
    except (NoWords, WordsTooLong):
        raise
    except DomainError:
        await leave_form(db, caller, now)
        raise


async def _take(
    db: Database, caller: Person, draft: Draft, text: str, message_id: int, now: int
) -> tuple[Form | Card, bool]:
    asking = Asking(draft.step)
    match asking:
        case Asking.WHAT | Asking.WHY:
            return await _take_part(db, caller, draft, text, message_id), True
        case Asking.SUBJECT | Asking.PREVIEW:
            return await form(db, caller, draft.id), False
        case Asking.REFUSAL:
            return await acting.refuse(db, caller, _about(draft), text, now)
        case Asking.OBJECTION:
            return await acting.object_(db, caller, _about(draft), text, now)
    passed = asking is Asking.PASS
    return await acting.decide(db, caller, _about(draft), rules.words(text), now, passed=passed)


def _about(draft: Draft) -> int:
    """The proposal that a form of words is about."""
    return int(json.loads(draft.data)["award"])


async def _take_part(db: Database, caller: Person, draft: Draft, text: str, message_id: int) -> Form:
    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        current = await _open_form(tx, person, draft.id)
        kept, asking = _read(current), Asking(current.step)
        if message_id > current.seen and asking is Asking(draft.step):
            kept, asking = _with_words(kept, asking, text)
            await drafts.put(tx, current.id, asking.value, _dump(kept), message_id)
        return await _form(tx, person, current.id, asking, kept)

    return await db.write(unit)


def _with_words(kept: _Kept, asking: Asking, text: str) -> tuple[_Kept, Asking]:
    if asking is Asking.WHAT:
        kept = replace(kept, what=rules.words(text, rules.WHAT_LIMIT))
    else:
        kept = replace(kept, why=rules.words(text))
    return kept, kept.next


async def leave_form(db: Database, caller: Person, now: int) -> None:
    """Close the form of this area that the person is in."""
    await db.write(lambda tx: leave(tx, caller.id, now))
