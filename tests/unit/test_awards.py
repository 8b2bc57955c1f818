"""The rules of rewards and penalties: states, the notice period, who reads and does what; the table."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from content.award_table import award_csv, award_table
from domain.calendar import Calendar
from domain.clock import DAY
from domain.errors import DomainError, MovedOn, NotForRole, NotYours
from domain.people import Locale, Person, Role, Unit, UnitKind
from domain.scores import NoWords, SubjectKind, WordsTooLong
from domain.scores import awards as rules
from domain.scores.award_shown import AwardRow
from domain.scores.awards import Award, AwardKind, AwardState, AwardStep, Objection, Step
from tests.conftest import NOW, TZ

OFFICE = Unit(2, UnitKind.TOLL_OFFICE, "所", 1, "1.2.")
ELSEWHERE = Unit(3, UnitKind.TOLL_OFFICE, "另一所", 1, "1.3.")
STATION = Unit(4, UnitKind.STATION, "东站", 2, "1.2.4.")
FAR = Unit(5, UnitKind.BRANCH, "西站", 2, "1.2.5.")
TEAM = Unit(9, UnitKind.TEAM, "一班", 4, "1.2.4.9.")
NEXT = Unit(10, UnitKind.TEAM, "二班", 4, "1.2.4.10.")
UNTIL = NOW + 7 * DAY


def person(id_: int, role: Role, unit: Unit) -> Person:
    return Person(id_, str(1000 + id_), f"人{id_}", role, unit, None, None, Locale.ZH_CN)


ANNA, LEADER = person(1, Role.COLLECTOR, TEAM), person(2, Role.TEAM_LEADER, TEAM)
HEAD, FAR_HEAD = person(3, Role.STATION_HEAD, STATION), person(4, Role.STATION_HEAD, FAR)
BOSS, CLERK = person(5, Role.OFFICE, OFFICE), person(6, Role.OFFICE, OFFICE)
IN_TEAM = person(7, Role.OFFICE, TEAM)  # of the office's staff, and of a team
BERT, DORA = person(8, Role.COLLECTOR, TEAM), person(9, Role.COLLECTOR, FAR)
OTHER_OFFICE, ABROAD = person(10, Role.OFFICE, ELSEWHERE), person(11, Role.COLLECTOR, ELSEWHERE)


def step(kind: AwardStep, by: Person = BOSS, at: int = NOW) -> Step:
    return Step(kind, by.id, by.name, at, "", UNTIL if kind is AwardStep.AGREED else None)


def award(*kinds: AwardStep, kind: AwardKind = AwardKind.REWARD, who: Person = ANNA, **changes: object) -> Award:
    made = Award(
        id=1,
        kind=kind,
        subject=SubjectKind.PERSON,
        person_id=who.id,
        staff_no=who.staff_no,
        name=who.name,
        unit=who.unit,
        station="东站",
        office="1.2.",
        what="通报表扬",
        why="拾金不昧",
        proposer_id=HEAD.id,
        proposer=HEAD.name,
        proposed_at=NOW - DAY,
        steps=tuple(step(one) for one in kinds),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def of_team(*kinds: AwardStep, kind: AwardKind = AwardKind.REWARD) -> Award:
    return award(*kinds, kind=kind, subject=SubjectKind.TEAM, person_id=None, staff_no="", name="一班")


def penalty(*kinds: AwardStep, **changes: object) -> Award:
    return award(*kinds, kind=AwardKind.PENALTY, **changes)  # type: ignore[arg-type]


def refused_with(check: Callable[[], None]) -> type[DomainError] | None:
    try:
        check()
    except DomainError as error:
        return type(error)
    return None


AGREED, PASSED = AwardStep.AGREED, AwardStep.PASSED


# states and the period -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "now", "state"),
    [
        ((), NOW, AwardState.PROPOSED),
        ((AGREED,), UNTIL - 1, AwardState.NOTICE),
        ((AGREED,), UNTIL, AwardState.DUE),
        ((AGREED,), UNTIL + 3650 * DAY, AwardState.DUE),
        ((AGREED, PASSED), UNTIL, AwardState.PASSED),
        ((AGREED, AwardStep.REJECTED), UNTIL, AwardState.REJECTED),
        ((AGREED, AwardStep.WITHDRAWN), NOW, AwardState.WITHDRAWN),
        ((AwardStep.WITHDRAWN,), NOW, AwardState.WITHDRAWN),
        ((AwardStep.REFUSED,), NOW, AwardState.REFUSED),
    ],
)
def test_where_it_stands_follows_from_steps_and_time_and_time_alone_decides_nothing(
    steps: tuple[AwardStep, ...], now: int, state: AwardState
) -> None:
    assert award(*steps).state(now) is state


@pytest.mark.parametrize(
    ("agreed", "days", "last"),
    [
        (date(2026, 11, 24), {}, date(2026, 12, 1)),  # a Tuesday: Wed Thu Fri, then Mon Tue
        (date(2026, 11, 27), {}, date(2026, 12, 4)),  # a Friday
        (date(2026, 11, 28), {}, date(2026, 12, 4)),  # a Saturday: the week after
        (date(2026, 11, 24), {date(2026, 11, 26): False}, date(2026, 12, 2)),  # a holiday
        (date(2026, 11, 24), {date(2026, 11, 28): True}, date(2026, 11, 30)),  # a working Saturday
        (
            date(2026, 9, 29),  # a week of holidays, paid for with a Saturday
            {date(2026, 10, 1) + timedelta(days=n): False for n in range(7)} | {date(2026, 10, 10): True},
            date(2026, 10, 12),
        ),
    ],
)
def test_the_period_is_five_working_days_after_the_day_of_agreement(
    agreed: date, days: dict[date, bool], last: date
) -> None:
    assert rules.last_day(agreed, Calendar(days)) == last


def test_the_last_day_counts_whole() -> None:
    until = rules.end_of(date(2026, 12, 1), TZ)
    shown = award(AGREED, steps=(Step(AGREED, 5, "", NOW, "", until),))
    assert rules.last_day_of(shown, TZ) == date(2026, 12, 1)
    assert shown.state(until - 1) is AwardState.NOTICE
    assert shown.state(until) is AwardState.DUE
    assert rules.last_day_of(award(), TZ) is None


def test_words_are_one_line_and_have_a_limit() -> None:
    assert rules.words(" 通报\n表扬 ") == "通报 表扬"
    with pytest.raises(NoWords):
        rules.words(" \n ")
    with pytest.raises(WordsTooLong):
        rules.words("长" * 301)
    with pytest.raises(WordsTooLong):
        rules.words("长" * 101, rules.WHAT_LIMIT)
    assert len(rules.words("长" * 300)) == 300


# proposing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "person_id", "unit", "error"),
    [
        (HEAD, ANNA.id, TEAM, None),
        (HEAD, None, TEAM, None),
        (BOSS, HEAD.id, STATION, None),
        (BOSS, CLERK.id, OFFICE, None),
        (HEAD, HEAD.id, STATION, rules.OwnAward),
        (BOSS, BOSS.id, OFFICE, rules.OwnAward),
        (LEADER, ANNA.id, TEAM, NotForRole),
        (ANNA, BERT.id, TEAM, NotForRole),
        (FAR_HEAD, ANNA.id, TEAM, NotYours),
        (FAR_HEAD, None, TEAM, NotYours),
        (HEAD, BOSS.id, OFFICE, NotYours),
        (HEAD, None, STATION, NotYours),
        (OTHER_OFFICE, ANNA.id, TEAM, NotYours),
    ],
)
def test_who_may_propose_for_whom(
    caller: Person, person_id: int | None, unit: Unit, error: type[DomainError] | None
) -> None:
    assert refused_with(lambda: rules.require_proposer(caller, person_id, unit)) is error


# agreeing and deciding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "shown", "error"),
    [
        (BOSS, award(), None),
        (BOSS, of_team(), None),
        (CLERK, penalty(), None),
        (BOSS, award(proposer_id=BOSS.id), rules.OwnProposal),
        (HEAD, award(), rules.OwnProposal),
        (ANNA, award(), rules.OwnAward),
        (CLERK, award(who=CLERK), rules.OwnAward),
        (LEADER, award(), rules.OwnTeam),
        (IN_TEAM, award(), rules.OwnTeam),
        (IN_TEAM, of_team(), rules.OwnTeam),
        (BERT, of_team(), rules.OwnTeam),
        (FAR_HEAD, award(), NotYours),
        (DORA, award(), NotYours),
        (OTHER_OFFICE, award(), NotYours),
        (HEAD, award(proposer_id=BOSS.id), NotForRole),
    ],
)
def test_who_of_the_office_agrees_and_decides(caller: Person, shown: Award, error: type[DomainError] | None) -> None:
    assert refused_with(lambda: rules.require_office(caller, shown)) is error
    assert rules.may_sign(caller, shown) is (error is None)
    assert rules.may_agree(caller, shown, NOW) is (error is None)
    due = replace(shown, steps=(step(AGREED),))
    assert rules.may_decide(caller, due, UNTIL) is (error is None)
    assert not rules.may_agree(caller, due, UNTIL)


@pytest.mark.parametrize(
    ("shown", "now", "error"),
    [
        (award(), UNTIL, MovedOn),
        (award(AGREED), UNTIL - 1, rules.NoticeRuns),
        (award(AGREED), UNTIL, None),
        (award(AGREED, PASSED), UNTIL, MovedOn),
    ],
)
def test_nothing_is_decided_before_the_end_or_twice(shown: Award, now: int, error: type[DomainError] | None) -> None:
    assert refused_with(lambda: rules.require_decider(BOSS, shown, now)) is error


def test_objections_and_a_rejection_need_a_reason() -> None:
    objected = award(AGREED, objections=(Objection(8, "人8", "不同意", NOW),))
    assert refused_with(lambda: rules.require_reason(award(AGREED), "", passed=True)) is None
    assert refused_with(lambda: rules.require_reason(award(AGREED), "", passed=False)) is rules.ReasonDue
    assert refused_with(lambda: rules.require_reason(objected, "", passed=True)) is rules.ReasonDue
    assert refused_with(lambda: rules.require_reason(objected, "已核实", passed=True)) is None


def test_only_the_proposer_withdraws_and_only_before_it_is_decided() -> None:
    assert rules.may_withdraw(HEAD, award(AGREED))
    assert not rules.may_withdraw(BOSS, award(AGREED))
    assert not rules.may_withdraw(HEAD, award(AGREED, PASSED))
    assert refused_with(lambda: rules.require_withdrawer(BOSS, award())) is NotYours


# reading ---------------------------------------------------------------------------------------------------------

SPOKEN = (Objection(DORA.id, DORA.name, "不同意", NOW),)


@pytest.mark.parametrize(
    ("shown", "readers"),
    [
        (award(), {HEAD, BOSS, CLERK}),
        (award(AGREED), {HEAD, BOSS, CLERK, ANNA, BERT, LEADER, IN_TEAM, FAR_HEAD, DORA}),
        (award(AGREED, PASSED), {HEAD, BOSS, CLERK, ANNA, BERT, LEADER, IN_TEAM, FAR_HEAD, DORA}),
        (award(AGREED, AwardStep.REJECTED), {HEAD, BOSS, CLERK, ANNA}),
        (award(AGREED, AwardStep.REJECTED, objections=SPOKEN), {HEAD, BOSS, CLERK, ANNA, DORA}),
        (award(AwardStep.REFUSED), {HEAD, BOSS, CLERK}),
        (penalty(), {HEAD, BOSS, CLERK}),
        (penalty(AGREED), {HEAD, BOSS, CLERK, ANNA}),
        (penalty(AGREED, PASSED), {HEAD, BOSS, CLERK, ANNA}),
        (of_team(AGREED, kind=AwardKind.PENALTY), {HEAD, BOSS, CLERK, LEADER}),
        (penalty(AGREED, who=CLERK, proposer_id=BOSS.id), {BOSS, CLERK}),
    ],
)
def test_a_reward_is_public_and_a_penalty_never(shown: Award, readers: set[Person]) -> None:
    everybody = {ANNA, BERT, LEADER, HEAD, FAR_HEAD, BOSS, CLERK, IN_TEAM, DORA, OTHER_OFFICE, ABROAD}
    assert {one.name for one in everybody if rules.may_read(one, shown)} == {one.name for one in readers}


def test_what_was_public_once_is_over_and_what_never_was_is_not_yours() -> None:
    over = award(AGREED, AwardStep.REJECTED)
    assert refused_with(lambda: rules.require_reader(DORA, over)) is MovedOn
    assert refused_with(lambda: rules.require_reader(ABROAD, over)) is NotYours
    assert refused_with(lambda: rules.require_reader(DORA, penalty(AGREED))) is NotYours
    assert refused_with(lambda: rules.require_reader(DORA, award())) is NotYours


def test_objections_are_read_by_the_office_and_the_proposer_but_not_by_whom_it_concerns() -> None:
    shown = award(AGREED, who=CLERK, proposer_id=BOSS.id)
    assert rules.deals_with(BOSS, shown)
    assert not rules.deals_with(CLERK, shown)
    assert not any(rules.deals_with(one, award(AGREED)) for one in (ANNA, LEADER, IN_TEAM, FAR_HEAD, OTHER_OFFICE))
    assert rules.deals_with(HEAD, award(AGREED))


# objecting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "shown", "now", "error"),
    [
        (DORA, award(AGREED), NOW, None),
        (ANNA, award(AGREED), NOW, None),
        (BOSS, award(AGREED), NOW, None),
        (DORA, award(AGREED), UNTIL - 1, None),
        (DORA, award(AGREED), UNTIL, rules.NoticeOver),
        (BOSS, award(AGREED, PASSED), UNTIL, MovedOn),
        (HEAD, award(AGREED), NOW, rules.OwnProposal),
        (DORA, award(), NOW, NotYours),
        (BOSS, award(), NOW, MovedOn),
        (ABROAD, award(AGREED), NOW, NotYours),
        (DORA, award(AGREED, AwardStep.WITHDRAWN), NOW, MovedOn),
        (ANNA, penalty(AGREED), NOW, None),
        (BERT, penalty(AGREED), NOW, NotYours),
        (BOSS, penalty(AGREED), NOW, NotYours),
        (LEADER, of_team(AGREED, kind=AwardKind.PENALTY), NOW, None),
        (ANNA, of_team(AGREED, kind=AwardKind.PENALTY), NOW, NotYours),
        (ANNA, penalty(AGREED), UNTIL, rules.NoticeOver),
    ],
)
def test_everybody_objects_to_a_reward_and_whom_it_concerns_answers_a_penalty_until_the_end(
    caller: Person, shown: Award, now: int, error: type[DomainError] | None
) -> None:
    assert refused_with(lambda: rules.require_objector(caller, shown, now)) is error
    assert rules.may_object(caller, shown, now) is (error is None)


# the table -------------------------------------------------------------------------------------------------------

HOSTILE = ("=1+1", "+8613800000000", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "=cmd|' /C calc'!A0")
TEXTS = (
    *("station", "team", "staff_no", "name", "what", "why", "proposer", "proposed", "agreed_by", "agreed"),
    *("last_day", "objections", "ended_by", "ended", "reason"),
)


def row(text: str = "字", **fields: object) -> AwardRow:
    values: dict[str, object] = {
        "number": 12,
        "kind": AwardKind.PENALTY,
        "subject": SubjectKind.TEAM,
        "state": AwardState.NOTICE,
        **dict.fromkeys(TEXTS, text),
    }
    return AwardRow(**(values | fields))  # type: ignore[arg-type]


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_a_row_reads_as_the_office_says_it() -> None:
    head, cells = read(award_csv([row("", name="一班", what="约谈")]))
    found = dict(zip(head, cells, strict=True))
    assert (found["编号"], found["类别"], found["对象"], found["姓名"], found["内容"], found["状态"]) == (
        *("12", "处理", "班组", "一班", "约谈", "公示（告知）中"),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(award_table([row(text)]))).worksheets[0]
    cells = next(sheet.iter_rows(min_row=2))
    assert {cell.data_type for cell in cells} == {"n", "s"}
    assert sum(unescape(str(cell.value)).strip() == text.strip() for cell in cells) == len(TEXTS)
    csv_cells = read(award_csv([row(text)]))[1]
    assert csv_cells.count(f"'{text}") == len(TEXTS)


def test_a_cell_takes_no_more_than_a_spreadsheet_does() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(award_table([row(objections="长" * 40_000)]))).worksheets[0]
    assert max(len(str(cell.value)) for cell in sheet[2]) == 32_767


def test_a_table_without_rows_has_its_head() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(award_table([]))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == read(award_csv([]))[0]
