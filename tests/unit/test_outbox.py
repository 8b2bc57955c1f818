"""The rules of the outbox: what becomes of a message after a call."""

import pytest

from domain.outbox import BACKOFF, Outcome, State, settle
from tests.unit.samples.outbox import item

NOW = 1_000_000


def test_a_message_that_was_sent_is_sent() -> None:
    result = settle(item(), Outcome.SENT, NOW)
    assert (result.state, result.attempts) == (State.SENT, 1)


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.WAIT])
def test_what_never_left_costs_no_attempt_and_stays_due(outcome: Outcome) -> None:
    result = settle(item(due_at=500), outcome, NOW)
    assert (result.state, result.attempts, result.uncertain, result.due_at) == (State.PENDING, 0, 0, 500)


def test_a_call_nobody_knows_about_is_repeated_once_and_marked() -> None:
    once = settle(item(), Outcome.MAYBE, NOW)
    assert (once.state, once.uncertain) == (State.PENDING, 1)
    assert settle(item(uncertain=1, attempts=1), Outcome.MAYBE, NOW).state is State.UNKNOWN


def test_a_repeated_call_that_succeeds_is_sent_and_stays_marked() -> None:
    result = settle(item(uncertain=1, attempts=1), Outcome.SENT, NOW)
    assert (result.state, result.uncertain) == (State.SENT, 1)


def test_a_failing_server_is_tried_again_later_and_later_and_then_given_up() -> None:
    for attempts, pause in enumerate(BACKOFF):
        result = settle(item(attempts=attempts), Outcome.SERVER, NOW)
        assert (result.state, result.due_at) == (State.PENDING, NOW + pause)
    result = settle(item(attempts=len(BACKOFF)), Outcome.SERVER, NOW)
    assert (result.state, result.cause) == (State.FAILED, "server")


def test_a_refusal_is_final_and_keeps_its_cause() -> None:
    assert settle(item(), Outcome.BLOCKED, NOW).state is State.BLOCKED
    assert settle(item(), Outcome.REFUSED, NOW, "chat_gone").cause == "chat_gone"
    assert settle(item(), Outcome.REFUSED, NOW).cause == "refused"


def test_what_is_over_is_cancelled_without_a_call() -> None:
    result = settle(item(), Outcome.MOOT, NOW)
    assert (result.state, result.cause, result.attempts) == (State.CANCELLED, "moot", 0)
