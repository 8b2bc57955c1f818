"""The control API: being a person over HTTP, and watching over SSE."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.records import Account
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, Any]]]


async def test_the_state_names_bot_and_people(control: Ask, person: Account) -> None:
    _, state = await control("state")
    assert state["bot"] == {"id": 100000001, "username": "tollmate_bot", "first_name": "窗口助手"}
    assert state["accounts"] == [
        {
            "id": person.id, "first_name": "张三", "last_name": None, "username": "zhangsan",
            "language_code": "zh-hans", "caption": "收费员 · 城东站一班", "payload": "abc", "started": True,
            "blocked": False, "unread": 0,
        }
    ]  # fmt: skip
    assert (state["restartable"], state["bot_online"], state["faults"]) == (False, False, [])


async def test_a_stranger_is_made_and_starts(control: Ask, world: World) -> None:
    _, account = await control("accounts", {"first_name": "王五", "language_code": "en", "id": 77})
    assert (account["id"], account["started"]) == (77, False)
    assert (await control("accounts", {"first_name": "王五", "id": 77}))[0] == 400
    status, answer = await control("accounts/77/start", {"payload": "tok"})
    assert (status, answer["ok"]) == (200, True)
    assert world.chat(77).messages[answer["message_id"]]["text"] == "/start tok"


async def test_a_chat_shows_both_sides_and_the_menu(control: Ask, ask: Ask, person: Account) -> None:
    await ask("setMyCommands", commands=[{"command": "home", "description": "首页"}])
    await ask("sendMessage", chat_id=person.id, text="您好", reply_markup={"keyboard": [["甲"]]})
    await control(f"accounts/{person.id}/send", {"text": "甲"})
    _, chat = await control(f"accounts/{person.id}/chat")
    assert [message["text"] for message in chat["messages"]] == ["/start", "您好", "甲"]
    assert [message["from"]["id"] == person.id for message in chat["messages"]] == [True, False, True]
    assert chat["commands"] == [{"command": "home", "description": "首页"}]
    assert chat["reply_keyboard"]["keyboard"] == [[{"text": "甲"}]]
    assert chat["account"]["unread"] == 1
    await control(f"accounts/{person.id}/read", {})
    assert (await control(f"accounts/{person.id}/chat"))[1]["account"]["unread"] == 0


async def test_a_one_time_keyboard_goes_with_the_answer(control: Ask, ask: Ask, person: Account) -> None:
    await ask(
        "sendMessage", chat_id=person.id, text="选", reply_markup={"keyboard": [["甲"]], "one_time_keyboard": True}
    )
    await control(f"accounts/{person.id}/send", {"text": "甲"})
    assert (await control(f"accounts/{person.id}/chat"))[1]["reply_keyboard"] is None


async def test_pressing_needs_a_message_unless_forged(control: Ask, world: World, person: Account) -> None:
    path = f"accounts/{person.id}/press"
    assert (await control(path, {"message_id": 99, "data": "x"}))[0] == 400
    status, answer = await control(path, {"message_id": 99, "data": "x", "forge": True})
    assert status == 200
    update = json.loads(next(reversed(world.updates.pending.values())).body)
    assert update["callback_query"]["id"] == answer["callback_query_id"]
    assert update["callback_query"]["message"] == {
        "chat": {"id": person.id, "type": "private", "first_name": "张三", "username": "zhangsan"},
        "message_id": 99,
        "date": 0,
    }


async def test_pictures_make_an_album(
    server: SandboxServer, http: aiohttp.ClientSession, world: World, person: Account, png: bytes
) -> None:
    form = aiohttp.FormData({"caption": "两张"})
    form.add_field("file", png, filename="a.png", content_type="image/png")
    form.add_field("file", png, filename="b.png", content_type="image/png")
    async with http.post(f"{server.url}/api/accounts/{person.id}/photo", data=form) as response:
        numbers = (await response.json())["message_ids"]
    updates = [json.loads(update.body)["message"] for update in world.updates.pending.values()]
    assert [message["message_id"] for message in updates] == numbers
    assert len({message["media_group_id"] for message in updates}) == 1
    assert [message.get("caption") for message in updates] == ["两张", None]
    assert updates[0]["photo"][0]["file_unique_id"] == updates[1]["photo"][0]["file_unique_id"]


async def test_files_come_back_with_type_and_name(
    server: SandboxServer, http: aiohttp.ClientSession, ask: Ask, world: World, person: Account
) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", b"BEGIN:VCALENDAR", filename="培训.ics")
    async with http.post(f"{server.url}/api/accounts/{person.id}/document", data=form) as response:
        number = (await response.json())["message_ids"][0]
    document: Any = world.chat(person.id).messages[number]["document"]
    async with http.get(f"{server.url}/api/files/{document['file_id']}") as response:
        assert response.content_type == "text/calendar"
        assert response.content_disposition is not None
        assert response.content_disposition.type == "attachment"
        assert response.content_disposition.filename == "培训.ics"
        assert await response.read() == b"BEGIN:VCALENDAR"
    async with http.get(f"{server.url}/api/files/nothing") as response:
        assert response.status == 404


async def test_votes_are_seen_by_the_voter_only(control: Ask, ask: Ask, person: Account) -> None:
    _, answer = await ask(
        "sendPoll", chat_id=person.id, question="问", options=["甲", "乙"], type="quiz", correct_option_ids=[1]
    )
    number = answer["result"]["message_id"]
    path = f"accounts/{person.id}/vote"
    assert (await control(path, {"message_id": number, "option_ids": [5]}))[0] == 400
    assert (await control(path, {"message_id": number, "option_ids": [0]}))[0] == 200
    assert (await control(path, {"message_id": number, "option_ids": [1]}))[0] == 400
    _, chat = await control(f"accounts/{person.id}/chat")
    assert chat["messages"][-1]["poll"]["chosen_option_ids"] == [0]
    _, updates = await ask("getUpdates")
    assert "chosen_option_ids" not in updates["result"][-1]["poll"]


async def test_a_blocked_bot_hears_nothing_until_started_again(control: Ask, world: World, person: Account) -> None:
    await control(f"accounts/{person.id}/block", {"blocked": True})
    assert (await control(f"accounts/{person.id}/send", {"text": "x"}))[0] == 400
    assert (await control(f"accounts/{person.id}/start", {}))[0] == 200
    kinds = [update.kind for update in world.updates.pending.values()]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]
    assert not person.blocked


async def test_language_travels_with_the_next_update(control: Ask, world: World, person: Account) -> None:
    assert (await control(f"accounts/{person.id}/language", {"language_code": "en"}))[0] == 200
    world.send(person.id, "hi")
    assert json.loads(next(iter(world.updates.pending.values())).body)["message"]["from"]["language_code"] == "en"
    assert (await control(f"accounts/{person.id}/language", {"language_code": "??"}))[0] == 400


async def test_a_cleared_chat_is_empty_here_and_whole_for_the_bot(
    control: Ask, ask: Ask, world: World, person: Account
) -> None:
    _, answer = await ask("sendMessage", chat_id=person.id, text="旧")
    await control(f"accounts/{person.id}/delete_chat", {})
    assert (await control(f"accounts/{person.id}/chat"))[1]["messages"] == []
    number = answer["result"]["message_id"]
    assert (await ask("editMessageText", chat_id=person.id, message_id=number, text="新"))[0] == 200


@pytest.mark.parametrize("body", [[1], {"text": 5}, {"text": "  "}, {"text": "字" * 4097}])
async def test_impossible_texts_are_refused(control: Ask, person: Account, body: object) -> None:
    status, answer = await control(f"accounts/{person.id}/send", body)
    assert (status, answer["ok"]) == (400, False)


@pytest.mark.parametrize(
    ("verb", "body"), [("vote", {"message_id": 1, "option_ids": "x"}), ("press", {"message_id": "x"}), ("photo", {})]
)
async def test_impossible_bodies_are_refused(control: Ask, person: Account, verb: str, body: object) -> None:
    assert (await control(f"accounts/{person.id}/{verb}", body))[0] == 400


async def test_a_body_that_is_not_json_is_refused(
    server: SandboxServer, http: aiohttp.ClientSession, person: Account
) -> None:
    async with http.post(f"{server.url}/api/accounts/{person.id}/send", data=b"{") as response:
        assert response.status == 400
    async with http.post(f"{server.url}/api/accounts/{person.id}/read") as response:
        assert response.status == 200


async def test_nobody_elses_phone_is_refused(control: Ask) -> None:
    assert (await control("accounts/5/send", {"text": "x"}))[0] == 400
    assert (await control("accounts/5/chat"))[0] == 400


async def test_calls_are_logged(control: Ask, ask: Ask, person: Account) -> None:
    await ask("sendMessage", chat_id=person.id, text="x")
    await ask("sendMessage", chat_id=5, text="x")
    _, calls = await control("calls")
    assert [(call["method"], call["chat_id"], call["ok"], call["error"]) for call in calls] == [
        ("sendMessage", person.id, True, None),
        ("sendMessage", 5, False, "Bad Request: chat not found"),
    ]
    assert (await control(f"calls?since={calls[0]['n']}"))[1] == calls[1:]


async def test_the_bot_restarts_only_where_it_can(control: Ask, http: aiohttp.ClientSession) -> None:
    assert (await control("bot/restart", {}))[0] == 404
    restarts: list[int] = []

    async def restart() -> None:
        restarts.append(1)

    async with (
        SandboxServer(restart_bot=restart) as server,
        http.post(f"{server.url}/api/bot/restart") as response,
    ):
        assert response.status == 200
    assert restarts == [1]


async def events(response: aiohttp.ClientResponse, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number = 0
    async for line in response.content:
        if line.startswith(b"id: "):
            number = int(line[4:])
        elif line.startswith(b"data: "):
            found.append({"id": number, **json.loads(line[6:])})
            if len(found) == count:
                break
    return found


async def test_a_phone_follows_its_chat(
    server: SandboxServer, http: aiohttp.ClientSession, ask: Ask, world: World, person: Account, stranger: Account
) -> None:
    async with http.get(f"{server.url}/api/events", params={"account": person.id}) as response:
        assert response.content_type == "text/event-stream"
        world.start(stranger.id)
        _, answer = await ask("sendMessage", chat_id=person.id, text="题")
        number = answer["result"]["message_id"]
        query = world.press(person.id, number, "a")
        await ask("answerCallbackQuery", callback_query_id=query, text="对", show_alert=True)
        await ask("editMessageText", chat_id=person.id, message_id=number, text="新")
        await ask("deleteMessage", chat_id=person.id, message_id=number)
        seen = await events(response, 6)
    assert [event["type"] for event in seen] == ["message", "account", "pending", "callback_answer", "edit", "delete"]
    message, account, pending, answered, edit, deleted = seen
    assert message["account"] == person.id
    assert account["account"]["unread"] == 1
    assert pending["callback_query_id"] == answered["callback_query_id"] == query
    assert (answered["text"], answered["show_alert"], answered["url"]) == ("对", True, None)
    assert edit["message"]["text"] == "新"
    assert deleted["message_ids"] == [number]
    assert [event["id"] for event in seen] == sorted({event["id"] for event in seen})


async def test_a_reader_who_comes_back_misses_nothing(
    server: SandboxServer, http: aiohttp.ClientSession, world: World, person: Account
) -> None:
    world.send(person.id, "一")
    last = world.events.ring[-1].id
    world.send(person.id, "二")
    headers = {"Last-Event-ID": str(last)}
    async with http.get(f"{server.url}/api/events", params={"account": person.id}, headers=headers) as response:
        (event,) = await events(response, 1)
    assert event["message"]["text"] == "二"


async def test_a_watcher_of_all_sees_everybody(
    server: SandboxServer, http: aiohttp.ClientSession, world: World, stranger: Account, person: Account
) -> None:
    async with http.get(f"{server.url}/api/events") as response:
        world.send(person.id, "一")
        world.read(person.id)
        world.send(stranger.id, "二")
        seen = await events(response, 3)
    assert [event["type"] for event in seen] == ["message", "account", "message"]


async def test_a_quiet_stream_beats(
    monkeypatch: pytest.MonkeyPatch, server: SandboxServer, http: aiohttp.ClientSession
) -> None:
    monkeypatch.setattr("sandbox.control.HEARTBEAT_SECONDS", 0.01)
    async with http.get(f"{server.url}/api/events") as response:
        assert await response.content.readuntil(b"still here\n\n") == b"retry: 1000\n\n: still here\n\n"


async def test_the_stream_tells_a_voter_of_the_own_vote(
    server: SandboxServer, http: aiohttp.ClientSession, ask: Ask, world: World, person: Account
) -> None:
    _, answer = await ask("sendPoll", chat_id=person.id, question="问", options=["甲", "乙"])
    async with http.get(f"{server.url}/api/events") as response:
        world.vote(person.id, answer["result"]["message_id"], [1])
        (event,) = await events(response, 1)
    assert event["message"]["poll"]["chosen_option_ids"] == [1]


async def test_the_server_stops_at_once_with_streams_and_polls_open(http: aiohttp.ClientSession) -> None:
    async with SandboxServer() as server:
        response = await http.get(f"{server.url}/api/events")
    assert b"retry" in await response.content.read()


async def test_the_page_is_served(server: SandboxServer, http: aiohttp.ClientSession) -> None:
    async with http.get(server.url) as response:
        assert response.content_type == "text/html"
    async with http.get(f"{server.url}/static/app.js") as response:
        assert "javascript" in response.content_type
    async with http.get(f"{server.url}/nothing") as response:
        assert response.status == 404
