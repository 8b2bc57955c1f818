"""Dialogs of notices: from one phone to the others, with every tap counted."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image

from sandbox.records import Upload
from tests.dialogs.conftest import QUICK, Scene
from tests.dialogs.phone import Phone


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The bot, without quiet hours and quick, so that what it says first comes at once."""
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


async def station(running: Scene) -> tuple[Phone, Phone, Phone]:
    """The head of the first station, a leader and a collector of its first team."""
    return await running.joined("station_head"), await running.joined("team_leader"), await running.joined("collector")


async def gets(phone: Phone, *parts: str) -> None:
    """Wait until some message of the phone contains every part; the sender comes by itself."""
    try:
        await phone.world.wait_for(lambda _: _message(phone, *parts), 25)
    except TimeoutError:
        raise AssertionError((parts, [_text(m) for m in phone.messages()])) from None


def _text(message: dict[str, object]) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _message(phone: Phone, *parts: str) -> dict[str, object] | None:
    return next((m for m in reversed(phone.messages()) if all(part in _text(m) for part in parts)), None)


async def presses(phone: Phone, button: str, *parts: str) -> str:
    """Press a button of the newest message that contains every part."""
    message = _message(phone, *parts)
    assert message is not None, (parts, [_text(m) for m in phone.messages()])
    rows = message["reply_markup"]["inline_keyboard"]  # type: ignore[index]
    found = [b["callback_data"] for row in rows for b in row if button in b["text"]]
    assert len(found) == 1, (button, rows)
    return await phone.presses(found[0], message["message_id"])  # type: ignore[arg-type]


async def writes(phone: Phone, text: str = "今晚十点停水") -> None:
    """/notice, [写通知], the message."""
    await phone.types("/notice")
    await phone.taps("写通知")
    await phone.types(text)


async def sends(phone: Phone, text: str = "今晚十点停水", whole: str = "全站") -> None:
    """A notice to the whole of the own unit."""
    await writes(phone, text)
    await phone.taps(whole)
    await phone.taps("发送（")
    await phone.shows("应收")


def png() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    return picture.getvalue()


# the counted ones ------------------------------------------------------------------------------------------------


async def test_a_notice_to_the_own_station_takes_four_taps_and_one_message(running: Scene) -> None:
    head, _, collector = await station(running)
    await head.types("/notice")  # 1
    await head.taps("写通知")  # 2
    await head.types("今晚十点<停水>")
    await head.shows("发给谁")
    await head.taps("全站（10人）")  # 3
    await head.shows("预览", "对象：东山收费站（10人）", "8 人还没有加入", "马上")
    await head.taps("发送（10人）")  # 4
    await gets(collector, "东山收费站 覃国栋", "今晚十点<停水>")
    await head.shows("应收 10 人", "已送达 2", "还没有加入 8", "已确认 0")


async def test_reading_and_confirming_is_one_tap_and_a_second_does_nothing(running: Scene) -> None:
    head, _, collector = await station(running)
    await sends(head)
    await gets(collector, "今晚十点停水")
    button = collector.button("收到")
    assert await collector.taps("收到") == "已收到 ✓"
    said = await collector.shows("已收到 ✓")
    assert collector.buttons() == {}
    await collector.presses(button)
    assert await collector.shows("已收到 ✓") == said
    await head.shows("已确认 1")


async def test_a_person_confirms_from_the_list_too(running: Scene) -> None:
    head, _, collector = await station(running)
    await sends(head)
    await gets(collector, "今晚十点停水")
    await collector.types("/notice")
    await collector.shows("1 条等您确认")
    await collector.taps("今晚十点停水")
    await collector.taps("收到")
    await collector.shows("已收到 ✓")
    await collector.taps("返回")
    assert "等您确认" not in await collector.shows("通知")
    await head.shows("已确认 1")


async def test_a_photo_notice_is_confirmed_under_the_photo(running: Scene) -> None:
    head, _, collector = await station(running)
    await head.types("/notice")
    await head.taps("写通知")
    before = len(head.messages())
    head.world.send_photos(head.account, [Upload("图.png", "image/png", png())], "检修路线")
    await head.world.wait_for(lambda _: len(head.messages()) > before)
    await head.taps("全站")
    await head.shows("〔图片〕", "检修路线")
    await head.taps("看全文")
    assert head.last()["photo"]
    assert "检修路线" in head.text()
    await presses(head, "发送（", "预览")
    await gets(collector, "检修路线")
    assert collector.last()["photo"]
    assert await collector.taps("收到") == "已收到 ✓"
    await collector.shows("检修路线", "已收到 ✓")
    assert collector.last()["photo"]
    assert len([m for m in collector.messages() if "photo" in m]) == 1
    await gets(head, "应收", "已确认 1")


async def test_a_document_notice_without_words_arrives(running: Scene) -> None:
    head, _, collector = await station(running)
    await head.types("/notice")
    await head.taps("写通知")
    await head.sends("排班表.xlsx", b"not a real table")
    await head.taps("全站")
    await head.shows("〔文件〕")
    await head.taps("发送（")
    await gets(collector, "东山收费站 覃国栋")
    assert collector.last()["document"]["file_name"] == "排班表.xlsx"  # type: ignore[index]
    await collector.types("/notice")
    await collector.taps("〔文件〕")
    assert collector.last()["document"]
    await collector.taps("收到")
    await collector.shows("已收到 ✓")


# before sending --------------------------------------------------------------------------------------------------


async def test_what_is_no_notice_is_told_before_the_preview(running: Scene) -> None:
    head = await running.joined("station_head")
    await head.types("/notice")
    await head.taps("写通知")
    await head.types("水" * 3501)
    await head.shows("3501", "3500")
    await head.types("<b>停水")
    await head.shows("格式有误", "<b>")
    before = len(head.messages())
    pictures = [Upload(f"{n}.png", "image/png", png()) for n in range(3)]
    head.world.send_photos(head.account, pictures)
    await head.types("<b>停水</b>")
    await head.shows("发给谁", "停水")
    assert sum("不要多选" in _text(m) for m in head.messages()[before:]) == 1
    await head.types("/notice")
    await head.taps("已发通知")
    assert len([text for text in head.buttons() if "草稿" in text]) == 1


async def test_an_empty_audience_is_said_and_nothing_is_sent(running: Scene) -> None:
    head = await running.joined("station_head")
    await writes(head)
    await head.taps("站长")
    await head.shows("发给谁")
    assert "没有人" in await head.taps("全站（0人）")


async def test_a_time_in_the_past_is_refused_with_the_nearest_and_a_good_one_is_kept(running: Scene) -> None:
    head, _, collector = await station(running)
    await writes(head)
    await head.taps("全站")
    await head.taps("定时")
    await head.types("昨天8点")
    await head.shows("最早")
    await head.types("明天 8:00")
    await head.shows("预览", "08:00")
    await head.taps("按时发送")
    await head.shows("定于")
    await head.taps("取消发送")
    await head.shows("草稿")
    await head.taps("继续编辑")
    await head.taps("现在发")
    await head.taps("发送（")
    await gets(collector, "今晚十点停水")


async def test_a_new_message_takes_the_place_of_the_first_and_an_old_preview_sends_nothing(running: Scene) -> None:
    head, _, collector = await station(running)
    await writes(head, "停水")
    await head.taps("全站")
    old, send = head.last()["message_id"], head.button("发送（")
    await head.types("停电")
    await head.shows("预览", "停电")
    assert "变化" in await head.presses(send, old)  # type: ignore[arg-type]
    assert _message(collector, "停水") is None
    await presses(head, "发送（", "预览", "停电")
    await gets(collector, "停电")


async def test_a_button_of_a_preview_that_was_sent_shows_where_the_notice_stands(running: Scene) -> None:
    head = await running.joined("station_head")
    await writes(head)
    await head.taps("全站")
    buttons = [head.button(part) for part in ("换对象", "定时", "需确认")]
    await head.taps("发送（")
    await head.shows("应收 10 人")
    for data in buttons:
        assert "变化" in await head.presses(data)
        await head.shows("应收 10 人")


async def test_a_text_is_kept_as_a_template_and_used_again(running: Scene) -> None:
    head, _, collector = await station(running)
    await writes(head, "每周例会")
    await head.taps("全站")
    assert "每周例会" in await head.taps("存为模板")
    await head.taps("放弃")
    await head.shows("没有发出")
    await head.types("/notice")
    await head.taps("写通知")
    await head.taps("用模板")
    await head.taps("每周例会")
    await head.taps("用这条")
    await head.taps("全站")
    await head.taps("发送（")
    await gets(collector, "每周例会")


async def test_a_team_leader_writes_to_the_own_team(running: Scene) -> None:
    leader, collector = await running.joined("team_leader"), await running.joined("collector")
    await writes(leader, "换班")
    await leader.taps("全班（4人）")
    await leader.shows("不需要确认")
    await leader.taps("发送（4人）")
    await gets(collector, "换班")
    assert collector.buttons() == {}


async def test_the_office_narrows_by_station_role_and_batch(running: Scene) -> None:
    office = await running.joined("office")
    collector = await running.joined("collector")
    await writes(office, "领工作服")
    await office.shows("发给谁")
    await office.taps("收费员")
    await office.taps("第一期")
    await office.taps("东山收费站（4人）")
    await office.shows("东山收费站 · 收费员 · 第一期（4人）")
    await office.taps("发送（4人）")
    await gets(collector, "领工作服")


# two of the office -----------------------------------------------------------------------------------------------


async def urgent(running: Scene, author: Phone) -> None:
    await writes(author, "台风来了")
    await author.taps("全站" if "全站" in str(author.buttons()) else "全所")
    await author.taps("☐ 紧急")
    await author.types("蓝色预警")
    await author.shows("紧急：蓝色预警", "另一人同意")
    await author.taps("提交办公室同意")
    await author.shows("等办公室另一人同意")


async def test_two_of_the_office_agree_at_once_and_the_second_sees_the_result(running: Scene) -> None:
    head, _, collector = await station(running)
    first, second = await running.joined("office", 0), await running.joined("office", 1)
    await urgent(running, head)
    await gets(first, "请您同意")
    await gets(second, "请您同意")
    await asyncio.gather(
        presses(first, "同意发出", "请您同意"),
        presses(second, "同意发出", "请您同意"),
    )
    for phone in (first, second):
        await gets(phone, "同意", "无需再处理")
    await gets(collector, "蓝色预警", "台风来了")
    assert len([m for m in collector.messages() if "台风来了" in _text(m)]) == 1
    await gets(head, "已同意您的通知")


async def test_the_office_sends_a_notice_back_with_a_reason(running: Scene) -> None:
    head, _, collector = await station(running)
    office = await running.joined("office")
    await urgent(running, head)
    await gets(office, "请您同意")
    await presses(office, "退回", "请您同意")
    await office.types("站名写错")
    await office.shows("已退回", "站名写错")
    await gets(head, "退回了您的通知", "站名写错")
    await presses(head, "继续编辑", "退回了您的通知")
    await head.shows("退回原因：站名写错")
    assert _message(collector, "台风") is None
    other = await running.joined("office", 1)
    await other.types("/home")
    assert "变化" in await other.presses("notice:return:1:1")
    await other.shows("已退回")


async def test_the_author_does_not_agree_alone(running: Scene) -> None:
    author = await running.joined("office", 0)
    await running.joined("office", 1)
    await urgent(running, author)
    said = await author.presses("notice:agree:1:1")
    assert "另一人" in said


# afterwards ------------------------------------------------------------------------------------------------------


async def test_reminding_twice_then_the_leader_tells_in_person(running: Scene) -> None:
    head, leader, collector = await station(running)
    await sends(head)
    await head.shows("已送达 2")
    await head.taps("提醒未确认（2人）")
    await gets(collector, "提醒", "还等您确认")
    await presses(collector, "收到", "还等您确认")
    await head.shows("已确认 1", "已提醒 1 次")
    await head.taps("提醒未确认（1人）")
    await head.shows("已提醒 2 次")
    await head.taps("请班长转告（1人）")
    await head.shows("已请班长、站长当面转告")
    await gets(head, "请您转告")
    await presses(head, "贺春梅 已当面告知", "请您转告")
    await gets(head, "应收", "当面告知 1", "已确认 1")
    del leader


async def test_a_correction_changes_every_copy_and_is_confirmed_anew(running: Scene) -> None:
    head, leader, collector = await station(running)
    await sends(head, "十点停水")
    await gets(collector, "十点停水")
    old = collector.button("收到")
    await collector.taps("收到")
    await head.shows("已确认 1")
    await head.taps("更正")
    await head.types("<b>九点</b>停水")
    await head.shows("更正预览", "九点停水")
    await head.taps("确认更正")
    for phone in (leader, collector):
        await gets(phone, "九点停水", "更正于")
        assert len(phone.messages()) == len([m for m in phone.messages() if "十点" not in _text(m)])
    await gets(head, "应收", "已确认 0", "更正前的内容 1")
    await gets(collector, "再点一次")
    assert "更正" in await collector.presses(old)
    await collector.taps("收到")
    await gets(head, "应收", "已确认 1")


async def test_a_recall_takes_every_copy_away(running: Scene) -> None:
    head, leader, collector = await station(running)
    await sends(head)
    for phone in (leader, collector):
        await gets(phone, "今晚十点停水")
    await head.shows("已送达 2")
    await head.taps("撤回")
    await head.shows("撤回这条通知", "2 份")
    await head.taps("确认撤回")
    await head.shows("已撤回")
    for phone in (leader, collector):
        await phone.world.wait_for(lambda _, p=phone: _message(p, "今晚十点停水") is None, 15)


async def corrects(head: Phone, text: str, shown: str) -> None:
    """[更正] under the card that shows this text, once both copies have landed."""
    await gets(head, "应收", shown, "已送达 2")
    await presses(head, "更正", "应收", shown)
    await head.types(text)
    await head.shows("更正预览", text)
    await head.taps("确认更正")
    await gets(head, "应收", text)


async def recalls(head: Phone, shown: str) -> None:
    """[撤回] under the card that shows this text, once both copies have landed."""
    await gets(head, "应收", shown, "已送达 2")
    await presses(head, "撤回", "应收", shown)
    await presses(head, "确认撤回", "撤回这条通知")
    await gets(head, "已撤回")


async def test_a_notice_that_stands_open_from_the_list_follows_correction_and_recall(running: Scene) -> None:
    head, _, collector = await station(running)
    await sends(head, "十点停水")
    await gets(collector, "十点停水")
    await collector.types("/notice")
    await collector.taps("十点停水")
    await collector.shows("十点停水", "请点")
    await corrects(head, "九点停水", "十点停水")
    await collector.shows("九点停水", "更正于")
    await collector.taps("收到")
    await collector.shows("九点停水", "已收到 ✓")
    await recalls(head, "九点停水")
    await collector.shows("已撤回")
    await collector.taps("返回")
    await collector.shows("还没有收到通知")
    assert [m for m in collector.messages() if "停水" in _text(m)] == []


async def test_a_screen_that_was_left_is_not_written_over_by_a_recall(running: Scene) -> None:
    head, _, collector = await station(running)
    await sends(head, "十点停水")
    await gets(collector, "十点停水")
    await collector.types("/notice")
    await collector.taps("十点停水")
    await collector.taps("首页")
    await collector.shows("您好")
    await recalls(head, "十点停水")
    await collector.world.wait_for(lambda _: _message(collector, "停水") is None, 15)
    assert _message(collector, "您好") is not None


async def test_a_notice_opened_from_the_days_bundle_follows_correction_and_recall(running: Scene) -> None:
    head, _, collector = await station(running)
    for text in ("领工作服", "明天开会", "十点停水"):
        await sends(head, text)
        await gets(collector, text)
    bundle = collector.last()["message_id"]
    for _ in range(2):
        await presses(collector, "1", "今天的其他提醒")
        await collector.shows("十点停水", "东山收费站")
    opened = [m["message_id"] for m in collector.messages() if m["message_id"] > bundle]  # type: ignore[operator]
    assert len(opened) == 2
    await corrects(head, "九点停水", "十点停水")
    await collector.world.wait_for(lambda _: not [m for m in collector.messages() if "十点停水" in _text(m)], 15)
    await collector.taps("收到")
    await collector.shows("已收到 ✓")
    await recalls(head, "九点停水")
    await collector.world.wait_for(lambda _: not [m for m in collector.messages() if m["message_id"] in opened], 15)


async def test_a_picture_opened_from_the_list_is_confirmed_in_place_and_goes_with_a_recall(running: Scene) -> None:
    head, _, collector = await station(running)
    await head.types("/notice")
    await head.taps("写通知")
    before = len(head.messages())
    head.world.send_photos(head.account, [Upload("图.png", "image/png", png())], "检修路线")
    await head.world.wait_for(lambda _: len(head.messages()) > before)
    await head.taps("全站")
    await head.taps("发送（")
    await gets(collector, "检修路线")
    await collector.types("/notice")
    await collector.taps("检修路线")
    await collector.world.wait_for(lambda _: "photo" in collector.last())
    await collector.taps("收到")
    await collector.shows("检修路线", "已收到 ✓")
    assert len([m for m in collector.messages() if "photo" in m]) == 2
    await recalls(head, "检修路线")
    await collector.world.wait_for(lambda _: not [m for m in collector.messages() if "photo" in m], 15)


async def test_who_has_not_joined_is_named_and_gets_it_on_joining(running: Scene) -> None:
    head = await running.joined("station_head")
    await sends(head)
    await head.shows("还没有加入 10")
    await head.taps("确认名单")
    await head.shows("未送达（10人）", "闫思远")
    await head.taps("返回")
    collector = await running.joined("collector")
    await gets(collector, "今晚十点停水")
    await head.taps("补发失败（")
    await head.shows("已送达 1", "还没有加入 9")


async def test_the_card_is_not_written_over_what_its_owner_went_on_to(running: Scene) -> None:
    head, _, collector = await station(running)
    await sends(head)
    await gets(collector, "今晚十点停水")
    await head.shows("已送达 2")
    await head.taps("首页")
    await head.shows("您好")
    await collector.taps("收到")
    await collector.shows("已收到 ✓")
    await head.types("/notice")
    await head.taps("已发通知")
    await head.taps("今晚十点停水")
    await head.shows("已确认 1")
    assert _message(head, "您好") is not None


async def test_writing_to_those_who_have_not_confirmed(running: Scene) -> None:
    head, leader, collector = await station(running)
    await sends(head)
    await gets(collector, "今晚十点停水")
    await collector.taps("收到")
    await gets(leader, "今晚十点停水")
    await writes(head, "请看停水通知")
    await head.taps("补发给未确认的人")
    await head.taps("9人未确认")
    await head.shows("只发给还没有确认")
    await head.taps("发送（9人）")
    await gets(leader, "请看停水通知")
    assert _message(collector, "请看停水通知") is None


# forged ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["collector", "bureau"])
async def test_no_forged_press_gets_anything_out_of_a_notice(running: Scene, role: str) -> None:
    head = await running.joined("station_head")
    await sends(head)
    thief = await running.joined(role, 15 if role == "collector" else 0)
    await thief.types("/home")
    message = thief.last()["message_id"]
    forged = [
        "open:1", "got:1:1:p", "got:1:1:x", "write:0", "to:1:0", "pick:1:3", "narrow:1:3:any:0", "unheard:1",
        "after:1:0", "preview:1", "full:1", "confirm:1:0", "urgent:1", "calm:1", "time:1", "now:1", "drop:1",
        "send:1:0", "templates", "template:1", "use:1", "save:1", "approval:1:0", "agree:1:0", "return:1:0",
        "written:0", "card:1", "who:1", "resend:1", "nudge:1:1", "cascade:1", "told:1:0", "told:1:17", "correct:1",
        "correction:1", "corrected:1:000000000000", "corrected:1:zz", "uncorrect:1", "recall:1", "recalled:1", "cancel:1",
        "card:999", "agree:999:1", "told:999:0",
    ]  # fmt: skip
    for press in forged:
        assert await thief.presses(f"notice:{press}", message), press  # type: ignore[arg-type]
    assert "停水" not in thief.text()
    await thief.types("/notice")
    await thief.shows("还没有收到通知")
    assert not [text for text in thief.buttons() if "写通知" in text]
