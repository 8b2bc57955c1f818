"""The sender against the sandbox: every message ends in a named state, none is lost, none comes twice unmarked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import time
from pathlib import Path
from typing import TypeVar

import pytest

from domain.clock import DAY, HOUR
from domain.outbox import Action, Item, Post, State
from domain.people import Person
from sandbox.flood import FloodLimits
from services import outbox as service
from services.timing import Timing
from storage import outbox, people
from storage.database import Connection
from tests.conftest import TZ
from tests.schedules.conftest import Post_Office, post_office

T = TypeVar("T")


async def row(office: Post_Office, key: str) -> Item:
    item = await office.db.read(lambda tx: outbox.by_key(tx, key))
    assert item is not None
    return item


async def test_everybody_gets_the_message_once_and_its_id_is_kept(office: Post_Office) -> None:
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 3}
    for person in office.people:
        assert office.texts(person) == [f"hello:{person}"]
        item = await row(office, f"hello:{person}")
        assert item.message_id in office.world.chat(office.accounts[person]).messages
        assert (item.attempts, item.uncertain) == (1, 0)


async def test_the_same_key_is_never_sent_again(office: Post_Office) -> None:
    async with office.sending() as sender:
        await office.to_everybody()
        await office.settled(sender)
        await office.to_everybody()
        assert await office.settled(sender) == {State.SENT: 3}
    assert [len(office.texts(person)) for person in office.people] == [1, 1, 1]


async def test_nothing_goes_out_before_its_time(office: Post_Office) -> None:
    await office.post(Post("later", "notice", office.people[0], 1, office.now() + HOUR))
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.PENDING: 1}


async def test_what_is_over_by_then_is_cancelled(office: Post_Office) -> None:
    await office.to_everybody()
    office.moot = {1, 3}
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 1, State.CANCELLED: 2}


async def test_somebody_who_blocks_the_bot_is_listed_and_not_tried_again(office: Post_Office) -> None:
    office.world.block(office.accounts[office.people[0]], True)
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 2, State.BLOCKED: 1}
        assert await office.settled(sender) == {State.SENT: 2, State.BLOCKED: 1}


async def test_somebody_who_has_not_joined_is_not_called(office: Post_Office) -> None:
    await office.db.write(lambda tx: tx.run("UPDATE bindings SET ended_at = 1 WHERE person_id = 1"))
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 2, State.FAILED: 1}
    assert (await row(office, "hello:1")).cause == "not_joined"


async def test_somebody_who_joins_while_they_are_found_absent_is_told(
    office: Post_Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = office.people[0]
    await office.db.write(lambda tx: people.unbind(tx, absent, 1))
    await office.to_everybody()
    look = office.db.read

    async def then_joins(work: Callable[[Connection], Awaitable[T]]) -> T:
        found = await look(work)
        account = office.accounts[absent]
        await office.db.write(lambda tx: people.bind(tx, absent, account, account, office.now()))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(office.db, "read", then_joins)
        await service.take(office.db, office.now(), 1, office.timing, 0)

    assert (await row(office, f"hello:{absent}")).state is State.PENDING


async def test_a_failing_server_is_tried_again(office: Post_Office) -> None:
    office.world.faults.add("error", "sendMessage", times=2)
    await office.to_everybody()
    async with office.sending() as sender:
        await office.settled(sender)
        office.clock_ahead += 10_000
        assert await office.settled(sender) == {State.SENT: 3}
    assert sum(len(office.texts(person)) for person in office.people) == 3


async def test_a_lost_answer_is_repeated_once_and_marked(office: Post_Office) -> None:
    office.world.faults.add("timeout_after", "sendMessage", times=1, seconds=2)
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 3}
    marked = [await row(office, f"hello:{person}") for person in office.people]
    assert [item.uncertain for item in marked].count(1) == 1
    assert sum(len(office.texts(person)) for person in office.people) == 4


async def test_an_answer_lost_twice_is_unknown_and_left_alone(office: Post_Office) -> None:
    office.world.faults.add("timeout_after", "sendMessage", times=2, seconds=2)
    await office.post(Post("hello:1", "notice", office.people[0], 1, office.now()))
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.UNKNOWN: 1}
    assert len(office.texts(office.people[0])) == 2


async def test_when_telegram_asks_to_wait_the_sender_waits_and_loses_nothing(office: Post_Office) -> None:
    office.world.faults.add("flood", "sendMessage", times=1, seconds=1)
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 3}
    sends = [call for call in office.world.calls if call.method == "sendMessage"]
    assert len(sends) == 4


async def test_at_the_real_limits_no_message_is_refused_for_speed(tmp_path: Path) -> None:
    async with post_office(tmp_path, 60) as office:
        office.world.flood = FloodLimits(burst=5)
        await office.to_everybody()
        async with office.sending(rate=25, chat_pause=1000) as sender:
            assert await office.settled(sender) == {State.SENT: 60}
        assert len([call for call in office.world.calls if call.method == "sendMessage"]) == 60


async def test_two_messages_to_one_chat_keep_their_distance(office: Post_Office) -> None:
    office.world.flood = FloodLimits(per_chat_burst=1)
    for name in ("a", "b"):
        await office.post(Post(name, "notice", office.people[0], 1, office.now()))
    async with office.sending(chat_pause=1_050) as sender:
        await office.settled(sender)
        office.clock_ahead = 0
        while len(office.texts(office.people[0])) < 2:
            await office.settled(sender)
    assert office.texts(office.people[0]) == ["a", "b"]
    assert len([call for call in office.world.calls if call.method == "sendMessage"]) == 2


async def test_in_quiet_hours_only_what_is_urgent_is_sent(office: Post_Office) -> None:
    office.timing = Timing(TZ, time(0), time(23, 59, 59))
    await office.post(Post("calm", "notice", office.people[0], 1, office.now()))
    await office.post(Post("fire", "notice", office.people[1], 1, office.now(), urgent=True))
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 1, State.PENDING: 1}
    held = await row(office, "calm")
    assert held.due_at > office.now()
    assert office.texts(office.people[1]) == ["fire"]


async def test_a_kind_that_was_muted_is_not_sent(office: Post_Office) -> None:
    await office.db.write(lambda tx: tx.run("INSERT INTO mutes (person_id, kind) VALUES (1, 'notice')"))
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 2, State.CANCELLED: 1}
    assert (await row(office, "hello:1")).cause == "muted"


async def test_the_third_push_of_a_day_is_a_bundle_and_later_ones_are_added_to_it(office: Post_Office) -> None:
    person = office.people[0]
    async with office.sending() as sender:
        for name in ("a", "b", "c"):
            await office.post(Post(name, "notice", person, 1, office.now()))
            await office.settled(sender)
        assert office.texts(person) == ["a", "b", "bundle\nc"]
        for name in ("d", "e"):
            await office.post(Post(name, "notice", person, 1, office.now()))
        states = await office.settled(sender)
    assert office.texts(person) == ["a", "b", "bundle\nc\nd\ne"]
    assert states == {State.SENT: 2, State.MERGED: 3}


async def test_an_urgent_message_goes_beyond_the_three(office: Post_Office) -> None:
    person = office.people[0]
    async with office.sending() as sender:
        for name in ("a", "b", "c"):
            await office.post(Post(name, "notice", person, 1, office.now()))
            await office.settled(sender)
        await office.post(Post("fire", "notice", person, 1, office.now(), urgent=True))
        await office.settled(sender)
    assert office.texts(person)[-1] == "fire"


async def test_the_next_day_begins_anew(office: Post_Office) -> None:
    person = office.people[0]
    async with office.sending() as sender:
        for name in ("a", "b", "c"):
            await office.post(Post(name, "notice", person, 1, office.now()))
            await office.settled(sender)
        office.clock_ahead += DAY
        await office.post(Post("d", "notice", person, 1, office.now()))
        await office.settled(sender)
    assert office.texts(person)[-1] == "d"


async def test_a_message_is_edited_and_deleted_where_it_stands(office: Post_Office) -> None:
    first, second, third = office.people
    await office.to_everybody()
    async with office.sending() as sender:
        await office.settled(sender)
        ids = {person: (await row(office, f"hello:{person}")).id for person in office.people}
        now = office.now()
        await office.post(
            Post("edit", "notice_edit", first, 1, now, action=Action.EDIT, target_id=ids[first]),
            Post("delete", "notice_delete", second, 1, now, action=Action.DELETE, target_id=ids[second]),
        )
        await office.settled(sender)
    assert office.texts(first) == ["edit edited"]
    assert office.texts(second) == []
    assert office.texts(third) == [f"hello:{third}"]


async def test_of_a_message_that_was_never_sent_nothing_is_edited(office: Post_Office) -> None:
    await office.post(Post("hello", "notice", office.people[0], 1, office.now() + HOUR))
    item = await row(office, "hello")
    await office.post(
        Post("edit", "notice_edit", office.people[0], 1, office.now(), action=Action.EDIT, target_id=item.id)
    )
    async with office.sending() as sender:
        await office.settled(sender)
    assert (await row(office, "edit")).state is State.CANCELLED


async def test_a_message_that_cannot_be_made_stops_no_other(office: Post_Office) -> None:
    broken = office.people[0]
    render = office.render

    async def render_or_fail(due: Sequence[tuple[Item, Person]], now: int) -> list[object]:
        made = await render(due, now)
        return [
            KeyError("no such text") if item.person_id == broken else said
            for (item, _), said in zip(due, made, strict=True)
        ]

    office.render = render_or_fail  # type: ignore[method-assign,assignment]
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 2, State.FAILED: 1}


async def test_when_nothing_can_be_made_every_message_ends_in_a_named_state(office: Post_Office) -> None:
    async def fail(_due: object, _now: int) -> list[object]:
        raise KeyError("no such text")

    office.render = fail  # type: ignore[method-assign,assignment]
    await office.to_everybody()
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.FAILED: 3}


async def test_what_was_in_the_air_at_a_crash_is_sent_again_and_marked(office: Post_Office) -> None:
    await office.to_everybody()
    await office.db.write(lambda tx: outbox.lease(tx, [1], office.now()))
    async with office.sending() as sender:
        assert await office.settled(sender) == {State.SENT: 3}
    assert [(await row(office, f"hello:{person}")).uncertain for person in office.people] == [1, 0, 0]
