"""A run on the screen: what is asked, where a tap lands, what is said about it."""

from dataclasses import replace

from domain.people import Locale
from domain.practice import Overview, Run, RunState, Weakness, WrongBook, choose
from domain.questions import Kind, Topic
from tests.unit.test_views_samples import NOW, item, run
from views import practice
from views.screen import Screen
from views.texts import Texts

ZH = Texts.of(Locale.ZH_CN)


def pressed(screen: Screen, text: str) -> str | None:
    """The data of the button that says ``text``."""
    return next(button.data for row in screen.rows for button in row if button.text == text)


def labels(screen: Screen) -> list[list[str]]:
    return [[button.text for button in row] for row in screen.rows]


def test_the_letter_on_a_button_is_the_letter_of_the_line() -> None:
    asked = run(item())
    screen = practice.run(ZH, asked)
    assert "C. 甲题" in screen.text
    data = pressed(screen, "C")
    assert data == "practice:answer:12:0:2"
    assert choose(asked, 0, int(data[-1]), NOW).run.items[0].right  # 甲 is the key


def test_true_and_false_stand_in_natural_order_whatever_the_order_shown() -> None:
    for order in ((0, 1), (1, 0)):
        asked = run(replace(item(kind=Kind.TRUE_FALSE), order=order))
        screen = practice.run(ZH, asked)
        assert labels(screen) == [["正确", "错误"], ["首页"]]
        place = int((pressed(screen, "正确") or "")[-1])
        assert choose(asked, 0, place, NOW).run.items[0].right


def test_ticks_are_shown_and_submitted() -> None:
    screen = practice.run(ZH, run(item(kind=Kind.MULTIPLE, ticked=frozenset({2}))))
    assert labels(screen) == [["☑ A", "☐ B", "☐ C", "☐ D"], ["提交"], ["首页"]]
    assert pressed(screen, "提交") == "practice:submit:12:0"


def test_a_right_answer_is_confirmed_above_the_next_question() -> None:
    right = item(0, ticked=frozenset({0}), answered_at=NOW)
    text = practice.run(ZH, run(right, item(1, word="二")), right).text
    assert text.index("✓ 答对了") < text.index("《公路法》题") < text.index("第 2/2 题") < text.index("问二")


def test_a_wrong_answer_stands_alone_until_it_is_noted() -> None:
    wrong = item(0, ticked=frozenset({2}), answered_at=NOW)
    screen = practice.run(ZH, run(wrong, item(1, word="二")), wrong)
    assert labels(screen) == [["明白了"], ["题目有误", "首页"]]
    assert pressed(screen, "明白了") == "practice:note:12:0"
    assert "您的答案：\nA. 丙题" in screen.text
    assert "正确答案：\nC. 甲题" in screen.text
    assert "问二" not in screen.text


def test_a_wrong_last_answer_is_explained_before_the_result() -> None:
    wrong = item(0, ticked=frozenset({2}), answered_at=NOW)
    finished = run(wrong, state=RunState.FINISHED)
    assert "明白了" in labels(practice.run(ZH, finished, wrong))[0]
    noted = run(replace(wrong, noted_at=NOW), state=RunState.FINISHED)
    assert "1 题答对 0 题" in practice.run(ZH, noted).text


def test_the_result_lists_what_was_missed_with_its_answer() -> None:
    right = item(0, word="一", ticked=frozenset({0}), answered_at=NOW)
    wrong = item(1, word="二", ticked=frozenset({1}), answered_at=NOW, noted_at=NOW)
    screen = practice.run(ZH, run(right, wrong, state=RunState.FINISHED))
    assert "2 题答对 1 题" in screen.text
    assert "问二" in screen.text
    assert "C. 甲二" in screen.text
    assert "问一" not in screen.text
    assert pressed(screen, "再来5题") == "practice:again:12"
    assert pressed(screen, "重练错题") == "practice:start:4:5:wrong"
    assert "重练错题" not in labels(practice.run(ZH, run(right, state=RunState.FINISHED)))[0]


def test_most_is_said_only_of_two_thirds_or_more() -> None:
    right = [item(n, ticked=frozenset({0}), answered_at=NOW) for n in range(2)]
    wrong = [item(n, ticked=frozenset({1}), answered_at=NOW, noted_at=NOW) for n in range(2, 4)]
    assert "大部分" in practice.run(ZH, run(*right, wrong[0], state=RunState.FINISHED)).text
    assert "大部分" not in practice.run(ZH, run(*right, *wrong, state=RunState.FINISHED)).text


def test_a_dropped_run_has_no_button_that_does_nothing() -> None:
    for dropped in (item(), item(0, ticked=frozenset({2}), answered_at=NOW)):
        screen = practice.run(ZH, run(dropped, item(1), state=RunState.DROPPED))
        assert labels(screen) == [["练习菜单"], ["首页"]]


def test_the_menu_offers_sizes_and_the_topics_that_have_questions() -> None:
    screen = practice.menu(ZH, Overview(None, 4, {Topic.REGULATIONS: 9, Topic.ETHICS: 0}, 0))
    assert labels(screen) == [["3题", "5题", "10题"], ["法规"], ["首页"]]
    assert pressed(screen, "10题") == "practice:start:4:10:all"
    assert pressed(screen, "法规") == "practice:start:4:5:regulations"


def test_an_open_run_comes_first_and_says_what_another_would_do_to_it() -> None:
    open_run = Run(12, 7, 3, None, RunState.OPEN, (item(0, ticked=frozenset({0}), answered_at=NOW), item(1)))
    screen = practice.menu(ZH, Overview(open_run, 4, {}, 1))
    assert screen.rows[0][0].data == "practice:resume:12"
    assert screen.rows[0][0].text == "继续上次练习 1/2"
    assert screen.rows[0][0].style == "primary"
    assert "不再保留" in screen.text


def test_the_longest_question_fits_into_one_message() -> None:
    long = {"stem": "问" * 3000, "explanation": "因" * 3000, "source": "法" * 3000, "options": ("选" * 900,) * 6}
    asked = item(0, Kind.MULTIPLE)
    question = replace(asked.question, key=frozenset(range(6)), **long)
    order = tuple(range(6))
    wrong = replace(asked, question=question, order=order, ticked=frozenset(range(5)), answered_at=NOW)
    right = replace(wrong, ticked=question.key)
    fresh = replace(wrong, position=1, answered_at=None)
    many = tuple(replace(wrong, position=n, noted_at=NOW) for n in range(10))
    for screen in (
        practice.run(ZH, run(wrong)),
        practice.run(ZH, run(right, fresh), right),
        practice.run(ZH, run(*many, state=RunState.FINISHED)),
        practice.run(ZH, run(*many[:9], replace(right, position=9), state=RunState.FINISHED), right),
    ):
        assert len(screen.text) <= 4096


def test_a_right_answer_can_be_called_a_guess_once() -> None:
    right = item(0, ticked=frozenset({0}), answered_at=NOW)
    assert pressed(practice.run(ZH, run(right, item(1)), right), "蒙对的") == "practice:guess:12:0"
    told = replace(right, guessed_at=NOW)
    assert all("蒙对的" not in row for row in labels(practice.run(ZH, run(told, item(1)), told)))


def test_a_picture_stays_with_its_explanation_and_the_result() -> None:
    asked = item(0)
    picture = replace(asked, question=replace(asked.question, kind=Kind.PICTURE, picture="lane-signals"))
    assert practice.run(ZH, run(picture)).picture == "lane-signals"
    wrong = replace(picture, ticked=frozenset({2}), answered_at=NOW)
    assert practice.run(ZH, run(wrong)).picture == "lane-signals"
    noted = replace(wrong, noted_at=NOW)
    assert practice.run(ZH, run(noted, state=RunState.FINISHED)).picture == "lane-signals"


def test_the_wrong_book_and_weak_points_stand_in_the_menu_only_when_there_are_any() -> None:
    weak = (Weakness(Topic.COUNTERFEIT, "水印", 12, 7, 0.4),)
    screen = practice.menu(ZH, Overview(None, 4, {}, 9, 2, weak))
    assert labels(screen)[1] == ["错题本（2）", "练薄弱点"]
    assert "水印" in screen.text
    assert pressed(screen, "练薄弱点") == "practice:start:4:5:weak"


def test_the_wrong_book_lists_by_topic_with_answers() -> None:
    book = WrongBook((item(0, word="一").question, item(1, Kind.TRUE_FALSE, "二").question), 4)
    text = practice.wrong_book(ZH, book).text
    assert text.index("法规") < text.index("问一") < text.index("甲一") < text.index("问二") < text.index("正确")


def test_a_ticked_option_offers_to_take_the_tick_back() -> None:
    screen = practice.run(ZH, run(item(kind=Kind.MULTIPLE, ticked=frozenset({2}))))
    assert pressed(screen, "☑ A") == "practice:untick:12:0:0"
    assert pressed(screen, "☐ B") == "practice:answer:12:0:1"
