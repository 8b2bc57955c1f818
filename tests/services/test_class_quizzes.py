"""课堂小测 on a real database: who may hold one, one question after the other, a card that stays current."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from domain.clock import HOUR, MINUTE
from domain.errors import MovedOn, NotFound, NotYours
from domain.outbox import Outcome
from domain.people import Person, Role
from domain.practice.class_quizzes import LONGEST, ClassQuiz, ClassState, Setup, Subject
from domain.practice.quizzes import Group, QuizState
from domain.questions import Course, Question, Topic
from services import practice
from services.practice import class_quizzes as service
from services.practice import quizzes
from storage import people
from storage import training as sessions
from storage.database import Connection, Database
from tests.conftest import NOW, TZ
from tests.services.test_quizzes import CHAT, OTHER, NotSent, Refused, Town

CARD = (77, 4)
LAWS = 1


@pytest_asyncio.fixture
async def town(loaded: Database, shipped_bank: tuple[Question, ...]) -> Town:
    await practice.replace_bank(loaded, shipped_bank, "digest")
    return Town(loaded, await practice.load_bank(loaded))


async def begin(
    town: Town, who: Person, group: Group, subject: Subject = None, size: int = 3, now: int = NOW, **how: Any
) -> ClassQuiz:
    origin, session = how.get("origin", f"press:{now}"), how.get("session", 0)
    return await service.begin(
        *(town.db, town.bank, who, group.id, session, subject, size), place=CARD, origin=origin, now=now, tz=TZ
    )


async def on(town: Town, who: Person, own: ClassQuiz, position: int, now: int = NOW) -> ClassQuiz:
    return await service.go_on(town.db, town.bank, who, own.id, position, place=CARD, now=now, tz=TZ)


async def card(town: Town, who: Person, own: ClassQuiz) -> ClassQuiz:
    return await service.card(town.db, town.bank, who, own.id, CARD, NOW)


def stops(town: Town) -> int:
    return [method for method, _ in town.telegram.calls].count("stopPoll")


# who and where ---------------------------------------------------------------------------------------------------


async def test_whoever_leads_the_unit_may_and_nobody_else(town: Town) -> None:
    head, other, collector = [
        await town.who(*one) for one in ((Role.STATION_HEAD, 0), (Role.STATION_HEAD, 1), (Role.COLLECTOR, 0))
    ]
    group = await town.bound(head)
    found = await service.setup(town.db, town.bank, head, group.id, 0)
    assert isinstance(found, Setup)
    assert found.subjects == (*Topic, None)
    for who in (other, collector):
        with pytest.raises(NotYours):
            await service.setup(town.db, town.bank, who, group.id, 0)
        with pytest.raises(NotYours):
            await begin(town, who, group)
    assert town.telegram.calls == []


async def test_the_organiser_and_the_lecturer_of_a_session_may_in_the_groups_of_their_units(town: Town) -> None:
    head, other = await town.who(Role.STATION_HEAD), await town.who(Role.STATION_HEAD, 1)
    group, elsewhere = await town.bound(head), await town.bound(other, OTHER)
    collector, colleague = [
        one for one in await town.db.read(lambda tx: people.listed(tx, head.scope)) if one.role is Role.COLLECTOR
    ][:2]

    async def unit(tx: Connection) -> None:
        await tx.run("UPDATE sessions SET organiser_id = :id, lecturer = '某某' WHERE id = :s", id=collector.id, s=LAWS)

    await town.db.write(unit)
    assert await service.where(town.db, collector, LAWS) == (group,)
    assert await service.where(town.db, head, LAWS) == (group,)
    with pytest.raises(NotYours):
        await service.where(town.db, colleague, LAWS)
    with pytest.raises(NotYours):
        await service.setup(town.db, town.bank, collector, elsewhere.id, LAWS)
    found = await service.setup(town.db, town.bank, collector, group.id, LAWS)
    assert isinstance(found, Setup)
    session = await town.db.read(lambda tx: sessions.session(tx, LAWS))
    assert session is not None
    assert found.subjects[0] is session.course.code
    own = await begin(town, collector, group, session.course.code, session=LAWS)
    assert own.current.question.topic.course is session.course.code
    await town.db.write(lambda tx: sessions.change_session(tx, replace(session, organiser_id=None)))
    with pytest.raises(NotYours):
        await on(town, collector, own, 0)
    await town.db.write(lambda tx: tx.run("UPDATE sessions SET lecturer = :n WHERE id = :s", n=colleague.name, s=LAWS))
    assert await service.where(town.db, colleague, LAWS) == (group,)


async def test_what_is_not_there_is_refused(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    group = await town.bound(head)
    for session in (0, 999):
        with pytest.raises(NotFound):
            await service.where(town.db, head, session)
    with pytest.raises(MovedOn):
        await service.setup(town.db, town.bank, head, 999, 0)
    with pytest.raises(MovedOn):
        await begin(town, head, group, size=4)
    with pytest.raises(NotYours):
        await service.finish(town.db, town.bank, head, 999, CARD, NOW)
    town.bank.become(town.bank.known, ())
    with pytest.raises(MovedOn):
        await begin(town, head, group)
    await town.db.write(lambda tx: people.leave(tx, head.id, NOW))
    with pytest.raises(NotYours):
        await service.setup(town.db, town.bank, head, group.id, 0)


# one after the other ---------------------------------------------------------------------------------------------


async def test_three_questions_come_one_by_one_each_closed_by_the_next_press(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    own = await begin(town, head, await town.bound(head), Topic.COUNTERFEIT)
    for position in range(3):
        assert own.position == position
        await town.quizzes.live(NOW + position)
        assert (len(town.telegram.sent()), stops(town)) == (position + 1, position)
        town.telegram.votes[own.current.key[0]] = 5 + position
        own = await on(town, head, own, position, NOW + position)
        assert len((await on(town, head, own, position, NOW + position)).quizzes) == len(own.quizzes)
    assert (own.state, own.settled) == (ClassState.FINISHED, False)
    await town.quizzes.live(NOW + 3)
    own = await card(town, head, own)
    assert own.settled
    assert [one.answered for one in own.quizzes] == [5, 6, 7]
    assert len({one.question.id for one in own.quizzes}) == 3
    assert all(one.question.topic is Topic.COUNTERFEIT for one in own.quizzes)


async def test_the_same_press_begins_it_once_and_another_one_ends_the_first(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    group = await town.bound(head)
    first = await begin(town, head, group)
    assert (await begin(town, head, group)).quizzes == first.quizzes
    await town.quizzes.live(NOW)
    second = await begin(town, head, group, now=NOW + 1)
    await town.quizzes.live(NOW + 1)
    first = await card(town, head, first)
    assert (first.state, first.settled, stops(town)) == (ClassState.DROPPED, True, 1)
    running = await service.setup(town.db, town.bank, head, group.id, 0)
    assert isinstance(running, ClassQuiz)
    assert running.id == second.id
    office = await town.who(Role.OFFICE)
    assert isinstance(await service.setup(town.db, town.bank, office, group.id, 0), Setup)
    with pytest.raises(NotYours):
        await service.card(town.db, town.bank, office, second.id, CARD, NOW)


async def test_it_ends_when_no_question_is_left_or_when_it_is_ended(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    group = await town.bound(head)
    town.bank.become(town.bank.known, tuple(q for q in town.bank.live if q.topic is Topic.ETHICS)[:1])
    own = await begin(town, head, group, Course.ETHICS)
    own = await on(town, head, own, 0)
    assert (own.state, own.current.cause, own.settled) == (ClassState.FINISHED, "skipped", True)
    own = await begin(town, head, group, now=NOW + 1)
    for _ in range(2):
        own = await service.finish(town.db, town.bank, head, own.id, CARD, NOW + 2)
        assert own.state is ClassState.FINISHED
    await town.quizzes.live(NOW + 3)
    assert town.telegram.sent() == []


async def test_a_question_that_was_passed_over_while_it_could_not_be_sent_does_not_come_later(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    own = await begin(town, head, await town.bound(head))

    async def in_the_air(tx: Connection) -> None:
        await tx.run("UPDATE quizzes SET state = 'posting'")

    await town.db.write(in_the_air)
    own = await on(town, head, own, 0)
    await quizzes.not_posted(town.db, own.quizzes[0], Outcome.NOT_SENT, None, NOW, again=0)
    await town.quizzes.live(NOW + 1)
    own = await card(town, head, own)
    assert [one.state for one in own.quizzes] == [QuizState.FAILED, QuizState.POSTED]
    town.telegram.faults = [NotSent()]
    await on(town, head, own, 1)
    await town.quizzes.live(NOW + 2)  # the stop fails
    await town.quizzes.live(NOW + 2 + MINUTE)
    assert stops(town) == 2


async def test_what_nobody_ends_is_over_after_two_hours(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    own = await begin(town, head, await town.bound(head))
    await town.quizzes.live(NOW)
    await town.quizzes.live(NOW + LONGEST)
    assert (await card(town, head, own)).state is ClassState.OPEN
    await town.quizzes.live(NOW + LONGEST + 1)
    assert (await card(town, head, own)).state is ClassState.FINISHED


async def test_a_question_too_late_is_missed_and_a_bot_that_is_removed_ends_it(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    own = await begin(town, head, await town.bound(head))
    await town.quizzes.live(NOW + HOUR)
    own = await card(town, head, own)
    assert own.current.state is QuizState.MISSED
    await quizzes.removed(town.db, CHAT, NOW + HOUR)
    own = await card(town, head, own)
    assert (own.state, own.settled) == (ClassState.FINISHED, True)


# the card --------------------------------------------------------------------------------------------------------


async def test_the_card_shows_how_many_have_answered_at_most_every_three_seconds(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    own = await begin(town, head, await town.bound(head))
    await town.quizzes.live(NOW + 1_000)
    assert edits(town) == []
    await town.quizzes.live(NOW + 3_000)
    assert "0 人已答" in edits(town)[-1]
    votes = [0] * len(own.current.order)
    for n in range(1, 4):
        votes[0] = n
        heard = quizzes.Heard("p1", "", (), tuple(votes), n, False)
        await quizzes.heard(town.db, town.bank, heard, NOW)
        await town.quizzes.live(NOW + 3_000 + n * 1_000)
    assert len(edits(town)) == 2
    assert "3 人已答" in edits(town)[-1]
    await town.quizzes.live(NOW + 60_000)
    assert len(edits(town)) == 2


async def test_a_card_that_cannot_be_edited_stands_in_nobodys_way(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    await begin(town, head, await town.bound(head))
    await town.quizzes.live(NOW)
    town.telegram.faults = [Refused("Bad Request: message to edit not found")]
    for later in (3_000, 6_000, 9_000):
        await town.quizzes.live(NOW + later)
    assert len(edits(town)) == 1


def edits(town: Town) -> list[str]:
    return [str(given["text"]) for method, given in town.telegram.calls if method == "editMessageText"]
