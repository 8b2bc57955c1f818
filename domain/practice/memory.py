"""What a person remembers of a question, by FSRS-6 (the ``fsrs`` package), and when to ask it again.

A right answer is Good, one that was guessed ([蒙对的]) Hard, a wrong one Again. The interval is capped so that what was
asked falls due again before the exam. Pure: takes the moment, draws nothing at random.
https://github.com/open-spaced-repetition/py-fsrs, https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import fsrs

from domain.clock import DAY

LONGEST = 14 * DAY  # ms between two showings, at most
RETENTION = 0.9  # the share that is to be recalled when a question falls due
PARAMETERS: tuple[float, ...] = tuple(fsrs.scheduler.DEFAULT_PARAMETERS)


class Grade(StrEnum):
    """How an answer went."""

    WRONG = "wrong"
    GUESSED = "guessed"
    RIGHT = "right"


_RATING = {Grade.WRONG: fsrs.Rating.Again, Grade.GUESSED: fsrs.Rating.Hard, Grade.RIGHT: fsrs.Rating.Good}


@dataclass(frozen=True, slots=True)
class Memory:
    """``stability``: days until recall falls to 90 %. ``difficulty``: 1 to 10. ``last_at``, ``due_at``: ms UTC."""

    stability: float
    difficulty: float
    last_at: int
    due_at: int


class Scheduler:
    """FSRS with one set of parameters. ``retention``: 0 to 1. Stateless: the same answers give the same memory."""

    def __init__(self, parameters: Sequence[float] = PARAMETERS, retention: float = RETENTION) -> None:
        self.parameters = tuple(parameters)
        self.retention = retention
        # Without learning steps: breaks are hours apart; a question that was missed is due at once.
        self._fsrs = fsrs.Scheduler(
            self.parameters, retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
        )

    def after(self, before: Memory | None, grade: Grade, now: int, exam_at: int | None = None) -> Memory:
        """The memory after an answer at ``now``. ``exam_at``: the exam, if there is one ahead (ms UTC)."""
        card, _ = self._fsrs.review_card(_card(before), _RATING[grade], _time(now))
        assert card.stability is not None
        assert card.difficulty is not None
        interval = now if grade is Grade.WRONG else now + min(_span(card.due, now), longest(now, exam_at))
        return Memory(card.stability, card.difficulty, now, interval)

    def recall(self, memory: Memory, now: int) -> float:
        """The chance that the person still knows it at ``now``, 0 to 1."""
        return float(self._fsrs.get_card_retrievability(_card(memory), _time(now)))


def longest(now: int, exam_at: int | None) -> int:
    """The longest interval in ms: 14 days, or half of what is left until the exam."""
    return LONGEST if exam_at is None or exam_at <= now else min(LONGEST, (exam_at - now) // 2)


def _card(memory: Memory | None) -> fsrs.Card:
    if memory is None:
        return fsrs.Card(card_id=0)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_time(memory.due_at),
        last_review=_time(memory.last_at),
    )


def _time(moment: int) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC)


def _span(due: datetime, now: int) -> int:
    return round(due.timestamp() * 1000) - now
