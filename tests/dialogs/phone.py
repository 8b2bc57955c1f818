"""A phone in a test: its owner acts, and we read what the bot shows. Waits on the world's changes, never on a clock."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.records import Json, Upload
from sandbox.world import World


@dataclass(slots=True)
class Phone:
    """One account's phone in the sandbox."""

    world: World
    account: int

    def messages(self) -> list[Json]:
        """The bot's messages, oldest first."""
        chat = self.world.chat(self.account)
        return [m for m in self.world.visible(chat) if m["from"]["id"] != self.account]  # type: ignore[index]

    def last(self) -> Json:
        return self.messages()[-1]

    def text(self) -> str:
        """The newest message's text or caption."""
        message = self.last()
        return str(message.get("text") or message.get("caption") or "")

    def buttons(self) -> dict[str, str]:
        """The newest message's buttons: text → callback data."""
        markup = self.last().get("reply_markup") or {"inline_keyboard": []}
        rows = markup["inline_keyboard"]  # type: ignore[index]
        return {button["text"]: button.get("callback_data", "") for row in rows for button in row}

    def button(self, part: str) -> str:
        """The data of the button called ``part``, or of the only one whose text contains it."""
        buttons = self.buttons()
        found = [buttons[part]] if part in buttons else [data for text, data in buttons.items() if part in text]
        assert len(found) == 1, (part, self.buttons())
        return found[0]

    async def shows(self, *parts: str) -> str:
        """Wait until the newest message contains every part."""
        try:
            await self.world.wait_for(lambda _: bool(self.messages()) and all(part in self.text() for part in parts))
        except TimeoutError:
            raise AssertionError((parts, [m.get("text") for m in self.messages()])) from None
        return self.text()

    async def start(self, payload: str | None = None) -> None:
        await self._acts(lambda: self.world.start(self.account, payload))

    async def types(self, text: str) -> None:
        await self._acts(lambda: self.world.send(self.account, text))

    async def sends(self, name: str, content: bytes) -> None:
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        await self._acts(lambda: self.world.send_documents(self.account, [Upload(name, mime, content)]))

    async def taps(self, part: str) -> str:
        """Press the button of the newest message whose text contains ``part``; what its answer said."""
        return await self.presses(self.button(part))

    async def presses(self, data: str, message: int | None = None) -> str:
        """Press with this data, ours or forged, and wait for the answer and what was shown. The toast's text."""
        number = self.last()["message_id"] if message is None else message
        press = self.world.press(self.account, number, data)  # type: ignore[arg-type]
        answer = await self.world.wait_for(lambda _: self._event(press, "callback_answer"))
        if not answer.get("text"):
            await self.world.wait_for(lambda _: self._event(press, "edit", "message"))
        return str(answer.get("text") or "")

    def _event(self, press: str, *kinds: str) -> Json | None:
        """The newest event of these kinds on this phone since the press; an answer must be the press's own."""
        for event in reversed(self.world.events.ring):
            own = event.account == self.account and event.data["type"] in kinds
            if own and event.data.get("callback_query_id", press) == press:
                return event.data
            if event.data["type"] == "pending" and event.data["callback_query_id"] == press:
                return None
        return None

    async def _acts(self, act: Callable[[], object]) -> None:
        before = len(self.messages()) if self.account in self.world.chats else 0
        act()
        await self.world.wait_for(lambda _: len(self.messages()) > before)
