"""A notice to 1,000 people at the real speed: in peace, with the bot killed on the way, and on a bad network.

The real bot as a process against the sandbox. Minutes, not seconds: run by `make test-load`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.crowd import notice_to_all, settle_in
from sandbox.flood import FloodLimits
from sandbox.server import SandboxServer
from sandbox.world import World
from services import bank
from storage.database import Database
from tests.crash.test_practice_crash import Process, rows, running
from tests.dialogs.conftest import Scene

pytestmark = pytest.mark.load

PEOPLE = 1_000
PATIENCE = 300.0
Row = tuple[str, int, int]


@dataclass
class Crowd:
    """A scene with many people, and a notice to them in the outbox."""

    scene: Scene
    people: dict[int, int]
    notice: int

    @property
    def world(self) -> World:
        return self.scene.world

    def received(self) -> Counter[int]:
        """How many messages of the bot stand in each person's chat, by person id."""
        return Counter({person: len(self._messages(chat)) for chat, person in self.people.items()})

    def _messages(self, account: int) -> list[object]:
        chat = self.world.chat(account)
        return [m for m in self.world.visible(chat) if m["from"]["id"] != account]  # type: ignore[index]

    def outbox(self) -> dict[int, Row]:
        """State, attempts and doubts of each person's copy, after the bot has stopped."""
        found = rows(
            self.scene.data_dir,
            f"""SELECT person_id, state, attempts, uncertain FROM outbox
                 WHERE kind = 'notice' AND subject_id = {self.notice}""",
        )
        return {int(str(person)): (str(state), int(str(n)), int(str(u))) for person, state, n, u in found}

    def all_settled(self) -> bool:
        return not rows(
            self.scene.data_dir, "SELECT 1 FROM outbox WHERE kind = 'notice' AND state IN ('pending', 'leased') LIMIT 1"
        )


@pytest_asyncio.fixture
async def crowd(tmp_path: Path) -> AsyncIterator[Crowd]:
    async with SandboxServer() as server:
        chats = [server.world.add_account(f"员工{n}").id for n in range(PEOPLE)]
        for chat in chats:
            server.world.chat(chat).account.started = True
        db = await Database.open(tmp_path)
        people = await settle_in(db, chats)
        await bank.refresh(db)
        notice = await notice_to_all(db)
        await db.close()
        scene = Scene(server.world, server.url, tmp_path, {}, {}, {"quiet_hours": "00:00-00:00"})
        yield Crowd(scene, people, notice)


@pytest.fixture(autouse=True)
def never_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLLMATE_QUIET_HOURS", "00:00-00:00")


async def finished(crowd: Crowd) -> None:
    async with asyncio.timeout(PATIENCE):
        while not crowd.all_settled():
            await asyncio.sleep(0.5)  # the bot is another process: its file is all that tells


async def sent(crowd: Crowd, count: int) -> None:
    await crowd.world.wait_for(lambda w: w.tally["sendMessage", None] >= count, PATIENCE)


async def test_everybody_gets_it_exactly_once_and_telegram_never_asks_to_wait(crowd: Crowd) -> None:
    crowd.world.flood = FloodLimits(burst=5)
    async with running(crowd.scene):
        await finished(crowd)
    assert set(crowd.received().values()) == {1}
    refused = {
        error: count for (method, error), count in crowd.world.tally.items() if method == "sendMessage" and error
    }
    assert refused == {}
    assert {row for row in crowd.outbox().values() if row[1]} == {("sent", 1, 0)}


async def test_three_kills_on_the_way_lose_nobody_and_double_only_what_was_in_the_air(crowd: Crowd) -> None:
    async with running(crowd.scene) as process:
        for count in (250, 500, 750):
            await sent(crowd, count)
            await again(process)
        await finished(crowd)
    received, outbox = crowd.received(), crowd.outbox()
    assert min(received.values()) == 1
    doubled = {person for person, count in received.items() if count > 1}
    marked = {person for person, (_, _, uncertain) in outbox.items() if uncertain}
    assert doubled <= marked
    assert len(marked) <= 3
    assert {outbox[person][0] for person in received} == {"sent"}


async def again(process: Process) -> None:
    await process.kill()
    await process.start()


async def test_on_a_bad_network_all_end_in_a_named_state_and_none_is_lost(crowd: Crowd) -> None:
    for kind in ("error", "flood", "drop"):
        crowd.world.faults.add(kind, "sendMessage", probability=0.05 / 3, seconds=1)
    async with running(crowd.scene):
        await finished(crowd)
    received, outbox = crowd.received(), crowd.outbox()
    for person, count in received.items():
        state, _, uncertain = outbox[person]
        assert state in {"sent", "unknown", "failed"}
        assert count >= 1 or state != "sent"
        assert count <= 1 + uncertain
    assert sum(outbox[person][0] == "sent" for person in received) >= 0.99 * PEOPLE
