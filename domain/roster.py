"""The roster 花名册: what rows of a staff list mean, what is wrong with them, and what they would change.

Pure: takes rows that were read elsewhere, people and units, and returns values. Knows no file format and no storage.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.people import Binding, Person, Role, Unit, UnitKind

STAFF_NO_LIMIT = 20
NAME_LIMIT = 20
UNIT_NAME_LIMIT = 30
BRANCH_MARK = "支线"  # a 站点 with this in its name is a branch point when it is first created
BUREAU_NAME = "公路管理局"
OFFICE_NAME = "公路收费所"


class Column(StrEnum):
    """Columns of a roster; the value is the English header."""

    STAFF_NO = "staff_no"
    NAME = "name"
    ROLE = "role"
    STATION = "station"
    TEAM = "team"
    BATCH = "batch"


HEADERS: Mapping[Column, str] = {
    Column.STAFF_NO: "工号",
    Column.NAME: "姓名",
    Column.ROLE: "角色",
    Column.STATION: "站点",
    Column.TEAM: "班组",
    Column.BATCH: "期",
}
ROLE_WORDS: Mapping[str, Role] = {
    "收费员": Role.COLLECTOR,
    "班长": Role.TEAM_LEADER,
    "站长": Role.STATION_HEAD,
    "领导小组办公室": Role.OFFICE,
    "办公室": Role.OFFICE,
    "局": Role.BUREAU,
    **{role.value: role for role in Role},
}
BATCH_WORDS: Mapping[str, int | None] = {"": None, "1": 1, "2": 2, "一": 1, "二": 2, "第一期": 1, "第二期": 2}

_HAS_STATION = frozenset({Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD})
_HAS_TEAM = frozenset({Role.COLLECTOR, Role.TEAM_LEADER})
_COLUMN_OF = {name: column for column, header in HEADERS.items() for name in (header, column.value)}
# Not what stands for an erased person: a row under it would bring them back.
_STAFF_NO = re.compile(r"(?!x-[0-9a-f]{16}$)[A-Za-z0-9_-]+")
_SPACE_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sits, by names: ``station`` also stands for branch points; both names empty above the stations."""

    kind: UnitKind
    station: str = ""
    team: str = ""

    @property
    def parent(self) -> "Place | None":
        """The place one level up, None above the bureau."""
        return {
            UnitKind.TEAM: Place(UnitKind.STATION, self.station),
            UnitKind.STATION: Place(UnitKind.TOLL_OFFICE),
            UnitKind.TOLL_OFFICE: Place(UnitKind.BUREAU),
        }.get(self.kind)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row without faults. ``station`` and ``team`` are empty where the role has none; ``batch`` None: not stated."""

    row: int
    staff_no: str
    name: str
    role: Role
    station: str
    team: str
    batch: int | None

    @property
    def place(self) -> Place:
        """Leaders and collectors sit on the team, heads on the station, the office and the bureau on their own unit."""
        if self.role in _HAS_TEAM:
            return Place(UnitKind.TEAM, self.station, self.team)
        if self.role is Role.STATION_HEAD:
            return Place(UnitKind.STATION, self.station)
        return Place(UnitKind.TOLL_OFFICE if self.role is Role.OFFICE else UnitKind.BUREAU)


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: a catalogue key and its values. ``row`` counts as the spreadsheet does, from 1."""

    row: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of one person, before and after. Roles are codes, batches digits, nothing is the empty string."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RosterChange:
    """A person of whom the roster says something new. ``person`` is as before the import."""

    person: Person
    row: RosterRow
    fields: tuple[FieldChange, ...]

    @property
    def batch(self) -> int | None:
        """The batch afterwards: a roster that is silent about it does not undo a split into batches."""
        return self.person.batch if self.row.batch is None else self.row.batch

    @property
    def of_role(self) -> bool:
        """Whether the role changes, and with it the person's menu."""
        return self.person.role is not self.row.role


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that the roster names and that does not exist yet."""

    kind: UnitKind
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What an import would do. ``new_units`` lists parents before children; who returns is among the new."""

    new: tuple[RosterRow, ...]
    changed: tuple[RosterChange, ...]
    leaving: tuple[Person, ...]
    unchanged: int
    new_units: tuple[NewUnit, ...]

    @property
    def nothing(self) -> bool:
        """Whether the roster says what is known already."""
        return not (self.new or self.changed or self.leaving or self.new_units)


@dataclass(frozen=True, slots=True)
class RosterCheck:
    """The outcome of a dry run: faults, or else a diff. ``draft_id`` is what to confirm; None: nothing to confirm."""

    faults: tuple[RowFault, ...]
    diff: RosterDiff | None = None
    draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """How many people an import touched. ``left`` is 0 when people who are not listed were kept."""

    new: int
    changed: int
    left: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RosterResult:
    """What an import did. ``changed_role``: people as they are now, whose menus are out of date; ``left``: accounts of
    people who left, as they were bound before."""

    counts: RosterCounts
    changed_role: tuple[Person, ...]
    left: tuple[Binding, ...]


# reading ---------------------------------------------------------------------------------------------------------


def parse(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[list[RosterRow], list[RowFault]]:
    """The rows below the header, and every fault of every row in order. A row with a fault is not among the rows.

    ``rows``: (row number, cells). The header is the first row with at least two known column names, in any order;
    columns of other names are ignored.
    """
    table = list(rows)
    for at, (number, cells) in enumerate(table):
        columns = [_COLUMN_OF.get(_folded(cell)) for cell in cells]
        if len(set(columns) - {None}) >= 2:
            faults = _header_faults(number, columns)
            return ([], faults) if faults else _parse_body(number, columns, table[at + 1 :])
    return [], [RowFault(table[0][0] if table else 1, "roster.fault.no_header")]


def _header_faults(number: int, columns: Sequence[Column | None]) -> list[RowFault]:
    faults = []
    for column, header in HEADERS.items():
        count = columns.count(column)
        if count != 1:
            key = "roster.fault.column_twice" if count else "roster.fault.no_column"
            faults.append(RowFault(number, key, {"column": header}))
    return faults


def _parse_body(
    header: int, columns: Sequence[Column | None], body: Sequence[tuple[int, Sequence[str]]]
) -> tuple[list[RosterRow], list[RowFault]]:
    rows: list[RosterRow] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    filled = [(number, cells) for number, cells in body if any(tidy(cell) for cell in cells)]
    for number, cells in filled:
        reader = _RowReader(number, {column: cell for column, cell in zip(columns, cells, strict=False) if column})
        row = reader.row(seen)
        faults += reader.faults
        if not reader.faults:
            rows.append(row)
    if not filled:
        faults.append(RowFault(header, "roster.fault.no_rows"))
    return rows, faults


class _RowReader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, number: int, cells: Mapping[Column, str]) -> None:
        self._number = number
        self._cells = cells
        self.faults: list[RowFault] = []

    def row(self, seen: dict[str, int]) -> RosterRow:
        """The row; meaningless when there are faults. ``seen``: staff numbers met so far, and where."""
        staff_no = self._staff_no(seen)
        name = self._words(Column.NAME, "name", NAME_LIMIT, needed=True)
        role = self._role()
        station = self._words(Column.STATION, "station", UNIT_NAME_LIMIT, needed=role in _HAS_STATION)
        team = self._words(Column.TEAM, "team", UNIT_NAME_LIMIT, needed=role in _HAS_TEAM)
        return RosterRow(
            self._number,
            staff_no,
            name,
            role or Role.COLLECTOR,
            station if role in _HAS_STATION else "",
            team if role in _HAS_TEAM else "",
            self._batch(),
        )

    def _cell(self, column: Column) -> str:
        return self._cells.get(column, "")

    def _fault(self, kind: str, **values: object) -> None:
        self.faults.append(RowFault(self._number, f"roster.fault.{kind}", values))

    def _staff_no(self, seen: dict[str, int]) -> str:
        staff_no = _narrow(self._cell(Column.STAFF_NO))
        if not staff_no:
            self._fault("no_staff_no")
            return staff_no
        if len(staff_no) > STAFF_NO_LIMIT:
            self._fault("staff_no_long", limit=STAFF_NO_LIMIT)
        elif not _STAFF_NO.fullmatch(staff_no):
            self._fault("staff_no_odd", staff_no=staff_no)
        if staff_no in seen:
            self._fault("staff_no_twice", staff_no=staff_no[:STAFF_NO_LIMIT], first=seen[staff_no])
        seen.setdefault(staff_no, self._number)
        return staff_no

    def _words(self, column: Column, kind: str, limit: int, *, needed: bool) -> str:
        text = tidy(self._cell(column))
        if not text and needed:
            self._fault(f"no_{kind}")
        if len(text) > limit:
            self._fault(f"{kind}_long", limit=limit)
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            self._fault(f"{kind}_odd")
        return text

    def _role(self) -> Role | None:
        word = _folded(self._cell(Column.ROLE))
        role = ROLE_WORDS.get(word)
        if not word:
            self._fault("no_role")
        elif role is None:
            self._fault("role_unknown", role=word[:NAME_LIMIT])
        return role

    def _batch(self) -> int | None:
        word = _narrow(self._cell(Column.BATCH))
        if word not in BATCH_WORDS:
            self._fault("batch_unknown", batch=word[:NAME_LIMIT])
        return BATCH_WORDS.get(word)


def tidy(text: str) -> str:
    """Text without what cannot be seen: format characters, doubled blanks, blanks that only align Chinese names.

    >>> tidy(" 张　三\\u200b "), tidy("Anna  Li")
    ('张三', 'Anna Li')
    """
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return _SPACE_IN_CHINESE.sub("", " ".join(visible.split()))


def _narrow(text: str) -> str:
    """Full-width digits and letters as plain ones."""
    return tidy(unicodedata.normalize("NFKC", text))


def _folded(text: str) -> str:
    return _narrow(text).casefold()


# comparing -------------------------------------------------------------------------------------------------------


def reach(units: Sequence[Unit], caller: Person | None) -> tuple[Unit, ...]:
    """The units whose people an import may touch: the caller's part of the tree.

    For the command line (None) the first toll office and the bureau above it, not what else the bureau holds.
    """
    if caller is not None:
        return tuple(unit for unit in units if caller.unit.holds(unit))
    office = next((unit for unit in units if unit.kind is UnitKind.TOLL_OFFICE), None)
    bureau = next(
        (unit for unit in units if unit.kind is UnitKind.BUREAU and (office is None or unit.holds(office))), None
    )
    return tuple(unit for unit in units if unit == bureau or (office is not None and office.holds(unit)))


def refusals(
    rows: Iterable[RosterRow], everyone: Iterable[Person], units: Iterable[Unit], caller: Person | None
) -> list[RowFault]:
    """Rows that reach beyond ``units`` (see ``reach``) or against the caller. ``everyone``: of the whole bureau."""
    inside = {unit.id for unit in units}
    elsewhere = {person.staff_no for person in everyone if person.unit.id not in inside}
    faults = []
    for row in rows:
        if row.staff_no in elsewhere:
            faults.append(RowFault(row.row, "roster.fault.elsewhere", {"staff_no": row.staff_no}))
        elif caller and row.staff_no == caller.staff_no and row.role is not caller.role:
            faults.append(RowFault(row.row, "roster.fault.yourself"))
        elif caller and row.role is Role.BUREAU:
            faults.append(RowFault(row.row, "roster.fault.bureau"))
    return faults


def diff(
    rows: Sequence[RosterRow], people: Iterable[Person], units: Sequence[Unit], caller: Person | None = None
) -> RosterDiff:
    """What the rows would change among the people of ``units``; people of other units are never in it.

    The caller never leaves by an import of their own.
    """
    inside = {unit.id for unit in units}
    present = {person.staff_no: person for person in people if person.unit.id in inside}
    known = places(units)
    listed = {row.staff_no for row in rows}
    both = [(present[row.staff_no], row) for row in rows if row.staff_no in present]
    changes = [RosterChange(person, row, _field_changes(person, row, known)) for person, row in both]
    changed = tuple(change for change in changes if change.fields)
    return RosterDiff(
        new=tuple(row for row in rows if row.staff_no not in present),
        changed=changed,
        leaving=tuple(
            person
            for person in present.values()
            if person.staff_no not in listed and (caller is None or person.id != caller.id)
        ),
        unchanged=len(both) - len(changed),
        new_units=_new_units(rows, known, caller),
    )


def places(units: Sequence[Unit]) -> dict[Place, Unit]:
    """The units by place. Stations are those of the first toll office."""
    known: dict[Place, Unit] = {}
    by_id = {unit.id: unit for unit in units}
    for unit in units:
        above = by_id.get(unit.parent_id or 0)
        if unit.kind is UnitKind.TEAM and above:
            known.setdefault(Place(UnitKind.TEAM, above.name, unit.name), unit)
        elif unit.kind in (UnitKind.STATION, UnitKind.BRANCH):
            known.setdefault(Place(UnitKind.STATION, unit.name), unit)
        else:
            known.setdefault(Place(unit.kind), unit)
    return known


def _field_changes(person: Person, row: RosterRow, known: Mapping[Place, Unit]) -> tuple[FieldChange, ...]:
    batch = row.batch or person.batch
    pairs = (
        (Column.NAME, person.name, row.name),
        (Column.ROLE, person.role.value, row.role.value),
        (Column.STATION, person.station or "", row.station),
        (Column.TEAM, person.unit.name if person.unit.kind is UnitKind.TEAM else "", row.team),
        (Column.BATCH, str(person.batch or ""), str(batch or "")),
    )
    fields = tuple(FieldChange(column, old, new) for column, old, new in pairs if old != new)
    target = known.get(row.place)
    if not fields and target != person.unit:  # the names agree and yet it is another unit
        return (FieldChange(Column.STATION, person.unit.name, target.name if target else ""),)
    return fields


def _new_units(rows: Iterable[RosterRow], known: Mapping[Place, Unit], caller: Person | None) -> tuple[NewUnit, ...]:
    wanted: dict[Place, None] = {}
    if caller is None:  # the command line is where the tree begins
        wanted = {Place(UnitKind.BUREAU): None, Place(UnitKind.TOLL_OFFICE): None}
    for row in rows:
        if row.role in _HAS_STATION:
            wanted[Place(UnitKind.STATION, row.station)] = None
        wanted[row.place] = None
    return tuple(_new_unit(place) for place in wanted if place not in known)


def _new_unit(place: Place) -> NewUnit:
    if place.kind is UnitKind.TEAM:
        return NewUnit(UnitKind.TEAM, place.team, place)
    if place.kind is UnitKind.STATION:
        kind = UnitKind.BRANCH if BRANCH_MARK in place.station else UnitKind.STATION
        return NewUnit(kind, place.station, place)
    return NewUnit(place.kind, BUREAU_NAME if place.kind is UnitKind.BUREAU else OFFICE_NAME, place)
