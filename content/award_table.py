"""Rewards and penalties as a table, xlsx or CSV. Chinese in every language; no cell is ever a formula.

Must not know who asks for it.
"""

import io
from collections.abc import Iterable

import xlsxwriter

from content.csv_file import csv_file
from domain.scores.award_shown import AwardRow
from domain.scores.awards import AwardKind, AwardState
from domain.scores.standard_table import SUBJECT_WORDS

SHEET = "奖惩"
KINDS = {AwardKind.REWARD: "奖励", AwardKind.PENALTY: "处理"}
STATES = {
    AwardState.PROPOSED: "待同意",
    AwardState.WITHDRAWN: "已撤回",
    AwardState.REFUSED: "已退回",
    AwardState.NOTICE: "公示（告知）中",
    AwardState.DUE: "期满待定",
    AwardState.PASSED: "已通过",
    AwardState.REJECTED: "未通过",
}
_COLUMNS = (
    *(("编号", 8), ("类别", 8), ("对象", 8), ("站点", 16), ("班组", 10), ("工号", 10), ("姓名", 12), ("内容", 24)),
    *(("事实和条款", 50), ("状态", 14), ("提出人", 12), ("提出时间", 17), ("同意人", 12), ("同意时间", 17)),
    *(("期满日", 12), ("异议或申辩", 50), ("决定人", 12), ("决定时间", 17), ("理由", 40)),
)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def award_table(rows: Iterable[AwardRow]) -> bytes:
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
            sheet.write_number(number, 0, row.number)
            for at, cell in enumerate(_texts(row), start=1):
                sheet.write_string(number, at, cell[:_CELL], text)
    return buffer.getvalue()


_CELL = 32_767  # characters of a cell: what a spreadsheet takes


def award_csv(rows: Iterable[AwardRow]) -> bytes:
    """The rows as CSV: UTF-8 with its mark, CR LF."""
    listed: list[list[str | int]] = [[row.number, *_texts(row)] for row in rows]
    return csv_file([[title for title, _ in _COLUMNS], *listed])


def _texts(row: AwardRow) -> list[str]:
    return [
        KINDS[row.kind],
        SUBJECT_WORDS[row.subject],
        row.station,
        row.team,
        row.staff_no,
        row.name,
        row.what,
        row.why,
        STATES[row.state],
        row.proposer,
        row.proposed,
        row.agreed_by,
        row.agreed,
        row.last_day,
        row.objections,
        row.ended_by,
        row.ended,
        row.reason,
    ]
