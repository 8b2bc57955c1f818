"""Methods about the bot itself: who it is, its names, its command menus and its menu button."""

from sandbox import limits
from sandbox.commands import ALL_PRIVATE, DEFAULT, Scope, valid_name
from sandbox.entities import utf16_length
from sandbox.errors import bad_request
from sandbox.methods.args import Args, as_list, as_object
from sandbox.methods.common import Method, find_chat
from sandbox.records import Group, Json, PrivateChat
from sandbox.world import World

_ABILITIES: Json = {
    "can_join_groups": True,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
_GROUP_SCOPES = ("all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def get_me(world: World, args: Args) -> object:
    return {**world.bot, **_ABILITIES, "can_read_all_group_messages": not world.privacy_mode}


def succeed(world: World, args: Args) -> object:
    """logOut and close: there is no other server to go to, so both simply succeed."""
    return True


def set_my_commands(world: World, args: Args) -> object:
    value = args.decoded("commands", "can't parse commands JSON object")
    listed = as_list([] if value is None else value, "expected an Array of BotCommand")
    if len(listed) > limits.COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in listed]
    _put_commands(world, args, commands)
    return True


def delete_my_commands(world: World, args: Args) -> object:
    _put_commands(world, args, [])
    return True


def get_my_commands(world: World, args: Args) -> object:
    return world.commands.get(_scope(world, args), _language(args))


def _put_commands(world: World, args: Args, commands: list[Json]) -> None:
    scope = _scope(world, args)
    world.commands.put(scope, _language(args), commands)
    for chat in list(world.chats.values()) if scope[1] is None else [world.chats[scope[1]]]:
        for number in chat.audience:
            world.publish("commands", number, chat_id=chat.id, commands=world.commands_for(number, chat))


def _command(value: object) -> Json:
    item = as_object(value, "can't parse BotCommand: expected an Object")
    for field in ("command", "description"):
        if not isinstance(item.get(field), str):
            raise bad_request(f"can't parse BotCommand: can't find field \"{field}\"")
    command, description = str(item["command"]).removeprefix("/").lower(), str(item["description"]).strip()
    if not valid_name(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if utf16_length(description) > limits.COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _scope(world: World, args: Args) -> Scope:
    value = args.decoded("scope", "can't parse BotCommandScope JSON object")
    if value is None:
        return DEFAULT
    scope = as_object(value, "can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind == "default":
        return DEFAULT
    if kind == "all_private_chats":
        return ALL_PRIVATE
    if kind in _GROUP_SCOPES:
        return str(kind), None, None
    if kind in _CHAT_SCOPES:
        return _chat_scope(world, str(kind), scope)
    raise bad_request("can't parse BotCommandScope: unsupported type specified")


def _chat_scope(world: World, kind: str, scope: Json) -> Scope:
    chat_id, user_id = scope.get("chat_id"), scope.get("user_id")
    if chat_id in (None, ""):
        raise bad_request("can't parse BotCommandScope: empty chat_id specified")
    chat = find_chat(world, Args({"chat_id": chat_id}, {}))
    if kind != "chat" and not isinstance(chat, Group):
        raise bad_request("can't use specified scope in private chats")
    if kind != "chat_member":
        return kind, chat.id, None
    if not isinstance(user_id, int) or user_id not in world.accounts:
        raise bad_request("can't parse BotCommandScope: invalid user_id specified")
    return kind, chat.id, user_id


def _language(args: Args) -> str:
    code = args.text("language_code")
    if code and not (len(code) == 2 and code.isascii() and code.islower()):
        raise bad_request("invalid language code specified")
    return code


def set_chat_menu_button(world: World, args: Args) -> object:
    value = args.decoded("menu_button", "can't parse menu button JSON object")
    button = None if value is None else as_object(value, "can't parse menu button: MenuButton must be an Object")
    if button is not None and button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    if args.text("chat_id"):
        _private_chat(world, args).menu_button = button
    else:
        world.menu_button = button
    return True


def get_chat_menu_button(world: World, args: Args) -> object:
    own = _private_chat(world, args).menu_button if args.text("chat_id") else world.menu_button
    return own or {"type": "commands" if world.menu_button is None else "default"}


def _private_chat(world: World, args: Args) -> PrivateChat:
    chat = find_chat(world, args)
    if not isinstance(chat, PrivateChat):
        raise bad_request("invalid chat_id specified")
    return chat


def set_my_name(world: World, args: Args) -> object:
    return _set_profile(world, args, "name", limits.BOT_NAME)


def get_my_name(world: World, args: Args) -> object:
    return {"name": _profile(world, args, "name") or world.bot["first_name"]}


def set_my_description(world: World, args: Args) -> object:
    return _set_profile(world, args, "description", limits.BOT_DESCRIPTION)


def get_my_description(world: World, args: Args) -> object:
    return {"description": _profile(world, args, "description")}


def set_my_short_description(world: World, args: Args) -> object:
    return _set_profile(world, args, "short_description", limits.BOT_SHORT_DESCRIPTION)


def get_my_short_description(world: World, args: Args) -> object:
    return {"short_description": _profile(world, args, "short_description")}


def _set_profile(world: World, args: Args, field: str, longest: int) -> bool:
    value = args.text(field)
    if utf16_length(value) > longest:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    world.profile[field, _language(args)] = value
    return True


def _profile(world: World, args: Args, field: str) -> str:
    return world.profile.get((field, _language(args))) or world.profile.get((field, ""), "")


_NOTHING: frozenset[str] = frozenset()
_SCOPED = frozenset({"scope", "language_code"})

METHODS = (
    Method("getMe", _NOTHING, get_me),
    Method("logOut", _NOTHING, succeed),
    Method("close", _NOTHING, succeed),
    Method("setMyCommands", _SCOPED | {"commands"}, set_my_commands),
    Method("getMyCommands", _SCOPED, get_my_commands),
    Method("deleteMyCommands", _SCOPED, delete_my_commands),
    Method("setChatMenuButton", frozenset({"chat_id", "menu_button"}), set_chat_menu_button),
    Method("getChatMenuButton", frozenset({"chat_id"}), get_chat_menu_button),
    Method("setMyName", frozenset({"name", "language_code"}), set_my_name),
    Method("getMyName", frozenset({"language_code"}), get_my_name),
    Method("setMyDescription", frozenset({"description", "language_code"}), set_my_description),
    Method("getMyDescription", frozenset({"language_code"}), get_my_description),
    Method("setMyShortDescription", frozenset({"short_description", "language_code"}), set_my_short_description),
    Method("getMyShortDescription", frozenset({"language_code"}), get_my_short_description),
)
