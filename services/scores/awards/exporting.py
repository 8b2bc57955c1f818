"""The list of rewards and penalties as a file. Who exported what is audited."""

import asyncio
from datetime import tzinfo

from content.award_table import award_csv, award_table
from content.table_format import Format
from domain.clock import local
from domain.people import Person, UnitKind, require_role
from domain.scores import awards as rules
from domain.scores.award_shown import AwardRow
from domain.scores.awards import Award, Step
from services.scores.common import fresh
from storage import audit
from storage.database import Connection, Database
from storage.scores import awards as store


async def export(db: Database, caller: Person, kind: Format, now: int, tz: tzinfo) -> bytes:
    """The rows as a file. Raises NotForRole."""
    listed = await rows(db, caller, now, tz)
    return await asyncio.to_thread(award_table if kind is Format.XLSX else award_csv, listed)


async def rows(db: Database, caller: Person, now: int, tz: tzinfo) -> tuple[AwardRow, ...]:
    """What the caller, a station head or of the office, may read of the own part, in order. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[AwardRow, ...]:
        person = await fresh(tx, caller)
        require_role(person, *rules.PROPOSERS)
        listed = [one for one in await store.within(tx, person.scope) if rules.may_read(person, one)]
        detail: dict[str, object] = {"rows": len(listed), "scope": person.scope}
        await audit.append(tx, person.id, "awards.export", f"unit:{person.unit.id}", now, detail)
        return tuple(_row(person, one, now, tz) for one in listed)

    return await db.write(unit)


def _row(caller: Person, award: Award, now: int, tz: tzinfo) -> AwardRow:
    """A line; who signed and why only for whoever deals with it or whom it concerns, objections for the former."""
    deals = rules.deals_with(caller, award)
    inside = deals or rules.concerned(caller, award)
    agreed, end = (award.agreed, award.end) if inside else (None, None)
    last_day = rules.last_day_of(award, tz)
    return AwardRow(
        number=award.id,
        kind=award.kind,
        subject=award.subject,
        station=award.station,
        team=award.unit.name if award.unit.kind is UnitKind.TEAM else "",
        staff_no=award.staff_no,
        name=award.name,
        what=award.what,
        why=award.why,
        state=award.state(now),
        proposer=award.proposer if inside else "",
        proposed=_moment(award.proposed_at, tz) if inside else "",
        agreed_by=agreed.name if agreed else "",
        agreed=_at(agreed, tz),
        last_day=last_day.isoformat() if last_day else "",
        objections="\n".join(f"{one.name}：{one.text}" for one in award.objections) if deals else "",
        ended_by=end.name if end else "",
        ended=_at(end, tz),
        reason=end.text if end else "",
    )


def _at(step: Step | None, tz: tzinfo) -> str:
    return _moment(step.at, tz) if step else ""


def _moment(at: int, tz: tzinfo) -> str:
    return f"{local(at, tz):%Y-%m-%d %H:%M}"
