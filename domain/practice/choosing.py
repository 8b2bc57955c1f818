"""Which questions a set has, and in what order: what is due first, then what is new, courses in turn.

Nobody sees a backlog: what is not asked today waits, and counts as nothing. Pure; chance comes from outside.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from domain.practice.memory import Memory
from domain.practice.running import Item
from domain.questions import Kind, Question

DUE_A_DAY = 20  # cards that are asked again a day, at most
NEW_SHARE = 0.4  # of a set, for what was never asked, while there is any


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

    Due cards come first, those that have waited longest for their memory before the others; ``NEW_SHARE`` of the set is
    kept for new ones; when neither fill it, what is due soonest. Fewer are returned when the bank holds fewer. Raises
    NothingToPractise when it holds none.
    """
    due, new, later = _sorted(bank, cards, rng, now)
    if not (due or new or later):
        raise NothingToPractise
    fresh = min(len(new), max(size - min(len(due), allowed), round(size * NEW_SHARE)))
    picked = _in_turn(due[:allowed], size - fresh) + _in_turn(new, fresh)
    if len(picked) < size:
        picked += [q for q in (*_in_turn(new, size), *later, *due) if q not in picked][: size - len(picked)]
    return tuple(_alternating(picked))


def _sorted(
    bank: Iterable[Question], cards: Mapping[str, Card], rng: random.Random, now: int
) -> tuple[list[Question], list[Question], list[Question]]:
    due: list[tuple[float, float, Question]] = []
    new: list[tuple[float, float, Question]] = []
    later: list[tuple[float, float, Question]] = []
    for question in bank:
        card = cards.get(question.id)
        if card is None:
            new.append((0, rng.random(), question))
        elif card.due_at <= now:
            due.append((-_overdue(card, now), rng.random(), question))
        else:
            later.append((card.due_at, rng.random(), question))
    return tuple([question for *_, question in sorted(part, key=lambda p: p[:2])] for part in (due, new, later))  # type: ignore[return-value]


def _overdue(card: Card, now: int) -> float:
    """Time since the last answer in units of the memory's stability: the larger, the more is forgotten."""
    return (now - card.last_at) / card.memory.stability if card.memory else float("inf")


def _in_turn(questions: Sequence[Question], size: int) -> list[Question]:
    """The first of each course in turn, so that no course waits behind another."""
    queues: dict[str, list[Question]] = {}
    for question in questions:
        queues.setdefault(question.topic.course, []).append(question)
    picked: list[Question] = []
    while len(picked) < size and any(queues.values()):
        picked += [queue.pop(0) for queue in queues.values() if queue][: size - len(picked)]
    return picked


def _alternating(questions: Sequence[Question]) -> list[Question]:
    """Courses alternate. Pictures come last: a message that has become a picture can be no mere text again."""
    text = [question for question in questions if question.kind is not Kind.PICTURE]
    pictures = [question for question in questions if question.kind is Kind.PICTURE]
    return _in_turn(text, len(text)) + _in_turn(pictures, len(pictures))


def shuffled(question: Question, rng: random.Random) -> tuple[int, ...]:
    """The order in which the options are shown: shuffled, unless their order carries meaning."""
    order = list(range(len(question.options)))
    if not question.fixed_order and question.kind is not Kind.TRUE_FALSE:
        rng.shuffle(order)
    return tuple(order)


def lay_out(questions: Sequence[Question], rng: random.Random) -> tuple[Item, ...]:
    """The items of a new run, numbered from 0."""
    return tuple(Item(position, question, shuffled(question, rng)) for position, question in enumerate(questions))
