"""The table of tasks as xlsx: what is exported is what an import takes. Must not know what the columns are for.

Every cell is text, so that a title that begins with = is a title and 11-30 stays what was typed.
"""

import io
from collections.abc import Iterable, Mapping

import xlsxwriter

from content.tables import ROW_LIMIT
from domain.plan.table import STATE_WORDS, TASK_HEADERS, TaskColumn

SHEET = "活动安排"

# Width and what to fill in, by column.
_COLUMNS: Mapping[TaskColumn, tuple[int, str]] = {
    TaskColumn.CODE: (9, "必填，不能重复。已有的编号是修改，新的编号是新增；删掉一行不会删除事项。"),
    TaskColumn.PHASE: (11, "阶段的名称或序号。"),
    TaskColumn.TITLE: (30, "必填，最多 40 个字。"),
    TaskColumn.DETAIL: (46, "要做什么，最多 300 个字。"),
    TaskColumn.OWNER_NO: (13, "一个人的工号；留空是尚未确定。"),
    TaskColumn.OWNER: (11, "只供核对，改责任人请改工号。"),
    TaskColumn.DUE: (13, "如 2026-11-30 或 11-30；留空或“待定”是日期未定。"),
    TaskColumn.STATE: (11, "进行中、已完成、不再进行；留空不变。"),
    TaskColumn.EVIDENCE: (20, "需要交什么材料；留空是不需要。"),
    TaskColumn.ELEMENT: (20, "对应方案的条目号。"),
    TaskColumn.MEASURE: (10, "对应方案第六部分的第几条措施；可留空。"),
}


def task_table(rows: Iterable[Mapping[TaskColumn, str]]) -> bytes:
    """The rows under their headers, each header with a comment, and a list of states to choose from."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 3)
        for at, (column, (width, hint)) in enumerate(_COLUMNS.items()):
            sheet.set_column(at, at, width, text)
            sheet.write_string(0, at, TASK_HEADERS[column], head)
            sheet.write_comment(0, at, hint)
        for number, row in enumerate(rows, start=1):
            for at, column in enumerate(_COLUMNS):
                sheet.write_string(number, at, row[column], text)
        states = list(_COLUMNS).index(TaskColumn.STATE)
        choice = {"validate": "list", "source": list(STATE_WORDS.values())}
        sheet.data_validation(1, states, ROW_LIMIT, states, choice)
    return buffer.getvalue()
