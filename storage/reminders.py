"""Mutes, shift patterns and the office's own calendar in the database."""

from collections.abc import Mapping
from datetime import date

from domain.quiet import Pattern
from storage.database import Connection


async def patterns(tx: Connection) -> dict[int, Pattern]:
    """Every team's shift pattern by unit id."""
    rows = await tx.all("SELECT unit_id, first_day, cycle FROM shift_patterns")
    return {row["unit_id"]: Pattern(date.fromisoformat(row["first_day"]), row["cycle"]) for row in rows}


async def calendar_days(tx: Connection) -> dict[date, bool]:
    """The office's own days: working or free."""
    rows = await tx.all("SELECT day, working FROM calendar_days")
    return {date.fromisoformat(row["day"]): bool(row["working"]) for row in rows}


async def put_calendar_days(tx: Connection, days: Mapping[date, tuple[bool, str]]) -> None:
    """Add days, or replace what is known of them: working or free, and why."""
    await tx.many(
        """INSERT INTO calendar_days (day, working, name) VALUES (:day, :working, :name)
           ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name""",
        [{"day": day.isoformat(), "working": int(working), "name": name} for day, (working, name) in days.items()],
    )


async def named_days(tx: Connection) -> dict[date, tuple[bool, str]]:
    """The office's own days by date: working or free, and why."""
    rows = await tx.all("SELECT day, working, name FROM calendar_days ORDER BY day")
    return {date.fromisoformat(row["day"]): (bool(row["working"]), row["name"]) for row in rows}


async def put_pattern(tx: Connection, unit_id: int, pattern: Pattern) -> None:
    """A team's shift pattern, in place of an older one."""
    await tx.run(
        """INSERT INTO shift_patterns (unit_id, first_day, cycle) VALUES (:unit, :first, :cycle)
           ON CONFLICT (unit_id) DO UPDATE SET first_day = excluded.first_day, cycle = excluded.cycle""",
        unit=unit_id,
        first=pattern.first_day.isoformat(),
        cycle=pattern.cycle,
    )


async def drop_pattern(tx: Connection, unit_id: int) -> bool:
    """Forget a team's shift pattern. False when there was none."""
    return await tx.run("DELETE FROM shift_patterns WHERE unit_id = :unit", unit=unit_id) == 1


async def mutes(tx: Connection, person_id: int) -> frozenset[str]:
    """The kinds of reminders that a person does not want."""
    rows = await tx.all("SELECT kind FROM mutes WHERE person_id = :person", person=person_id)
    return frozenset(row["kind"] for row in rows)


async def set_mute(tx: Connection, person_id: int, kind: str, *, muted: bool) -> None:
    """Switch a kind off or on; twice is once."""
    statement = (
        "INSERT INTO mutes (person_id, kind) VALUES (:person, :kind) ON CONFLICT (person_id, kind) DO NOTHING"
        if muted
        else "DELETE FROM mutes WHERE person_id = :person AND kind = :kind"
    )
    await tx.run(statement, person=person_id, kind=kind)


async def notices_waiting(tx: Connection, person_id: int) -> int:
    """How many notices wait for a person's confirmation."""
    row = await tx.one(
        """SELECT count(*) AS n FROM notice_receivers r JOIN notices n ON n.id = r.notice_id
            WHERE r.person_id = :person AND n.needs_confirm = 1 AND n.state IN ('sending', 'sent')
              AND coalesce(r.confirmed_version, 0) <> n.version""",
        person=person_id,
    )
    assert row is not None
    return int(row["n"])


async def unheard(tx: Connection, scope: str, before: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Notices sent before ``before`` (ms UTC) that people of ``scope`` have not confirmed: (text as HTML, their names)."""
    rows = await tx.all(
        """SELECT n.id, n.text, p.name FROM notices n
             JOIN notice_receivers r ON r.notice_id = n.id
             JOIN people p ON p.id = r.person_id AND p.left_at IS NULL
             JOIN units u ON u.id = p.unit_id AND substr(u.path, 1, length(:scope)) = :scope
            WHERE n.needs_confirm = 1 AND n.state IN ('sending', 'sent') AND n.released_at < :before
              AND coalesce(r.confirmed_version, 0) <> n.version AND coalesce(r.told_version, 0) <> n.version
            ORDER BY n.id, u.id, p.staff_no""",
        scope=scope,
        before=before,
    )
    names: dict[int, list[str]] = {}
    for row in rows:
        names.setdefault(row["id"], []).append(row["name"])
    texts = {row["id"]: row["text"] for row in rows}
    return tuple((texts[notice], tuple(found)) for notice, found in names.items())
