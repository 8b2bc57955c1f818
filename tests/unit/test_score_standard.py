"""The scoring standard as YAML and as a table: what is faulty is told with its place, what is exported is imported."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from content.score_standard_table import standard_table
from content.scores import STANDARD, load_standard
from content.tables import BadTable, read_table
from domain.deeds import DeedKind
from domain.scores.standard import Clause, Standard, SubjectKind, written
from domain.scores.standard_table import parse_standard, tenths

TODAY = date(2026, 11, 24)
HEAD = ("对象", "编号", "条款", "分数", "每月封顶", "依据", "好事类别")


# the sample that ships -------------------------------------------------------------------------------------------


def test_the_sample_has_clauses_for_teams_and_people_and_no_fault() -> None:
    standard, faults = load_standard()
    assert faults == []
    of = {subject: [one for one in standard.clauses if one.subject is subject] for subject in SubjectKind}
    assert len(of[SubjectKind.TEAM]) >= 12
    assert len(of[SubjectKind.PERSON]) >= 18
    for clauses in of.values():
        assert any(one.points > 0 for one in clauses)
        assert any(one.points < 0 for one in clauses)
        assert all(one.evidence for one in clauses)


def test_every_kind_of_deed_has_one_clause() -> None:
    clauses = load_standard()[0].clauses
    assert sorted(kind for one in clauses for kind in one.deeds) == sorted(DeedKind)


def test_nothing_in_the_sample_scores_learning_time_answers_or_use_of_the_bot() -> None:
    words = "".join(one.text for one in load_standard()[0].clauses)
    assert not any(word in words for word in ("时长", "答题", "练习", "积分", "打卡", "登录", "机器人", "排名"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: T02", "code: T01", "编号“T01”重复"),
        ("code: T02", "code: t-2", "只能用大写字母和数字"),
        ("points: 3, cap: 3, text: 全月", "points: 0, cap: 3, text: 全月", "“points”应是不为 0"),
        ("points: 3, cap: 3, text: 全月", "points: 0.25, cap: 3, text: 全月", "最多一位小数"),
        ("points: 3, cap: 3, text: 全月", "points: 三, cap: 3, text: 全月", "“points”应是不为 0"),
        ("points: 3, cap: 3, text: 全月", "points: 3, cap: 2, text: 全月", "不小于一次的分数"),
        ("points: 3, cap: 3, text: 全月", "points: 3, cap: -3, text: 全月", "应是正数"),
        ("deeds: [found]", "deeds: [hero]", "好事类别只能是"),
        ("evidence: 检查记录}", "evidence: 检查记录, deeds: [aid]}", "只有个人的加分条款"),
        ("evidence: 采用记录}", "evidence: 采用记录, deeds: [aid]}", "只有个人的加分条款"),
        ("text: 全月", f"text: {'长' * 201}全月", "最多 200 个"),
        ("evidence: 采用记录}", "evidence: }", "“evidence”是空的"),
        ("deeds: [found]", "deeds: []", "“deeds”是空的"),
        ("title:", "effective_from: 12月1日\ntitle:", "“effective_from”应写成"),
        ("title:", "effective_from: 2026-W49-2\ntitle:", "“effective_from”应写成"),
        ("title:", "effective_from: 2026-02-30\ntitle:", "“effective_from”应写成"),
        ("title:", "name:", "缺少“title”"),
        ("text: 全月交接清楚，秩序良好，检查没有发现问题", r'text: "\u200b"', "“text”是空的"),
        ("{code: T01, points: 3, ", "{code: T01, weight: 3, ", "不认识的键“weight”"),
        ("{code: T01, points: 3, ", "{code: T01, ", "缺少“points”"),
        ("{code: T01, points: 3, ", "{points: 3, ", "缺少“code”"),
        ("{code: T01, points: 3, ", "{code: 1, points: 3, ", "“code”应是文字"),
    ],
)
def test_a_faulty_file_is_told_with_line_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = STANDARD.read_text("utf-8")
    assert old in text
    file = tmp_path / "standard.yaml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    faults = load_standard(file)[1]
    assert any(said in fault.message and fault.line > 1 and fault.column > 0 for fault in faults), faults


@pytest.mark.parametrize("rest", ["", "person:\n", "person: []\n"])
def test_a_file_without_clauses_for_people_is_told(tmp_path: Path, rest: str) -> None:
    file = tmp_path / "standard.yaml"
    file.write_text(STANDARD.read_text("utf-8").partition("person:")[0] + rest, "utf-8")
    assert any("“person”" in fault.message for fault in load_standard(file)[1])


def test_the_day_in_the_file_goes_before_the_callers(tmp_path: Path) -> None:
    file = tmp_path / "standard.yaml"
    file.write_text("effective_from: 2026-12-01\n" + STANDARD.read_text("utf-8"), "utf-8")
    standard, faults = load_standard(file)
    assert faults == []
    assert standard.from_(TODAY).effective_from == date(2026, 12, 1)
    assert load_standard()[0].from_(TODAY).effective_from == TODAY


def test_a_clause_may_go_without_a_cap_and_evidence(tmp_path: Path) -> None:
    file = tmp_path / "standard.yaml"
    full, bare = (
        "points: 1, cap: 2, text: 班组提出的改进办法被站里采用, evidence: 采用记录",
        "points: 1.1, text: 改进办法",
    )
    text = STANDARD.read_text("utf-8")
    assert full in text
    file.write_text(text.replace(full, bare), "utf-8")
    standard, faults = load_standard(file)
    assert faults == []
    [clause] = [one for one in standard.clauses if one.code == "T06"]
    assert (clause.points, clause.cap, clause.evidence) == (11, None, "")


def test_a_file_that_is_no_mapping_is_told_too(tmp_path: Path) -> None:
    file = tmp_path / "standard.yaml"
    file.write_text("- 条款\n", "utf-8")
    assert len(load_standard(file)[1]) == 1


# points ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"), [("0.3", 3), ("1.1", 11), ("-0.5", -5), ("2.0", 20), ("１．５", 15), ("3分", 30)]
)
def test_points_are_whole_tenths_without_a_float_between(text: str, found: int) -> None:
    assert tenths(text) == found


@pytest.mark.parametrize("text", ["", "x", "0.05", "1e400", "nan", "inf", "--1", "1,5"])
def test_what_is_no_number_of_tenths_is_none(text: str) -> None:
    assert tenths(text) is None


def test_points_are_written_as_they_are_read() -> None:
    assert [written(one) for one in (5, -30, 12, -5)] == ["0.5", "-3", "1.2", "-0.5"]


# the table -------------------------------------------------------------------------------------------------------


def table(*rows: tuple[str, ...], title: str = "标准", day: str = "2026-12-01") -> list[tuple[int, tuple[str, ...]]]:
    return [(1, ("标题", title)), (2, ("生效日期", day)), (4, HEAD), *((n, row) for n, row in enumerate(rows, start=5))]


GOOD = ("个人", "P01", "拾金不昧", "2", "6", "记录", "拾金不昧、其他")


def test_what_is_exported_is_what_an_import_reads() -> None:
    standard = load_standard()[0].from_(date(2026, 12, 1))
    read, faults = parse_standard(read_table(standard_table(standard), "s.xlsx", exact=True).rows, TODAY)
    assert faults == []
    assert read
    assert read.same(standard)


def test_blanks_that_a_file_has_too_many_of_make_no_other_standard_of_its_table(tmp_path: Path) -> None:
    file = tmp_path / "standard.yaml"
    file.write_text(STANDARD.read_text("utf-8").replace("text: 拾到财物", "text: 拾到　财物  ABC", 1), "utf-8")
    standard = load_standard(file)[0].from_(date(2026, 12, 1))
    read, _ = parse_standard(read_table(standard_table(standard), "s.xlsx", exact=True).rows, TODAY)
    assert read
    assert read.same(standard)


def test_no_cell_of_the_table_is_a_formula() -> None:
    hostile = Clause(0, 0, SubjectKind.PERSON, "P01", "=1+1", 10, None, "@SUM(A1)", frozenset())
    body = standard_table(Standard(0, 0, "=标题", date(2026, 12, 1), (hostile,)))
    cells = [cell for row in openpyxl.load_workbook(BytesIO(body)).worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {"=1+1", "@SUM(A1)", "=标题"} <= {cell.value for cell in cells}


def test_every_column_says_what_to_fill_in_and_two_have_a_list_to_choose_from() -> None:
    sheet = openpyxl.load_workbook(BytesIO(standard_table(load_standard()[0].from_(TODAY)))).worksheets[0]
    assert [cell.value for cell in sheet[4]] == list(HEAD)
    assert all(cell.comment for cell in sheet[4])
    lists = {str(one.sqref).partition("5:")[0]: one for one in sheet.data_validations.dataValidation}
    assert lists["A"].formula1 == '"个人,班组"'
    assert lists["G"].formula1 == '"拾金不昧,帮扶,便民服务,公益,见义勇为,其他"'
    assert not lists["G"].showErrorMessage  # several kinds in one cell pass


def test_points_that_a_spreadsheet_made_numbers_and_a_day_that_it_made_a_date_are_read() -> None:
    book = openpyxl.load_workbook(BytesIO(standard_table(load_standard()[0].from_(TODAY))))
    sheet, buffer = book.worksheets[0], BytesIO()
    for row in sheet.iter_rows(min_row=5, min_col=4, max_col=5):
        for cell in row:
            cell.value = float(str(cell.value)) if cell.value else None
    sheet["B2"].value = TODAY
    book.save(buffer)
    read, faults = parse_standard(read_table(buffer.getvalue(), "s.xlsx", exact=True).rows, TODAY)
    assert faults == []
    assert read
    assert read.same(load_standard()[0].from_(TODAY))


def test_a_formula_in_the_table_is_refused() -> None:
    book = openpyxl.load_workbook(BytesIO(standard_table(load_standard()[0].from_(TODAY))))
    buffer = BytesIO()
    book.worksheets[0]["D5"].value = "=1+1"
    book.save(buffer)
    with pytest.raises(BadTable) as caught:
        read_table(buffer.getvalue(), "s.xlsx", exact=True)
    assert caught.value.key == "roster.formula"


@pytest.mark.parametrize(
    ("row", "key", "number"),
    [
        (("谁", *GOOD[1:]), "subject_unknown", 5),
        (("个人", "p-1", *GOOD[2:]), "code_odd", 5),
        (("个人", "P01", "", *GOOD[3:]), "no_text", 5),
        (("个人", "P01", "长" * 201, *GOOD[3:]), "too_long", 5),
        ((*GOOD[:3], "0", *GOOD[4:]), "points_odd", 5),
        ((*GOOD[:3], "0.25", *GOOD[4:]), "points_odd", 5),
        (("个人", "P01", "拾金不昧", "100.1", "", "", ""), "points_odd", 5),
        ((*GOOD[:4], "100.1", *GOOD[5:]), "cap_odd", 5),
        ((*GOOD[:5], "长" * 201, GOOD[6]), "too_long", 5),
        ((*GOOD[:4], "1", *GOOD[5:]), "cap_odd", 5),
        ((*GOOD[:4], "很多", *GOOD[5:]), "cap_odd", 5),
        ((*GOOD[:6], "英雄"), "deed_unknown", 5),
        (("班组", *GOOD[1:]), "deeds_not_here", 5),
        ((*GOOD[:3], "-2", *GOOD[4:]), "deeds_not_here", 5),
    ],
)
def test_each_fault_of_a_row_is_told_with_its_row(row: tuple[str, ...], key: str, number: int) -> None:
    standard, faults = parse_standard(table(row), TODAY)
    assert standard is None
    assert [(fault.row, fault.key) for fault in faults] == [(number, f"scores.fault.{key}")]


@pytest.mark.parametrize(("day", "key"), [("2036-12-01", "dates.far_day"), ("某天", "scores.fault.no_day")])
def test_a_day_with_a_mistyped_year_is_told_apart_from_what_is_no_day(day: str, key: str) -> None:
    standard, faults = parse_standard(table(GOOD, day=day), TODAY)
    assert standard is None
    assert [(fault.row, fault.key) for fault in faults] == [(2, key)]


def test_all_faults_are_told_at_once_and_in_order() -> None:
    rows = (("谁", "P01", "", "0", "", "", ""), GOOD, (*GOOD[:4], "1", *GOOD[5:]))
    found = parse_standard(table(*rows, title="", day="某天"), TODAY)[1]
    keys = [(fault.row, fault.key.rpartition(".")[2]) for fault in found]
    assert keys[:2] == [(1, "no_title"), (2, "no_day")]
    assert set(keys[2:]) == {
        *((5, key) for key in ("subject_unknown", "no_text", "points_odd")),
        (6, "code_twice"),
        *((7, key) for key in ("code_twice", "cap_odd")),
    }


@pytest.mark.parametrize(
    ("rows", "key"),
    [([], "no_header"), ([(1, ("随便",))], "no_header"), (table(), "no_rows"), (table(GOOD)[2:], "no_title")],
)
def test_a_table_that_is_no_standard_is_told(rows: list[tuple[int, tuple[str, ...]]], key: str) -> None:
    standard, faults = parse_standard(rows, TODAY)
    assert standard is None
    assert f"scores.fault.{key}" in {fault.key for fault in faults}


def test_a_row_of_blanks_is_no_clause_and_no_fault() -> None:
    standard, faults = parse_standard(table((" ", "　"), GOOD), TODAY)
    assert faults == []
    assert standard
    assert [one.code for one in standard.clauses] == ["P01"]


def test_a_title_beyond_its_limit_is_told() -> None:
    assert [one.key for one in parse_standard(table(GOOD, title="长" * 61), TODAY)[1]] == ["scores.fault.title_long"]
