"""Training and the first screen on the sample office."""

import pytest
import pytest_asyncio

from domain.clock import DAY
from domain.errors import NotFound, NotYours
from domain.people import Person
from services import home, practice, sample, training
from storage.database import Database
from tests.conftest import NOW, TZ


@pytest_asyncio.fixture
async def office(db: Database) -> Database:
    assert not await sample.load(db, NOW, TZ)
    return db


async def collector(db: Database, batch: int) -> Person:
    return next(p for p in await sample.everyone(db) if p.role == "collector" and p.batch == batch)


async def test_a_collector_sees_the_own_batch_next_first(office: Database) -> None:
    who = await collector(office, 1)
    sessions = await training.sessions_of(office, who, NOW)
    assert {session.batch for session in sessions} == {1}
    coming = [s.starts_at for s in sessions if s.starts_at is not None and not s.over(NOW)]
    assert coming == sorted(coming)
    assert sessions[0].starts_at == min(coming)


async def test_leaders_see_both_batches(office: Database) -> None:
    leader = next(p for p in await sample.everyone(office) if p.role == "team_leader")
    assert {session.batch for session in await training.sessions_of(office, leader, NOW)} == {1, 2}


async def test_a_session_of_the_other_batch_is_refused(office: Database) -> None:
    mine, other = await collector(office, 1), await collector(office, 2)
    theirs = (await training.sessions_of(office, other, NOW))[0]
    with pytest.raises(NotYours):
        await training.session(office, mine, theirs.id)
    with pytest.raises(NotFound):
        await training.session(office, mine, 10_000)
    assert await training.session(office, other, theirs.id) == theirs


async def test_home_shows_the_next_session_and_the_running_phase(office: Database) -> None:
    bank = practice.Bank({}, ())
    who = await collector(office, 1)
    shown = await home.home(office, bank, who, NOW, TZ)
    assert shown.session
    assert shown.session.starts_at
    assert NOW < shown.session.starts_at < NOW + 2 * DAY
    assert shown.phase
    assert shown.phase.number == 2
    assert shown.days_left is not None
    assert shown.days_left > 0
