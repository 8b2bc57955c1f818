"""A picture without what it should not tell: re-encoded without EXIF, GPS, XMP and comments, kept under its SHA-256.

Blocks its thread. Trusts no name and no size that a file claims.
"""

import hashlib
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

LIMIT = 20 * 1024 * 1024  # bytes
PIXELS = 60_000_000
FORMATS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
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

    The same bytes give the same result. Raises BadPhoto.
    """
    if len(data) > LIMIT:
        raise BadPhoto("too large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as picture:
                if picture.width * picture.height > PIXELS:
                    raise BadPhoto("too many pixels")
                kind = picture.format or ""
                body = _encoded(ImageOps.exif_transpose(picture), kind)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPhoto("no picture") from error
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises for a file that is cut off or made up
        raise BadPhoto("unreadable") from error
    return Cleaned(hashlib.sha256(body).hexdigest(), body, FORMATS[kind])


def _encoded(picture: Image.Image, kind: str) -> bytes:
    """Only the pixels go into a new picture: what stands beside them in the file stays behind."""
    modes = {"JPEG": "RGB", "PNG": "RGBA", "WEBP": "RGBA"}
    plain = picture.convert(modes[kind])
    bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    buffer = io.BytesIO()
    bare.save(buffer, kind, **({"quality": 88} if kind != "PNG" else {}))
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """Where copies are kept: ``ab/ab12….jpg`` by hash. The same picture is kept once."""

    root: Path

    def put(self, cleaned: Cleaned) -> Path:
        """Keep it: whole or not at all, also across a power cut. Returns where."""
        target = self._place(cleaned.sha256) / f"{cleaned.sha256}{cleaned.suffix}"
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(cleaned.body)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
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
