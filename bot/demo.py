"""``tollmate demo``: a sample office in a fresh data directory, the sandbox with its page, and the real bot as a child.

The bot is another process, so that the page's [重启机器人] can end it by SIGKILL and start it again on the same data.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.settings import Settings
from domain.clock import now
from domain.people import IssuedInvitation, Locale, Person
from sandbox.server import SandboxServer
from sandbox.world import World
from services import bank, people, sample
from storage.database import Database
from views.texts import Texts


class BotProcess:
    """The bot as a child process."""

    def __init__(self) -> None:
        self._environment: dict[str, str] = {}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, settings: dict[str, str]) -> None:
        """Start it with these settings over the inherited environment; its log goes to our standard error."""
        self._environment = {**os.environ, **settings}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=self._environment, stdout=asyncio.subprocess.DEVNULL
        )

    async def restart(self) -> None:
        """The hard way: SIGKILL, then start again."""
        await self._end(signal.SIGKILL)
        await self.start(self._environment)

    async def stop(self) -> None:
        """The gentle way."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()


async def demo(port: int, announce: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT. ``announce`` is given the page's address. Raises OSError when the port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="tollmate-demo-") as folder:
        world = World()
        await _populate(world, Path(folder))
        bot = BotProcess()
        async with SandboxServer(port, world=world, restart_bot=bot.restart) as server:
            await bot.start(
                {
                    "TOLLMATE_DATA_DIR": folder,
                    "TOLLMATE_BOT_TOKEN": world.token,
                    "TOLLMATE_API_BASE_URL": server.url,
                    "TOLLMATE_LOG_LEVEL": "ERROR",
                    "TOLLMATE_QUIET_HOURS": "00:00-00:00",  # a demonstration is given at any hour
                }
            )
            announce(server.url)
            await stop.wait()
            await bot.stop()


async def _populate(world: World, data_dir: Path) -> None:
    settings = Settings()
    db = await Database.open(data_dir)
    try:
        await sample.load(db, now(), settings.zone)
        await sample.prepare_show(db, now(), settings.zone)
        await bank.refresh(db, now=now())
        issued = await people.invite_unjoined(db, None, None, now(), settings.invitation_hours)
    finally:
        await db.close()
    accounts: dict[str | None, list[int]] = {}
    for invitation in sorted(issued, key=_collectors_first):
        person = invitation.person
        account = world.add_account(person.name, caption=_caption(person), payload=invitation.token)
        accounts.setdefault(person.station, []).append(account.id)
    station = next(name for name in accounts if name is not None)
    # The station's leaders come first: the first member makes the group. The bot is not in it until somebody adds it.
    world.add_group(f"{station}工作群", list(reversed(accounts[station])))


def _collectors_first(invitation: IssuedInvitation) -> tuple[int, str]:
    order = ("collector", "team_leader", "station_head", "office", "bureau")
    return order.index(invitation.person.role), invitation.person.staff_no


def _caption(person: Person) -> str:
    where = (
        f"{person.station}{person.unit.name}"
        if person.station and person.station != person.unit.name
        else person.unit.name
    )
    return f"{Texts.of(Locale.ZH_CN)(f'role.{person.role}')} · {where}"
