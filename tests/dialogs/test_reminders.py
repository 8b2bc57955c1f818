"""Reminders as people meet them: one comes, is put off once, a kind is switched off, a team's shifts are set."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from domain.clock import now
from services import people, sample
from storage.database import Database
from tests.conftest import TZ
from tests.dialogs.conftest import Scene
from tests.dialogs.phone import Phone


@pytest_asyncio.fixture
async def running(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """The bot without quiet hours; today's phase is told to whoever joins, at once."""
    monkeypatch.setattr(people, "WELCOME", 0)
    db = await Database.open(scene.data_dir)
    await sample.prepare_show(db, now(), TZ)
    await db.close()
    scene.extra |= {"quiet_hours": "00:00-00:00", "send_rate": "1000", "send_rate_per_chat": "20"}
    async with scene.bot():
        yield scene


async def reminded(scene: Scene, role: str = "collector") -> Phone:
    phone = scene.stranger()
    await phone.start(scene.tokens[scene.roles[role][0]])
    await phone.taps("是我")
    await phone.shows("今天开始")
    return phone


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
