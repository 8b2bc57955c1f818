"""What a bot hears in a group: privacy mode, by core.telegram.org/bots/features#privacy-mode. Knows no world.

With one bot in the world, a command without a name is always its own; a mention alone does not reach it.
"""

from sandbox.records import PRESENT, Group, Json

_SPOKEN = frozenset({"text", "photo", "document", "poll"})


def reaches_bot(message: Json, group: Group, bot: Json, *, private: bool) -> bool:
    """Whether a message of a group becomes an update. `private` tells that privacy mode is on.

    Of a group it has left, the bot hears its own leaving and nothing more.
    """
    bot_id = bot["id"]
    assert isinstance(bot_id, int)
    if group.status(bot_id) not in PRESENT:
        gone = message.get("left_chat_member")
        return isinstance(gone, dict) and gone["id"] == bot_id
    service = not _SPOKEN & message.keys()
    return service or not private or group.rules(bot_id) or _replies_to(message, bot_id) or _commands(message, bot)


def _replies_to(message: Json, bot_id: int) -> bool:
    replied = message.get("reply_to_message")
    author = replied.get("from") if isinstance(replied, dict) else None
    return isinstance(author, dict) and author["id"] == bot_id


def _commands(message: Json, bot: Json) -> bool:
    """A text or caption that begins with a command to this bot."""
    text = str(message.get("text") or message.get("caption") or "")
    entities = message.get("entities") or message.get("caption_entities") or []
    assert isinstance(entities, list)
    first = next((entity for entity in entities if entity["offset"] == 0), None)
    if first is None or first["type"] != "bot_command":
        return False
    _, _, name = text[: first["length"]].partition("@")
    return name.lower() in ("", str(bot["username"]).lower())
