"""`python -m sandbox` in a process of its own."""

import asyncio
import signal
import sys

import aiohttp


async def test_it_runs_alone_with_any_token_and_stops_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--token", "1:TEST"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    page, base, token = [(await process.stdout.readline()).split()[1].decode() for _ in range(3)]
    async with aiohttp.ClientSession() as http, http.get(f"{base}{token}/getMe") as response:
        assert (await response.json())["result"]["id"] == 1
    assert page == base.removesuffix("bot")
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0
