"""Screens of groups and their questions."""

from datetime import date, time, timedelta

from domain.people import Locale, Role
from domain.practice.class_quizzes import ClassQuiz, ClassState, Setup
from domain.practice.quizzes import DAILY, TIMES, Group, GroupCard, Quiz, QuizState
from domain.questions import Course, Kind, Topic
from tests.unit.test_views_samples import NOW, USERNAME, office, person, question, session, station, toll_office, unit
from views.practice import class_quizzes, quizzes
from views.screen import Screen
from views.texts import Texts

TODAY = date(2026, 11, 24)


def group(word: str = "", **fields: object) -> Group:
    """A team's group with a daily question at eight."""
    values: dict[str, object] = {
        "id": 3,
        "chat_id": -100,
        "title": f"值班群{word}",
        "unit": unit(name=f"一班{word}"),
        "station": f"城东收费站{word}",
        "bound_at": NOW,
        "left_at": None,
        "daily_at": time(8),
        "daily_from": NOW,
    }
    return Group(**(values | fields))  # type: ignore[arg-type]


def quiz(kind: Kind = Kind.SINGLE, word: str = "题", **fields: object) -> Quiz:
    """A closed question that ten people answered; the order is 丙 丁 甲 乙."""
    values: dict[str, object] = {
        "id": 5,
        "group_id": 3,
        "chat_id": -100,
        "slot": DAILY,
        "day": TODAY,
        "question": question(kind, word),
        "order": (0, 1) if kind is Kind.TRUE_FALSE else (2, 3, 0, 1),
        "state": QuizState.POSTED,
        "due_at": NOW,
        "late_until": NOW,
        "closes_at": NOW,
        "message_id": 9,
        "votes": (3, 7) if kind is Kind.TRUE_FALSE else (1, 1, 8, 0),
        "answered": 10,
        "closed_at": NOW,
    }
    return Quiz(**(values | fields))  # type: ignore[arg-type]


def every_state(word: str) -> tuple[Quiz, ...]:
    """Whatever can stand in a leader's list."""
    states = (QuizState.PLANNED, QuizState.POSTING, QuizState.UNKNOWN, QuizState.FAILED)
    return (
        quiz(word=word),
        quiz(Kind.MULTIPLE, word, votes=(1, 0, 9, 8)),
        quiz(Kind.MULTIPLE, word, votes=(0, 0, 10, 10)),
        quiz(word=word, answered=3),
        quiz(word=word, answered=0, votes=()),
        quiz(word=word, closed_at=None),
        quiz(word=word, state=QuizState.FAILED, cause="no_rights"),
        quiz(word=word, state=QuizState.FAILED, cause="gone"),
        *(quiz(word=word, state=state) for state in states),
    )


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """What a group is told, and what its leader sees."""
    units = (toll_office(f"所{word}"), *(station(f"站{word}{n}") for n in range(many)))
    card = GroupCard(group(word), TIMES, every_state(word), (TODAY - timedelta(days=1),))
    off = GroupCard(group(word, daily_at=None, daily_from=None, unit=station(f"站{word}"), station=None), (), ())
    leader = person(role=Role.TEAM_LEADER, unit=unit(name=f"一班{word}"), station=f"城东{word}", locale=Locale.EN)
    return {
        "quizzes.ask_bind": quizzes.ask_bind(t, leader, (leader.unit,)),
        "quizzes.ask_bind office": quizzes.ask_bind(t, office(), units),
        "quizzes.stranger_added": quizzes.stranger_added(t),
        "quizzes.not_a_leader": quizzes.not_a_leader(t),
        "quizzes.bound": quizzes.bound(t, group(word), USERNAME),
        "quizzes.in_private": quizzes.in_private(t, USERNAME),
        "quizzes.groups": quizzes.groups(t, tuple(group(word, id=n) for n in range(1, many + 1))),
        "quizzes.groups none": quizzes.groups(t, ()),
        "quizzes.group": quizzes.group(t, card),
        "quizzes.group off": quizzes.group(t, off),
        **_classes(t, word, many),
    }


def class_quiz(word: str = "", **fields: object) -> ClassQuiz:
    """A class quiz of three at its second question."""
    values: dict[str, object] = {
        "id": 8,
        "group": group(word),
        "session_id": 5,
        "leader_id": 7,
        "subject": Topic.COUNTERFEIT,
        "size": 3,
        "state": ClassState.OPEN,
        "chat_id": 100,
        "message_id": 4,
        "shown": "",
        "shown_at": NOW,
        "created_at": NOW,
        "quizzes": (quiz(word=word), quiz(word=word, closed_at=None)),
    }
    return ClassQuiz(**(values | fields))  # type: ignore[arg-type]


def _classes(t: Texts, word: str, many: int) -> dict[str, Screen]:
    groups = tuple(group(word, id=n) for n in range(1, many + 1))
    of_session = Setup(group(word), session(word), (Course.OPERATIONS, *Topic, None))
    five = tuple(every_state(word)[:5])
    over, last = ClassState.FINISHED, {"size": 2}
    return {
        "class_quizzes.where": class_quizzes.where(t, groups, 5),
        "class_quizzes.where none": class_quizzes.where(t, (), 5),
        "class_quizzes.setup": class_quizzes.setup(t, Setup(group(word), None, (*Topic, None))),
        "class_quizzes.setup session": class_quizzes.setup(t, of_session),
        "class_quizzes.class_quiz": class_quizzes.class_quiz(t, class_quiz(word)),
        "class_quizzes.class_quiz last": class_quizzes.class_quiz(t, class_quiz(word, **last)),
        "class_quizzes.class_quiz over": class_quizzes.class_quiz(t, class_quiz(word, state=over, quizzes=five)),
        "class_quizzes.class_quiz counting": class_quizzes.class_quiz(t, class_quiz(word, state=over)),
        "class_quizzes.class_quiz dropped": class_quizzes.class_quiz(t, class_quiz(word, state=ClassState.DROPPED)),
        "class_quizzes.invited": class_quizzes.invited(t, group(word)),
        "class_quizzes.told_in_private": class_quizzes.told_in_private(t),
        "class_quizzes.not_for_you": class_quizzes.not_for_you(t),
    }
