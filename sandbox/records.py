"""The things a world holds: people, chats, files, polls, presses. Plain records; the rules stand in `world`."""

from collections.abc import Collection
from dataclasses import dataclass, field

Json = dict[str, object]
"""One JSON object on its way to or from the wire. A stored message is never changed in place, only replaced."""

RULING = frozenset({"creator", "administrator"})
PRESENT = RULING | {"member"}


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


@dataclass(slots=True, kw_only=True)
class Chat:
    """What private chats and groups share. `locked` holds ids that Telegram would not let a bot edit (sent with a
    reply keyboard); a reply keyboard belongs to the chat."""

    info: Json
    messages: dict[int, Json] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    reply_keyboard: Json | None = None
    pinned: list[int] = field(default_factory=list)

    @property
    def id(self) -> int:
        number = self.info["id"]
        assert isinstance(number, int)
        return number

    @property
    def audience(self) -> Collection[int]:
        """The accounts whose phones show this chat."""
        raise NotImplementedError


@dataclass(slots=True, kw_only=True)
class PrivateChat(Chat):
    """One person's chat with the bot. `hidden_up_to` is the newest message they cleared from their phone."""

    account: Account
    menu_button: Json | None = None
    hidden_up_to: int = 0

    @property
    def audience(self) -> Collection[int]:
        return (self.account.id,)


@dataclass(slots=True, kw_only=True)
class Group(Chat):
    """A group or supergroup.

    `standing` is everybody's status by user id, the bot's too; who is not in it was never there, and a bot that was
    never there does not know the group. `rights` are what ordinary members may send. A supergroup numbers its
    messages itself (`last_id`); a basic group that became a supergroup is dead and names it in `upgraded_to`.
    """

    standing: dict[int, str]
    rights: dict[str, bool]
    unread: dict[int, int] = field(default_factory=dict)
    last_id: int = 0
    upgraded_to: int | None = None

    @property
    def kind(self) -> str:
        """group or supergroup."""
        return str(self.info["type"])

    @property
    def audience(self) -> Collection[int]:
        return [number for number in self.unread if self.standing[number] in PRESENT]

    def status(self, user_id: int) -> str:
        """creator, administrator, member, left or kicked."""
        return self.standing.get(user_id, "left")

    def rules(self, user_id: int) -> bool:
        """Whether this user is the creator or an administrator."""
        return self.status(user_id) in RULING


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
    """A poll, its votes (account id → option numbers) and the messages that show it (chat id, message id).

    `hides_results` and `shuffles` are the sender's wishes for the phones; the Bot API does not repeat them.
    """

    poll: Json
    places: list[tuple[int, int]]
    votes: dict[int, list[int]] = field(default_factory=dict)
    hides_results: bool = False
    shuffles: bool = False


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
