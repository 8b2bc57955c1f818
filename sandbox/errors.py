"""What Telegram answers when it refuses: the exact texts, from the public tdlib and telegram-bot-api sources.

Only texts and codes live here; who refuses, and when, is decided by the callers.
"""

from typing import Final


class ApiError(Exception):
    """A Bot API call was refused; carries what the HTTP answer needs."""

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to_chat_id: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id


class ActError(Exception):
    """A person's act through the control API was refused; the message says why."""


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def upgraded_to(chat_id: int) -> ApiError:
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)


def cannot_parse_entities(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")


def unknown_parameter(name: str) -> ApiError:
    return bad_request(f'unknown parameter "{name}"')


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized")


CHAT_NOT_FOUND: Final = "chat not found"
CHAT_ID_EMPTY: Final = "chat_id is empty"
BLOCKED: Final = "bot was blocked by the user"
NEVER_STARTED: Final = "bot can't initiate conversation with a user"
NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
EDIT_NOT_FOUND: Final = "message to edit not found"
KICKED: Final = "bot was kicked from the {} chat"
NOT_A_MEMBER: Final = "bot is not a member of the {} chat"
NO_RIGHT_TO_SEND: Final = "not enough rights to send {} to the chat"
NO_RIGHT_TO_PIN: Final = "not enough rights to manage pinned messages in the chat"
CANNOT_DELETE: Final = "message can't be deleted"
CANNOT_DELETE_FOR_EVERYONE: Final = "message can't be deleted for everyone"
CANNOT_EDIT_MEDIA: Final = "message media can't be edited"
DELETE_NOT_FOUND: Final = "message to delete not found"
CANNOT_EDIT: Final = "message can't be edited"
NO_TEXT_TO_EDIT: Final = "there is no text in the message to edit"
NO_CAPTION_TO_EDIT: Final = "there is no caption in the message to edit"
TEXT_EMPTY: Final = "message text is empty"
TEXT_BLANK: Final = "text must be non-empty"
TEXT_TOO_LONG: Final = "message is too long"
INPUT_TOO_LONG: Final = "text is too long"
CAPTION_TOO_LONG: Final = "message caption is too long"
BUTTON_DATA_INVALID: Final = "BUTTON_DATA_INVALID"
MARKUP_TOO_LONG: Final = "reply markup is too long"
QUERY_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
ANSWER_TOO_LONG: Final = "MESSAGE_TOO_LONG"
REPLY_NOT_FOUND: Final = "message to be replied not found"
OTHER_POLLER: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
TERMINATED_BY_WEBHOOK: Final = "terminated by setWebhook request"
UNSUPPORTED_PARSE_MODE: Final = "unsupported parse_mode"
ONLY_HTML: Final = "parse_mode {} is not spoken by the sandbox; use HTML"
