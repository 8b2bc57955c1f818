"""Wording is compared by what it says, not by how it is typed."""

from math import inf

import pytest

from content.wording import (
    asserted_in,
    coverage,
    is_amount,
    likeness,
    numbers,
    pairs,
    plain,
    quoted,
    ranges,
    stands_in,
    without_citations,
)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("十五日以下", "15日以下"),
        ("１５ 日，以下。", "15日以下"),
        ("二百五十元", "250元"),
        ("1.5万元", "15000元"),
        ("三千元", "3000元"),
        ("5千元", "5000元"),
        ("十万元", "100000元"),
        ("三万零五十元", "30050元"),
        ("二〇一九年", "2019年"),
        ("第五十一条", "第51条"),
        ("4.5米。", "4.5米"),
        ("46000千克", "46000千克"),
        ("一千米", "1千米"),
        ("5—10日", "5至10日"),
        ("“收缴”", "收缴"),
        ("80%", "80%"),
    ],
)
def test_plain_text_keeps_what_is_said(written: str, same: str):
    assert plain(written) == same


def test_a_decimal_point_is_no_punctuation():
    assert plain("4.5米") != plain("45米")


def test_citations_are_left_out():
    assert without_citations("依《刑法》（2020年修正）第二百五十三条之一，多久？") == "依，多久？"


def test_likeness_is_dices_coefficient_over_bigrams():
    assert pairs("收费站") == {"收费", "费站"}
    assert likeness(pairs("收费站"), pairs("收费亭")) == 0.5
    assert likeness(pairs("收费站"), pairs("收费站")) == 1
    assert likeness(pairs("收费站"), pairs("假币")) == 0


def test_coverage_is_whole_if_one_text_holds_the_other():
    assert coverage(pairs("蓝色"), pairs("全部蓝色")) == 1
    assert pairs("蓝") == {"蓝"}


def test_numbers_of_a_text_in_any_order():
    assert numbers("4.5米和10米") == numbers("10米和4.5米") == ("10", "4.5")


@pytest.mark.parametrize(("text", "is_one"), [("3日", True), ("4.5米", True), ("3日以下拘留", False), ("收缴", False)])
def test_an_amount_is_a_number_and_its_unit(text: str, is_one: bool):
    assert is_amount(text) is is_one


def test_quoted_terms_are_found():
    assert quoted("所谓“收缴”和「没收」，") == {"收缴", "没收"}


@pytest.mark.parametrize(
    ("piece", "text", "stands"),
    [
        ("5元", "交5元", True),
        ("5元", "交15元", False),
        ("100", "1000元", False),
        ("站长", "报告站长", True),
        ("", "站", False),
    ],
)
def test_a_piece_stands_in_a_text_but_not_within_a_longer_number(piece: str, text: str, stands: bool):
    assert stands_in(piece, text) is stands


@pytest.mark.parametrize(
    ("piece", "text", "asserted"),
    [
        ("合法", "不合法", False),
        ("免费", "没有免费", False),
        ("军车", "不是军车", False),
        ("公安机关", "公安机关交通管理部门", True),
        ("免费", "不免费也不算免费", True),
    ],
)
def test_what_is_denied_is_not_asserted(piece: str, text: str, asserted: bool):
    assert asserted_in(piece, text) is asserted


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("5日以下拘留", "#日拘留", ((0, 5),)),
        ("5日以内", "#日", ((0, 5),)),
        ("不超过5日", "#日", ((0, 5),)),
        ("80%以上", "#%", ((80, inf),)),
        ("不少于5张", "#张", ((5, inf),)),
        ("2倍以上5倍以下", "#倍", ((2, 5),)),
        ("5至10日", "#日", ((5, 10),)),
        ("5日至10日", "#日", ((5, 10),)),
        ("3日", "#日", ((3, 3),)),
        ("5日以下拘留1000元以下罚款", "#日拘留#元罚款", ((0, 5), (0, 1000))),
        ("警告", "警告", ()),
    ],
)
def test_ranges_are_read_with_the_words_around_them(text: str, words: str, spans: tuple[tuple[float, float], ...]):
    read = ranges(text)
    assert (read.words, read.spans) == (words, spans)


@pytest.mark.parametrize(
    ("one", "other", "inside"),
    [
        ("3日以下", "5日以下", True),
        ("5日以下", "3日以下", False),
        ("5日以下", "5日以上10日以下", False),
        ("3日", "5日以下", True),
        ("3日以下", "5元以下", False),
        ("警告", "警告", False),
    ],
)
def test_a_range_lies_in_another_of_the_same_words(one: str, other: str, inside: bool):
    assert ranges(one).within(ranges(other)) is inside
