"""The specifications of the schematic pictures: this folder's ``*.yaml`` as typed scenes, checked while read.

A scene is a title, a text fallback and frames; a frame is a rectangle in pixels whose shapes stand at percent positions
within it. Must not know how anything is drawn (no Pillow) nor which questions use a picture.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent
MARK, MONEY_MARK = "示意图", "非人民币图样"
MIN_TEXT, MAX_ALT, MAX_DOTS = 34, 200, 9
_WIDTHS = range(900, 1001)

Point = tuple[float, float]


class Tone(StrEnum):
    """All there is of colour: greys, black and one neutral accent. No note has any of them as its main colour."""

    WHITE = "white"
    PALE = "pale"
    GREY = "grey"
    DARK = "dark"
    ACCENT = "accent"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle from corner to corner, with a label in its middle if there is one."""

    box: tuple[float, float, float, float]
    fill: Tone = Tone.PALE
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; ``arrow`` is "end", "both" or empty. ``width`` in pixels."""

    line: tuple[Point, ...]
    fill: Tone = Tone.DARK
    width: int = 4
    dashed: bool = False
    arrow: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A closed outline filled."""

    area: tuple[Point, ...]
    fill: Tone = Tone.PALE


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle; ``radius`` in pixels."""

    disc: Point
    radius: int
    fill: Tone = Tone.DARK


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text with its middle at a point; ``size`` in pixels."""

    words: str
    at: Point
    size: int = MIN_TEXT
    fill: Tone = Tone.DARK


@dataclass(frozen=True, slots=True)
class Dot:
    """A numbered dot, the thing a question's options speak of."""

    dot: int
    at: Point


Shape = Box | Line | Area | Disc | Words | Dot
_SHAPES: Mapping[str, type[Shape]] = {
    "box": Box,
    "line": Line,
    "area": Area,
    "disc": Disc,
    "words": Words,
    "dot": Dot,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the picture: ``at`` is left, top, width, height in pixels; ``outline`` draws its border."""

    at: tuple[int, int, int, int]
    outline: bool
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture. ``mark`` is where the words 示意图 stand (pixels), in ``mark_rows`` lines; ``digest`` is of the
    whole specification."""

    name: str
    title: str
    alt: str
    size: tuple[int, int]
    money: bool
    mark: tuple[int, int]
    mark_rows: int
    frames: tuple[Frame, ...]
    digest: str

    @property
    def mark_words(self) -> str:
        """The words every picture carries; a note's say that it is none."""
        if not self.money:
            return MARK
        return f"{MARK}{chr(10) if self.mark_rows > 1 else ' '}{MONEY_MARK}"


def load_scenes(folder: Path = FOLDER) -> dict[str, Scene]:
    """Every scene by name, in the order of the files. A mistake in one is a ValueError that names it."""
    scenes: dict[str, Scene] = {}
    for raw in _specifications(folder):
        name = str(raw.get("name", "没有名字"))
        if name in scenes:
            raise ValueError(f"图片“{name}”写了两次")
        try:
            scenes[name] = _scene(raw)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"图片“{name}”的说明有误：{error}") from error
    return scenes


def digest(specification: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of a specification as canonical JSON: equal exactly while it says the same."""
    canonical = json.dumps(specification, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _specifications(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        yield from YAML(typ="safe", pure=True).load(path.read_text("utf-8"))["pictures"]


def _scene(raw: dict[str, Any]) -> Scene:
    width, height = raw["size"]
    left, top, *rows = raw["mark"]
    scene = Scene(
        name=raw["name"],
        title=raw["title"],
        alt=raw["alt"],
        size=(width, height),
        money=raw.get("money", False),
        mark=(left, top),
        mark_rows=rows[0] if rows else 1,
        frames=tuple(_frame(frame) for frame in raw["frames"]),
        digest=digest(raw),
    )
    _check(scene)
    return scene


def _frame(raw: dict[str, Any]) -> Frame:
    left, top, width, height = raw["at"]
    shapes = tuple(_shape(shape) for shape in raw["shapes"])
    return Frame((left, top, width, height), raw.get("outline", False), shapes)


def _shape(raw: dict[str, Any]) -> Shape:
    """The first key says what it is; the keys are the fields of its class."""
    given: dict[str, Any] = dict(raw)
    kind = next(iter(given))
    if "fill" in given:
        given["fill"] = Tone(given["fill"])
    for key in given.keys() & {"at", "disc", "box"}:
        given[key] = tuple(given[key])
    for key in given.keys() & {"line", "area"}:
        numbers = given[key]
        given[key] = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return _SHAPES[kind](**given)


def _check(scene: Scene) -> None:
    """What a phone's screen and the law ask of every picture."""
    shapes = [shape for frame in scene.frames for shape in frame.shapes]
    numbers = [shape.dot for shape in shapes if isinstance(shape, Dot)]
    if scene.size[0] not in _WIDTHS:
        raise ValueError("宽度应是 900 到 1000")
    if any(isinstance(shape, Words) and shape.size < MIN_TEXT for shape in shapes):
        raise ValueError(f"文字不能小于 {MIN_TEXT}")
    if sorted(numbers) != list(range(1, len(numbers) + 1)) or len(numbers) > MAX_DOTS:
        raise ValueError(f"编号应从 1 起连续，最多 {MAX_DOTS} 个")
    if len(scene.alt) > MAX_ALT:
        raise ValueError(f"文字说明有 {len(scene.alt)} 个字，最多 {MAX_ALT} 个")
    missing = [circled(number) for number in numbers if circled(number) not in scene.alt]
    if missing:
        raise ValueError(f"文字说明里没有 {'、'.join(missing)}")
    if scene.name.startswith(("note-", "torn-")) and not scene.money:
        raise ValueError("纸币图必须写 money: true")


def circled(number: int) -> str:
    """The number as questions and the text fallback write it: ① for 1."""
    return chr(ord("①") + number - 1)
