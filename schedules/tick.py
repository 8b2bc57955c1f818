"""The tick: APScheduler wakes us every 15 seconds, and our rows say what is due. The only importer of apscheduler."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.clock import local, now

log = structlog.get_logger(__name__)

SECONDS = 15
GRACE = 10.0  # seconds that a stop waits for a work that is under way, so that no call is left in doubt


def start(works: Mapping[float, Callable[[], Awaitable[object]]]) -> Callable[[], Awaitable[None]]:
    """Call each work every so many seconds (its key), the first time soon, until the returned function is awaited.

    A call that is still running is not started again; after a failure the next one comes anyway.
    """
    scheduler = AsyncIOScheduler()
    under_way: set[asyncio.Event] = set()
    for seconds, work in works.items():
        scheduler.add_job(
            _logged(work, under_way),
            "interval",
            seconds=seconds,
            next_run_time=local(now(), UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()

    async def stop() -> None:
        scheduler.pause()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                for over in list(under_way):
                    await over.wait()
        scheduler.shutdown(wait=False)

    return stop


def _logged(work: Callable[[], Awaitable[object]], under_way: set[asyncio.Event]) -> Callable[[], Awaitable[None]]:
    async def tick() -> None:
        over = asyncio.Event()
        under_way.add(over)
        try:
            await work()
        except Exception:
            # Whatever failed is still due by its rows: the next tick tries it again.
            log.exception("a tick failed")
        finally:
            under_way.discard(over)
            over.set()

    return tick
