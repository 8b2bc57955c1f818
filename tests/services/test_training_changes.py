"""Changing sessions: exactly the affected are told, once; roll calls and what follows from them."""

from dataclasses import replace
from datetime import time

import pytest

from domain.clock import DAY, HOUR, MINUTE, local
from domain.dates import PastMoment
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item, Outcome, Post, State, settle
from domain.people import Person, Role
from domain.questions import Course
from domain.training import (
    ChangeLetter,
    Mark,
    NoDate,
    NothingComes,
    Overlap,
    OwnOverlap,
    Part,
    Session,
    TooEarly,
    Unchanged,
    WasHeld,
)
from services import training
from services.timing import Timing
from storage import audit, drafts, outbox, people
from storage import training as store
from storage.database import Database
from tests.conftest import NOW, TZ

TIMING = Timing(TZ, time(21), time(8))


async def somebody(db: Database, role: Role, batch: int | None = None) -> Person:
    everybody = await db.read(lambda tx: people.listed(tx, ""))
    return next(one for one in everybody if one.role is role and (batch is None or one.batch == batch))


async def dated(db: Database) -> Session:
    """The first session that is still to come."""
    sessions = await db.read(store.sessions)
    return min((s for s in sessions if s.starts_at and s.starts_at > NOW), key=lambda s: s.starts_at or 0)


async def change(db: Database, who: Person, session: Session, part: Part, text: str, now: int = NOW) -> None:
    await training.ask(db, who, session.id, part, f"1:{now}:{text}", now)
    draft = await db.read(lambda tx: drafts.awaiting(tx, who.id))
    assert draft is not None
    preview = await training.take(db, who, draft, text, now % 10**9, now, TIMING)
    await training.apply(db, who, preview.draft_id, now, TIMING)


def typed(moment: int) -> str:
    at = local(moment, TZ)
    return f"{at:%Y-%m-%d %H:%M}"


async def told(db: Database, session: Session, kind: str = "session_change") -> list[Item]:
    return list(await db.read(lambda tx: outbox.of_subject(tx, kind, session.id)))


async def test_moving_a_session_tells_exactly_the_affected_once_with_old_and_new(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.TIME, typed((session.starts_at or 0) + 7 * DAY))
    items = await told(loaded, session)
    affected = await loaded.read(lambda tx: store.receivers(tx, session.id))
    assert sorted(item.person_id for item in items) == sorted(affected)
    assert {item.due_at for item in items} == {NOW + MINUTE}
    one = await somebody(loaded, Role.COLLECTOR, session.batch)
    mine = next(item for item in items if item.person_id == one.id)
    letter = await training.change_letter(loaded, mine, one, NOW + MINUTE)
    assert letter is not None
    assert (letter.old.starts_at, letter.session.starts_at) == (session.starts_at, (session.starts_at or 0) + 7 * DAY)
    assert (letter.parts, letter.session.sequence) == ((Part.TIME,), session.sequence + 1)


async def test_moving_it_twice_within_a_minute_sends_one_message_with_the_first_old_and_the_last_new(
    loaded: Database,
) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.TIME, typed((session.starts_at or 0) + 7 * DAY))
    await change(loaded, office, session, Part.VENUE, "五楼", NOW + 30_000)
    items = await told(loaded, session)
    assert len(items) == len({item.person_id for item in items})
    one = await somebody(loaded, Role.COLLECTOR, session.batch)
    mine = next(item for item in items if item.person_id == one.id)
    letter = await training.change_letter(loaded, mine, one, NOW + MINUTE)
    assert letter is not None
    assert letter.parts == (Part.TIME, Part.VENUE)
    assert letter.old.venue == session.venue


async def test_moving_it_back_within_the_minute_says_nothing(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.VENUE, "五楼")
    await change(loaded, office, session, Part.VENUE, session.venue or "", NOW + 30_000)
    one = await somebody(loaded, Role.COLLECTOR, session.batch)
    mine = next(item for item in await told(loaded, session) if item.person_id == one.id)
    assert await training.change_letter(loaded, mine, one, NOW + MINUTE) is None


async def sent(db: Database, items: list[Item]) -> None:
    results = [settle(item, Outcome.SENT, NOW) for item in items]
    await db.write(lambda tx: outbox.settle(tx, results, NOW + MINUTE))


async def test_a_change_after_the_first_was_told_is_a_message_of_its_own(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.VENUE, "五楼")
    await sent(loaded, await told(loaded, session))
    await change(loaded, office, session, Part.VENUE, "六楼", NOW + 2 * MINUTE)
    affected = await loaded.read(lambda tx: store.receivers(tx, session.id))
    assert len(await told(loaded, session)) == 2 * len(affected)


async def test_whoever_is_held_over_night_gets_one_message_against_what_they_knew(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.VENUE, "五楼")
    items = await told(loaded, session)
    await sent(loaded, items[1:])
    await change(loaded, office, session, Part.VENUE, "六楼", NOW + 2 * HOUR)
    mine = [item for item in await told(loaded, session) if item.person_id == items[0].person_id]
    assert len(mine) == 1
    person = await loaded.read(lambda tx: people.person(tx, items[0].person_id))
    assert person is not None
    letter = await training.change_letter(loaded, mine[0], person, NOW + 3 * HOUR)
    assert isinstance(letter, ChangeLetter)
    assert (letter.old.venue, letter.session.venue) == (session.venue, "六楼")


async def test_the_organiser_is_told_of_the_duty_and_of_changes(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    other = await somebody(loaded, Role.TEAM_LEADER, 3 - session.batch)
    await change(loaded, office, session, Part.ORGANISER, other.staff_no)
    slots = await loaded.read(lambda tx: tx.all("SELECT slot FROM occurrences WHERE state = 'planned'"))
    assert "rollcall" in {row["slot"] for row in slots}
    duty = await told(loaded, session, "rollcall")
    assert [(item.person_id, dict(item.detail)) for item in duty] == [(other.id, {"assigned": True})]
    assert (await training.session(loaded, other, session.id)).organiser_id == other.id
    await change(loaded, office, session, Part.VENUE, "五楼", NOW + MINUTE)
    mine = [item for item in await told(loaded, session) if item.person_id == other.id]
    assert len(mine) == 1
    assert await training.change_letter(loaded, mine[0], other, NOW + 2 * MINUTE) is not None


async def test_what_was_known_can_be_undecided_again(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.TIME, "待定")
    await change(loaded, office, session, Part.LECTURER, "待定", NOW + 1)
    after = await loaded.read(lambda tx: store.session(tx, session.id))
    assert after is not None
    assert (after.starts_at, after.ends_at, after.lecturer) == (None, None, None)


async def test_cancelling_before_a_move_was_told_names_the_date_that_people_knew(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.TIME, typed((session.starts_at or 0) + 7 * DAY))
    await training.cancel(loaded, office, session.id, NOW + 30_000, TIMING)
    assert {item.state for item in await told(loaded, session)} == {State.CANCELLED}
    item = (await told(loaded, session, "session_cancelled"))[0]
    letter = await training.cancelled_letter(loaded, item, office, NOW + MINUTE)
    assert letter is not None
    assert letter.starts_at == session.starts_at


async def test_a_session_whose_roll_was_called_stays_as_it_was(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    await training.confirm(loaded, leader, session.id, start)
    office = await somebody(loaded, Role.OFFICE)
    with pytest.raises(WasHeld):
        await training.ask(loaded, office, session.id, Part.TIME, "1:9", start + HOUR)
    with pytest.raises(WasHeld):
        await training.cancel(loaded, office, session.id, start + HOUR, TIMING)


async def test_reminders_follow_the_date(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    to = (session.starts_at or 0) + 7 * DAY
    await change(loaded, office, session, Part.TIME, typed(to))
    rows = await loaded.read(
        lambda tx: tx.all(
            """SELECT o.slot, o.due_at FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
                WHERE s.kind = 'session' AND s.subject_id = :id AND o.state = 'planned' ORDER BY o.due_at""",
            id=session.id,
        )
    )
    assert [row["slot"] for row in rows] == ["week", "eve", "soon"]
    assert rows[2]["due_at"] == to - 2 * HOUR


async def test_cancelling_tells_the_affected_once_and_ends_the_reminders(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await training.cancel(loaded, office, session.id, NOW, TIMING)
    with pytest.raises(MovedOn):
        await training.cancel(loaded, office, session.id, NOW, TIMING)
    affected = await loaded.read(lambda tx: store.receivers(tx, session.id))
    assert len(await told(loaded, session, "session_cancelled")) == len(affected)
    planned = await loaded.read(
        lambda tx: tx.all(
            """SELECT 1 FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
                WHERE s.kind = 'session' AND s.subject_id = :id AND o.state = 'planned'""",
            id=session.id,
        )
    )
    assert planned == []


async def test_a_change_that_waits_is_not_told_once_the_session_is_cancelled(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.VENUE, "五楼")
    await training.cancel(loaded, office, session.id, NOW + 1, TIMING)
    assert {item.state for item in await told(loaded, session)} == {State.CANCELLED}


async def test_a_date_in_the_past_is_refused_with_the_nearest_that_would_do(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    with pytest.raises(PastMoment) as refused:
        await change(loaded, office, session, Part.TIME, typed(NOW - DAY))
    assert refused.value.values["nearest"] == "11-24 10:05"
    assert await loaded.read(lambda tx: store.session(tx, session.id)) == session


async def test_two_places_at_once_are_refused_and_somebody_is_named(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    sessions = await loaded.read(store.sessions)
    other = next(s for s in sessions if s.id != session.id and s.batch == session.batch and (s.starts_at or 0) > NOW)
    with pytest.raises(Overlap) as refused:
        await change(loaded, office, session, Part.TIME, typed((other.starts_at or 0) + HOUR))
    assert refused.value.values["course"] == other.course.title
    assert refused.value.values["name"]


async def test_an_end_may_be_typed_and_must_come_after_the_start(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.TIME, "2026-12-20 9:00-11:30")
    found = await loaded.read(lambda tx: store.session(tx, session.id))
    assert found is not None
    assert (found.ends_at or 0) - (found.starts_at or 0) == 2 * HOUR + 30 * MINUTE


async def test_the_same_value_is_no_change(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    with pytest.raises(Unchanged):
        await change(loaded, office, session, Part.VENUE, session.venue or "")


async def test_a_preview_of_a_session_that_changed_since_has_moved_on(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await training.ask(loaded, office, session.id, Part.VENUE, "1:1", NOW)
    draft = await loaded.read(lambda tx: drafts.awaiting(tx, office.id))
    assert draft is not None
    preview = await training.take(loaded, office, draft, "五楼", 5, NOW, TIMING)
    await loaded.write(lambda tx: store.change_session(tx, replace(session, lecturer="别人")))
    with pytest.raises(MovedOn):
        await training.apply(loaded, office, preview.draft_id, NOW, TIMING)


async def test_only_the_office_changes_sessions(loaded: Database) -> None:
    session = await dated(loaded)
    for role in (Role.COLLECTOR, Role.TEAM_LEADER, Role.STATION_HEAD, Role.BUREAU):
        who = await somebody(loaded, role)
        with pytest.raises(NotForRole):
            await training.ask(loaded, who, session.id, Part.TIME, f"1:{role}", NOW)
        with pytest.raises(NotForRole):
            await training.cancel(loaded, who, session.id, NOW, TIMING)


# roll calls ------------------------------------------------------------------------------------------------------


async def organised(db: Database) -> tuple[Session, Person, int]:
    """A session with an organiser, who they are, and its start."""
    office, session = await somebody(db, Role.OFFICE), await dated(db)
    leader = await somebody(db, Role.TEAM_LEADER)
    await change(db, office, session, Part.ORGANISER, leader.staff_no)
    return session, leader, session.starts_at or 0


async def test_a_roll_call_marks_the_exceptions_and_records_the_rest_as_present(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    listed = await loaded.read(lambda tx: store.receivers(tx, session.id))
    fresh = await training.roll(loaded, leader, session.id, 0, start)
    assert (fresh.marks, fresh.unmarked) == ({}, len(listed))
    await training.mark(loaded, leader, session.id, listed[0], Mark.LATE, 0, start)
    await training.mark(loaded, leader, session.id, listed[1], Mark.ABSENT, 0, start)
    called = await training.confirm(loaded, leader, session.id, start)
    assert (len(called.of(Mark.PRESENT)), len(called.of(Mark.LATE)), len(called.of(Mark.ABSENT))) == (
        len(listed) - 2,
        1,
        1,
    )
    again = await training.confirm(loaded, leader, session.id, start + HOUR)
    assert again.marks == called.marks


async def test_a_mark_pressed_twice_is_one_mark_and_can_be_taken_back(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    one = (await loaded.read(lambda tx: store.receivers(tx, session.id)))[0]
    for to, expected in ((Mark.LEAVE, {one: Mark.LEAVE}), (Mark.LEAVE, {one: Mark.LEAVE}), (None, {})):
        found = await training.mark(loaded, leader, session.id, one, to, 0, start)
        assert found.marks == expected


async def test_a_correction_is_audited_once(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    one = (await loaded.read(lambda tx: store.receivers(tx, session.id)))[0]
    await training.confirm(loaded, leader, session.id, start)
    for _ in range(2):
        found = await training.mark(loaded, leader, session.id, one, Mark.LATE, 0, start)
        assert found.marks[one] is Mark.LATE
    trail = await loaded.read(audit.trail)
    assert sum(row.verb == "training.roll_corrected" for row in trail) == 1


async def test_whoever_missed_it_is_offered_the_other_batchs_session(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    listed = await loaded.read(lambda tx: store.receivers(tx, session.id))
    sessions = await loaded.read(store.sessions)
    other = next(s for s in sessions if s.course.code is session.course.code and s.id != session.id)
    await loaded.write(
        lambda tx: store.change_session(tx, replace(other, starts_at=start + 2 * DAY, ends_at=start + 2 * DAY + HOUR))
    )
    await training.mark(loaded, leader, session.id, listed[0], Mark.ABSENT, 0, start)
    await training.confirm(loaded, leader, session.id, start)
    offers = await loaded.read(lambda tx: tx.all("SELECT id, person_id, offered_id, state FROM makeups"))
    assert [(row["person_id"], row["offered_id"], row["state"]) for row in offers] == [(listed[0], other.id, "offered")]
    person = await loaded.read(lambda tx: people.person(tx, listed[0]))
    assert person is not None
    made, _, _ = await training.answer(loaded, person, offers[0]["id"], start + HOUR, TZ, accept=True)
    assert made.state == "accepted"
    assert listed[0] in await loaded.read(lambda tx: store.receivers(tx, other.id))
    assert other.id in {s.id for s in await training.sessions_of(loaded, person, start)}


async def test_without_another_date_the_office_has_them_on_its_list(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    listed = await loaded.read(lambda tx: store.receivers(tx, session.id))
    other = next(
        s for s in await loaded.read(store.sessions) if s.course.code is session.course.code and s.id != session.id
    )
    await loaded.write(lambda tx: store.change_session(tx, replace(other, starts_at=None, ends_at=None)))
    await training.mark(loaded, leader, session.id, listed[0], Mark.LEAVE, 0, start)
    await training.confirm(loaded, leader, session.id, start)
    office = await somebody(loaded, Role.OFFICE)
    assert [one.person.id for one in await training.unplaced(loaded, office)] == [listed[0]]
    await training.mark(loaded, leader, session.id, listed[0], None, 0, start)
    assert await training.unplaced(loaded, office) == ()


async def missed_with_another_to_come(loaded: Database) -> tuple[Session, Session, Person, int]:
    """A called session, another of its course two days later, somebody who was offered it, and the offer's id."""
    session, leader, start = await organised(loaded)
    sessions = await loaded.read(store.sessions)
    other = next(s for s in sessions if s.course.code is session.course.code and s.id != session.id)
    later = replace(other, starts_at=start + 2 * DAY, ends_at=start + 2 * DAY + HOUR)
    await loaded.write(lambda tx: store.change_session(tx, later))
    listed = await loaded.read(lambda tx: store.attendants(tx, session.id))
    await training.mark(loaded, leader, session.id, listed[0].id, Mark.ABSENT, 0, start)
    await training.confirm(loaded, leader, session.id, start)
    rows = await loaded.read(lambda tx: tx.all("SELECT id FROM makeups"))
    return session, replace(later, sequence=later.sequence + 1), listed[0], rows[0]["id"]


async def test_an_offer_that_overlaps_names_the_other_session(loaded: Database) -> None:
    session, other, person, makeup_id = await missed_with_another_to_come(loaded)
    mine = next(s for s in await loaded.read(lambda tx: store.sessions(tx, person.batch)) if s.id != session.id)
    await loaded.write(
        lambda tx: store.change_session(tx, replace(mine, starts_at=other.starts_at, ends_at=other.ends_at))
    )
    with pytest.raises(Overlap) as refused:
        await training.answer(loaded, person, makeup_id, session.ends_at or 0, TZ, accept=True)
    assert refused.value.values["course"] == mine.course.title
    assert str(refused.value.values["when"]).endswith(f"{local(other.starts_at or 0, TZ):%H:%M}")


async def test_cancelling_what_was_offered_puts_people_back_on_the_list(loaded: Database) -> None:
    session, other, person, makeup_id = await missed_with_another_to_come(loaded)
    await training.answer(loaded, person, makeup_id, session.ends_at or 0, TZ, accept=True)
    office = await somebody(loaded, Role.OFFICE)
    await training.cancel(loaded, office, other.id, (session.ends_at or 0), TIMING)
    assert person.id in {item.person_id for item in await told(loaded, other, "session_cancelled")}
    assert [one.person.id for one in await training.unplaced(loaded, office)] == [person.id]


async def test_whoever_waits_is_offered_the_first_session_that_gets_a_date(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    other = next(
        s for s in await loaded.read(store.sessions) if s.course.code is session.course.code and s.id != session.id
    )
    await loaded.write(lambda tx: store.change_session(tx, replace(other, starts_at=None, ends_at=None)))
    listed = await loaded.read(lambda tx: store.receivers(tx, session.id))
    await training.mark(loaded, leader, session.id, listed[0], Mark.ABSENT, 0, start)
    await training.confirm(loaded, leader, session.id, start)
    office = await somebody(loaded, Role.OFFICE)
    await change(loaded, office, other, Part.TIME, typed(start + 20 * DAY), start + HOUR)
    rows = await loaded.read(lambda tx: tx.all("SELECT offered_id, state FROM makeups"))
    assert [(row["offered_id"], row["state"]) for row in rows] == [(other.id, "offered")]


async def test_who_waits_for_another_course_is_left_alone(loaded: Database) -> None:
    session, _, person, makeup_id = await missed_with_another_to_come(loaded)
    at, office = session.ends_at or 0, await somebody(loaded, Role.OFFICE)
    await training.answer(loaded, person, makeup_id, at, TZ, accept=False)
    undated = next(s for s in await loaded.read(store.sessions) if s.starts_at is None)
    await change(loaded, office, undated, Part.TIME, typed(at + 20 * DAY), at)
    assert [one.makeup.state for one in await training.unplaced(loaded, office)] == ["declined"]


async def test_only_the_organiser_and_the_office_call_the_roll_and_not_before_its_time(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    with pytest.raises(NotYours):
        await training.roll(loaded, await somebody(loaded, Role.COLLECTOR), session.id, 0, start)
    with pytest.raises(NotYours):
        await training.roll(loaded, await somebody(loaded, Role.STATION_HEAD), session.id, 0, start)
    with pytest.raises(TooEarly):
        await training.roll(loaded, leader, session.id, 0, start - HOUR)
    await training.roll(loaded, await somebody(loaded, Role.OFFICE), session.id, 0, start)


async def test_the_office_offers_somebody_on_its_list_the_next_session(loaded: Database) -> None:
    session, other, person, makeup_id = await missed_with_another_to_come(loaded)
    at, office = session.ends_at or 0, await somebody(loaded, Role.OFFICE)
    made, _, _ = await training.answer(loaded, person, makeup_id, at, TZ, accept=False)
    assert made.state == "declined"
    assert [one.makeup.state for one in await training.unplaced(loaded, office)] == ["declined"]
    for _ in range(2):
        assert await training.offer_again(loaded, office, makeup_id, at + 1) == ()
    items = await told_of(loaded, "makeup", makeup_id)
    assert [item.person_id for item in items] == [person.id, person.id]
    assert await training.makeup_letter(loaded, items[-1], person, at + 2) is not None
    assert await training.makeup_letter(loaded, items[-1], person, other.starts_at or 0) is None
    await training.answer(loaded, person, makeup_id, at + 3, TZ, accept=True)
    assert await training.makeup_letter(loaded, items[-1], person, at + 4) is None
    with pytest.raises(NotFound):
        await training.offer_again(loaded, office, 99, at)
    with pytest.raises(NotForRole):
        await training.unplaced(loaded, person)


async def told_of(db: Database, kind: str, subject_id: int) -> list[Item]:
    return list(await db.read(lambda tx: outbox.of_subject(tx, kind, subject_id)))


async def test_without_a_dated_session_nothing_can_be_offered(loaded: Database) -> None:
    session, other, person, makeup_id = await missed_with_another_to_come(loaded)
    at, office = session.ends_at or 0, await somebody(loaded, Role.OFFICE)
    await training.answer(loaded, person, makeup_id, at, TZ, accept=False)
    with pytest.raises(NothingComes):
        await training.offer_again(loaded, office, makeup_id, other.ends_at or 0)


async def test_an_offer_is_ones_own_and_open_until_it_begins(loaded: Database) -> None:
    session, other, person, makeup_id = await missed_with_another_to_come(loaded)
    at, office = session.ends_at or 0, await somebody(loaded, Role.OFFICE)
    with pytest.raises(NotYours):
        await training.answer(loaded, office, makeup_id, at, TZ, accept=True)
    with pytest.raises(MovedOn):
        await training.answer(loaded, person, makeup_id, other.starts_at or 0, TZ, accept=True)
    with pytest.raises(NotFound):
        await training.answer(loaded, person, 99, at, TZ, accept=True)
    await training.answer(loaded, person, makeup_id, at, TZ, accept=True)
    made, _, _ = await training.answer(loaded, person, makeup_id, at, TZ, accept=False)
    assert made.state == "accepted"


async def test_an_organiser_who_is_elsewhere_is_refused(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    other = next(s for s in await loaded.read(lambda tx: store.sessions(tx, 3 - session.batch)) if s.starts_at)
    same = replace(other, starts_at=session.starts_at, ends_at=session.ends_at)
    await loaded.write(lambda tx: store.change_session(tx, same))
    busy = await somebody(loaded, Role.TEAM_LEADER, other.batch)
    with pytest.raises(OwnOverlap) as refused:
        await change(loaded, office, session, Part.ORGANISER, busy.staff_no)
    assert refused.value.values["name"] == busy.name


async def test_the_office_may_organise_itself_and_is_told_nothing(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await change(loaded, office, session, Part.ORGANISER, office.staff_no)
    assert await told(loaded, session, "rollcall") == []


async def test_a_form_takes_a_message_once_and_only_while_it_is_open(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await training.ask(loaded, office, session.id, Part.VENUE, "1:1", NOW)
    draft = await loaded.read(lambda tx: drafts.awaiting(tx, office.id))
    assert draft is not None
    with pytest.raises(MovedOn):
        await training.apply(loaded, office, draft.id, NOW, TIMING)
    await training.take(loaded, office, draft, "五楼", 5, NOW, TIMING)
    again = await training.take(loaded, office, draft, "六楼", 5, NOW, TIMING)
    assert again.after.venue == "五楼"
    await training.apply(loaded, office, draft.id, NOW, TIMING)
    for late in (
        training.apply(loaded, office, draft.id, NOW, TIMING),
        training.take(loaded, office, draft, "七楼", 6, NOW, TIMING),
    ):
        with pytest.raises(MovedOn):
            await late


async def test_a_preview_of_something_that_changed_since_is_not_applied(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    await training.ask(loaded, office, session.id, Part.VENUE, "1:1", NOW)
    draft = await loaded.read(lambda tx: drafts.awaiting(tx, office.id))
    assert draft is not None
    await training.take(loaded, office, draft, "五楼", 5, NOW, TIMING)
    await loaded.write(lambda tx: store.change_session(tx, replace(session, lecturer="别人")))
    with pytest.raises(MovedOn):
        await training.apply(loaded, office, draft.id, NOW, TIMING)


async def test_a_new_session_is_made_once_and_has_no_date_yet(loaded: Database) -> None:
    office = await somebody(loaded, Role.OFFICE)
    assert len(await training.courses(loaded, office)) == 4
    made = await training.create(loaded, office, Course.LAWS, 2, "1:1:1", NOW)
    assert (made.starts_at, made.batch, made.course.code) == (None, 2, Course.LAWS)
    assert (await training.create(loaded, office, Course.LAWS, 2, "1:1:1", NOW)).id == made.id
    await loaded.write(lambda tx: tx.run("DELETE FROM sessions WHERE course_code = 'ethics'"))
    await loaded.write(lambda tx: tx.run("DELETE FROM courses WHERE code = 'ethics'"))
    with pytest.raises(NotFound):
        await training.create(loaded, office, Course.ETHICS, 2, "1:1:2", NOW)
    cancelled = await training.cancel(loaded, office, made.id, NOW, TIMING)
    assert cancelled.told == 0
    for id_ in (made.id, 99):
        with pytest.raises((MovedOn, NotFound)):
            await training.may_cancel(loaded, office, id_)


async def test_cancelling_asks_first_and_says_how_many_are_told(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    shown, count = await training.may_cancel(loaded, office, session.id)
    assert (shown, count) == (session, len(await loaded.read(lambda tx: store.receivers(tx, session.id))))


async def test_messages_are_moot_when_there_is_nothing_to_say_any_more(loaded: Database) -> None:
    office, session = await somebody(loaded, Role.OFFICE), await dated(loaded)
    one = await somebody(loaded, Role.COLLECTOR, session.batch)
    other = await somebody(loaded, Role.COLLECTOR, 3 - session.batch)
    await change(loaded, office, session, Part.VENUE, "五楼")
    item = (await told(loaded, session))[0]
    assert await training.change_letter(loaded, item, other, NOW) is None
    assert await training.change_letter(loaded, item, one, session.ends_at or 0) is None
    assert await training.cancelled_letter(loaded, item, one, NOW) is None
    await training.cancel(loaded, office, session.id, NOW + 2 * MINUTE, TIMING)
    assert await training.change_letter(loaded, item, one, NOW) is None
    gone = (await told(loaded, session, "session_cancelled"))[0]
    assert await training.cancelled_letter(loaded, gone, one, session.ends_at or 0) is None


async def test_the_organiser_is_reminded_until_the_roll_is_called_or_it_moves(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    key = f"rollcall:{session.id}"
    post = Post(key, "rollcall", leader.id, session.id, start, {"starts_at": session.starts_at})
    await loaded.write(lambda tx: outbox.add(tx, [post], start))
    item = (await told(loaded, session, "rollcall"))[-1]
    assert await training.roll_letter(loaded, item, leader, start) is not None
    assert await training.roll_letter(loaded, replace(item, detail={"starts_at": 1}), leader, start) is None
    assert await training.roll_letter(loaded, item, await somebody(loaded, Role.OFFICE), start) is None
    await training.confirm(loaded, leader, session.id, start)
    assert await training.roll_letter(loaded, item, leader, start) is None


async def test_whoever_was_noted_absent_and_came_has_nothing_to_make_up(loaded: Database) -> None:
    session, _, person, makeup_id = await missed_with_another_to_come(loaded)
    office, at = await somebody(loaded, Role.OFFICE), session.ends_at or 0
    await training.mark(loaded, office, session.id, person.id, Mark.LEAVE, 0, at)
    assert len(await told_of(loaded, "makeup", makeup_id)) == 1
    await training.mark(loaded, office, session.id, person.id, None, 0, at)
    assert await loaded.read(lambda tx: store.makeup(tx, makeup_id)) is None


async def test_the_roll_needs_a_date_and_people_whom_it_concerns(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    office = await somebody(loaded, Role.OFFICE)
    other = await somebody(loaded, Role.COLLECTOR, 3 - session.batch)
    with pytest.raises(NotYours):
        await training.mark(loaded, leader, session.id, other.id, Mark.LATE, 0, start)
    undated = next(s for s in await loaded.read(store.sessions) if s.starts_at is None)
    with pytest.raises(NoDate):
        await training.roll(loaded, office, undated.id, 0, start)
    with pytest.raises(NotFound):
        await training.roll(loaded, office, 99, 0, start)


async def test_who_has_left_can_do_nothing(loaded: Database) -> None:
    session, leader, start = await organised(loaded)
    await loaded.write(lambda tx: people.leave(tx, leader.id, NOW))
    with pytest.raises(NotForRole):
        await training.roll(loaded, leader, session.id, 0, start)
