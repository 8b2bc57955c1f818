"""The HTTP transport against real sockets on loopback: what reaches the server, and what a caller is told when it fails."""

import asyncio
import contextlib
import io
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
import pytest
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.transport import AiohttpRequest, Api, MaybeSent, NotSent, Timeouts

TOKEN = "123456789:AAtestTESTtestTESTtestTESTtestTEST_-x"
OK = b'{"ok":true,"result":true}'
BRIEF = Timeouts(connect=0.05, read=0.05, write=0.05, pool=0.05)


@pytest.fixture(autouse=True)
def _durations_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # PTB warns on the old form, and warnings are errors here


@dataclass
class Seen:
    """One request as the server read it."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A Bot API of a few lines: it keeps what it saw, and answers what it was told to."""

    port: int = 0
    status: int = 200
    payload: bytes = OK
    headers: str = "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"
    connections: int = 0
    seen: list[Seen] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    before_answer: Callable[[], Awaitable[object]] | None = None
    raw: bytes | None = None
    """Written as it is instead of an answer; then the connection is closed."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    def url(self, method: str = "getMe") -> str:
        return f"{self.base_url}{TOKEN}/{method}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.closing(writer):
            while seen := await read_request(reader):
                self.seen.append(seen)
                self.arrived.set()
                if self.before_answer:
                    await self.before_answer()
                if self.raw is not None:
                    writer.write(self.raw)
                    return
                head = f"HTTP/1.1 {self.status} X\r\n{self.headers}Content-Length: {len(self.payload)}\r\n\r\n"
                writer.write(head.encode() + self.payload)


async def read_request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    line, *rest = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
    return Seen(line, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@contextlib.asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Serve on a free port; on leaving, end the conversations still going on."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            await serve(reader, writer)
        except asyncio.CancelledError:
            writer.close()
        finally:
            tasks.discard(task)

    listener = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    async with listening(server.serve) as server.port:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest() as http:
        yield http


def data(**parameters: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])


async def failure(call: Awaitable[object]) -> TelegramError:
    """The error `call` ends in; whatever it is, neither it nor what led to it may show the token."""
    with pytest.raises(TelegramError) as caught:
        await call
    error: BaseException | None = caught.value
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    while error is not None:
        assert TOKEN not in f"{error} {error!r} {error.args!r}"
        error = error.__cause__ or error.__context__
    return caught.value


# --- what reaches the server --------------------------------------------------------------------------------------


async def test_a_call_of_a_ptb_bot_arrives_as_json_and_its_answer_becomes_a_message(
    server: Server, http: AiohttpRequest
) -> None:
    server.payload = b'{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},"text":"ok"}}'
    bot = Bot(TOKEN, base_url=server.base_url, request=http, get_updates_request=http)

    message = await bot.send_message(7, "您好", disable_notification=True)

    assert message.text == "ok"
    assert server.seen[0].line == f"POST /bot{TOKEN}/sendMessage HTTP/1.1"
    assert server.seen[0].headers["content-type"] == "application/json"
    assert orjson.loads(server.seen[0].body) == {"chat_id": 7, "text": "您好", "disable_notification": True}


async def test_a_bare_call_returns_the_result_and_leaves_out_what_is_none(server: Server, http: AiohttpRequest) -> None:
    server.payload = b'{"ok":true,"result":[{"update_id":1}]}'

    result = await Api(server.base_url, TOKEN, http).call("getUpdates", {"offset": 3, "limit": None}, read_timeout=60)

    assert result == [{"update_id": 1}]
    assert server.seen[0].line == f"POST /bot{TOKEN}/getUpdates HTTP/1.1"
    assert server.seen[0].body == b'{"offset":3}'


async def test_calls_one_after_another_share_one_connection(server: Server, http: AiohttpRequest) -> None:
    api = Api(server.base_url, TOKEN, http)
    for _ in range(3):
        await api.call("getMe")
        await http.post(server.url())
    assert (len(server.seen), server.connections) == (6, 1)


async def test_files_go_up_as_multipart_under_their_chinese_names(server: Server, http: AiohttpRequest) -> None:
    handle = io.BytesIO(b"from a handle")
    document = InputFile(b"%PDF", filename='收费 "一".pdf')
    await http.post(
        server.url("sendDocument"),
        data(
            chat_id=7,
            caption="说明",
            options=["a", 1],
            document=document,
            thumbnail=InputFile(handle, filename="t.jpg", read_file_handle=False),
        ),
    )
    seen = server.seen[0]
    assert seen.headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in ('filename="收费 \\"一\\".pdf"', "%PDF", "from a handle", "说明", '["a",1]', 'name="chat_id"'):
        assert part.encode() in seen.body


async def test_a_file_of_several_megabytes_arrives_whole(server: Server, http: AiohttpRequest) -> None:
    content = bytes(range(256)) * 20_000
    await http.post(server.url("sendDocument"), data(document=InputFile(content, filename="big")))
    assert content in server.seen[0].body


async def test_a_file_comes_down_as_bytes(server: Server, http: AiohttpRequest) -> None:
    server.payload = b"\xff\x00bytes"
    assert await http.retrieve(server.url("documents/file_1.pdf")) == b"\xff\x00bytes"
    assert server.seen[0].line.startswith("GET ")


async def test_a_redirect_is_an_error_and_nobody_is_told_the_token(server: Server, http: AiohttpRequest) -> None:
    async with listening(Server().serve) as elsewhere:
        server.status, server.headers = 302, f"Location: http://127.0.0.1:{elsewhere}/portal\r\n"
        assert type(await failure(http.post(server.url()))) is NetworkError
    assert len(server.seen) == 1


async def test_the_servers_clock_is_known_after_an_answer(server: Server, http: AiohttpRequest) -> None:
    api = Api(server.base_url, TOKEN, http)
    assert api.server_time() is None
    await api.call("getMe")
    told = api.server_time()
    assert told is not None
    assert told.at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert 0 <= told.age < 60


@pytest.mark.parametrize("header", ["", "Date: yesterday\r\n"])
async def test_an_answer_without_a_usable_date_tells_no_time(server: Server, http: AiohttpRequest, header: str) -> None:
    server.headers = header
    await http.post(server.url())
    assert http.server_time() is None


# --- not sent -----------------------------------------------------------------------------------------------------


async def test_a_refused_connection_was_not_sent(http: AiohttpRequest) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can have the port
        error = await failure(http.post(f"http://127.0.0.1:{taken.getsockname()[1]}/bot{TOKEN}/getMe"))
    assert isinstance(error, NotSent)
    assert "127.0.0.1" in error.message


async def test_a_name_that_does_not_resolve_was_not_sent(http: AiohttpRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    error = await failure(http.post(f"https://api.invalid/bot{TOKEN}/getMe"))
    assert isinstance(error, NotSent)
    assert "api.invalid" in error.message


async def test_a_connection_that_hangs_was_not_sent() -> None:
    with socket.socket() as deaf, contextlib.ExitStack() as crowd:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(4):  # fill the backlog: further SYNs are dropped
            early = crowd.enter_context(socket.socket())
            early.setblocking(False)
            early.connect_ex(deaf.getsockname())
        async with AiohttpRequest(timeouts=BRIEF) as http:
            error = await failure(http.post(f"http://127.0.0.1:{deaf.getsockname()[1]}/bot{TOKEN}/getMe"))
    assert isinstance(error, NotSent)


async def test_a_call_that_finds_no_free_connection_in_time_was_not_sent(server: Server) -> None:
    gate = asyncio.Event()
    server.before_answer = gate.wait
    async with AiohttpRequest(connections=1, timeouts=Timeouts(pool=0.02)) as http:
        first = asyncio.ensure_future(http.post(server.url("first")))
        await server.arrived.wait()
        error = await failure(http.post(server.url("second")))
        gate.set()
        assert await first is True
    assert isinstance(error, NotSent)
    assert "all 1 connections are busy" in error.message
    assert len(server.seen) == 1


async def test_calls_waiting_for_a_connection_get_it_in_their_order(server: Server) -> None:
    async with AiohttpRequest(connections=1) as http:
        await asyncio.gather(*(http.post(server.url(f"call{n}")) for n in range(5)))
    assert [seen.line.split("/")[2].split()[0] for seen in server.seen] == [f"call{n}" for n in range(5)]


async def test_a_cancelled_call_gives_its_connection_back(server: Server) -> None:
    gate = asyncio.Event()
    server.before_answer = gate.wait
    async with AiohttpRequest(connections=1, timeouts=Timeouts(pool=0.02)) as http:
        call = asyncio.ensure_future(http.post(server.url()))
        await server.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        gate.set()
        assert await http.post(server.url()) is True


async def test_a_transport_that_is_not_open_sends_nothing_and_can_be_opened_again(server: Server) -> None:
    http = AiohttpRequest()
    assert isinstance(await failure(http.post(server.url())), NotSent)
    for _ in range(2):
        await http.initialize()
        await http.initialize()  # PTB does, when one request plays both roles
        assert await http.post(server.url()) is True
        await http.shutdown()
        await http.shutdown()
    assert isinstance(await failure(http.post(server.url())), NotSent)


# --- may have been sent -------------------------------------------------------------------------------------------


async def test_an_answer_that_does_not_come_in_time_may_have_been_sent(server: Server, http: AiohttpRequest) -> None:
    server.before_answer = asyncio.Event().wait
    error = await failure(http.post(server.url(), read_timeout=0.05))
    assert isinstance(error, MaybeSent)
    assert len(server.seen) == 1


async def test_a_bare_call_waits_as_long_as_it_is_told(server: Server, http: AiohttpRequest) -> None:
    server.before_answer = asyncio.Event().wait
    call = Api(server.base_url, TOKEN, http).call("getUpdates", read_timeout=0.05)
    assert isinstance(await failure(asyncio.wait_for(call, 5)), MaybeSent)


@pytest.mark.parametrize(
    "raw",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", b"220 smtp.example\r\n\r\n"],
    ids=["hangs up", "hangs up half-way", "not HTTP"],
)
async def test_a_broken_answer_may_have_been_sent(server: Server, http: AiohttpRequest, raw: bytes) -> None:
    server.raw = raw
    assert isinstance(await failure(http.post(server.url())), MaybeSent)
    assert len(server.seen) == 1  # and was not repeated behind the caller's back


@pytest.mark.parametrize("payload", [b"<html>", b"[]", b"", b'{"ok":true}'])
async def test_a_success_that_cannot_be_read_may_have_been_sent(
    server: Server, http: AiohttpRequest, payload: bytes
) -> None:
    server.payload = payload
    assert isinstance(await failure(Api(server.base_url, TOKEN, http).call("sendMessage")), MaybeSent)


async def test_an_upload_nobody_reads_ends_and_may_have_been_sent() -> None:
    async def deaf(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with listening(deaf) as port, AiohttpRequest(timeouts=BRIEF) as http:
        file = InputFile(bytes(16 << 20), filename="big")
        error = await failure(http.post(f"http://127.0.0.1:{port}/bot{TOKEN}/sendDocument", data(document=file)))
    assert isinstance(error, MaybeSent)


async def test_text_that_is_not_utf8_is_read_as_ptb_reads_it(server: Server, http: AiohttpRequest) -> None:
    server.payload = b'{"ok":true,"result":"\xff"}'
    result: object = await http.post(server.url())
    assert result == "\ufffd"


# --- the server's own answers -------------------------------------------------------------------------------------

ANSWERS = [
    (400, b'{"ok":false,"description":"Bad Request: message is not modified"}', BadRequest),
    (400, b'{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-100}}', ChatMigrated),
    (401, b'{"ok":false,"description":"Unauthorized"}', InvalidToken),
    (403, b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}', Forbidden),
    (404, b'{"ok":false,"description":"Not Found"}', InvalidToken),
    (409, b'{"ok":false,"description":"Conflict: terminated by other getUpdates request"}', Conflict),
    (429, b'{"ok":false,"description":"Too Many","parameters":{"retry_after":17}}', RetryAfter),
    (500, b'{"ok":false,"description":"Internal Server Error"}', NetworkError),
    (502, b"<html>bad gateway</html>", NetworkError),
    (599, b"", NetworkError),
]


@pytest.mark.parametrize(("status", "payload", "kind"), ANSWERS, ids=[f"{s}-{k.__name__}" for s, _, k in ANSWERS])
async def test_a_bare_call_raises_what_ptb_raises(
    server: Server, http: AiohttpRequest, status: int, payload: bytes, kind: type[TelegramError]
) -> None:
    server.status, server.payload = status, payload
    bare = await failure(Api(server.base_url, TOKEN, http).call("sendMessage"))
    ptb = await failure(http.post(server.url("sendMessage")))
    assert type(bare) is type(ptb) is kind
    if payload.startswith(b"{"):
        assert bare.__reduce__() == ptb.__reduce__()


async def test_an_error_page_that_quotes_the_url_does_not_bring_the_token(server: Server, http: AiohttpRequest) -> None:
    server.status, server.payload = 502, f"<p>could not fetch {server.url()}</p>".encode()
    assert "could not fetch" in (await failure(http.post(server.url()))).message
    await failure(Api(server.base_url, TOKEN, http).call("getMe"))


# --- proxies ------------------------------------------------------------------------------------------------------


async def test_a_plain_call_goes_through_an_http_proxy_with_its_credentials(server: Server) -> None:
    async with AiohttpRequest(proxy=f"http://me:secret@127.0.0.1:{server.port}") as http:
        assert await http.post(f"http://api.invalid/bot{TOKEN}/getMe") is True
    assert server.seen[0].line == f"POST http://api.invalid/bot{TOKEN}/getMe HTTP/1.1"
    assert server.seen[0].headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


async def test_a_tunnel_the_proxy_refuses_was_not_sent(server: Server) -> None:
    server.status = 407
    async with AiohttpRequest(proxy=f"http://me:secret@127.0.0.1:{server.port}") as http:
        error = await failure(http.post(f"https://api.invalid/bot{TOKEN}/getMe"))
    assert isinstance(error, NotSent)
    assert "407" in error.message
    assert "secret" not in error.message
    assert server.seen[0].line == "CONNECT api.invalid:443 HTTP/1.1"  # the proxy learns where to, and no token


async def test_a_socks_proxy_is_told_the_name_and_carries_the_calls(server: Server) -> None:
    asked: list[str] = []

    async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 1928, without authentication and with names for addresses."""
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        asked.append((await reader.readexactly((await reader.readexactly(5))[4])).decode())
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await server.serve(reader, writer)

    async with listening(socks5) as port, AiohttpRequest(proxy=f"socks5://127.0.0.1:{port}") as http:
        for _ in range(2):
            assert await http.post(f"http://api.invalid/bot{TOKEN}/getMe") is True
    assert asked == ["api.invalid"]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_is_down_is_not_passed_by(server: Server, scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with AiohttpRequest(proxy=f"{scheme}://me:secret@127.0.0.1:{taken.getsockname()[1]}") as http:
            error = await failure(http.post(server.url()))
    assert isinstance(error, NotSent)
    assert "secret" not in error.message
    assert server.seen == []


async def test_a_socks_proxy_that_refuses_was_not_sent() -> None:
    async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(3)
        writer.write(b"\x05\xff")
        writer.close()

    async with listening(refusing) as port, AiohttpRequest(proxy=f"socks5://127.0.0.1:{port}") as http:
        assert isinstance(await failure(http.post(f"http://api.invalid/bot{TOKEN}/getMe")), NotSent)


@pytest.mark.parametrize("proxy", ["ftp://me:secret@host:21", "127.0.0.1:8080", "socks5://", "http://me:secret@:x"])
def test_a_proxy_it_cannot_use_is_refused_at_once_without_its_password(proxy: str) -> None:
    with pytest.raises(ValueError, match="proxy") as caught:
        AiohttpRequest(proxy=proxy)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_the_default_read_timeout_is_told_to_ptb() -> None:
    assert AiohttpRequest(timeouts=Timeouts(read=7)).read_timeout == 7
