"""The bank as a whole: each check catches its bad example and lets its good neighbour pass; our own bank has no fault."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from content import bank_checks
from content.bank import BankFiles, read_bank
from content.bank_checks import REQUIRED, Counts, Requirement
from content.facts import load_facts
from content.yaml_files import Fault

FACTS = load_facts()
FOUR = ["收费班长", "监控值班员", "路政大队", "养护公司"]


@pytest.fixture(scope="module")
def shipped() -> BankFiles:
    return read_bank()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def item(number: int, stem: str, options: list[str], key: str = "A", **changed: str) -> str:
    """One question as it is written in a file."""
    keys = {"kind": "single", "explanation": "说明。", "source": "行业通行做法", "facts": "[L001]"} | changed
    lines = [f"  - id: reg-{number:03}", f"    stem: {json.dumps(stem, ensure_ascii=False)}"]
    if options:
        lines += ["    options:", *(f"      - {json.dumps(text, ensure_ascii=False)}" for text in options)]
    lines += [f"    key: {key}", *(f"    {name}: {value}" for name, value in keys.items())]
    lines += ["    tags: [公路]", "    difficulty: easy", "    version: 1", "    author: 题库组", '    reviewer: ""']
    return "\n".join(lines) + "\n"


def true(number: int, stem: str, **changed: str) -> str:
    return item(number, stem, [], "true", kind="truefalse", **changed)


def write(folder: Path, *items: str) -> str:
    text = "topic: regulations\nquestions:\n" + "".join(items)
    (folder / "regulations.yaml").write_text(text, "utf-8")
    return text


def faults(folder: Path, *items: str) -> list[Fault]:
    write(folder, *items)
    bank = read_bank(folder)
    assert bank.faults == ()
    return bank_checks.check(bank, FACTS)


def messages(folder: Path, *items: str) -> str:
    return "\n".join(fault.message for fault in faults(folder, *items))


# The shipped bank


def test_the_shipped_bank_has_no_fault(shipped: BankFiles):
    assert [str(fault) for fault in (*shipped.faults, *bank_checks.check(shipped, FACTS))] == []


@pytest.mark.parametrize("required", REQUIRED, ids=lambda required: required.name)
def test_the_shipped_bank_keeps_its_counts(shipped: BankFiles, required: Requirement):
    missed = required.missed(bank_checks.count(shipped.questions, FACTS))
    assert missed is None


# Near duplicates


LOST = "依《民法典》第三百一十八条，遗失物自发布招领公告之日起多久无人认领，归国家所有？"


def test_the_same_question_in_other_words_is_told_at_the_later_stem(folder: Path):
    reworded = "遗失物自发布招领公告之日起，多久没有人认领就归国家所有？"
    first = item(1, LOST, ["一年", "半年", "两年", "三年"])
    second = item(2, reworded, ["6个月", "1年", "24个月", "36个月"], "B")
    (fault,) = faults(folder, first, second)
    lines = write(folder, first, second).splitlines()
    assert lines[fault.line - 1][fault.column - 1 :].startswith(f'"{reworded}')
    assert "regulations.yaml:3（reg-001） 几乎是同一道题" in fault.message


def test_the_same_words_on_another_point_are_let_pass(folder: Path):
    stem = "国家确定的中西部省份以外，{}公路的收费期限最长多少年？"
    years = ["15年", "20年", "25年", "30年"]
    assert faults(folder, item(1, stem.format("政府还贷"), years), item(2, stem.format("经营性"), years, "C")) == []


def test_the_same_words_with_another_answer_are_let_pass(folder: Path):
    more = item(1, "交班清点时，您的票款比系统应收多出几十元，查不出原因，怎么办？", ["如实登记上缴", *FOUR[1:]])
    less = item(2, "交班清点时，您的票款比系统应收少了几十元，查不出原因，怎么办？", ["按本站制度处理", *FOUR[1:]])
    assert faults(folder, more, less) == []


def test_a_statement_twice_in_almost_the_same_words_is_told(folder: Path):
    one = true(1, "收费员看出一张百元钞疑点明显，可以先扣下、不还给司机。")
    two = true(2, "收费员看出一张百元钞疑点很明显，可以先扣下不还给司机。")
    assert "几乎是同一道题" in messages(folder, one, two)


def test_a_picture_question_is_the_same_only_on_the_same_picture_and_place(folder: Path):
    places = ["①号处", "②号处", "③号处", "④号处"]
    picture = {"kind": "picture", "picture": "note-100-2015-front"}
    asked = item(1, "看图：透光看水印，该看哪一处？", places, **picture)
    assert "几乎是同一道题" in messages(folder, asked, item(2, "看图：透光看水印，应看哪一处？", places, **picture))
    assert faults(folder, asked, item(2, "看图：透光看白水印，该看哪一处？", places, "B", **picture)) == []
    other = picture | {"picture": "note-50-2019-front"}
    assert faults(folder, asked, item(2, "看图：透光看水印，应看哪一处？", places, **other)) == []


# Bias over the single-choice questions


def singles(keys: str, longest: int = 0) -> list[str]:
    """Questions with these keys, unlike each other; in the first ``longest`` the key is the longest option."""
    asked = []
    for number, key in enumerate(keys):
        sign = chr(0x4E00 + 40 * number) * 12
        options = [f"{sign[:2]}{letter * 2}" for letter in "甲乙丙丁"]
        if number < longest:
            options["ABCD".index(key)] += "啊"
        asked.append(item(number + 1, f"{sign}？", options, key))
    return asked


def test_a_letter_that_is_the_key_too_often_or_too_rarely_is_told_for_the_bank(folder: Path):
    found = faults(folder, *singles("A" * 14 + "B" * 10 + "C" * 10 + "D" * 6))
    assert [(fault.file, fault.line, fault.column) for fault in found] == [(str(folder), 1, 1)] * 2
    assert "答案是 A 的占 35%（14 / 40），应在 20% 到 30% 之间" in found[0].message
    assert "答案是 D 的占 15%（6 / 40）" in found[1].message


def test_letters_within_twenty_and_thirty_percent_are_let_pass(folder: Path):
    assert faults(folder, *singles("A" * 12 + "B" * 11 + "C" * 9 + "D" * 8)) == []


def test_a_small_bank_is_not_held_to_shares(folder: Path):
    assert faults(folder, *singles("A" * 39, longest=39)) == []


def test_the_longest_option_may_be_the_key_in_a_third_of_the_questions_and_not_much_more(folder: Path):
    assert faults(folder, *singles("ABCD" * 10, longest=14)) == []
    (fault,) = faults(folder, *singles("ABCD" * 10, longest=15))
    assert "答案是最长选项的占 38%（15 / 40），最多 35%" in fault.message


def test_an_option_as_long_as_another_is_not_the_longest(folder: Path):
    asked = [text.replace("丁丁", "丁丁啊").replace("丙丙", "丙丙啊") for text in singles("ABCD" * 10)]
    assert faults(folder, *asked) == []


# Options that overlap


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("十五日", "15 日", "只差标点或数字的写法"),
        ("5日以下", "3日以下", "数字范围一个在另一个之内"),
        ("五日以上十日以下拘留", "五日以上十五日以下拘留", "数字范围一个在另一个之内"),
        ("警告，并处1万元以下罚款", "警告，并处1000元以下罚款", "数字范围一个在另一个之内"),
        ("公安机关", "公安机关交通管理部门", "整个包含在内"),
        ("罚款", "警告或罚款", "整个包含在内"),
    ],
)
def test_options_that_overlap_are_told_at_the_later_one(folder: Path, one: str, other: str, told: str):
    asked = item(1, "怎么办？", [*FOUR[:2], one, other])
    (fault,) = faults(folder, asked)
    line = write(folder, asked).splitlines()[fault.line - 1]
    assert line[fault.column - 1 :] == f'"{other}"'
    assert told in fault.message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15日", "5日"),
        ("五日以下拘留", "五日以上十日以下拘留"),
        ("5日以下", "1000元以下"),
        ("警告，并处1万元以下罚款", "15日以下拘留，并处1万元以下罚款"),
        ("算公路", "不算公路"),
        ("侵占罪", "职务侵占罪"),
        ("5元", "15元"),
    ],
)
def test_options_that_only_look_alike_are_let_pass(folder: Path, one: str, other: str):
    assert faults(folder, item(1, "怎么办？", [*FOUR[:2], one, other])) == []


# The answer in the stem


@pytest.mark.parametrize(
    ("stem", "answer"),
    [
        ("依法执行紧急公务的人民警察拦车，这时谁可以拦？", "执行紧急公务的人民警察"),
        ("拆除期限是15日，过了15日，应在几日内？", "十五日"),
        ("柜员所说的“收缴”，是哪一种行为？", "收缴"),
    ],
)
def test_an_answer_that_stands_in_the_stem_alone_is_told_at_the_stem(folder: Path, stem: str, answer: str):
    asked = item(1, stem, [*FOUR[:3], answer], "D")
    (fault,) = faults(folder, asked)
    assert write(folder, asked).splitlines()[fault.line - 1].startswith(f'    stem: "{stem}')
    assert f"题干里已经出现答案“{answer}”" in fault.message


@pytest.mark.parametrize(
    ("stem", "options"),
    [
        ("人民警察和收费班长都到了，谁可以拦车？", ["人民警察", *FOUR]),  # a wrong option stands there too
        ("班长报告后应在几日内？过了115日呢？", ["15日", *FOUR]),  # another number
        ("柜员说他收缴了，这是哪一种行为？", ["收缴", *FOUR]),  # a common word, not quoted
        ("“没收收缴物”是哪一种行为？", ["收缴", *FOUR]),  # not the quoted term
        ("路政大队来了，谁可以拦车？", ["人民警察", *FOUR]),  # only a wrong option
    ],
)
def test_a_stem_that_does_not_give_the_answer_away_is_let_pass(folder: Path, stem: str, options: list[str]):
    assert faults(folder, item(1, stem, options)) == []


def test_one_of_several_answers_in_the_stem_is_told(folder: Path):
    asked = item(1, "车停稳后双方签字确认，哪些要做到？", ["双方签字确认", *FOUR], "[A, B]", kind="multiple")
    assert "题干里已经出现答案“双方签字确认”" in messages(folder, asked)


# What is not to be asked


TABOO = [
    ("假币案的立案标准是多少？", "假币案由谁立案？", "附四第 1 条"),
    ("依《假币收缴、鉴定管理办法》，怎么办？", "依《货币鉴别及假币收缴、鉴定管理办法》，怎么办？", "附四第 2 条"),
    ("货车计重收费时，先找谁？", "货车已不再计重收费，有疑问找谁？", "附四第 3 条"),
    ("皮卡到了窗口，找谁？", "货车到了窗口，找谁？", "附四第 4 条"),
    ("货车总高4.2米，找谁？", "车长4.2米的客车到了，找谁？", "附四第 6 条"),
    (
        "依《超限运输车辆行驶公路管理规定》第三十九条，找谁？",
        "依《超限运输车辆行驶公路管理规定》第三条，找谁？",
        "附四第 7 条",
    ),
    ("依《现金管理暂行条例》第二十一条，找谁？", "依《现金管理暂行条例》第十一条，找谁？", "附四第 8 条"),
    ("10月1日起国庆免费，哪天止？问谁？", "国庆免费期内，问谁？", "附四第 11 条"),
    ("救护车是否免费，问谁？", "救护车执行紧急任务，谁先让行？", "附四第 12 条"),
    ("“五个一”包括哪些，问谁？", "落实“五个一”任务，问谁？", "附四第 13 条"),
    ("2005年版50元的光变油墨，问谁？", "2005年版50元的手感线，问谁？", "附四第 15 条"),
    ("2026年版100元纸币，问谁？", "2026年2月1日起，问谁？", "附四第 17 条"),
    ("亭内监控录像应保存多少天，问谁？", "亭内监控录像由谁调阅？", "附四第 19 条"),
]


@pytest.mark.parametrize(("bad", "good", "why"), TABOO, ids=[why for _, _, why in TABOO])
def test_what_the_appendix_forbids_is_told_and_its_neighbour_is_not(folder: Path, bad: str, good: str, why: str):
    assert why in messages(folder, item(1, bad, FOUR))
    assert faults(folder, item(1, good, FOUR)) == []


def test_a_power_that_collectors_lack_may_stand_only_among_the_wrong_options(folder: Path):
    options = ["收费员可以扣留驾驶证", *FOUR[1:]]
    assert "附四第 18 条" in messages(folder, item(1, "下列哪个说法正确？", options, "A"))
    assert faults(folder, item(1, "下列哪个说法正确？", options, "B")) == []
    assert faults(folder, item(1, "下列哪个说法不正确？", options, "A")) == []
    assert "附四第 18 条" in messages(folder, true(1, "收费员有权扣留驾驶证。"))
    assert faults(folder, true(1, "收费员有权扣留驾驶证。").replace("key: true", "key: false")) == []
    assert faults(folder, true(1, "收费员无权扣留驾驶证。")) == []


def test_old_classes_of_cars_may_stand_only_in_a_false_statement(folder: Path):
    stem = "7座以下的客车是1类客车，8座是2类。"
    assert "附四第 3 条" in messages(folder, true(1, stem))
    assert faults(folder, true(1, stem).replace("key: true", "key: false")) == []


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"stem": "依《公路法》，谁可以拦车？"}, "stem"),
        ({"stem": "根据人民银行公告，谁可以拦车？"}, "stem"),
        ({"explanation": "条例第七条这样规定。"}, "explanation"),
        ({"source": "《公路法》第七条"}, "source"),
    ],
)
def test_common_knowledge_is_not_to_be_given_out_as_law(folder: Path, changed: dict[str, str], column: str):
    asked = {"stem": "按行业通行做法，谁可以拦车？"} | changed
    stem = asked.pop("stem")
    (fault,) = faults(folder, item(1, stem, FOUR, facts="[I042]", **asked))
    text = write(folder, item(1, stem, FOUR, facts="[I042]", **asked))
    assert text.splitlines()[fault.line - 1].startswith(f"    {column}: ")
    assert "[K]" in fault.message
    assert faults(folder, item(1, stem, FOUR, facts="[I042, L001]", **asked)) == []


def test_common_knowledge_told_as_such_is_let_pass(folder: Path):
    asked = item(1, "按《货币鉴别及假币收缴、鉴定管理办法》的执行口径，通常找谁？", FOUR, facts="[T116]")
    assert faults(folder, asked) == []


# The counts


def test_counts_tell_what_a_bank_holds(folder: Path):
    first = item(1, "谁可以拦车？", [*FOUR[:3], "依法执行公务的人民警察"], "D")
    second = true(2, "桥梁也是公路。", facts="[L001, I042]").replace(
        'reviewer: ""', "reviewer: 复核组\n    reviewed: 2026-11-24"
    )
    write(folder, first, second)
    counts = bank_checks.count(read_bank(folder).questions, FACTS)
    assert counts == Counts(
        total=2,
        by_course={"laws": 2},
        by_topic={"regulations": 2},
        by_kind={"single": 1, "truefalse": 1},
        ethics_cases=0,
        facts_v_used=1,
        facts_v_total=333,
        reviewed=1,
        key_positions={"A": 0, "B": 0, "C": 0, "D": 1},
        longest_is_key=1,
    )


def test_cases_of_ethics_are_counted_by_their_tag(folder: Path):
    asked = item(1, "谁可以拦车？", FOUR).replace("reg-", "eth-")
    text = (
        "topic: ethics\nquestions:\n"
        + asked.replace("[公路]", "[案例]")
        + asked.replace("001", "002").replace("拦", "查")
    )
    (folder / "ethics.yaml").write_text(text, "utf-8")
    assert bank_checks.count(read_bank(folder).questions, FACTS).ethics_cases == 1


def test_an_empty_bank_falls_short_without_dividing_by_zero():
    told = bank_checks.shortfalls(bank_checks.count((), FACTS))
    assert "题目总数：应不少于 480，现在是 0" in told
    assert not any("%" in sentence and "不多于" in sentence for sentence in told)


def test_an_unread_question_falls_short(folder: Path):
    write(folder, item(1, "谁可以拦车？", FOUR))
    told = bank_checks.shortfalls(bank_checks.count(read_bank(folder).questions, FACTS))
    assert "还没有复核的题：应不多于 0，现在是 1" in told


# On the command line


def run(*args: str) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(app, ["content", "check", *args, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_the_shipped_content_is_checked_and_counted(shipped: BankFiles):
    code, told = run()
    assert (code, told["faults"]) == (0, [])
    counts = bank_checks.count(shipped.questions, FACTS)
    assert told["shortfalls"] == bank_checks.shortfalls(counts)
    questions = told["questions"]
    assert isinstance(questions, dict)
    assert questions["key_positions"] == counts.key_positions
    assert list(questions) == [
        "total",
        "by_course",
        "by_topic",
        "by_kind",
        "ethics_cases",
        "facts_v_used",
        "facts_v_total",
        "reviewed",
        "key_positions",
        "longest_is_key",
    ]


def test_an_office_with_a_small_bank_is_not_bound_to_our_counts(folder: Path):
    write(folder, item(1, "谁可以拦车？", FOUR))
    code, told = run(str(folder))
    assert (code, told["faults"], told["shortfalls"]) == (0, [], [])


def test_an_office_s_bank_is_bound_to_every_other_check(folder: Path):
    write(folder, item(1, "谁可以拦车？", [*FOUR[:3], "收费班长或站长"]))
    code, told = run(str(folder))
    assert code == 1
    (fault,) = told["faults"]  # type: ignore[misc]
    assert fault["file"].endswith("regulations.yaml")
    assert fault["line"] == 9


def test_for_people_the_faults_come_first_then_the_counts(folder: Path):
    write(folder, item(1, "谁可以拦车？", [*FOUR[:3], "收费班长或站长"]))
    shown = CliRunner().invoke(app, ["content", "check", str(folder)]).stdout
    assert shown.index("regulations.yaml:9:9: 选项") < shown.index("key_positions A")
