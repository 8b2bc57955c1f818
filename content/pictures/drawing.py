"""Draws the schematic pictures to PNG; run by hand as ``python -m content.pictures.drawing``.

Needs Pillow and a Chinese font, both only here. Each PNG carries the digest of the specification it was drawn from, so
that ``stale`` can tell which ones have fallen behind. Must not know what a picture means: it draws what a scene says.
"""

import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import atan2, cos, dist, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from content.pictures.scenes import (
    FOLDER,
    MIN_TEXT,
    Area,
    Box,
    Disc,
    Dot,
    Frame,
    Line,
    Point,
    Scene,
    Shape,
    Tone,
    Words,
    load_scenes,
)

CHUNK = "tollmate"
TITLE_SIZE, DOT_RADIUS, DIGIT_SIZE = 40, 30, 44
TONES = {
    Tone.WHITE: "#ffffff",
    Tone.PALE: "#ececec",
    Tone.GREY: "#a8a8a8",
    Tone.DARK: "#262626",
    Tone.ACCENT: "#66727f",
}
# Drawn at this multiple and scaled down, which smooths every edge.
_SCALE = 3
_COLOURS = 24
_FONTS = ("wqy-microhei.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf")
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


class FontMissingError(Exception):
    """No font with Chinese characters is installed."""


def draw(scene: Scene) -> Image.Image:
    """The picture of a scene, in a palette of few colours."""
    sheet = _Sheet(scene.size)
    for frame in scene.frames:
        sheet.frame(frame)
    sheet.words(scene.title, (scene.size[0] / 2, 40), TITLE_SIZE, Tone.DARK, bold=1)
    for row, words in enumerate(scene.mark_words.split("\n")):
        sheet.words(words, (scene.mark[0], scene.mark[1] + 44 * row), MIN_TEXT, Tone.ACCENT)
    return sheet.finished()


def write(scene: Scene, folder: Path = FOLDER) -> Path:
    """Draw a scene into its PNG, with the digest of its specification."""
    path = folder / f"{scene.name}.png"
    info = PngInfo()
    info.add_text(CHUNK, scene.digest)
    draw(scene).save(path, optimize=True, pnginfo=info)
    return path


def stale(folder: Path = FOLDER) -> list[str]:
    """The names of the pictures whose PNG is missing or was drawn from another specification than the present one."""
    return [name for name, scene in load_scenes(folder).items() if _carried(folder / f"{name}.png") != scene.digest]


def _carried(path: Path) -> str | None:
    """The digest a PNG carries, None if there is no such file or no digest in it."""
    if not path.is_file():
        return None
    with Image.open(path) as image:
        return image.info.get(CHUNK)


class _Sheet:
    """A white sheet; every measure is in pixels of the finished picture."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.image = Image.new("RGB", (size[0] * _SCALE, size[1] * _SCALE), TONES[Tone.WHITE])
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """The sheet at its own size, in a palette."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        return small.quantize(_COLOURS, dither=Image.Dither.NONE)

    def frame(self, frame: Frame) -> None:
        """The frame's border, then its shapes: dots last, so that nothing covers one."""
        left, top, width, height = frame.at
        if frame.outline:
            self._rectangle((left, top), (left + width, top + height), Tone.WHITE, Tone.DARK, 3)
        for shape in sorted(frame.shapes, key=lambda each: isinstance(each, Dot)):
            self._shape(shape, frame)

    def words(self, text: str, at: Point, size: int, tone: Tone, bold: int = 0) -> None:
        """A line of text with its middle at a point; ``bold`` thickens the strokes."""
        self.pen.text(
            _big(at), text, fill=TONES[tone], font=_font(size * _SCALE), anchor="mm", stroke_width=bold * _SCALE // 2
        )

    def _shape(self, shape: Shape, frame: Frame) -> None:
        match shape:
            case Box():
                self._box(shape, frame)
            case Line():
                self._line(shape, [_within(frame, point) for point in shape.line])
            case Area():
                self.pen.polygon([_big(_within(frame, point)) for point in shape.area], fill=TONES[shape.fill])
            case Disc():
                self._disc(_within(frame, shape.disc), shape.radius, shape.fill)
            case Words():
                self.words(shape.words, _within(frame, shape.at), shape.size, shape.fill)
            case Dot():
                self._dot(shape, _within(frame, shape.at))

    def _box(self, shape: Box, frame: Frame) -> None:
        left, top, right, bottom = shape.box
        start, end = _within(frame, (left, top)), _within(frame, (right, bottom))
        self._rectangle(start, end, shape.fill, None if shape.dashed else Tone.GREY, 2)
        if shape.dashed:
            corners = [start, (end[0], start[1]), end, (start[0], end[1]), start]
            self._line(Line(tuple(corners), Tone.ACCENT, 3, dashed=True), corners)
        if shape.label:
            self.words(shape.label, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), MIN_TEXT, Tone.ACCENT)

    def _rectangle(self, start: Point, end: Point, fill: Tone, border: Tone | None, width: int) -> None:
        outline = TONES[border] if border else None
        self.pen.rectangle((_big(start), _big(end)), fill=TONES[fill], outline=outline, width=width * _SCALE)

    def _disc(self, at: Point, radius: float, fill: Tone) -> None:
        x, y = at
        box = (_big((x - radius, y - radius)), _big((x + radius, y + radius)))
        self.pen.ellipse(box, fill=TONES[fill])

    def _dot(self, shape: Dot, at: Point) -> None:
        self._disc(at, DOT_RADIUS + 3, Tone.WHITE)
        self._disc(at, DOT_RADIUS, Tone.DARK)
        self.words(str(shape.dot), at, DIGIT_SIZE, Tone.WHITE, bold=2)

    def _line(self, shape: Line, points: list[Point]) -> None:
        pieces = list(_dashes(points)) if shape.dashed else [points]
        for piece in pieces:
            self.pen.line([_big(point) for point in piece], TONES[shape.fill], shape.width * _SCALE, joint="curve")
            if not shape.dashed and not shape.arrow:
                for end in (piece[0], piece[-1]):
                    self._disc(end, shape.width / 2, shape.fill)
        if shape.arrow:
            self._head(points[-2], points[-1], shape)
        if shape.arrow == "both":
            self._head(points[1], points[0], shape)

    def _head(self, before: Point, tip: Point, shape: Line) -> None:
        """An arrow's head, reaching a little beyond the end of its line."""
        angle, size = atan2(tip[1] - before[1], tip[0] - before[0]), 10 + 2 * shape.width
        front = _moved(tip, angle, size / 2)
        sides = [_moved(tip, angle + turn, size / 1.5) for turn in (2.2, -2.2)]
        self.pen.polygon([_big(point) for point in (front, *sides)], fill=TONES[shape.fill])


def _dashes(points: list[Point], length: float = 16) -> Iterator[list[Point]]:
    """The drawn parts of a dashed line; each stretch between two points begins with one."""
    for start, end in pairwise(points):
        angle, total = atan2(end[1] - start[1], end[0] - start[0]), dist(start, end)
        for number in range(int(total // (2 * length)) + 1):
            begin = number * 2 * length
            yield [_moved(start, angle, begin), _moved(start, angle, min(begin + length, total))]


def _moved(point: Point, angle: float, by: float) -> Point:
    return point[0] + by * cos(angle), point[1] + by * sin(angle)


def _within(frame: Frame, point: Point) -> Point:
    """A percent position in a frame as pixels of the picture."""
    left, top, width, height = frame.at
    return left + width * point[0] / 100, top + height * point[1] / 100


def _big(point: Point) -> Point:
    return point[0] * _SCALE, point[1] * _SCALE


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_font_file(), size)


@cache
def _font_file() -> Path:
    for name in _FONTS:
        for folder in _FONT_FOLDERS:
            found = next(folder.rglob(name), None)
            if found:
                return found
    raise FontMissingError("没有找到中文字体，请先安装：apt install fonts-wqy-microhei（或 fonts-noto-cjk）")


def main() -> int:
    """Draw every picture; 1 if there is no font to write with."""
    try:
        for scene in load_scenes().values():
            path = write(scene)
            sys.stdout.write(f"{path.name}: {scene.size[0]}×{scene.size[1]}, {path.stat().st_size} B\n")
    except FontMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
