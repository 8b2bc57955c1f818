"""What Telegram refuses a bot in a group: once it is out, without the right, too fast; and the menus of groups."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import telegram

from sandbox.errors import ActError
from sandbox.flood import FloodGate, FloodLimits
from sandbox.records import Account, Group, Upload
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]
Told = Callable[[], list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("status", "words"), [("kicked", "was kicked from"), ("left", "is not a member of")], ids=["kicked", "left"]
)
async def test_a_supergroup_the_bot_is_not_in_any_more_refuses_everything(
    ask: Ask, refusal: Refusal, world: World, group: Group, person: Account, status: str, words: str
) -> None:
    number = (await ask("sendMessage", chat_id=group.id, text="题"))[1]["result"]["message_id"]
    world.set_bot(group.id, status)
    quiz = {"question": "问", "options": ["甲", "乙"]}
    for method, params in (
        ("sendMessage", {"text": "x"}),
        ("sendPoll", quiz),
        ("editMessageText", {"message_id": number, "text": "x"}),
        ("deleteMessage", {"message_id": number}),
        ("stopPoll", {"message_id": number}),
        ("sendChatAction", {"action": "typing"}),
        ("getChat", {}),
        ("getChatMember", {"user_id": person.id}),
        ("getChatAdministrators", {}),
        ("leaveChat", {}),
    ):
        assert await refusal(method, chat_id=group.id, **params) == f"Forbidden: bot {words} the supergroup chat"


async def test_a_basic_group_the_bot_is_not_in_any_more_can_still_be_read(
    ask: Ask, refusal: Refusal, world: World, person: Account
) -> None:
    group = world.add_group("小组", [person.id], kind="group")
    world.set_bot(group.id, "member")
    world.set_bot(group.id, "kicked")
    assert await refusal("sendMessage", chat_id=group.id, text="x") == "Forbidden: bot was kicked from the group chat"
    assert (await ask("getChat", chat_id=group.id))[0] == 200
    assert (await ask("leaveChat", chat_id=group.id))[0] == 200
    me = await ask("getChatMember", chat_id=group.id, user_id=world.bot_id)
    assert me[1]["result"]["status"] == "kicked"


async def test_a_group_the_bot_never_was_in_is_not_found(refusal: Refusal, world: World, person: Account) -> None:
    group = world.add_group("城西站", [person.id])
    assert await refusal("sendMessage", chat_id=group.id, text="x") == "Bad Request: chat not found"
    assert await refusal("getChat", chat_id=-1001234567890) == "Bad Request: chat not found"


@pytest.mark.parametrize(
    ("right", "method", "params", "noun"),
    [
        ("can_send_messages", "sendMessage", {"text": "x"}, "text messages"),
        ("can_send_polls", "sendPoll", {"question": "问", "options": ["甲", "乙"]}, "polls"),
        ("can_send_photos", "sendPhoto", {}, "photos"),
        ("can_send_documents", "sendDocument", {}, "documents"),
    ],
)
async def test_what_members_may_not_send_the_bot_may_not_either_unless_it_rules(
    ask: Ask,
    refusal: Refusal,
    world: World,
    group: Group,
    png: bytes,
    right: str,
    method: str,
    params: dict[str, object],
    noun: str,
) -> None:
    kind = method.removeprefix("send").lower()
    if kind in ("photo", "document"):
        keep: Any = getattr(world.files, f"add_{kind}")
        params = {kind: keep(Upload("a.png", "", png)).file_id}
    world.permit(group.id, **{right: False})
    assert (
        await refusal(method, chat_id=group.id, **params)
        == f"Bad Request: not enough rights to send {noun} to the chat"
    )
    world.set_bot(group.id, "administrator")
    assert (await ask(method, chat_id=group.id, **params))[0] == 200


async def test_an_upgraded_group_names_its_successor(
    ask: Ask, world: World, person: Account, bot: telegram.Bot, told: Told
) -> None:
    old = world.add_group("小组", [person.id], kind="group")
    world.set_bot(old.id, "member")
    told()
    new = world.upgrade_group(old.id)
    to, come = (update["message"] for update in told())
    assert (to["chat"]["id"], to["migrate_to_chat_id"]) == (old.id, new.id)
    assert (come["chat"]["id"], come["migrate_from_chat_id"]) == (new.id, old.id)
    with pytest.raises(telegram.error.ChatMigrated) as migrated:
        await bot.send_message(old.id, "x")
    assert migrated.value.new_chat_id == new.id
    assert (await ask("sendMessage", chat_id=new.id, text="x"))[0] == 200
    with pytest.raises(ActError, match="was upgraded"):
        world.send(person.id, "x", chat=old.id)
    with pytest.raises(ActError, match="was upgraded"):
        world.set_bot(old.id, "kicked")


async def test_menu_buttons_are_for_private_chats(refusal: Refusal, group: Group) -> None:
    assert (
        await refusal("setChatMenuButton", chat_id=group.id, menu_button={"type": "commands"})
        == "Bad Request: invalid chat_id specified"
    )


# Command menus


async def test_menus_of_a_group_by_scope(
    ask: Ask, refusal: Refusal, world: World, group: Group, person: Account, stranger: Account
) -> None:
    here = {"chat_id": group.id}
    scopes: list[dict[str, object]] = [
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", **here},
        {"type": "chat_administrators", **here},
        {"type": "chat_member", **here, "user_id": stranger.id},
    ]
    seen = []
    for scope in scopes:
        name = str(scope["type"])[:30]
        await ask("setMyCommands", commands=[{"command": name, "description": "x"}], scope=scope)
        seen.append([world.commands_for(one.id, group)[0]["command"] for one in (person, stranger)])
    assert seen == [
        ["all_group_chats", "all_group_chats"],
        ["all_chat_administrators", "all_group_chats"],
        ["chat", "chat"],
        ["chat_administrators", "chat"],
        ["chat_administrators", "chat_member"],
    ]
    assert world.commands_for(person.id, world.chat(person.id)) == []
    refused = await refusal("getMyCommands", scope={"type": "chat_member", **here, "user_id": 5})
    assert refused == "Bad Request: can't parse BotCommandScope: invalid user_id specified"


async def test_a_new_language_changes_the_menus_of_groups_too(
    ask: Ask, world: World, group: Group, person: Account
) -> None:
    menu = {"commands": [{"command": "home", "description": "Home"}], "language_code": "en"}
    await ask("setMyCommands", **menu)
    watcher = world.events.watch(person.id)
    world.set_language(person.id, "en")
    told = [(await watcher.next()).data for _ in range(3)][1:]  # type: ignore[union-attr]
    assert [event["chat_id"] for event in told] == [person.id, group.id]
    assert all(event["commands"] for event in told)


# Flood control


def test_a_group_takes_twenty_messages_a_minute() -> None:
    gate = FloodGate(FloodLimits(per_chat_burst=100))
    assert [gate.wait_needed(-1, 0.0) for _ in range(20)] == [0] * 20
    assert gate.wait_needed(-1, 15.0) == 45
    assert gate.wait_needed(-2, 15.0) == 0
    assert gate.wait_needed(7, 15.0) == 0
    assert gate.wait_needed(-1, 60.0) == 0


async def test_the_twenty_first_message_to_a_group_is_told_how_long_to_wait(
    ask: Ask, world: World, group: Group
) -> None:
    world.flood = FloodLimits(per_chat_burst=100)
    answers = [await ask("sendMessage", chat_id=group.id, text=str(number)) for number in range(21)]
    assert [status for status, _ in answers] == [200] * 20 + [429]
    assert 50 < answers[-1][1]["parameters"]["retry_after"] <= 60
