"""The tick: APScheduler wakes us every 15 seconds, and our rows say what is due. The only importer of apscheduler."""

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

SECONDS = 15


def start(work: Callable[[], Awaitable[object]]) -> Callable[[], None]:
    """Call ``work`` every 15 s until the returned function is called. After a failure the next one comes anyway."""

    async def tick() -> None:
        try:
            await work()
        except Exception:
            # Whatever failed is still due by its rows: the next tick tries it again.
            log.exception("a tick failed")

    scheduler = AsyncIOScheduler()
    scheduler.add_job(tick, "interval", seconds=SECONDS, misfire_grace_time=None, coalesce=True, max_instances=1)
    scheduler.start()
    return lambda: scheduler.shutdown(wait=False)
