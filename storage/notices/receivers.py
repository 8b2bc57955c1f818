"""Who a notice went to, who has confirmed which version, and what became of the copies."""

from collections.abc import Iterable, Mapping

from domain.notices import Cell, Received, Standing, fate
from domain.outbox import State as Sending
from domain.people import Person, Unit, UnitKind
from storage import people
from storage.database import Connection, Row, value_list
from storage.notices.rows import AUTHOR_JOINS, NOTICE_FIELDS, notice_of

_RECEIVED = f"""
    SELECT {NOTICE_FIELDS}, r.person_id, r.confirmed_at, r.confirmed_version
      FROM notice_receivers r JOIN notices n ON n.id = r.notice_id {AUTHOR_JOINS}
"""
# A line of the day's bundle has been delivered when the bundle has.
_COPIES = """
      FROM outbox o
      JOIN notices n ON n.id = o.subject_id
      JOIN notice_receivers r ON r.notice_id = o.subject_id AND r.person_id = o.person_id
      JOIN units u ON u.id = r.unit_id
      LEFT JOIN outbox b ON b.id = o.target_id AND o.state = 'merged'
     WHERE o.kind = 'notice' AND o.subject_id = :id AND o.action = 'send'
       AND substr(u.path, 1, length(:scope)) = :scope
"""
_STATE = "coalesce(b.state, o.state) AS state, coalesce(b.cause, o.cause) AS cause"
_CONFIRMED = "coalesce(r.confirmed_version = n.version, 0) AS confirmed"
_TOLD = "coalesce(r.told_version = n.version, 0) AS told"


def _received(row: Row) -> Received:
    notice = notice_of(row)
    current = row["confirmed_version"] == notice.version
    return Received(notice, row["confirmed_at"] if current else None, row["confirmed_at"] is not None and not current)


async def add_receivers(tx: Connection, notice_id: int, receivers: Iterable[Person]) -> None:
    """These people are to receive it; who is known already stays as they are."""
    await tx.many(
        """INSERT INTO notice_receivers (notice_id, person_id, unit_id) VALUES (:notice, :person, :unit)
           ON CONFLICT (notice_id, person_id) DO NOTHING""",
        [{"notice": notice_id, "person": person.id, "unit": person.unit.id} for person in receivers],
    )


async def receiver(tx: Connection, notice_id: int, person_id: int) -> Received | None:
    """A notice as one person has it; None when it was not for them. One look-up by two primary keys."""
    row = await tx.one(
        f"{_RECEIVED} WHERE r.notice_id = :notice AND r.person_id = :person", notice=notice_id, person=person_id
    )
    return _received(row) if row else None


async def receivers(tx: Connection, notice_id: int, people: Iterable[int]) -> dict[int, Received]:
    """A notice as each of several people has it, by person id; whoever it was not for is left out."""
    names, values = value_list("person", people)
    rows = await tx.all(
        f"{_RECEIVED} WHERE r.notice_id = :notice AND r.person_id IN ({names})", notice=notice_id, **values
    )
    return {row["person_id"]: _received(row) for row in rows}


async def received(tx: Connection, person_id: int, limit: int) -> tuple[Received, ...]:
    """The newest notices of a person that can be read: those that wait for a confirmation first."""
    rows = await tx.all(
        f"""{_RECEIVED}
             WHERE r.person_id = :person AND (n.state IN ('sending', 'sent') OR (n.state = 'cancelled' AND EXISTS (
                   SELECT 1 FROM outbox o WHERE o.dedupe_key = 'notice:' || n.id || ':' || r.person_id
                      AND o.state IN ('sent', 'merged'))))
             ORDER BY n.needs_confirm = 1 AND coalesce(r.confirmed_version, 0) <> n.version DESC, n.id DESC
             LIMIT :limit""",
        person=person_id,
        limit=limit,
    )
    return tuple(_received(row) for row in rows)


async def confirm(tx: Connection, notice_id: int, person_id: int, version: int, now: int) -> bool:
    """[收到] for a version. False when this version was confirmed before."""
    changed = await tx.run(
        """UPDATE notice_receivers SET confirmed_at = :now, confirmed_version = :version
            WHERE notice_id = :notice AND person_id = :person AND coalesce(confirmed_version, 0) < :version""",
        notice=notice_id,
        person=person_id,
        version=version,
        now=now,
    )
    return changed == 1


async def unheard(tx: Connection, notice_id: int) -> frozenset[int]:
    """The receivers who have not confirmed the present version."""
    rows = await tx.all(
        """SELECT r.person_id FROM notice_receivers r JOIN notices n ON n.id = r.notice_id
            WHERE r.notice_id = :id AND coalesce(r.confirmed_version, 0) <> n.version""",
        id=notice_id,
    )
    return frozenset(row["person_id"] for row in rows)


# figures ---------------------------------------------------------------------------------------------------------


async def cells(tx: Connection, notice_id: int, scope: str) -> tuple[Cell, ...]:
    """What became of the copies, grouped, of receivers whose unit lay in ``scope``."""
    rows = await tx.all(
        f"""SELECT r.unit_id, {_STATE}, {_CONFIRMED}, {_TOLD}, count(*) AS n,
                   coalesce(r.confirmed_version < n.version, 0) AS confirmed_before
            {_COPIES} GROUP BY r.unit_id, 2, 3, 4, 5, 7""",
        id=notice_id,
        scope=scope,
    )
    units = {row["id"]: _unit(row) for row in await tx.all("SELECT * FROM units")} if rows else {}
    return tuple(_cell(row, units) for row in rows)


def _unit(row: Row) -> Unit:
    return Unit(row["id"], UnitKind(row["kind"]), row["name"], row["parent_id"], row["path"])


def _cell(row: Row, units: Mapping[int, Unit]) -> Cell:
    unit = units[row["unit_id"]]
    group = units.get(unit.parent_id or 0, unit) if unit.kind is UnitKind.TEAM else unit
    confirmed = bool(row["confirmed"])
    end = fate(Sending(row["state"]), row["cause"], confirmed=confirmed)
    before, told = bool(row["confirmed_before"]), bool(row["told"])
    return Cell(unit, group, end, row["cause"], confirmed, before, told, row["n"])


async def standings(tx: Connection, notice_id: int, scope: str) -> tuple[Standing, ...]:
    """The receivers by name, of those who are still here, by unit and staff number."""
    rows = await tx.all(f"SELECT r.person_id, {_STATE}, {_CONFIRMED}, {_TOLD} {_COPIES}", id=notice_id, scope=scope)
    found = {row["person_id"]: row for row in rows}
    return tuple(_standing(person, found[person.id]) for person in await people.listed(tx, scope) if person.id in found)


def _standing(person: Person, row: Row) -> Standing:
    confirmed = bool(row["confirmed"])
    end = fate(Sending(row["state"]), row["cause"], confirmed=confirmed)
    return Standing(person, end, row["cause"], confirmed, bool(row["told"]))


# telling in person -----------------------------------------------------------------------------------------------


async def put_cascade(tx: Connection, notice_id: int, version: int, told: Mapping[int, Iterable[int]]) -> None:
    """Which leader tells whom, for a version of the text."""
    await tx.many(
        """INSERT INTO notice_cascades (notice_id, leader_id, person_id, version)
           VALUES (:notice, :leader, :person, :version)
           ON CONFLICT (notice_id, leader_id, person_id) DO UPDATE SET version = excluded.version""",
        [
            {"notice": notice_id, "leader": leader, "person": person, "version": version}
            for leader, persons in told.items()
            for person in persons
        ],
    )


async def cascaded_to(tx: Connection, notice_id: int, leader_id: int) -> frozenset[int]:
    """Whom a leader was asked to tell the present version and who has neither confirmed it nor been told it."""
    rows = await tx.all(
        """SELECT c.person_id FROM notice_cascades c
             JOIN notices n ON n.id = c.notice_id AND n.version = c.version
             JOIN notice_receivers r ON r.notice_id = c.notice_id AND r.person_id = c.person_id
            WHERE c.notice_id = :notice AND c.leader_id = :leader
              AND coalesce(r.confirmed_version, 0) <> n.version AND coalesce(r.told_version, 0) <> n.version""",
        notice=notice_id,
        leader=leader_id,
    )
    return frozenset(row["person_id"] for row in rows)


async def tell(tx: Connection, notice_id: int, version: int, persons: Iterable[int], by: int, now: int) -> int:
    """These were told in person; who confirmed or was told before is left alone. Returns how many."""
    return await tx.many(
        """UPDATE notice_receivers SET told_at = :now, told_by = :by, told_version = :version
            WHERE notice_id = :notice AND person_id = :person
              AND coalesce(confirmed_version, 0) < :version AND coalesce(told_version, 0) < :version""",
        [{"notice": notice_id, "person": one, "version": version, "by": by, "now": now} for one in persons],
    )
