"""Self-study on the sample office: materials, and the three questions that complete a course."""

import json

import pytest
import pytest_asyncio

from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.people import Person, Role
from domain.practice import NothingToPractise
from domain.questions import Course, Kind, Question
from domain.training.studying import Check, Content, MaterialKind
from services import practice
from services.practice import Bank
from services.training import studying
from storage import drafts, people
from storage.database import Database
from tests.conftest import NOW

TEXT = Content(MaterialKind.TEXT, "纪律", "<b>纪律</b>")


@pytest_asyncio.fixture
async def bank(loaded: Database, shipped_bank: tuple[Question, ...]) -> Bank:
    await practice.replace_bank(loaded, shipped_bank, "digest")
    return await practice.load_bank(loaded)


async def somebody(db: Database, role: Role) -> Person:
    return next(one for one in await db.read(lambda tx: people.listed(tx, "")) if one.role is role)


async def put_up(db: Database, course: Course, content: Content = TEXT) -> int:
    boss = await somebody(db, Role.OFFICE)
    await studying.ask(db, boss, course, f"1:{content.title}", NOW)
    draft = await db.read(lambda tx: drafts.awaiting(tx, boss.id))
    assert draft is not None
    shown = await studying.take(db, boss, draft, content, 5)
    assert await studying.put_up(db, boss, shown.draft_id, NOW) is course
    return (await studying.course(db, boss, course)).materials[-1].id


async def press(db: Database, bank: Bank, who: Person, check: Check, *, right: bool) -> Check:
    """Answer the question that is open, and read the explanation of a wrong answer."""
    item = check.run.current
    assert item is not None
    wanted = item.question.key if right else frozenset(range(len(item.question.options))) - item.question.key
    chosen = wanted if right else frozenset(list(wanted)[:1])
    for option in chosen:
        shown = await studying.answer(db, bank, who, check.run.id, item.position, item.order.index(option), NOW)
    if item.question.kind is Kind.MULTIPLE:
        shown = await studying.submit(db, bank, who, check.run.id, item.position, NOW)
    if not right:
        shown = await studying.note(db, bank, who, check.run.id, item.position, NOW)
    return shown.check


async def completed(db: Database, who: Person, course: Course) -> bool:
    return (await studying.course(db, who, course)).completed


async def test_the_office_puts_material_up_and_everybody_reads_it(loaded: Database) -> None:
    material = await put_up(loaded, Course.LAWS)
    who = await somebody(loaded, Role.COLLECTOR)
    assert (await studying.material(loaded, who, material)).content == TEXT
    assert [len(one.materials) for one in await studying.overview(loaded, who)] == [1, 0, 0, 0]


async def test_what_was_sent_again_replaces_it_and_a_repeated_message_changes_nothing(loaded: Database) -> None:
    boss = await somebody(loaded, Role.OFFICE)
    await studying.ask(loaded, boss, Course.LAWS, "1:1", NOW)
    draft = await loaded.read(lambda tx: drafts.awaiting(tx, boss.id))
    assert draft is not None
    link = Content(MaterialKind.LINK, "法", "https://a.example")
    await studying.take(loaded, boss, draft, TEXT, 5)
    assert (await studying.take(loaded, boss, draft, link, 6)).content == link
    assert (await studying.take(loaded, boss, draft, TEXT, 5)).content == link
    await studying.put_up(loaded, boss, draft.id, NOW)
    with pytest.raises(MovedOn):
        await studying.put_up(loaded, boss, draft.id, NOW)
    with pytest.raises(MovedOn):
        await studying.take(loaded, boss, draft, TEXT, 7)


async def test_what_was_taken_down_is_gone(loaded: Database) -> None:
    material, boss = await put_up(loaded, Course.ETHICS), await somebody(loaded, Role.OFFICE)
    assert await studying.take_down(loaded, boss, material, NOW) is Course.ETHICS
    with pytest.raises(NotFound):
        await studying.material(loaded, boss, material)
    with pytest.raises(NotFound):
        await studying.take_down(loaded, boss, material, NOW)


async def test_only_the_office_changes_materials(loaded: Database) -> None:
    material, leader = await put_up(loaded, Course.LAWS), await somebody(loaded, Role.TEAM_LEADER)
    with pytest.raises(NotForRole):
        await studying.ask(loaded, leader, Course.LAWS, "1:1", NOW)
    with pytest.raises(NotForRole):
        await studying.take_down(loaded, leader, material, NOW)


async def test_three_right_answers_complete_a_course(loaded: Database, bank: Bank) -> None:
    who = await somebody(loaded, Role.COLLECTOR)
    check = (await studying.begin(loaded, bank, who, Course.LAWS, 1)).check
    assert {item.question.topic.course for item in check.run.items} == {Course.LAWS}
    for _ in range(3):
        assert not await completed(loaded, who, Course.LAWS)
        check = await press(loaded, bank, who, check, right=True)
    assert (check.passed, check.over) == (True, True)
    assert await completed(loaded, who, Course.LAWS)
    cards = await loaded.read(lambda tx: tx.all("SELECT 1 FROM cards"))
    assert cards == []


async def test_one_wrong_answer_leaves_it_open_and_the_next_questions_are_others(loaded: Database, bank: Bank) -> None:
    who = await somebody(loaded, Role.COLLECTOR)
    first = check = (await studying.begin(loaded, bank, who, Course.SERVICE, 1)).check
    for right in (True, False, True):
        check = await press(loaded, bank, who, check, right=right)
    assert (check.passed, check.over) == (False, True)
    assert not await completed(loaded, who, Course.SERVICE)
    second = (await studying.begin(loaded, bank, who, Course.SERVICE, 2)).check
    assert not {i.question.id for i in first.run.items} & {i.question.id for i in second.run.items}


async def test_a_check_is_begun_once_and_gone_on_with(loaded: Database, bank: Bank) -> None:
    who = await somebody(loaded, Role.COLLECTOR)
    check = (await studying.begin(loaded, bank, who, Course.LAWS, 1)).check
    assert (await studying.begin(loaded, bank, who, Course.LAWS, 1)).check == check
    for number in (2, 7):
        with pytest.raises(MovedOn):
            await studying.begin(loaded, bank, who, Course.LAWS, number)
    after = await press(loaded, bank, who, check, right=True)
    assert (await studying.course(loaded, who, Course.LAWS)).open_check == check.run.id
    assert (await studying.resume(loaded, bank, who, check.run.id)).check == after
    stale = await studying.answer(loaded, bank, who, check.run.id, 0, 0, NOW)
    assert (stale.stale, stale.check) == (True, after)


async def test_a_check_is_ones_own(loaded: Database, bank: Bank) -> None:
    who, other = await somebody(loaded, Role.COLLECTOR), await somebody(loaded, Role.TEAM_LEADER)
    check = (await studying.begin(loaded, bank, who, Course.LAWS, 1)).check
    with pytest.raises(NotYours):
        await studying.answer(loaded, bank, other, check.run.id, 0, 0, NOW)
    with pytest.raises(NotYours):
        await studying.resume(loaded, bank, other, 999)
    with pytest.raises(NotForRole):
        await studying.begin(loaded, bank, await somebody(loaded, Role.BUREAU), Course.LAWS, 1)


async def test_without_questions_there_is_no_check(loaded: Database) -> None:
    who = await somebody(loaded, Role.COLLECTOR)
    with pytest.raises(NothingToPractise):
        await studying.begin(loaded, Bank({}, ()), who, Course.LAWS, 1)


async def test_a_course_that_does_not_exist_is_not_found(loaded: Database) -> None:
    boss = await somebody(loaded, Role.OFFICE)
    await loaded.write(lambda tx: tx.run("DELETE FROM sessions WHERE course_code = 'laws'"))
    await loaded.write(lambda tx: tx.run("DELETE FROM courses WHERE code = 'laws'"))
    with pytest.raises(NotFound):
        await studying.course(loaded, boss, Course.LAWS)
    with pytest.raises(NotFound):
        await studying.ask(loaded, boss, Course.LAWS, json.dumps({}), NOW)
