"""Quizzes in groups: when the daily question is due, which one is drawn, what totals say, what a poll holds."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from domain.clock import DAY, millis
from domain.people import Locale, Role
from domain.practice import class_quizzes as classes
from domain.practice import quizzes as rules
from domain.questions import Course, Kind, Question, Topic
from domain.quiet import Quiet
from tests.unit.samples.quizzes import TODAY, class_quiz, group, quiz
from tests.unit.test_views_samples import NOW, TZ, office, person, question, session, station, toll_office, unit
from views import training
from views.practice import class_quizzes as class_views
from views.practice import quizzes as views
from views.texts import Texts

ZH = Texts.of(Locale.ZH_CN)
NIGHT = Quiet(time(21), time(8))
NEVER = Quiet(time(0), time(0))


def at(hour: int, minute: int = 0, day: date = TODAY) -> int:
    return millis(datetime.combine(day, time(hour, minute), TZ))


# who -------------------------------------------------------------------------------------------------------------


def test_a_leader_binds_to_the_own_unit_and_the_office_to_itself_or_a_station() -> None:
    units = (toll_office(), station(), unit())
    leader, collector = person(role=Role.TEAM_LEADER), person()
    assert rules.bindable(leader, units) == (leader.unit,)
    assert rules.bindable(collector, units) == ()
    assert rules.bindable(office(), units) == (toll_office(), station())


def test_a_group_is_led_from_its_unit_and_from_above() -> None:
    of_team = group()
    head = person(role=Role.STATION_HEAD, unit=station())
    other = person(role=Role.TEAM_LEADER, unit=unit(10, path="1.2.4.10."))
    assert rules.may_lead(head, of_team)
    assert rules.may_lead(office(), of_team)
    assert not rules.may_lead(other, of_team)
    assert not rules.may_lead(person(), of_team)


# when ------------------------------------------------------------------------------------------------------------


def test_a_question_is_due_from_its_time_on_each_day_since_it_was_set() -> None:
    own = group(daily_at=time(12), daily_from=at(13, day=TODAY - timedelta(days=2)))
    assert [day for day, _ in rules.due_days(own, at(11, 59), NEVER, TZ)] == [TODAY - timedelta(days=1)]
    assert list(rules.due_days(own, at(12), NEVER, TZ))[-1] == (TODAY, at(12))


def test_an_outage_is_noted_for_a_week_at_most_and_nothing_before_it_was_set() -> None:
    own = group(daily_at=time(8), daily_from=at(9, day=TODAY - timedelta(days=90)))
    assert len(list(rules.due_days(own, at(9), NEVER, TZ))) == rules.DAYS_BACK + 1
    assert list(rules.due_days(group(daily_at=time(8), daily_from=at(9)), at(10), NEVER, TZ)) == []
    assert list(rules.due_days(group(daily_at=None, daily_from=None), at(10), NEVER, TZ)) == []


def test_quiet_hours_put_it_off_to_their_end_and_never_to_another_day() -> None:
    long = Quiet(time(17), time(9))
    early = group(daily_at=time(8), daily_from=at(7))
    late = group(daily_at=time(18), daily_from=at(7))
    assert list(rules.due_days(early, at(8, 59), long, TZ)) == []
    assert list(rules.due_days(early, at(9), long, TZ)) == [(TODAY, at(9))]
    assert list(rules.due_days(late, at(12, day=TODAY + timedelta(days=1)), long, TZ)) == []
    assert rules.times(long, TZ, at(12)) == (time(12),)
    assert rules.times(NIGHT, TZ, at(12)) == rules.TIMES


def test_it_closes_the_next_morning() -> None:
    assert rules.closing(at(20), TZ) == at(7, 30, TODAY + timedelta(days=1))


# which -----------------------------------------------------------------------------------------------------------


def bank(count: int) -> list[Question]:
    return [question(id=f"q{n}") for n in range(count)]


def test_no_question_comes_again_before_all_have_been_asked() -> None:
    used: dict[str, int] = {}
    rng = random.Random(1)
    for _ in range(12):
        (drawn,) = rules.draw(bank(4), used, rng)
        used[drawn.id] = used.get(drawn.id, 0) + 1
    assert set(used.values()) == {3}


def test_pictures_and_what_no_poll_can_hold_are_left_out() -> None:
    long = question(id="long", stem="字" * 301)
    wide = question(id="wide", options=("字" * 101, "乙"))
    shown = question(id="fits", stem="字" * 300, options=("字" * 100, "乙"))
    drawn = rules.draw([question(Kind.PICTURE), long, wide, shown], {}, random.Random(1), 4)
    assert drawn == (shown,)


# totals ----------------------------------------------------------------------------------------------------------


def test_of_one_right_option_the_totals_are_exact() -> None:
    assert quiz().right == (8, 8)
    assert quiz(answered=0, votes=()).right == (0, 0)
    assert quiz(votes=(1, 2)).right == (0, 0)


@pytest.mark.parametrize(
    ("votes", "right"),
    [((0, 0, 10, 10), (10, 10)), ((1, 0, 9, 8), (6, 8)), ((9, 9, 2, 1), (0, 1))],
)
def test_of_several_right_options_they_are_bounds(votes: tuple[int, ...], right: tuple[int, int]) -> None:
    assert quiz(Kind.MULTIPLE, votes=votes).right == right


def test_totals_that_are_older_final_or_of_another_poll_are_no_news() -> None:
    running = quiz(closed_at=None)
    assert rules.newer(running, (1, 1, 9, 0), 11)
    assert not rules.newer(running, (1, 1, 7, 0), 9)
    assert not rules.newer(running, (1, 10), 11)
    assert not rules.newer(quiz(), (1, 1, 9, 0), 11)


def test_below_five_answers_no_share_is_shown() -> None:
    assert "样本少" in views.figures(ZH, quiz(answered=4))
    assert "%" not in views.figures(ZH, quiz(answered=4))
    assert "80%" in views.figures(ZH, quiz())
    assert "60%" in views.figures(ZH, quiz(Kind.MULTIPLE, votes=(1, 0, 9, 8)))


def test_while_it_is_open_no_share_is_shown_either() -> None:
    assert "%" not in views.figures(ZH, quiz(closed_at=None))


# class quizzes ---------------------------------------------------------------------------------------------------


def test_a_session_offers_a_class_quiz_to_those_who_hold_it_while_it_is_held() -> None:
    held, me, head = session(), person(), person(role=Role.STATION_HEAD, unit=station())
    assert held.starts_at is not None
    start = held.starts_at
    assert classes.offered(head, held, start)
    assert not classes.offered(head, held, start - DAY)
    assert not classes.offered(head, held, start + DAY)
    assert not classes.offered(head, session(cancelled_at=NOW), start)
    assert not classes.offered(head, session(starts_at=None, ends_at=None), start)
    assert not classes.offered(me, held, start)
    assert classes.offered(me, session(organiser_id=me.id), start)
    assert classes.offered(me, session(lecturer=me.name), start)
    assert "quiz:session:5" in str(training.card(ZH, head, held, start, TZ).rows)
    assert "quiz:session" not in str(training.card(ZH, me, held, start, TZ).rows)


def test_a_subject_is_a_topic_a_course_or_everything() -> None:
    assert classes.subject_of("all") is None
    assert classes.subject_of("counterfeit") is Topic.COUNTERFEIT
    assert classes.subject_of("operations") is Course.OPERATIONS
    with pytest.raises(ValueError, match="nothing"):
        classes.subject_of("nothing")
    listed = [question(id=str(n), topic=topic) for n, topic in enumerate(Topic)]
    assert len(classes.about(listed, None)) == 5
    assert len(classes.about(listed, Topic.COUNTERFEIT)) == 1
    assert len(classes.about(listed, Course.OPERATIONS)) == 2


def test_the_summary_leads_elsewhere_only_once_every_total_is_final() -> None:
    over = class_quiz(state=classes.ClassState.FINISHED)
    assert class_views.class_quiz(ZH, over).rows == ()
    assert class_views.class_quiz(ZH, replace(over, quizzes=(quiz(), quiz()))).rows


# the poll --------------------------------------------------------------------------------------------------------


def test_a_poll_is_anonymous_and_names_the_right_places_in_order() -> None:
    call = views.poll(ZH, quiz(Kind.MULTIPLE, word=""))
    assert call.method == "sendPoll"
    assert call.params["is_anonymous"] is True
    assert call.params["allows_multiple_answers"] is True
    assert call.params["correct_option_ids"] == [2, 3]
    assert call.params["options"] == [{"text": text} for text in ("丙", "丁", "甲", "乙")]
    assert call.params["close_date"] == quiz().closes_at // 1000
    assert "close_date" not in views.poll(ZH, quiz(), timed=False).params


def test_true_and_false_are_named_in_the_groups_language() -> None:
    assert views.poll(ZH, quiz(Kind.TRUE_FALSE)).params["options"] == [{"text": "正确"}, {"text": "错误"}]


def test_an_explanation_is_cut_at_the_end_of_a_sentence_and_has_no_line_feeds() -> None:
    whole = question(explanation="第一句。\n第二句。", source="《公路法》")
    assert views.explained(ZH, whole) == "第一句。 第二句。依据：《公路法》"
    assert views.explained(ZH, question(explanation="字" * 197 + "。", source="《公路法》")) == "字" * 197 + "。"
    assert views.explained(ZH, question(explanation="短句。" + "字" * 300, source="")) == "短句。"
    assert len(views.explained(ZH, question(explanation="字" * 300, source=""))) == 200
    assert views.explained(ZH, question(explanation="因为。", source="")) == "因为。"
