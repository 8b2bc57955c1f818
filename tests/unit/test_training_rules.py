"""What may be typed about a session, and when the roll may be called."""

from datetime import datetime

import pytest

from domain.clock import HOUR, MINUTE, millis
from domain.dates import BadMoment, PastMoment
from domain.questions import Course
from domain.training import (
    CourseInfo,
    EndsBefore,
    NobodyOfName,
    NoDate,
    SeveralOfName,
    TextTooLong,
    TooEarly,
    Unchanged,
    checked_text,
    default_length,
    find_person,
    overlaps,
    parse_time,
    require_open_roll,
)
from tests.unit.test_views_samples import NOW, TZ, person, session


def at(day: int, hour: int, minute: int = 0) -> int:
    return millis(datetime(2026, 11, day, hour, minute, tzinfo=TZ))


def test_a_day_is_seven_hours_with_lunch_and_half_a_day_three() -> None:
    lengths = [default_length(CourseInfo(Course.LAWS, "", half_days)) for half_days in (2, 1, 3)]
    assert lengths == [7 * HOUR, 3 * HOUR, 10 * HOUR]


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("11-30 9:00", at(30, 9), at(30, 16)),
        ("11-30 9:00-11:30", at(30, 9), at(30, 11, 30)),
        ("明天 9:00到12:00", at(25, 9), at(25, 12)),
        ("11月30日 14:00 — 17：30", at(30, 14), at(30, 17, 30)),
        ("周五下午2点至16:00", at(27, 14), at(27, 16)),
    ],
)
def test_a_time_may_have_its_end_and_else_takes_the_course_s_length(text: str, starts: int, ends: int) -> None:
    assert parse_time(text, session(starts_at=None, ends_at=None), NOW, TZ) == (starts, ends)


def test_a_moved_session_keeps_its_length() -> None:
    moved = parse_time("11-30 9:00", session(), NOW, TZ)
    assert moved[1] - moved[0] == 7 * HOUR + HOUR // 2


def test_an_end_before_the_start_and_times_that_do_not_exist_are_refused() -> None:
    for text, error in (
        ("11-30 9:00-8:00", EndsBefore),
        ("11-30 9:00-25:00", BadMoment),
        ("11-30 9:00-12:70", BadMoment),
        ("2020-1-1 9:00-12:00", PastMoment),
        ("改天", BadMoment),
    ):
        with pytest.raises(error):
            parse_time(text, session(), NOW, TZ)


def test_a_text_is_one_line_and_not_too_long() -> None:
    assert checked_text("  三楼\n会议室 ") == "三楼 会议室"
    with pytest.raises(TextTooLong):
        checked_text("长" * 81)
    with pytest.raises(Unchanged):
        checked_text("  ")


def test_a_person_is_found_by_staff_number_or_by_a_name_that_only_one_has() -> None:
    one, two, three = person(1, name="张三"), person(2, name="李四"), person(3, name="李四")
    assert find_person(" 张三 ", [one, two, three]) is one
    assert find_person(two.staff_no, [one, two, three]) is two
    with pytest.raises(SeveralOfName):
        find_person("李四", [one, two, three])
    with pytest.raises(NobodyOfName):
        find_person("王五", [one])


def test_sessions_overlap_when_they_share_a_moment() -> None:
    start = at(25, 9)
    one = session(id=1, starts_at=start, ends_at=start + HOUR)
    for first, last, shared in ((-60, 0, False), (-60, 1, True), (59, 90, True), (60, 90, False), (-9, 99, True)):
        other = session(id=2, starts_at=start + first * MINUTE, ends_at=start + last * MINUTE)
        assert overlaps(one, other) is shared
    assert not overlaps(one, one)
    assert not overlaps(one, session(id=2, starts_at=start, ends_at=start + HOUR, cancelled_at=NOW))
    assert not overlaps(one, session(id=2, starts_at=None, ends_at=None))


def test_the_roll_opens_half_an_hour_before_the_start() -> None:
    start = session().starts_at or 0
    require_open_roll(session(), start - 30 * MINUTE)
    with pytest.raises(TooEarly):
        require_open_roll(session(), start - 30 * MINUTE - 1)
    for closed in (session(starts_at=None, ends_at=None), session(cancelled_at=NOW)):
        with pytest.raises(NoDate):
            require_open_roll(closed, start)
