"""Reminders as people meet them: one comes, is put off once, a kind is switched off, a team's shifts are set."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
import pytest_asyncio

from domain.clock import DAY, local_date, now
from domain.outbox import Post
from domain.people import Role
from domain.schedules import Occurrence
from services import people, reminders, sample
from storage import outbox
from storage import people as stored
from storage.database import Connection, Database
from tests.conftest import TZ
from tests.dialogs.conftest import QUICK, Scene
from tests.dialogs.phone import Phone


@pytest_asyncio.fixture
async def running(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """The bot; today's phase is told to whoever joins, at once."""
    db = await Database.open(scene.data_dir)
    await sample.prepare_show(db, now(), TZ)
    await db.close()
    async with started(scene, monkeypatch):
        yield scene


async def reminded(scene: Scene, role: str = "collector") -> Phone:
    return await joins(scene, role, "今天开始")


LAWS, PROMISE = 2, 16  # of the sample: tomorrow's session of batch 1; the first leader's task, due in two days


async def waits(scene: Scene, make: Callable[[Connection], Awaitable[Sequence[Post]]]) -> None:
    """A reminder that is due before the bot starts; it comes to those who join."""
    db = await Database.open(scene.data_dir)

    async def unit(tx: Connection) -> None:
        await outbox.add(tx, await make(tx), now())

    await db.write(unit)
    await db.close()


def due(kind: str, subject: int, day: date, slot: str) -> Occurrence:
    return Occurrence(kind, subject, day, slot, now(), now() + DAY)


@asynccontextmanager
async def started(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The bot without quiet hours, and without a pause for whoever joins."""
    monkeypatch.setattr(people, "WELCOME", 0)
    scene.extra |= QUICK
    async with scene.bot():
        yield


async def joins(scene: Scene, role: str, *parts: str) -> Phone:
    """Somebody joins and is sent what waits for them."""
    phone = scene.stranger()
    await phone.start(scene.tokens[scene.roles[role][0]])
    await phone.taps("是我")
    await phone.shows(*parts)
    return phone


async def test_a_session_is_announced_goes_into_the_calendar_and_is_put_off_in_place(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = local_date(now(), TZ) + timedelta(days=1)
    await waits(scene, lambda tx: reminders.expand_session(tx, due("session", LAWS, tomorrow, "eve"), now()))
    async with started(scene, monkeypatch):
        phone = await joins(scene, "collector", "明天培训", "地点")
        reminder, ics = phone.last()["message_id"], phone.button("日历")
        await phone.taps("稍后提醒")
        await phone.shows("明天培训", "地点", "再提醒您")
        assert not [text for text in phone.buttons() if "提醒" in text or "下班" in text]
        await phone.presses(ics, reminder)  # type: ignore[arg-type]
        assert phone.last()["document"]["file_name"].endswith(".ics")  # type: ignore[index]


async def test_a_task_is_put_off_until_after_the_shift_and_done_from_its_reminder(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = local_date(now(), TZ) + timedelta(days=2)
    await waits(scene, lambda tx: reminders.expand_task(tx, due("task", PROMISE, day, "soon"), now()))
    async with started(scene, monkeypatch):
        phone = await joins(scene, "team_leader", "到期")
        later = phone.button("稍后提醒")
        await phone.taps("下班后")
        await phone.shows("到期", "再提醒您")
        await phone.taps("完成")
        await phone.taps("先完成，不交材料")
        await phone.shows("已完成")
        assert "变" in await phone.presses(later) or "首页" in phone.text()


async def test_the_weekly_digest_names_what_is_open_in_the_own_part(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_week = local_date(now(), TZ) + timedelta(days=7)
    await waits(scene, lambda tx: reminders.expand_digest(tx, due("digest", 0, next_week, "weekly"), now()))
    async with started(scene, monkeypatch):
        head = await joins(scene, "station_head", "本周待办", "已逾期的事项", "覃国栋，逾期")
        await head.taps("活动安排")
        await head.shows("逾期")


async def test_the_office_hears_what_could_not_be_told_in_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    detail = {"kind": "session", "day": local_date(now(), TZ).isoformat(), "slot": "eve", "due_at": now() - DAY}

    async def missed(tx: Connection) -> Sequence[Post]:
        office = [one.id for one in await stored.listed(tx, "") if one.role is Role.OFFICE]
        return [Post(f"missed:{one}", "missed", one, LAWS, now(), detail) for one in office]

    await waits(scene, missed)
    async with started(scene, monkeypatch):
        phone = await joins(scene, "office", "没能按时发出")
        assert "培训：" in phone.text()


async def test_the_office_imports_its_calendar_with_every_fault_named(running: Scene) -> None:
    phone = await joins(running, "office", "今天开始")
    await phone.types("/people")
    await phone.taps("工作日历")
    await phone.shows("日期、上班或休息、名称")
    await phone.sends("日历.csv", "日期,上班/休息\n2027-02-30,歇\n".encode())
    await phone.shows("第 2 行：日期看不懂", "第 2 行：第二列")
    await phone.sends("日历.csv", "日期,上班/休息,名称\n2027-02-06,上班,春节调休\n".encode())
    await phone.shows("已登记，新增或改动 1 天")
    await phone.types("/people")
    await phone.taps("工作日历")
    await phone.shows("已登记 1 天")
    await phone.taps("返回")
    await phone.types("你好")
    await phone.shows("请点按钮")


async def test_a_reminder_comes_by_itself_and_one_tap_puts_it_off(running: Scene) -> None:
    phone = await reminded(running)
    later = phone.button("稍后提醒")
    await phone.presses(later)
    said = await phone.shows("再提醒您")
    running.world.press(phone.account, phone.last()["message_id"], later)  # type: ignore[arg-type]
    await phone.types("/home")
    assert [str(m.get("text")) for m in phone.messages()].count(said) == 1


async def test_it_can_wait_until_the_shift_is_over(running: Scene) -> None:
    phone = await reminded(running)
    await phone.taps("下班后")
    await phone.shows("再提醒您")


async def test_nobody_puts_off_somebody_elses_reminder(running: Scene) -> None:
    mine, other = await reminded(running), await reminded(running, "team_leader")
    before = other.text()
    assert await other.presses(mine.button("稍后提醒"))
    assert other.text() == before


async def test_a_kind_is_switched_off_and_on_by_one_tap_each(running: Scene) -> None:
    phone = await reminded(running)
    await phone.types("/me")
    await phone.taps("提醒设置")
    await phone.taps("活动阶段")
    assert phone.button("活动阶段：已关")
    await phone.taps("活动阶段")
    assert phone.button("活动阶段：开着")


async def test_a_head_sets_a_teams_shifts(running: Scene) -> None:
    phone = await reminded(running, "station_head")
    await phone.types("/people")
    await phone.taps("班次")
    await phone.taps("一班")
    await phone.taps("设置班次")
    await phone.types("白白夜夜打牌")
    await phone.shows("没看懂")
    await phone.types("白白夜夜休休")
    await phone.taps("第 3 天")
    await phone.shows("白白夜夜休休", "夜")
    await phone.taps("确认")
    await phone.taps("取消排班")
    await phone.shows("未排班")
