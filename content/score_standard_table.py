"""The scoring standard as xlsx: what is exported is what an import takes. Must not know what the columns are for.

Every cell is text, so that a clause that begins with = is a clause and 0.5 stays what was typed.
"""

import io
from collections.abc import Mapping

import xlsxwriter

from content.tables import ROW_LIMIT
from domain.scores.standard import Standard
from domain.scores.standard_table import DEED_WORDS, FROM, HEADERS, SUBJECT_WORDS, TITLE, ClauseColumn, rows_of

SHEET = "评分标准"
TOP = 3  # rows above the header: title, day, a blank one

# Width and what to fill in, by column.
_COLUMNS: Mapping[ClauseColumn, tuple[int, str]] = {
    ClauseColumn.SUBJECT: (8, "个人或班组。"),
    ClauseColumn.CODE: (8, "大写字母和数字，最多 8 位，不能重复。"),
    ClauseColumn.TEXT: (50, "条款内容，最多 200 字。"),
    ClauseColumn.POINTS: (8, "正数加分，负数扣分，最多一位小数。"),
    ClauseColumn.CAP: (10, "同一个人或班组每月在这一条最多加减多少；留空不封顶。"),
    ClauseColumn.EVIDENCE: (36, "凭什么记，最多 200 字；可留空。"),
    ClauseColumn.DEEDS: (
        18,
        f"核实后可一键提为加分的好事类别：{'、'.join(DEED_WORDS.values())}；可留空，多个用顿号分开。",
    ),
}


def standard_table(standard: Standard) -> bytes:
    """Title and day, then the clauses under their headers: each header with a comment, and two lists to choose from."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(TOP + 1, 0)
        for row, (name, value) in enumerate(((TITLE, standard.title), (FROM, standard.effective_from.isoformat()))):
            sheet.write_string(row, 0, name, head)
            sheet.write_string(row, 1, value, text)
        for at, (column, (width, hint)) in enumerate(_COLUMNS.items()):
            sheet.set_column(at, at, width, text)
            sheet.write_string(TOP, at, HEADERS[column], head)
            sheet.write_comment(TOP, at, hint)
        for number, cells in enumerate(rows_of(standard), start=TOP + 1):
            for at, column in enumerate(_COLUMNS):
                sheet.write_string(number, at, cells[column], text)
        subjects = {"validate": "list", "source": list(SUBJECT_WORDS.values())}
        # Several kinds may stand in a cell, which no list holds: it offers one and lets other texts pass.
        kinds = {"validate": "list", "source": list(DEED_WORDS.values()), "show_error": False}
        for column, choice in ((ClauseColumn.SUBJECT, subjects), (ClauseColumn.DEEDS, kinds)):
            at = list(_COLUMNS).index(column)
            sheet.data_validation(TOP + 1, at, ROW_LIMIT, at, choice)
    return buffer.getvalue()
