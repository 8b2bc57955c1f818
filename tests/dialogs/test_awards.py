"""Dialogs of rewards and penalties, with every tap counted: one to agree, one to decide, one and a message to object."""

from collections.abc import AsyncIterator

import pytest_asyncio

from domain.clock import DAY, now
from domain.people import Person
from domain.scores.award_shown import Asking
from domain.scores.awards import AwardKind
from services.scores import awards
from storage import drafts, people
from storage.database import Database
from tests.conftest import TZ
from tests.dialogs.conftest import QUICK, Scene, holds
from tests.dialogs.phone import Phone
from tests.dialogs.test_plan import data, download, gets

SUBJECT, MATE, FAR, LEADER, HEAD, OTHER_HEAD, OFFICE, OFFICER, BUREAU = (
    *("1017", "1018", "1025", "1009", "1005", "1006", "1002", "1003", "1001"),
)
WHAT, WHY = "通报表扬", "拾到钱包主动交还，符合星级评定P03条"
LONG_AGO = 20 * DAY  # five working days are over, whatever holidays lie between


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The bot, without quiet hours and quick, so that what it says first comes at once."""
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


async def prepared(
    scene: Scene, kind: AwardKind, ago: int, *joined: str, objection: str = "", agreed: bool = True
) -> list[Phone]:
    """Before the bot is started: the head proposed something for SUBJECT ``ago`` ms before now, the office agreed.

    The phones of those who have ``joined`` long ago: they are told at once.
    """
    scene.extra |= QUICK
    db, then = await Database.open(scene.data_dir), now() - ago
    try:
        who = {one.staff_no: one for one in await db.read(lambda tx: people.listed(tx, ""))}
        form = await awards.begin(db, who[HEAD], kind, "prepared", then)
        await awards.choose_person(db, who[HEAD], form.draft_id, who[SUBJECT].id)
        for number, words in enumerate((WHAT, WHY), start=1):
            await _types(db, who[HEAD], words, number, then)
        card, _ = await awards.propose(db, who[HEAD], form.draft_id, then)
        if agreed:
            await awards.agree(db, who[OFFICE], card.award.id, then, TZ)
        if objection:
            await awards.begin_words(db, who[FAR], card.award.id, Asking.OBJECTION, "objecting", then)
            await _types(db, who[FAR], objection, 3, then)
        return [await _joined(scene, db, who[one]) for one in joined]
    finally:
        await db.close()


async def _joined(scene: Scene, db: Database, person: Person) -> Phone:
    phone = scene.stranger()
    phone.world.start(phone.account, None)
    await db.write(lambda tx: people.bind(tx, person.id, phone.account, phone.account, now() - LONG_AGO))
    return phone


async def _types(db: Database, person: Person, words: str, number: int, at: int) -> None:
    draft = await db.read(lambda tx: drafts.awaiting(tx, person.id))
    assert draft is not None
    await awards.take(db, person, draft, words, number, at)


async def opens(phone: Phone) -> None:
    """The list of rewards and penalties: its door stands on another area's screen."""
    await phone.types("/home")
    await phone.presses("awards:list")
    await phone.shows("奖励公示")


async def proposes(phone: Phone, kind: str = "提奖励") -> None:
    """The head proposes something for a person of a team: four taps and two messages."""
    await opens(phone)
    await phone.taps(kind)  # tap 1
    await phone.taps("一班")  # tap 2
    await phone.taps("闫思远")  # tap 3
    await phone.types(WHAT)
    await phone.types(WHY)
    await phone.shows(WHAT, WHY, "还没提交", "5 个工作日")
    assert "已提交" in await phone.taps("提交")  # tap 4
    await phone.shows("待办公室同意")


async def still_waits(phone: Phone) -> None:
    """The proposer looks: nothing has happened to it."""
    await phone.presses("awards:page:proposed:0")
    await phone.shows("我提的奖惩", "待办公室同意")


async def agrees(phone: Phone, button: str = "同意公示") -> None:
    """From the list: one tap to what waits, one to agree."""
    await opens(phone)
    await phone.taps("等我处理（1 件）")
    await phone.shows(WHAT, "待办公室同意")
    assert "已同意" in await phone.taps(button)


# a reward --------------------------------------------------------------------------------------------------------


async def test_a_reward_is_proposed_with_four_taps_and_two_messages_and_agreed_to_with_one(running: Scene) -> None:
    head, office, subject = await holds(running, HEAD), await holds(running, OFFICE), await holds(running, SUBJECT)
    await proposes(head)
    await agrees(office)
    await office.shows("公示到", "没有异议")
    await gets(subject, "闫思远", "开始公示", WHAT)
    await gets(head, "办公室已同意", WHAT)


async def test_whoever_reads_it_objects_with_a_tap_and_a_message_and_changes_it(running: Scene) -> None:
    head, office, far = await holds(running, HEAD), await holds(running, OFFICE), await holds(running, FAR)
    await proposes(head)
    await agrees(office)
    await opens(far)
    await far.shows("闫思远（东山收费站）：通报表扬", "公示到")
    await far.taps("闫思远")
    await far.taps("提异议")
    await far.shows("异议署名")
    await far.types("当时是我交还的")
    await far.shows("您的异议：当时是我交还的")
    await far.taps("修改异议")
    await far.types("是我和他一起交还的")
    await far.shows("您的异议：是我和他一起交还的")
    await head.presses("awards:open:1:0")
    await head.shows("异议 1 份", "谭启航", "是我和他一起交还的")


async def test_when_the_period_is_over_the_office_is_told_and_decides_with_one_tap(scene: Scene) -> None:
    office, subject = await prepared(scene, AwardKind.REWARD, LONG_AGO, OFFICE, SUBJECT)
    async with scene.bot():
        message = await gets(office, "期限已满，待办公室决定", WHAT, "没有异议")
        assert data(office, message, "不通过") == "awards:reject:1"
        assert "已通过" in await office.presses("awards:pass:1:0", message)
        await gets(subject, "闫思远 的奖励", "已通过")


async def test_with_objections_the_decision_takes_a_tap_and_a_reason(scene: Scene) -> None:
    office, far = await prepared(scene, AwardKind.REWARD, LONG_AGO, OFFICE, FAR, objection="是我和他一起交还的")
    async with scene.bot():
        message = await gets(office, "异议 1 份", "是我和他一起交还的")
        assert "请写明理由" in await office.presses("awards:pass:1:0", message)
        await office.presses("awards:pass_why:1", message)
        await office.types("两人都有，另行补提")
        await office.shows("已通过", "两人都有，另行补提")
        await opens(far)
        await far.taps("和我有关")
        await far.taps("闫思远")
        await far.shows("已通过", "理由：两人都有，另行补提")


async def test_before_the_end_nobody_decides_with_a_forged_press(scene: Scene) -> None:
    (office,) = await prepared(scene, AwardKind.REWARD, 0, OFFICE)
    async with scene.bot():
        await office.types("/home")
        for forged in ("awards:pass:1:0", "awards:pass_why:1", "awards:reject:1"):
            assert "期限还没满" in await office.presses(forged)


async def test_the_office_is_asked_in_a_message_and_agrees_with_its_button(scene: Scene) -> None:
    office, officer = await prepared(scene, AwardKind.REWARD, DAY, OFFICE, OFFICER, agreed=False)
    async with scene.bot():
        message, other = await gets(office, "待办公室同意", WHAT), await gets(officer, "待办公室同意", WHAT)
        old = data(officer, other, "同意公示")
        assert "已同意" in await office.presses(data(office, message, "同意公示"), message)
        assert "情况已有变化" in await officer.presses(old, other)
        assert "情况已有变化" in await officer.presses("awards:refuse:1", other)


async def test_a_returned_proposal_says_why(running: Scene) -> None:
    head, office = await holds(running, HEAD), await holds(running, OFFICE)
    await proposes(head)
    await opens(office)
    await office.taps("等我处理")
    await office.taps("退回")
    await office.types("请补充证明人")
    await office.shows("已退回", "请补充证明人")
    await gets(head, "被退回了", "请补充证明人")


async def test_a_withdrawn_proposal_shows_how_it_stands_to_an_old_button(running: Scene) -> None:
    head, office, far = await holds(running, HEAD), await holds(running, OFFICE), await holds(running, FAR)
    await proposes(head)
    await agrees(office)
    await opens(far)
    old = far.button("闫思远")
    assert "已撤回" in await head.taps("撤回")
    assert "情况已有变化" in await far.presses(old)
    assert "情况已有变化" in await office.presses("awards:agree:1:0")
    await office.shows("已撤回")


# a penalty -------------------------------------------------------------------------------------------------------


async def test_a_penalty_is_seen_by_whom_it_concerns_who_answers_and_by_no_colleague(running: Scene) -> None:
    head, office = await holds(running, HEAD), await holds(running, OFFICE)
    subject, mate, leader = await holds(running, SUBJECT), await holds(running, MATE), await holds(running, LEADER)
    await proposes(head, "提处理")
    await agrees(office, "同意告知")
    message = await gets(subject, "处理建议", WHAT, "不公开")
    await subject.presses(data(subject, message, "陈述申辩"), message)
    await subject.types("那天我不在班")
    await subject.shows("您的陈述申辩：那天我不在班")
    for other in (mate, leader):
        await opens(other)
        await other.shows("目前没有公示的奖励")
        await other.taps("和我有关")
        await other.shows("目前没有")
        for forged in ("awards:open:1:0", "awards:object:1"):
            assert "不在您可查看的范围内" in await other.presses(forged)
    await opens(subject)
    await subject.shows("目前没有公示的奖励")


async def test_a_decided_penalty_is_told_to_whom_it_concerns(scene: Scene) -> None:
    office, subject = await prepared(scene, AwardKind.PENALTY, LONG_AGO, OFFICE, SUBJECT)
    async with scene.bot():
        message = await gets(office, "期限已满", "没有陈述申辩")
        await office.presses(data(office, message, "不通过"), message)
        await office.types("事实不清")
        await office.shows("未通过", "事实不清")
        await gets(subject, "未通过，不再进行", "理由：事实不清")


# forged presses --------------------------------------------------------------------------------------------------


async def test_the_proposer_does_not_agree_with_a_forged_press(running: Scene) -> None:
    head = await holds(running, HEAD)
    await proposes(head)
    assert "这是您提出的" in await head.presses("awards:agree:1:0")
    await still_waits(head)


async def test_forged_presses_of_others_do_nothing(running: Scene) -> None:
    head = await holds(running, HEAD)
    await proposes(head)
    for who in (SUBJECT, MATE, LEADER, FAR, OTHER_HEAD, BUREAU):
        other = await holds(running, who)
        for verb in ("agree:1:0", "refuse:1", "open:1:0", "withdraw:1", "object:1", "pass:1:0", "reject:1"):
            assert await other.presses(f"awards:{verb}"), (who, verb)
    await still_waits(head)


async def test_whoever_may_not_propose_has_no_button_and_no_forged_one(running: Scene) -> None:
    for who in (SUBJECT, LEADER):
        phone = await holds(running, who)
        await opens(phone)
        assert set(phone.buttons()) == {"和我有关", "首页"}
        for forged in ("awards:new:penalty", "awards:page:all:0", "awards:page:proposed:0", "awards:export:xlsx"):
            assert "您的岗位没有这项功能" in await phone.presses(forged)
    bureau = await holds(running, BUREAU)
    for forged in ("awards:list", "awards:new:reward", "awards:next:0", "awards:export:csv"):
        assert "您的岗位没有这项功能" in await bureau.presses(forged)


async def test_a_forged_press_of_a_stranger_does_nothing(running: Scene) -> None:
    head, stranger = await holds(running, HEAD), running.stranger()
    await proposes(head)
    await stranger.start()
    said = await stranger.shows("邀请")
    stranger.world.press(stranger.account, int(str(stranger.last()["message_id"])), "awards:agree:1:0")
    await stranger.types("/home")
    assert stranger.text() == said
    await still_waits(head)


async def test_data_that_no_button_carries_changes_nothing(running: Scene) -> None:
    head, office = await holds(running, HEAD), await holds(running, OFFICE)
    await proposes(head)
    await office.types("/home")
    for forged in ("agree:1", "agree:x:0", "agree:999:0", "new:medal", "ask:1:money", "ask:1:what", "person:1:999"):
        assert await office.presses(f"awards:{forged}"), forged
    await still_waits(head)


# the form and the export -----------------------------------------------------------------------------------------


async def test_everything_is_mended_before_it_is_submitted_or_it_is_discarded(running: Scene) -> None:
    head = await holds(running, HEAD)
    await opens(head)
    await head.taps("提处理")
    await head.types("先写一句")
    await head.shows("处理谁")
    await head.taps("一班")
    await head.taps("上一级")
    await head.taps("二班")
    await head.taps("整个")
    await head.types(WHAT)
    await head.types(WHY)
    await head.taps("改内容")
    await head.taps("看预览")
    await head.taps("改内容")
    await head.types("约谈班长")
    await head.taps("改人选")
    await head.taps("一班")
    await head.taps("苏巧云")
    await head.shows("苏巧云", "约谈班长", WHY)
    await head.taps("放弃")
    await head.shows("没有提交")
    await opens(head)
    await head.taps("我提的")
    await head.shows("您还没有提过")


async def test_pressed_twice_it_is_one_proposal(running: Scene) -> None:
    head = await holds(running, HEAD)
    await proposes(head)
    await head.presses("awards:submit:1")
    await opens(head)
    text = head.text()
    await head.taps("我提的")
    assert (await head.shows("待办公室同意")).count(WHAT) == 1
    assert WHAT not in text


async def test_a_head_exports_what_may_be_read(running: Scene) -> None:
    head = await holds(running, HEAD)
    await proposes(head)
    await opens(head)
    await head.taps("我提的")
    await head.taps("导出 Excel")
    sheet = (await download(head)).worksheets[0]
    assert any(WHY in str(cell.value) for row in sheet.iter_rows() for cell in row)


async def test_nothing_waits_when_all_is_dealt_with(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await opens(office)
    await office.presses("awards:next:0")
    await office.shows("没有等您处理的奖惩")
