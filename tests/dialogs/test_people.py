"""Dialogs of joining, one's own record and the office's people."""

from tests.dialogs.conftest import Scene
from tests.dialogs.phone import Phone


async def test_a_collector_joins_in_two_taps_and_gets_the_own_menu(running: Scene) -> None:
    phone = running.stranger()
    await phone.start(running.tokens[running.roles["collector"][0]])
    await phone.shows("您是")
    await phone.taps("是我")
    await phone.shows("欢迎")
    commands = running.world.commands.seen_by(phone.account, "zh-hans")
    assert [c["command"] for c in commands] == [
        "home",
        "training",
        "practice",
        "plan",
        "notice",
        "deed",
        "score",
        "help",
    ]


async def test_a_stranger_learns_one_sentence_whatever_they_do(running: Scene) -> None:
    phone = running.stranger()
    await phone.start()
    said = await phone.shows("邀请")
    for act in ("/home", "/practice", "/people", "/nonsense", "你好"):
        await phone.types(act)
        assert phone.text() == said
    await phone.start("wrong-token")
    refused = phone.text()
    assert refused != said
    await phone.presses("practice:menu")
    assert phone.text() == said


async def test_a_used_invitation_says_the_same_as_a_wrong_one(running: Scene) -> None:
    token = running.tokens[running.roles["collector"][0]]
    await running.joined("collector", 0)
    phone, other = running.stranger(), running.stranger()
    await phone.start(token)
    await other.start("never-issued")
    assert phone.text() == other.text()


async def test_a_forged_join_is_refused(running: Scene) -> None:
    thief, owner = running.stranger(), running.stranger()
    await owner.start(running.tokens[running.roles["collector"][0]])
    await owner.shows("您是")
    await thief.start()
    said = await thief.presses(owner.button("是我"))
    assert said
    await thief.types("/home")
    await thief.shows("邀请")


async def test_each_role_has_exactly_its_own_menu(running: Scene) -> None:
    staff = ["home", "training", "practice", "plan", "notice", "deed", "score", "help"]
    wanted = {
        "collector": staff,
        "team_leader": staff,
        "station_head": staff,
        "office": staff,
        "bureau": ["home", "training", "plan", "deed", "score", "people", "help"],
    }
    for role, commands in wanted.items():
        phone = await running.joined(role)
        assert sorted(c["command"] for c in running.world.commands.seen_by(phone.account, "zh-hans")) == sorted(
            commands
        )


async def test_a_collector_cannot_open_people_by_command_or_forged_press(running: Scene) -> None:
    phone = await running.joined("collector")
    await phone.types("/people")
    await phone.shows("没有这项功能")
    for forged in ("people:units:1", "people:card:5", "people:invite:5", "people:leaving:5", "people:sheets:1"):
        assert await phone.presses(forged)


async def test_an_unknown_command_gets_the_help_of_the_role(running: Scene) -> None:
    phone = await running.joined("collector")
    await phone.types("/help")
    helped = phone.text()
    await phone.types("/bogus")
    assert phone.text() == helped
    assert "/people" not in helped


async def test_text_where_a_button_is_awaited_gets_a_hint(running: Scene) -> None:
    phone = await running.joined("collector")
    await phone.types("什么时候培训？")
    await phone.shows("按钮")


async def test_the_language_changes_with_two_taps(running: Scene) -> None:
    phone = await running.joined("collector")
    await phone.types("/me")
    await phone.taps("语言")
    await phone.taps("English")
    await phone.shows("Staff no")
    assert any("Training" in str(c["description"]) for c in running.world.commands.seen_by(phone.account, "zh-hans"))


async def test_a_person_can_take_their_data_and_give_up_the_phone(running: Scene) -> None:
    phone = await running.joined("collector")
    await phone.types("/me")
    me = phone.last()["message_id"]
    data = phone.button("解除绑定")
    await phone.taps("导出")
    assert phone.last()["document"]
    await phone.presses(data, me)  # type: ignore[arg-type]
    await phone.presses("people:unbound:yes", me)  # type: ignore[arg-type]
    await phone.types("/home")
    await phone.shows("邀请")


async def test_the_office_invites_a_lost_phone_again_and_the_old_one_ends(running: Scene) -> None:
    old, office = await running.joined("collector", 0), await running.joined("office")
    await office.types("/people")
    person = await _person(office, running.roles["collector"][0])
    await office.presses(f"people:invite:{person}")
    assert office.last()["photo"]
    link = office.text().split("start=")[1][:32]
    new = running.stranger()
    await new.start(link)
    await new.taps("是我")
    await new.shows("欢迎")
    await old.types("/home")
    await old.shows("邀请")


async def _person(office: Phone, staff_no: str) -> int:
    """The id behind a staff number, read from the cards as the office would."""
    for number in range(1, 60):
        await office.presses(f"people:card:{number}")
        if staff_no in office.text():
            return number
    raise AssertionError(staff_no)
