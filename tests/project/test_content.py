"""Shipped content has no fault, and a broken file tells every fault at its exact place."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from content.bank import BANK, digest, load_bank, read_bank
from content.office import SAMPLE, Office, load_office
from content.yaml_files import MAX_BYTES, Fault, Mapping, Scalar, read_yaml, shown
from domain.people import Role, UnitKind
from domain.plan import current_phase
from domain.questions import Course

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)

GOOD = """topic: regulations
questions:
  - id: reg-001
    kind: single
    stem: 公路桥梁算不算公路？
    options:
      - 算
      - 不算
      - 看长度
    key: A
    explanation: 公路法把桥梁算在公路之内。
    source: 《公路法》第二条
    facts: [L001]
    tags: [公路]
    difficulty: easy
    version: 1
    author: 题库组
    reviewer: ""
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    (tmp_path / "regulations.yaml").write_text(GOOD, "utf-8")
    return tmp_path


def put(folder: Path, text: str, name: str = "regulations.yaml") -> None:
    (folder / name).write_text(text, "utf-8")


def places(faults: list[Fault]) -> list[tuple[str, int, int]]:
    return [(Path(fault.file).name, fault.line, fault.column) for fault in faults]


def only(faults: list[Fault]) -> tuple[int, int, str]:
    (fault,) = faults
    return fault.line, fault.column, fault.message


def spot(text: str, piece: str) -> tuple[int, int]:
    """Line and column, from 1, at which ``piece`` stands in ``text``."""
    before = text[: text.index(piece)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


# The shipped bank


def test_the_files_of_the_shipped_bank_have_no_fault():
    assert [str(fault) for fault in load_bank()[1]] == []


# Reading questions


def test_a_question_is_read_as_it_is_written(bank: Path):
    (question,), faults = load_bank(bank)
    assert faults == []
    assert (question.id, question.version, question.options) == ("reg-001", 1, ("算", "不算", "看长度"))
    assert (question.key, question.facts, question.tags) == (frozenset({0}), ("L001",), ("公路",))
    assert (question.fixed_order, question.reviewer) == (False, "")


@pytest.mark.parametrize(("word", "key"), [("true", {0}), ("false", {1})])
def test_a_true_false_question_gets_its_two_options(bank: Path, word: str, key: set[int]):
    options = "    options:\n      - 算\n      - 不算\n      - 看长度\n"
    put(bank, GOOD.replace("single", "truefalse").replace(options, "").replace("key: A", f"key: {word}"))
    (question,), faults = load_bank(bank)
    assert faults == []
    assert question.options == ("正确", "错误")
    assert question.key == key


def test_a_multiple_question_keeps_every_letter_of_its_key(bank: Path):
    put(bank, GOOD.replace("single", "multiple").replace("key: A", "key: [A, C]"))
    (question,), faults = load_bank(bank)
    assert (faults, question.key) == ([], frozenset({0, 2}))


def test_a_question_has_its_place_and_each_of_its_values_too(bank: Path):
    place = read_bank(bank).places["reg-001"]
    assert (Path(place.file).name, place.node.line, place.node.column) == ("regulations.yaml", *spot(GOOD, "id: reg"))
    spots = [
        ("stem", None, "公路桥梁"),
        ("options", 1, "不算\n"),
        ("source", None, "《公路法》"),
        ("picture", None, "id: reg"),
    ]
    for key, item, at in spots:
        fault = place.fault(key, "有误", item)
        assert (fault.line, fault.column, fault.message) == (*spot(GOOD, at), "有误")


def test_order_fixed_keeps_the_options_in_place(bank: Path):
    put(bank, GOOD.replace("    key: A", "    key: A\n    order: fixed"))
    (question,), _ = load_bank(bank)
    assert question.fixed_order


# Faults, one at a time

SINGLE_FAULTS = [
    ("topic: regulations", "topic: roads", "roads", "“topic”只能是"),
    ("id: reg-001", "id: eth-001", "eth-001", "题号应写成“reg-”加三位数字"),
    ("id: reg-001", "id: reg-1", "reg-1", "题号应写成“reg-”加三位数字"),
    ("kind: single", "kind: essay", "essay", "“kind”只能是 single、multiple、truefalse"),
    ("公路桥梁算不算公路？", "桥" * 121, "桥桥", "“stem”有 121 个字，最多 120 个"),
    ("公路桥梁算不算公路？", '"一\\n二"', '"一', "“stem”里不能换行"),
    ("公路桥梁算不算公路？", "42", "42", "“stem”应是文字"),
    ("- 看长度", f"- {'长' * 46}", "长长", "选项有 46 个字，最多 45 个"),
    ("- 看长度", "- 不算", "不算\n    key", "选项“不算”重复"),
    ("- 看长度", "- 以上都对", "以上都对", "指着别的选项说话"),
    ("- 看长度", "- 上述说法均不正确", "上述说法", "指着别的选项说话"),
    ("- 看长度", "- 都不是", "都不是", "指着别的选项说话"),
    ("      - 不算\n      - 看长度\n", "", "- 算", "选项应有 2 到 6 个，这里有 1 个"),
    ("key: A", "key: D", "D\n", "答案 D 超出选项，选项只到 C"),
    ("key: A", "key: [A]", "[A]", "答案应是一个大写字母"),
    ("key: A", "key: AB", "AB", "答案应是一个大写字母"),
    ("kind: single", "kind: multiple", "A\n    explanation", "多选题的“key”应是字母列表"),
    ("公路法把桥梁算在公路之内。", "“”" * 96, "“”“”", "“explanation”有 192 个字，最多 190 个"),
    ("公路法把桥梁算在公路之内。", "选B的人忘了桥梁。", "选B", "解析里不要写选项字母"),
    ("source: 《公路法》第二条", 'source: ""', '""', "“source”是空的"),
    ("《公路法》第二条", "条" * 81, "条条", "“source”有 81 个字，最多 80 个"),
    ("facts: [L001]", "facts: [L001, X999]", "X999", "事实表里没有“X999”"),
    ("author: 题库组", "author:", "author", "“author”是空的"),
    ("    stem: 公路桥梁算不算公路？\n", "", "id: reg-001", "缺少“stem”"),
    ("id: reg-001\n    kind", "kind", "kind", "缺少“id”"),
    ("    options:\n      - 算\n      - 不算\n      - 看长度\n", "", "id: reg-001", "缺少“options”"),
    ("version: 1", "version: .nan", ".nan", "“version”应是 1 到 9999 的整数"),
    ("facts: [L001]", "facts: []", "[]", "“facts”是空的"),
    ("facts: [L001]", "facts: L001", "L001", "“facts”应是列表"),
    ("difficulty: easy", "difficulty: 易", "易", "“difficulty”只能是 easy、medium、hard"),
    ("version: 1", "version: true", "true", "“version”应是 1 到 9999 的整数"),
    ("author: 题库组", "author: no one\n    writer: 我", "writer", "不认识的键“writer”"),
    ("author: 题库组", "author: 题库组\n    oder: fixed", "oder", "不认识的键“oder”，是不是“order”？"),
    ("    key: A", "    key: A\n    order: any", "any", "“order”只能是 fixed"),
    ("    author: 题库组\n", "", "id: reg-001", "缺少“author”"),
    ("    tags: [公路]", "    tags: [公路, 公路]", "公路]", "标签“公路”重复"),
    ("    key: A", "    key: A\n    key: B", "key: B", "键“key”重复，第 10 行已经写过"),
    ('reviewer: ""', "reviewer: 复核组", "id: reg-001", "就要写复核日期“reviewed”"),
    ('reviewer: ""', 'reviewer: ""\n    reviewed: 2026-11-24', "2026-11-24", "就要写复核人“reviewer”"),
    ('reviewer: ""', "reviewer: 复核组\n    reviewed: 2026-11-31", "2026-11-31", "复核日期应写成 2026-11-24 这样"),
    ("kind: single", "kind: picture", "id: reg-001", "图示题缺少“picture”"),
    ("kind: single", "kind: single\n    picture: sitting", "sitting", "只有图示题（kind: picture）才写“picture”"),
    ("kind: single", "kind: picture\n    picture: nothing", "nothing", "没有名为“nothing”的图"),
    ("stem: 公路", "stem: &q 公路", "&q", "不能使用锚点"),
    ("stem: 公路", "stem: !!str 公路", "!!str", "不能使用类型标记"),
]


@pytest.mark.parametrize(("old", "new", "at", "message"), SINGLE_FAULTS)
def test_a_single_fault_is_told_once_at_its_place(bank: Path, old: str, new: str, at: str, message: str):
    text = GOOD.replace(old, new)
    put(bank, text)
    line, column, told = only(load_bank(bank)[1])
    assert (line, column) == spot(text, at)
    assert message in told


def test_a_faulty_question_is_left_out_and_the_others_stay(bank: Path):
    second = GOOD.split("questions:\n")[1].replace("reg-001", "reg-002").replace("公路桥梁", "公路隧道")
    put(bank, GOOD.replace("key: A", "key: F") + second)
    questions, faults = load_bank(bank)
    assert [question.id for question in questions] == ["reg-002"]
    assert len(faults) == 1


def test_a_multiple_question_needs_two_different_answers(bank: Path):
    for key, message in (("[A]", "多选题至少有 2 个答案"), ("[A, A]", "答案 A 重复")):
        put(bank, GOOD.replace("single", "multiple").replace("key: A", f"key: {key}"))
        assert message in only(load_bank(bank)[1])[2]


def test_a_true_false_question_has_no_options_and_no_letter(bank: Path):
    text = GOOD.replace("single", "truefalse")
    put(bank, text)
    faults = load_bank(bank)[1]
    assert places(faults) == [("regulations.yaml", *spot(text, "- 算")), ("regulations.yaml", *spot(text, "A\n"))]


def test_an_id_used_in_two_files_is_told_in_the_second(bank: Path):
    put(bank, GOOD.replace("公路桥梁", "公路隧道"), "second.yaml")
    (fault,) = load_bank(bank)[1]
    assert Path(fault.file).name == "second.yaml"
    assert (fault.line, fault.column) == (3, 9)
    assert "题号“reg-001”重复" in fault.message
    assert "regulations.yaml:3" in fault.message


def test_the_same_stem_twice_is_told(bank: Path):
    put(bank, GOOD.replace("reg-001", "reg-002"), "second.yaml")
    line, column, message = only(load_bank(bank)[1])
    assert (line, column) == (5, 11)
    assert "题干与" in message


def test_every_planted_fault_of_a_file_is_told_at_its_line_and_column(bank: Path):
    put(
        bank,
        """topic: regulations
questions:
  - id: svc-001
    kind: multiple
    stem: 甲？
    options: [一, 二, 二]
    key: [A]
    explanation: ""
    source: 《公路法》第二条
    facts: [L001, Z001]
    tags: [公路]
    difficulty: easy
    version: 零
    author: 题库组
    reviewer: ""
    note: 多余
  - 不是题
  - id: reg-002
    kind: quiz
    stem: 乙？
""",
    )
    questions, faults = load_bank(bank)
    assert questions == ()
    assert [(fault.line, fault.column) for fault in faults] == [
        (3, 9),  # prefix
        (6, 21),  # option twice
        (7, 10),  # one answer only
        (8, 18),  # empty
        (10, 19),  # unknown fact
        (13, 14),  # no number
        (16, 5),  # unknown key
        (17, 5),  # no mapping
        *[(18, 5)] * 9,  # nine keys missing
        (19, 11),  # kind
    ]
    assert str(faults[0]).endswith("regulations.yaml:3:9: " + faults[0].message)


# Faults of the YAML itself


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: c: d\n", 2, 5, "这里不该有冒号"),
        ("a:\n\t- x\n", 2, 1, "制表符"),
        ("a: 'x\n", 2, 1, "引号没有配对"),
        ("a: [1, 2\nb: 3\n", 2, 2, "缺少逗号"),
        ('a: "\\q"\n', 1, 6, "反斜杠"),
        ("a: 1\n---\nb: 2\n", 2, 1, "只能有一份内容"),
        ("%YAML 1.1\n---\na: no\n", 1, 1, "“%”"),
        ("a: 1\nb: \x07x\n", 2, 4, "控制字符"),
        ("", 1, 1, "文件是空的"),
        ("# 只有注释\n", 1, 1, "文件是空的"),
        ("a: " + "[" * 12 + "]" * 12, 1, 15, "嵌套超过 12 层"),
        ("[" * 100_000, 1, 13, "嵌套超过 12 层"),
    ],
)
def test_what_is_no_yaml_is_told_in_plain_chinese(tmp_path: Path, text: str, line: int, column: int, message: str):
    file = tmp_path / "x.yaml"
    file.write_text(text, "utf-8")
    told = only(read_yaml(file)[1])
    assert told[:2] == (line, column)
    assert message in told[2]


def test_aliases_are_refused_where_they_stand(tmp_path: Path):
    file = tmp_path / "x.yaml"
    file.write_text("a: &x [1]\nb: *x\n", "utf-8")
    assert places(read_yaml(file)[1]) == [("x.yaml", 1, 4), ("x.yaml", 2, 4)]


def test_a_key_must_be_text(tmp_path: Path):
    file = tmp_path / "x.yaml"
    file.write_text("a: 1\n? [b]\n: 2\n", "utf-8")
    assert only(read_yaml(file)[1]) == (2, 3, "键只能是文字")


def test_a_file_in_another_encoding_is_told_at_the_first_wrong_byte(tmp_path: Path):
    file = tmp_path / "x.yaml"
    file.write_bytes(b"a: 1\nb: " + "收费".encode("gb18030"))
    line, column, message = only(read_yaml(file)[1])
    assert (line, column) == (2, 4)
    assert "UTF-8" in message


def test_a_file_over_two_megabytes_is_not_read(tmp_path: Path):
    file = tmp_path / "x.yaml"
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    root, faults = read_yaml(file)
    assert root is None
    assert "2 MB" in only(faults)[2]


def test_values_are_those_of_yaml_1_2(tmp_path: Path):
    file = tmp_path / "x.yaml"
    file.write_text("\ufeffa: [12:30, no, 010, 0x10, 1.5, ~, 2026-01-02, '1', TRUE]\n", "utf-8")
    root, faults = read_yaml(file)
    assert faults == []
    assert isinstance(root, Mapping)
    items = root.entries["a"].value
    values = [item.value for item in items.items if isinstance(item, Scalar)]  # type: ignore[union-attr]
    assert values == ["12:30", "no", 10, 16, 1.5, None, "2026-01-02", "1", True]


def test_a_missing_folder_and_a_missing_file_are_faults(tmp_path: Path):
    assert "没有题库文件" in only(load_bank(tmp_path / "none")[1])[2]
    assert "读不到" in only(load_office(tmp_path / "none.yaml")[1])[2]


def test_a_list_where_a_mapping_is_due_is_a_fault(bank: Path):
    put(bank, "- 1\n")
    assert only(load_bank(bank)[1])[:2] == (1, 1)
    assert only(load_office(bank / "regulations.yaml")[1])[:2] == (1, 1)


def test_faults_name_shipped_files_from_the_project_down(tmp_path: Path):
    assert shown(BANK / "ethics.yaml") == "content/bank/ethics.yaml"
    assert shown(tmp_path / "x.yaml") == str(tmp_path / "x.yaml")


# The digest


def test_the_digest_changes_with_content_and_name_and_with_nothing_else(bank: Path):
    first = digest(bank)
    assert digest(bank) == first
    put(bank, "说明", "readme.txt")
    assert digest(bank) == first
    put(bank, GOOD + "\n")
    assert digest(bank) != first
    put(bank, GOOD)
    (bank / "regulations.yaml").rename(bank / "laws.yaml")
    assert digest(bank) != first


# The sample office


@pytest.fixture(scope="module")
def office() -> Office:
    return load_office()[0]


def test_the_sample_office_has_no_fault():
    assert [str(fault) for fault in load_office()[1]] == []


def test_the_sample_office_has_one_toll_office_four_stations_eight_teams_and_48_people(office: Office):
    kinds = Counter(unit.kind for unit in office.units)
    assert kinds == {
        UnitKind.BUREAU: 1,
        UnitKind.TOLL_OFFICE: 1,
        UnitKind.STATION: 3,
        UnitKind.BRANCH: 1,
        UnitKind.TEAM: 8,
    }
    roles = Counter(person.role for person in office.people)
    assert roles == {
        Role.BUREAU: 1,
        Role.OFFICE: 3,
        Role.STATION_HEAD: 4,
        Role.TEAM_LEADER: 8,
        Role.COLLECTOR: 32,
    }
    assert len({person.name for person in office.people}) == len({person.staff_no for person in office.people}) == 48


def test_half_of_every_team_stays_on_the_lanes_while_a_batch_is_taught(office: Office):
    collectors = Counter((p.unit, p.batch) for p in office.people if p.role is Role.COLLECTOR)
    assert len(collectors) == 16
    assert set(collectors.values()) == {2}


def test_the_four_courses_have_the_lengths_of_the_plan(office: Office):
    assert {course.code: course.half_days for course in office.courses} == {
        Course.LAWS: 2,
        Course.ETHICS: 1,
        Course.SERVICE: 1,
        Course.OPERATIONS: 1,
    }


def test_every_course_is_taught_to_both_batches(office: Office):
    assert {(s.course.code, s.batch) for s in office.sessions} == {(c, b) for c in Course for b in (1, 2)}
    assert len({s.uid for s in office.at(TODAY, SHANGHAI).sessions}) == 8


def test_sessions_stand_around_today_one_tomorrow_one_past_one_without_a_date(office: Office):
    sessions = office.at(TODAY, SHANGHAI).sessions
    midnight = datetime(2026, 3, 2, tzinfo=SHANGHAI).timestamp() * 1000
    starts = [s.starts_at for s in sessions]
    tomorrow = datetime(2026, 3, 3, 9, tzinfo=SHANGHAI).timestamp() * 1000
    assert [s.batch for s in sessions if s.starts_at == tomorrow] == [1]
    assert starts.count(None) == 1
    assert sum(at < midnight for at in starts if at is not None) == 1
    fortnight = midnight + timedelta(days=14) / timedelta(milliseconds=1)
    assert sum(midnight < at < fortnight for at in starts if at is not None) == 6


def test_the_middle_phase_runs_today_and_all_three_follow_each_other(office: Office):
    phases = office.at(TODAY, SHANGHAI).phases
    now = current_phase(phases, TODAY)
    assert now is not None
    assert (now.number, now.title, len(phases)) == (2, "实施", 3)
    for earlier, later in pairwise(phases):
        assert earlier.ends_on is not None
        assert later.starts_on == earlier.ends_on + timedelta(days=1)


def test_a_session_without_a_date_has_no_times(office: Office):
    unknown = replace(office.sessions[0], in_days=None, at=None, minutes=None).on(TODAY, SHANGHAI)
    assert (unknown.starts_at, unknown.ends_at) == (None, None)


OFFICE_FAULTS = [
    ("code: ethics", "code: laws", "code: laws\n    title: 廉", "课程“laws”重复"),
    ("ref: qinghe\n", "ref: dongshan\n", "ref: dongshan\n            kind: station\n            name: 清", "重复"),
    ("kind: toll_office", "kind: team", "ref: office", "“team”不能放在这一层"),
    ('staff_no: "1002"', 'staff_no: "1001"', '{staff_no: "1001", name: 祁', "工号“1001”重复"),
    ('staff_no: "1002"', "staff_no: 1002", "1002", "“staff_no”应是文字"),
    ("role: bureau, unit: bureau", "role: bureau, unit: moon", "moon", "没有代号为“moon”的单位"),
    ("role: bureau, unit: bureau", "role: collector, unit: bureau", "bureau}", "角色“collector”不能放在这类单位"),
    ("in_days: -4\n", "in_days: -401\n", "-401", "“in_days”应是 -400 到 400 的整数"),
    ("at: 14:30", "at: 24:30", "24:30", "24 小时制"),
    ("hours: 3.5", "hours: 0", "0\n    venue: 东山收费站二楼", "大于 0"),
    ("hours: 3.5", "hours: true", "true", "大于 0"),
    ("    in_days: 13\n", "", "course: operations\n    batch: 1", "要么都写，要么都不写"),
    ("to_days: -1", "to_days: 0", "title: 实施", "先后相接"),
    ("to_days: -1", "to_days: 往后", "往后", "“to_days”应是"),
    ("kind: toll_office", "kind: shop", "shop", "“kind”只能是"),
    ("batch: 1\n    in_days: -4", "batch: 3\n    in_days: -4", "3\n    in_days: -4", "“batch”应是 1 到 2 的整数"),
]


@pytest.mark.parametrize(("old", "new", "at", "message"), OFFICE_FAULTS)
def test_a_fault_of_the_office_is_told_at_its_place(tmp_path: Path, old: str, new: str, at: str, message: str):
    text = SAMPLE.read_text("utf-8").replace(old, new, 1)
    put(tmp_path, text, "office.yaml")
    faults = load_office(tmp_path / "office.yaml")[1]
    told = [fault for fault in faults if message in fault.message]
    assert [(fault.line, fault.column) for fault in told] == [spot(text, at)]


def test_a_session_of_an_unknown_course_or_given_twice_is_told(tmp_path: Path):
    text = SAMPLE.read_text("utf-8")
    put(tmp_path, text.replace("code: ethics", "code: nothing", 1), "office.yaml")
    messages = [fault.message for fault in load_office(tmp_path / "office.yaml")[1]]
    assert messages.count("“courses”里没有课程“ethics”") == 2
    put(tmp_path, text.replace("course: operations\n    batch: 2", "course: laws\n    batch: 2"), "office.yaml")
    assert "课程“laws”的第 2 期重复" in only(load_office(tmp_path / "office.yaml")[1])[2]
