"""What people do on their phones. Each act checks what Telegram's own apps would check, stores it and tells the bot.

An act that no phone would allow raises ActError. Nothing here knows HTTP.
"""

import re

from sandbox import limits
from sandbox.entities import utf16_length
from sandbox.errors import ActError
from sandbox.formatting import format_text
from sandbox.polls import recount
from sandbox.records import Account, Chat, Json, StoredFile, Upload
from sandbox.state import DEFAULT_TOKEN, State, message_id

__all__ = ["DEFAULT_TOKEN", "World", "message_id"]

_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{0,{limits.START_PAYLOAD}}}")


class World(State):
    """The world with its people's hands."""

    def start(self, account_id: int, payload: str | None = None) -> Json:
        """Press START, or open a deep link; a blocked bot is unblocked by it, as on a phone."""
        payload = payload or ""
        if not _PAYLOAD.fullmatch(payload):
            raise ActError("a start payload is up to 64 of A-Z a-z 0-9 _ -")
        if self.account(account_id).blocked:
            self.block(account_id, False)
        return self.send(account_id, f"/start {payload}".rstrip())

    def send(self, account_id: int, text: str) -> Json:
        """Type and send a text."""
        clean, entities = format_text(text, "", None)
        if not clean:
            raise ActError("the text is empty")
        if utf16_length(clean) > limits.TEXT:
            raise ActError("the text is too long")
        content: Json = {"text": clean}
        if entities:
            content["entities"] = entities
        chat = self._writing(account_id)
        message = self.hear(chat, content)
        if chat.reply_keyboard and chat.reply_keyboard.get("one_time_keyboard"):
            self.set_keyboard(chat, None)
        return message

    def send_photos(self, account_id: int, uploads: list[Upload], caption: str = "") -> list[Json]:
        """Send one picture or an album: one update each, joined by `media_group_id` alone."""
        files = [self.files.add_photo(upload) for upload in uploads]
        return self._send_files(account_id, files, caption)

    def send_documents(self, account_id: int, uploads: list[Upload], caption: str = "") -> list[Json]:
        files = [self.files.add_document(upload) for upload in uploads]
        return self._send_files(account_id, files, caption)

    def press(self, account_id: int, message: int, data: str, *, forge: bool = False) -> str:
        """Press a button; the id of the callback query. The button itself is not looked for: clients can lie."""
        chat = self.chat(account_id)
        if chat.account.blocked:
            raise ActError("the bot is blocked")
        shown = chat.messages.get(message)
        if shown is None and not forge:
            raise ActError(f"message {message} does not exist")
        press = self.open_press(account_id)
        query: Json = {
            "id": press.id,
            "from": chat.account.user(),
            "message": shown or {"chat": chat.info, "message_id": message, "date": 0},
            "chat_instance": str(-7_000_000_000_000 - account_id),
            "data": data,
        }
        self.updates.push("callback_query", account_id, query)
        self.publish("pending", account_id, callback_query_id=press.id, message_id=message, data=data)
        return press.id

    def vote(self, account_id: int, message: int, option_ids: list[int]) -> None:
        """Vote in a poll; an empty list takes a vote back where the poll allows it."""
        chat = self.chat(account_id)
        shown = chat.messages.get(message)
        poll = shown.get("poll") if shown else None
        if shown is None or not isinstance(poll, dict):
            raise ActError(f"message {message} is not a poll")
        state = self.polls[str(poll["id"])]
        _check_vote(poll, option_ids, voted=account_id in state.votes)
        if option_ids:
            state.votes[account_id] = sorted(option_ids)
        else:
            state.votes.pop(account_id, None)
        state.poll = recount(poll, state.votes)
        self.replace(chat, {**shown, "poll": state.poll})
        if not poll["is_anonymous"]:
            self.updates.push("poll_answer", account_id, _poll_answer(state.poll, chat.account, sorted(option_ids)))
        self.updates.push("poll", account_id, state.poll)

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

    def read(self, account_id: int) -> None:
        account = self.account(account_id)
        if account.unread:
            account.unread = 0
            self.announce(account)

    def set_language(self, account_id: int, language_code: str) -> None:
        """Change the phone's language; the next update carries it."""
        if not re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", language_code):
            raise ActError("not a language code")
        account = self.account(account_id)
        account.language_code = language_code.lower()
        self.announce(account)
        self.publish("commands", account_id, commands=self.commands.seen_by(account_id, account.language_code))

    def delete_chat(self, account_id: int) -> None:
        """Clear the history on the person's phone; the bot's copy stays, as in Telegram."""
        chat = self.chat(account_id)
        hidden = [message_id(message) for message in self.visible(chat)]
        chat.hidden_up_to = max(hidden, default=chat.hidden_up_to)
        chat.reply_keyboard = None
        chat.account.unread = 0
        self.publish("delete", account_id, message_ids=hidden)
        self.announce(chat.account)

    def _writing(self, account_id: int) -> Chat:
        """The chat of someone about to write; their first message starts it."""
        chat = self.chat(account_id)
        if chat.account.blocked:
            raise ActError("the bot is blocked")
        if not chat.account.started:
            chat.account.started = True
            self.announce(chat.account)
        return chat

    def _send_files(self, account_id: int, files: list[StoredFile], caption: str) -> list[Json]:
        if not 1 <= len(files) <= limits.ALBUM_MAX:
            raise ActError("one to ten files at a time")
        clean, entities = format_text(caption, "", None)
        if utf16_length(clean) > limits.CAPTION:
            raise ActError("the caption is too long")
        chat = self._writing(account_id)
        group = str(14_000_000_000_000_000 + self.next_message_id()) if len(files) > 1 else None
        messages: list[Json] = []
        for number, file in enumerate(files):
            content: Json = {"photo": file.as_photo()} if file.kind == "photo" else {"document": file.as_document()}
            if group:
                content["media_group_id"] = group
            if clean and number == 0:
                content["caption"] = clean
                if entities:
                    content["caption_entities"] = entities
            messages.append(self.hear(chat, content))
        return messages


def _check_vote(poll: Json, option_ids: list[int], *, voted: bool) -> None:
    options = poll["options"]
    assert isinstance(options, list)
    if poll["is_closed"]:
        raise ActError("the poll is closed")
    if any(not 0 <= number < len(options) for number in option_ids) or len(set(option_ids)) != len(option_ids):
        raise ActError("no such option")
    if len(option_ids) > 1 and not poll["allows_multiple_answers"]:
        raise ActError("this poll takes one answer")
    if voted and not poll.get("allows_revoting", poll["type"] != "quiz"):
        raise ActError("this poll takes no second vote")


def _poll_answer(poll: Json, account: Account, option_ids: list[int]) -> Json:
    options = poll["options"]
    assert isinstance(options, list)
    return {
        "poll_id": poll["id"],
        "user": account.user(),
        "option_ids": option_ids,
        "option_persistent_ids": [options[number]["persistent_id"] for number in option_ids],
    }
