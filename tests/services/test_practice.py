"""Practice on a real database: a set is begun once, an answer counts once, and nobody touches another's run."""

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio

from domain.errors import MovedOn, NotForRole, NotYours
from domain.people import Person, Role, UnitKind
from domain.practice import NothingChosen, RunState
from domain.questions import Kind, Question, Topic
from services import practice
from services.practice import Bank, Shown
from storage import people
from storage import practice as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ


@pytest_asyncio.fixture
async def bank(db: Database, shipped_bank: tuple[Question, ...]) -> Bank:
    await practice.replace_bank(db, shipped_bank, "digest")
    return await practice.load_bank(db)


async def person(db: Database, staff_no: str, role: Role = Role.COLLECTOR) -> Person:
    async def unit(tx: Connection) -> Person:
        units = await people.units(tx)
        root = units[0] if units else await people.add_unit(tx, UnitKind.TOLL_OFFICE, "收费所", None)
        found = await people.person(tx, await people.add_person(tx, staff_no, "张三", role, root.id, 1))
        assert found
        return found

    return await db.write(unit)


def wrong_place(shown: Shown) -> int:
    item = shown.run.current
    assert item
    return next(place for place, option in enumerate(item.order) if option not in item.question.key)


async def answer_current(db: Database, bank: Bank, who: Person, shown: Shown, *, right: bool = True) -> Shown:
    item = shown.run.current
    assert item
    run, position = shown.run.id, item.position
    if item.question.kind is Kind.MULTIPLE:
        wanted = item.question.key if right else item.question.key ^ {0}
        for option in wanted or {1}:
            await practice.answer(db, bank, who, run, position, item.order.index(option), NOW)
        return await practice.submit(db, bank, who, run, position, NOW)
    place = item.order.index(next(iter(item.question.key))) if right else wrong_place(shown)
    return await practice.answer(db, bank, who, run, position, place, NOW)


async def test_a_set_answered_with_the_key_is_finished_with_full_marks(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    shown = await practice.begin(db, bank, who, 1, 5, None, NOW, TZ)
    for _ in range(5):
        shown = await answer_current(db, bank, who, shown)
    assert (shown.run.state, shown.run.right, shown.run.current) == (RunState.FINISHED, 5, None)
    assert await db.read(lambda tx: store.totals(tx, who.id)) == (5, 1)


async def test_pressing_start_twice_begins_one_run(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    first, second = await asyncio.gather(*(practice.begin(db, bank, who, 1, 5, None, NOW, TZ) for _ in range(2)))
    assert first.run == second.run


async def test_an_old_menu_cannot_drop_a_newer_run(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    newer = await practice.begin(db, bank, who, 2, 3, None, NOW, TZ)
    with pytest.raises(MovedOn):
        await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    assert (await practice.overview(db, bank, who)).open_run == newer.run


async def test_beginning_another_set_drops_the_open_one(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    first = await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    await practice.begin(db, bank, who, 2, 3, None, NOW, TZ)
    assert (await practice.resume(db, bank, who, first.run.id)).run.state is RunState.DROPPED
    assert (await answer_current(db, bank, who, first)).stale


async def test_one_question_takes_one_answer_however_often_it_is_pressed(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    shown = await practice.begin(db, bank, who, 1, 3, Topic.COUNTERFEIT, NOW, TZ)
    item = shown.run.current
    assert item
    if item.question.kind is Kind.MULTIPLE:
        await practice.answer(db, bank, who, shown.run.id, 0, 0, NOW)
        presses = [practice.submit(db, bank, who, shown.run.id, 0, NOW) for _ in range(6)]
    else:
        presses = [practice.answer(db, bank, who, shown.run.id, 0, place % 2, NOW) for place in range(6)]
    results = await asyncio.gather(*presses)
    assert sum(not result.stale for result in results) == 1
    assert await db.read(lambda tx: store.totals(tx, who.id)) == (1, 1)


async def test_a_wrong_answer_holds_the_next_question_until_it_is_noted(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    shown = await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    shown = await answer_current(db, bank, who, shown, right=False)
    assert shown.run.current
    assert shown.run.current.waits_for_note
    noted = await practice.note(db, bank, who, shown.run.id, 0, NOW)
    assert noted.run.current
    assert noted.run.current.position == 1
    assert (await practice.note(db, bank, who, shown.run.id, 0, NOW)).stale


async def test_the_last_explanation_can_be_noted_after_the_set_is_finished(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    shown = await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    for right in (True, True, False):
        shown = await answer_current(db, bank, who, shown, right=right)
    assert shown.run.state is RunState.FINISHED
    assert (await practice.note(db, bank, who, shown.run.id, 2, NOW)).run.current is None


async def test_an_empty_multiple_answer_is_refused(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    only = Bank(bank.known, tuple(q for q in bank.live if q.kind is Kind.MULTIPLE))
    shown = await practice.begin(db, only, who, 1, 3, None, NOW, TZ)
    with pytest.raises(NothingChosen):
        await practice.submit(db, only, who, shown.run.id, 0, NOW)


async def test_another_persons_run_cannot_be_seen_or_answered(db: Database, bank: Bank) -> None:
    who, other = await person(db, "1"), await person(db, "2")
    shown = await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    for press in (
        practice.answer(db, bank, other, shown.run.id, 0, 0, NOW),
        practice.submit(db, bank, other, shown.run.id, 0, NOW),
        practice.note(db, bank, other, shown.run.id, 0, NOW),
        practice.resume(db, bank, other, shown.run.id),
        practice.again(db, bank, other, shown.run.id, NOW, TZ),
    ):
        with pytest.raises(NotYours):
            await press
    assert (await practice.resume(db, bank, who, shown.run.id)).run == shown.run


@pytest.mark.parametrize("size", [0, 4, 1000])
async def test_a_forged_size_is_refused(db: Database, bank: Bank, size: int) -> None:
    with pytest.raises(MovedOn):
        await practice.begin(db, bank, await person(db, "1"), 1, size, None, NOW, TZ)


async def test_the_bureau_does_not_practise(db: Database, bank: Bank) -> None:
    with pytest.raises(NotForRole):
        await practice.begin(db, bank, await person(db, "1", Role.BUREAU), 1, 3, None, NOW, TZ)


async def test_again_starts_the_same_topic_once(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    shown = await practice.begin(db, bank, who, 1, 3, Topic.ETHICS, NOW, TZ)
    for _ in range(3):
        shown = await answer_current(db, bank, who, shown)
    again = await practice.again(db, bank, who, shown.run.id, NOW, TZ)
    assert (again.run.topic, again.run.size) == (Topic.ETHICS, 5)
    assert (await practice.again(db, bank, who, shown.run.id, NOW, TZ)).run == again.run


async def test_a_run_still_shows_the_version_it_was_begun_with(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    shown = await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
    kept = tuple(q for q in bank.live if q.id not in {item.question.id for item in shown.run.items})
    await practice.replace_bank(db, kept, "newer")
    reloaded = await practice.load_bank(db)
    assert (await practice.resume(db, reloaded, who, shown.run.id)).run == shown.run
    assert len(reloaded.live) == len(kept)


async def test_replaying_every_press_leaves_the_same_database(db: Database, bank: Bank, tmp_path: Path) -> None:
    who = await person(db, "1")

    async def everything() -> Shown:
        shown = await practice.begin(db, bank, who, 1, 3, None, NOW, TZ)
        for position, item in enumerate(shown.run.items):
            for place in range(len(item.order)):
                shown = await practice.answer(db, bank, who, shown.run.id, position, place, NOW)
            if item.question.kind is Kind.MULTIPLE:
                shown = await practice.submit(db, bank, who, shown.run.id, position, NOW)
            shown = await practice.note(db, bank, who, shown.run.id, position, NOW)
        return shown

    once = await everything()
    totals = await db.read(lambda tx: store.totals(tx, who.id))
    twice = await everything()
    assert once.run == twice.run
    assert totals == await db.read(lambda tx: store.totals(tx, who.id)) == (3, 1)
