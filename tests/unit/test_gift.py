"""Questions as GIFT text: what goes out comes in again, as Moodle reads it too, and faults stand at their line."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.bank_items import Read, read_items, told
from content.gift import escaped, read_gift, write_gift
from content.tables import BadTable
from domain.practice.importing import NoQuestions, Part
from domain.questions import Difficulty, Kind, Question, Topic

HEAD = "$CATEGORY: 题库/法规\n\n"
NOTES = "// [tag:交接班] [tag:票款]\n// 依据：行业通行做法\n"
ANSWERS = "{\n\t=班长的水杯\n\t~备用金\n\t~通行卡\n\t####水杯是私人物品。\n}"
GOOD = f"{HEAD}{NOTES}早班交接，哪一样可以不当面清点？ {ANSWERS}\n"
BARE = Question(
    id="reg-501",
    version=1,
    topic=Topic.REGULATIONS,
    kind=Kind.SINGLE,
    stem="题",
    options=("甲", "乙"),
    key=frozenset({0}),
    explanation="因为",
    source="依据",
    facts=(),
    tags=("标签",),
    difficulty=Difficulty.EASY,
    fixed_order=False,
    author="办公室",
    reviewer="",
)


def read(text: str | bytes, live: Mapping[str, Question] | None = None) -> Read:
    """The text as questions and faults."""
    found = read_gift(text if isinstance(text, bytes) else text.encode(), "题.gift")
    return read_items("题.gift", found.handed, live or {}, live or (), found.faults)


def faults(text: str) -> list[tuple[int, int, str]]:
    """Line, column and words of every fault."""
    return [(one.line, one.column, str(one.values["words"])) for one in told(read(text).faults)]


def only(text: str) -> Question:
    """The one question of a text without a fault."""
    found = read(text)
    assert told(found.faults) == ()
    (question,) = found.questions
    return question


def test_the_whole_bank_goes_out_and_comes_in_the_same(shipped_bank: tuple[Question, ...]) -> None:
    data = write_gift(shipped_bank)
    for live in ({}, {question.id: question for question in shipped_bank}):
        found = read(data, live)
        assert told(found.faults) == ()
        assert {question.id: question for question in found.questions} == {q.id: q for q in shipped_bank}
        assert len(found.questions) == len(shipped_bank)


def test_a_hand_written_question_is_read() -> None:
    question = only(GOOD)
    assert (question.id, question.kind, question.topic) == ("reg-501", Kind.SINGLE, Topic.REGULATIONS)
    assert question.stem == "早班交接，哪一样可以不当面清点？"
    assert (question.options, question.key) == (("班长的水杯", "备用金", "通行卡"), frozenset({0}))
    assert (question.explanation, question.tags) == ("水杯是私人物品。", ("交接班", "票款"))


def test_a_question_may_stand_in_one_line_and_the_file_in_gb18030_with_windows_line_ends() -> None:
    text = GOOD.replace("{\n\t", "{").replace("\n\t", "").replace("\n}", "}").replace("\n", "\r\n")
    assert only(text) == only(GOOD)
    assert read(text.encode("gb18030")).questions == [only(GOOD)]


@pytest.mark.parametrize(
    ("answers", "kind", "key"),
    [
        ("{T####因为}", Kind.TRUE_FALSE, {0}),
        ("{FALSE#错了#对了####因为}", Kind.TRUE_FALSE, {1}),
        ("{ true ####因为}", Kind.TRUE_FALSE, {0}),
        ("{~%50%甲 ~%50%乙 ~%-100%丙####因为}", Kind.MULTIPLE, {0, 1}),
        ("{~甲 ~%33.33333%乙 ~%33.33333%丙 ~%33.33333%丁####因为}", Kind.MULTIPLE, {1, 2, 3}),
        ("{~%100%甲 ~%0%乙 ~丙####因为}", Kind.SINGLE, {0}),
        ("{~甲#不对 =乙#对了 ~%-50%丙####因为}", Kind.SINGLE, {1}),
    ],
)
def test_the_kind_and_the_key_follow_from_the_answers(answers: str, kind: Kind, key: set[int]) -> None:
    question = only(f"{HEAD}{NOTES}问？{answers}")
    assert (question.kind, question.key) == (kind, frozenset(key))
    assert not any("#" in text or "不对" in text for text in question.options)


def test_several_answers_share_the_whole_and_wrong_ones_cost_it() -> None:
    several = replace(BARE, kind=Kind.MULTIPLE, options=("甲", "乙", "丙", "丁"), key=frozenset({0, 1, 3}))
    text = write_gift([several]).decode()
    assert text.count("~%33.3333%") == 3
    assert text.count("~%-100%丙") == 1


def test_signs_of_the_notation_are_escaped_and_read_back() -> None:
    odd = "甲~乙=丙#丁{戊}己:庚\\辛"
    assert escaped(odd) == "甲\\~乙\\=丙\\#丁\\{戊\\}己\\:庚\\\\辛"
    question = replace(BARE, stem=f"::{odd}", options=(odd, "%50%乙", "[html]丙"), explanation=f"####{odd}")
    assert only(write_gift([question]).decode()) == question


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)


@given(stem=TEXTS, options=st.lists(TEXTS, min_size=2, max_size=6), explanation=TEXTS, key=st.sets(st.integers(0, 5)))
def test_any_text_goes_out_and_comes_in_the_same(
    stem: str, options: list[str], explanation: str, key: set[int]
) -> None:
    right = frozenset(index % len(options) for index in key) or frozenset({0})
    kind = Kind.SINGLE if len(right) == 1 else Kind.MULTIPLE
    question = replace(BARE, stem=stem, options=tuple(options), explanation=explanation, key=right, kind=kind)
    (handed,) = read_gift(write_gift([question]), "题.gift").handed
    assert tuple(cell.text for cell in handed.options) == question.options
    assert handed.cells[Part.STEM].text == stem
    assert handed.cells[Part.EXPLANATION].text == explanation
    assert handed.cells[Part.KEY].text == "".join("ABCDEF"[index] for index in sorted(right))


def test_everything_of_a_picture_question_travels_in_comments() -> None:
    question = replace(
        BARE,
        id="cft-777",
        topic=Topic.COUNTERFEIT,
        kind=Kind.PICTURE,
        picture="note-100-2015-front",
        fixed_order=True,
        facts=("T129", "T138"),
        tags=("光变]数字", "安全线"),
        difficulty=Difficulty.HARD,
        version=4,
        reviewer="王芳",
        reviewed="2026-11-24",
    )
    assert only(write_gift([question]).decode()) == question


def test_what_moodle_sends_back_without_our_comments_keeps_what_the_bank_knows() -> None:
    old = replace(BARE, id="reg-007", facts=("L001",), difficulty=Difficulty.HARD, author="题库组")
    text = "// question: 12  name: reg-007\n::reg-007::[html]<p>新的题干&amp;问？</p>{\n=甲\n~乙\n####<p>因为</p>\n}"
    found = read(text, {"reg-007": old})
    assert told(found.faults) == ()
    assert found.questions == [replace(old, stem="新的题干&问？")]


def test_lines_that_go_on_are_joined_and_answers_in_the_midst_leave_a_blank() -> None:
    stem = only(f"{HEAD}{NOTES}收费站的\n  通行费由 {{=甲 ~乙 ####for\n all}} 收取\nby car\nand bus").stem
    assert stem == "收费站的通行费由_____收取by car and bus"
    assert only(f"{HEAD}{NOTES}问？{{=甲 ~乙 ####for\n all}}").explanation == "for all"


def test_a_topic_holds_until_the_next_and_may_be_a_code() -> None:
    text = GOOD + "\n$CATEGORY: a/b/ethics\n\n" + GOOD.removeprefix(HEAD).replace("早班", "晚班")
    assert [question.topic for question in read(text).questions] == [Topic.REGULATIONS, Topic.ETHICS]


def test_a_category_may_stand_right_above_its_question() -> None:
    assert only(GOOD.replace("法规\n\n", "法规\n")).topic is Topic.REGULATIONS


SINGLE_FAULTS = [
    (HEAD, "", (3, 1), "缺少“主题”"),
    ("题库/法规", "题库/交通", (1, 15), "“主题”只能是 法规"),
    ("// 依据：行业通行做法\n", "", (4, 1), "缺少“依据”"),
    ("// [tag:交接班] [tag:票款]\n", "", (4, 1), "缺少“标签”"),
    ("\t####水杯是私人物品。\n", "", (9, 1), "“解析”是空的"),
    ("早班交接，哪一样可以不当面清点？ ", "长" * 121, (5, 1), "“题干”有 121 个字"),
    ("早班交接", "早班\\n交接", (5, 1), "“题干”里不能换行"),
    ("~通行卡", "~以上都对", (8, 3), "指着别的选项说话"),
    ("=班长", "~%30%班长", (5, 18), "多选题至少有 2 个答案"),
    ("~备用金", "=备用金", (5, 19), "单选题只能有一个 ="),
    ("~备用金", "~%50%备用金", (5, 19), "单选题只能有一个 ="),
    ("{\n\t=班长的水杯", "{\n\t班长的水杯", (5, 19), "每个选项前面要写"),
    (ANSWERS, "{}", (5, 19), "问答题不能导入"),
    (ANSWERS, "{#3:1}", (5, 19), "数值题不能导入"),
    (ANSWERS, "{=甲 -> 乙 =丙 -> 丁}", (5, 19), "配对题不能导入"),
    (ANSWERS, "{=甲 =乙}", (5, 19), "填空题不能导入"),
    (ANSWERS, "", (5, 1), "没有用 { } 括起来的答案"),
    ("\n}", "\n", (5, 1), "没有配对"),
    ("{\n", "\n", (5, 1), "没有配对"),
    ("\n}", "\n}\n下一题{=甲 ~乙}", (11, 4), "一道题里有两处 {"),
    ("~备用金", "~1~2~3~4~5~6", (5, 19), "选项最多 6 个，这里有 8 个"),
    ("// 依据", "// 版本：新\n// 依据", (4, 7), "“版本”应是 1 到 9999 的整数"),
    ("// 依据", "// 图：没有这张\n// 依据", (4, 6), "没有名为“没有这张”的图"),
    ("// 依据", "// 选项顺序：乱\n// 依据", (4, 9), "“选项顺序”只能是"),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), SINGLE_FAULTS)
def test_a_fault_is_told_once_at_its_place(old: str, new: str, place: tuple[int, int], words: str) -> None:
    assert old in GOOD
    ((line, column, said),) = faults(GOOD.replace(old, new, 1))
    assert words in said
    assert (line, column) == place


def test_the_faults_of_all_questions_are_told() -> None:
    second = GOOD.removeprefix(HEAD).replace("早班", "晚班").replace("// 依据：行业通行做法\n", "")
    found = faults(f"{GOOD}\n没有答案\n\n{second}")
    assert [line for line, _, _ in found] == [12, 15]


def test_a_text_without_questions_and_one_that_is_no_text_are_refused() -> None:
    for text in ("", "// 只有注释\n", "$CATEGORY: 题库/法规\n"):
        with pytest.raises(NoQuestions):
            read_gift(text.encode(), "题.gift")
    for data in (b"\0\1", b"\xff\xff\xff", b" " * (5 * 1024 * 1024 + 1)):
        with pytest.raises(BadTable):
            read_gift(data, "题.txt")
