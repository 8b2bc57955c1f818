"""Occurrences: planned from dates, expanded once, missed aloud."""

from collections.abc import Sequence
from datetime import date

from domain.clock import DAY, HOUR
from domain.outbox import Post
from domain.schedules import Occurrence, Planned
from services import sample
from services.schedules import expand_due, plan
from storage import outbox, people
from storage.database import Connection, Database
from tests.conftest import NOW, TZ

DAY_OF = date(2026, 11, 25)


def planned(slot: str = "eve", due: int = NOW + HOUR, day: date = DAY_OF) -> Planned:
    return Planned(day, slot, due, due + HOUR)


async def set_plan(db: Database, *what: Planned, now: int = NOW) -> None:
    await db.write(lambda tx: plan(tx, "session", 1, what, now))


async def states(db: Database) -> list[tuple[str, str]]:
    """What the test planned: occurrences of session 1."""
    rows = await db.read(
        lambda tx: tx.all(
            """SELECT o.slot, o.state FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
                WHERE s.kind = 'session' AND s.subject_id = 1 ORDER BY o.due_at"""
        )
    )
    return [(row["slot"], row["state"]) for row in rows]


async def tell_one(_tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    return [Post(f"{occurrence.kind}:{occurrence.slot}:{occurrence.local_date}", "session", 1, 1, now)]


async def tick(db: Database, now: int) -> tuple[int, int, int]:
    done = await expand_due(db, {"session": tell_one}, now)
    return done.expanded, done.missed, done.posts


async def messages(db: Database) -> list[str]:
    return [item.key for item in await db.read(lambda tx: outbox.of_subject(tx, "session", 1))]


async def test_what_is_due_is_expanded_once_however_often_the_tick_comes(db: Database) -> None:
    await sample.load(db, NOW, TZ)
    await set_plan(db, planned())
    assert await tick(db, NOW) == (0, 0, 0)
    assert await tick(db, NOW + HOUR) == (1, 0, 1)
    assert await tick(db, NOW + HOUR) == (0, 0, 0)
    assert await messages(db) == ["session:eve:2026-11-25"]


async def test_a_date_that_moves_cancels_the_old_and_plans_the_new(db: Database) -> None:
    await set_plan(db, planned("eve"), planned("soon", NOW + 2 * HOUR))
    await set_plan(db, planned("eve", NOW + DAY, date(2026, 11, 26)))
    assert await states(db) == [("eve", "cancelled"), ("soon", "cancelled"), ("eve", "planned")]


async def test_a_date_that_moves_back_repeats_no_reminder(db: Database) -> None:
    await sample.load(db, NOW, TZ)
    await set_plan(db, planned())
    await tick(db, NOW + HOUR)
    await set_plan(db, planned(due=NOW + DAY, day=date(2026, 11, 26)), now=NOW + HOUR)
    await set_plan(db, planned(due=NOW + 3 * HOUR), now=NOW + HOUR)
    assert await tick(db, NOW + 4 * HOUR) == (0, 0, 0)
    assert len(await messages(db)) == 1


async def test_nothing_is_planned_for_the_past(db: Database) -> None:
    await set_plan(db, planned(due=NOW - 1), planned("soon"))
    assert await states(db) == [("soon", "planned")]


async def test_planning_again_after_an_outage_keeps_what_waits_for_a_tick(db: Database) -> None:
    await sample.load(db, NOW, TZ)
    await set_plan(db, planned())
    await set_plan(db, planned(), now=NOW + HOUR + 1)
    assert await tick(db, NOW + HOUR + 1) == (1, 0, 1)


async def test_what_is_moved_into_the_past_is_not_sent(db: Database) -> None:
    await set_plan(db, planned())
    await set_plan(db, planned(due=NOW - HOUR), now=NOW + 1)
    assert await states(db) == [("eve", "cancelled")]


async def test_what_comes_late_within_its_window_says_so(db: Database) -> None:
    await sample.load(db, NOW, TZ)
    await set_plan(db, planned())
    assert await tick(db, NOW + HOUR + HOUR // 2) == (1, 0, 1)
    (item,) = await db.read(lambda tx: outbox.of_subject(tx, "session", 1))
    assert item.late


async def test_what_comes_too_late_is_audited_and_the_office_is_told_once(db: Database) -> None:
    await sample.load(db, NOW, TZ)
    await set_plan(db, planned())
    assert await tick(db, NOW + DAY) == (0, 1, 0)
    assert await tick(db, NOW + DAY) == (0, 0, 0)
    told = await db.read(lambda tx: tx.all("SELECT person_id FROM outbox WHERE kind = 'missed'"))
    office = [p for p in await db.read(lambda tx: people.listed(tx, "")) if p.role == "office"]
    assert {row["person_id"] for row in told} == {person.id for person in office}
    audit = await db.read(lambda tx: tx.all("SELECT target FROM audit WHERE verb = 'schedule.missed'"))
    assert [row["target"] for row in audit] == ["session:1"]


async def test_an_occurrence_that_fails_holds_up_no_other_and_is_tried_again(db: Database) -> None:
    await sample.load(db, NOW, TZ)
    await set_plan(db, planned(), planned("soon", NOW + HOUR + 1))
    failing = True

    async def sometimes(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
        if failing and occurrence.slot == "eve":
            raise RuntimeError("a bug")
        return await tell_one(tx, occurrence, now)

    done = await expand_due(db, {"session": sometimes}, NOW + HOUR + 1)
    assert (done.expanded, await states(db)) == (1, [("eve", "planned"), ("soon", "expanded")])
    failing = False
    assert (await expand_due(db, {"session": sometimes}, NOW + HOUR + 1)).expanded == 1
