"""HTTP to the Bot API over aiohttp: PTB's request class, and a bare `Api` beside it that builds no PTB objects.

It moves one call and says truthfully what became of it. It does not retry, pace or queue, and knows neither
updates, screens nor the database: those who call decide what a lost answer means for them.

What became of a call that raised:

* `NotSent`: it never reached the server (no free connection, no connection, proxy refused). Safe to repeat.
* `MaybeSent`: it left, and no usable answer came back. Repeat only what may happen twice.
* any other `telegram.error` class: the server answered, and this is its answer, as PTB would raise it.

The token is a part of every URL. No exception raised here carries the URL, in its text or in its chain: the
aiohttp exceptions do, so they are described in words and not chained.
"""

import asyncio
import io
import mimetypes
import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import IO, Any, Final, TypeAlias
from urllib.parse import urlsplit

import aiohttp
import orjson
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError, ProxyType
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData
from yarl import URL

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a JSON answer decodes to."""

KEEPALIVE: Final = 300.0
"""Seconds an idle connection is kept: longer than a person thinks between two taps. A TLS handshake costs three
round trips, which is most of what a tap waits for."""

_DNS_TTL: Final = 300
_NOT_SENT: Final = (
    aiohttp.ClientConnectorError,  # refused, unreachable, DNS, TLS, certificate
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    ProxyConnectionError,
    ProxyError,
    ProxyTimeoutError,
)
_LOST: Final = (aiohttp.ClientError, OSError, ProxyConnectionError, ProxyError, ProxyTimeoutError)
_SOCKS: Final = {"socks4": ProxyType.SOCKS4, "socks5": ProxyType.SOCKS5, "socks5h": ProxyType.SOCKS5}
_BY_STATUS: Final[dict[int, type[TelegramError]]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}
_TOKEN: Final = re.compile(r"/bot([^/?#]+)")


class NotSent(NetworkError):
    """The call never reached the Bot API: nothing has happened there, and repeating it is safe."""

    __slots__ = ()


class MaybeSent(TimedOut):
    """The call left and no usable answer came back: it may have been carried out, once."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait; None waits for ever.

    `pool`: for a free connection. `connect`: DNS, TCP, proxy and TLS together. `read`: between two pieces of the
    answer, counted from the end of the request. `write`: for sending an upload, beside `connect` and `read`.
    """

    connect: float | None = 5.0
    read: float | None = 10.0
    write: float | None = 30.0
    pool: float | None = 2.0


@dataclass(frozen=True, slots=True)
class ServerTime:
    """What the last answer's `Date` header said (whole seconds, UTC), and how many seconds ago it arrived.

    `age` is counted by the loop's monotonic clock, which on Linux stands still while the machine is suspended.
    """

    at: datetime
    age: float


class AiohttpRequest(BaseRequest):
    """PTB's request interface over one aiohttp session. It belongs to the event loop that initialized it.

    `connections`: calls in the air at once; further ones wait `timeouts.pool` seconds for their turn, in order.
    `proxy`: `http://`, `https://`, `socks4://`, `socks5://` or `socks5h://`, with `user:password@` if it needs them;
    SOCKS5 always lets the proxy resolve names. The environment's proxy variables are not read.

    Raises `ValueError` for a proxy it cannot use, without repeating the proxy's password.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        timeouts: Timeouts | None = None,
        proxy: str | None = None,
        keepalive: float = KEEPALIVE,
    ) -> None:
        self._connections = connections
        self._timeouts = timeouts or Timeouts()
        self._proxy = _checked_proxy(proxy) if proxy else None
        self._keepalive = keepalive
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(connections)
        self._answered: tuple[str, float] | None = None
        # Parsing a URL and building a timeout cost more than the rest of our share of a call.
        self._url = lru_cache(maxsize=256)(lambda url: URL(url, encoded=True))
        self._wait = lru_cache(maxsize=64)(_client_timeout)

    @property
    def timeouts(self) -> Timeouts:
        """The timeouts of a call that names none."""
        return self._timeouts

    @property
    def read_timeout(self) -> float | None:
        """Default read timeout in seconds. PTB adds it to a long poll's own timeout."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Open the session. Does nothing when it is open: PTB calls it once per role the request plays."""
        if self._session is None:
            self._slots = asyncio.Semaphore(self._connections)
            self._session = self._open()

    async def shutdown(self) -> None:
        """Close every connection. Calls in the air fail; `initialize` opens it again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def server_time(self) -> ServerTime | None:
        """The server's clock as the last answer told it; None before one did, or when it sent no usable header."""
        if self._answered is None:
            return None
        header, arrived = self._answered
        try:
            at = parsedate_to_datetime(header)
        except ValueError:
            return None
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return ServerTime(at, asyncio.get_running_loop().time() - arrived)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode an answer. Raises `MaybeSent` if it is no JSON object, without quoting it: it may be personal."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            answer = _loads_leniently(payload)
        if not isinstance(answer, dict):
            raise MaybeSent(f"Invalid server response of {len(payload)} bytes; the request may have been carried out")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one HTTP request: JSON, or multipart where files go up. Returns the status and the body.

        Raises `NotSent` or `MaybeSent`; an HTTP status is never an error here.
        """
        default = self._timeouts
        timeouts = Timeouts(
            _given(connect_timeout, default.connect),
            _given(read_timeout, default.read),
            _given(write_timeout, default.write),
            _given(pool_timeout, default.pool),
        )
        if request_data is None:
            return await self.exchange(method, url, None, timeouts)
        if request_data.contains_files:
            form = _multipart(request_data)
            return await self.exchange(method, url, form, timeouts, {"Content-Type": form.content_type})
        return await self.exchange(method, url, orjson.dumps(request_data.parameters), timeouts)

    async def exchange(
        self,
        method: str,
        url: str,
        body: bytes | aiohttp.Payload | None,
        timeouts: Timeouts,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Send `body` as it stands (JSON unless `headers` say otherwise); return the status and the answer's body.

        Raises `NotSent` or `MaybeSent`.
        """
        slots = await self._take_slot(timeouts.pool)
        try:
            if self._session is None:
                raise NotSent("The transport is not initialized, or is shut down; not sent")
            response = await self._session.request(
                method,
                self._url(url),
                data=body,
                headers=headers,
                timeout=self._wait(timeouts, not isinstance(body, aiohttp.Payload)),
                allow_redirects=False,  # a captive portal must not be handed the token
            )
            answer = await response.read()
        except _LOST as exc:
            failure = _failure(exc, url)
        else:
            self._answered = (response.headers.get("Date", ""), asyncio.get_running_loop().time())
            return response.status, answer if response.status < 300 else _without_token(answer, url)
        finally:
            slots.release()
        raise failure  # outside the handler, so that the exception with the URL is not its context

    async def _take_slot(self, patience: float | None) -> asyncio.Semaphore:
        slots = self._slots  # the one to give back to, should the transport be reopened meanwhile
        if not slots.locked():
            await slots.acquire()  # without a timer, and without suspending
            return slots
        try:
            async with asyncio.timeout(patience):
                await slots.acquire()
        except TimeoutError:
            raise NotSent(f"Pool timeout: all {self._connections} connections are busy; not sent") from None
        return slots

    def _open(self) -> aiohttp.ClientSession:
        plain = self._proxy is not None and self._proxy.scheme in ("http", "https")
        return aiohttp.ClientSession(
            connector=self._connector(),
            proxy=self._proxy if plain else None,
            cookie_jar=aiohttp.DummyCookieJar(),
            # Named here once: a header absent from this list costs a lookup and a default on each call.
            # Compressing a few hundred bytes costs more than sending them.
            headers={
                "Accept": "*/*",
                "Accept-Encoding": "identity",
                "Content-Type": "application/json",
                "User-Agent": self.USER_AGENT,
            },
        )

    def _connector(self) -> aiohttp.TCPConnector:
        # limit=0: the semaphore counts, so that waiting for a turn and waiting for a connection have a timeout each.
        if self._proxy is None or self._proxy.scheme not in _SOCKS:
            return aiohttp.TCPConnector(
                limit=0, keepalive_timeout=self._keepalive, ttl_dns_cache=_DNS_TTL, socket_factory=_watched_socket
            )
        return ProxyConnector(
            proxy_type=_SOCKS[self._proxy.scheme],
            host=self._proxy.host or "",
            port=self._proxy.port or 1080,
            username=self._proxy.user,
            password=self._proxy.password,
            rdns=True,
            limit=0,
            keepalive_timeout=self._keepalive,
        )


class Api:
    """Bot API methods by name, JSON in and JSON out, over a request that somebody else opens and closes.

    For what needs no PTB objects: polling, and edits whose returned message nobody reads. `base_url` is PTB's:
    the token is appended to it as it stands (`https://api.telegram.org/bot`).
    """

    __slots__ = ("_files", "_prefix", "_request")

    def __init__(self, base_url: str, token: str, request: AiohttpRequest) -> None:
        self._prefix = f"{base_url}{token}/"
        self._files = f"{base_url.removesuffix('/bot')}/file/bot{token}/"
        self._request = request

    async def call(
        self,
        method: str,
        parameters: Mapping[str, object] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        read_timeout: float | None = None,
    ) -> Json:
        """Call `method` and return the answer's `result`. Parameters that are None are left out.

        `files`: uploads by parameter, each a name and the bytes. `read_timeout` in seconds, None for the request's
        own; a long poll passes its `timeout` and a margin.
        Raises what PTB raises for the same answer, `NotSent` or `MaybeSent`; `TypeError` for what is not JSON.
        """
        timeouts = self._request.timeouts
        if read_timeout is not None:
            timeouts = Timeouts(timeouts.connect, read_timeout, timeouts.write, timeouts.pool)
        given = {k: v for k, v in (parameters or {}).items() if v is not None}
        url = self._prefix + method
        if files:
            form = _form(given, ((name, *file, _mime(file[0])) for name, file in files.items()))
            headers = {"Content-Type": form.content_type}
            status, payload = await self._request.exchange("POST", url, form, timeouts, headers)
        else:
            status, payload = await self._request.exchange("POST", url, orjson.dumps(given), timeouts)
        if status >= 300:
            raise _error_of(status, payload)
        answer = self._request.parse_json_payload(payload)
        if "result" not in answer:
            raise MaybeSent("The answer has no result; the request may have been carried out")
        result: Json = answer["result"]
        return result

    async def download(self, file_id: str) -> bytes:
        """A file's bytes by its id, 20 MB at most (the messenger's limit). Raises as `call` does."""
        found = await self.call("getFile", {"file_id": file_id})
        if not isinstance(found, dict) or not isinstance(found.get("file_path"), str):
            raise MaybeSent("The answer to getFile has no path")
        url = self._files + str(found["file_path"])
        status, body = await self._request.exchange("GET", url, None, self._request.timeouts)
        if status >= 300:
            raise _error_of(status, body)
        return body

    async def username(self) -> str:
        """The bot's own username (getMe). Raises as `call` does; `InvalidToken` for an unknown token."""
        me = await self.call("getMe")
        if not isinstance(me, dict) or not isinstance(me.get("username"), str):
            raise MaybeSent("The answer to getMe has no username")
        return str(me["username"])

    def server_time(self) -> ServerTime | None:
        """See `AiohttpRequest.server_time`; calls made by PTB over the same request count too."""
        return self._request.server_time()


def _given(value: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _client_timeout(timeouts: Timeouts, small: bool) -> aiohttp.ClientTimeout:
    """aiohttp has no write timeout: an upload gets a total instead; a small body fits the socket's buffer."""
    parts = (timeouts.connect, timeouts.write, timeouts.read)
    total = None if small or None in parts else sum(part for part in parts if part is not None)
    return aiohttp.ClientTimeout(
        total=total, connect=timeouts.connect, sock_connect=timeouts.connect, sock_read=timeouts.read
    )


def _watched_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket the kernel probes while idle, so that one a NAT forgot is dropped before a tap is sent into it."""
    family, kind, protocol, *_ = address
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 45), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):  # not on every system
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return sock


def _checked_proxy(proxy: str) -> URL:
    scheme = urlsplit(proxy).scheme
    if scheme not in ("http", "https", *_SOCKS):
        raise ValueError(f"proxy scheme {scheme!r} is not one of http, https, {', '.join(_SOCKS)}")
    try:
        url = URL(proxy)
    except ValueError:
        url = URL()
    if not url.host:
        raise ValueError(f"the {scheme} proxy needs a host and a port")
    return url


def _mime(filename: str) -> str:
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _multipart(data: RequestData) -> aiohttp.Payload:
    return _form(data.parameters, ((name, *file) for name, file in data.multipart_data.items()))


def _form(
    parameters: Mapping[str, object], files: Iterable[tuple[str, str, bytes | IO[bytes], str]]
) -> aiohttp.Payload:
    # quote_fields=False: the Bot API server takes a file name as it stands and would show %E6%94%B6 to people.
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in parameters.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    for name, filename, content, mime in files:
        # BytesIO is written in pieces; plain bytes above 1 MB make aiohttp warn, and the loop wait.
        body = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, body, filename=filename, content_type=mime)
    return form()


def _failure(exc: Exception, url: str) -> NetworkError:
    what = type(exc).__name__
    if isinstance(exc, aiohttp.ClientHttpProxyError):
        return NotSent(f"{what}: the proxy answered {exc.status}; not sent")
    detail = _without_token(str(exc).encode(), url).decode()
    # Behind SOCKS a rejected certificate comes as a plain OSError; it can only happen before anything is sent.
    if isinstance(exc, _NOT_SENT) or isinstance(exc.__cause__, ssl.SSLCertVerificationError):
        return NotSent(f"{what}: {detail}; not sent")
    return MaybeSent(f"{what}: {detail}; the request may have been carried out")


def _without_token(text: bytes, url: str) -> bytes:
    """An error page may quote the URL it was asked for."""
    found = _TOKEN.search(url)
    return text.replace(found[1].encode(), b"<token>") if found else text


def _loads_leniently(payload: bytes) -> object:
    """PTB's rule for bytes that are not UTF-8: replace them, and try again."""
    try:
        return orjson.loads(payload.decode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return None


def _error_of(status: int, payload: bytes) -> TelegramError:
    """The exception PTB's `BaseRequest` raises for this answer; https://core.telegram.org/bots/api#making-requests."""
    kind = _BY_STATUS.get(status, NetworkError)
    try:
        message = f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        message = f"Unknown HTTPError ({status})"
    try:
        answer = AiohttpRequest.parse_json_payload(payload)
    except TelegramError:
        return kind(f"{message}. The answer is no JSON")
    message = answer.get("description") or message
    parameters = answer.get("parameters") or {}
    if parameters.get("migrate_to_chat_id"):
        return ChatMigrated(parameters["migrate_to_chat_id"])
    if parameters.get("retry_after"):
        return RetryAfter(parameters["retry_after"])
    return kind(message)
