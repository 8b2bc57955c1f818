"""What people set for themselves and their teams: putting a reminder off, unwanted kinds, shift patterns."""

from datetime import timedelta

from domain.clock import MINUTE, local_date
from domain.errors import MovedOn, NotFound, NotYours
from domain.outbox import Action, Item, Post
from domain.people import Person, Role, Unit, UnitKind, require_role
from domain.quiet import CYCLE_LIMIT, Pattern, after_shift, opens_at
from domain.reminders import LATER, MUTABLE, SNOOZABLE, SNOOZE, SNOOZES, OftenEnough, Snoozed, TooLate, snoozes
from services.timing import Timing
from storage import audit, drafts, outbox, people, reminders, training
from storage.database import Connection, Database

SHIFTS_FORM, CALENDAR_FORM = "shifts", "calendar"
SPARE = 10 * MINUTE  # before a session begins, a reminder is of no use


async def put_off(db: Database, person: Person, item_id: int, now: int, timing: Timing, *, shift: bool) -> Snoozed:
    """[稍后提醒] or, with ``shift``, [下班后]: the same reminder once more. Pressed twice, it comes once.

    Raises NotFound, MovedOn (nothing that can be put off), OftenEnough, TooLate.
    """

    async def unit(tx: Connection) -> Snoozed:
        item = await outbox.get(tx, item_id)
        if item is None or item.person_id != person.id:
            raise NotFound
        if item.kind not in SNOOZABLE or item.action is not Action.SEND:
            raise MovedOn
        key = item.key + LATER
        before = await outbox.by_key(tx, key)
        if before is not None:
            return Snoozed(before.planned_at)
        if snoozes(item.key) >= SNOOZES:
            raise OftenEnough
        at = await _again(tx, item, person, now, timing, shift=shift)
        again = Post(key, item.kind, item.person_id, item.subject_id, at, item.detail)
        await outbox.add(tx, [again], now)
        return Snoozed(at)

    return await db.write(unit)


async def _again(tx: Connection, item: Item, person: Person, now: int, timing: Timing, *, shift: bool) -> int:
    pattern = (await reminders.patterns(tx)).get(person.unit.id)
    if shift:
        at = after_shift(now, timing.quiet, pattern, timing.tz)
    else:
        at = opens_at(now + SNOOZE, timing.quiet, pattern, timing.tz)
    session = await training.session(tx, item.subject_id) if item.kind == "session" else None
    if session is not None and session.starts_at is not None and at > session.starts_at - SPARE:
        raise TooLate
    return at


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


async def set_pattern(
    db: Database, person: Person, unit_id: int, cycle: str | None, position: int, now: int, timing: Timing
) -> tuple[Unit, Pattern | None]:
    """A team's pattern: today is day ``position`` (from 0) of ``cycle``; None takes the pattern away.

    Raises NotForRole, NotYours, MovedOn (a cycle or a position that cannot be).
    """
    if cycle is not None and not (cycle and set(cycle) <= set("DNR") and position < len(cycle) <= CYCLE_LIMIT):
        raise MovedOn
    today = local_date(now, timing.tz)

    async def unit(tx: Connection) -> tuple[Unit, Pattern | None]:
        team = await _team(tx, person, unit_id)
        if cycle is None:
            await reminders.drop_pattern(tx, unit_id)
            pattern = None
        else:
            pattern = Pattern(today - timedelta(days=position), cycle)
            await reminders.put_pattern(tx, unit_id, pattern)
        await close_form(tx, person, SHIFTS_FORM, now)
        detail = {"cycle": cycle, "first_day": pattern.first_day.isoformat() if pattern else None}
        await audit.append(tx, person.id, "shifts.set", f"unit:{unit_id}", now, detail)
        return team, pattern

    return await db.write(unit)


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


async def close_form(tx: Connection, person: Person, kind: str, now: int) -> None:
    """The form of this kind is done with."""
    draft = await drafts.awaiting(tx, person.id)
    if draft is not None and draft.kind == kind:
        await drafts.close(tx, draft.id, now)


async def _team(tx: Connection, person: Person, unit_id: int) -> Unit:
    require_role(person, Role.STATION_HEAD, Role.OFFICE)
    team = await people.unit(tx, unit_id)
    if team is None or not person.unit.holds(team) or team.kind is not UnitKind.TEAM:
        raise NotYours
    return team
