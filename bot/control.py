"""The command line's way into a running bot: one JSON line each way over a Unix socket in the data directory.

The directory has one writer. When the bot runs, that is the bot, so `tollmate invite` and its like are carried out by
it; the socket is readable by its owner alone. See docs/decisions/0004.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import structlog

SOCKET = "tollmate.sock"
LIMIT = 16 * 1024 * 1024
Job = Callable[..., Awaitable[dict[str, object]]]

log = structlog.get_logger(__name__)


class Refused(Exception):
    """The job answered with a sentence instead of a result."""


class Control:
    """Serves the jobs of a running bot."""

    def __init__(self, data_dir: Path, jobs: Mapping[str, Job]) -> None:
        self._path = data_dir / SOCKET
        self._jobs = jobs
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. A socket left behind by a crash is replaced: the directory's lock is ours."""
        self._path.unlink(missing_ok=True)
        previous = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LIMIT)
        finally:
            os.umask(previous)

    async def stop(self) -> None:
        """Stop listening and remove the socket."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readline())
            writer.write(json.dumps(await self._answer(request), ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError) as error:
            log.warning("a control request broke off", error=str(error))
        finally:
            writer.close()

    async def _answer(self, request: dict[str, object]) -> dict[str, object]:
        job = self._jobs.get(str(request.get("job")))
        arguments = request.get("arguments")
        if job is None or not isinstance(arguments, dict):
            return {"refused": "unknown job"}
        try:
            return {"result": await job(**arguments)}
        except Refused as refusal:
            return {"refused": str(refusal)}


async def ask(data_dir: Path, job: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Have a running bot carry out a job. Raises OSError when none listens, Refused with its sentence."""
    reader, writer = await asyncio.open_unix_connection(data_dir / SOCKET, limit=LIMIT)
    with contextlib.closing(writer):
        writer.write(json.dumps({"job": job, "arguments": dict(arguments)}).encode() + b"\n")
        await writer.drain()
        answer: dict[str, object] = json.loads(await reader.readline())
    if "refused" in answer:
        raise Refused(str(answer["refused"]))
    result = answer["result"]
    assert isinstance(result, dict)
    return result
