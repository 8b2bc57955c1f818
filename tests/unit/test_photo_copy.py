"""Copies of photos: nothing of the old file is left but what is seen, and no file does harm."""

import io
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from content.photo_copy import LIMIT, BadPhoto, PhotoFolder, clean

SECRET = "SECRET-CAMERA"


def jpeg(*, orientation: int = 1) -> bytes:
    """A JPEG with EXIF: camera, GPS, orientation, and a comment."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x010F] = SECRET
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = SECRET  # GPS date stamp
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif, comment=SECRET.encode())
    return buffer.getvalue()


def test_a_jpeg_keeps_nothing_of_its_exif_and_comment() -> None:
    data = jpeg()
    assert SECRET.encode() in data
    cleaned = clean(data)
    assert SECRET.encode() not in cleaned.body
    assert b"Exif" not in cleaned.body
    with Image.open(io.BytesIO(cleaned.body)) as picture:
        assert not picture.getexif()
        assert picture.size == (40, 20)


def test_a_png_keeps_nothing_of_its_text_chunks() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", SECRET)
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG", pnginfo=info)
    assert SECRET.encode() not in clean(buffer.getvalue()).body


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(io.BytesIO(clean(jpeg(orientation=6)).body)) as picture:
        assert picture.size == (20, 40)
        top = picture.convert("RGB").getpixel((10, 5))
    assert top[0] > 200 > 100 > top[1]  # type: ignore[index]


def test_the_same_picture_has_the_same_name() -> None:
    assert clean(jpeg()) == clean(jpeg())


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"\xff\xd8\xff", b"%PDF-1.7", jpeg()[:300], b"\xff\xd8" + bytes(LIMIT)],
    ids=["empty", "gif", "stub", "pdf", "cut", "large"],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPhoto):
        clean(data)


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = (20_000).to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(BadPhoto):
        clean(bomb)


def test_a_folder_keeps_the_same_picture_once_and_forgets_it(tmp_path: Path) -> None:
    folder, cleaned = PhotoFolder(tmp_path / "photos"), clean(jpeg())
    first = folder.put(cleaned)
    assert folder.put(cleaned) == first == folder.path(cleaned.sha256)
    assert [path.name for path in (tmp_path / "photos").rglob("*.*")] == [f"{cleaned.sha256}.jpg"]
    folder.drop(cleaned.sha256)
    folder.drop(cleaned.sha256)
    assert folder.path(cleaned.sha256) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "A" * 64])
def test_only_a_hash_names_a_copy(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        PhotoFolder(tmp_path).drop(name)
