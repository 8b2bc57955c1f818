"""Escaping, days and times, refusals, help and menus."""

from datetime import date, timedelta

import pytest

from domain.clock import DAY
from domain.errors import NotYours
from domain.home import Home
from domain.people import Locale, Role, TooManyTries
from domain.plan import Phase
from tests.unit.test_views_samples import HOSTILE, NOW, TZ, person, session
from views import errors, home
from views.screen import clipped, fitting, narrowed
from views.texts import Html, Texts, blocks, lines
from views.times import in_days, when

ZH, EN, TW = Texts.of(Locale.ZH_CN), Texts.of(Locale.EN), Texts.of(Locale.ZH_TW)


def test_foreign_text_is_escaped_once_and_html_is_left_alone() -> None:
    assert "&lt;b&gt;&amp;" in ZH.t("home.greeting", name=HOSTILE)
    assert "<i>x</i>" in ZH.t("home.greeting", name=Html("<i>x</i>"))
    inner = ZH.t("training.item", course="a<b")
    assert "a&lt;b" in ZH.t("training.item_of_batch", item=inner, batch="")


def test_plain_text_is_not_escaped() -> None:
    assert ZH.plain("people.staff_no", staff_no="a<b") == "工号：a<b"


def test_joining_escapes_what_is_not_html_and_leaves_out_what_is_empty() -> None:
    assert lines("a<b", "", Html("<b>c</b>")) == "a&lt;b\n<b>c</b>"
    assert blocks("", "a", "b") == "a\n\nb"


def test_a_catalogue_is_read_once() -> None:
    assert Texts.of(Locale.EN) is EN
    assert EN.locale is Locale.EN


def test_a_session_is_written_as_each_language_writes_days() -> None:
    assert when(ZH, session(), TZ) == "11月25日（周三）09:00–16:30"
    assert when(TW, session(), TZ) == "11月25日（週三）09:00–16:30"
    assert when(EN, session(), TZ) == "Wed 25 Nov, 09:00–16:30"


def test_an_unknown_time_is_said_to_be_unknown() -> None:
    assert when(ZH, session(starts_at=None, ends_at=None), TZ) == "待定"
    assert when(ZH, session(ends_at=None), TZ) == "11月25日（周三）09:00"


def test_a_session_over_midnight_names_both_days() -> None:
    start = session().starts_at or 0
    assert when(ZH, session(ends_at=start + DAY), TZ) == "11月25日（周三）09:00–11月26日（周四）09:00"


@pytest.mark.parametrize(("days", "said"), [(0, "今天"), (1, "明天"), (3, "3天后"), (-1, "11月23日（周一）")])
def test_days_are_counted_from_today(days: int, said: str) -> None:
    today = date(2026, 11, 24)
    assert in_days(ZH, today + timedelta(days=days), today) == said


def test_a_refusal_is_its_sentence() -> None:
    assert errors.line(ZH, TooManyTries()) == "尝试次数过多，请一小时后再试。"
    assert errors.line(EN, NotYours()) == "This lies outside your part of the office."
    assert "a1b2" in errors.unexpected(ZH, "a1b2")
    assert errors.moved_on(ZH)
    assert "站长" in errors.not_for_strangers(ZH)


@pytest.mark.parametrize(("days_left", "said"), [(7, "还有 7 天"), (0, "最后一天"), (None, "第2阶段：集中培训")])
def test_the_first_screen_says_how_long_the_phase_lasts(days_left: int | None, said: str) -> None:
    phase = Phase(2, "集中培训", None, None)
    shown = home.home(ZH, Home(person(), None, phase, days_left, None), NOW, TZ)
    assert said in shown.text


@pytest.mark.parametrize("role", list(Role))
def test_menus_follow_the_role(role: Role) -> None:
    names = [name for name, _ in home.commands(ZH, role)]
    assert ("practice" in names) == (role is not Role.BUREAU)
    assert {"home", "training", "deed", "help"} <= set(names)
    assert len(names) <= 8
    data = [button.data for row in home.help(ZH, person(role=role)).rows for button in row]
    assert ("people:units:0" in data) == (role is not Role.COLLECTOR)
    assert {"people:me", "deeds:show"} <= set(data)
    assert ("practice:menu" in data) == ("practice" in names)


def test_strangers_see_the_way_in_and_nothing_else() -> None:
    assert [name for name, _ in home.strangers_commands(ZH)] == ["start"]


def test_cutting_counts_as_the_messenger_and_the_phone_do() -> None:
    assert clipped("𠮷" * 3, 4) == "𠮷…"
    assert clipped("abc", 3) == "abc"
    assert narrowed("a收", 3) == "a收"
    assert fitting(["ab", "cd"], 3) == (["ab"], 1)
