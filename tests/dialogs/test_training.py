"""Dialogs of training and the roster."""

from content.tables import roster_template
from tests.dialogs.conftest import Scene


async def test_the_next_session_is_on_the_first_screen_and_one_tap_away(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/home")
    await phone.shows("培训")
    await phone.taps("培训")
    card = next(d for d in phone.buttons().values() if d.startswith("training:card"))
    await phone.presses(card)
    await phone.shows("地点")


async def test_a_session_goes_into_the_calendar(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/training")
    await phone.presses(next(d for d in phone.buttons().values() if d.startswith("training:card")))
    await phone.taps("日历")
    name = phone.last()["document"]["file_name"]  # type: ignore[index]
    assert name.endswith(".ics")


async def test_a_session_of_the_other_batch_is_refused(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/training")
    said = [await phone.presses(f"training:card:{number}") for number in range(1, 9)]
    assert sum("不" in line for line in said) == 4


async def test_a_roster_with_faults_lists_every_one_and_imports_nothing(running: Scene) -> None:
    phone = await running.joined("office")
    csv = "工号,姓名,角色,站点,班组,期\n,无号,收费员,城东收费站,一班,1\n9001,王五,厨师,城东收费站,一班,9\n"
    await phone.sends("花名册.csv", csv.encode())
    text = phone.text()
    assert "第 2 行" in text
    assert text.count("第 3 行") == 2


async def test_the_template_comes_from_the_bot(running: Scene) -> None:
    phone = await running.joined("office")
    await phone.types("/people")
    await phone.taps("模板")
    assert phone.last()["document"]["file_name"].endswith(".xlsx")  # type: ignore[index]
    assert roster_template()[:2] == b"PK"


async def test_a_collector_cannot_send_a_roster(running: Scene) -> None:
    phone = await running.joined()
    await phone.sends("花名册.xlsx", roster_template())
    await phone.shows("按钮")
