"""Weak points: what a person misses, and not by chance."""

from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.practice import Weakness, weaknesses
from domain.practice.weak import LEAST, SHOWN, TOO_MANY, lower_bound
from domain.questions import Topic

REG, SVC = Topic.REGULATIONS, Topic.SERVICE

tallies = st.lists(
    st.tuples(st.sampled_from(Topic), st.sampled_from("abc"), st.integers(0, 40), st.floats(0, 1)).map(
        lambda drawn: (drawn[0], drawn[1], drawn[2], round(drawn[2] * drawn[3]))
    )
)


def test_one_mistake_is_no_weakness_however_many_answers_there_are() -> None:
    for answers in range(1, 60):
        assert weaknesses([(REG, "fees", answers, 1)]) == ()


def test_few_answers_tell_nothing_even_if_all_are_wrong() -> None:
    assert weaknesses([(REG, "fees", LEAST - 1, LEAST - 1)]) == ()
    assert weaknesses([(REG, "fees", LEAST, LEAST)])


def test_half_wrong_of_eight_is_a_weakness_and_three_of_eight_is_none() -> None:
    (weak,) = weaknesses([(REG, "fees", 8, 4)])
    assert weak == Weakness(REG, "fees", 8, 4, pytest.approx(0.2936, abs=1e-4))
    assert weaknesses([(REG, "fees", 8, 3)]) == ()


def test_with_many_answers_a_smaller_share_is_enough() -> None:
    assert weaknesses([(REG, "fees", 100, 31)])
    assert weaknesses([(REG, "fees", 100, 30)]) == ()


def test_parts_of_a_subject_are_added_up_and_topics_are_kept_apart() -> None:
    assert weaknesses([(REG, "fees", 4, 3), (SVC, "fees", 4, 3)]) == ()
    (weak,) = weaknesses([(REG, "fees", 4, 3), (REG, "fees", 4, 3)])
    assert (weak.answers, weak.wrong) == (8, 6)


def test_the_surest_weakness_comes_first_and_three_are_enough() -> None:
    found = weaknesses(
        [(REG, "few", 8, 5), (REG, "worst", 40, 36), (SVC, "many", 80, 50), (SVC, "least", 8, 4), (REG, "fine", 40, 2)]
    )
    assert [one.tag for one in found] == ["worst", "many", "few"]


def test_equal_weaknesses_come_in_the_order_of_topic_and_tag() -> None:
    found = weaknesses([(SVC, "a", 8, 6), (REG, "b", 8, 6), (REG, "a", 8, 6)])
    assert [(one.topic, one.tag) for one in found] == [(REG, "a"), (REG, "b"), (SVC, "a")]


def test_no_answers_and_no_mistakes_are_no_weakness() -> None:
    assert weaknesses([]) == weaknesses([(REG, "fees", 0, 0)]) == weaknesses([(REG, "fees", 50, 0)]) == ()


@pytest.mark.parametrize(
    ("wrong", "answers", "bound"),
    [(0, 0, 0), (0, 8, 0), (1, 1, 0.3784), (5, 10, 0.3122), (8, 8, 0.8297), (4, 8, 0.2936), (30, 100, 0.2449)],
)
def test_the_bound_has_its_known_values(wrong: int, answers: int, bound: float) -> None:
    assert lower_bound(wrong, answers) == pytest.approx(bound, abs=1e-4)


@given(st.integers(1, 200), st.data())
def test_the_bound_is_where_the_score_test_says_90_percent(answers: int, data: st.DataObject) -> None:
    """Wilson's interval turns the score test round: at the bound p, the observed share is z deviations away."""
    wrong = data.draw(st.integers(1, answers))
    p, share = lower_bound(wrong, answers), wrong / answers
    assert 0 < p < share
    assert (share - p) / sqrt(p * (1 - p) / answers) == pytest.approx(NormalDist().inv_cdf(0.9), abs=1e-3)


@given(tallies)
def test_what_is_called_weak_is_so_by_every_rule(given_tallies: list[tuple[Topic, str, int, int]]) -> None:
    found = weaknesses(given_tallies)
    assert len(found) <= SHOWN
    assert list(found) == sorted(found, key=lambda one: (-one.share, one.topic, one.tag))
    assert all(one.answers >= LEAST and one.wrong / one.answers > one.share > TOO_MANY for one in found)
    assert len({(one.topic, one.tag) for one in found}) == len(found)
    assert found == weaknesses(reversed(given_tallies))


@given(tallies)
def test_a_subject_that_is_hidden_by_three_others_is_no_weaker(
    given_tallies: list[tuple[Topic, str, int, int]],
) -> None:
    found = weaknesses(given_tallies)
    shown = {(one.topic, one.tag) for one in found}
    others = [one for one in given_tallies if one[:2] not in shown]
    assert all(hidden.share <= weak.share for hidden in weaknesses(others) for weak in found)
