"""Pictures of deeds in the database: file ids, local copies by their SHA-256, and forgetting. Decides nothing."""

from dataclasses import dataclass

from storage.database import Connection


async def add_photo(
    tx: Connection, deed_id: int, *, kind: str, file_id: str, unique_id: str, album: str | None, origin: str, now: int
) -> bool:
    """One more picture. False when the message was taken in before."""
    changed = await tx.run(
        """INSERT INTO deed_photos (deed_id, kind, file_id, unique_id, album, origin, added_at)
           VALUES (:deed, :kind, :file, :unique, :album, :origin, :now) ON CONFLICT (origin) DO NOTHING""",
        deed=deed_id,
        kind=kind,
        file=file_id,
        unique=unique_id,
        album=album,
        origin=origin,
        now=now,
    )
    return changed == 1


async def knows_photo(tx: Connection, origin: str) -> bool:
    """Whether this message's picture was taken in before."""
    return await tx.one("SELECT 1 FROM deed_photos WHERE origin = :origin", origin=origin) is not None


async def remove_photos(tx: Connection, deed_id: int, now: int) -> int:
    """The author takes a deed's pictures back. Returns how many there were."""
    return await tx.run(
        "UPDATE deed_photos SET removed_at = :now WHERE deed_id = :id AND removed_at IS NULL", now=now, id=deed_id
    )


# local copies ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToCopy:
    """A picture of which no local copy is kept yet."""

    id: int
    file_id: str


TRIES = 5


async def to_copy(tx: Connection, limit: int) -> tuple[ToCopy, ...]:
    """Pictures of submitted deeds without a copy, oldest first; those that failed five times are left alone."""
    rows = await tx.all(
        """SELECT p.id, p.file_id FROM deed_photos p JOIN deeds d ON d.id = p.deed_id
            WHERE p.sha256 IS NULL AND p.removed_at IS NULL AND p.copy_tries < :tries
              AND d.state IN ('submitted', 'vouched', 'confirmed') ORDER BY p.copy_tries, p.id LIMIT :limit""",
        tries=TRIES,
        limit=limit,
    )
    return tuple(ToCopy(row["id"], row["file_id"]) for row in rows)


async def copied(tx: Connection, photo_id: int, sha256: str) -> None:
    """A local copy is kept under this hash."""
    await tx.run("UPDATE deed_photos SET sha256 = :sha256 WHERE id = :id", sha256=sha256, id=photo_id)


async def not_copied(tx: Connection, photo_id: int) -> None:
    """It could not be copied this time."""
    await tx.run("UPDATE deed_photos SET copy_tries = copy_tries + 1 WHERE id = :id", id=photo_id)


async def copies(tx: Connection) -> frozenset[str]:
    """The hashes of all local copies that a picture names."""
    rows = await tx.all("SELECT DISTINCT sha256 FROM deed_photos WHERE sha256 IS NOT NULL")
    return frozenset(row["sha256"] for row in rows)


# forgetting ------------------------------------------------------------------------------------------------------


async def forget_photos(tx: Connection, before: int) -> tuple[str, ...]:
    """Delete pictures that were taken back, or that are older than ``before`` (ms UTC).

    Returns the hashes of local copies that no picture names any more.
    """
    rows = await tx.all(
        """DELETE FROM deed_photos WHERE removed_at IS NOT NULL OR added_at < :before RETURNING sha256""", before=before
    )
    gone = sorted({row["sha256"] for row in rows if row["sha256"] is not None})
    return tuple([sha256 for sha256 in gone if not await _kept(tx, sha256)])


async def _kept(tx: Connection, sha256: str) -> bool:
    return await tx.one("SELECT 1 FROM deed_photos WHERE sha256 = :sha256 LIMIT 1", sha256=sha256) is not None


async def forget_drafts(tx: Connection, before: int) -> int:
    """Delete what was never submitted and is older than ``before`` (ms UTC): drafts, and stray messages."""
    stale = (
        "SELECT id FROM deeds WHERE state IN ('draft', 'withdrawn') AND submitted_at IS NULL AND created_at < :before"
    )
    await tx.run(f"DELETE FROM deed_photos WHERE deed_id IN ({stale})", before=before)
    await tx.run(f"DELETE FROM deed_people WHERE deed_id IN ({stale})", before=before)
    return await tx.run(f"DELETE FROM deeds WHERE id IN ({stale})", before=before)
