"""The control API of groups: making them, moving people and the bot, being a member over HTTP, watching."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.records import Account, Group
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, Any]]]
Told = Callable[[], list[dict[str, Any]]]

QUIZ = {"question": "问", "options": ["甲", "乙"], "type": "quiz", "correct_option_ids": [1], "is_anonymous": False}


async def test_a_group_is_made_and_shown(control: Ask, world: World, person: Account, stranger: Account) -> None:
    status, card = await control("groups", {"title": "城东站", "members": [person.id, stranger.id]})
    assert (status, card["title"], card["type"], card["bot"]) == (200, "城东站", "supergroup", "left")
    assert card["members"] == [
        {"id": person.id, "first_name": "张三", "status": "creator"},
        {"id": stranger.id, "first_name": "李四", "status": "member"},
    ]
    assert (await control("state"))[1]["groups"] == [card]
    _, basic = await control("groups", {"title": "小组", "members": [person.id], "type": "group", "id": -77})
    assert (basic["id"], basic["type"]) == (-77, "group")
    _, chat = await control(f"accounts/{stranger.id}/chat")
    assert [(group["id"], group["me"], group["unread"]) for group in chat["groups"]] == [(card["id"], "member", 1)]
    assert chat["group"] is None


async def test_the_bot_and_people_are_moved(
    control: Ask, world: World, person: Account, stranger: Account, told: Told
) -> None:
    _, card = await control("groups", {"title": "城东站", "members": [person.id]})
    path = f"groups/{card['id']}"
    assert (await control(f"{path}/bot", {"status": "member", "by": person.id, "payload": "u7"}))[0] == 200
    assert (await control(f"{path}/members", {"account_id": stranger.id, "status": "member", "by": person.id}))[
        0
    ] == 200
    assert (await control(f"{path}/rights", {"can_send_polls": False}))[0] == 200
    group = world.group(card["id"])
    assert (group.status(world.bot_id), group.status(stranger.id)) == ("member", "member")
    assert group.rights["can_send_polls"] is False
    assert told()[2]["message"]["text"] == "/start@tollmate_bot u7"


async def test_a_group_is_upgraded(control: Ask, world: World, person: Account) -> None:
    _, card = await control("groups", {"title": "小组", "members": [person.id], "type": "group"})
    _, new = await control(f"groups/{card['id']}/upgrade", {})
    assert (new["type"], new["title"]) == ("supergroup", "小组")
    _, state = await control("state")
    assert [group["upgraded_to"] for group in state["groups"]] == [new["id"], None]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups", {"title": "x"}),
        ("groups", {"title": "x", "members": ["y"]}),
        ("groups", {"title": "", "members": []}),
        ("groups/x/bot", {"status": "member"}),
        ("groups/-5/bot", {"status": "member"}),
        ("groups/{id}/bot", {"status": "king"}),
        ("groups/{id}/bot", {"status": "member", "by": "x"}),
        ("groups/{id}/members", {"status": "member"}),
        ("groups/{id}/rights", {"can_send_polls": "no"}),
        ("groups/{id}/upgrade", {}),
        ("accounts/{me}/send", {"text": "x", "chat_id": -5}),
        ("accounts/{me}/send", {"text": "x", "chat_id": "x"}),
        ("accounts/{outsider}/send", {"text": "x", "chat_id": "{id}"}),
    ],
)
async def test_what_cannot_be_done_is_refused(
    control: Ask, world: World, group: Group, person: Account, path: str, body: dict[str, Any]
) -> None:
    outsider = world.add_account("外人")
    if body.get("chat_id") == "{id}":
        body = {**body, "chat_id": group.id}
    status, answer = await control(path.format(id=group.id, me=person.id, outsider=outsider.id), body)
    assert (status, answer["ok"]) == (400, False)


async def test_a_member_writes_replies_presses_votes_and_reads_in_a_group(
    control: Ask, ask: Ask, world: World, group: Group, person: Account, told: Told
) -> None:
    _, sent = await ask("sendPoll", chat_id=group.id, **QUIZ)
    number = sent["result"]["message_id"]
    here = {"chat_id": group.id}
    me = f"accounts/{person.id}"
    _, written = await control(f"{me}/send", {**here, "text": "好", "reply_to": number})
    assert (await control(f"{me}/press", {**here, "message_id": number, "data": "a"}))[0] == 200
    assert (await control(f"{me}/vote", {**here, "message_id": number, "option_ids": [1]}))[0] == 200
    kinds = [next(iter(update)) for update in told()]
    assert kinds == ["message", "callback_query", "poll_answer", "poll"]
    assert group.messages[written["message_id"]]["text"] == "好"
    assert group.unread[person.id] > 0
    assert (await control(f"{me}/read", here))[0] == 200
    assert group.unread[person.id] == 0
    assert (await control(f"{me}/read", here))[0] == 200


async def test_a_member_opens_the_group_and_sees_the_own_side_of_a_quiz(
    control: Ask, ask: Ask, world: World, group: Group, person: Account, stranger: Account
) -> None:
    menu = {"commands": [{"command": "quiz", "description": "测验"}], "scope": {"type": "all_group_chats"}}
    await ask("setMyCommands", **menu)
    _, sent = await ask("sendPoll", chat_id=group.id, **QUIZ)
    world.vote(person.id, sent["result"]["message_id"], [0], chat=group.id)
    views = [(await control(f"accounts/{one.id}/chat?chat_id={group.id}"))[1] for one in (person, stranger)]
    mine, theirs = (view["messages"][-1]["poll"] for view in views)
    assert (mine["chosen_option_ids"], mine["correct_option_ids"]) == ([0], [1])
    assert not theirs.keys() & {"chosen_option_ids", "correct_option_ids"}
    assert (views[0]["chat_id"], views[0]["group"]["me"]) == (group.id, "creator")
    assert views[0]["commands"] == menu["commands"]
    assert [message.get("new_chat_members", [{}])[0].get("username") for message in views[0]["messages"]][1] == (
        "tollmate_bot"
    )
    outsider = world.add_account("外人")
    assert (await control(f"accounts/{outsider.id}/chat?chat_id={group.id}"))[0] == 400
    assert (await control(f"accounts/{person.id}/chat?chat_id=x"))[0] == 400


async def test_pictures_and_files_go_to_the_group(
    server: SandboxServer, http: aiohttp.ClientSession, group: Group, person: Account, png: bytes
) -> None:
    for verb, kind in (("photo", "photo"), ("document", "document")):
        form = aiohttp.FormData({"chat_id": str(group.id)})
        form.add_field("file", png, filename="a.png", content_type="image/png")
        async with http.post(f"{server.url}/api/accounts/{person.id}/{verb}", data=form) as response:
            (number,) = (await response.json())["message_ids"]
        assert kind in group.messages[number]


async def test_a_phone_follows_its_groups(
    server: SandboxServer, http: aiohttp.ClientSession, ask: Ask, world: World, group: Group, stranger: Account
) -> None:
    _, sent = await ask("sendPoll", chat_id=group.id, **QUIZ)
    async with http.get(f"{server.url}/api/events", params={"account": stranger.id}) as response:
        world.vote(stranger.id, sent["result"]["message_id"], [1], chat=group.id)
        world.read(stranger.id, chat=group.id)
        world.set_member(group.id, stranger.id, "left")
        seen = []
        async for line in response.content:
            if line.startswith(b"data: "):
                seen.append(json.loads(line[6:]))
                if len(seen) == 3:
                    break
    edit, read, gone = seen
    assert (edit["type"], edit["chat_id"], edit["account"]) == ("edit", group.id, stranger.id)
    assert edit["message"]["poll"]["chosen_option_ids"] == [1]
    assert (read["type"], read["group"]["unread"]) == ("group", 0)
    assert (gone["group"]["me"], len(gone["group"]["members"])) == ("left", 1)
