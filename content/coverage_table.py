"""Who was at which course, as xlsx: a sheet of people and a sheet of totals by team. Must not know who asks for it.

Every cell is text or a number, so that a name that begins with = is a name. The file is Chinese in every language.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import tzinfo

import xlsxwriter

from domain.clock import local
from domain.questions import Course
from domain.training import Mark
from domain.training.covering import Coverage, CoverageRow, TeamTotal

PEOPLE_SHEET, TEAMS_SHEET = "人员", "班组合计"
MARKS = {Mark.PRESENT: "到场", Mark.LATE: "迟到", Mark.LEAVE: "请假", Mark.ABSENT: "缺席"}
MADE_UP = "（补课）"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def coverage_table(found: Coverage, tz: tzinfo) -> bytes:
    """The table; a course has two columns: the day, and the mark. What was made up for with the other batch says so."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        days = [(title, 12) for course in found.courses for title in (f"{course.title} 日期", f"{course.title} 考勤")]
        columns = [("站点", 16), ("班组", 12), ("工号", 12), ("姓名", 12), ("期", 6), *days]
        _sheet(book, PEOPLE_SHEET, columns, (_cells(found, row, tz) for row in found.rows), head)
        totals = [(f"{course.title} 到场", 14) for course in found.courses]
        teams = [_totals(found, team) for team in found.teams]
        _sheet(book, TEAMS_SHEET, [("站点", 16), ("班组", 12), ("人数", 8), *totals], teams, head)
    return buffer.getvalue()


def _totals(found: Coverage, team: TeamTotal) -> list[str | int]:
    return [team.station, team.team, team.people, *(team.covered[course.code] for course in found.courses)]


def _cells(found: Coverage, row: CoverageRow, tz: tzinfo) -> list[str | int]:
    one = row.person
    batch = str(one.batch) if one.batch is not None else ""
    cells: list[str | int] = [one.station or "", one.unit.name, one.staff_no, one.name, batch]
    for course in found.courses:
        cells += _course(row, course.code, tz)
    return cells


def _course(row: CoverageRow, course: Course, tz: tzinfo) -> list[str | int]:
    mark = row.marks.get(course)
    if mark is None:
        return ["", ""]
    made_up = MADE_UP if row.covered(course) and mark.batch != row.person.batch else ""
    return [f"{local(mark.at, tz):%Y-%m-%d}", MARKS[mark.mark] + made_up]


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str | int]],
    head: object,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for at, (title, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, title, head)
    for number, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, at, cell)
            else:
                sheet.write_string(number, at, cell)
