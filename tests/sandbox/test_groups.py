"""Groups: who comes and goes, what the bot hears of it, what it does there. What it is refused: test_group_refusals."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import telegram

from sandbox.errors import ActError
from sandbox.records import Account, Group, Upload
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]
Told = Callable[[], list[dict[str, Any]]]


async def said(ask: Ask, chat: Group | Account, **params: object) -> int:
    _, answer = await ask("sendMessage", chat_id=chat.id, **{"text": "题", **params})
    return int(answer["result"]["message_id"])


# Coming and going


async def test_a_supergroup_has_a_negative_id_and_a_title(world: World, person: Account) -> None:
    group = world.add_group("城东站", [person.id])
    assert group.id < -1_000_000_000_000
    assert group.info == {"id": group.id, "title": "城东站", "type": "supergroup"}
    assert group.status(person.id) == "creator"
    basic = world.add_group("小组", [person.id], kind="group")
    assert -1_000_000_000_000 < basic.id < 0
    assert basic.info["type"] == "group"


async def test_the_bot_is_told_when_it_is_added_promoted_demoted_and_kicked(
    world: World, person: Account, told: Told
) -> None:
    group = world.add_group("城东站", [person.id])
    seen = []
    for status in ("member", "administrator", "member", "kicked"):
        world.set_bot(group.id, status, by=person.id)
        for update in told():
            change = update.get("my_chat_member")
            if change:
                assert (change["chat"], change["from"]["id"]) == (group.info, person.id)
                seen.append((change["old_chat_member"]["status"], change["new_chat_member"]["status"]))
                assert change["new_chat_member"]["user"]["id"] == world.bot_id
            else:
                seen.append(next(key for key in ("new_chat_members", "left_chat_member") if key in update["message"]))
    assert seen == [
        ("left", "member"),
        "new_chat_members",
        ("member", "administrator"),
        ("administrator", "member"),
        ("member", "kicked"),
        "left_chat_member",
    ]


async def test_the_bot_can_be_put_out_without_being_banned_and_come_back(
    world: World, group: Group, told: Told
) -> None:
    world.set_bot(group.id, "left")
    world.set_bot(group.id, "left")
    world.set_bot(group.id, "administrator")
    changes = [update["my_chat_member"] for update in told() if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["left", "administrator"]
    assert changes[1]["new_chat_member"]["can_delete_messages"] is True


async def test_a_group_link_brings_the_bot_and_its_payload(world: World, stranger: Account, told: Told) -> None:
    group = world.add_group("城东站", [stranger.id])
    world.set_bot(group.id, "member", payload="unit_7")
    *_, last = told()
    assert last["message"]["text"] == "/start@tollmate_bot unit_7"
    assert last["message"]["from"]["id"] == stranger.id


async def test_people_who_come_and_go_are_service_messages(
    world: World, group: Group, stranger: Account, told: Told
) -> None:
    newcomer = world.add_account("王五")
    world.set_member(group.id, newcomer.id, "member", by=stranger.id)
    world.set_member(group.id, newcomer.id, "left")
    came, went = (update["message"] for update in told())
    assert [user["id"] for user in came["new_chat_members"]] == [newcomer.id]
    assert came["from"]["id"] == stranger.id
    assert went["left_chat_member"]["id"] == went["from"]["id"] == newcomer.id


async def test_an_administrator_that_asks_is_told_of_members(
    ask: Ask, world: World, group: Group, stranger: Account, told: Told
) -> None:
    world.set_bot(group.id, "administrator")
    await ask("getUpdates", allowed_updates=["chat_member"])
    told()
    world.set_member(group.id, stranger.id, "kicked", by=group_creator(group))
    (update,) = told()
    assert update["chat_member"]["old_chat_member"]["status"] == "member"
    assert update["chat_member"]["new_chat_member"] == {"user": stranger.user(), "status": "kicked", "until_date": 0}


def group_creator(group: Group) -> int:
    return next(number for number, status in group.standing.items() if status == "creator")


async def test_a_bot_hears_nothing_of_a_group_it_is_not_in(world: World, person: Account, told: Told) -> None:
    group = world.add_group("城东站", [person.id])
    world.send(person.id, "/start", chat=group.id)
    assert told() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda w, g, p, s: w.add_group("", [p]),
        lambda w, g, p, s: w.add_group("组", []),
        lambda w, g, p, s: w.add_group("组", [99]),
        lambda w, g, p, s: w.add_group("组", [p], kind="channel"),
        lambda w, g, p, s: w.add_group("组", [p], id=5),
        lambda w, g, p, s: w.add_group("组", [p], id=g),
        lambda w, g, p, s: w.set_bot(g, "creator"),
        lambda w, g, p, s: w.set_bot(g, "kicked", by=s),
        lambda w, g, p, s: w.set_bot(g, "administrator", by=s),
        lambda w, g, p, s: w.set_bot(g, "member", by=w.add_account("外人").id),
        lambda w, g, p, s: w.set_bot(g, "member", payload="mit leer"),
        lambda w, g, p, s: w.set_bot(p, "member"),
        lambda w, g, p, s: w.set_member(g, p, "left"),
        lambda w, g, p, s: w.set_member(g, s, "creator", by=p),
        lambda w, g, p, s: w.set_member(g, s, "administrator"),
        lambda w, g, p, s: w.permit(g, can_fly=True),
        lambda w, g, p, s: w.upgrade_group(g),
        lambda w, g, p, s: w.send(w.add_account("外人").id, "x", chat=g),
        lambda w, g, p, s: w.send(p, "x", chat=g, reply_to=999),
        lambda w, g, p, s: (w.permit(g, can_send_messages=False), w.send(s, "x", chat=g)),
        lambda w, g, p, s: (w.set_member(g, s, "left"), w.vote(s, 1, [0], chat=g)),
        lambda w, g, p, s: w.press(p, 999, "x", chat=g),
        lambda w, g, p, s: (w.set_bot(g, "kicked"), w.press(p, 1, "x", chat=g)),
        lambda w, g, p, s: w.vote(p, 1, [0], chat=g),
    ],
)
async def test_impossible_acts_are_refused(
    world: World, group: Group, person: Account, stranger: Account, act: Callable[[World, int, int, int], object]
) -> None:
    with pytest.raises(ActError):
        act(world, group.id, person.id, stranger.id)


# What the bot hears


async def test_with_privacy_a_bot_hears_commands_replies_and_service_messages_only(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account, told: Told
) -> None:
    number = await said(ask, group)
    theirs = world.send(stranger.id, "大家好", chat=group.id)["message_id"]
    world.send(person.id, "/quiz", chat=group.id)
    world.send(person.id, "/quiz@tollmate_bot 5", chat=group.id)
    world.send(person.id, "/quiz@other_bot", chat=group.id)
    world.send(person.id, "请 /quiz", chat=group.id)
    world.send(person.id, "@tollmate_bot 在吗", chat=group.id)
    world.send(person.id, "好", chat=group.id, reply_to=number)
    world.send(person.id, "好", chat=group.id, reply_to=theirs)  # type: ignore[arg-type]
    heard = [update["message"] for update in told()]
    assert [message["text"] for message in heard] == ["/quiz", "/quiz@tollmate_bot 5", "好"]
    assert heard[0]["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]
    assert (heard[0]["chat"], heard[0]["from"]["id"]) == (group.info, person.id)
    assert heard[2]["reply_to_message"]["message_id"] == number


@pytest.mark.parametrize("how", ["as an administrator", "without privacy mode"])
async def test_a_bot_may_hear_everything(world: World, group: Group, person: Account, told: Told, how: str) -> None:
    if how == "as an administrator":
        world.set_bot(group.id, "administrator")
    else:
        world.privacy_mode = False
    told()
    world.send(person.id, "大家好", chat=group.id)
    assert [update["message"]["text"] for update in told()] == ["大家好"]


async def test_pictures_are_heard_by_their_caption(
    world: World, group: Group, person: Account, png: bytes, told: Told
) -> None:
    world.send_photos(person.id, [Upload("a.png", "", png)], chat=group.id)
    world.send_documents(person.id, [Upload("a.txt", "", b"x")], "/file", chat=group.id)
    (update,) = told()
    assert update["message"]["caption"] == "/file"


async def test_a_group_does_not_start_the_private_chat(
    world: World, group: Group, stranger: Account, refusal: Refusal
) -> None:
    world.send(stranger.id, "/start", chat=group.id)
    assert (
        await refusal("sendMessage", chat_id=stranger.id, text="x")
        == "Forbidden: bot can't initiate conversation with a user"
    )


# What the bot does


async def test_a_message_to_a_group_reaches_every_member(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account
) -> None:
    watcher = world.events.watch(None)
    before = dict(group.unread)
    number = await said(ask, group)
    seen = [await watcher.next() for _ in range(4)]
    shown = [event.account for event in seen if event.data["type"] == "message"]  # type: ignore[union-attr]
    assert sorted(shown) == sorted([person.id, stranger.id])  # type: ignore[type-var]
    assert group.unread == {one: count + 1 for one, count in before.items()}
    assert person.unread == 0
    assert group.messages[number]["chat"] == group.info


async def test_supergroups_number_their_own_messages(ask: Ask, world: World, group: Group, person: Account) -> None:
    other = world.add_group("城西站", [person.id])
    world.set_bot(other.id, "member")
    assert [await said(ask, other), await said(ask, other)] == [3, 4]
    assert await said(ask, group) == 3


async def test_presses_in_a_group_name_it(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account, told: Told
) -> None:
    buttons = {"inline_keyboard": [[{"text": "好", "callback_data": "a"}]]}
    number = await said(ask, group, reply_markup=buttons)
    first = world.press(person.id, number, "a", chat=group.id)
    world.press(stranger.id, number, "a", chat=group.id)
    one, two = (update["callback_query"] for update in told())
    assert (one["from"]["id"], two["from"]["id"]) == (person.id, stranger.id)
    assert one["message"]["chat"] == group.info
    assert one["chat_instance"] == two["chat_instance"]
    assert (await ask("answerCallbackQuery", callback_query_id=first, text="对"))[0] == 200


async def test_the_bot_edits_and_deletes_its_own_messages_in_a_group(ask: Ask, group: Group) -> None:
    number = await said(ask, group)
    here = {"chat_id": group.id, "message_id": number}
    assert (await ask("editMessageText", **here, text="新"))[1]["result"]["text"] == "新"
    assert (await ask("deleteMessage", **here))[0] == 200
    assert number not in group.messages


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("supergroup", "message can't be deleted"), ("group", "message can't be deleted for everyone")],
)
async def test_only_an_administrator_deletes_what_others_wrote(
    ask: Ask, refusal: Refusal, world: World, person: Account, kind: str, reason: str
) -> None:
    group = world.add_group("组", [person.id], kind=kind)
    world.set_bot(group.id, "member")
    here = {"chat_id": group.id, "message_id": world.send(person.id, "/x", chat=group.id)["message_id"]}
    assert await refusal("deleteMessage", **here) == f"Bad Request: {reason}"
    assert (
        await refusal("deleteMessages", chat_id=group.id, message_ids=[here["message_id"]]) == f"Bad Request: {reason}"
    )
    world.set_bot(group.id, "administrator")
    assert (await ask("deleteMessage", **here))[0] == 200


async def test_the_first_message_of_a_supergroup_cannot_be_deleted(
    refusal: Refusal, world: World, group: Group
) -> None:
    world.set_bot(group.id, "administrator")
    assert await refusal("deleteMessage", chat_id=group.id, message_id=1) == "Bad Request: message can't be deleted"


async def test_nothing_is_deleted_after_two_days(
    ask: Ask, refusal: Refusal, world: World, group: Group, person: Account
) -> None:
    now = world.clock()
    old, own = await said(ask, group), await said(ask, person)
    world.clock = lambda: now + 2 * 86_400 + 5
    assert await refusal("deleteMessage", chat_id=group.id, message_id=old) == "Bad Request: message can't be deleted"
    assert (
        await refusal("deleteMessage", chat_id=person.id, message_id=own)
        == "Bad Request: message can't be deleted for everyone"
    )


async def test_pinning_needs_an_administrator_and_leaves_a_message(
    ask: Ask, refusal: Refusal, world: World, group: Group, told: Told
) -> None:
    here = {"chat_id": group.id, "message_id": await said(ask, group)}
    rights = "Bad Request: not enough rights to manage pinned messages in the chat"
    assert await refusal("pinChatMessage", **here) == rights
    assert await refusal("unpinChatMessage", **here) == rights
    world.set_bot(group.id, "administrator")
    told()
    assert (await ask("pinChatMessage", **here))[0] == 200
    (update,) = told()
    assert update["message"]["pinned_message"]["message_id"] == here["message_id"]
    service = update["message"]["message_id"]
    assert (
        await refusal("pinChatMessage", chat_id=group.id, message_id=service)
        == "Bad Request: service messages can't be pinned"
    )
    assert (
        await refusal("editMessageText", chat_id=group.id, message_id=service, text="x")
        == "Bad Request: message can't be edited"
    )
    assert (await ask("getChat", chat_id=group.id))[1]["result"]["pinned_message"]["text"] == "题"


async def test_actions_reactions_and_keyboards_are_shown_to_all(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account
) -> None:
    number = await said(ask, group)
    watcher = world.events.watch(stranger.id)
    await ask("sendChatAction", chat_id=group.id, action="typing")
    await ask("setMessageReaction", chat_id=group.id, message_id=number, reaction=[{"type": "emoji", "emoji": "👍"}])
    await said(ask, group, reply_markup={"keyboard": [["甲"]], "one_time_keyboard": True})
    kinds = [(await watcher.next()).data["type"] for _ in range(5)]  # type: ignore[union-attr]
    assert kinds == ["action", "reaction", "message", "group", "keyboard"]
    world.send(person.id, "甲", chat=group.id)
    assert group.reply_keyboard is None


# PTB reads it


async def test_chat_members_and_administrators(
    bot: telegram.Bot, world: World, group: Group, person: Account, stranger: Account
) -> None:
    chat = await bot.get_chat(group.id)
    assert (chat.type, chat.title, chat.permissions.can_send_polls) == ("supergroup", "城东站", True)
    assert (await bot.get_chat_member(group.id, person.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, stranger.id)).status == "member"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    assert (await bot.get_chat_member(group.id, world.add_account("外人").id)).status == "left"
    with pytest.raises(telegram.error.BadRequest, match="Participant_id_invalid"):
        await bot.get_chat_member(group.id, 5)
    assert [one.user.id for one in await bot.get_chat_administrators(group.id)] == [person.id]
    world.set_bot(group.id, "administrator")
    world.set_member(group.id, stranger.id, "administrator", by=person.id)
    ruling = await bot.get_chat_administrators(group.id)
    assert {one.user.id for one in ruling} == {person.id, stranger.id, bot.id}
    assert await bot.get_chat_member_count(group.id) == 3


async def test_a_private_chat_has_two(bot: telegram.Bot, person: Account) -> None:
    assert await bot.get_chat_member_count(person.id) == 2


async def test_the_bot_leaves(bot: telegram.Bot, group: Group) -> None:
    assert await bot.leave_chat(group.id)
    gone, farewell = await bot.get_updates()
    assert gone.my_chat_member.new_chat_member.status == "left"
    assert gone.my_chat_member.from_user.id == bot.id
    assert farewell.message.left_chat_member.id == bot.id
    with pytest.raises(telegram.error.Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "在吗")


async def test_updates_of_a_group_are_read(bot: telegram.Bot, world: World, person: Account) -> None:
    group = world.add_group("小组", [person.id], kind="group")
    world.set_bot(group.id, "administrator")
    world.send(person.id, "/quiz", chat=group.id)
    added, joined, command = await bot.get_updates()
    assert added.my_chat_member.new_chat_member.status == "administrator"
    assert joined.message.new_chat_members[0].id == bot.id
    assert (command.effective_chat.type, command.effective_user.id) == ("group", person.id)


async def test_the_privacy_mode_is_told(bot: telegram.Bot, world: World) -> None:
    assert (await bot.get_me()).can_read_all_group_messages is False
    world.privacy_mode = False
    assert (await bot.get_me()).can_read_all_group_messages is True
