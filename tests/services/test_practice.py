"""Practice on a real database: a set is begun once, an answer counts once, and nobody touches another's run."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from domain.clock import DAY, HOUR, millis
from domain.errors import MovedOn, NotForRole, NotYours
from domain.people import Person, Role, UnitKind
from domain.practice import Card, Focus, NothingChosen, NothingToPractise, RunState
from domain.questions import Kind, Question, Topic
from services import practice
from services.practice import Bank, Shown
from storage import installation, people
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


async def memory(db: Database, who: Person, question_id: str) -> Card:
    return (await db.read(lambda tx: store.cards(tx, who.id)))[question_id]


async def answered(db: Database, bank: Bank, who: Person, *, right: bool, topic: Topic | None = None) -> Shown:
    shown = await practice.begin(db, bank, who, 1, 3, topic, NOW, TZ)
    return await answer_current(db, bank, who, shown, right=right)


async def test_a_right_answer_comes_again_after_days_and_a_wrong_one_at_once(db: Database, bank: Bank) -> None:
    good, bad = await person(db, "1"), await person(db, "2")
    right, wrong = await answered(db, bank, good, right=True), await answered(db, bank, bad, right=False)
    assert right.last
    assert wrong.last
    assert (await memory(db, good, right.last.question.id)).due_at >= NOW + DAY
    missed = await memory(db, bad, wrong.last.question.id)
    assert (missed.due_at, missed.missed_last, missed.missed) == (NOW, True, 1)


async def test_a_guess_comes_again_sooner_counts_once_and_only_under_a_right_answer(db: Database, bank: Bank) -> None:
    who, other = await person(db, "1"), await person(db, "2")
    shown = await answered(db, bank, who, right=True)
    assert shown.last
    before = await memory(db, who, shown.last.question.id)
    told = await practice.guess(db, bank, who, shown.run.id, 0, NOW + 1)
    after = await memory(db, who, shown.last.question.id)
    assert told.last
    assert told.last.guessed_at == NOW + 1
    assert before.memory
    assert after.memory
    assert after.memory.stability < before.memory.stability
    assert (after.shown, after.missed) == (1, 0)
    assert (await practice.guess(db, bank, who, shown.run.id, 0, NOW + 2)).stale
    assert await memory(db, who, shown.last.question.id) == after
    with pytest.raises(NotYours):
        await practice.guess(db, bank, other, shown.run.id, 0, NOW)
    assert (await practice.guess(db, bank, who, shown.run.id, 1, NOW)).stale  # not answered yet
    assert (await practice.guess(db, bank, who, shown.run.id, 9, NOW)).stale


async def test_an_answer_that_a_later_one_followed_cannot_become_a_guess(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    one = Bank(bank.known, tuple(q for q in bank.live if q.kind is Kind.SINGLE)[:1])
    first = await answer_current(db, one, who, await practice.begin(db, one, who, 1, 3, None, NOW, TZ))
    again = await practice.begin(db, one, who, 2, 3, None, NOW + DAY, TZ)
    item = again.run.current
    assert item
    place = item.order.index(next(iter(item.question.key)))
    await practice.answer(db, one, who, again.run.id, 0, place, NOW + DAY)
    assert (await practice.guess(db, one, who, first.run.id, 0, NOW + DAY)).stale


async def test_the_exam_brings_everything_back_before_it(db: Database, bank: Bank) -> None:
    async def exam(tx: Connection) -> None:
        await tx.run("INSERT INTO phases (number, title) VALUES (2, '实施')")
        await tx.run(
            """INSERT INTO tasks (code, phase, title, due_on, changed_at)
               VALUES ('B15', 2, '组织结业考试', '2026-11-26', 1)"""
        )

    await db.write(exam)
    who = await person(db, "1")
    shown = await answered(db, bank, who, right=True)
    assert shown.last
    exam_at = millis(datetime(2026, 11, 26, 8, 0, tzinfo=TZ))
    assert shown.run.exam_at == exam_at
    assert (await memory(db, who, shown.last.question.id)).due_at <= NOW + (exam_at - NOW) // 2


async def test_at_most_twenty_questions_a_day_are_asked_again(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    few = Bank(bank.known, tuple(q for q in bank.live if q.kind is Kind.SINGLE)[:40])
    for day in (0, 20):
        for number in range(5):
            at = NOW + day * DAY
            last = await db.read(lambda tx: store.last_ordinal(tx, who.id))
            shown = await practice.begin(db, few, who, last + 1, 10, None, at + number, TZ)
            while (item := shown.run.current) is not None:
                place = item.order.index(next(iter(item.question.key)))
                shown = await practice.answer(db, few, who, shown.run.id, item.position, place, at + number)
    asked = await db.read(lambda tx: store.asked_again(tx, who.id, NOW + 20 * DAY - HOUR))
    assert asked >= 20  # after the cap only what is not due fills a set
    due = [c for c in (await db.read(lambda tx: store.cards(tx, who.id))).values() if c.due_at <= NOW + 20 * DAY]
    assert len(due) == 40 - 20


async def test_the_wrong_book_is_left_with_the_next_right_answer(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    one = Bank(bank.known, tuple(q for q in bank.live if q.kind is Kind.SINGLE)[:1])
    await answer_current(db, one, who, await practice.begin(db, one, who, 1, 3, None, NOW, TZ), right=False)
    book = await practice.wrong_book(db, one, who)
    assert [q.id for q in book.questions] == [one.live[0].id]
    assert (await practice.overview(db, one, who)).wrong == 1
    shown = await practice.begin(db, one, who, book.next_ordinal, 5, Focus.WRONG, NOW + 1, TZ)
    assert shown.run.topic is Focus.WRONG
    await answer_current(db, one, who, shown)
    assert not (await practice.wrong_book(db, one, who)).questions
    with pytest.raises(NothingToPractise):
        await practice.again(db, one, who, shown.run.id, NOW + 2, TZ)


async def test_a_subject_that_is_often_missed_is_offered_and_drawn_from(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    tag = bank.live[0].tags[0]
    tagged = tuple(q for q in bank.live if tag in q.tags and q.topic is bank.live[0].topic)

    async def missed(tx: Connection) -> None:
        await tx.many(
            "INSERT INTO cards (person_id, question_id, shown, missed, last_at) VALUES (:who, :q, 10, 8, :now)",
            [{"who": who.id, "q": q.id, "now": NOW} for q in tagged],
        )

    assert (await practice.overview(db, bank, who)).weak == ()
    await db.write(missed)
    assert tag in {one.tag for one in (await practice.overview(db, bank, who)).weak}
    shown = await practice.begin(db, bank, who, 1, 3, Focus.WEAK, NOW, TZ)
    weak = {(one.topic, one.tag) for one in (await practice.overview(db, bank, who)).weak}
    assert all(any((i.question.topic, t) in weak for t in i.question.tags) for i in shown.run.items)


async def test_the_parameters_of_the_memory_are_stored_and_used(db: Database, bank: Bank) -> None:
    said = await db.read(lambda tx: installation.get(tx, "fsrs"))
    assert said
    assert json.loads(said)["parameters"] == list(bank.scheduler.parameters)
    mine = json.dumps({"parameters": list(bank.scheduler.parameters), "retention": 0.8})
    await db.write(lambda tx: installation.put(tx, "fsrs", mine))
    assert (await practice.load_bank(db)).scheduler.retention == 0.8


async def test_what_the_office_mended_gives_way_only_to_a_newer_version_of_ours(db: Database, bank: Bank) -> None:
    shipped = bank.live[0]

    async def mend(tx: Connection) -> None:
        await tx.run("UPDATE questions SET live = 0 WHERE id = :id", id=shipped.id)
        await tx.run(
            """INSERT INTO questions (id, version, topic, body, live, origin)
               SELECT id, 2, topic, replace(body, '"version": 1', '"version": 2'), 1, 'office'
                 FROM questions WHERE id = :id""",
            id=shipped.id,
        )

    async def live_version() -> list[int]:
        return [q.version for q in (await practice.load_bank(db)).live if q.id == shipped.id]

    await db.write(mend)
    await practice.replace_bank(db, bank.live, "again")
    assert await live_version() == [2]
    newer = (replace(shipped, version=3), *bank.live[1:])
    await practice.replace_bank(db, newer, "newest")
    assert await live_version() == [3]


async def test_a_picture_is_sent_once_and_anew_when_the_messenger_lost_it(db: Database) -> None:
    pictures = await practice.Pictures.load(db)
    assert isinstance(pictures.to_send("lane-signals"), bytes)
    await pictures.sent("lane-signals", "F1")
    await pictures.sent("lane-signals", "F1")
    assert (await practice.Pictures.load(db)).to_send("lane-signals") == "F1"
    pictures.forget("lane-signals")
    assert isinstance(pictures.to_send("lane-signals"), bytes)
    assert "①" in practice.in_words("lane-signals")
    assert practice.in_words("nothing") == ""


async def test_a_tick_that_is_handled_twice_stays_a_tick(db: Database, bank: Bank) -> None:
    who = await person(db, "1")
    only = Bank(bank.known, tuple(q for q in bank.live if q.kind is Kind.MULTIPLE))
    run = (await practice.begin(db, only, who, 1, 3, None, NOW, TZ)).run
    first = run.items[0].order[0]
    for stale in (False, True):
        shown = await practice.answer(db, only, who, run.id, 0, 0, NOW)
        assert (shown.run.items[0].ticked, shown.stale) == ({first}, stale)
    for stale in (False, True):
        shown = await practice.untick(db, only, who, run.id, 0, 0, NOW)
        assert (shown.run.items[0].ticked, shown.stale) == (frozenset(), stale)
    assert (await practice.untick(db, only, who, run.id, 0, 9, NOW)).stale
    assert (await practice.untick(db, only, who, run.id, 1, 0, NOW)).stale
