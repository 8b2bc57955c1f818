"""Dialogs of scores, with every tap counted: proposed, confirmed by another with one tap, appealed, reversed, closed."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio

from content.score_standard_table import standard_table
from content.scores import load_standard
from domain.clock import DAY, local_date, millis, now
from services import deeds, scores
from services.deeds import Sent
from storage import drafts, people
from storage.database import Database
from tests.conftest import TZ
from tests.dialogs.conftest import QUICK, Scene, holds
from tests.dialogs.phone import Phone
from tests.dialogs.test_plan import download

COLLECTOR, MATE, LEADER, OTHER_LEADER, HEAD, OTHER_HEAD, OFFICE, SECOND, BUREAU = (
    *("1017", "1018", "1009", "1010", "1005", "1006", "1002", "1003", "1001"),
)
REASON = "主动给晕车的司机倒热水"


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The bot, without quiet hours and quick, so that what it says first comes at once."""
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


async def proposes(phone: Phone, reason: str = REASON, clause: str = "P03") -> None:
    """A team leader proposes for 闫思远 of the own team."""
    await phone.types("/score")
    await phone.taps("记一笔")
    await phone.taps("闫思远")
    while not any(text.startswith(clause) for text in phone.buttons()):
        await phone.taps("下一页")
    await phone.taps(clause)
    await phone.taps("今天")
    await phone.types(reason)
    await phone.shows("由站长或办公室的其他人确认")
    await phone.taps("提交")
    await phone.shows("待确认")


async def first_waiting(phone: Phone) -> None:
    """/score and what has waited longest."""
    await phone.types("/score")
    await phone.taps("等我处理")


async def confirmed(scene: Scene) -> tuple[Phone, Phone]:
    """An entry that the head has confirmed: the phones of leader and head."""
    leader, head = await holds(scene, LEADER), await holds(scene, HEAD)
    await proposes(leader)
    await first_waiting(head)
    await head.taps("确认")
    return leader, head


# proposing ---------------------------------------------------------------------------------------------------------


async def test_a_proposal_is_confirmed_by_the_head_with_one_tap(running: Scene) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await proposes(leader)
    await head.types("/home")
    await head.taps("等您处理的评分 1 笔")
    await head.shows("+0.5 分", "待确认", REASON, "提出：贺春梅")
    said = await head.taps("确认")  # the one tap
    assert "已确认" in said
    await head.shows("可在", "前申诉", "确认：覃国栋")


async def test_somebody_reads_the_own_entry_with_clause_reason_and_total(running: Scene) -> None:
    await confirmed(running)
    collector = await holds(running, COLLECTOR)
    await collector.types("/score")
    await collector.shows("我的评分", "本月：0 分", "P03 主动提供便民服务", REASON, "前申诉")
    await collector.taps("P03")
    await collector.shows("提出：贺春梅", "确认：覃国栋")


async def test_a_day_to_come_is_refused_in_one_line(running: Scene) -> None:
    leader = await holds(running, LEADER)
    await leader.types("/score")
    await leader.taps("记一笔")
    await leader.taps("闫思远")
    await leader.taps("P01")
    tomorrow = local_date(now(), TZ) + timedelta(days=1)
    await leader.types(f"{tomorrow.month}-{tomorrow.day}")
    await leader.shows("日期还没到")


async def test_a_clause_that_was_not_in_force_that_day_is_refused(running: Scene) -> None:
    leader = await holds(running, LEADER)
    await leader.types("/score")
    await leader.taps("记一笔")
    await leader.taps("闫思远")
    old = leader.button("P01")
    await leader.taps("改日期")
    await leader.types("2025-01-15")
    await leader.shows("没有生效的评分标准")
    said = await leader.presses(old)
    assert "没有生效，不能用" in said
    await leader.types("/score")
    await leader.shows("还没有记录")


async def test_what_is_thrown_away_is_not_proposed(running: Scene) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await leader.types("/score")
    await leader.taps("记一笔")
    await leader.taps("不记了")
    await leader.shows("没有记")
    await head.types("/score")
    assert not any("等我处理" in text for text in head.buttons())


async def test_every_step_of_the_form_leads_back_and_keeps_what_was_chosen(running: Scene) -> None:
    leader = await holds(running, LEADER)
    await leader.types("/score")
    await leader.taps("记一笔")
    await leader.taps("闫思远")
    await leader.taps("P01")
    await leader.shows("哪一天的事")
    await leader.taps("返回")
    await leader.shows("选哪一条")
    await leader.taps("P01")
    await leader.taps("今天")
    await leader.shows("请写一句事由")
    await leader.taps("返回")
    await leader.shows("哪一天的事")
    await leader.taps("昨天")
    await leader.types(REASON)
    await leader.taps("改日期")
    await leader.taps("返回")
    await leader.shows(REASON, "P01", "由站长或办公室的其他人确认")
    await leader.taps("改事由")
    await leader.taps("返回")
    await leader.taps("提交")
    await leader.shows("待确认", REASON)


async def test_pressed_twice_it_is_proposed_and_confirmed_once(running: Scene) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await leader.types("/score")
    await leader.taps("记一笔")
    await leader.taps("闫思远")
    await leader.taps("P01")
    await leader.taps("今天")
    await leader.types(REASON)
    await leader.shows("提交")
    submit = leader.button("提交")
    await leader.presses(submit)
    await leader.presses(submit)
    await head.types("/score")
    await head.taps("等我处理（1 笔）")
    confirm = head.button("确认")
    await head.presses(confirm)
    assert "已有变化" in await head.presses(confirm)
    collector = await holds(running, COLLECTOR)
    await collector.types("/score")
    assert collector.text().count("P01") == 1


async def test_the_proposer_takes_it_back(running: Scene) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await proposes(leader)
    await leader.taps("撤回")
    await leader.shows("已撤回")
    await head.types("/score")
    assert not any("等我处理" in text for text in head.buttons())


# who may not -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (LEADER, "您提出的"),
        (COLLECTOR, "关系到您本人"),
        (MATE, "班组"),
        (OTHER_LEADER, "不在您"),
        (OTHER_HEAD, "不在您"),
        (BUREAU, "没有这项功能"),
    ],
)
async def test_a_forged_press_confirms_nothing_and_is_told_why(running: Scene, who: str, said: str) -> None:
    leader = await holds(running, LEADER)
    await proposes(leader)
    phone = leader if who == LEADER else await holds(running, who)
    if phone is not leader:
        await phone.types("/home")
    assert said in await phone.presses("scores:confirm:1:0"), phone.text()
    await leader.types("/score")
    head = await holds(running, HEAD)
    await first_waiting(head)
    await head.shows("待确认")


async def test_a_forged_press_of_a_stranger_confirms_nothing(running: Scene) -> None:
    leader, head, stranger = await holds(running, LEADER), await holds(running, HEAD), running.stranger()
    await proposes(leader)
    await stranger.start()
    said = await stranger.shows("邀请")
    stranger.world.press(stranger.account, int(str(stranger.last()["message_id"])), "scores:confirm:1:0")
    await stranger.types("/score")
    assert stranger.text() == said
    await first_waiting(head)
    await head.shows("待确认")


async def test_a_head_does_not_confirm_the_own_proposal(running: Scene) -> None:
    head, office = await holds(running, HEAD), await holds(running, OFFICE)
    await head.types("/score")
    await head.taps("记一笔")
    await head.taps("一班")
    await proposes_here(head)
    assert "由别人确认" in await head.presses("scores:confirm:1:0")
    await first_waiting(office)
    await office.taps("确认")
    await office.shows("确认：祁文博")


async def proposes_here(phone: Phone) -> None:
    """From the list of a team's people on."""
    await phone.taps("闫思远")
    await phone.taps("P01")
    await phone.taps("今天")
    await phone.types(REASON)
    await phone.shows("提交")
    await phone.taps("提交")
    await phone.shows("待确认")


@pytest.mark.parametrize(
    "forged",
    ["scores:confirm:1", "scores:confirm:x:0", "scores:confirm:99:0", "scores:seal:3:2026-1:0", "scores:export:exe"],
)
async def test_data_that_no_button_carries_changes_nothing(running: Scene, forged: str) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await proposes(leader)
    await head.types("/home")
    assert await head.presses(forged)
    await first_waiting(head)
    await head.shows("待确认")


# refusing and appealing --------------------------------------------------------------------------------------------


async def test_a_refusal_needs_words_and_the_proposer_reads_them(running: Scene) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await proposes(leader)
    await first_waiting(head)
    await head.taps("退回")
    await head.shows("退回的原因")
    await head.types("请写清楚是哪一天")
    await head.shows("已退回", "请写清楚是哪一天")
    await leader.shows("您提出的这一笔，覃国栋 退回了", "请写清楚是哪一天")


async def test_words_for_what_was_withdrawn_meanwhile_show_it_and_the_form_is_over(running: Scene) -> None:
    leader, head = await holds(running, LEADER), await holds(running, HEAD)
    await proposes(leader)
    await first_waiting(head)
    await head.taps("退回")
    await leader.taps("撤回")
    await leader.shows("已撤回")
    await head.types("请写清楚是哪一天")
    assert "请写清楚" not in await head.shows("已撤回")
    await head.types("昨天捡到一个钱包，交还失主了")
    await head.shows("要记为好事吗")


async def test_an_appeal_in_words_is_decided_by_somebody_else_with_a_reply(running: Scene) -> None:
    _, head = await confirmed(running)
    collector, office = await holds(running, COLLECTOR), await holds(running, OFFICE)
    await collector.types("/score")
    await collector.taps("P03")
    await collector.taps("申诉")
    await collector.types("那天我在休班")
    await collector.shows("申诉中，待答复", "那天我在休班")
    assert await head.presses("scores:grant:1")  # whoever confirmed does not decide
    await first_waiting(office)
    await office.shows("那天我在休班")
    await office.taps("申诉成立")
    await office.types("核对排班，确实休班")
    await office.shows("申诉成立，不计")
    await collector.shows("您的申诉成立", "核对排班，确实休班")


async def test_an_entry_is_appealed_against_once(running: Scene) -> None:
    await confirmed(running)
    collector, office = await holds(running, COLLECTOR), await holds(running, OFFICE)
    await collector.types("/score")
    await collector.taps("P03")
    await collector.taps("申诉")
    await collector.types("那天我在休班")
    await collector.shows("申诉中")
    await first_waiting(office)
    await office.taps("维持")
    await office.types("监控显示在岗")
    await office.shows("答复维持")
    await collector.types("/score")
    assert "只能申诉一次" in await collector.presses("scores:appeal:1")


# deeds -------------------------------------------------------------------------------------------------------------


async def verified_deed(scene: Scene) -> int:
    """A deed of 闫思远 that two people signed; its id."""
    db = await Database.open(scene.data_dir)
    at = now()
    try:
        who = {no: await db.read(lambda tx, no=no: people.by_staff_no(tx, no)) for no in (COLLECTOR, LEADER, HEAD)}
        author, leader, head = who[COLLECTOR], who[LEADER], who[HEAD]
        assert author and leader and head  # noqa: PT018 - all of the sample office
        card = await deeds.offer(db, author, Sent("1:1", 1, "捡到钱包交还失主"), at, TZ)
        assert card
        await deeds.submit(db, author, card.deed.id, 0, at, TZ)
        await deeds.sign(db, leader, card.deed.id, 0, at, TZ)
        await deeds.sign(db, head, card.deed.id, 0, at, TZ)
        return card.deed.id
    finally:
        await db.close()


async def test_a_verified_deed_is_proposed_in_one_tap(scene: Scene) -> None:
    scene.extra |= QUICK
    deed_id = await verified_deed(scene)
    async with scene.bot():
        leader = await holds(scene, LEADER)
        await leader.types("/home")
        await leader.presses(f"deeds:open:{deed_id}")
        await leader.taps("提议加分")  # the one tap
        await leader.shows("已提议加分", "P01", "+2 分", "等站长或办公室确认：闫思远")
        await leader.presses(f"scores:deed:{deed_id}")
        await leader.shows("没有新提议的", "之前已提过：闫思远")
        head = await holds(scene, HEAD)
        await first_waiting(head)
        await head.shows("捡到钱包交还失主", "+2 分")


# reversing and closing ---------------------------------------------------------------------------------------------


async def counted(scene: Scene, days_ago: int) -> date:
    """An entry of the leader's for 闫思远 that counts, of so many days ago; the day."""
    db = await Database.open(scene.data_dir)
    day = local_date(now(), TZ) - timedelta(days=days_ago)
    at = millis(datetime.combine(day, time(10), TZ))
    try:
        leader, head, person = [
            await db.read(lambda tx, no=no: people.by_staff_no(tx, no)) for no in (LEADER, HEAD, COLLECTOR)
        ]
        assert leader and head and person  # noqa: PT018 - all of the sample office
        standard = await scores.in_force(db, day)
        assert standard
        form = await scores.begin(db, leader, "press:1", at, TZ, person_id=person.id)
        clause = next(one for one in standard.clauses if one.code == "P01")
        await scores.choose_clause(db, leader, form.draft_id, clause.id, at, TZ)
        await scores.set_day(db, leader, form.draft_id, day, at, TZ)
        draft = await scores_draft(db, leader.id)
        await scores.take(db, leader, draft, REASON, 1, at, TZ)
        card, _ = await scores.propose(db, leader, form.draft_id, at, TZ)
        await scores.confirm(db, head, card.entry.id, DAY, at)
    finally:
        await db.close()
    return day


async def scores_draft(db: Database, person_id: int) -> drafts.Draft:
    found = await db.read(lambda tx: drafts.awaiting(tx, person_id))
    assert found
    return found


async def test_a_mistake_is_reversed_by_an_opposite_entry_that_another_confirms(scene: Scene) -> None:
    scene.extra |= QUICK
    await counted(scene, 3)
    async with scene.bot():
        leader, head, collector = [await holds(scene, no) for no in (LEADER, HEAD, COLLECTOR)]
        await collector.types("/score")
        await collector.shows("+2 分", "已生效")
        await leader.types("/home")
        await leader.presses("scores:entry:1")
        await leader.taps("冲正")
        await leader.types("记错了人")
        await leader.shows("冲正", "-2 分", "记错了人")
        await leader.taps("提交")
        await leader.shows("冲正第 1 笔", "待确认")
        await first_waiting(head)
        await head.taps("确认")
        await head.shows("前申诉")


async def test_an_appeal_that_was_left_until_the_window_is_over_is_refused_and_its_form_is_over(scene: Scene) -> None:
    scene.extra |= QUICK
    await counted(scene, 3)
    await appeals_in_time(scene, days_ago=3)
    async with scene.bot():
        collector = await holds(scene, COLLECTOR)
        await collector.types("那天我在休班")
        await collector.shows("申诉期已过")
        await collector.types("昨天捡到一个钱包，交还失主了")
        await collector.shows("要记为好事吗")
        await collector.types("/score")
        await collector.shows("+2 分", "已生效")


async def appeals_in_time(scene: Scene, days_ago: int) -> None:
    """[申诉] of 闫思远 within the window; the words are still to come."""
    db = await Database.open(scene.data_dir)
    at = millis(datetime.combine(local_date(now(), TZ) - timedelta(days=days_ago), time(11), TZ))
    try:
        person = await db.read(lambda tx: people.by_staff_no(tx, COLLECTOR))
        assert person
        await scores.begin_appeal(db, person, 1, "press:2", at)
    finally:
        await db.close()


async def test_a_month_is_closed_from_a_preview_and_stays_closed(scene: Scene) -> None:
    scene.extra |= QUICK
    day = await counted(scene, local_date(now(), TZ).day + 5)
    async with scene.bot():
        head = await holds(scene, HEAD)
        await head.types("/score")
        await head.taps("月结")
        await head.shows("还没有结过")
        await head.taps(f"结 {day.year}年{day.month}月")
        await head.shows("计入 1 笔已生效的评分", "月结后不再改动")
        seal = head.button("确认月结")
        await head.taps("确认月结")
        await head.shows("已月结，共 1 笔", "覃国栋")
        head.world.press(head.account, int(str(head.last()["message_id"])), seal)  # again: it says the same
        await head.taps("导出 Excel")
        book = await download(head)
        assert any("闫思远" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)


# leaders -----------------------------------------------------------------------------------------------------------


async def test_no_screen_of_a_leader_puts_people_beside_their_totals(scene: Scene) -> None:
    scene.extra |= QUICK
    await counted(scene, 3)
    async with scene.bot():
        leader = await holds(scene, LEADER)
        await leader.types("/score")
        await leader.taps("本单位")
        text = await leader.shows("一班", "待确认 0 笔")
        assert "闫思远" not in text
        assert not any("分" in label for label in leader.buttons() if "闫思远" in label)
        await leader.taps("闫思远")
        await leader.shows("闫思远", "本月", "+2 分")


async def test_a_leader_exports_the_own_team_and_the_bureau_reads_numbers(scene: Scene) -> None:
    scene.extra |= QUICK
    await counted(scene, 3)
    async with scene.bot():
        leader, other, bureau = [await holds(scene, no) for no in (LEADER, OTHER_LEADER, BUREAU)]
        for phone, rows in ((leader, 1), (other, 0)):
            await phone.types("/score")
            await phone.taps("导出")
            await phone.taps("导出 Excel")
            sheet = (await download(phone)).worksheets[0]
            assert sum(REASON in str(cell.value) for row in sheet.iter_rows() for cell in row) == rows
        await bureau.types("/score")
        text = await bureau.shows("各站笔数", "东山收费站：1 笔")
        assert "闫思远" not in text
        assert list(bureau.buttons()) == ["首页"]  # the standard is not the bureau's to read: no button that is refused


async def test_the_office_loads_a_new_version_after_a_dry_run(running: Scene) -> None:
    office = await holds(running, OFFICE)
    day = local_date(now(), TZ) + timedelta(days=3)
    await office.types("/score")
    await office.taps("评分标准")
    await office.shows("现行：第 1 版")
    await office.taps("导入标准")
    bad = openpyxl.load_workbook(BytesIO(standard_table(load_standard()[0].from_(day))))
    bad.worksheets[0]["D5"] = "0.25"
    stream = BytesIO()
    bad.save(stream)
    await office.sends("标准.xlsx", stream.getvalue())
    await office.shows("有 1 处要改", "第 5 行", "什么都没有变")
    await office.sends("标准.xlsx", standard_table(load_standard()[0].from_(day)))
    await office.shows("起生效", "个人 27 条，班组 14 条")
    await office.taps("确认启用")
    await office.shows("第 2 版", "现行：第 1 版")


async def test_a_collector_reads_the_standard_and_does_not_load_one(running: Scene) -> None:
    phone = await holds(running, COLLECTOR)
    await phone.types("/score")
    await phone.taps("评分标准")
    assert not any("导入" in text for text in phone.buttons())
    await phone.taps("看第 1 版")
    await phone.shows("P01", "+2 分", "每月最多 6 分", "依据：经两人核实的好事记录")
    assert await phone.presses("scores:upload")
    assert await phone.presses("scores:standard_file")
