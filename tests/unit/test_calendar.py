"""Working days, and the table from which the office's own are read."""

from datetime import date

import pytest

from domain.calendar import BadDays, Calendar, parse_days

MONDAY = date(2026, 11, 23)
# A free Thursday and Friday that are paid for by a working Sunday before.
HOLIDAY = Calendar({date(2026, 11, 26): False, date(2026, 11, 27): False, date(2026, 11, 22): True})


def test_a_day_that_nobody_knows_goes_by_the_week() -> None:
    plain = Calendar({})
    assert [plain.is_working(date(2026, 11, day)) for day in range(23, 30)] == [True] * 5 + [False] * 2


def test_a_known_day_beats_the_week() -> None:
    assert not HOLIDAY.is_working(date(2026, 11, 26))
    assert HOLIDAY.is_working(date(2026, 11, 22))


def test_the_nearest_working_day_is_the_day_itself_or_found_across_a_holiday() -> None:
    assert HOLIDAY.on_or_before(date(2026, 11, 25)) == date(2026, 11, 25)
    assert HOLIDAY.on_or_before(date(2026, 11, 29)) == date(2026, 11, 25)
    assert HOLIDAY.on_or_after(date(2026, 11, 26)) == date(2026, 11, 30)
    assert HOLIDAY.on_or_before(date(2026, 11, 22)) == date(2026, 11, 22)


def test_working_days_are_counted_backwards_across_a_holiday() -> None:
    assert HOLIDAY.before(date(2026, 11, 30), 1) == date(2026, 11, 25)
    assert HOLIDAY.before(date(2026, 11, 30), 3) == MONDAY
    assert HOLIDAY.before(MONDAY, 1) == date(2026, 11, 22)


def test_the_week_begins_with_its_first_working_day() -> None:
    assert HOLIDAY.first_of_week(date(2026, 11, 29)) == MONDAY
    late = Calendar(dict.fromkeys((MONDAY, date(2026, 11, 24)), False))
    assert late.first_of_week(date(2026, 11, 28)) == date(2026, 11, 25)


def test_a_week_without_work_begins_on_monday() -> None:
    free = Calendar({date(2026, 11, day): False for day in range(23, 30)})
    assert free.first_of_week(date(2026, 11, 27)) == MONDAY


def test_a_calendar_without_any_working_day_answers_with_the_day_itself() -> None:
    broken = Calendar({date.fromordinal(MONDAY.toordinal() + n): False for n in range(-400, 400)})
    assert broken.on_or_after(MONDAY) == MONDAY
    assert broken.on_or_before(MONDAY) == MONDAY


def test_days_are_read_with_and_without_a_heading_and_in_every_way_of_writing() -> None:
    rows = [
        (1, ("日期", "上班/休息", "名称")),
        (2, ("2027-02-06", "上班", "春节调休")),
        (3, ("2027/2/7", "休息", "")),
        (4, ("2027年2月8日", "放假")),
        (5, ("2027-02-09T00:00:00", "free", "x")),
    ]
    assert parse_days(rows) == {
        date(2027, 2, 6): (True, "春节调休"),
        date(2027, 2, 7): (False, ""),
        date(2027, 2, 8): (False, ""),
        date(2027, 2, 9): (False, "x"),
    }


def test_every_fault_is_reported_with_its_row_and_reason() -> None:
    rows = [
        (2, ("2027-02-30", "歇")),
        (3, ("2027-02-06", "上班", "名" * 21)),
        (4, ("2027-02-06", "休息")),
        (5, ("", "上班")),
    ]
    with pytest.raises(BadDays) as refused:
        parse_days(rows)
    assert refused.value.faults == (
        (2, "reminders.fault.day"),
        (2, "reminders.fault.working"),
        (3, "reminders.fault.name"),
        (4, "reminders.fault.twice"),
        (5, "reminders.fault.day"),
    )


def test_an_empty_table_is_a_fault() -> None:
    with pytest.raises(BadDays) as refused:
        parse_days([(1, ("日期", "上班/休息", "名称"))])
    assert refused.value.faults == ((1, "reminders.fault.empty"),)
