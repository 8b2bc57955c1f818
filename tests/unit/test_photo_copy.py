"""Copies of photos: nothing of the old file is left but what is seen, and no file does harm."""

import contextlib
import io
import os
import random
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, PngImagePlugin

from content.photo_copy import LIMIT, BadPhoto, PhotoFolder, clean

SECRET = "SECRET-CAMERA"


def halves() -> Image.Image:
    """Red on the left, white on the right."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 20))
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(*, orientation: int = 1) -> bytes:
    """A JPEG with EXIF: camera, GPS, orientation, and a comment."""
    exif = Image.Exif()
    exif[0x010F] = SECRET
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = SECRET  # GPS date stamp
    return encoded(halves(), "JPEG", exif=exif, comment=SECRET.encode())


def test_a_jpeg_keeps_nothing_of_its_exif_and_comment() -> None:
    data = jpeg()
    assert SECRET.encode() in data
    cleaned = clean(data)
    assert not any(trace in cleaned.body for trace in (SECRET.encode(), b"Exif", b"http://ns.adobe.com"))
    with Image.open(io.BytesIO(cleaned.body)) as picture:
        assert not picture.getexif()
        assert picture.size == (40, 20)


def test_a_png_keeps_nothing_of_its_text_chunks() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", SECRET)
    data = encoded(Image.new("RGB", (8, 8)), "PNG", pnginfo=info)
    assert SECRET.encode() in data
    assert SECRET.encode() not in clean(data).body


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_profile_and_xmp_stay_behind(kind: str) -> None:
    data = encoded(halves(), kind, icc_profile=SECRET.encode(), xmp=SECRET.encode())
    assert SECRET.encode() in data
    cleaned = clean(data)
    assert SECRET.encode() not in cleaned.body
    assert cleaned.suffix == {"JPEG": ".jpg", "WEBP": ".webp"}[kind]


def test_what_hangs_behind_the_picture_stays_behind() -> None:
    assert SECRET.encode() not in clean(jpeg() + b"PK" + SECRET.encode()).body


def test_of_several_pictures_in_one_file_the_first_is_kept_as_a_plain_one() -> None:
    cleaned = clean(encoded(halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")]))
    with Image.open(io.BytesIO(cleaned.body)) as picture:
        assert (picture.format, cleaned.suffix) == ("JPEG", ".jpg")
        assert min(picture.convert("RGB").getpixel((30, 10))) > 250  # type: ignore[arg-type]


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(io.BytesIO(clean(jpeg(orientation=6)).body)) as picture:
        assert picture.size == (20, 40)
        top = picture.convert("RGB").getpixel((10, 5))
    assert top[0] > 200 > 100 > top[1]  # type: ignore[index]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_shows_what_the_camera_saw(orientation: int) -> None:
    with Image.open(io.BytesIO(jpeg(orientation=orientation))) as taken:
        upright = ImageOps.exif_transpose(taken)
    with Image.open(io.BytesIO(clean(jpeg(orientation=orientation)).body)) as kept:
        assert kept.size == upright.size
        difference = ImageChops.difference(kept.convert("RGB"), upright)
    assert max(high for _, high in difference.getextrema()) < 40  # type: ignore[misc]


def test_sixteen_bits_of_grey_do_not_turn_white() -> None:
    cleaned = clean(encoded(Image.new("I;16", (4, 4), 32768), "PNG"))
    with Image.open(io.BytesIO(cleaned.body)) as picture:
        assert picture.getpixel((0, 0)) == (128, 128, 128, 255)


def test_odd_exif_does_not_cost_the_picture() -> None:
    whole = jpeg(orientation=6)
    at = whole.index(b"Exif\0\0") + 6
    assert clean(whole[:at] + b"\xff" * 20 + whole[at + 20 :]).body


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


@pytest.mark.parametrize("side", [7_800, 10_000, 20_000])
def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(side: int) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(BadPhoto):
        clean(bomb)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
def test_a_damaged_file_is_refused_or_kept_and_never_anything_else(kind: str) -> None:
    chance = random.Random(kind)
    whole = encoded(halves(), kind, **({"save_all": True} if kind == "MPO" else {}))
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(BadPhoto):
            assert len(clean(bytes(data)).sha256) == 64


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


def test_a_copy_that_could_not_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    folder, cleaned = PhotoFolder(tmp_path), clean(jpeg())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            folder.put(cleaned)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert folder.path(cleaned.sha256) is None
    assert folder.put(cleaned).read_bytes() == cleaned.body


def test_many_threads_keep_one_copy(tmp_path: Path) -> None:
    folder, cleaned = PhotoFolder(tmp_path), clean(jpeg())
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda _: folder.put(cleaned), range(32)))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == list(kept)
