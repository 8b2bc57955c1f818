"""Rows for the exports: the ledger of a leader's part, a closed month. Who exported what is audited."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from domain import scores as rules
from domain.clock import local
from domain.errors import NotFound
from domain.people import LEADERS, Person, UnitKind, require_role
from domain.scores import Entry, Step, StepKind, SubjectKind
from domain.scores.shown import CloseTable, LedgerRow, SubjectTotal
from services.scores.closing import closer
from services.scores.common import fresh
from storage import audit
from storage import scores as store
from storage.database import Connection, Database


async def ledger_rows(db: Database, caller: Person, now: int, tz: tzinfo) -> tuple[LedgerRow, ...]:
    """Every entry of a leader's part, whatever became of it, in order. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[LedgerRow, ...]:
        person = await fresh(tx, caller)
        require_role(person, *LEADERS)
        entries, closed = await store.within(tx, person.scope), await store.last_closed(tx)
        detail: dict[str, object] = {"rows": len(entries), "scope": person.scope}
        await audit.append(tx, person.id, "scores.export", f"unit:{person.unit.id}", now, detail)
        return tuple(_row(one, closed, now, tz) for one in entries)

    return await db.write(unit)


async def close_rows(db: Database, caller: Person, unit_id: int, month: str, now: int, tz: tzinfo) -> CloseTable:
    """A closed month of a unit, for whoever closes its months. Raises NotForRole, NotYours, NotFound."""

    async def unit(tx: Connection) -> CloseTable:
        person, here = await closer(tx, caller, unit_id)
        close = await store.close_of(tx, here.id, month)
        if close is None:
            raise NotFound
        entries, closed = await store.entries_of_close(tx, close.id), await store.last_closed(tx)
        detail: dict[str, object] = {"rows": len(entries), "month": month}
        await audit.append(tx, person.id, "scores.export", f"unit:{here.id}", now, detail)
        return CloseTable(
            unit=here.name,
            month=month,
            closed_by=close.name,
            closed=_moment(close.closed_at, tz),
            totals=_totals(entries),
            rows=tuple(_row(one, closed, now, tz) for one in entries),
        )

    return await db.write(unit)


def _totals(entries: Iterable[Entry]) -> tuple[SubjectTotal, ...]:
    """People by staff number, then teams by name: an order that says nothing about points."""
    found: dict[tuple[str, int], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.subject.value, entry.person_id or entry.unit.id), []).append(entry)
    totals = [_total(listed) for listed in found.values()]
    return tuple(sorted(totals, key=lambda one: (one.subject is SubjectKind.TEAM, one.staff_no, one.team)))


def _total(entries: list[Entry]) -> SubjectTotal:
    last = entries[-1]
    return SubjectTotal(
        subject=last.subject,
        staff_no=last.staff_no,
        name=last.name,
        team=_team(last),
        entries=len(entries),
        points=sum(one.points for one in entries),
    )


def _team(entry: Entry) -> str:
    return entry.unit.name if entry.unit.kind is UnitKind.TEAM else ""


def _row(entry: Entry, closed: Mapping[int, str], now: int, tz: tzinfo) -> LedgerRow:
    refusal = entry.step(StepKind.REFUSED)
    return LedgerRow(
        number=entry.id,
        subject=entry.subject,
        station=entry.station,
        team=_team(entry),
        staff_no=entry.staff_no,
        name=entry.name,
        day=entry.happened_on.isoformat(),
        month=rules.booked_month(entry, closed),
        code=entry.clause.code,
        clause=entry.clause.text,
        points=entry.points,
        reason=entry.reason or entry.deed_text,
        deed_id=entry.deed_id,
        reverses=entry.reverses,
        state=entry.state(now),
        proposer=entry.proposer,
        proposed=_moment(entry.proposed_at, tz),
        decided_by=_name(entry.decision),
        decided=_at(entry.decision, tz),
        refusal=_text(refusal),
        appealed=_at(entry.appeal, tz),
        appeal=_text(entry.appeal),
        replied_by=_name(entry.reply),
        replied=_at(entry.reply, tz),
        reply=_text(entry.reply),
        closed=entry.closed is not None,
    )


def _name(step: Step | None) -> str:
    return step.name if step else ""


def _text(step: Step | None) -> str:
    return step.text if step else ""


def _at(step: Step | None, tz: tzinfo) -> str:
    return _moment(step.at, tz) if step else ""


def _moment(at: int, tz: tzinfo) -> str:
    return f"{local(at, tz):%Y-%m-%d %H:%M}"
