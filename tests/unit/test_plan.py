"""The rules of the campaign: what is red, what follows a phase, who hears, and what a table's rows mean."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from domain.dates import PastDay
from domain.people import Locale, Person, Role, Unit, UnitKind
from domain.plan import (
    Edge,
    Phase,
    PhaseOrder,
    Task,
    TaskState,
    count,
    current_phase,
    followed,
    in_order,
    leaders_of,
    may_choose_owner,
    next_phase,
    require_order,
)
from domain.plan.shown import Agenda
from domain.plan.table import Known, TaskColumn, TaskDiff, cells_of, compare, parse_rows
from tests.conftest import NOW
from views import plan as views
from views.texts import Texts

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
COLUMNS = ("code", "phase", "title", "detail", "owner_no", "owner", "due", "state", "evidence", "element", "measure")
HEADER = (
    "编号",
    "阶段",
    "事项",
    "工作内容",
    "责任人工号",
    "责任人",
    "期限",
    "状态",
    "证明材料",
    "对应方案",
    "对应措施",
)


def unit(id_: int, kind: UnitKind, path: str) -> Unit:
    return Unit(id_, kind, f"单位{id_}", None, path)


OFFICE, STATION, TEAM = (
    unit(2, UnitKind.TOLL_OFFICE, "1.2."),
    unit(4, UnitKind.STATION, "1.2.4."),
    unit(9, UnitKind.TEAM, "1.2.4.9."),
)


def person(id_: int, role: Role, at: Unit) -> Person:
    return Person(id_, f"10{id_:02}", f"人{id_}", role, at, None, None, Locale.ZH_CN)


BOSS, HEAD = person(1, Role.OFFICE, OFFICE), person(5, Role.STATION_HEAD, STATION)
LEADER, COLLECTOR = person(9, Role.TEAM_LEADER, TEAM), person(17, Role.COLLECTOR, TEAM)
STRANGER = person(6, Role.STATION_HEAD, unit(5, UnitKind.STATION, "1.2.5."))
BUREAU = person(3, Role.BUREAU, unit(1, UnitKind.BUREAU, "1."))
STAFF = (BOSS, HEAD, LEADER, COLLECTOR, STRANGER, BUREAU)


def task(code: str = "B07", **fields: object) -> Task:
    values: dict[str, object] = {"id": 1, "phase": 2, "title": "事项", "owner_id": 9, "due_on": TODAY + 5 * DAY}
    return Task(code=code, **(values | fields))  # type: ignore[arg-type]


def phase(number: int, first: int | None, last: int | None) -> Phase:
    """A phase by days from today."""
    days = (None if n is None else TODAY + n * DAY for n in (first, last))
    return Phase(number, f"阶段{number}", *days)


PHASES = (phase(1, -20, -1), phase(2, 0, 30), phase(3, 40, 60))


# tasks and phases ------------------------------------------------------------------------------------------------


def test_a_task_is_red_when_it_is_nobodys_or_overdue() -> None:
    assert task(owner_id=None).red(TODAY)
    assert task(due_on=TODAY - DAY).red(TODAY)
    assert not task(due_on=TODAY).red(TODAY)
    assert not task(due_on=None).red(TODAY)


def test_a_settled_task_is_never_red() -> None:
    for state in (TaskState.DONE, TaskState.DROPPED):
        assert not task(owner_id=None, due_on=TODAY - 9 * DAY, state=state).red(TODAY)


def test_what_is_overdue_comes_first_and_what_is_settled_last() -> None:
    listed = (
        task("B04", state=TaskState.DONE),
        task("B03", due_on=None),
        task("B02"),
        task("B01", due_on=TODAY - DAY),
        task("B05", due_on=TODAY),
    )
    assert [one.code for one in in_order(listed, TODAY)] == ["B01", "B05", "B02", "B03", "B04"]


def test_given_up_tasks_are_not_counted() -> None:
    figures = count(
        [
            task(),
            task(due_on=TODAY - DAY),
            task(owner_id=None, due_on=None),
            task(state=TaskState.DONE),
            task(state=TaskState.DROPPED, owner_id=None),
        ],
        TODAY,
    )
    assert (figures.total, figures.done, figures.overdue, figures.ownerless, figures.undated) == (4, 1, 1, 1, 1)


def test_the_running_phase_and_the_next_one() -> None:
    assert current_phase(PHASES, TODAY) == PHASES[1]
    assert current_phase(PHASES, TODAY + 35 * DAY) is None
    assert next_phase(PHASES, TODAY + 35 * DAY) == PHASES[2]
    assert next_phase((phase(1, None, None),), TODAY) is None


@pytest.mark.parametrize(
    ("number", "edge", "days", "nearest"),
    [
        (2, Edge.START, -1, 0),  # the day before is the first phase's
        (2, Edge.START, 31, 30),  # after its own end
        (2, Edge.END, 40, 39),  # into the third
        (3, Edge.START, 30, 31),
        (3, Edge.END, 39, 40),
    ],
)
def test_phases_neither_overlap_nor_run_backwards(number: int, edge: Edge, days: int, nearest: int) -> None:
    moved = PHASES[number - 1].moved(edge, TODAY + days * DAY)
    with pytest.raises(PhaseOrder) as refusal:
        require_order(PHASES, moved, edge, TODAY)
    day = TODAY + nearest * DAY
    assert refusal.value.values["nearest"] == f"{day.month}-{day.day}"
    require_order(PHASES, moved.moved(edge, day), edge, TODAY)


def test_a_phase_may_have_begun_but_not_end_in_the_past() -> None:
    alone = (phase(1, None, None),)
    require_order(alone, phase(1, -9, None), Edge.START, TODAY)
    with pytest.raises(PastDay):
        require_order(alone, phase(1, None, -1), Edge.END, TODAY)
    require_order(alone, phase(1, None, None), Edge.END, TODAY)


@given(
    st.lists(st.one_of(st.none(), st.integers(-30, 60)), max_size=8),
    st.one_of(st.none(), st.integers(-5, 60)),
    st.integers(0, 60),
)
def test_tasks_that_follow_a_phase_lie_between_today_and_its_end(
    dues: list[int | None], old: int | None, new: int
) -> None:
    tasks = [task(f"B{n}", due_on=None if d is None else TODAY + d * DAY) for n, d in enumerate(dues)]
    old_end, new_end = (None if old is None else TODAY + old * DAY), TODAY + new * DAY
    for moved in followed(tasks, old_end, new_end, TODAY):
        assert moved.due_on
        assert TODAY <= moved.due_on <= new_end


def test_settled_tasks_do_not_follow_a_phase() -> None:
    assert followed([task(state=TaskState.DONE, due_on=None)], None, TODAY, TODAY) == ()
    assert followed([task(due_on=None)], TODAY, None, TODAY) == ()
    assert followed([task(due_on=None)], TODAY, TODAY - DAY, TODAY) == ()


@pytest.mark.parametrize(
    ("owner", "leaders"),
    [(COLLECTOR, (LEADER,)), (LEADER, (HEAD,)), (HEAD, (BOSS,)), (BOSS, ()), (None, (BOSS,))],
)
def test_an_overdue_task_climbs_one_level(owner: Person | None, leaders: tuple[Person, ...]) -> None:
    assert leaders_of(owner, STAFF) == leaders


def test_an_empty_level_is_passed_over() -> None:
    assert leaders_of(COLLECTOR, (HEAD, BOSS, COLLECTOR)) == (HEAD,)
    assert leaders_of(COLLECTOR, (STRANGER, BOSS, COLLECTOR)) == (BOSS,)


def test_owners_are_chosen_by_the_office_and_within_a_station_by_its_head() -> None:
    chooses = {
        caller.role: [may_choose_owner(caller, task(), owner) for owner in (LEADER, STRANGER, None)]
        for caller in (BOSS, HEAD, LEADER, COLLECTOR, BUREAU)
    }
    assert chooses == {
        Role.OFFICE: [True, True, True],
        Role.STATION_HEAD: [True, False, False],
        Role.TEAM_LEADER: [False, False, False],
        Role.COLLECTOR: [False, False, False],
        Role.BUREAU: [False, False, False],
    }
    assert not may_choose_owner(BOSS, task(state=TaskState.DONE), LEADER)


# the table -------------------------------------------------------------------------------------------------------


KNOWN = Known(
    {"B07": task(title="公示栏", detail="核对", element="七(二)3", measure=2, evidence="照片")},
    (Phase(1, "动员", None, None), Phase(2, "实施", None, None)),
    {one.staff_no: one for one in STAFF},
)


def read(*rows: Sequence[str], header: Sequence[str] = HEADER) -> tuple[list[tuple[int, str]], TaskDiff]:
    table = [(n, tuple(cells)) for n, cells in enumerate((header, *rows), start=1)]
    parsed, faults = parse_rows(table)
    found, diff = compare(parsed, KNOWN, TODAY)
    return [(fault.row, fault.key.removeprefix("plan.fault.")) for fault in (*faults, *found)], diff


def row(**cells: str) -> list[str]:
    """The row of B07 as it is, with some cells changed."""
    known = cells_of(KNOWN.tasks["B07"], KNOWN)
    return [cells.get(column.value, known[column]) for column in TaskColumn]


def order(*rows: list[str]) -> list[list[str]]:
    """Cells in the order of HEADER."""
    at = {column: n for n, column in enumerate(TaskColumn)}
    columns = [
        "code",
        "phase",
        "title",
        "detail",
        "owner_no",
        "owner",
        "due",
        "state",
        "evidence",
        "element",
        "measure",
    ]
    return [[cells[at[TaskColumn(column)]] for column in columns] for cells in rows]


def test_what_was_exported_changes_nothing() -> None:
    faults, diff = read(*order(row()))
    assert (faults, diff.nothing, diff.unchanged) == ([], True, 1)


def test_a_changed_cell_is_a_change_of_that_column() -> None:
    faults, diff = read(*order(row(due="12-1")))
    (change,) = diff.changed
    assert not faults
    assert [(cell.column, cell.old, cell.new) for cell in change.cells] == [
        (TaskColumn.DUE, "2026-11-29", "2026-12-01")
    ]


def test_a_new_code_is_a_new_task() -> None:
    faults, diff = read(*order(row(code="z-01", owner_no="", owner="", due="待定")))
    assert not faults
    assert diff.new == (replace(KNOWN.tasks["B07"], id=0, code="Z-01", owner_id=None, due_on=None),)


def test_a_column_that_is_not_there_changes_nothing() -> None:
    faults, diff = read(("B07", "新的名字"), header=("编号", "事项"))
    assert not faults
    assert [cell.column for cell in diff.changed[0].cells] == [TaskColumn.TITLE]


def test_a_new_number_beside_the_old_name_is_another_owner() -> None:
    faults, diff = read(*order(row(owner_no="1005")))
    assert not faults
    assert diff.changed[0].after.owner_id == HEAD.id


@pytest.mark.parametrize("empty", ["", "待定", "××", "XX", "—", "-"])
def test_an_empty_date_is_undecided(empty: str) -> None:
    faults, diff = read(*order(row(due=empty)))
    assert not faults
    assert diff.changed[0].after.due_on is None


def test_a_date_cell_of_a_spreadsheet_is_read() -> None:
    _, diff = read(*order(row(due="2026-12-01T00:00:00")))
    assert diff.changed[0].after.due_on == date(2026, 12, 1)


def test_an_overdue_date_that_was_not_touched_is_no_fault() -> None:
    over = task(due_on=TODAY - 3 * DAY)
    known = replace(KNOWN, tasks={"B07": over})
    rows, _ = parse_rows([(1, HEADER), (2, tuple(cells_of(over, known)[TaskColumn(c)] for c in COLUMNS))])
    faults, diff = compare(rows, known, TODAY)
    assert not faults
    assert diff.nothing


def test_a_state_is_set_by_its_word() -> None:
    _, diff = read(*order(row(state="已完成", due="2026-11-01")))
    assert diff.changed[0].after.state is TaskState.DONE


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"code": ""}, "no_code"),
        ({"code": "编号一"}, "code_odd"),
        ({"code": "B" * 11}, "code_odd"),
        ({"title": ""}, "no_title"),
        ({"title": "长" * 41}, "too_long"),
        ({"detail": "长" * 301}, "too_long"),
        ({"phase": "收尾"}, "phase_unknown"),
        ({"code": "B99", "phase": ""}, "phase_unknown"),
        ({"owner_no": "9999"}, "owner_unknown"),
        ({"owner_no": "1003", "owner": "人3"}, "owner_bureau"),
        ({"owner_no": "1005", "owner": "别人"}, "owner_name"),
        ({"owner": "人5"}, "owner_name"),
        ({"owner_no": "", "owner": "人5"}, "owner_no_missing"),
        ({"due": "下次再说"}, "due_unread"),
        ({"due": "2026-11-23"}, "due_past"),
        ({"due": "2062-11-30"}, "due_far"),
        ({"due": "2-30"}, "due_unread"),
        ({"state": "快了"}, "state_unknown"),
        ({"measure": "十"}, "measure_unknown"),
        ({"measure": "0"}, "measure_unknown"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(cells: dict[str, str], fault: str) -> None:
    faults, diff = read(*order(row(**cells)))
    assert faults == [(2, fault)]
    assert diff.nothing


def test_every_fault_of_every_row_is_told() -> None:
    faults, _ = read(*order(row(title="", state="?"), row(code=""), row(), row(code="b07")))
    assert sorted(faults) == [
        (2, "no_title"),
        (2, "state_unknown"),
        (3, "no_code"),
        (4, "code_twice"),
        (5, "code_twice"),
    ]


def test_a_table_without_header_or_rows_is_refused() -> None:
    assert parse_rows([])[1][0].key == "plan.fault.no_header"
    assert parse_rows([(1, ("工号", "姓名"))])[1][0].key == "plan.fault.no_header"
    assert parse_rows([(1, HEADER), (2, ("", ""))])[1][0].key == "plan.fault.no_rows"
    assert parse_rows([(1, ("编号", "事项", "编号"))])[1][0].key == "plan.fault.column_twice"


# the calendar ----------------------------------------------------------------------------------------------------


def events(*tasks: Task) -> list[Event]:
    screen = views.calendar(Texts.of(Locale.ZH_CN), Agenda(tasks, {2: Phase(2, "实施", None, None)}), NOW)
    assert screen.file
    return [one for one in Calendar.from_ical(screen.file.body).walk("VEVENT") if isinstance(one, Event)]


def test_a_task_keeps_its_identity_in_a_calendar_and_its_sequence_grows() -> None:
    (before,), (after,) = events(task()), events(task(edits=4, due_on=TODAY + 9 * DAY, title="别的名字"))
    assert before["uid"] == after["uid"] == "task-b07@tollmate"
    assert (int(before["sequence"]), int(after["sequence"])) == (0, 4)


def test_a_task_takes_its_whole_day_and_blocks_none() -> None:
    (event,) = events(task())
    assert (event["dtstart"].dt, event["dtend"].dt) == (TODAY + 5 * DAY, TODAY + 6 * DAY)
    assert event["transp"] == "TRANSPARENT"


def test_a_task_that_was_given_up_is_cancelled_in_calendars() -> None:
    (kept, gone) = events(task(), task("B08", state=TaskState.DROPPED))
    assert (kept["status"], gone["status"]) == ("CONFIRMED", "CANCELLED")
