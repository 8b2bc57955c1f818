"""Rules of notices: content, markup, who may do what, whom it goes to, what became of it."""

import inspect
from dataclasses import replace
from datetime import date, datetime

import pytest

from domain import markup
from domain import notices as rules
from domain.calendar import Calendar
from domain.errors import NotForRole, NotYours
from domain.markup import BrokenMarkup
from domain.notices import (
    CAPTION_ROOM,
    REASON_ROOM,
    TEXT_ROOM,
    Attached,
    Audience,
    Barred,
    CaptionTooLong,
    Card,
    Cell,
    Correction,
    Fate,
    Figures,
    NotAlone,
    NoText,
    NothingToSend,
    ReasonTooLong,
    State,
    TextOnly,
    TooLong,
)
from domain.outbox import State as Sending
from domain.people import Locale, Person, Role, Unit, UnitKind
from tests.conftest import NOW, TZ
from tests.unit.samples.notices import author, head, notice, office, person, screens, station, team
from views import notices as views
from views.notices import approving, following, receiving, writing
from views.screen import Screen
from views.texts import Texts

PHOTO = Attached("photo", "f")


# content ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("今晚停水", "今晚停水"),
        ("<b>停水</b> &lt;8点&gt;", "<b>停水</b> &lt;8点&gt;"),
        ("&lt;b&gt;停水&lt;/b&gt;", "<b>停水</b>"),
        ("<strong>停</strong><em>水</em>", "<b>停</b><i>水</i>"),
        ('<a href="https://example.cn/?a=1&amp;b=2">看</a>', '<a href="https://example.cn/?a=1&amp;b=2">看</a>'),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>好', "👍好"),
        ("  \r\n停水\n\n", "停水"),
        ("1 &lt; 2 &amp; 3 &gt; 2", "1 &lt; 2 &amp; 3 &gt; 2"),
    ],
)
def test_formatting_is_kept_and_typed_tags_count_as_formatting(sent: str, kept: str) -> None:
    assert rules.content(sent, None).text == kept


@pytest.mark.parametrize(
    ("sent", "tag"),
    [("&lt;b&gt;停水", "<b>"), ("停水&lt;/b&gt;", "</b>"), ("&lt;b&gt;停&lt;i&gt;水&lt;/b&gt;&lt;/i&gt;", "</b>")],
)
def test_broken_formatting_is_refused_and_the_tag_named(sent: str, tag: str) -> None:
    with pytest.raises(BrokenMarkup) as refused:
        rules.content(sent, None)
    assert refused.value.values == {"tag": tag}


def test_a_text_that_fits_is_taken_and_one_character_more_is_refused() -> None:
    assert rules.content("水" * TEXT_ROOM, None).text
    with pytest.raises(TooLong) as refused:
        rules.content("水" * TEXT_ROOM + "!", None)
    assert refused.value.values == {"length": TEXT_ROOM + 1, "limit": TEXT_ROOM}


def test_length_is_what_is_seen_in_utf16_units() -> None:
    assert rules.content("<b>" + "👍" * (TEXT_ROOM // 2) + "</b>", None).text
    with pytest.raises(TooLong):
        rules.content("👍" * (TEXT_ROOM // 2 + 1), None)


def test_under_a_picture_there_is_less_room_and_words_are_not_needed() -> None:
    assert rules.content("", PHOTO).attached == PHOTO
    with pytest.raises(CaptionTooLong):
        rules.content("水" * (CAPTION_ROOM + 1), PHOTO)


@pytest.mark.parametrize("nothing", ["", "  \n", "<b> </b>"])
def test_an_empty_message_is_no_notice(nothing: str) -> None:
    with pytest.raises(NothingToSend):
        rules.content(nothing, None)


def test_a_reason_is_one_short_line() -> None:
    assert rules.reason(" 台风\n预警 ") == "台风 预警"
    with pytest.raises(TextOnly):
        rules.reason("  ")
    with pytest.raises(ReasonTooLong):
        rules.reason("风" * (REASON_ROOM + 1))


def test_a_template_is_named_by_its_beginning() -> None:
    assert rules.title("<b>今晚</b>\n停水") == "今晚 停水"
    with pytest.raises(NoText):
        rules.title("")


@pytest.mark.parametrize(
    ("html", "limit", "cut"),
    [
        ("停水", 2, "停水"),
        ("<b>停水</b>通知", 3, "<b>停水</b>…"),
        ("<b>停<i>水</i>通知</b>", 3, "<b>停<i>水</i></b>…"),
        ("&lt;&lt;&lt;", 2, "&lt;…"),
        ("👍👍", 3, "👍…"),
        ("停水<b>通知</b>", 3, "停水…"),
        ("停<b>水</b>通知单", 4, "停<b>水</b>通…"),
    ],
)
def test_a_shortened_text_closes_what_it_opened(html: str, limit: int, cut: str) -> None:
    assert markup.shortened(html, limit) == cut
    assert markup.length(cut) <= limit


def test_an_excerpt_is_one_plain_line() -> None:
    assert markup.excerpt("<b>停</b>\n水 &amp; 电", 20) == "停 水 & 电"
    assert markup.excerpt("停水通知", 3) == "停水…"


# who may do what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.BUREAU])
def test_collectors_and_the_bureau_write_nothing(role: Role) -> None:
    with pytest.raises(NotForRole):
        rules.require_writer(person(role=role))
    with pytest.raises(NotForRole):
        rules.require_manager(person(role=role), notice())


def test_a_leader_writes_to_the_own_part_of_the_tree() -> None:
    rules.require_reach(head(), team())
    with pytest.raises(NotYours):
        rules.require_reach(head(), station(id_=8))


def test_the_author_and_the_office_manage_a_notice_and_nobody_else() -> None:
    assert rules.may_manage(head(), notice())
    assert rules.may_manage(office(), notice())
    other = replace(head(), id=99)
    with pytest.raises(NotYours):
        rules.require_manager(other, notice())
    elsewhere = replace(office(), unit=Unit(50, UnitKind.TOLL_OFFICE, "别所", 1, "1.50."))
    assert not rules.may_manage(elsewhere, notice())


def test_nobody_agrees_to_what_they_wrote() -> None:
    mine = notice(author=replace(author(), id=office().id, unit=office().unit))
    with pytest.raises(NotAlone):
        rules.require_second(office(), mine)
    rules.require_second(replace(office(), id=4), mine)


def test_a_correction_is_agreed_to_by_somebody_who_did_not_write_it() -> None:
    corrected = notice(correction=Correction("新", office().id, True))
    with pytest.raises(NotAlone):
        rules.require_second(office(), corrected)
    rules.require_second(replace(office(), id=4), corrected)


def test_only_the_office_of_the_own_part_agrees() -> None:
    with pytest.raises(NotForRole):
        rules.require_second(head(), notice())
    with pytest.raises(NotYours):
        rules.require_second(replace(office(), unit=Unit(50, UnitKind.TOLL_OFFICE, "别所", 1, "1.50.")), notice())


@pytest.mark.parametrize(("urgent", "count", "needed"), [(False, 100, False), (False, 101, True), (True, 1, True)])
def test_many_or_urgent_needs_a_second_person(urgent: bool, count: int, needed: bool) -> None:
    assert rules.needs_second(urgent, count) is needed


def test_stations_and_the_office_ask_for_confirmation_a_team_does_not() -> None:
    assert rules.confirm_by_default(head())
    assert rules.confirm_by_default(office())
    assert not rules.confirm_by_default(person(role=Role.TEAM_LEADER))


# whom it goes to -------------------------------------------------------------------------------------------------


def staff() -> tuple[Person, ...]:
    leader = person(id_=8, role=Role.TEAM_LEADER)
    return head(), leader, person(id_=9), person(id_=10, batch=2), person(id_=11, role=Role.BUREAU)


def ids(people: tuple[Person, ...]) -> list[int]:
    return [one.id for one in people]


def test_everybody_but_the_author_and_the_bureau_is_meant() -> None:
    assert ids(rules.receivers(staff(), Audience(4), head().id)) == [8, 9, 10]


def test_role_batch_and_not_yet_confirmed_narrow_it() -> None:
    assert ids(rules.receivers(staff(), Audience(4, Role.COLLECTOR), head().id)) == [9, 10]
    assert ids(rules.receivers(staff(), Audience(4, batch=2), head().id)) == [10]
    assert ids(rules.receivers(staff(), Audience(4), head().id, frozenset({9, 55}))) == [9]


def test_the_team_leader_tells_the_team_and_the_head_tells_who_has_no_leader() -> None:
    boss, leader, collector, *_ = staff()
    alone = person(id_=20, unit=Unit(10, UnitKind.TEAM, "二班", 4, "1.2.4.10."))
    told = rules.cascade([collector, alone, leader, boss], staff())
    assert told == {leader.id: (collector.id,), boss.id: (alone.id, leader.id)}


def test_one_tells_the_own_people_and_never_oneself() -> None:
    boss, leader, collector, *_ = staff()
    assert rules.may_tell(leader, collector)
    assert not rules.may_tell(leader, leader)
    assert not rules.may_tell(leader, boss)
    assert not rules.may_tell(collector, leader)


# when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "reminded"),
    [
        ((2026, 11, 24, 10, 0), date(2026, 11, 25)),
        ((2026, 11, 24, 20, 0), date(2026, 11, 26)),
        ((2026, 11, 27, 10, 0), date(2026, 11, 30)),
    ],
)
def test_the_unread_are_reminded_at_ten_of_the_next_working_day(sent: tuple[int, ...], reminded: date) -> None:
    moment = rules.remind_at(datetime(*sent, tzinfo=TZ), Calendar({}))  # type: ignore[arg-type, misc]
    assert (moment.date(), moment.hour, moment.tzinfo) == (reminded, 10, TZ)


def test_arrival_says_who_comes_first_last_and_later() -> None:
    shown = rules.arrival(100, {1: 50, 2: 100, 3: 300})
    assert (shown.first, shown.last, shown.later, shown.held) == (100, 300, 1, False)
    assert rules.arrival(100, {1: 200}).held
    assert rules.arrival(100, {}).first == 100


# states and figures ----------------------------------------------------------------------------------------------


def test_who_left_leads_nobody_or_leads_others_sends_nothing_in_their_name() -> None:
    assert rules.barred(None, station()) is Barred.LEFT
    assert rules.barred(person(role=Role.COLLECTOR, unit=station()), team()) is Barred.ROLE
    assert rules.barred(head(), station(id_=8)) is Barred.SCOPE
    assert rules.barred(head(), team()) is None


def test_nothing_leads_out_of_a_recall_and_only_what_is_out_is_recalled() -> None:
    assert rules.sources(State.RECALLED) == {State.SENDING, State.SENT, State.CANCELLED}
    assert State.RECALLED not in {source for state in State for source in rules.sources(state)}


@pytest.mark.parametrize(
    ("state", "cause", "confirmed", "end"),
    [
        (Sending.PENDING, None, False, Fate.QUEUED),
        (Sending.LEASED, None, False, Fate.QUEUED),
        (Sending.SENT, None, False, Fate.DELIVERED),
        (Sending.MERGED, None, False, Fate.DELIVERED),
        (Sending.FAILED, "network", False, Fate.FAILED),
        (Sending.FAILED, "not_joined", False, Fate.NOT_JOINED),
        (Sending.UNKNOWN, None, False, Fate.FAILED),
        (Sending.BLOCKED, None, False, Fate.BLOCKED),
        (Sending.CANCELLED, "cancelled", False, Fate.CANCELLED),
        (Sending.CANCELLED, "moot", True, Fate.DELIVERED),
    ],
)
def test_every_state_of_the_outbox_is_a_fate(state: Sending, cause: str | None, confirmed: bool, end: Fate) -> None:
    assert rules.fate(state, cause, confirmed=confirmed) is end


def cell(fate: Fate, count: int = 1, cause: str | None = None, **fields: bool) -> Cell:
    flags = {"confirmed": False, "confirmed_before": False, "told": False} | fields
    return Cell(team(), station(), fate, cause, count=count, **flags)


def test_delivered_failed_confirmed_and_told_are_figures_of_their_own() -> None:
    found = rules.figures(
        [
            cell(Fate.DELIVERED, 5),
            cell(Fate.DELIVERED, 3, confirmed=True),
            cell(Fate.DELIVERED, 2, told=True),
            cell(Fate.DELIVERED, 1, told=True, confirmed=True),
            cell(Fate.DELIVERED, 1, confirmed_before=True),
            cell(Fate.FAILED, 2, "network"),
            cell(Fate.FAILED, 1),
            cell(Fate.NOT_JOINED, 4),
            cell(Fate.BLOCKED, 1),
            cell(Fate.QUEUED, 7),
        ]
    )
    assert (found.total, found.of(Fate.DELIVERED), found.confirmed, found.told, found.open) == (27, 12, 4, 2, 6)
    assert found.causes == {"network": 2, "unknown": 1}
    assert (found.confirmed_before, found.to_retry, found.undelivered) == (1, 7, 8)


def test_the_office_reads_stations_and_a_head_reads_teams() -> None:
    cells = [cell(Fate.DELIVERED, 2), replace(cell(Fate.DELIVERED), unit=station(), group=station())]
    assert [unit.id for unit, _ in rules.breakdown(cells, office())] == [4]
    assert [(unit.id, part.total) for unit, part in rules.breakdown(cells, head())] == [(4, 1), (9, 2)]


def test_two_reminders_then_the_leaders_once() -> None:
    open_ = Figures(9, {Fate.DELIVERED: 9}, open=4)
    assert Card(notice(), open_).next_nudge == 1
    assert Card(notice(nudges=1), open_).next_nudge == 2
    after = Card(notice(nudges=2), open_)
    assert (after.next_nudge, after.to_cascade) == (None, True)
    assert not Card(notice(nudges=2, cascaded_at=NOW), open_).to_cascade


def test_nobody_is_reminded_when_all_confirmed_or_none_was_asked() -> None:
    assert Card(notice(), Figures(9)).next_nudge is None
    assert Card(notice(needs_confirm=False), Figures(9, open=4)).next_nudge is None
    assert Card(notice(state=State.RECALLED), Figures(9, open=4)).next_nudge is None


def test_a_cards_mark_changes_with_what_it_shows_and_with_nothing_else() -> None:
    card = Card(notice(), Figures(9, {Fate.DELIVERED: 3}))
    assert card.mark == Card(notice(pulse=88, changed_at=5), Figures(9, {Fate.DELIVERED: 3})).mark
    assert card.mark != Card(notice(), Figures(9, {Fate.DELIVERED: 4})).mark


# screens ---------------------------------------------------------------------------------------------------------


def test_every_screen_function_is_among_the_samples() -> None:
    shown = {name.split()[0] for name in screens(Texts.of(Locale.ZH_CN), "", 3)}
    functions = {
        f"notices.{name}"
        for module in (approving, following, receiving, writing)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation is Screen
    }
    assert functions <= shown
    assert len(functions) > 20


def test_a_recalled_notice_shows_no_text_and_no_button() -> None:
    t = Texts.of(Locale.ZH_CN)
    gone = rules.Received(notice(text="秘密", state=State.RECALLED), None)
    for screen in (views.received(t, gone, TZ), views.nudge(t, gone, TZ), views.opened(t, person(), gone, TZ)):
        assert "秘密" not in screen.text
        assert not [b for row in screen.rows for b in row if "got" in (b.data or "")]


def test_the_button_of_a_confirmed_notice_is_gone() -> None:
    t = Texts.of(Locale.ZH_CN)
    waiting = rules.Received(notice(), None)
    assert [b.text for row in views.received(t, waiting, TZ).rows for b in row] == ["收到"]
    confirmed = views.received(t, replace(waiting, confirmed_at=NOW), TZ)
    assert confirmed.rows == ()
    assert "已收到 ✓" in confirmed.text
