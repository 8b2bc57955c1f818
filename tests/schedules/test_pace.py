"""Slots on a time line, and the clock that may be believed."""

import pytest

from domain.clock import HOUR, MINUTE
from schedules.guard import ClockGuard
from schedules.pace import Pace


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize("rate", [1, 25, 1000])
def test_as_many_messages_a_second_as_the_rate_says(rate: float) -> None:
    clock = Clock()
    pace = Pace(rate, clock)
    sent = 0
    while clock.at < 10 + Pace.BEGINNING:
        clock.at += pace.delay()
        pace.use(pace.batch)
        sent += pace.batch if clock.at >= Pace.BEGINNING else 0
    assert abs(sent - 10 * rate) <= 2 * pace.batch


def test_a_short_delay_is_made_up_for_and_a_long_one_makes_no_burst() -> None:
    clock = Clock()
    pace = Pace(25, clock)
    pace.use(1)
    clock.at = 60.0
    burst = 0
    while pace.delay() == 0:
        pace.use(1)
        burst += 1
    assert burst <= 1 + Pace.LAG * 25 + 1


def test_slots_that_went_by_while_nothing_was_to_be_sent_are_gone() -> None:
    clock = Clock()
    pace = Pace(1000, clock)
    clock.at = 60.0
    pace.idle()
    pace.use(1)
    assert pace.delay() == pytest.approx(Pace.FIRST)


def test_many_messages_a_second_begin_gently_and_few_at_once() -> None:
    sent = {}
    for rate in (25, 1000):
        clock = Clock()
        pace = Pace(rate, clock)
        sent[rate] = 0
        while clock.at < Pace.BEGINNING:
            pace.use(1)
            sent[rate] += 1
            clock.at += pace.delay()
    assert sent[25] == 25 * Pace.BEGINNING
    assert 0.4 * 1000 * Pace.BEGINNING < sent[1000] < 0.8 * 1000 * Pace.BEGINNING


def test_a_pause_holds_every_slot() -> None:
    clock = Clock()
    pace = Pace(25, clock)
    pace.pause(7)
    assert pace.delay() == 7


def test_few_messages_are_taken_at_once() -> None:
    assert [Pace(rate, Clock()).batch for rate in (1, 25, 1000)] == [1, 1, 10]


class Machine:
    """A machine's clocks: one that is set, one that only counts, and what Telegram said."""

    def __init__(self) -> None:
        self.wall, self.counted, self.said = 10 * HOUR, 0, None  # type: int, int, tuple[int, int] | None
        self.guard = ClockGuard(lambda: self.counted, lambda: self.said)

    def passes(self, ms: int) -> None:
        self.wall += ms
        self.counted += ms

    def trusts(self) -> bool:
        return self.guard.trusts(self.wall)


def test_time_that_passes_is_trusted_without_a_witness() -> None:
    machine = Machine()
    assert machine.trusts()
    machine.passes(3 * HOUR)
    assert machine.trusts()


def test_a_jump_forward_is_held_until_telegram_agrees() -> None:
    machine = Machine()
    assert machine.trusts()
    machine.wall += HOUR
    assert not machine.trusts()
    machine.passes(15_000)
    assert not machine.trusts()
    machine.said = (machine.wall - 1_000, 1_000)
    assert machine.trusts()


def test_a_jump_that_is_taken_back_is_trusted_again_by_telegrams_word() -> None:
    machine = Machine()
    machine.trusts()
    machine.wall += HOUR
    assert not machine.trusts()
    machine.wall -= HOUR
    machine.said = (machine.wall, 0)
    assert machine.trusts()


def test_an_old_word_of_telegram_is_no_witness() -> None:
    machine = Machine()
    machine.trusts()
    machine.wall += HOUR
    machine.said = (machine.wall - HOUR, HOUR)
    assert not machine.trusts()


def test_a_machine_that_starts_with_a_wrong_clock_is_not_believed() -> None:
    machine = Machine()
    machine.said = (machine.wall - 11 * MINUTE, 0)
    assert not machine.trusts()
