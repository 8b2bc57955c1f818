"""课堂小测: a few questions to a group, one after the other, led from a private chat. Totals only. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.clock import HOUR, MINUTE
from domain.people import LEADERS, Person
from domain.practice.quizzes import Group, Quiz, QuizState, may_lead
from domain.questions import Course, Question, Topic
from domain.training import ROLL_OPENS, Session

SIZES = (3, 5)
LONGEST = 2 * HOUR  # a class quiz that nobody ends, and each of its questions, is over then
LATE = 10 * MINUTE  # a question that could not be posted by then is left out

Subject = Topic | Course | None


class ClassState(StrEnum):
    """Where a class quiz stands."""

    OPEN = "open"
    FINISHED = "finished"
    DROPPED = "dropped"  # another one was begun in the group


@dataclass(frozen=True, slots=True)
class ClassQuiz:
    """A class quiz with the questions that were put so far. ``chat_id`` and ``message_id``: where the leader's card is.

    ``shown``: the figures on that card, since ``shown_at`` (ms UTC).
    """

    id: int
    group: Group
    session_id: int | None
    leader_id: int
    subject: Subject
    size: int
    state: ClassState
    chat_id: int
    message_id: int
    shown: str
    shown_at: int
    created_at: int
    quizzes: tuple[Quiz, ...]

    @property
    def position(self) -> int:
        """The place of the current question, from 0."""
        return len(self.quizzes) - 1

    @property
    def current(self) -> Quiz:
        """The question that was put last."""
        return self.quizzes[-1]

    @property
    def last(self) -> bool:
        """Whether the current question is the last one."""
        return len(self.quizzes) >= self.size

    @property
    def settled(self) -> bool:
        """Whether it is over and every total is final."""
        waiting = {QuizState.PLANNED, QuizState.POSTING}
        return self.state is not ClassState.OPEN and all(
            one.state not in waiting and (one.state is not QuizState.POSTED or one.closed_at is not None)
            for one in self.quizzes
        )

    @property
    def figures(self) -> str:
        """All that a card shows and that changes: the same as long as the card is current."""
        parts = (f"{one.state}/{one.cause}/{one.answered}/{one.closed_at is not None}" for one in self.quizzes)
        return " ".join((self.state, *parts))


@dataclass(frozen=True, slots=True)
class Setup:
    """What a class quiz in a group can be about. ``session``: the one it is for, if any."""

    group: Group
    session: Session | None
    subjects: tuple[Subject, ...]


def may_begin(person: Person, group: Group, session: Session | None) -> bool:
    """Whether the person may put a class quiz to the group.

    Whoever leads its unit; for a session also its organiser and its lecturer, in the groups of their own units.
    """
    if may_lead(person, group):
        return True
    return session is not None and holds_class(person, session) and group.unit.holds(person.unit)


def holds_class(person: Person, session: Session) -> bool:
    """Whether the person has a part in holding the session: leaders, its organiser, its lecturer by name."""
    return person.role in LEADERS or person.id == session.organiser_id or person.name == session.lecturer


def offered(person: Person, session: Session, now: int) -> bool:
    """Whether a session's card offers a class quiz at ``now`` (ms UTC): from the roll call until after the end."""
    if session.starts_at is None or session.ends_at is None or session.cancelled_at is not None:
        return False
    return holds_class(person, session) and session.starts_at - ROLL_OPENS <= now <= session.ends_at + LONGEST


def about(bank: Iterable[Question], subject: Subject) -> tuple[Question, ...]:
    """The questions of a topic or a course, or all."""
    if subject is None:
        return tuple(bank)
    if isinstance(subject, Topic):
        return tuple(one for one in bank if one.topic is subject)
    return tuple(one for one in bank if one.topic.course is subject)


def subject_of(text: str) -> Subject:
    """A topic's or a course's code, or ``all``. Where both have the same code they are the same. Raises ValueError."""
    if text == "all":
        return None
    return Topic(text) if text in set(Topic) else Course(text)
