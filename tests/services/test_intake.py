"""Intake against the sandbox over real HTTP: stored before it is acknowledged, by long poll and by webhook."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
import pytest
from telegram.error import InvalidToken

from bot.intake import Poller, raw_to_incoming, store
from bot.lanes import Lanes
from bot.transport import AiohttpRequest, Api
from bot.webhook import LARGEST_BODY, SECRET_HEADER, WebhookServer, webhook_app
from domain.inbox import InboxCounts, Incoming
from sandbox.records import Account
from sandbox.server import SandboxServer
from sandbox.world import DEFAULT_TOKEN, World
from storage import inbox
from storage.database import Connection, Database
from storage.errors import StorageFull

NOW = 1_760_000_000_000
KINDS = ["message", "callback_query", "my_chat_member"]
SECRET = "Zu_lang-zum-Raten"
SOON = (1, 1, 1, 1)


@pytest.fixture(autouse=True)
def _durations_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # PTB warns on the old form, and warnings are errors here


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path)
    yield db
    await db.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer(world=World(webhook_retry_seconds=0.01)) as sandbox:
        yield sandbox


@pytest.fixture
def world(sandbox: SandboxServer) -> World:
    return sandbox.world


@pytest.fixture
def li(world: World) -> Account:
    return world.add_account("李", id=7)


@pytest.fixture
async def http() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest() as http:
        yield http


@pytest.fixture
def api(sandbox: SandboxServer, http: AiohttpRequest) -> Api:
    return Api(f"{sandbox.url}/bot", DEFAULT_TOKEN, http)


class Handler:
    """Keeps the texts it was given; raises as often as told; `until` waits for what it keeps."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def __call__(self, incoming: Incoming) -> None:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError
        self.texts.append(orjson.loads(incoming.body)["message"]["text"])
        async with self._changed:
            self._changed.notify_all()

    async def until(self, *texts: str) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: sorted(self.texts) == sorted(texts))


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
async def lanes(db: Database, handler: Handler) -> AsyncIterator[Lanes]:
    lanes = Lanes(db, handler, lambda: NOW, backoff=SOON)
    await lanes.start()
    yield lanes
    await lanes.stop(0)


@asynccontextmanager
async def polling(api: Api, db: Database, lanes: Lanes) -> AsyncIterator[Poller]:
    poller = Poller(api, db, lanes, lambda: NOW, KINDS, longest_pause=0.001)
    run = asyncio.ensure_future(poller.run())
    try:
        yield poller
    finally:
        await poller.stop()
        await run


@asynccontextmanager
async def serving(db: Database, lanes: Lanes) -> AsyncIterator[str]:
    server = WebhookServer(webhook_app("/hook", SECRET, db, lanes, lambda: NOW), "127.0.0.1", 0)
    await server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        await server.stop()


@pytest.fixture
async def url(db: Database, lanes: Lanes) -> AsyncIterator[str]:
    async with serving(db, lanes) as url:
        yield url


async def hooked(api: Api, url: str, secret: str = SECRET) -> None:
    await api.call("setWebhook", {"url": f"{url}/hook", "secret_token": secret, "allowed_updates": KINDS})


async def post(url: str, body: bytes | AsyncIterator[bytes], secret: str | None = SECRET) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with aiohttp.ClientSession() as session, session.post(f"{url}/hook", data=body, headers=headers) as answer:
        return answer.status


async def all_acknowledged(world: World) -> None:
    await world.wait_for(lambda w: not w.updates.pending)


async def polled(world: World) -> None:
    await world.wait_for(lambda w: w.updates.polled_now)


async def states(db: Database) -> list[str]:
    async def read(tx: Connection) -> list[str]:
        return [row["state"] for row in await tx.all("SELECT state FROM inbox ORDER BY update_id")]

    return await db.read(read)


async def stored(db: Database, world: World, number: int) -> None:
    """Wait until so many are in the inbox: the answer of a poll is seen by the world, the write after it is not."""
    await world.wait_for(lambda w: any(call.method == "getUpdates" and call.ok for call in w.calls))
    async with asyncio.timeout(5):
        while len(await states(db)) < number:
            pass  # each look is a trip to the database's thread


def refusing(db: Database, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of `db` is full for the next `times` writes."""
    write, left = db.write, times

    async def full(work: Callable[[Connection], Awaitable[object]]) -> object:
        nonlocal left
        if left:
            left -= 1
            raise StorageFull
        return await write(work)

    monkeypatch.setattr(db, "write", full)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.intake"]


# What a row is made of


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": {"chat": {"id": -100}, "from": {"id": 5}}}, -100),
        ({"edited_message": {"chat": {"id": 5}}}, 5),
        ({"callback_query": {"from": {"id": 5}, "message": {"chat": {"id": -100}}}}, -100),
        ({"callback_query": {"from": {"id": 5}, "inline_message_id": "x"}}, 5),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"poll_answer": {"user": {"id": 5}, "poll_id": "1"}}, 5),
        ({"inline_query": {"from": {"id": 5}}}, 5),
        ({"poll": {"id": "5"}}, 0),
        ({"message": {"chat": {"id": "5"}, "from": {"id": 2**63}}}, 0),
        ({"message": None}, 0),
        ({}, 0),
    ],
)
def test_the_lane_is_the_chat_or_else_the_person_or_else_nobody(update: dict[str, object], lane: int) -> None:
    assert raw_to_incoming({"update_id": 1, **update}, NOW).lane == lane


def test_the_body_is_the_update_as_telegram_sent_it() -> None:
    update = {"update_id": 9, "message": {"text": "您好 🚗", "chat": {"id": 5}}}

    row = raw_to_incoming(update, NOW)

    assert orjson.loads(row.body) == update
    assert (row.update_id, row.received_at, row.attempts) == (9, NOW, 0)


@pytest.mark.parametrize("update_id", [None, "1", True, 1.5, -1, 2**63])
def test_what_has_no_usable_update_id_is_no_update(update_id: object) -> None:
    with pytest.raises(ValueError, match="update_id"):
        raw_to_incoming({"update_id": update_id}, NOW)


async def test_storing_returns_the_new_ones_in_order_and_passes_over_what_is_no_update(db: Database) -> None:
    await store(db, [{"update_id": 2}], NOW)

    new = await store(db, [{"update_id": 3}, {"update_id": 2}, {"x": 1}, {"update_id": 1}, {"update_id": 3}], NOW)

    assert [row.update_id for row in new] == [1, 3]
    assert await store(db, [{"x": 1}], NOW) == []


# Polling


async def test_what_people_send_reaches_the_handler_and_is_marked_done(
    api: Api, db: Database, lanes: Lanes, handler: Handler, world: World, li: Account
) -> None:
    world.send(li.id, "早就在")
    async with polling(api, db, lanes):
        await handler.until("早就在")
        world.send(li.id, "刚来")
        await handler.until("早就在", "刚来")
        await all_acknowledged(world)
        await lanes.idle()

    assert handler.texts == ["早就在", "刚来"]
    assert await states(db) == ["done", "done"]


async def test_an_update_is_acknowledged_while_its_handling_still_fails_and_is_not_lost(
    api: Api, db: Database, lanes: Lanes, handler: Handler, world: World, li: Account
) -> None:
    handler.failures = 3
    async with polling(api, db, lanes):
        world.send(li.id, "一")
        await all_acknowledged(world)
        await handler.until("一")


async def test_an_update_that_could_not_be_stored_is_not_acknowledged_and_comes_again(
    api: Api,
    db: Database,
    lanes: Lanes,
    handler: Handler,
    world: World,
    li: Account,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world.send(li.id, "一")
    refusing(db, 3, monkeypatch)
    async with polling(api, db, lanes):
        await handler.until("一")

    assert said(caplog)[0].startswith("收到的更新无法写入数据库（")
    assert said(caplog)[1:] == ["已恢复接收 Telegram 更新"]


async def test_an_update_that_telegram_delivers_again_is_handled_once(
    api: Api, db: Database, lanes: Lanes, handler: Handler, world: World, li: Account
) -> None:
    world.send(li.id, "一")
    replay = dict(world.updates.pending)
    async with polling(api, db, lanes):
        await handler.until("一")
    async with polling(api, db, lanes):
        await all_acknowledged(world)
        world.updates.pending.update(replay)
        world.send(li.id, "二")
        await handler.until("一", "二")
        await lanes.idle()

    assert handler.texts == ["一", "二"]


async def test_updates_left_from_before_a_restart_are_handled_after_it(
    api: Api, db: Database, handler: Handler, world: World, li: Account
) -> None:
    handler.gate.clear()
    before = Lanes(db, handler, lambda: NOW)
    await before.start()
    async with polling(api, db, before):
        for text in "一二三":
            world.send(li.id, text)
        await all_acknowledged(world)
    await before.stop(0)
    assert handler.texts == []

    handler.gate.set()
    after = Lanes(db, handler, lambda: NOW)
    await after.start()
    await handler.until("一", "二", "三")
    await after.stop(1)

    assert handler.texts == ["一", "二", "三"]
    assert await states(db) == ["done"] * 3


async def test_a_full_backlog_stops_the_polling_and_telegram_keeps_the_rest(
    api: Api, db: Database, handler: Handler, world: World, li: Account
) -> None:
    handler.gate.clear()
    lanes = Lanes(db, handler, lambda: NOW, backlog=50)
    await lanes.start()
    texts = [str(number) for number in range(250)]
    for text in texts:
        world.send(li.id, text)
    async with polling(api, db, lanes):
        await stored(db, world, 100)
        await api.call("getMe")  # a round trip: time enough for another poll
        assert len(world.updates.pending) == 250  # no second poll, which would confirm the first hundred
        handler.gate.set()
        await handler.until(*texts)
    await lanes.stop(1)

    assert handler.texts == texts


async def test_a_stop_ends_the_long_poll_at_once(api: Api, db: Database, lanes: Lanes, world: World) -> None:
    poller = Poller(api, db, lanes, lambda: NOW, KINDS)
    run = asyncio.ensure_future(poller.run())
    await polled(world)

    async with asyncio.timeout(5):
        await poller.stop()
        await run
        await poller.run()  # and it does not begin again


async def test_a_stop_ends_a_wait_for_room_in_the_lanes(
    api: Api, db: Database, handler: Handler, world: World, li: Account
) -> None:
    handler.gate.clear()
    lanes = Lanes(db, handler, lambda: NOW, backlog=0)
    await lanes.start()
    world.send(li.id, "一")
    world.send(li.id, "二")
    async with polling(api, db, lanes) as poller:
        await stored(db, world, 2)
        async with asyncio.timeout(5):
            await poller.stop()
    await lanes.stop(0)

    assert await db.read(inbox.counts) == InboxCounts(waiting=2, dead=0)


async def test_a_poller_that_is_cancelled_from_outside_says_so(
    api: Api, db: Database, lanes: Lanes, world: World
) -> None:
    run = asyncio.ensure_future(Poller(api, db, lanes, lambda: NOW, KINDS).run())
    await polled(world)
    run.cancel()

    with pytest.raises(asyncio.CancelledError):
        await run


async def test_polling_asks_for_the_kinds_it_was_given_and_drops_nothing(
    api: Api, db: Database, lanes: Lanes, handler: Handler, world: World, li: Account, url: str
) -> None:
    await hooked(api, "http://127.0.0.1:9")  # left from another deployment; nobody listens there
    world.send(li.id, "一")
    async with polling(api, db, lanes):
        await handler.until("一")

    assert world.webhook.settings is None
    assert world.updates.explicitly_allowed == KINDS


async def test_trouble_with_the_network_is_said_once_with_a_hint_and_once_when_it_is_over(
    api: Api,
    db: Database,
    lanes: Lanes,
    handler: Handler,
    world: World,
    li: Account,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world.faults.add("drop", "getUpdates", times=3)
    world.faults.add("error", "getUpdates", times=2, status=502)
    world.send(li.id, "一")
    async with polling(api, db, lanes):
        await handler.until("一")

    first, last = said(caplog)
    assert first.startswith("连不上 Telegram（")
    assert first.endswith("）。如在防火墙后，请设置 TOLLMATE_PROXY_URL 或 TOLLMATE_API_BASE_URL；正在重试")
    assert DEFAULT_TOKEN not in first
    assert last == "已恢复接收 Telegram 更新"


async def test_a_start_without_a_network_goes_on_when_there_is_one(
    api: Api, db: Database, lanes: Lanes, handler: Handler, world: World, li: Account
) -> None:
    world.faults.add("drop", "deleteWebhook", times=3)
    world.send(li.id, "一")
    async with polling(api, db, lanes):
        await handler.until("一")


async def test_a_second_poller_is_named_as_such_and_outlasted(
    api: Api,
    db: Database,
    lanes: Lanes,
    handler: Handler,
    world: World,
    li: Account,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with polling(api, db, lanes):
        await polled(world)
        await api.call("setWebhook", {"url": "http://127.0.0.1:9/"})
        await world.wait_for(lambda w: any(call.error and "Conflict" in call.error for call in w.calls))
        await api.call("deleteWebhook")
        world.send(li.id, "一")
        await handler.until("一")

    assert said(caplog)[0].startswith("另有一个程序正用同一个令牌收取消息（Conflict")


async def test_a_flood_warning_is_waited_for_as_long_as_it_says(
    api: Api, db: Database, lanes: Lanes, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults.add("flood", "getUpdates", seconds=600)
    async with polling(api, db, lanes):
        await world.wait_for(lambda w: any(call.method == "getUpdates" for call in w.calls))
        calls = len(world.calls)
        await api.call("getMe")

    assert [call.method for call in list(world.calls)[calls:]] == ["getMe"]


async def test_a_token_that_telegram_does_not_know_ends_the_polling(
    sandbox: SandboxServer, http: AiohttpRequest, db: Database, lanes: Lanes
) -> None:
    api = Api(f"{sandbox.url}/bot", "1:WRONG", http)

    with pytest.raises(InvalidToken):
        await Poller(api, db, lanes, lambda: NOW, KINDS).run()


# Webhook


async def test_a_delivery_is_stored_handled_and_marked_done(
    api: Api, db: Database, lanes: Lanes, handler: Handler, world: World, li: Account, url: str
) -> None:
    await hooked(api, url)
    for text in "一二三":
        world.send(li.id, text)
    await all_acknowledged(world)
    await handler.until("一", "二", "三")
    await lanes.idle()

    assert handler.texts == ["一", "二", "三"]
    assert await states(db) == ["done"] * 3


async def test_a_delivery_is_acknowledged_though_its_handling_fails_and_is_not_lost(
    api: Api, handler: Handler, world: World, li: Account, url: str
) -> None:
    handler.failures = 2
    await hooked(api, url)
    world.send(li.id, "一")
    await all_acknowledged(world)
    await handler.until("一")


async def test_a_delivery_that_could_not_be_stored_is_refused_and_repeated(
    api: Api, db: Database, handler: Handler, world: World, li: Account, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(db, 1, monkeypatch)
    await hooked(api, url)
    world.send(li.id, "一")
    await handler.until("一")
    await all_acknowledged(world)

    assert world.webhook.info()["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_the_same_delivery_twice_is_handled_once(db: Database, lanes: Lanes, handler: Handler, url: str) -> None:
    body = orjson.dumps({"update_id": 1, "message": {"chat": {"id": 7}, "text": "一"}})

    assert [await post(url, body), await post(url, body)] == [200, 200]
    await lanes.idle()

    assert handler.texts == ["一"]


@pytest.mark.parametrize(("secret", "status"), [("wrong", 403), ("", 403), ("ä", 403), (None, 401)])
async def test_without_the_secret_nothing_is_stored(db: Database, url: str, secret: str | None, status: int) -> None:
    assert await post(url, b'{"update_id": 1}', secret) == status
    assert await states(db) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"update_id": "1"}', b"\xff"])
async def test_what_is_no_update_is_refused(db: Database, url: str, body: bytes) -> None:
    assert await post(url, body) == 400
    assert await states(db) == []


async def test_a_body_above_the_limit_is_refused_whether_or_not_it_says_its_length(db: Database, url: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * (LARGEST_BODY // 2)

    for body in (b" " * (LARGEST_BODY + 1), pieces()):
        # The server may hang up while the rest is still being sent.
        with contextlib.suppress(aiohttp.ClientOSError):
            assert await post(url, body) == 413
    assert await states(db) == []


async def test_health_says_how_many_wait_and_how_many_were_given_up(db: Database, lanes: Lanes, url: str) -> None:
    await store(db, [{"update_id": n} for n in range(3)], NOW)
    await db.write(lambda tx: inbox.dead(tx, 0, "坏了"))

    async with aiohttp.ClientSession() as session, session.get(f"{url}/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True, "waiting": 2, "dead": 1})


async def test_health_says_when_the_database_cannot_be_read(db: Database, lanes: Lanes, url: str) -> None:
    await db.close()

    async with aiohttp.ClientSession() as session, session.get(f"{url}/health") as answer:
        assert (answer.status, await answer.json()) == (503, {"ok": False})


@pytest.mark.parametrize(("path", "secret"), [("/hook", ""), ("hook", SECRET), ("/health", SECRET)])
async def test_a_webhook_without_a_secret_or_a_path_of_its_own_is_not_made(
    db: Database, lanes: Lanes, path: str, secret: str
) -> None:
    with pytest.raises(ValueError, match="webhook"):
        webhook_app(path, secret, db, lanes, lambda: NOW)


async def test_a_port_that_is_taken_is_an_error_of_the_start(db: Database, lanes: Lanes, url: str) -> None:
    server = WebhookServer(
        webhook_app("/hook", SECRET, db, lanes, lambda: NOW), "127.0.0.1", int(url.rpartition(":")[2])
    )

    with pytest.raises(OSError, match="in use"):
        await server.start()
    await server.stop()
