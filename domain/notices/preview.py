"""What a writer is shown before sending, and what a second person is shown before agreeing."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.notices.notice import Notice, State
from domain.people import Person, Unit


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit that a notice may go to, how many people that is, and whether it has units below."""

    unit: Unit
    count: int
    below: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """Choosing whom a notice is for: a unit, the units below it, and where to go up to (None: the writer's own)."""

    notice: Notice
    here: Choice
    below: tuple[Choice, ...]
    up: int | None
    unheard_of: Notice | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a notice sent at ``at`` reaches phones (ms UTC): the first, the last, how many come later than the first.

    None of it counts those who have not joined.
    """

    at: int
    first: int
    last: int
    later: int

    @property
    def held(self) -> bool:
        """Whether nobody gets it at once."""
        return self.first > self.at


def arrival(at: int, moments: Mapping[int, int]) -> Arrival:
    """From the moment at which each person can be reached, by person id."""
    reached = [max(at, moment) for moment in moments.values()] or [at]
    first = min(reached)
    return Arrival(at, first, max(reached), sum(moment > first for moment in reached))


@dataclass(frozen=True, slots=True)
class Preview:
    """A notice before it goes out. ``unit`` is where it goes, ``station`` the one above a team.

    ``second``: a second person has to agree. ``people``: the receivers as they are now.
    """

    notice: Notice
    unit: Unit
    station: str | None
    people: tuple[Person, ...]
    arrival: Arrival
    second: bool
    unheard_of: Notice | None = None

    @property
    def unjoined(self) -> int:
        """How many cannot be reached, because they have not joined."""
        return sum(not person.joined for person in self.people)


@dataclass(frozen=True, slots=True)
class Approval:
    """What a second person is asked, and how it stands. ``asked`` is the round; ``by`` decided it, by name."""

    preview: Preview
    asked: int
    by: str | None = None

    @property
    def open(self) -> bool:
        """Whether this round still waits."""
        notice = self.preview.notice
        waits = notice.state is State.WAITING or (notice.correction is not None and notice.correction.asked)
        return waits and notice.asked == self.asked


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom a leader is asked to tell in person, of those who are left."""

    notice: Notice
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an author hears. ``what``: agreed, returned, corrected, not_corrected, missed, nobody, recalled, stopped.

    Of a notice that its author may not send any more the office hears author_left, author_role or author_scope, and the
    author own_role or own_scope.
    """

    notice: Notice
    what: str
    by: str | None = None
    reason: str | None = None
