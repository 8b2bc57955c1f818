"""Time as it really goes: the clock jumps, the process dies, dates move. Whatever happens, nothing is told twice.

A state machine drives the real services on a real file: edits, ticks at any hour, restarts, and crashes in the middle
of an expansion. A crash is the copy of the files at that moment, with which the machine goes on.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.clock import DAY, HOUR, MINUTE, local_date
from domain.errors import DomainError
from domain.outbox import Post
from domain.people import Person, Role
from domain.plan import Edge
from domain.reminders import LATER
from domain.schedules import Occurrence
from domain.training import Part
from schedules.table import EXPANDERS
from services import plan, reminders, training
from services.schedules import Expander, expand_due
from storage import drafts, outbox, people
from storage.database import DATABASE_FILE, Connection, Database
from tests.conftest import NOW, TZ
from tests.services.notice_office import ALWAYS, NoticeOffice, notice_office

T = TypeVar("T")
SESSIONS, TASKS, PHASES = (2, 3, 4), (7, 16, 17, 34), (2, 3)
FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal", "audit.key")

days = st.integers(-2, 12)
hours = st.integers(0, 23)


class Row(NamedTuple):
    """An occurrence as it stands."""

    kind: str
    subject: int
    day: str
    slot: str
    state: str
    due_at: int
    late_until: int
    settled_at: int | None

    @property
    def key(self) -> tuple[str, int, str, str]:
        return self.kind, self.subject, self.day, self.slot


def crashing(at: int, image: Callable[[], None]) -> dict[str, Expander]:
    """The expanders; before the ``at``-th expansion is done, and not yet committed, ``image`` copies the files."""
    left = [at]

    def wrapped(expander: Expander) -> Expander:
        async def expand(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
            posts = await expander(tx, occurrence, now)
            await outbox.add(tx, posts, now)  # as the tick does right after: written, not committed
            if left[0] == 0:
                image()
            left[0] -= 1
            return posts

        return expand

    return {kind: wrapped(expander) for kind, expander in EXPANDERS.items()}


class Clockwork(RuleBasedStateMachine):
    """One office over some weeks."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp())
        self.now = NOW
        self.messages = 0
        self.settled: dict[tuple[str, int, str, str], str] = {}
        self.dead: dict[tuple[str, int], frozenset[tuple[str, int, str, str]]] = {}
        shutil.copytree(self.template, self.root / "0")
        self._open("0")

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self._run(self.db.close())
            self.runner.close()
            shutil.rmtree(self.root)

    # time ----------------------------------------------------------------------------------------------------------

    @rule(minutes=st.integers(1, 30 * 60))
    def time_goes_on(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self._tick()

    @rule(ahead=st.integers(2, 20))
    def the_machine_was_off_for_days(self, ahead: int) -> None:
        self.now += ahead * DAY
        self._restart()
        self._tick()

    @rule(back=st.integers(1, 5 * 24))
    def the_clock_is_set_back(self, back: int) -> None:
        self.now -= back * HOUR
        self._tick()

    @rule()
    def the_tick_comes_again(self) -> None:
        self._tick()

    # the process ---------------------------------------------------------------------------------------------------

    @rule()
    def it_is_restarted(self) -> None:
        self._restart()

    @rule(minutes=st.integers(1, 3 * 24 * 60), at=st.integers(0, 4))
    def it_dies_in_the_middle_of_a_tick(self, minutes: int, at: int) -> None:
        self.now += minutes * MINUTE
        died = self.root / f"{len(list(self.root.iterdir()))}"

        def image() -> None:
            died.mkdir()
            for name in FILES:
                if (self.dir / name).exists():
                    shutil.copy2(self.dir / name, died / name)

        self._run(expand_due(self.db, crashing(at, image), self.now))
        if not died.exists():  # fewer were due: it has been an ordinary tick
            self._after_tick()
            return
        self._run(self.db.close())
        self._open(died.name)
        self._restart()
        self._tick()

    # what people do ------------------------------------------------------------------------------------------------

    @rule(session=st.sampled_from(SESSIONS), ahead=days, hour=hours)
    def a_session_moves(self, session: int, ahead: int, hour: int) -> None:
        day = self._day(ahead)
        self._allowed(self._move(session, f"{day.isoformat()} {hour:02}:30"))

    @rule(session=st.sampled_from(SESSIONS))
    def a_session_is_cancelled(self, session: int) -> None:
        if self._allowed(training.cancel(self.db, self.boss, session, self.now, ALWAYS)):
            self._buried("session", session)

    @rule(task=st.sampled_from(TASKS), ahead=st.none() | days)
    def a_task_gets_another_day(self, task: int, ahead: int | None) -> None:
        day = None if ahead is None else self._day(ahead)
        edits = self._run(plan.card(self.db, self.boss, task, self.now, TZ)).task.edits
        self._allowed(plan.set_task_date(self.db, self.boss, task, day, edits, self.now, TZ))

    @rule(task=st.sampled_from(TASKS))
    def a_task_is_done(self, task: int) -> None:
        done = plan.finish(self.db, self.boss, task, self._origin(), self.now, TZ, anyway=True)
        if self._allowed(done):
            self._buried("task", task)

    @rule(task=st.sampled_from(TASKS))
    def a_task_is_taken_up_again(self, task: int) -> None:
        edits = self._run(plan.card(self.db, self.boss, task, self.now, TZ)).task.edits
        if self._allowed(plan.reopen(self.db, self.boss, task, edits, self.now, TZ)):
            self.dead.pop(("task", task), None)

    @rule(
        number=st.sampled_from(PHASES),
        edge=st.sampled_from(Edge),
        ahead=st.none() | st.integers(-2, 60),
        along=st.booleans(),
    )
    def a_phase_moves(self, number: int, edge: Edge, ahead: int | None, along: bool) -> None:
        day = None if ahead is None else self._day(ahead)
        edits = next(p.edits for p, _ in self._run(plan.phases(self.db, self.now, TZ)) if p.number == number)
        self._allowed(plan.set_phase_date(self.db, self.boss, number, edge, day, edits, self.now, TZ, along=along))

    @rule(ahead=days, working=st.booleans())
    def a_holiday_is_made_or_taken_away(self, ahead: int, working: bool) -> None:
        table = f"{self._day(ahead).isoformat()},{'上班' if working else '休息'},\n".encode()
        self._run(reminders.import_days(self.db, None, table, "a.csv", self.now, ALWAYS))

    @rule(kind=st.sampled_from(("session", "task", "phase", "digest")), muted=st.booleans())
    def a_kind_is_switched(self, kind: str, muted: bool) -> None:
        self._run(reminders.set_mute(self.db, self.boss, kind, muted=muted))

    @rule(shift=st.booleans())
    @precondition(lambda self: self.settled)
    def a_reminder_is_put_off(self, shift: bool) -> None:
        items = self._run(self.db.read(lambda tx: tx.all("SELECT id, person_id FROM outbox WHERE state = 'sent'")))
        for row in items[-1:]:
            person = self._run(self.db.read(partial(people.person, person_id=row["person_id"])))
            assert person is not None
            self._allowed(reminders.put_off(self.db, person, row["id"], self.now, ALWAYS, shift=shift))

    @rule()
    def the_sender_sends(self) -> None:
        house = NoticeOffice(self.db, now=self.now, messages=self.messages)
        self._run(house.deliver())
        self.messages = house.messages

    # what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def what_was_told_or_missed_stays_so(self) -> None:
        rows = self._rows()
        now = {row.key: row.state for row in rows if row.state in {"expanded", "missed"}}
        assert self.settled.items() <= now.items()

    @invariant()
    def whatever_was_missed_is_in_the_audit_trail_once(self) -> None:
        missed = sorted(row.key for row in self._rows() if row.state == "missed")
        assert sorted(self._audited()) == missed

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        rows = self._run(
            self.db.read(
                lambda tx: tx.all(
                    """SELECT kind, subject_id, person_id, detail ->> 'day' AS day, detail ->> 'slot' AS slot, count(*) AS n
                         FROM outbox WHERE kind IN ('session', 'task', 'phase', 'digest', 'task_overdue', 'missed')
                          AND instr(dedupe_key, :later) = 0 GROUP BY 1, 2, 3, 4, 5,
                              CASE WHEN kind = 'missed' THEN detail ->> 'kind' END HAVING count(*) > 1""",
                    later=LATER,
                )
            )
        )
        assert [tuple(row) for row in rows] == []

    @invariant()
    def nothing_is_told_of_what_is_cancelled_or_done(self) -> None:
        for subject, told in self.dead.items():
            assert self._told(subject) == told

    # how -----------------------------------------------------------------------------------------------------------

    def _run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    def _allowed(self, work: Awaitable[object]) -> bool:
        """Do it; false when the rules refuse. Whatever it plans anew lies ahead."""
        before = self._planned()
        with contextlib.suppress(DomainError):
            self._run(work)
            assert all(one.due_at > self.now for one in self._planned() - before)
            return True
        return False

    def _planned(self) -> frozenset[Row]:
        return frozenset(row for row in self._rows() if row.state == "planned")

    def _open(self, name: str) -> None:
        self.dir = self.root / name
        self.db = self._run(Database.open(self.dir, readers=1))
        found = self._run(self.db.read(lambda tx: people.listed(tx, "")))
        self.boss: Person = next(person for person in found if person.role is Role.OFFICE)

    def _restart(self) -> None:
        """As the bot starts: everything is planned again, and what waits for a tick is not lost by that."""
        self._run(self.db.close())
        self._open(self.dir.name)
        due = {one for one in self._planned() if one.due_at <= self.now}
        self._run(reminders.replan_all(self.db, self.now, ALWAYS))
        assert due <= self._planned()

    def _tick(self) -> None:
        self._run(reminders.plan_weekly(self.db, self.now, ALWAYS))
        self._run(expand_due(self.db, EXPANDERS, self.now))
        self._after_tick()

    def _after_tick(self) -> None:
        for row in self._rows():
            assert row.state != "planned" or row.due_at > self.now, row
            if row.state not in {"expanded", "missed"} or row.key in self.settled:
                continue
            assert row.settled_at == self.now
            in_time = row.due_at <= self.now <= row.late_until
            assert row.state == ("expanded" if in_time else "missed"), row
            self.settled[row.key] = row.state

    def _rows(self) -> list[Row]:
        rows = self._run(
            self.db.read(
                lambda tx: tx.all(
                    """SELECT kind, subject_id, local_date, slot, state, due_at, late_until, settled_at
                         FROM occurrences o JOIN schedules s ON s.id = o.schedule_id"""
                )
            )
        )
        return [Row(*row) for row in rows]

    def _told(self, subject: tuple[str, int]) -> frozenset[tuple[str, int, str, str]]:
        return frozenset(r.key for r in self._rows() if r.key[:2] == subject and r.state == "expanded")

    def _buried(self, kind: str, subject: int) -> None:
        self.dead[kind, subject] = self._told((kind, subject))

    def _audited(self) -> list[tuple[str, int, str, str]]:
        rows = self._run(
            self.db.read(
                lambda tx: tx.all(
                    """SELECT target, detail ->> 'day' AS day, detail ->> 'slot' AS slot FROM audit
                        WHERE verb = 'schedule.missed'"""
                )
            )
        )
        named = [(*row["target"].split(":"), row["day"], row["slot"]) for row in rows]
        return [(kind, int(subject), day, slot) for kind, subject, day, slot in named]

    def _day(self, ahead: int) -> date:
        return local_date(self.now, TZ) + timedelta(days=ahead)

    def _origin(self) -> str:
        self.messages += 1
        return f"m:{self.messages}"

    async def _move(self, session: int, typed: str) -> None:
        """[改时间], the new time, [确认]."""
        origin = self._origin()
        await training.ask(self.db, self.boss, session, Part.TIME, origin, self.now)
        draft = await self.db.read(lambda tx: drafts.awaiting(tx, self.boss.id))
        assert draft is not None
        preview = await training.take(self.db, self.boss, draft, typed, self.messages, self.now, ALWAYS)
        await training.apply(self.db, self.boss, preview.draft_id, self.now, ALWAYS)


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sample office, joined and planned, made once and copied for each run."""
    folder = tmp_path_factory.mktemp("clockwork") / "office"

    async def make() -> None:
        db = await Database.open(folder)
        await notice_office(db)
        await reminders.replan_all(db, NOW, ALWAYS)
        await db.close()

    asyncio.run(make())
    Clockwork.template = folder


Clockwork.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_whatever_happens_everything_due_is_told_once_or_missed_aloud = Clockwork.TestCase
