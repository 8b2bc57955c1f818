"""Good deeds as a table, xlsx or CSV. Chinese in every language; every cell is text or a number, never a formula.

Must not know who asks for it.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import xlsxwriter

from content.csv_file import csv_file
from domain.deeds import Conduct, DeedKind, DeedState
from domain.scores.standard_table import DEED_WORDS

SHEET = "好人好事"
TAGS = {
    Conduct.COURTEOUS: "文明用语",
    Conduct.WARM: "热情服务",
    Conduct.UNITED: "团结爱站",
    Conduct.UNIFORM: "规范着装",
    Conduct.DISCIPLINED: "风纪严明",
    Conduct.IMPARTIAL: "秉公办事",
    Conduct.TIDY: "站容良好",
    Conduct.CLEAR: "保障畅通",
}
STATES = {
    DeedState.DRAFT: "未提交",
    DeedState.SUBMITTED: "待初核",
    DeedState.VOUCHED: "待复核",
    DeedState.CONFIRMED: "已核实",
    DeedState.RETURNED: "已退回",
    DeedState.WITHDRAWN: "已撤回",
}
_COLUMNS = (
    *(
        ("编号", 8),
        ("时间", 17),
        ("站点", 16),
        ("班组", 10),
        ("人员", 20),
        ("工号", 16),
        ("类别", 10),
        ("文明标准", 24),
    ),
    *(("地点", 14), ("事由", 50), ("照片", 6), ("状态", 8), ("初核", 22), ("复核", 22), ("同意上光荣榜", 16)),
)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class DeedRow:
    """A line. ``unnamed``: how many took part whom the reader may not see by name; ``day``: with the time, if known."""

    number: int
    day: str
    station: str
    team: str
    people: tuple[str, ...]
    staff_nos: tuple[str, ...]
    unnamed: int
    kind: DeedKind
    tags: frozenset[Conduct]
    place: str
    text: str
    photos: int
    state: DeedState
    first: str
    second: str
    honour: tuple[str, ...]


def deed_table(rows: Iterable[DeedRow]) -> bytes:
    """The rows as xlsx."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        for at, (title, width) in enumerate(_COLUMNS):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, title, head)
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(_cells(row)):
                if isinstance(cell, int):
                    sheet.write_number(number, at, cell)
                else:
                    sheet.write_string(number, at, cell, text)
    return buffer.getvalue()


def deed_csv(rows: Iterable[DeedRow]) -> bytes:
    """The rows as CSV: UTF-8 with its mark, CR LF."""
    return csv_file([[title for title, _ in _COLUMNS], *(_cells(row) for row in rows)])


def _cells(row: DeedRow) -> list[str | int]:
    others = f"（另 {row.unnamed} 人）" if row.unnamed else ""
    return [
        row.number,
        row.day,
        row.station,
        row.team,
        "、".join(row.people) + others,
        "、".join(row.staff_nos),
        DEED_WORDS[row.kind],
        "、".join(TAGS[tag] for tag in Conduct if tag in row.tags),
        row.place,
        row.text,
        row.photos,
        STATES[row.state],
        row.first,
        row.second,
        "、".join(row.honour),
    ]
