"""Importing the roster into a real database: dry run, confirmation, command line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.tables import BadTable
from domain.audit import first_broken
from domain.errors import MovedOn, NotForRole
from domain.people import Person, Role, UnitKind
from domain.roster import RosterCheck, RosterCounts, RosterResult, RowFault
from services import roster
from storage import audit, people
from storage.audit_key import audit_key
from storage.database import Database

NOW = 1_760_000_000_000
HEADER = "工号,姓名,角色,站点,班组,期"
BOSS = "B1,赵六,办公室,,,"
FIRST = (BOSS, "S1,张三,收费员,东站,一班,1", "S2,李四,班长,东站,一班,2", "S3,王五,站长,北支线,,", "J1,钱七,局,,,")


def csv(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode("gb18030")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path)
    yield db
    await db.close()


@pytest.fixture
async def boss(db: Database) -> Person:
    """The office person of an office that holds FIRST."""
    await imported(db, *FIRST)
    return await who(db, "B1")


async def imported(db: Database, *rows: str, with_leaving: bool = False) -> RosterResult:
    result = await roster.import_now(db, csv(*rows), "a.csv", NOW, with_leaving=with_leaving)
    assert isinstance(result, RosterResult)
    return result


async def who(db: Database, staff_no: str) -> Person:
    found = await db.read(lambda tx: people.by_staff_no(tx, staff_no))
    assert found is not None
    return found


async def staff(db: Database) -> list[str]:
    return sorted(person.staff_no for person in await db.read(lambda tx: people.listed(tx, "")))


async def dry_run(db: Database, caller: Person, *rows: str, origin: str = "7:1") -> RosterCheck:
    return await roster.check(db, caller, csv(*rows), "a.csv", origin, NOW)


async def draft_of(db: Database, caller: Person, *rows: str, origin: str = "7:1") -> int:
    checked = await dry_run(db, caller, *rows, origin=origin)
    assert checked.draft_id is not None
    return checked.draft_id


async def confirm(db: Database, caller: Person, draft_id: int, *, with_leaving: bool = True) -> RosterResult:
    return await roster.confirm(db, caller, draft_id, NOW + 1, with_leaving=with_leaving)


async def test_the_first_import_makes_the_tree_and_everyone_in_it(db: Database) -> None:
    result = await imported(db, *FIRST)

    assert result.counts == RosterCounts(new=5, changed=0, left=0, unchanged=0)
    units = {unit.name: unit for unit in await db.read(people.units)}
    assert {name: unit.kind for name, unit in units.items()} == {
        "公路管理局": UnitKind.BUREAU,
        "公路收费所": UnitKind.TOLL_OFFICE,
        "东站": UnitKind.STATION,
        "一班": UnitKind.TEAM,
        "北支线": UnitKind.BRANCH,
    }
    assert units["公路管理局"].holds(units["一班"])
    collector = await who(db, "S1")
    assert (collector.name, collector.role, collector.unit.name, collector.station, collector.batch) == (
        "张三",
        Role.COLLECTOR,
        "一班",
        "东站",
        1,
    )
    assert (await who(db, "S3")).unit.name == "北支线"


async def test_the_same_file_again_changes_nobody(db: Database, boss: Person) -> None:
    assert (await imported(db, *FIRST, with_leaving=True)).counts == RosterCounts(0, 0, 0, 5)


async def test_a_dry_run_shows_the_change_and_makes_none(db: Database, boss: Person) -> None:
    checked = await dry_run(db, boss, BOSS, "S1,张三,班长,东站,二班,", "S4,新人,收费员,西站,一班,")

    assert checked.faults == ()
    assert checked.diff is not None
    assert [row.staff_no for row in checked.diff.new] == ["S4"]
    assert [change.person.staff_no for change in checked.diff.changed] == ["S1"]
    assert [person.staff_no for person in checked.diff.leaving] == ["S2", "S3"]
    assert await staff(db) == ["B1", "J1", "S1", "S2", "S3"]
    assert len(await db.read(people.units)) == 5


async def test_a_confirmed_import_adds_changes_and_lets_go(db: Database, boss: Person) -> None:
    leaver = await who(db, "S2")
    await db.write(lambda tx: people.bind(tx, leaver.id, 900, 901, NOW))
    draft = await draft_of(
        db, boss, BOSS, "S1,张三,班长,西站,一班,", "S3,王五,站长,北支线,,", "S4,新,收费员,西站,一班,"
    )

    result = await confirm(db, boss, draft)

    assert result.counts == RosterCounts(new=1, changed=1, left=1, unchanged=2)
    assert [(person.staff_no, person.role) for person in result.changed_role] == [("S1", Role.TEAM_LEADER)]
    assert [(binding.person.staff_no, binding.account_id, binding.chat_id) for binding in result.left] == [
        ("S2", 900, 901)
    ]
    assert await staff(db) == ["B1", "J1", "S1", "S3", "S4"]
    moved = await who(db, "S1")
    assert (moved.station, moved.batch) == ("西站", 1)
    assert await db.read(lambda tx: people.bound_to(tx, 900)) is None


async def test_who_is_not_listed_stays_when_the_office_says_so(db: Database, boss: Person) -> None:
    result = await confirm(db, boss, await draft_of(db, boss, "S4,新,收费员,西站,一班,"), with_leaving=False)

    assert result.counts == RosterCounts(new=1, changed=0, left=0, unchanged=0)
    assert await staff(db) == ["B1", "J1", "S1", "S2", "S3", "S4"]


async def test_the_caller_and_the_bureau_stay_though_not_listed(db: Database, boss: Person) -> None:
    await confirm(db, boss, await draft_of(db, boss, "S1,张三,收费员,东站,一班,1"))

    assert await staff(db) == ["B1", "J1", "S1"]


async def test_a_second_press_finds_that_things_moved_on(db: Database, boss: Person) -> None:
    draft = await draft_of(db, boss, BOSS, "S4,新,收费员,西站,一班,")
    await confirm(db, boss, draft)
    before = await db.read(audit.trail)

    with pytest.raises(MovedOn):
        await confirm(db, boss, draft)
    assert await db.read(audit.trail) == before


async def test_the_same_message_again_gives_the_same_draft_and_a_new_file_drops_the_old_one(
    db: Database, boss: Person
) -> None:
    first = await draft_of(db, boss, BOSS, "S4,新,收费员,西站,一班,")
    assert await draft_of(db, boss, BOSS, "S4,新,收费员,西站,一班,") == first
    second = await draft_of(db, boss, BOSS, "S5,新,收费员,西站,一班,", origin="7:2")

    with pytest.raises(MovedOn):
        await confirm(db, boss, first)
    await confirm(db, boss, second, with_leaving=False)
    assert "S5" in await staff(db)


async def test_who_came_after_the_dry_run_does_not_leave_by_it(db: Database, boss: Person) -> None:
    draft = await draft_of(db, boss, BOSS, "S1,张三,收费员,东站,一班,1")
    await imported(db, "S8,后来,收费员,东站,一班,")

    assert (await confirm(db, boss, draft)).counts.left == 2
    assert await staff(db) == ["B1", "J1", "S1", "S8"]


async def test_a_dry_run_that_fits_no_longer_is_refused_whole(db: Database, boss: Person) -> None:
    draft = await draft_of(db, boss, BOSS, "J9,新,收费员,东站,一班,")
    await imported(db, "J9,新,局,,,")

    with pytest.raises(MovedOn):
        await confirm(db, boss, draft)
    assert (await who(db, "J9")).role is Role.BUREAU


async def test_a_dropped_draft_cannot_be_confirmed_nor_dropped_again(db: Database, boss: Person) -> None:
    draft = await draft_of(db, boss, BOSS, "S4,新,收费员,西站,一班,")
    await roster.drop(db, boss, draft, NOW)

    with pytest.raises(MovedOn):
        await confirm(db, boss, draft)
    with pytest.raises(MovedOn):
        await roster.drop(db, boss, draft, NOW)


async def test_only_the_office_may_import_and_only_its_own_draft(db: Database, boss: Person) -> None:
    head = await who(db, "S3")
    with pytest.raises(NotForRole):
        await dry_run(db, head, BOSS)
    draft = await draft_of(db, boss, BOSS, "B2,新,办公室,,,")
    with pytest.raises(NotForRole):
        await confirm(db, head, draft)
    await imported(db, "B2,新,办公室,,,")
    with pytest.raises(MovedOn):
        await confirm(db, await who(db, "B2"), draft)


@pytest.mark.parametrize("demoted", [True, False])
async def test_who_is_no_longer_of_the_office_confirms_nothing(db: Database, boss: Person, demoted: bool) -> None:
    draft = await draft_of(db, boss, BOSS, "S4,新,收费员,西站,一班,")
    if demoted:
        await imported(db, "B1,赵六,收费员,东站,一班,")
    else:
        await imported(db, *FIRST[1:], with_leaving=True)

    with pytest.raises(NotForRole):
        await confirm(db, boss, draft)
    assert "S4" not in await staff(db)


async def test_faults_of_all_kinds_come_together_in_order_and_leave_no_draft(db: Database, boss: Person) -> None:
    checked = await dry_run(db, boss, "B1,赵六,收费员,东站,一班,", ",无号,收费员,东站,一班,", "J1,钱七,局,,,")

    assert [(fault.row, fault.key) for fault in checked.faults] == [
        (2, "roster.fault.yourself"),
        (3, "roster.fault.no_staff_no"),
        (4, "roster.fault.elsewhere"),
    ]
    assert (checked.diff, checked.draft_id) == (None, None)


async def test_a_file_that_changes_nothing_leaves_no_draft(db: Database, boss: Person) -> None:
    checked = await dry_run(db, boss, *FIRST[:-1])

    assert checked.diff is not None
    assert checked.diff.nothing
    assert checked.draft_id is None


async def test_who_returns_is_the_person_they_were(db: Database, boss: Person) -> None:
    before = await who(db, "S1")
    await imported(db, BOSS, with_leaving=True)

    assert (await imported(db, "S1,张三,班长,东站,一班,")).counts.new == 1
    assert (await who(db, "S1")).id == before.id


async def test_every_import_is_in_the_audit_trail_and_the_chain_holds(
    db: Database, boss: Person, tmp_path: Path
) -> None:
    await confirm(db, boss, await draft_of(db, boss, BOSS, "S1,张三,班长,东站,一班,"))

    trail = await db.read(audit.trail)
    office = next(unit for unit in await db.read(people.units) if unit.kind is UnitKind.TOLL_OFFICE)
    assert [(row.actor_id, row.verb, row.target) for row in trail] == [
        (None, "people.import", f"unit:{office.id}"),
        (boss.id, "people.import", f"unit:{office.id}"),
    ]
    assert first_broken(audit_key(tmp_path), trail) is None


async def test_the_command_line_imports_nothing_of_a_faulty_file(db: Database) -> None:
    outcome = await roster.import_now(db, csv(BOSS, "S1,,收费员,东站,一班,"), "a.csv", NOW, with_leaving=True)

    assert outcome == RosterCheck((RowFault(3, "roster.fault.no_name"),))
    assert await staff(db) == []


async def test_a_dry_run_of_the_command_line_needs_no_draft_and_makes_no_unit(db: Database) -> None:
    checked = await roster.check(db, None, csv(*FIRST), "a.csv", "", NOW)

    assert checked.diff is not None
    assert len(checked.diff.new) == 5
    assert [unit.name for unit in checked.diff.new_units] == ["公路管理局", "公路收费所", "东站", "一班", "北支线"]
    assert checked.draft_id is None
    assert await db.read(people.units) == ()


async def test_a_file_that_is_no_table_is_refused(db: Database, boss: Person) -> None:
    with pytest.raises(BadTable):
        await roster.check(db, boss, b"x", "a.pdf", "7:1", NOW)
