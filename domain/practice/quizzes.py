"""Quizzes in group chats: who may bind a group, when the daily question comes, which one, and what the totals say.

A group belongs to one unit; only totals are ever known of an answer, never who gave it. Pure: takes the moment, chance
comes from outside. The limits are those of https://core.telegram.org/bots/api#sendpoll.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from domain.clock import HOUR, local, local_date, millis
from domain.errors import DomainError
from domain.people import LEADERS, Person, Role, Unit, UnitKind
from domain.questions import Kind, Question
from domain.quiet import Quiet, opens_at

TIMES = (time(8), time(12), time(18), time(20))  # when a daily question can come
CLOSES = time(7, 30)  # the morning after
LATE = 2 * HOUR  # beyond that a daily question is left out
DAYS_BACK = 7  # days for which a question that did not come is noted after an outage
DAILY = "daily"  # the slot of a daily question: one a day, whatever its time
ENOUGH = 5  # answers from which on shares are shown
SHOWN = 7  # questions that a leader sees
STEM, OPTION = 300, 100  # UTF-16 units of a poll's question and of an option


class QuizState(StrEnum):
    """Where a question to a group stands."""

    PLANNED = "planned"
    POSTING = "posting"  # a call is about to be made, or is in the air
    POSTED = "posted"
    UNKNOWN = "unknown"  # nobody knows whether it was posted; it is not posted again
    FAILED = "failed"
    MISSED = "missed"  # too late to be of use


class NotALeader(DomainError):
    """Only leaders bind a group."""

    key = "quiz.not_a_leader"


class ForAnother(DomainError):
    """The button is for whoever added the bot."""

    key = "quiz.for_another"


class BoundElsewhere(DomainError):
    """The group belongs to another unit already: ``unit`` names it."""

    key = "quiz.bound_elsewhere"


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat that belongs to a unit; ``station`` names what stands above a team.

    ``left_at``: since when the bot is not in it any more (ms UTC).

    ``daily_at``: the local time of the daily question; None: there is none. ``daily_from``: when that was set (ms UTC).
    """

    id: int
    chat_id: int
    title: str
    unit: Unit
    station: str | None
    bound_at: int
    left_at: int | None
    daily_at: time | None
    daily_from: int | None


@dataclass(frozen=True, slots=True)
class Quiz:
    """One question to a group. ``order[i]`` is the index in the bank of the option shown in place ``i``.

    ``votes`` counts by place; ``answered`` is how many people answered. Times are ms UTC.
    """

    id: int
    group_id: int
    chat_id: int
    slot: str
    day: date
    question: Question
    order: tuple[int, ...]
    state: QuizState
    due_at: int
    late_until: int
    closes_at: int
    message_id: int | None = None
    votes: tuple[int, ...] = ()
    answered: int = 0
    closed_at: int | None = None
    cause: str | None = None

    @property
    def key(self) -> tuple[int, ...]:
        """The places of the right options, ascending."""
        return tuple(place for place, option in enumerate(self.order) if option in self.question.key)

    @property
    def right(self) -> tuple[int, int]:
        """How many answered right: at least, at most. The same twice, unless a question has several right options.

        Of those the totals by option are known and not who chose which together.
        """
        if self.answered == 0 or len(self.votes) != len(self.order):
            return 0, 0
        chosen = [self.votes[place] for place in self.key]
        if self.question.kind is not Kind.MULTIPLE:
            return sum(chosen), sum(chosen)
        misses = sum(self.answered - count for count in chosen)
        others = sum(self.votes) - sum(chosen)
        return max(0, self.answered - misses - others), min(chosen)

    @property
    def small(self) -> bool:
        """Whether too few answered to speak of shares (PRODUCT §2.6)."""
        return self.answered < ENOUGH


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group as its leader sees it. ``times``: the daily times that can be chosen.

    ``quizzes``: the last questions, newest first. A day whose question did not come
    stands in ``missed``.
    """

    group: Group
    times: tuple[time, ...]
    quizzes: tuple[Quiz, ...]
    missed: tuple[date, ...] = ()


def may_bind(person: Person) -> bool:
    """Whether the person may bind a group to a unit at all."""
    return person.role in LEADERS


def bindable(person: Person, units: Iterable[Unit]) -> tuple[Unit, ...]:
    """The units to which the person may bind a group: the own one; for the office also its stations.

    ``units`` are those of the person's part of the tree.
    """
    if not may_bind(person):
        return ()
    if person.role is not Role.OFFICE:
        return (person.unit,)
    stations = (one for one in units if one.kind in {UnitKind.STATION, UnitKind.BRANCH})
    return (person.unit, *(one for one in stations if person.unit.holds(one)))


def may_lead(person: Person, group: Group) -> bool:
    """Whether the person sets the group's questions and reads its totals."""
    return may_bind(person) and person.unit.holds(group.unit)


def fits(question: Question) -> bool:
    """Whether a quiz poll can show the question: words alone, and within the messenger's limits."""
    short = all(_units(option) <= OPTION for option in question.options)
    return question.kind is not Kind.PICTURE and short and _units(question.stem) <= STEM


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def draw(bank: Iterable[Question], used: Mapping[str, int], rng: random.Random, size: int = 1) -> tuple[Question, ...]:
    """``size`` questions that were asked least often in the group; none comes again before all were asked.

    ``used``: how often, by question id. Fewer when the bank holds fewer.
    """
    waiting = sorted((used.get(one.id, 0), rng.random(), one.id, one) for one in bank if fits(one))
    return tuple(one for *_, one in waiting[:size])


def times(quiet: Quiet, tz: tzinfo, now: int) -> tuple[time, ...]:
    """The daily times that can be chosen: those outside the quiet hours."""
    day = local_date(now, tz)
    return tuple(at for at in TIMES if _moment(day, at, tz) == opens_at(_moment(day, at, tz), quiet, None, tz))


def due_days(group: Group, now: int, quiet: Quiet, tz: tzinfo) -> Iterator[tuple[date, int]]:
    """The days whose question is due by ``now``, with the moment (ms UTC), from when it was set; at most a week back.

    In quiet hours it waits for their end; beyond the day itself there is none.
    """
    if group.daily_at is None or group.daily_from is None:
        return
    today = local_date(now, tz)
    for back in range(DAYS_BACK, -1, -1):
        day = today - timedelta(days=back)
        due = opens_at(_moment(day, group.daily_at, tz), quiet, None, tz)
        if group.daily_from < due <= now and local_date(due, tz) == day:
            yield day, due


def closing(due_at: int, tz: tzinfo) -> int:
    """When a daily question closes: the next morning (ms UTC)."""
    return millis(datetime.combine(local(due_at, tz).date() + timedelta(days=1), CLOSES, tz))


def _moment(day: date, at: time, tz: tzinfo) -> int:
    return millis(datetime.combine(day, at, tz))


def newer(quiz: Quiz, votes: Sequence[int], answered: int) -> bool:
    """Whether totals that were heard are news: of as many options, and not older than what is known."""
    return quiz.closed_at is None and len(votes) == len(quiz.order) and answered >= quiz.answered
