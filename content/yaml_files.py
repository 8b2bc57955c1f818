"""Reading YAML 1.2 so that every value keeps its line and column, and every mistake is told in plain Chinese.

Built on ruamel's parser events (``typ="rt"``) in one pass: aliases, depth and repeated keys are judged before anything
is built from them. Knows nothing of what the files are about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

ROOT = Path(__file__).parent.parent
MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12
_TAG = "tag:yaml.org,2002:"

# What the parser complains of, by a piece of its English sentence; the last line catches the rest.
_PLAIN = (
    ("mapping values are not allowed", "这里不该有冒号：上一行可能缩进错了，或文字里含“: ”而没有加双引号"),
    ("cannot start any token", "这个字符不能放在开头（常见的是制表符或 @ `），请改用空格，或给整句加双引号"),
    ("could not find expected ':'", "这一行缺少冒号“:”，或冒号后面缺少空格"),
    ("expected <block end>", "缩进对不齐，或列表的“-”位置不对"),
    ("unexpected end of stream", "引号没有配对，文件到末尾也没有结束"),
    ("unknown escape character", "双引号里的反斜杠“\\”写法不对"),
    ("expected ',' or", "方括号或大括号里缺少逗号，或没有配对"),
    ("did not find expected", "引号、括号或缩进没有写完整"),
    ("", "YAML 写法有误，请检查这一行的缩进、冒号和引号"),
)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in a content file; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: ``value`` as YAML 1.2 reads it (dates stay text), ``text`` as it was written."""

    line: int
    column: int
    value: str | int | float | bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    line: int
    column: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping, where it stands, and its value."""

    line: int
    column: int
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, always text, to entries, in the file's order. Of a repeated key the first stays."""

    line: int
    column: int
    entries: dict[str, Entry]


Node = Scalar | Sequence | Mapping


def shown(path: Path) -> str:
    """The path as faults name it: relative to the project for the files that come with it, else as given."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def stamp(path: Path) -> tuple[int, int]:
    """Changes when the file does: for whoever keeps what they read of it. (0, 0) for one that cannot be read."""
    try:
        known = path.stat()
    except OSError:
        return 0, 0
    return known.st_mtime_ns, known.st_size


def read_yaml(path: Path) -> tuple[Node | None, list[Fault]]:
    """The content of one file with positions, and its faults; None if it cannot be read to the end.

    Refused: more than 2 MB, more than 12 levels, anchors, aliases, tags, ``%YAML`` directives, a second document,
    repeated keys and keys that are no text. A fault in the syntax ends the reading: what follows could only be guessed.
    """
    file = shown(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError:
        return None, [Fault(file, 1, 1, "读不到这个文件")]
    if len(raw) > MAX_BYTES:
        return None, [Fault(file, 1, 1, "文件超过 2 MB，请拆成几个文件")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        return None, [Fault(file, *_end_of(before), "文件不是 UTF-8 编码，请另存为 UTF-8")]
    return _Reader(file, text).read()


class _Stop(Exception):
    """The fault just noted makes the rest of the file unreadable."""


class _Reader:
    """Turns one file's parser events into nodes and notes faults on the way. Used once."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.faults: list[Fault] = []
        self.yaml = YAML(typ="rt")
        self.resolver = self.yaml.resolver
        self.events: Iterator[Event] = iter(())

    def read(self) -> tuple[Node | None, list[Fault]]:
        try:
            self.events = iter(self.yaml.parse(self.text))
            return self._document(), self.faults
        except _Stop:
            pass
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._note(line, column, _plain(f"{error.problem} {error.context}"))
        except ReaderError as error:
            self._note(*_end_of(self.text[: error.position]), "文件里有看不见的控制字符，请删掉")
        return None, self.faults

    def _note(self, line: int, column: int, message: str) -> None:
        self.faults.append(Fault(self.file, line, column, message))

    def _note_at(self, event: Event, message: str) -> None:
        self._note(event.start_mark.line + 1, event.start_mark.column + 1, message)

    def _document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                continue
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._note_at(event, "一个文件里只能有一份内容，请去掉多余的“---”")
                    raise _Stop
                if event.version or event.tags:
                    self._note(1, 1, "请去掉文件开头以“%”起头的行")
                    raise _Stop
                continue
            root = self._node(event, 1)
        if root is None:
            self._note(1, 1, "文件是空的")
        return root

    def _node(self, event: Event, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self._note_at(event, f"嵌套超过 {MAX_DEPTH} 层")
            raise _Stop
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, AliasEvent):
            self._note(line, column, "不能使用别名“*”，请把内容写出来；文字以 * 开头时请加双引号")
            return Scalar(line, column, "", "")
        assert isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent)  # the parser's promise
        if event.anchor:
            self._note(line, column, "不能使用锚点“&”；文字以 & 开头时请加双引号")
        if event.tag:
            self._note(line, column, "不能使用类型标记“!”；文字以 ! 开头时请加双引号")
        if isinstance(event, MappingStartEvent):
            return Mapping(line, column, self._entries(depth))
        if isinstance(event, SequenceStartEvent):
            return Sequence(line, column, tuple(self._items(depth)))
        return Scalar(line, column, self._value(event), event.value)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if isinstance(value, Scalar) and value.value is None and not value.text:
                # The parser finds an empty value only where the next thing begins; people look for it at its key.
                value = replace(value, line=key.line, column=key.column)
            if not isinstance(key, Scalar):
                self._note(key.line, key.column, "键只能是文字")
            elif key.text in entries:
                self._note(key.line, key.column, f"键“{key.text}”重复，第 {entries[key.text].line} 行已经写过")
            else:
                entries[key.text] = Entry(key.line, key.column, value)
        return entries

    def _value(self, event: ScalarEvent) -> str | int | float | bool | None:
        if not event.implicit[0]:
            return str(event.value)
        return _typed(str(self.resolver.resolve(ScalarNode, event.value, (True, False))), event.value)


def _typed(tag: str, text: str) -> str | int | float | bool | None:
    """``text`` as the type its tag names; a number Python will not read stays text, and so does a date."""
    try:
        match tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text) if re.fullmatch(r"[-+]?[0-9]+", text) else int(text, 0)
            case "float":
                return float(text)
    except ValueError:
        pass
    return text


def _plain(problem: str) -> str:
    """The parser's English complaint as a sentence for the staff."""
    return next(chinese for piece, chinese in _PLAIN if piece in problem)


def _end_of(text: str) -> tuple[int, int]:
    """Line and column, from 1, of the character that follows ``text``."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
