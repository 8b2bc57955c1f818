"""Picture headers and file names."""

import pytest

from sandbox.errors import ApiError
from sandbox.files import FileStore, media_type, picture_size
from sandbox.records import Upload

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + b"\xff\xc2\x00\x11\x08\x02\x58\x03\x20" + b"\0" * 10
VP8 = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + (640).to_bytes(2, "little") + (480).to_bytes(2, "little")
VP8L = b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 4 + b"\x2f" + (99 | 49 << 14).to_bytes(4, "little") + b"\0" * 8
VP8X = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (799).to_bytes(3, "little") + (599).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (JPEG, ("jpg", 800, 600)),
        (b"\xff\xd8\xff", ("jpg", 90, 90)),
        (VP8, ("webp", 640, 480)),
        (VP8L, ("webp", 100, 50)),
        (VP8X, ("webp", 800, 600)),
        (b"GIF89a", ("", 0, 0)),
        (b"", ("", 0, 0)),
    ],
)
def test_sizes_are_read_from_headers(content: bytes, size: tuple[str, int, int]) -> None:
    assert picture_size(content) == size


def test_sizes_of_png(png: bytes) -> None:
    assert picture_size(png) == ("png", 40, 20)


@pytest.mark.parametrize(
    ("name", "declared", "expected"),
    [
        ("a.ics", "", "text/calendar"),
        ("a.pdf", "x/y", "application/pdf"),
        ("a", "x/y", "x/y"),
        ("a", "", "application/octet-stream"),
    ],
)
def test_types_follow_names(name: str, declared: str, expected: str) -> None:
    assert media_type(name, declared) == expected


def test_pictures_too_narrow_or_too_big_are_refused(png: bytes) -> None:
    narrow = png[:16] + (1).to_bytes(4, "big") + (30).to_bytes(4, "big") + png[24:]
    with pytest.raises(ApiError, match="PHOTO_INVALID_DIMENSIONS"):
        FileStore().add_photo(Upload("a.png", "", narrow))
    with pytest.raises(ApiError, match="too big for a photo"):
        FileStore().add_photo(Upload("a.png", "", png + b"\0" * (10 << 20)))


def test_the_same_bytes_have_one_unique_id_and_many_file_ids(png: bytes) -> None:
    store = FileStore()
    first, second = (store.add_photo(Upload("a.png", "", png)) for _ in range(2))
    assert first.unique_id == second.unique_id
    assert first.file_id != second.file_id


def test_empty_documents_are_refused() -> None:
    with pytest.raises(ApiError, match="file must be non-empty"):
        FileStore().add_document(Upload("a.txt", "", b""))
