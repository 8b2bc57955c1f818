"""[题目有误] on a real database: one report a version, answers to reporters, what a changed question does, and flags."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from content.facts import load_facts
from domain.clock import HOUR, MINUTE
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item, Outcome, State
from domain.outbox import settle as outcome
from domain.people import Person, Role
from domain.practice import Focus, NothingToPractise, Run, RunState
from domain.practice.reports import (
    BadText,
    KeyRefused,
    NotAnswered,
    NoWords,
    QuestionCard,
    Reason,
    Reported,
    ReportState,
    TextPart,
    WordsTooLong,
    right_answer,
)
from domain.questions import Difficulty, Kind, Question, Topic
from services import audit, bank, people, practice
from services.practice import Bank, changes
from services.practice import reports as service
from services.practice.reports import Settled, Step
from services.reminders.open_items import digest_of
from storage import drafts, outbox
from storage import people as people_store
from storage import practice as runs
from storage.database import Connection, Database
from storage.drafts import Draft
from storage.practice import reports as store
from tests.conftest import NOW, TZ

LATER = NOW + MINUTE


def question(kind: Kind = Kind.SINGLE, id_: str = "reg-001", version: int = 1, **fields: object) -> Question:
    options = ("正确", "错误") if kind is Kind.TRUE_FALSE else ("五日内", "七日内", "十日内", "一个月内")
    values: dict[str, object] = {
        "id": id_,
        "version": version,
        "topic": Topic.REGULATIONS,
        "kind": kind,
        "stem": f"申请应在几日内答复（{id_}）？",
        "options": options,
        "key": frozenset({0, 1}) if kind is Kind.MULTIPLE else frozenset({0}),
        "explanation": "按规定办。",
        "source": "某办法第三条",
        "facts": (),
        "tags": ("时限",),
        "difficulty": Difficulty.EASY,
        "fixed_order": False,
        "author": "题库组",
        "reviewer": "复核组",
        "reviewed": "2026-11-01",
    }
    return Question(**(values | fields))  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def house(loaded: Database) -> Bank:
    """The sample office with a bank of one question."""
    return await with_bank(loaded, question())


async def with_bank(db: Database, *questions: Question, digest: str = "first", now: int = NOW) -> Bank:
    await practice.replace_bank(db, questions, digest, now)
    return await practice.load_bank(db)


async def those(db: Database, role: Role) -> list[Person]:
    everyone = await db.read(lambda tx: people_store.listed(tx, ""))
    return [one for one in everyone if one.role is role]


async def collectors(db: Database, count: int) -> list[Person]:
    return (await those(db, Role.COLLECTOR))[:count]


async def office(db: Database, n: int = 0) -> Person:
    return (await those(db, Role.OFFICE))[n]


async def begins(db: Database, bank_: Bank, who: Person) -> Run:
    ordinal = await db.read(lambda tx: runs.last_ordinal(tx, who.id)) + 1
    return (await practice.begin(db, bank_, who, ordinal, 3, None, NOW, TZ)).run


async def answers(db: Database, bank_: Bank, who: Person, *, right: bool = False, run: Run | None = None) -> Run:
    """Answer the first question of a new run (or of ``run``)."""
    run = run or await begins(db, bank_, who)
    item = run.items[0]
    places = [place for place, option in enumerate(item.order) if (option in item.question.key) is right]
    for place in places if item.question.kind is Kind.MULTIPLE else places[:1]:
        shown = await practice.answer(db, bank_, who, run.id, 0, place, NOW)
    if item.question.kind is Kind.MULTIPLE:
        shown = await practice.submit(db, bank_, who, run.id, 0, NOW)
    return shown.run


async def reports(db: Database, bank_: Bank, who: Person, reason: Reason = Reason.KEY) -> Reported:
    """Answer wrongly and report."""
    run = await answers(db, bank_, who)
    return await service.report(db, bank_, who, run.id, 0, reason, NOW)


async def letters(db: Database, kind: str) -> list[Item]:
    """What waits to be sent."""
    return list(await db.read(lambda tx: outbox.unsent(tx, kind)))


async def told(db: Database, kind: str) -> set[int]:
    found = await letters(db, kind)
    assert len({item.person_id for item in found}) == len(found)  # nobody twice
    return {item.person_id for item in found}


async def form(db: Database, who: Person) -> Draft:
    draft = await db.read(lambda tx: drafts.awaiting(tx, who.id))
    assert draft
    return draft


async def no_form(db: Database, who: Person) -> bool:
    return await db.read(lambda tx: drafts.awaiting(tx, who.id)) is None


async def rekeys(db: Database, bank_: Bank, who: Person, *key: int, version: int = 1, now: int = LATER) -> Settled:
    return await service.rekey(db, bank_, who, "reg-001", version, frozenset(key), now)


async def verbs(db: Database) -> list[str]:
    rows = await db.read(lambda tx: tx.all("SELECT verb FROM audit WHERE target LIKE 'question:%' ORDER BY id"))
    assert await audit.verify(db)
    return [row["verb"] for row in rows]


# reporting -------------------------------------------------------------------------------------------------------


async def test_an_answered_question_is_reported_once_and_a_second_report_shows_the_first(
    loaded: Database, house: Bank
) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who)
    first = await service.report(loaded, house, who, run.id, 0, Reason.KEY, NOW)
    again = await service.report(loaded, house, who, run.id, 0, Reason.TEXT, LATER)
    assert first.waits
    assert (again.waits, again.report) == (False, first.report)
    assert (await service.look(loaded, house, who, run.id, 0, NOW)).report == first.report
    assert await verbs(loaded) == ["question.report"]


async def test_pressing_at_the_same_time_makes_one_report(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who)
    found = await asyncio.gather(
        *(service.report(loaded, house, who, run.id, 0, reason, NOW) for reason in (Reason.KEY, Reason.TEXT) * 3)
    )
    assert sum(one.first for one in found) == 1
    assert len({one.report for one in found}) == 1


async def test_only_an_answered_item_of_an_own_run_is_reported(loaded: Database, house: Bank) -> None:
    who, other = await collectors(loaded, 2)
    run = await begins(loaded, house, who)
    for position in (0, 7):
        with pytest.raises(NotAnswered):
            await service.report(loaded, house, who, run.id, position, Reason.KEY, NOW)
    run = await answers(loaded, house, who, run=run)
    for press in (
        service.look(loaded, house, other, run.id, 0, NOW),
        service.report(loaded, house, other, run.id, 0, Reason.KEY, NOW),
        service.ask_words(loaded, house, other, run.id, 0, "o", NOW),
        service.look(loaded, house, who, 10**9, 0, NOW),
    ):
        with pytest.raises(NotYours):
            await press


async def test_another_reason_is_said_in_one_sentence(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who)
    assert (await service.ask_words(loaded, house, who, run.id, 0, "press:1", NOW)).report is None
    draft = await form(loaded, who)
    assert draft.step == Step.WORDS
    for text, refusal in (("  \n ", NoWords), ("字" * 201, WordsTooLong)):
        with pytest.raises(refusal):
            await service.take_words(loaded, house, who, draft, text, NOW)
    assert await form(loaded, who) == draft
    taken = await service.take_words(loaded, house, who, draft, "第三项\n写错了", NOW)
    assert taken.report
    assert (taken.waits, taken.report.reason, taken.report.words) == (True, Reason.OTHER, "第三项 写错了")
    assert await no_form(loaded, who)


async def test_going_back_closes_the_form_and_a_second_report_opens_none(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who)
    await service.ask_words(loaded, house, who, run.id, 0, "press:1", NOW)
    assert (await service.look(loaded, house, who, run.id, 0, NOW)).run.id == run.id
    assert await no_form(loaded, who)
    await service.report(loaded, house, who, run.id, 0, Reason.KEY, NOW)
    assert (await service.ask_words(loaded, house, who, run.id, 0, "press:2", NOW)).report
    assert await no_form(loaded, who)


async def test_another_forms_draft_is_left_alone(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who)
    await loaded.write(lambda tx: drafts.begin(tx, who.id, "plan", "help", "{}", "press:9", NOW))
    await service.look(loaded, house, who, run.id, 0, NOW)
    assert (await form(loaded, who)).kind == "plan"


async def test_feedback_stays_above_only_for_the_last_right_answer(loaded: Database) -> None:
    house = await with_bank(loaded, question(), question(id_="reg-002", stem="别的问题？"))
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who, right=True)
    found = await service.look(loaded, house, who, run.id, 0, NOW)
    assert found.last == found.item
    next_item = run.items[1]
    await practice.answer(loaded, house, who, run.id, 1, next_item.order.index(0), NOW)
    assert (await service.look(loaded, house, who, run.id, 0, NOW)).last is None
    assert (await service.look(loaded, house, who, run.id, 1, NOW)).last is not None


async def test_reports_are_in_the_export_of_the_own_data(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    await reports(loaded, house, who)
    kept = (await people.export_own(loaded, who))["question_reports"]
    assert isinstance(kept, list)
    assert [(one["question_id"], one["reason"], one["state"]) for one in kept] == [("reg-001", "key", "open")]


# the inbox -------------------------------------------------------------------------------------------------------


async def test_the_inbox_counts_questions_and_lists_reasons(loaded: Database, house: Bank) -> None:
    who, other = await collectors(loaded, 2)
    boss = await office(loaded)
    assert (await practice.overview(loaded, house, boss)).reports == 0
    await reports(loaded, house, who)
    await reports(loaded, house, other, Reason.OUTDATED)
    assert (await practice.overview(loaded, house, boss)).reports == 1
    assert (await practice.overview(loaded, house, who)).reports is None
    (complaint,) = (await service.inbox(loaded, house, boss, NOW)).reported
    assert dict(complaint.reasons) == {Reason.KEY: 1, Reason.OUTDATED: 1}
    assert complaint.count == 2
    card = await service.card(loaded, boss, "reg-001", NOW)
    assert (card.live, [one.person_id for one in card.reports]) == (True, [who.id, other.id])
    assert card.usage.hidden


async def test_the_inbox_is_for_the_office_alone(loaded: Database, house: Bank) -> None:
    who, head = (await collectors(loaded, 1))[0], (await those(loaded, Role.STATION_HEAD))[0]
    await reports(loaded, house, who)
    draft = Draft(1, who.id, "report", "text", json.dumps({"question": "reg-001", "version": 1, "part": "stem"}))
    reason = Draft(1, who.id, "report", "reason", json.dumps({"question": "reg-001", "newest": 9}))
    for person in (who, head):
        for press in (
            service.inbox(loaded, house, person, NOW),
            service.card(loaded, person, "reg-001", NOW),
            service.in_use(loaded, person, "reg-001", 1),
            service.rekeying(loaded, person, "reg-001", 1, frozenset({1})),
            rekeys(loaded, house, person, 1),
            service.ask_text(loaded, person, "reg-001", 1, TextPart.STEM, "o", NOW),
            service.reword(loaded, house, person, draft, "申请应在几日内办结？", NOW),
            service.ask_reason(loaded, person, "reg-001", "o", NOW),
            service.reject(loaded, person, reason, "没有错", NOW),
            service.retire(loaded, house, person, "reg-001", 1, NOW),
        ):
            with pytest.raises(NotForRole):
                await press
    assert await verbs(loaded) == ["question.report"]


async def test_who_has_left_the_office_decides_nothing_more(loaded: Database, house: Bank) -> None:
    boss, other = await office(loaded), await office(loaded, 1)
    await people.leave(loaded, other, boss.id, NOW)
    with pytest.raises(NotForRole):
        await rekeys(loaded, house, boss, 1)


async def test_an_unknown_question_is_not_found(loaded: Database, house: Bank) -> None:
    boss = await office(loaded)
    for press in (
        service.card(loaded, boss, "reg-999", NOW),
        service.rekeying(loaded, boss, "reg-999", 1, frozenset({1})),
        service.rekey(loaded, house, boss, "reg-999", 1, frozenset({1}), NOW),
        service.retire(loaded, house, boss, "reg-999", 1, NOW),
    ):
        with pytest.raises(NotFound):
            await press


async def test_the_office_reads_only_reports_of_its_own_part_of_the_tree(loaded: Database, house: Bank) -> None:
    who = (await collectors(loaded, 1))[0]
    boss = await office(loaded)
    await reports(loaded, house, who)
    narrower = replace(boss, unit=(await those(loaded, Role.STATION_HEAD))[-1].unit)
    assert not narrower.unit.holds(who.unit)

    async def unit(tx: Connection) -> tuple[int, int, int]:
        listed = await store.open_reports(tx, narrower.scope)
        usage = await store.usage(tx, narrower.scope, "reg-001")
        return await store.reported_count(tx, narrower.scope), len(listed), usage.people

    assert await loaded.read(unit) == (0, 0, 0)


async def test_the_weekly_digest_of_the_office_counts_reported_questions(loaded: Database, house: Bank) -> None:
    boss, head = await office(loaded), (await those(loaded, Role.STATION_HEAD))[0]
    await reports(loaded, house, (await collectors(loaded, 1))[0])

    async def unit(tx: Connection) -> tuple[int, int]:
        day = date(2026, 11, 23)
        return (await digest_of(tx, boss, day, NOW)).reports, (await digest_of(tx, head, day, NOW)).reports

    assert await loaded.read(unit) == (1, 0)


# flags -----------------------------------------------------------------------------------------------------------


async def put_cards(db: Database, people_: list[Person], shown: int, missed: int) -> None:
    """What answering for weeks leaves."""
    rows = [{"p": one.id, "shown": shown, "missed": missed} for one in people_]
    await db.write(
        lambda tx: tx.many(
            """INSERT INTO cards (person_id, question_id, shown, missed, last_at)
               VALUES (:p, 'reg-001', :shown, :missed, 1)""",
            rows,
        )
    )


@pytest.mark.parametrize(
    ("count", "shown", "missed", "suspect"),
    [(5, 9, 4, True), (5, 9, 3, False), (4, 9, 9, False), (6, 5, 4, True), (10, 3, 2, False), (10, 4, 3, True)],
)
async def test_a_question_that_many_miss_again_and_again_is_suspect_without_a_report(
    loaded: Database, house: Bank, count: int, shown: int, missed: int, suspect: bool
) -> None:
    await put_cards(loaded, await collectors(loaded, count), shown, missed)
    inbox = await service.inbox(loaded, house, await office(loaded), NOW)
    assert inbox.reported == ()
    assert [one.question.id for one in inbox.suspect] == (["reg-001"] if suspect else [])


async def test_a_reported_question_is_flagged_where_it_stands(loaded: Database, house: Bank) -> None:
    group = await collectors(loaded, 7)
    await put_cards(loaded, group[:6], 10, 5)
    await reports(loaded, house, group[6])
    inbox = await service.inbox(loaded, house, await office(loaded), NOW)
    assert [one.usage.suspect for one in inbox.reported] == [True]
    assert inbox.suspect == ()


# another key -----------------------------------------------------------------------------------------------------


async def test_a_changed_key_begins_the_card_anew_and_tells_exactly_those_who_saw_it(
    loaded: Database, house: Bank
) -> None:
    reporter, saw, stranger = await collectors(loaded, 3)
    boss = await office(loaded)
    await reports(loaded, house, reporter)
    await answers(loaded, house, saw, right=True)
    await answers(loaded, house, boss)
    shown = await service.rekeying(loaded, boss, "reg-001", 1, frozenset({2}))
    assert (shown.ready, shown.cards, shown.told) == (True, 3, 2)
    settled = await rekeys(loaded, house, boss, 2)
    assert settled.done
    assert (settled.card.question.version, settled.card.reports) == (2, ())
    assert (settled.card.question.reviewer, settled.card.question.author) == ("", "题库组")
    assert await told(loaded, "question_answer") == {reporter.id}
    assert await told(loaded, "question_changed") == {saw.id}
    for one in (reporter, saw, boss):
        overview = await practice.overview(loaded, house, one)
        assert (overview.answered_total, overview.wrong) == (0, 0)
    begun = await begins(loaded, house, reporter)
    assert [item.question.version for item in begun.items] == [2]
    assert begun.items[0].memory is None
    assert await verbs(loaded) == ["question.report", "question.rekey"]
    assert stranger.id not in await told(loaded, "question_changed")


async def test_who_changes_the_key_is_told_of_nothing_also_as_a_reporter(loaded: Database, house: Bank) -> None:
    boss = await office(loaded)
    await reports(loaded, house, boss)
    await rekeys(loaded, house, boss, 2)
    assert await letters(loaded, "question_answer") == await letters(loaded, "question_changed") == []


async def test_pressing_twice_changes_the_key_once_and_a_slower_hand_is_told(loaded: Database, house: Bank) -> None:
    boss, second = await office(loaded), await office(loaded, 1)
    await answers(loaded, house, (await collectors(loaded, 1))[0])
    once = await rekeys(loaded, house, boss, 2)
    twice = await rekeys(loaded, house, boss, 2)
    assert (twice.done, twice.card) == (True, once.card)
    late = await rekeys(loaded, house, second, 3)
    assert (late.done, late.card.question.key) == (False, frozenset({2}))
    assert not (await service.rekey(loaded, house, second, "reg-001", 9, frozenset({2}), LATER)).done
    assert len(await letters(loaded, "question_changed")) == 1
    assert (await verbs(loaded)).count("question.rekey") == 1


@pytest.mark.parametrize(
    ("kind", "refused", "fits"),
    [
        (Kind.SINGLE, [(), (0,), (1, 2), (5,)], (3,)),
        (Kind.MULTIPLE, [(), (2,), (0, 1), (1, 4)], (1, 2, 3)),
        (Kind.TRUE_FALSE, [(), (0,), (0, 1), (2,)], (1,)),
    ],
)
async def test_only_what_fits_the_kind_becomes_the_key(
    loaded: Database, kind: Kind, refused: list[tuple[int, ...]], fits: tuple[int, ...]
) -> None:
    house, boss = await with_bank(loaded, question(kind)), await office(loaded)
    for key in refused:
        assert not (await service.rekeying(loaded, boss, "reg-001", 1, frozenset(key))).ready
        with pytest.raises(KeyRefused):
            await rekeys(loaded, house, boss, *key)
    assert (await rekeys(loaded, house, boss, *fits)).card.question.key == frozenset(fits)


async def test_what_is_asked_in_an_open_run_is_judged_by_the_new_key(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await begins(loaded, house, who)
    await rekeys(loaded, house, await office(loaded), 2)
    place = run.items[0].order.index(2)
    shown = await practice.answer(loaded, house, who, run.id, 0, place, LATER)
    assert shown.last
    assert shown.last.right
    assert shown.run.state is RunState.FINISHED


async def test_an_answered_run_still_shows_the_version_that_was_asked(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who)
    await rekeys(loaded, house, await office(loaded), 2)
    assert (await practice.resume(loaded, house, who, run.id)).run.items[0].question == question()


async def test_a_guess_of_the_old_key_leaves_the_new_card_alone(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await answers(loaded, house, who, right=True)
    await rekeys(loaded, house, await office(loaded), 2)
    assert (await practice.guess(loaded, house, who, run.id, 0, LATER)).stale
    assert await loaded.read(lambda tx: runs.cards(tx, who.id)) == {}


async def test_a_second_change_tells_of_what_each_person_knows(loaded: Database, house: Bank) -> None:
    told_before, never_told = await collectors(loaded, 2)
    boss = await office(loaded)
    for one in (told_before, never_told):
        await answers(loaded, house, one)
    await rekeys(loaded, house, boss, 1)
    sent = next(item for item in await letters(loaded, "question_changed") if item.person_id == told_before.id)
    await loaded.write(lambda tx: outbox.settle(tx, [outcome(sent, Outcome.SENT, NOW)], NOW))
    await rekeys(loaded, house, boss, 2, version=2, now=LATER + MINUTE)
    found = {item.person_id: item for item in await letters(loaded, "question_changed")}
    assert found.keys() == {told_before.id, never_told.id}
    said = {
        one.id: await changes.changed_letter(loaded, found[one.id], one, LATER) for one in (told_before, never_told)
    }
    known = {id_: letter.old.texts for id_, letter in said.items() if letter}
    assert known == {told_before.id: ("七日内",), never_told.id: ("五日内",)}
    assert {letter.question.key for letter in said.values() if letter} == {frozenset({2})}


async def test_a_key_that_was_changed_back_before_anybody_heard_is_not_told(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    boss = await office(loaded)
    await answers(loaded, house, who)
    await rekeys(loaded, house, boss, 1)
    await rekeys(loaded, house, boss, 0, version=2, now=LATER + MINUTE)
    (item,) = await letters(loaded, "question_changed")
    assert await changes.changed_letter(loaded, item, who, LATER) is None


async def test_the_reporter_reads_the_old_and_the_new_answer(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    await reports(loaded, house, who)
    await rekeys(loaded, house, await office(loaded), 2)
    (item,) = await letters(loaded, "question_answer")
    letter = await changes.answer_letter(loaded, item, who, LATER)
    assert letter
    assert letter.change
    assert (letter.report.state, letter.change.old) == (ReportState.FIXED, right_answer(question()))
    assert right_answer(letter.change.question).texts == ("十日内",)
    gone = replace(item, subject_id=10**6)
    assert await changes.answer_letter(loaded, gone, who, LATER) is None


async def test_a_report_about_an_old_run_is_answered_at_once(loaded: Database, house: Bank) -> None:
    who, other = await collectors(loaded, 2)
    boss = await office(loaded)
    run, others = await answers(loaded, house, who), await answers(loaded, house, other)
    await rekeys(loaded, house, boss, 2)
    late = await service.report(loaded, house, who, run.id, 0, Reason.KEY, LATER)
    assert late.report
    assert (late.first, late.waits, late.report.state) == (True, False, ReportState.FIXED)
    await service.retire(loaded, house, boss, "reg-001", 2, LATER)
    later = await service.report(loaded, house, other, others.id, 0, Reason.KEY, LATER)
    assert later.report
    assert later.report.state is ReportState.RETIRED
    assert (await practice.overview(loaded, house, boss)).reports == 0


async def test_one_person_with_reports_on_two_versions_hears_once(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    boss = await office(loaded)
    old = await answers(loaded, house, who)
    draft = await asked_for(loaded, house, boss, TextPart.EXPLANATION)
    await service.reword(loaded, house, boss, draft, "按办法规定办。", NOW)
    await service.report(loaded, house, who, old.id, 0, Reason.KEY, NOW)
    await reports(loaded, house, who)
    await rekeys(loaded, house, boss, 2, version=2)
    assert await told(loaded, "question_answer") == {who.id}


# another wording -------------------------------------------------------------------------------------------------


async def asked_for(db: Database, bank_: Bank, boss: Person, part: TextPart, version: int = 1) -> Draft:
    await service.ask_text(db, boss, "reg-001", version, part, f"press:{part}:{version}", NOW)
    return await form(db, boss)


@pytest.mark.parametrize("part", list(TextPart))
async def test_a_new_wording_is_a_version_that_resets_nothing_and_tells_only_reporters(
    loaded: Database, house: Bank, part: TextPart
) -> None:
    reporter, saw = await collectors(loaded, 2)
    boss = await office(loaded)
    await reports(loaded, house, reporter, Reason.TEXT)
    await answers(loaded, house, saw)
    draft = await asked_for(loaded, house, boss, part)
    settled = await service.reword(loaded, house, boss, draft, " 几日内应当答复申请人？ ", LATER)
    assert settled.done
    assert settled.card.question.version == 2
    assert getattr(settled.card.question, part) == "几日内应当答复申请人？"
    assert house.live == (settled.card.question,)
    assert await told(loaded, "question_answer") == {reporter.id}
    assert await letters(loaded, "question_changed") == []
    assert (await practice.overview(loaded, house, saw)).wrong == 1
    (item,) = await letters(loaded, "question_answer")
    letter = await changes.answer_letter(loaded, item, reporter, LATER)
    assert letter
    assert (letter.part, letter.change, letter.mended) == (part, None, settled.card.question)
    assert await no_form(loaded, boss)
    assert await verbs(loaded) == ["question.report", "question.reword"]


@pytest.mark.parametrize(
    ("part", "text", "fault"),
    [
        (TextPart.STEM, "", "题干是空的"),
        (TextPart.STEM, "字" * 121, "题干有 121 个字，最多 120 个"),
        (TextPart.STEM, "上句\n下句", "题干里不能换行"),
        (TextPart.STEM, "本办法规定“五日内”答复吗？", "题干里已经出现答案“五日内”，而别的选项没有出现"),
        (TextPart.STEM, "别的申请应在几日内答复？", "和 reg-002 几乎是同一道题"),
        (TextPart.EXPLANATION, "所以选项B是对的", "解析里不要写选项字母，选项打乱后字母会变"),
        (TextPart.SOURCE, "长" * 81, "依据有 81 个字，最多 80 个"),
    ],
)
async def test_a_wording_with_a_fault_changes_nothing_and_is_asked_for_again(
    loaded: Database, part: TextPart, text: str, fault: str
) -> None:
    other = question(id_="reg-002", stem="别的申请应在几日内答复？", key=frozenset({0}))
    house = await with_bank(loaded, question(stem="几日内？"), other)
    boss = await office(loaded)
    draft = await asked_for(loaded, house, boss, part)
    with pytest.raises(BadText) as refused:
        await service.reword(loaded, house, boss, draft, text, NOW)
    assert refused.value.values == {"fault": fault}
    assert await form(loaded, boss) == draft
    assert (await service.card(loaded, boss, "reg-001", NOW)).question.version == 1


async def test_what_was_wrong_before_does_not_stand_in_the_way(loaded: Database) -> None:
    faulty = question(stem="“五日内”是答复的期限吗，还是别的？")
    house, boss = await with_bank(loaded, faulty), await office(loaded)
    draft = await asked_for(loaded, house, boss, TextPart.EXPLANATION)
    assert (await service.reword(loaded, house, boss, draft, "按办法第三条。", NOW)).done


async def test_facts_decide_what_may_be_cited(loaded: Database, shipped_bank: tuple[Question, ...]) -> None:
    facts = load_facts()
    known = next(one for one in shipped_bank if {facts[fact].grade for fact in one.facts} == {"K"})
    house, boss = await with_bank(loaded, replace(known, id="reg-001")), await office(loaded)
    draft = await asked_for(loaded, house, boss, TextPart.SOURCE)
    with pytest.raises(BadText):
        await service.reword(loaded, house, boss, draft, "《某办法》第三条", NOW)


async def test_a_wording_of_a_question_that_changed_meanwhile_is_not_taken(loaded: Database, house: Bank) -> None:
    boss, second = await office(loaded), await office(loaded, 1)
    draft = await asked_for(loaded, house, boss, TextPart.STEM)
    await rekeys(loaded, house, second, 2)
    settled = await service.reword(loaded, house, boss, draft, "几日内应当答复？", LATER)
    assert (settled.done, settled.card.question.stem) == (False, question().stem)
    assert await no_form(loaded, boss)
    for press in (
        service.ask_text(loaded, boss, "reg-001", 1, TextPart.STEM, "o", NOW),
        service.in_use(loaded, boss, "reg-001", 1),
        service.rekeying(loaded, boss, "reg-001", 1, frozenset({1})),
    ):
        with pytest.raises(MovedOn):
            await press
    assert (await service.in_use(loaded, boss, "reg-001", 2)).live


async def test_a_wording_of_a_question_that_was_retired_meanwhile_is_not_taken(loaded: Database, house: Bank) -> None:
    boss, second = await office(loaded), await office(loaded, 1)
    draft = await asked_for(loaded, house, boss, TextPart.STEM)
    await service.retire(loaded, house, second, "reg-001", 1, NOW)
    assert not (await service.reword(loaded, house, boss, draft, "几日内应当答复？", LATER)).done


# rejecting and retiring ------------------------------------------------------------------------------------------


async def test_a_rejection_tells_its_reason_to_those_who_had_reported_by_then(loaded: Database, house: Bank) -> None:
    early, late = await collectors(loaded, 2)
    boss = await office(loaded)
    await reports(loaded, house, early)
    await service.ask_reason(loaded, boss, "reg-001", "press:1", NOW)
    draft = await form(loaded, boss)
    await reports(loaded, house, late)
    with pytest.raises(NoWords):
        await service.reject(loaded, boss, draft, " ", NOW)
    settled = await service.reject(loaded, boss, draft, "依据是现行办法，没有改", LATER)
    assert (settled.done, [one.person_id for one in settled.card.reports]) == (True, [late.id])
    assert await told(loaded, "question_answer") == {early.id}
    (item,) = await letters(loaded, "question_answer")
    letter = await changes.answer_letter(loaded, item, early, LATER)
    assert letter
    assert (letter.report.state, letter.report.reply) == (ReportState.REJECTED, "依据是现行办法，没有改")
    assert not (await service.reject(loaded, boss, draft, "再说一次", LATER)).done
    assert await verbs(loaded) == ["question.report", "question.report", "question.reject"]


async def test_there_is_nothing_to_reject_without_a_report(loaded: Database, house: Bank) -> None:
    with pytest.raises(MovedOn):
        await service.ask_reason(loaded, await office(loaded), "reg-001", "press:1", NOW)


async def test_a_retired_question_is_in_no_new_run_wrong_book_or_weak_point(loaded: Database) -> None:
    house = await with_bank(loaded, question(), question(id_="reg-002", stem="别的问题？"))
    (who,) = await collectors(loaded, 1)
    boss = await office(loaded)
    await put_cards(loaded, [who], 9, 9)
    await loaded.write(lambda tx: tx.run("UPDATE cards SET missed_last = 1"))
    before = await practice.overview(loaded, house, who)
    assert (before.wrong, len(before.weak)) == (1, 1)
    settled = await service.retire(loaded, house, boss, "reg-001", 1, NOW)
    assert (settled.done, settled.card.live) == (True, False)
    assert (await service.retire(loaded, house, boss, "reg-001", 1, NOW)).done
    assert not (await service.retire(loaded, house, boss, "reg-001", 5, NOW)).done
    after = await practice.overview(loaded, house, who)
    assert (after.wrong, after.weak) == (0, ())
    assert [item.question.id for item in (await begins(loaded, house, who)).items] == ["reg-002"]
    with pytest.raises(NothingToPractise):
        await practice.begin(loaded, house, who, 2, 3, Focus.WRONG, NOW, TZ)
    assert await verbs(loaded) == ["question.retire"]


async def test_reporters_hear_that_their_question_was_retired(loaded: Database, house: Bank) -> None:
    who, saw = await collectors(loaded, 2)
    await reports(loaded, house, who)
    await answers(loaded, house, saw)
    await service.retire(loaded, house, await office(loaded), "reg-001", 1, NOW)
    assert await told(loaded, "question_answer") == {who.id}
    (item,) = await letters(loaded, "question_answer")
    letter = await changes.answer_letter(loaded, item, who, NOW)
    assert letter
    assert (letter.report.state, letter.mended) == (ReportState.RETIRED, None)


async def test_a_correction_of_a_question_that_was_retired_is_moot(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    boss = await office(loaded)
    await answers(loaded, house, who)
    await rekeys(loaded, house, boss, 2)
    await service.retire(loaded, house, boss, "reg-001", 2, LATER)
    (item,) = await letters(loaded, "question_changed")
    assert await changes.changed_letter(loaded, item, who, LATER) is None
    assert not (await rekeys(loaded, house, boss, 3, version=2)).done


async def test_retired_or_mended_a_refresh_of_the_same_version_brings_nothing_back(
    loaded: Database, house: Bank
) -> None:
    boss = await office(loaded)
    await service.retire(loaded, house, boss, "reg-001", 1, NOW)
    assert (await with_bank(loaded, question(), digest="second")).live == ()
    higher = question(version=2)
    assert (await with_bank(loaded, higher, digest="third")).live == (higher,)


# memory ----------------------------------------------------------------------------------------------------------


async def test_a_start_after_a_crash_loads_what_was_stored(loaded: Database, house: Bank) -> None:
    """The bank in memory is older than the database: what a crash between the two leaves, until the next start."""
    stale = await practice.load_bank(loaded)
    await rekeys(loaded, house, await office(loaded), 2)
    assert stale.live == (question(),)
    restarted = await practice.load_bank(loaded)
    assert restarted.live == house.live
    await service.renew(loaded, stale)
    assert (stale.live, stale.known) == (house.live, house.known)


async def test_two_of_the_office_at_once_leave_the_memory_as_the_database(loaded: Database) -> None:
    house = await with_bank(loaded, question(), question(id_="reg-002", stem="别的问题？"))
    boss, second = await office(loaded), await office(loaded, 1)
    await asyncio.gather(
        rekeys(loaded, house, boss, 2),
        service.rekey(loaded, house, second, "reg-002", 1, frozenset({3}), NOW),
        service.retire(loaded, house, second, "reg-001", 2, NOW),
    )
    assert house.live == (await practice.load_bank(loaded)).live


# the shipped files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
async def test_a_shipped_key_that_changed_begins_cards_anew_and_tells_who_saw_it_once(
    loaded: Database, house: Bank, version: int
) -> None:
    reporter, saw, _ = await collectors(loaded, 3)
    await reports(loaded, house, reporter)
    await answers(loaded, house, saw)
    mended = question(version=version, key=frozenset({1}))
    for _ in range(2):
        renewed = await with_bank(loaded, mended, digest="second", now=LATER)
    assert renewed.live == (mended,)
    assert await told(loaded, "question_answer") == {reporter.id}
    assert await told(loaded, "question_changed") == {saw.id}
    (item,) = await letters(loaded, "question_changed")
    letter = await changes.changed_letter(loaded, item, saw, LATER)
    assert letter
    assert (letter.old.texts, letter.question) == (("五日内",), mended)
    assert await loaded.read(lambda tx: runs.cards(tx, saw.id)) == {}
    assert (await verbs(loaded)).count("question.rekey") == 1


@pytest.mark.parametrize(
    "mended",
    [
        question(stem="申请应在几日之内答复（reg-001）？"),
        question(options=("5日内", "七日内", "十日内", "一个月内")),
        question(version=2, stem="申请应在几日之内答复（reg-001）？"),
        question(version=2, options=("七日内", "五日内。", "十日内", "一个月内"), key=frozenset({1})),
    ],
)
async def test_a_shipped_text_that_changed_is_taken_as_it_is(loaded: Database, house: Bank, mended: Question) -> None:
    (who,) = await collectors(loaded, 1)
    await answers(loaded, house, who)
    renewed = await with_bank(loaded, mended, digest="second")
    assert renewed.live == (mended,)
    assert (await practice.overview(loaded, renewed, who)).wrong == 1
    assert await letters(loaded, "question_changed") == []


async def test_a_new_meaning_of_the_right_option_in_a_new_version_is_another_answer(
    loaded: Database, house: Bank
) -> None:
    (who,) = await collectors(loaded, 1)
    await answers(loaded, house, who)
    await with_bank(
        loaded, question(version=2, options=("六日内", "七日内", "十日内", "一个月内")), digest="second", now=LATER
    )
    assert await told(loaded, "question_changed") == {who.id}


async def test_an_open_run_with_other_options_is_finished_and_teaches_nothing(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    run = await begins(loaded, house, who)
    renewed = await with_bank(
        loaded, question(version=2, options=("一日内", "二日内", "三日内"), key=frozenset({1})), digest="second"
    )
    place = run.items[0].order.index(0)
    shown = await practice.answer(loaded, renewed, who, run.id, 0, place, LATER)
    assert shown.run.state is RunState.FINISHED
    assert await loaded.read(lambda tx: runs.cards(tx, who.id)) == {}


async def test_a_question_that_is_gone_from_the_files_answers_its_reporters(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    await reports(loaded, house, who)
    await with_bank(loaded, question(id_="reg-002"), digest="second", now=LATER)
    (item,) = await letters(loaded, "question_answer")
    letter = await changes.answer_letter(loaded, item, who, LATER)
    assert letter
    assert letter.report.state is ReportState.RETIRED
    card: QuestionCard = await service.card(loaded, await office(loaded), "reg-001", NOW)
    assert (card.live, card.reports) == (False, ())


async def test_the_files_are_taken_in_once(loaded: Database) -> None:
    assert not await bank.refresh(loaded, now=NOW)
    first = await practice.load_bank(loaded)
    assert not await bank.refresh(loaded, now=NOW + HOUR)
    assert (await practice.load_bank(loaded)).live == first.live


async def test_faulty_files_change_nothing(loaded: Database, house: Bank, tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "bad.yaml").write_text("topic: nonsense\n", "utf-8")
    assert await bank.refresh(loaded, folder, NOW)
    assert (await practice.load_bank(loaded)).live == house.live


async def test_what_was_in_the_air_counts_as_told(loaded: Database, house: Bank) -> None:
    (who,) = await collectors(loaded, 1)
    boss = await office(loaded)
    await answers(loaded, house, who)
    await rekeys(loaded, house, boss, 1)
    (first,) = await letters(loaded, "question_changed")
    await loaded.write(lambda tx: outbox.lease(tx, [first.id], LATER))
    await rekeys(loaded, house, boss, 2, version=2, now=LATER + MINUTE)
    (second,) = await letters(loaded, "question_changed")
    letter = await changes.changed_letter(loaded, second, who, LATER)
    assert letter
    assert letter.old.texts == ("七日内",)
    found = await loaded.read(lambda tx: outbox.get(tx, first.id))
    assert found
    assert found.state is State.LEASED
