"""The sender against the sandbox over HTTP, with people who have joined and messages of a plain kind."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

import pytest_asyncio

from bot.transport import AiohttpRequest, Api, NotSent, Timeouts
from domain.clock import now
from domain.outbox import BUNDLE, Action, Item, Post, State
from domain.people import Person, Role, UnitKind
from sandbox.server import SandboxServer
from sandbox.world import World
from schedules.sender import Sender
from services import outbox as service
from services.timing import Timing
from storage import outbox, people
from storage.database import Database
from tests.conftest import TZ
from views.screen import Screen

ALWAYS_OPEN = Timing(TZ, time(0), time(0))


@dataclass
class Post_Office:
    """A database with people, the sandbox, and what the sender needs."""

    db: Database
    world: World
    url: str
    people: list[int]
    timing: Timing = ALWAYS_OPEN
    clock_ahead: int = 0
    moot: set[int] = field(default_factory=set)

    def now(self) -> int:
        """The real clock, moved on by a test."""
        return now() + self.clock_ahead

    async def render(self, due: Sequence[tuple[Item, Person]], _now: int) -> list[Screen | Exception | None]:
        """What messages say."""
        return [await self._screen(item) for item, _ in due]

    async def _screen(self, item: Item) -> Screen | None:
        """What a message says: its own key; a bundle lists the keys it stands for."""
        if item.kind == BUNDLE:
            lines = await service.lines_of(self.db, item.target_id or item.id)
            return Screen("\n".join(["bundle", *(line.key for line in lines)]))
        if item.id in self.moot:
            return None
        return Screen(f"{item.key}{' edited' if item.action is Action.EDIT else ''}")

    async def post(self, *posts: Post) -> None:
        await self.db.write(lambda tx: outbox.add(tx, posts, self.now()))

    async def to_everybody(self, name: str = "hello", **fields: object) -> None:
        """One message to each of the people."""
        await self.post(
            *(Post(f"{name}:{one}", "notice", one, 1, self.now(), **fields) for one in self.people)  # type: ignore[arg-type]
        )

    @asynccontextmanager
    async def sending(self, rate: float = 1000, chat_pause: int = 0) -> AsyncIterator[Sender]:
        """A sender that runs until the block ends."""
        request = AiohttpRequest(connections=64, timeouts=Timeouts(read=1.0))
        await request.initialize()
        sender = Sender(
            self.db,
            Api(f"{self.url}/bot", self.world.token, request),
            self.render,
            self.now,
            self.timing,
            rate=rate,
            chat_pause=chat_pause,
            unsent=NotSent,
        )
        task = asyncio.create_task(sender.run())
        try:
            yield sender
        finally:
            sender.stop()
            await task
            await request.shutdown()

    async def settled(self, sender: Sender) -> dict[State, int]:
        """Wait until nothing is pending now or in the air; how many stand in each state."""
        async with asyncio.timeout(20):
            await sender.idle()
        return await self.db.read(lambda tx: outbox.states(tx, "notice", 1))

    def texts(self, person: int) -> list[str]:
        """What stands in a person's chat."""
        chat = self.world.chat(self.accounts[person])
        return [str(message.get("text")) for message in self.world.visible(chat) if "text" in message]

    @property
    def accounts(self) -> dict[int, int]:
        """Account by person id."""
        return self._accounts

    def bound(self, accounts: dict[int, int]) -> None:
        self._accounts = accounts


async def populate(db: Database, world: World, count: int) -> dict[int, int]:
    """People who have joined; account by person id."""

    async def unit(tx) -> dict[int, int]:  # type: ignore[no-untyped-def]
        office = await people.add_unit(tx, UnitKind.TOLL_OFFICE, "所", None)
        made = {}
        for n in range(count):
            account = world.add_account(f"人{n}")
            world.chat(account.id).account.started = True
            person = await people.add_person(tx, f"9{n:04}", f"人{n}", Role.COLLECTOR, office.id, 1)
            await people.bind(tx, person, account.id, account.id, now())
            made[person] = account.id
        return made

    return await db.write(unit)


@asynccontextmanager
async def post_office(path: Path, count: int) -> AsyncIterator[Post_Office]:
    """As many people as asked for, and the sandbox."""
    db = await Database.open(path)
    try:
        async with SandboxServer() as server:
            accounts = await populate(db, server.world, count)
            office = Post_Office(db, server.world, server.url, list(accounts))
            office.bound(accounts)
            yield office
    finally:
        await db.close()


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Post_Office]:
    """Three people."""
    async with post_office(tmp_path, 3) as made:
        yield made


def keys(items: Iterable[Item]) -> list[str]:
    """Their dedupe keys."""
    return [item.key for item in items]
