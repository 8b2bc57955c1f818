"""The question bank: its YAML files as domain questions, with every fault at its line and column.

The format: one file per topic, ``topic`` and ``questions``. The lengths keep a question inside a quiz poll of the
messenger (question 300, option 100, explanation 200) and inside a phone's screen. Knows no database and no runs; what
only the whole bank shows is in `content/bank_checks.py`.
"""

import hashlib
import re
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from content.facts import load_facts
from content.fields import Fields
from content.yaml_files import Fault, Mapping, Node, Scalar, Sequence, read_yaml, shown
from domain.questions import Difficulty, Kind, Question, Topic

BANK = Path(__file__).parent / "bank"
PICTURES = Path(__file__).parent / "pictures"
TRUE_FALSE = ("正确", "错误")
LETTERS = "ABCDEF"
MAX_STEM, MAX_OPTION, MAX_EXPLANATION, MAX_SOURCE = 120, 45, 190, 80
MIN_OPTIONS, MAX_OPTIONS = 2, 6

PREFIXES = {
    Topic.REGULATIONS: "reg",
    Topic.ETHICS: "eth",
    Topic.SERVICE: "svc",
    Topic.PROCEDURE: "pro",
    Topic.COUNTERFEIT: "cft",
}

_REQUIRED = (
    "id",
    "kind",
    "stem",
    "key",
    "explanation",
    "source",
    "facts",
    "tags",
    "difficulty",
    "version",
    "author",
    "reviewer",
)
_ID = re.compile(r"[a-z]{3}-\d{3}")
# Options that speak of the other options lose their sense as soon as the options are shuffled.
_ABOUT_OPTIONS = re.compile(
    r"(以上|上述|前述|前面)(各项|选项|说法|做法|几项|.项)*(都|均|全|皆)|^(全部?|都|均|皆)不?(对|是|正确|错误?)$"
    r"|^[A-F]\s*(和|、|与|及)?\s*[A-F]\s*(都|均)"
)
_LETTER_FAULT = "解析里不要写选项字母，选项打乱后字母会变"
_NAMES_LETTER = re.compile(r"选项?\s*[A-F](?![A-Za-z0-9])|(?<![A-Za-z0-9])[A-F]\s*(选项|项)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: its file, as faults name it, and its mapping there."""

    file: str
    node: Mapping

    def fault(self, key: str, message: str, item: int | None = None) -> Fault:
        """A fault at the value of ``key``, or at its ``item``-th entry; at the question's start if there is no such."""
        entry = self.node.entries.get(key)
        at: Node = entry.value if entry else self.node
        if item is not None and isinstance(at, Sequence):
            at = at.items[item]
        return Fault(self.file, at.line, at.column, message)


@dataclass(frozen=True, slots=True)
class BankFiles:
    """What the files of a bank's folder hold: the faultless questions in their order, where each stands, the faults."""

    name: str
    questions: tuple[Question, ...]
    places: dict[str, Place]
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class Seen:
    """What earlier questions have used, over all files: text to the place where it stands."""

    ids: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)


def load_bank(folder: Path = BANK) -> tuple[tuple[Question, ...], list[Fault]]:
    """Every faultless question of the folder's ``*.yaml`` files in their order, and every fault, sorted by place."""
    bank = read_bank(folder)
    return bank.questions, list(bank.faults)


def read_bank(folder: Path = BANK) -> BankFiles:
    """The same, with the place of each question, for the checks of the bank as a whole."""
    files = _files(folder)
    if not files:
        return BankFiles(shown(folder), (), {}, (Fault(shown(folder), 1, 1, "这里没有题库文件（*.yaml）"),))
    known, seen = load_facts().keys(), Seen()
    read: list[tuple[Question, Place]] = []
    faults: list[Fault] = []
    for path in files:
        root, found = read_yaml(path)
        faults += found
        if root is not None:
            read += _file(root, shown(path), faults, known, seen)
    places = {question.id: place for question, place in read}
    return BankFiles(shown(folder), tuple(question for question, _ in read), places, tuple(sorted(faults)))


def digest(folder: Path = BANK) -> str:
    """SHA-256 (hexadecimal) over names and bytes of the bank's files: equal exactly while the bank is unchanged."""
    total = hashlib.sha256()
    for path in _files(folder):
        content = path.read_bytes()
        total.update(f"{path.name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _file(root: Node, file: str, faults: list[Fault], known: Set[str], seen: Seen) -> list[tuple[Question, Place]]:
    if not isinstance(root, Mapping):
        faults.append(Fault(file, root.line, root.column, "文件应由“topic:”和“questions:”组成"))
        return []
    fields = Fields(root, file, faults)
    fields.keys(("topic", "questions"))
    topic = fields.choice("topic", Topic)
    read = [(read_item(child, topic, known, seen), child.node) for child in fields.children("questions")]
    return [(question, Place(file, node)) for question, node in read if question is not None]


def read_item(
    fields: Fields, topic: Topic | None, known: Set[str], seen: Seen, *, own: bool = False
) -> Question | None:
    """One question, or None if it has any fault. Nothing stops at the first fault.

    ``known``: ids of the fact sheet. ``own``: one of the office's own, which need not rest on facts of the sheet.
    """
    before = len(fields.faults)
    optional = ("options", "order", "reviewed", "picture", *(("facts",) if own else ()))
    fields.keys(tuple(key for key in _REQUIRED if key not in optional), optional)
    kind = fields.choice("kind", Kind)
    options = _options(fields, kind)
    question_id, stem = _id(fields, topic, seen), _stem(fields, seen)
    key = _key(fields, kind, len(options) if options else None)
    explanation = _explanation(fields)
    source = fields.text("source", MAX_SOURCE)
    facts = () if own and fields.get("facts") is None else _facts(fields, known)
    tags = fields.lines("tags", "标签", 12)
    difficulty, version = fields.choice("difficulty", Difficulty), fields.whole("version", 1, 9999)
    fixed = _fixed_order(fields)
    author, reviewer = fields.text("author", 20), fields.text("reviewer", 20, may_be_empty=True)
    reviewed, picture = _reviewed(fields, reviewer), _picture(fields, kind)
    if not (topic and kind and difficulty and version and question_id and stem and options and key):
        return None
    if len(fields.faults) > before or facts is None or not (explanation and source and tags and author):
        return None
    return Question(
        id=question_id,
        version=version,
        topic=topic,
        kind=kind,
        stem=stem,
        options=options,
        key=key,
        explanation=explanation,
        source=source,
        facts=facts,
        tags=tuple(tag for tag, _ in tags),
        difficulty=difficulty,
        fixed_order=fixed or kind is Kind.TRUE_FALSE,
        author=author,
        reviewer=reviewer or "",
        reviewed=reviewed,
        picture=picture,
    )


def _id(fields: Fields, topic: Topic | None, seen: Seen) -> str | None:
    node, text = fields.get("id"), fields.text("id", 20)
    if node is None or text is None:
        return None
    prefix = PREFIXES[topic] if topic else text.partition("-")[0]
    if not _ID.fullmatch(text) or not text.startswith(f"{prefix}-"):
        fields.note(node, f"题号应写成“{prefix}-”加三位数字，如 {prefix}-001")
    if text in seen.ids:
        fields.note(node, f"题号“{text}”重复，已用在 {seen.ids[text]}")
    seen.ids.setdefault(text, f"{fields.file}:{node.line}")
    return text


def _stem(fields: Fields, seen: Seen) -> str | None:
    node, text = fields.get("stem"), fields.text("stem", MAX_STEM)
    if node is None or text is None:
        return None
    if text in seen.stems:
        fields.note(node, f"题干与 {seen.stems[text]} 相同")
    seen.stems.setdefault(text, f"{fields.file}:{node.line}")
    return text


def _options(fields: Fields, kind: Kind | None) -> tuple[str, ...] | None:
    node = fields.get("options")
    if kind is Kind.TRUE_FALSE:
        if node is not None:
            fields.note(node, "判断题不写“options”")
        return TRUE_FALSE
    if node is None:
        if kind is not None:
            fields.note(fields.node, "缺少“options”")
        return None
    if isinstance(node, Sequence) and node.items and not MIN_OPTIONS <= len(node.items) <= MAX_OPTIONS:
        fields.note(node, f"选项应有 {MIN_OPTIONS} 到 {MAX_OPTIONS} 个，这里有 {len(node.items)} 个")
    lines = fields.lines("options", "选项", MAX_OPTION)
    for text, at in lines or ():
        if _ABOUT_OPTIONS.search(text):
            fields.note(at, f"选项“{text}”指着别的选项说话，选项打乱后就不通了")
    return tuple(text for text, _ in lines) if lines else None


def _key(fields: Fields, kind: Kind | None, options: int | None) -> frozenset[int] | None:
    """The key as indexes. ``options``: how many there are, None if unreadable (then no range is checked)."""
    node = fields.get("key")
    if node is None or kind is None:
        return None
    if kind is Kind.TRUE_FALSE:
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return frozenset({0 if node.value else 1})
        fields.note(node, "判断题的“key”只能是 true 或 false")
        return None
    if kind in {Kind.SINGLE, Kind.PICTURE}:
        index = _index(fields, node, options)
        return None if index is None else frozenset({index})
    return _keys(fields, node, options)


def _keys(fields: Fields, node: Node, options: int | None) -> frozenset[int] | None:
    if not isinstance(node, Sequence):
        fields.note(node, "多选题的“key”应是字母列表，如 [A, C]")
        return None
    found: list[int] = []
    for item in node.items:
        index = _index(fields, item, options)
        if index is not None and index in found:
            fields.note(item, f"答案 {LETTERS[index]} 重复")
        elif index is not None:
            found.append(index)
    if len(node.items) < 2:
        fields.note(node, "多选题至少有 2 个答案")
        return None
    return frozenset(found)


def _index(fields: Fields, node: Node, options: int | None) -> int | None:
    if not isinstance(node, Scalar) or len(node.text) != 1 or node.text not in LETTERS:
        fields.note(node, "答案应是一个大写字母，如 A")
        return None
    index = LETTERS.index(node.text)
    if options is not None and index >= options:
        fields.note(node, f"答案 {node.text} 超出选项，选项只到 {LETTERS[options - 1]}")
        return None
    return index


def _explanation(fields: Fields) -> str | None:
    node, text = fields.get("explanation"), fields.text("explanation", MAX_EXPLANATION)
    if node is not None and text is not None and _NAMES_LETTER.search(text):
        fields.note(node, _LETTER_FAULT)
    return text


def wording_faults(part: str, text: str) -> list[str]:
    """What is wrong with ``text`` as a question's stem, explanation or source, each as one sentence."""
    name, most = {"stem": ("题干", MAX_STEM), "explanation": ("解析", MAX_EXPLANATION), "source": ("依据", MAX_SOURCE)}[
        part
    ]
    node = Scalar(1, 1, text, text)
    fields = Fields(Mapping(1, 1, {}), "", [])
    if fields.line(node, name, most) is not None and part == "explanation" and _NAMES_LETTER.search(text):
        fields.note(node, _LETTER_FAULT)
    return [fault.message for fault in fields.faults]


def _facts(fields: Fields, known: Set[str]) -> tuple[str, ...] | None:
    lines = fields.lines("facts", "事实编号", 8)
    for text, at in lines or ():
        if text not in known:
            fields.note(at, f"事实表里没有“{text}”")
    return tuple(text for text, _ in lines) if lines else None


def _reviewed(fields: Fields, reviewer: str | None) -> str:
    """The day of the second reading: there is one exactly when somebody read it."""
    node, text = fields.get("reviewed"), fields.text("reviewed", 10) if fields.get("reviewed") else None
    if node is None and reviewer:
        fields.note(fields.node, "写了复核人“reviewer”，就要写复核日期“reviewed”")
    if node is not None and not reviewer:
        fields.note(node, "写了复核日期“reviewed”，就要写复核人“reviewer”")
    if node is not None and text is not None and not _is_day(text):
        fields.note(node, "复核日期应写成 2026-11-24 这样")
    return text or ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _picture(fields: Fields, kind: Kind | None) -> str:
    node = fields.get("picture")
    text = fields.text("picture", 40) if node is not None else None
    if node is None and kind is Kind.PICTURE:
        fields.note(fields.node, "图示题缺少“picture”")
    if node is not None and kind is not Kind.PICTURE:
        fields.note(node, "只有图示题（kind: picture）才写“picture”")
    if node is not None and text is not None and not (PICTURES / f"{text}.png").is_file():
        fields.note(node, f"没有名为“{text}”的图")
    return text or ""


def _fixed_order(fields: Fields) -> bool:
    node = fields.get("order")
    if node is None:
        return False
    if not isinstance(node, Scalar) or node.text != "fixed":
        fields.note(node, "“order”只能是 fixed；选项可以打乱时请去掉这一行")
    return True
