"""What screens of deeds show, gathered by services. Values only."""

from dataclasses import dataclass

from domain.deeds.deed import Deed, Flag, Honour, PhotoFault
from domain.people import Person, Unit


@dataclass(frozen=True, slots=True)
class Card:
    """A deed as the caller may deal with it. ``next_id``: the next that waits for the caller; ``left``: how many do.

    ``fault``: a picture that came with the last message was not taken in. ``scorable``: it may be proposed as a score.
    """

    deed: Deed
    caller: Person
    flags: frozenset[Flag] = frozenset()
    may_sign: bool = False
    fault: PhotoFault | None = None
    left: int = 0
    scorable: bool = False

    @property
    def own(self) -> bool:
        """Whether the caller logged it."""
        return self.deed.author_id == self.caller.id


@dataclass(frozen=True, slots=True)
class Menu:
    """/deed: the caller's own deeds, newest first, and how many wait for the caller's signature."""

    caller: Person
    own: tuple[Deed, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Deeds that wait for the caller, have no flag and are shown whole in a list. ``mark`` names exactly these so.

    ``flagged``: how many others wait, to be looked at one by one.
    """

    deeds: tuple[Deed, ...]
    mark: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Choosing:
    """Colleagues of the station, own team first. ``chosen``: who shares the deed, or (``witness``) who saw it."""

    deed: Deed
    people: tuple[Person, ...]
    chosen: frozenset[int]
    page: int
    pages: int
    witness: bool


@dataclass(frozen=True, slots=True)
class RollPage:
    """The honour roll of the days from ``since`` to before ``until`` (ms UTC). ``weeks_ago``: 0 is the running week."""

    since: int
    until: int
    weeks_ago: int
    lines: tuple[Honour, ...]


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How many deeds of a station stand where. Under five people the figures are hidden: None."""

    unit: Unit
    confirmed: int | None
    waiting: int | None
