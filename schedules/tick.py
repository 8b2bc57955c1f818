"""The tick: APScheduler wakes us every 15 seconds, and our rows say what is due. The only importer of apscheduler."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.clock import local, now

log = structlog.get_logger(__name__)

SECONDS = 15


def start(works: Mapping[float, Callable[[], Awaitable[object]]]) -> Callable[[], None]:
    """Call each work every so many seconds (its key), the first time soon, until the returned function is called.

    A call that is still running is not started again; after a failure the next one comes anyway.
    """
    scheduler = AsyncIOScheduler()
    for seconds, work in works.items():
        scheduler.add_job(
            _logged(work),
            "interval",
            seconds=seconds,
            next_run_time=local(now(), UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()
    return lambda: scheduler.shutdown(wait=False)


def _logged(work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    async def tick() -> None:
        try:
            await work()
        except Exception:
            # Whatever failed is still due by its rows: the next tick tries it again.
            log.exception("a tick failed")

    return tick
