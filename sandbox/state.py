"""The state of the little world: who exists, what was said, what waits. Only primitive steps, no rules of the Bot API.

`World` (in `world`) adds what people do; `methods` adds what the bot may ask for.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from itertools import count
from typing import Self, TypeVar

from sandbox.commands import CommandMenus
from sandbox.errors import ActError
from sandbox.events import EventBus
from sandbox.faults import FaultBook
from sandbox.files import FileStore
from sandbox.flood import FloodGate, FloodLimits
from sandbox.markup import NO_MARKUP, Markup
from sandbox.privacy import reaches_bot
from sandbox.records import PRESENT, Account, Call, Chat, Group, Json, PollState, Press, PrivateChat
from sandbox.updates import UpdateQueue
from sandbox.webhook import Webhook

DEFAULT_TOKEN = "100000001:SANDBOX-TOKEN-FOR-LOCAL-USE-ONLY0000"  # noqa: S105 — opens nothing but this sandbox
ONLINE_SECONDS = 40.0
_CALLS = 1000

T = TypeVar("T")


class State:
    """Everything in memory, touched from one event loop only."""

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        username: str = "tollmate_bot",
        first_name: str = "窗口助手",
        clock: Callable[[], float] = time.time,
        query_seconds: float = 60.0,
        webhook_retry_seconds: float = 1.0,
        flood: FloodLimits | None = None,
        privacy_mode: bool = True,
        seed: int | None = None,
    ) -> None:
        self.token = token
        self.clock = clock
        self.query_seconds = query_seconds
        self.privacy_mode = privacy_mode
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": first_name,
            "username": username,
        }
        self.bot_id = int(token.partition(":")[0])
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.polls: dict[str, PollState] = {}
        self.closings: dict[str, asyncio.TimerHandle] = {}
        self.presses: dict[str, Press] = {}
        self.updates = UpdateQueue()
        self.webhook = Webhook(self.updates, clock, webhook_retry_seconds, self._webhook_delivered)
        self.updates.on_confirm = self._touch
        self.updates.on_poll = self._touch
        self.events = EventBus()
        self.faults = FaultBook(seed)
        self.commands = CommandMenus()
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_button: Json | None = None
        self.reactions: dict[tuple[int, int], list[Json]] = {}
        self.calls: deque[Call] = deque(maxlen=_CALLS)
        self.tally: Counter[tuple[str, str | None]] = Counter()
        self.labels: Json = {}
        self.closed = asyncio.Event()
        self._flood: FloodGate | None = FloodGate(flood) if flood else None
        self._account_ids = count(700_000_001)
        self._message_ids = count(1)
        self._press_ids = count(1)
        self._poll_ids = count(1)
        self._album_ids = count(1)
        self._call_numbers = count(1)
        self._watchers: list[asyncio.Future[None]] = []
        self._seen_at = float("-inf")
        self._online_check: asyncio.TimerHandle | None = None

    # Flood control

    @property
    def flood(self) -> FloodLimits | None:
        return self._flood.limits if self._flood else None

    @flood.setter
    def flood(self, limits: FloodLimits | None) -> None:
        self._flood = FloodGate(limits) if limits and limits.enabled else None

    def flood_wait(self, kind: str, chat_id: int | None) -> int:
        """Seconds a call of `kind` (send, edit, answer) must wait; 0 lets it pass."""
        if self._flood is None:
            return 0
        counted = {"send": True, "edit": self._flood.limits.edits, "answer": self._flood.limits.answers}
        return self._flood.wait_needed(chat_id, time.monotonic()) if counted[kind] else 0

    # The bot

    def bot_card(self) -> Json:
        """The bot as the control API shows it; with its description once it has set one."""
        card = {key: self.bot[key] for key in ("id", "username", "first_name")}
        description = self.profile.get(("description", "zh")) or self.profile.get(("description", ""))
        return {**card, "description": description} if description else card

    # People

    def add_account(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str = "zh-hans",
        caption: str = "",
        payload: str | None = None,
        id: int | None = None,  # noqa: A002 — the control API's word
    ) -> Account:
        """A new person who has never written to the bot."""
        number = next(self._account_ids) if id is None else id
        if number in self.accounts or number <= 0:
            raise ActError(f"account {number} cannot be added: the id is taken or not positive")
        account = Account(number, first_name, last_name, username, language_code, caption, payload)
        self.accounts[number] = account
        self.announce(account)
        return account

    def account(self, account_id: int) -> Account:
        account = self.accounts.get(account_id)
        if account is None:
            raise ActError(f"account {account_id} does not exist")
        return account

    def chat(self, account_id: int) -> PrivateChat:
        """The private chat with an account, made on first use."""
        chat = self.chats.get(account_id)
        if isinstance(chat, PrivateChat):
            return chat
        account = self.account(account_id)
        made = self.chats[account_id] = PrivateChat(account=account, info=account.chat())
        return made

    def announce(self, account: Account) -> None:
        self.publish("account", account.id, account=account.card())

    # Groups

    def group(self, group_id: int) -> Group:
        """A group by its (negative) id."""
        group = self.chats.get(group_id)
        if not isinstance(group, Group):
            raise ActError(f"group {group_id} does not exist")
        return group

    def groups_of(self, account_id: int) -> list[Group]:
        """The groups a person is in, oldest first."""
        groups = (chat for chat in self.chats.values() if isinstance(chat, Group))
        return [group for group in groups if group.status(account_id) in PRESENT]

    def group_card(self, group: Group, account_id: int | None = None) -> Json:
        """The group as the control API shows it; with the reader's own status and unread count."""
        people = {number: status for number, status in group.standing.items() if number != self.bot_id}
        card: Json = {
            "id": group.id,
            "title": group.info["title"],
            "type": group.kind,
            "members": [
                {"id": number, "first_name": self.accounts[number].first_name, "status": status}
                for number, status in people.items()
                if status in PRESENT
            ],
            "bot": group.status(self.bot_id),
            "rights": dict(group.rights),
            "upgraded_to": group.upgraded_to,
        }
        if account_id is None:
            return card
        return {**card, "me": group.status(account_id), "unread": group.unread.get(account_id, 0)}

    def announce_group(self, group: Group) -> None:
        """Tell every phone that knows the group, those who have just left it too."""
        for number in group.unread:
            self.publish("group", number, group=self.group_card(group, number))

    # Messages

    def now(self) -> int:
        return int(self.clock())

    def next_message_id(self, chat: Chat) -> int:
        """A supergroup numbers its messages itself; all other chats of the bot share one row of numbers."""
        if isinstance(chat, Group) and chat.kind == "supergroup":
            chat.last_id += 1
            return chat.last_id
        return next(self._message_ids)

    def next_album_id(self) -> str:
        return str(13_000_000_000_000_000 + next(self._album_ids))

    def next_poll_id(self) -> str:
        return str(5_000_000_000_000_000_000 + next(self._poll_ids))

    def say(self, chat: Chat, content: Json, markup: Markup = NO_MARKUP) -> Json:
        """The bot sends: the message is stored, counted as unread and shown."""
        message = self._message(chat, self.bot, content)
        if markup.inline is not None:
            message["reply_markup"] = markup.inline
        self._store(chat, message)
        self._count_unread(chat, self.bot_id)
        if markup.keyboard is not None or markup.removes_keyboard:
            self.set_keyboard(chat, markup.keyboard, message)
        return message

    def set_keyboard(self, chat: Chat, keyboard: Json | None, message: Json | None = None) -> None:
        if message is not None:
            chat.locked.add(message_id(message))
        chat.reply_keyboard = keyboard
        self.show(chat, "keyboard", reply_keyboard=keyboard)

    def hear(self, chat: Chat, author: Json, content: Json) -> Json:
        """A person (or, by a service message, the bot) sends: stored, shown, and queued for the bot if it may hear."""
        message = self._message(chat, author, content)
        self._store(chat, message)
        if isinstance(chat, Group):
            self._count_unread(chat, author["id"])
        if not isinstance(chat, Group) or reaches_bot(message, chat, self.bot, private=self.privacy_mode):
            self.updates.push("message", chat.id, message)
        self._touch()
        return message

    def replace(self, chat: Chat, message: Json) -> Json:
        """Put an edited message in the place of the old one."""
        chat.messages[message_id(message)] = message
        self.show(chat, "edit", message=message)
        return message

    def remove(self, chat: Chat, message_ids: list[int]) -> None:
        for number in message_ids:
            chat.messages.pop(number, None)
            chat.locked.discard(number)
        self.show(chat, "delete", message_ids=message_ids)

    def show(self, chat: Chat, kind: str, **fields: object) -> None:
        """Publish something about a chat to every phone that shows it."""
        for number in chat.audience:
            self.publish(kind, number, chat_id=chat.id, **fields)

    def visible(self, chat: Chat) -> list[Json]:
        """What a phone shows, oldest first: all but what its owner cleared."""
        hidden = chat.hidden_up_to if isinstance(chat, PrivateChat) else 0
        if not hidden:
            return list(chat.messages.values())
        return [message for number, message in chat.messages.items() if number > hidden]

    def _message(self, chat: Chat, author: Json, content: Json) -> Json:
        number = self.next_message_id(chat)
        return {"message_id": number, "from": author, "chat": chat.info, "date": self.now(), **content}

    def _store(self, chat: Chat, message: Json) -> None:
        chat.messages[message_id(message)] = message
        self.show(chat, "message", message=message)

    def _count_unread(self, chat: Chat, author_id: object) -> None:
        if isinstance(chat, PrivateChat):
            chat.account.unread += 1
            self.announce(chat.account)
        elif isinstance(chat, Group):
            for number in chat.audience:
                chat.unread[number] += number != author_id
            self.announce_group(chat)

    # Presses

    def open_press(self, account_id: int) -> Press:
        now = time.monotonic()
        while self.presses and now - next(iter(self.presses.values())).at > self.query_seconds:
            del self.presses[next(iter(self.presses))]
        press = Press(str(4_000_000_000_000_000 + next(self._press_ids)), account_id, now)
        self.presses[press.id] = press
        return press

    def close_press(self, press_id: str) -> Press | None:
        """The press to answer, once and in time; None when it is too late."""
        press = self.presses.pop(press_id, None)
        if press is None or time.monotonic() - press.at > self.query_seconds:
            return None
        return press

    # Who is there

    @property
    def bot_online(self) -> bool:
        return self.updates.polled_now or time.monotonic() - self._seen_at < ONLINE_SECONDS

    def bot_seen(self) -> None:
        """The bot polled, or took a webhook delivery."""
        was_online = self.bot_online
        self._seen_at = time.monotonic()
        if not was_online:
            self._announce_presence(True)
        if self._online_check is None:
            self._check_presence_in(ONLINE_SECONDS)

    def _webhook_delivered(self) -> None:
        self.bot_seen()
        self._touch()

    def bot_lost(self) -> None:
        """The bot hung up in the middle of a poll."""
        self._seen_at = float("-inf")
        if not self.bot_online:
            self._announce_presence(False)

    def _check_presence_in(self, seconds: float) -> None:
        self._online_check = asyncio.get_running_loop().call_later(seconds, self._check_presence)

    def _check_presence(self) -> None:
        self._online_check = None
        if self.updates.polled_now:
            self._seen_at = time.monotonic()
        left = self._seen_at + ONLINE_SECONDS - time.monotonic()
        if left > 0:
            self._check_presence_in(left + 0.01)
        elif self._seen_at > float("-inf"):
            self._announce_presence(False)

    def _announce_presence(self, online: bool) -> None:
        self.publish("bot", None, bot_online=online)

    # Watching

    def record_call(self, method: str, chat_id: int | None, error: str | None) -> None:
        self.calls.append(Call(next(self._call_numbers), method, chat_id, error is None, error, self.clock()))
        self.tally[method, error] += 1
        self._touch()

    def publish(self, kind: str, account: int | None, /, **fields: object) -> None:
        self.events.publish(kind, account, **fields)
        self._touch()

    def _touch(self) -> None:
        if self._watchers:
            watchers, self._watchers = self._watchers, []
            for watcher in watchers:
                if not watcher.done():
                    watcher.set_result(None)

    async def wait_for(self, condition: Callable[[Self], T], timeout: float = 5.0) -> T:
        """The first true value of `condition`, looked at after every change; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not (value := condition(self)):
                changed = asyncio.get_running_loop().create_future()
                self._watchers.append(changed)
                await changed
            return value

    def close(self) -> None:
        """Let go of everybody who waits: long polls and event streams end at once."""
        self.closed.set()
        self.webhook.use(None)
        self.updates.release_poll()
        self.events.close()
        if self._online_check is not None:
            self._online_check.cancel()


def message_id(message: Json) -> int:
    number = message["message_id"]
    assert isinstance(number, int)
    return number
