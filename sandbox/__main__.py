"""`python -m sandbox`: the local Telegram alone, for a bot that runs elsewhere."""

import argparse
import asyncio
import contextlib
import signal
import sys

from sandbox.server import SandboxServer
from sandbox.world import DEFAULT_TOKEN, World


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Telegram: Bot API and chat page.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the one token that is accepted")
    parser.add_argument("--people", type=int, default=2, help="how many accounts exist from the start")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.host, options.port, options.token, options.people))


async def _serve(host: str, port: int, token: str, people: int) -> None:
    world = World(token=token)
    for number in range(1, people + 1):
        world.add_account(f"用户{number}")
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with SandboxServer(port, host=host, world=world) as server:
        sys.stdout.write(f"page      {server.url}/\nbase_url  {server.url}/bot\ntoken     {token}\n")
        sys.stdout.flush()
        await stopping.wait()


if __name__ == "__main__":
    main()
