"""ChatMember objects as the Bot API writes them, field by field from the public telegram-bot-api sources."""

from sandbox.records import Json

_HELD = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members",
    "can_pin_messages", "can_manage_video_chats",
)  # fmt: skip
_NOT_HELD = (
    "can_promote_members", "can_post_stories", "can_edit_stories", "can_delete_stories", "can_manage_tags",
    "is_anonymous",
)  # fmt: skip
NO_GIFTS: Json = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def member_card(user: Json, status: str, kind: str) -> Json:
    """The ChatMember of `user` in a chat of `kind` group or supergroup. An administrator has the usual rights."""
    card: Json = {"user": user, "status": status}
    if status == "creator":
        card["is_anonymous"] = False
    elif status == "administrator":
        card["can_be_edited"] = False
        card |= dict.fromkeys(_HELD, True) | dict.fromkeys(_NOT_HELD, False)
        if kind == "supergroup":
            card["can_manage_topics"] = False
        card["can_manage_voice_chats"] = True
    elif status == "kicked":
        card["until_date"] = 0
    return card


def permission_card(rights: dict[str, bool]) -> Json:
    """ChatPermissions of a group whose members may send what `rights` says."""
    text, photos = rights["can_send_messages"], rights["can_send_photos"]
    card: Json = {"can_send_messages": text, "can_send_media_messages": photos or rights["can_send_documents"]}
    card |= dict(rights)
    others = ("can_send_audios", "can_send_videos", "can_send_video_notes", "can_send_voice_notes")
    card |= dict.fromkeys((*others, "can_send_other_messages", "can_add_web_page_previews"), text)
    card |= dict.fromkeys(("can_react_to_messages", "can_invite_users"), True)
    return card | dict.fromkeys(("can_edit_tag", "can_change_info", "can_pin_messages", "can_manage_topics"), False)
