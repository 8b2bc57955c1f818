"""Whatever people press, in whatever order, and whenever the process dies: the ledger holds what it promises.

A state machine drives the real services on a real file. Its model knows the rows that it has seen, and works out from
them alone what counts: no row disappears or changes, nobody signs alone, a closed month stays as it was, caps hold. A
crash is the copy of the files in the middle of a transaction, with which the machine goes on.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.clock import DAY, HOUR, local_date
from domain.deeds import DeedKind
from domain.errors import DomainError, NotForRole, NotYours
from domain.people import Person, Role
from domain.scores import (
    WINDOW,
    Entry,
    OwnAppeal,
    OwnConfirmation,
    OwnProposal,
    OwnScore,
    OwnTeam,
    SharedDeed,
    month_of,
    next_month,
)
from domain.scores.shown import ClosePage, ClosePreview
from services import scores
from storage.database import DATABASE_FILE, Connection, Database, Row, Value
from tests.conftest import NOW, TZ
from tests.services.score_office import P01, P02, STAFF, STANDARD, T01, ScoreOffice, opened, score_office

T = TypeVar("T")
U = TypeVar("U")
FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal", "audit.key")
TABLES = ("score_entries", "score_steps", "score_waiting", "score_closes", "score_close_entries", "outbox", "audit")
NOT_ONES_TO_SIGN = (OwnProposal, OwnConfirmation, OwnAppeal, OwnScore, OwnTeam, SharedDeed, NotYours, NotForRole)

staff = st.sampled_from([name for name in STAFF if name != "bureau"])
everybody = st.sampled_from(list(STAFF))
proposers = st.sampled_from(
    ["leader", "head", "office", "other"]
)  # who often may: rules are tried by ``everybody`` too
signers = st.sampled_from(["head", "deputy", "office", "officer"])
subjects = st.sampled_from(["anna", "bert", "carl", "leader", "head", "dora", "东一班", "东二班", "西一班"])
numbers = st.integers(0, 99)
LAST = -5  # as a number: the last entry that fits


class Died(Exception):
    """The process was killed here."""


class Mortal:
    """A database whose process dies before the ``at``-th statement that writes; ``image`` copies the files then."""

    def __init__(self, db: Database, at: int, image: Callable[[], None]) -> None:
        self.db, self.left, self.image = db, at, image

    async def read(self, unit: Callable[[Connection], Awaitable[U]]) -> U:
        return await self.db.read(unit)

    async def write(self, unit: Callable[[Connection], Awaitable[U]]) -> U:
        return await self.db.write(lambda tx: unit(cast("Connection", _Dying(tx, self))))


class _Dying:
    """A connection that counts what it writes."""

    def __init__(self, tx: Connection, mortal: Mortal) -> None:
        self.tx, self.mortal, self.audit_key = tx, mortal, tx.audit_key

    async def one(self, sql: str, **params: Value) -> Row | None:
        self._count(sql)
        return await self.tx.one(sql, **params)

    async def all(self, sql: str, **params: Value) -> list[Row]:
        return await self.tx.all(sql, **params)

    async def run(self, sql: str, **params: Value) -> int:
        self._count(sql)
        return await self.tx.run(sql, **params)

    async def many(self, sql: str, rows: list[dict[str, Value]]) -> int:
        self._count(sql)
        return await self.tx.many(sql, rows)

    def _count(self, sql: str) -> None:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            return
        if self.mortal.left == 0:
            self.mortal.image()
            raise Died
        self.mortal.left -= 1


@dataclass(frozen=True)
class Act:
    """Something that somebody tries. ``n`` chooses the entry; ``flag`` grants an appeal, or names an old preview."""

    kind: str
    by: str
    who: str = "anna"
    code: str = P01
    ago: int = 0
    n: int = 0
    flag: bool = False


acts = st.one_of(
    st.builds(Act, st.just("propose"), proposers, subjects, st.sampled_from([P01, P02, T01]), st.integers(0, 40)),
    st.builds(Act, st.sampled_from(["confirm", "refuse", "withdraw"]), signers, n=numbers),
    st.builds(Act, st.just("appeal"), st.sampled_from(["anna", "leader"]), n=numbers),
    st.builds(Act, st.just("decide"), signers, n=numbers, flag=st.booleans()),
    st.builds(Act, st.just("reverse"), proposers, n=numbers),
    st.builds(Act, st.just("close"), st.sampled_from(["head", "office"]), who=st.just("东站"), n=st.integers(0, 2)),
    st.builds(Act, st.just("deed"), st.sampled_from(["head", "office"])),
)


class Ledger(RuleBasedStateMachine):
    """One office over some months."""

    template: Path
    deed_id: int

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp())
        self.now, self.messages, self.versions = NOW, 0, 1
        self.cache: dict[str, list[Row]] = {}
        self.changed = True
        self.seen: dict[str, dict[int, tuple[object, ...]]] = {"score_entries": {}, "score_steps": {}}
        self.closes: dict[tuple[int, str], tuple[tuple[int, ...], int]] = {}
        shutil.copytree(self.template, self.root / "0")
        self._open("0")

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self._run(self.house.db.close())
            self.runner.close()
            shutil.rmtree(self.root)

    # time and the process ------------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 100))
    def time_goes_on(self, hours: int) -> None:
        self.now += hours * HOUR
        self.changed = True

    @rule(days=st.integers(10, 35))
    def weeks_go_by(self, days: int) -> None:
        self.now += days * DAY
        self.changed = True

    @rule()
    def it_is_restarted(self) -> None:
        self._run(self.house.db.close())
        self._open(self.dir.name)

    @rule(act=acts, at=st.integers(0, 12))
    def it_dies_in_the_middle(self, act: Act, at: int) -> None:
        before, alive = self._ledger(), self.house.db
        died = self.root / f"{len(list(self.root.iterdir()))}"

        def image() -> None:
            died.mkdir()
            for name in FILES:
                if (self.dir / name).exists():
                    shutil.copy2(self.dir / name, died / name)

        self.house.db = cast("Database", Mortal(alive, at, image))
        try:
            self._done(act)
        except (Died, DomainError):
            assert self._ledger(alive) == before  # what was begun is undone, in the process that lives on too
        self.house.db = alive
        if not died.exists():  # fewer statements: it was done as usual, or refused
            self.closes, self.changed = self._closed(), True
        if died.exists():
            self._run(alive.close())
            self._open(died.name)
            assert self._ledger() == before

    # what people do ------------------------------------------------------------------------------------------------

    @rule(by=proposers, who=subjects, ago=st.integers(0, 60))
    def a_leader_proposes(self, by: str, who: str, ago: int) -> None:
        self._try(Act("propose", by, who, P01 if who in STAFF else T01, ago))

    @rule(by=st.sampled_from(["leader", "head", "office"]), who=st.sampled_from(["anna", "bert"]))
    def what_has_a_cap_is_proposed_often(self, by: str, who: str) -> None:
        self._try(Act("propose", by, who, P01))

    @rule(by=signers, who=subjects, ago=st.integers(0, 60))
    def an_entry_is_proposed_and_confirmed(self, by: str, who: str, ago: int) -> None:
        self._try(Act("propose", by, who, P02 if who in STAFF else T01, ago))
        self._try(Act("confirm", "officer" if by == "office" else "office", n=LAST))

    @rule(by=st.sampled_from(["head", "office", "leader", "anna", "far_head"]))
    def a_deed_is_proposed(self, by: str) -> None:
        self._try(Act("deed", by))

    @rule(by=signers, n=numbers, kind=st.sampled_from(["confirm", "confirm", "refuse"]))
    def a_head_or_the_office_signs(self, by: str, n: int, kind: str) -> None:
        self._try(Act(kind, by, n=n))

    @rule(n=numbers)
    def a_proposer_withdraws(self, n: int) -> None:
        self._try(Act("withdraw", self._named(self._chosen(Act("withdraw", "", n=n))["proposer_id"]), n=n))

    @rule(n=numbers)
    def the_person_appeals(self, n: int) -> None:
        self._try(Act("appeal", self._named(self._chosen(Act("appeal", "", n=n))["person_id"]) or "leader", n=n))

    @rule(by=signers, n=numbers, granted=st.booleans())
    def an_appeal_is_decided(self, by: str, n: int, granted: bool) -> None:
        self._try(Act("decide", by, n=n, flag=granted))

    @rule(by=proposers, n=numbers)
    def a_reversal_is_proposed(self, by: str, n: int) -> None:
        self._try(Act("reverse", by, n=n))

    @rule(by=st.sampled_from(["head", "office"]), ago=st.integers(1, 2), old=st.booleans())
    def a_station_closes_a_month(self, by: str, ago: int, old: bool) -> None:
        self._try(Act("close", by, "东站", n=ago, flag=old))

    # what people may not do ----------------------------------------------------------------------------------------

    @rule(
        by=everybody, n=numbers, kind=st.sampled_from(["confirm", "refuse", "withdraw", "appeal", "decide", "reverse"])
    )
    def anybody_tries(self, by: str, n: int, kind: str) -> None:
        self._try(Act(kind, by, n=n))

    @rule(by=everybody, who=subjects)
    def anybody_proposes(self, by: str, who: str) -> None:
        self._try(Act("propose", by, who, P02 if who in STAFF else T01))

    @rule(by=everybody, unit=st.sampled_from(["东站", "西站", "所", "东一班"]), ago=st.integers(0, 3))
    def anybody_closes(self, by: str, unit: str, ago: int) -> None:
        self._try(Act("close", by, unit, n=ago))

    @rule(n=numbers, by=st.sampled_from(["leader", "head", "office"]), proposes=st.booleans())
    def somebody_scores_themselves(self, n: int, by: str, proposes: bool) -> None:
        subject = self._named(self._chosen(Act("confirm", "", n=n))["person_id"])
        self._try(Act("propose", by, by, P02) if proposes else Act("confirm", subject or "leader", n=n))

    @precondition(lambda self: self.now > NOW + 20 * DAY and self.versions < 3)
    @rule()
    def a_new_standard_begins(self) -> None:
        day = local_date(self.now, TZ)
        new = replace(STANDARD, title=f"第{self.versions}次修订", effective_from=day)
        with contextlib.suppress(DomainError):  # one begins today already
            self._run(scores.load_standard(self.house.db, self.house["office"], new, self.now, TZ))
            self.versions += 1
            self._open_again()

    # what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def all_of_it_holds(self) -> None:
        """Looked at whenever rows or the time have changed; that a refusal changes nothing is looked at there."""
        if not self.changed:
            return
        self.changed = False
        self.no_row_of_history_disappears_or_changes()
        self.nobody_signs_alone()
        self.totals_are_the_sums_of_what_counts()
        self.a_closed_month_stays_as_it_was()
        self.caps_hold()
        self.a_deed_and_an_entry_are_used_once()
        self.what_is_undecided_waits_for_somebody_who_may()

    def no_row_of_history_disappears_or_changes(self) -> None:
        for table, seen in self.seen.items():
            rows = {row["id"]: tuple(row) for row in self._rows(table)}
            assert seen.items() <= rows.items()
            self.seen[table] = rows

    def nobody_signs_alone(self) -> None:
        entries = {row["id"]: row for row in self._rows("score_entries")}
        for step in self._rows("score_steps"):
            entry = entries[step["entry_id"]]
            if step["step"] in {"confirmed", "refused", "granted", "dismissed"}:
                assert self._may_sign(self._person(step["person_id"]), entry), dict(step)
        for decided in ("granted", "dismissed"):
            by_entry = {
                step["entry_id"]: step["person_id"] for step in self._rows("score_steps") if step["step"] == decided
            }
            others = {
                (s["entry_id"], s["person_id"])
                for s in self._rows("score_steps")
                if s["step"] in {"confirmed", "appealed"}
            }
            assert not others & set(by_entry.items())

    def totals_are_the_sums_of_what_counts(self) -> None:
        counted: dict[tuple[object, str], int] = {}
        for row in self._rows("score_entries"):
            if self._counts(row):
                key = (row["person_id"] or f"unit {row['unit_id']}", self._booked(row))
                counted[key] = counted.get(key, 0) + row["points"]
        shown: dict[tuple[object, str], int] = {}
        for name in ("anna", "bert", "carl", "leader", "dora"):
            page = self._run(scores.own(self.house.db, self.house[name], self.now, TZ))
            for month in (page.this_month, *page.earlier):
                shown[self.house[name].id, month.month] = month.points
        team = self.house.units["东一班"]
        unit = self._run(scores.unit_page(self.house.db, self.house["head"], team, self.now, TZ))
        shown |= {
            (f"unit {team}", one.month): one.points for one in (unit.this_month, *unit.earlier) if one is not None
        }
        known = {subject for subject, _ in shown}
        assert {k: v for k, v in shown.items() if v} == {k: v for k, v in counted.items() if v and k[0] in known}

    def a_closed_month_stays_as_it_was(self) -> None:
        assert self._closed() == self.closes
        points = {row["id"]: row["points"] for row in self._rows("score_entries")}
        for taken, total in self.closes.values():
            assert sum(points[id_] for id_ in taken) == total

    def caps_hold(self) -> None:
        caps = {row["id"]: row["cap"] for row in self._rows("score_clauses") if row["cap"] is not None}
        entries = self._rows("score_entries")
        taken_back = {row["reverses"] for row in entries if self._counts(row)}
        used: dict[tuple[object, ...], int] = {}
        for row in entries:
            if (
                row["clause_id"] in caps
                and row["reverses"] is None
                and row["id"] not in taken_back
                and self._lives(row)
            ):
                key = (row["clause_id"], row["person_id"] or f"unit {row['unit_id']}", row["happened_on"][:7])
                used[key] = used.get(key, 0) + abs(row["points"])
        assert all(sum_ <= caps[cast("int", key[0])] for key, sum_ in used.items())

    def a_deed_and_an_entry_are_used_once(self) -> None:
        entries = [row for row in self._rows("score_entries") if self._lives(row)]
        taken_back = {row["reverses"] for row in entries if self._counts(row)}
        of_deed = [row["person_id"] for row in entries if row["deed_id"] and row["id"] not in taken_back]
        reversed_ = [row["reverses"] for row in entries if row["reverses"]]
        assert len(of_deed) == len(set(of_deed))
        assert len(reversed_) == len(set(reversed_))

    def what_is_undecided_waits_for_somebody_who_may(self) -> None:
        undecided = set()
        for row in self._rows("score_entries"):
            steps = self._steps(row)
            if not steps or (steps.keys() >= {"appealed"} and not steps.keys() & {"granted", "dismissed"}):
                undecided.add(row["id"])
        assert {row["entry_id"] for row in self._rows("score_waiting")} == undecided
        reached = set()
        for name in ("head", "deputy", "office", "officer", "far_head"):
            reached |= {entry.id for entry in self._waiting(name)}
        assert reached == undecided

    # acting --------------------------------------------------------------------------------------------------------

    def _try(self, act: Act) -> None:
        """Once, and where it was carried out the very press again, which changes nothing."""
        before, closed = self._ledger(), self._closed()
        try:
            again = self._done(act)
        except DomainError as error:
            assert self._ledger() == before, "a refusal has changed something"
            self._rightly_refused(act, error)
            return
        if again is None:
            return
        self.changed = True
        after = self._ledger()
        self._rightly_done(act)
        assert closed.items() <= self._closed().items()
        self.closes = self._closed()
        self._run(again())
        self.cache.clear()
        assert self._ledger() == after, "a second press has changed something"

    def _rightly_refused(self, act: Act, error: DomainError) -> None:
        if act.kind in {"confirm", "refuse", "decide"} and isinstance(error, NOT_ONES_TO_SIGN):
            assert act.kind == "decide" or not self._may_sign(self.house[act.by], self._chosen(act)), act

    def _rightly_done(self, act: Act) -> None:
        by = self.house[act.by]
        if act.kind == "propose":
            assert by.role in {Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE}
            assert act.by != act.who
        if act.kind == "close":
            assert by.role in {Role.STATION_HEAD, Role.OFFICE}

    async def _perform(self, act: Act) -> Callable[[], Awaitable[object]] | None:
        """Carry it out. The same press again; None when there was nothing to press on."""
        house, by = self.house, self.house[act.by]
        house.now = self.now
        if act.kind == "propose":
            day = local_date(self.now, TZ) - timedelta(days=act.ago)
            draft_id = await house.draft(act.by, act.who, act.code, day)
            await scores.propose(house.db, by, draft_id, self.now, TZ)
            return lambda: scores.propose(house.db, by, draft_id, self.now, TZ)
        if act.kind == "deed":
            await house.propose_deed(act.by, self.deed_id)
            return lambda: house.propose_deed(act.by, self.deed_id)
        if act.kind == "close":
            return await self._close(by, act)
        rows = await house.db.read(lambda tx: tx.all("SELECT * FROM score_entries ORDER BY id"))
        if not rows:
            return None
        steps = await house.db.read(lambda tx: tx.all("SELECT * FROM score_steps ORDER BY id"))
        entry_id = self._pick(act, rows, steps)["id"]
        if act.kind == "reverse":
            form = await scores.begin_reversal(house.db, by, entry_id, house.origin(), self.now, TZ)
            await house.types(act.by, "记错了")
            await scores.propose(house.db, by, form.draft_id, self.now, TZ)
            return lambda: scores.propose(house.db, by, form.draft_id, self.now, TZ)
        presses: dict[str, Callable[[], Awaitable[object]]] = {
            "confirm": lambda: scores.confirm(house.db, by, entry_id, WINDOW, self.now),
            "refuse": lambda: scores.refuse(house.db, by, entry_id, "材料不足", self.now),
            "withdraw": lambda: scores.withdraw(house.db, by, entry_id, self.now),
            "appeal": lambda: scores.appeal(house.db, by, entry_id, "那天休息", self.now),
            "decide": lambda: scores.decide(house.db, by, entry_id, "核实过", self.now, granted=act.flag),
        }
        await presses[act.kind]()
        return presses[act.kind]

    def _waiting(self, name: str) -> tuple[Entry, ...]:
        return self._run(self.house.db.read(lambda tx: scores.waiting(tx, self.house[name], self.now)))

    async def _close(self, by: Person, act: Act) -> Callable[[], Awaitable[object]]:
        db, unit = self.house.db, self.house.units[act.who]
        month = local_date(self.now, TZ).replace(day=1)
        for _ in range(act.n):
            month = (month - timedelta(days=1)).replace(day=1)
        shown = await scores.close_preview(db, by, unit, month_of(month), self.now, TZ)
        mark = shown.mark + act.flag if isinstance(shown, ClosePreview) else 0
        page = await scores.close(db, by, unit, month_of(month), mark, self.now, TZ)
        assert isinstance(page, ClosePreview if act.flag and isinstance(shown, ClosePreview) else ClosePage)
        return lambda: scores.close(db, by, unit, month_of(month), mark, self.now, TZ)

    # the model -----------------------------------------------------------------------------------------------------

    def _steps(self, entry: Row) -> dict[str, Row]:
        return {row["step"]: row for row in self._rows("score_steps") if row["entry_id"] == entry["id"]}

    def _lives(self, entry: Row) -> bool:
        return not self._steps(entry).keys() & {"refused", "withdrawn", "granted"}

    def _counts(self, entry: Row) -> bool:
        steps = self._steps(entry)
        if "confirmed" not in steps or "granted" in steps or ("appealed" in steps and "dismissed" not in steps):
            return False
        return bool(
            self.now >= max(steps["confirmed"]["until"], steps["dismissed"]["at"] if "dismissed" in steps else 0)
        )

    def _booked(self, entry: Row) -> str:
        for (_, month), (taken, _) in self.closes.items():
            if entry["id"] in taken:
                return month
        station = {"东一班": "东站", "东二班": "东站", "西一班": "西站"}
        name = next(name for name, id_ in self.house.units.items() if id_ == entry["unit_id"])
        books = self.house.units[station.get(name, name)]
        closed = [next_month(month) for unit, month in self.closes if unit == books]
        return max([str(entry["happened_on"])[:7], *closed])

    def _may_sign(self, by: Person, entry: Row) -> bool:
        unit = next(name for name, id_ in self.house.units.items() if id_ == entry["unit_id"])
        over = {
            "head": ("东站", "东一班", "东二班"),
            "deputy": ("东站", "东一班", "东二班"),
            "far_head": ("西站", "西一班"),
        }
        holds = by.name in {"office", "officer"} or unit in over.get(by.name, ())
        from_deed = entry["deed_id"] is not None and by.name in {"anna", "bert", "deputy"}
        return holds and by.id not in {entry["proposer_id"], entry["person_id"]} and not from_deed

    # how -----------------------------------------------------------------------------------------------------------

    def _done(self, act: Act) -> Callable[[], Awaitable[object]] | None:
        try:
            return self._run(self._perform(act))
        finally:
            self.cache.clear()

    def _run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    def _open(self, name: str) -> None:
        self.dir, self.cache, self.changed = self.root / name, {}, True
        db = self._run(Database.open(self.dir, readers=1))
        self.house: ScoreOffice = self._run(opened(db))
        self.house.now, self.house.messages = self.now, self.messages + 1000
        self.messages = self.house.messages

    def _open_again(self) -> None:
        self.cache, self.changed = {}, True
        db, messages = self.house.db, self.house.messages
        self.house = self._run(opened(db))
        self.house.now, self.house.messages = self.now, messages

    def _all(self, sql: str) -> list[Row]:
        return self._run(self.house.db.read(lambda tx: tx.all(sql)))

    def _rows(self, table: str) -> list[Row]:
        """Read once between two acts: every invariant looks at the same rows."""
        if table not in self.cache:
            self.cache[table] = self._all(f"SELECT * FROM {table}")
        return self.cache[table]

    def _ledger(self, db: Database | None = None) -> list[list[tuple[object, ...]]]:
        """Every row that acts add, as it stands."""

        async def unit(tx: Connection) -> list[list[tuple[object, ...]]]:
            return [[tuple(row) for row in await tx.all(f"SELECT * FROM {table}")] for table in TABLES]

        return self._run((db or self.house.db).read(unit))

    def _closed(self) -> dict[tuple[int, str], tuple[tuple[int, ...], int]]:
        rows = self._all(
            """SELECT k.unit_id, k.month, e.id, coalesce(e.points, 0) AS points FROM score_closes k
                 LEFT JOIN score_close_entries b ON b.close_id = k.id LEFT JOIN score_entries e ON e.id = b.entry_id
                ORDER BY k.id, e.id"""
        )
        found: dict[tuple[int, str], tuple[tuple[int, ...], int]] = {}
        for row in rows:
            ids, total = found.get((row["unit_id"], row["month"]), ((), 0))
            more = (row["id"],) if row["id"] is not None else ()
            found[row["unit_id"], row["month"]] = ((*ids, *more), total + row["points"])
        return found

    def _chosen(self, act: Act) -> Row:
        return self._pick(act, self._rows("score_entries"), self._rows("score_steps"))

    def _pick(self, act: Act, rows: list[Row], steps: list[Row]) -> Row:
        """The entry of an act: mostly one that waits for such an act, now and then any."""
        after = {"appeal": "confirmed", "decide": "appealed", "reverse": "confirmed"}.get(act.kind)
        past = {step["entry_id"] for step in steps if after is None or step["step"] == after}
        fit = [row for row in rows if (row["id"] in past) is (after is not None)]
        if act.kind == "reverse":
            fit = [row for row in fit if row["reverses"] is None]
        chosen = rows if act.n % 5 == 4 or not fit else fit
        return chosen[act.n // 5 % len(chosen)]

    def _person(self, id_: int) -> Person:
        return next(one for one in self.house.people.values() if one.id == id_)

    def _named(self, id_: int | None) -> str:
        return next((name for name, one in self.house.people.items() if one.id == id_), "")


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The office with a verified deed and entries in every state, made once and copied for each run."""
    folder = tmp_path_factory.mktemp("ledger") / "office"

    async def make() -> int:
        db = await Database.open(folder)
        house = await score_office(db)
        deed_id = await house.deed("anna", "bert", "deputy", kind=DeedKind.AID)
        house.now = NOW - 10 * DAY
        await house.confirmed("leader", "anna", P01, date(2026, 10, 20))
        await house.confirmed("head", "bert", P02, date(2026, 11, 2))
        await house.confirmed("leader", "东一班", T01, date(2026, 10, 31))
        house.now = NOW - HOUR
        disputed = await house.confirmed("officer", "carl", P02)
        await house.appeal("carl", disputed)
        for subject, code in (("东二班", T01), ("anna", P01), ("anna", P01), ("dora", P02)):
            await house.confirmed("officer", subject, code)
        await house.confirmed("head", "carl", P02, date(2026, 10, 5))
        await house.propose("head", "bert", P02)
        await house.propose("office", "head", P02)
        await db.close()
        return deed_id

    Ledger.deed_id = asyncio.run(make())
    Ledger.template = folder


Ledger.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_whatever_is_pressed_the_ledger_holds = Ledger.TestCase
