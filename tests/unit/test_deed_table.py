"""Deeds as tables: every cell is text or a number, whatever people typed."""

import csv
import io

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from content.csv_file import csv_file
from content.deed_table import DeedRow, deed_csv, deed_table
from domain.deeds import Conduct, DeedKind, DeedState

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://a.example")',
    "=cmd|' /C calc'!A0",
    "+8613800000000",
    "-2",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
)
WORDS = ("day", "station", "team", "place", "first", "second")  # columns of one text
NAMES = ("people", "staff_nos", "honour")  # columns of several


def row(text: str = "", **fields: object) -> DeedRow:
    values: dict[str, object] = {
        "number": 12,
        "day": "2026-11-24 14:20",
        "station": "东山收费站",
        "team": "一班",
        "people": ("张三", "李四"),
        "staff_nos": ("0017", "1018"),
        "unnamed": 1,
        "kind": DeedKind.FOUND,
        "tags": frozenset({Conduct.WARM, Conduct.COURTEOUS}),
        "place": "3号车道",
        "text": text,
        "photos": 2,
        "state": DeedState.CONFIRMED,
        "first": "王五 2026-11-24 15:00",
        "second": "",
        "honour": ("张三",),
    }
    return DeedRow(**(values | fields))  # type: ignore[arg-type]


def test_a_row_reads_as_the_office_says_it() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(deed_table([row("捡到钱包")]))).worksheets[0]
    head, cells = ([cell.value for cell in line] for line in sheet.iter_rows())
    found = dict(zip(head, cells, strict=True))
    assert found["人员"] == "张三、李四（另 1 人）"
    assert found["工号"] == "0017、1018"
    assert (found["类别"], found["文明标准"], found["状态"]) == ("拾金不昧", "文明用语、热情服务", "已核实")
    assert (found["编号"], found["照片"]) == (12, 2)


def filled(text: str) -> DeedRow:
    """The text in every column that holds text."""
    everywhere: dict[str, object] = {**dict.fromkeys(WORDS, text), **dict.fromkeys(NAMES, (text,))}
    return row(text, **everywhere, unnamed=0)


@pytest.mark.parametrize("text", [*HOSTILE, "http://a.example", "0017", "1e5", "TRUE", "{=1}"])
def test_every_cell_of_an_xlsx_is_the_text_that_was_typed_or_a_number(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(deed_table([filled(text)]))).worksheets[0]
    cells = next(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in cells if cell.data_type == "n"] == [12, 2]
    assert sum(cell.data_type == "s" and unescape(str(cell.value)).strip() == text.strip() for cell in cells) == 10
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    cells = read(deed_csv([filled(text)]))[1]
    assert cells.count(f"'{text}") == 10
    assert not any(cell.startswith(tuple("=+-@\t\r＝")) for cell in cells)


def test_no_text_can_break_out_of_its_cell() -> None:
    text = 'a",=1\r\n=2;"\'b'
    found = read(deed_csv([filled(text), row("二")]))
    assert [len(line) for line in found] == [15, 15, 15]
    assert found[1][9] == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "<b>&amp;", "👍🏻", "长" * 1000])
def test_no_sign_spoils_an_xlsx(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(deed_table([row(text)]))).worksheets[0]
    assert unescape(str(sheet["J2"].value)) == text


def test_a_table_without_deeds_has_its_head() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(deed_table([]))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == read(deed_csv([]))[0]


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_a_csv_has_its_mark_and_windows_line_ends_and_keeps_numbers() -> None:
    body = csv_file([["名", "数"], ['带"引号", 换行\n', -5]])
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))[1] == ['带"引号", 换行\n', "-5"]
