"""The things a world holds: people, chats, files, polls, presses. Plain records; the rules stand in `world`."""

from dataclasses import dataclass, field

Json = dict[str, object]
"""One JSON object on its way to or from the wire. A stored message is never changed in place, only replaced."""


@dataclass(slots=True)
class Account:
    """A person with a phone. `started` once they wrote or pressed start; `payload` is the deep link they would open."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "zh-hans"
    caption: str = ""
    payload: str | None = None
    started: bool = False
    blocked: bool = False
    unread: int = 0

    def user(self) -> Json:
        """The person as a Bot API User."""
        return {"id": self.id, "is_bot": False, **self._names(), "language_code": self.language_code}

    def chat(self) -> Json:
        """The private chat with this person as a Bot API Chat."""
        return {"id": self.id, "type": "private", **self._names()}

    def card(self) -> Json:
        """The person as the control API shows them."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
            "caption": self.caption,
            "payload": self.payload,
            "started": self.started,
            "blocked": self.blocked,
            "unread": self.unread,
        }

    def _names(self) -> Json:
        names: Json = {"first_name": self.first_name}
        if self.last_name:
            names["last_name"] = self.last_name
        if self.username:
            names["username"] = self.username
        return names


@dataclass(slots=True)
class Chat:
    """One private chat. `locked` holds ids that Telegram would not let a bot edit (sent with a reply keyboard)."""

    account: Account
    info: Json
    messages: dict[int, Json] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    reply_keyboard: Json | None = None
    menu_button: Json | None = None
    pinned: list[int] = field(default_factory=list)
    hidden_up_to: int = 0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes with the names Telegram would give them. `kind` is photo or document."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    path: str
    content: bytes
    width: int = 0
    height: int = 0

    def as_document(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": len(self.content),
        }

    def as_photo(self) -> list[Json]:
        return [
            {
                "file_id": self.file_id,
                "file_unique_id": self.unique_id,
                "width": self.width,
                "height": self.height,
                "file_size": len(self.content),
            }
        ]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: from the bot's multipart body or from a person's phone."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Press:
    """A callback query waiting for its answer. `at` is on the monotonic clock."""

    id: str
    account: int
    at: float


@dataclass(slots=True)
class PollState:
    """A poll and its votes: account id → option numbers."""

    poll: Json
    chat: int
    message_id: int
    votes: dict[int, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call as it was answered."""

    n: int
    method: str
    chat_id: int | None
    ok: bool
    error: str | None
    at: float

    def as_json(self) -> Json:
        return {
            "n": self.n,
            "method": self.method,
            "chat_id": self.chat_id,
            "ok": self.ok,
            "error": self.error,
            "at": self.at,
        }
