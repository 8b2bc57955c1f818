"""What people set for themselves and their teams: putting a reminder off, unwanted kinds, shift patterns."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta

from domain.clock import MINUTE, local_date, millis
from domain.errors import MovedOn, NotFound, NotYours
from domain.outbox import Action, Item, Post
from domain.people import Person, Role, Unit, UnitKind, require_role
from domain.quiet import CYCLE_LIMIT, Pattern, Shift, after_shift, opens_at
from domain.reminders import MUTABLE, SNOOZABLE, SNOOZE, SNOOZES, OftenEnough, TooLate, again, snoozes
from services.reminders.letters import phase_letter, session_letter, task_letter
from services.timing import Timing
from storage import audit, drafts, outbox, people, reminders, training
from storage.database import Connection, Database

SHIFTS_FORM, CALENDAR_FORM = "shifts", "calendar"
SPARE = 10 * MINUTE  # before a session begins, a reminder is of no use
LETTERS: Mapping[str, Callable[[Database, Item, Person, int], Awaitable[object | None]]] = {
    "session": session_letter,
    "phase": phase_letter,
    "task": task_letter,
}


async def put_off(db: Database, person: Person, item_id: int, now: int, timing: Timing, *, shift: bool) -> Item:
    """[稍后提醒] or, with ``shift``, [下班后]: the same reminder once more. Pressed twice, it comes once.

    Returns the reminder that was put off. Raises NotFound for somebody else's, MovedOn for what cannot be put off or
    is of no use any more, OftenEnough, TooLate.
    """
    item = await db.read(lambda tx: outbox.get(tx, item_id))
    if item is None or item.person_id != person.id:
        raise NotFound
    if item.kind not in SNOOZABLE or item.action is not Action.SEND:
        raise MovedOn
    if await LETTERS[item.kind](db, item, person, now) is None:
        raise MovedOn

    async def unit(tx: Connection) -> None:
        if await outbox.by_key(tx, again(item.key)) is not None:
            return
        if snoozes(item.key) >= SNOOZES:
            raise OftenEnough
        at = await _next_time(tx, person, now, timing, shift=shift)
        latest = await _latest(tx, item, now, timing)
        if latest is not None and at > latest:
            raise TooLate
        await outbox.add(tx, [Post(again(item.key), item.kind, item.person_id, item.subject_id, at, item.detail)], now)

    await db.write(unit)
    return item


async def _next_time(tx: Connection, person: Person, now: int, timing: Timing, *, shift: bool) -> int:
    pattern = (await reminders.patterns(tx)).get(person.unit.id)
    if shift:
        return after_shift(now, timing.quiet, pattern, timing.tz)
    return opens_at(now + SNOOZE, timing.quiet, pattern, timing.tz)


async def _latest(tx: Connection, item: Item, now: int, timing: Timing) -> int | None:
    """Until when a reminder is of use: shortly before the session; to the end of a day that is still to come."""
    if item.kind == "session":
        session = await training.session(tx, item.subject_id)
        return session.starts_at - SPARE if session is not None and session.starts_at is not None else now
    day = date.fromisoformat(str(item.detail["day"]))
    if day < local_date(now, timing.tz) or item.detail["slot"] == "start":
        return None
    return millis(datetime.combine(day + timedelta(days=1), time(), timing.tz))


# kinds that a person does not want ---------------------------------------------------------------------------------


async def mutes(db: Database, person: Person) -> frozenset[str]:
    """The kinds of reminders that a person has switched off."""
    return await db.read(lambda tx: reminders.mutes(tx, person.id))


async def set_mute(db: Database, person: Person, kind: str, *, muted: bool) -> frozenset[str]:
    """Switch a kind off or on. Returns what is off now. Raises MovedOn for a kind that has no switch."""
    if kind not in MUTABLE:
        raise MovedOn

    async def unit(tx: Connection) -> frozenset[str]:
        await reminders.set_mute(tx, person.id, kind, muted=muted)
        return await reminders.mutes(tx, person.id)

    return await db.write(unit)


# shift patterns ----------------------------------------------------------------------------------------------------


async def teams(db: Database, person: Person) -> tuple[tuple[Unit, Pattern | None], ...]:
    """The teams of a head or the office, each with its pattern. Raises NotForRole."""
    require_role(person, Role.STATION_HEAD, Role.OFFICE)

    async def unit(tx: Connection) -> tuple[tuple[Unit, Pattern | None], ...]:
        patterns = await reminders.patterns(tx)
        found = [one for one in await people.units(tx, person.scope) if one.kind is UnitKind.TEAM]
        return tuple((one, patterns.get(one.id)) for one in found)

    return await db.read(unit)


async def pattern_of(db: Database, person: Person, unit_id: int) -> tuple[Unit, Pattern | None]:
    """One team and its pattern. Raises NotForRole, NotYours."""

    async def unit(tx: Connection) -> tuple[Unit, Pattern | None]:
        team = await _team(tx, person, unit_id)
        return team, (await reminders.patterns(tx)).get(unit_id)

    return await db.read(unit)


async def preview_pattern(db: Database, person: Person, unit_id: int, pattern: Pattern) -> tuple[Unit, Pattern]:
    """The team and the pattern that it would get. Raises NotForRole, NotYours, MovedOn (a cycle that cannot be)."""
    _require_cycle(pattern)

    async def unit(tx: Connection) -> tuple[Unit, Pattern]:
        return await _team(tx, person, unit_id), pattern

    return await db.read(unit)


async def set_pattern(
    db: Database, person: Person, unit_id: int, pattern: Pattern | None, now: int
) -> tuple[Unit, Pattern | None]:
    """A team's pattern; None takes it away. Raises NotForRole, NotYours, MovedOn (a cycle that cannot be)."""
    if pattern is not None:
        _require_cycle(pattern)

    async def unit(tx: Connection) -> tuple[Unit, Pattern | None]:
        team, before = await _team(tx, person, unit_id), (await reminders.patterns(tx)).get(unit_id)
        await close_form(tx, person, SHIFTS_FORM, now)
        if pattern == before:
            return team, pattern
        if pattern is None:
            await reminders.drop_pattern(tx, unit_id)
        else:
            await reminders.put_pattern(tx, unit_id, pattern)
        detail = {"cycle": pattern.cycle, "first_day": pattern.first_day.isoformat()} if pattern else {}
        await audit.append(tx, person.id, "shifts.set", f"unit:{unit_id}", now, detail)
        return team, pattern

    return await db.write(unit)


def _require_cycle(pattern: Pattern) -> None:
    if not 1 <= len(pattern.cycle) <= CYCLE_LIMIT or set(pattern.cycle) - set(Shift):
        raise MovedOn


async def ask_cycle(db: Database, person: Person, unit_id: int, origin: str, now: int) -> Unit:
    """[设置班次]: what the person types next is the team's cycle. Raises NotForRole, NotYours."""

    async def unit(tx: Connection) -> Unit:
        team = await _team(tx, person, unit_id)
        await drafts.begin(tx, person.id, SHIFTS_FORM, "cycle", str(unit_id), origin, now)
        return team

    return await db.write(unit)


async def ask_days(db: Database, person: Person, origin: str, now: int) -> int:
    """[工作日历]: the table the person sends next. Returns how many days are known. Raises NotForRole."""
    require_role(person, Role.OFFICE)

    async def unit(tx: Connection) -> int:
        await drafts.begin(tx, person.id, CALENDAR_FORM, "table", "", origin, now)
        return len(await reminders.named_days(tx))

    return await db.write(unit)


async def leave_form(db: Database, person: Person, kind: str, now: int) -> None:
    """[返回]: what the person types next is not for this form."""
    await db.write(lambda tx: close_form(tx, person, kind, now))


async def close_form(tx: Connection, person: Person, kind: str, now: int) -> None:
    """The form of this kind is done with."""
    draft = await drafts.awaiting(tx, person.id)
    if draft is not None and draft.kind == kind:
        await drafts.close(tx, draft.id, now)


async def fresh(tx: Connection, person: Person) -> Person:
    """The person as the database knows them now. Raises NotYours for somebody who has left."""
    found = await people.person(tx, person.id)
    if found is None:
        raise NotYours
    return found


async def _team(tx: Connection, person: Person, unit_id: int) -> Unit:
    caller = await fresh(tx, person)
    require_role(caller, Role.STATION_HEAD, Role.OFFICE)
    team = await people.unit(tx, unit_id)
    if team is None or not caller.unit.holds(team) or team.kind is not UnitKind.TEAM:
        raise NotYours
    return team
