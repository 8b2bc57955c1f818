"""What became of a notice: delivered, failed, confirmed and told in person are figures of their own (PRODUCT §2.6)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from domain.notices.notice import NUDGES, Notice
from domain.outbox import State as Sending
from domain.people import Person, Unit, UnitKind


class Fate(StrEnum):
    """What became of one receiver's copy."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    BLOCKED = "blocked"
    NOT_JOINED = "not_joined"
    CANCELLED = "cancelled"


def fate(state: Sending, cause: str | None, *, confirmed: bool) -> Fate:
    """From the outbox's state. Who confirmed before the message was sent has read it in the bot: delivered."""
    match state:
        case Sending.PENDING | Sending.LEASED:
            return Fate.QUEUED
        case Sending.SENT | Sending.MERGED:
            return Fate.DELIVERED
        case Sending.CANCELLED:
            return Fate.DELIVERED if confirmed else Fate.CANCELLED
        case Sending.BLOCKED:
            return Fate.BLOCKED
        case _:
            return Fate.NOT_JOINED if cause == "not_joined" else Fate.FAILED


@dataclass(frozen=True, slots=True)
class Cell:
    """``count`` receivers of one unit to whom the same happened. ``group``: the unit's station, or the unit itself."""

    unit: Unit
    group: Unit
    fate: Fate
    cause: str | None
    confirmed: bool
    confirmed_before: bool
    told: bool
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of a notice's receivers. ``told`` are those who were told in person and have not confirmed."""

    total: int = 0
    fates: Mapping[Fate, int] = field(default_factory=dict)
    causes: Mapping[str, int] = field(default_factory=dict)
    confirmed: int = 0
    confirmed_before: int = 0
    told: int = 0
    open: int = 0

    def of(self, fate: Fate) -> int:
        """How many copies met this fate."""
        return self.fates.get(fate, 0)

    @property
    def to_retry(self) -> int:
        """Copies that are worth another try; a blocked chat is only listed."""
        return self.of(Fate.FAILED) + self.of(Fate.NOT_JOINED)

    @property
    def undelivered(self) -> int:
        """Copies that did not arrive and do not wait."""
        return self.to_retry + self.of(Fate.BLOCKED)


def figures(cells: Iterable[Cell]) -> Figures:
    """The sum of the cells. ``open``: delivered, and neither confirmed nor told in person."""
    fates: Counter[Fate] = Counter()
    causes: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for cell in cells:
        fates[cell.fate] += cell.count
        if cell.fate is Fate.FAILED:
            causes[cell.cause or "unknown"] += cell.count
        sums["total"] += cell.count
        sums["confirmed"] += cell.count * cell.confirmed
        sums["before"] += cell.count * (cell.confirmed_before and not cell.confirmed)
        sums["told"] += cell.count * (cell.told and not cell.confirmed)
        sums["open"] += cell.count * (cell.fate is Fate.DELIVERED and not cell.confirmed and not cell.told)
    return Figures(
        sums["total"],
        dict(sorted(fates.items())),
        dict(sorted(causes.items())),
        sums["confirmed"],
        sums["before"],
        sums["told"],
        sums["open"],
    )


def breakdown(cells: Sequence[Cell], viewer: Person) -> tuple[tuple[Unit, Figures], ...]:
    """The figures by station, or by team for somebody whose part of the tree is one station. In the units' order."""
    whole = viewer.unit.kind in {UnitKind.TOLL_OFFICE, UnitKind.BUREAU}
    parts: dict[int, list[Cell]] = {}
    units: dict[int, Unit] = {}
    for cell in cells:
        unit = cell.group if whole else cell.unit
        units[unit.id] = unit
        parts.setdefault(unit.id, []).append(cell)
    return tuple((units[id_], figures(parts[id_])) for id_ in sorted(parts))


@dataclass(frozen=True, slots=True)
class Card:
    """A notice as its sender follows it; figures and parts are of the viewer's part of the tree.

    ``by_second``: the name of whoever agreed, or None.
    """

    notice: Notice
    figures: Figures
    parts: tuple[tuple[Unit, Figures], ...] = ()
    by_second: str | None = None

    @property
    def mark(self) -> str:
        """The same for cards that show the same."""
        shown = (replace(self.notice, changed_at=0, pulse=0), self.figures, self.parts, self.by_second)
        return sha256(repr(shown).encode()).hexdigest()[:16]

    @property
    def next_nudge(self) -> int | None:
        """The number of the next reminder, or None when nobody is to be reminded or the last one was sent."""
        notice = self.notice
        wanted = notice.out and notice.needs_confirm and self.figures.open
        return notice.nudges + 1 if wanted and notice.nudges < NUDGES else None

    @property
    def to_cascade(self) -> bool:
        """Whether leaders can be asked now: after the last reminder, once for each version."""
        notice = self.notice
        wanted = notice.out and notice.needs_confirm and self.figures.open > 0
        return wanted and notice.nudges >= NUDGES and notice.cascaded_at is None


@dataclass(frozen=True, slots=True)
class Standing:
    """One receiver by name: what became of the copy, and whether this version was confirmed or told in person."""

    person: Person
    fate: Fate
    cause: str | None
    confirmed: bool
    told: bool

    @property
    def open(self) -> bool:
        """Has it, and has neither confirmed nor been told."""
        return self.fate is Fate.DELIVERED and not self.confirmed and not self.told
