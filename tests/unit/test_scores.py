"""The rules of scores: where an entry stands, who may do what, caps, months."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain import scores as rules
from domain.clock import DAY, HOUR
from domain.errors import DomainError, MovedOn, NotForRole, NotYours
from domain.people import Locale, Person, Role, Unit, UnitKind
from domain.scores import (
    WINDOW,
    CapReached,
    Clause,
    Entry,
    EntryState,
    MonthTotal,
    Standard,
    Step,
    StepKind,
    SubjectKind,
)
from tests.conftest import NOW

OFFICE = Unit(2, UnitKind.TOLL_OFFICE, "所", 1, "1.2.")
STATION = Unit(4, UnitKind.STATION, "东站", 2, "1.2.4.")
FAR = Unit(5, UnitKind.BRANCH, "西站", 2, "1.2.5.")
TEAM = Unit(9, UnitKind.TEAM, "一班", 4, "1.2.4.9.")
NEXT = Unit(10, UnitKind.TEAM, "二班", 4, "1.2.4.10.")
CLAUSE = Clause(1, 1, SubjectKind.PERSON, "P01", "帮扶", 5, 10)
TODAY = date(2026, 11, 24)


def person(id_: int, role: Role, unit: Unit) -> Person:
    return Person(id_, str(1000 + id_), f"人{id_}", role, unit, None, None, Locale.ZH_CN)


ANNA, LEADER = person(1, Role.COLLECTOR, TEAM), person(2, Role.TEAM_LEADER, TEAM)
HEAD, DEPUTY = person(3, Role.STATION_HEAD, STATION), person(4, Role.STATION_HEAD, STATION)
BOSS, CLERK = person(5, Role.OFFICE, OFFICE), person(6, Role.OFFICE, OFFICE)
STRANGER, BUREAU = person(7, Role.STATION_HEAD, FAR), person(8, Role.BUREAU, Unit(1, UnitKind.BUREAU, "局", None, "1."))
BERT, OTHER = person(9, Role.COLLECTOR, TEAM), person(10, Role.TEAM_LEADER, NEXT)
LEADERS = (LEADER, HEAD, DEPUTY, BOSS, CLERK, STRANGER, OTHER)


def step(kind: StepKind, by: Person = BOSS, at: int = NOW, until: int | None = None) -> Step:
    return Step(kind, by.id, by.name, at, "", until)


def entry(*steps: Step, who: Person = ANNA, by: Person = LEADER, **changes: object) -> Entry:
    made = Entry(
        id=1,
        subject=SubjectKind.PERSON,
        person_id=who.id,
        staff_no=who.staff_no,
        name=who.name,
        unit=who.unit,
        station="东站",
        clause=CLAUSE,
        points=5,
        happened_on=TODAY,
        reason="帮扶",
        deed_id=None,
        deed_text="",
        deed_people=frozenset(),
        reverses=None,
        proposer_id=by.id,
        proposer=by.name,
        proposed_at=NOW,
        steps=steps,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def team_entry(*steps: Step, by: Person = LEADER) -> Entry:
    return entry(*steps, by=by, subject=SubjectKind.TEAM, person_id=None, staff_no="", name="一班")


CONFIRMED = step(StepKind.CONFIRMED, until=NOW + WINDOW)
APPEALED = step(StepKind.APPEALED, ANNA, NOW + HOUR)


def refused_with(check: Callable[[], None]) -> type[DomainError] | None:
    try:
        check()
    except DomainError as error:
        return type(error)
    return None


# where an entry stands -------------------------------------------------------------------------------------------


def test_without_a_decision_it_is_proposed() -> None:
    assert entry().state(NOW + 100 * DAY) is EntryState.PROPOSED


@pytest.mark.parametrize("kind", [StepKind.REFUSED, StepKind.WITHDRAWN])
def test_what_is_refused_or_withdrawn_stays_so(kind: StepKind) -> None:
    assert entry(step(kind)).state(NOW + 100 * DAY).value == kind.value


def test_a_confirmed_entry_counts_from_the_end_of_the_window_on() -> None:
    one = entry(CONFIRMED)
    assert one.state(NOW + WINDOW - 1) is EntryState.CONFIRMED
    assert one.state(NOW + WINDOW) is EntryState.EFFECTIVE
    assert one.effective_at == NOW + WINDOW


def test_an_appeal_waits_however_long_it_takes() -> None:
    one = entry(CONFIRMED, APPEALED)
    assert one.state(NOW + 100 * DAY) is EntryState.APPEALED
    assert one.effective_at is None


def test_a_granted_appeal_makes_it_void() -> None:
    one = entry(CONFIRMED, APPEALED, step(StepKind.GRANTED, HEAD, NOW + 2 * HOUR))
    assert one.state(NOW + 100 * DAY) is EntryState.VOID
    assert one.effective_at is None


@pytest.mark.parametrize(("replied", "counts"), [(NOW + 2 * HOUR, NOW + WINDOW), (NOW + 5 * DAY, NOW + 5 * DAY)])
def test_a_dismissed_appeal_counts_from_the_reply_but_not_before_the_window_ends(replied: int, counts: int) -> None:
    one = entry(CONFIRMED, APPEALED, step(StepKind.DISMISSED, HEAD, replied))
    assert one.effective_at == counts
    assert one.state(counts - 1) is EntryState.CONFIRMED
    assert one.state(counts) is EntryState.EFFECTIVE


def test_what_a_month_was_closed_with_counts_whatever_the_clock_says() -> None:
    assert entry(CONFIRMED, closed="2026-11").state(NOW) is EntryState.EFFECTIVE


def test_it_waits_since_it_was_proposed_or_appealed_against() -> None:
    assert entry().waits_since == NOW
    assert entry(CONFIRMED, APPEALED).waits_since == NOW + HOUR


# proposing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "subject", "refusal"),
    [
        (LEADER, ANNA, None),
        (HEAD, ANNA, None),
        (BOSS, HEAD, None),
        (LEADER, LEADER, rules.OwnScore),
        (OTHER, ANNA, NotYours),
        (STRANGER, ANNA, NotYours),
        (LEADER, HEAD, NotYours),
        (ANNA, BERT, NotForRole),
        (BUREAU, ANNA, NotForRole),
    ],
)
def test_leaders_propose_for_people_of_their_part_but_not_for_themselves(
    caller: Person, subject: Person, refusal: type[DomainError] | None
) -> None:
    assert refused_with(lambda: rules.require_proposer(caller, subject.id, subject.unit)) is refusal
    assert rules.may_propose(caller, subject.id, subject.unit) is (refusal is None)


def test_a_leader_proposes_for_the_own_team_and_nobody_for_a_station() -> None:
    assert rules.may_propose(LEADER, None, TEAM)
    assert refused_with(lambda: rules.require_proposer(HEAD, None, STATION)) is NotYours


# signing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "about", "refusal"),
    [
        (HEAD, entry(), None),
        (BOSS, entry(), None),
        (BOSS, team_entry(), None),
        (LEADER, entry(), rules.OwnProposal),
        (HEAD, entry(by=HEAD), rules.OwnProposal),
        (HEAD, entry(who=HEAD, by=BOSS), rules.OwnScore),
        (ANNA, entry(), rules.OwnScore),
        (BERT, entry(), rules.OwnTeam),
        (LEADER, entry(by=HEAD), rules.OwnTeam),
        (LEADER, team_entry(by=HEAD), rules.OwnTeam),
        (HEAD, entry(deed_people=frozenset({ANNA.id, HEAD.id})), rules.SharedDeed),
        (STRANGER, entry(), NotYours),
        (OTHER, entry(), NotYours),
        (BUREAU, entry(), NotYours),
        (DEPUTY, entry(who=HEAD, by=BOSS), None),
    ],
)
def test_who_may_confirm(caller: Person, about: Entry, refusal: type[DomainError] | None) -> None:
    assert refused_with(lambda: rules.require_confirmer(caller, about)) is refusal
    assert rules.may_confirm(caller, about, NOW) is (refusal is None)


def test_a_team_leader_above_the_entry_is_told_that_it_is_not_for_the_role() -> None:
    above = replace(OTHER, unit=STATION)
    assert refused_with(lambda: rules.require_confirmer(above, entry())) is NotForRole


def test_nobody_confirms_what_is_decided() -> None:
    assert not rules.may_confirm(HEAD, entry(CONFIRMED), NOW)


@pytest.mark.parametrize(
    ("caller", "about", "refusal"),
    [
        (HEAD, entry(CONFIRMED, APPEALED), None),
        (CLERK, entry(CONFIRMED, APPEALED), None),
        (BOSS, entry(CONFIRMED, APPEALED), rules.OwnConfirmation),
        (HEAD, entry(CONFIRMED, APPEALED, by=HEAD), rules.OwnProposal),
        (ANNA, entry(CONFIRMED, APPEALED), rules.OwnScore),
        (HEAD, entry(CONFIRMED, APPEALED, who=HEAD, by=CLERK), rules.OwnScore),
        (HEAD, team_entry(CONFIRMED, step(StepKind.APPEALED, HEAD), by=CLERK), rules.OwnAppeal),
        (LEADER, entry(CONFIRMED, APPEALED, by=HEAD), rules.OwnTeam),
        (HEAD, entry(CONFIRMED, APPEALED, deed_people=frozenset({HEAD.id})), rules.SharedDeed),
        (STRANGER, entry(CONFIRMED, APPEALED), NotYours),
    ],
)
def test_who_may_decide_an_appeal(caller: Person, about: Entry, refusal: type[DomainError] | None) -> None:
    assert refused_with(lambda: rules.require_decider(caller, about)) is refusal
    assert rules.may_decide(caller, about, NOW + DAY) is (refusal is None)


@pytest.mark.parametrize(
    ("caller", "about", "at", "refusal"),
    [
        (ANNA, entry(CONFIRMED), NOW, None),
        (LEADER, team_entry(CONFIRMED), NOW, None),
        (BERT, entry(CONFIRMED), NOW, NotYours),
        (LEADER, entry(CONFIRMED), NOW, NotYours),
        (ANNA, team_entry(CONFIRMED), NOW, NotYours),
        (OTHER, team_entry(CONFIRMED), NOW, NotYours),
        (ANNA, entry(CONFIRMED), NOW + WINDOW, rules.WindowOver),
        (ANNA, entry(CONFIRMED, APPEALED), NOW + DAY, rules.AppealedAlready),
        (ANNA, entry(), NOW, MovedOn),
        (ANNA, entry(step(StepKind.REFUSED)), NOW, MovedOn),
    ],
)
def test_who_may_appeal_and_until_when(
    caller: Person, about: Entry, at: int, refusal: type[DomainError] | None
) -> None:
    assert refused_with(lambda: rules.require_appellant(caller, about, at)) is refusal
    assert rules.may_appeal(caller, about, at) is (refusal is None)


def test_only_the_proposer_withdraws_and_only_what_is_proposed() -> None:
    assert rules.may_withdraw(LEADER, entry(), NOW)
    assert not rules.may_withdraw(LEADER, entry(CONFIRMED), NOW)
    assert not rules.may_withdraw(HEAD, entry(), NOW)
    assert refused_with(lambda: rules.require_withdrawer(HEAD, entry())) is NotYours


@pytest.mark.parametrize(
    ("caller", "sees"), [(ANNA, True), (LEADER, True), (HEAD, True), (BOSS, True), (BERT, False), (STRANGER, False)]
)
def test_an_entry_is_read_by_the_person_the_proposer_and_their_leaders(caller: Person, sees: bool) -> None:
    assert rules.may_read(caller, entry()) is sees


# reversals -------------------------------------------------------------------------------------------------------


def reversal(*steps: Step) -> Entry:
    return entry(*steps, id=2, points=-5, reverses=1)


@pytest.mark.parametrize(
    ("caller", "about", "known", "refusal"),
    [
        (LEADER, entry(CONFIRMED), (), None),
        (LEADER, entry(CONFIRMED), (reversal(step(StepKind.REFUSED)), reversal(step(StepKind.WITHDRAWN))), None),
        (ANNA, entry(CONFIRMED), (), NotForRole),
        (STRANGER, entry(CONFIRMED), (), NotYours),
        (HEAD, entry(CONFIRMED, who=HEAD), (), rules.OwnScore),
        (LEADER, entry(CONFIRMED, reverses=7), (), rules.NoReversal),
        (LEADER, entry(), (), MovedOn),
        (LEADER, entry(CONFIRMED), (reversal(),), rules.ReversedAlready),
        (LEADER, entry(CONFIRMED), (reversal(CONFIRMED),), rules.ReversedAlready),
    ],
)
def test_what_counts_may_be_reversed_once(
    caller: Person, about: Entry, known: tuple[Entry, ...], refusal: type[DomainError] | None
) -> None:
    later = NOW + WINDOW
    assert refused_with(lambda: rules.require_reverser(caller, about, known, later)) is refusal
    assert rules.may_reverse(caller, about, known, later) is (refusal is None)


# for whom it waits -----------------------------------------------------------------------------------------------


def test_a_proposal_waits_for_the_station_first_and_after_two_days_for_the_office_too() -> None:
    one = entry()
    assert rules.levels(one, LEADERS, NOW) == ((HEAD.id, DEPUTY.id), (BOSS.id, CLERK.id))
    assert rules.waits_for(one, LEADERS, NOW + 2 * DAY) == {HEAD.id, DEPUTY.id}
    assert rules.waits_for(one, LEADERS, NOW + 2 * DAY + 1) == {HEAD.id, DEPUTY.id, BOSS.id, CLERK.id}


def test_it_waits_for_the_office_at_once_where_the_station_has_nobody() -> None:
    assert rules.waits_for(entry(by=HEAD), (LEADER, HEAD, BOSS), NOW) == {BOSS.id}


def test_an_appeal_waits_for_who_had_no_hand_in_it() -> None:
    one = entry(step(StepKind.CONFIRMED, HEAD, until=NOW + WINDOW), APPEALED)
    assert rules.levels(one, LEADERS, NOW + DAY) == ((DEPUTY.id,), (BOSS.id, CLERK.id))


def test_what_is_decided_waits_for_nobody() -> None:
    assert rules.waits_for(entry(CONFIRMED), LEADERS, NOW) == frozenset()


def test_an_entry_concerns_the_person_or_the_leaders_of_the_team() -> None:
    staff = (ANNA, BERT, LEADER, HEAD, OTHER)
    assert rules.concerned(entry(), staff) == (ANNA,)
    assert rules.concerned(team_entry(), staff) == (LEADER,)


# words and caps --------------------------------------------------------------------------------------------------


def test_words_are_one_line_not_empty_and_not_too_long() -> None:
    assert rules.words("  核实\n 过了 ") == "核实 过了"
    assert len(rules.words("字" * 300)) == 300
    with pytest.raises(rules.NoWords):
        rules.words(" \n ")
    with pytest.raises(rules.WordsTooLong) as caught:
        rules.words("字" * 301)
    assert caught.value.values == {"limit": 300}


def test_a_cap_counts_what_is_live_and_not_taken_back() -> None:
    counted = [entry(), entry(CONFIRMED, id=2), entry(CONFIRMED, APPEALED, id=3)]
    not_counted = [
        entry(step(StepKind.REFUSED), id=4),
        entry(CONFIRMED, APPEALED, step(StepKind.GRANTED, HEAD), id=5),
        entry(CONFIRMED, id=6),
        entry(CONFIRMED, id=7, points=-5, reverses=6),
    ]
    assert rules.used([*counted, *not_counted], NOW + WINDOW) == 15


def test_what_a_reversal_would_take_back_counts_until_the_reversal_does() -> None:
    both = [entry(CONFIRMED, id=6), entry(id=7, points=-5, reverses=6)]
    assert rules.used(both, NOW + WINDOW) == 5


def test_a_cap_takes_as_much_as_fits_and_says_what_is_used() -> None:
    rules.require_room(CLAUSE, [entry()], "张三", NOW)
    with pytest.raises(CapReached) as caught:
        rules.require_room(CLAUSE, [entry(), entry(id=2)], "张三", NOW)
    assert caught.value.values == {"cap": "1", "used": "1", "code": "P01", "name": "张三"}


def test_a_cap_holds_for_what_is_taken_too() -> None:
    takes = replace(CLAUSE, points=-6)
    with pytest.raises(CapReached):
        rules.require_room(takes, [entry(points=-6)], "张三", NOW)


def test_without_a_cap_there_is_always_room() -> None:
    rules.require_room(replace(CLAUSE, cap=None), [entry(id=n) for n in range(50)], "张三", NOW)


# the standard ----------------------------------------------------------------------------------------------------

FIRST = Standard(1, 1, "一版", date(2026, 9, 1), (CLAUSE, Clause(2, 1, SubjectKind.TEAM, "T01", "整洁", 20)))
SECOND = replace(FIRST, id=2, version=2, effective_from=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(2026, 8, 31), None), (date(2026, 9, 1), 1), (date(2026, 11, 30), 1), (date(2026, 12, 1), 2)],
)
def test_the_last_standard_that_began_is_in_force(day: date, version: int | None) -> None:
    found = rules.in_force([SECOND, FIRST], day)
    assert (found.version if found else None) == version


def test_a_clause_is_in_force_with_its_standard() -> None:
    rules.require_in_force(CLAUSE, [FIRST, SECOND], TODAY)
    for day in (date(2026, 8, 31), date(2026, 12, 1)):
        with pytest.raises(rules.NotInForce) as caught:
            rules.require_in_force(CLAUSE, [FIRST, SECOND], day)
        assert caught.value.values == {"code": "P01"}


def test_the_first_standard_begins_on_any_day_and_the_next_after_it_and_not_in_the_past() -> None:
    rules.require_next([], replace(FIRST, effective_from=date(2020, 1, 1)), TODAY)
    rules.require_next([FIRST], replace(SECOND, effective_from=TODAY), TODAY)
    with pytest.raises(rules.StandardTooEarly) as caught:
        rules.require_next([FIRST], replace(SECOND, effective_from=date(2026, 11, 23)), TODAY)
    assert caught.value.values == {"nearest": "2026-11-24"}
    with pytest.raises(rules.StandardTooEarly) as caught:
        rules.require_next([FIRST, SECOND], SECOND, TODAY)
    assert caught.value.values == {"nearest": "2026-12-02"}


def test_a_standard_is_the_same_when_it_says_the_same() -> None:
    assert FIRST.same(replace(FIRST, id=9, version=7, clauses=tuple(replace(c, id=99) for c in FIRST.clauses)))
    assert not FIRST.same(SECOND)


def test_a_standard_is_read_by_subject_by_id_and_by_kind_of_deed() -> None:
    paying = replace(CLAUSE, id=3, code="P02", deeds=frozenset({"aid"}))
    both = replace(FIRST, clauses=(*FIRST.clauses, paying))
    assert [one.code for one in both.of(SubjectKind.TEAM)] == ["T01"]
    assert both.clause(3) is paying
    assert both.clause(4) is None
    assert both.for_deed("aid") is paying
    assert both.for_deed("found") is None


# months ----------------------------------------------------------------------------------------------------------


def test_months_follow_each_other_over_the_year() -> None:
    assert rules.next_month("2026-12") == "2027-01"
    assert rules.first_and_last("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(("text", "good"), [("2026-11", True), ("2026-13", False), ("26-1", False), ("", False)])
def test_a_month_from_outside_is_checked(text: str, good: bool) -> None:
    assert rules.is_month(text) is good


def test_the_books_of_a_team_are_its_stations_and_all_others_keep_their_own() -> None:
    assert [rules.closing_unit(one) for one in (TEAM, STATION, OFFICE)] == [4, 4, 2]


def test_an_entry_counts_in_its_month_or_in_the_next_that_is_open() -> None:
    one = entry(CONFIRMED, happened_on=date(2026, 9, 30))
    assert rules.booked_month(one, {}) == "2026-09"
    assert rules.booked_month(one, {4: "2026-08"}) == "2026-09"
    assert rules.booked_month(one, {4: "2026-10"}) == "2026-11"
    assert rules.booked_month(one, {5: "2026-10"}) == "2026-09"
    assert rules.booked_month(replace(one, closed="2026-10"), {4: "2026-12"}) == "2026-10"


def test_totals_are_of_what_counts_newest_month_first() -> None:
    old = entry(CONFIRMED, id=1, happened_on=date(2026, 9, 3), closed="2026-09")
    new = [entry(CONFIRMED, id=2), entry(CONFIRMED, id=3, points=-20), entry(id=4), entry(step(StepKind.REFUSED), id=5)]
    assert rules.totals([old, *new], {4: "2026-09"}, NOW + WINDOW) == (
        MonthTotal("2026-11", -15, 2, False),
        MonthTotal("2026-09", 5, 1, True),
    )


def test_a_month_is_closed_when_it_is_over_and_never_behind_a_closed_one() -> None:
    rules.require_closable("2026-10", "2026-09", TODAY)
    with pytest.raises(rules.MonthRuns):
        rules.require_closable("2026-11", None, TODAY)
    with pytest.raises(rules.ClosedAlready) as caught:
        rules.require_closable("2026-10", "2026-10", TODAY)
    assert caught.value.values == {"last": "2026-10"}


@pytest.mark.parametrize(
    ("last", "first", "months"),
    [
        (None, None, ("2026-10",)),
        (None, "2026-11", ("2026-10",)),
        (None, "2026-09", ("2026-09", "2026-10")),
        ("2026-09", "2026-08", ("2026-10",)),
        ("2026-10", None, ()),
        (None, "2025-01", ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")),
    ],
)
def test_months_that_may_be_closed(last: str | None, first: str | None, months: tuple[str, ...]) -> None:
    assert rules.closable(last, first, TODAY) == months


def test_a_close_takes_what_counts_and_leaves_what_is_undecided() -> None:
    counts = entry(CONFIRMED, id=1, happened_on=date(2026, 10, 31))
    waits = entry(id=2, happened_on=date(2026, 10, 1))
    others = [
        entry(CONFIRMED, id=3),  # of November
        entry(CONFIRMED, id=4, happened_on=date(2026, 9, 1), closed="2026-09"),
        entry(step(StepKind.REFUSED), id=5, happened_on=date(2026, 10, 1)),
    ]
    listed = [counts, waits, *others]
    assert rules.taken(listed, "2026-10", NOW + WINDOW) == (counts,)
    assert rules.left_over(listed, "2026-10", NOW + WINDOW) == (waits,)


def test_a_mark_names_the_month_and_its_entries() -> None:
    one, two = entry(), entry(id=2)
    assert rules.mark("2026-10", [one, two]) == rules.mark("2026-10", [two, one])
    assert len({rules.mark("2026-10", [one]), rules.mark("2026-09", [one]), rules.mark("2026-10", [two])}) == 3


@pytest.mark.parametrize(
    ("caller", "unit", "refusal"),
    [
        (HEAD, STATION, None),
        (BOSS, STATION, None),
        (BOSS, OFFICE, None),
        (HEAD, FAR, NotYours),
        (HEAD, TEAM, NotYours),
        (LEADER, TEAM, NotForRole),
        (BUREAU, STATION, NotForRole),
    ],
)
def test_a_head_closes_the_own_station_and_the_office_its_part(
    caller: Person, unit: Unit, refusal: type[DomainError] | None
) -> None:
    assert refused_with(lambda: rules.require_closer(caller, unit)) is refusal
    assert rules.may_close(caller, unit) is (refusal is None)
