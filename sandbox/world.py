"""What people do on their phones. Each act checks what Telegram's own apps would check, stores it and tells the bot.

An act that no phone would allow raises ActError. Acts happen in the person's private chat with the bot unless `chat`
names a group. Nothing here knows HTTP.
"""

import re

from sandbox import limits
from sandbox.ballots import Ballots
from sandbox.entities import utf16_length
from sandbox.errors import ActError
from sandbox.formatting import format_text
from sandbox.groups import Groups
from sandbox.records import PRESENT, Chat, Group, Json, PrivateChat, StoredFile, Upload
from sandbox.state import DEFAULT_TOKEN, message_id

__all__ = ["DEFAULT_TOKEN", "World", "message_id"]

_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{0,{limits.START_PAYLOAD}}}")


class World(Groups, Ballots):
    """The world with its people's hands."""

    def start(self, account_id: int, payload: str | None = None) -> Json:
        """Press START, or open a deep link; a blocked bot is unblocked by it, as on a phone."""
        payload = payload or ""
        if not _PAYLOAD.fullmatch(payload):
            raise ActError("a start payload is up to 64 of A-Z a-z 0-9 _ -")
        if self.account(account_id).blocked:
            self.block(account_id, False)
        return self.send(account_id, f"/start {payload}".rstrip())

    def send(self, account_id: int, text: str, *, chat: int | None = None, reply_to: int | None = None) -> Json:
        """Type and send a text, perhaps as a reply to a message of the same chat."""
        clean, entities = format_text(text, "", None)
        if not clean:
            raise ActError("the text is empty")
        if utf16_length(clean) > limits.TEXT:
            raise ActError("the text is too long")
        content: Json = {"text": clean}
        if entities:
            content["entities"] = entities
        place = self._writing(account_id, chat, "can_send_messages")
        message = self.hear(place, self.account(account_id).user(), {**_reply(place, reply_to), **content})
        if place.reply_keyboard and place.reply_keyboard.get("one_time_keyboard"):
            self.set_keyboard(place, None)
        return message

    def send_photos(
        self, account_id: int, uploads: list[Upload], caption: str = "", *, chat: int | None = None
    ) -> list[Json]:
        """Send one picture or an album: one update each, joined by `media_group_id` alone."""
        files = [self.files.add_photo(upload) for upload in uploads]
        return self._send_files(account_id, files, caption, self._writing(account_id, chat, "can_send_photos"))

    def send_documents(
        self, account_id: int, uploads: list[Upload], caption: str = "", *, chat: int | None = None
    ) -> list[Json]:
        files = [self.files.add_document(upload) for upload in uploads]
        return self._send_files(account_id, files, caption, self._writing(account_id, chat, "can_send_documents"))

    def press(self, account_id: int, message: int, data: str, *, chat: int | None = None, forge: bool = False) -> str:
        """Press a button; the id of the callback query. The button itself is not looked for: clients can lie."""
        place = self.place(account_id, chat)
        if isinstance(place, PrivateChat) and place.account.blocked:
            raise ActError("the bot is blocked")
        if isinstance(place, Group) and place.status(self.bot_id) not in PRESENT:
            raise ActError("the bot is not in the group")
        shown = place.messages.get(message)
        if shown is None and not forge:
            raise ActError(f"message {message} does not exist")
        press = self.open_press(account_id)
        query: Json = {
            "id": press.id,
            "from": self.account(account_id).user(),
            "message": shown or {"chat": place.info, "message_id": message, "date": 0},
            "chat_instance": str(-7_000_000_000_000 - place.id),
            "data": data,
        }
        self.updates.push("callback_query", account_id, query)
        fields: Json = {"callback_query_id": press.id, "message_id": message, "data": data}
        self.publish("pending", account_id, chat_id=place.id, **fields)
        return press.id

    def vote(self, account_id: int, message: int, option_ids: list[int], *, chat: int | None = None) -> None:
        """Vote in a poll; an empty list takes a vote back where the poll allows it."""
        self.cast(self.account(account_id), self.place(account_id, chat), message, option_ids)

    def block(self, account_id: int, blocked: bool) -> None:
        """Block or unblock the bot; the bot is told by `my_chat_member`."""
        chat = self.chat(account_id)
        account = chat.account
        if not account.started:
            raise ActError("the chat was never started")
        if account.blocked == blocked:
            return
        account.blocked = blocked
        member: Json = {"user": self.bot, "status": "member"}
        kicked: Json = {"user": self.bot, "status": "kicked", "until_date": 0}
        self.updates.push(
            "my_chat_member",
            account_id,
            {
                "chat": chat.info,
                "from": account.user(),
                "date": self.now(),
                "old_chat_member": member if blocked else kicked,
                "new_chat_member": kicked if blocked else member,
            },
        )
        self.announce(account)

    def read(self, account_id: int, *, chat: int | None = None) -> None:
        """See everything in a chat."""
        place = self.place(account_id, chat)
        if isinstance(place, Group) and place.unread[account_id]:
            place.unread[account_id] = 0
            self.publish("group", account_id, group=self.group_card(place, account_id))
        elif isinstance(place, PrivateChat) and place.account.unread:
            place.account.unread = 0
            self.announce(place.account)

    def set_language(self, account_id: int, language_code: str) -> None:
        """Change the phone's language; the next update carries it."""
        if not re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", language_code):
            raise ActError("not a language code")
        account = self.account(account_id)
        account.language_code = language_code.lower()
        self.announce(account)
        for place in (self.chat(account_id), *self.groups_of(account_id)):
            self.publish("commands", account_id, chat_id=place.id, commands=self.commands_for(account_id, place))

    def commands_for(self, account_id: int, place: Chat) -> list[Json]:
        """The command menu this person sees in a chat."""
        rules = isinstance(place, Group) and place.rules(account_id)
        return self.commands.seen_by(account_id, self.account(account_id).language_code, group=place.id, rules=rules)

    def delete_chat(self, account_id: int) -> None:
        """Clear the history on the person's phone; the bot's copy stays, as in Telegram."""
        chat = self.chat(account_id)
        hidden = [message_id(message) for message in self.visible(chat)]
        chat.hidden_up_to = max(hidden, default=chat.hidden_up_to)
        chat.reply_keyboard = None
        chat.account.unread = 0
        self.show(chat, "delete", message_ids=hidden)
        self.announce(chat.account)

    def place(self, account_id: int, chat_id: int | None) -> Chat:
        """The chat an act happens in: the private one, or a group the person is in."""
        if chat_id is None or chat_id == account_id:
            return self.chat(account_id)
        group = self.group(chat_id)
        if group.status(account_id) not in PRESENT or account_id == self.bot_id:
            raise ActError(f"account {account_id} is not in the group")
        return group

    def _writing(self, account_id: int, chat_id: int | None, right: str) -> Chat:
        """The chat of someone about to write; a first private message starts it."""
        place = self.place(account_id, chat_id)
        if isinstance(place, Group):
            if place.upgraded_to is not None:
                raise ActError(f"the group was upgraded to {place.upgraded_to}")
            if not place.rights[right] and not place.rules(account_id):
                raise ActError(f"members of the group have not the right {right}")
        if isinstance(place, PrivateChat):
            self._open_private(place)
        return place

    def _open_private(self, chat: PrivateChat) -> None:
        if chat.account.blocked:
            raise ActError("the bot is blocked")
        if not chat.account.started:
            chat.account.started = True
            self.announce(chat.account)

    def _send_files(self, account_id: int, files: list[StoredFile], caption: str, place: Chat) -> list[Json]:
        if not 1 <= len(files) <= limits.ALBUM_MAX:
            raise ActError("one to ten files at a time")
        clean, entities = format_text(caption, "", None)
        if utf16_length(clean) > limits.CAPTION:
            raise ActError("the caption is too long")
        group = self.next_album_id() if len(files) > 1 else None
        author = self.account(account_id).user()
        messages: list[Json] = []
        for number, file in enumerate(files):
            content: Json = {"photo": file.as_photo()} if file.kind == "photo" else {"document": file.as_document()}
            if group:
                content["media_group_id"] = group
            if clean and number == 0:
                content["caption"] = clean
                if entities:
                    content["caption_entities"] = entities
            messages.append(self.hear(place, author, content))
        return messages


def _reply(place: Chat, number: int | None) -> Json:
    if number is None:
        return {}
    replied = place.messages.get(number)
    if replied is None:
        raise ActError(f"message {number} does not exist")
    return {"reply_to_message": {key: value for key, value in replied.items() if key != "reply_to_message"}}
