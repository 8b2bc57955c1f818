"""Joining, scope and leaving on a real database: an invitation works once, and nobody sees beyond their own part."""

import asyncio

import pytest
import pytest_asyncio

from domain.clock import DAY, HOUR
from domain.errors import DomainError, MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Outcome, Post, State, settle
from domain.people import AccountTaken, InvitationRefused, Locale, Person, TooManyTries
from services import audit, people, sample
from services.people import Directory
from storage import outbox
from storage import people as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ


@pytest_asyncio.fixture
async def office(db: Database) -> Database:
    assert not await sample.load(db, NOW, TZ)
    return db


async def by_role(db: Database, role: str, n: int = 0) -> Person:
    return [person for person in await sample.everyone(db) if person.role == role][n]


async def join(db: Database, person: Person, account: int, now: int = NOW) -> people.Joined:
    issued = await people.invite(db, None, person.id, now, 72)
    opened = await people.open_link(db, account, issued.token, now)
    return await people.join(db, account, account, opened.invitation_id, now)


async def test_a_link_leads_to_its_person_and_binds_the_account(office: Database) -> None:
    person = await by_role(office, "collector")
    joined = await join(office, person, 900)
    assert joined.person.id == person.id
    assert (await Directory(office).person(900)) == await office.read(lambda tx: store.person(tx, person.id))


async def test_an_invitation_works_once(office: Database) -> None:
    person = await by_role(office, "collector")
    issued = await people.invite(office, None, person.id, NOW, 72)
    opened = await people.open_link(office, 900, issued.token, NOW)
    await people.join(office, 900, 900, opened.invitation_id, NOW)
    with pytest.raises(InvitationRefused):
        await people.open_link(office, 901, issued.token, NOW)


async def test_pressing_yes_twice_joins_once(office: Database) -> None:
    person = await by_role(office, "collector")
    issued = await people.invite(office, None, person.id, NOW, 72)
    opened = await people.open_link(office, 900, issued.token, NOW)
    results = await asyncio.gather(*(people.join(office, 900, 900, opened.invitation_id, NOW) for _ in range(3)))
    assert {result.person.id for result in results} == {person.id}
    rows = await office.read(lambda tx: tx.all("SELECT * FROM bindings"))
    assert len(rows) == 1


@pytest.mark.parametrize("later", [72 * HOUR, 100 * HOUR])
async def test_an_expired_invitation_is_refused(office: Database, later: int) -> None:
    issued = await people.invite(office, None, (await by_role(office, "collector")).id, NOW, 72)
    with pytest.raises(InvitationRefused):
        await people.open_link(office, 900, issued.token, NOW + later)


async def test_a_new_invitation_ends_the_older_one(office: Database) -> None:
    person = await by_role(office, "collector")
    older = await people.invite(office, None, person.id, NOW, 72)
    await people.invite(office, None, person.id, NOW, 72)
    with pytest.raises(InvitationRefused):
        await people.open_link(office, 900, older.token, NOW)


async def test_a_stranger_cannot_join_by_guessing_the_number_of_an_invitation(office: Database) -> None:
    person = await by_role(office, "collector")
    issued = await people.invite(office, None, person.id, NOW, 72)
    opened = await people.open_link(office, 900, issued.token, NOW)
    with pytest.raises(InvitationRefused):
        await people.join(office, 666, 666, opened.invitation_id, NOW)
    assert await Directory(office).person(666) is None


async def test_five_wrong_links_an_hour_close_the_door_even_to_a_right_one(office: Database) -> None:
    issued = await people.invite(office, None, (await by_role(office, "collector")).id, NOW, 72)
    for _ in range(5):
        with pytest.raises(InvitationRefused):
            await people.open_link(office, 900, "wrong", NOW)
    with pytest.raises(TooManyTries):
        await people.open_link(office, 900, issued.token, NOW)
    assert (await people.open_link(office, 900, issued.token, NOW + HOUR)).person


async def test_an_account_speaks_for_one_person(office: Database) -> None:
    await join(office, await by_role(office, "collector", 0), 900)
    with pytest.raises(AccountTaken):
        await join(office, await by_role(office, "collector", 1), 900)


async def test_a_lost_phone_is_replaced_and_the_old_one_is_a_stranger(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    assert (await join(office, person, 901)).former_chat == 900
    directory = Directory(office)
    assert await directory.person(900) is None
    assert await directory.person(901) is not None


async def test_only_the_hash_of_a_token_is_stored(office: Database) -> None:
    issued = await people.invite(office, None, (await by_role(office, "collector")).id, NOW, 72)

    async def dump(tx: Connection) -> str:
        tables = await tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        return str([[tuple(row) for row in await tx.all(f"SELECT * FROM {table['name']}")] for table in tables])

    assert issued.token not in await office.read(dump)
    assert len(issued.token) == 32


async def test_each_leader_sees_the_own_part_and_no_more(office: Database) -> None:
    everyone = await sample.everyone(office)
    for role in ("team_leader", "station_head", "office"):
        leader = await by_role(office, role)
        for unit in await office.read(store.units):
            inside = unit.path.startswith(leader.unit.path)
            try:
                page = await people.unit_page(office, leader, unit.id)
                assert inside
                assert all(person.unit.path.startswith(leader.unit.path) for person in page.people)
            except NotYours:
                assert not inside
    assert len(everyone) == 48


async def test_a_collector_sees_no_unit_and_the_bureau_no_names(office: Database) -> None:
    with pytest.raises(NotForRole):
        await people.unit_page(office, await by_role(office, "collector"), 0)
    bureau = await by_role(office, "bureau")
    for unit in await office.read(store.units):
        assert (await people.unit_page(office, bureau, unit.id)).people == ()


@pytest.mark.parametrize("role", ["collector", "team_leader", "station_head", "bureau"])
async def test_only_the_office_manages_people(office: Database, role: str) -> None:
    caller, other = await by_role(office, role), await by_role(office, "collector", 3)
    for attempt in (
        people.card(office, caller, other.id),
        people.invite(office, caller, other.id, NOW, 72),
        people.leave(office, caller, other.id, NOW),
        people.unjoined(office, caller, 0),
        people.invite_unjoined(office, caller, caller.unit.id, NOW, 72),
    ):
        with pytest.raises(DomainError):
            await attempt
    assert await office.read(lambda tx: store.person(tx, other.id)) == other


async def test_leaving_unbinds_and_the_history_stays(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    left = await people.leave(office, await by_role(office, "office"), person.id, NOW)
    assert left.chat_id == 900
    assert await Directory(office).person(900) is None
    with pytest.raises(NotFound):
        await people.card(office, await by_role(office, "office"), person.id)


async def test_erasing_leaves_a_pseudonym_and_nothing_of_the_name(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    await people.leave_by_staff_no(office, person.staff_no, NOW, erase=True)
    row = await office.read(lambda tx: tx.one("SELECT staff_no, name FROM people WHERE id = :id", id=person.id))
    assert row
    assert row["staff_no"] == row["name"]
    assert row["name"].startswith("x-")
    assert await office.read(lambda tx: tx.all("SELECT * FROM bindings")) == []


async def test_nobody_of_the_office_can_remove_themselves(office: Database) -> None:
    caller = await by_role(office, "office")
    with pytest.raises(MovedOn):
        await people.leave(office, caller, caller.id, NOW)


async def test_the_own_data_can_be_exported(office: Database) -> None:
    person = await by_role(office, "collector")
    data = await people.export_own(office, person)
    assert (data["staff_no"], data["practice_answers"]) == (person.staff_no, [])


async def test_a_language_is_kept(office: Database) -> None:
    person = await by_role(office, "collector")
    await join(office, person, 900)
    await people.set_locale(office, person, Locale.EN)
    found = await Directory(office).person(900)
    assert found
    assert found.locale is Locale.EN


async def test_every_act_is_sealed_and_a_change_in_the_trail_shows(office: Database) -> None:
    await join(office, await by_role(office, "collector"), 900)
    rows, broken = await audit.verify(office)
    assert (rows, broken) == (3, None)
    await office.write(lambda tx: tx.run("UPDATE audit SET verb = 'people.leave' WHERE id = 2"))
    found = (await audit.verify(office))[1]
    assert found
    assert found.id == 2


async def test_the_sample_is_never_mixed_with_a_real_office(office: Database) -> None:
    with pytest.raises(sample.NotEmpty):
        await sample.load(office, NOW, TZ)
    assert len(await sample.everyone(office)) == 48


async def test_whoever_joins_is_sent_what_could_not_reach_them_of_the_last_three_days(office: Database) -> None:
    who = await by_role(office, "collector")
    posts = [Post(name, "notice", who.id, 1, NOW) for name in ("old", "new")]
    await office.write(lambda tx: outbox.add(tx, posts, NOW))
    for name, at in (("old", NOW - 4 * DAY), ("new", NOW - DAY)):
        item = await office.read(lambda tx, key=name: outbox.by_key(tx, key))
        assert item is not None
        await office.write(lambda tx, i=item, t=at: outbox.settle(tx, [settle(i, Outcome.UNREACHABLE, t)], t))
    await join(office, who, 900)
    states = await office.read(lambda tx: outbox.states(tx, "notice", 1))
    assert states == {State.FAILED: 1, State.PENDING: 1}
    fresh = await office.read(lambda tx: outbox.by_key(tx, "new"))
    assert fresh is not None
    assert fresh.due_at > NOW
