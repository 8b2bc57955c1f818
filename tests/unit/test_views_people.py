"""Who is shown what about people."""

import struct

from domain.clock import DAY
from domain.people import IssuedInvitation, Locale, Role, UnitCount, UnitKind
from tests.unit.test_views_samples import NOW, TZ, USERNAME, office, person, station, toll_office, unit
from views import people
from views.screen import Screen
from views.texts import Texts

ZH = Texts.of(Locale.ZH_CN)


def data(screen: Screen) -> list[str | None]:
    return [button.data for row in screen.rows for button in row]


def test_a_stranger_gets_one_sentence_and_no_button() -> None:
    screen = people.stranger(ZH)
    assert screen.text.count("。") == 1
    assert screen.rows == ()


def test_joining_asks_by_station_team_and_name() -> None:
    screen = people.ask_join(ZH, person(), 44)
    assert screen.text == "您是 <b>城东收费站一班 张三</b>？"
    assert data(screen) == ["people:join:44", "people:decline:44"]


def test_a_head_is_placed_at_the_station_once() -> None:
    head = person(role=Role.STATION_HEAD, unit=station(), station="城东收费站")
    assert people.place(head) == "城东收费站"
    english = person(station="East Gate", unit=unit(name="Team 1"))
    assert people.place(english) == "East Gate Team 1"


def test_the_office_opens_cards_and_leaders_read_names() -> None:
    group = (person(10, joined=True), person(11, name="李四"))
    of_office = people.team(ZH, office(), unit(), group)
    of_leader = people.team(ZH, person(role=Role.TEAM_LEADER), unit(), group)
    assert {"people:card:10", "people:card:11"} <= set(data(of_office))
    assert data(of_leader) == ["home:show"]
    assert "✓ 张三" in of_leader.text
    assert "○ 李四" in of_leader.text


def test_the_bureau_reads_counts_and_no_names() -> None:
    bureau = person(3, Role.BUREAU, unit=unit(1, UnitKind.BUREAU, "局", "1."), station=None)
    screen = people.team(ZH, bureau, unit(), tuple(person(n) for n in range(6)))
    assert "张三" not in screen.text
    assert "一班：6 人，已加入 0 人" in screen.text
    small = people.units(ZH, bureau, unit(), (UnitCount(unit(), 4, 1),))
    assert "已加入" not in small.text


def test_a_unit_leads_to_its_children_and_back_within_ones_own_part() -> None:
    counts = (UnitCount(toll_office(), 40, 12), UnitCount(station(), 20, 6))
    top = people.units(ZH, office(), toll_office(), counts)
    office_doors = ["roster:help", "roster:template", "reminders:teams", "reminders:calendar"]
    assert data(top) == ["people:units:4", *office_doors, "home:show"]
    below = people.units(ZH, office(), station(), counts[1:])
    assert data(below) == ["people:sheet:4", "people:units:2", "home:show"]
    head = person(role=Role.STATION_HEAD, unit=station())
    assert data(people.units(ZH, head, station(), counts[1:])) == ["reminders:teams", "home:show"]


def test_people_of_the_unit_itself_are_listed_where_given() -> None:
    head = person(10, Role.STATION_HEAD, "王站", unit=station())
    screen = people.units(ZH, office(), station(), (), (head,))
    assert "○ 王站 · 站长" in screen.text
    assert "people:card:10" in data(screen)


def test_the_card_offers_invitation_and_leaving() -> None:
    assert data(people.card(ZH, person(10), bound=False))[:2] == ["people:invite:10", "people:leave:10"]
    assert data(people.leave_confirm(ZH, person(10)))[:2] == ["people:leaving:10", "people:card:10"]


def test_an_invitation_is_a_link_and_a_picture_large_enough_to_scan() -> None:
    issued = IssuedInvitation(person(), "T" * 32, NOW + 3 * DAY)
    screen = people.invitation(ZH, issued, USERNAME, TZ)
    assert issued.link(USERNAME) in screen.text
    assert "11月27日（周五）10:00" in screen.text
    assert screen.photo is not None
    assert screen.photo.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", screen.photo[16:24])
    assert width == height >= 300


def test_the_sheet_is_a_pdf_of_eight_cards_a_page() -> None:
    issued = tuple(IssuedInvitation(person(n), "T" * 32, NOW + 3 * DAY) for n in range(9))
    screen = people.sheet(ZH, station(), issued, USERNAME, TZ)
    assert screen.file is not None
    assert screen.file.name == "邀请单-城东收费站.pdf"
    assert screen.file.body.startswith(b"%PDF")
    assert b"/Count 2" in screen.file.body
    assert b"STSong-Light" in screen.file.body


def test_a_sheet_for_nobody_says_so() -> None:
    for screen in (people.sheet(ZH, station(), (), USERNAME, TZ), people.sheet_confirm(ZH, station(), ())):
        assert screen.file is None
        assert "都已加入" in screen.text


def test_making_a_sheet_says_what_it_ends() -> None:
    screen = people.sheet_confirm(ZH, station(), (person(1), person(2)))
    assert "2 人" in screen.text
    assert "失效" in screen.text
    assert data(screen)[0] == "people:sheets:4"


def test_ones_own_record_and_its_file() -> None:
    screen = people.me(ZH, person(batch=None), 120, 30)
    assert "未分期" in screen.text
    assert "已答 120 题" in screen.text
    assert "练习" not in people.me(ZH, person(role=Role.BUREAU), 0, 0).text
    exported = people.export_file(ZH, person(7), b"{}")
    assert exported.file is not None
    assert exported.file.name == "tollmate-1007.json"


def test_each_language_is_offered_under_its_own_name_in_every_language() -> None:
    for locale in Locale:
        buttons = [row[0] for row in people.languages(Texts.of(locale)).rows[:3]]
        assert [button.text for button in buttons] == ["简体中文", "繁體中文", "English"]
        assert [button.data for button in buttons] == [f"people:locale:{code}" for code in ("zh_CN", "zh_TW", "en")]
