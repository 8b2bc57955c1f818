"""The tick: a stop waits for the work that is under way, so that no call of it is left in doubt."""

import asyncio

from schedules import tick


async def test_a_stop_waits_for_the_work_that_is_under_way() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.append(True)

    stop = tick.start({60.0: work})
    await begun.wait()
    stopping = asyncio.ensure_future(stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    go_on.set()
    await stopping
    assert done == [True]


async def test_a_work_that_fails_neither_stops_the_tick_nor_its_stop() -> None:
    failed = asyncio.Event()

    async def work() -> None:
        failed.set()
        raise RuntimeError("broken")

    stop = tick.start({60.0: work})
    await failed.wait()
    await stop()
