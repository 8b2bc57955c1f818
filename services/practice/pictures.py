"""The question bank's pictures: their bytes, the messenger's ids of them, and words for whoever cannot see them.

An id is kept with the digest of the file it was made of, so that a picture that was drawn anew is sent anew.
"""

import hashlib
from functools import cache

from content.bank import PICTURES
from content.pictures.scenes import load_scenes
from storage import practice as store
from storage.database import Database


class Pictures:
    """The pictures of one bot. Make it with ``load``."""

    def __init__(self, db: Database, file_ids: dict[str, tuple[str, str]]) -> None:
        self._db = db
        self._file_ids = file_ids

    @classmethod
    async def load(cls, db: Database) -> "Pictures":
        """With the ids that the messenger gave before."""
        return cls(db, await db.read(store.pictures))

    def to_send(self, name: str) -> str | bytes:
        """The messenger's id of the picture, or the PNG if it has not got it yet."""
        digest, file_id = self._file_ids.get(name, ("", ""))
        body, current = _png(name)
        return file_id if file_id and digest == current else body

    async def sent(self, name: str, file_id: str) -> None:
        """The messenger has it now."""
        _, digest = _png(name)
        if self._file_ids.get(name) != (digest, file_id):
            self._file_ids[name] = (digest, file_id)
            await self._db.write(lambda tx: store.note_picture(tx, name, digest, file_id))

    def forget(self, name: str) -> None:
        """The messenger does not know the id (another bot's, or too old)."""
        self._file_ids.pop(name, None)


@cache
def _png(name: str) -> tuple[bytes, str]:
    body = (PICTURES / f"{name}.png").read_bytes()
    return body, hashlib.sha256(body).hexdigest()


@cache
def _words() -> dict[str, str]:
    return {name: scene.alt for name, scene in load_scenes().items()}


def in_words(name: str) -> str:
    """What the picture shows, place by place."""
    return _words().get(name, "")
