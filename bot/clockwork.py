"""Wires what speaks first: the tick, the sender and the live cards, each in a task that a stop waits for.

Decides nothing; what is due, who is told and what is said stands in ``schedules``, ``services`` and ``views``.
"""

import asyncio
import time
from contextlib import AsyncExitStack

from bot.settings import Settings
from bot.transport import AiohttpRequest, Api, NotSent
from content.photo_copy import PhotoFolder
from domain.clock import now
from schedules import nightly, photos, tick
from schedules.guard import ClockGuard
from schedules.letters import Letters
from schedules.live import LiveCards
from schedules.quizzes import Quizzes
from schedules.sender import Sender
from schedules.table import EXPANDERS
from services import reminders
from services.deeds import Keeping
from services.practice import Bank
from services.schedules import expand_due
from services.timing import Timing
from storage.database import Database

CARDS = 3.0  # seconds between two updates of a sender's card
CLASSES = 1.0  # seconds that a class waits for its next question, at most
PHOTOS_DIR = "photos"  # in the data directory
CONNECTIONS = 256  # of its own, so that no tap waits behind a notice


async def start(
    stack: AsyncExitStack, settings: Settings, db: Database, bank: Bank, taps: Api, timing: Timing, letters: Letters
) -> None:
    """Begin; the stack ends it. ``taps``: the client whose answers tell Telegram's time."""
    request = AiohttpRequest(connections=CONNECTIONS, proxy=settings.proxy)
    await request.initialize()
    stack.push_async_callback(request.shutdown)
    api = Api(f"{settings.api_root}/bot", settings.token, request)
    await reminders.replan_all(db, now(), timing)
    sender = Sender(
        db,
        api,
        letters.screens,
        now,
        timing,
        rate=settings.send_rate,
        chat_pause=round(1000 / settings.send_rate_per_chat),
        unsent=NotSent,
    )
    await _supervise(stack, sender)
    cards = LiveCards(db, api, timing.tz, now, time.monotonic)
    quizzes = Quizzes(db, bank, api, timing, NotSent)
    await quizzes.recover()
    keeping = Keeping(
        settings.photo_days, PhotoFolder(settings.data_dir / PHOTOS_DIR) if settings.photo_copies else None
    )
    guard = ClockGuard(lambda: time.monotonic_ns() // 1_000_000, lambda: _witness(taps))

    async def work() -> None:
        moment = now()
        if guard.trusts(moment):
            await reminders.plan_weekly(db, moment, timing)
            await expand_due(db, EXPANDERS, moment)
            await quizzes.daily(moment)
            await photos.keep_copies(db, taps.download, keeping.folder)
            await nightly.run_if_due(db, settings.data_dir, keeping, moment, timing.tz)

    works = {tick.SECONDS: work, CARDS: lambda: cards.refresh(now()), CLASSES: lambda: quizzes.live(now())}
    stack.push_async_callback(tick.start(works))


async def _supervise(stack: AsyncExitStack, sender: Sender) -> None:
    task = asyncio.create_task(sender.run(), name="sender")

    async def end() -> None:
        sender.stop()
        await task

    stack.push_async_callback(end)


def _witness(api: Api) -> tuple[int, int] | None:
    said = api.server_time()
    return (round(said.at.timestamp() * 1000), round(said.age * 1000)) if said else None
