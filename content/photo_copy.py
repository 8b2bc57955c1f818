"""A picture without what it should not tell: re-encoded without EXIF, GPS, XMP and comments, kept under its SHA-256.

Blocks its thread. Trusts no name and no size that a file claims.
"""

import hashlib
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

LIMIT = 20 * 1024 * 1024  # bytes
PIXELS = 60_000_000
MODES = {"JPEG": "RGB", "PNG": "RGBA", "WEBP": "RGBA"}
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
QUALITY = 88  # of 100; beyond it files grow and nobody sees why
_ORIENTATION = 0x0112  # EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_HASH = re.compile(r"[0-9a-f]{64}")


class BadPhoto(Exception):
    """Not a picture that can be kept: too large, cut off, or none at all."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The bytes that are kept, and their SHA-256 in hexadecimal. ``suffix``: .jpg, .png or .webp."""

    sha256: str
    body: bytes
    suffix: str


def clean(data: bytes) -> Cleaned:
    """The picture turned upright and encoded anew, so that nothing of the old file is left but what is seen.

    Of several pictures in one file the first is kept. The same bytes give the same result. Raises BadPhoto.
    """
    if len(data) > LIMIT:
        raise BadPhoto("too large")
    try:
        body, kind = _anew(data)
    except (BadPhoto, MemoryError):
        raise
    except Exception as error:  # a made-up file makes the decoders raise anything: TypeError, struct.error, SyntaxError
        raise BadPhoto("unreadable") from error
    return Cleaned(hashlib.sha256(body).hexdigest(), body, SUFFIXES[kind])


def _anew(data: bytes) -> tuple[bytes, str]:
    with Image.open(io.BytesIO(data), formats=tuple(MODES)) as picture:
        if picture.width * picture.height > PIXELS:
            raise BadPhoto("too many pixels")
        # MPO is what many phones write: a JPEG with further pictures behind the first.
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
        turn = _TURNS.get(_orientation(picture))
        bare = _pixels(picture, MODES[kind])
    if turn is not None:
        bare = bare.transpose(turn)
    buffer = io.BytesIO()
    bare.save(buffer, kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    return buffer.getvalue(), kind


def _orientation(picture: Image.Image) -> int:
    """1 to 8, as EXIF counts them. EXIF that cannot be read says nothing: the pixels may be sound."""
    try:
        found = picture.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001 - as in clean(): whatever a made-up EXIF makes the reader raise
        return 1
    return found if isinstance(found, int) else 1


def _pixels(picture: Image.Image, mode: str) -> Image.Image:
    """The pixels alone: comment, profile, XMP and the like stand in ``info``, and some of it would be saved again."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which convert() would clip to white
        picture = picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    bare = picture.convert(mode)
    bare.info.clear()
    return bare


@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """Where copies are kept: ``ab/ab12….jpg`` by hash. The same picture is kept once."""

    root: Path

    def put(self, cleaned: Cleaned) -> Path:
        """Keep it: whole or not at all, also across a power cut. Returns where. Raises OSError when the disk does."""
        target = self._place(cleaned.sha256) / f"{cleaned.sha256}{cleaned.suffix}"
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(cleaned.body)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        for folder in (target.parent, self.root):  # the names are on the disk before a row says that it is kept
            _sync(folder)
        return target

    def drop(self, sha256: str) -> None:
        """Forget it. One that is not there is fine."""
        for path in self._place(sha256).glob(f"{sha256}.*"):
            path.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path | None:
        """Where it is kept, None when it is not."""
        return next(iter(sorted(self._place(sha256).glob(f"{sha256}.*"))), None)

    def _place(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.root / sha256[:2]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
