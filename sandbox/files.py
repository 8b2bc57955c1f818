"""Files in both directions: names, kinds, and picture sizes read from their headers. Holds bytes, decodes none."""

import base64
import hashlib
import mimetypes
from itertools import count

from sandbox import limits
from sandbox.errors import bad_request
from sandbox.records import StoredFile, Upload

_EXTRA_TYPES = {".ics": "text/calendar", ".md": "text/markdown", ".webp": "image/webp", ".csv": "text/csv"}
_PICTURES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_SIZELESS_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class FileStore:
    """Every file ever sent, by file_id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._numbers = count(1)

    def add_document(self, upload: Upload) -> StoredFile:
        if not upload.content:
            raise bad_request("file must be non-empty")
        number = next(self._numbers)
        name = upload.name or f"file_{number}"
        extension = name.rpartition(".")[2] if "." in name else "bin"
        return self._keep(
            StoredFile(
                file_id=_file_id("BQAC", number),
                unique_id=_unique_id("AgAD", upload.content),
                kind="document",
                name=name,
                mime=media_type(name, upload.mime),
                path=f"documents/file_{number}.{extension}",
                content=upload.content,
            )
        )

    def add_photo(self, upload: Upload) -> StoredFile:
        """Keep a picture; raises ApiError for what Telegram would not take as a photo."""
        if len(upload.content) > limits.PHOTO_BYTES:
            raise bad_request(f"file of size {len(upload.content)} bytes is too big for a photo")
        extension, width, height = picture_size(upload.content)
        if not extension:
            raise bad_request("IMAGE_PROCESS_FAILED")
        sides = sorted((width, height))
        if sides[0] <= 0 or sum(sides) > limits.PHOTO_SIDES_SUM or sides[1] > sides[0] * limits.PHOTO_RATIO:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        number = next(self._numbers)
        return self._keep(
            StoredFile(
                file_id=_file_id("AgAC", number),
                unique_id=_unique_id("AQAD", upload.content),
                kind="photo",
                name=upload.name or f"photo_{number}.{extension}",
                mime=_PICTURES[extension],
                path=f"photos/file_{number}.{extension}",
                content=upload.content,
                width=width,
                height=height,
            )
        )

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def _keep(self, file: StoredFile) -> StoredFile:
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        return file


def media_type(name: str, declared: str = "") -> str:
    """Content type by file name; what the sender declared counts only where the name says nothing."""
    extension = "." + name.rpartition(".")[2].lower()
    guessed = _EXTRA_TYPES.get(extension) or mimetypes.guess_type(name)[0]
    return guessed or declared or "application/octet-stream"


def picture_size(content: bytes) -> tuple[str, int, int]:
    """(extension, width, height) of a JPEG, PNG or WebP from its header; ("", 0, 0) for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return "png", int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content[:3] == b"\xff\xd8\xff":
        return "jpg", *_jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return "webp", *_webp_size(content)
    return "", 0, 0


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAME_MARKERS:
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        elif marker in _SIZELESS_MARKERS:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 90, 90


def _webp_size(content: bytes) -> tuple[int, int]:
    match content[12:16]:
        case b"VP8X":
            width, height = content[24:27], content[27:30]
            return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = content[26:28], content[28:30]
    return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF


def _file_id(prefix: str, number: int) -> str:
    seed = hashlib.sha256(f"{prefix}{number}".encode()).digest()
    return prefix + base64.urlsafe_b64encode(seed).decode().rstrip("=") + f"{number:08x}"


def _unique_id(prefix: str, content: bytes) -> str:
    return prefix + base64.urlsafe_b64encode(hashlib.sha256(content).digest()[:9]).decode()
