"""Tables that people hand in (xlsx, CSV) and the empty roster that they are given.

Reads cells as text and refuses files that could do harm. Must not know what the columns mean to the office.
"""

import csv
import io
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import openpyxl
import xlsxwriter

from domain.errors import DomainError

MEGABYTE = 1024 * 1024
FILE_LIMIT = 5 * MEGABYTE
UNPACKED_LIMIT = 20 * MEGABYTE
ENTRY_LIMIT = 200
RATIO_LIMIT = 100
ROW_LIMIT = 5_000
SCAN_LIMIT = 50_000  # rows looked at, empty ones included; a million of them would take ten seconds
COLUMN_LIMIT = 32
SHEET_ROWS = 1_048_576  # what a worksheet can hold; a row number beyond it is made up

_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password
_WHOLE = re.compile(r"(\d+)\.0+")

log = logging.getLogger(__name__)


class BadTable(DomainError):
    """The file cannot be taken as a table; ``key`` says why."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        super().__init__(**values)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not empty: (row number as the spreadsheet counts, from 1; stripped cells)."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(data: bytes, filename: str, *, exact: bool = False) -> Table:
    """The first sheet of an xlsx file, or a CSV file (UTF-8 or GB18030; comma, semicolon or tab).

    ``exact``: text of an xlsx that looks like a whole number with decimals (5.0) stays so; else it is read as 5. Slow
    for large files: call it in a worker thread.

    Raises:
        BadTable: not such a file, too large, or with formulas.
    """
    if len(data) > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    if data.startswith(_OLE):
        raise BadTable("roster.old_format")
    suffix = filename.lower().rpartition(".")[2]
    if suffix == "xlsx":
        return _collect(_xlsx_rows(data, exact=exact))
    if suffix in ("csv", "txt"):
        return _collect(_csv_rows(data))
    raise BadTable("roster.bad_kind")


def _collect(rows: Iterator[tuple[int, tuple[str, ...]]]) -> Table:
    kept = []
    for count, (number, cells) in enumerate(rows, 1):
        if any(cells):
            kept.append((number, cells))
        if len(kept) > ROW_LIMIT or count > SCAN_LIMIT:
            raise BadTable("roster.too_many_rows", limit=ROW_LIMIT)
    return Table(tuple(kept))


# xlsx ------------------------------------------------------------------------------------------------------------


class _Cell(Protocol):
    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...
    @property
    def number_format(self) -> str: ...


def _xlsx_rows(data: bytes, *, exact: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    _check_archive(data)
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl runs without defusedxml")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        # Bounds for both, or a single cell at XFD1048576 makes openpyxl pad every row up to it.
        sheet_rows = book.worksheets[0].iter_rows(min_row=1, max_row=SHEET_ROWS, min_col=1, max_col=COLUMN_LIMIT)
        before: object = None
        for number, cells in enumerate(sheet_rows, 1):
            if cells is not before:  # gaps are padded with one and the same row
                yield number, tuple(_cell_text(cell, number, exact=exact) for cell in cells)
            before = cells
    except DomainError:
        raise
    except Exception as error:  # a hand-made file makes openpyxl raise nearly anything
        log.info("an xlsx file could not be read: %s", type(error).__name__)
        raise BadTable("roster.bad_file") from error


def _check_archive(data: bytes) -> None:
    """Refuse zip bombs by the table of contents, which zipfile holds each entry to when it unpacks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadTable("roster.bad_file") from error
    if (
        len(entries) > ENTRY_LIMIT
        or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT
        or any(entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1) for entry in entries)
    ):
        raise BadTable("roster.unpacks_too_large")


def _cell_text(cell: _Cell, row: int, *, exact: bool) -> str:
    if cell.data_type in ("f", "e"):  # a formula, or the error that one left behind
        raise BadTable("roster.formula", row=row)
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        # A format such as 00000 is how spreadsheets show the leading zeros of a number.
        width = len(cell.number_format) if set(cell.number_format) == {"0"} else 0
        return str(value).zfill(width)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip() if exact else _plain(str(value))


def _plain(text: str) -> str:
    text = text.strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


# CSV -------------------------------------------------------------------------------------------------------------


def _csv_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    text = decoded(data)
    # strict: an open quotation mark would swallow the rest of the file, and those people would seem to have left.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.lstrip().startswith("=") for cell in cells):
                raise BadTable("roster.formula", row=number)
            yield number, tuple(_plain(cell) for cell in cells[:COLUMN_LIMIT])
    except csv.Error as error:
        raise BadTable("roster.bad_file") from error


def decoded(data: bytes) -> str:
    """Text of a file in UTF-8 or GB18030. Raises BadTable for anything else."""
    if b"\0" in data:
        raise BadTable("roster.bad_file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable("roster.encoding")


def _delimiter(text: str) -> str:
    """Whichever of the three stands most often in the first line that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


# template --------------------------------------------------------------------------------------------------------

# Header, width, what to fill in, three examples. The file is Chinese in every language: so are the lists it replaces.
_TEMPLATE = (
    ("工号", 14, "必填。字母、数字、- 或 _，最多 20 位，不能重复。", ("S1001", "S1002", "S2001", "B0001")),
    ("姓名", 14, "必填。最多 20 个字。", ("示例甲", "示例乙", "示例丙", "示例丁")),
    ("角色", 18, "必填。从列表中选择。", ("收费员", "班长", "站长", "办公室")),
    ("站点", 18, "收费员、班长、站长必填。名称含“支线”的按支线点建立。", ("东站", "东站", "北支线", "")),
    ("班组", 14, "收费员、班长必填。", ("一班", "一班", "", "")),
    ("期", 10, "培训期次：1 或 2；留空则不改动。", ("1", "2", "", "")),
)
_ROLES = ("收费员", "班长", "站长", "办公室", "局")
_TEMPLATE_SHEET = "花名册"
_EXAMPLE_SHEET = "填写示例"


def roster_template() -> bytes:
    """An empty roster as xlsx: headers with a comment each, lists to choose from, and a second sheet with examples."""
    buffer = io.BytesIO()
    # In memory: nothing of it touches the disk. All cells are text, so that leading zeros stay.
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = book.add_format({"num_format": "@"})
        for title in (_TEMPLATE_SHEET, _EXAMPLE_SHEET):
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for column, (header, width, hint, examples) in enumerate(_TEMPLATE):
                sheet.set_column(column, column, width, text)
                sheet.write_string(0, column, header, head)
                sheet.write_comment(0, column, hint)
                if title == _EXAMPLE_SHEET:
                    sheet.write_column(1, column, examples, text)
        roster = book.get_worksheet_by_name(_TEMPLATE_SHEET)
        roster.data_validation(1, 2, ROW_LIMIT, 2, {"validate": "list", "source": list(_ROLES)})
        roster.data_validation(1, 5, ROW_LIMIT, 5, {"validate": "list", "source": ["1", "2"]})
    return buffer.getvalue()
