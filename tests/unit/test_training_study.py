"""What a material is, which questions a check draws, and whose mark counts in the coverage."""

import random

import pytest

from domain.people import Role
from domain.practice import NothingToPractise, RunState
from domain.questions import Course
from domain.training import CourseInfo, Mark
from domain.training.covering import Attendance, coverage
from domain.training.studying import (
    TEXT_LIMIT,
    Check,
    MaterialKind,
    MaterialTooLong,
    NoMaterial,
    content_of,
    draw,
    studies,
)
from tests.unit.test_views_samples import NOW, item, office, person, question, run, unit

LAWS = CourseInfo(Course.LAWS, "法律法规", 2)


def test_a_text_is_titled_by_its_first_line() -> None:
    found = content_of("\n收费纪律\n一、……", "\n<b>收费纪律</b>\n一、……")
    assert (found.kind, found.title, found.body) == (MaterialKind.TEXT, "收费纪律", "<b>收费纪律</b>\n一、……")
    assert content_of("长" * 50, "长" * 50).title == "长" * 39 + "…"


def test_a_link_is_titled_by_what_stands_before_it_or_by_its_host() -> None:
    named, bare = content_of("公路法 https://a.example/b?c=1", ""), content_of(" https://a.example/b ", "")
    assert (named.kind, named.title, named.body) == (MaterialKind.LINK, "公路法", "https://a.example/b?c=1")
    assert (bare.kind, bare.title) == (MaterialKind.LINK, "a.example")


def test_a_text_that_ends_in_a_link_is_a_text() -> None:
    for text in ("第一段\n见 https://a.example/b", "字" * 70 + " https://a.example", "见 http://localhost"):
        assert content_of(text, text).kind is MaterialKind.TEXT


def test_a_file_is_titled_by_its_caption_or_its_name() -> None:
    assert content_of("讲义", "讲义", document="f", file_name="a.pdf").title == "讲义"
    named = content_of("", "", document="f", file_name="a.pdf")
    assert (named.kind, named.title, named.body) == (MaterialKind.DOCUMENT, "a.pdf", "f")
    assert content_of("", "", photo="p").kind is MaterialKind.PHOTO


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(NoMaterial):
        content_of("  ", "")
    with pytest.raises(MaterialTooLong) as refused:
        content_of("字" * (TEXT_LIMIT + 1), "字" * (TEXT_LIMIT + 1))
    assert refused.value.values == {"limit": TEXT_LIMIT, "length": TEXT_LIMIT + 1}


def test_three_questions_are_drawn_and_not_the_last_ones_where_there_are_others() -> None:
    bank = [question(id=f"q{n}") for n in range(6)]
    before = frozenset({"q0", "q1", "q2"})
    assert {one.id for one in draw(bank, before, random.Random(1))} == {"q3", "q4", "q5"}
    assert len({one.id for one in draw(bank[:4], before, random.Random(1))}) == 3
    with pytest.raises(NothingToPractise):
        draw(bank[:2], frozenset(), random.Random(1))


def test_a_check_is_passed_by_three_right_answers_and_over_when_every_explanation_is_read() -> None:
    right, wrong = item(ticked=frozenset({0}), answered_at=NOW), item(ticked=frozenset({1}), answered_at=NOW)
    noted = item(ticked=frozenset({1}), answered_at=NOW, noted_at=NOW)
    checks = [Check(LAWS, run(one, state=RunState.FINISHED)) for one in (right, wrong, noted, item())]
    assert [(check.passed, check.over) for check in checks] == [
        (True, True),
        (False, False),
        (False, True),
        (False, False),
    ]


def test_a_course_knows_its_next_check() -> None:
    found = studies([LAWS], (), frozenset({Course.LAWS}), {Course.LAWS: (4, 17)})
    assert [(one.completed, one.open_check, one.next_number) for one in found] == [(True, 17, 5)]
    assert studies([LAWS], (), frozenset(), {})[0].next_number == 1


def test_the_better_mark_counts_and_totals_are_by_team() -> None:
    mine, other = person(7), person(8, unit=unit(10, name="二班"))
    marks = [
        Attendance(7, Course.LAWS, 2, NOW + 5, Mark.LATE),
        Attendance(7, Course.LAWS, 1, NOW, Mark.ABSENT),
        Attendance(8, Course.LAWS, 1, NOW, Mark.LEAVE),
        Attendance(99, Course.LAWS, 1, NOW, Mark.PRESENT),
    ]
    found = coverage([mine, other, office()], [LAWS], marks)
    assert [row.person.role for row in found.rows] == [Role.COLLECTOR, Role.COLLECTOR]
    assert found.rows[0].marks[Course.LAWS] == marks[0]
    assert [row.covered(Course.LAWS) for row in found.rows] == [True, False]
    assert [(team.team, team.people, dict(team.covered)) for team in found.teams] == [
        ("一班", 1, {Course.LAWS: 1}),
        ("二班", 1, {Course.LAWS: 0}),
    ]
    assert found.covered(Course.LAWS) == 1
