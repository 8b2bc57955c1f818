"""A new version of the standard from a table, by the office, on a real database; the sample office has one in force."""

from datetime import timedelta

import pytest

from content.score_standard_table import standard_table
from content.scores import load_standard
from content.tables import read_table
from domain.clock import local_date
from domain.errors import MovedOn, NotForRole
from domain.people import Person, Role, UnitKind
from domain.scores.standard_table import parse_standard
from services import scores
from services.reminders.open_items import digest_of
from storage import drafts, people
from storage.database import Database
from tests.conftest import NOW, TZ

TODAY = local_date(NOW, TZ)
COLLECTOR, LEADER, HEAD, OFFICE, SECOND = "1017", "1009", "1005", "1002", "1003"


async def who(db: Database, staff_no: str) -> Person:
    found = await db.read(lambda tx: people.by_staff_no(tx, staff_no))
    assert found
    return found


def table(days_ahead: int) -> bytes:
    return standard_table(load_standard()[0].from_(TODAY + timedelta(days=days_ahead)))


async def test_the_sample_standard_is_in_force_since_before_last_month(loaded: Database) -> None:
    first = TODAY.replace(day=1)
    for day in (TODAY, first - timedelta(days=1), (first - timedelta(days=1)).replace(day=1)):
        found = await scores.in_force(loaded, day)
        assert found
        assert found.version == 1


async def test_a_checked_table_is_put_in_force_by_a_second_press_and_once(loaded: Database) -> None:
    office = await who(loaded, OFFICE)
    checked = await scores.check_table(loaded, office, table(3), "s.xlsx", "1:1", NOW, TZ)
    again = await scores.check_table(loaded, office, table(3), "s.xlsx", "1:1", NOW, TZ)
    assert checked.draft_id == again.draft_id
    assert checked.draft_id is not None
    stored = await scores.confirm_table(loaded, office, checked.draft_id, NOW, TZ)
    assert stored.version == 2
    with pytest.raises(MovedOn):
        await scores.confirm_table(loaded, office, checked.draft_id, NOW, TZ)
    assert [one.version for one in (await scores.standards(loaded, office, NOW, TZ)).versions] == [2, 1]
    assert (await scores.in_force(loaded, TODAY)).version == 1  # type: ignore[union-attr]


async def test_a_version_that_would_begin_in_the_past_is_a_fault(loaded: Database) -> None:
    checked = await scores.check_table(loaded, await who(loaded, OFFICE), table(-1), "s.xlsx", "1:1", NOW, TZ)
    assert [fault.key for fault in checked.faults] == ["scores.standard_too_early"]
    assert checked.draft_id is None


async def test_a_dropped_table_is_not_put_in_force(loaded: Database) -> None:
    office = await who(loaded, OFFICE)
    checked = await scores.check_table(loaded, office, table(3), "s.xlsx", "1:1", NOW, TZ)
    assert checked.draft_id is not None
    with pytest.raises(MovedOn):
        await scores.drop_table(loaded, await who(loaded, SECOND), checked.draft_id, NOW)
    await scores.drop_table(loaded, office, checked.draft_id, NOW)
    with pytest.raises(MovedOn):
        await scores.drop_table(loaded, office, checked.draft_id, NOW)
    with pytest.raises(MovedOn):
        await scores.confirm_table(loaded, office, checked.draft_id, NOW, TZ)


@pytest.mark.parametrize("staff_no", [COLLECTOR, LEADER, HEAD])
async def test_only_the_office_loads_and_downloads_a_standard(loaded: Database, staff_no: str) -> None:
    person = await who(loaded, staff_no)
    for act in (
        scores.ask_table(loaded, person, "press:1", NOW),
        scores.check_table(loaded, person, table(3), "s.xlsx", "1:1", NOW, TZ),
        scores.standard_file(loaded, person, NOW, TZ),
    ):
        with pytest.raises(NotForRole):
            await act


async def test_the_table_to_start_from_is_the_newest_version(loaded: Database) -> None:
    body = await scores.standard_file(loaded, await who(loaded, OFFICE), NOW, TZ)
    read, faults = parse_standard(read_table(body, "s.xlsx", exact=True).rows, TODAY)
    newest = (await scores.standards(loaded, await who(loaded, OFFICE), NOW, TZ)).versions[0]
    assert faults == []
    assert read
    assert read.same(newest)


async def test_without_any_version_the_sample_is_the_table_to_start_from(db: Database) -> None:
    async def office() -> Person:
        top = await db.write(lambda tx: people.add_unit(tx, UnitKind.TOLL_OFFICE, "所", None))
        await db.write(lambda tx: people.add_person(tx, "1", "办", Role.OFFICE, top.id, None))
        return await who(db, "1")

    body = await scores.standard_file(db, await office(), NOW, TZ)
    read, _ = parse_standard(read_table(body, "s.xlsx", exact=True).rows, TODAY)
    assert read
    assert read.effective_from == TODAY


async def test_what_waits_for_a_head_stands_in_the_digest(loaded: Database) -> None:
    leader, head = await who(loaded, LEADER), await who(loaded, HEAD)
    person = await who(loaded, COLLECTOR)
    form = await scores.begin(loaded, leader, "press:1", NOW, TZ, person_id=person.id)
    await scores.choose_clause(loaded, leader, form.draft_id, form.clauses[0].id, NOW, TZ)
    await scores.set_day(loaded, leader, form.draft_id, TODAY, NOW, TZ)
    draft = await loaded.read(lambda tx: drafts.awaiting(tx, leader.id))
    assert draft
    await scores.take(loaded, leader, draft, "主动帮忙", 1, NOW, TZ)
    await scores.propose(loaded, leader, form.draft_id, NOW, TZ)
    assert (await loaded.read(lambda tx: digest_of(tx, head, TODAY, NOW))).scores == 1
    assert (await loaded.read(lambda tx: digest_of(tx, leader, TODAY, NOW))).scores == 0
