"""What a proposal form holds between two steps, and the form as it is shown."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, tzinfo

from domain import scores as rules
from domain.clock import local_date
from domain.errors import MovedOn, NotFound
from domain.people import Person, Unit
from domain.scores import Clause, Entry, EntryState, SubjectKind
from domain.scores.shown import Asking, Form
from services.scores.common import FORM, the_entry
from services.scores.standards import in_force_on
from storage import drafts, people
from storage import scores as store
from storage.database import Connection
from storage.drafts import Draft


@dataclass(frozen=True, slots=True)
class Kept:
    """What the form holds between two steps. ``day``: ISO, "" not chosen yet."""

    person: int | None = None
    team: int | None = None
    clause: int | None = None
    day: str = ""
    reason: str = ""
    reverses: int | None = None

    @property
    def subject(self) -> SubjectKind | None:
        """Who is scored; None: not chosen yet."""
        if self.person is not None:
            return SubjectKind.PERSON
        return SubjectKind.TEAM if self.team is not None else None

    @property
    def next(self) -> Asking:
        """What is still to be asked."""
        if self.reverses is not None:
            return Asking.PREVIEW if self.reason else Asking.REASON
        if self.subject is None:
            return Asking.SUBJECT
        if self.clause is None:
            return Asking.CLAUSE
        if not self.day:
            return Asking.DAY
        return Asking.PREVIEW if self.reason else Asking.REASON


def read(draft: Draft) -> Kept:
    """The form's data."""
    return Kept(**json.loads(draft.data))


def dump(kept: Kept) -> str:
    """The data as it is kept."""
    return json.dumps(asdict(kept), ensure_ascii=False)


async def open_form(tx: Connection, caller: Person, draft_id: int) -> Draft:
    """The caller's proposal form. Raises MovedOn when it is over, or no proposal."""
    draft = await drafts.open_draft(tx, draft_id, caller.id)
    if draft is None or draft.kind != FORM or draft.step not in _STEPS:
        raise MovedOn
    return draft


_STEPS = frozenset(one.value for one in (Asking.SUBJECT, Asking.CLAUSE, Asking.DAY, Asking.REASON, Asking.PREVIEW))


async def put(
    tx: Connection, caller: Person, draft: Draft, kept: Kept, asking: Asking, now: int, tz: tzinfo, seen: int = 0
) -> Form:
    """The next step of the form. ``seen``: the message that led to it; 0: a press."""
    await drafts.put(tx, draft.id, asking.value, dump(kept), seen)
    return await form_of(tx, caller, draft.id, asking, kept, now, tz)


async def subject_of(tx: Connection, caller: Person, kept: Kept) -> tuple[Person | None, Unit | None]:
    """The person and the unit that are scored, the unit alone for a team, neither before they are chosen.

    Raises OwnScore, NotYours, NotFound, NotForRole.
    """
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


async def form_of(
    tx: Connection, caller: Person, draft_id: int, asking: Asking, kept: Kept, now: int, tz: tzinfo
) -> Form:
    """The form as it is shown. Raises as ``subject_of``."""
    today = local_date(now, tz)
    if kept.reverses is not None:
        return await _reversal_form(tx, caller, draft_id, asking, kept, now, today)
    person, unit = await subject_of(tx, caller, kept)
    clause = await store.clause(tx, kept.clause) if kept.clause is not None else None
    day = date.fromisoformat(kept.day) if kept.day else today
    form = Form(
        draft_id=draft_id,
        asking=asking,
        caller=caller,
        today=today,
        day=day,
        standard=await in_force_on(tx, day),
        subject=kept.subject,
        person=person,
        unit=unit,
        clause=clause,
        reason=kept.reason,
    )
    return await _weighed(tx, form, unit, clause, now) if unit is not None and clause is not None else form


async def _weighed(tx: Connection, form: Form, unit: Unit, clause: Clause, now: int) -> Form:
    """The form with what it would count, what the cap has left, and how many may confirm it."""
    person_id = form.person.id if form.person else None
    others = await store.of_cap(tx, clause.id, person_id, unit.id, rules.month_of(form.day))
    wanted = _wanted(form.caller, form.person, unit, clause, clause.points, form.day, now)
    return replace(form, points=clause.points, used=rules.used(others, now), signers=await _signers(tx, wanted, now))


async def _reversal_form(
    tx: Connection, caller: Person, draft_id: int, asking: Asking, kept: Kept, now: int, today: date
) -> Form:
    entry = await the_entry(tx, kept.reverses or 0)
    wanted = replace(entry, id=0, points=-entry.points, proposer_id=caller.id, proposed_at=now, steps=(), closed=None)
    return Form(
        draft_id=draft_id,
        asking=asking,
        caller=caller,
        today=today,
        day=entry.happened_on,
        standard=await in_force_on(tx, entry.happened_on),
        subject=entry.subject,
        person=await people.person(tx, entry.person_id) if entry.person_id is not None else None,
        unit=entry.unit,
        clause=entry.clause,
        reason=kept.reason,
        reverses=entry,
        points=-entry.points,
        signers=await _signers(tx, wanted, now),
    )


async def _signers(tx: Connection, wanted: Entry, now: int) -> int:
    """How many may confirm it at the nearest level."""
    assert wanted.state(now) is EntryState.PROPOSED
    return sum(len(level) for level in rules.levels(wanted, await people.leaders(tx), now)[:1])


def _wanted(
    caller: Person, person: Person | None, unit: Unit, clause: Clause, points: int, day: date, now: int
) -> Entry:
    """The entry as it would be."""
    return Entry(
        id=0,
        subject=clause.subject,
        person_id=person.id if person else None,
        staff_no=person.staff_no if person else "",
        name=person.name if person else unit.name,
        unit=unit,
        station="",
        clause=clause,
        points=points,
        happened_on=day,
        reason="",
        deed_id=None,
        deed_text="",
        deed_people=frozenset(),
        reverses=None,
        proposer_id=caller.id,
        proposer=caller.name,
        proposed_at=now,
    )
