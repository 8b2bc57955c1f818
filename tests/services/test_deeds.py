"""Good deeds on a real database with the sample office: taken in once, signed by two, thanked, exported within scope."""

import csv
import io
from dataclasses import replace
from datetime import datetime, time

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from domain.clock import DAY, HOUR, MINUTE, local, millis
from domain.deeds import (
    Conduct,
    Deed,
    DeedKind,
    DeedState,
    Flag,
    FutureDeed,
    NothingToLog,
    NoWords,
    OwnDeed,
    PhotoFault,
    PhotoTooLarge,
    Picture,
    ReturnReason,
    SignedAlready,
    TooManyPeople,
)
from domain.deeds.shown import Card
from domain.errors import DomainError, MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item, State
from domain.people import Person
from domain.quiet import Pattern
from domain.schedules import Occurrence
from services import deeds, sample
from services.deeds import Format, Sent, Step, When
from services.people import export_own, leave
from services.reminders.open_items import digest_of
from storage import deeds as store
from storage import drafts, outbox, people, reminders
from storage.database import Connection, Database
from tests.conftest import NOW, TZ

AUTHOR, MATE, LEADER, OTHER_LEADER, HEAD, OTHER_HEAD, OFFICE, SECOND = (
    *("1017", "1018", "1009", "1010", "1005", "1006", "1002", "1003"),
)
BUREAU, STRANGER = "1001", "1025"


class Office:
    """The sample office, and short names for what its people do."""

    def __init__(self, db: Database) -> None:
        self.db, self.now, self.messages = db, NOW, 100

    async def who(self, staff_no: str) -> Person:
        found = await self.db.read(lambda tx: people.by_staff_no(tx, staff_no))
        assert found
        return found

    def sent(self, text: str, picture: str | None = None, album: str | None = None, chat: int = 1) -> Sent:
        self.messages += 1
        taken = Picture("photo", f"file-{picture}", f"unique-{picture}") if picture else None
        return Sent(f"{chat}:{self.messages}", self.messages, text, taken, None, album)

    async def offered(self, text: str = "帮司机推车到应急车道", picture: str | None = None, by: str = AUTHOR) -> int:
        card = await deeds.offer(self.db, await self.who(by), self.sent(text, picture), self.now, TZ)
        assert card
        return card.deed.id

    async def deed(self, deed_id: int) -> Deed:
        found = await self.db.read(lambda tx: store.deed(tx, deed_id))
        assert found
        return found

    async def submitted(self, text: str = "帮司机推车到应急车道", picture: str | None = None, by: str = AUTHOR) -> int:
        deed_id = await self.offered(text, picture, by)
        await self.submit(deed_id, by)
        return deed_id

    async def submit(self, deed_id: int, by: str = AUTHOR) -> tuple[Card, bool]:
        edits = (await self.deed(deed_id)).edits
        return await deeds.submit(self.db, await self.who(by), deed_id, edits, self.now, TZ)

    async def sign(self, deed_id: int, by: str, edits: int | None = None, *, onward: bool = False) -> tuple[Card, bool]:
        shown = (await self.deed(deed_id)).edits if edits is None else edits
        return await deeds.sign(self.db, await self.who(by), deed_id, shown, self.now, TZ, onward=onward)

    async def confirmed(self, text: str = "帮司机推车到应急车道", picture: str | None = None) -> int:
        deed_id = await self.submitted(text, picture)
        await self.sign(deed_id, LEADER)
        await self.sign(deed_id, HEAD)
        return deed_id

    async def give_back(self, deed_id: int, by: str, reason: ReturnReason = ReturnReason.TIME) -> tuple[Card, bool]:
        edits = (await self.deed(deed_id)).edits
        return await deeds.give_back(self.db, await self.who(by), deed_id, edits, reason, self.now, TZ)

    async def asked(self, kind: str = "deed_ask") -> list[str]:
        """Staff numbers for whom a message of this kind waits."""

        async def unit(tx: Connection) -> list[Item]:
            return list(await outbox.unsent(tx, kind))

        found = [
            await self.db.read(lambda tx, id_=item.person_id: people.person(tx, id_))
            for item in await self.db.read(unit)
        ]
        return sorted(one.staff_no for one in found if one)

    async def waiting(self, by: str) -> list[int]:
        person = await self.who(by)
        return [deed.id for deed in await self.db.read(lambda tx: deeds.waiting(tx, person, self.now))]

    async def form(self, by: str, deed_id: int, step: Step) -> drafts.Draft:
        person = await self.who(by)
        self.messages += 1
        await deeds.await_words(self.db, person, deed_id, step, f"press:{self.messages}", self.now)
        draft = await self.db.read(lambda tx: drafts.awaiting(tx, person.id))
        assert draft
        return draft


@pytest_asyncio.fixture
async def office(db: Database) -> Office:
    assert not await sample.load(db, NOW, TZ)
    return Office(db)


# taken in ----------------------------------------------------------------------------------------------------------


async def test_the_same_message_taken_in_twice_is_one_deed(office: Office) -> None:
    person, message = await office.who(AUTHOR), office.sent("捡到钱包交还失主", "a")
    first = await deeds.offer(office.db, person, message, NOW, TZ)
    again = await deeds.offer(office.db, person, message, NOW, TZ)
    assert first
    assert again
    assert first.deed == again.deed
    assert len(again.deed.photos) == 1


async def test_kind_time_and_place_are_proposed_from_the_words(office: Office) -> None:
    deed = await office.deed(await office.offered("昨天晚上8点在3号车道捡到一个钱包，已交还失主"))
    assert (deed.kind, deed.exact, deed.place) == (DeedKind.FOUND, True, "3号车道")
    yesterday = local(NOW, TZ).date() - (local(NOW + DAY, TZ).date() - local(NOW, TZ).date())
    assert deed.happened_at == millis(datetime.combine(yesterday, time(20), TZ))


async def test_a_deed_without_a_time_happened_just_now(office: Office) -> None:
    deed = await office.deed(await office.offered())
    assert (deed.happened_at, deed.exact) == (NOW, True)


@pytest.mark.parametrize("text", ["今早帮司机推车", "今天帮司机推车", "晚上11点帮司机推车"])
async def test_a_part_of_today_without_a_time_that_has_passed_is_the_day_alone(office: Office, text: str) -> None:
    deed = await office.deed(await office.offered(text))
    assert not deed.exact
    assert local(deed.happened_at, TZ).date() == local(NOW, TZ).date()


async def test_an_album_is_one_deed_whichever_part_carries_the_words(office: Office) -> None:
    person = await office.who(AUTHOR)
    parts = [office.sent("", "a", "album"), office.sent("给司机修车胎", "b", "album"), office.sent("", "c", "album")]
    cards = [await deeds.offer(office.db, person, part, NOW, TZ) for part in (*parts, parts[1])]
    assert cards[0]
    assert cards[1:3] == [None, None]
    deed = await office.deed(cards[0].deed.id)
    assert (len(deed.photos), deed.text) == (3, "给司机修车胎")


async def test_a_late_part_of_an_album_voids_no_signature(office: Office) -> None:
    person = await office.who(AUTHOR)
    card = await deeds.offer(office.db, person, office.sent("给司机修车胎", "a", "album"), NOW, TZ)
    assert card
    await office.submit(card.deed.id)
    await office.sign(card.deed.id, LEADER)
    assert await deeds.offer(office.db, person, office.sent("", "b", "album"), NOW + MINUTE, TZ) is None
    deed = await office.deed(card.deed.id)
    assert (len(deed.photos), deed.state) == (2, DeedState.VOUCHED)


async def test_words_and_photos_that_come_while_the_form_is_open_are_added_once(office: Office) -> None:
    person = await office.who(AUTHOR)
    await deeds.start(office.db, person, "press:1", NOW)
    for text, picture in (("帮司机推车", None), ("还给他倒了热水", "a")):
        draft = await office.db.read(lambda tx: drafts.awaiting(tx, person.id))
        assert draft
        message = office.sent(text, picture)
        await deeds.take(office.db, person, draft, message, NOW, TZ)
    draft = await office.db.read(lambda tx: drafts.awaiting(tx, person.id))
    assert draft
    card = await deeds.take(office.db, person, draft, message, NOW, TZ)  # handled again
    assert card
    assert (card.deed.text, len(card.deed.photos)) == ("帮司机推车\n还给他倒了热水", 1)


async def test_a_form_left_alone_for_half_a_day_takes_nothing_in(office: Office) -> None:
    person = await office.who(AUTHOR)
    await deeds.open_(office.db, person, await office.offered(), "press:1", NOW, TZ)
    draft = await office.db.read(lambda tx: drafts.awaiting(tx, person.id))
    assert draft
    assert not await deeds.stale(office.db, draft, NOW + 12 * HOUR)
    assert await deeds.stale(office.db, draft, NOW + 12 * HOUR + 1)
    assert await office.db.read(lambda tx: drafts.awaiting(tx, person.id)) is None


async def test_the_command_of_yesterday_takes_nothing_in(office: Office) -> None:
    person = await office.who(AUTHOR)
    await deeds.start(office.db, person, "press:1", NOW)
    draft = await office.db.read(lambda tx: drafts.awaiting(tx, person.id))
    assert draft
    assert not await deeds.stale(office.db, draft, NOW + 12 * HOUR)
    assert await deeds.stale(office.db, draft, NOW + DAY)


async def test_after_a_choice_words_are_words_again_and_not_a_time(office: Office) -> None:
    deed_id, person = await office.offered(), await office.who(AUTHOR)
    await office.form(AUTHOR, deed_id, Step.TIME)
    await deeds.set_time(office.db, person, deed_id, When.YESTERDAY, NOW, TZ)
    draft = await office.db.read(lambda tx: drafts.awaiting(tx, person.id))
    assert draft
    assert draft.step == Step.OPEN


async def test_the_eleventh_photo_is_said_to_be_too_many(office: Office) -> None:
    deed_id, person = await office.offered("帮司机推车", "0"), await office.who(AUTHOR)
    await deeds.open_(office.db, person, deed_id, "press:1", NOW, TZ)
    faults = []
    for n in range(1, 11):
        draft = await office.db.read(lambda tx: drafts.awaiting(tx, person.id))
        assert draft
        card = await deeds.take(office.db, person, draft, office.sent("", str(n)), NOW, TZ)
        assert card
        faults.append(card.fault)
    assert faults == [*[None] * 9, PhotoFault.TOO_MANY]
    assert len((await office.deed(deed_id)).photos) == 10


@pytest.mark.parametrize(
    ("fault", "error"), [(PhotoFault.TOO_LARGE, PhotoTooLarge), (PhotoFault.NOT_A_PHOTO, NothingToLog)]
)
async def test_a_message_with_nothing_to_keep_is_refused_and_leaves_nothing(
    office: Office, fault: PhotoFault, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        await deeds.offer(office.db, await office.who(AUTHOR), replace(office.sent(""), fault=fault), NOW, TZ)
    assert not await office.db.read(lambda tx: tx.all("SELECT 1 FROM deeds"))


@pytest.mark.parametrize("reader", [MATE, LEADER, HEAD, OFFICE])
async def test_what_was_not_handed_in_is_read_by_nobody_but_its_author(office: Office, reader: str) -> None:
    deed_id, author, mate = await office.offered(), await office.who(AUTHOR), await office.who(MATE)
    await deeds.switch_person(office.db, author, deed_id, mate.id, True, 0, NOW, TZ)
    person = await office.who(reader)
    for state in (DeedState.DRAFT, DeedState.WITHDRAWN):
        assert (await office.deed(deed_id)).state is state
        with pytest.raises(MovedOn):
            await deeds.open_(office.db, person, deed_id, "press:1", NOW, TZ)
        with pytest.raises(MovedOn):
            await deeds.card(office.db, person, deed_id, NOW, TZ)
        await deeds.withdraw(office.db, author, deed_id, NOW)


async def test_nobody_agrees_before_it_is_confirmed(office: Office) -> None:
    deed_id = await office.submitted()
    with pytest.raises(MovedOn):
        await deeds.agree(office.db, await office.who(AUTHOR), deed_id, True, NOW, TZ)


async def test_the_bureau_logs_nothing(office: Office) -> None:
    with pytest.raises(NotForRole):
        await deeds.offer(office.db, await office.who(BUREAU), office.sent("好事"), NOW, TZ)


async def test_a_photo_without_words_is_kept_and_cannot_be_submitted_before_it_has_some(office: Office) -> None:
    deed_id = await office.offered("", "a")
    with pytest.raises(NoWords):
        await office.submit(deed_id)
    assert (await office.deed(deed_id)).state is DeedState.DRAFT


# changes -----------------------------------------------------------------------------------------------------------


async def test_a_future_time_is_refused_and_changes_nothing(office: Office) -> None:
    deed_id = await office.offered()
    draft = await office.form(AUTHOR, deed_id, Step.TIME)
    tomorrow = f"{local(NOW + DAY, TZ):%m-%d} 10:00"
    with pytest.raises(FutureDeed):
        await deeds.take_words(office.db, await office.who(AUTHOR), draft, office.sent(tomorrow), NOW, TZ)
    assert (await office.deed(deed_id)).happened_at == NOW


async def test_a_typed_time_is_taken_as_it_is_meant(office: Office) -> None:
    deed_id = await office.offered()
    draft = await office.form(AUTHOR, deed_id, Step.TIME)
    card = await deeds.take_words(office.db, await office.who(AUTHOR), draft, office.sent("昨天 14:20"), NOW, TZ)
    assert f"{local(card.deed.happened_at, TZ):%d %H:%M}" == f"{local(NOW - DAY, TZ):%d} 14:20"
    assert card.deed.exact


async def test_an_offered_time_is_counted_from_the_message_and_not_from_the_tap(office: Office) -> None:
    deed_id, person = await office.offered(), await office.who(AUTHOR)
    card = await deeds.set_time(office.db, person, deed_id, When.YESTERDAY, NOW + 2 * DAY, TZ)
    assert local(card.deed.happened_at, TZ).date() == local(NOW - DAY, TZ).date()
    assert not card.deed.exact
    card = await deeds.set_time(office.db, person, deed_id, When.JUST, NOW + 2 * DAY, TZ)
    assert (card.deed.happened_at, card.deed.exact) == (NOW, True)


async def test_a_change_after_the_first_signature_voids_it_and_asks_anew(office: Office) -> None:
    deed_id = await office.submitted()
    await office.sign(deed_id, LEADER)
    await deeds.set_kind(office.db, await office.who(AUTHOR), deed_id, DeedKind.SERVICE, NOW, TZ)
    deed = await office.deed(deed_id)
    assert (deed.state, deed.first) == (DeedState.SUBMITTED, None)
    assert await office.asked() == [LEADER]


async def test_a_standard_on_or_off_voids_no_signature(office: Office) -> None:
    deed_id = await office.submitted()
    await office.sign(deed_id, LEADER)
    await deeds.switch_tag(office.db, await office.who(HEAD), deed_id, Conduct.UNITED, on=True)
    deed = await office.deed(deed_id)
    assert deed.state is DeedState.VOUCHED
    assert Conduct.UNITED in deed.tags


async def test_nobody_else_changes_a_deed(office: Office) -> None:
    deed_id = await office.submitted()
    for other in (MATE, LEADER, HEAD, OFFICE, STRANGER):
        with pytest.raises(NotYours):
            await deeds.set_kind(office.db, await office.who(other), deed_id, DeedKind.OTHER, NOW, TZ)


async def test_a_confirmed_deed_is_changed_and_withdrawn_by_nobody(office: Office) -> None:
    deed_id, author = await office.confirmed(), await office.who(AUTHOR)
    with pytest.raises(MovedOn):
        await deeds.set_kind(office.db, author, deed_id, DeedKind.OTHER, NOW, TZ)
    with pytest.raises(MovedOn):
        await deeds.withdraw(office.db, author, deed_id, NOW)
    assert (await office.deed(deed_id)).state is DeedState.CONFIRMED


async def test_only_colleagues_of_the_station_share_a_deed(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    mate, stranger = await office.who(MATE), await office.who(STRANGER)
    found = await deeds.switch_person(office.db, author, deed_id, mate.id, True, 0, NOW, TZ)
    assert found.chosen == {author.id, mate.id}
    with pytest.raises(NotFound):
        await deeds.switch_person(office.db, author, deed_id, stranger.id, True, 0, NOW, TZ)
    assert (await office.deed(deed_id)).people == (author.id, mate.id)


async def test_a_deed_is_shared_by_nine_at_most(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    colleagues = [
        p for p in await office.db.read(lambda tx: people.listed(tx, author.unit.path[:-2])) if p.id != author.id
    ]
    for one in colleagues[:8]:
        await deeds.switch_person(office.db, author, deed_id, one.id, True, 0, NOW, TZ)
    with pytest.raises(TooManyPeople):
        await deeds.switch_person(office.db, author, deed_id, colleagues[8].id, True, 0, NOW, TZ)


async def test_whoever_shares_a_deed_is_no_witness_of_it(office: Office) -> None:
    deed_id, author, mate = await office.offered(), await office.who(AUTHOR), await office.who(MATE)
    await deeds.set_witness(office.db, author, deed_id, mate.id, NOW, TZ)
    await deeds.switch_person(office.db, author, deed_id, mate.id, True, 0, NOW, TZ)
    assert (await office.deed(deed_id)).witness is None
    with pytest.raises(MovedOn):
        await deeds.set_witness(office.db, author, deed_id, mate.id, NOW, TZ)


# submitting --------------------------------------------------------------------------------------------------------


async def test_pressed_twice_it_is_submitted_once_and_the_leader_asked_once(office: Office) -> None:
    deed_id = await office.offered()
    assert (await office.submit(deed_id))[1]
    card, is_in = await office.submit(deed_id)
    assert is_in
    assert card.deed.state is DeedState.SUBMITTED
    assert await office.asked() == [LEADER]


async def test_what_changed_since_it_was_shown_is_not_submitted_unseen(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    await deeds.set_kind(office.db, author, deed_id, DeedKind.OTHER, NOW, TZ)
    card, is_in = await deeds.submit(office.db, author, deed_id, 0, NOW, TZ)
    assert not is_in
    assert card.deed.state is DeedState.DRAFT


async def test_a_named_witness_is_asked_too(office: Office) -> None:
    deed_id, mate = await office.offered(), await office.who(MATE)
    await deeds.set_witness(office.db, await office.who(AUTHOR), deed_id, mate.id, NOW, TZ)
    await office.submit(deed_id)
    assert await office.asked() == [LEADER, MATE]
    await office.sign(deed_id, MATE)
    assert (await office.deed(deed_id)).state is DeedState.VOUCHED


async def test_withdrawn_it_waits_for_nobody(office: Office) -> None:
    deed_id, author = await office.submitted(), await office.who(AUTHOR)
    for _ in range(2):
        await deeds.withdraw(office.db, author, deed_id, NOW)
    assert await office.asked() == []
    assert await office.waiting(LEADER) == []


# signing -----------------------------------------------------------------------------------------------------------


async def test_two_signatures_confirm_it_and_everybody_who_took_part_is_thanked(office: Office) -> None:
    deed_id, author, mate = await office.offered(), await office.who(AUTHOR), await office.who(MATE)
    await deeds.switch_person(office.db, author, deed_id, mate.id, True, 0, NOW, TZ)
    await office.submit(deed_id)
    await office.sign(deed_id, LEADER)
    assert await office.asked() == [HEAD]
    await office.sign(deed_id, HEAD)
    deed = await office.deed(deed_id)
    assert deed.state is DeedState.CONFIRMED
    assert deed.first
    assert deed.second
    assert {deed.first.name, deed.second.name} == {"贺春梅", "覃国栋"}
    assert (await office.asked(), await office.asked("deed_thanks")) == ([], [AUTHOR, MATE])


@pytest.mark.parametrize("vouched", [False, True])
@pytest.mark.parametrize(
    ("who", "error"),
    [
        (AUTHOR, OwnDeed),
        (STRANGER, NotYours),
        (OTHER_LEADER, NotYours),
        (OTHER_HEAD, NotYours),
        (BUREAU, NotYours),
        (MATE, NotYours),
    ],
)
async def test_who_has_no_business_with_it_cannot_sign(
    office: Office, who: str, error: type[DomainError], vouched: bool
) -> None:
    deed_id = await office.submitted()
    if vouched:
        await office.sign(deed_id, LEADER)
    before = await office.deed(deed_id)
    with pytest.raises(error):
        await office.sign(deed_id, who)
    assert await office.deed(deed_id) == before


async def test_a_leader_who_took_part_is_refused_with_the_reason(office: Office) -> None:
    deed_id, leader = await office.offered(), await office.who(LEADER)
    await deeds.switch_person(office.db, await office.who(AUTHOR), deed_id, leader.id, True, 0, NOW, TZ)
    await office.submit(deed_id)
    with pytest.raises(OwnDeed):
        await office.sign(deed_id, LEADER)
    assert await office.asked() == [HEAD]  # the next level, at once


async def test_one_person_never_gives_both_signatures(office: Office) -> None:
    deed_id = await office.submitted()
    await office.sign(deed_id, HEAD)
    card, signed = await office.sign(deed_id, HEAD)
    assert not signed
    assert card.deed.state is DeedState.VOUCHED
    with pytest.raises(SignedAlready):
        await office.give_back(deed_id, HEAD)
    assert await office.asked() == [OFFICE, SECOND, "1004"]  # no other head: the office
    await office.sign(deed_id, OFFICE)
    assert (await office.deed(deed_id)).state is DeedState.CONFIRMED


async def test_of_two_who_press_the_first_signs_and_the_second_sees_it(office: Office) -> None:
    deed_id = await office.submitted()
    assert (await office.sign(deed_id, LEADER, 0))[1]
    card, signed = await office.sign(deed_id, LEADER, 0)
    assert not signed
    assert card.deed.state is DeedState.VOUCHED
    await office.sign(deed_id, HEAD, 0)
    card, signed = await office.sign(deed_id, OFFICE, 0)
    assert not signed
    assert card.deed.second
    assert card.deed.second.name == "覃国栋"


async def test_a_signature_is_for_what_was_shown(office: Office) -> None:
    deed_id = await office.submitted()
    await deeds.set_kind(office.db, await office.who(AUTHOR), deed_id, DeedKind.OTHER, NOW, TZ)
    card, signed = await office.sign(deed_id, LEADER, 0)
    assert not signed
    assert card.deed.state is DeedState.SUBMITTED


async def test_after_a_signature_comes_the_next_that_waits_longest(office: Office) -> None:
    first, second = await office.submitted("第一件好事"), await office.submitted("第二件好事")
    card, _ = await office.sign(first, LEADER, onward=True)
    assert card.deed.id == second
    card, _ = await office.sign(second, LEADER, onward=True)
    assert card.deed.id == second
    assert card.left == 0


async def test_two_days_unanswered_it_waits_for_the_next_level_and_stands_in_its_digest(office: Office) -> None:
    deed_id = await office.submitted()
    assert await office.waiting(HEAD) == []
    office.now = NOW + 2 * DAY + 1
    assert await office.waiting(HEAD) == [deed_id]
    assert await office.waiting(OFFICE) == []
    head, today = await office.who(HEAD), local(office.now, TZ).date()
    assert (await office.db.read(lambda tx: digest_of(tx, head, today, office.now))).deeds == 1
    assert (await office.db.read(lambda tx: digest_of(tx, head, today, NOW))).deeds == 0


# returning ---------------------------------------------------------------------------------------------------------


async def test_a_returned_deed_is_told_once_mended_and_signed_from_the_beginning(office: Office) -> None:
    deed_id = await office.submitted()
    await office.sign(deed_id, LEADER)
    await office.give_back(deed_id, HEAD)
    _, again = await office.give_back(deed_id, HEAD)
    assert not again
    assert await office.asked("deed_returned") == [AUTHOR]
    deed = await office.deed(deed_id)
    assert (deed.state, deed.first) == (DeedState.RETURNED, None)
    assert deed.returned
    assert deed.returned.reason is ReturnReason.TIME
    office.now += HOUR
    await deeds.set_time(office.db, await office.who(AUTHOR), deed_id, When.TODAY, office.now, TZ)
    await office.submit(deed_id)
    assert (await office.deed(deed_id)).returned is None
    assert await office.asked() == [LEADER]


async def test_a_returned_deed_is_nobodys_but_its_authors(office: Office) -> None:
    deed_id = await office.submitted()
    await office.give_back(deed_id, LEADER)
    for other in (LEADER, HEAD):
        with pytest.raises(MovedOn):
            await office.sign(deed_id, other)


async def test_a_reason_in_words_reaches_the_author(office: Office) -> None:
    deed_id, leader = await office.submitted(), await office.who(LEADER)
    await deeds.ask_reason(office.db, leader, deed_id, 0, "press:9", NOW)
    draft = await office.db.read(lambda tx: drafts.awaiting(tx, leader.id))
    assert draft
    await deeds.take_reason(office.db, leader, draft, office.sent("请写清楚车牌以外的情况"), NOW, TZ)
    returned = (await office.deed(deed_id)).returned
    assert returned
    assert (returned.reason, returned.words) == (ReturnReason.OTHER, "请写清楚车牌以外的情况")
    assert await office.db.read(lambda tx: drafts.awaiting(tx, leader.id)) is None


# together ----------------------------------------------------------------------------------------------------------


async def test_the_clean_ones_are_signed_together_and_those_with_a_flag_are_not(office: Office) -> None:
    clean = await office.submitted("帮老人搬行李", "a")
    office.now += 3 * HOUR
    other = await office.submitted("捡到手机还给司机", "b")
    same = await office.submitted("捡到钱包交还失主", "b")
    leader = await office.who(LEADER)
    found = await deeds.batch(office.db, leader, office.now, TZ)
    assert [deed.id for deed in found.deeds] == [clean]
    assert found.flagged == 2
    signed, left = await deeds.sign_batch(office.db, leader, found.mark, office.now, TZ)
    assert (signed, left.deeds) == (1, ())
    states = [(await office.deed(one)).state for one in (clean, other, same)]
    assert states == [DeedState.VOUCHED, DeedState.SUBMITTED, DeedState.SUBMITTED]


async def test_a_batch_that_changed_since_it_was_shown_is_not_signed_unseen(office: Office) -> None:
    await office.submitted("帮老人搬行李")
    leader = await office.who(LEADER)
    shown = await deeds.batch(office.db, leader, NOW, TZ)
    office.now += 2 * HOUR
    await office.submitted("给司机指路")
    signed, found = await deeds.sign_batch(office.db, leader, shown.mark, office.now, TZ)
    assert signed == 0
    assert len(found.deeds) == 2
    assert (await deeds.sign_batch(office.db, leader, found.mark, office.now, TZ))[0] == 2
    assert (await deeds.sign_batch(office.db, leader, found.mark, office.now, TZ))[0] == 0


async def test_flags_ask_for_a_look_and_refuse_nothing(office: Office) -> None:
    await office.submitted("帮司机推车", "a")
    deed_id = await office.submitted("帮司机换轮胎", "a")

    async def rest(tx: Connection) -> None:
        author = await people.by_staff_no(tx, AUTHOR)
        assert author
        await reminders.put_pattern(tx, author.unit.id, Pattern(local(NOW, TZ).date(), "R"))

    await office.db.write(rest)
    leader = await office.who(LEADER)
    card = await deeds.card(office.db, leader, deed_id, NOW, TZ)
    assert card.flags == set(Flag)
    assert (await office.sign(deed_id, LEADER))[1]


async def test_another_kind_or_station_or_hour_raises_no_flag(office: Office) -> None:
    deed_id = await office.submitted("帮司机推车")
    await office.submitted("捡到钱包交还失主")
    await office.submitted("帮司机推车", by=STRANGER)
    office.now += HOUR
    await office.submitted("帮司机推车")
    assert (await deeds.card(office.db, await office.who(LEADER), deed_id, NOW, TZ)).flags == frozenset()


# honour roll and export --------------------------------------------------------------------------------------------


async def test_the_honour_roll_holds_only_who_agreed_and_forgets_who_took_it_back(office: Office) -> None:
    deed_id, author = await office.confirmed(), await office.who(AUTHOR)
    reader = await office.who(STRANGER)
    assert (await deeds.honour_roll(office.db, reader, 0, NOW, TZ)).lines == ()
    await deeds.agree(office.db, author, deed_id, True, NOW, TZ)
    lines = (await deeds.honour_roll(office.db, reader, 0, NOW, TZ)).lines
    assert [line.names for line in lines] == [("闫思远",)]
    await deeds.agree(office.db, author, deed_id, False, NOW, TZ)
    assert (await deeds.honour_roll(office.db, reader, 0, NOW, TZ)).lines == ()


async def test_nobody_agrees_for_somebody_else(office: Office) -> None:
    deed_id = await office.confirmed()
    for other in (MATE, LEADER, STRANGER):
        with pytest.raises((NotYours, NotFound)):
            await deeds.agree(office.db, await office.who(other), deed_id, True, NOW, TZ)
    assert (await office.deed(deed_id)).sharers[0].agreed is None


async def test_the_weekly_roll_goes_to_all_staff_once_and_an_empty_one_to_nobody(office: Office) -> None:
    due = Occurrence("digest", 0, local(NOW + DAY, TZ).date(), "honour", NOW + DAY, NOW + 2 * DAY)
    assert await office.db.read(lambda tx: deeds.expand_honour(tx, due, NOW + DAY)) == []
    deed_id = await office.confirmed()
    await deeds.agree(office.db, await office.who(AUTHOR), deed_id, True, NOW, TZ)
    posts = await office.db.read(lambda tx: deeds.expand_honour(tx, due, NOW + DAY))
    staff = [one for one in await office.db.read(lambda tx: people.listed(tx, "")) if one.role != "bureau"]
    assert sorted(post.person_id for post in posts) == sorted(one.id for one in staff)
    assert len({post.key for post in posts}) == len(posts)


async def test_a_leader_exports_the_own_part_and_it_is_on_record(office: Office) -> None:
    own = await office.confirmed("帮司机推车")
    await office.submitted("在清河站捡到手机", by=STRANGER)
    body = await deeds.export(office.db, await office.who(LEADER), Format.XLSX, NOW, TZ)
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("帮司机推车" in cell for cell in cells)
    assert not any("清河" in cell for cell in cells)
    rows = await office.db.read(lambda tx: tx.all("SELECT verb, actor_id FROM audit ORDER BY id DESC LIMIT 1"))
    assert (rows[0]["verb"], rows[0]["actor_id"]) == ("deed.export", (await office.who(LEADER)).id)
    assert own


async def test_an_export_names_nobody_from_beyond_the_leaders_part(office: Office) -> None:
    deed_id, author = await office.offered(), await office.who(AUTHOR)
    elsewhere = await office.who("1021")  # of the station's other team
    await deeds.switch_person(office.db, author, deed_id, elsewhere.id, True, 0, NOW, TZ)
    await office.submit(deed_id)
    of_team = (await deeds.export(office.db, await office.who(LEADER), Format.CSV, NOW, TZ)).decode("utf-8-sig")
    assert "焦大伟" not in of_team
    of_station = (await deeds.export(office.db, await office.who(HEAD), Format.CSV, NOW, TZ)).decode("utf-8-sig")
    assert "焦大伟" in of_station


async def test_an_exported_csv_begins_with_its_mark_and_holds_no_formula(office: Office) -> None:
    await office.submitted("=HYPERLINK(1)做了好事")
    body = await deeds.export(office.db, await office.who(OFFICE), Format.CSV, NOW, TZ)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("who", [AUTHOR, BUREAU])
async def test_only_leaders_export(office: Office, who: str) -> None:
    with pytest.raises(NotForRole):
        await deeds.export(office.db, await office.who(who), Format.XLSX, NOW, TZ)


async def test_the_bureau_reads_figures_by_station(office: Office) -> None:
    await office.confirmed()
    found = {
        one.unit.name: (one.confirmed, one.waiting) for one in await deeds.figures(office.db, await office.who(BUREAU))
    }
    assert found["东山收费站"] == (1, 0)
    assert found["清河收费站"] == (0, 0)


# keeping -----------------------------------------------------------------------------------------------------------


async def test_stray_messages_and_old_photos_are_forgotten_and_deeds_stay(office: Office) -> None:
    stray = await office.offered("随便说一句", "x")
    kept = await office.confirmed("帮司机推车", "a")
    later = NOW + 31 * DAY
    await deeds.forget(office.db, deeds.Keeping(730, None), later)
    assert await office.db.read(lambda tx: store.deed(tx, stray)) is None
    assert len((await office.deed(kept)).photos) == 1
    await deeds.forget(office.db, deeds.Keeping(30, None), later)
    deed = await office.deed(kept)
    assert (deed.photos, deed.text) == ((), "帮司机推车")


async def test_a_persons_export_holds_their_deeds_and_an_erased_one_leaves_no_photo(office: Office) -> None:
    deed_id, author = await office.confirmed("帮司机推车", "a"), await office.who(AUTHOR)
    draft = await office.offered("随便说一句", "y")
    exported = await export_own(office.db, author)
    assert [one["text"] for one in exported["deeds"]] == ["帮司机推车", "随便说一句"]  # type: ignore[index,union-attr]
    await leave(office.db, await office.who(OFFICE), author.id, NOW, erase=True)
    deed = await office.deed(deed_id)
    assert deed.photos == ()
    assert deed.sharers[0].name.startswith("x-")
    assert deed.sharers[0].agreed is not True
    assert await office.db.read(lambda tx: store.deed(tx, draft)) is None


async def test_a_message_that_is_moot_is_not_sent(office: Office) -> None:
    deed_id, leader = await office.submitted(), await office.who(LEADER)
    item = (await office.db.read(lambda tx: outbox.of_subject(tx, "deed_ask", deed_id)))[0]
    assert await deeds.ask_letter(office.db, item, leader, NOW)
    await office.sign(deed_id, LEADER)
    assert await deeds.ask_letter(office.db, item, leader, NOW) is None
    item = (await office.db.read(lambda tx: outbox.of_subject(tx, "deed_ask", deed_id)))[0]
    assert item.state is State.CANCELLED
