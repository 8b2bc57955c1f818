"""换期: two colleagues of different batches change places, with the consent of both sides' leaders.

First the colleague agrees, then a leader of each side. One who leads both approves once; nobody approves an own swap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import DomainError
from domain.people import LEADERS, Person, Role
from domain.training.sessions import Session
from domain.training.splitting import TRAINED


class SwapState(StrEnum):
    """Where a request stands; all but the first two are final."""

    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    DECLINED = "declined"  # by the colleague
    REFUSED = "refused"  # by a leader
    WITHDRAWN = "withdrawn"
    MOOT = "moot"  # by now the two are not in the batches that they meant to change


_RANKS = (Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE, Role.BUREAU)
OPEN = frozenset({SwapState.ASKED, SwapState.AGREED})


class NoBatch(DomainError):
    """Who is in no batch has none to change."""

    key = "training.no_batch"


class SameBatch(DomainError):
    """The colleague is in the same batch, or is not trained."""

    key = "training.same_batch"


class AlreadySwapping(DomainError):
    """The person (``name``) has another request open."""

    key = "training.already_swapping"


@dataclass(frozen=True, slots=True)
class Swap:
    """A request. ``asker_batch`` is the batch the asker leaves; the colleague is in the other one.

    ``asker_by`` and ``colleague_by``: the leaders who approved for each side.
    """

    id: int
    asker: Person
    colleague: Person
    asker_batch: int
    state: SwapState
    asker_by: Person | None
    colleague_by: Person | None

    @property
    def open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.state in OPEN

    @property
    def parties(self) -> tuple[Person, Person]:
        """Asker and colleague."""
        return self.asker, self.colleague

    def as_meant(self) -> bool:
        """Whether both are still where the request says."""
        return (self.asker.batch, self.colleague.batch) == (self.asker_batch, 3 - self.asker_batch)


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Whom a person may ask, nearest first, and the request that is open already. ``page`` counts from 0."""

    people: tuple[Person, ...]
    open_swap: Swap | None
    page: int


@dataclass(frozen=True, slots=True)
class SwapLetter:
    """A request as it stands, and the reader's sessions after it (once it is done)."""

    swap: Swap
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True)
class Batches:
    """Somebody's batch after the office changed it, and the sessions that come with it."""

    batch: int
    sessions: tuple[Session, ...]


def may_answer(person: Person, swap: Swap) -> bool:
    """Whether the person is the one who has been asked."""
    return swap.state is SwapState.ASKED and person.id == swap.colleague.id


def may_withdraw(person: Person, swap: Swap) -> bool:
    """Both may take it back while it is open: the colleague once they have agreed."""
    return (swap.open and person.id == swap.asker.id) or (
        swap.state is SwapState.AGREED and person.id == swap.colleague.id
    )


def leads(leader: Person, other: Person) -> bool:
    """Whether ``leader`` stands above ``other`` in the same part of the tree; two leaders of one team do not."""
    above = leader.role in LEADERS and _RANKS.index(leader.role) > _RANKS.index(other.role)
    return above and leader.unit.holds(other.unit)


def may_decide(person: Person, swap: Swap) -> bool:
    """Whether the person leads a side that nobody has approved for yet, and is no party."""
    if swap.state is not SwapState.AGREED or person.id in {one.id for one in swap.parties}:
        return False
    return (swap.asker_by is None and leads(person, swap.asker)) or (
        swap.colleague_by is None and leads(person, swap.colleague)
    )


def may_see_swap(person: Person, swap: Swap) -> bool:
    """The two, and whoever leads one of them."""
    return any(person.id == one.id or leads(person, one) for one in swap.parties)


def nearest_leaders(person: Person, swap: Swap, people: Iterable[Person]) -> tuple[Person, ...]:
    """Who is asked to approve for ``person``: the lowest level above that has anybody who is no party."""
    parties = {one.id for one in swap.parties}
    above = [one for one in people if leads(one, person) and one.id not in parties]
    for role in (Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE):
        if found := tuple(one for one in above if one.role is role):
            return found
    return ()


def circle(person: Person) -> str:
    """The path of the unit above the person's own: the station for its teams, the toll office for its stations.

    Nobody sees names beyond it, and who works side by side keeps the lanes staffed.
    """
    return person.unit.path.removesuffix(f"{person.unit.id}.")


def colleagues(person: Person, people: Iterable[Person]) -> tuple[Person, ...]:
    """Trained people of the other batch: the own team first, then the own station, then the others.

    Raises NoBatch.
    """
    if person.batch is None:
        raise NoBatch
    found = [one for one in people if one.role in TRAINED and one.batch == 3 - (person.batch or 0)]
    return tuple(
        sorted(
            found,
            key=lambda one: (one.unit.id != person.unit.id, one.station != person.station, one.unit.id, one.staff_no),
        )
    )
