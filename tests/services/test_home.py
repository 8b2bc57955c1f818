"""The first screen's figures: tasks of one's own, notices to confirm, the next session wherever it is."""

import pytest_asyncio

from domain.home import Home
from domain.people import Person, Role
from services import home
from services.practice import Bank
from storage import people, training
from storage.database import Connection, Database
from tests.conftest import TZ
from tests.services.notice_office import NoticeOffice, notice_office


@pytest_asyncio.fixture
async def house(db: Database) -> NoticeOffice:
    return await notice_office(db)


async def first_screen(house: NoticeOffice, person: Person) -> Home:
    return await home.home(house.db, Bank({}, ()), person, house.now, TZ)


async def test_notices_count_until_they_are_confirmed(house: NoticeOffice) -> None:
    head, collector = await house.who(Role.STATION_HEAD), await house.who(Role.COLLECTOR)
    assert (await first_screen(house, collector)).notices == 0
    first, second = await house.send(head, "今晚停水"), await house.send(head, "明天开会")
    assert (await first_screen(house, collector)).notices == 2
    await house.got(collector, first)
    assert (await first_screen(house, collector)).notices == 1
    await house.got(collector, second)
    assert (await first_screen(house, collector)).notices == 0


async def test_own_tasks_are_counted_and_the_overdue_among_them(house: NoticeOffice) -> None:
    shown = await first_screen(house, await house.who(Role.STATION_HEAD))
    assert (shown.tasks, shown.overdue) == (1, 1)
    shown = await first_screen(house, await house.who(Role.COLLECTOR, 3))
    assert (shown.tasks, shown.overdue) == (0, 0)


async def test_the_next_session_is_one_of_the_own_batch_and_nobodys_without_one(house: NoticeOffice) -> None:
    person = await house.who(Role.COLLECTOR)
    shown = await first_screen(house, person)
    assert shown.session is not None
    assert shown.session.batch == person.batch

    async def unplaced(tx: Connection) -> Person:
        await people.change_person(tx, person, person.name, person.role, person.unit.id, None, house.now)
        found = await people.person(tx, person.id)
        assert found is not None
        return found

    without = await house.db.write(unplaced)
    assert (await first_screen(house, without)).session is None
    offered = await house.db.read(lambda tx: training.sessions(tx, 2))
    made_up = next(session for session in offered if session.starts_at and session.starts_at > house.now)
    missed = (await house.db.read(lambda tx: training.sessions(tx, 1)))[0]

    async def accept(tx: Connection) -> None:
        makeup = await training.offer(tx, missed.id, person.id, made_up.id, house.now)
        assert await training.answer(tx, makeup.id, "accepted", house.now)

    await house.db.write(accept)
    guest = (await first_screen(house, without)).session
    assert guest is not None
    assert guest.id == made_up.id
