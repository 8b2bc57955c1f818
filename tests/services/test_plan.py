"""The plan on a real database, with the sample office: who may do what, what follows from a change, and who hears."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from content.campaign import Campaign
from content.yaml_files import Fault
from domain.clock import DAY, HOUR, MINUTE, local_date
from domain.dates import PastDay
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item, Post, State
from domain.people import Person, Role, UnitKind
from domain.plan import AskState, Edge, EvidenceKind, PhaseOrder, Task, TaskState
from domain.plan.shown import ChangeKind, Loaded, Which
from services import outbox as outbox_service
from services import plan, sample
from services.plan import Step
from services.plan.common import change
from services.reminders import expand_task
from services.schedules import expand_due
from services.timing import Timing
from storage import drafts, outbox, people
from storage import plan as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ

TIMING = Timing(TZ, time(21), time(8))
TODAY = local_date(NOW, TZ)


@pytest_asyncio.fixture
async def office(db: Database) -> Database:
    assert not await sample.load(db, NOW, TZ)
    return db


async def who(db: Database, staff_no: str) -> Person:
    found = await db.read(lambda tx: people.by_staff_no(tx, staff_no))
    assert found
    return found


async def task(db: Database, code: str) -> Task:
    return next(one for one in await db.read(store.tasks) if one.code == code)


async def outbox_rows(db: Database, kind: str) -> tuple[Item, ...]:
    async def unit(tx: Connection) -> tuple[Item, ...]:
        rows = await tx.all("SELECT id FROM outbox WHERE kind = :kind ORDER BY id", kind=kind)
        return tuple([item for row in rows if (item := await outbox.get(tx, row["id"]))])

    return await db.read(unit)


async def pending(db: Database, kind: str) -> list[tuple[str, Mapping[str, object]]]:
    """Staff number and detail of what waits to be sent."""
    found = []
    for item in await outbox_rows(db, kind):
        person = await db.read(lambda tx, id_=item.person_id: people.person(tx, id_))
        if item.state is State.PENDING and person:
            found.append((person.staff_no, item.detail))
    return found


async def planned(db: Database, kind: str, subject: int) -> set[tuple[str, str]]:
    async def unit(tx: Connection) -> set[tuple[str, str]]:
        rows = await tx.all(
            """SELECT o.local_date, o.slot FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
                WHERE s.kind = :kind AND s.subject_id = :subject AND o.state = 'planned'""",
            kind=kind,
            subject=subject,
        )
        return {(row["local_date"], row["slot"]) for row in rows}

    return await db.read(unit)


async def join(db: Database, *staff_nos: str) -> None:
    async def unit(tx: Connection) -> None:
        for number, staff_no in enumerate(staff_nos, start=1):
            person = await people.by_staff_no(tx, staff_no)
            assert person
            await people.bind(tx, person.id, 7000 + number, 7000 + number, NOW)

    await db.write(unit)


async def sent(db: Database, kind: str, person: Person, subject: int, **detail: object) -> None:
    """As if the person had been sent such a message."""

    async def unit(tx: Connection) -> None:
        await outbox.add(tx, [Post(f"{kind}:{subject}:{person.id}:seen", kind, person.id, subject, NOW, detail)], NOW)
        await tx.run("UPDATE outbox SET state = 'sent', settled_at = :now WHERE state = 'pending'", now=NOW)

    await db.write(unit)


# looking ---------------------------------------------------------------------------------------------------------


async def test_a_collector_sees_the_running_phase_and_the_own_tasks(office: Database) -> None:
    shown = await plan.overview(office, await who(office, "1017"), NOW, TZ)
    assert shown.phase
    assert shown.phase.number == 2
    assert [one.code for one in shown.mine] == ["B25"]
    assert (shown.part, shown.whole, shown.asks) == (None, None, 0)


async def test_a_collector_without_tasks_sees_none(office: Database) -> None:
    shown = await plan.overview(office, await who(office, "1020"), NOW, TZ)
    assert shown.mine == ()


async def test_a_head_counts_the_own_station_and_the_office_everything(office: Database) -> None:
    head = await plan.overview(office, await who(office, "1005"), NOW, TZ)
    assert head.part
    assert (head.part.total, head.part.overdue) == (4, 1)
    boss = await plan.overview(office, await who(office, "1002"), NOW, TZ)
    assert boss.whole
    assert boss.whole.total == 52
    assert boss.whole.ownerless > 20


async def test_the_bureau_reads_figures_and_no_names(office: Database) -> None:
    bureau = await who(office, "1001")
    assert (await plan.overview(office, bureau, NOW, TZ)).whole
    listed = await plan.listing(office, bureau, 2, NOW, TZ)
    assert listed.tasks
    assert listed.owners == {}
    with pytest.raises(NotForRole):
        await plan.listing(office, bureau, Which.OVERDUE, NOW, TZ)


async def test_a_collector_sees_no_owner_but_themselves(office: Database) -> None:
    collector = await who(office, "1017")
    listed = await plan.listing(office, collector, 2, NOW, TZ)
    assert set(listed.owners) == {collector.id}
    card = await plan.card(office, collector, (await task(office, "B01")).id, NOW, TZ)
    assert card.owner is None
    assert not card.rights.look_closer


@pytest.mark.parametrize("staff_no", ["1001", "1005", "1009", "1017"])
@pytest.mark.parametrize("which", [Which.OVERDUE, Which.OWNERLESS, Which.UNDATED])
async def test_lists_of_what_is_wrong_are_the_offices(office: Database, staff_no: str, which: Which) -> None:
    with pytest.raises(NotForRole):
        await plan.listing(office, await who(office, staff_no), which, NOW, TZ)


async def test_lists_hold_what_they_are_called(office: Database) -> None:
    boss = await who(office, "1002")
    overdue = await plan.listing(office, boss, Which.OVERDUE, NOW, TZ)
    assert [one.code for one in overdue.tasks] == ["A07"]
    assert all(one.owner_id is None for one in (await plan.listing(office, boss, Which.OWNERLESS, NOW, TZ)).tasks)
    assert all(one.due_on is None for one in (await plan.listing(office, boss, Which.UNDATED, NOW, TZ)).tasks)
    part = await plan.listing(office, await who(office, "1009"), Which.PART, NOW, TZ)
    assert {one.code for one in part.tasks} == {"B07", "B25", "B29"}
    with pytest.raises(NotForRole):
        await plan.listing(office, await who(office, "1017"), Which.PART, NOW, TZ)


async def test_a_task_that_does_not_exist_is_not_found(office: Database) -> None:
    with pytest.raises(NotFound):
        await plan.card(office, await who(office, "1017"), 10_000, NOW, TZ)
    with pytest.raises(NotFound):
        await plan.listing(office, await who(office, "1017"), 9, NOW, TZ)


# the template ----------------------------------------------------------------------------------------------------


async def test_loading_the_template_again_adds_nothing_and_keeps_dates(office: Database) -> None:
    before = await office.read(store.tasks), [p.starts_on for p in await office.read(store.phases)]
    assert await plan.load_template(office, await who(office, "1002"), NOW, TZ) == Loaded(0, 52)
    assert (await office.read(store.tasks), [p.starts_on for p in await office.read(store.phases)]) == before


async def test_only_the_office_loads_the_template(office: Database) -> None:
    with pytest.raises(NotForRole):
        await plan.load_template(office, await who(office, "1005"), NOW, TZ)


async def test_the_sample_plans_reminders_for_dated_tasks_alone(office: Database) -> None:
    dated, undated = await task(office, "B27"), await task(office, "B23")
    assert {slot for _, slot in await planned(office, "task", dated.id)} == {"soon", "due", "overdue"}
    assert await planned(office, "task", undated.id) == set()
    assert {slot for _, slot in await planned(office, "phase", 2)} == {"week", "eve"}


# dates -----------------------------------------------------------------------------------------------------------


async def test_a_preview_says_when_the_owner_is_reminded(office: Database) -> None:
    await join(office, "1009")
    boss, one = await who(office, "1002"), await task(office, "B07")
    shown = await plan.preview_task(office, boss, one.id, date(2026, 12, 10), NOW, TIMING)
    assert shown.owner
    assert shown.owner.staff_no == "1009"
    assert [(local_date(t.at, TZ), t.people) for t in shown.preview.told] == [
        (date(2026, 12, 7), 1),
        (date(2026, 12, 10), 1),
    ]


async def test_a_preview_counts_nobody_who_has_not_joined(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B07")
    shown = await plan.preview_task(office, boss, one.id, date(2026, 12, 10), NOW, TIMING)
    assert shown.preview.told == ()


async def test_a_date_is_set_once_however_often_it_is_confirmed(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B23")
    day = TODAY + timedelta(days=20)
    for _ in range(2):
        card = await plan.set_task_date(office, boss, one.id, day, one.edits, NOW, TZ)
        assert card.task.due_on == day
        assert card.task.edits == one.edits + 1
    assert {slot for _, slot in await planned(office, "task", one.id)} == {"soon", "due", "overdue"}


async def test_taking_a_date_away_takes_its_reminders_away(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B27")
    await plan.set_task_date(office, boss, one.id, None, one.edits, NOW, TZ)
    assert await planned(office, "task", one.id) == set()


async def test_a_confirmation_of_what_has_changed_since_is_refused(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B27")
    await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=3), one.edits, NOW, TZ)
    with pytest.raises(MovedOn):
        await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=9), one.edits, NOW, TZ)


async def test_a_past_date_is_refused_with_today(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B27")
    for call in (
        plan.preview_task(office, boss, one.id, TODAY - timedelta(days=1), NOW, TIMING),
        plan.set_task_date(office, boss, one.id, TODAY - timedelta(days=1), one.edits, NOW, TZ),
    ):
        with pytest.raises(PastDay) as refusal:
            await call
        assert refusal.value.values["nearest"] == "11-24"


@pytest.mark.parametrize("staff_no", ["1001", "1005", "1009", "1017"])
async def test_only_the_office_sets_dates(office: Database, staff_no: str) -> None:
    caller, one = await who(office, staff_no), await task(office, "B25")
    later = TODAY + timedelta(days=9)
    for call in (
        plan.preview_task(office, caller, one.id, later, NOW, TIMING),
        plan.set_task_date(office, caller, one.id, later, one.edits, NOW, TZ),
        plan.preview_phase(office, caller, 2, Edge.END, later, NOW, TIMING),
        plan.set_phase_date(office, caller, 2, Edge.END, later, 0, NOW, TZ, along=False),
        plan.give_up(office, caller, one.id, one.edits, NOW, TZ),
    ):
        with pytest.raises(NotForRole):
            await call


async def test_an_owner_who_was_reminded_hears_of_another_date_once(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await sent(office, "task", owner, one.id, day=str(one.due_on), slot="soon")
    new = TODAY + timedelta(days=12)
    await plan.set_task_date(office, boss, one.id, new, one.edits, NOW, TZ)
    (told,) = await pending(office, "plan_change")
    assert told[0] == "1009"
    assert (told[1]["old"], told[1]["new"]) == (str(one.due_on), str(new))


async def test_an_owner_who_was_never_told_a_date_hears_nothing_of_another(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B27")
    await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=12), one.edits, NOW, TZ)
    assert await pending(office, "plan_change") == []


async def test_moving_twice_within_a_minute_says_the_last_date_against_the_one_that_was_told(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await sent(office, "task", owner, one.id, day=str(one.due_on), slot="soon")
    for days in (12, 15):
        current = await task(office, "B07")
        await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=days), current.edits, NOW, TZ)
    rows = [row for row in await outbox_rows(office, "plan_change") if row.state is State.PENDING]
    said = [await plan.change_letter(office, row, owner, NOW + 2 * MINUTE) for row in rows]
    assert [change.old for change in said if change] == [one.due_on]
    assert said[-1]


async def test_moving_there_and_back_says_nothing(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await sent(office, "task", owner, one.id, day=str(one.due_on), slot="soon")
    for day in (TODAY + timedelta(days=12), one.due_on):
        current = await task(office, "B07")
        await plan.set_task_date(office, boss, one.id, day, current.edits, NOW, TZ)
    rows = [row for row in await outbox_rows(office, "plan_change") if row.state is State.PENDING]
    assert not [1 for row in rows if await plan.change_letter(office, row, owner, NOW + 2 * MINUTE)]


async def test_whoever_moves_the_own_date_is_told_nothing(office: Database) -> None:
    boss = await who(office, "1003")
    one = await task(office, "B09")
    await sent(office, "task", boss, one.id, day=str(one.due_on), slot="soon")
    await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=12), one.edits, NOW, TZ)
    assert await pending(office, "plan_change") == []


# phases ----------------------------------------------------------------------------------------------------------


async def test_a_phases_preview_counts_those_who_are_reminded(office: Database) -> None:
    await join(office, "1002", "1005", "1009", "1017")
    boss = await who(office, "1002")
    start = await plan.preview_phase(office, boss, 3, Edge.START, TODAY + timedelta(days=48), NOW, TIMING)
    assert [told.people for told in start.preview.told] == [4]
    end = await plan.preview_phase(office, boss, 2, Edge.END, TODAY + timedelta(days=40), NOW, TIMING)
    assert [told.people for told in end.preview.told] == [3, 3]


async def test_phases_stay_in_order(office: Database) -> None:
    boss = await who(office, "1002")
    phases = await office.read(store.phases)
    assert phases[1].ends_on
    for number, edge, day in (
        (2, Edge.START, TODAY - timedelta(days=9)),
        (2, Edge.END, TODAY + timedelta(days=70)),
        (3, Edge.START, phases[1].ends_on),
        (3, Edge.START, TODAY + timedelta(days=100)),
    ):
        with pytest.raises(PhaseOrder):
            await plan.preview_phase(office, boss, number, edge, day, NOW, TIMING)
    with pytest.raises(PastDay):
        await plan.preview_phase(office, boss, 2, Edge.END, TODAY - timedelta(days=1), NOW, TIMING)


async def test_a_phase_is_moved_once_and_its_tasks_only_when_wanted(office: Database) -> None:
    boss, phase = await who(office, "1002"), (await office.read(store.phases))[1]
    day = TODAY + timedelta(days=38)
    for _ in range(2):
        moved = await plan.set_phase_date(office, boss, 2, Edge.END, day, phase.edits, NOW, TZ, along=False)
        assert (moved.ends_on, moved.edits) == (day, phase.edits + 1)
    assert (await task(office, "B27")).due_on == TODAY + timedelta(days=21)
    assert (await task(office, "B03")).due_on is None
    assert {slot for _, slot in await planned(office, "phase", 2)} == {"week", "eve"}


async def test_with_its_tasks_a_phase_that_lasts_longer_takes_all_open_ones_along(office: Database) -> None:
    boss, phase = await who(office, "1002"), (await office.read(store.phases))[1]
    day = TODAY + timedelta(days=45)
    third = (await office.read(store.phases))[2]
    await plan.set_phase_date(office, boss, 3, Edge.START, day + timedelta(days=10), third.edits, NOW, TZ, along=False)
    shown = await plan.preview_phase(office, boss, 2, Edge.END, day + timedelta(days=7), NOW, TIMING)
    moved = (phase.edits, NOW, TZ)
    await plan.set_phase_date(office, boss, 2, Edge.END, day + timedelta(days=7), *moved, along=True)
    assert (await task(office, "B27")).due_on == TODAY + timedelta(days=28)
    assert (await task(office, "B03")).due_on == day + timedelta(days=7)
    assert (await task(office, "A07")).due_on == TODAY - timedelta(days=2)
    changed = [one for one in await office.read(store.tasks) if one.edits]
    assert len(changed) == len(shown.along)
    for one in changed:
        assert await planned(office, "task", one.id)


async def test_with_its_tasks_a_phase_that_ends_earlier_pulls_only_what_lies_beyond(office: Database) -> None:
    boss, phase = await who(office, "1002"), (await office.read(store.phases))[1]
    day = TODAY + timedelta(days=22)
    await plan.set_phase_date(office, boss, 2, Edge.END, day, phase.edits, NOW, TZ, along=True)
    assert (await task(office, "B27")).due_on == TODAY + timedelta(days=21)
    assert (await task(office, "B22")).due_on == day
    assert (await task(office, "B03")).due_on == day


async def test_a_moved_end_is_told_to_those_who_were_reminded_of_the_old_one(office: Database) -> None:
    boss, head, collector = await who(office, "1002"), await who(office, "1005"), await who(office, "1017")
    phase = (await office.read(store.phases))[1]
    await sent(office, "phase", head, 2, slot="week", day=str(phase.ends_on))
    await sent(office, "phase", boss, 2, slot="week", day=str(phase.ends_on))
    await sent(office, "phase", collector, 2, slot="start", day=str(phase.starts_on))
    day = TODAY + timedelta(days=30)
    assert (await plan.preview_phase(office, boss, 2, Edge.END, day, NOW, TIMING)).preview.informed == 1
    await plan.set_phase_date(office, boss, 2, Edge.END, day, phase.edits, NOW, TZ, along=False)
    assert [staff_no for staff_no, _ in await pending(office, "plan_change")] == ["1005"]
    (row,) = [one for one in await outbox_rows(office, "plan_change") if one.state is State.PENDING]
    change = await plan.change_letter(office, row, head, NOW)
    assert change
    assert (change.kind, change.old) == (ChangeKind.PHASE_DATE, phase.ends_on)
    again = (await office.read(store.phases))[1]
    await plan.set_phase_date(office, boss, 2, Edge.END, day + timedelta(days=1), again.edits, NOW, TZ, along=False)
    assert await plan.change_letter(office, row, head, NOW) is None


# owners ----------------------------------------------------------------------------------------------------------


async def test_a_new_owner_is_told_and_the_old_one_if_they_knew(office: Database) -> None:
    boss, old, new = await who(office, "1002"), await who(office, "1009"), await who(office, "1010")
    one = await task(office, "B07")
    await sent(office, "task", old, one.id, day=str(one.due_on), slot="soon")
    for _ in range(2):
        card = await plan.give(office, boss, one.id, new.id, one.edits, NOW, TZ)
        assert card.owner == new
    said = {(staff_no, detail["of"]) for staff_no, detail in await pending(office, "plan_change")}
    assert said == {("1010", "owner"), ("1009", "released")}


async def test_taking_a_task_away_makes_it_red(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B07")
    card = await plan.give(office, boss, one.id, 0, one.edits, NOW, TZ)
    assert card.task.red(TODAY)
    assert card.task.owner_id is None


async def test_a_head_hands_over_within_the_own_station_alone(office: Database) -> None:
    head, other = await who(office, "1005"), await who(office, "1006")
    own, theirs, nobodys = await task(office, "B07"), await task(office, "B35"), await task(office, "B03")
    collector, stranger = await who(office, "1017"), await who(office, "1025")
    assert (await plan.give(office, head, own.id, collector.id, own.edits, NOW, TZ)).owner == collector
    current = await task(office, "B07")
    for caller, one, to in (
        (head, current, stranger),  # to somebody of another station
        (head, theirs, collector),  # another station's task
        (head, nobodys, collector),  # nobody's task is the office's to give
        (other, current, stranger),
    ):
        with pytest.raises(NotYours):
            await plan.give(office, caller, one.id, to.id, one.edits, NOW, TZ)
    with pytest.raises(NotYours):
        await plan.give(office, head, current.id, 0, current.edits, NOW, TZ)


@pytest.mark.parametrize("staff_no", ["1001", "1009", "1017"])
async def test_nobody_else_chooses_owners(office: Database, staff_no: str) -> None:
    caller, one = await who(office, staff_no), await task(office, "B25")
    with pytest.raises(NotYours):
        await plan.give(office, caller, one.id, (await who(office, "1018")).id, one.edits, NOW, TZ)
    with pytest.raises(NotYours):
        await plan.choosing(office, caller, one.id, 0)


async def test_owners_are_found_by_walking_the_tree(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B03")
    top = await plan.choosing(office, boss, one.id, 0)
    assert {unit.kind for unit in top.units} == {UnitKind.STATION, UnitKind.BRANCH}
    assert {person.role for person in top.people} == {Role.OFFICE}
    station = await plan.choosing(office, boss, one.id, top.units[0].id)
    assert [person.staff_no for person in station.people] == ["1005"]
    team = await plan.choosing(office, boss, one.id, station.units[0].id)
    assert {person.role for person in team.people} == {Role.TEAM_LEADER, Role.COLLECTOR}
    with pytest.raises(NotYours):
        await plan.choosing(office, await who(office, "1005"), (await task(office, "B07")).id, top.units[1].id)


async def test_an_owner_who_has_left_leaves_a_red_task(office: Database) -> None:
    owner = await who(office, "1009")
    await office.write(lambda tx: people.leave(tx, owner.id, NOW))
    assert (await task(office, "B07")).owner_id is None
    boss = await who(office, "1002")
    assert "B07" in {one.code for one in (await plan.listing(office, boss, Which.OWNERLESS, NOW, TZ)).tasks}


# done ------------------------------------------------------------------------------------------------------------


async def test_an_owner_finishes_and_the_reminders_end(office: Database) -> None:
    owner, one = await who(office, "1005"), await task(office, "A07")
    for _ in range(2):
        finished = await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=False)
        assert not finished.waits
        assert finished.card.task.state is TaskState.DONE
    assert (await task(office, "A07")).edits == one.edits + 1
    assert await planned(office, "task", one.id) == set()


async def test_expected_evidence_is_asked_for_but_not_insisted_on(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    finished = await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=False)
    assert finished.waits
    assert finished.card.task.open
    finished = await plan.finish(office, owner, one.id, "press:2", NOW, TZ, anyway=True)
    assert finished.card.task.state is TaskState.DONE
    assert await office.read(lambda tx: drafts.awaiting(tx, owner.id)) is None


async def test_evidence_is_kept_once_a_message_and_makes_finishing_one_tap(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=False)
    draft = await office.read(lambda tx: drafts.awaiting(tx, owner.id))
    assert draft
    photo, words = (
        plan.piece(EvidenceKind.PHOTO, "file-1", "", "东面"),
        plan.piece(EvidenceKind.TEXT, None, "", "已上墙"),
    )
    for _ in range(2):
        await plan.add_evidence(office, owner, draft, photo, "5:10", 10, "", NOW)
    handed, _ = await plan.add_evidence(office, owner, draft, words, "5:11", 11, "", NOW)
    assert [piece.kind for piece in handed.pieces] == [EvidenceKind.PHOTO, EvidenceKind.TEXT]
    finished = await plan.finish(office, owner, one.id, "press:2", NOW, TZ, anyway=False)
    assert not finished.waits
    assert finished.card.task.pieces == 2


async def test_an_album_is_answered_once(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=False)
    answers = []
    for number in (10, 11, 12):
        draft = await office.read(lambda tx: drafts.awaiting(tx, owner.id))
        assert draft
        piece = plan.piece(EvidenceKind.PHOTO, f"file-{number}", "", "")
        answers.append((await plan.add_evidence(office, owner, draft, piece, f"5:{number}", number, "album", NOW))[1])
    assert answers == [True, False, False]
    assert (await task(office, "B07")).pieces == 3


async def test_evidence_is_taken_back_by_who_sent_it_while_the_task_is_open(office: Database) -> None:
    owner, boss, one = await who(office, "1009"), await who(office, "1002"), await task(office, "B07")
    await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=False)
    draft = await office.read(lambda tx: drafts.awaiting(tx, owner.id))
    assert draft
    piece = plan.piece(EvidenceKind.PHOTO, "file-1", "", "")
    handed, _ = await plan.add_evidence(office, owner, draft, piece, "5:10", 10, "", NOW)
    assert handed.removable == {handed.pieces[0].id}
    with pytest.raises(NotYours):
        await plan.take_back(office, boss, handed.pieces[0].id, NOW)
    assert (await plan.take_back(office, owner, handed.pieces[0].id, NOW)).pieces == ()
    with pytest.raises(MovedOn):
        await plan.take_back(office, owner, handed.pieces[0].id, NOW)


async def test_evidence_is_seen_by_the_owner_and_those_above(office: Database) -> None:
    one = await task(office, "B25")
    for staff_no in ("1017", "1009", "1005", "1002"):
        await plan.handed(office, await who(office, staff_no), one.id)
    for staff_no in ("1001", "1018", "1006", "1010"):
        with pytest.raises(NotYours):
            await plan.handed(office, await who(office, staff_no), one.id)


@pytest.mark.parametrize("staff_no", ["1001", "1005", "1009", "1018"])
async def test_a_task_is_finished_by_its_owner_or_the_office_alone(office: Database, staff_no: str) -> None:
    one, caller = await task(office, "B25"), await who(office, staff_no)
    with pytest.raises(NotYours):
        await plan.finish(office, caller, one.id, "press:1", NOW, TZ, anyway=True)


async def test_a_slip_is_undone_and_reminders_come_back(office: Database) -> None:
    owner, one = await who(office, "1011"), await task(office, "B27")
    done = (await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=True)).card.task
    for _ in range(2):
        card = await plan.reopen(office, owner, one.id, done.edits, NOW, TZ)
        assert card.task.open
    assert {slot for _, slot in await planned(office, "task", one.id)} == {"soon", "due", "overdue"}
    with pytest.raises(MovedOn):
        await plan.reopen(office, owner, one.id, done.edits + 5, NOW, TZ)


async def test_what_the_office_gives_up_only_the_office_takes_up_again(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1011"), await task(office, "B27")
    for _ in range(2):
        dropped = (await plan.give_up(office, boss, one.id, one.edits, NOW, TZ)).task
        assert dropped.state is TaskState.DROPPED
    with pytest.raises(MovedOn):
        await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=True)
    with pytest.raises(NotYours):
        await plan.reopen(office, owner, one.id, dropped.edits, NOW, TZ)
    assert (await plan.reopen(office, boss, one.id, dropped.edits, NOW, TZ)).task.open


# requests --------------------------------------------------------------------------------------------------------


async def test_a_request_for_help_reaches_everybody_of_the_office_once(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    for _ in range(2):
        await plan.ask_help(office, owner, one.id, "公示栏玻璃坏了", "5:10", NOW)
    assert {staff_no for staff_no, _ in await pending(office, "task_ask")} == {"1002", "1003", "1004"}


async def test_of_two_who_press_at_once_the_first_wins_and_the_second_sees_it(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    first, second = await who(office, "1002"), await who(office, "1003")
    day = TODAY + timedelta(days=9)
    ask = (await plan.ask_move(office, owner, one.id, day, "5:10", NOW, TZ)).ask
    (yes, won), (no, lost) = await asyncio.gather(
        plan.settle(office, first, ask.id, granted=True, now=NOW, tz=TZ),
        plan.settle(office, second, ask.id, granted=False, now=NOW, tz=TZ),
    )
    assert (won, lost) == (True, False)
    assert yes.ask.state is AskState.GRANTED
    assert no.ask.state is AskState.GRANTED
    assert no.settled_by == first
    assert (await task(office, "B07")).due_on == day
    assert [staff_no for staff_no, _ in await pending(office, "task_answer")] == ["1009"]
    assert await pending(office, "task_ask") == []
    assert await pending(office, "plan_change") == []


async def test_a_refused_date_stays_what_it_was(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    ask = (await plan.ask_move(office, owner, one.id, TODAY + timedelta(days=9), "5:10", NOW, TZ)).ask
    card, _ = await plan.settle(office, await who(office, "1002"), ask.id, granted=False, now=NOW, tz=TZ)
    assert card.ask.state is AskState.REFUSED
    assert (await task(office, "B07")).due_on == one.due_on


async def test_a_date_that_is_past_when_it_would_be_granted_is_refused(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    with pytest.raises(PastDay):
        await plan.ask_move(office, owner, one.id, TODAY - timedelta(days=1), "5:9", NOW, TZ)
    ask = (await plan.ask_move(office, owner, one.id, TODAY + timedelta(days=1), "5:10", NOW, TZ)).ask
    boss = await who(office, "1002")
    with pytest.raises(PastDay):
        await plan.settle(office, boss, ask.id, granted=True, now=NOW + 3 * DAY, tz=TZ)
    assert [card.ask.id for card in await plan.waiting(office, boss)] == [ask.id]


async def test_who_asks_again_means_the_newer_request(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    for number in (3, 4):
        await plan.ask_move(office, owner, one.id, TODAY + timedelta(days=number), f"5:{number}", NOW, TZ)
    (card,) = await plan.waiting(office, await who(office, "1002"))
    assert card.ask.wanted_on == TODAY + timedelta(days=4)


async def test_a_request_is_moot_once_the_task_is_done_or_somebody_elses(office: Database) -> None:
    owner, boss, one = await who(office, "1009"), await who(office, "1002"), await task(office, "B07")
    ask = (await plan.ask_help(office, owner, one.id, "人手不够", "5:10", NOW)).ask
    rows = await outbox_rows(office, "task_ask")
    assert await plan.ask_letter(office, rows[0], boss, NOW)
    await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=True)
    assert await plan.ask_letter(office, rows[0], boss, NOW) is None
    card, first = await plan.settle(office, boss, ask.id, granted=True, now=NOW, tz=TZ)
    assert not first
    assert card.ask.state is AskState.MOOT


async def test_the_office_answers_with_a_line(office: Database) -> None:
    owner, boss, one = await who(office, "1009"), await who(office, "1002"), await task(office, "B07")
    ask = (await plan.ask_help(office, owner, one.id, "人手不够", "5:10", NOW)).ask
    await plan.begin_answer(office, boss, ask.id, "press:1", NOW)
    for first in (True, False):
        card, won = await plan.answer(office, boss, ask.id, "明天派两人过去", NOW, TZ)
        assert won is first
    assert (card.ask.state, card.ask.answer) == (AskState.ANSWERED, "明天派两人过去")
    (row,) = await outbox_rows(office, "task_answer")
    letter = await plan.answer_letter(office, row, owner, NOW)
    assert letter
    assert letter.ask.answer == "明天派两人过去"


async def test_only_the_owner_asks_and_only_the_office_answers(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    with pytest.raises(NotYours):
        await plan.ask_help(office, await who(office, "1010"), one.id, "x", "5:1", NOW)
    ask = (await plan.ask_help(office, owner, one.id, "x", "5:2", NOW)).ask
    for staff_no in ("1001", "1005", "1009"):
        with pytest.raises(NotForRole):
            await plan.settle(office, await who(office, staff_no), ask.id, granted=True, now=NOW, tz=TZ)
    assert (await plan.ask_card(office, owner, ask.id)).may_settle is False
    with pytest.raises(NotForRole):
        await plan.ask_card(office, await who(office, "1010"), ask.id)


# overdue ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "leaders"),
    [
        ("1017", {"1009"}),
        ("1009", {"1005"}),
        ("1005", {"1002", "1003", "1004"}),
        ("1002", {"1003", "1004"}),
        (None, {"1002", "1003", "1004"}),
    ],
)
async def test_overdue_climbs_one_level(office: Database, owner: str | None, leaders: set[str]) -> None:
    boss, one = await who(office, "1002"), await task(office, "B25")
    given = (await who(office, owner)).id if owner else 0
    if one.owner_id != (given or None):
        await plan.give(office, boss, one.id, given, one.edits, NOW, TZ)
    current = await task(office, "B25")
    posts = await office.read(lambda tx: plan.climb(tx, current, NOW))
    named = {p.id: p.staff_no for p in await sample.everyone(office)}
    assert {named[post.person_id] for post in posts} == leaders


async def test_a_level_with_nobody_on_it_is_passed_over(office: Database) -> None:
    leader = await who(office, "1009")
    await office.write(lambda tx: people.leave(tx, leader.id, NOW))
    one = await task(office, "B25")
    (post,) = await office.read(lambda tx: plan.climb(tx, one, NOW))
    assert post.person_id == (await who(office, "1005")).id


async def test_overdue_climbs_once_however_often_the_tick_comes(office: Database) -> None:
    one = await task(office, "B25")
    late = NOW + 8 * DAY
    for _ in range(2):
        await expand_due(office, {"task": expand_task, "phase": _nobody, "digest": _nobody, "session": _nobody}, late)
    rows = [row for row in await outbox_rows(office, "task_overdue") if row.subject_id == one.id]
    assert [row.person_id for row in rows] == [(await who(office, "1009")).id]
    leader = await who(office, "1009")
    assert await plan.overdue_letter(office, rows[0], leader, late)
    await plan.finish(office, await who(office, "1017"), one.id, "press:1", late, TZ, anyway=True)
    assert await plan.overdue_letter(office, rows[0], leader, late) is None


async def _nobody(tx: Connection, occurrence: object, now: int) -> tuple[Post, ...]:
    return ()


# the calendar ----------------------------------------------------------------------------------------------------


async def test_an_agenda_holds_the_own_dated_tasks(office: Database) -> None:
    agenda = await plan.agenda(office, await who(office, "1003"))
    assert {one.code for one in agenda.tasks} == {"A03", "A04", "A09", "B01", "B02", "B09"}
    assert (await plan.agenda(office, await who(office, "1008"))).tasks == ()


async def test_nobody_is_sent_what_the_outbox_still_holds_for_a_moved_date(office: Database) -> None:
    """A reminder that waits for the morning is of no use once the date has moved."""
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    post = Post("task:x", "task", owner.id, one.id, NOW + HOUR, {"day": str(one.due_on), "slot": "due"})
    await office.write(lambda tx: outbox.add(tx, [post], NOW))
    await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=12), one.edits, NOW, TZ)
    assert await outbox_service.take(office, NOW + 2 * HOUR, 10, TIMING, 0) is None


# the table -------------------------------------------------------------------------------------------------------


def as_csv(*rows: str) -> bytes:
    return "\n".join(("编号,阶段,事项,责任人工号,期限,状态", *rows)).encode()


async def test_what_is_exported_can_be_imported_and_changes_nothing(office: Database) -> None:
    boss = await who(office, "1002")
    body = await plan.export(office, boss, NOW)
    checked = await plan.check(office, boss, body, "活动.xlsx", "5:1", NOW, TZ)
    assert checked.faults == ()
    assert checked.diff
    assert checked.diff.nothing
    assert checked.diff.unchanged == 52
    assert checked.draft_id is None


async def test_a_title_that_looks_like_a_formula_stays_text(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B03")
    await office.write(lambda tx: store.change_task(tx, replace(one, title='=HYPERLINK("http://x")'), NOW))
    body = await plan.export(office, boss, NOW)
    sheet = load_workbook(BytesIO(body)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [cell.data_type for cell in cells] == ["s"]
    checked = await plan.check(office, boss, body, "活动.xlsx", "5:1", NOW, TZ)
    assert checked.diff
    assert checked.diff.unchanged == 52


async def test_an_import_changes_nothing_before_it_is_confirmed_and_everything_once(office: Database) -> None:
    boss, day = await who(office, "1002"), TODAY + timedelta(days=18)
    data = as_csv(
        f"B03,,奖惩办法,1005,{day},", "B27,,篮球赛,,,已完成", "D01,自查总结,新事项,1006,待定,", "D02,3,又一项,,,"
    )
    checked = await plan.check(office, boss, data, "活动.csv", "5:1", NOW, TZ)
    assert checked.draft_id
    assert (await task(office, "B03")).due_on is None
    diff = await plan.confirm(office, boss, checked.draft_id, NOW, TZ)
    assert (len(diff.new), len(diff.changed)) == (2, 2)
    changed = await task(office, "B03")
    assert (changed.title, changed.due_on, changed.phase) == ("奖惩办法", day, 2)
    assert {slot for _, slot in await planned(office, "task", changed.id)} == {"soon", "due", "overdue"}
    done = await task(office, "B27")
    assert (done.state, done.settled_by, done.owner_id) == (TaskState.DONE, boss.id, None)
    assert (await task(office, "D01")).phase == 3
    assert {staff_no for staff_no, _ in await pending(office, "plan_change")} == {"1005", "1006"}
    with pytest.raises(MovedOn):
        await plan.confirm(office, boss, checked.draft_id, NOW, TZ)


async def test_an_import_can_take_up_what_was_settled(office: Database) -> None:
    boss = await who(office, "1002")
    checked = await plan.check(office, boss, as_csv("A01,动员,成立,1002,,进行中"), "活动.csv", "5:1", NOW, TZ)
    assert checked.draft_id
    await plan.confirm(office, boss, checked.draft_id, NOW, TZ)
    one = await task(office, "A01")
    assert one.open
    assert one.settled_by is None


async def test_the_same_file_message_is_one_draft(office: Database) -> None:
    boss = await who(office, "1002")
    drafts_ = {
        (await plan.check(office, boss, as_csv("B03,,奖惩,,,"), "活动.csv", "5:1", NOW, TZ)).draft_id for _ in range(2)
    }
    assert len(drafts_) == 1


async def test_faults_are_told_and_nothing_can_be_confirmed(office: Database) -> None:
    boss = await who(office, "1002")
    data = as_csv("B03,,,9999,昨天,", ",,无号,,,")
    checked = await plan.check(office, boss, data, "活动.csv", "5:1", NOW, TZ)
    assert [fault.row for fault in checked.faults] == [2, 2, 2, 3]
    assert (checked.diff, checked.draft_id) == (None, None)


async def test_an_import_that_fits_no_more_is_refused(office: Database) -> None:
    boss = await who(office, "1002")
    data = as_csv(f"B03,,奖惩,1005,{TODAY + timedelta(days=1)},")
    checked = await plan.check(office, boss, data, "活动.csv", "5:1", NOW, TZ)
    assert checked.draft_id
    with pytest.raises(MovedOn):
        await plan.confirm(office, boss, checked.draft_id, NOW + 5 * DAY, TZ)


async def test_a_dropped_import_is_over(office: Database) -> None:
    boss, other = await who(office, "1002"), await who(office, "1003")
    checked = await plan.check(office, boss, as_csv("B03,,奖惩,,,"), "活动.csv", "5:1", NOW, TZ)
    assert checked.draft_id
    with pytest.raises(MovedOn):
        await plan.drop(office, other, checked.draft_id, NOW)
    await plan.drop(office, boss, checked.draft_id, NOW)
    for call in (
        plan.drop(office, boss, checked.draft_id, NOW),
        plan.confirm(office, boss, checked.draft_id, NOW, TZ),
    ):
        with pytest.raises(MovedOn):
            await call


@pytest.mark.parametrize("staff_no", ["1001", "1005", "1017"])
async def test_the_table_is_the_offices(office: Database, staff_no: str) -> None:
    caller = await who(office, staff_no)
    for call in (
        plan.export(office, caller, NOW),
        plan.check(office, caller, as_csv("B03,,奖惩,,,"), "活动.csv", "5:1", NOW, TZ),
        plan.confirm(office, caller, 1, NOW, TZ),
        plan.begin_table_form(office, caller, "press:1", NOW),
        plan.begin_phase_form(office, caller, Edge.END, 2, "press:1", NOW),
        plan.begin_task_form(office, caller, Step.DUE, 1, "press:1", NOW, TZ),
        plan.begin_answer(office, caller, 1, "press:1", NOW),
        plan.waiting(office, caller),
    ):
        with pytest.raises(NotForRole):
            await call


# what is over ----------------------------------------------------------------------------------------------------


async def test_what_is_settled_takes_no_date_owner_evidence_or_request(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await plan.begin_task_form(office, owner, Step.EVIDENCE, one.id, "press:1", NOW, TZ)
    draft = await office.read(lambda tx: drafts.awaiting(tx, owner.id))
    assert draft
    piece = plan.piece(EvidenceKind.TEXT, None, "", "好了")
    handed, _ = await plan.add_evidence(office, owner, draft, piece, "5:9", 9, "", NOW)
    done = (await plan.finish(office, boss, one.id, "press:2", NOW, TZ, anyway=True)).card.task
    day = TODAY + timedelta(days=9)
    for call in (
        plan.set_task_date(office, boss, one.id, day, done.edits, NOW, TZ),
        plan.preview_task(office, boss, one.id, day, NOW, TIMING),
        plan.give(office, boss, one.id, owner.id + 1, done.edits, NOW, TZ),
        plan.choosing(office, boss, one.id, 0),
        plan.give_up(office, boss, one.id, done.edits, NOW, TZ),
        plan.ask_help(office, owner, one.id, "x", "5:10", NOW),
        plan.begin_task_form(office, owner, Step.HELP, one.id, "press:3", NOW, TZ),
        plan.begin_task_form(office, owner, Step.EVIDENCE, one.id, "press:4", NOW, TZ),
        plan.add_evidence(office, owner, draft, piece, "5:11", 11, "", NOW),
        plan.take_back(office, owner, handed.pieces[0].id, NOW),
    ):
        with pytest.raises(MovedOn):
            await call


async def test_somebody_who_has_left_can_do_nothing(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    await office.write(lambda tx: people.leave(tx, owner.id, NOW))
    with pytest.raises(NotForRole):
        await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=True)


async def test_an_owner_who_left_or_is_outside_cannot_be_chosen(office: Database) -> None:
    boss, gone, one = await who(office, "1002"), await who(office, "1010"), await task(office, "B03")
    await office.write(lambda tx: people.leave(tx, gone.id, NOW))
    with pytest.raises(NotFound):
        await plan.give(office, boss, one.id, gone.id, one.edits, NOW, TZ)
    with pytest.raises(NotYours):
        await plan.give(office, boss, one.id, (await who(office, "1001")).id, one.edits, NOW, TZ)
    with pytest.raises(NotFound):
        await plan.choosing(office, boss, one.id, 10_000)


async def test_a_stale_choice_of_an_owner_is_refused(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B03")
    await plan.give(office, boss, one.id, (await who(office, "1005")).id, one.edits, NOW, TZ)
    with pytest.raises(MovedOn):
        await plan.give(office, boss, one.id, (await who(office, "1006")).id, one.edits, NOW, TZ)


async def test_pieces_are_shown_to_those_who_may_see_them(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    await plan.begin_task_form(office, owner, Step.EVIDENCE, one.id, "press:1", NOW, TZ)
    draft = await office.read(lambda tx: drafts.awaiting(tx, owner.id))
    assert draft
    piece = plan.piece(EvidenceKind.PHOTO, "file-1", "", "")
    handed, _ = await plan.add_evidence(office, owner, draft, piece, "5:9", 9, "", NOW)
    number = handed.pieces[0].id
    assert (await plan.evidence(office, await who(office, "1005"), number))[1].file_id == "file-1"
    with pytest.raises(NotYours):
        await plan.evidence(office, await who(office, "1006"), number)
    with pytest.raises(NotYours):
        await plan.take_back(office, await who(office, "1005"), number, NOW)
    await plan.take_back(office, owner, number, NOW)
    with pytest.raises(NotFound):
        await plan.evidence(office, owner, number)


async def test_forms_are_opened_once_a_press_and_closed_by_leaving(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B03")
    for _ in range(2):
        await plan.begin_task_form(office, boss, Step.DUE, one.id, "press:1", NOW, TZ)
    draft = await office.read(lambda tx: drafts.awaiting(tx, boss.id))
    assert draft
    assert plan.subject(draft) == one.id
    await plan.begin_phase_form(office, boss, Edge.END, 2, "press:2", NOW)
    await plan.begin_table_form(office, boss, "press:3", NOW)
    await plan.leave_form(office, boss, NOW)
    await plan.leave_form(office, boss, NOW)
    assert await office.read(lambda tx: drafts.awaiting(tx, boss.id)) is None


async def test_messages_about_what_is_gone_say_nothing(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await plan.give(office, boss, one.id, 0, one.edits, NOW, TZ)
    current = await task(office, "B07")
    await plan.give(office, boss, one.id, owner.id, current.edits, NOW, TZ)
    (row,) = [r for r in await outbox_rows(office, "plan_change") if r.detail["of"] == "owner"]
    change = await plan.change_letter(office, row, owner, NOW)
    assert change
    assert change.kind is ChangeKind.OWNER
    last = await task(office, "B07")
    await plan.give(office, boss, one.id, (await who(office, "1010")).id, last.edits, NOW, TZ)
    assert await plan.change_letter(office, row, owner, NOW) is None
    await plan.finish(office, boss, one.id, "press:1", NOW, TZ, anyway=True)
    assert await plan.change_letter(office, row, owner, NOW) is None
    gone = replace(row, subject_id=10_000, detail={"ask": "10000", "day": str(TODAY), "of": "owner"})
    for letter in (plan.overdue_letter, plan.ask_letter, plan.answer_letter, plan.change_letter):
        assert await letter(office, gone, boss, NOW) is None


async def test_who_is_released_hears_nothing_when_the_task_comes_back(office: Database) -> None:
    boss, owner, other = await who(office, "1002"), await who(office, "1009"), await who(office, "1010")
    one = await task(office, "B07")
    await sent(office, "task", owner, one.id, day=str(one.due_on), slot="soon")
    await plan.give(office, boss, one.id, other.id, one.edits, NOW, TZ)
    (row,) = [r for r in await outbox_rows(office, "plan_change") if r.detail["of"] == "released"]
    released = await plan.change_letter(office, row, owner, NOW)
    assert released
    assert released.kind is ChangeKind.RELEASED
    current = await task(office, "B07")
    await plan.give(office, boss, one.id, owner.id, current.edits, NOW, TZ)
    assert await plan.change_letter(office, row, owner, NOW) is None


async def test_an_owner_who_asked_hears_of_another_date_the_office_sets(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await plan.ask_move(office, owner, one.id, TODAY + timedelta(days=9), "5:1", NOW, TZ)
    await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=6), one.edits, NOW, TZ)
    assert [staff_no for staff_no, _ in await pending(office, "plan_change")] == ["1009"]
    assert await plan.waiting(office, boss) == ()


async def test_a_settled_request_is_only_shown(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    ask = (await plan.ask_help(office, owner, one.id, "x", "5:1", NOW)).ask
    card, first = await plan.settle(office, boss, ask.id, granted=True, now=NOW, tz=TZ)
    assert (first, card.ask.state) == (True, AskState.ANSWERED)
    assert not (await plan.begin_answer(office, boss, ask.id, "press:1", NOW)).may_settle
    assert await office.read(lambda tx: drafts.awaiting(tx, boss.id)) is None
    with pytest.raises(NotFound):
        await plan.ask_card(office, boss, 10_000)


async def test_the_office_answers_its_own_request_without_a_message(office: Database) -> None:
    boss, one = await who(office, "1003"), await task(office, "B09")
    ask = (await plan.ask_help(office, boss, one.id, "x", "5:1", NOW)).ask
    assert {staff_no for staff_no, _ in await pending(office, "task_ask")} == {"1002", "1004"}
    await plan.settle(office, boss, ask.id, granted=True, now=NOW, tz=TZ)
    assert await outbox_rows(office, "task_answer") == ()


async def test_a_phases_day_can_be_taken_away(office: Database) -> None:
    boss, phase = await who(office, "1002"), (await office.read(store.phases))[2]
    shown = await plan.preview_phase(office, boss, 3, Edge.END, None, NOW, TIMING)
    assert (shown.preview.told, shown.along) == ((), ())
    await plan.set_phase_date(office, boss, 3, Edge.END, None, phase.edits, NOW, TZ, along=True)
    assert {slot for _, slot in await planned(office, "phase", 3)} == {"start"}


async def test_a_stale_confirmation_of_a_phase_is_refused(office: Database) -> None:
    boss, phase = await who(office, "1002"), (await office.read(store.phases))[1]
    await plan.set_phase_date(office, boss, 2, Edge.END, TODAY + timedelta(days=40), phase.edits, NOW, TZ, along=False)
    with pytest.raises(MovedOn):
        await plan.set_phase_date(
            office, boss, 2, Edge.END, TODAY + timedelta(days=41), phase.edits, NOW, TZ, along=False
        )
    with pytest.raises(NotFound):
        await plan.preview_phase(office, boss, 9, Edge.END, TODAY, NOW, TIMING)


async def test_confirming_the_day_that_it_is_changes_nothing(office: Database) -> None:
    boss, one, phase = await who(office, "1002"), await task(office, "B27"), (await office.read(store.phases))[1]
    assert (await plan.set_task_date(office, boss, one.id, one.due_on, one.edits, NOW, TZ)).task == one
    shown = await plan.preview_phase(office, boss, 2, Edge.END, phase.ends_on, NOW, TIMING)
    assert (shown.preview.informed, shown.along) == (0, ())


async def test_a_template_with_faults_is_not_taken_in(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault("campaign.yaml", 1, 1, "文件是空的")
    monkeypatch.setattr("services.plan.setup.load_campaign", lambda: (Campaign((), (), ()), [fault]))
    assert await plan.load_template(office, await who(office, "1002"), NOW, TZ) == [fault]


async def test_everybody_reads_facts_and_phases(office: Database) -> None:
    assert len(await plan.facts(office)) == 23
    phases = await plan.phases(office, NOW, TZ)
    assert [(phase.number, count.total) for phase, count in phases] == [(1, 9), (2, 35), (3, 8)]


async def test_my_list_holds_what_is_done_too(office: Database) -> None:
    mine = await plan.listing(office, await who(office, "1003"), Which.MINE, NOW, TZ)
    assert {one.code for one in mine.tasks} == {"A03", "A04", "A09", "B01", "B02", "B09"}


async def test_an_empty_plan_is_filled_with_every_phase_undated(db: Database) -> None:
    assert not await sample.load(db, NOW, TZ)
    for table in ("tasks", "campaign_facts", "phases"):
        await db.write(lambda tx, table=table: tx.run(f"DELETE FROM {table}"))
    assert (await plan.overview(db, await who(db, "1017"), NOW, TZ)).empty
    assert await plan.load_template(db, await who(db, "1002"), NOW, TZ) == Loaded(52, 0)
    assert [phase.starts_on for phase in await db.read(store.phases)] == [None, None, None]


async def test_another_title_moves_no_reminder_and_tells_nobody(office: Database) -> None:
    boss, owner, one = await who(office, "1002"), await who(office, "1009"), await task(office, "B07")
    await sent(office, "task", owner, one.id, day=str(one.due_on), slot="soon")
    before = await planned(office, "task", one.id)
    checked = await plan.check(office, boss, "编号,事项\nB07,公示栏".encode(), "活动.csv", "5:1", NOW, TZ)
    assert checked.draft_id
    await plan.confirm(office, boss, checked.draft_id, NOW, TZ)
    assert (await task(office, "B07")).title == "公示栏"
    assert await planned(office, "task", one.id) == before
    assert await pending(office, "plan_change") == []


async def test_a_change_of_what_was_changed_meanwhile_is_refused(office: Database) -> None:
    boss, one = await who(office, "1002"), await task(office, "B07")
    await plan.set_task_date(office, boss, one.id, TODAY + timedelta(days=9), one.edits, NOW, TZ)
    with pytest.raises(MovedOn):
        await office.write(lambda tx: change(tx, one, replace(one, title="x"), boss, NOW, TZ))


async def test_a_phase_that_is_moved_there_and_back_says_nothing(office: Database) -> None:
    boss, head, phase = await who(office, "1002"), await who(office, "1005"), (await office.read(store.phases))[1]
    await sent(office, "phase", head, 2, slot="week", day=str(phase.ends_on))
    for day in (TODAY + timedelta(days=30), phase.ends_on):
        current = (await office.read(store.phases))[1]
        await plan.set_phase_date(office, boss, 2, Edge.END, day, current.edits, NOW, TZ, along=False)
    rows = [row for row in await outbox_rows(office, "plan_change") if row.state is State.PENDING]
    assert [await plan.change_letter(office, row, head, NOW) for row in rows] == [None]


async def test_what_is_done_climbs_no_further(office: Database) -> None:
    owner, one = await who(office, "1005"), await task(office, "A07")
    done = (await plan.finish(office, owner, one.id, "press:1", NOW, TZ, anyway=True)).card.task
    assert await office.read(lambda tx: plan.climb(tx, done, NOW)) == ()


async def test_a_person_takes_along_what_the_plan_keeps_about_them(office: Database) -> None:
    owner, one = await who(office, "1009"), await task(office, "B07")
    await plan.ask_help(office, owner, one.id, "人手不够", "5:1", NOW)
    await plan.begin_task_form(office, owner, Step.EVIDENCE, one.id, "press:1", NOW, TZ)
    draft = await office.read(lambda tx: drafts.awaiting(tx, owner.id))
    assert draft
    await plan.add_evidence(office, owner, draft, plan.piece(EvidenceKind.TEXT, None, "", "好了"), "5:9", 9, "", NOW)
    kept = await office.read(lambda tx: store.kept_about(tx, owner.id))
    assert [row["code"] for row in kept["tasks"]] == ["B07"]
    assert [row["text"] for row in (*kept["evidence"], *kept["requests"])] == ["好了", "人手不够"]
