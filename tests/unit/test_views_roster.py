"""The dry run of a roster on the screen."""

from dataclasses import replace

from domain.people import Locale
from domain.roster import Column, FieldChange, RosterDiff, RowFault
from tests.unit.test_views_samples import roster_diff
from views import roster
from views.screen import Screen
from views.texts import Texts

ZH = Texts.of(Locale.ZH_CN)


def data(screen: Screen) -> list[str | None]:
    return [button.data for row in screen.rows for button in row]


def test_every_fault_is_listed_with_its_row() -> None:
    faults = [RowFault(3, "roster.fault.no_name"), RowFault(7, "roster.fault.role_unknown", {"role": "经理"})]
    screen = roster.faults(ZH, "名册.xlsx", faults)
    assert "第 3 行：姓名为空" in screen.text
    assert "第 7 行：" in screen.text
    assert "经理" in screen.text
    assert screen.file is None


def test_more_faults_than_a_message_holds_are_all_in_a_file() -> None:
    faults = [RowFault(n, "roster.fault.role_unknown", {"role": f"a<{n}"}) for n in range(2, 500)]
    screen = roster.faults(ZH, "名册.xlsx", faults)
    assert screen.file is not None
    assert screen.file.name == "错误清单.txt"
    lines = screen.file.body.decode("utf-8-sig").splitlines()
    assert len(lines) == len(faults)
    assert "a<499" in lines[-1]
    assert len(screen.text) <= 1024


def test_who_is_not_listed_may_stay_or_leave() -> None:
    assert data(roster.preview(ZH, 31, roster_diff())) == [
        "roster:confirm:31:keep",
        "roster:confirm:31:leaving",
        "roster:drop:31",
        "home:show",
    ]


def test_one_confirmation_is_enough_when_nobody_leaves() -> None:
    screen = roster.preview(ZH, 31, replace(roster_diff(), leaving=()))
    assert data(screen) == ["roster:confirm:31:keep", "roster:drop:31", "home:show"]


def test_a_roster_without_news_has_nothing_to_confirm() -> None:
    screen = roster.preview(ZH, None, RosterDiff((), (), (), 8, ()))
    assert "8 人" in screen.text
    assert not any((text or "").startswith("roster:") for text in data(screen))


def test_changes_are_told_in_words() -> None:
    fields = (
        FieldChange(Column.ROLE, "collector", "team_leader"),
        FieldChange(Column.BATCH, "", "2"),
        FieldChange(Column.NAME, "张山", "张三"),
    )
    diff = roster_diff(count=1)
    change = replace(diff.changed[0], fields=fields)
    text = roster.preview(ZH, 31, replace(diff, changed=(change,))).text
    assert "角色：收费员 → 班长；期：空 → 第二期；姓名：张山 → 张三" in text


def test_a_long_list_ends_with_how_many_are_left_out() -> None:
    screen = roster.preview(ZH, 31, roster_diff(count=500))
    assert "……另有" in screen.text
    assert len(screen.text) <= 4096
