"""Days and moments as people type them. Today is Tuesday, 24 November 2026, ten in the morning."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import local, millis
from domain.dates import BadDay, BadMoment, FarDay, PastDay, PastMoment, parse_day, parse_moment
from domain.errors import DomainError
from tests.conftest import NOW, TZ

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("11-30", date(2026, 11, 30)),
        ("11月30日", date(2026, 11, 30)),
        (" 11 月 30 号 ", date(2026, 11, 30)),
        ("１１／３０", date(2026, 11, 30)),
        ("11.30", date(2026, 11, 30)),
        ("2026-11-30", date(2026, 11, 30)),
        ("2026年11月30日", date(2026, 11, 30)),
        ("二〇二六年十一月三十日", date(2026, 11, 30)),
        ("20261130", date(2026, 11, 30)),
        ("十二月二日", date(2026, 12, 2)),
        ("今天", TODAY),
        ("明天", date(2026, 11, 25)),
        ("后天", date(2026, 11, 26)),
        ("大后天", date(2026, 11, 27)),
        ("tomorrow", date(2026, 11, 25)),
        ("三天后", date(2026, 11, 27)),
        ("30号", date(2026, 11, 30)),
        ("3日", date(2026, 12, 3)),
        ("31号", date(2026, 12, 31)),
        ("周五", date(2026, 11, 27)),
        ("周二", TODAY),
        ("星期一", date(2026, 11, 30)),
        ("下周一", date(2026, 11, 30)),
        ("下周五", date(2026, 12, 4)),
        ("这周日", date(2026, 11, 29)),
        ("1-10", date(2027, 1, 10)),
    ],
)
def test_a_day_is_read_as_it_is_meant(text: str, meant: date) -> None:
    assert parse_day(text, TODAY) == meant


@pytest.mark.parametrize(
    "text", ["", "什么时候", "13-40", "2-30", "11", "1130", "40号", "明天9点", "二十一二日", "1" * 99, "11--30"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadDay):
        parse_day(text, TODAY)


@pytest.mark.parametrize("text", ["11-23", "昨天", "2026-01-01", "本周一"])
def test_a_past_day_is_refused_with_today_as_the_nearest(text: str) -> None:
    with pytest.raises(PastDay) as refusal:
        parse_day(text, TODAY)
    nearest = str(refusal.value.values["nearest"])
    assert parse_day(nearest, TODAY) == TODAY
    assert parse_day(text, TODAY, past=True) < TODAY


def test_a_mistyped_year_is_noticed() -> None:
    with pytest.raises(FarDay):
        parse_day("2062-11-30", TODAY)


def test_a_leap_day_without_its_year_is_the_one_that_exists() -> None:
    assert parse_day("2-29", date(2027, 11, 1)) == date(2028, 2, 29)


@given(st.integers(0, 182), st.dates(date(2024, 1, 1), date(2035, 1, 1)))
def test_any_day_of_the_coming_half_year_can_be_typed_without_its_year(ahead: int, today: date) -> None:
    day = today + timedelta(days=ahead)
    assert parse_day(f"{day.month}月{day.day}日", today) == day


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("11-30 14:00", "2026-11-30 14:00"),
        ("2026-11-30T14:00", "2026-11-30 14:00"),
        ("11月30日14点", "2026-11-30 14:00"),
        ("11月30日 下午2点", "2026-11-30 14:00"),
        ("明天 9:00", "2026-11-25 09:00"),
        ("明天９：３０", "2026-11-25 09:30"),
        ("明早8点", "2026-11-25 08:00"),
        ("今天下午3点", "2026-11-24 15:00"),
        ("下午三点半", "2026-11-24 15:30"),
        ("三点一刻", None),
        ("15点一刻", "2026-11-24 15:15"),
        ("今晚7点20分", "2026-11-24 19:20"),
        ("晚上12点", "2026-11-25 00:00"),
        ("中午12点", "2026-11-24 12:00"),
        ("中午1点", "2026-11-24 13:00"),
        ("明天凌晨12点", "2026-11-25 00:00"),
        ("明天上午的9点整", None),
        ("14:30", "2026-11-24 14:30"),
        ("周五 9:00", "2026-11-27 09:00"),
        ("周五9:00", "2026-11-27 09:00"),
        ("周四三点", "2026-11-26 03:00"),
        ("下周一上午9点", "2026-11-30 09:00"),
        ("半小时后", "2026-11-24 10:30"),
        ("30分钟后", "2026-11-24 10:30"),
        ("1个半小时后", "2026-11-24 11:30"),
        ("两小时后", "2026-11-24 12:00"),
    ],
)
def test_a_moment_is_read_as_it_is_meant(text: str, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(DomainError):
            parse_moment(text, NOW, TZ)
        return
    assert f"{local(parse_moment(text, NOW, TZ), TZ):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "text", ["", "11-30", "明天", "25:00", "14:60", "下午", "1114:00", "2-30 9:00", "晚上12点半", "今天 x 9:00"]
)
def test_what_names_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(BadMoment):
        parse_moment(text, NOW, TZ)


@pytest.mark.parametrize("text", ["9:00", "昨天 12:00", "10:00"])
def test_a_past_moment_is_refused_with_one_that_would_do(text: str) -> None:
    with pytest.raises(PastMoment) as refusal:
        parse_moment(text, NOW, TZ)
    nearest = str(refusal.value.values["nearest"])
    assert nearest == "11-24 10:05"
    assert parse_moment(nearest, NOW, TZ) == millis(datetime(2026, 11, 24, 10, 5, tzinfo=TZ))


def test_a_moment_years_away_is_refused() -> None:
    with pytest.raises(FarDay):
        parse_moment("2062-11-30 9:00", NOW, TZ)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (lambda: parse_day(text, TODAY), lambda: parse_moment(text, NOW, TZ)):
        try:
            read()
        except DomainError:
            continue
