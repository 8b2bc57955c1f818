"""Dialogs of training, with every tap counted: moving a session, calling the roll, batches, swaps, self-study."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio

from content.bank import load_bank
from content.tables import roster_template
from domain import training as rules
from domain.clock import DAY, HOUR, MINUTE, now
from domain.questions import Question
from sandbox.records import Upload
from storage import people
from storage import training as store
from storage.database import Connection, Database
from tests.dialogs.conftest import QUICK, Scene, holds
from tests.dialogs.phone import Phone

# Of the sample office, by staff number.
OFFICE, HEAD = "1002", "1005"


@pytest_asyncio.fixture
async def running(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """The bot without quiet hours; what belongs to one change has two seconds instead of a minute."""
    monkeypatch.setattr(rules, "SETTLING", 2_000)
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


async def prepared(scene: Scene, work: Callable[[Connection], Awaitable[None]]) -> None:
    """Change the sample office before the bot starts."""
    db = await Database.open(scene.data_dir)
    await db.write(work)
    await db.close()


async def roster(scene: Scene) -> dict[str, tuple[str, int | None]]:
    """Role and batch by staff number."""
    found: dict[str, tuple[str, int | None]] = {}

    async def work(tx: Connection) -> None:
        for one in await people.listed(tx, ""):
            found[one.staff_no] = (one.role, one.batch)

    await prepared(scene, work)
    return found


async def of_batch(scene: Scene, batch: int, role: str = "collector", n: int = 0) -> str:
    """The staff number of the n-th person of a role in a batch. Before the bot runs."""
    return [no for no, (its, its_batch) in (await roster(scene)).items() if its == role and its_batch == batch][n]


def _text(message: dict[str, object]) -> str:
    return str(message.get("text") or message.get("caption") or "")


def count(phone: Phone, *parts: str) -> int:
    return sum(all(part in _text(m) for part in parts) for m in phone.messages())


async def gets(phone: Phone, *parts: str) -> None:
    """Wait until the newest message contains every part; the sender comes by itself."""
    try:
        await phone.world.wait_for(lambda _: all(part in phone.text() for part in parts), 15)
    except TimeoutError:
        raise AssertionError((parts, [_text(m) for m in phone.messages()])) from None


def attached(phone: Phone, ending: str) -> bytes:
    """The file of the newest message."""
    document = phone.last()["document"]
    assert document["file_name"].endswith(ending)  # type: ignore[index]
    return phone.world.files.by_id(document["file_id"]).content  # type: ignore[index,attr-defined]


async def presses_again(phone: Phone, data: str) -> None:
    """Press what changes nothing any more: there is an answer, and no edit to wait for."""
    press = phone.world.press(phone.account, phone.last()["message_id"], data)  # type: ignore[arg-type]
    await phone.world.wait_for(lambda _: phone._event(press, "callback_answer"))


async def opens(phone: Phone, part: str) -> None:
    """/training, and the card of the first session whose button contains ``part``."""
    await phone.types("/training")
    buttons = phone.buttons()
    await phone.presses(next(d for text, d in buttons.items() if part in text and d.startswith("training:card")))


# looking up ------------------------------------------------------------------------------------------------------


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


async def test_a_collectors_card_is_simple(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/training")
    await phone.presses(next(d for d in phone.buttons().values() if d.startswith("training:card")))
    assert list(phone.buttons()) == ["加入日历", "返回", "首页"]


async def test_a_session_of_the_other_batch_is_refused(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/training")
    said = [await phone.presses(f"training:card:{number}") for number in range(1, 9)]
    assert sum("不" in line for line in said) == 4


async def test_forged_presses_of_a_collector_change_nothing(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/training")
    forged = ("change:2:time", "drop:2", "dropped:2", "new", "create:laws:1", "roll:2:0", "called:2", "unplaced")
    forged += ("split", "divide:00000000", "unbatched", "place:20:2", "coverage", "add:laws")
    for data in forged:
        assert await phone.presses(f"training:{data}"), data
    await phone.presses("training:swap_decide:1:yes")
    await phone.types("/training")
    await phone.shows("培训安排")


# changing --------------------------------------------------------------------------------------------------------


async def test_moving_a_session_takes_three_taps_and_a_message_and_tells_exactly_the_affected(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SETTLING", 2_000)
    scene.extra |= QUICK
    mine, theirs = await of_batch(scene, 1), await of_batch(scene, 2)
    async with scene.bot():
        office, one, other = await holds(scene, OFFICE), await holds(scene, mine), await holds(scene, theirs)
        await opens(office, "第一期 服务规范")  # 1
        await office.taps("改时间")  # 2
        await office.types("20天后 14:00")
        await office.shows("→", "14:00–17:00", "将通知 22 人")
        await office.taps("确认")  # 3
        await office.shows("已改好", "通知 22 人")
        await gets(one, "有变动", "→", "14:00–17:00")
        calendar = attached(one, ".ics").decode()
        assert "SEQUENCE:1" in calendar
        assert "T140000" in calendar
        assert count(one, "有变动") == 1
        assert count(other, "有变动") == 0
        assert count(office, "有变动") == 0


async def test_moving_it_twice_within_the_minute_sends_one_message(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SETTLING", 4_000)
    scene.extra |= QUICK
    mine = await of_batch(scene, 1)
    async with scene.bot():
        office, one = await holds(scene, OFFICE), await holds(scene, mine)
        for field, value in (("改时间", "20天后 14:00"), ("改时间", "21天后 15:00"), ("改地点", "五楼会议室")):
            await opens(office, "第一期 服务规范")
            await office.taps(field)
            await office.types(value)
            await office.taps("确认")
        await gets(one, "有变动", "15:00–18:00", "五楼会议室")
        assert "14:00" not in one.text()
        assert count(one, "有变动") == 1


async def test_a_cancelled_session_is_taken_out_of_the_calendar(scene: Scene) -> None:
    scene.extra |= QUICK
    mine = await of_batch(scene, 1)
    async with scene.bot():
        office, one = await holds(scene, OFFICE), await holds(scene, mine)
        await opens(office, "第一期 服务规范")
        await office.taps("取消此场")
        await office.shows("22 人")
        await office.taps("确定取消")
        await gets(one, "取消")
        calendar = attached(one, ".ics").decode()
        assert "METHOD:CANCEL" in calendar
        assert "STATUS:CANCELLED" in calendar


async def test_a_past_or_taken_time_is_refused_and_the_form_waits_for_a_better_one(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await opens(office, "第一期 服务规范")
    await office.taps("改时间")
    await office.types("2020-01-01 9:00")
    await office.shows("过")
    assert re.search(r"\d{1,2}-\d{1,2} \d{2}:\d{2}", office.text())
    await office.types("明天 10:00")
    await office.shows("时间冲突", "等 22 人", "法律法规", "09:00")
    await office.types("20天后 9:00")
    await office.shows("将通知")


async def test_a_new_session_gets_its_date_from_its_card(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await office.types("/training")
    await office.taps("新增场次")
    await office.taps("第二期 法律法规")
    await office.shows("待定")
    await office.taps("改时间")
    await office.types("30天后 9:00")
    await office.taps("确认")
    await office.taps("查看")
    await office.shows("09:00–16:00")
    await office.taps("改携带")
    await office.types("工作证")
    await office.shows("工作证")
    await office.taps("确认")
    await office.shows("已改好")


async def test_a_form_that_is_left_drops_nothing_and_cancel_drops_it(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await opens(office, "第一期 服务规范")
    await office.taps("改地点")
    await office.types("/home")
    await office.types("五楼")
    await office.shows("五楼", "→")
    await office.types("/cancel")
    await office.types("六楼")
    assert "→" not in office.text()


# roll calls ------------------------------------------------------------------------------------------------------


async def starting(scene: Scene, organiser: str) -> None:
    """The first session to come begins in ten minutes and is organised by this person; the other batch's in 20 days."""

    async def work(tx: Connection) -> None:
        who = await people.by_staff_no(tx, organiser)
        sessions = [s for s in await store.sessions(tx) if s.course.code == "laws"]
        mine, other = sorted(sessions, key=lambda s: s.batch)
        at = now() + 10 * MINUTE
        await store.change_session(
            tx, replace(mine, starts_at=at, ends_at=at + HOUR, organiser_id=who.id if who else None)
        )
        later = now() + 20 * DAY
        await store.change_session(tx, replace(other, starts_at=later, ends_at=later + HOUR))

    await prepared(scene, work)


async def test_a_roll_call_takes_two_taps_more_than_there_are_exceptions(scene: Scene) -> None:
    scene.extra |= QUICK
    leader = await of_batch(scene, 2, "team_leader")
    absent = await of_batch(scene, 1)
    await starting(scene, leader)
    async with scene.bot():
        organiser, missing = await holds(scene, leader), await holds(scene, absent)
        await opens(organiser, "第一期 法律法规")
        taps = 0
        await organiser.taps("点名")
        taps += 1
        assert not any("✓" in text for text in organiser.buttons())
        rows = organiser.last()["reply_markup"]["inline_keyboard"]  # type: ignore[index]
        for row, button in ((0, 3), (1, 1), (2, 2)):  # absent, late, leave
            await organiser.presses(rows[row][button]["callback_data"])
            taps += 1
        await organiser.shows("迟到 1 人", "请假 1 人", "缺席 1 人")
        await organiser.taps("其余 19 人到场，确认")
        taps += 1
        assert taps == 3 + 2
        await organiser.shows("到场 19 人")
        await gets(missing, "补课")
        await missing.taps("参加")
        await missing.shows("已登记")


async def test_a_mark_pressed_twice_stays_and_a_second_confirmation_changes_nothing(scene: Scene) -> None:
    scene.extra |= QUICK
    leader = await of_batch(scene, 2, "team_leader")
    await starting(scene, leader)
    async with scene.bot():
        organiser, office = await holds(scene, leader), await holds(scene, OFFICE)
        await opens(organiser, "第一期 法律法规")
        await organiser.taps("点名")
        late = next(d for d in organiser.buttons().values() if ":late:" in d)
        await organiser.presses(late)
        await presses_again(organiser, late)
        await organiser.shows("迟到 1 人")
        confirm = organiser.button("其余")
        await organiser.presses(confirm)
        await presses_again(organiser, confirm)
        await organiser.shows("到场 21 人")
        await opens(office, "第一期 法律法规")
        await office.taps("点名")
        await office.shows("到场 21 人")
        back = next(d for d in office.buttons().values() if d.endswith(":none:0"))
        await office.presses(back)
        await office.shows("到场 22 人")


async def test_the_roll_cannot_be_called_days_before(running: Scene) -> None:
    office = await holds(running, OFFICE)
    await opens(office, "第一期 服务规范")
    assert "点名" not in office.buttons()
    assert "30 分钟" in await office.presses("training:roll:4:0")


# batches ---------------------------------------------------------------------------------------------------------


async def test_the_office_splits_in_two_taps_and_whoever_moves_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.training.splitting.SETTLING", 500)
    scene.extra |= QUICK
    mine = await of_batch(scene, 1)

    async def work(tx: Connection) -> None:
        await tx.run("UPDATE people SET batch = NULL WHERE staff_no = :no", no=mine)

    await prepared(scene, work)
    async with scene.bot():
        office, one = await holds(scene, OFFICE), await holds(scene, mine)
        await office.types("/training")
        await office.taps("自动分期")  # 1
        await office.shows("第一期 22 人，第二期 22 人", "要调整 1 人", "未分期 → 第一期")
        confirm = office.button("确认分期")
        await office.presses(confirm)  # 2
        await office.shows("分期已调整")
        await gets(one, "第一期", "法律法规")
        assert await office.presses(confirm)
        await office.shows("已经均衡")


async def test_somebody_in_no_batch_is_placed_in_two_taps(scene: Scene) -> None:
    scene.extra |= QUICK
    mine = await of_batch(scene, 1)

    async def work(tx: Connection) -> None:
        await tx.run("UPDATE people SET batch = NULL WHERE staff_no = :no", no=mine)

    await prepared(scene, work)
    async with scene.bot():
        office, one = await holds(scene, OFFICE), await holds(scene, mine)
        await one.types("/training")
        assert "服务规范" not in one.text()
        await office.types("/training")
        await office.taps("未分期")
        await office.shows("未分期 1 人")
        await office.taps("二期")
        await office.shows("都已分期")
        await one.types("/training")
        await one.shows("法律法规")


async def team_of_three(scene: Scene) -> list[tuple[str, str]]:
    """(staff number, name) of two collectors of one team in different batches, and of their leader."""
    found: list[tuple[str, str]] = []

    async def work(tx: Connection) -> None:
        listed = await people.listed(tx, "")
        asker, other = next(
            (a, b)
            for a in listed
            for b in listed
            if (a.role, b.role) == ("collector", "collector") and a.unit == b.unit and (a.batch, b.batch) == (1, 2)
        )
        leader = next(p for p in listed if p.role == "team_leader" and p.unit == asker.unit)
        found.extend((one.staff_no, one.name) for one in (asker, other, leader))

    await prepared(scene, work)
    return found


async def test_a_swap_goes_from_the_asker_to_the_colleague_to_their_leader_one_tap_each(scene: Scene) -> None:
    scene.extra |= QUICK
    (asker, _), (other, name), (leader, _) = await team_of_three(scene)
    async with scene.bot():
        one, two, three = await holds(scene, asker), await holds(scene, other), await holds(scene, leader)
        await one.types("/training")
        await one.taps("申请换期")
        await one.taps(name)
        await one.shows("等", "答复")
        await gets(two, "换期申请", "第二期 → 第一期")
        await two.taps("同意")
        await two.shows("等班长批准")
        await gets(three, "换期申请")
        approve = three.button("批准")
        await three.taps("批准")
        await three.shows("已换期")
        await gets(one, "已换期", "第二期")
        await gets(two, "已换期", "第一期")
        await presses_again(three, approve)
        await three.shows("已换期")


async def test_a_swap_can_be_withdrawn_and_a_late_answer_sees_that(scene: Scene) -> None:
    scene.extra |= QUICK
    (asker, _), (other, name), (leader, _) = await team_of_three(scene)
    async with scene.bot():
        one, two, three = await holds(scene, asker), await holds(scene, other), await holds(scene, leader)
        await one.types("/training")
        await one.taps("申请换期")
        await one.taps(name)
        await gets(two, "换期申请")
        await one.taps("撤回")
        await one.shows("已撤回")
        await two.taps("同意")
        await two.shows("已撤回")
        await three.types("/training")
        await three.taps("换期审批")
        await three.shows("没有等您批准的换期")


async def test_the_coverage_comes_as_a_table_in_one_tap(running: Scene) -> None:
    head = await holds(running, HEAD)
    await head.types("/training")
    await head.taps("导出培训情况")
    await head.shows("培训情况", "/11 人到场")
    book = openpyxl.load_workbook(BytesIO(attached(head, ".xlsx")))
    assert book.sheetnames == ["人员", "班组合计"]


# self-study ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def questions() -> dict[str, Question]:
    """The shipped bank by stem."""
    return {one.stem: one for one in load_bank()[0]}


async def answers(phone: Phone, questions: dict[str, Question], *, right: bool) -> None:
    """Answer the question that stands there by its stem, and read the explanation of a wrong answer."""
    asked = next(one for stem, one in questions.items() if stem in phone.text().split("———")[-1])
    if right:
        wanted = [asked.options[option] for option in asked.key]
    else:
        wanted = [next(text for at, text in enumerate(asked.options) if at not in asked.key)]
    for text in wanted:
        await phone.presses(_option(phone, text))
    submit = [d for d in phone.buttons().values() if d.startswith("training:hand_in")]
    if submit:
        await phone.presses(submit[0])
    if not right:
        await phone.taps("明白了")


def _option(phone: Phone, text: str) -> str:
    for label, data in phone.buttons().items():
        letter = label.split()[-1]
        if data.startswith("training:tick") and (label == text or f"{letter}. {text}" in phone.text()):
            return data
    raise AssertionError((text, phone.text(), phone.buttons()))


async def test_material_goes_up_in_three_taps_and_a_message_and_is_read_by_all(running: Scene) -> None:
    office, one = await holds(running, OFFICE), await running.joined()
    await office.types("/training")
    await office.taps("自学")
    await office.taps("法律法规")
    await office.taps("添加资料")
    await office.types("收费纪律\n唱收唱付。")
    await office.shows("大家会看到", "唱收唱付")
    await office.taps("放上去")
    await office.taps("添加资料")
    before = len(office.messages())
    office.world.send_documents(office.account, [Upload("讲义.pdf", "application/pdf", b"%PDF")])
    await office.world.wait_for(lambda _: len(office.messages()) > before)
    await office.taps("放上去")
    await office.taps("添加资料")
    await office.types("公路法 https://flk.npc.gov.cn/")
    await office.taps("放上去")
    await one.types("/training")
    await one.taps("自学")
    await one.shows("资料 3 份")
    await one.taps("法律法规")
    assert not [text for text in one.buttons() if "添加" in text]
    await one.taps("收费纪律")
    await one.shows("唱收唱付")
    await one.taps("返回")
    await one.taps("公路法")
    await one.shows("flk.npc.gov.cn")
    await one.taps("返回")
    await one.taps("讲义.pdf")
    assert one.last()["document"]["file_name"] == "讲义.pdf"  # type: ignore[index]
    await office.taps("公路法")
    await office.taps("撤下")
    await office.taps("撤下")
    await office.shows("法律法规")
    assert not [text for text in office.buttons() if "公路法" in text]


async def test_three_right_answers_complete_a_course_in_one_message(
    running: Scene, questions: dict[str, Question]
) -> None:
    one = await running.joined()
    await one.types("/training")
    message = one.last()["message_id"]
    await one.taps("自学")
    await one.taps("法律法规")
    await one.taps("做三道题")
    await answers(one, questions, right=True)
    await one.types("/training")
    await one.taps("自学")
    await one.taps("法律法规")
    await one.taps("接着做题")
    await answers(one, questions, right=True)
    await answers(one, questions, right=True)
    await one.shows("三道题全对")
    assert one.last()["message_id"] != message
    await one.taps("返回")
    await one.shows("已完成")
    assert "做三道题" not in one.buttons()


async def test_a_wrong_answer_is_explained_and_there_are_other_questions(
    running: Scene, questions: dict[str, Question]
) -> None:
    one = await running.joined()
    await one.types("/training")
    await one.taps("自学")
    await one.taps("廉洁")
    await one.taps("做三道题")
    for right in (False, True, True):
        await answers(one, questions, right=right)
    await one.shows("没有全对")
    await one.taps("再做三道题")
    await one.shows("1/3")


# the roster ------------------------------------------------------------------------------------------------------


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
