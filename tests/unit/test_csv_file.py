"""Rows as CSV: what a spreadsheet opens as it was meant, and takes for no formula whatever people typed."""

import csv
from io import StringIO

import pytest

from content.csv_file import csv_file


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def test_the_file_is_utf_8_with_its_mark_and_windows_line_ends() -> None:
    assert csv_file([["工号", "姓名"], ["0017", "张三"]]) == "\ufeff工号,姓名\r\n0017,张三\r\n".encode()


def test_a_file_without_rows_is_its_mark_alone() -> None:
    assert csv_file([]) == b"\xef\xbb\xbf"


def test_a_row_without_cells_is_a_blank_line() -> None:
    assert csv_file([["甲"], [], ["乙"]]).decode("utf-8-sig").split("\r\n") == ["甲", "", "乙", ""]


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", '=HYPERLINK("http://a.example","看")', "=cmd|' /C calc'!A0", "+8613800000000", "-2", "@SUM(A1)"),
        *("\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "=", "-"),
    ],
)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe_and_stays_whole(text: str) -> None:
    assert read(csv_file([[text, "后面"]])) == [[f"'{text}", "后面"]]


@pytest.mark.parametrize("text", ["", "0017", "1-2", "a=b", "'=1+1", " x", "2026-12-01", "张三", "👍"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert read(csv_file([[text, "后面"]])) == [[text, "后面"]]


def test_numbers_stay_numbers_below_zero_too() -> None:
    assert read(csv_file([[-5, -0.5, 0, 12]])) == [["-5", "-0.5", "0", "12"]]


@pytest.mark.parametrize("text", ['a","=1+1', 'a"\r\n=1+1,"b', "a\n=1+1", "a\r=1+1", "a,=1+1", '"=1+1"'])
def test_no_text_breaks_out_of_its_cell(text: str) -> None:
    assert read(csv_file([["前面", text, "后面"], ["第二行"]])) == [["前面", text, "后面"], ["第二行"]]
