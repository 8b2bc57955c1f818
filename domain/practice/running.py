"""Practice runs: what a tap does to a run.

A run is a handful of questions answered one tap at a time, left and taken up at will. This file decides;
it knows no storage, no text and no Telegram.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import DomainError
from domain.practice.memory import Memory
from domain.practice.weak import Weakness
from domain.questions import Kind, Question, Topic

SIZES = (3, 5, 10)


class Focus(StrEnum):
    """What a set may be about beside a topic of the bank."""

    WEAK = "weak"
    WRONG = "wrong"


Subject = Topic | Focus | None


class RunState(StrEnum):
    """A run is open until its last question is answered, or dropped when its owner begins another."""

    OPEN = "open"
    FINISHED = "finished"
    DROPPED = "dropped"


class NothingChosen(DomainError):
    """A multiple-choice answer was submitted with no option ticked."""

    key = "practice.choose_first"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a run as it is shown. ``order[i]`` is the index in the bank of the option shown in place ``i``.

    ``ticked`` are the options (bank indexes) chosen so far; once ``answered_at`` is set they are the answer.
    ``noted_at`` is when a wrong answer's explanation was acknowledged ([明白了]), ``guessed_at`` when a right one was
    called a guess with [蒙对的]. ``memory`` is what the person remembers of the question.
    """

    position: int
    question: Question
    order: tuple[int, ...]
    ticked: frozenset[int] = frozenset()
    answered_at: int | None = None
    noted_at: int | None = None
    guessed_at: int | None = None
    memory: Memory | None = None

    @property
    def answered(self) -> bool:
        """Whether the item has its final answer."""
        return self.answered_at is not None

    @property
    def right(self) -> bool:
        """Whether the final answer is the key."""
        return self.answered and self.question.is_right(self.ticked)

    @property
    def wrong(self) -> bool:
        """Whether the final answer misses the key."""
        return self.answered and not self.question.is_right(self.ticked)

    @property
    def waits_for_note(self) -> bool:
        """Whether the next question is held back until [明白了] is pressed."""
        return self.wrong and self.noted_at is None


@dataclass(frozen=True, slots=True)
class Run:
    """A practice run of one person. ``ordinal`` counts the person's runs from 1; a menu may start only the next one.

    ``topic``: what was chosen; None is everything mixed. ``exam_at``: the exam ahead when it began (ms UTC).
    """

    id: int
    person_id: int
    ordinal: int
    topic: Subject
    state: RunState
    items: tuple[Item, ...]
    exam_at: int | None = None

    @property
    def size(self) -> int:
        """How many questions the run has."""
        return len(self.items)

    @property
    def current(self) -> Item | None:
        """The item the person has to deal with now: an unread explanation first, then the first unanswered question."""
        return next((item for item in self.items if item.waits_for_note or not item.answered), None)

    @property
    def answered(self) -> int:
        """How many items have their final answer."""
        return sum(item.answered for item in self.items)

    @property
    def right(self) -> int:
        """How many items were answered with the key."""
        return sum(item.right for item in self.items)

    @property
    def wrong_items(self) -> tuple[Item, ...]:
        """The items to look at again, in the order shown."""
        return tuple(item for item in self.items if item.wrong)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to answer. An explanation may still wait to be read."""
        return all(item.answered for item in self.items)


class Change(StrEnum):
    """What a press did to an item, so that storage knows what to write."""

    NOTHING = "nothing"
    TICKED = "ticked"
    ANSWERED = "answered"
    NOTED = "noted"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Step:
    """The run after a press, what changed, and the item it changed (None when nothing did)."""

    run: Run
    change: Change
    item: Item | None = None


def choose(run: Run, position: int, place: int, now: int) -> Step:
    """A press on the option shown in ``place`` of item ``position``.

    Any question but a multiple one is answered by it; a multiple one gets a tick, and ``untick`` takes it back:
    two presses and not a toggle, for an update that is handled twice must not undo itself. A press on an item that is
    not the current one, on a place it does not have, or on what is ticked already, changes nothing.
    """
    item = _pressable(run, position)
    if item is None or not 0 <= place < len(item.order):
        return Step(run, Change.NOTHING)
    option = item.order[place]
    if item.question.kind is not Kind.MULTIPLE:
        return _with(run, replace(item, ticked=frozenset({option}), answered_at=now), Change.ANSWERED)
    if option in item.ticked:
        return Step(run, Change.NOTHING)
    return _with(run, replace(item, ticked=item.ticked | {option}), Change.TICKED)


def untick(run: Run, position: int, place: int) -> Step:
    """A press on the ticked option shown in ``place`` of a multiple item."""
    item = _pressable(run, position)
    if item is None or not 0 <= place < len(item.order) or item.order[place] not in item.ticked:
        return Step(run, Change.NOTHING)
    return _with(run, replace(item, ticked=item.ticked - {item.order[place]}), Change.TICKED)


def submit(run: Run, position: int, now: int) -> Step:
    """[提交] on a multiple-choice item. Raises NothingChosen when no option is ticked."""
    item = _pressable(run, position)
    if item is None or item.question.kind is not Kind.MULTIPLE:
        return Step(run, Change.NOTHING)
    if not item.ticked:
        raise NothingChosen
    return _with(run, replace(item, answered_at=now), Change.ANSWERED)


def note(run: Run, position: int, now: int) -> Step:
    """[明白了] under a wrong answer's explanation."""
    item = run.current
    if run.state is RunState.DROPPED or item is None or item.position != position or not item.waits_for_note:
        return Step(run, Change.NOTHING)
    return _with(run, replace(item, noted_at=now), Change.NOTED)


def guess(run: Run, position: int, now: int) -> Step:
    """[蒙对的] under a right answer: once, and only while the answer is the last that the memory rests on."""
    item = next((item for item in run.items if item.position == position), None)
    if item is None or not item.right or item.guessed_at is not None:
        return Step(run, Change.NOTHING)
    if item.memory is None or item.memory.last_at != item.answered_at:
        return Step(run, Change.NOTHING)
    return _with(run, replace(item, guessed_at=now), Change.GUESSED)


def _pressable(run: Run, position: int) -> Item | None:
    item = run.current
    open_now = run.state is RunState.OPEN and item is not None and item.position == position
    return item if open_now and item is not None and not item.answered else None


def _with(run: Run, item: Item, change: Change) -> Step:
    items = tuple(item if old.position == item.position else old for old in run.items)
    state = RunState.FINISHED if run.state is RunState.OPEN and all(i.answered for i in items) else run.state
    return Step(replace(run, items=items, state=state), change, item)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the practice menu shows: the open run if any, the next ordinal, the bank's topics with sizes.

    ``wrong``: how many questions stand in the person's wrong book. ``weak``: what they had better practise.
    ``reports``: for the office, how many questions are reported and wait for it; None for everybody else.
    ``leads_group``: whether they set the daily question of a group.
    """

    open_run: Run | None
    next_ordinal: int
    topics: Mapping[Topic, int]
    answered_total: int
    wrong: int = 0
    weak: tuple[Weakness, ...] = ()
    reports: int | None = None
    leads_group: bool = False


@dataclass(frozen=True, slots=True)
class WrongBook:
    """The live questions whose last answer was wrong, and the number of the person's next run."""

    questions: tuple[Question, ...]
    next_ordinal: int
