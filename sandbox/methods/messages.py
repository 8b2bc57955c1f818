"""Methods about texts and messages as such: send, edit, delete, copy, forward, pin, react, answer a press."""

from sandbox import limits
from sandbox.entities import utf16_length
from sandbox.errors import (
    ANSWER_TOO_LONG,
    CANNOT_DELETE,
    CANNOT_DELETE_FOR_EVERYONE,
    CANNOT_EDIT,
    DELETE_NOT_FOUND,
    EDIT_NOT_FOUND,
    NO_CAPTION_TO_EDIT,
    NO_RIGHT_TO_PIN,
    NO_TEXT_TO_EDIT,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    bad_request,
)
from sandbox.methods.args import Args, as_list
from sandbox.methods.common import (
    CAPTIONED,
    EDITING,
    SENDING,
    Method,
    deliver,
    find_chat,
    inline_markup,
    link_preview,
    message_text,
    own_caption,
    reply_markup,
    sending_fields,
    writable_chat,
)
from sandbox.records import Chat, Group, Json
from sandbox.world import World, message_id

_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
        "upload_audio", "upload_document", "choose_sticker", "find_location", "record_video_note",
        "upload_video_note",
    }
)  # fmt: skip
_HEADER = frozenset({"message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message"})
_SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "pinned_message", "group_chat_created", "supergroup_chat_created",
        "migrate_to_chat_id", "migrate_from_chat_id",
    }
)  # fmt: skip
_MEDIA = ("photo", "document")
_TEXT_FIELDS = ("text", "entities", "link_preview_options")
_CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")


def send_message(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    text, entities = message_text(args)
    markup = reply_markup(args)
    content = sending_fields(args, chat)
    content["text"] = text
    if entities:
        content["entities"] = entities
    content.update(link_preview(args))
    return deliver(world, chat, content, markup)


def edit_message_text(world: World, args: Args) -> object:
    chat, old = message_to_edit(world, args)
    text, entities = message_text(args)
    if "text" not in old:
        raise bad_request(NO_TEXT_TO_EDIT)
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    content.update(link_preview(args))
    return put_edit(world, chat, old, content, markup=inline_markup(args), replaced=_TEXT_FIELDS)


def edit_message_caption(world: World, args: Args) -> object:
    chat, old = message_to_edit(world, args)
    content = own_caption(args)
    if not any(kind in old for kind in _MEDIA):
        raise bad_request(NO_CAPTION_TO_EDIT)
    return put_edit(world, chat, old, content, markup=inline_markup(args), replaced=_CAPTION_FIELDS)


def edit_message_reply_markup(world: World, args: Args) -> object:
    chat, old = message_to_edit(world, args, markup_only=True)
    return put_edit(world, chat, old, {}, markup=inline_markup(args), replaced=())


def message_to_edit(
    world: World, args: Args, *, refusal: str = CANNOT_EDIT, markup_only: bool = False
) -> tuple[Chat, Json]:
    """The bot's own message an edit names; raises ApiError where Telegram would not let it be edited."""
    if args.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = writable_chat(world, args)
    number = args.integer("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    old = chat.messages.get(number)
    if old is None:
        raise bad_request(EDIT_NOT_FOUND)
    if not may_edit(world, chat, old) or (_is_closed_poll(old) and not markup_only):
        raise bad_request(refusal)
    return chat, old


def may_edit(world: World, chat: Chat, message: Json) -> bool:
    """Whether this is a message the bot itself sent, not forwarded, and without a reply keyboard."""
    own = message["from"] is world.bot and not message.keys() & _SERVICE
    return own and message["message_id"] not in chat.locked and "forward_origin" not in message


def _is_closed_poll(message: Json) -> bool:
    poll = message.get("poll")
    return isinstance(poll, dict) and bool(poll["is_closed"])


def put_edit(
    world: World, chat: Chat, old: Json, content: Json, *, markup: Json | None, replaced: tuple[str, ...]
) -> Json:
    """Replace the fields `replaced` by `content` and the keyboard by `markup`, unless all is as it was."""
    same = all(old.get(key) == content.get(key) for key in (*replaced, *content))
    if same and old.get("reply_markup") == markup:
        raise bad_request(NOT_MODIFIED)
    kept = {key: value for key, value in old.items() if key not in replaced and key != "reply_markup"}
    message = {**kept, **content, "edit_date": world.now()}
    if markup is not None:
        message["reply_markup"] = markup
    return world.replace(chat, message)


def delete_message(world: World, args: Args) -> object:
    chat = _chat_to_delete_in(world, args)
    number = args.integer("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    if number not in chat.messages:
        raise bad_request(DELETE_NOT_FOUND)
    _check_deletable(world, chat, number)
    world.remove(chat, [number])
    return True


def delete_messages(world: World, args: Args) -> object:
    chat = _chat_to_delete_in(world, args)
    listed = as_list(
        args.decoded("message_ids", "can't parse message identifiers JSON object"),
        "expected an Array of message identifiers",
    )
    if not listed:
        raise bad_request("message identifiers are not specified")
    if len(listed) > limits.DELETE_MESSAGES:
        raise bad_request("too many message identifiers specified")
    numbers = [_message_number(item) for item in listed]
    found = [number for number in numbers if number in chat.messages]
    for number in found:
        _check_deletable(world, chat, number)
    if found:
        world.remove(chat, found)
    return True


def _chat_to_delete_in(world: World, args: Args) -> Chat:
    """Someone who blocked the bot does not keep it from deleting."""
    return find_chat(world, args, reading=False)


def _check_deletable(world: World, chat: Chat, number: int) -> None:
    """Nobody deletes after two days; of others' messages in a group, a bot deletes as an administrator only."""
    message = chat.messages[number]
    age = world.now() - int(str(message["date"]))
    own = message["from"] is world.bot and not message.keys() & _SERVICE
    if not isinstance(chat, Group) or chat.kind == "group":
        foreign = isinstance(chat, Group) and not own and not chat.rules(world.bot_id)
        if foreign or age > limits.DELETE_WITHIN_SECONDS:
            raise bad_request(CANNOT_DELETE_FOR_EVERYONE)
        return
    first = number == 1 or "migrate_from_chat_id" in message
    if first or age >= limits.DELETE_WITHIN_SECONDS or not (own or chat.rules(world.bot_id)):
        raise bad_request(CANNOT_DELETE)


def _message_number(value: object) -> int:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int):
        raise bad_request("message identifier must be a Number")
    if value <= 0:
        raise bad_request("invalid message identifier specified")
    return value


def copy_message(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    source = _message_to_pass_on(world, args, "copy")
    content = {key: value for key, value in source.items() if key not in _HEADER and key != "media_group_id"}
    if "poll" in content:
        raise bad_request("message can't be copied")
    if args.has("caption") and any(kind in source for kind in _MEDIA):
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content.update(own_caption(args))
    content.update(sending_fields(args, chat))
    return {"message_id": deliver(world, chat, content, reply_markup(args))["message_id"]}


def forward_message(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    source = _message_to_pass_on(world, args, "forward")
    content = {key: value for key, value in source.items() if key not in _HEADER}
    content.setdefault("forward_origin", {"type": "user", "sender_user": source["from"], "date": source["date"]})
    content.update(sending_fields(args, chat))
    message = deliver(world, chat, content)
    poll = world.poll_in(chat, message_id(message))
    if poll is not None:
        world.show_poll_in(poll, chat, message)
    return message


def _message_to_pass_on(world: World, args: Args, verb: str) -> Json:
    source = find_chat(world, args, "from_chat_id").messages.get(args.integer("message_id"))
    if source is None:
        raise bad_request(f"message to {verb} not found")
    if source.get("has_protected_content"):
        raise bad_request(f"message has protected content and can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return source


def pin_chat_message(world: World, args: Args) -> object:
    chat = _chat_to_pin_in(world, args)
    number = args.integer("message_id")
    message = chat.messages.get(number)
    if message is None:
        raise bad_request("message to pin not found")
    if message.keys() & _SERVICE:
        raise bad_request("service messages can't be pinned")
    if number in chat.pinned:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.pinned.append(number)
    if isinstance(chat, Group):
        bare = {key: value for key, value in message.items() if key != "reply_to_message"}
        world.hear(chat, world.bot, {"pinned_message": bare})
    return True


def unpin_chat_message(world: World, args: Args) -> object:
    chat = _chat_to_pin_in(world, args)
    number = args.integer("message_id") if args.text("message_id") else (chat.pinned or [0])[-1]
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    return True


def _chat_to_pin_in(world: World, args: Args) -> Chat:
    chat = writable_chat(world, args)
    if isinstance(chat, Group) and not chat.rules(world.bot_id):
        raise bad_request(NO_RIGHT_TO_PIN)
    return chat


def set_message_reaction(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    number = args.integer("message_id")
    if number not in chat.messages:
        raise bad_request("message to react not found")
    value = args.decoded("reaction", "can't parse reaction types JSON object")
    reactions = as_list([] if value is None else value, "expected an Array of ReactionType")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    checked: list[Json] = []
    for reaction in reactions:
        if not isinstance(reaction, dict) or reaction.get("type") != "emoji" or not reaction.get("emoji"):
            raise bad_request("REACTION_INVALID")
        checked.append(reaction)
    world.reactions[chat.id, number] = checked
    world.show(chat, "reaction", message_id=number, reaction=checked)
    return True


def send_chat_action(world: World, args: Args) -> object:
    if args.text("action").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(world, args)
    world.show(chat, "action", action=args.text("action").lower())
    return True


def answer_callback_query(world: World, args: Args) -> object:
    text = args.text("text")
    if utf16_length(text) > limits.CALLBACK_ANSWER:
        raise bad_request(ANSWER_TOO_LONG)
    press = world.close_press(args.text("callback_query_id"))
    if press is None:
        raise bad_request(QUERY_TOO_OLD)
    world.publish(
        "callback_answer",
        press.account,
        callback_query_id=press.id,
        text=text or None,
        show_alert=args.flag("show_alert"),
        url=args.text("url") or None,
    )
    return True


_TEXT = frozenset({"text", "parse_mode", "entities", "link_preview_options", "disable_web_page_preview"})
_PLACE = frozenset({"chat_id", "message_id"})
_PASSING_ON = frozenset({"from_chat_id", "message_id", "video_start_timestamp"})

METHODS = (
    Method("sendMessage", SENDING | _TEXT, send_message, "send"),
    Method("editMessageText", EDITING | _TEXT, edit_message_text, "edit"),
    Method("editMessageCaption", EDITING | CAPTIONED, edit_message_caption, "edit"),
    Method("editMessageReplyMarkup", EDITING, edit_message_reply_markup, "edit"),
    Method("deleteMessage", _PLACE, delete_message),
    Method("deleteMessages", frozenset({"chat_id", "message_ids"}), delete_messages),
    Method("copyMessage", SENDING | CAPTIONED | _PASSING_ON, copy_message, "send"),
    Method("forwardMessage", (SENDING | _PASSING_ON) - {"reply_markup", "reply_parameters"}, forward_message, "send"),
    Method("pinChatMessage", _PLACE | {"disable_notification", "business_connection_id"}, pin_chat_message),
    Method("unpinChatMessage", _PLACE | {"business_connection_id"}, unpin_chat_message),
    Method("setMessageReaction", _PLACE | {"reaction", "is_big"}, set_message_reaction),
    Method(
        "sendChatAction",
        frozenset({"chat_id", "action", "message_thread_id", "business_connection_id"}),
        send_chat_action,
    ),
    Method(
        "answerCallbackQuery",
        frozenset({"callback_query_id", "text", "show_alert", "url", "cache_time"}),
        answer_callback_query,
        "answer",
    ),
)
