"""Splitting, placing, swapping and the coverage table on the sample office."""

import io
from dataclasses import replace

import openpyxl
import pytest

from content.coverage_table import PEOPLE_SHEET, TEAMS_SHEET
from domain.clock import HOUR, MINUTE
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item
from domain.people import Person, Role
from domain.training import Mark, Session
from domain.training.splitting import TRAINED
from domain.training.swapping import AlreadySwapping, Batches, NoBatch, SameBatch, Swap, SwapState
from services import training
from services.training import covering, splitting, swapping
from storage import audit, outbox, people
from storage import training as store
from storage.database import Database
from tests.conftest import NOW, TZ


async def everybody(db: Database) -> list[Person]:
    return list(await db.read(lambda tx: people.listed(tx, "")))


async def somebody(db: Database, role: Role) -> Person:
    return next(one for one in await everybody(db) if one.role is role)


async def again(db: Database, one: Person) -> Person:
    found = await db.read(lambda tx: people.person(tx, one.id))
    assert found is not None
    return found


async def told(db: Database, kind: str, subject_id: int) -> list[Item]:
    return list(await db.read(lambda tx: outbox.of_subject(tx, kind, subject_id)))


async def set_batch(db: Database, one: Person, batch: int | None) -> None:
    await db.write(lambda tx: tx.run("UPDATE people SET batch = :batch WHERE id = :id", batch=batch, id=one.id))


# splitting -------------------------------------------------------------------------------------------------------


async def test_a_confirmed_split_halves_every_team_and_tells_only_who_moved(loaded: Database) -> None:
    boss = await somebody(loaded, Role.OFFICE)
    for one in await everybody(loaded):
        if one.role is Role.COLLECTOR:
            await set_batch(loaded, one, 1)
    proposed = (await splitting.propose(loaded, boss)).split
    assert proposed.moves
    done = await splitting.apply(loaded, boss, proposed.mark, NOW)
    assert (done.done, done.stale) == (True, False)
    posts = await told(loaded, "session_change", 0)
    assert sorted(item.person_id for item in posts) == sorted(move.person.id for move in proposed.moves)
    for team in proposed.teams:
        own = [one.batch for one in await everybody(loaded) if one.unit == team.unit and one.role in TRAINED]
        assert (own.count(1), own.count(2)) == (team.first, team.second)
    moved = await again(loaded, proposed.moves[0].person)
    mine = next(item for item in posts if item.person_id == moved.id)
    letter = await training.change_letter(loaded, mine, moved, NOW + MINUTE)
    assert isinstance(letter, Batches)
    assert letter.batch == proposed.moves[0].to
    assert {one.batch for one in letter.sessions} == {letter.batch}


async def test_a_split_confirmed_twice_or_late_changes_nothing(loaded: Database) -> None:
    boss, one = await somebody(loaded, Role.OFFICE), await somebody(loaded, Role.COLLECTOR)
    await set_batch(loaded, one, None)
    proposed = (await splitting.propose(loaded, boss)).split
    assert (await splitting.apply(loaded, boss, "00000000", NOW)).stale
    await splitting.apply(loaded, boss, proposed.mark, NOW)
    count = len(await told(loaded, "session_change", 0))
    assert (await splitting.apply(loaded, boss, proposed.mark, NOW + 1)).stale
    assert len(await told(loaded, "session_change", 0)) == count


async def test_whoever_is_back_in_the_old_batch_within_the_minute_is_told_nothing(loaded: Database) -> None:
    boss, one = await somebody(loaded, Role.OFFICE), await somebody(loaded, Role.COLLECTOR)
    await set_batch(loaded, one, None)
    await splitting.place(loaded, boss, one.id, 2, NOW)
    await set_batch(loaded, one, None)
    await splitting.place(loaded, boss, one.id, 1, NOW + 1)
    (item,) = await told(loaded, "session_change", 0)
    assert await training.change_letter(loaded, item, replace(one, batch=None), NOW + MINUTE) is None
    letter = await training.change_letter(loaded, item, replace(one, batch=1), NOW + MINUTE)
    assert isinstance(letter, Batches)


async def test_who_is_in_no_batch_is_listed_and_placed_once(loaded: Database) -> None:
    boss, one = await somebody(loaded, Role.OFFICE), await somebody(loaded, Role.COLLECTOR)
    await set_batch(loaded, one, None)
    assert [person.id for person in await splitting.without_batch(loaded, boss)] == [one.id]
    assert await splitting.place(loaded, boss, one.id, 2, NOW) == ()
    assert await splitting.place(loaded, boss, one.id, 2, NOW + 1) == ()
    with pytest.raises(MovedOn):
        await splitting.place(loaded, boss, one.id, 1, NOW + 2)
    with pytest.raises(NotFound):
        await splitting.place(loaded, boss, boss.id, 1, NOW + 2)
    assert (await again(loaded, one)).batch == 2


async def test_only_the_office_splits_and_places(loaded: Database) -> None:
    head = await somebody(loaded, Role.STATION_HEAD)
    for call in (
        splitting.propose(loaded, head),
        splitting.apply(loaded, head, "00000000", NOW),
        splitting.without_batch(loaded, head),
        splitting.place(loaded, head, head.id, 1, NOW),
    ):
        with pytest.raises(NotForRole):
            await call


# swapping --------------------------------------------------------------------------------------------------------


async def pair(db: Database, *, same_team: bool) -> tuple[Person, Person]:
    """Two collectors of different batches, in one team or in two teams of one station."""
    listed = [one for one in await everybody(db) if one.role is Role.COLLECTOR]
    return next(
        (one, other)
        for one in listed
        for other in listed
        if (one.batch, other.batch) == (1, 2)
        and ((one.unit == other.unit) if same_team else (one.station == other.station and one.unit != other.unit))
    )


async def agreed(db: Database, *, same_team: bool = True) -> tuple[Swap, Person, Person]:
    asker, other = await pair(db, same_team=same_team)
    swap = await swapping.ask(db, asker, other.id, "1:1:1", NOW)
    return await swapping.answer(db, other, swap.id, NOW + 1, agree=True), asker, other


async def leader_of(db: Database, one: Person) -> Person:
    return next(p for p in await everybody(db) if p.role is Role.TEAM_LEADER and p.unit == one.unit)


async def test_one_leader_of_both_approves_once_and_the_two_change_places(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded)
    leader = await leader_of(loaded, asker)
    assert {item.person_id for item in await told(loaded, "swap_ask", swap.id)} == {other.id, leader.id}
    assert [one.id for one in await swapping.to_decide(loaded, leader)] == [swap.id]
    done = await swapping.decide(loaded, leader, swap.id, NOW + 2, approve=True)
    assert done.state is SwapState.DONE
    assert ((await again(loaded, asker)).batch, (await again(loaded, other)).batch) == (2, 1)
    answers = await told(loaded, "swap_answer", swap.id)
    assert {item.person_id for item in answers} == {asker.id, other.id}
    mine = next(item for item in answers if item.person_id == asker.id)
    letter = await swapping.answer_letter(loaded, mine, await again(loaded, asker), NOW + 3)
    assert letter is not None
    assert {one.batch for one in letter.sessions} == {2}


async def test_two_sides_need_a_leader_each(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded, same_team=False)
    first, second = await leader_of(loaded, asker), await leader_of(loaded, other)
    half = await swapping.decide(loaded, first, swap.id, NOW + 2, approve=True)
    assert (half.state, half.asker_by is not None, half.colleague_by) == (SwapState.AGREED, True, None)
    assert await swapping.to_decide(loaded, first) == ()
    again_ = await swapping.decide(loaded, first, swap.id, NOW + 3, approve=True)
    assert again_.state is SwapState.AGREED
    assert (await swapping.decide(loaded, second, swap.id, NOW + 4, approve=True)).state is SwapState.DONE


async def test_nobody_sees_or_asks_people_of_another_station(loaded: Database) -> None:
    asker, _ = await pair(loaded, same_team=True)
    assert {one.station for one in (await swapping.choose(loaded, asker, 0)).people} == {asker.station}
    far = next(p for p in await everybody(loaded) if p.role is Role.COLLECTOR and p.station != asker.station)
    with pytest.raises(NotYours):
        await swapping.ask(loaded, asker, far.id, "1:1:9", NOW)


async def test_a_request_whose_batches_changed_meanwhile_stands_in_nobodys_way(loaded: Database) -> None:
    asker, other = await pair(loaded, same_team=True)
    stale = await swapping.ask(loaded, asker, other.id, "1:1:1", NOW)
    await loaded.write(lambda tx: tx.run("UPDATE people SET batch = 1 WHERE id = :id", id=other.id))
    third = next(
        p
        for p in await everybody(loaded)
        if p.role is Role.COLLECTOR and p.station == asker.station and p.batch == 2 and p.id != other.id
    )
    fresh = await swapping.ask(loaded, asker, third.id, "1:1:2", NOW + 1)
    assert fresh.state is SwapState.ASKED
    rows = await loaded.read(lambda tx: tx.all("SELECT state FROM swaps WHERE id = :id", id=stale.id))
    assert [row["state"] for row in rows] == ["moot"]


async def test_of_two_leaders_the_first_wins_and_the_second_sees_what_came_of_it(loaded: Database) -> None:
    swap, asker, _ = await agreed(loaded)
    leader, head = await leader_of(loaded, asker), await somebody(loaded, Role.OFFICE)
    assert (await swapping.decide(loaded, leader, swap.id, NOW + 2, approve=False)).state is SwapState.REFUSED
    assert (await swapping.decide(loaded, head, swap.id, NOW + 2, approve=True)).state is SwapState.REFUSED
    assert (await again(loaded, asker)).batch == asker.batch
    assert len(await told(loaded, "swap_answer", swap.id)) == 2


async def test_neither_a_party_nor_another_stations_head_decides(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded)
    for one in (asker, other):
        assert (await swapping.decide(loaded, one, swap.id, NOW, approve=True)).state is SwapState.AGREED
    heads = [one for one in await everybody(loaded) if one.role is Role.STATION_HEAD]
    stranger = next(one for one in heads if one.station != asker.station)
    with pytest.raises(NotYours):
        await swapping.decide(loaded, stranger, swap.id, NOW, approve=True)
    with pytest.raises(NotYours):
        await swapping.look(loaded, stranger, swap.id)


async def test_a_colleague_who_declines_ends_it_and_an_answer_counts_once(loaded: Database) -> None:
    asker, other = await pair(loaded, same_team=True)
    swap = await swapping.ask(loaded, asker, other.id, "1:1:1", NOW)
    assert (await swapping.answer(loaded, other, swap.id, NOW, agree=False)).state is SwapState.DECLINED
    assert (await swapping.answer(loaded, other, swap.id, NOW, agree=True)).state is SwapState.DECLINED
    assert [item.person_id for item in await told(loaded, "swap_answer", swap.id)] == [asker.id]


async def test_withdrawing_stops_what_is_not_sent_and_a_replayed_request_asks_nobody_again(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded)
    assert (await swapping.withdraw(loaded, asker, swap.id, NOW + 2)).state is SwapState.WITHDRAWN
    for item in await told(loaded, "swap_ask", swap.id):
        assert item.state == "cancelled"
    assert [item.person_id for item in await told(loaded, "swap_answer", swap.id)] == [other.id]
    assert (await swapping.ask(loaded, asker, other.id, "1:1:1", NOW + 3)).state is SwapState.WITHDRAWN
    assert (await swapping.withdraw(loaded, asker, swap.id, NOW + 4)).state is SwapState.WITHDRAWN


async def test_one_request_at_a_time(loaded: Database) -> None:
    asker, other = await pair(loaded, same_team=True)
    third = next(
        one for one in await everybody(loaded) if one.role is Role.COLLECTOR and one.batch == 1 and one.id != asker.id
    )
    swap = await swapping.ask(loaded, asker, other.id, "1:1:1", NOW)
    for caller, colleague, name in ((asker, other, asker.name), (third, other, other.name)):
        with pytest.raises(AlreadySwapping) as refused:
            await swapping.ask(loaded, caller, colleague.id, f"9:{caller.id}", NOW)
        assert refused.value.values == {"name": name}
    assert (await swapping.choose(loaded, asker, 0)).open_swap == swap


async def test_who_cannot_swap_is_told_why(loaded: Database) -> None:
    asker, _ = await pair(loaded, same_team=True)
    mate = next(one for one in await everybody(loaded) if one.batch == 1 and one.id != asker.id)
    with pytest.raises(SameBatch):
        await swapping.ask(loaded, asker, mate.id, "1:1", NOW)
    boss = await somebody(loaded, Role.OFFICE)
    for call in (swapping.choose(loaded, boss, 0), swapping.ask(loaded, boss, mate.id, "1:3", NOW)):
        with pytest.raises(NotForRole):
            await call
    for missing in (swapping.ask(loaded, asker, 999, "1:4", NOW), swapping.look(loaded, asker, 999)):
        with pytest.raises(NotFound):
            await missing
    await set_batch(loaded, asker, None)
    with pytest.raises(NoBatch):
        await swapping.ask(loaded, asker, mate.id, "1:2", NOW)


async def test_a_request_is_void_once_the_batches_changed(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded)
    await set_batch(loaded, other, 1)
    leader = await leader_of(loaded, asker)
    assert (await swapping.decide(loaded, leader, swap.id, NOW, approve=True)).state is SwapState.MOOT
    await set_batch(loaded, other, 2)
    swap = await swapping.ask(loaded, asker, other.id, "1:2:2", NOW)
    await set_batch(loaded, other, 1)
    assert (await swapping.answer(loaded, other, swap.id, NOW, agree=True)).state is SwapState.MOOT


async def held(db: Database) -> tuple[Session, int]:
    """The first dated session of batch 1, its roll called with everybody there; when that was."""
    sessions = await db.read(lambda tx: store.sessions(tx, 1))
    session = min((s for s in sessions if (s.starts_at or 0) > NOW), key=lambda s: s.starts_at or 0)
    at = session.ends_at or 0
    await training.confirm(db, await somebody(db, Role.OFFICE), session.id, at)
    return session, at


async def test_a_course_that_the_new_batch_has_behind_it_is_made_up_for(loaded: Database) -> None:
    session, at = await held(loaded)
    swap, asker, other = await agreed(loaded)
    await swapping.decide(loaded, await leader_of(loaded, asker), swap.id, at + HOUR, approve=True)
    rows = await loaded.read(lambda tx: tx.all("SELECT person_id, missed_id FROM makeups WHERE missed_id > 0"))
    assert (other.id, session.id) in {(row["person_id"], row["missed_id"]) for row in rows}
    # Whoever was taught it with the old batch is not called again with the new one.
    theirs = next(
        s for s in await loaded.read(lambda tx: store.sessions(tx, 2)) if s.course.code is session.course.code
    )
    assert asker.id not in await loaded.read(lambda tx: store.receivers(tx, theirs.id))


async def test_a_request_ends_when_one_of_the_two_leaves(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded)
    await loaded.write(lambda tx: people.leave(tx, other.id, NOW))
    with pytest.raises(NotFound):
        await swapping.look(loaded, asker, swap.id)
    assert await swapping.to_decide(loaded, await leader_of(loaded, asker)) == ()
    assert (await swapping.choose(loaded, asker, 0)).open_swap is None
    third = next(one for one in await everybody(loaded) if one.batch == 2)
    assert (await swapping.ask(loaded, asker, third.id, "1:7", NOW)).state is SwapState.ASKED


async def test_what_was_not_answered_yet_is_withdrawn_without_a_word(loaded: Database) -> None:
    asker, other = await pair(loaded, same_team=True)
    swap = await swapping.ask(loaded, asker, other.id, "1:1:1", NOW)
    assert (await swapping.withdraw(loaded, other, swap.id, NOW)).state is SwapState.ASKED
    assert (await swapping.withdraw(loaded, asker, swap.id, NOW)).state is SwapState.WITHDRAWN
    assert await told(loaded, "swap_answer", swap.id) == []


async def test_messages_of_a_swap_are_moot_when_there_is_nothing_to_say(loaded: Database) -> None:
    swap, asker, other = await agreed(loaded)
    items = await told(loaded, "swap_ask", swap.id)
    leader = await leader_of(loaded, asker)
    mine = next(item for item in items if item.person_id == leader.id)
    assert await swapping.ask_letter(loaded, mine, leader, NOW) is not None
    assert await swapping.ask_letter(loaded, mine, other, NOW) is None
    assert await swapping.answer_letter(loaded, mine, asker, NOW) is None
    await swapping.decide(loaded, leader, swap.id, NOW, approve=False)
    assert await swapping.ask_letter(loaded, mine, leader, NOW) is None


# coverage --------------------------------------------------------------------------------------------------------


async def test_the_coverage_is_of_the_own_part_and_its_export_is_audited(loaded: Database) -> None:
    session, at = await held(loaded)
    boss = await somebody(loaded, Role.OFFICE)
    late = next(one for one in await everybody(loaded) if one.batch == 1 and one.role is Role.COLLECTOR)
    await loaded.write(lambda tx: tx.run("UPDATE people SET name = '=1+1' WHERE id = :id", id=late.id))
    await training.mark(loaded, boss, session.id, late.id, Mark.LATE, 0, at)
    found, xlsx = await covering.export(loaded, boss, at, TZ)
    book = openpyxl.load_workbook(io.BytesIO(xlsx))
    rows = list(book[PEOPLE_SHEET].iter_rows(values_only=True))
    assert len(rows) == 1 + len(found.rows)
    mine = next(row for row in rows if row[2] == late.staff_no)
    assert mine[3] == "=1+1"
    assert "迟到" in mine
    assert next(book[PEOPLE_SHEET].iter_rows(min_row=rows.index(mine) + 1, min_col=4, max_col=4))[0].data_type == "s"
    totals = list(book[TEAMS_SHEET].iter_rows(values_only=True))[1:]
    assert sum(row[3] for row in totals) == found.covered(session.course.code)
    leader = await leader_of(loaded, late)
    own, _ = await covering.export(loaded, leader, at, TZ)
    assert {row.person.unit for row in own.rows} == {leader.unit}
    for role in (Role.COLLECTOR, Role.BUREAU):
        with pytest.raises(NotForRole):
            await covering.export(loaded, await somebody(loaded, role), at, TZ)
    trail = await loaded.read(audit.trail)
    assert [row.actor_id for row in trail if row.verb == "training.export"] == [boss.id, leader.id]
