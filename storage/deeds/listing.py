"""Lists of deeds: one's own, what waits, what a flag compares, the honour roll, the export. Each is limited to a scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.clock import HOUR
from domain.deeds import Deed
from storage.database import Connection, value_list
from storage.deeds.rows import deeds

_WITHIN = "substr(u.path, 1, length(:scope)) = :scope"


async def own(tx: Connection, person_id: int, limit: int) -> tuple[Deed, ...]:
    """What a person logged and did not throw away, newest first."""
    return await deeds(
        tx,
        """d.author_id = :person AND d.opened = 1 AND d.state <> 'withdrawn' ORDER BY d.id DESC LIMIT :limit""",
        person=person_id,
        limit=limit,
    )


async def waiting_within(tx: Connection, scope: str) -> tuple[Deed, ...]:
    """What waits for a signature in the units under ``scope``, the longest first."""
    return await deeds(
        tx,
        f"""d.state IN ('submitted', 'vouched') AND {_WITHIN}
            ORDER BY CASE WHEN d.first_at IS NULL THEN d.submitted_at ELSE d.first_at END, d.id""",
        scope=scope,
    )


async def waiting_for_witness(tx: Connection, person_id: int) -> tuple[Deed, ...]:
    """What waits for the first signature and names this person as witness, the longest first."""
    return await deeds(
        tx, "d.state = 'submitted' AND d.witness_id = :person ORDER BY d.submitted_at, d.id", person=person_id
    )


async def confirmed_between(tx: Connection, scope: str, since: int, until: int) -> tuple[Deed, ...]:
    """What was confirmed from ``since`` to before ``until`` (ms UTC) in the units under ``scope``."""
    return await deeds(
        tx,
        f"d.state = 'confirmed' AND d.second_at >= :since AND d.second_at < :until AND {_WITHIN} ORDER BY d.second_at",
        scope=scope,
        since=since,
        until=until,
    )


async def submitted_within(tx: Connection, scope: str) -> tuple[Deed, ...]:
    """Every deed that waits or is confirmed in the units under ``scope``, by day; a returned one is with its author."""
    return await deeds(
        tx,
        f"d.state IN ('submitted', 'vouched', 'confirmed') AND {_WITHIN} ORDER BY d.happened_at, d.id",
        scope=scope,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who took part, as an export names them."""

    staff_no: str
    name: str


async def named(tx: Connection, ids: Iterable[int], scope: str) -> dict[int, tuple[Named, ...]]:
    """Who took part in these deeds and belongs to the units under ``scope``, or did when they left: the author first."""
    names, values = value_list("id", ids)
    rows = await tx.all(
        f"""SELECT s.deed_id, p.staff_no, p.name FROM deed_people s JOIN people p ON p.id = s.person_id
              JOIN units u ON u.id = p.unit_id JOIN deeds d ON d.id = s.deed_id
             WHERE s.deed_id IN ({names}) AND {_WITHIN}
             ORDER BY s.deed_id, s.person_id <> d.author_id, p.staff_no""",
        scope=scope,
        **values,
    )
    found: dict[int, tuple[Named, ...]] = {}
    for row in rows:
        found[row["deed_id"]] = (*found.get(row["deed_id"], ()), Named(row["staff_no"], row["name"]))
    return found


async def same_picture(tx: Connection, deed: Deed) -> bool:
    """Whether another deed that was submitted carries one of this one's pictures."""
    row = await tx.one(
        """SELECT 1 FROM deed_photos mine JOIN deed_photos other ON other.deed_id <> mine.deed_id
                    AND (other.unique_id = mine.unique_id OR other.sha256 = mine.sha256)
             JOIN deeds d ON d.id = other.deed_id
            WHERE mine.deed_id = :id AND mine.removed_at IS NULL AND other.removed_at IS NULL
              AND d.submitted_at IS NOT NULL AND d.state <> 'withdrawn' LIMIT 1""",
        id=deed.id,
    )
    return row is not None


async def same_hour(tx: Connection, deed: Deed, station_path: str) -> bool:
    """Whether another deed of this kind was submitted in the same station, within an hour of this one."""
    if not deed.exact:
        return False
    row = await tx.one(
        f"""SELECT 1 FROM deeds d JOIN units u ON u.id = d.unit_id
             WHERE d.kind = :kind AND d.happened_at > :since AND d.happened_at < :until AND d.exact = 1
               AND d.id <> :id AND d.submitted_at IS NOT NULL AND d.state <> 'withdrawn' AND {_WITHIN} LIMIT 1""",
        kind=deed.kind.value,
        since=deed.happened_at - HOUR,
        until=deed.happened_at + HOUR,
        id=deed.id,
        scope=station_path,
    )
    return row is not None


async def counts(tx: Connection, scope: str) -> dict[int, tuple[int, int]]:
    """Confirmed and waiting deeds by unit id, under ``scope``; units without any are left out."""
    rows = await tx.all(
        f"""SELECT d.unit_id, sum(CASE WHEN d.state = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,
                   sum(CASE WHEN d.state IN ('submitted', 'vouched') THEN 1 ELSE 0 END) AS waiting
              FROM deeds d JOIN units u ON u.id = d.unit_id WHERE {_WITHIN} GROUP BY d.unit_id""",
        scope=scope,
    )
    return {row["unit_id"]: (row["confirmed"], row["waiting"]) for row in rows}


async def kept_about(tx: Connection, person_id: int) -> list[dict[str, object]]:
    """The deeds in which a person took part, for their own export; not what is with another author. Times are ms UTC."""
    rows = await tx.all(
        """SELECT d.state, d.kind, d.happened_at, d.exact, d.place, d.text, d.tags, d.created_at, d.submitted_at,
                  d.return_reason, d.return_words, d.author_id = :id AS logged_by_me, s.agreed AS on_honour_roll,
                  (SELECT count(*) FROM deed_photos p WHERE p.deed_id = d.id AND p.removed_at IS NULL) AS photos
             FROM deed_people s JOIN deeds d ON d.id = s.deed_id
            WHERE s.person_id = :id AND (d.author_id = :id OR d.state IN ('submitted', 'vouched', 'confirmed'))
            ORDER BY d.id""",
        id=person_id,
    )
    return [dict(row) for row in rows]
