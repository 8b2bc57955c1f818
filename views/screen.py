"""A screen as a value: text, buttons, perhaps a file or a picture. Knows the messenger's limits, nothing of content."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

DATA_LIMIT = 64  # bytes of callback data
TEXT_LIMIT = 4096  # characters of a message
CAPTION_LIMIT = 1024  # characters under a file or a picture
BUTTON_WIDTH = 40  # half-width columns: 20 Chinese characters
LIST_LIMIT = 3000  # characters a list may take, so that heading and footer always fit
BUTTON_LIMIT = 90  # of the 100 a message may have; the rest is for navigation


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. ``style`` is primary, success or danger; exactly one of ``data`` and ``url`` is set."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A document to send along."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the messenger already has. ``kind``: photo or document."""

    kind: str
    file_id: str


Row = tuple[Button, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: HTML text, rows of buttons, at most one of ``file``, ``photo`` (PNG), ``attachment``, ``picture``.

    ``picture`` names one of the question bank's; whoever sends the screen has it, or puts words in its place.
    """

    text: str
    rows: Rows = ()
    file: File | None = None
    photo: bytes | None = None
    attachment: Attachment | None = None
    picture: str = ""

    @property
    def captioned(self) -> bool:
        """Whether the text stands under a file or a picture."""
        return self.file is not None or self.photo is not None or self.attachment is not None


def data(area: str, verb: str, *fields: int | str) -> str:
    """Callback data ``area:verb:field:…``. Raises ValueError beyond 64 bytes.

    >>> data("practice", "answer", 12, 3, 1)
    'practice:answer:12:3:1'
    """
    joined = ":".join((area, verb, *map(str, fields)))
    if len(joined.encode()) > DATA_LIMIT:
        raise ValueError(f"callback data beyond {DATA_LIMIT} bytes: {joined}")
    return joined


def press(text: str, area: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    """A button that calls back, its text cut to what a phone shows."""
    return Button(narrowed(text, BUTTON_WIDTH), data(area, verb, *fields), style=style)


def width(text: str) -> int:
    """Columns on the screen: Chinese characters and full-width signs take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def narrowed(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` columns, with … where it was cut."""
    if width(text) <= limit:
        return text
    kept = sum(1 for used in accumulate(map(width, text)) if used < limit)
    return text[:kept].rstrip() + "…"


def clipped(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` UTF-16 units (as the messenger counts), with … where it was cut."""
    if len(text.encode("utf-16-le")) <= 2 * limit:
        return text
    return text.encode("utf-16-le")[: 2 * limit - 2].decode("utf-16-le", "ignore") + "…"


def fitting(lines: Sequence[str], limit: int = LIST_LIMIT) -> tuple[Sequence[str], int]:
    """The first lines that fit into ``limit`` characters, and how many are left out."""
    used = 0
    for count, line in enumerate(lines):
        used += len(line) + 1
        if used > limit:
            return lines[:count], len(lines) - count
    return lines, 0


def in_rows(buttons: Iterable[Button], a_row: int) -> Rows:
    """Buttons in rows of ``a_row``, at most as many as a message may have beside its navigation."""
    shown = tuple(buttons)[:BUTTON_LIMIT]
    return tuple(shown[at : at + a_row] for at in range(0, len(shown), a_row))
