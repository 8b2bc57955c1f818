"""Methods about a chat and who is in it: getChat, its members and administrators, leaving it."""

from sandbox.errors import bad_request
from sandbox.members import NO_GIFTS, member_card, permission_card
from sandbox.methods.args import Args
from sandbox.methods.common import Method, find_chat
from sandbox.records import PRESENT, RULING, Chat, Group, Json, PrivateChat
from sandbox.world import World


def get_chat(world: World, args: Args) -> object:
    chat = find_chat(world, args)
    full = {**chat.info, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    if isinstance(chat, PrivateChat) and chat.account.username:
        full["active_usernames"] = [chat.account.username]
    if isinstance(chat, Group):
        full["permissions"] = permission_card(chat.rights)
    if chat.pinned and chat.pinned[-1] in chat.messages:
        full["pinned_message"] = chat.messages[chat.pinned[-1]]
    return full


def get_chat_member(world: World, args: Args) -> object:
    user_id = args.integer("user_id")
    chat = find_chat(world, args, reading=user_id == world.bot_id)
    if isinstance(chat, Group):
        return _group_member(world, chat, user_id)
    assert isinstance(chat, PrivateChat)
    if user_id == chat.account.id:
        return member_card(chat.account.user(), "member", "private")
    if user_id == world.bot_id:
        return member_card(world.bot, "member", "private")
    raise bad_request("user not found" if user_id in world.accounts else "PARTICIPANT_ID_INVALID")


def get_chat_administrators(world: World, args: Args) -> object:
    group = _group(find_chat(world, args, reading=False))
    ruling = [number for number, status in group.standing.items() if status in RULING]
    return [_group_member(world, group, number) for number in ruling]


def get_chat_member_count(world: World, args: Args) -> object:
    chat = find_chat(world, args, reading=False)
    if isinstance(chat, Group):
        return sum(status in PRESENT for status in chat.standing.values())
    return 2


def leave_chat(world: World, args: Args) -> object:
    """The bot goes. Where it is not any more, Telegram says so of a supergroup and is content in a basic group."""
    chat = find_chat(world, args)
    if not isinstance(chat, Group):
        raise bad_request("can't leave private chats")
    if chat.status(world.bot_id) in PRESENT:
        world.bot_leaves(chat)
    return True


def _group(chat: Chat) -> Group:
    if not isinstance(chat, Group):
        raise bad_request("there are no administrators in the private chat")
    return chat


def _group_member(world: World, group: Group, user_id: int) -> Json:
    """Anybody's ChatMember; who was never in the group has left it."""
    if user_id == world.bot_id:
        return member_card(world.bot, group.status(user_id), group.kind)
    account = world.accounts.get(user_id)
    if account is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_card(account.user(), group.status(user_id), group.kind)


_CHAT = frozenset({"chat_id"})

METHODS = (
    Method("getChat", _CHAT, get_chat),
    Method("getChatMember", _CHAT | {"user_id"}, get_chat_member),
    Method("getChatAdministrators", _CHAT | {"return_bots"}, get_chat_administrators),
    Method("getChatMemberCount", _CHAT, get_chat_member_count),
    Method("leaveChat", _CHAT, leave_chat),
)
