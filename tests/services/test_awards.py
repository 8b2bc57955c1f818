"""Rewards and penalties on a real database: the whole way, every refusal, objections, what is told, who exports what."""

import csv
import io
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

import openpyxl
import pytest
import pytest_asyncio

from domain.clock import DAY, HOUR, millis
from domain.errors import DomainError, MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item
from domain.people import Person
from domain.scores import NoWords, WordsTooLong
from domain.scores import awards as rules
from domain.scores.award_shown import Asking, Card, Form, Which
from domain.scores.awards import Award, AwardKind, AwardState, AwardStep
from services.scores import awards
from storage import audit, drafts, outbox, people, personal, reminders
from storage.database import Connection, Database
from storage.scores import awards as store
from tests.conftest import NOW, TZ
from tests.services.score_office import ScoreOffice, score_office

REWARD, PENALTY = AwardKind.REWARD, AwardKind.PENALTY
END = millis(datetime.combine(date(2026, 12, 2), time(), TZ))  # after the fifth working day from NOW's


@dataclass
class House:
    """The office with its rewards and penalties. ``now`` goes on as a test wants it."""

    office: ScoreOffice
    now: int = NOW

    @property
    def db(self) -> Database:
        return self.office.db

    def __getitem__(self, name: str) -> Person:
        return self.office[name]

    async def draft(self, by: str, who: str, kind: AwardKind = REWARD, what: str = "通报表扬") -> int:
        """The form up to the preview; ``who``: a person or a team."""
        form = await awards.begin(self.db, self[by], kind, self.office.origin(), self.now)
        if who in self.office.people:
            await awards.choose_person(self.db, self[by], form.draft_id, self[who].id)
        else:
            await awards.choose_team(self.db, self[by], form.draft_id, self.office.units[who])
        await self.types(by, what)
        await self.types(by, "拾到钱包主动交还")
        return form.draft_id

    async def types(self, by: str, text: str) -> tuple[Form | Card, bool]:
        """A message to the open form."""
        self.office.messages += 1
        draft = await self.db.read(lambda tx: drafts.awaiting(tx, self[by].id))
        assert draft is not None
        return await awards.take(self.db, self[by], draft, text, self.office.messages, self.now)

    async def propose(self, by: str = "head", who: str = "anna", kind: AwardKind = REWARD) -> int:
        card, first = await awards.propose(self.db, self[by], await self.draft(by, who, kind), self.now)
        assert first
        return card.award.id

    async def agree(self, award_id: int, by: str = "office") -> Card:
        return (await awards.agree(self.db, self[by], award_id, self.now, TZ))[0]

    async def agreed(self, by: str = "head", who: str = "anna", kind: AwardKind = REWARD) -> int:
        """Its notice period runs."""
        award_id = await self.propose(by, who, kind)
        await self.agree(award_id, "officer" if by == "office" else "office")
        return award_id

    async def due(self, by: str = "head", who: str = "anna", kind: AwardKind = REWARD) -> int:
        """Its notice period is over."""
        award_id = await self.agreed(by, who, kind)
        self.now = END
        return award_id

    async def object(self, by: str, award_id: int, words: str = "不符合条款") -> tuple[Card, bool]:
        return await awards.object_(self.db, self[by], award_id, words, self.now)

    async def decide(self, award_id: int, by: str = "office", reason: str = "", *, passed: bool = True) -> Card:
        return (await awards.decide(self.db, self[by], award_id, reason, self.now, passed=passed))[0]

    async def award(self, award_id: int) -> Award:
        found = await self.db.read(lambda tx: store.award(tx, award_id))
        assert found is not None
        return found

    async def state(self, award_id: int) -> AwardState:
        return (await self.award(award_id)).state(self.now)

    async def told(self, kind: str, award_id: int, state: str | None = None) -> list[str]:
        return await self.office.told(kind, award_id, state)

    async def items(self, kind: str, award_id: int) -> tuple[Item, ...]:
        return await self.db.read(lambda tx: outbox.of_subject(tx, kind, award_id))

    async def waiting(self, by: str) -> list[int]:
        return [one.id for one in await self.db.read(lambda tx: awards.waiting(tx, self[by], self.now))]

    async def listed(self, by: str, which: Which) -> list[int]:
        found = await awards.listing(self.db, self[by], which, self.now)
        return [one.award.id for one in found.lines]

    async def audited(self) -> list[str]:
        return [row.verb for row in await self.db.read(audit.trail) if row.verb.startswith("awards.")]


@pytest_asyncio.fixture
async def house(db: Database) -> House:
    return House(await score_office(db))


async def refused(work: Awaitable[object], error: type[DomainError]) -> None:
    with pytest.raises(DomainError) as caught:
        await work
    assert type(caught.value) is error


# proposing -------------------------------------------------------------------------------------------------------


async def test_a_head_puts_a_proposal_together_step_by_step(house: House) -> None:
    db, head = house.db, house["head"]
    form = await awards.begin(db, head, REWARD, "x:1", NOW)
    assert (form.asking, form.subject, form.signers) == (Asking.SUBJECT, None, 0)
    top = await awards.choosing(db, head, form.draft_id, 0)
    assert ([one.name for one in top.units], [one.name for one in top.people]) == (["东一班", "东二班"], ["deputy"])
    below = await awards.choosing(db, head, form.draft_id, house.office.units["东一班"])
    assert below.team
    assert [one.name for one in below.people] == ["leader", "mate", "anna", "bert"]
    form = await awards.choose_person(db, head, form.draft_id, house["anna"].id)
    assert (form.asking, form.signers) == (Asking.WHAT, 2)
    await house.types("head", "通报\n表扬")
    shown, _ = await house.types("head", "拾到钱包主动交还")
    assert isinstance(shown, Form)
    assert (shown.asking, shown.what, shown.why) == (Asking.PREVIEW, "通报 表扬", "拾到钱包主动交还")
    card, first = await awards.propose(db, head, form.draft_id, NOW)
    assert first
    assert (card.state, card.award.name, card.rights.withdraw) == (AwardState.PROPOSED, "anna", True)
    assert await house.audited() == ["awards.propose"]


async def test_submitted_twice_it_is_one_proposal(house: House) -> None:
    draft_id = await house.draft("head", "anna")
    first, second = [await awards.propose(house.db, house["head"], draft_id, NOW) for _ in range(2)]
    assert (first[1], second[1], first[0].award.id == second[0].award.id) == (True, False, True)
    assert await house.listed("head", Which.PROPOSED) == [first[0].award.id]


async def test_a_form_survives_and_its_parts_can_be_changed(house: House) -> None:
    draft_id = await house.draft("head", "anna")
    asked = await awards.ask_part(house.db, house["head"], draft_id, Asking.WHAT)
    assert asked.asking is Asking.WHAT
    await house.types("head", "记功")
    form = await awards.choose_team(house.db, house["head"], draft_id, house.office.units["东二班"])
    assert (form.asking, form.what, form.person) == (Asking.PREVIEW, "记功", None)
    assert await awards.form(house.db, house["head"], draft_id) == form
    back = await awards.ask_part(house.db, house["head"], draft_id, Asking.PREVIEW)
    assert back == form
    shown, took = await house.types("head", "随便一句")
    assert (shown, took) == (form, False)


async def test_a_message_that_was_taken_in_before_changes_nothing(house: House) -> None:
    form = await awards.begin(house.db, house["head"], REWARD, "x:1", NOW)
    await awards.choose_person(house.db, house["head"], form.draft_id, house["anna"].id)
    draft = await house.db.read(lambda tx: drafts.awaiting(tx, house["head"].id))
    assert draft
    await awards.take(house.db, house["head"], draft, "通报表扬", 50, NOW)
    again, _ = await awards.take(house.db, house["head"], draft, "通报表扬", 50, NOW)
    assert isinstance(again, Form)
    assert (again.asking, again.what, again.why) == (Asking.WHY, "通报表扬", "")


async def test_nothing_unfinished_is_submitted_and_a_dropped_form_is_over(house: House) -> None:
    form = await awards.begin(house.db, house["head"], REWARD, "x:1", NOW)
    await refused(awards.propose(house.db, house["head"], form.draft_id, NOW), MovedOn)
    await refused(awards.ask_part(house.db, house["head"], form.draft_id, Asking.PREVIEW), MovedOn)
    await refused(awards.ask_part(house.db, house["head"], form.draft_id, Asking.PASS), MovedOn)
    await awards.drop(house.db, house["head"], form.draft_id, NOW)
    await refused(awards.form(house.db, house["head"], form.draft_id), MovedOn)
    await refused(awards.drop(house.db, house["head"], form.draft_id, NOW), MovedOn)


async def test_a_chosen_person_without_words_is_not_submitted(house: House) -> None:
    form = await awards.begin(house.db, house["head"], REWARD, "x:1", NOW)
    await awards.choose_person(house.db, house["head"], form.draft_id, house["anna"].id)
    await refused(awards.propose(house.db, house["head"], form.draft_id, NOW), MovedOn)
    await refused(house.types("head", "长" * 101), WordsTooLong)
    await refused(house.types("head", "  "), NoWords)
    assert (await awards.form(house.db, house["head"], form.draft_id)).asking is Asking.WHAT


@pytest.mark.parametrize("name", ["leader", "anna", "bureau"])
async def test_only_heads_and_the_office_propose(house: House, name: str) -> None:
    await refused(awards.begin(house.db, house[name], PENALTY, "x:1", NOW), NotForRole)


async def test_nobody_proposes_for_themselves_or_outside_the_own_part(house: House) -> None:
    db, head, units = house.db, house["head"], house.office.units
    form = await awards.begin(db, head, REWARD, "x:1", NOW)
    await refused(awards.choose_person(db, head, form.draft_id, head.id), rules.OwnAward)
    await refused(awards.choose_person(db, head, form.draft_id, house["dora"].id), NotYours)
    await refused(awards.choose_team(db, head, form.draft_id, units["西一班"]), NotYours)
    await refused(awards.choose_team(db, head, form.draft_id, units["东站"]), NotYours)
    await refused(awards.choose_person(db, head, form.draft_id, 999), NotFound)
    await refused(awards.choose_team(db, head, form.draft_id, 999), NotFound)
    await refused(awards.choosing(db, head, form.draft_id, units["西站"]), NotYours)
    await refused(awards.choosing(db, head, form.draft_id, 999), NotFound)
    await refused(awards.choosing(db, house["deputy"], form.draft_id, 0), MovedOn)


async def test_whoever_was_moved_since_does_not_submit(house: House) -> None:
    draft_id, head, far = await house.draft("head", "anna"), house["head"], house.office.units["西站"]
    await house.db.write(lambda tx: people.change_person(tx, head, head.name, head.role, far, None, NOW))
    await refused(awards.propose(house.db, head, draft_id, NOW), NotYours)


async def test_the_office_is_asked_but_not_the_proposer(house: House) -> None:
    by_head, by_office = await house.propose(), await house.propose("office", "head", PENALTY)
    assert await house.told("award_ask", by_head) == ["office", "officer"]
    assert await house.told("award_ask", by_office) == ["officer"]
    assert await house.told("award_news", by_head) == []


# agreeing --------------------------------------------------------------------------------------------------------


async def test_the_office_agrees_and_the_period_ends_after_five_working_days(house: House) -> None:
    award_id = await house.propose()
    card, done = await awards.agree(house.db, house["office"], award_id, NOW, TZ)
    assert (done, card.state, card.award.until) == (True, AwardState.NOTICE, END)
    assert await house.told("award_ask", award_id, "cancelled") == ["office", "officer"]
    assert await house.told("award_news", award_id) == ["anna"]
    assert await house.told("award_answer", award_id) == ["head"]
    assert await house.audited() == ["awards.propose", "awards.agree"]


async def test_the_period_goes_over_weekends_holidays_and_working_weekends(house: House) -> None:
    day = date(2026, 11, 26)
    await house.db.write(lambda tx: reminders.put_calendar_days(tx, {day: (False, "所庆")}))
    award_id = await house.agreed()
    assert rules.last_day_of(await house.award(award_id), TZ) == date(2026, 12, 2)
    house.now = millis(datetime(2026, 9, 29, 17, 0, tzinfo=TZ))  # before the holidays of October
    other = await house.agreed("head", "bert")
    assert rules.last_day_of(await house.award(other), TZ) == date(2026, 10, 12)  # Saturday the 10th pays for a day


async def test_a_calendar_that_changes_later_does_not_move_the_end(house: House) -> None:
    award_id = await house.agreed()
    await house.db.write(lambda tx: reminders.put_calendar_days(tx, {date(2026, 12, 1): (False, "停电")}))
    assert (await house.award(award_id)).until == END


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("head", rules.OwnProposal),
        ("anna", rules.OwnAward),
        ("leader", rules.OwnTeam),
        ("bert", rules.OwnTeam),
        ("far_head", NotYours),
        ("dora", NotYours),
        ("deputy", NotForRole),
        ("bureau", NotForRole),
    ],
)
async def test_who_does_not_agree_refuse_or_decide(house: House, name: str, error: type[DomainError]) -> None:
    award_id = await house.propose()
    await refused(house.agree(award_id, name), error)
    await refused(awards.refuse(house.db, house[name], award_id, "不够", NOW), error)
    await refused(
        awards.begin_words(house.db, house[name], award_id, Asking.REFUSAL, house.office.origin(), NOW), error
    )
    await house.agree(award_id)
    house.now = END
    await refused(house.decide(award_id, name, "不够", passed=False), error)
    assert await house.state(award_id) is AwardState.DUE


async def test_the_office_does_not_agree_to_its_own_proposal_or_to_its_own_reward(house: House) -> None:
    award_id = await house.propose("office", "officer", PENALTY)
    await refused(house.agree(award_id, "office"), rules.OwnProposal)
    await refused(house.agree(award_id, "officer"), rules.OwnAward)
    assert await house.waiting("office") == await house.waiting("officer") == []
    form = await awards.choose_person(
        house.db,
        house["office"],
        (await awards.begin(house.db, house["office"], REWARD, "9:9", NOW)).draft_id,
        house["officer"].id,
    )
    assert form.signers == 0


async def test_agreed_to_twice_is_once(house: House) -> None:
    award_id = await house.propose()
    await house.agree(award_id)
    house.now += DAY
    card, done = await awards.agree(house.db, house["officer"], award_id, house.now, TZ)
    assert (done, card.award.until) == (False, END)
    _, refused_ = await awards.refuse(house.db, house["officer"], award_id, "不够", house.now)
    assert not refused_
    await refused(house.agree(999), NotFound)


async def test_a_refusal_needs_a_reason_and_tells_the_proposer_alone(house: House) -> None:
    award_id = await house.propose(kind=PENALTY)
    await refused(awards.refuse(house.db, house["office"], award_id, " ", NOW), NoWords)
    await awards.begin_words(house.db, house["office"], award_id, Asking.REFUSAL, "x:1", NOW)
    card, done = await house.types("office", "事实不清")
    assert isinstance(card, Card)
    assert (done, card.state, card.award.end and card.award.end.text) == (True, AwardState.REFUSED, "事实不清")
    assert await house.told("award_answer", award_id) == ["head"]
    assert await house.told("award_news", award_id) == []
    assert await house.waiting("office") == []
    await refused(awards.card(house.db, house["anna"], award_id, NOW), NotYours)
    await refused(awards.begin_words(house.db, house["office"], award_id, Asking.REFUSAL, "x:2", NOW), MovedOn)


async def test_after_a_press_the_next_that_waits_is_shown(house: House) -> None:
    first, second = await house.propose(), await house.propose("head", "bert")
    card, _ = await awards.agree(house.db, house["office"], first, NOW, TZ, onward=True)
    assert (card.award.id, card.left) == (second, 0)
    card, _ = await awards.agree(house.db, house["office"], second, NOW, TZ, onward=True)
    assert card.award.id == second


# withdrawing -----------------------------------------------------------------------------------------------------


async def test_the_proposer_withdraws_before_it_is_decided_and_nobody_else(house: House) -> None:
    award_id = await house.agreed(kind=PENALTY)
    await refused(awards.withdraw(house.db, house["office"], award_id, NOW), NotYours)
    card, done = await awards.withdraw(house.db, house["head"], award_id, NOW)
    assert (done, card.state) == (True, AwardState.WITHDRAWN)
    assert (await awards.withdraw(house.db, house["head"], award_id, NOW))[1] is False
    assert await house.told("award_news", award_id) == ["anna", "anna"]
    assert await house.told("award_due", award_id, "cancelled") == ["office", "officer"]
    assert await house.told("award_answer", award_id) == ["head"]  # of the agreement alone


async def test_withdrawn_before_it_is_agreed_to_nobody_is_told(house: House) -> None:
    award_id = await house.propose()
    await awards.withdraw(house.db, house["head"], award_id, NOW)
    assert await house.told("award_news", award_id) == await house.told("award_answer", award_id) == []
    assert await house.told("award_ask", award_id, "cancelled") == ["office", "officer"]


async def test_what_is_decided_is_not_withdrawn(house: House) -> None:
    award_id = await house.due()
    await house.decide(award_id)
    assert (await awards.withdraw(house.db, house["head"], award_id, house.now))[1] is False
    assert await house.state(award_id) is AwardState.PASSED


# reading ---------------------------------------------------------------------------------------------------------


async def test_a_reward_on_notice_is_read_by_everybody_of_the_toll_office(house: House) -> None:
    award_id = await house.agreed()
    for name in ("anna", "bert", "leader", "dora", "far_head", "office"):
        assert await house.listed(name, Which.PUBLIC) == [award_id]
        assert (await awards.card(house.db, house[name], award_id, NOW)).award.what == "通报表扬"
    await refused(awards.listing(house.db, house["bureau"], Which.PUBLIC, NOW), NotForRole)


async def test_before_the_office_agrees_neither_the_public_nor_the_subject_reads_it(house: House) -> None:
    award_id = await house.propose()
    for name in ("anna", "bert", "deputy", "dora"):
        assert await house.listed(name, Which.PUBLIC) == await house.listed(name, Which.MINE) == []
        await refused(awards.card(house.db, house[name], award_id, NOW), NotYours)


async def test_a_penalty_is_unseen_by_colleagues_heads_and_the_public_list(house: House) -> None:
    award_id = await house.agreed(kind=PENALTY)
    for name in ("bert", "leader", "mate", "other", "deputy", "far_head", "dora"):
        await refused(awards.card(house.db, house[name], award_id, NOW), NotYours)
        await refused(house.object(name, award_id), NotYours)
        for which in (Which.PUBLIC, Which.MINE):
            assert await house.listed(name, which) == []
    assert await house.listed("office", Which.PUBLIC) == await house.listed("anna", Which.PUBLIC) == []
    assert await house.listed("anna", Which.MINE) == [award_id]
    assert await house.listed("head", Which.PROPOSED) == [award_id]
    assert await house.listed("deputy", Which.PROPOSED) == []
    house.now = END
    await house.decide(award_id)
    await refused(awards.card(house.db, house["bert"], award_id, house.now), NotYours)
    assert await house.listed("bert", Which.PUBLIC) == []


async def test_a_penalty_of_a_team_is_read_by_its_leaders(house: House) -> None:
    award_id = await house.agreed(who="东一班", kind=PENALTY)
    assert await house.told("award_news", award_id) == ["leader", "mate"]
    assert await house.listed("leader", Which.MINE) == [award_id]
    await house.object("mate", award_id, "当天设备坏了")
    for name in ("anna", "other"):
        await refused(awards.card(house.db, house[name], award_id, NOW), NotYours)


async def test_of_the_office_whom_a_penalty_concerns_reads_it_late_and_without_objections(house: House) -> None:
    award_id = await house.propose("office", "officer", PENALTY)
    assert await house.listed("officer", Which.ALL) == []
    await refused(awards.card(house.db, house["officer"], award_id, NOW), NotYours)


async def test_lists_that_are_not_the_callers_are_refused(house: House) -> None:
    await refused(awards.listing(house.db, house["anna"], Which.PROPOSED, NOW), NotForRole)
    await refused(awards.listing(house.db, house["head"], Which.ALL, NOW), NotForRole)
    assert (await awards.listing(house.db, house["anna"], Which.MINE, NOW)).lists == (Which.PUBLIC, Which.MINE)


async def test_lists_go_by_pages_and_begin_with_what_runs_out_first(house: House) -> None:
    ids = [await house.propose("head", "anna") for _ in range(8)]
    for award_id in ids:
        await house.agree(award_id)
    house.now = END
    await house.decide(ids[0])
    shown = await awards.listing(house.db, house["dora"], Which.PUBLIC, house.now, 9)
    assert (shown.page, shown.pages, [one.award.id for one in shown.lines]) == (1, 2, ids[1::-1])
    shown = await awards.listing(house.db, house["office"], Which.ALL, house.now)
    assert (shown.page, shown.pages, [one.award.id for one in shown.lines]) == (0, 2, ids[:1:-1])
    new = await house.agreed("head", "bert")
    assert (await house.listed("dora", Which.PUBLIC))[0] == new


async def test_a_passed_reward_leaves_the_public_list_after_ninety_days(house: House) -> None:
    award_id = await house.due()
    await house.decide(award_id)
    house.now += 90 * DAY
    assert await house.listed("dora", Which.PUBLIC) == [award_id]
    house.now += 1
    assert await house.listed("dora", Which.PUBLIC) == []


# objecting -------------------------------------------------------------------------------------------------------


async def test_an_objection_may_be_changed_and_is_closed_at_the_end(house: House) -> None:
    award_id = await house.agreed()
    await house.object("dora", award_id)
    house.now = END - 1
    card, done = await house.object("dora", award_id, "再说一遍：不符合")
    assert done
    assert card.own
    assert (card.own.text, card.own.sent_at, card.own.changed_at) == ("再说一遍：不符合", NOW, END - 1)
    house.now = END
    await refused(house.object("dora", award_id, "太晚"), rules.NoticeOver)
    await refused(house.object("bert", award_id, "太晚"), rules.NoticeOver)
    objections = (await house.award(award_id)).objections
    assert [(one.name, one.text) for one in objections] == [("dora", "再说一遍：不符合")]
    trail = [row for row in await house.db.read(audit.trail) if row.verb == "awards.object"]
    assert ['"changed":false' in trail[0].detail, '"changed":true' in trail[1].detail] == [True, True]
    assert not any("不符合" in row.detail for row in trail)


async def test_the_same_objection_again_changes_nothing(house: House) -> None:
    award_id = await house.agreed()
    await house.object("dora", award_id)
    house.now += HOUR
    _, done = await house.object("dora", award_id)
    assert not done
    assert (await house.award(award_id)).objections[0].changed_at is None


async def test_objections_are_read_by_the_office_and_the_proposer_only(house: House) -> None:
    award_id = await house.agreed()
    await house.object("dora", award_id)
    for name, seen in (
        ("office", 1),
        ("officer", 1),
        ("head", 1),
        ("anna", 0),
        ("bert", 0),
        ("dora", 0),
        ("deputy", 0),
    ):
        card = await awards.card(house.db, house[name], award_id, NOW)
        assert len(card.award.objections) == seen, name
        assert (card.own is not None) is (name == "dora")
    assert await house.listed("dora", Which.MINE) == [award_id]


async def test_words_of_an_objection_are_typed_into_a_form(house: House) -> None:
    award_id = await house.agreed(kind=PENALTY)
    await awards.begin_words(house.db, house["anna"], award_id, Asking.OBJECTION, "x:1", NOW)
    await refused(house.types("anna", "长" * 301), WordsTooLong)
    card, done = await house.types("anna", "那天我不在班")
    assert done
    assert isinstance(card, Card)
    assert card.own
    assert card.own.text == "那天我不在班"
    assert await house.db.read(lambda tx: drafts.awaiting(tx, house["anna"].id)) is None


async def test_a_form_whose_words_come_too_late_is_closed(house: House) -> None:
    award_id = await house.agreed()
    await awards.begin_words(house.db, house["dora"], award_id, Asking.OBJECTION, "x:1", NOW)
    house.now = END
    await refused(house.types("dora", "不符合"), rules.NoticeOver)
    assert await house.db.read(lambda tx: drafts.awaiting(tx, house["dora"].id)) is None
    await refused(
        awards.begin_words(house.db, house["dora"], award_id, Asking.OBJECTION, "x:2", house.now), rules.NoticeOver
    )


async def test_the_proposer_does_not_object(house: House) -> None:
    await refused(house.object("head", await house.agreed()), rules.OwnProposal)


# deciding --------------------------------------------------------------------------------------------------------


async def test_nothing_is_decided_before_the_end_of_the_period(house: House) -> None:
    award_id = await house.agreed()
    house.now = END - 1
    await refused(house.decide(award_id), rules.NoticeRuns)
    await refused(house.decide(award_id, reason="不够", passed=False), rules.NoticeRuns)
    await refused(
        awards.begin_words(house.db, house["office"], award_id, Asking.REJECT, "x:1", house.now), rules.NoticeRuns
    )
    unsigned = await house.propose("head", "bert")
    house.now = END
    await refused(house.decide(unsigned), MovedOn)


async def test_nothing_is_decided_by_the_passing_of_time(house: House) -> None:
    due, proposed = await house.agreed(), await house.propose("head", "bert")
    house.now = NOW + 1000 * DAY
    assert (await house.state(due), await house.state(proposed)) == (AwardState.DUE, AwardState.PROPOSED)
    assert await house.waiting("office") == [proposed, due]
    count = await house.db.read(lambda tx: awards.waiting_count(tx, house["office"], house.now))
    assert count == 2


async def test_the_one_who_agreed_may_decide_and_everybody_concerned_is_told(house: House) -> None:
    award_id = await house.due()
    card, done = await awards.decide(house.db, house["office"], award_id, "", house.now, passed=True)
    assert (done, card.state) == (True, AwardState.PASSED)
    assert (await house.told("award_news", award_id), await house.told("award_answer", award_id)) == (
        ["anna", "anna"],
        ["head", "head"],
    )
    assert await house.told("award_due", award_id, "cancelled") == ["office", "officer"]
    assert await house.audited() == ["awards.propose", "awards.agree", "awards.pass"]


async def test_with_objections_a_decision_shows_them_all_and_needs_a_reason(house: House) -> None:
    award_id = await house.agreed()
    for name in ("dora", "bert", "leader", "far_head"):
        await house.object(name, award_id, f"{name}不同意")
    house.now = END
    card = await awards.next_waiting(house.db, house["office"], 0, house.now)
    assert card
    assert {one.name for one in card.award.objections} == {"dora", "bert", "leader", "far_head"}
    await refused(house.decide(award_id), rules.ReasonDue)
    await awards.begin_words(house.db, house["office"], award_id, Asking.PASS, "x:1", house.now)
    await refused(house.types("office", " "), NoWords)
    shown, done = await house.types("office", "异议不成立")
    assert isinstance(shown, Card)
    assert (done, shown.state) == (True, AwardState.PASSED)
    assert shown.award.end
    assert shown.award.end.text == "异议不成立"


async def test_a_rejection_needs_a_reason_and_is_no_longer_public(house: House) -> None:
    award_id = await house.agreed()
    await house.object("dora", award_id)
    house.now = END
    await refused(house.decide(award_id, passed=False), rules.ReasonDue)
    await awards.begin_words(house.db, house["officer"], award_id, Asking.REJECT, "x:1", house.now)
    await house.types("officer", "事实不清")
    assert await house.state(award_id) is AwardState.REJECTED
    assert await house.listed("bert", Which.PUBLIC) == []
    await refused(awards.card(house.db, house["bert"], award_id, house.now), MovedOn)
    card = await awards.card(house.db, house["dora"], award_id, house.now)
    assert card.award.end
    assert card.award.end.text == "事实不清"


async def test_decided_twice_is_once(house: House) -> None:
    award_id = await house.due()
    await house.decide(award_id)
    card, done = await awards.decide(house.db, house["officer"], award_id, "不够", house.now, passed=False)
    assert (done, card.state) == (False, AwardState.PASSED)
    await refused(awards.begin_words(house.db, house["officer"], award_id, Asking.REJECT, "x:1", house.now), MovedOn)


async def test_a_reason_that_comes_after_the_decision_changes_nothing(house: House) -> None:
    award_id = await house.due()
    await awards.begin_words(house.db, house["officer"], award_id, Asking.REJECT, "x:1", house.now)
    await house.decide(award_id)
    card, done = await house.types("officer", "不够")
    assert isinstance(card, Card)
    assert (done, card.state) == (False, AwardState.PASSED)
    assert await house.db.read(lambda tx: drafts.awaiting(tx, house["officer"].id)) is None


async def test_a_forged_press_on_a_decided_penalty_shows_nothing(house: House) -> None:
    award_id = await house.due(kind=PENALTY)
    await house.decide(award_id)
    for name in ("bert", "far_head", "deputy"):
        await refused(house.decide(award_id, name), NotYours)
        await refused(house.agree(award_id, name), NotYours)


async def test_what_waits_is_the_offices_alone_the_longest_first(house: House) -> None:
    first, second = await house.propose(), await house.propose("office", "anna")
    for name, ids in (("officer", [first, second]), ("office", [first]), ("head", []), ("anna", [])):
        assert await house.waiting(name) == ids
    assert await awards.next_waiting(house.db, house["head"], 0, NOW) is None
    shown = [await awards.next_waiting(house.db, house["officer"], after, NOW) for after in (0, first, second)]
    assert [one.award.id for one in shown if one] == [first, second, first]


# letters ---------------------------------------------------------------------------------------------------------


async def test_the_office_is_told_once_when_the_period_is_over(house: House) -> None:
    award_id = await house.agreed()
    (item, other) = await house.items("award_due", award_id)
    assert (item.due_at, other.due_at) == (END, END)
    assert await awards.due_letter(house.db, item, house["office"], END - 1) is None
    card = await awards.due_letter(house.db, item, house["office"], END)
    assert card
    assert card.rights.decide
    house.now = END
    await house.decide(award_id, "officer")
    assert await awards.due_letter(house.db, item, house["office"], END) is None


async def test_letters_say_nothing_that_is_moot(house: House) -> None:
    award_id = await house.propose()
    (asked, _) = await house.items("award_ask", award_id)
    assert await awards.ask_letter(house.db, asked, house["office"], NOW)
    assert await awards.ask_letter(house.db, asked, house["head"], NOW) is None
    await house.agree(award_id)
    assert await awards.ask_letter(house.db, asked, house["office"], NOW) is None
    (news,), (answer,) = await house.items("award_news", award_id), await house.items("award_answer", award_id)
    begun = await awards.news_letter(house.db, news, house["anna"], NOW)
    assert begun
    assert (begun.step.kind, begun.card.rights.object) == (AwardStep.AGREED, True)
    assert await awards.news_letter(house.db, news, house["bert"], NOW) is None
    assert await awards.answer_letter(house.db, answer, house["head"], NOW)
    await awards.withdraw(house.db, house["head"], award_id, NOW)
    assert await awards.news_letter(house.db, news, house["anna"], NOW) is None
    assert await awards.answer_letter(house.db, answer, house["head"], NOW) is None
    (_, taken_back) = await house.items("award_news", award_id)
    told = await awards.news_letter(house.db, taken_back, house["anna"], NOW)
    assert told
    assert told.step.kind is AwardStep.WITHDRAWN


async def test_letters_about_nothing_say_nothing(house: House) -> None:
    award_id = await house.propose()
    (asked, _) = await house.items("award_ask", award_id)
    lost = Item(**{name: getattr(asked, name) for name in asked.__dataclass_fields__} | {"subject_id": 999})
    for letter in (awards.ask_letter, awards.due_letter, awards.news_letter, awards.answer_letter):
        assert await letter(house.db, lost, house["office"], NOW) is None


async def test_whoever_left_is_not_told(house: House) -> None:
    award_id = await house.propose()

    async def both_leave(tx: Connection) -> None:
        await people.leave(tx, house["head"].id, NOW)
        await people.leave(tx, house["anna"].id, NOW)

    await house.db.write(both_leave)
    await house.agree(award_id)
    assert await house.told("award_news", award_id) == await house.told("award_answer", award_id) == []
    await refused(awards.withdraw(house.db, house["head"], award_id, NOW), NotForRole)


# the export ------------------------------------------------------------------------------------------------------


async def test_an_export_holds_what_the_caller_may_read_of_the_own_part(house: House) -> None:
    own, penalty = await house.agreed(), await house.agreed("head", "bert", PENALTY)
    by_office, hidden = await house.agreed("office", "carl"), await house.agreed("office", "bert", PENALTY)
    far = await house.agreed("far_head", "dora")
    await house.object("dora", own, "不符合条款")
    await house.object("dora", by_office, "也不符合")

    async def numbers(name: str) -> dict[int, str]:
        return {one.number: one.objections for one in await awards.rows(house.db, house[name], NOW, TZ)}

    assert await numbers("head") == {own: "dora：不符合条款", penalty: "", by_office: ""}
    assert await numbers("deputy") == {own: "", by_office: ""}
    assert await numbers("far_head") == {far: ""}
    assert set(await numbers("officer")) == {own, penalty, by_office, hidden, far}
    for name in ("anna", "leader", "bureau"):
        await refused(awards.rows(house.db, house[name], NOW, TZ), NotForRole)
    assert (await house.audited()).count("awards.export") == 4


async def test_an_export_says_who_signed_and_when_only_to_whom_it_may(house: House) -> None:
    award_id = await house.due("office", "anna")
    await house.decide(award_id, "officer", "符合条款")
    (mine,) = await awards.rows(house.db, house["office"], house.now, TZ)
    assert (mine.proposer, mine.agreed_by, mine.last_day, mine.ended_by, mine.reason) == (
        *("office", "officer", "2026-12-01", "officer", "符合条款"),
    )
    (theirs,) = await awards.rows(house.db, house["head"], house.now, TZ)
    assert (theirs.proposer, theirs.agreed_by, theirs.ended_by, theirs.reason) == ("", "", "", "")


async def test_an_exported_file_has_no_formula(house: House) -> None:
    draft_id = await house.draft("head", "anna", what="=1+1")
    await awards.propose(house.db, house["head"], draft_id, NOW)
    book = openpyxl.load_workbook(io.BytesIO(await awards.export(house.db, house["head"], awards.Format.XLSX, NOW, TZ)))
    cell = next(cell for cell in book.worksheets[0][2] if cell.value == "=1+1")
    assert cell.data_type == "s"
    body = await awards.export(house.db, house["head"], awards.Format.CSV, NOW, TZ)
    assert "'=1+1" in list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))[1]


# one's own data --------------------------------------------------------------------------------------------------


async def test_what_is_kept_about_a_person_names_nobody_else(house: House) -> None:
    award_id = await house.agreed()
    await house.object("dora", award_id, "dora不同意")
    house.now = END
    await house.decide(award_id, reason="核实过了")
    kept = {}
    for name, person in house.office.people.items():
        kept[name] = await house.db.read(partial(awards.kept_about, person_id=person.id))
    assert [row["what"] for row in kept["anna"]["about"]] == ["通报表扬"]
    assert [row["step"] for row in kept["anna"]["steps"]] == ["agreed", "passed"]
    assert "dora" not in str(kept["anna"])
    assert [row["text"] for row in kept["dora"]["objections"]] == ["dora不同意"]
    assert [len(kept[name][part]) for name, part in (("head", "proposed"), ("office", "signed"))] == [1, 2]
    assert "anna" not in str(kept["head"]) + str(kept["office"]) + str(kept["dora"])


async def test_an_erased_persons_words_are_gone_and_the_proposal_stays(house: House) -> None:
    award_id, other = await house.agreed(), await house.agreed("head", "bert")
    await house.object("dora", award_id, "不同意甲")
    await house.object("anna", other, "不同意乙")
    await house.object("dora", other, "不同意丙")
    anna = house["anna"]

    async def erase(tx: Connection) -> None:
        await people.leave(tx, anna.id, NOW)
        await people.erase(tx, anna.id, "x-1", NOW)
        await personal.erase(tx, anna.id)

    await house.db.write(erase)
    gone, stays = await house.award(award_id), await house.award(other)
    assert (gone.name, gone.what, gone.why, gone.objections[0].text) == ("x-1", "", "", "")
    assert (stays.what, sorted(one.text for one in stays.objections)) == ("通报表扬", ["", "不同意丙"])
    assert await house.listed("bert", Which.PUBLIC) == [other]
