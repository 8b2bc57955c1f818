"""Deeds as tables: every cell is text or a number, whatever people typed."""

import csv
import io

import openpyxl
import pytest

from content.csv_file import csv_file
from content.deed_table import DeedRow, deed_csv, deed_table
from domain.deeds import Conduct, DeedKind, DeedState

HOSTILE = ("=1+1", "+8613800000000", "-2", "@SUM(A1)", "\tx", "\rx", "＝1")


def row(text: str, **fields: object) -> DeedRow:
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


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_an_xlsx_is_a_formula(text: str) -> None:
    body = deed_table([row(text, place=text, people=(text,))])
    cells = [cell for line in openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows() for cell in line]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    assert sum(text.strip() in str(cell.value) for cell in cells) >= 3


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    body = deed_csv([row(text, place=text)])
    cells = [cell for line in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) for cell in line]
    assert f"'{text}" in cells
    assert not any(cell.startswith(tuple("=+-@\t\r＝")) for cell in cells)


def test_a_csv_has_its_mark_and_windows_line_ends_and_keeps_numbers() -> None:
    body = csv_file([["名", "数"], ['带"引号", 换行\n', -5]])
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))[1] == ['带"引号", 换行\n', "-5"]
