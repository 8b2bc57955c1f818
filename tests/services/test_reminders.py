"""Reminders on the sample office: who is told what, what has become moot, putting off, mutes, shifts, the digest.

The sample's day is Tuesday the 24th of November; session 2 (laws, batch 1) is tomorrow at nine.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
import pytest_asyncio

from domain.clock import HOUR, MINUTE, millis
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item, Post, State
from domain.people import Person, Role, UnitKind
from domain.plan import TaskState
from domain.quiet import Pattern
from domain.reminders import OftenEnough, TooLate, session_slots
from domain.schedules import Occurrence
from domain.training import Session
from schedules.letters import Letters
from schedules.table import EXPANDERS
from services import reminders
from services import schedules as schedules_service
from services.reminders import settings
from services.schedules import expand_due
from services.timing import arrival
from storage import drafts, outbox, people, plan, training
from storage import reminders as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ
from tests.services.notice_office import ALWAYS, QUIET, NoticeOffice, notice_office

LAWS, TASK, OVERDUE = 2, 16, 7  # the session of tomorrow; a task due on the 26th; one that was due on the 22nd
TODAY = date(2026, 11, 24)


def at(day: int, clock: str) -> int:
    """A moment of November 2026; days beyond the 30th go on into December."""
    moment = datetime.combine(date(2026, 11, 1) + timedelta(days=day - 1), time.fromisoformat(clock), TZ)
    return millis(moment)


@pytest_asyncio.fixture
async def house(db: Database) -> NoticeOffice:
    made = await notice_office(db)
    await reminders.replan_all(db, NOW, ALWAYS)
    return made


async def tick(house: NoticeOffice, now: int) -> list[Item]:
    """What goes out when the clock shows ``now``."""
    house.now = now
    await expand_due(house.db, EXPANDERS, now)
    return await house.deliver()


async def alone(house: NoticeOffice, kind: str, subject: int) -> None:
    """Nothing but this subject makes a message: nobody has three a day, and an outage is nothing to report."""
    await house.db.write(
        lambda tx: tx.run(
            """UPDATE occurrences SET state = 'cancelled' WHERE state = 'planned' AND schedule_id NOT IN
               (SELECT id FROM schedules WHERE kind = :kind AND subject_id = :subject)""",
            kind=kind,
            subject=subject,
        )
    )


async def one(house: NoticeOffice, person_id: int) -> Person:
    found = await house.db.read(lambda tx: people.person(tx, person_id))
    assert found is not None
    return found


async def owner(house: NoticeOffice, task_id: int = TASK) -> Person:
    task = await house.db.read(lambda tx: plan.task(tx, task_id))
    assert task is not None
    assert task.owner_id is not None
    return await one(house, task.owner_id)


def told(sent: list[Item], kind: str, subject: int) -> dict[int, str]:
    """To whom a kind of reminder went, and in which slot."""
    return {
        item.person_id: str(item.detail["slot"]) for item in sent if (item.kind, item.subject_id) == (kind, subject)
    }


async def change_session(house: NoticeOffice, change: Callable[[Session], Session]) -> Session:
    """Change a session as the office does: the row, and its occurrences."""

    async def unit(tx: Connection) -> Session:
        before = await training.session(tx, LAWS)
        assert before is not None
        assert await training.change_session(tx, change(before))
        after = await training.session(tx, LAWS)
        assert after is not None
        await schedules_service.plan(tx, "session", LAWS, session_slots(after, TZ), house.now)
        return after

    return await house.db.write(unit)


async def settle_task(house: NoticeOffice, task_id: int = TASK) -> None:
    async def unit(tx: Connection) -> None:
        task = await plan.task(tx, task_id)
        assert task is not None
        done = replace(task, state=TaskState.DONE, settled_at=house.now, settled_by=task.owner_id)
        assert await plan.change_task(tx, done, house.now)

    await house.db.write(unit)


# who is told -----------------------------------------------------------------------------------------------------


async def test_a_session_is_told_to_its_batch_the_evening_before_and_two_hours_before(house: NoticeOffice) -> None:
    batch = set(await house.db.read(lambda tx: training.receivers(tx, LAWS)))
    assert told(await tick(house, at(24, "18:00")), "session", LAWS) == dict.fromkeys(batch, "eve")
    assert told(await tick(house, at(25, "07:00")), "session", LAWS) == dict.fromkeys(batch, "soon")
    assert told(await tick(house, at(25, "07:01")), "session", LAWS) == {}


async def test_a_roll_call_is_opened_by_its_organiser_alone(house: NoticeOffice) -> None:
    head = await house.who(Role.STATION_HEAD)
    await change_session(house, lambda s: replace(s, organiser_id=head.id))
    assert told(await tick(house, at(25, "09:00")), "rollcall", LAWS) == {head.id: "rollcall"}


async def test_nobody_opens_a_roll_call_that_nobody_organises(house: NoticeOffice) -> None:
    assert told(await tick(house, at(25, "09:00")), "rollcall", LAWS) == {}


async def test_a_phase_begins_for_all_staff_and_ends_for_those_who_lead(house: NoticeOffice) -> None:
    await alone(house, "phase", 3)
    staff = [p for p in await house.db.read(lambda tx: people.listed(tx, "")) if p.role is not Role.BUREAU]
    assert told(await tick(house, at(70, "08:30")), "phase", 3) == dict.fromkeys({p.id for p in staff}, "start")
    leading = {p.id for p in staff if p.role is not Role.COLLECTOR}
    sent = await tick(house, at(91, "09:00"))
    assert told(sent, "phase", 3) == dict.fromkeys(leading, "week")


async def test_a_task_is_its_owners_and_overdue_climbs_one_level(house: NoticeOffice) -> None:
    await alone(house, "task", TASK)
    who = await owner(house)
    assert told(await tick(house, at(26, "09:00")), "task", TASK) == {who.id: "due"}
    sent = await tick(house, at(27, "09:00"))
    assert told(sent, "task", TASK) == {who.id: "overdue"}
    above = [await one(house, item.person_id) for item in sent if item.kind == "task_overdue"]
    assert [(p.role, p.unit.holds(who.unit)) for p in above] == [(Role.STATION_HEAD, True)]
    assert await tick(house, at(28, "09:00")) == []


async def test_nothing_is_told_of_what_was_cancelled_settled_or_given_another_day(house: NoticeOffice) -> None:
    await change_session(house, lambda s: replace(s, cancelled_at=NOW))
    await settle_task(house)
    assert await tick(house, at(25, "07:00")) == []
    assert told(await tick(house, at(26, "09:00")), "task", TASK) == {}


# what has become moot by the time it is sent ---------------------------------------------------------------------


async def held(house: NoticeOffice, now: int) -> tuple[Item, ...]:
    """Expand, and leave it in the outbox."""
    house.now = now
    await expand_due(house.db, EXPANDERS, now)
    return await house.db.read(lambda tx: outbox.pending(tx, now, 500))


async def test_a_session_that_moves_while_its_reminder_waits_is_not_told_with_the_old_time(house: NoticeOffice) -> None:
    assert await held(house, at(24, "18:00"))
    await change_session(house, lambda s: replace(s, starts_at=at(30, "14:00"), ends_at=at(30, "17:00")))
    assert [item.kind for item in await house.deliver()] == []


async def test_a_session_that_has_begun_is_not_announced(house: NoticeOffice) -> None:
    await tick(house, at(24, "18:00"))
    await held(house, at(25, "07:00"))
    house.now = at(25, "09:00")
    assert await house.deliver() == []


async def test_a_session_that_quiet_hours_hold_until_it_begins_is_not_announced(house: NoticeOffice) -> None:
    await change_session(house, lambda s: replace(s, starts_at=at(25, "08:00"), ends_at=at(25, "11:00")))
    house.timing = QUIET
    assert told(await tick(house, at(24, "18:00")), "session", LAWS)
    assert await tick(house, at(25, "06:00")) == []
    assert await tick(house, at(25, "08:00")) == []


async def test_somebody_who_changes_batches_is_told_of_the_new_one_only(house: NoticeOffice) -> None:
    await held(house, at(24, "18:00"))
    batch = await house.db.read(lambda tx: training.receivers(tx, LAWS))
    person = await one(house, batch[0])
    await house.db.write(
        lambda tx: people.change_person(tx, person, person.name, person.role, person.unit.id, 2, house.now)
    )
    assert person.id not in told(await house.deliver(), "session", LAWS)


async def test_a_task_that_is_done_or_given_away_while_its_reminder_waits_is_not_told(house: NoticeOffice) -> None:
    who = await owner(house)
    await held(house, at(26, "09:00"))
    await settle_task(house)
    assert who.id not in told(await house.deliver(), "task", TASK)


async def test_a_task_with_another_day_is_not_told_of_the_old_one(house: NoticeOffice) -> None:
    await held(house, at(26, "09:00"))

    async def unit(tx: Connection) -> None:
        task = await plan.task(tx, TASK)
        assert task is not None
        await plan.change_task(tx, replace(task, due_on=date(2026, 12, 3)), house.now)

    await house.db.write(unit)
    assert told(await house.deliver(), "task", TASK) == {}


async def test_a_phase_with_other_days_is_not_told_of_the_old_ones(house: NoticeOffice) -> None:
    await held(house, at(70, "08:30"))

    async def unit(tx: Connection) -> None:
        phase = await plan.phase(tx, 3)
        assert phase is not None
        await plan.change_phase(tx, replace(phase, starts_on=date(2027, 1, 15)))

    await house.db.write(unit)
    assert told(await house.deliver(), "phase", 3) == {}


async def test_an_owner_is_told_how_many_tasks_of_a_phase_are_theirs(house: NoticeOffice) -> None:
    who = await owner(house)

    async def unit(tx: Connection) -> None:
        task = await plan.task(tx, TASK)
        assert task is not None
        await plan.change_task(tx, replace(task, phase=3, due_on=None), house.now)

    await house.db.write(unit)
    await tick(house, at(70, "08:30"))
    assert any("1 项" in text for text in house.texts(who))


# too late --------------------------------------------------------------------------------------------------------


async def test_what_comes_late_but_in_time_is_sent_and_says_so(house: NoticeOffice) -> None:
    sent = await tick(house, at(24, "21:00"))
    assert {item.late for item in sent if item.kind == "session"} == {True}


async def test_what_could_not_be_told_in_time_is_reported_to_the_office_once(house: NoticeOffice) -> None:
    sent = await tick(house, at(25, "08:55"))
    assert told(sent, "session", LAWS) == {}
    office = {p.id for p in await house.db.read(lambda tx: people.listed(tx, "")) if p.role is Role.OFFICE}
    missed = [item for item in sent if item.kind == "missed" and item.subject_id == LAWS]
    assert {item.person_id for item in missed} == office
    texts = house.texts(await house.who(Role.OFFICE))
    assert any("没能按时发出" in text and "法" in text for text in texts)
    assert [item for item in await tick(house, at(25, "08:56")) if item.kind == "missed"] == []


@pytest.mark.parametrize(
    ("kind", "subject", "title"),
    [
        ("phase", 2, "实施"),
        ("task", TASK, "青年文明号"),
        ("digest", 0, None),
        ("notice", 99, None),
        ("session", 99, None),
        ("phase", 99, None),
        ("task", 99, None),
    ],
)
async def test_a_report_of_something_missed_names_what_it_was_about(
    house: NoticeOffice, kind: str, subject: int, title: str | None
) -> None:
    boss = await house.who(Role.OFFICE)
    detail = {"kind": kind, "day": "2026-11-24", "slot": "x", "due_at": NOW}
    await house.db.write(lambda tx: outbox.add(tx, [Post("m", "missed", boss.id, subject, NOW, detail)], NOW))
    (item,) = await house.db.read(lambda tx: outbox.of_subject(tx, "missed", subject))
    found = await reminders.missed_letter(house.db, item, boss, NOW)
    assert found is not None
    assert (found.title or "").find(title or "") >= 0
    assert (found.title is None) == (title is None)


async def test_a_missed_notice_is_named_by_how_it_begins(house: NoticeOffice) -> None:
    boss = await house.who(Role.OFFICE)
    notice = await house.send(boss, "今晚停水")
    detail = {"kind": "notice", "day": "2026-11-24", "slot": "send", "due_at": NOW}
    await house.db.write(lambda tx: outbox.add(tx, [Post("m", "missed", boss.id, notice, NOW, detail)], NOW))
    (item,) = await house.db.read(lambda tx: outbox.of_subject(tx, "missed", notice))
    found = await reminders.missed_letter(house.db, item, boss, NOW)
    assert found is not None
    assert found.title == "今晚停水"


# putting off -----------------------------------------------------------------------------------------------------


async def reminder(house: NoticeOffice, now: int, kind: str = "task", subject: int = TASK) -> tuple[Item, Person]:
    """A reminder that was sent, and to whom."""
    await alone(house, kind, subject)
    item = next(item for item in await tick(house, now) if item.kind == kind)
    return item, await one(house, item.person_id)


async def put_off(house: NoticeOffice, item: Item, person: Person, *, shift: bool = False) -> Item | None:
    """Press; the message that will come."""
    await reminders.put_off(house.db, person, item.id, house.now, house.timing, shift=shift)
    return await house.db.read(lambda tx: outbox.by_key(tx, f"{item.key}:later"))


async def test_a_reminder_that_is_put_off_comes_an_hour_later_once(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    later = await put_off(house, item, person)
    assert later is not None
    assert later.planned_at == at(26, "10:00")
    assert await put_off(house, item, person) == later
    assert [i.id for i in await tick(house, at(26, "10:00")) if i.kind == "task"] == [later.id]
    assert await tick(house, at(26, "11:00")) == []


async def test_a_reminder_says_when_it_comes_again_instead_of_asking(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    before = await Letters(house.db, TZ).opened(item, person, house.now)
    await put_off(house, item, person)
    after = await Letters(house.db, TZ).opened(item, person, house.now)
    assert before is not None
    assert after is not None
    buttons = [[b.data for row in screen.rows for b in row] for screen in (before, after)]
    assert f"reminders:later:{item.id}" in buttons[0]
    assert buttons[1] == [data for data in buttons[0] if not (data or "").startswith("reminders:")]
    assert "10:00" in after.text
    assert after.text.startswith(before.text)


async def test_a_reminder_is_put_off_twice_and_no_more(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    for hour in ("10:00", "11:00"):
        later = await put_off(house, item, person)
        assert later is not None
        await tick(house, at(26, hour))
        item = later
    with pytest.raises(OftenEnough):
        await put_off(house, item, person)


async def test_a_reminder_is_not_put_off_into_quiet_hours(house: NoticeOffice) -> None:
    house.timing = QUIET
    item, person = await reminder(house, at(27, "20:30"))
    later = await put_off(house, item, person)
    assert later is not None
    assert later.planned_at == at(28, "08:00")


async def test_a_session_is_not_put_off_until_it_has_begun(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(25, "07:00"), "session", LAWS)
    later = await put_off(house, item, person)
    assert later is not None
    assert later.planned_at == at(25, "08:00")
    (again,) = [i for i in await tick(house, at(25, "08:00")) if i.person_id == person.id]
    with pytest.raises(TooLate):
        await put_off(house, again, person)
    with pytest.raises(TooLate):
        await put_off(house, again, person, shift=True)


async def test_a_task_is_not_put_off_beyond_its_day_unless_that_is_past(house: NoticeOffice) -> None:
    house.timing = QUIET
    item, person = await reminder(house, at(26, "20:00"))
    house.now = at(26, "20:30")
    with pytest.raises(TooLate):
        await put_off(house, item, person)
    late = next(i for i in await tick(house, at(27, "20:30")) if i.kind == "task" and i.detail["slot"] == "overdue")
    assert await put_off(house, late, person) is not None


async def test_the_beginning_of_a_phase_may_be_put_off_to_the_next_day(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(70, "19:00"), "phase", 3)
    later = await put_off(house, item, person, shift=True)
    assert later is not None
    assert later.planned_at == at(71, "08:00")


async def test_after_the_shift_means_the_shift_of_the_persons_team(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    by_day = Pattern(date(2026, 11, 26), "DNRR")
    await house.db.write(lambda tx: store.put_pattern(tx, person.unit.id, by_day))
    later = await put_off(house, item, person, shift=True)
    assert later is not None
    assert later.planned_at == at(26, "20:00")


async def test_what_is_put_off_is_moot_when_it_is_done_meanwhile(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    later = await put_off(house, item, person)
    assert later is not None
    await settle_task(house)
    assert await tick(house, at(26, "10:00")) == []
    row = await house.db.read(lambda tx: outbox.get(tx, later.id))
    assert row is not None
    assert (row.state, row.cause) == (State.CANCELLED, "moot")


async def test_what_is_of_no_use_any_more_is_not_put_off(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    await settle_task(house)
    with pytest.raises(MovedOn):
        await put_off(house, item, person)


async def test_only_ones_own_reminders_are_put_off_and_no_other_messages(house: NoticeOffice) -> None:
    item, person = await reminder(house, at(26, "09:00"))
    stranger = await house.who(Role.COLLECTOR, 5)
    for who, number in ((stranger, item.id), (person, 99_999)):
        with pytest.raises(NotFound):
            await reminders.put_off(house.db, who, number, house.now, ALWAYS, shift=False)
    boss = await house.who(Role.OFFICE)
    await house.send(boss, "今晚停水")
    (notice, *_) = [item for item in await house.deliver() if item.kind == "notice"]
    with pytest.raises(MovedOn):
        await reminders.put_off(house.db, await one(house, notice.person_id), notice.id, house.now, ALWAYS, shift=False)


# unwanted kinds --------------------------------------------------------------------------------------------------


async def test_a_kind_that_is_switched_off_is_not_sent_until_it_is_switched_on(house: NoticeOffice) -> None:
    who = await owner(house)
    assert await reminders.set_mute(house.db, who, "task", muted=True) == {"task"}
    assert await reminders.set_mute(house.db, who, "task", muted=True) == {"task"}
    assert who.id not in told(await tick(house, at(26, "09:00")), "task", TASK)
    assert await reminders.set_mute(house.db, who, "task", muted=False) == frozenset()
    assert await reminders.mutes(house.db, who) == frozenset()
    assert who.id in told(await tick(house, at(27, "09:00")), "task", TASK)


@pytest.mark.parametrize("kind", ["notice", "session_change", "rollcall", "missed", "x"])
async def test_what_matters_has_no_switch(house: NoticeOffice, kind: str) -> None:
    with pytest.raises(MovedOn):
        await reminders.set_mute(house.db, await house.who(Role.COLLECTOR), kind, muted=True)


# shifts ----------------------------------------------------------------------------------------------------------

NIGHTS = Pattern(TODAY, "NRRR")


async def team_of(house: NoticeOffice, person: Person) -> int:
    units = await house.db.read(lambda tx: people.units(tx, person.scope))
    return next(unit.id for unit in units if unit.kind is UnitKind.TEAM)


async def test_a_head_sets_the_shifts_of_the_own_teams(house: NoticeOffice) -> None:
    head = await house.who(Role.STATION_HEAD)
    team = await team_of(house, head)
    assert await reminders.preview_pattern(house.db, head, team, NIGHTS) == ((await unit_of(house, team)), NIGHTS)
    for _ in range(2):
        assert (await reminders.set_pattern(house.db, head, team, NIGHTS, NOW))[1] == NIGHTS
    assert await reminders.pattern_of(house.db, head, team) == (await unit_of(house, team), NIGHTS)
    assert dict(await reminders.teams(house.db, head))[await unit_of(house, team)] == NIGHTS
    assert (await reminders.set_pattern(house.db, head, team, None, NOW))[1] is None
    assert (await reminders.set_pattern(house.db, head, team, None, NOW))[1] is None
    assert await audited(house, "shifts.set") == 2


async def unit_of(house: NoticeOffice, unit_id: int):  # type: ignore[no-untyped-def]
    return await house.db.read(lambda tx: people.unit(tx, unit_id))


async def audited(house: NoticeOffice, verb: str) -> int:
    rows = await house.db.read(lambda tx: tx.all("SELECT 1 FROM audit WHERE verb = :verb", verb=verb))
    return len(rows)


async def test_the_office_sees_every_team_and_a_head_the_own(house: NoticeOffice) -> None:
    assert len(await reminders.teams(house.db, await house.who(Role.OFFICE))) == 8
    assert len(await reminders.teams(house.db, await house.who(Role.STATION_HEAD))) == 2


async def test_shifts_of_another_station_or_of_what_is_no_team_are_refused(house: NoticeOffice) -> None:
    head, other = await house.who(Role.STATION_HEAD), await house.who(Role.STATION_HEAD, 1)
    for unit in (await team_of(house, other), head.unit.id, 999):
        with pytest.raises(NotYours):
            await reminders.set_pattern(house.db, head, unit, NIGHTS, NOW)
        with pytest.raises(NotYours):
            await reminders.ask_cycle(house.db, head, unit, "1:1", NOW)


async def test_staff_set_no_shifts(house: NoticeOffice) -> None:
    for role in (Role.COLLECTOR, Role.TEAM_LEADER, Role.BUREAU):
        who = await house.who(role)
        with pytest.raises(NotForRole):
            await reminders.teams(house.db, who)
        with pytest.raises(NotForRole):
            await reminders.set_pattern(house.db, who, await team_of(house, await house.who(Role.OFFICE)), NIGHTS, NOW)


async def test_a_head_who_has_left_or_lost_the_role_sets_nothing_any_more(house: NoticeOffice) -> None:
    head = await house.who(Role.STATION_HEAD)
    team = await team_of(house, head)
    await house.db.write(
        lambda tx: people.change_person(tx, head, head.name, Role.COLLECTOR, head.unit.id, head.batch, NOW)
    )
    with pytest.raises(NotForRole):
        await reminders.set_pattern(house.db, head, team, NIGHTS, NOW)
    await house.db.write(lambda tx: people.leave(tx, head.id, NOW))
    with pytest.raises(NotYours):
        await reminders.set_pattern(house.db, head, team, NIGHTS, NOW)


@pytest.mark.parametrize("cycle", ["", "DX", "D" * 29])
async def test_a_forged_cycle_changes_nothing(house: NoticeOffice, cycle: str) -> None:
    head = await house.who(Role.STATION_HEAD)
    team = await team_of(house, head)
    for call in (
        reminders.preview_pattern(house.db, head, team, Pattern(TODAY, cycle)),
        reminders.set_pattern(house.db, head, team, Pattern(TODAY, cycle), NOW),
    ):
        with pytest.raises(MovedOn):
            await call
    assert await house.db.read(store.patterns) == {}


async def test_the_form_for_a_cycle_is_open_until_it_is_set_or_left(house: NoticeOffice) -> None:
    head = await house.who(Role.STATION_HEAD)
    team = await team_of(house, head)

    async def awaited() -> str | None:
        found = await house.db.read(lambda tx: drafts.awaiting(tx, head.id))
        return found.kind if found else None

    await reminders.ask_cycle(house.db, head, team, "1:1", NOW)
    await reminders.leave_form(house.db, head, settings.CALENDAR_FORM, NOW)
    assert await awaited() == settings.SHIFTS_FORM
    await reminders.leave_form(house.db, head, settings.SHIFTS_FORM, NOW)
    assert await awaited() is None
    await reminders.ask_cycle(house.db, head, team, "1:2", NOW)
    await reminders.set_pattern(house.db, head, team, NIGHTS, NOW)
    assert await awaited() is None


async def test_whoever_worked_the_night_is_told_in_the_afternoon_and_a_preview_says_so(house: NoticeOffice) -> None:
    who = await owner(house)
    await house.db.write(lambda tx: store.put_pattern(tx, who.unit.id, Pattern(date(2026, 11, 25), "NRRR")))
    house.timing = QUIET
    moments = [
        await house.db.read(partial(arrival, person=who, at=at(26, "09:00"), urgent=urgent, timing=QUIET))
        for urgent in (False, True)
    ]
    assert moments == [at(26, "14:00"), at(26, "09:00")]
    assert who.id not in told(await tick(house, at(26, "09:00")), "task", TASK)
    assert who.id in told(await tick(house, at(26, "14:00")), "task", TASK)


# the weekly digest -----------------------------------------------------------------------------------------------

MONDAY = at(30, "09:00")


async def digests(house: NoticeOffice) -> dict[int, str]:
    """What the digest of the coming Monday says, by person."""
    await alone(house, "digest", 0)
    return {item.person_id: house.texts(await one(house, item.person_id))[-1] for item in await tick(house, MONDAY)}


async def test_the_digest_is_planned_for_the_first_working_day_and_the_next_one_after_it(house: NoticeOffice) -> None:
    await reminders.plan_weekly(house.db, MONDAY - MINUTE, ALWAYS)
    rows = """SELECT local_date FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
               WHERE s.kind = 'digest' AND slot = 'weekly' ORDER BY 1"""
    planned = [row["local_date"] for row in await house.db.read(lambda tx: tx.all(rows))]
    assert planned == ["2026-11-30"]
    await tick(house, MONDAY + 4 * HOUR)
    await reminders.plan_weekly(house.db, MONDAY + 4 * HOUR, ALWAYS)
    planned = [row["local_date"] for row in await house.db.read(lambda tx: tx.all(rows))]
    assert planned == ["2026-11-30", "2026-12-07"]


async def test_a_leader_reads_of_the_own_part_only_and_by_name(house: NoticeOffice) -> None:
    head = await house.who(Role.STATION_HEAD)
    found = await digests(house)
    for id_, text in found.items():
        leader = await one(house, id_)
        overdue = await house.db.read(lambda tx: plan.overdue(tx, date(2026, 11, 30)))
        for task in overdue:
            holder = await owner(house, task.id)
            seen = leader.role is Role.OFFICE or leader.unit.holds(holder.unit)
            assert (task.title[:8] in text) == seen, (leader.name, task.title)
            assert not seen or holder.name in text
    assert head.id in found


async def test_a_leader_with_nothing_open_has_no_row_at_all(house: NoticeOffice) -> None:
    found = await digests(house)
    rows = await house.db.read(lambda tx: outbox.of_subject(tx, "digest", 0))
    assert {row.person_id for row in rows} == set(found)
    leaders = [p for p in await house.db.read(lambda tx: people.listed(tx, "")) if p.role is Role.TEAM_LEADER]
    assert len([p for p in leaders if p.id in found]) < len(leaders)


async def test_what_is_nobodys_part_is_the_offices(house: NoticeOffice) -> None:
    await change_session(house, lambda s: replace(s, starts_at=at(33, "09:00"), ends_at=at(33, "11:00"), venue=None))
    person = await house.who(Role.COLLECTOR)

    async def unit(tx: Connection) -> None:
        await people.change_person(tx, person, person.name, person.role, person.unit.id, None, NOW)
        task = await plan.task(tx, TASK)
        assert task is not None
        await plan.change_task(tx, replace(task, owner_id=None), NOW)

    await house.db.write(unit)
    found = await digests(house)
    boss, head = await house.who(Role.OFFICE), await house.who(Role.STATION_HEAD)
    for part in ("缺地点或主讲", "没有分期", "还没有责任人", "无责任人"):
        assert part in found[boss.id]
        assert part not in found[head.id]


async def test_notices_that_nobody_confirmed_are_in_the_digest_of_whom_they_concern(house: NoticeOffice) -> None:
    head = await house.who(Role.STATION_HEAD)
    notice = await house.send(head, "明天开会")
    await house.deliver()
    staff = await house.staff(head)
    for person in staff[2:]:
        await house.got(person, notice)
    found = await digests(house)
    assert f"“明天开会”：{staff[0].name}、{staff[1].name}" in found[head.id]
    other = await house.who(Role.STATION_HEAD, 1)
    assert "明天开会" not in found.get(other.id, "")


async def test_a_digest_of_what_was_settled_meanwhile_is_not_sent(house: NoticeOffice) -> None:
    await alone(house, "digest", 0)
    await held(house, MONDAY)
    for task in await house.db.read(lambda tx: plan.overdue(tx, date(2026, 11, 30))):
        await settle_task(house, task.id)
    heads = {p.id for p in [await house.who(Role.STATION_HEAD, n) for n in range(4)]}
    assert not [item for item in await house.deliver() if item.kind == "digest" and item.person_id in heads]


# planning --------------------------------------------------------------------------------------------------------


async def test_planning_again_changes_nothing_and_repeats_nothing(house: NoticeOffice) -> None:
    await tick(house, at(24, "18:00"))

    async def rows() -> list[tuple[object, ...]]:
        found = await house.db.read(
            lambda tx: tx.all("SELECT schedule_id, local_date, slot, due_at, state FROM occurrences ORDER BY 1, 2, 3")
        )
        return [tuple(row) for row in found]

    before = await rows()
    await reminders.replan_all(house.db, house.now, ALWAYS)
    assert await rows() == before
    assert told(await tick(house, at(24, "18:01")), "session", LAWS) == {}


async def test_planning_again_after_an_outage_loses_nothing(house: NoticeOffice) -> None:
    await reminders.replan_all(house.db, at(24, "19:00"), ALWAYS)
    assert told(await tick(house, at(24, "19:00")), "session", LAWS)


@pytest.mark.parametrize("dead", ["cancelled", "undated", "unknown"])
async def test_an_occurrence_of_a_dead_session_tells_nobody_even_if_it_is_left_over(
    house: NoticeOffice, dead: str
) -> None:
    change = {"cancelled_at": NOW} if dead == "cancelled" else {"starts_at": None, "ends_at": None}
    await change_session(house, lambda s: replace(s, **change))
    due = Occurrence("session", 999 if dead == "unknown" else LAWS, TODAY, "eve", NOW, NOW + HOUR)
    assert await house.db.write(lambda tx: reminders.expand_session(tx, due, NOW)) == ()
