"""The balanced split into two batches, and who may agree to a swap."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import Person, Role
from domain.training.splitting import Split, split, unbatched
from domain.training.swapping import (
    NoBatch,
    Swap,
    SwapState,
    colleagues,
    may_answer,
    may_decide,
    may_see_swap,
    may_withdraw,
    nearest_leaders,
)
from tests.unit.test_views_samples import office, person, station, unit

TEAMS = st.lists(st.text("12-", min_size=1, max_size=9), min_size=1, max_size=9)


def staff(*teams: str) -> list[Person]:
    """Teams by the batches of their people: "12-" is one in each and one in none."""
    return [
        person(100 * number + place, batch=None if mark == "-" else int(mark), unit=unit(number, name=f"{number}班"))
        for number, marks in enumerate(teams, start=10)
        for place, mark in enumerate(marks)
    ]


def after(people: list[Person], found: Split) -> list[Person]:
    to = {move.person.id: move.to for move in found.moves}
    return [replace(one, batch=to.get(one.id, one.batch)) for one in people]


def losing(found: Split) -> int:
    """How many who have a batch get another one."""
    return sum(move.person.batch is not None for move in found.moves)


@given(TEAMS)
def test_everybody_is_in_a_batch_and_each_team_and_the_whole_are_halved(teams: list[str]) -> None:
    people = staff(*teams)
    found = split(people)
    result = after(people, found)
    assert unbatched(result) == ()
    for team in found.teams:
        own = [one.batch for one in result if one.unit == team.unit]
        assert (own.count(1), own.count(2)) == (team.first, team.second)
        assert abs(team.first - team.second) <= 1
    assert abs(found.first - found.second) <= 1


@given(TEAMS)
def test_a_split_that_was_carried_out_needs_no_move(teams: list[str]) -> None:
    people = staff(*teams)
    assert split(after(people, split(people))).moves == ()


@given(st.lists(st.text("12-", min_size=1, max_size=4), min_size=1, max_size=3))
def test_no_other_balanced_split_moves_fewer(teams: list[str]) -> None:
    people = staff(*teams)
    best = min(
        sum(one.batch not in {None, to} for one, to in zip(people, outcome, strict=True))
        for outcome in product((1, 2), repeat=len(people))
        if _balanced(people, outcome)
    )
    assert losing(split(people)) == best


def _balanced(people: list[Person], outcome: tuple[int, ...]) -> bool:
    def even(batches: list[int]) -> bool:
        return abs(batches.count(1) - batches.count(2)) <= 1

    units = {one.unit.id for one in people}
    return even(list(outcome)) and all(
        even([to for one, to in zip(people, outcome, strict=True) if one.unit.id == unit_id]) for unit_id in units
    )


def test_leaders_and_whoever_was_taught_already_stay_while_others_can_move() -> None:
    people = staff("1111")
    people[3] = replace(people[3], role=Role.TEAM_LEADER)
    found = split(people, settled=frozenset({people[2].id}))
    assert {move.person.id for move in found.moves} == {people[0].id, people[1].id}


def test_the_office_and_the_bureau_are_in_no_batch() -> None:
    assert split([office(), *staff("1-")]).teams[0].unit.name == "10班"
    assert unbatched([office(), *staff("-")])[0].role is Role.COLLECTOR


def test_a_proposal_with_other_moves_has_another_mark() -> None:
    assert split(staff("11")).mark != split(staff("11", "--")).mark
    assert split(staff("11")).mark == split(staff("11")).mark


# swaps -----------------------------------------------------------------------------------------------------------

ASKER, OTHER = person(7, batch=1), person(8, batch=2, unit=unit(10, name="二班", path="1.2.4.10."))
LEADER = person(20, Role.TEAM_LEADER, batch=2)
OTHER_LEADER = person(21, Role.TEAM_LEADER, batch=1, unit=unit(10, name="二班", path="1.2.4.10."))
HEAD = person(30, Role.STATION_HEAD, unit=station(), batch=1)
ELSEWHERE = person(31, Role.STATION_HEAD, unit=replace(station(), id=5, path="1.2.5."), batch=1)
EVERYBODY = (ASKER, OTHER, LEADER, OTHER_LEADER, HEAD, ELSEWHERE, office())


def request(state: SwapState = SwapState.AGREED, asker: Person = ASKER, colleague: Person = OTHER) -> Swap:
    return Swap(3, asker, colleague, asker.batch or 1, state, None, None)


def test_each_sides_own_leader_is_asked() -> None:
    assert nearest_leaders(ASKER, request(), EVERYBODY) == (LEADER,)
    assert nearest_leaders(OTHER, request(), EVERYBODY) == (OTHER_LEADER,)


def test_a_leader_who_swaps_is_answered_for_by_the_next_above() -> None:
    found = request(asker=OTHER_LEADER, colleague=OTHER)
    assert nearest_leaders(OTHER_LEADER, found, EVERYBODY) == (HEAD,)
    assert nearest_leaders(OTHER, found, EVERYBODY) == (HEAD,)
    assert not may_decide(OTHER_LEADER, found)


def test_two_leaders_of_one_team_do_not_answer_for_each_other() -> None:
    peer = person(22, Role.TEAM_LEADER, batch=2)
    found = request(asker=replace(LEADER, batch=1), colleague=OTHER)
    assert nearest_leaders(LEADER, found, (*EVERYBODY, peer)) == (HEAD,)
    assert not may_decide(peer, found)


def test_only_who_leads_a_side_that_is_open_may_decide() -> None:
    found = request()
    assert [may_decide(one, found) for one in EVERYBODY] == [False, False, True, True, True, False, True]
    half = replace(found, asker_by=LEADER)
    assert [may_decide(one, half) for one in (LEADER, OTHER_LEADER, HEAD)] == [False, True, True]
    assert not may_decide(LEADER, request(SwapState.ASKED))


def test_who_sees_answers_and_withdraws() -> None:
    asked, agreed, done = request(SwapState.ASKED), request(), request(SwapState.DONE)
    assert [may_see_swap(one, asked) for one in EVERYBODY] == [True, True, True, True, True, False, True]
    assert [may_answer(one, asked) for one in (ASKER, OTHER)] == [False, True]
    assert not may_answer(OTHER, agreed)
    assert [may_withdraw(ASKER, one) for one in (asked, agreed, done)] == [True, True, False]
    assert [may_withdraw(OTHER, one) for one in (asked, agreed, done)] == [False, True, False]


def test_colleagues_of_the_other_batch_come_nearest_first() -> None:
    near = person(50, batch=2)
    station_mate = person(51, batch=2, unit=unit(11, name="三班", path="1.2.4.11."))
    far = person(52, batch=2, station="清河收费站", unit=unit(12, name="一班", path="1.2.5.12."))
    assert colleagues(ASKER, [far, HEAD, office(), station_mate, near]) == (near, station_mate, far)


def test_without_anybody_above_nobody_is_asked_and_without_a_batch_there_is_none_to_swap() -> None:
    assert nearest_leaders(ASKER, request(), [ASKER, OTHER]) == ()
    with pytest.raises(NoBatch):
        colleagues(replace(ASKER, batch=None), EVERYBODY)
