"""Two batches that take turns, so that lanes stay staffed: every team is halved, and so is the whole.

Whoever has a batch keeps it where that is possible. Decides nothing about single people beyond that.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.people import Person, Role, Unit

TRAINED = frozenset({Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD})


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who gets another batch, or a first one (``person.batch`` is the present one)."""

    person: Person
    to: int


@dataclass(frozen=True, slots=True)
class TeamSplit:
    """How many of a unit's own people are in each batch. ``station`` names what the unit belongs to."""

    unit: Unit
    station: str | None
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Split:
    """A proposal: the teams as they would be, who moves, and who was in no batch."""

    teams: tuple[TeamSplit, ...]
    moves: tuple[Move, ...]

    @property
    def first(self) -> int:
        """How many would be in the first batch."""
        return sum(team.first for team in self.teams)

    @property
    def second(self) -> int:
        """How many would be in the second batch."""
        return sum(team.second for team in self.teams)

    @property
    def mark(self) -> str:
        """Eight hexadecimal digits that tell this proposal from another: what was shown is what gets confirmed."""
        said = ",".join(f"{move.person.id}>{move.to}" for move in self.moves)
        return hashlib.sha256(said.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Splitting:
    """A proposal on its way: ``done`` when it was carried out, ``stale`` when it is not the one that was confirmed."""

    split: Split
    done: bool = False
    stale: bool = False


def split(people: Iterable[Person], settled: frozenset[int] = frozenset()) -> Split:
    """The split with the fewest moves: each unit's sizes differ by at most one, and so do the totals.

    Leaders and heads count like everybody else. Among those who could move, ``settled`` (ids of people who were at a
    session already) and leaders stay as long as there are others.
    """
    teams: dict[int, list[Person]] = {}
    for one in people:
        if one.role in TRAINED:
            teams.setdefault(one.unit.id, []).append(one)
    larger = _larger_first(list(teams.values()))
    moves: list[Move] = []
    counted = []
    for unit_id, team in teams.items():
        first = (len(team) + (unit_id in larger)) // 2
        counted.append(TeamSplit(team[0].unit, team[0].station, first, len(team) - first))
        moves += _moves(team, first, settled)
    return Split(tuple(counted), tuple(moves))


def _larger_first(teams: Sequence[Sequence[Person]]) -> frozenset[int]:
    """The units of odd size whose extra person is in the first batch: half of them, those where it saves most moves."""
    odd = sorted((team for team in teams if len(team) % 2), key=lambda team: (_saved(team), team[0].unit.id))
    half = len(odd) // 2
    # With an odd number of them either batch may be the larger one: the middle team says which.
    middle = len(odd) % 2 == 1 and _saved(odd[half]) < 0
    return frozenset(team[0].unit.id for team in odd[: half + middle])


def _saved(team: Sequence[Person]) -> int:
    """Moves with the extra person in the first batch, less moves with it in the second."""
    small = len(team) // 2
    return _cost(team, small + 1) - _cost(team, small)


def _cost(team: Sequence[Person], first: int) -> int:
    return max(0, _in(team, 1) - first) + max(0, _in(team, 2) - (len(team) - first))


def _in(team: Sequence[Person], batch: int) -> int:
    return sum(one.batch == batch for one in team)


def _moves(team: Sequence[Person], first: int, settled: frozenset[int]) -> list[Move]:
    sizes = {1: first, 2: len(team) - first}
    movable = sorted(team, key=lambda one: (one.id in settled, one.role is not Role.COLLECTOR, -one.id))
    moves = []
    for batch, other in ((1, 2), (2, 1)):
        over = max(0, _in(team, batch) - sizes[batch])
        moves += [Move(one, other) for one in [one for one in movable if one.batch == batch][:over]]
    room = sizes[1] - _in(team, 1) + sum(1 if move.to == 2 else -1 for move in moves)
    unplaced = [one for one in team if one.batch is None]
    moves += [Move(one, 1 if at < room else 2) for at, one in enumerate(unplaced)]
    return moves


def unbatched(people: Iterable[Person]) -> tuple[Person, ...]:
    """未分期: who is to be trained and is in no batch."""
    return tuple(one for one in people if one.role in TRAINED and one.batch is None)
