"""Which reminders a date makes, and until when each is of use."""

from datetime import date, datetime, time, timedelta

import pytest

from domain.calendar import Calendar
from domain.clock import HOUR, local, millis
from domain.plan import Phase
from domain.reminders import Digest, again, phase_slots, session_slots, snoozes, task_slots, weekly
from domain.schedules import Planned
from tests.conftest import NOW, TZ
from tests.unit.test_views_samples import session

PLAIN = Calendar({})
MONDAY = date(2026, 11, 23)
WEEK_OFF = Calendar({date(2026, 11, day): False for day in range(21, 30)})  # until Sunday the 29th


def at(day: date, clock: str) -> int:
    return millis(datetime.combine(day, time.fromisoformat(clock), TZ))


def shown(planned: tuple[Planned, ...]) -> dict[str, str]:
    """The slots by name: when each is due."""
    return {one.slot: f"{local(one.due_at, TZ):%m-%d %H:%M}" for one in planned}


def until(planned: tuple[Planned, ...]) -> dict[str, str]:
    return {one.slot: f"{local(one.late_until, TZ):%m-%d %H:%M}" for one in planned}


# sessions --------------------------------------------------------------------------------------------------------


def test_a_session_is_announced_a_week_a_day_and_two_hours_before_and_opens_its_roll_call() -> None:
    slots = session_slots(session(organiser_id=7), TZ)
    assert shown(slots) == {
        "week": "11-18 09:00",
        "eve": "11-24 18:00",
        "soon": "11-25 07:00",
        "rollcall": "11-25 09:00",
    }
    assert {one.local_date for one in slots} == {date(2026, 11, 25)}


def test_no_reminder_of_a_session_is_sent_after_it_has_begun() -> None:
    begin = at(date(2026, 11, 25), "09:00")
    assert all(one.late_until < begin for one in session_slots(session(), TZ) if one.slot != "rollcall")


def test_a_roll_call_may_be_opened_until_the_session_ends() -> None:
    roll = session_slots(session(organiser_id=7), TZ)[-1]
    assert (roll.slot, roll.late_until) == ("rollcall", session().ends_at)
    assert "rollcall" not in shown(session_slots(session(), TZ))


@pytest.mark.parametrize("fields", [{"starts_at": None, "ends_at": None}, {"cancelled_at": NOW}])
def test_a_session_without_a_date_or_cancelled_makes_no_reminder(fields: dict[str, object]) -> None:
    assert session_slots(session("", **fields), TZ) == ()


@pytest.mark.parametrize("clock", ["00:30", "06:00", "09:00", "18:30", "23:30"])
def test_every_reminder_of_a_session_is_of_use_for_some_time(clock: str) -> None:
    start = at(date(2026, 11, 25), clock)
    slots = session_slots(session(starts_at=start, ends_at=start + HOUR), TZ)
    assert all(one.due_at <= one.late_until for one in slots)
    assert all(one.due_at < start for one in slots if one.slot != "rollcall")


# phases ----------------------------------------------------------------------------------------------------------


def phase(first: date | None, last: date | None) -> Phase:
    return Phase(2, "集中培训", first, last)


def test_a_phase_is_announced_on_its_first_morning_and_before_its_end() -> None:
    slots = phase_slots(phase(MONDAY, date(2026, 12, 11)), TZ, PLAIN)
    assert shown(slots) == {"start": "11-23 08:30", "week": "12-04 09:00", "eve": "12-10 09:00"}
    assert until(slots) == {"start": "11-25 00:00", "week": "12-05 09:00", "eve": "12-11 09:00"}


def test_the_end_of_a_phase_is_announced_on_working_days() -> None:
    slots = phase_slots(phase(date(2026, 10, 1), date(2026, 12, 6)), TZ, PLAIN)
    assert shown(slots) == {"start": "10-01 08:30", "week": "11-27 09:00", "eve": "12-04 09:00"}


def test_behind_a_long_holiday_the_end_of_a_phase_is_announced_once() -> None:
    slots = phase_slots(phase(date(2026, 10, 1), date(2026, 11, 29)), TZ, WEEK_OFF)
    assert shown(slots) == {"start": "10-01 08:30", "eve": "11-20 09:00"}


def test_a_short_phase_is_not_told_to_end_before_it_has_begun() -> None:
    slots = phase_slots(phase(MONDAY, date(2026, 11, 25)), TZ, PLAIN)
    assert shown(slots) == {"start": "11-23 08:30", "eve": "11-24 09:00"}


def test_of_a_phase_with_an_unknown_day_only_the_other_is_announced() -> None:
    assert shown(phase_slots(phase(MONDAY, None), TZ, PLAIN)) == {"start": "11-23 08:30"}
    assert shown(phase_slots(phase(None, date(2026, 12, 11)), TZ, PLAIN)) == {
        "week": "12-04 09:00",
        "eve": "12-10 09:00",
    }
    assert phase_slots(phase(None, None), TZ, PLAIN) == ()


# tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_is_due_soon_due_and_overdue() -> None:
    slots = task_slots(date(2026, 11, 27), done=False, tz=TZ, calendar=PLAIN)
    assert shown(slots) == {"soon": "11-24 09:00", "due": "11-27 09:00", "overdue": "11-30 09:00"}
    assert until(slots) == {"soon": "11-27 08:59", "due": "11-28 00:00", "overdue": "12-07 09:00"}


def test_a_holiday_moves_the_reminders_of_a_task() -> None:
    slots = task_slots(date(2026, 11, 27), done=False, tz=TZ, calendar=WEEK_OFF)
    assert shown(slots) == {"soon": "11-18 09:00", "due": "11-27 09:00", "overdue": "11-30 09:00"}


def test_a_task_without_a_day_or_done_makes_no_reminder() -> None:
    assert task_slots(None, done=False, tz=TZ, calendar=PLAIN) == ()
    assert task_slots(MONDAY, done=True, tz=TZ, calendar=PLAIN) == ()


# the weekly digest -----------------------------------------------------------------------------------------------


def test_the_digest_comes_on_the_first_working_day_and_is_of_its_monday() -> None:
    for day in range(7):
        assert weekly(MONDAY + timedelta(days=day), PLAIN, TZ).local_date == MONDAY
    late = Calendar({MONDAY: False, date(2026, 11, 24): False})
    told = weekly(date(2026, 11, 27), late, TZ)
    assert (told.local_date, shown((told,)), until((told,))) == (
        MONDAY,
        {"weekly": "11-25 09:00"},
        {"weekly": "11-26 12:00"},
    )


def test_a_digest_with_anything_in_it_is_not_nothing() -> None:
    assert Digest(MONDAY).nothing
    assert not Digest(MONDAY, swaps=1).nothing
    assert not Digest(MONDAY, incomplete=(session(),)).nothing


# putting off -----------------------------------------------------------------------------------------------------


def test_a_message_that_was_put_off_is_known_by_its_key() -> None:
    once = again("task:4:2026-11-27:due:7")
    assert (snoozes("task:4:2026-11-27:due:7"), snoozes(once), snoozes(again(once))) == (0, 1, 2)
