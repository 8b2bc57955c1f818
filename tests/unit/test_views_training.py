"""Sessions on the screen and in a calendar."""

from dataclasses import replace

from icalendar import Calendar

from domain.clock import DAY, HOUR
from domain.people import Locale, Role
from tests.unit.test_views_samples import NOW, TZ, office, person, session
from views import training
from views.texts import Texts

ZH = Texts.of(Locale.ZH_CN)


def test_past_sessions_are_counted_and_not_listed() -> None:
    past = session("旧", id=6, starts_at=NOW - DAY, ends_at=NOW - DAY + HOUR)
    screen = training.sessions(ZH, person(), (session(), past, replace(past, id=7)), NOW, TZ)
    assert "已结束 2 次" in screen.text
    assert "旧" not in screen.text
    assert [row[0].data for row in screen.rows] == ["training:card:5", "training:study", "home:show"]


def test_who_sees_both_batches_is_told_which_is_which() -> None:
    listed = (session(), session(id=6, batch=2))
    text = training.sessions(ZH, office(), listed, NOW, TZ).text
    assert "第一期" in text
    assert "第二期" in text
    assert "第二期" in training.sessions(ZH, person(role=Role.STATION_HEAD), listed, NOW, TZ).text
    assert "第一期" not in training.sessions(ZH, person(), listed[:1], NOW, TZ).text


def test_a_cancelled_session_is_marked_and_has_no_calendar_file() -> None:
    cancelled = session(cancelled_at=NOW)
    assert "已取消" in training.sessions(ZH, person(), (cancelled,), NOW, TZ).text
    card = training.card(ZH, person(), cancelled, NOW, TZ)
    assert "已取消" in card.text
    assert "training:ics:5" not in [button.data for row in card.rows for button in row]


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    unknown = session(starts_at=None, ends_at=None, venue=None, lecturer=None, bring=None)
    card = training.card(ZH, person(), unknown, NOW, TZ)
    assert card.text.count("待定") == 4
    assert [[button.text for button in row] for row in card.rows] == [["返回", "首页"]]


def test_a_dated_session_can_be_put_into_a_calendar() -> None:
    assert training.card(ZH, person(), session(), NOW, TZ).rows[0][0].data == "training:ics:5"


def test_the_calendar_file_says_what_the_card_says() -> None:
    screen = training.ics(ZH, session(), NOW, TZ)
    assert screen.file is not None
    assert screen.file.name == "培训-laws-1@tollmate.ics"
    calendar = Calendar.from_ical(screen.file.body)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["UID"] == "laws-1@tollmate"
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "培训：法律法规"
    assert event["LOCATION"] == "三楼会议室"
    assert event["DTSTART"].dt.isoformat() == "2026-11-25T09:00:00+08:00"
    assert event["DTEND"].dt.isoformat() == "2026-11-25T16:30:00+08:00"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTSTAMP"].dt.timestamp() * 1000 == NOW
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_a_cancelled_session_is_cancelled_in_the_calendar_too() -> None:
    screen = training.ics(ZH, session(cancelled_at=NOW), NOW, TZ)
    assert screen.file is not None
    assert b"STATUS:CANCELLED" in screen.file.body
    undated = training.ics(ZH, session(starts_at=None, ends_at=None), NOW, TZ)
    assert undated.file is not None
    assert b"DTSTART" not in undated.file.body


def test_english_readers_get_the_course_in_english() -> None:
    assert "Laws and regulations" in training.card(Texts.of(Locale.EN), person(), session(), NOW, TZ).text
