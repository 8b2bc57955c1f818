"""A very small HTTP client: POST some JSON, read the answer, keep the connection. Only the webhook needs it."""

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    reason: str
    body: bytes


class BrokenAnswerError(Exception):
    """The other side answered something that is not HTTP, or hung up in the middle."""


class HttpPoster:
    """Posts to one URL over connections that stay open between posts."""

    def __init__(self, url: str, headers: dict[str, str], timeout: float = 60.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._timeout = timeout
        self._idle: list[Connection] = []
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._head = "\r\n".join(lines).encode() + b"\r\nContent-Length: %d\r\n\r\n"

    async def post(self, body: bytes) -> Answer:
        """One exchange; raises OSError, TimeoutError or BrokenAnswerError."""
        async with asyncio.timeout(self._timeout):
            while self._idle:
                connection = self._idle.pop()
                try:
                    return await self._exchange(connection, body)
                except (OSError, BrokenAnswerError):
                    continue  # the peer may drop an idle connection at any time: a fresh one decides
            return await self._exchange(await self._connect(), body)

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connect(self) -> Connection:
        return await asyncio.open_connection(self._host, self._port, ssl=self._tls)

    async def _exchange(self, connection: Connection, body: bytes) -> Answer:
        reader, writer = connection
        keep = False
        try:
            writer.write(self._head % len(body) + body)
            await writer.drain()
            answer, keep = await _read_answer(reader)
            return answer
        finally:
            if keep:
                self._idle.append(connection)
            else:
                writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        _, status, reason = (head[0] + "  ").split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await _read_body(reader, headers)
        return Answer(int(status), reason.strip(), body), headers.get("connection", "").lower() != "close"
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        raise BrokenAnswerError("Connection closed" if isinstance(error, EOFError) else "Wrong HTTP answer") from error


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    chunks: list[bytes] = []
    while size := int((await reader.readline()).partition(b";")[0], 16):
        chunks.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(chunks)
