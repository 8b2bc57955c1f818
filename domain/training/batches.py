"""Two batches 期, so that lanes stay staffed while the other half is taught: a balanced split with as few moves as can be.

Knows no sessions and no storage.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.people import Person, Role, Unit

IN_BATCHES = frozenset({Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD})
MARK = 8  # hexadecimal characters that name a split in a button


@dataclass(frozen=True, slots=True)
class TeamSplit:
    """How many of a unit's own people are in each batch after the split."""

    unit: Unit
    station: str | None
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who gets another batch than now (``person.batch``; None: none yet)."""

    person: Person
    to: int


@dataclass(frozen=True, slots=True)
class Split:
    """Everybody's batch as it should be: the sizes by team, who changes, and a mark that names exactly this outcome."""

    teams: tuple[TeamSplit, ...]
    moves: tuple[Move, ...]
    mark: str

    @property
    def first(self) -> int:
        """How many are in the first batch."""
        return sum(team.first for team in self.teams)

    @property
    def second(self) -> int:
        """How many are in the second batch."""
        return sum(team.second for team in self.teams)


def other(batch: int) -> int:
    """The other batch.

    >>> other(1), other(2)
    (2, 1)
    """
    return 3 - batch


def unbatched(people: Iterable[Person]) -> tuple[Person, ...]:
    """Those who should be in a batch and are in none, in the order given."""
    return tuple(one for one in people if one.role in IN_BATCHES and one.batch is None)


def split(people: Iterable[Person]) -> Split:
    """The balanced split of ``people``: in each unit the batches differ by one at most, in all by as little as can be.

    Whoever has a batch keeps it where that is possible; of those who cannot, the highest staff numbers move. The same
    people always give the same split, and a split that was carried out is its own split.
    """
    teams = _teams(people)
    odd = [team for team in teams if len(team) % 2]
    larger_first = _larger_first(odd)
    targets = [(team, len(team) // 2 + (team[0].unit.id in larger_first)) for team in teams]
    placed = {person.id: batch for team, first in targets for person, batch in _placed(team, first)}
    everyone = [person for team in teams for person in team]
    return Split(
        tuple(TeamSplit(team[0].unit, team[0].station, first, len(team) - first) for team, first in targets),
        tuple(Move(person, placed[person.id]) for person in everyone if person.batch != placed[person.id]),
        _mark(placed),
    )


def _teams(people: Iterable[Person]) -> list[list[Person]]:
    """By unit, each in the order of staff numbers."""
    ours = sorted((one for one in people if one.role in IN_BATCHES), key=lambda p: (p.unit.id, p.staff_no, p.id))
    return [list(group) for _, group in groupby(ours, key=lambda p: p.unit.id)]


def _larger_first(odd: Sequence[list[Person]]) -> frozenset[int]:
    """The units whose odd person goes to the first batch: half of them, those where it saves most moves."""
    by_saving = sorted(odd, key=lambda team: (_saving(team), team[0].unit.id))
    half = len(odd) // 2
    if len(odd) % 2 and _saving(by_saving[half]) <= 0:
        half += 1  # one more or one less is as balanced: fewer moves decide, then the first batch
    return frozenset(team[0].unit.id for team in by_saving[:half])


def _saving(team: Sequence[Person]) -> int:
    """Moves with the odd person in the first batch, less moves with it in the second."""
    half = len(team) // 2
    return _moves(team, half + 1) - _moves(team, half)


def _moves(team: Sequence[Person], first: int) -> int:
    """How many lose their present batch when ``first`` of the team are in the first."""
    ones, twos = (sum(one.batch == batch for one in team) for batch in (1, 2))
    return max(0, ones - first) + max(0, twos - (len(team) - first))


def _placed(team: Sequence[Person], first: int) -> list[tuple[Person, int]]:
    room = {1: first, 2: len(team) - first}
    placed: dict[int, int] = {}
    for person in team:
        if person.batch is not None and room[person.batch]:
            placed[person.id] = person.batch
            room[person.batch] -= 1
    for person in team:
        if person.id not in placed:
            placed[person.id] = 1 if room[1] else 2
            room[placed[person.id]] -= 1
    return [(person, placed[person.id]) for person in team]


def _mark(placed: dict[int, int]) -> str:
    text = ",".join(f"{person}:{batch}" for person, batch in sorted(placed.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]
