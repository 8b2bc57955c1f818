"""Groups and quizzes: who binds a group, the daily question once a day, totals for the leader, nothing personal."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot import clockwork
from domain.clock import HOUR, local, now
from sandbox.records import Group, Json
from services.practice import class_quizzes
from storage.database import Connection, Database
from storage.practice import quizzes as store
from tests.conftest import TZ
from tests.dialogs.conftest import QUICK, Scene
from tests.dialogs.phone import Phone


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class quiz goes on at once."""
    monkeypatch.setattr(clockwork, "CLASSES", 0.1)
    monkeypatch.setattr(class_quizzes, "CARD_EVERY", 200)


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The bot without quiet hours."""
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


def said(scene: Scene, group: Group) -> list[Json]:
    """The bot's messages in a group."""
    messages = (m for m in group.messages.values() if m["from"]["id"] == scene.world.bot_id)  # type: ignore[index]
    return [m for m in messages if not m.keys() & {"new_chat_members", "left_chat_member"}]


def texts(scene: Scene, group: Group) -> list[str]:
    return [str(m.get("text") or "") for m in said(scene, group)]


def polls(scene: Scene, group: Group) -> list[Json]:
    return [m for m in said(scene, group) if "poll" in m]


async def hears(scene: Scene, group: Group, part: str) -> Json:
    """Wait until the newest of the bot's messages in a group contains a part."""
    await scene.world.wait_for(lambda _: bool(said(scene, group)) and part in texts(scene, group)[-1])
    return said(scene, group)[-1]


async def presses(scene: Scene, phone: Phone, group: Group, message: Json, data: str | None = None) -> str:
    """Press the first button under a message of a group, or one with this data; what the answer said."""
    markup = message.get("reply_markup") or {"inline_keyboard": [[{}]]}
    pressed = data or markup["inline_keyboard"][0][0]["callback_data"]  # type: ignore[index]
    press = scene.world.press(phone.account, message["message_id"], pressed, chat=group.id)  # type: ignore[arg-type]
    answer = await scene.world.wait_for(lambda _: phone._event(press, "callback_answer"))
    return str(answer.get("text") or "")


async def bound(
    scene: Scene, leader: Phone, *members: Phone, title: str = "城东值班群", kind: str = "supergroup"
) -> Group:
    """A group that its leader has bound to the own unit."""
    group = scene.world.add_group(title, [leader.account, *(one.account for one in members)], kind=kind)
    scene.world.set_bot(group.id, "member", by=leader.account)
    offer = await hears(scene, group, "绑定")
    assert await presses(scene, leader, group, offer) == ""
    await hears(scene, group, "本群已绑定")
    return group


async def due_now(scene: Scene, *groups: Group) -> None:
    """The daily question of these groups was due five minutes ago. While no bot runs."""
    db = await Database.open(scene.data_dir)
    at = (local(now(), TZ) - timedelta(minutes=5)).time()

    async def unit(tx: Connection) -> None:
        for group in groups:
            found = await store.group_in(tx, group.id)
            assert found is not None
            await store.set_daily(tx, found.id, at, now() - HOUR)

    await db.write(unit)
    await db.close()


async def sees(leader: Phone, part: str) -> None:
    """The leader opens the group's screen until votes that were cast have been taken in."""
    for _ in range(50):
        await leader.types("/practice")
        await leader.taps("小组每日一题")
        await leader.taps("城东值班群")
        if part in leader.text():
            return
    raise AssertionError(leader.text())


async def stored(scene: Scene, group: Group) -> store.Group | None:
    """The binding of a group. While no bot runs."""
    db = await Database.open(scene.data_dir)
    found = await db.read(lambda tx: store.group_in(tx, group.id))
    await db.close()
    return found


# binding ---------------------------------------------------------------------------------------------------------


async def test_the_head_who_adds_the_bot_binds_the_group_and_nobody_else_can(running: Scene) -> None:
    head, other = await running.joined("station_head"), await running.joined("station_head", 1)
    collector, stranger = await running.joined("collector"), running.stranger()
    everybody = [head.account, other.account, collector.account, stranger.account]
    group = running.world.add_group("城东值班群", everybody)
    assert [one["command"] for one in running.world.commands_for(head.account, group)] == ["quiz"]
    running.world.set_bot(group.id, "member", by=head.account)
    offer = await hears(running, group, "绑定")
    for who in (other, collector, stranger):
        assert "加进群" in await presses(running, who, group, offer)
    assert "绑定到" in str(offer["reply_markup"])
    assert await presses(running, head, group, offer) == ""
    await hears(running, group, "本群已绑定到")
    await head.types("/practice")
    await head.taps("小组每日一题")
    await head.shows("城东值班群", "没有开启")
    await other.types("/practice")
    assert "小组每日一题" not in other.buttons()


async def test_the_office_chooses_the_unit(running: Scene) -> None:
    office = await running.joined("office")
    group = running.world.add_group("全所群", [office.account])
    running.world.set_bot(group.id, "member")
    offer = await hears(running, group, "绑定")
    rows = offer["reply_markup"]["inline_keyboard"]  # type: ignore[index]
    assert len(rows) > 2
    await presses(running, office, group, offer, rows[1][0]["callback_data"])
    assert rows[1][0]["text"].removeprefix("绑定到 ") in (await hears(running, group, "本群已绑定"))["text"]


async def test_a_stranger_and_a_collector_who_add_the_bot_are_told_whom_to_ask(scene: Scene) -> None:
    async with scene.bot():
        stranger, collector = scene.stranger(), await scene.joined("collector")
        strange = scene.world.add_group("闲聊", [stranger.account])
        scene.world.set_bot(strange.id, "member")
        assert "站长" in (await hears(scene, strange, "站长"))["text"]
        own = scene.world.add_group("同事", [collector.account])
        scene.world.set_bot(own.id, "member")
        assert "reply_markup" not in await hears(scene, own, "站长")
    assert [await stored(scene, one) for one in (strange, own)] == [None, None]


async def test_an_upgraded_group_keeps_its_binding(scene: Scene) -> None:
    scene.extra |= QUICK
    async with scene.bot():
        head = await scene.joined("station_head")
        group = await bound(scene, head, kind="group")
        new = scene.world.upgrade_group(group.id)
        scene.world.send(head.account, "/practice", chat=new.id)
        await hears(scene, new, "请私聊我")
    assert await stored(scene, group) is None
    assert await stored(scene, new) is not None
    await due_now(scene, new)
    async with scene.bot():
        await scene.world.wait_for(lambda _: polls(scene, new))


async def test_a_bot_that_is_removed_has_no_group_any_more(scene: Scene) -> None:
    async with scene.bot():
        head = await scene.joined("station_head")
        group = await bound(scene, head)
        scene.world.set_bot(group.id, "kicked", by=head.account)
        await head.types("/home")
        await head.types("/practice")
        await scene.world.wait_for(lambda w: not w.updates.pending)
    assert await stored(scene, group) is None
    async with scene.bot():
        await head.types("/practice")
        assert "小组每日一题" not in head.buttons()


async def test_a_bot_that_is_promoted_added_where_it_may_not_speak_or_put_back_says_nothing_new(
    running: Scene,
) -> None:
    head = await running.joined("station_head")
    group = await bound(running, head)
    running.world.set_bot(group.id, "administrator", by=head.account)
    mute = running.world.add_group("禁言群", [head.account])
    running.world.permit(mute.id, can_send_messages=False)
    running.world.set_bot(mute.id, "member", by=head.account)
    later = running.world.add_group("第三群", [head.account])
    running.world.set_bot(later.id, "member", by=head.account)
    await hears(running, later, "绑定")
    await head.types("/help")
    assert (len(said(running, group)), said(running, mute)) == (1, [])


# what a group must not show --------------------------------------------------------------------------------------


async def test_a_group_never_shows_what_is_personal(running: Scene) -> None:
    head, collector = await running.joined("station_head"), await running.joined("collector")
    group = await bound(running, head, collector)
    offer = said(running, group)[-1]
    before = dict(offer)
    for data in ("home:show", "people:me", "people:units:0", "practice:menu", "quiz:groups", "notice:list", "nothing"):
        assert await presses(running, head, group, offer, data)
    assert group.messages[offer["message_id"]] == before  # type: ignore[index]
    for command in ("/home", "/me", "/people", "/training", "/practice@tollmate_bot", "/start"):
        count = len(said(running, group))
        running.world.send(head.account, command, chat=group.id)
        await running.world.wait_for(lambda _, n=count: len(said(running, group)) > n)  # type: ignore[misc]
        assert texts(running, group)[-1] == "请私聊我。"
        assert len(said(running, group)) == count + 1


async def test_in_an_unbound_group_and_to_other_bots_commands_the_bot_is_silent(running: Scene) -> None:
    head = await running.joined("station_head")
    bound_group = await bound(running, head)
    loose = running.world.add_group("未绑定", [head.account])
    running.world.set_bot(loose.id, "administrator")
    await hears(running, loose, "绑定")
    running.world.send(head.account, "/home", chat=loose.id)
    running.world.send(head.account, "大家好", chat=loose.id)
    for command in ("/weather", "/home@other_bot"):
        running.world.send(head.account, command, chat=bound_group.id)
    running.world.send(head.account, "/help", chat=bound_group.id)
    await hears(running, bound_group, "请私聊我")
    assert len(said(running, bound_group)) == 2
    await head.types("/help")
    assert len(said(running, loose)) == 1


# the daily question ----------------------------------------------------------------------------------------------


async def test_the_daily_question_comes_once_across_a_restart_and_its_totals_reach_the_leader(scene: Scene) -> None:
    scene.extra |= QUICK
    async with scene.bot():
        head = await scene.joined("station_head")
        voters = [scene.stranger() for _ in range(6)]
        group = await bound(scene, head, *voters)
        later = await bound(scene, head, title="第二群")
    await due_now(scene, group)
    async with scene.bot():
        await scene.world.wait_for(lambda _: polls(scene, group))
    await due_now(scene, group, later)
    async with scene.bot():
        await scene.world.wait_for(lambda _: polls(scene, later))  # it comes after the first group's in every tick
        (message,) = polls(scene, group)
        poll = message["poll"]
        assert poll["is_anonymous"] is True  # type: ignore[index]
        assert poll["type"] == "quiz"  # type: ignore[index]
        key = poll["correct_option_ids"]  # type: ignore[index]
        wrong = next(n for n in range(9) if n not in key)
        number = message["message_id"]
        for n, voter in enumerate(voters):
            choice = key if n < 3 else [wrong]
            scene.world.vote(voter.account, number, choice, chat=group.id)  # type: ignore[arg-type]
        await sees(head, "6 人已答")
        assert not any(str(one.account) in head.text() or "路人" in head.text() for one in voters)


async def test_a_group_that_forbids_polls_is_told_to_the_leader(scene: Scene) -> None:
    scene.extra |= QUICK
    async with scene.bot():
        head = await scene.joined("station_head")
        group = await bound(scene, head)
        later = await bound(scene, head, title="第二群")
    scene.world.permit(group.id, can_send_polls=False)
    await due_now(scene, group, later)
    async with scene.bot():
        await scene.world.wait_for(lambda _: polls(scene, later))
        await head.types("/practice")
        await head.taps("小组每日一题")
        await head.taps("城东值班群")
        await head.shows("没有发出", "不允许我发投票")


async def test_the_leader_sets_the_time_and_switches_it_off(running: Scene) -> None:
    head, leader = await running.joined("station_head"), await running.joined("team_leader")
    await bound(running, head)
    await head.types("/practice")
    await head.taps("小组每日一题")
    forged = head.button("08:00")
    await head.taps("12:00")
    await head.shows("每天 12:00")
    assert "● 12:00" in head.buttons()
    await head.taps("20:00")
    await head.shows("每天 20:00")
    await head.taps("关闭每日一题")
    await head.shows("没有开启")
    assert await leader.presses(forged)
    for odd in ("2561", "8"):
        assert await leader.presses(forged.replace("0800", odd))
    await head.types("/practice")
    await head.taps("小组每日一题")
    await head.shows("没有开启")


# 课堂小测 ----------------------------------------------------------------------------------------------------------


async def test_a_class_quiz_is_begun_in_the_group_and_led_from_the_private_chat(running: Scene) -> None:
    head, voters = await running.joined("station_head"), [running.stranger() for _ in range(6)]
    group = await bound(running, head, *voters)
    running.world.send(head.account, "/quiz", chat=group.id)
    await hears(running, group, "已发到您的私聊")
    await head.shows("课堂小测", "城东值班群")
    card = head.last()["message_id"]
    await head.taps("课堂小测")
    await head.taps("假币识别 · 3题")
    for number in range(1, 4):
        await running.world.wait_for(lambda _, n=number: len(polls(running, group)) == n, 15)  # type: ignore[misc]
        poll = polls(running, group)[-1]
        for voter in voters[: 3 + number]:
            right = poll["poll"]["correct_option_ids"]  # type: ignore[index]
            running.world.vote(voter.account, poll["message_id"], right, chat=group.id)  # type: ignore[arg-type]
        await running.world.wait_for(lambda _, n=number: f"{3 + n} 人已答" in head.text(), 15)  # type: ignore[misc]
        assert f"第 {number}/3 题" in head.text()
        await head.taps("下一题" if number < 3 else "结束并汇总")
    await running.world.wait_for(lambda _: "6 人作答，100% 答对" in head.text(), 15)
    assert "4 人作答，样本少" in head.text()
    assert "5 人作答，100% 答对" in head.text()
    assert head.last()["message_id"] == card
    assert all(one["poll"]["is_closed"] for one in polls(running, group))  # type: ignore[index]
    assert not any(word in text for text in (head.text(), *texts(running, group)) for word in ("路人", "覃国栋"))


async def test_quiz_in_a_group_is_for_those_who_lead_it(running: Scene) -> None:
    head, collector = await running.joined("station_head"), await running.joined("collector")
    stranger = running.stranger()
    group = await bound(running, head, collector, stranger)
    for who in (collector, stranger):
        count = len(said(running, group))
        running.world.send(who.account, "/quiz", chat=group.id)
        await running.world.wait_for(lambda _, n=count: len(said(running, group)) > n)  # type: ignore[misc]
        assert "负责本群的同事" in texts(running, group)[-1]
    running.world.block(head.account, True)
    running.world.send(head.account, "/quiz", chat=group.id)
    await hears(running, group, "请私聊我")
    await collector.types("/quiz")
    assert "小组每日一题" not in collector.text()


async def test_a_class_quiz_is_begun_from_the_card_of_a_session_that_is_held_now(scene: Scene) -> None:
    db = await Database.open(scene.data_dir)

    async def held_now(tx: Connection) -> None:
        await tx.run("UPDATE sessions SET starts_at = :at, ends_at = :end WHERE id = 1", at=now(), end=now() + HOUR)

    await db.write(held_now)
    await db.close()
    scene.extra |= QUICK
    async with scene.bot():
        head = await scene.joined("station_head")
        await head.types("/training")
        await head.presses("training:card:1")
        await head.taps("课堂小测")
        await head.shows("还没有可用的群")
        first = await bound(scene, head)
        await head.presses("quiz:session:1")
        await head.shows("城东值班群", "选内容")
        second = await bound(scene, head, title="第二群")
        await head.presses("quiz:session:1")
        await head.taps("第二群")
        await head.presses(next(data for data in head.buttons().values() if data.endswith(":5")))
        await scene.world.wait_for(lambda _: polls(scene, second), 15)
        await head.types("/quiz")  # in the private chat; the card is taken up again from the group's screen
        await head.taps("第二群")
        await head.taps("课堂小测")
        await head.shows("第 1/5 题")
        await head.taps("提前结束")
        await scene.world.wait_for(lambda _: "没有人作答" in head.text(), 15)
        assert polls(scene, first) == []
