"""An office whose people have all joined, and a postman who empties the outbox: for tests of notices."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time

from domain import notices as rules
from domain import outbox as outbox_rules
from domain.notices import Attached, Card, Choosing, Notice, Preview
from domain.outbox import Action, Item, Outcome
from domain.people import Person, Role
from schedules.letters import Letters
from services import notices, sample
from services import outbox as outbox_service
from services.notices import Place
from services.timing import Timing
from storage import drafts, outbox, people
from storage import notices as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ
from views import notices as views
from views.screen import Screen
from views.texts import Texts

ALWAYS = Timing(TZ, time(0), time(0))
QUIET = Timing(TZ, time(21), time(8))
BLOCKED_ACCOUNT = 5_000


@dataclass
class NoticeOffice:
    """The sample office, everybody joined (account 1000 + id). ``chats`` holds what stands in each person's chat."""

    db: Database
    now: int = NOW
    timing: Timing = ALWAYS
    chats: dict[int, dict[int, Screen]] = field(default_factory=dict)
    sent: list[Item] = field(default_factory=list)
    refuse: Callable[[Item], Outcome] = lambda _: Outcome.SENT
    messages: int = 0

    async def who(self, role: Role, n: int = 0) -> Person:
        """The n-th person with a role."""
        found = [p for p in await self.db.read(lambda tx: people.listed(tx, "")) if p.role is role]
        return found[n]

    async def staff(self, of: Person) -> tuple[Person, ...]:
        """Everybody of somebody's part of the tree, but for them."""
        return tuple(p for p in await self.db.read(lambda tx: people.listed(tx, of.scope)) if p.id != of.id)

    async def write(
        self, author: Person, text: str = "今晚停水", attached: Attached | None = None, unheard_of: int | None = None
    ) -> Choosing | Preview | None:
        """[写通知] and the message."""
        self.messages += 1
        await notices.ask_message(self.db, author, f"press:{self.messages}", self.now, unheard_of)
        return await self.says(author, text, attached)

    async def says(
        self, author: Person, text: str, attached: Attached | None = None, message: int | None = None
    ) -> Choosing | Preview | None:
        """A message to the open form."""
        self.messages += 1
        number = message or self.messages
        draft = await self.db.read(lambda tx: drafts.awaiting(tx, author.id))
        assert draft is not None
        return await notices.take_message(
            self.db, author, draft, text, attached, f"{author.id}:{number}", number, self.now, self.timing
        )

    async def draft(self, author: Person, text: str = "今晚停水", unit: int | None = None, **how: object) -> Preview:
        """A draft to the author's own unit, unless told otherwise."""
        written = await self.write(author, text, **how)  # type: ignore[arg-type]
        assert isinstance(written, Choosing)
        return await notices.pick(self.db, author, written.notice.id, unit or author.unit.id, self.now, self.timing)

    async def submit(self, author: Person, preview: Preview) -> Card:
        """[发送]."""
        notice = await self.notice(preview.notice.id)
        card = await notices.submit(self.db, author, notice.id, notice.edits, self.place(author), self.now, self.timing)
        assert isinstance(card, Card)
        return card

    async def send(self, author: Person, text: str = "今晚停水", unit: int | None = None, **how: object) -> int:
        """A notice that is out; its id."""
        card = await self.submit(author, await self.draft(author, text, unit, **how))
        return card.notice.id

    @staticmethod
    def place(person: Person) -> Place:
        """A message in a person's chat."""
        return Place(1000 + person.id, 1)

    async def notice(self, notice_id: int) -> Notice:
        """As it stands."""
        found = await self.db.read(lambda tx: store.get(tx, notice_id))
        assert found is not None
        return found

    async def card(self, viewer: Person, notice_id: int) -> Card:
        """As somebody sees it."""
        return await notices.card(self.db, viewer, notice_id, None)

    async def deliver(self) -> list[Item]:
        """Send all that is due. What went out."""
        letters = Letters(self.db, TZ)
        before = len(self.sent)
        while (parcels := await outbox_service.take(self.db, self.now, 200, self.timing, 0)) is not None:
            results = []
            screens = await letters.screens([(parcel.item, parcel.to.person) for parcel in parcels], self.now)
            for parcel, screen in zip(parcels, screens, strict=True):
                assert not isinstance(screen, Exception), screen
                outcome = Outcome.MOOT if screen is None else self.refuse(parcel.item)
                result = outbox_rules.settle(parcel.item, outcome, self.now)
                if outcome is Outcome.SENT and screen is not None:
                    result = self._carry_out(parcel, screen, result)
                results.append(result)
            await outbox_service.settle(self.db, results, self.now)
        await notices.finish(self.db, self.now)
        return self.sent[before:]

    def _carry_out(
        self, parcel: outbox_service.Parcel, screen: Screen, result: outbox_rules.Result
    ) -> outbox_rules.Result:
        chat = self.chats.setdefault(parcel.item.person_id, {})
        self.sent.append(parcel.item)
        if parcel.target is not None:
            assert parcel.target.message_id is not None
            if parcel.item.action is Action.DELETE:
                chat.pop(parcel.target.message_id)
            else:
                chat[parcel.target.message_id] = screen
            return result
        self.messages += 1
        chat[self.messages] = screen
        return outbox_rules.Result(
            result.item_id,
            result.state,
            result.cause,
            result.due_at,
            result.attempts,
            result.uncertain,
            parcel.to.chat_id,
            self.messages,
        )

    def texts(self, person: Person) -> list[str]:
        """What stands in a person's chat."""
        return [screen.text for screen in self.chats.get(person.id, {}).values()]

    def shows(self, person: Person, screen: Screen, message: int | None = None) -> Place:
        """A screen in a person's chat: in a message that stands there, or in a new one."""
        self.messages += message is None
        number = message or self.messages
        self.chats.setdefault(person.id, {})[number] = screen
        return Place(1000 + person.id, number)

    async def opens_line(self, person: Person, item: Item) -> Place:
        """[查看] under the day's bundle."""
        opening = await notices.opening(self.db, item)
        screen = await Letters(self.db, TZ).opened(item, person, self.now)
        assert opening is not None
        assert screen is not None
        place = self.shows(person, screen)
        await notices.note_opened(self.db, opening, place, self.now)
        return place

    async def opens(self, person: Person, notice_id: int, message: int | None = None) -> Place:
        """A notice from /notice, in the message of the list or in a new one."""
        found = await notices.opened(self.db, person, notice_id)
        place = self.shows(person, views.opened(Texts.of(person.locale), person, found, TZ), message)
        opening = await notices.opening_of(self.db, found, person.id)
        if opening is not None:
            await notices.note_opened(self.db, opening, place, self.now)
        return place

    def text(self, person: Person, place: Place) -> str | None:
        """What stands in one message; None when it is gone."""
        screen = self.chats[person.id].get(place.message_id)
        return screen.text if screen else None

    async def got(self, person: Person, notice_id: int, version: int = 1) -> notices.Confirmed:
        """[收到]."""
        return await notices.confirm(self.db, person, notice_id, version, self.now)

    async def rows(self, kind: str, notice_id: int) -> tuple[Item, ...]:
        """The outbox."""
        return await self.db.read(lambda tx: outbox.of_subject(tx, kind, notice_id))

    async def leaves_phone(self, person: Person) -> None:
        """The person is reached no more."""
        await self.db.write(lambda tx: people.unbind(tx, person.id, self.now))


async def notice_office(db: Database) -> NoticeOffice:
    """The sample office with everybody joined."""
    assert not await sample.load(db, NOW, TZ)

    async def join(tx: Connection) -> None:
        for person in await people.listed(tx, ""):
            await people.bind(tx, person.id, 1000 + person.id, 1000 + person.id, NOW)

    await db.write(join)
    return NoticeOffice(db)


__all__ = ["ALWAYS", "QUIET", "NoticeOffice", "notice_office", "rules"]
