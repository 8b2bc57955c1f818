"""Deeds in the database: one by one, and as they change. Decides nothing."""

import json
from collections.abc import Iterable

from domain.deeds import (
    Conduct,
    Deed,
    DeedKind,
    DeedState,
    Photo,
    Return,
    ReturnReason,
    Sharer,
    Signature,
)
from domain.people import Unit, UnitKind
from storage.database import Connection, Row, Value, value_list

# Names of people who were erased are pseudonyms; who left is still named on what they did.
_DEED = """
    SELECT d.*, u.kind AS unit_kind, u.name AS unit_name, u.parent_id, u.path,
           CASE WHEN u.kind = 'team' THEN s.name ELSE u.name END AS station,
           w.name AS witness_name, f.name AS first_name, c.name AS second_name, r.name AS returned_name
      FROM deeds d JOIN units u ON u.id = d.unit_id LEFT JOIN units s ON s.id = u.parent_id
      LEFT JOIN people w ON w.id = d.witness_id LEFT JOIN people f ON f.id = d.first_by
      LEFT JOIN people c ON c.id = d.second_by LEFT JOIN people r ON r.id = d.returned_by
"""


def _signature(row: Row, which: str) -> Signature | None:
    if row[f"{which}_by"] is None:
        return None
    return Signature(row[f"{which}_by"], row[f"{which}_name"], row[f"{which}_at"])


def _return(row: Row) -> Return | None:
    if row["returned_by"] is None:
        return None
    return Return(ReturnReason(row["return_reason"]), row["return_words"], row["returned_name"], row["returned_at"])


def _deed(row: Row, sharers: tuple[Sharer, ...], photos: tuple[Photo, ...]) -> Deed:
    return Deed(
        id=row["id"],
        state=DeedState(row["state"]),
        sharers=sharers,
        unit=Unit(row["unit_id"], UnitKind(row["unit_kind"]), row["unit_name"], row["parent_id"], row["path"]),
        station=row["station"] or "",
        kind=DeedKind(row["kind"]),
        happened_at=row["happened_at"],
        exact=bool(row["exact"]),
        place=row["place"],
        text=row["text"],
        tags=frozenset(Conduct(tag) for tag in json.loads(row["tags"])),
        witness=Sharer(row["witness_id"], row["witness_name"]) if row["witness_id"] is not None else None,
        photos=photos,
        edits=row["edits"],
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
        first=_signature(row, "first"),
        second=_signature(row, "second"),
        returned=_return(row),
    )


def _agreed(value: int | None) -> bool | None:
    return None if value is None else bool(value)


# reading ---------------------------------------------------------------------------------------------------------


async def deeds(tx: Connection, where: str = "1 = 1", **values: Value) -> tuple[Deed, ...]:
    """The deeds for which ``where`` (SQL of this folder, over ``d`` and ``u``) holds, in its order."""
    rows = await tx.all(f"{_DEED} WHERE {where}", **values)
    ids = [row["id"] for row in rows]
    sharers, photos = await _sharers(tx, ids), await _photos(tx, ids)
    return tuple(_deed(row, sharers[row["id"]], photos.get(row["id"], ())) for row in rows)


async def deed(tx: Connection, deed_id: int) -> Deed | None:
    """One deed by id, in whatever state."""
    return next(iter(await deeds(tx, "d.id = :id", id=deed_id)), None)


async def of_origin(tx: Connection, origin: str) -> Deed | None:
    """The deed that a message began."""
    return next(iter(await deeds(tx, "d.origin = :origin", origin=origin)), None)


async def of_album(tx: Connection, person_id: int, album: str, since: int) -> Deed | None:
    """The person's deed that an earlier part of the album began, or was added to, after ``since`` (ms UTC)."""
    found = await deeds(
        tx,
        """d.author_id = :person AND (d.album = :album AND d.created_at > :since OR EXISTS (
               SELECT 1 FROM deed_photos p WHERE p.deed_id = d.id AND p.album = :album AND p.added_at > :since))
           ORDER BY d.id DESC LIMIT 1""",
        person=person_id,
        album=album,
        since=since,
    )
    return next(iter(found), None)


async def _sharers(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Sharer, ...]]:
    """Who took part, by deed: the author first, the others by staff number."""
    names, values = value_list("id", ids)
    rows = await tx.all(
        f"""SELECT s.deed_id, s.person_id, s.agreed, p.name, p.erased_at IS NOT NULL AS erased
              FROM deed_people s JOIN people p ON p.id = s.person_id JOIN deeds d ON d.id = s.deed_id
             WHERE s.deed_id IN ({names}) ORDER BY s.deed_id, s.person_id <> d.author_id, p.staff_no""",
        **values,
    )
    found: dict[int, tuple[Sharer, ...]] = {}
    for row in rows:
        one = Sharer(row["person_id"], row["name"], _agreed(row["agreed"]), erased=bool(row["erased"]))
        found[row["deed_id"]] = (*found.get(row["deed_id"], ()), one)
    return found


async def _photos(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Photo, ...]]:
    names, values = value_list("id", ids)
    rows = await tx.all(
        f"""SELECT id, deed_id, kind, file_id, unique_id, album, sha256 FROM deed_photos
             WHERE deed_id IN ({names}) AND removed_at IS NULL ORDER BY id""",
        **values,
    )
    found: dict[int, tuple[Photo, ...]] = {}
    for row in rows:
        found[row["deed_id"]] = (*found.get(row["deed_id"], ()), Photo(*(row[name] for name in Photo.__slots__)))
    return found


# changing --------------------------------------------------------------------------------------------------------


async def add(
    tx: Connection,
    *,
    origin: str,
    author_id: int,
    unit_id: int,
    kind: DeedKind,
    happened_at: int,
    exact: bool,
    place: str,
    text: str,
    tags: Iterable[Conduct],
    album: str | None,
    now: int,
) -> int | None:
    """A new draft, and its id; None when the message began one before."""
    row = await tx.one(
        """INSERT INTO deeds (origin, author_id, unit_id, kind, happened_at, exact, place, text, tags, album, created_at)
           VALUES (:origin, :author, :unit, :kind, :happened, :exact, :place, :text, :tags, :album, :now)
           ON CONFLICT (origin) DO NOTHING RETURNING id""",
        origin=origin,
        author=author_id,
        unit=unit_id,
        kind=kind.value,
        happened=happened_at,
        exact=int(exact),
        place=place,
        text=text,
        tags=_tags(tags),
        album=album,
        now=now,
    )
    if row is None:
        return None
    await tx.run("INSERT INTO deed_people (deed_id, person_id) VALUES (:id, :author)", id=row["id"], author=author_id)
    return int(row["id"])


def _tags(tags: Iterable[Conduct]) -> str:
    return json.dumps(sorted(tag.value for tag in tags))


async def open_(tx: Connection, deed_id: int) -> None:
    """The author wants it logged."""
    await tx.run("UPDATE deeds SET opened = 1 WHERE id = :id", id=deed_id)


# What an author may change, by column.
_COLUMNS = frozenset({"kind", "happened_at", "exact", "place", "text", "tags", "witness_id"})


async def change(tx: Connection, deed_id: int, **columns: Value) -> bool:
    """Change what an author may change; signatures that were given lapse, for they were given for something else.

    Without columns: people or pictures did. False when all is as it was before: then signatures stand.
    """
    assert columns.keys() <= _COLUMNS
    changes = "".join(f"{name} = :{name}, " for name in columns)
    differs = " OR ".join(f"{name} IS DISTINCT FROM :{name}" for name in columns) or "1 = 1"
    changed = await tx.run(
        f"""UPDATE deeds SET {changes} edits = edits + 1, first_by = NULL, first_at = NULL,
                   state = CASE WHEN state = 'vouched' THEN 'submitted' ELSE state END
             WHERE id = :id AND ({differs})""",
        id=deed_id,
        **columns,
    )
    return changed == 1


async def set_tags(tx: Connection, deed_id: int, tags: Iterable[Conduct]) -> None:
    """How it is sorted for the dossier: says nothing of what happened, so signatures stand."""
    await tx.run("UPDATE deeds SET tags = :tags WHERE id = :id", tags=_tags(tags), id=deed_id)


async def share(tx: Connection, deed_id: int, person_id: int) -> None:
    """Somebody took part as well."""
    await tx.run(
        "INSERT INTO deed_people (deed_id, person_id) VALUES (:id, :person) ON CONFLICT (deed_id, person_id) DO NOTHING",
        id=deed_id,
        person=person_id,
    )


async def unshare(tx: Connection, deed_id: int, person_id: int) -> None:
    """Somebody took no part after all."""
    await tx.run("DELETE FROM deed_people WHERE deed_id = :id AND person_id = :person", id=deed_id, person=person_id)


async def submit(tx: Connection, deed_id: int, edits: int, now: int) -> bool:
    """[提交] of what was shown with ``edits``. False when it is no draft any more, or has changed."""
    changed = await tx.run(
        """UPDATE deeds SET state = 'submitted', opened = 1, submitted_at = :now, returned_by = NULL, returned_at = NULL,
                  return_reason = NULL, return_words = ''
            WHERE id = :id AND edits = :edits AND state IN ('draft', 'returned')""",
        id=deed_id,
        edits=edits,
        now=now,
    )
    return changed == 1


async def vouch(tx: Connection, deed_id: int, edits: int, person_id: int, now: int) -> bool:
    """The first signature. False when it was given before, or the deed has changed."""
    changed = await tx.run(
        """UPDATE deeds SET state = 'vouched', first_by = :person, first_at = :now
            WHERE id = :id AND edits = :edits AND state = 'submitted'""",
        id=deed_id,
        edits=edits,
        person=person_id,
        now=now,
    )
    return changed == 1


async def confirm(tx: Connection, deed_id: int, edits: int, person_id: int, now: int) -> bool:
    """The second signature. False when it was given before, or the deed has changed."""
    changed = await tx.run(
        """UPDATE deeds SET state = 'confirmed', second_by = :person, second_at = :now
            WHERE id = :id AND edits = :edits AND state = 'vouched' AND first_by <> :person""",
        id=deed_id,
        edits=edits,
        person=person_id,
        now=now,
    )
    return changed == 1


async def give_back(
    tx: Connection, deed_id: int, edits: int, person_id: int, reason: ReturnReason, words: str, now: int
) -> bool:
    """[退回]. False when it waits no more, or has changed."""
    changed = await tx.run(
        """UPDATE deeds SET state = 'returned', first_by = NULL, first_at = NULL, returned_by = :person,
                  returned_at = :now, return_reason = :reason, return_words = :words
            WHERE id = :id AND edits = :edits AND state IN ('submitted', 'vouched')""",
        id=deed_id,
        edits=edits,
        person=person_id,
        reason=reason.value,
        words=words,
        now=now,
    )
    return changed == 1


async def withdraw(tx: Connection, deed_id: int) -> bool:
    """The author takes it back. False when it is confirmed, or was taken back before."""
    changed = await tx.run(
        """UPDATE deeds SET state = 'withdrawn', first_by = NULL, first_at = NULL
            WHERE id = :id AND state IN ('draft', 'submitted', 'vouched', 'returned')""",
        id=deed_id,
    )
    return changed == 1


async def set_agreed(tx: Connection, deed_id: int, person_id: int, agreed: bool) -> None:
    """Whether somebody who took part agreed to stand on the honour roll."""
    await tx.run(
        "UPDATE deed_people SET agreed = :agreed WHERE deed_id = :id AND person_id = :person",
        agreed=int(agreed),
        id=deed_id,
        person=person_id,
    )
