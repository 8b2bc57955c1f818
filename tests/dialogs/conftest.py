"""The real bot against the sandbox over HTTP, with the sample office; a phone for whoever a test needs."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import run
from bot.settings import Settings
from domain.clock import now
from domain.people import IssuedInvitation
from sandbox.server import SandboxServer
from sandbox.world import World
from services import bank, people, sample
from storage.database import Database
from tests.conftest import TZ
from tests.dialogs.phone import Phone

# Settings under which what the bot says first comes at once.
QUICK = {"quiet_hours": "00:00-00:00", "send_rate": "1000", "send_rate_per_chat": "20"}


@dataclass
class Scene:
    """A prepared data directory, the sandbox, and invitations for everybody by staff number and role."""

    world: World
    url: str
    data_dir: Path
    tokens: dict[str, str]
    roles: dict[str, list[str]]
    extra: dict[str, str] = field(default_factory=dict)

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            bot_token=self.world.token,  # type: ignore[arg-type]
            api_base_url=self.url,
            data_dir=self.data_dir,
            **self.extra,  # type: ignore[arg-type]
        )

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[None]:
        """The bot, running until the block ends."""
        stop = asyncio.Event()
        task = asyncio.create_task(run(self.settings(), stop))
        waiting = asyncio.create_task(self.world.wait_for(_takes_in(self.world), 15))
        done, _ = await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task in done:
            waiting.cancel()
            task.result()
        waiting.result()
        try:
            yield
        finally:
            stop.set()
            await task

    def stranger(self, language_code: str = "zh-hans") -> Phone:
        account = self.world.add_account("路人", language_code=language_code)
        return Phone(self.world, account.id)

    async def joined(self, role: str = "collector", n: int = 0) -> Phone:
        """The phone of somebody with this role who has joined just now."""
        return await holds(self, self.roles[role][n])


async def holds(scene: Scene, staff_no: str) -> Phone:
    """The phone of one person of the sample office, who has joined just now."""
    phone = scene.stranger()
    await phone.start(scene.tokens[staff_no])
    await phone.taps("是我")
    await phone.shows("欢迎")
    return phone


def _takes_in(world: World) -> Callable[[World], bool]:
    """Whether the bot that is being started polls, or has set its webhook."""
    since = world.calls[-1].n if world.calls else 0
    return lambda w: w.updates.polled_now or any(c.n > since and c.method == "setWebhook" for c in w.calls)


@dataclass(frozen=True)
class Office:
    """A data directory with the sample office, and everybody's invitation: made once, copied for each test."""

    folder: Path
    tokens: dict[str, str]
    roles: dict[str, list[str]]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The sample office around today."""
    folder = tmp_path_factory.mktemp("office")
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, beside that of the tests
        issued = thread.submit(asyncio.run, _fill(folder)).result()
    roles: dict[str, list[str]] = {}
    for one in issued:
        roles.setdefault(one.person.role, []).append(one.person.staff_no)
    return Office(folder, {one.person.staff_no: one.token for one in issued}, roles)


async def _fill(folder: Path) -> tuple[IssuedInvitation, ...]:
    db = await Database.open(folder)
    try:
        await sample.load(db, now(), TZ)
        await bank.refresh(db)
        return await people.invite_unjoined(db, None, None, now(), 72)
    finally:
        await db.close()


@pytest_asyncio.fixture
async def scene(tmp_path: Path, office: Office) -> AsyncIterator[Scene]:
    """The scene before the bot is started."""
    shutil.copytree(office.folder, tmp_path, dirs_exist_ok=True)
    roles = {role: list(numbers) for role, numbers in office.roles.items()}
    async with SandboxServer() as server:
        yield Scene(server.world, server.url, tmp_path, dict(office.tokens), roles)


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The scene with the bot running by polling."""
    async with scene.bot():
        yield scene
