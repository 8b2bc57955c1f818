"""Local copies of deeds' pictures: made once, tried again, given up, forgotten with the picture."""

from pathlib import Path

import pytest_asyncio

from content.photo_copy import PhotoFolder
from domain.clock import DAY
from schedules.photos import keep_copies
from services import deeds
from storage import deeds as store
from storage.database import Database
from tests.conftest import NOW, TZ
from tests.services.test_deeds import Office, office
from tests.unit.test_photo_copy import jpeg

__all__ = ["office"]


class Server:
    """Where files are fetched from: ``body``, or a failure."""

    def __init__(self, body: bytes | None) -> None:
        self.body, self.asked = body, list[str]()

    async def __call__(self, file_id: str) -> bytes:
        self.asked.append(file_id)
        if self.body is None:
            raise OSError
        return self.body


@pytest_asyncio.fixture
async def folder(tmp_path: Path) -> PhotoFolder:
    return PhotoFolder(tmp_path / "photos")


async def hashes(db: Database, deed_id: int) -> list[str | None]:
    deed = await db.read(lambda tx: store.deed(tx, deed_id))
    assert deed
    return [photo.sha256 for photo in deed.photos]


async def test_a_picture_of_a_submitted_deed_is_copied_once(office: Office, folder: PhotoFolder) -> None:
    deed_id, server = await office.submitted(picture="a"), Server(jpeg())
    assert [await keep_copies(office.db, server, folder) for _ in range(2)] == [1, 0]
    assert server.asked == ["file-a"]
    sha256 = (await hashes(office.db, deed_id))[0]
    assert sha256
    assert folder.path(sha256)


async def test_a_draft_is_not_copied_and_without_a_folder_nothing_is(office: Office, folder: PhotoFolder) -> None:
    await office.offered(picture="a")
    server = Server(jpeg())
    assert await keep_copies(office.db, server, folder) == 0
    await office.submitted(picture="b")
    assert await keep_copies(office.db, server, None) == 0
    assert server.asked == []


async def test_what_cannot_be_fetched_is_tried_five_times(office: Office, folder: PhotoFolder) -> None:
    deed_id, server = await office.submitted(picture="a"), Server(None)
    for _ in range(7):
        await keep_copies(office.db, server, folder)
    assert len(server.asked) == 5
    assert await hashes(office.db, deed_id) == [None]


async def test_what_is_no_picture_is_not_kept(office: Office, folder: PhotoFolder) -> None:
    deed_id = await office.submitted(picture="a")
    assert await keep_copies(office.db, Server(b"%PDF"), folder) == 0
    assert await hashes(office.db, deed_id) == [None]
    assert not folder.root.exists()


async def test_a_full_disk_costs_a_try_and_not_the_tick(office: Office, tmp_path: Path) -> None:
    (tmp_path / "photos").write_bytes(b"")  # no folder can be made here
    first, second = await office.submitted(picture="a"), await office.submitted(picture="b")
    server = Server(jpeg())
    assert await keep_copies(office.db, server, PhotoFolder(tmp_path / "photos")) == 0
    assert server.asked == ["file-a", "file-b"]
    assert [*await hashes(office.db, first), *await hashes(office.db, second)] == [None, None]


async def test_the_copy_goes_with_its_last_picture(office: Office, folder: PhotoFolder) -> None:
    first, second = await office.submitted(picture="a"), await office.submitted(picture="b")
    await keep_copies(office.db, Server(jpeg()), folder)
    assert await hashes(office.db, first) == await hashes(office.db, second)
    sha256 = (await hashes(office.db, first))[0]
    assert sha256
    await deeds.drop_photos(office.db, await office.who("1017"), first, "press:1", NOW, TZ)
    keeping = deeds.Keeping(730, folder)
    await deeds.forget(office.db, keeping, NOW)
    assert folder.path(sha256)
    await deeds.forget(office.db, deeds.Keeping(30, folder), NOW + 31 * DAY)
    assert folder.path(sha256) is None
