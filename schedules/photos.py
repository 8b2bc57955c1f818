"""Local copies of the pictures of good deeds, where the office wants them: fetched a few at a tick, kept without EXIF.

What could not be fetched is tried again at a later tick, five times. Knows the client only as a way to get bytes.
"""

from collections.abc import Awaitable, Callable

import structlog

from content.photo_copy import PhotoFolder
from services import deeds
from storage.database import Database

log = structlog.get_logger(__name__)


async def keep_copies(db: Database, download: Callable[[str], Awaitable[bytes]], folder: PhotoFolder | None) -> int:
    """Copy what is to be copied; ``download``: a file's bytes by its id. Returns how many copies were made."""
    if folder is None:
        return 0
    kept = 0
    for photo in await deeds.to_copy(db):
        try:
            data: bytes | None = await download(photo.file_id)
        except Exception as error:  # noqa: BLE001 - whatever it was, the picture is tried again
            log.warning("a picture could not be fetched", photo=photo.id, reason=type(error).__name__)
            data = None
        try:
            kept += await deeds.keep_copy(db, folder, photo, data)
        except (OSError, MemoryError) as error:  # the disk is full: those behind it have their try, too
            log.warning("a picture could not be kept", photo=photo.id, reason=type(error).__name__)
            await deeds.not_kept(db, photo)
    return kept
