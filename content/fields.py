"""Taking typed values out of a mapping of a content file, noting a fault at the exact place where one does not fit.

Every method answers None (or leaves the item out) after a fault, so that one reading finds all. Knows no subject.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from content.yaml_files import Entry, Fault, Mapping, Node, Scalar, Sequence, read_yaml, shown

E = TypeVar("E", bound=StrEnum)


def root_of(path: Path) -> "tuple[Fields | None, list[Fault]]":
    """A file's keys (None when there is no reading it as a mapping), and its faults; later ones go to the same list."""
    root, faults = read_yaml(path)
    if isinstance(root, Mapping):
        return Fields(root, shown(path), faults), faults
    if root is not None:
        faults.append(Fault(shown(path), root.line, root.column, "文件应由“键: 值”组成"))
    return None, faults


class Fields:
    """The keys of one mapping. ``faults`` is shared by all mappings of a file."""

    def __init__(self, node: Mapping, file: str, faults: list[Fault]) -> None:
        self.node = node
        self.file = file
        self.faults = faults

    def note(self, at: Node | Entry, message: str) -> None:
        """Note a fault at the place of ``at``."""
        self.faults.append(Fault(self.file, at.line, at.column, message))

    def keys(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Note every key that is missing (at the start of the mapping) or unknown (at the key)."""
        known = (*required, *optional)
        for key in required:
            if key not in self.node.entries:
                self.note(self.node, f"缺少“{key}”")
        for key, entry in self.node.entries.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                self.note(entry, f"不认识的键“{key}”" + (f"，是不是“{near[0]}”？" if near else ""))

    def get(self, key: str) -> Node | None:
        """The value of ``key`` as it stands, or None if the key is missing."""
        entry = self.node.entries.get(key)
        return entry.value if entry else None

    def text(self, key: str, most: int = 200, *, may_be_empty: bool = False) -> str | None:
        """A line of text of at most ``most`` characters."""
        node = self.get(key)
        return None if node is None else self.line(node, f"“{key}”", most, may_be_empty=may_be_empty)

    def line(self, node: Node, name: str, most: int, *, may_be_empty: bool = False) -> str | None:
        """``node`` as a line of text; ``name`` says in the fault what it is."""
        if isinstance(node, Scalar) and node.value is None and not may_be_empty:
            self.note(node, f"{name}是空的")
            return None
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.note(node, f"{name}应是文字；数字和 true、false 这类词请加双引号")
            return None
        if not node.value.strip() and not may_be_empty:
            self.note(node, f"{name}是空的")
            return None
        if "\n" in node.value or "\r" in node.value:
            self.note(node, f"{name}里不能换行")
            return None
        if len(node.value) > most:
            self.note(node, f"{name}有 {len(node.value)} 个字，最多 {most} 个")
            return None
        return node.value

    def whole(self, key: str, least: int, most: int) -> int | None:
        """A whole number from ``least`` to ``most``."""
        node = self.get(key)
        if node is None:
            return None
        if isinstance(node, Scalar) and type(node.value) is int and least <= node.value <= most:
            return node.value
        self.note(node, f"“{key}”应是 {least} 到 {most} 的整数")
        return None

    def number(self, key: str, most: float) -> float | None:
        """A number above 0, at most ``most``."""
        node = self.get(key)
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most:
            return float(value)
        self.note(node, f"“{key}”应是大于 0、不超过 {most:g} 的数")
        return None

    def choice(self, key: str, among: type[E]) -> E | None:
        """One of the words of an enumeration."""
        node = self.get(key)
        if node is None:
            return None
        words = [member.value for member in among]
        if isinstance(node, Scalar) and node.text in words:
            return among(node.text)
        self.note(node, f"“{key}”只能是 {'、'.join(words)}")
        return None

    def items(self, key: str, *, may_be_empty: bool = False) -> tuple[Node, ...] | None:
        """The items of a list."""
        node = self.get(key)
        if node is None:
            return None
        if not isinstance(node, Sequence):
            self.note(node, f"“{key}”应是列表")
            return None
        if not node.items and not may_be_empty:
            self.note(node, f"“{key}”是空的")
            return None
        return node.items

    def lines(self, key: str, name: str, most: int) -> tuple[tuple[str, Node], ...] | None:
        """A list of different lines of text, each with its node; None if one of them does not fit."""
        nodes = self.items(key)
        if nodes is None:
            return None
        found: list[tuple[str, Node]] = []
        for node in nodes:
            line = self.line(node, name, most)
            if line is not None and line in (earlier for earlier, _ in found):
                self.note(node, f"{name}“{line}”重复")
            elif line is not None:
                found.append((line, node))
        return tuple(found) if len(found) == len(nodes) else None

    def children(self, key: str) -> Iterator["Fields"]:
        """The mappings of a list; anything else in it is a fault."""
        for node in self.items(key) or ():
            if isinstance(node, Mapping):
                yield Fields(node, self.file, self.faults)
            else:
                self.note(node, f"“{key}”的每一项都应由“键: 值”组成")
