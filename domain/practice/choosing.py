"""Which questions a set has, and in what order: what is new first, then what is due, courses in turn.

Nobody sees a backlog: what is not asked today waits, and counts as nothing. Pure; chance comes from outside.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from domain.errors import DomainError
from domain.practice.memory import Memory
from domain.practice.running import Item
from domain.questions import Kind, Question

DUE_A_DAY = 20  # cards that are asked again a day, at most


class NothingToPractise(DomainError):
    """The bank holds no question of the topic that was asked for."""

    key = "practice.nothing"


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one person and one question: how often it was shown and missed, and when last (ms UTC).

    ``memory`` is None on a card from before memories were kept. ``missed_last``: the last answer was wrong.
    """

    question_id: str
    shown: int
    missed: int
    last_at: int
    memory: Memory | None = None
    missed_last: bool = False

    @property
    def due_at(self) -> int:
        """When it should be asked again; at once as long as nothing is known."""
        return self.memory.due_at if self.memory else 0


def pick(
    bank: Iterable[Question],
    cards: Mapping[str, Card],
    size: int,
    rng: random.Random,
    now: int,
    allowed: int = DUE_A_DAY,
) -> tuple[Question, ...]:
    """``size`` questions for a set at ``now``, of which at most ``allowed`` are due ones.

    What was never asked comes first: as long as there is any, nothing else adds as much to what is known on the day of
    the exam (docs/practice.md). Then what is due, the most forgotten first, then what is due soonest; due ones beyond
    ``allowed`` only when nothing else is left. Fewer are returned when the bank holds fewer. Raises NothingToPractise
    when it holds none.
    """
    new, due, later = _sorted(bank, cards, rng, now)
    picked = [*_in_turn(new), *_in_turn(due[:allowed]), *later, *due[allowed:]][:size]
    if not picked:
        raise NothingToPractise
    return tuple(_alternating(picked))


def _sorted(
    bank: Iterable[Question], cards: Mapping[str, Card], rng: random.Random, now: int
) -> tuple[list[Question], list[Question], list[Question]]:
    """New ones in random order, due ones by how much is forgotten, the others by when they are due."""
    new: list[tuple[float, float, Question]] = []
    due: list[tuple[float, float, Question]] = []
    later: list[tuple[float, float, Question]] = []
    for question in bank:
        card = cards.get(question.id)
        if card is None:
            new.append((0, rng.random(), question))
        elif card.due_at <= now:
            due.append((-_overdue(card, now), rng.random(), question))
        else:
            later.append((card.due_at, rng.random(), question))
    return tuple([question for *_, question in sorted(part, key=lambda p: p[:2])] for part in (new, due, later))  # type: ignore[return-value]


def _overdue(card: Card, now: int) -> float:
    """Time since the last answer in units of the memory's stability: the larger, the more is forgotten."""
    return (now - card.last_at) / card.memory.stability if card.memory else float("inf")


def _in_turn(questions: Sequence[Question]) -> list[Question]:
    """The first of each course in turn, so that no course waits behind another."""
    queues: dict[str, list[Question]] = {}
    for question in questions:
        queues.setdefault(question.topic.course, []).append(question)
    rounds = zip_longest(*queues.values())
    return [question for one in rounds for question in one if question]


def _alternating(questions: Sequence[Question]) -> list[Question]:
    """Courses alternate. Pictures come last: a message that has become a picture can be no mere text again."""
    text = [question for question in questions if question.kind is not Kind.PICTURE]
    pictures = [question for question in questions if question.kind is Kind.PICTURE]
    return _in_turn(text) + _in_turn(pictures)


def shuffled(question: Question, rng: random.Random) -> tuple[int, ...]:
    """The order in which the options are shown: shuffled, unless their order carries meaning."""
    order = list(range(len(question.options)))
    if not question.fixed_order and question.kind is not Kind.TRUE_FALSE:
        rng.shuffle(order)
    return tuple(order)


def lay_out(questions: Sequence[Question], rng: random.Random) -> tuple[Item, ...]:
    """The items of a new run, numbered from 0."""
    return tuple(Item(position, question, shuffled(question, rng)) for position, question in enumerate(questions))
