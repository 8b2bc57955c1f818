"""Live cards: edited when their figures changed, after a restart too, and one card's trouble is not another's."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio

from domain.clock import MINUTE
from domain.people import Person, Role
from schedules.live import PAUSE, THOROUGH, LiveCards
from services import notices
from services.notices import Place
from storage import outbox, people
from storage.database import Database
from tests.conftest import TZ
from tests.services.notice_office import NoticeOffice, notice_office


def no_time() -> float:
    """A counter by which no look takes long."""
    return 0.0


@dataclass
class Telegram:
    """Takes edits in; refuses those of the chats that a test names."""

    calls: list[Mapping[str, object]] = field(default_factory=list)
    refusals: dict[int, str] = field(default_factory=dict)

    async def call(self, method: str, parameters: Mapping[str, object] | None = None, /) -> object:
        assert method == "editMessageText"
        assert parameters is not None
        self.calls.append(parameters)
        if refusal := self.refusals.get(int(str(parameters["chat_id"]))):
            raise RuntimeError(refusal)
        return True

    def texts(self) -> list[str]:
        """What was shown, and forgotten here."""
        shown, self.calls = [str(call["text"]) for call in self.calls], []
        return shown


@dataclass
class Live:
    """A notice that was delivered, and its cards."""

    house: NoticeOffice
    telegram: Telegram
    cards: LiveCards
    author: Person
    notice_id: int

    async def refresh(self) -> list[str]:
        await self.cards.refresh(self.house.now)
        return self.telegram.texts()

    async def confirms(self, n: int) -> None:
        await self.house.got((await self.house.staff(self.author))[n], self.notice_id)


@pytest_asyncio.fixture
async def live(db: Database) -> AsyncIterator[Live]:
    house, telegram = await notice_office(db), Telegram()
    author = await house.who(Role.STATION_HEAD)
    notice_id = await house.send(author)
    yield Live(house, telegram, LiveCards(db, telegram, TZ, lambda: house.now, no_time), author, notice_id)


async def test_a_card_follows_deliveries_and_confirmations(live: Live) -> None:
    assert await live.refresh() == []
    await live.house.deliver()
    (shown,) = await live.refresh()
    assert "已送达 <b>10</b>" in shown
    assert "已发完" in shown
    await live.confirms(0)
    (shown,) = await live.refresh()
    assert "已确认 <b>1</b>" in shown


async def test_a_card_that_shows_the_truth_is_left_alone(live: Live) -> None:
    await live.house.deliver()
    assert len(await live.refresh()) == 1
    for _ in range(3):
        assert await live.refresh() == []


async def test_after_a_restart_a_card_goes_on_and_nothing_is_shown_twice(live: Live, tmp_path: Path) -> None:
    await live.house.deliver()
    await live.refresh()
    again = LiveCards(live.house.db, live.telegram, TZ, lambda: live.house.now, no_time)
    await again.refresh(live.house.now)
    assert live.telegram.texts() == []
    await live.confirms(0)
    await again.refresh(live.house.now)
    assert len(live.telegram.texts()) == 1


async def test_the_edit_goes_to_the_message_that_shows_it(live: Live) -> None:
    await live.house.deliver()
    await live.cards.refresh(live.house.now)
    (call,) = live.telegram.calls
    assert (call["chat_id"], call["message_id"]) == (1000 + live.author.id, 1)
    assert "reply_markup" in call


async def test_one_cards_trouble_is_not_anothers_and_it_is_tried_again_later(live: Live) -> None:
    boss = await live.house.who(Role.OFFICE)
    await notices.card(live.house.db, boss, live.notice_id, Place(1000 + boss.id, 9))
    live.telegram.refusals = {1000 + live.author.id: "Internal Server Error"}
    await live.house.deliver()
    assert len(await live.refresh()) == 2
    assert await live.refresh() == []
    live.telegram.refusals = {}
    live.house.now += PAUSE + 1
    assert len(await live.refresh()) == 1
    assert await live.refresh() == []


async def test_a_message_that_is_gone_is_given_up(live: Live) -> None:
    live.telegram.refusals = {1000 + live.author.id: "Bad Request: message to edit not found"}
    await live.house.deliver()
    assert len(await live.refresh()) == 1
    live.telegram.refusals = {}
    live.house.now += MINUTE
    await live.confirms(0)
    assert await live.refresh() == []


async def test_who_joins_late_and_is_sent_it_after_all_shows_within_a_minute(live: Live) -> None:
    late = (await live.house.staff(live.author))[0]
    await live.house.leaves_phone(late)
    await live.house.deliver()
    assert "还没有加入 1" in (await live.refresh())[0]
    await live.house.db.write(lambda tx: people.bind(tx, late.id, 1, 1, live.house.now))
    await live.house.db.write(lambda tx: outbox.reopen_unreached(tx, late.id, 0, live.house.now))
    await live.house.deliver()
    assert await live.refresh() == []
    live.house.now += THOROUGH
    (shown,) = await live.refresh()
    assert "已送达 <b>10</b>" in shown


async def test_an_edit_that_changes_nothing_counts_as_shown(live: Live) -> None:
    live.telegram.refusals = {1000 + live.author.id: "Bad Request: message is not modified: …"}
    await live.house.deliver()
    assert len(await live.refresh()) == 1
    assert await live.refresh() == []


async def test_a_message_that_its_owner_left_meanwhile_is_not_written_over(live: Live) -> None:
    await live.house.deliver()
    boss = await live.house.who(Role.OFFICE)
    await notices.card(live.house.db, boss, live.notice_id, Place(1, 9))
    await live.confirms(0)

    class Leaving(Telegram):
        async def call(self, method: str, parameters: Mapping[str, object] | None = None, /) -> object:
            # While the first card is being edited, the owner of the other goes on to something else.
            await notices.leave(live.house.db, live.house.place(live.author))
            await notices.leave(live.house.db, Place(1, 9))
            return await super().call(method, parameters)

    telegram = Leaving()
    await LiveCards(live.house.db, telegram, TZ, lambda: live.house.now, no_time).refresh(live.house.now)
    assert len(telegram.calls) == 1


async def test_a_look_that_took_long_is_not_repeated_soon(live: Live) -> None:
    counted = iter((0.0, 0.5, 0.5, 100.0, 400.0, 400.0, 400.0))
    cards = LiveCards(live.house.db, live.telegram, TZ, lambda: live.house.now, lambda: next(counted))
    await cards.refresh(live.house.now)
    live.telegram.texts()

    await live.confirms(0)
    await cards.refresh(live.house.now)  # 100 s later, when the look of half a second is 300 s of rest
    assert live.telegram.texts() == []
    await cards.refresh(live.house.now)
    assert len(live.telegram.texts()) == 1
