"""Notices on a real database, from the first word to the last figure."""

from datetime import date

import pytest
import pytest_asyncio

from domain.audit import first_broken
from domain.clock import DAY, HOUR, MINUTE
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.notices import (
    Attached,
    Card,
    Choosing,
    Fate,
    NobodyThere,
    NobodyToAgree,
    NotAlone,
    NoText,
    Preview,
    SameText,
    State,
    TextOnly,
)
from domain.outbox import BUNDLE, Action, Item, Outcome
from domain.outbox import State as Sending
from domain.people import Person, Role
from domain.schedules import Occurrence
from schedules.table import EXPANDERS
from services import notices
from services.notices import Place, Step, TimePassed
from services.schedules import expand_due
from storage import audit, drafts, outbox, people
from storage import notices as store
from storage.database import Database
from tests.conftest import NOW
from tests.services.notice_office import QUIET, NoticeOffice, notice_office
from views.screen import Screen

PHOTO = Attached("photo", "file-1")
TEAM = 5


@pytest_asyncio.fixture
async def house(db: Database) -> NoticeOffice:
    return await notice_office(db)


@pytest_asyncio.fixture
async def head(house: NoticeOffice) -> Person:
    return await house.who(Role.STATION_HEAD)


async def draft_of(house: NoticeOffice, person: Person) -> drafts.Draft:
    found = await house.db.read(lambda tx: drafts.awaiting(tx, person.id))
    assert found is not None
    return found


async def kinds(house: NoticeOffice) -> dict[str, int]:
    """What waits in the outbox."""
    rows = await house.db.read(
        lambda tx: tx.all("SELECT kind, count(*) AS n FROM outbox WHERE state = 'pending' GROUP BY kind")
    )
    return {row["kind"]: row["n"] for row in rows}


async def verbs(house: NoticeOffice) -> list[str]:
    trail = await house.db.read(audit.trail)
    assert first_broken(house.db.audit_key, trail) is None
    return [row.verb for row in trail if row.verb.startswith("notice")]


# writing ---------------------------------------------------------------------------------------------------------


async def test_a_notice_to_the_own_station_reaches_everybody_there_once(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    sent = await house.deliver()
    staff = await house.staff(head)
    assert sorted(item.person_id for item in sent) == sorted(person.id for person in staff)
    assert len(staff) == 10
    assert all("今晚停水" in house.texts(person)[0] for person in staff)
    assert house.texts(head) == []
    assert (await house.notice(notice_id)).state is State.SENT
    assert await house.deliver() == []
    assert await verbs(house) == ["notice.write", "notice.release"]


async def test_the_choice_counts_people_by_unit_without_the_author(house: NoticeOffice, head: Person) -> None:
    written = await house.write(head)
    assert isinstance(written, Choosing)
    assert written.here.count == 10
    assert [(choice.unit.name, choice.count, choice.below) for choice in written.below] == [
        ("一班", TEAM, False),
        ("二班", TEAM, False),
    ]


async def test_role_and_batch_narrow_the_choice_and_what_is_sent(house: NoticeOffice) -> None:
    boss = await house.who(Role.OFFICE)
    written = await house.write(boss)
    assert isinstance(written, Choosing)
    shown = await notices.narrow(house.db, boss, written.notice.id, 0, house.now, role=Role.TEAM_LEADER, batch=2)
    assert shown.here.count == 4
    preview = await notices.pick(house.db, boss, shown.notice.id, boss.unit.id, house.now, house.timing)
    assert {person.role for person in preview.people} == {Role.TEAM_LEADER}
    await house.submit(boss, preview)
    assert len(await house.deliver()) == 4


async def test_the_bureau_is_never_written_to(house: NoticeOffice) -> None:
    boss = await house.who(Role.OFFICE)
    preview = await house.draft(boss)
    assert Role.BUREAU not in {person.role for person in preview.people}
    assert len(preview.people) == 46


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.BUREAU])
async def test_who_leads_nobody_writes_nothing(house: NoticeOffice, role: Role) -> None:
    with pytest.raises(NotForRole):
        await house.write(await house.who(role))


async def test_a_leader_cannot_write_beyond_the_own_unit(house: NoticeOffice, head: Person) -> None:
    other = await house.who(Role.STATION_HEAD, 1)
    written = await house.write(head)
    assert isinstance(written, Choosing)
    for unit in (other.unit.id, head.unit.parent_id or 0):
        with pytest.raises(NotYours):
            await notices.pick(house.db, head, written.notice.id, unit, house.now, house.timing)
        with pytest.raises(NotYours):
            await notices.choosing(house.db, head, written.notice.id, unit)
    with pytest.raises(NotFound):
        await notices.choosing(house.db, head, written.notice.id, 99_999)
    assert await kinds(house) == {}


async def test_an_empty_audience_is_said_before_sending(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head, unit=None)
    await notices.narrow(house.db, head, preview.notice.id, 0, house.now, role=Role.OFFICE, batch=None)
    with pytest.raises(NobodyThere):
        await notices.pick(house.db, head, preview.notice.id, head.unit.id, house.now, house.timing)
    with pytest.raises(NobodyThere):
        await house.submit(head, preview)
    assert await kinds(house) == {}
    assert (await house.notice(preview.notice.id)).state is State.DRAFT


async def test_the_same_message_handled_again_writes_one_notice(house: NoticeOffice, head: Person) -> None:
    first = await house.write(head)
    assert isinstance(first, Choosing)
    again = await house.says(head, "今晚停水", message=house.messages)
    assert isinstance(again, Choosing)
    assert again.notice == first.notice
    assert await verbs(house) == ["notice.write"]


async def test_a_second_message_takes_the_place_of_the_first(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head, "停水")
    replaced = await house.says(head, "停电", PHOTO)
    assert isinstance(replaced, Preview)
    assert (replaced.notice.id, replaced.notice.text, replaced.notice.attached) == (preview.notice.id, "停电", PHOTO)
    assert replaced.unit.id == head.unit.id


async def test_a_preview_that_was_changed_since_is_not_sent_by_its_old_button(
    house: NoticeOffice, head: Person
) -> None:
    preview = await house.draft(head, "停水")
    await house.says(head, "停电")
    shown = await notices.submit(
        house.db, head, preview.notice.id, preview.notice.edits, house.place(head), house.now, house.timing
    )
    assert isinstance(shown, Preview)
    assert shown.notice.text == "停电"
    assert await kinds(house) == {}


async def test_a_form_left_alone_for_long_takes_nothing_in(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    house.now += DAY
    assert await house.says(head, "捡到一个钱包") is None
    assert (await house.notice(preview.notice.id)).text == "今晚停水"
    assert await house.db.read(lambda tx: drafts.awaiting(tx, head.id)) is None


async def test_only_the_first_of_an_album_is_answered(house: NoticeOffice, head: Person) -> None:
    await notices.ask_message(house.db, head, "press:1", house.now)
    assert await notices.first_of_album(house.db, await draft_of(house, head), "a1", 5)
    assert not await notices.first_of_album(house.db, await draft_of(house, head), "a1", 6)
    assert await notices.first_of_album(house.db, await draft_of(house, head), "a2", 7)


async def test_the_author_alone_sees_and_changes_a_draft(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    boss = await house.who(Role.OFFICE)
    with pytest.raises(NotYours):
        await notices.preview(house.db, boss, preview.notice.id, house.now, house.timing)
    with pytest.raises(NotYours):
        await house.submit(boss, preview)
    with pytest.raises(NotYours):
        await notices.drop(house.db, boss, preview.notice.id, house.now)


async def test_a_dropped_draft_is_gone_and_dropping_twice_is_dropping_once(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    for _ in range(2):
        await notices.drop(house.db, head, preview.notice.id, house.now)
    assert await notices.written(house.db, head, 0) == ((), None)
    with pytest.raises(MovedOn):
        await notices.preview(house.db, head, preview.notice.id, house.now, house.timing)
    assert await verbs(house) == ["notice.write", "notice.drop"]


async def test_a_switch_that_is_set_already_changes_nothing(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    for _ in range(2):
        shown = await notices.switch_confirm(house.db, head, preview.notice.id, False, house.now, house.timing)
    assert not shown.notice.needs_confirm
    assert shown.notice.edits == preview.notice.edits + 1


async def test_the_preview_says_who_has_not_joined_and_when_it_arrives(house: NoticeOffice, head: Person) -> None:
    absent = (await house.staff(head))[0]
    await house.leaves_phone(absent)
    house.timing, house.now = QUIET, NOW + 12 * HOUR
    preview = await house.draft(head)
    assert preview.unjoined == 1
    assert preview.arrival.held
    assert preview.arrival.first == NOW + 22 * HOUR
    draft = await type_reason(house, head, preview.notice.id, "台风")
    assert not draft.arrival.held


async def type_reason(house: NoticeOffice, author: Person, notice_id: int, text: str) -> Preview:
    house.messages += 1
    await notices.ask(house.db, author, notice_id, Step.REASON, f"press:{house.messages}", house.now)
    draft = await draft_of(house, author)
    shown = await notices.take_reason(house.db, author, draft, text, house.messages, house.now, house.timing)
    assert isinstance(shown, Preview)
    return shown


async def test_a_reason_handled_again_changes_nothing_and_urgent_can_be_switched_off(
    house: NoticeOffice, head: Person
) -> None:
    preview = await house.draft(head)
    first = await type_reason(house, head, preview.notice.id, "台风")
    draft = await draft_of(house, head)
    again = await notices.take_reason(house.db, head, draft, "别的", house.messages, house.now, house.timing)
    assert again.notice == first.notice
    off = await notices.calm(house.db, head, preview.notice.id, house.now, house.timing)
    assert (off.notice.urgent, off.notice.reason) == (False, None)


async def type_time(house: NoticeOffice, author: Person, notice_id: int, at: int) -> Preview:
    house.messages += 1
    await notices.ask(house.db, author, notice_id, Step.TIME, f"press:{house.messages}", house.now)
    draft = await draft_of(house, author)
    shown = await notices.take_time(house.db, author, draft, at, house.messages, house.now, house.timing)
    assert isinstance(shown, Preview)
    return shown


async def test_templates_are_saved_used_and_deleted(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head, "停水通知")
    for _ in range(2):
        saved = await notices.save_template(house.db, head, preview.notice.id, house.now)
    assert await notices.templates(house.db, head) == (saved,)
    assert await notices.template(house.db, head, saved.id) == saved
    for _ in range(2):
        used = await notices.use_template(house.db, head, saved.id, "press:t", house.now, house.timing)
        assert isinstance(used, Choosing)
        assert (used.notice.text, used.notice.id) == ("停水通知", preview.notice.id + 1)
    other = await house.who(Role.STATION_HEAD, 1)
    with pytest.raises(NotFound):
        await notices.template(house.db, other, saved.id)
    with pytest.raises(NotFound):
        await notices.use_template(house.db, other, saved.id, "press:o", house.now, house.timing)
    await notices.drop_template(house.db, other, saved.id)
    assert await notices.drop_template(house.db, head, saved.id) == ()
    assert (await verbs(house)).count("notice.template") == 1


async def test_a_picture_without_words_makes_no_template(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head, "", attached=PHOTO)
    with pytest.raises(NoText):
        await notices.save_template(house.db, head, preview.notice.id, house.now)


# sending ---------------------------------------------------------------------------------------------------------


async def test_sending_twice_is_sending_once(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    first, second = await house.submit(head, preview), await house.submit(head, preview)
    assert first.notice == second.notice
    assert await kinds(house) == {"notice": 10}
    assert (await verbs(house)).count("notice.release") == 1


async def test_sending_ends_the_form(house: NoticeOffice, head: Person) -> None:
    await house.send(head)
    assert await house.db.read(lambda tx: drafts.awaiting(tx, head.id)) is None


async def test_at_the_set_time_it_goes_to_whoever_is_there_then(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    at = house.now + 3 * HOUR
    await type_time(house, head, preview.notice.id, at)
    card = await house.submit(head, preview)
    assert card.notice.state is State.SCHEDULED
    assert await kinds(house) == {}
    newcomer = (await house.staff(await house.who(Role.STATION_HEAD, 1)))[1]
    await house.db.write(
        lambda tx: people.change_person(tx, newcomer, "新来", Role.COLLECTOR, head.unit.id, 1, house.now)
    )
    house.now = at
    await expand_due(house.db, EXPANDERS, house.now)
    assert len(await house.rows("notice", preview.notice.id)) == 11
    assert newcomer.id in {item.person_id for item in await house.deliver()}
    await expand_due(house.db, EXPANDERS, house.now)
    assert len(await house.rows("notice", preview.notice.id)) == 11


async def test_a_set_time_that_passed_is_refused(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    await type_time(house, head, preview.notice.id, house.now + HOUR)
    house.now += 2 * HOUR
    with pytest.raises(TimePassed):
        await house.submit(head, preview)
    await notices.at_once(house.db, head, preview.notice.id, house.now, house.timing)
    assert (await house.submit(head, preview)).notice.state is State.SENDING


async def test_a_missed_time_brings_the_draft_back_and_says_so(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    await type_time(house, head, preview.notice.id, house.now + HOUR)
    await house.submit(head, preview)
    house.now += 3 * DAY
    assert (await expand_due(house.db, EXPANDERS, house.now)).missed >= 1
    await notices.finish(house.db, house.now)
    notice = await house.notice(preview.notice.id)
    assert (notice.state, notice.send_at) == (State.DRAFT, None)
    await house.deliver()
    assert any("错过" in text for text in house.texts(head))
    assert not any("停水" in text for one in await house.staff(head) for text in house.texts(one) if "通知" in text[:6])


async def test_when_nobody_is_there_at_the_set_time_the_author_hears_it(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    await type_time(house, head, preview.notice.id, house.now + HOUR)
    await house.submit(head, preview)
    for person in await house.staff(head):
        await house.db.write(lambda tx, one=person: people.leave(tx, one.id, house.now))
    house.now += HOUR
    await expand_due(house.db, EXPANDERS, house.now)
    await house.deliver()
    assert "没有人" in house.texts(head)[0]
    assert (await house.notice(preview.notice.id)).state is State.SENT


async def scheduled(house: NoticeOffice, author: Person) -> int:
    """A notice to the author's own unit that goes out in an hour; its id."""
    preview = await house.draft(author)
    await type_time(house, author, preview.notice.id, house.now + HOUR)
    await house.submit(author, preview)
    return preview.notice.id


async def becomes(house: NoticeOffice, person: Person, role: Role, unit_id: int) -> None:
    await house.db.write(
        lambda tx: people.change_person(tx, person, person.name, role, unit_id, person.batch, house.now)
    )


async def leaves(house: NoticeOffice, person: Person) -> None:
    await house.db.write(lambda tx: people.leave(tx, person.id, house.now))


def buttons(house: NoticeOffice, person: Person) -> set[str]:
    """The verbs under the newest message of a chat."""
    screen = list(house.chats[person.id].values())[-1]
    return {(button.data or "").split(":")[1] for row in screen.rows for button in row}


async def unsent(house: NoticeOffice, head: Person, notice_id: int, why: str) -> None:
    """It is cancelled and said so in the trail; nobody got it, and the whole office hears ``why``, once."""
    for _ in range(2):
        await expand_due(house.db, EXPANDERS, house.now)
        await house.deliver()
    assert (await house.notice(notice_id)).state is State.CANCELLED
    assert await house.rows("notice", notice_id) == ()
    assert (await verbs(house))[-1] == "notice.barred"
    assert [one for one in await house.staff(head) if house.texts(one)] == []
    for n in range(2):
        boss = await house.who(Role.OFFICE, n)
        assert [head.name in text and why in text for text in house.texts(boss)] == [True]
        assert "card" in buttons(house, boss)
        assert (await house.card(boss, notice_id)).figures.total == 0


async def test_a_scheduled_notice_of_somebody_who_left_is_not_sent_and_the_office_hears_it(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await scheduled(house, head)
    await leaves(house, head)
    house.now += HOUR
    await unsent(house, head, notice_id, "已离开")
    assert house.texts(head) == []


async def test_a_scheduled_notice_of_somebody_who_lost_the_role_is_not_sent_and_both_sides_hear_it(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await scheduled(house, head)
    await becomes(house, head, Role.COLLECTOR, head.unit.id)
    house.now += HOUR
    await unsent(house, head, notice_id, "岗位")
    assert [("岗位" in text, "联系办公室" in text) for text in house.texts(head)] == [(True, True)]
    assert buttons(house, head) == {"show"}


async def test_a_scheduled_notice_of_somebody_who_moved_to_another_station_is_not_sent(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await scheduled(house, head)
    other = await house.who(Role.STATION_HEAD, 1)
    await becomes(house, head, Role.STATION_HEAD, other.unit.id)
    house.now += HOUR
    await unsent(house, head, notice_id, "已调动")
    assert ["已调动" in text for text in house.texts(head)] == [True]
    assert "card" in buttons(house, head)


async def test_an_author_who_moved_up_still_writes_to_whom_they_wrote(house: NoticeOffice, head: Person) -> None:
    notice_id = await scheduled(house, head)
    boss = await house.who(Role.OFFICE)
    await becomes(house, head, Role.OFFICE, boss.unit.id)
    house.now += HOUR
    await expand_due(house.db, EXPANDERS, house.now)
    assert len(await house.deliver()) == 10
    assert (await house.notice(notice_id)).state is State.SENT


async def test_nobody_is_reminded_of_a_notice_that_its_author_could_not_send(house: NoticeOffice, head: Person) -> None:
    notice_id = await scheduled(house, head)
    await leaves(house, head)
    house.now += HOUR
    await expand_due(house.db, EXPANDERS, house.now)
    await house.deliver()
    house.now += 3 * DAY
    await expand_due(house.db, EXPANDERS, house.now)
    await house.deliver()
    assert await house.rows("notice_nudge", notice_id) == ()
    assert [text for one in await house.staff(head) for text in house.texts(one) if "停水" in text] == []


async def test_a_missed_notice_of_somebody_who_left_goes_back_to_nobody(house: NoticeOffice, head: Person) -> None:
    notice_id = await scheduled(house, head)
    await leaves(house, head)
    house.now += 3 * DAY
    await expand_due(house.db, EXPANDERS, house.now)
    await house.deliver()
    assert (await house.notice(notice_id)).state is State.CANCELLED
    told = await house.rows("notice_answer", notice_id)
    assert {item.detail["what"] for item in told} == {"author_left"}
    assert [item.person_id for item in told] == [(await house.who(Role.OFFICE, n)).id for n in range(3)]


async def test_the_office_cannot_agree_to_what_its_author_may_not_send_any_more(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await urgent(house, head)
    await house.deliver()
    await becomes(house, head, Role.COLLECTOR, head.unit.id)
    first, second = await house.who(Role.OFFICE), await house.who(Role.OFFICE, 1)
    shown = await notices.agree(house.db, first, notice_id, 1, house.now, house.timing)
    assert (shown.preview.notice.state, shown.preview.notice.agreed_by) == (State.CANCELLED, None)
    await house.deliver()
    assert [("没有发出" in text, "岗位" in text) for text in house.texts(head)] == [(True, True)]
    assert [one for one in await house.staff(head) if house.texts(one)] == []
    assert ["没有发出" in text for text in house.texts(second)] == [True, True]
    assert len(house.texts(first)) == 1
    again = await notices.agree(house.db, second, notice_id, 1, house.now, house.timing)
    assert again.preview.notice.state is State.CANCELLED
    assert (await verbs(house)).count("notice.barred") == 1


async def test_an_occurrence_of_something_else_makes_nothing(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    day = date(2026, 11, 25)
    for subject, slot in ((notice_id, "other"), (999, "send"), (notice_id, "send")):
        occurrence = Occurrence("notice", subject, day, slot, house.now, house.now + DAY)
        made = await house.db.write(lambda tx, one=occurrence: notices.expand_notice(tx, one, house.now))
        assert list(made) == []


async def test_quiet_hours_hold_a_notice_and_an_urgent_one_goes_through(house: NoticeOffice, head: Person) -> None:
    house.timing, house.now = QUIET, NOW + 12 * HOUR
    await house.send(head)
    assert await house.deliver() == []
    preview = await house.draft(head, "台风")
    await type_reason(house, head, preview.notice.id, "蓝色预警")
    await house.submit(head, preview)
    boss = await house.who(Role.OFFICE)
    await notices.agree(house.db, boss, preview.notice.id, 1, house.now, house.timing)
    sent = await house.deliver()
    assert len([item for item in sent if item.kind == "notice"]) == 10
    assert "蓝色预警" in house.texts((await house.staff(head))[0])[0]
    house.now = NOW + 22 * HOUR
    assert len([item for item in await house.deliver() if item.kind == "notice"]) == 10


async def test_somebody_who_confirmed_before_it_was_pushed_is_not_pushed(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    early = (await house.staff(head))[0]
    await house.got(early, notice_id)
    assert early.id not in {item.person_id for item in await house.deliver()}
    figures = (await house.card(head, notice_id)).figures
    assert (figures.of(Fate.DELIVERED), figures.confirmed) == (10, 1)


# the second person -----------------------------------------------------------------------------------------------


async def urgent(house: NoticeOffice, author: Person) -> int:
    preview = await house.draft(author, "台风来了")
    await type_reason(house, author, preview.notice.id, "蓝色预警")
    card = await house.submit(author, preview)
    assert card.notice.state is State.WAITING
    return card.notice.id


async def test_an_urgent_notice_waits_for_the_office(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    assert await kinds(house) == {"notice_approval": 3}
    first, other = await house.who(Role.OFFICE), await house.who(Role.OFFICE, 1)
    await house.deliver()
    assert "同意" in house.texts(first)[0]
    decided = await notices.agree(house.db, first, notice_id, 1, house.now, house.timing)
    assert (decided.open, decided.by) == (False, first.name)
    second = await notices.agree(house.db, other, notice_id, 1, house.now, house.timing)
    assert second.by == first.name
    await house.deliver()
    assert first.name in house.texts(other)[0]
    assert any("同意" in text for text in house.texts(head))
    assert (await verbs(house)).count("notice.release") == 1
    assert (await house.notice(notice_id)).agreed_by == first.id


async def test_more_than_a_hundred_need_the_office_too(house: NoticeOffice) -> None:
    boss = await house.who(Role.OFFICE)

    async def crowd(tx):  # type: ignore[no-untyped-def]
        for n in range(60):
            await people.add_person(tx, f"9{n:03}", f"人{n}", Role.COLLECTOR, boss.unit.id, 1)

    await house.db.write(crowd)
    preview = await house.draft(boss)
    assert (len(preview.people), preview.second) == (106, True)
    card = await house.submit(boss, preview)
    assert card.notice.state is State.WAITING
    asked = await house.rows("notice_approval", card.notice.id)
    assert sorted(item.person_id for item in asked) == [3, 4]


async def test_the_author_cannot_agree_nor_anybody_outside_the_office(house: NoticeOffice, head: Person) -> None:
    boss, other = await house.who(Role.OFFICE), await house.who(Role.OFFICE, 1)
    mine = await urgent(house, boss)
    with pytest.raises(NotAlone):
        await notices.agree(house.db, boss, mine, 1, house.now, house.timing)
    for person in (head, await house.who(Role.COLLECTOR), await house.who(Role.BUREAU)):
        with pytest.raises(NotForRole):
            await notices.agree(house.db, person, mine, 1, house.now, house.timing)
    with pytest.raises(NotYours):
        await notices.approval(house.db, head, await urgent(house, head), 1, house.now)
    assert (await notices.approval(house.db, other, mine, 1, house.now)).open
    assert (await house.notice(mine)).state is State.WAITING


async def test_without_a_second_person_an_urgent_notice_is_refused(house: NoticeOffice) -> None:
    boss = await house.who(Role.OFFICE)
    for n in (1, 1):
        leaver = await house.who(Role.OFFICE, n)
        await house.db.write(lambda tx, one=leaver: people.leave(tx, one.id, house.now))
    preview = await house.draft(boss)
    await type_reason(house, boss, preview.notice.id, "台风")
    with pytest.raises(NobodyToAgree):
        await house.submit(boss, preview)
    assert (await house.notice(preview.notice.id)).state is State.DRAFT


async def send_back(house: NoticeOffice, second: Person, notice_id: int, asked: int, why: str) -> None:
    house.messages += 1
    await notices.ask_return(house.db, second, notice_id, asked, f"press:{house.messages}", house.now)
    await notices.send_back(house.db, second, await draft_of(house, second), why, house.now)


async def test_a_notice_sent_back_is_a_draft_with_the_reason_and_can_be_submitted_again(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await urgent(house, head)
    await house.deliver()
    boss, other = await house.who(Role.OFFICE), await house.who(Role.OFFICE, 1)
    await send_back(house, boss, notice_id, 1, "地点写错")
    notice = await house.notice(notice_id)
    assert (notice.state, notice.returned) == (State.DRAFT, "地点写错")
    with pytest.raises(MovedOn):
        await notices.ask_return(house.db, other, notice_id, 1, "press:x", house.now)
    assert not (await notices.agree(house.db, other, notice_id, 1, house.now, house.timing)).open
    await house.deliver()
    assert "地点写错" in house.texts(head)[-1]
    assert "地点写错" in house.texts(other)[0]
    preview = await notices.preview(house.db, head, notice_id, house.now, house.timing)
    assert isinstance(preview, Preview)
    card = await house.submit(head, preview)
    assert (card.notice.asked, card.notice.returned) == (2, None)
    assert not (await notices.agree(house.db, other, notice_id, 1, house.now, house.timing)).preview.notice.out
    await notices.agree(house.db, other, notice_id, 2, house.now, house.timing)
    assert (await house.notice(notice_id)).state is State.SENDING


async def test_a_reason_to_send_back_is_text(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    boss = await house.who(Role.OFFICE)
    with pytest.raises(TextOnly):
        await send_back(house, boss, notice_id, 1, "  ")
    await notices.agree(house.db, await house.who(Role.OFFICE, 1), notice_id, 1, house.now, house.timing)
    late = await notices.send_back(house.db, boss, await draft_of(house, boss), "晚了", house.now)
    assert not late.open
    assert (await house.notice(notice_id)).state is State.SENDING


async def test_a_request_that_was_decided_before_it_was_sent_is_not_sent(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    await notices.agree(house.db, await house.who(Role.OFFICE), notice_id, 1, house.now, house.timing)
    assert not [item for item in await house.deliver() if item.kind == "notice_approval"]


async def test_a_time_that_passed_while_it_waited_means_now(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head, "台风")
    await type_reason(house, head, preview.notice.id, "预警")
    await type_time(house, head, preview.notice.id, house.now + HOUR)
    await house.submit(head, preview)
    boss = await house.who(Role.OFFICE)
    house.now += 2 * HOUR
    await notices.agree(house.db, boss, preview.notice.id, 1, house.now, house.timing)
    assert (await house.notice(preview.notice.id)).state is State.SENDING


async def test_an_agreed_notice_with_a_time_waits_for_it(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head, "台风")
    await type_reason(house, head, preview.notice.id, "预警")
    await type_time(house, head, preview.notice.id, house.now + HOUR)
    await house.submit(head, preview)
    boss = await house.who(Role.OFFICE)
    decided = await notices.agree(house.db, boss, preview.notice.id, 1, house.now, house.timing)
    assert decided.preview.notice.state is State.SCHEDULED
    house.now += HOUR
    await expand_due(house.db, EXPANDERS, house.now)
    assert (await house.notice(preview.notice.id)).agreed_by == boss.id


async def test_nobody_left_when_the_office_agrees_is_said(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    for person in await house.staff(head):
        await house.db.write(lambda tx, one=person: people.leave(tx, one.id, house.now))
    with pytest.raises(NobodyThere):
        await notices.agree(house.db, await house.who(Role.OFFICE), notice_id, 1, house.now, house.timing)
    assert (await house.notice(notice_id)).state is State.WAITING


# reading ---------------------------------------------------------------------------------------------------------


async def test_confirming_twice_counts_once(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    reader = (await house.staff(head))[0]
    first = await house.got(reader, notice_id)
    house.now += MINUTE
    assert (await house.got(reader, notice_id)).received.confirmed_at == first.received.confirmed_at
    assert (await house.card(head, notice_id)).figures.confirmed == 1
    assert (await verbs(house)).count("notice.confirm") == 1


async def test_a_stranger_to_a_notice_neither_reads_nor_confirms_it(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    other = (await house.staff(await house.who(Role.STATION_HEAD, 1)))[0]
    for act in (house.got(other, notice_id), notices.opened(house.db, other, notice_id)):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        await house.got(head, notice_id)
    assert await notices.received(house.db, other) == ()


async def test_the_list_shows_what_waits_first(house: NoticeOffice, head: Person) -> None:
    reader = (await house.staff(head))[0]
    ids = [await house.send(head, f"通知{n}") for n in range(3)]
    await house.got(reader, ids[2])
    assert [one.notice.id for one in await notices.received(house.db, reader)] == [ids[1], ids[0], ids[2]]


async def test_a_notice_that_asks_for_nothing_is_not_confirmed(house: NoticeOffice) -> None:
    leader = await house.who(Role.TEAM_LEADER)
    notice_id = await house.send(leader)
    await house.deliver()
    reader = (await house.staff(leader))[0]
    assert (await house.got(reader, notice_id)).received.confirmed_at is None
    assert (await house.card(leader, notice_id)).next_nudge is None


async def test_a_draft_is_read_by_nobody(house: NoticeOffice, head: Person) -> None:
    await urgent(house, head)
    for person in await house.staff(head):
        assert await notices.received(house.db, person) == ()


# figures ---------------------------------------------------------------------------------------------------------


async def test_the_card_tells_delivered_failed_blocked_and_not_joined_apart(house: NoticeOffice, head: Person) -> None:
    staff = await house.staff(head)
    await house.leaves_phone(staff[0])
    await house.db.write(lambda tx: people.set_blocked(tx, 1000 + staff[1].id, NOW))
    bad = {staff[2].id: Outcome.REFUSED, staff[3].id: Outcome.BLOCKED}
    house.refuse = lambda item: bad.get(item.person_id, Outcome.SENT)
    notice_id = await house.send(head)
    await house.deliver()
    await house.got(staff[5], notice_id)
    figures = (await house.card(head, notice_id)).figures
    assert {fate.value: count for fate, count in figures.fates.items()} == {
        "delivered": 6,
        "failed": 1,
        "blocked": 2,
        "not_joined": 1,
    }
    assert (figures.total, figures.confirmed, figures.open, figures.causes) == (10, 1, 5, {"refused": 1})


async def test_the_breakdown_ends_at_the_viewers_scope(house: NoticeOffice, head: Person) -> None:
    boss = await house.who(Role.OFFICE)
    notice_id = await house.send(boss)
    await house.deliver()
    card = await house.card(boss, notice_id)
    assert [unit.name for unit, _ in card.parts][1:] == [
        "东山收费站",
        "清河收费站",
        "白石桥收费站",
        "柳湾支线收费点",
    ]
    with pytest.raises(NotYours):
        await house.card(head, notice_id)
    notice, names = await notices.names(house.db, head, notice_id)
    assert notice.id == notice_id
    assert {one.person.station for one in names} == {"东山收费站"}
    assert len(names) == 11


async def test_names_are_for_leaders_of_those_people_alone(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    leader, other = await house.who(Role.TEAM_LEADER), await house.who(Role.STATION_HEAD, 1)
    assert len((await notices.names(house.db, leader, notice_id))[1]) == TEAM
    with pytest.raises(NotYours):
        await notices.names(house.db, other, notice_id)
    for role in (Role.COLLECTOR, Role.BUREAU):
        with pytest.raises(NotForRole):
            await notices.names(house.db, await house.who(role), notice_id)


async def test_a_transfer_does_not_move_the_figures(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    mover, other = (await house.staff(head))[0], await house.who(Role.STATION_HEAD, 1)
    await house.db.write(
        lambda tx: people.change_person(tx, mover, mover.name, Role.COLLECTOR, other.unit.id, 1, house.now)
    )
    assert (await house.card(head, notice_id)).figures.total == 10


async def test_who_failed_is_tried_again_and_a_blocked_chat_is_not_called(house: NoticeOffice, head: Person) -> None:
    staff = await house.staff(head)
    await house.db.write(lambda tx: people.set_blocked(tx, 1000 + staff[1].id, NOW))
    house.refuse = lambda item: Outcome.REFUSED if item.person_id == staff[2].id else Outcome.SENT
    notice_id = await house.send(head)
    await house.deliver()
    calls: list[Item] = []
    house.refuse = lambda item: calls.append(item) or Outcome.SENT  # type: ignore[func-returns-value]
    card = await notices.resend(house.db, head, notice_id, house.place(head), house.now)
    assert card.notice.state is State.SENDING
    sent = await house.deliver()
    assert [item.person_id for item in sent] == [staff[2].id]
    assert [item.person_id for item in calls] == [staff[2].id]
    assert (await house.card(head, notice_id)).figures.of(Fate.BLOCKED) == 1
    again = await notices.resend(house.db, head, notice_id, house.place(head), house.now)
    assert again.notice.id == notice_id


async def test_with_nothing_failed_trying_again_changes_nothing(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    before = await house.notice(notice_id)
    await notices.resend(house.db, head, notice_id, house.place(head), house.now)
    assert await house.notice(notice_id) == before


async def test_a_line_of_the_days_bundle_is_delivered_when_the_bundle_is(house: NoticeOffice, head: Person) -> None:
    ids = [await house.send(head, f"通知{n}") for n in range(4)]
    await house.deliver()
    reader = (await house.staff(head))[0]
    assert len(house.texts(reader)) == 3
    assert [len(await house.rows("notice", one)) for one in ids] == [10] * 4
    rows = await house.rows("notice", ids[3])
    assert {item.state for item in rows} == {Sending.MERGED}
    figures = (await house.card(head, ids[3])).figures
    assert (figures.of(Fate.DELIVERED), figures.open) == (10, 10)
    await notices.recall(house.db, head, ids[3], house.place(head), house.now)
    edits = [item for item in await house.deliver() if item.kind == BUNDLE]
    assert len(edits) == 10
    assert "通知3" not in house.texts(reader)[-1]


# reminding -------------------------------------------------------------------------------------------------------


async def test_reminders_go_to_those_who_have_not_confirmed_twice_at_most(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    staff = await house.staff(head)
    await house.got(staff[0], notice_id)
    for _ in range(2):
        await notices.nudge(house.db, head, notice_id, 1, house.place(head), house.now)
    sent = await house.deliver()
    assert [item.kind for item in sent] == ["notice_nudge"] * 9
    assert staff[0].id not in {item.person_id for item in sent}
    house.now += DAY
    await notices.nudge(house.db, head, notice_id, 2, house.place(head), house.now)
    assert len(await house.deliver()) == 9
    card = await notices.nudge(house.db, head, notice_id, 3, house.place(head), house.now)
    assert (card.next_nudge, card.to_cascade) == (None, True)
    assert await house.deliver() == []
    assert (await verbs(house)).count("notice.nudge") == 2


async def test_a_reminder_is_not_sent_to_who_confirmed_meanwhile(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    await notices.nudge(house.db, head, notice_id, 1, house.place(head), house.now)
    for person in await house.staff(head):
        await house.got(person, notice_id)
    assert await house.deliver() == []


async def test_next_morning_the_unread_are_reminded_once_by_itself(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    await house.got((await house.staff(head))[0], notice_id)
    assert await reminded_by_itself(house, notice_id, NOW + DAY) == 9
    assert (await house.notice(notice_id)).nudges == 1
    assert await reminded_by_itself(house, notice_id, NOW + 2 * DAY) == 0


async def reminded_by_itself(house: NoticeOffice, notice_id: int, at: int) -> int:
    """How many reminders the tick makes at a moment."""
    before, house.now = len(await house.rows("notice_nudge", notice_id)), at
    await expand_due(house.db, EXPANDERS, at)
    return len(await house.rows("notice_nudge", notice_id)) - before


async def test_nobody_is_reminded_by_itself_after_the_sender_did(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    await notices.nudge(house.db, head, notice_id, 1, house.place(head), house.now)
    assert await reminded_by_itself(house, notice_id, NOW + DAY) == 0


async def test_when_all_confirmed_nothing_is_sent_in_the_morning(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    for person in await house.staff(head):
        await house.got(person, notice_id)
    assert await reminded_by_itself(house, notice_id, NOW + DAY) == 0
    assert (await house.notice(notice_id)).nudges == 0


async def twice_reminded(house: NoticeOffice, author: Person) -> int:
    notice_id = await house.send(author)
    await house.deliver()
    for number in (1, 2):
        house.now += DAY
        await notices.nudge(house.db, author, notice_id, number, house.place(author), house.now)
        await house.deliver()
    return notice_id


async def test_leaders_get_the_names_and_telling_in_person_is_its_own_figure(house: NoticeOffice, head: Person) -> None:
    notice_id = await twice_reminded(house, head)
    for _ in range(2):
        await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    asked = await house.rows("notice_cascade", notice_id)
    first, second = await house.who(Role.TEAM_LEADER), await house.who(Role.TEAM_LEADER, 1)
    assert {item.person_id for item in asked} == {first.id, second.id, head.id}
    team = await house.staff(first)
    left = await notices.told(house.db, first, notice_id, team[0].id, house.now)
    assert team[0].id not in {person.id for person in left.people}
    assert len(left.people) == 3
    for _ in range(2):
        assert (await notices.told(house.db, first, notice_id, 0, house.now)).people == ()
    assert (await verbs(house)).count("notice.told") == 2
    figures = (await house.card(head, notice_id)).figures
    assert (figures.told, figures.confirmed, figures.open) == (4, 0, 6)
    await house.got(team[0], notice_id)
    figures = (await house.card(head, notice_id)).figures
    assert (figures.told, figures.confirmed) == (3, 1)


async def test_leaders_are_asked_only_after_two_reminders(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    assert await house.rows("notice_cascade", notice_id) == ()


async def test_nobody_says_for_another_team_that_somebody_was_told(house: NoticeOffice, head: Person) -> None:
    notice_id = await twice_reminded(house, head)
    await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    first, second = await house.who(Role.TEAM_LEADER), await house.who(Role.TEAM_LEADER, 1)
    theirs = (await house.staff(second))[0]
    with pytest.raises(NotYours):
        await notices.told(house.db, first, notice_id, theirs.id, house.now)
    with pytest.raises(NotYours):
        await notices.told(house.db, first, notice_id, first.id, house.now)
    with pytest.raises(NotForRole):
        await notices.told(house.db, (await house.staff(first))[0], notice_id, 0, house.now)
    assert (await house.card(head, notice_id)).figures.told == 0


async def test_a_list_of_which_all_confirmed_is_not_sent(house: NoticeOffice, head: Person) -> None:
    notice_id = await twice_reminded(house, head)
    await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    for person in await house.staff(head):
        await house.got(person, notice_id)
    assert await house.deliver() == []


async def test_a_recall_takes_the_leaders_lists_back_too(house: NoticeOffice, head: Person) -> None:
    notice_id = await twice_reminded(house, head)
    await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    house.now += DAY
    await house.deliver()
    leader = await house.who(Role.TEAM_LEADER)
    assert any("请您转告" in text for text in house.texts(leader))
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    assert not any("停水" in text for text in house.texts(leader))
    assert (await notices.told(house.db, leader, notice_id, 0, house.now)).people == ()
    assert (
        await notices.resend(house.db, head, notice_id, house.place(head), house.now)
    ).notice.state is State.RECALLED


# correcting ------------------------------------------------------------------------------------------------------


async def propose(house: NoticeOffice, author: Person, notice_id: int, text: str) -> Card:
    house.messages += 1
    await notices.ask_correction(house.db, author, notice_id, f"press:{house.messages}", house.now)
    draft = await draft_of(house, author)
    return await notices.take_correction(house.db, author, draft, text, house.messages, house.now)


async def correct(house: NoticeOffice, author: Person, notice_id: int, text: str) -> Card:
    shown = await propose(house, author, notice_id, text)
    assert shown.notice.correction is not None
    stamp = shown.notice.correction.stamp
    return await notices.correct(house.db, author, notice_id, stamp, house.place(author), house.now, house.timing)


async def test_a_correction_changes_every_copy_and_asks_for_confirmation_again(
    house: NoticeOffice, head: Person
) -> None:
    held = (await house.staff(head))[9]
    house.refuse = lambda item: Outcome.SERVER if item.person_id == held.id else Outcome.SENT
    notice_id = await house.send(head, "8点停水")
    await house.deliver()
    reader = (await house.staff(head))[0]
    await house.got(reader, notice_id)
    house.now += MINUTE
    house.refuse = lambda _: Outcome.SENT
    card = await correct(house, head, notice_id, "9点停水")
    assert card.notice.version == 2
    await house.deliver()
    for person in await house.staff(head):
        assert len(house.texts(person)) == 1
        assert "9点停水" in house.texts(person)[0]
        assert "更正于" in house.texts(person)[0]
    assert "再点一次" in house.texts(reader)[0]
    figures = (await house.card(head, notice_id)).figures
    assert (figures.confirmed, figures.confirmed_before, figures.open) == (0, 1, 10)
    old = await house.got(reader, notice_id, 1)
    assert old.corrected
    assert (await house.card(head, notice_id)).figures.confirmed == 0
    await house.got(reader, notice_id, 2)
    assert (await house.card(head, notice_id)).figures.confirmed == 1


async def test_a_correction_twice_confirmed_is_made_once(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    shown = await propose(house, head, notice_id, "改了")
    assert shown.notice.correction is not None
    for _ in range(2):
        await notices.correct(
            house.db, head, notice_id, shown.notice.correction.stamp, house.place(head), house.now, house.timing
        )
    assert len(await house.deliver()) == 10
    assert (await house.notice(notice_id)).version == 2
    assert (await verbs(house)).count("notice.correct") == 1


async def test_the_button_of_an_older_proposal_does_not_apply_a_newer_one(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    old = await propose(house, head, notice_id, "第一稿")
    await propose(house, head, notice_id, "第二稿")
    assert old.notice.correction is not None
    await notices.correct(
        house.db, head, notice_id, old.notice.correction.stamp, house.place(head), house.now, house.timing
    )
    assert (await house.notice(notice_id)).text == "今晚停水"


async def test_a_correction_that_changes_nothing_is_refused_and_one_can_be_dropped(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await house.send(head)
    with pytest.raises(SameText):
        await propose(house, head, notice_id, "今晚停水")
    await propose(house, head, notice_id, "改了")
    card = await notices.drop_correction(house.db, head, notice_id, house.place(head), house.now)
    assert card.notice.correction is None
    assert (await notices.drop_correction(house.db, head, notice_id, house.place(head), house.now)).notice.version == 1


async def test_a_correction_handled_again_changes_nothing(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await propose(house, head, notice_id, "改了")
    draft = await draft_of(house, head)
    shown = await notices.take_correction(house.db, head, draft, "别的", house.messages, house.now)
    assert shown.notice.correction is not None
    assert shown.notice.correction.text == "改了"


async def test_what_needed_a_second_person_needs_one_to_be_corrected(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    boss, other = await house.who(Role.OFFICE), await house.who(Role.OFFICE, 1)
    await notices.agree(house.db, boss, notice_id, 1, house.now, house.timing)
    await house.deliver()
    card = await correct(house, boss, notice_id, "台风走了")
    assert card.notice.correction is not None
    assert card.notice.correction.asked
    with pytest.raises(NotAlone):
        await notices.agree(house.db, boss, notice_id, 2, house.now, house.timing)
    await house.deliver()
    assert "台风走了" in house.texts(other)[-1]
    await notices.agree(house.db, other, notice_id, 2, house.now, house.timing)
    notice = await house.notice(notice_id)
    assert (notice.text, notice.version, notice.correction) == ("台风走了", 2, None)
    await house.deliver()
    assert "台风走了" in house.texts((await house.staff(head))[0])[0]


async def test_a_correction_sent_back_leaves_the_notice_as_it_was(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    boss = await house.who(Role.OFFICE)
    await notices.agree(house.db, boss, notice_id, 1, house.now, house.timing)
    await correct(house, head, notice_id, "台风走了")
    await send_back(house, boss, notice_id, 2, "还没走")
    notice = await house.notice(notice_id)
    assert (notice.text, notice.version, notice.correction) == ("台风来了", 1, None)
    await house.deliver()
    assert "还没走" in house.texts(head)[-1]


async def test_nothing_that_is_not_out_is_corrected(house: NoticeOffice, head: Person) -> None:
    notice_id = await urgent(house, head)
    with pytest.raises(MovedOn):
        await propose(house, head, notice_id, "改了")
    other = await house.send(head)
    await notices.ask_correction(house.db, head, other, "press:late", house.now)
    draft = await draft_of(house, head)
    await notices.recall(house.db, head, other, house.place(head), house.now)
    with pytest.raises(MovedOn):
        await notices.take_correction(house.db, head, draft, "改了", 10_000, house.now)


async def test_after_a_correction_reminders_begin_anew_and_leaders_lists_are_emptied(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await twice_reminded(house, head)
    await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    leader = await house.who(Role.TEAM_LEADER)
    await correct(house, head, notice_id, "改了")
    await house.deliver()
    notice = await house.notice(notice_id)
    assert (notice.nudges, notice.cascaded_at) == (0, None)
    assert any("已确认或当面告知" in text for text in house.texts(leader))
    assert all("停水" not in text for text in house.texts(leader))
    assert await reminded_by_itself(house, notice_id, house.now + DAY) == 10


# stopping --------------------------------------------------------------------------------------------------------


async def test_a_recall_deletes_every_copy_and_stops_what_was_not_sent(house: NoticeOffice, head: Person) -> None:
    staff = await house.staff(head)
    house.refuse = lambda item: Outcome.SERVER if item.person_id == staff[9].id else Outcome.SENT
    notice_id = await house.send(head)
    await house.deliver()
    await notices.nudge(house.db, head, notice_id, 1, house.place(head), house.now)
    await house.deliver()
    for _ in range(2):
        card = await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    assert card.notice.state is State.RECALLED
    house.refuse = lambda _: Outcome.SENT
    house.now += HOUR
    sent = await house.deliver()
    assert {item.action for item in sent} == {Action.DELETE}
    assert len(sent) == 18
    assert all(house.texts(person) == [] for person in staff)
    assert (await notices.opened(house.db, staff[0], notice_id)).notice.state is State.RECALLED
    assert await notices.received(house.db, staff[0]) == ()
    assert not (await house.got(staff[0], notice_id)).received.confirmed_at
    assert (await verbs(house)).count("notice.recall") == 1


async def test_what_is_in_the_air_at_a_recall_is_deleted_once_it_has_landed(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    first = (await house.rows("notice", notice_id))[0]
    await house.db.write(lambda tx: outbox.lease(tx, [first.id], house.now))
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    (delete,) = await house.rows("notice_delete", notice_id)
    assert (delete.target_id, delete.due_at > house.now) == (first.id, True)


async def test_cancelling_stops_what_is_not_sent_and_leaves_what_is(house: NoticeOffice, head: Person) -> None:
    staff = await house.staff(head)
    late = {person.id for person in staff[5:]}
    house.refuse = lambda item: Outcome.SERVER if item.person_id in late else Outcome.SENT
    notice_id = await house.send(head)
    await house.deliver()
    for _ in range(2):
        card = await notices.cancel(house.db, head, notice_id, house.place(head), house.now)
    assert card.notice.state is State.CANCELLED
    house.now += HOUR
    house.refuse = lambda _: Outcome.SENT
    assert await house.deliver() == []
    figures = (await house.card(head, notice_id)).figures
    assert (figures.of(Fate.DELIVERED), figures.of(Fate.CANCELLED)) == (5, 5)
    assert [one.notice.id for one in await notices.received(house.db, staff[0])] == [notice_id]
    assert await notices.received(house.db, staff[9]) == ()
    await house.got(staff[0], notice_id)
    assert (await house.card(head, notice_id)).figures.confirmed == 1


async def test_who_joins_after_a_cancelling_is_not_sent_the_notice(house: NoticeOffice, head: Person) -> None:
    newcomer = (await house.staff(head))[0]
    await house.leaves_phone(newcomer)
    house.refuse = lambda item: Outcome.SERVER if item.person_id != newcomer.id else Outcome.SENT
    notice_id = await house.send(head)
    await house.deliver()
    await notices.cancel(house.db, head, notice_id, house.place(head), house.now)
    await house.db.write(lambda tx: people.bind(tx, newcomer.id, 1, 1, house.now))
    await house.db.write(lambda tx: outbox.reopen_failed(tx, "notice", notice_id, house.now))
    assert await house.deliver() == []


async def test_a_line_in_a_bundle_outlives_a_cancelling(house: NoticeOffice, head: Person) -> None:
    for n in range(3):
        await house.send(head, f"通知{n}")
    last = await house.send(head, "最后一条")
    late = (await house.staff(head))[9]
    house.refuse = lambda item: Outcome.SERVER if item.person_id == late.id else Outcome.SENT
    await house.deliver()
    await house.db.write(lambda tx: store.move(tx, last, {State.SENT}, State.SENDING, house.now))
    await notices.cancel(house.db, head, last, house.place(head), house.now)
    house.refuse = lambda _: Outcome.SENT
    house.now += HOUR
    await house.send(head, "又一条")
    await house.deliver()
    reader = (await house.staff(head))[0]
    assert "最后一条" in house.texts(reader)[-1]
    assert "又一条" in house.texts(reader)[-1]


async def test_cancelling_before_anything_went_out_gives_the_draft_back(house: NoticeOffice, head: Person) -> None:
    preview = await house.draft(head)
    await type_time(house, head, preview.notice.id, house.now + HOUR)
    await house.submit(head, preview)
    card = await notices.cancel(house.db, head, preview.notice.id, house.place(head), house.now)
    assert card.notice.state is State.DRAFT
    house.now += 2 * HOUR
    await expand_due(house.db, EXPANDERS, house.now)
    assert await house.rows("notice", preview.notice.id) == ()
    waiting = await urgent(house, head)
    await notices.cancel(house.db, head, waiting, house.place(head), house.now)
    boss = await house.who(Role.OFFICE)
    decided = await notices.agree(house.db, boss, waiting, 1, house.now, house.timing)
    assert decided.preview.notice.state is State.DRAFT


async def test_the_author_hears_what_the_office_stopped(house: NoticeOffice, head: Person) -> None:
    boss = await house.who(Role.OFFICE)
    first, second = await house.send(head), await house.send(head)
    await notices.cancel(house.db, boss, first, house.place(boss), house.now)
    await notices.recall(house.db, boss, second, house.place(boss), house.now)
    await house.deliver()
    assert [boss.name in text for text in house.texts(head)] == [True, True]


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD, Role.BUREAU])
async def test_nobody_else_touches_a_notice(house: NoticeOffice, role: Role) -> None:
    boss = await house.who(Role.OFFICE)
    notice_id = await house.send(boss)
    await house.deliver()
    stranger = await house.who(role)
    place = Place(1, 1)
    acts = [
        lambda: notices.card(house.db, stranger, notice_id, place),
        lambda: notices.full(house.db, stranger, notice_id),
        lambda: notices.resend(house.db, stranger, notice_id, place, house.now),
        lambda: notices.nudge(house.db, stranger, notice_id, 1, place, house.now),
        lambda: notices.cascade(house.db, stranger, notice_id, place, house.now),
        lambda: notices.ask_correction(house.db, stranger, notice_id, "press:z", house.now),
        lambda: notices.correct(house.db, stranger, notice_id, "0" * 12, place, house.now, house.timing),
        lambda: notices.drop_correction(house.db, stranger, notice_id, place, house.now),
        lambda: notices.recall(house.db, stranger, notice_id, place, house.now),
        lambda: notices.cancel(house.db, stranger, notice_id, place, house.now),
        lambda: notices.submit(house.db, stranger, notice_id, 0, place, house.now, house.timing),
        lambda: notices.save_template(house.db, stranger, notice_id, house.now),
        lambda: notices.ask_message(house.db, stranger, "press:y", house.now, notice_id),
    ]
    before = (await house.notice(notice_id), await kinds(house))
    for act in acts:
        with pytest.raises((NotForRole, NotYours)):
            await act()
    assert (await house.notice(notice_id), await kinds(house)) == before


async def test_what_does_not_exist_is_not_found(house: NoticeOffice, head: Person) -> None:
    for act in (house.card(head, 999), notices.full(house.db, head, 999), house.got(head, 999)):
        with pytest.raises(NotFound):
            await act


async def test_whoever_manages_a_notice_reads_it_in_full(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    assert (await notices.full(house.db, await house.who(Role.OFFICE), notice_id)).text == "今晚停水"


async def test_who_has_left_may_do_nothing(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.db.write(lambda tx: people.leave(tx, head.id, house.now))
    with pytest.raises(NotForRole):
        await house.card(head, notice_id)
    reader = await house.who(Role.TEAM_LEADER)
    assert (await notices.opened(house.db, reader, notice_id)).notice.author.name == head.name


# copies that somebody opened -------------------------------------------------------------------------------------


async def bundled(house: NoticeOffice, head: Person, kind: str = "notice") -> tuple[int, Person, Item]:
    """A notice that is a line of somebody's bundle, or of which a message of another kind is: its id, who, the line."""
    for n in range(3):
        await house.send(head, f"通知{n}")
    await house.deliver()
    notice_id = await house.send(head, "8点停水")
    await house.deliver()
    if kind != "notice":
        await notices.nudge(house.db, head, notice_id, 1, house.place(head), house.now)
    if kind == "notice_cascade":
        await notices.nudge(house.db, head, notice_id, 2, house.place(head), house.now)
        await notices.cascade(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    line = next(item for item in await house.rows(kind, notice_id) if item.state is Sending.MERGED)
    return notice_id, next(one for one in await house.staff(head) if one.id == line.person_id), line


async def test_a_copy_opened_from_the_bundle_is_corrected_and_recalled_however_often_it_was_opened(
    house: NoticeOffice, head: Person
) -> None:
    notice_id, reader, line = await bundled(house, head)
    opened = [await house.opens_line(reader, line) for _ in range(2)]
    await correct(house, head, notice_id, "9点停水")
    await house.deliver()
    assert ["9点停水" in (house.text(reader, place) or "") for place in opened] == [True, True]
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    assert [house.text(reader, place) for place in opened] == [None, None]


@pytest.mark.parametrize("kind", ["notice_nudge", "notice_cascade"])
async def test_a_reminder_and_a_leaders_list_opened_from_the_bundle_are_corrected_and_recalled_too(
    house: NoticeOffice, head: Person, kind: str
) -> None:
    notice_id, reader, line = await bundled(house, head, kind)
    place = await house.opens_line(reader, line)
    assert "8点停水" in (house.text(reader, place) or "")
    await correct(house, head, notice_id, "9点停水")
    await house.deliver()
    assert "9点停水" in (house.text(reader, place) or "")
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    assert house.text(reader, place) is None


async def test_a_screen_of_the_list_is_corrected_in_place_and_says_that_the_notice_was_recalled(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await house.send(head, "8点停水")
    await house.deliver()
    reader = (await house.staff(head))[0]
    place = await house.opens(reader, notice_id)
    await correct(house, head, notice_id, "9点停水")
    await house.deliver()
    assert "9点停水" in (house.text(reader, place) or "")
    assert buttons(house, reader) >= {"got", "list", "leave"}
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    assert "已撤回" in (house.text(reader, place) or "")
    assert "停水" not in (house.text(reader, place) or "")
    assert buttons(house, reader) == {"list", "leave"}
    assert len(house.texts(reader)) == 1


async def test_a_picture_opened_from_the_list_is_taken_away_by_a_recall(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head, "检修路线", attached=PHOTO)
    await house.deliver()
    reader = (await house.staff(head))[0]
    place = await house.opens(reader, notice_id)
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    assert house.text(reader, place) is None


async def test_a_message_that_shows_something_else_by_now_is_neither_corrected_nor_taken_away(
    house: NoticeOffice, head: Person
) -> None:
    ids = [await house.send(head, text) for text in ("8点停水", "明天开会")]
    await house.deliver()
    reader = (await house.staff(head))[0]
    place = await house.opens(reader, ids[0])
    assert await house.opens(reader, ids[1], place.message_id) == place
    await correct(house, head, ids[0], "9点停水")
    await notices.recall(house.db, head, ids[0], house.place(head), house.now)
    await house.deliver()
    assert "明天开会" in (house.text(reader, place) or "")
    await correct(house, head, ids[1], "后天开会")
    await notices.leave(house.db, place)
    house.shows(reader, Screen("首页"), place.message_id)
    await house.deliver()
    assert house.text(reader, place) == "首页"
    rows = [item for item in await house.rows("notice_edit", ids[1]) if item.named is not None]
    assert [(item.state, item.cause) for item in rows] == [(Sending.CANCELLED, "moot")]


async def test_what_was_changed_while_it_was_being_opened_reaches_the_message_too(
    house: NoticeOffice, head: Person
) -> None:
    notice_id, reader, line = await bundled(house, head)
    before = await notices.opening(house.db, line)
    assert before is not None
    place = house.shows(reader, Screen("8点停水"))
    await correct(house, head, notice_id, "9点停水")
    await house.deliver()
    assert house.text(reader, place) == "8点停水"
    await notices.note_opened(house.db, before, place, house.now)
    await notices.note_opened(house.db, before, place, house.now)
    assert len(await house.deliver()) == 1
    assert "9点停水" in (house.text(reader, place) or "")
    after = await notices.opening(house.db, line)
    assert after is not None
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    late = house.shows(reader, Screen("9点停水"))
    await notices.note_opened(house.db, after, late, house.now)
    await house.deliver()
    assert house.text(reader, late) is None


async def test_a_notice_that_was_recalled_is_opened_as_such_and_nothing_else_is_remembered(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    reader = (await house.staff(head))[0]
    await notices.recall(house.db, head, notice_id, house.place(head), house.now)
    await house.deliver()
    place = await house.opens(reader, notice_id)
    assert "已撤回" in (house.text(reader, place) or "")
    assert await house.db.read(lambda tx: tx.all("SELECT * FROM notice_copies")) == []


async def test_what_holds_no_notice_is_not_remembered_as_one(house: NoticeOffice, head: Person) -> None:
    await urgent(house, head)
    (request, *_) = await house.rows("notice_approval", 1)
    assert await notices.opening(house.db, request) is None


# to those who have not confirmed ---------------------------------------------------------------------------------


async def test_a_second_notice_goes_only_to_who_has_not_confirmed_the_first(house: NoticeOffice, head: Person) -> None:
    first = await house.send(head)
    await house.deliver()
    staff = await house.staff(head)
    for person in staff[:7]:
        await house.got(person, first)
    written = await house.write(head, "请看上一条")
    assert isinstance(written, Choosing)
    found = await notices.unheard(house.db, head, written.notice.id)
    assert [(notice.id, count) for notice, count in found] == [(first, 3)]
    preview = await notices.after(house.db, head, written.notice.id, first, house.now, house.timing)
    assert isinstance(preview, Preview)
    assert {person.id for person in preview.people} == {person.id for person in staff[7:]}
    widened = await notices.after(house.db, head, written.notice.id, 0, house.now, house.timing)
    assert isinstance(widened, Choosing)
    assert widened.here.count == 10


async def test_the_choice_of_who_has_not_confirmed_can_be_made_from_the_start(
    house: NoticeOffice, head: Person
) -> None:
    first = await house.send(head)
    for person in (await house.staff(head))[:4]:
        await house.got(person, first)
    written = await house.write(head, "再说一遍", unheard_of=first)
    assert isinstance(written, Choosing)
    assert written.here.count == 6
    assert written.unheard_of is not None


async def test_when_all_confirmed_there_is_nobody_to_write_to(house: NoticeOffice, head: Person) -> None:
    first = await house.send(head)
    for person in await house.staff(head):
        await house.got(person, first)
    written = await house.write(head)
    assert isinstance(written, Choosing)
    assert await notices.unheard(house.db, head, written.notice.id) == ()
    with pytest.raises(NobodyThere):
        await notices.after(house.db, head, written.notice.id, first, house.now, house.timing)


async def test_the_list_of_what_was_written_has_pages_and_the_office_sees_its_own_part(
    house: NoticeOffice, head: Person
) -> None:
    ids = [await house.send(head, f"通知{n}") for n in range(10)]
    await house.draft(head, "草稿")
    found, older = await notices.written(house.db, head, 0)
    assert len(found) == 8
    assert older is not None
    rest, end = await notices.written(house.db, head, older)
    assert [one.id for one in rest] == [ids[2], ids[1], ids[0]]
    assert end is None
    boss, other = await house.who(Role.OFFICE), await house.who(Role.STATION_HEAD, 1)
    assert State.DRAFT not in {one.state for one in (await notices.written(house.db, boss, 0))[0]}
    assert await notices.written(house.db, other, 0) == ((), None)
    with pytest.raises(NotForRole):
        await notices.written(house.db, await house.who(Role.COLLECTOR), 0)


# live cards ------------------------------------------------------------------------------------------------------


async def test_a_card_is_outdated_when_its_figures_changed_and_true_after_it_was_shown(
    house: NoticeOffice, head: Person
) -> None:
    notice_id = await house.send(head)
    assert await notices.outdated(house.db, house.now) == ()
    await house.deliver()
    (live,) = await notices.outdated(house.db, house.now)
    assert (live.place, live.card.figures.of(Fate.DELIVERED)) == (house.place(head), 10)
    await notices.note_shown(house.db, live)
    assert await notices.outdated(house.db, house.now) == ()
    await house.got((await house.staff(head))[0], notice_id)
    (live,) = await notices.outdated(house.db, house.now)
    assert live.card.figures.confirmed == 1
    assert await notices.still_shown(house.db, live)


async def test_a_message_that_shows_something_else_is_left_alone(house: NoticeOffice, head: Person) -> None:
    await house.send(head)
    await house.deliver()
    (live,) = await notices.outdated(house.db, house.now)
    await notices.leave(house.db, house.place(head))
    await notices.leave(house.db, house.place(head))
    assert not await notices.still_shown(house.db, live)
    assert await notices.outdated(house.db, house.now) == ()


async def test_a_card_opened_again_elsewhere_is_kept_current_there_alone(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await notices.card(house.db, head, notice_id, Place(1000 + head.id, 77))
    await house.deliver()
    assert [live.place.message_id for live in await notices.outdated(house.db, house.now)] == [77]


async def test_author_and_office_each_have_a_card(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    boss = await house.who(Role.OFFICE)
    await notices.card(house.db, boss, notice_id, house.place(boss))
    await house.deliver()
    assert {live.viewer.id for live in await notices.outdated(house.db, house.now)} == {head.id, boss.id}


async def test_who_may_not_see_it_any_more_has_no_card(house: NoticeOffice, head: Person) -> None:
    await house.send(head)
    await house.deliver()
    await house.db.write(
        lambda tx: people.change_person(tx, head, head.name, Role.COLLECTOR, head.unit.id, 1, house.now)
    )
    assert await notices.outdated(house.db, house.now) == ()
    assert await house.db.read(lambda tx: store.shown_of(tx, 1000 + head.id, 1)) is None


async def test_a_change_that_shows_nothing_new_is_noted_and_not_shown(house: NoticeOffice, head: Person) -> None:
    notice_id = await house.send(head)
    await house.deliver()
    (live,) = await notices.outdated(house.db, house.now)
    await notices.note_shown(house.db, live)
    await house.db.write(lambda tx: store.note_change(tx, notice_id))
    assert await notices.outdated(house.db, house.now) == ()
    shown = await house.db.read(lambda tx: store.shown_of(tx, 1000 + head.id, 1))
    assert shown is not None
    assert shown.pulse == (await house.notice(notice_id)).pulse


async def test_a_lost_message_has_no_card(house: NoticeOffice, head: Person) -> None:
    await house.send(head)
    await notices.lost(house.db, house.place(head))
    await house.deliver()
    assert await notices.outdated(house.db, house.now) == ()
