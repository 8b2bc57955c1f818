"""Scores on a real database: the whole way of an entry, every refusal, appeals, reversals, closes, what is told."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date

import pytest
import pytest_asyncio

from domain.clock import DAY, HOUR
from domain.dates import BadDay
from domain.deeds import DeedKind
from domain.errors import DomainError, MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item
from domain.people import Person, Role
from domain.scores import (
    WINDOW,
    AppealedAlready,
    CapReached,
    ClosedAlready,
    EntryState,
    FutureDay,
    MonthRuns,
    MonthTotal,
    NoClause,
    NoReversal,
    NotInForce,
    NoWords,
    OwnConfirmation,
    OwnProposal,
    OwnScore,
    OwnTeam,
    ReversedAlready,
    SharedDeed,
    StandardTooEarly,
    StepKind,
    WindowOver,
    WordsTooLong,
)
from domain.scores.shown import Asking, Card, ClosePage, ClosePreview, Counts, Form, News
from services import scores
from storage import drafts, outbox, people
from storage import scores as store
from storage.database import Database
from tests.conftest import NOW, TZ
from tests.services.score_office import P01, P02, P03, STANDARD, T01, TODAY, ScoreOffice, clause, score_office

OCTOBER = date(2026, 10, 31)


@pytest_asyncio.fixture
async def house(db: Database) -> ScoreOffice:
    return await score_office(db)


async def refused(work: Awaitable[object], error: type[DomainError]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await work
    assert type(caught.value) is error
    return caught.value


async def letter_items(house: ScoreOffice, kind: str, entry_id: int) -> tuple[Item, ...]:
    return await house.db.read(lambda tx: outbox.of_subject(tx, kind, entry_id))


# the standard ----------------------------------------------------------------------------------------------------


async def test_the_office_loads_a_version_and_pressing_again_loads_nothing(db: Database) -> None:
    house = await score_office(db, standard=None)
    stored = await scores.load_standard(db, house["office"], STANDARD, NOW, TZ)
    assert (stored.version, [one.code for one in stored.clauses]) == (1, ["P01", "P02", "P03", "T01", "T02"])
    assert stored.clauses[0] == replace(STANDARD.clauses[0], id=stored.clauses[0].id, standard_id=stored.id)
    assert await scores.load_standard(db, house["officer"], STANDARD, NOW, TZ) == stored
    assert await house.audited() == ["scores.load"]


async def test_only_the_office_loads_a_standard(house: ScoreOffice) -> None:
    for name in ("head", "leader", "anna", "bureau"):
        await refused(scores.load_standard(house.db, house[name], STANDARD, NOW, TZ), NotForRole)


async def test_a_new_version_begins_later_and_the_old_one_stays(house: ScoreOffice) -> None:
    later = replace(STANDARD, effective_from=date(2026, 12, 1), clauses=(clause(P01, 10),))
    early = replace(later, effective_from=date(2026, 11, 1))
    await refused(scores.load_standard(house.db, house["office"], early, NOW, TZ), StandardTooEarly)
    await scores.load_standard(house.db, house["office"], later, NOW, TZ)
    shown = await scores.standards(house.db, house["anna"], NOW, TZ)
    assert [one.version for one in shown.versions] == [2, 1]
    assert shown.in_force
    assert (shown.in_force.version, shown.may_load) == (1, False)
    december = await scores.in_force(house.db, date(2026, 12, 1))
    assert december
    assert december.clauses[0].points == 10


async def test_one_version_is_read_by_everybody_but_the_bureau(house: ScoreOffice) -> None:
    assert (await scores.standard(house.db, house["anna"], 1)).title == STANDARD.title
    await refused(scores.standard(house.db, house["anna"], 2), NotFound)
    await refused(scores.standard(house.db, house["bureau"], 1), NotForRole)


# proposing -------------------------------------------------------------------------------------------------------


async def test_a_leader_puts_a_proposal_together_step_by_step(house: ScoreOffice) -> None:
    db, leader = house.db, house["leader"]
    form = await scores.begin(db, leader, "1:1", NOW, TZ)
    assert (form.asking, form.clauses, form.day) == (Asking.SUBJECT, (), TODAY)
    choosing = await scores.choosing(db, leader, form.draft_id, 0, NOW)
    assert choosing.team
    assert [one.name for one in choosing.people] == ["mate", "anna", "bert"]
    form = await scores.choose_person(db, leader, form.draft_id, house["anna"].id, NOW, TZ)
    assert form.asking is Asking.CLAUSE
    assert [one.code for one in form.clauses] == ["P01", "P02", "P03"]
    form = await scores.choose_clause(db, leader, form.draft_id, house.clauses[P01], NOW, TZ)
    assert form.asking is Asking.DAY
    await house.types("leader", "昨天")
    form = await scores.form(db, leader, form.draft_id, NOW, TZ)
    assert (form.asking, form.day) == (Asking.REASON, date(2026, 11, 23))
    typed = await house.types("leader", " 帮司机\n推车 ")
    assert isinstance(typed, Form)
    assert (typed.asking, typed.reason, typed.points, typed.used, typed.signers) == (
        Asking.PREVIEW,
        "帮司机 推车",
        5,
        0,
        2,
    )
    card, first = await scores.propose(db, leader, form.draft_id, NOW, TZ)
    assert first
    assert (card.state, card.entry.name, card.entry.points, card.rights.withdraw) == (
        EntryState.PROPOSED,
        "anna",
        5,
        True,
    )


async def test_a_second_submission_shows_the_entry_that_the_first_made(house: ScoreOffice) -> None:
    draft_id = await house.draft("leader", "anna")
    first = await scores.propose(house.db, house["leader"], draft_id, NOW, TZ)
    again = await scores.propose(house.db, house["leader"], draft_id, NOW, TZ)
    assert (again[0].entry, again[1]) == (first[0].entry, False)
    assert await house.audited() == ["scores.propose"]


async def test_two_submissions_at_once_make_one_entry(house: ScoreOffice) -> None:
    draft_id = await house.draft("leader", "anna")
    both = await asyncio.gather(*(scores.propose(house.db, house["leader"], draft_id, NOW, TZ) for _ in range(2)))
    assert sorted(first for _, first in both) == [False, True]
    assert len(await house.db.read(lambda tx: store.about_person(tx, house["anna"].id))) == 1


async def test_a_proposal_begins_at_a_person_or_a_team(house: ScoreOffice) -> None:
    db, head = house.db, house["head"]
    form = await scores.begin(db, head, "1:1", NOW, TZ, person_id=house["anna"].id)
    assert (form.asking, form.person and form.person.name) == (Asking.CLAUSE, "anna")
    form = await scores.begin(db, head, "1:2", NOW, TZ, unit_id=house.units["东一班"])
    assert (form.unit and form.unit.name, [one.code for one in form.clauses]) == ("东一班", ["T01", "T02"])
    await refused(scores.begin(db, head, "1:3", NOW, TZ, person_id=house["dora"].id), NotYours)
    await refused(scores.begin(db, head, "1:3", NOW, TZ, person_id=head.id), OwnScore)
    await refused(scores.begin(db, head, "1:3", NOW, TZ, person_id=999), NotFound)
    await refused(scores.begin(db, head, "1:3", NOW, TZ, unit_id=house.units["东站"]), NotYours)
    await refused(scores.begin(db, head, "1:3", NOW, TZ, unit_id=999), NotFound)
    await refused(scores.begin(db, house["anna"], "1:3", NOW, TZ), NotForRole)
    await refused(scores.begin(db, house["bureau"], "1:3", NOW, TZ), NotForRole)


async def test_whom_to_score_is_browsed_within_the_own_part(house: ScoreOffice) -> None:
    db, office = house.db, house["office"]
    form = await scores.begin(db, office, "1:1", NOW, TZ)
    top = await scores.choosing(db, office, form.draft_id, 0, NOW)
    assert ([one.name for one in top.units], [one.name for one in top.people]) == (["东站", "西站"], ["officer"])
    assert not top.team
    head = house["head"]
    form = await scores.begin(db, head, "1:2", NOW, TZ)
    await refused(scores.choosing(db, head, form.draft_id, house.units["西站"], NOW), NotYours)
    await refused(scores.choosing(db, head, form.draft_id, 999, NOW), NotFound)


async def test_another_kind_of_subject_needs_another_clause(house: ScoreOffice) -> None:
    draft_id = await house.draft("head", "anna")
    form = await scores.choose_person(house.db, house["head"], draft_id, house["bert"].id, NOW, TZ)
    assert (form.asking, form.clause and form.clause.code) == (Asking.PREVIEW, P01)
    form = await scores.choose_team(house.db, house["head"], draft_id, house.units["东一班"], NOW, TZ)
    assert (form.asking, form.clause) == (Asking.CLAUSE, None)
    wrong = scores.choose_clause(house.db, house["head"], draft_id, house.clauses[P01], NOW, TZ)
    await refused(wrong, MovedOn)
    await refused(scores.choose_clause(house.db, house["head"], draft_id, 999, NOW, TZ), NotFound)


async def test_a_day_of_another_standard_asks_for_the_clause_again(house: ScoreOffice) -> None:
    later = replace(STANDARD, effective_from=TODAY, clauses=(clause(P01, 10),))
    await scores.load_standard(house.db, house["office"], later, NOW, TZ)
    form = await scores.begin(house.db, house["head"], "1:1", NOW, TZ, person_id=house["anna"].id)
    step = (house.db, house["head"], form.draft_id)
    await refused(scores.choose_clause(*step, house.clauses[P01], NOW, TZ), NotInForce)
    form = await scores.set_day(*step, date(2026, 11, 23), NOW, TZ)
    assert form.standard
    assert (form.asking, form.standard.version) == (Asking.CLAUSE, 1)
    form = await scores.choose_clause(*step, house.clauses[P01], NOW, TZ)
    assert form.asking is Asking.REASON
    form = await scores.set_day(*step, TODAY, NOW, TZ)
    assert (form.asking, form.clause) == (Asking.CLAUSE, None)


async def test_before_the_first_standard_there_is_no_clause_to_choose(house: ScoreOffice) -> None:
    form = await scores.begin(house.db, house["head"], "1:1", NOW, TZ, person_id=house["anna"].id)
    form = await scores.set_day(house.db, house["head"], form.draft_id, date(2026, 8, 31), NOW, TZ)
    assert (form.standard, form.clauses) == (None, ())


async def test_a_part_of_the_form_is_asked_again(house: ScoreOffice) -> None:
    draft_id = await house.draft("head", "anna")
    step = (house.db, house["head"], draft_id)
    form = await scores.ask_part(*step, Asking.REASON, NOW, TZ)
    assert (form.asking, form.reason) == (Asking.REASON, "主动帮扶")
    typed = await house.types("head", "换个说法")
    assert isinstance(typed, Form)
    assert (typed.asking, typed.reason) == (Asking.PREVIEW, "换个说法")
    await scores.ask_part(*step, Asking.DAY, NOW, TZ)
    assert (await scores.ask_part(*step, Asking.PREVIEW, NOW, TZ)).asking is Asking.PREVIEW
    await refused(scores.ask_part(*step, Asking.REFUSAL, NOW, TZ), MovedOn)


async def test_an_unfinished_form_has_no_preview_and_is_not_submitted(house: ScoreOffice) -> None:
    form = await scores.begin(house.db, house["head"], "1:1", NOW, TZ, person_id=house["anna"].id)
    await refused(scores.ask_part(house.db, house["head"], form.draft_id, Asking.PREVIEW, NOW, TZ), MovedOn)
    await refused(scores.propose(house.db, house["head"], form.draft_id, NOW, TZ), MovedOn)


async def test_a_message_that_comes_twice_is_taken_in_once(house: ScoreOffice) -> None:
    form = await scores.begin(house.db, house["head"], "1:1", NOW, TZ, person_id=house["anna"].id)
    await scores.choose_clause(house.db, house["head"], form.draft_id, house.clauses[P01], NOW, TZ)
    draft = await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id))
    assert draft
    await scores.take(house.db, house["head"], draft, "昨天", 50, NOW, TZ)
    again = await scores.take(house.db, house["head"], draft, "昨天", 50, NOW, TZ)
    assert isinstance(again, Form)
    assert (again.asking, again.day, again.reason) == (Asking.REASON, date(2026, 11, 23), "")


async def test_what_is_typed_must_be_a_day_or_a_reason(house: ScoreOffice) -> None:
    form = await scores.begin(house.db, house["head"], "1:1", NOW, TZ, person_id=house["anna"].id)
    draft = await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id))
    assert draft
    await refused(scores.take(house.db, house["head"], draft, "不是按钮", 49, NOW, TZ), MovedOn)
    await scores.choose_clause(house.db, house["head"], form.draft_id, house.clauses[P01], NOW, TZ)
    await refused(house.types("head", "不知道"), BadDay)
    await refused(house.types("head", "明天"), FutureDay)
    await scores.set_day(house.db, house["head"], form.draft_id, TODAY, NOW, TZ)
    await refused(house.types("head", " "), NoWords)
    await refused(house.types("head", "字" * 301), WordsTooLong)


async def test_a_dropped_form_is_over(house: ScoreOffice) -> None:
    draft_id = await house.draft("head", "anna")
    await scores.drop(house.db, house["head"], draft_id, NOW)
    await refused(scores.drop(house.db, house["head"], draft_id, NOW), MovedOn)
    await refused(scores.form(house.db, house["head"], draft_id, NOW, TZ), MovedOn)
    await refused(scores.propose(house.db, house["head"], draft_id, NOW, TZ), MovedOn)


async def test_a_form_is_nobody_elses(house: ScoreOffice) -> None:
    draft_id = await house.draft("head", "anna")
    await refused(scores.propose(house.db, house["deputy"], draft_id, NOW, TZ), MovedOn)
    await scores.propose(house.db, house["head"], draft_id, NOW, TZ)
    await refused(scores.propose(house.db, house["deputy"], draft_id, NOW, TZ), MovedOn)


async def test_the_day_and_the_rights_are_checked_again_at_submission(house: ScoreOffice) -> None:
    draft_id = await house.draft("leader", "anna")
    await refused(scores.propose(house.db, house["leader"], draft_id, NOW - DAY, TZ), FutureDay)
    moved = replace(house["anna"], role=Role.COLLECTOR)
    await house.db.write(
        lambda tx: people.change_person(tx, moved, "anna", Role.COLLECTOR, house.units["东二班"], None, NOW)
    )
    await refused(scores.propose(house.db, house["leader"], draft_id, NOW, TZ), NotYours)


async def test_a_clause_that_ended_meanwhile_is_refused_at_submission_and_at_confirming(house: ScoreOffice) -> None:
    entry_id, draft_id = await house.propose("leader", "anna"), await house.draft("leader", "bert")
    later = replace(STANDARD, effective_from=TODAY, clauses=(clause(P01, 10),))
    await scores.load_standard(house.db, house["office"], later, NOW, TZ)
    await refused(scores.propose(house.db, house["leader"], draft_id, NOW, TZ), NotInForce)
    await refused(house.confirm("head", entry_id), NotInForce)
    assert await house.state(entry_id) is EntryState.PROPOSED


async def test_a_cap_holds_for_a_month_and_a_subject(house: ScoreOffice) -> None:
    for _ in range(2):
        await house.propose("leader", "anna")
    draft_id = await house.draft("leader", "anna")
    form = await scores.form(house.db, house["leader"], draft_id, NOW, TZ)
    assert form.used == 10
    error = await refused(scores.propose(house.db, house["leader"], draft_id, NOW, TZ), CapReached)
    assert error.values == {"cap": "1", "used": "1", "code": "P01", "name": "anna"}
    await house.propose("leader", "anna", day=OCTOBER)
    await house.propose("leader", "bert")
    for _ in range(2):
        await house.propose("head", "东一班", T01)
    team = await house.draft("head", "东一班", T01)
    await refused(scores.propose(house.db, house["head"], team, NOW, TZ), CapReached)


async def test_what_is_refused_makes_room_under_a_cap(house: ScoreOffice) -> None:
    first = await house.propose("leader", "anna")
    await house.propose("leader", "anna")
    await scores.refuse(house.db, house["head"], first, "材料不足", NOW)
    await house.propose("leader", "anna")


# signing ---------------------------------------------------------------------------------------------------------


async def test_the_whole_way_of_an_entry(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    card, first = await scores.confirm(house.db, house["head"], entry_id, WINDOW, NOW)
    assert first
    assert (card.state, card.entry.confirmed and card.entry.confirmed.until) == (EntryState.CONFIRMED, NOW + WINDOW)
    house.now += WINDOW
    own = await scores.own(house.db, house["anna"], house.now, TZ)
    assert own.this_month == MonthTotal("2026-11", 5, 1, closed=False)
    assert [(line.entry.id, line.state) for line in own.entries.lines] == [(entry_id, EntryState.EFFECTIVE)]
    assert await house.audited() == ["scores.propose", "scores.confirm"]


async def test_a_changed_window_does_not_change_the_past(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await house.confirm("head", entry_id, window=DAY)
    house.now += DAY
    assert await house.state(entry_id) is EntryState.EFFECTIVE


async def test_a_leader_cannot_confirm_the_own_proposal(house: ScoreOffice) -> None:
    await refused(house.confirm("leader", await house.propose("leader", "anna")), OwnProposal)
    await refused(house.confirm("head", await house.propose("head", "bert")), OwnProposal)


@pytest.mark.parametrize(
    ("by", "who", "presses", "error"),
    [
        ("office", "head", "head", OwnScore),
        ("head", "anna", "anna", OwnScore),
        ("head", "anna", "leader", OwnTeam),
        ("head", "东一班", "leader", OwnTeam),
        ("head", "anna", "bert", OwnTeam),
        ("leader", "anna", "far_head", NotYours),
        ("leader", "anna", "other", NotYours),
        ("leader", "anna", "bureau", NotForRole),
    ],
)
async def test_who_may_not_confirm_may_not_refuse_either(
    house: ScoreOffice, by: str, who: str, presses: str, error: type[DomainError]
) -> None:
    entry_id = await house.propose(by, who, T01 if who == "东一班" else P02)
    await refused(house.confirm(presses, entry_id), error)
    await refused(scores.refuse(house.db, house[presses], entry_id, "不属实", NOW), error)
    await refused(scores.begin_refusal(house.db, house[presses], entry_id, "9:9", NOW), error)
    assert await house.state(entry_id) is EntryState.PROPOSED


async def test_confirming_twice_is_once(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await house.confirm("head", entry_id)
    card, first = await scores.confirm(house.db, house["head"], entry_id, WINDOW, NOW + HOUR)
    assert not first
    assert card.entry.confirmed
    assert card.entry.confirmed.at == NOW
    assert len(card.entry.steps) == 1


async def test_of_two_who_decide_at_once_the_first_does(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    both = await asyncio.gather(
        scores.confirm(house.db, house["head"], entry_id, WINDOW, NOW),
        scores.refuse(house.db, house["office"], entry_id, "材料不足", NOW),
    )
    assert sorted(first for _, first in both) == [False, True]
    assert len((await house.entry(entry_id)).steps) == 1


async def test_what_is_decided_is_not_shown_to_a_stranger_who_presses(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna")
    await refused(house.confirm("far_head", entry_id), NotYours)
    await refused(house.confirm("bert", entry_id), NotYours)
    await refused(house.confirm("head", 999), NotFound)


async def test_who_left_presses_in_vain(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await house.db.write(lambda tx: people.leave(tx, house["head"].id, NOW))
    await refused(house.confirm("head", entry_id), NotForRole)


async def test_a_refusal_comes_with_a_reason_that_the_proposer_reads(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    card = await scores.begin_refusal(house.db, house["head"], entry_id, "9:1", NOW)
    assert card.rights.confirm
    typed = await house.types("head", "没有照片")
    assert isinstance(typed, Card)
    assert (typed.state, typed.entry.decision and typed.entry.decision.text) == (EntryState.REFUSED, "没有照片")
    assert await house.told("score_answer", entry_id) == ["leader"]
    assert await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id)) is None
    again, first = await scores.refuse(house.db, house["head"], entry_id, "又一次", NOW)
    assert (again.entry.steps, first) == (typed.entry.steps, False)
    await refused(scores.begin_refusal(house.db, house["head"], entry_id, "9:2", NOW), MovedOn)


async def test_a_refusal_needs_words(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await refused(scores.refuse(house.db, house["head"], entry_id, " ", NOW), NoWords)
    await refused(scores.refuse(house.db, house["head"], entry_id, "字" * 301, NOW), WordsTooLong)


async def test_the_proposer_withdraws_what_is_not_confirmed(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await refused(scores.withdraw(house.db, house["head"], entry_id, NOW), NotYours)
    card, first = await scores.withdraw(house.db, house["leader"], entry_id, NOW)
    assert (card.state, first) == (EntryState.WITHDRAWN, True)
    assert (await scores.withdraw(house.db, house["leader"], entry_id, NOW))[1] is False
    assert await house.told("score_ask", entry_id, "pending") == []
    assert await house.told("score_answer", entry_id) == []
    confirmed = await house.confirmed("leader", "bert")
    card, first = await scores.withdraw(house.db, house["leader"], confirmed, NOW)
    assert (card.state, first) == (EntryState.CONFIRMED, False)


# appeals ---------------------------------------------------------------------------------------------------------


async def test_the_person_appeals_in_words_and_another_decides(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02, signer="head")
    card = await scores.begin_appeal(house.db, house["anna"], entry_id, "9:1", NOW)
    assert card.rights.appeal
    typed = await house.types("anna", "那天我休息")
    assert isinstance(typed, Card)
    assert (typed.state, typed.entry.appeal and typed.entry.appeal.text) == (EntryState.APPEALED, "那天我休息")
    assert await house.told("score_appeal", entry_id, "pending") == ["deputy"]
    card = await scores.begin_reply(house.db, house["deputy"], entry_id, "9:2", NOW, granted=True)
    assert card.rights.decide
    typed = await house.types("deputy", "排班表证明休息")
    assert isinstance(typed, Card)
    assert typed.state is EntryState.VOID
    assert await house.told("score_answer", entry_id) == ["leader", "leader"]
    assert await house.told("score_news", entry_id) == ["anna", "anna"]
    house.now += 10 * DAY
    assert (await scores.own(house.db, house["anna"], house.now, TZ)).this_month.entries == 0


async def test_a_dismissed_appeal_counts_and_the_proposer_is_not_told(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02, signer="head")
    await house.appeal("anna", entry_id)
    await scores.begin_reply(house.db, house["office"], entry_id, "9:2", NOW, granted=False)
    typed = await house.types("office", "监控清楚")
    assert isinstance(typed, Card)
    assert typed.state is EntryState.CONFIRMED
    assert not typed.rights.appeal
    house.now += WINDOW
    assert await house.state(entry_id) is EntryState.EFFECTIVE
    assert await house.told("score_answer", entry_id) == ["leader"]
    assert (await house.audited())[-2:] == ["scores.appeal", "scores.dismiss"]


async def test_an_appeal_is_only_the_persons_and_in_time_and_once(house: ScoreOffice) -> None:
    proposed = await house.propose("leader", "anna", P02)
    await refused(house.appeal("anna", proposed), MovedOn)
    entry_id = await house.confirmed("leader", "anna", P02)
    await refused(house.appeal("bert", entry_id), NotYours)
    await refused(house.appeal("leader", entry_id), NotYours)
    await refused(house.appeal("anna", entry_id, " "), NoWords)
    await house.appeal("anna", entry_id)
    card, first = await scores.appeal(house.db, house["anna"], entry_id, "再说一遍", NOW)
    assert not first
    assert card.entry.appeal
    assert card.entry.appeal.text == "那天我不在班"
    await refused(scores.begin_appeal(house.db, house["anna"], entry_id, "9:1", NOW), AppealedAlready)
    late = await house.effective("leader", "bert", P02)
    await refused(house.appeal("bert", late), WindowOver)


async def test_a_teams_leaders_appeal_for_the_team_once(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("head", "东一班", T01)
    await refused(house.appeal("anna", entry_id), NotYours)
    await house.appeal("leader", entry_id)
    await refused(house.appeal("mate", entry_id), AppealedAlready)


@pytest.mark.parametrize(
    ("presses", "error"),
    [
        ("leader", OwnProposal),
        ("head", OwnConfirmation),
        ("anna", OwnScore),
        ("mate", OwnTeam),
        ("far_head", NotYours),
        ("other", NotYours),
    ],
)
async def test_who_had_a_hand_in_it_does_not_decide_the_appeal(
    house: ScoreOffice, presses: str, error: type[DomainError]
) -> None:
    entry_id = await house.confirmed("leader", "anna", P02, signer="head")
    await house.appeal("anna", entry_id)
    await refused(house.decide(presses, entry_id, granted=False), error)
    await refused(scores.begin_reply(house.db, house[presses], entry_id, "9:1", NOW, granted=True), error)
    assert await house.state(entry_id) is EntryState.APPEALED


async def test_deciding_needs_an_appeal_and_words_and_twice_is_once(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02, signer="head")
    await refused(house.decide("office", entry_id, granted=True), MovedOn)
    await refused(house.decide("far_head", entry_id, granted=True), NotYours)
    await refused(scores.begin_reply(house.db, house["office"], entry_id, "9:1", NOW, granted=True), MovedOn)
    await house.appeal("anna", entry_id)
    await refused(scores.decide(house.db, house["office"], entry_id, " ", NOW, granted=True), NoWords)
    await house.decide("office", entry_id, granted=True)
    card, first = await scores.decide(house.db, house["deputy"], entry_id, "改主意", NOW, granted=False)
    assert (card.state, first) == (EntryState.VOID, False)


async def test_what_was_reversed_is_not_appealed_against_after_the_clock_is_set_back(house: ScoreOffice) -> None:
    entry_id = await house.effective("leader", "anna")
    await house.reverse("leader", entry_id)
    house.now -= DAY
    await refused(house.appeal("anna", entry_id), WindowOver)


# reversals -------------------------------------------------------------------------------------------------------


async def test_a_reversal_goes_the_same_way_and_takes_back_what_counted(house: ScoreOffice) -> None:
    entry_id = await house.effective("leader", "anna")
    form = await scores.begin_reversal(house.db, house["leader"], entry_id, "9:1", house.now, TZ)
    assert (form.asking, form.points, form.signers) == (Asking.REASON, -5, 2)
    await refused(scores.choose_clause(house.db, house["leader"], form.draft_id, 1, house.now, TZ), MovedOn)
    await refused(scores.ask_part(house.db, house["leader"], form.draft_id, Asking.DAY, house.now, TZ), MovedOn)
    typed = await house.types("leader", "记错人了")
    assert isinstance(typed, Form)
    assert typed.asking is Asking.PREVIEW
    card, _ = await scores.propose(house.db, house["leader"], form.draft_id, house.now, TZ)
    assert (card.entry.points, card.entry.reverses, card.entry.clause.code) == (-5, entry_id, P01)
    await house.confirm("head", card.entry.id)
    original = await scores.card(house.db, house["anna"], entry_id, house.now)
    assert (original.reversal and original.reversal.id, original.reversal_state) == (
        card.entry.id,
        EntryState.CONFIRMED,
    )
    house.now += WINDOW
    own = await scores.own(house.db, house["anna"], house.now, TZ)
    assert (own.this_month.points, own.this_month.entries) == (0, 2)
    assert [line.reversed for line in own.entries.lines] == [False, True]


async def test_an_entry_is_reversed_once_and_a_refused_reversal_may_be_proposed_again(house: ScoreOffice) -> None:
    entry_id = await house.effective("leader", "anna")
    first = await house.reverse("leader", entry_id)
    again = scores.begin_reversal(house.db, house["head"], entry_id, "9:1", house.now, TZ)
    await refused(again, ReversedAlready)
    await scores.refuse(house.db, house["head"], first, "没有错", house.now)
    second = await house.reverse("head", entry_id)
    await house.confirm("office", second)
    house.now += WINDOW
    await refused(scores.begin_reversal(house.db, house["head"], second, "9:2", house.now, TZ), NoReversal)


async def test_only_what_counts_is_reversed_and_only_by_who_may_propose(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna")
    await refused(scores.begin_reversal(house.db, house["leader"], entry_id, "9:1", NOW, TZ), MovedOn)
    house.now += WINDOW
    for name, error in (("anna", NotForRole), ("other", NotYours), ("far_head", NotYours)):
        await refused(scores.begin_reversal(house.db, house[name], entry_id, "9:1", house.now, TZ), error)


async def test_a_reversal_that_somebody_else_proposed_meanwhile_is_not_submitted(house: ScoreOffice) -> None:
    entry_id = await house.effective("leader", "anna")
    form = await scores.begin_reversal(house.db, house["head"], entry_id, "9:1", house.now, TZ)
    await house.types("head", "记错人了")
    await house.reverse("leader", entry_id)
    await refused(scores.propose(house.db, house["head"], form.draft_id, house.now, TZ), ReversedAlready)


async def test_a_reversal_needs_no_room_under_a_cap_and_makes_some(house: ScoreOffice) -> None:
    entry_id, _ = await house.confirmed("leader", "anna"), await house.confirmed("leader", "anna")
    house.now += WINDOW
    reversal = await house.reverse("leader", entry_id)
    await house.confirm("head", reversal)
    full = await house.draft("leader", "anna")
    await refused(scores.propose(house.db, house["leader"], full, house.now, TZ), CapReached)
    house.now += WINDOW
    assert await house.propose("leader", "anna")


# from a deed -----------------------------------------------------------------------------------------------------


async def test_a_verified_deed_is_proposed_in_one_tap_for_each_of_its_people(house: ScoreOffice) -> None:
    deed_id = await house.deed("anna", "bert")
    proposal = await house.propose_deed("leader", deed_id)
    assert (proposal.clause.code, [one.name for one in proposal.made], proposal.known) == (P01, ["anna", "bert"], ())
    entry = proposal.made[0]
    assert (entry.deed_id, entry.happened_on, entry.reason, entry.deed_text) == (
        deed_id,
        date(2026, 11, 23),
        "",
        "帮司机推车",
    )
    again = await house.propose_deed("leader", deed_id)
    assert (again.made, [one.id for one in again.known]) == ((), [one.id for one in proposal.made])


async def test_who_took_part_in_the_deed_neither_proposes_nor_signs(house: ScoreOffice) -> None:
    deed_id = await house.deed("anna", "deputy")
    await refused(house.propose_deed("deputy", deed_id), SharedDeed)
    made = (await house.propose_deed("leader", deed_id)).made
    assert [one.name for one in made] == ["anna"]
    await refused(house.confirm("deputy", made[0].id), SharedDeed)
    await house.confirm("head", made[0].id)
    house.now += WINDOW
    reversal = await house.reverse("leader", made[0].id)
    await refused(house.confirm("deputy", reversal), SharedDeed)
    assert (await house.entry(reversal)).deed_text == "帮司机推车"


async def test_a_deed_is_proposed_again_for_whom_it_was_refused_or_taken_back(house: ScoreOffice) -> None:
    deed_id = await house.deed("anna", "bert")
    first, second = (await house.propose_deed("leader", deed_id)).made
    await scores.refuse(house.db, house["head"], first.id, "再核实", NOW)
    again = await house.propose_deed("leader", deed_id)
    assert ([one.name for one in again.made], [one.name for one in again.known]) == (["anna"], ["bert"])
    await house.confirm("head", second.id)
    house.now += WINDOW
    reversal = await house.reverse("leader", second.id)
    await house.confirm("head", reversal)
    house.now += WINDOW
    third = await house.propose_deed("leader", deed_id)
    assert [one.name for one in third.made] == ["bert"]


async def test_whom_the_cap_leaves_no_room_and_who_is_elsewhere_is_left_out(house: ScoreOffice) -> None:
    for _ in range(2):
        await house.propose("leader", "bert")
    deed_id = await house.deed("anna", "bert", "carl")
    await house.db.write(lambda tx: people.leave(tx, house["anna"].id, NOW))
    proposal = await house.propose_deed("leader", deed_id)
    assert (proposal.made, proposal.full, proposal.elsewhere) == ((), ("bert",), 2)


@pytest.mark.parametrize(
    ("by", "error"), [("anna", SharedDeed), ("bert", NotForRole), ("far_head", NotYours), ("bureau", NotForRole)]
)
async def test_who_may_not_propose_a_deed(house: ScoreOffice, by: str, error: type[DomainError]) -> None:
    await refused(house.propose_deed(by, await house.deed("anna")), error)


async def test_a_deed_must_exist_be_verified_and_fit_a_clause(house: ScoreOffice) -> None:
    await refused(house.propose_deed("leader", 999), NotFound)
    await refused(house.propose_deed("leader", await house.deed("anna", signed=False)), MovedOn)
    await refused(house.propose_deed("leader", await house.deed("anna", kind=DeedKind.COURAGE)), NoClause)
    await refused(house.propose_deed("leader", await house.deed("anna", at=NOW - 100 * DAY)), NoClause)


# what waits ------------------------------------------------------------------------------------------------------


async def counts(house: ScoreOffice, name: str) -> tuple[int, int]:
    return await house.db.read(lambda tx: scores.waiting_counts(tx, house[name], house.now))


async def test_a_proposal_waits_for_the_station_and_after_two_days_for_the_office_too(house: ScoreOffice) -> None:
    await house.propose("leader", "anna")
    assert [await counts(house, name) for name in ("head", "deputy", "office", "leader", "far_head")] == [
        (1, 0),
        (1, 0),
        (0, 0),
        (0, 0),
        (0, 0),
    ]
    house.now += 2 * DAY + 1
    assert [await counts(house, name) for name in ("head", "office", "officer")] == [(1, 0)] * 3


async def test_what_the_only_head_proposed_waits_for_the_office(house: ScoreOffice) -> None:
    await house.propose("far_head", "dora")
    assert [await counts(house, name) for name in ("far_head", "office")] == [(0, 0), (1, 0)]


async def test_the_next_that_waits_comes_after_a_press_oldest_first(house: ScoreOffice) -> None:
    first = await house.propose("leader", "anna")
    house.now += HOUR
    second, third = await house.propose("leader", "bert"), await house.confirmed("leader", "mate", P02)
    await house.appeal("mate", third)
    card = await scores.next_waiting(house.db, house["head"], 0, house.now)
    assert card
    assert (card.entry.id, card.left) == (first, 2)
    card = await scores.next_waiting(house.db, house["head"], first, house.now)
    assert card
    assert card.entry.id == second
    card, _ = await scores.confirm(house.db, house["head"], first, WINDOW, house.now, onward=True)
    assert card.entry.id == second
    card, _ = await scores.refuse(house.db, house["head"], second, "材料不足", house.now, onward=True)
    assert (card.entry.id, card.rights.decide) == (third, True)
    card, _ = await scores.decide(house.db, house["head"], third, "核实过", house.now, granted=True, onward=True)
    assert (card.entry.id, card.left) == (third, 0)
    assert await scores.next_waiting(house.db, house["head"], 0, house.now) is None


# looking ---------------------------------------------------------------------------------------------------------


async def test_a_collector_sees_the_own_entries_and_totals_and_nothing_of_leaders(house: ScoreOffice) -> None:
    await house.confirmed("leader", "anna", day=OCTOBER)
    await house.confirmed("leader", "anna", P02)
    house.now += WINDOW
    await house.propose("leader", "anna", P03)
    own = await scores.own(house.db, house["anna"], house.now, TZ)
    assert [line.state for line in own.entries.lines] == [EntryState.PROPOSED, *[EntryState.EFFECTIVE] * 2]
    assert own.this_month == MonthTotal("2026-11", -10, 1, closed=False)
    assert own.earlier == (MonthTotal("2026-10", 5, 1, closed=False),)
    assert (own.leads, own.proposals, own.may_close, own.may_load) == (None, 0, False, False)


async def test_a_leader_sees_what_waits_and_the_own_unit(house: ScoreOffice) -> None:
    await house.propose("leader", "anna")
    head = await scores.own(house.db, house["head"], NOW, TZ)
    assert (head.proposals, head.appeals, head.may_close, head.leads and head.leads.name) == (1, 0, True, "东站")
    office = await scores.own(house.db, house["office"], NOW, TZ)
    assert (office.proposals, office.may_load) == (0, True)
    await refused(scores.own(house.db, house["bureau"], NOW, TZ), NotForRole)


async def test_many_entries_come_on_pages(house: ScoreOffice) -> None:
    ids = [await house.propose("leader", "anna", P02) for _ in range(8)]
    first = (await scores.own(house.db, house["anna"], NOW, TZ)).entries
    last = (await scores.own(house.db, house["anna"], NOW, TZ, page=99)).entries
    assert ([line.entry.id for line in first.lines], first.page, first.pages) == (ids[:1:-1], 0, 2)
    assert ([line.entry.id for line in last.lines], last.page) == (ids[1::-1], 1)


async def test_an_entry_is_read_by_those_concerned(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    for name in ("anna", "leader", "mate", "head", "office"):
        assert (await scores.card(house.db, house[name], entry_id, NOW)).entry.id == entry_id
    for name in ("bert", "other", "far_head"):
        await refused(scores.card(house.db, house[name], entry_id, NOW), NotYours)
    await refused(scores.card(house.db, house["bureau"], entry_id, NOW), NotForRole)
    await refused(scores.card(house.db, house["head"], 999, NOW), NotFound)


async def test_a_leader_reads_a_persons_page(house: ScoreOffice) -> None:
    await house.effective("leader", "anna")
    page = await scores.person_page(house.db, house["head"], house["anna"].id, house.now, TZ)
    assert (page.person.name, page.this_month.points, page.may_propose) == ("anna", 5, True)
    for name, error in (("other", NotYours), ("far_head", NotYours), ("bert", NotForRole)):
        await refused(scores.person_page(house.db, house[name], house["anna"].id, house.now, TZ), error)
    await refused(scores.person_page(house.db, house["head"], 999, house.now, TZ), NotFound)


async def test_a_new_leader_does_not_read_what_was_elsewhere(house: ScoreOffice) -> None:
    await house.effective("leader", "anna")
    west = house.units["西一班"]
    await house.db.write(
        lambda tx: people.change_person(tx, house["anna"], "anna", Role.COLLECTOR, west, None, house.now)
    )
    page = await scores.person_page(house.db, house["far_head"], house["anna"].id, house.now, TZ)
    assert (page.entries.lines, page.this_month.entries) == ((), 0)
    assert len((await scores.own(house.db, house["anna"], house.now, TZ)).entries.lines) == 1


async def test_a_units_page_counts_and_names_and_has_no_totals_of_people(house: ScoreOffice) -> None:
    await house.effective("leader", "anna")
    await house.propose("leader", "bert")
    await house.confirmed("head", "东一班", T01)
    await house.appeal("mate", await house.confirmed("head", "mate", P02))
    station = await scores.unit_page(house.db, house["head"], 0, house.now, TZ)
    assert station.counts == Counts(proposed=1, confirmed=1, appealed=1, effective=1)
    assert ([one.name for one in station.units], [one.name for one in station.people]) == (
        ["东一班", "东二班"],
        ["head", "deputy"],
    )
    assert (station.entries, station.this_month, station.may_close, station.may_propose) == (None, None, True, False)
    team = await scores.unit_page(house.db, house["leader"], 0, house.now, TZ)
    assert team.entries
    assert team.this_month
    assert ([line.entry.name for line in team.entries.lines], team.this_month.points) == (["东一班"], 0)
    assert (team.may_propose, team.may_close, team.last_closed) == (True, False, None)


async def test_a_units_page_is_for_its_leaders(house: ScoreOffice) -> None:
    await refused(scores.unit_page(house.db, house["anna"], 0, NOW, TZ), NotForRole)
    await refused(scores.unit_page(house.db, house["head"], house.units["西站"], NOW, TZ), NotYours)
    await refused(scores.unit_page(house.db, house["head"], 999, NOW, TZ), NotFound)


async def test_the_bureau_reads_numbers_per_station_and_small_ones_are_hidden(house: ScoreOffice) -> None:
    await house.propose("leader", "anna")
    refused_one = await house.propose("leader", "bert")
    await scores.refuse(house.db, house["head"], refused_one, "材料不足", NOW)
    await house.propose("far_head", "dora")
    shown = await scores.figures(house.db, house["bureau"])
    assert [(one.unit.name, one.entries) for one in shown] == [("东站", 1), ("西站", None)]
    await refused(scores.figures(house.db, house["head"]), NotForRole)
    await house.db.write(lambda tx: people.leave(tx, house["office"].id, NOW))
    await refused(scores.figures(house.db, house["office"]), NotForRole)


# closing ---------------------------------------------------------------------------------------------------------


async def closed(house: ScoreOffice, by: str = "head", month: str = "2026-10") -> ClosePage:
    unit = house.units["东站"]
    shown = await scores.close_preview(house.db, house[by], unit, month, house.now, TZ)
    assert isinstance(shown, ClosePreview)
    page = await scores.close(house.db, house[by], unit, month, shown.mark, house.now, TZ)
    assert isinstance(page, ClosePage)
    return page


async def test_a_month_is_previewed_and_closed_with_what_counts(house: ScoreOffice) -> None:
    await house.confirmed("leader", "anna", day=OCTOBER)
    await house.confirmed("head", "东一班", T01, day=OCTOBER)
    await house.confirmed("leader", "bert")
    house.now += WINDOW
    await house.propose("leader", "bert", day=OCTOBER)
    shown = await scores.close_preview(house.db, house["head"], 0, None, house.now, TZ)
    assert isinstance(shown, ClosePreview)
    assert (shown.month, shown.months, shown.entries, shown.undecided) == ("2026-10", ("2026-10",), 2, 1)
    page = await scores.close(house.db, house["head"], shown.unit.id, "2026-10", shown.mark, house.now, TZ)
    assert isinstance(page, ClosePage)
    assert (page.entries, page.close.name, page.close.month) == (2, "head", "2026-10")
    own = await scores.own(house.db, house["anna"], house.now, TZ)
    assert own.earlier == (MonthTotal("2026-10", 5, 1, closed=True),)
    assert (await house.audited())[-1] == "scores.close"
    unit = await scores.unit_page(house.db, house["head"], 0, house.now, TZ)
    assert unit.counts == Counts(proposed=1, confirmed=0, appealed=0, effective=1)


async def test_closing_twice_is_once(house: ScoreOffice) -> None:
    await house.effective("leader", "anna", day=OCTOBER)
    page = await closed(house)
    again = await scores.close(house.db, house["office"], house.units["东站"], "2026-10", 0, house.now + HOUR, TZ)
    assert isinstance(again, ClosePage)
    assert again.close == page.close
    shown = await scores.close_preview(house.db, house["head"], 0, "2026-10", house.now, TZ)
    assert isinstance(shown, ClosePage)
    assert (await house.audited()).count("scores.close") == 1


async def test_a_preview_that_has_changed_is_shown_anew(house: ScoreOffice) -> None:
    await house.confirmed("leader", "anna", day=OCTOBER)
    unit = house.units["东站"]
    before = await scores.close_preview(house.db, house["head"], unit, None, house.now, TZ)
    assert isinstance(before, ClosePreview)
    house.now += WINDOW
    after = await scores.close(house.db, house["head"], unit, "2026-10", before.mark, house.now, TZ)
    assert isinstance(after, ClosePreview)
    assert (before.entries, before.undecided, after.entries, after.undecided) == (0, 1, 1, 0)


async def test_what_comes_late_counts_in_the_next_month_and_the_closed_one_stays(house: ScoreOffice) -> None:
    await house.effective("leader", "anna", day=OCTOBER)
    await closed(house)
    late = await house.effective("leader", "anna", P02, day=OCTOBER)
    own = await scores.own(house.db, house["anna"], house.now, TZ)
    assert own.earlier == (MonthTotal("2026-10", 5, 1, closed=True),)
    assert own.this_month == MonthTotal("2026-11", -10, 1, closed=False)
    house.now += 10 * DAY
    page = await closed(house, "office", "2026-11")
    assert page.entries == 1
    assert (await house.entry(late)).closed == "2026-11"


async def test_what_is_closed_is_answered_by_a_reversal_in_the_next_month(house: ScoreOffice) -> None:
    entry_id = await house.effective("leader", "anna", day=OCTOBER)
    await closed(house)
    await refused(house.appeal("anna", entry_id), WindowOver)
    reversal = await house.reverse("leader", entry_id)
    await house.confirm("head", reversal)
    house.now += WINDOW
    own = await scores.own(house.db, house["anna"], house.now, TZ)
    assert (own.this_month.points, [(one.month, one.points) for one in own.earlier]) == (-5, [("2026-10", 5)])


async def test_the_running_month_and_one_behind_a_closed_one_are_not_closed(house: ScoreOffice) -> None:
    preview = (house.db, house["head"], house.units["东站"])
    await refused(scores.close_preview(*preview, "2026-11", NOW, TZ), MonthRuns)
    await closed(house)
    await refused(scores.close_preview(*preview, "2026-09", NOW, TZ), ClosedAlready)
    await refused(scores.close(*preview, "2026-09", 0, NOW, TZ), ClosedAlready)
    await refused(scores.close_preview(*preview, "2026-1x", NOW, TZ), NotFound)
    nothing = await scores.close_preview(*preview, None, NOW, TZ)
    assert isinstance(nothing, ClosePreview)
    assert (nothing.month, nothing.months) == ("", ())


async def test_who_closes(house: ScoreOffice) -> None:
    for name, unit, error in (
        ("leader", "东站", NotForRole),
        ("anna", "东站", NotForRole),
        ("bureau", "东站", NotForRole),
        ("far_head", "东站", NotYours),
        ("head", "东一班", NotYours),
        ("head", "所", NotYours),
    ):
        await refused(scores.close_preview(house.db, house[name], house.units[unit], None, NOW, TZ), error)
    await refused(scores.close_preview(house.db, house["head"], 999, None, NOW, TZ), NotFound)


async def test_the_office_keeps_books_of_its_own(house: ScoreOffice) -> None:
    entry_id = await house.propose("office", "head", P02, day=OCTOBER)
    await house.confirm("deputy", entry_id)
    house.now += WINDOW
    shown = await scores.close_preview(house.db, house["office"], 0, None, house.now, TZ)
    assert isinstance(shown, ClosePreview)
    assert (shown.unit.name, shown.entries) == ("所", 0)
    shown = await scores.close_preview(house.db, house["office"], house.units["东站"], None, house.now, TZ)
    assert isinstance(shown, ClosePreview)
    assert shown.entries == 1


async def test_closed_months_are_listed_with_the_units_that_keep_books(house: ScoreOffice) -> None:
    page = await scores.closes(house.db, house["office"], 0, NOW, TZ)
    assert ([one.name for one in page.units], page.closes, page.closable) == (["东站", "西站"], (), ("2026-10",))
    await closed(house)
    page = await scores.closes(house.db, house["head"], 0, NOW, TZ)
    assert ([one.month for one in page.closes], page.closable, page.units) == (["2026-10"], (), ())
    shown = await scores.closed(house.db, house["head"], house.units["东站"], "2026-10")
    assert shown.close == page.closes[0]
    await refused(scores.closed(house.db, house["head"], house.units["东站"], "2026-09"), NotFound)
    unit = await scores.unit_page(house.db, house["head"], house.units["东一班"], NOW, TZ)
    assert unit.last_closed == "2026-10"


# tables ----------------------------------------------------------------------------------------------------------


async def test_the_ledger_of_a_leaders_part_is_complete_and_audited(house: ScoreOffice) -> None:
    first = await house.confirmed("leader", "anna", P02, signer="head")
    await house.appeal("anna", first)
    await house.decide("office", first, granted=False)
    second = await house.propose("head", "东一班", T01)
    await scores.refuse(house.db, house["office"], second, "材料不足", NOW)
    deed = (await house.propose_deed("head", await house.deed("carl"))).made[0]
    await house.propose("far_head", "dora")
    rows = await scores.ledger_rows(house.db, house["head"], NOW, TZ)
    assert [row.number for row in rows] == [first, second, deed.id]
    one = rows[0]
    assert (one.station, one.team, one.staff_no, one.name) == ("东站", "东一班", house["anna"].staff_no, "anna")
    assert (one.day, one.month, one.code, one.points, one.reason) == (
        "2026-11-24",
        "2026-11",
        "P02",
        -10,
        "主动帮扶",
    )
    assert (one.proposer, one.proposed, one.decided_by, one.decided) == (
        "leader",
        "2026-11-24 10:00",
        "head",
        "2026-11-24 10:00",
    )
    assert (one.appeal, one.replied_by, one.reply, one.closed) == ("那天我不在班", "office", "核实过了", False)
    assert (rows[1].staff_no, rows[1].name, rows[1].refusal, rows[1].state) == (
        "",
        "东一班",
        "材料不足",
        EntryState.REFUSED,
    )
    assert (rows[2].reason, rows[2].decided, rows[2].deed_id) == ("帮司机推车", "", deed.deed_id)
    assert len(await scores.ledger_rows(house.db, house["leader"], NOW, TZ)) == 2
    await refused(scores.ledger_rows(house.db, house["anna"], NOW, TZ), NotForRole)
    assert (await house.audited())[-2:] == ["scores.export"] * 2


async def test_a_close_as_a_table_goes_by_staff_number_and_not_by_points(house: ScoreOffice) -> None:
    await house.confirmed("head", "东二班", T01, day=OCTOBER)
    await house.confirmed("head", "东一班", T01, day=OCTOBER)
    for who, code in (("carl", P03), ("anna", P02), ("anna", P01), ("deputy", P02)):
        await house.confirmed("head", who, code, day=OCTOBER)
    house.now += WINDOW
    await closed(house)
    table = await scores.close_rows(house.db, house["head"], house.units["东站"], "2026-10", house.now, TZ)
    assert [(one.name, one.team, one.entries, one.points) for one in table.totals] == [
        ("deputy", "", 1, -10),
        ("anna", "东一班", 2, -5),
        ("carl", "东二班", 1, 20),
        ("东一班", "东一班", 1, 20),
        ("东二班", "东二班", 1, 20),
    ]
    assert (table.unit, table.month, table.closed_by, len(table.rows)) == ("东站", "2026-10", "head", 6)
    assert all(row.closed for row in table.rows)
    await refused(scores.close_rows(house.db, house["head"], house.units["东站"], "2026-09", house.now, TZ), NotFound)
    await refused(
        scores.close_rows(house.db, house["far_head"], house.units["东站"], "2026-10", house.now, TZ), NotYours
    )


# what is told ----------------------------------------------------------------------------------------------------


async def test_the_nearest_who_may_are_asked_and_nobody_else(house: ScoreOffice) -> None:
    assert await house.told("score_ask", await house.propose("leader", "anna")) == ["head", "deputy"]
    assert await house.told("score_ask", await house.propose("head", "anna")) == ["deputy"]
    assert await house.told("score_ask", await house.propose("far_head", "dora")) == ["office", "officer"]


async def test_once_it_is_confirmed_the_others_are_not_asked_any_more(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await house.confirm("head", entry_id)
    assert await house.told("score_ask", entry_id, "pending") == []
    assert await house.told("score_news", entry_id) == ["anna"]
    assert await house.told("score_answer", entry_id) == ["leader"]


async def test_of_a_teams_entry_its_leaders_hear_and_the_one_who_proposed_it_once(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "东一班", T01)
    assert sorted(await house.told("score_news", entry_id)) == ["leader", "mate"]
    assert await house.told("score_answer", entry_id) == []


async def test_who_left_is_not_told(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await house.db.write(lambda tx: people.leave(tx, house["leader"].id, NOW))
    await house.db.write(lambda tx: people.leave(tx, house["anna"].id, NOW))
    await house.confirm("head", entry_id)
    assert await house.told("score_news", entry_id) + await house.told("score_answer", entry_id) == []


async def read_letter(house: ScoreOffice, kind: str, entry_id: int, person: str, nth: int = 0) -> Card | News | None:
    letter = {
        "score_ask": scores.ask_letter,
        "score_news": scores.news_letter,
        "score_appeal": scores.appeal_letter,
        "score_answer": scores.answer_letter,
    }[kind]
    items = [one for one in await letter_items(house, kind, entry_id) if one.person_id == house[person].id]
    return await letter(house.db, items[nth], house[person], house.now)


async def test_a_request_is_moot_once_somebody_signed(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    asked = await read_letter(house, "score_ask", entry_id, "head")
    assert isinstance(asked, Card)
    assert asked.rights.confirm
    await house.confirm("deputy", entry_id)
    assert await read_letter(house, "score_ask", entry_id, "head") is None


async def test_an_appeal_is_asked_about_until_it_is_decided(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02)
    await house.appeal("anna", entry_id)
    asked = await read_letter(house, "score_appeal", entry_id, "head")
    assert isinstance(asked, Card)
    assert asked.rights.decide
    await house.decide("deputy", entry_id, granted=False)
    assert await read_letter(house, "score_appeal", entry_id, "head") is None


async def test_news_of_a_confirmation_is_moot_once_there_is_an_appeal_and_of_a_reply_never(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02)
    news = await read_letter(house, "score_news", entry_id, "anna")
    assert isinstance(news, News)
    assert (news.step.kind, news.card.rights.appeal) == (StepKind.CONFIRMED, True)
    await house.appeal("anna", entry_id)
    assert await read_letter(house, "score_news", entry_id, "anna") is None
    await house.decide("head", entry_id, granted=True)
    news = await read_letter(house, "score_news", entry_id, "anna", nth=1)
    assert isinstance(news, News)
    assert (news.step.kind, news.step.text) == (StepKind.GRANTED, "核实过了")


async def test_news_of_a_team_is_moot_for_who_leads_it_no_more(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("head", "东一班", T01)
    items = await letter_items(house, "score_news", entry_id)
    plain = replace(house["leader"], role=Role.COLLECTOR)
    assert await scores.news_letter(house.db, items[0], plain, NOW) is None


async def test_an_answer_is_moot_when_it_went_on_since(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02)
    answer = await read_letter(house, "score_answer", entry_id, "leader")
    assert isinstance(answer, News)
    assert answer.step.kind is StepKind.CONFIRMED
    await house.appeal("anna", entry_id)
    assert await read_letter(house, "score_answer", entry_id, "leader") is None


async def test_letters_about_what_never_was_are_moot(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    item = replace((await letter_items(house, "score_ask", entry_id))[0], subject_id=999, detail={"step": "confirmed"})
    head: Person = house["head"]
    for letter in (scores.ask_letter, scores.news_letter, scores.appeal_letter, scores.answer_letter):
        assert await letter(house.db, item, head, NOW) is None


# what is kept ----------------------------------------------------------------------------------------------------


async def test_a_person_takes_the_own_entries_and_acts_along(house: ScoreOffice) -> None:
    entry_id = await house.confirmed("leader", "anna", P02, signer="head")
    await house.appeal("anna", entry_id)
    anna = await house.db.read(lambda tx: store.kept_about(tx, house["anna"].id))
    assert [(row["code"], row["points"], row["reason"]) for row in anna["entries"]] == [("P02", -10, "主动帮扶")]
    assert [(row["step"], row["by_me"]) for row in anna["steps"]] == [("confirmed", 0), ("appealed", 1)]
    assert (anna["proposed"], anna["signed"]) == ([], [])
    leader = await house.db.read(lambda tx: store.kept_about(tx, house["leader"].id))
    assert [row["id"] for row in leader["proposed"]] == [entry_id]
    head = await house.db.read(lambda tx: store.kept_about(tx, house["head"].id))
    assert [row["step"] for row in head["signed"]] == ["confirmed"]


async def test_a_form_of_words_is_left_and_another_kind_of_form_stays(house: ScoreOffice) -> None:
    entry_id = await house.propose("leader", "anna")
    await scores.begin_refusal(house.db, house["head"], entry_id, "9:1", NOW)
    draft = await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id))
    assert draft
    assert (draft.kind, draft.step, scores.subject(draft)) == (scores.FORM, "refusal", entry_id)
    await scores.leave_form(house.db, house["head"], NOW)
    assert await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id)) is None
    await house.db.write(lambda tx: drafts.begin(tx, house["head"].id, "plan", "help", "{}", "9:2", NOW))
    await scores.leave_form(house.db, house["head"], NOW)
    assert await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id)) is not None
