"""The ledger and a closed month as tables: what stands where, and no formula whatever people typed."""

import csv
from dataclasses import fields, replace
from io import BytesIO, StringIO

import openpyxl
import pytest

from content.score_tables import close_csv, close_table, ledger_csv, ledger_table, points
from domain.scores.ledger import EntryState
from domain.scores.shown import CloseTable, LedgerRow, SubjectTotal
from domain.scores.standard import SubjectKind

HOSTILE = ("=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1")


def row(**values: object) -> LedgerRow:
    """An entry that counts, every text empty unless told otherwise."""
    empty: dict[str, object] = {field.name: "" for field in fields(LedgerRow)}
    known = {
        "number": 7,
        "subject": SubjectKind.PERSON,
        "staff_no": "0017",
        "name": "张三",
        "points": 5,
        "deed_id": None,
        "reverses": None,
        "state": EntryState.EFFECTIVE,
        "closed": True,
    }
    return LedgerRow(**(empty | known | values))  # type: ignore[arg-type]


def close(*rows: LedgerRow, name: str = "张三") -> CloseTable:
    totals = (
        SubjectTotal(SubjectKind.PERSON, "0017", name, "一班", 2, 15),
        SubjectTotal(SubjectKind.TEAM, "", "一班", "", 1, -20),
    )
    return CloseTable("东山收费站", "2026-10", "覃国栋", "2026-11-03 09:00", totals, rows)


def read(body: bytes, sheet: int = 0) -> list[list[object]]:
    return [
        [cell.value for cell in line] for line in openpyxl.load_workbook(BytesIO(body)).worksheets[sheet].iter_rows()
    ]


def test_points_are_numbers_and_staff_numbers_keep_their_zeros() -> None:
    head, cells = read(ledger_table([row(points=-5, reverses=3)]))
    found = dict(zip(head, cells, strict=True))
    assert (found["分数"], found["工号"], found["状态"], found["冲正编号"]) == (-0.5, "0017", "已生效", 3)


def test_whole_points_are_whole() -> None:
    assert [points(one) for one in (20, -20, 5, -15)] == [2, -2, 0.5, -1.5]


def test_a_closed_month_has_its_head_totals_signatures_and_entries() -> None:
    body = close_table(close(row(), row(number=8)))
    totals = read(body)
    assert totals[0][0] == "东山收费站　2026-10 评分月结"
    assert "覃国栋" in str(totals[1][0])
    assert totals[3][:6] == ["个人", "0017", "张三", "一班", 2, 1.5]
    assert totals[4][:6] == ["班组", None, "一班", None, 1, -2] or totals[4][:6] == ["班组", "", "一班", "", 1, -2]
    assert [str(line[0]).partition("：")[0] for line in totals[6:]] == ["制表签字", "复核签字", "单位负责人签字"]
    assert [line[0] for line in read(body, 1)] == ["编号", 7, 8]


def test_totals_stand_in_the_order_in_which_they_are_given() -> None:
    found = close()
    turned = replace(found, totals=found.totals[::-1])
    assert [line[2] for line in read(close_table(turned))[3:5]] == ["一班", "张三"]


def test_a_closed_month_as_csv_has_head_totals_signatures_and_entries_in_one() -> None:
    lines = list(csv.reader(StringIO(close_csv(close(row(number=8))).decode("utf-8-sig"), newline="")))
    assert lines[0] == ["东山收费站　2026-10 评分月结"]
    assert lines[3] == ["个人", "0017", "张三", "一班", "2", "1.5"]
    assert lines[4] == ["班组", "", "一班", "", "1", "-2"]
    assert [line[0].partition("：")[0] for line in lines[6:9]] == ["制表签字", "复核签字", "单位负责人签字"]
    assert [line[0] for line in lines[10:]] == ["编号", "8"]


def test_the_totals_that_are_signed_print_on_pages_of_one_width_with_their_header() -> None:
    sheet = openpyxl.load_workbook(BytesIO(close_table(close(row())))).worksheets[0]
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_an_xlsx_is_a_formula(text: str) -> None:
    hostile = row(name=text, clause=text, reason=text, appeal=text, reply=text, refusal=text, proposer=text)
    for body in (ledger_table([hostile]), close_table(close(hostile, name=text))):
        for sheet in openpyxl.load_workbook(BytesIO(body)).worksheets:
            assert all(cell.data_type in {"s", "n", "inlineStr"} for line in sheet.iter_rows() for cell in line)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_csv_begins_like_a_formula(text: str) -> None:
    hostile = row(name=text, clause=text, reason=text)
    for body in (ledger_csv([hostile]), close_csv(close(hostile, name=text))):
        assert body.startswith(b"\xef\xbb\xbf")
        cells = [cell for line in csv.reader(StringIO(body.decode("utf-8-sig"), newline="")) for cell in line]
        assert f"'{text}" in cells
        assert not any(cell.startswith(tuple("=+@\t\r\n＝")) for cell in cells)


def test_negative_points_stay_numbers_in_a_csv() -> None:
    line = ledger_csv([replace(row(), points=-30)]).decode("utf-8-sig").splitlines()[1]
    assert ",-3," in line
