"""kill -9 at every step of a practice set: no answer is lost, none counts twice, and the same message goes on.

The moment of the kill is a handshake, never a guess: the sandbox tells when the bot has made a certain call.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from sandbox.world import World
from storage.database import DATABASE_FILE
from tests.dialogs.conftest import Scene, office, scene
from tests.dialogs.phone import Phone

__all__ = ["office", "scene"]

Moment = Callable[[World, int], bool]


def called(*methods: str) -> Moment:
    """When the bot has made one of these calls."""
    return lambda world, since: any(call.n > since and call.method in methods for call in world.calls)


# From the tap to the end of its handling: on its way, taken from Telegram, stored and acknowledged, answered, shown.
MOMENTS: dict[str, Moment] = {
    "at once": lambda _world, _since: True,
    "when the answer was sent": called("answerCallbackQuery"),
    "when the next question was shown": called("editMessageText", "editMessageMedia"),
    "when the update was acknowledged": called("getUpdates"),
}


class Process:
    """The bot as `tollmate run` starts it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        scene = self._scene
        environment = {
            **os.environ,
            "TOLLMATE_BOT_TOKEN": scene.world.token,
            "TOLLMATE_API_BASE_URL": scene.url,
            "TOLLMATE_DATA_DIR": str(scene.data_dir),
            "TOLLMATE_LOG_LEVEL": "WARNING",
        }
        self._process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environment)

    async def kill(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()


@asynccontextmanager
async def running(scene: Scene) -> AsyncIterator[Process]:
    process = Process(scene)
    await process.start()
    try:
        yield process
    finally:
        assert await process.stop() == 0


def rows(data_dir: Path, sql: str) -> list[tuple[object, ...]]:
    """What is in the file, by a connection of our own, after the bot has stopped."""
    with closing(sqlite3.connect(data_dir / DATABASE_FILE)) as connection:
        return connection.execute(sql).fetchall()


def place_of(data: str) -> tuple[int, int]:
    _, _, _, position, place = data.split(":")
    return int(position), int(place)


async def press_and_kill(scene: Scene, process: Process, phone: Phone, data: str, moment: Moment) -> None:
    """Press, end the bot at the moment, start it again, and wait until the press has had its effect."""
    since = scene.world.calls[-1].n
    scene.world.press(phone.account, phone.last()["message_id"], data)  # type: ignore[arg-type]
    await scene.world.wait_for(lambda w: moment(w, since), 15)
    await process.kill()
    dead = scene.world.calls[-1].n
    await process.start()
    await scene.world.wait_for(lambda w: called("deleteWebhook")(w, dead), 20)  # it takes updates in again
    # A press before it may be handled again first and show the same question; its own effect takes the button away.
    await scene.world.wait_for(lambda _: data not in phone.buttons().values(), 20)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_kill_loses_no_answer_and_doubles_none(scene: Scene, moment: str) -> None:
    pressed: dict[int, int] = {}
    async with running(scene) as process:
        await scene.world.wait_for(lambda w: w.bot_online, 20)
        phone = await scene.joined()
        await phone.types("/practice")
        await phone.taps("3题")
        message = phone.last()["message_id"]
        while answers := [d for d in phone.buttons().values() if d.startswith("practice:answer")]:
            submit = [d for d in phone.buttons().values() if d.startswith("practice:submit")]
            position, place = place_of(answers[0])
            assert position not in pressed  # what was pressed once has had its effect
            pressed[position] = place
            if submit:
                await phone.presses(answers[0])
            await press_and_kill(scene, process, phone, (submit or answers)[0], MOMENTS[moment])
            if note := [d for d in phone.buttons().values() if d.startswith("practice:note")]:
                await scene.world.wait_for(lambda w: w.bot_online, 20)
                await phone.presses(note[0])
        assert phone.last()["message_id"] == message
    assert set(pressed) == {0, 1, 2}
    items = rows(scene.data_dir, "SELECT position, shown_order, ticked FROM run_items ORDER BY position")
    assert [str(ticked) for _, _, ticked in items] == [str(order)[pressed[int(str(n))]] for n, order, _ in items]
    assert rows(scene.data_dir, "SELECT shown FROM cards") == [(1,), (1,), (1,)]
    assert rows(scene.data_dir, "PRAGMA integrity_check") == [("ok",)]
    assert rows(scene.data_dir, "SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
