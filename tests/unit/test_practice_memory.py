"""The memory of a question: FSRS as the library has it, and the intervals that we cap."""

from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY, HOUR, MINUTE, millis
from domain.practice import Grade, Memory, Scheduler
from domain.practice.memory import LONGEST, PARAMETERS, RETENTION, longest

START = datetime(2026, 9, 1, 10, 30, tzinfo=UTC)
NOW = millis(START)
RATING = {Grade.WRONG: fsrs.Rating.Again, Grade.GUESSED: fsrs.Rating.Hard, Grade.RIGHT: fsrs.Rating.Good}
SCHEDULER = Scheduler()
LIBRARY = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)

Answers = list[tuple[float, Grade]]  # days since the answer before, and how it went

COURSES: list[Answers] = [
    [(0, Grade.RIGHT), (2, Grade.RIGHT), (11, Grade.RIGHT)],
    [(0, Grade.WRONG), (0.25, Grade.RIGHT), (1, Grade.GUESSED), (3, Grade.RIGHT)],
    [(0, Grade.GUESSED), (1, Grade.WRONG), (0.02, Grade.WRONG), (2, Grade.RIGHT), (30, Grade.RIGHT)],
    [(0, Grade.RIGHT), (2, Grade.WRONG), (0.25, Grade.RIGHT), (2.75, Grade.RIGHT)],
]

answers = st.lists(
    st.tuples(st.integers(0, 40 * DAY).map(lambda pause: pause / DAY), st.sampled_from(Grade)), min_size=1, max_size=12
)
exams = st.none() | st.integers(-20 * DAY, 90 * DAY).map(lambda ahead: NOW + ahead)


def remembered(course: Answers, exam_at: int | None = None, scheduler: Scheduler = SCHEDULER) -> list[Memory]:
    """The memory after each answer."""
    memories: list[Memory] = []
    now = NOW
    for pause, grade in course:
        now += round(pause * DAY)
        memories.append(scheduler.after(memories[-1] if memories else None, grade, now, exam_at))
    return memories


@pytest.mark.parametrize("course", COURSES)
def test_stability_difficulty_and_interval_are_those_of_the_library(course: Answers) -> None:
    card, moment = fsrs.Card(card_id=1), START
    for (pause, grade), memory in zip(course, remembered(course), strict=True):
        moment += timedelta(days=pause)
        card, _ = LIBRARY.review_card(card, RATING[grade], moment)
        assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty)
        assert memory.last_at == millis(moment)
        interval = timedelta(0) if grade is Grade.WRONG else min(card.due - moment, timedelta(days=14))
        assert memory.due_at == millis(moment + interval)


def test_known_courses_keep_their_values() -> None:
    """Literal values: a library that computes otherwise would change what people are asked without a word."""
    told = [
        [(round(m.stability, 4), round(m.difficulty, 4), (m.due_at - m.last_at) / DAY) for m in remembered(course)]
        for course in COURSES[:2]
    ]
    assert told == [
        [(2.3065, 2.1181, 2), (10.9643, 2.1112, 11), (46.2802, 2.1043, 14)],
        [(0.212, 6.4133, 0), (0.2467, 6.4021, 1), (1.314, 7.5968, 1), (5.2321, 7.5844, 5)],
    ]


def test_dates_are_counted_from_the_answer() -> None:
    (memory,) = remembered([(0, Grade.RIGHT)])
    assert datetime.fromtimestamp(memory.due_at / 1000, UTC) == datetime(2026, 9, 3, 10, 30, tzinfo=UTC)


def test_a_wrong_answer_is_due_at_once_also_after_long_knowledge() -> None:
    first, later = remembered([(0, Grade.WRONG)])[-1], remembered([*COURSES[0], (10, Grade.WRONG)])[-1]
    assert (first.due_at, later.due_at) == (NOW, later.last_at)


def test_a_guess_comes_back_before_what_was_known_and_after_what_was_missed() -> None:
    wrong, guessed, right = (remembered([(0, grade)])[0] for grade in (Grade.WRONG, Grade.GUESSED, Grade.RIGHT))
    assert wrong.due_at < guessed.due_at < right.due_at
    assert wrong.stability < guessed.stability < right.stability


@pytest.mark.parametrize(
    ("exam_in", "days"),
    [
        (None, 14),
        (90 * DAY, 14),
        (28 * DAY, 14),
        (20 * DAY, 10),
        (1 * DAY, 0.5),
        (0, 14),  # over: it caps nothing any more
        (-1 * DAY, 14),
    ],
)
def test_no_interval_is_longer_than_fourteen_days_or_half_of_what_is_left(exam_in: int | None, days: float) -> None:
    exam_at = None if exam_in is None else NOW + exam_in
    known = Memory(stability=300, difficulty=2, last_at=NOW - 100 * DAY, due_at=NOW)
    assert SCHEDULER.after(known, Grade.RIGHT, NOW, exam_at).due_at == NOW + round(days * DAY)
    assert longest(NOW, exam_at) == round(days * DAY)


def test_a_short_interval_is_left_alone() -> None:
    assert SCHEDULER.after(None, Grade.RIGHT, NOW, NOW + 20 * DAY).due_at == NOW + 2 * DAY


def test_the_exam_changes_when_it_is_asked_and_not_what_is_known() -> None:
    free, capped = remembered(COURSES[0])[-1], remembered(COURSES[0], NOW + 15 * DAY)[-1]
    assert (free.stability, free.difficulty) == (capped.stability, capped.difficulty)
    assert capped.due_at < free.due_at


def test_recall_is_whole_at_first_and_nine_tenths_after_the_stability() -> None:
    memory = Memory(stability=10, difficulty=5, last_at=NOW, due_at=NOW)
    assert SCHEDULER.recall(memory, NOW) == 1
    assert SCHEDULER.recall(memory, NOW + 10 * DAY) == pytest.approx(0.9)
    assert SCHEDULER.recall(memory, NOW + 30 * DAY) < 0.9


def test_the_parameters_are_the_librarys_and_others_can_be_given() -> None:
    assert tuple(LIBRARY.parameters) == PARAMETERS == SCHEDULER.parameters
    assert LIBRARY.desired_retention == RETENTION == SCHEDULER.retention
    slower = Scheduler([2 * first for first in PARAMETERS[:4]] + list(PARAMETERS[4:]), 0.8)
    assert slower.after(None, Grade.RIGHT, NOW).stability == pytest.approx(2 * PARAMETERS[2])
    assert slower.after(None, Grade.RIGHT, NOW).due_at > SCHEDULER.after(None, Grade.RIGHT, NOW).due_at


@given(answers, exams)
def test_the_same_answers_give_the_same_memory_whoever_asks(course: Answers, exam_at: int | None) -> None:
    assert remembered(course, exam_at) == remembered(course, exam_at, Scheduler())


@given(answers, exams)
def test_it_is_never_due_before_the_answer_nor_beyond_the_cap(course: Answers, exam_at: int | None) -> None:
    for memory in remembered(course, exam_at):
        cap = LONGEST
        if exam_at is not None and memory.last_at < exam_at:
            cap = min(cap, (exam_at - memory.last_at) // 2)
            assert memory.due_at < exam_at
        assert 0 <= memory.due_at - memory.last_at <= cap


@given(answers)
def test_stability_is_positive_and_difficulty_from_one_to_ten(course: Answers) -> None:
    for memory in remembered(course):
        assert memory.stability > 0
        assert 1 <= memory.difficulty <= 10


@given(answers, st.integers(0, 100 * DAY))
def test_recall_is_a_chance_and_falls_with_time(course: Answers, wait: int) -> None:
    memory = remembered(course)[-1]
    sooner, later = (SCHEDULER.recall(memory, memory.last_at + pause) for pause in (wait // 2, wait))
    assert 0 < later <= sooner <= 1


@given(st.sampled_from([Grade.GUESSED, Grade.RIGHT]), st.sampled_from([MINUTE, 5 * HOUR, DAY, 9 * DAY]))
def test_a_right_answer_never_weakens_a_memory(grade: Grade, pause: int) -> None:
    before = remembered([(0, Grade.RIGHT)])[-1]
    assert SCHEDULER.after(before, grade, NOW + pause).stability >= before.stability
