"""Quiet hours, the sleep after a night shift, the end of a shift."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.clock import local, millis
from domain.quiet import CYCLE_LIMIT, Pattern, Quiet, Shift, after_shift, opens_at, parse_cycle
from tests.conftest import TZ

NIGHT = Quiet(time(21), time(8))
NEVER = Quiet(time(0), time(0))
NOON = Quiet(time(12), time(14))
MONDAY = date(2026, 11, 23)
PATTERN = Pattern(MONDAY, "DNRR")  # Monday by day, Tuesday by night, Wednesday and Thursday free


def at(day: int, clock: str) -> int:
    return millis(datetime.combine(MONDAY + timedelta(days=day), time.fromisoformat(clock), TZ))


def said(moment: int) -> tuple[int, str]:
    shown = local(moment, TZ)
    return (shown.date() - MONDAY).days, f"{shown:%H:%M}"


@pytest.mark.parametrize(
    ("clock", "opens"),
    [
        ("07:59", (0, "08:00")),
        ("08:00", (0, "08:00")),
        ("20:59", (0, "20:59")),
        ("21:00", (1, "08:00")),
        ("00:00", (0, "08:00")),
    ],
)
def test_quiet_hours_hold_until_they_end(clock: str, opens: tuple[int, str]) -> None:
    assert said(opens_at(at(0, clock), NIGHT, None, TZ)) == opens


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all() -> None:
    assert said(opens_at(at(0, "12:30"), NOON, None, TZ)) == (0, "14:00")
    assert said(opens_at(at(0, "14:00"), NOON, None, TZ)) == (0, "14:00")
    assert said(opens_at(at(0, "03:00"), NEVER, None, TZ)) == (0, "03:00")


def test_whoever_worked_the_night_sleeps_until_two_in_the_afternoon() -> None:
    assert said(opens_at(at(2, "09:00"), NIGHT, PATTERN, TZ)) == (2, "14:00")
    assert said(opens_at(at(2, "14:00"), NIGHT, PATTERN, TZ)) == (2, "14:00")
    assert said(opens_at(at(3, "09:00"), NIGHT, PATTERN, TZ)) == (3, "09:00")


def test_quiet_hours_and_sleep_are_passed_one_after_the_other() -> None:
    assert said(opens_at(at(1, "22:00"), NIGHT, PATTERN, TZ)) == (2, "14:00")


def test_a_pattern_goes_round_in_both_directions() -> None:
    days = [PATTERN.on(MONDAY + timedelta(days=n)) for n in range(-4, 5)]
    assert days == list("DNRR" + "DNRR" + "D")


@pytest.mark.parametrize(
    ("day", "clock", "ends"),
    [
        (0, "10:00", (0, "20:00")),  # during the day shift
        (0, "06:00", (0, "20:00")),  # before it
        (0, "20:30", (1, "08:00")),  # after it: the next morning, for nothing more ends today
        (1, "10:00", (2, "14:00")),  # the night shift begins tonight: after the sleep
        (1, "23:00", (2, "14:00")),  # in the middle of it
        (2, "03:00", (2, "14:00")),  # in the same one, past midnight
        (3, "10:00", (3, "18:00")),  # free: as for the office
        (3, "18:00", (4, "08:00")),
    ],
)
def test_after_the_shift_is_the_end_of_the_one_that_is_todays(day: int, clock: str, ends: tuple[int, str]) -> None:
    assert said(after_shift(at(day, clock), NIGHT, PATTERN, TZ)) == ends


@pytest.mark.parametrize(("clock", "ends"), [("10:00", (0, "18:00")), ("18:00", (1, "08:00")), ("23:00", (1, "08:00"))])
def test_without_a_pattern_the_shift_ends_as_the_offices_day_does(clock: str, ends: tuple[int, str]) -> None:
    assert said(after_shift(at(0, clock), NIGHT, None, TZ)) == ends
    assert said(after_shift(at(0, clock), NEVER, None, TZ)) == ends


def test_after_the_shift_is_always_later_and_never_in_a_quiet_time() -> None:
    for minutes in range(0, 4 * 24 * 60, 17):
        now = at(0, "00:00") + minutes * 60_000
        for pattern in (None, PATTERN):
            ends = after_shift(now, NIGHT, pattern, TZ)
            assert ends > now
            assert opens_at(ends, NIGHT, pattern, TZ) == ends


def test_quiet_hours_go_by_the_clock_on_the_wall_where_summer_time_ends() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    held = opens_at(millis(datetime(2026, 10, 24, 22, 0, tzinfo=berlin)), NIGHT, None, berlin)
    assert local(held, berlin) == datetime(2026, 10, 25, 8, 0, tzinfo=berlin)


@pytest.mark.parametrize(
    ("typed", "cycle"),
    [
        ("白白夜夜休休", "DDNNRR"),
        ("白、夜，休", "DNR"),
        (" d n r ", "DNR"),
        ("晚下", "NR"),
        ("休" * CYCLE_LIMIT, "R" * 28),
    ],
)
def test_a_cycle_is_typed_one_letter_a_day(typed: str, cycle: str) -> None:
    assert parse_cycle(typed) == cycle


@pytest.mark.parametrize("typed", ["", "  ", "白中夜", "今天上班", "休" * (CYCLE_LIMIT + 1), "/cancel"])
def test_what_is_no_cycle_is_none(typed: str) -> None:
    assert parse_cycle(typed) is None


def test_a_shift_has_three_letters() -> None:
    assert set(Shift) == set("DNR")
