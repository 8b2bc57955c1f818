"""The ledger and a closed month as tables, xlsx or CSV. Chinese in every language; no cell is ever a formula.

Must not know who asks for them.
"""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from content.csv_file import csv_file
from domain.scores.ledger import EntryState
from domain.scores.shown import CloseTable, LedgerRow, SubjectTotal
from domain.scores.standard import TENTHS
from domain.scores.standard_table import SUBJECT_WORDS

Cell = str | int | float
LEDGER_SHEET, TOTALS_SHEET, ENTRIES_SHEET = "评分台账", "合计", "明细"
STATES = {
    EntryState.PROPOSED: "待确认",
    EntryState.WITHDRAWN: "已撤回",
    EntryState.REFUSED: "已退回",
    EntryState.CONFIRMED: "申诉期",
    EntryState.APPEALED: "申诉中",
    EntryState.VOID: "申诉成立，不计",
    EntryState.EFFECTIVE: "已生效",
}
A4 = 9  # as spreadsheets number paper
SIGNED = ("制表", "复核", "单位负责人")
_COLUMNS = (
    *(
        ("编号", 8),
        ("对象", 8),
        ("站点", 16),
        ("班组", 10),
        ("工号", 10),
        ("姓名", 12),
        ("发生日期", 12),
        ("计入月份", 10),
    ),
    *(("条款", 8), ("条款内容", 40), ("分数", 8), ("事由", 40), ("好事编号", 9), ("冲正编号", 9), ("状态", 14)),
    *(("提出人", 12), ("提出时间", 17), ("处理人", 12), ("处理时间", 17), ("退回原因", 24)),
    *(("申诉时间", 17), ("申诉内容", 30), ("答复人", 12), ("答复时间", 17), ("答复内容", 30), ("已月结", 8)),
)
_TOTALS = (("对象", 8), ("工号", 12), ("姓名", 14), ("班组", 12), ("笔数", 8), ("合计", 10))
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def ledger_table(rows: Iterable[LedgerRow]) -> bytes:
    """The ledger as xlsx."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        _sheet(book, LEDGER_SHEET, (), _COLUMNS, map(_cells, rows))
    return buffer.getvalue()


def ledger_csv(rows: Iterable[LedgerRow]) -> bytes:
    """The ledger as CSV: UTF-8 with its mark, CR LF."""
    return csv_file([[title for title, _ in _COLUMNS], *map(_cells, rows)])


def close_table(found: CloseTable) -> bytes:
    """A closed month as xlsx: a sheet of totals to be signed, and a sheet of entries."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        totals = [_total(one) for one in found.totals]
        signed = _sheet(book, TOTALS_SHEET, _head(found), _TOTALS, totals, _signatures())
        signed.set_paper(A4)
        signed.fit_to_pages(1, 0)  # across one page, down as many as it takes
        signed.repeat_rows(len(_head(found)))
        _sheet(book, ENTRIES_SHEET, (), _COLUMNS, map(_cells, found.rows))
    return buffer.getvalue()


def close_csv(found: CloseTable) -> bytes:
    """The same as one CSV: head lines, totals, lines for signatures, then the entries."""
    totals: list[Sequence[Cell]] = [[title for title, _ in _TOTALS], *map(_total, found.totals)]
    entries: list[Sequence[Cell]] = [[title for title, _ in _COLUMNS], *map(_cells, found.rows)]
    return csv_file([*_head(found), *totals, *_signatures(), [], *entries])


def _head(found: CloseTable) -> Sequence[Sequence[Cell]]:
    return ([f"{found.unit}　{found.month} 评分月结"], [f"月结人：{found.closed_by}　时间：{found.closed}"])


def _signatures() -> Sequence[Sequence[Cell]]:
    """A blank line, then one line each: side by side they would not fit on a page that is signed by hand."""
    return ([], *([f"{who}签字：　　　　　　　　日期："] for who in SIGNED))


def points(tenths: int) -> float | int:
    """Tenths as a number of points: whole where it is whole."""
    return tenths // TENTHS if tenths % TENTHS == 0 else tenths / TENTHS


def _total(one: SubjectTotal) -> list[Cell]:
    return [SUBJECT_WORDS[one.subject], one.staff_no, one.name, one.team, one.entries, points(one.points)]


def _cells(row: LedgerRow) -> list[Cell]:
    return [
        row.number,
        SUBJECT_WORDS[row.subject],
        row.station,
        row.team,
        row.staff_no,
        row.name,
        row.day,
        row.month,
        row.code,
        row.clause,
        points(row.points),
        row.reason,
        row.deed_id or "",
        row.reverses or "",
        STATES[row.state],
        row.proposer,
        row.proposed,
        row.decided_by,
        row.decided,
        row.refusal,
        row.appealed,
        row.appeal,
        row.replied_by,
        row.replied,
        row.reply,
        "是" if row.closed else "",
    ]


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    head: Sequence[Sequence[Cell]],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
    tail: Sequence[Sequence[Cell]] = (),
) -> xlsxwriter.worksheet.Worksheet:
    """Head lines, the header, rows, and lines below."""
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(name)
    top = len(head)
    sheet.freeze_panes(top + 1, 0)
    _lines(sheet, 0, head)
    for at, (title, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(top, at, title, bold)
    listed = list(rows)
    for number, row in enumerate(listed, start=top + 1):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, at, cell, text)
            else:
                sheet.write_number(number, at, cell)
    _lines(sheet, top + 1 + len(listed), tail)
    return sheet


def _lines(sheet: xlsxwriter.worksheet.Worksheet, top: int, lines: Sequence[Sequence[Cell]]) -> None:
    """Lines of text that run on beyond their cell."""
    for number, line in enumerate(lines, start=top):
        for at, cell in enumerate(line):
            sheet.write_string(number, at, str(cell))
