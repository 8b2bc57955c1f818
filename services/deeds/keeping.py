"""Local copies of pictures, where the office wants them, and forgetting what nobody needs any more."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from content.photo_copy import BadPhoto, PhotoFolder, clean
from domain.clock import DAY
from storage import audit
from storage import deeds as store
from storage.database import Connection, Database
from storage.deeds.photos import ToCopy

KEPT_DRAFTS = 30 * DAY  # what was never submitted is forgotten after it
AT_ONCE = 5  # pictures that are copied at one tick
_copying = asyncio.Lock()  # a copy that is being kept has a file and no row yet, and is not to be swept away


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long pictures are kept (days), and where copies go; None: there are none."""

    photo_days: int
    folder: PhotoFolder | None


async def to_copy(db: Database) -> tuple[ToCopy, ...]:
    """Pictures of submitted deeds of which no copy is kept yet, a few at a time."""
    return await db.read(lambda tx: store.to_copy(tx, AT_ONCE))


async def keep_copy(db: Database, folder: PhotoFolder, photo: ToCopy, data: bytes | None) -> bool:
    """Keep a copy without EXIF under its hash. ``data`` None: it could not be fetched this time. Whether it is kept."""
    if data is not None:
        try:
            cleaned = await asyncio.to_thread(clean, data)
        except BadPhoto:
            data = None
        else:
            async with _copying:
                await asyncio.to_thread(folder.put, cleaned)
                await db.write(lambda tx: store.copied(tx, photo.id, cleaned.sha256))
    if data is None:
        await not_kept(db, photo)
    return data is not None


async def not_kept(db: Database, photo: ToCopy) -> None:
    """It could not be kept this time."""
    await db.write(lambda tx: store.not_copied(tx, photo.id))


async def forget(db: Database, keeping: Keeping, now: int) -> int:
    """Nightly: stray messages and drafts after 30 days, pictures after their time. Returns how many drafts went.

    So go copies that no picture names: their person was erased, or the process ended between the row and the file.
    """

    async def unit(tx: Connection) -> tuple[int, tuple[str, ...]]:
        drafts = await store.forget_drafts(tx, now - KEPT_DRAFTS)
        hashes = await store.forget_photos(tx, now - keeping.photo_days * DAY)
        if drafts or hashes:
            await audit.append(tx, None, "deed.forget", "deeds", now, {"drafts": drafts, "copies": len(hashes)})
        return drafts, hashes

    drafts, _ = await db.write(unit)
    if keeping.folder is not None:
        async with _copying:
            there = await asyncio.to_thread(_there, keeping.folder)
            named = await db.read(store.copies)
            await asyncio.to_thread(_drop, keeping.folder, there - named)
    return drafts


def _there(folder: PhotoFolder) -> frozenset[str]:
    """The hashes of the copies in the folder."""
    return frozenset(path.stem for path in folder.root.glob("??/*.*") if not path.name.startswith("."))


def _drop(folder: PhotoFolder, hashes: Collection[str]) -> None:
    for sha256 in hashes:
        folder.drop(sha256)
