"""Which questions a set has: new ones first, then due ones up to the cap, courses in turn, pictures last."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY
from domain.practice import DUE_A_DAY, SIZES, Card, Memory, NothingToPractise, lay_out, pick, shuffled
from domain.questions import Course, Difficulty, Kind, Question, Topic

NOW = 1_790_000_000_000
SHOWN_OPTIONS = ("甲", "乙", "丙", "丁")


def question(name: str, topic: Topic = Topic.REGULATIONS, kind: Kind = Kind.SINGLE, **fields: bool) -> Question:
    """A question; what it says does not matter."""
    return Question(
        name, 1, topic, kind, name, SHOWN_OPTIONS, frozenset({0}), "", "", (), (), Difficulty.EASY,
        fields.get("fixed_order", False), "", "",
    )  # fmt: skip


def bank(count: int, topic: Topic = Topic.REGULATIONS) -> list[Question]:
    return [question(f"{topic}-{number:03}", topic) for number in range(count)]


def card(one: Question, *, due_in: float, waited: float = 4, stability: float = 2) -> Card:
    """A card that is due in so many days (past ones are negative), last answered ``waited`` days ago."""
    last_at = NOW - round(waited * DAY)
    return Card(one.id, 1, 0, last_at, Memory(stability, 5, last_at, NOW + round(due_in * DAY)))


def cards(questions: Sequence[Question], **when: float) -> dict[str, Card]:
    return {one.id: card(one, **when) for one in questions}


def chosen(
    questions: Sequence[Question], known: dict[str, Card], size: int = 5, allowed: int = DUE_A_DAY, seed: int = 1
) -> list[Question]:
    return list(pick(questions, known, size, random.Random(seed), NOW, allowed))


@dataclass(frozen=True, slots=True)
class Desk:
    """A bank with what a person knows of it, sorted by what there is to ask."""

    bank: tuple[Question, ...]
    cards: dict[str, Card]

    @property
    def new(self) -> set[str]:
        return {one.id for one in self.bank} - self.cards.keys()

    @property
    def due(self) -> set[str]:
        return {name for name, one in self.cards.items() if one.due_at <= NOW}

    @property
    def later(self) -> set[str]:
        return self.cards.keys() - self.due


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """Any bank up to 60 questions, each new, due, not yet due, or with a card from before memories were kept."""
    rng = draw(st.randoms(use_true_random=False))
    questions = tuple(
        question(f"q-{number:03}", rng.choice(list(Topic)), rng.choice(list(Kind)))
        for number in range(draw(st.integers(0, 60)))
    )
    known: dict[str, Card] = {}
    for one in questions:
        state = rng.choice(["new", "due", "later", "old"])
        if state == "old":
            known[one.id] = Card(one.id, 3, 1, NOW - DAY)
        elif state != "new":
            due_in = rng.uniform(-20, 0) if state == "due" else rng.uniform(0.01, 14)
            known[one.id] = card(one, due_in=due_in, waited=rng.uniform(0, 30), stability=rng.uniform(0.01, 50))
    return Desk(questions, known)


def test_what_was_never_asked_comes_before_what_is_due() -> None:
    due, new = bank(10), bank(10, Topic.SERVICE)
    assert set(chosen(due + new, cards(due, due_in=-1))) <= set(new)


def test_the_last_new_ones_are_all_asked_and_due_ones_fill_the_set() -> None:
    due, new = bank(10), bank(2, Topic.SERVICE)
    picked = chosen(due + new, cards(due, due_in=-1))
    assert len(picked) == 5
    assert set(new) < set(picked)


def test_due_ones_come_before_those_that_are_due_later() -> None:
    questions = bank(10)
    due, later = questions[:3], questions[3:]
    picked = chosen(questions, cards(due, due_in=0) | cards(later, due_in=1))
    assert set(due) < set(picked)


def test_the_most_forgotten_comes_first() -> None:
    questions = bank(40)
    weak, firm = questions[:5], questions[5:]
    known = cards(weak, due_in=-1, waited=3, stability=0.5) | cards(firm, due_in=-5, waited=10, stability=8)
    assert set(chosen(questions, known)) == set(weak)


def test_a_card_without_a_memory_is_due_before_all_others() -> None:
    questions = bank(30)
    known = cards(questions[1:], due_in=-5, waited=100, stability=0.01)
    known[questions[0].id] = Card(questions[0].id, 2, 1, NOW - DAY)
    assert questions[0] in chosen(questions, known)


def test_what_is_due_soonest_fills_a_set_when_nothing_new_or_due_is_left() -> None:
    questions = bank(9)
    known = {one.id: card(one, due_in=number + 1) for number, one in enumerate(questions)}
    assert {one.id for one in chosen(questions, known)} == {one.id for one in questions[:5]}


def test_twenty_due_ones_a_day_are_the_most() -> None:
    assert DUE_A_DAY == 20
    questions = bank(80)
    due, later = questions[:50], questions[50:]
    known = cards(due, due_in=-1) | cards(later, due_in=1)
    assert sum(one in due for one in chosen(questions, known, 40)) == 20
    assert sum(one in due for one in chosen(questions, known, 10, allowed=3)) == 3
    assert not set(chosen(questions, known, 10, allowed=0)) & set(due)


def test_who_asks_for_more_when_only_due_ones_are_left_gets_them() -> None:
    """The wrong book after a long day: an empty set would be a lie, a button that does nothing too."""
    questions = bank(10)
    assert len(chosen(questions, cards(questions, due_in=-1), allowed=0)) == 5


def test_no_course_waits_behind_another() -> None:
    questions = bank(100, Topic.REGULATIONS) + [
        one for topic in (Topic.ETHICS, Topic.SERVICE) for one in bank(2, topic)
    ]
    for known in ({}, cards(questions, due_in=-1), cards(questions, due_in=-1) | cards(questions[:10], due_in=3)):
        for seed in range(10):
            courses = [one.topic.course for one in chosen(questions, known, 3, allowed=200, seed=seed)]
            assert len(set(courses)) == 3


def test_courses_alternate_within_a_set() -> None:
    questions = [one for topic in Topic for one in bank(20, topic)]
    for seed in range(20):
        courses = [one.topic.course for one in chosen(questions, {}, 10, seed=seed)]
        assert len(set(courses)) == len(Course)
        assert all(before is not after for before, after in pairwise(courses))


def test_pictures_come_last() -> None:
    questions = [question(f"p-{n}", kind=Kind.PICTURE) for n in range(3)] + bank(2)
    assert [one.kind is Kind.PICTURE for one in chosen(questions, {})] == [False, False, True, True, True]


@pytest.mark.parametrize("size", SIZES)
def test_a_set_has_the_size_that_was_asked_for(size: int) -> None:
    assert len(chosen(bank(30), {}, size)) == size


def test_a_small_bank_gives_a_small_set() -> None:
    questions = bank(3)
    for known in ({}, cards(questions, due_in=-1), cards(questions, due_in=1), cards(questions[:1], due_in=-1)):
        assert set(chosen(questions, known, 10)) == set(questions)


def test_an_empty_bank_has_nothing_to_practise() -> None:
    with pytest.raises(NothingToPractise):
        chosen([], {})
    with pytest.raises(NothingToPractise):
        chosen([], cards(bank(3), due_in=-1))  # cards of questions that are no longer asked


def test_the_same_chance_picks_the_same_set_and_another_one_another() -> None:
    questions = bank(200)
    assert chosen(questions, {}, 10) == chosen(questions, {}, 10)
    assert chosen(questions, {}, 10) != chosen(questions, {}, 10, seed=2)


def test_going_through_the_bank_asks_each_question_once_before_any_comes_again(
    shipped_bank: tuple[Question, ...],
) -> None:
    known: dict[str, Card] = {}
    for number in range(len(shipped_bank) // 5):
        picked = chosen(shipped_bank, known, seed=number)
        assert not {one.id for one in picked} & known.keys()
        known |= cards(picked, due_in=-1)
    assert len(shipped_bank) - len(known) < 5


@given(desks(), st.sampled_from([*SIZES, 40]), st.integers(0, 25), st.integers(0, 9))
def test_every_set_keeps_every_rule(desk: Desk, size: int, allowed: int, seed: int) -> None:
    if not desk.bank:
        with pytest.raises(NothingToPractise):
            chosen(desk.bank, desk.cards, size, allowed, seed)
        return
    picked = chosen(desk.bank, desk.cards, size, allowed, seed)
    names = {one.id for one in picked}
    assert len(names) == len(picked) == min(size, len(desk.bank))
    assert set(picked) <= set(desk.bank)
    new, due, later = names & desk.new, names & desk.due, names & desk.later
    assert len(new) == min(size, len(desk.new))
    assert len(due) >= min(allowed, len(desk.due), size - len(new))
    if later:
        assert len(due) >= min(allowed, len(desk.due))
    if later != desk.later:
        assert len(due) <= allowed
    kinds = [one.kind is Kind.PICTURE for one in picked]
    assert kinds == sorted(kinds)


@given(desks(), st.sampled_from(SIZES), st.integers(0, 9))
def test_courses_are_in_turn_as_long_as_there_is_another(desk: Desk, size: int, seed: int) -> None:
    picked = chosen(desk.bank, desk.cards, size, seed=seed) if desk.bank else []
    text = [one.topic.course for one in picked if one.kind is not Kind.PICTURE]
    for place in range(1, len(text)):
        if text[place] is text[place - 1]:
            assert set(text[place:]) == {text[place]}


def test_options_keep_their_order_where_it_carries_meaning() -> None:
    rng = random.Random(1)
    assert {shuffled(question("a", fixed_order=True), rng) for _ in range(20)} == {(0, 1, 2, 3)}
    assert {shuffled(question("a", kind=Kind.TRUE_FALSE), rng) for _ in range(20)} == {(0, 1, 2, 3)}
    orders = {shuffled(question("a"), rng) for _ in range(200)}
    assert len(orders) > 15
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)


def test_items_are_numbered_from_zero_in_the_order_picked() -> None:
    questions = bank(4)
    items = lay_out(questions, random.Random(1))
    assert [(item.position, item.question) for item in items] == list(enumerate(questions))
    assert not any(item.answered for item in items)
