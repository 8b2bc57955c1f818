"""Questions as a table: what goes out comes in again, and every fault stands at its cell in plain Chinese."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from content.bank_items import HEADERS, Read, read_items, told, whole_bank_faults
from content.bank_table import (
    RULES_SHEET,
    SHEET,
    bank_table,
    bank_template,
    header,
    read_bank_table,
)
from content.tables import BadTable
from domain.practice.importing import NoQuestions, Part
from domain.questions import Difficulty, Kind, Question, Topic

GOOD = {
    "编号": "",
    "类型": "单选",
    "主题": "法规",
    "题干": "收费站早班交接时，哪一样东西可以不当面清点？",
    "A": "班长的水杯",
    "B": "备用金",
    "C": "通行卡",
    "D": "",
    "答案": "A",
    "解析": "水杯是私人物品，别的都要当面点清。",
    "依据": "行业通行做法",
    "事实编号": "",
    "标签": "交接班、票款",
    "难度": "",
    "版本": "",
}


def table(*rows: Mapping[str, object], names: tuple[str, ...] = tuple(GOOD)) -> bytes:
    """A sheet with these rows under these headers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        for number, row in enumerate(rows, 1):
            for at, name in enumerate(names):
                sheet.write(number, at, row.get(name, ""))
    return buffer.getvalue()


def read(data: bytes, live: Mapping[str, Question] | None = None) -> Read:
    """The table as questions and faults."""
    sheet = read_bank_table(data, "题.xlsx")
    return read_items("题.xlsx", sheet.handed, live or {}, live or (), sheet.faults)


def faults(data: bytes, live: Mapping[str, Question] | None = None) -> list[tuple[int, int, str]]:
    """Row, column and words of every fault."""
    return [(one.line, one.column, str(one.values["words"])) for one in told(read(data, live).faults)]


def column(name: str) -> int:
    """Where a column of GOOD stands, from 1."""
    return list(GOOD).index(name) + 1


def test_the_whole_bank_goes_out_and_comes_in_the_same(shipped_bank: tuple[Question, ...]) -> None:
    data = bank_table(shipped_bank)
    known = {question.id: question for question in shipped_bank}
    for live in ({}, known):
        found = read(data, live)
        assert told(found.faults) == ()
        assert tuple(found.questions) == shipped_bank


def test_what_begins_like_a_formula_stays_text(shipped_bank: tuple[Question, ...]) -> None:
    one = next(question for question in shipped_bank if question.kind is Kind.SINGLE)
    sheet = openpyxl.load_workbook(io.BytesIO(bank_table([one]))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    odd = table({**GOOD, "B": "=1+1", "C": "'公路", "D": "5.0"})
    assert read(odd).questions[0].options == ("班长的水杯", "=1+1", "'公路", "5.0")


def test_the_template_has_every_kind_once_and_is_not_imported() -> None:
    book = openpyxl.load_workbook(io.BytesIO(bank_template()))
    assert book.sheetnames == [SHEET, RULES_SHEET]
    rows = list(book[SHEET].iter_rows(values_only=True))
    assert rows[0][:5] == ("编号", "类型", "主题", "题干", "A")
    assert [row[1] for row in rows[1:]] == ["单选", "多选", "判断", "图示"]
    assert {row[0] for row in book[RULES_SHEET].iter_rows(values_only=True)} >= {*HEADERS.values(), "A"} - {"选项"}
    with pytest.raises(NoQuestions):
        read_bank_table(bank_template(), "模板.xlsx")


def test_the_templates_examples_are_questions_without_a_fault() -> None:
    book = openpyxl.load_workbook(io.BytesIO(bank_template()))
    for row in book[SHEET].iter_rows(min_row=2):
        row[0].value = None
    buffer = io.BytesIO()
    book.save(buffer)
    found = read(buffer.getvalue())
    assert told(found.faults) == ()
    assert told(whole_bank_faults(found, found.questions, {})[0]) == ()
    assert [question.kind for question in found.questions] == list(Kind)


def test_a_new_question_gets_a_free_number_and_what_is_left_empty() -> None:
    (question,) = read(table(GOOD)).questions
    assert (question.id, question.version, question.topic) == ("reg-501", 1, Topic.REGULATIONS)
    assert (question.difficulty, question.author, question.facts) == (Difficulty.MEDIUM, "办公室", ())
    assert (question.options, question.key) == (("班长的水杯", "备用金", "通行卡"), frozenset({0}))
    assert question.tags == ("交接班", "票款")


def test_numbers_leave_out_those_that_are_taken_or_in_the_file(shipped_bank: tuple[Question, ...]) -> None:
    rows = ({**GOOD, "编号": "reg-502"}, {**GOOD, "题干": "另一题？"}, {**GOOD, "题干": "第三题？"})
    sheet = read_bank_table(table(*rows), "题.xlsx")
    found = read_items("题.xlsx", sheet.handed, {}, {"reg-501"}, sheet.faults)
    assert [question.id for question in found.questions] == ["reg-502", "reg-503", "reg-504"]
    assert found.numbered == {"reg-503", "reg-504"}


@pytest.mark.parametrize(
    ("kind", "key", "wanted"),
    [
        ("多选题", "A、C", {0, 2}),
        ("multiple", "ａｃ", {0, 2}),
        ("多选", "A, B", {0, 1}),
        ("判断", "对", {0}),
        ("判断题", "错误", {1}),
        ("判断", "×", {1}),
    ],
)
def test_a_key_is_read_as_people_write_it(kind: str, key: str, wanted: set[int]) -> None:
    options = {"A": "", "B": "", "C": ""} if kind.startswith("判断") else {}
    (question,) = read(table({**GOOD, "类型": kind, "答案": key, **options})).questions
    assert question.key == wanted


def test_a_true_false_question_may_name_its_two_options() -> None:
    row = {**GOOD, "类型": "判断", "答案": "对", "A": "正确", "B": "错误", "C": ""}
    assert read(table(row)).questions[0].options == ("正确", "错误")


SINGLE_FAULTS = [
    ({"类型": "论述"}, "类型", "“类型”只能是 单选、多选、判断、图示"),
    ({"类型": ""}, "类型", "“类型”只能是 单选、多选、判断、图示"),
    ({"主题": "交通"}, "主题", "“主题”只能是 法规、职业道德、服务礼仪、收费流程、假币识别"),
    ({"题干": ""}, "题干", "“题干”是空的"),
    ({"题干": "长" * 121}, "题干", "“题干”有 121 个字，最多 120 个"),
    ({"题干": "一\n二"}, "题干", "“题干”里不能换行"),
    ({"A": "", "B": "", "C": ""}, "答案", "“选项”是空的"),
    ({"B": "", "C": ""}, "A", "选项应有 2 到 6 个，这里有 1 个"),
    ({"C": "以上都对"}, "C", "指着别的选项说话"),
    ({"C": "备用金"}, "C", "选项“备用金”重复"),
    ({"答案": "D"}, "答案", "答案 D 超出选项，选项只到 C"),
    ({"答案": "AB"}, "答案", "答案应是一个大写字母"),
    ({"答案": ""}, "答案", "答案应是一个大写字母"),
    ({"类型": "多选"}, "答案", "多选题至少有 2 个答案"),
    ({"类型": "多选", "答案": "AA"}, "答案", "答案 A 重复"),
    ({"类型": "判断", "A": "", "B": "", "C": "", "答案": "也许"}, "答案", "判断题的“答案”只能是 对 或 错"),
    ({"类型": "判断", "答案": "对"}, "A", "判断题不写“选项”"),
    ({"类型": "图示"}, None, "图示题缺少“图”"),
    ({"解析": "选B是错的"}, "解析", "解析里不要写选项字母"),
    ({"依据": ""}, "依据", "“依据”是空的"),
    ({"标签": ""}, "标签", "“标签”是空的"),
    ({"事实编号": "X999"}, "事实编号", "事实表里没有“X999”"),
    ({"难度": "极难"}, "难度", "“难度”只能是 易、中、难"),
    ({"版本": "一"}, "版本", "“版本”应是 1 到 9999 的整数"),
    ({"编号": "eth-007"}, "编号", "题号应写成“reg-”加三位数字"),
    ({"B": "", "D": "发票"}, "B", "选项 B 空着，后面的却填了"),
]


@pytest.mark.parametrize(("cells", "at", "words"), SINGLE_FAULTS)
def test_a_fault_is_told_once_at_its_cell(cells: Mapping[str, str], at: str | None, words: str) -> None:
    ((row, place, said),) = faults(table({**GOOD, **cells}))
    assert (row, place) == (2, column(at) if at else 1)
    assert words in said


def test_every_fault_of_every_row_is_told_in_the_files_order() -> None:
    found = faults(table({**GOOD, "题干": "", "依据": ""}, GOOD, {**GOOD, "答案": "F"}))
    assert [row for row, _, _ in found] == [2, 2, 4, 4]
    assert "与 题.xlsx:3 相同" in found[2][2]


def test_the_same_number_twice_is_told() -> None:
    first, second = {**GOOD, "编号": "reg-001"}, {**GOOD, "编号": "reg-001", "题干": "另一题？"}
    ((row, _, said),) = faults(table(first, second))
    assert (row, said) == (3, "题号“reg-001”重复，已用在 题.xlsx:2")


def test_a_header_that_is_missing_or_there_twice_stops_the_reading() -> None:
    names = tuple(name for name in GOOD if name not in {"解析", "依据"})
    assert faults(table(GOOD, names=names)) == [(1, 1, "表头缺少“解析”“依据”，请用模板或导出的表格填写")]
    assert faults(table(GOOD, names=(*GOOD, "题干"))) == [(1, len(GOOD) + 1, "有两列都叫“题干”")]


def test_foreign_columns_are_left_out() -> None:
    assert len(read(table(GOOD, names=(*GOOD, "备注"))).questions) == 1


def test_a_known_question_keeps_what_the_table_has_no_column_for(shipped_bank: tuple[Question, ...]) -> None:
    old = next(question for question in shipped_bank if question.kind is Kind.PICTURE and question.reviewer)
    row: dict[str, object] = dict(zip("ABCDEF", old.options, strict=False))
    row |= {"编号": old.id, "类型": "图示", "主题": "收费流程", "题干": old.stem, "解析": old.explanation}
    row |= {"答案": "ABCDEF"[min(old.key)], "依据": old.source, "标签": "、".join(old.tags)}
    row["主题"] = {"reg": "法规", "eth": "职业道德", "svc": "服务礼仪", "pro": "收费流程", "cft": "假币识别"}[
        old.id[:3]
    ]
    names = (*(name for name in GOOD if name not in {"事实编号", "难度", "版本"}), "E", "F")
    found = read(table(row, names=names), {old.id: old})
    assert told(found.faults) == ()
    assert found.questions == [old]


def test_a_reviewer_needs_a_day() -> None:
    names = (*GOOD, "复核人", "复核日期")
    assert "就要写复核日期“复核日期”" in faults(table({**GOOD, "复核人": "王芳"}, names=names))[0][2]
    (question,) = read(table({**GOOD, "复核人": "王芳", "复核日期": "2026-11-24"}, names=names)).questions
    assert (question.reviewer, question.reviewed) == ("王芳", "2026-11-24")


def test_a_day_that_the_spreadsheet_keeps_as_a_date_is_one(shipped_bank: tuple[Question, ...]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(bank_table(shipped_bank[:1])))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]

    sheet.cell(2, names.index("复核日期") + 1).value = date(2026, 11, 20)
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue()).questions[0].reviewed == "2026-11-20"


def test_a_question_like_one_of_the_bank_is_told(shipped_bank: tuple[Question, ...]) -> None:
    old = next(question for question in shipped_bank if question.kind is Kind.SINGLE)
    row: dict[str, object] = {**GOOD, **dict(zip("ABCD", old.options, strict=False))}
    row |= {"题干": f"{old.stem[:-1]}呢？", "答案": "ABCD"[min(old.key)]}
    live = {question.id: question for question in shipped_bank}
    found = read(table(row), live)
    ((_, place, said),) = [
        (one.line, one.column, str(one.values["words"]))
        for one in told(whole_bank_faults(found, found.questions, live)[0])
    ]
    assert place == column("题干")
    assert f"和 题库里的 {old.id} 几乎是同一道题" in said


def test_a_question_without_facts_may_cite_an_article() -> None:
    found = read(table({**GOOD, "依据": "《公路法》第二条"}))
    assert whole_bank_faults(found, found.questions, {}) == ([], ())


def test_what_the_bank_as_a_whole_falls_short_of_is_a_remark() -> None:
    rows = [{**GOOD, "题干": f"{chr(0x4E00 + n) * 9}在哪？", "A": f"{chr(0x5E00 + n) * 3}"} for n in range(40)]
    found = read(table(*rows))
    listed, remarks = whole_bank_faults(found, found.questions, {})
    assert listed == []
    assert any("单选题里答案是 A 的占 100%" in words for words in remarks)


def test_a_fact_that_left_the_sheet_is_no_trouble(shipped_bank: tuple[Question, ...]) -> None:

    old = replace(shipped_bank[0], facts=("Z999",))
    found = read(table(GOOD), {old.id: old})
    assert whole_bank_faults(found, found.questions, {old.id: old})[0] == []


def test_a_table_without_rows_and_a_broken_one_are_refused() -> None:
    for data in (table(), table(names=())):
        with pytest.raises(NoQuestions):
            read_bank_table(data, "题.xlsx")
    with pytest.raises(BadTable):
        read_bank_table(b"PK nonsense", "题.xlsx")


def test_no_fault_speaks_the_files_language() -> None:
    for cells, _, _ in SINGLE_FAULTS:
        for _, _, said in faults(table({**GOOD, **cells})):
            assert not any(f"“{part.value}”" in said for part in Part), said


def test_options_are_headed_by_their_letters() -> None:
    assert [header(one) for one in (Part.STEM, "A")] == ["题干", "A"]
