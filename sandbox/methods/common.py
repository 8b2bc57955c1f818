"""What many methods share: the chat they name, the text they carry, the markup and reply they hang on it."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import limits
from sandbox.entities import utf16_length
from sandbox.errors import (
    BLOCKED,
    CAPTION_TOO_LONG,
    CHAT_ID_EMPTY,
    CHAT_NOT_FOUND,
    KICKED,
    NEVER_STARTED,
    NO_RIGHT_TO_SEND,
    NOT_A_MEMBER,
    REPLY_NOT_FOUND,
    TEXT_BLANK,
    TEXT_EMPTY,
    TEXT_TOO_LONG,
    bad_request,
    forbidden,
    upgraded_to,
)
from sandbox.formatting import Formatted, format_text
from sandbox.markup import NO_MARKUP, Markup, read_inline, read_markup
from sandbox.methods.args import Args, as_object
from sandbox.records import Chat, Group, Json, PrivateChat
from sandbox.world import World

SENDING = frozenset(
    {
        "chat_id", "disable_notification", "protect_content", "reply_parameters", "reply_markup", "message_thread_id",
        "message_effect_id", "business_connection_id", "direct_messages_topic_id", "suggested_post_parameters",
        "allow_paid_broadcast", "reply_to_message_id", "allow_sending_without_reply",
    }
)  # fmt: skip
CAPTIONED = frozenset({"caption", "caption_entities", "parse_mode", "show_caption_above_media"})
EDITING = frozenset({"chat_id", "message_id", "inline_message_id", "reply_markup", "business_connection_id"})


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the table of methods. `flood` says which flood rule counts it: send, edit, answer or none."""

    name: str
    params: frozenset[str]
    run: Callable[[World, Args], object]
    flood: str = ""


def find_chat(world: World, args: Args, name: str = "chat_id", *, reading: bool = True) -> Chat:
    """The chat a parameter names. Of a group the bot is not in, much can be read if it is a basic one, else nothing."""
    value = args.text(name)
    if not value:
        raise bad_request(CHAT_ID_EMPTY)
    try:
        chat_id = int(value)
    except ValueError:
        raise bad_request(CHAT_NOT_FOUND) from None
    chat = world.chats.get(chat_id)
    if isinstance(chat, Group):
        _check_group(chat, world.bot_id, reading=reading)
        return chat
    if not isinstance(chat, PrivateChat) or not chat.account.started:
        if chat_id in world.accounts:
            raise forbidden(NEVER_STARTED)
        raise bad_request(CHAT_NOT_FOUND)
    return chat


def _check_group(group: Group, bot_id: int, *, reading: bool) -> None:
    """The same order of questions as `Client::check_chat_access` of telegram-bot-api."""
    status = group.standing.get(bot_id)
    if status is None:
        raise bad_request(CHAT_NOT_FOUND)
    if group.upgraded_to is not None and not reading:
        raise upgraded_to(group.upgraded_to)
    if group.kind == "group" and reading:
        return
    if status == "kicked":
        raise forbidden(KICKED.format(group.kind))
    if status == "left":
        raise forbidden(NOT_A_MEMBER.format(group.kind))


def writable_chat(world: World, args: Args) -> Chat:
    """The chat a bot may write to now."""
    if args.text("business_connection_id"):
        raise bad_request("business connection not found")
    chat = find_chat(world, args, reading=False)
    if isinstance(chat, PrivateChat) and chat.account.blocked:
        raise forbidden(BLOCKED)
    return chat


def check_right(world: World, chat: Chat, content: Json) -> None:
    """Refuse what the group's rules keep its ordinary members, and so a bot that is one, from sending."""
    if isinstance(chat, Group) and not chat.rules(world.bot_id):
        right, noun = next((words for key, words in _RIGHTS.items() if key in content), _RIGHTS["text"])
        if not chat.rights[right]:
            raise bad_request(NO_RIGHT_TO_SEND.format(noun))


_RIGHTS = {
    "poll": ("can_send_polls", "polls"),
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "text": ("can_send_messages", "text messages"),
}


def deliver(world: World, chat: Chat, content: Json, markup: Markup = NO_MARKUP) -> Json:
    """Send a checked message, if the bot may send this kind of it here."""
    check_right(world, chat, content)
    return world.say(chat, content, markup)


def message_text(args: Args) -> Formatted:
    """The `text` of a message, parsed and within limits."""
    raw = args.text("text")
    if not raw:
        raise bad_request(TEXT_EMPTY)
    text, entities = format_text(raw, args.text("parse_mode"), args.entities("entities"))
    if not text:
        raise bad_request(TEXT_BLANK)
    if utf16_length(text) > limits.TEXT:
        raise bad_request(TEXT_TOO_LONG)
    return text, entities


def caption_fields(raw: str, parse_mode: str, explicit: object, *, above: bool = False) -> Json:
    """The caption part of a media message: empty when there is no caption."""
    text, entities = format_text(raw, parse_mode, explicit)
    if utf16_length(text) > limits.CAPTION:
        raise bad_request(CAPTION_TOO_LONG)
    if not text:
        return {}
    fields: Json = {"caption": text}
    if entities:
        fields["caption_entities"] = entities
    if above:
        fields["show_caption_above_media"] = True
    return fields


def own_caption(args: Args) -> Json:
    return caption_fields(
        args.text("caption"),
        args.text("parse_mode"),
        args.entities("caption_entities"),
        above=args.flag("show_caption_above_media"),
    )


def link_preview(args: Args) -> Json:
    """`link_preview_options` as the message will carry them."""
    value = args.decoded("link_preview_options", "can't parse link preview options JSON object")
    if value is None:
        return {"link_preview_options": {"is_disabled": True}} if args.flag("disable_web_page_preview") else {}
    options = as_object(value, "object expected as link preview options")
    return {"link_preview_options": options} if options else {}


_MARKUP_REFUSAL = "can't parse reply keyboard markup JSON object"


def reply_markup(args: Args) -> Markup:
    if not args.has("reply_markup"):
        return NO_MARKUP
    return read_markup(args.decoded("reply_markup", _MARKUP_REFUSAL))


def inline_markup(args: Args) -> Json | None:
    """The markup of an edit: None takes the old keyboard away, as Telegram does when it is left out."""
    if not args.has("reply_markup"):
        return None
    return read_inline(args.decoded("reply_markup", _MARKUP_REFUSAL))


def sending_fields(args: Args, chat: Chat) -> Json:
    """What the common sending parameters add to a message."""
    fields: Json = {}
    replied = _replied_message(args, chat)
    if replied is not None:
        fields["reply_to_message"] = {key: value for key, value in replied.items() if key != "reply_to_message"}
    if args.flag("protect_content"):
        fields["has_protected_content"] = True
    if args.text("message_effect_id"):
        fields["effect_id"] = args.text("message_effect_id")
    return fields


def _replied_message(args: Args, chat: Chat) -> Json | None:
    value = args.decoded("reply_parameters", "can't parse reply parameters JSON object")
    if value is None:
        number: object = args.integer("reply_to_message_id")
        lenient = args.flag("allow_sending_without_reply")
    else:
        parameters = as_object(value, "object expected as reply parameters")
        if not parameters:
            return None
        number = parameters.get("message_id")
        lenient = bool(parameters.get("allow_sending_without_reply"))
    if not number:
        return None
    found = chat.messages.get(number) if isinstance(number, int) else None
    if found is None and not lenient:
        raise bad_request(REPLY_NOT_FOUND)
    return found
