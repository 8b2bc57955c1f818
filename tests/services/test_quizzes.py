"""Groups and their questions on a real database: who binds, one question a day whatever happens, totals and no more."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import pytest_asyncio

from domain.clock import DAY, HOUR, MINUTE, millis
from domain.errors import MovedOn, NotForRole, NotYours
from domain.outbox import Outcome
from domain.people import Person, Role
from domain.practice.quizzes import BoundElsewhere, ForAnother, Group, GroupCard, NotALeader, Quiz, QuizState
from domain.questions import Question
from schedules.quizzes import Quizzes
from services import practice
from services.practice import Bank
from services.practice import quizzes as service
from services.timing import Timing
from storage import audit, people
from storage.database import Connection, Database
from tests.conftest import NOW, TZ

CHAT, OTHER = -1001, -1002
TIMING = Timing(TZ, time(21), time(8))
TOMORROW = millis(datetime(2026, 11, 25, 12, 0, tzinfo=TZ))


class NotSent(Exception):
    """The call never left."""


class Refused(Exception):
    """Telegram said no."""


class Migrated(Exception):
    """The group is a supergroup now."""

    new_chat_id = OTHER


@dataclass
class Telegram:
    """A Bot API that keeps what it is sent. ``faults``: raised by the next calls, in order; None: none."""

    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    votes: list[int] = field(default_factory=list)

    async def call(self, method: str, parameters: Mapping[str, Any] | None = None, /) -> Any:
        given = dict(parameters or {})
        self.calls.append((method, given))
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        if method == "stopPoll":
            return self.poll(f"p{given['message_id']}", closed=True)
        if method != "sendPoll":
            return True
        number = len(self.calls)
        self.votes = [0] * len(given["options"])
        return {"message_id": number, "poll": {**self.poll(f"p{number}"), "question": given["question"]}}

    def poll(self, poll_id: str, *, closed: bool = False) -> dict[str, Any]:
        options = [{"text": "", "voter_count": count} for count in self.votes]
        total = sum(self.votes)
        return {"id": poll_id, "question": "", "options": options, "total_voter_count": total, "is_closed": closed}

    def sent(self) -> list[Mapping[str, Any]]:
        return [given for method, given in self.calls if method == "sendPoll"]


@dataclass
class Town:
    """The sample office, its bank, a Telegram, and the clockwork's part that posts."""

    db: Database
    bank: Bank
    telegram: Telegram = field(default_factory=Telegram)

    @property
    def quizzes(self) -> Quizzes:
        return Quizzes(self.db, self.bank, self.telegram, TIMING, NotSent)

    async def who(self, role: Role, n: int = 0) -> Person:
        return [p for p in await self.db.read(lambda tx: people.listed(tx, "")) if p.role is role][n]

    async def bound(self, head: Person, chat: int = CHAT, now: int = NOW) -> Group:
        return await service.bind(self.db, head, chat, "值班群", head.id, head.unit.id, now)

    async def daily(self, at: time = time(12), now: int = NOW) -> Group:
        """A group with a daily question."""
        head = await self.who(Role.STATION_HEAD)
        group = await self.bound(head)
        await service.set_daily(self.db, self.bank, head, group.id, at, now, TIMING)
        return group

    async def card(self, group: Group, now: int = TOMORROW) -> GroupCard:
        return await service.card(self.db, self.bank, await self.who(Role.STATION_HEAD), group.id, now, TIMING)

    async def verbs(self) -> list[str]:
        return [row.verb for row in await self.db.read(audit.trail) if row.verb.startswith("quiz.")]


@pytest_asyncio.fixture
async def town(loaded: Database, shipped_bank: tuple[Question, ...]) -> Town:
    await practice.replace_bank(loaded, shipped_bank, "digest")
    return Town(loaded, await practice.load_bank(loaded))


def days(count: int, base: int = NOW) -> int:
    return base + count * DAY


NOON = NOW + 2 * HOUR

# binding ---------------------------------------------------------------------------------------------------------


async def test_who_adds_the_bot_is_offered_the_own_unit_and_a_bound_group_nobody_anything(town: Town) -> None:
    head, office, collector = [await town.who(r) for r in (Role.STATION_HEAD, Role.OFFICE, Role.COLLECTOR)]
    assert await service.added(town.db, head, CHAT) == (head.unit,)
    assert len(await service.added(town.db, office, CHAT) or ()) > 2
    assert await service.added(town.db, collector, CHAT) == ()
    assert await service.added(town.db, None, CHAT) == ()
    await town.bound(head)
    assert await service.added(town.db, head, CHAT) is None


async def test_only_whoever_added_it_and_leads_the_unit_binds_a_group(town: Town) -> None:
    head, other = await town.who(Role.STATION_HEAD), await town.who(Role.STATION_HEAD, 1)
    collector = await town.who(Role.COLLECTOR)
    with pytest.raises(ForAnother):
        await service.bind(town.db, other, CHAT, "群", head.id, head.unit.id, NOW)
    with pytest.raises(NotALeader):
        await service.bind(town.db, collector, CHAT, "群", collector.id, collector.unit.id, NOW)
    with pytest.raises(NotYours):
        await service.bind(town.db, head, CHAT, "群", head.id, other.unit.id, NOW)
    assert await service.group_in(town.db, CHAT) is None


async def test_binding_twice_is_once_and_to_another_unit_is_refused(town: Town) -> None:
    head, other = await town.who(Role.STATION_HEAD), await town.who(Role.STATION_HEAD, 1)
    assert await town.bound(head) == await town.bound(head, now=NOW + MINUTE)
    with pytest.raises(BoundElsewhere):
        await town.bound(other)
    assert await town.verbs() == ["quiz.bind"]


async def test_somebody_who_left_meanwhile_binds_nothing(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    await town.db.write(lambda tx: people.leave(tx, head.id, NOW))
    with pytest.raises(NotALeader):
        await town.bound(head)
    assert await service.added(town.db, head, CHAT) == ()


async def test_being_removed_ends_it_and_an_old_removal_does_not_end_a_newer_binding(town: Town) -> None:
    head, other = await town.who(Role.STATION_HEAD), await town.who(Role.STATION_HEAD, 1)
    group = await town.daily()
    await service.removed(town.db, CHAT, NOW + MINUTE)
    with pytest.raises(MovedOn):
        await service.card(town.db, town.bank, head, group.id, NOW, TIMING)
    again = await town.bound(other, now=NOW + HOUR)
    assert (again.unit.id, again.daily_at) == (other.unit.id, None)
    await service.removed(town.db, CHAT, NOW + MINUTE)
    assert await service.group_in(town.db, CHAT) == again


async def test_an_upgrade_keeps_the_binding_and_may_be_told_twice(town: Town) -> None:
    group = await town.daily()
    await service.renamed(town.db, CHAT, "新名")
    await service.migrated(town.db, CHAT, OTHER, NOW)
    await service.migrated(town.db, CHAT, OTHER, NOW)
    found = await service.group_in(town.db, OTHER)
    assert found is not None
    assert (found.id, found.title, found.daily_at) == (group.id, "新名", time(12))


async def test_leaving_the_old_chat_in_the_moment_of_an_upgrade_ends_nothing(town: Town) -> None:
    group = await town.daily()
    await service.removed(town.db, CHAT, NOW + 1)
    await service.migrated(town.db, CHAT, OTHER, NOW + 2)
    found = await service.group_in(town.db, OTHER)
    assert found is not None
    assert (found.id, found.daily_at) == (group.id, time(12))
    await service.removed(town.db, OTHER, NOW + HOUR)
    await service.migrated(town.db, OTHER, CHAT, NOW + 2 * HOUR)
    assert await service.group_in(town.db, CHAT) is None


async def test_a_group_whose_new_chat_is_bound_already_ends(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    await town.bound(head)
    newer = await town.bound(head, OTHER)
    await service.migrated(town.db, CHAT, OTHER, NOW)
    assert await service.groups(town.db, head) == (newer,)


async def test_groups_and_totals_are_for_those_who_lead_the_unit(town: Town) -> None:
    head, other = await town.who(Role.STATION_HEAD), await town.who(Role.STATION_HEAD, 1)
    office, collector, bureau = [await town.who(r) for r in (Role.OFFICE, Role.COLLECTOR, Role.BUREAU)]
    group = await town.bound(head)
    assert await service.groups(town.db, office) == (group,) == await service.groups(town.db, head)
    assert await service.groups(town.db, other) == ()
    for who in (collector, bureau):
        with pytest.raises(NotForRole):
            await service.groups(town.db, who)
    for who in (other, collector, bureau):
        with pytest.raises(NotYours):
            await service.card(town.db, town.bank, who, group.id, NOW, TIMING)
    assert (await practice.overview(town.db, town.bank, head)).leads_group
    assert not (await practice.overview(town.db, town.bank, collector)).leads_group


async def test_a_time_can_be_chosen_outside_the_quiet_hours_alone_and_changes_are_audited(town: Town) -> None:
    head = await town.who(Role.STATION_HEAD)
    group = await town.bound(head)
    for at in (time(8), time(8), None, None):
        card = await service.set_daily(town.db, town.bank, head, group.id, at, NOW, TIMING)
        assert card.group.daily_at == at
    assert await town.verbs() == ["quiz.bind", "quiz.daily", "quiz.daily"]
    for at in (time(3), time(12)):
        quiet = Timing(TZ, time(11), time(13))
        with pytest.raises(MovedOn):
            await service.set_daily(town.db, town.bank, head, group.id, at, NOW, quiet)


# the daily question ----------------------------------------------------------------------------------------------


async def test_one_question_a_day_however_often_the_tick_comes_and_the_time_changes(town: Town) -> None:
    group = await town.daily()
    await town.quizzes.daily(NOON - 1)
    assert town.telegram.sent() == []
    for later in (0, 1, MINUTE, HOUR):
        await town.quizzes.daily(NOON + later)
    head = await town.who(Role.STATION_HEAD)
    await service.set_daily(town.db, town.bank, head, group.id, time(18), NOON + HOUR, TIMING)
    await town.quizzes.daily(NOON + 7 * HOUR)
    await town.quizzes.daily(NOON)  # the clock was set back
    assert len(town.telegram.sent()) == 1
    (poll,) = town.telegram.sent()
    assert (poll["chat_id"], poll["is_anonymous"], poll["hide_results_until_closes"]) == (CHAT, True, True)


async def test_each_day_has_its_own_question_and_none_twice(town: Town) -> None:
    await town.daily()
    for n in range(9):
        await town.quizzes.daily(days(n, NOON))
    stems = [poll["question"] for poll in town.telegram.sent()]
    assert len(set(stems)) == 9


async def test_what_comes_more_than_two_hours_late_is_noted_and_not_posted(town: Town) -> None:
    group = await town.daily()
    await town.quizzes.daily(NOON + 2 * HOUR + 1)
    await town.quizzes.daily(days(2, NOON))
    assert len(town.telegram.sent()) == 1
    card = await town.card(group)
    assert [one.isoformat() for one in card.missed] == ["2026-11-25", "2026-11-24"]
    assert (await town.verbs()).count("quiz.missed") == 2


async def test_a_crash_in_the_air_leaves_it_unknown_and_it_is_not_posted_twice(town: Town) -> None:
    group = await town.daily()
    await service.plan_daily(town.db, town.bank, NOON, TIMING)
    assert await service.take(town.db, town.bank, NOON) is not None
    await town.quizzes.recover()
    await town.quizzes.recover()
    await town.quizzes.daily(NOON + MINUTE)
    assert town.telegram.sent() == []
    (quiz,) = (await town.card(group)).quizzes
    assert quiz.state is QuizState.UNKNOWN


async def test_votes_prove_that_a_question_in_doubt_was_posted(town: Town) -> None:
    group = await town.daily()
    town.telegram.faults = [TimeoutError()]
    await town.quizzes.daily(NOON)
    quiz = (await town.card(group)).quizzes[0]
    await town.db.write(lambda tx: put_in_doubt(tx, quiz))
    votes = (1,) + (0,) * (len(quiz.order) - 1)
    heard = service.Heard("p77", quiz.question.stem, ("",) * len(quiz.order), votes, 1, False)
    await service.heard(town.db, town.bank, service.Heard("p1", "另一题", ("", ""), (0, 1), 1, False), NOON)
    await service.heard(town.db, town.bank, heard, NOON)
    await service.heard(town.db, town.bank, heard, NOON)
    (quiz,) = (await town.card(group)).quizzes
    assert (quiz.state, quiz.answered, quiz.message_id) == (QuizState.POSTED, 1, None)
    await town.quizzes.daily(quiz.closes_at + 2 * MINUTE)
    assert (await town.card(group)).quizzes[-1].closed_at == quiz.closes_at + 2 * MINUTE
    assert [method for method, _ in town.telegram.calls] == ["sendPoll"]


async def put_in_doubt(tx: Connection, quiz: Quiz) -> None:
    await tx.run("UPDATE quizzes SET state = 'unknown', cause = NULL WHERE id = :id", id=quiz.id)


async def test_what_never_left_is_tried_again_until_it_is_too_late(town: Town) -> None:
    group = await town.daily()
    town.telegram.faults = [NotSent(), NotSent()]
    await town.quizzes.daily(NOON)
    assert (await town.card(group)).quizzes[0].state is QuizState.PLANNED
    await town.quizzes.daily(NOON + 1)
    await town.quizzes.daily(NOON + MINUTE)
    await town.quizzes.daily(NOON + 3 * HOUR)
    assert len(town.telegram.sent()) == 2
    assert len((await town.card(group)).missed) == 1
    assert "quiz.missed" in await town.verbs()


async def test_a_pause_that_telegram_asks_for_is_kept(town: Town) -> None:
    await town.daily()
    asked = NotSent()
    asked.retry_after = timedelta(minutes=5)  # type: ignore[attr-defined]
    town.telegram.faults = [asked]
    await town.quizzes.daily(NOON)
    await town.quizzes.daily(NOON + 4 * MINUTE)
    assert len(town.telegram.sent()) == 1
    await town.quizzes.daily(NOON + 5 * MINUTE)
    assert len(town.telegram.sent()) == 2


async def test_an_older_server_gets_a_question_without_a_closing_time(town: Town) -> None:
    await town.daily()
    town.telegram.faults = [Refused("Bad Request: invalid close_date specified")]
    await town.quizzes.daily(NOON)
    first, second = town.telegram.sent()
    assert "close_date" in first
    assert "close_date" not in second


async def test_a_group_that_became_a_supergroup_gets_its_question_there(town: Town) -> None:
    await town.daily()
    town.telegram.faults = [Migrated()]
    await town.quizzes.daily(NOON)
    assert [poll["chat_id"] for poll in town.telegram.sent()] == [CHAT, OTHER]


async def test_a_refusal_is_final_and_its_cause_is_kept(town: Town) -> None:
    group = await town.daily()
    town.telegram.faults = [Refused("Bad Request: not enough rights to send polls to the chat")]
    await town.quizzes.daily(NOON)
    await town.quizzes.daily(NOON + MINUTE)
    (quiz,) = (await town.card(group)).quizzes
    assert (quiz.state, quiz.cause) == (QuizState.FAILED, "no_rights")
    assert len(town.telegram.sent()) == 1


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.REFUSED])
async def test_a_chat_that_is_gone_ends_the_binding(town: Town, outcome: Outcome) -> None:
    await town.daily()
    await service.plan_daily(town.db, town.bank, NOON, TIMING)
    quiz = await service.take(town.db, town.bank, NOON)
    assert quiz is not None
    await service.not_posted(town.db, quiz, outcome, "chat_gone", NOON)
    assert await service.group_in(town.db, CHAT) is None
    await town.quizzes.daily(days(1, NOON))
    assert town.telegram.sent() == []


async def test_whether_a_call_was_carried_out_is_unknown_after_a_timeout(town: Town) -> None:
    group = await town.daily()
    await service.plan_daily(town.db, town.bank, NOON, TIMING)
    quiz = await service.take(town.db, town.bank, NOON)
    assert quiz is not None
    assert await service.take(town.db, town.bank, NOON) is None
    await service.not_posted(town.db, quiz, Outcome.MAYBE, None, NOON)
    assert (await town.card(group)).quizzes[0].state is QuizState.UNKNOWN
    assert await service.take(town.db, town.bank, NOON) is None


async def test_two_takers_get_a_question_once(town: Town) -> None:
    await town.daily()
    await service.plan_daily(town.db, town.bank, NOON, TIMING)
    taken = await asyncio.gather(*(service.take(town.db, town.bank, NOON) for _ in range(3)))
    assert sum(one is not None for one in taken) == 1


async def test_two_planners_plan_or_miss_a_day_once(town: Town) -> None:
    group = await town.daily()
    for later in (NOON, days(1, NOON) + 3 * HOUR):
        await asyncio.gather(*(service.plan_daily(town.db, town.bank, later, TIMING) for _ in range(2)))
    card = await town.card(group)
    assert (len(card.quizzes), len(card.missed)) == (1, 1)
    assert (await town.verbs()).count("quiz.missed") == 1


async def test_without_a_question_that_fits_nothing_is_planned(town: Town) -> None:
    await town.daily()
    town.bank.become(town.bank.known, ())
    assert await service.plan_daily(town.db, town.bank, NOON, TIMING) == 0


# totals ----------------------------------------------------------------------------------------------------------


async def test_it_is_stopped_after_its_time_and_the_answer_holds_the_last_totals(town: Town) -> None:
    group = await town.daily()
    await town.quizzes.daily(NOON)
    quiz = (await town.card(group)).quizzes[0]
    town.telegram.votes[quiz.key[0]] = 6
    await town.quizzes.daily(quiz.closes_at)
    assert (await town.card(group)).quizzes[0].closed_at is None
    for later in (MINUTE, 2 * MINUTE):
        await town.quizzes.daily(quiz.closes_at + later)
    assert [method for method, _ in town.telegram.calls].count("stopPoll") == 1
    (quiz,) = (await town.card(group)).quizzes
    assert (quiz.answered, quiz.closed_at) == (6, quiz.closes_at + MINUTE)


async def test_what_cannot_be_stopped_keeps_the_totals_that_were_heard(town: Town) -> None:
    group = await town.daily()
    await town.quizzes.daily(NOON)
    quiz = (await town.card(group)).quizzes[0]
    votes = (3,) + (0,) * (len(quiz.order) - 1)
    await service.heard(town.db, town.bank, service.Heard("p1", "", (), votes, 3, False), NOON)
    await service.heard(town.db, town.bank, service.Heard("p1", "", (), (0,) * len(quiz.order), 0, False), NOON)
    town.telegram.faults = [NotSent(), Refused("Bad Request: poll can't be stopped")]
    for later in (1, 2, 3):
        await town.quizzes.daily(quiz.closes_at + later * MINUTE)
    (quiz,) = (await town.card(group)).quizzes
    assert (quiz.answered, quiz.closed_at) == (3, quiz.closes_at + 2 * MINUTE)


async def test_a_poll_that_telegram_closed_is_not_stopped(town: Town) -> None:
    group = await town.daily()
    await town.quizzes.daily(NOON)
    quiz = (await town.card(group)).quizzes[0]
    none = (0,) * len(quiz.order)
    await service.heard(town.db, town.bank, service.Heard("p1", "", (), none, 0, True), quiz.closes_at)
    await town.quizzes.daily(quiz.closes_at + MINUTE)
    assert [method for method, _ in town.telegram.calls] == ["sendPoll"]


async def test_the_totals_of_another_unit_are_not_shown_after_the_group_changed_hands(town: Town) -> None:
    await town.daily()
    await town.quizzes.daily(NOON)
    await service.removed(town.db, CHAT, NOON + MINUTE)
    other = await town.who(Role.STATION_HEAD, 1)
    group = await town.bound(other, now=NOON + HOUR)
    assert (await service.card(town.db, town.bank, other, group.id, NOON, TIMING)).quizzes == ()
