"""People in process: what tests of the bot use directly, and what no phone would allow."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox import state
from sandbox.botapi import BotApi
from sandbox.errors import ActError
from sandbox.links import LinkError, checked_link
from sandbox.records import Account, Upload
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


async def test_waiting_ends_with_the_change_it_waits_for(world: World, person: Account) -> None:
    waiting = asyncio.ensure_future(world.wait_for(lambda w: [u.kind for u in w.updates.pending.values()]))
    await asyncio.sleep(0)
    world.send(person.id, "一")
    assert await waiting == ["message"]


async def test_waiting_for_the_bot_to_confirm_everything(ask: Ask, world: World, person: Account) -> None:
    world.send(person.id, "一")
    waiting = asyncio.ensure_future(world.wait_for(lambda w: not w.updates.pending))
    polling = asyncio.ensure_future(ask("getUpdates", offset=world.updates.next_id, timeout=30))
    assert await waiting
    world.send(person.id, "二")
    await polling


async def test_waiting_in_vain_times_out(world: World) -> None:
    with pytest.raises(TimeoutError):
        await world.wait_for(lambda _: False, 0.01)


@pytest.mark.parametrize(
    "act",
    [
        lambda w, a: w.start(a, "mit leer"),
        lambda w, a: w.start(a, "x" * 65),
        lambda w, a: w.send(a, ""),
        lambda w, a: w.send_photos(a, []),
        lambda w, a: w.send_documents(a, [Upload("a", "", b"x")] * 11),
        lambda w, a: w.send_documents(a, [Upload("a", "", b"x")], "字" * 1025),
        lambda w, a: w.vote(a, 1, [0]),
        lambda w, a: w.press(a, 99, "x"),
        lambda w, a: w.set_language(a, ""),
        lambda w, a: w.add_account("x", id=-5),
        lambda w, a: w.block(w.add_account("x").id, True),
        lambda w, a: (w.block(a, True), w.press(a, 1, "x")),
        lambda w, a: (w.block(a, True), w.send_documents(a, [Upload("a", "", b"x")])),
    ],
)
async def test_impossible_acts_are_refused(world: World, person: Account, act: Callable[[World, int], object]) -> None:
    with pytest.raises(ActError):
        act(world, person.id)


async def test_blocking_twice_is_told_once(world: World, person: Account) -> None:
    world.block(person.id, True)
    world.block(person.id, True)
    assert len(world.updates.pending) == 1


async def test_a_caption_keeps_its_links(world: World, person: Account) -> None:
    (message,) = world.send_documents(person.id, [Upload("a.txt", "", b"x")], "见 https://a.cn/x")
    assert message["caption_entities"] == [{"type": "url", "offset": 2, "length": 14}]


async def test_a_quiz_closes_by_its_own_clock(ask: Ask, world: World, person: Account) -> None:
    ticks = itertools.count(1_700_000_000, 10)
    world.clock = lambda: next(ticks)
    poll = {"question": "问", "options": ["甲", "乙"], "open_period": 5}
    _, answer = await ask("sendPoll", chat_id=person.id, **poll)
    number = answer["result"]["message_id"]
    await world.wait_for(lambda w: w.chat(person.id).messages[number]["poll"]["is_closed"])  # type: ignore[index]
    with pytest.raises(ActError, match="closed"):
        world.vote(person.id, number, [0])
    status, refused = await ask("stopPoll", chat_id=person.id, message_id=number)
    assert (status, refused["description"]) == (400, "Bad Request: poll can't be stopped")


async def test_a_vote_can_be_taken_back_where_the_poll_allows_it(ask: Ask, world: World, person: Account) -> None:
    _, answer = await ask("sendPoll", chat_id=person.id, question="问", options=["甲", "乙"], is_anonymous=False)
    number = answer["result"]["message_id"]
    world.vote(person.id, number, [0])
    with pytest.raises(ActError, match="one answer"):
        world.vote(person.id, number, [0, 1])
    world.vote(person.id, number, [])
    poll: Any = world.chat(person.id).messages[number]["poll"]
    assert poll["total_voter_count"] == 0


async def test_presence_fades_after_the_last_delivery(
    monkeypatch: pytest.MonkeyPatch, world: World, server: SandboxServer
) -> None:
    monkeypatch.setattr(state, "ONLINE_SECONDS", 0.02)
    watcher = world.events.watch(None)
    world.bot_seen()
    assert [(await watcher.next()).data["bot_online"] for _ in range(2)] == [True, False]


async def test_the_description_is_shown_with_the_bot(ask: Ask, world: World) -> None:
    await ask("setMyDescription", description="说明")
    assert world.bot_card()["description"] == "说明"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("a.cn", "http://a.cn/"),
        ("https://a.cn:8443?x", "https://a.cn:8443/?x"),
        ("HTTP://a.cn/x", "http://a.cn/x"),
        ("tg://resolve?domain=a", "tg://resolve?domain=a"),
    ],
)
def test_links_are_kept_as_telegram_keeps_them(url: str, kept: str) -> None:
    assert checked_link(url) == kept


@pytest.mark.parametrize("url", ["", "localhost", "ftp://a.cn", "http://a.cn:x/", "http://a.cn:0/", "http://a b.cn/"])
def test_other_links_are_refused(url: str) -> None:
    with pytest.raises(LinkError):
        checked_link(url)


async def test_where_no_connection_can_be_cut_a_drop_is_a_502(world: World) -> None:
    world.faults.add("drop")
    scope: dict[str, Any] = {
        "type": "http",
        "path_params": {"token": world.token, "method": "getMe"},
        "query_string": b"",
        "headers": [],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    await BotApi(world)(scope, receive, send)
    assert sent[0]["status"] == 502
