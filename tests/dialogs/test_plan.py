"""Dialogs of the plan, with every tap counted: the collector's thumb, the head's Friday, the office's changes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio

from domain.clock import local_date, now
from sandbox.records import Upload
from services import sample
from storage.database import Database
from tests.conftest import TZ
from tests.dialogs.conftest import QUICK, Scene, holds
from tests.dialogs.phone import Phone

# Of the sample office: a collector and a leader with a task each, a head with an overdue one, and the office.
COLLECTOR, LEADER, HEAD, OFFICE, SECOND, IDLE, BUREAU = "1017", "1009", "1005", "1002", "1003", "1020", "1001"


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The bot, without quiet hours and quick, so that what it says first comes at once."""
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


async def opens(phone: Phone, part: str) -> None:
    """/plan, and the own task whose title contains ``part``."""
    await phone.types("/plan")
    await phone.taps(part)


async def finds(phone: Phone, phase: int, code: str) -> None:
    """A task by way of its phase, page by page."""
    await phone.types("/plan")
    await phone.taps("各阶段")
    await phone.taps(f"第{phase}阶段")
    while not any(code in text for text in phone.buttons()):
        await phone.taps("下一页")
    await phone.taps(code)


async def gets(phone: Phone, *parts: str) -> int:
    """Wait until some message contains every part; its number."""

    def found() -> int | None:
        for message in reversed(phone.messages()):
            text = str(message.get("text") or message.get("caption") or "")
            if all(part in text for part in parts):
                return int(message["message_id"])  # type: ignore[call-overload]
        return None

    try:
        await phone.world.wait_for(lambda _: found() is not None, 15)
    except TimeoutError:
        raise AssertionError((parts, [m.get("text") for m in phone.messages()])) from None
    number = found()
    assert number is not None
    return number


def data(phone: Phone, message: int, part: str) -> str:
    """The data of a button of one message."""
    shown = next(m for m in phone.messages() if m["message_id"] == message)
    rows = shown["reply_markup"]["inline_keyboard"]  # type: ignore[index]
    found = [b["callback_data"] for row in rows for b in row if part in b["text"]]
    assert len(found) == 1, (part, rows)
    return str(found[0])


def today() -> date:
    return local_date(now(), TZ)


def typed(day: date) -> str:
    return f"{day.month}-{day.day}"


def shown(day: date) -> str:
    return f"{day.month}月{day.day}日"


# everybody -------------------------------------------------------------------------------------------------------


async def test_for_a_collector_without_tasks_the_plan_is_one_short_message(running: Scene) -> None:
    phone = await holds(running, IDLE)
    await phone.types("/plan")
    text = await phone.shows("现在是", "第2阶段 实施", "还剩 45 天")
    assert len(text.splitlines()) <= 6
    assert set(phone.buttons()) == {"各阶段", "活动简介", "首页"}


async def test_a_collector_sees_the_own_task_and_is_done_in_two_taps(running: Scene) -> None:
    phone = await holds(running, HEAD)
    await phone.types("/plan")
    await phone.shows("您负责的事项", "🔴 站点、班组逐级传达", "已逾期 2 天")
    await phone.taps("站点、班组逐级传达")  # 1
    await phone.taps("完成")  # 2
    await phone.shows("✓", "A07", "覃国栋 已完成")


async def test_the_first_screen_counts_the_own_tasks(running: Scene) -> None:
    phone = await holds(running, HEAD)
    await phone.types("/home")
    await phone.shows("您负责的事项还有 1 项", "🔴 逾期 1 项")


async def test_a_slip_is_undone_with_a_tap(running: Scene) -> None:
    phone = await holds(running, HEAD)
    await opens(phone, "逐级传达")
    await phone.taps("完成")
    await phone.taps("撤销完成")
    await phone.shows("🔴", "已逾期 2 天")


async def test_everybody_can_read_what_the_campaign_is_about(running: Scene) -> None:
    phone = await holds(running, IDLE)
    await phone.types("/plan")
    await phone.taps("活动简介")
    await phone.shows("树文明收费新风、创文明收费窗口", "目标", "措施", "参加范围")


async def test_a_collector_reads_a_task_of_others_without_names(running: Scene) -> None:
    phone = await holds(running, COLLECTOR)
    await finds(phone, 2, "B01")
    text = await phone.shows("健全各类岗位职责", "已落实责任人")
    assert "尹秋萍" not in text
    assert set(phone.buttons()) == {"本阶段", "活动安排", "首页"}


async def test_the_bureau_reads_figures(running: Scene) -> None:
    phone = await holds(running, BUREAU)
    await phone.types("/plan")
    await phone.shows("全部事项", "已完成 8/52", "🔴 逾期 1", "🔴 无责任人")
    await phone.taps("各阶段")
    await phone.taps("第2阶段")
    text = phone.text()
    assert "已落实责任人" in text
    assert "尹秋萍" not in text


async def test_own_dates_go_into_the_calendar(running: Scene) -> None:
    phone = await holds(running, LEADER)
    await phone.types("/plan")
    await phone.taps("加入日历")
    assert phone.last()["document"]["file_name"].endswith(".ics")  # type: ignore[index]


# evidence --------------------------------------------------------------------------------------------------------


async def test_evidence_comes_as_photo_file_and_words_and_then_one_tap_is_done(running: Scene) -> None:
    phone = await holds(running, LEADER)
    await opens(phone, "公示栏")
    await phone.taps("完成")
    await phone.shows("需要的材料：各站公示栏照片", "不必为了材料另做一份")
    await phone._acts(lambda: phone.world.send_photos(phone.account, [Upload("a.jpg", "image/jpeg", PNG)], "东面"))
    await phone.shows("已收到，共 1 件")
    await phone.sends("名单.xlsx", b"PK")
    await phone.shows("已收到，共 2 件")
    await phone.types("两块都换好了")
    await phone.shows("已收到，共 3 件")
    await phone.taps("完成")
    await phone.shows("贺春梅 已完成", "已交 3 件")
    await phone.taps("材料 3 件")
    await phone.shows("照片：东面", "文件：名单.xlsx", "文字：两块都换好了")
    await phone.taps("看 1")
    assert phone.last()["photo"]


async def test_finishing_without_evidence_is_said_to_be_fine(running: Scene) -> None:
    phone = await holds(running, LEADER)
    await opens(phone, "公示栏")
    await phone.taps("完成")
    await phone.taps("先完成，不交材料")
    await phone.shows("贺春梅 已完成")


async def test_a_wrong_piece_is_taken_back(running: Scene) -> None:
    phone = await holds(running, LEADER)
    await opens(phone, "公示栏")
    await phone.taps("交材料")
    await phone.types("发错了")
    await phone.taps("材料 1 件")
    await phone.taps("删除 1")
    await phone.shows("还没有材料")


async def test_an_album_is_answered_once(running: Scene) -> None:
    phone = await holds(running, LEADER)
    await opens(phone, "公示栏")
    await phone.taps("交材料")
    before = len(phone.messages())
    pictures = [Upload(f"{n}.jpg", "image/jpeg", PNG) for n in range(3)]
    await phone._acts(lambda: phone.world.send_photos(phone.account, pictures))
    await phone.types("就这些")
    await phone.shows("共 4 件")
    assert len(phone.messages()) == before + 2


async def test_the_form_survives_a_restart(scene: Scene) -> None:
    async with scene.bot():
        phone = await holds(scene, LEADER)
        await opens(phone, "公示栏")
        await phone.taps("交材料")
    async with scene.bot():
        await phone.types("换好了")
        await phone.shows("已收到，共 1 件")
        await phone.taps("完成")
        await phone.shows("已完成")


# requests --------------------------------------------------------------------------------------------------------


async def test_a_call_for_help_is_a_tap_and_a_line_and_is_answered_with_a_tap(running: Scene) -> None:
    owner, office = await holds(running, LEADER), await holds(running, OFFICE)
    await opens(owner, "公示栏")
    await owner.taps("需要帮助")
    await owner.types("玻璃碎了，<站里>修不了")
    await owner.shows("已转给领导小组办公室")
    asked = await gets(office, "贺春梅（东山收费站一班）请求帮助", "玻璃碎了，<站里>修不了")
    await office.presses(data(office, asked, "知道了"), asked)
    await gets(owner, "祁文博 已看到您的请求")


async def test_the_office_answers_in_a_line(running: Scene) -> None:
    owner, office = await holds(running, LEADER), await holds(running, OFFICE)
    await opens(owner, "公示栏")
    await owner.taps("需要帮助")
    await owner.types("玻璃碎了")
    asked = await gets(office, "请求帮助")
    await office.presses(data(office, asked, "回复"), asked)
    await office.types("明天派人来修")
    await office.shows("祁文博 已答复", "明天派人来修")
    await gets(owner, "明天派人来修")


async def test_another_date_is_two_taps_for_the_owner_and_one_for_the_office(running: Scene) -> None:
    owner, office, second = await holds(running, LEADER), await holds(running, OFFICE), await holds(running, SECOND)
    await opens(owner, "公示栏")
    await owner.taps("改期")  # 1
    day = today() + timedelta(days=7)
    await owner.taps(shown(day))  # 2
    await owner.shows("已申请改到", shown(day))
    first_copy, second_copy = await gets(office, "想改到"), await gets(second, "想改到")
    await office.presses("plan:grant:1", first_copy)
    await gets(owner, "祁文博 同意改期", shown(day))
    said = await second.presses("plan:refuse:1", second_copy)
    assert "变化" in said
    await gets(second, "祁文博 已同意")
    await opens(owner, "公示栏")
    await owner.shows(shown(day))


async def test_a_proposed_date_can_be_typed_and_a_bad_one_gets_a_sentence(running: Scene) -> None:
    owner, office = await holds(running, LEADER), await holds(running, OFFICE)
    await opens(owner, "公示栏")
    await owner.taps("改期")
    await owner.types("过几天吧")
    await owner.shows("没看懂这个日期")
    await owner.types(typed(today() - timedelta(days=1)))
    await owner.shows("已经过去", f"今天（{typed(today())}）")
    day = today() + timedelta(days=10)
    await owner.types(f"{day.month}月{day.day}日")
    await owner.shows("已申请改到", shown(day))
    asked = await gets(office, "想改到", shown(day))
    await office.presses("plan:refuse:1", asked)
    await gets(owner, "未同意改到", "期限不变")


async def test_what_waits_is_a_tap_away_for_the_office(running: Scene) -> None:
    owner, office = await holds(running, LEADER), await holds(running, OFFICE)
    await opens(owner, "公示栏")
    await owner.taps("改期")
    await owner.taps(shown(today() + timedelta(days=7)))
    await office.types("/plan")
    await office.shows("有 1 个请求等您答复")
    await office.taps("待答复的请求 1")
    await office.taps("B07 贺春梅")
    await office.taps("不同意")
    await office.shows("祁文博 未同意")


# the office's changes --------------------------------------------------------------------------------------------


async def test_a_date_is_shown_before_it_is_set(running: Scene) -> None:
    owner, office = await holds(running, LEADER), await holds(running, OFFICE)
    await finds(office, 2, "B07")
    await office.taps("定期限")
    day = today() + timedelta(days=20)
    await office.types(typed(day))
    await office.shows(shown(day), "改期后，将在", "提醒 1 人", "还没有改")
    await office.taps("确认")
    await office.shows("B07", shown(day))
    await owner.types("/plan")
    await owner.shows(shown(day))


async def test_a_date_by_a_tap_takes_three_taps_from_the_card(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await finds(office, 2, "B03")
    await office.taps("定期限")  # 1
    day = today() + timedelta(days=7)
    await office.taps(shown(day))  # 2
    await office.shows("待定 → ", shown(day), "还没有责任人")
    await office.taps("确认")  # 3
    await office.shows(shown(day))


async def test_of_two_confirmations_the_first_wins_and_the_second_sees_the_result(running: Scene) -> None:
    office, second = await holds(running, OFFICE), await holds(running, SECOND)
    days = [today() + timedelta(days=days) for days in (7, 14)]
    for phone, day in zip((office, second), days, strict=True):
        await finds(phone, 2, "B03")
        await phone.taps("定期限")
        await phone.taps(shown(day))
    await office.taps("确认")
    said = await second.taps("确认")
    assert "变化" in said
    await second.shows(shown(days[0]))


async def test_an_owner_is_chosen_by_walking_the_tree(running: Scene) -> None:
    office, head = await holds(running, OFFICE), await holds(running, HEAD)
    await finds(office, 2, "B03")
    await office.taps("选责任人")
    await office.shows("云岭市公路收费所")
    await office.taps("东山收费站")
    await office.taps("覃国栋")
    await office.shows("责任人：覃国栋（东山收费站）")
    await head.types("/plan")
    await head.shows("制定奖惩办法")


async def test_a_head_hands_a_task_of_the_station_over(running: Scene) -> None:
    head = await holds(running, HEAD)
    await head.types("/plan")
    await head.shows("东山收费站", "已完成 0/4", "🔴 逾期 1")
    await head.taps("本单位的事项")
    await head.taps("B25")
    await head.shows("责任人：闫思远（东山收费站一班）")
    assert "定期限" not in head.buttons()
    await head.taps("选责任人")
    await head.taps("二班")
    await head.taps("焦大伟")
    await head.shows("责任人：焦大伟（东山收费站二班）")


async def test_a_phase_moves_with_its_tasks_after_a_preview(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await office.types("/plan")
    await office.taps("各阶段")
    await office.taps("第2阶段")
    await office.taps("定最后一天")
    day = today() + timedelta(days=40)
    await office.types(typed(today() + timedelta(days=70)))
    await office.shows("不能重叠")
    await office.types(typed(day))
    await office.shows("最后一天", shown(day), "提醒 1 人", "未完成的事项可以一起调整")
    await office.taps("事项一起调整")
    await office.shows("第2阶段 实施", shown(day))
    await finds(office, 2, "B03")
    await office.shows(shown(day))


async def test_whoever_changes_their_mind_leaves_the_form(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await finds(office, 2, "B03")
    await office.taps("定期限")
    await office.taps("取消")
    await office.shows("制定奖惩办法", "期限待定")
    await office.types("11-30")
    await office.shows("请点按钮")


async def test_what_is_given_up_can_be_taken_up_again(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await finds(office, 2, "B28")
    await office.taps("不再进行")
    await office.shows("－", "祁文博 定为不再进行")
    await office.taps("恢复进行")
    await office.shows("🔴", "无责任人")


# the table -------------------------------------------------------------------------------------------------------


async def download(phone: Phone) -> openpyxl.Workbook:
    """The file of the newest message, read from the sandbox."""
    document = phone.last()["document"]
    stored = phone.world.files.by_id(str(document["file_id"]))  # type: ignore[index]
    return openpyxl.load_workbook(BytesIO(stored.content))


async def test_the_table_goes_out_is_changed_and_comes_back(running: Scene) -> None:
    office, head = await holds(running, OFFICE), await holds(running, HEAD)
    await office.types("/plan")
    await office.taps("导出表格")
    book = await download(office)
    sheet = book.active
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    day = today() + timedelta(days=15)
    rows["B03"][4].value, rows["B03"][6].value = HEAD, day.isoformat()
    sheet.append(["D01", "实施", "新增一项", "写明做法", None, None, "待定", None, None, "八3", None])
    out = BytesIO()
    book.save(out)
    await office.sends("活动安排(1).xlsx", out.getvalue())  # by its name, with no tap before it
    text = await office.shows("修改 1 项", "B03：责任人 空 → 覃国栋 1005")
    assert "新增 1 项" in text
    await office.taps("确认导入")
    await office.shows("已导入：新增 1 项，修改 1 项")
    await head.types("/plan")
    await head.shows("制定奖惩办法", shown(day))


async def test_every_mistake_in_the_table_is_listed_and_nothing_is_taken_in(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await office.types("/plan")
    await office.taps("导入表格")
    csv = "编号,事项,责任人工号,期限\nB03,制定奖惩办法,9999,去年\n,没有编号,,\nB04,,,2026-01-01\n"
    await office.sends("活动.csv", csv.encode())
    text = await office.shows("要改，还没有导入")
    for part in (
        "第 2 行：没有工号为“9999”",
        "第 2 行：没看懂期限“去年”",
        "第 3 行：没有编号",
        "第 4 行：没有写事项",
        "第 4 行：期限“2026-01-01”",
    ):
        assert part in text, part
    await finds(office, 2, "B03")
    await office.shows("期限待定")


async def test_the_template_is_set_up_with_a_tap(scene: Scene) -> None:
    db = await Database.open(scene.data_dir)
    for table in ("task_evidence", "task_asks", "tasks", "campaign_facts", "phases"):
        await db.write(lambda tx, table=table: tx.run(f"DELETE FROM {table}"))
    assert await sample.everyone(db)
    await db.close()
    async with scene.bot():
        collector, office = await holds(scene, IDLE), await holds(scene, OFFICE)
        await collector.types("/plan")
        await collector.shows("还没有装入")
        await office.types("/plan")
        await office.taps("装入活动方案")
        await office.shows("新增 52 项")
        await office.taps("各阶段")
        await office.shows("第1阶段 动员", "日期待定")


# refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff_no", [COLLECTOR, LEADER, BUREAU])
async def test_forged_presses_change_nothing(running: Scene, staff_no: str) -> None:
    phone, office = await holds(running, staff_no), await holds(running, OFFICE)
    await phone.types("/plan")
    day = (today() + timedelta(days=9)).strftime("%Y%m%d")
    for forged in (
        f"plan:set:10:{day}:0",
        f"plan:fix:2:end:{day}:1:1",
        "plan:give:10:17:0",
        "plan:done:10",
        "plan:anyway:10",
        "plan:drop:10:0",
        "plan:due:10",
        "plan:handed:10",
        "plan:help:10",
        "plan:edge:2:end",
        "plan:list:overdue:0",
        "plan:asks",
        "plan:export",
        "plan:import",
        "plan:load",
    ):
        assert await phone.presses(forged), forged
    await finds(office, 2, "B01")
    await office.shows("○", "尹秋萍")


@pytest.mark.parametrize("nonsense", ["plan:set:1:99999999:0", "plan:list:all:0", "plan:edge:2:middle", "plan:task:x"])
async def test_a_press_that_no_button_carries_shows_where_things_stand(running: Scene, nonsense: str) -> None:
    phone = await holds(running, OFFICE)
    await phone.types("/plan")
    assert "变化" in await phone.presses(nonsense)


async def test_pressing_done_on_two_old_messages_does_it_once(running: Scene) -> None:
    phone = await holds(running, HEAD)
    for _ in range(2):
        await opens(phone, "逐级传达")
    older, newer = [int(m["message_id"]) for m in phone.messages()[-2:]]  # type: ignore[call-overload]
    done = data(phone, older, "完成")
    await asyncio.gather(phone.presses(done, older), phone.presses(done, newer))
    for number in (older, newer):
        text = next(str(m["text"]) for m in phone.messages() if m["message_id"] == number)
        assert "覃国栋 已完成" in text


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
