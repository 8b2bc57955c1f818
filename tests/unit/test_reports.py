"""[题目有误]: when another answer is right, when a question is suspect, and what the office is shown and not shown."""

from dataclasses import replace

import pytest

from domain.people import Locale
from domain.practice.reports import (
    NoWords,
    Reason,
    Reported,
    TextPart,
    Usage,
    WordsTooLong,
    may_be_key,
    next_version,
    one_sentence,
    rekeyed,
    reworded,
    right_answer,
    same_choices,
    tally,
    wording_of,
)
from domain.questions import Kind, Question
from tests.unit.samples.reports import card, report, reported
from tests.unit.test_views_samples import NOW, item, question, run
from views import practice
from views.screen import Screen
from views.texts import Texts

ZH = Texts.of(Locale.ZH_CN)


def labels(screen: Screen) -> list[list[str]]:
    return [[button.text for button in row] for row in screen.rows]


def options(*texts: str, key: int = 0, version: int = 1) -> Question:
    return question(options=texts, key=frozenset({key}), version=version)


# another answer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (options("五日", "七日"), False),
        (options("五日", "七日", key=1), True),
        (options("5日", "七日"), False),  # the same version: a mended text
        (options("六日", "七日", version=2), True),  # a new version: another meaning
        (options("五日。", "七日", version=2), False),
        (options("七日", "五日", key=1, version=2), False),  # in another order
        (options("七日", "五日", version=2), True),
    ],
)
def test_another_answer_is_right_when_its_meaning_changed(new: Question, expected: bool) -> None:
    assert rekeyed(options("五日", "七日"), new) is expected


def test_a_question_that_became_a_statement_has_another_answer() -> None:
    assert rekeyed(question(), question(Kind.TRUE_FALSE))
    assert right_answer(question(Kind.TRUE_FALSE)).true
    assert not right_answer(replace(question(Kind.TRUE_FALSE), key=frozenset({1}))).true


def test_only_the_same_options_of_the_same_kind_are_the_same_choices() -> None:
    assert same_choices(question(), replace(question(), key=frozenset({2}), stem="别的"))
    assert not same_choices(question(), question(word="别"))
    assert not same_choices(question(), replace(question(), kind=Kind.MULTIPLE))


@pytest.mark.parametrize(
    ("kind", "key", "fits"),
    [
        (Kind.SINGLE, {1}, True),
        (Kind.PICTURE, {3}, True),
        (Kind.SINGLE, {0}, False),
        (Kind.SINGLE, {1, 2}, False),
        (Kind.SINGLE, {4}, False),
        (Kind.MULTIPLE, {0, 1}, False),
        (Kind.MULTIPLE, {1}, False),
        (Kind.MULTIPLE, {0, 1, 2}, True),
        (Kind.TRUE_FALSE, {1}, True),
        (Kind.TRUE_FALSE, set(), False),
    ],
)
def test_a_key_fits_its_kind_and_is_another_one(kind: Kind, key: set[int], fits: bool) -> None:
    assert may_be_key(question(kind), frozenset(key)) is fits


@pytest.mark.parametrize("part", list(TextPart))
def test_one_part_is_reworded_and_the_others_stay(part: TextPart) -> None:
    new = reworded(question(), part, "新的说法")
    assert [wording_of(new, one) == wording_of(question(), one) for one in TextPart] == [
        one is not part for one in TextPart
    ]
    assert wording_of(new, part) == "新的说法"


def test_a_new_version_was_read_by_nobody_yet() -> None:
    new = next_version(question(reviewer="李", reviewed="2026-11-01"), 4)
    assert (new.version, new.reviewer, new.reviewed) == (4, "", "")


def test_a_sentence_is_one_line_of_at_most_200_characters() -> None:
    assert one_sentence("  第一项\n 写错 ") == "第一项 写错"
    assert one_sentence("字" * 200)
    with pytest.raises(WordsTooLong):
        one_sentence("字" * 201)
    with pytest.raises(NoWords):
        one_sentence("\n")


def test_reasons_are_counted_in_their_order() -> None:
    assert list(tally([Reason.OTHER, Reason.KEY, Reason.OTHER]).items()) == [(Reason.KEY, 1), (Reason.OTHER, 2)]


# suspect ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "suspect"),
    [
        (Usage(), False),
        (Usage(5, 25, 5, 5), True),
        (Usage(5, 25, 5, 4), False),
        (Usage(4, 100, 100, 4), False),
        (Usage(5, 30, 22, 0), True),
        (Usage(5, 30, 21, 0), False),  # exactly 70 %
        (Usage(5, 29, 29, 0), False),
    ],
)
def test_a_question_is_suspect_from_its_numbers_never_below_five_people(usage: Usage, suspect: bool) -> None:
    assert usage.suspect is suspect


# screens ---------------------------------------------------------------------------------------------------------


def test_two_taps_report_and_the_third_reason_is_typed() -> None:
    screen = practice.reporting(ZH, reported())
    assert labels(screen) == [["答案不对", "题干不清"], ["规定已变", "其他"], ["返回"]]
    assert screen.rows[0][0].data == "practice:because:12:0:key"


def test_the_button_stands_under_right_and_wrong_answers_and_not_in_a_check() -> None:
    right = item(0, ticked=frozenset({0}), answered_at=NOW)
    asked = run(right, item(1))
    assert labels(practice.run(ZH, asked, right))[-1] == ["蒙对的", "题目有误", "首页"]
    guessed = replace(right, guessed_at=NOW)
    assert labels(practice.run(ZH, asked, guessed))[-1] == ["题目有误", "首页"]
    wrong = run(replace(right, ticked=frozenset({2})))
    assert labels(practice.run(ZH, wrong)) == [["明白了"], ["题目有误", "首页"]]
    assert labels(practice.run(ZH, wrong, doubts=False)) == [["明白了"], ["首页"]]
    assert labels(practice.run(ZH, asked, right, doubts=False))[-1] == ["首页"]
    assert labels(practice.run(ZH, asked))[-1] == ["首页"]


def test_a_report_is_asked_for_under_the_picture_that_the_message_shows() -> None:
    text = item(0, ticked=frozenset({0}), answered_at=NOW)
    picture = item(1, Kind.PICTURE)
    shown = replace(picture, question=replace(picture.question, picture="lane-signals"))
    assert practice.reporting(ZH, Reported(run(text, shown), text)).picture == "lane-signals"
    assert practice.reporting(ZH, Reported(run(text, item(1)), text)).picture == ""


def test_the_card_names_nobody_and_hides_figures_of_few_people() -> None:
    few = practice.settled(ZH, card(many=4, usage=Usage(4, 40, 30, 4)))
    assert "收费员：单位写错" in few.text
    assert "不到 5 人" in few.text
    assert "%" not in few.text
    assert "可能有问题" not in few.text
    some = practice.settled(ZH, card(usage=Usage(9, 12, 3)))
    assert "9 人答过，共 12 次，答错 25%（样本少）" in some.text
    many = practice.settled(ZH, card(usage=Usage(31, 60, 45)))
    assert "答错 75%。" in many.text
    assert "⚠ 这道题可能有问题" in many.text


def test_the_office_can_do_what_makes_sense() -> None:
    assert labels(practice.settled(ZH, card()))[:2] == [["改答案", "改文字"], ["停用"]]
    assert labels(practice.settled(ZH, card(many=2)))[:2] == [["改答案", "改文字"], ["驳回", "停用"]]
    assert labels(practice.settled(ZH, card(live=False))) == [["题目反馈", "首页"]]
    assert labels(practice.settled(ZH, replace(card(), live=False, reports=(report(),))))[0] == ["驳回"]


def test_a_statement_is_flipped_and_of_several_one_is_toggled() -> None:
    flip = practice.settled(ZH, card(Kind.TRUE_FALSE)).rows[0][0]
    assert flip.data == "practice:rekeying:reg-001:1:2"
    several = practice.settled(ZH, card(Kind.MULTIPLE)).rows[0][0]
    assert several.data == "practice:rekeying:reg-001:1:3"


def test_the_newest_report_is_known_and_none_is_nought() -> None:
    assert (card(many=3).newest, card().newest) == (3, 0)
    assert dict(card(many=3).reasons) == {Reason.TEXT: 1, Reason.OUTDATED: 1, Reason.OTHER: 1}
