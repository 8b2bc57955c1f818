"""Questions as Moodle GIFT text: what is exported is what an import takes, and Moodle takes it too.

The format: https://docs.moodle.org/en/GIFT_format, and Moodle's own reader, question/format/gift/format.php.
What a question of ours has beside stem, options, key and explanation (the general feedback ``####``) stands where
Moodle looks for it, or in comments, which Moodle skips:

    $CATEGORY: 题库/法规                        the topic, by its Chinese name or its code: the last part of the path
    // [id:reg-001] [tag:公路] [tag:通行费]      id and tags, in Moodle's own notation
    // 依据：《公路法》第二条                      and so on for 事实编号 难度 版本 图 作者 复核人 复核日期 选项顺序
    ::reg-001::[plain]题干 { … }

Single choice is ``=`` and ``~``; several answers share 100 % (``~%50%``), wrong ones cost it (``~%-100%``); with 图 it
is a picture question; true/false is ``{TRUE}``. Other kinds of questions and partial credit are refused, feedback to
single options is left out. A question of the bank keeps what its comments do not say, so that a trip through Moodle,
which drops them, loses nothing.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from content.bank import LETTERS
from content.bank_items import HEADERS, KINDS, RIGHT, TOPICS, WRONG, Cell, Handed, cells_of
from content.tables import FILE_LIMIT, MEGABYTE, BadTable, decoded
from content.yaml_files import Fault
from domain.practice.importing import NoQuestions, Part
from domain.questions import Kind, Question, Topic

ROOT = "题库"
SPECIAL = "\\~=#{}:"
_NOTED = (
    *(Part.SOURCE, Part.FACTS, Part.DIFFICULTY, Part.VERSION, Part.PICTURE),
    *(Part.AUTHOR, Part.REVIEWER, Part.REVIEWED, Part.ORDER),
)
_HEAD = (
    "// 收费窗口题库，Moodle GIFT 格式，UTF-8。",
    "// 两题之间空一行；正文里的 ~ = # { } : \\ 前面要加 \\ 。",
    "// [id:] 是题号，新题不写；[tag:] 是标签；其余各行注释写在题目上方，冒号后面是内容。",
)

# What a reader sees: escapes of one sign stand for it.
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_COMMENT = re.compile(r"\s*//")
_NOTE = re.compile(r"\s*//\s*(?P<name>[^\s：:]+)\s*[：:]\s*(?P<text>.*?)\s*")
_MOODLE = re.compile(r"\[(?P<what>id|tag):(?P<text>(?:\\\]|[^\]])*)\]")
_CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(?P<path>.*?)\s*")
_ID = re.compile(r"[a-z]{3}-\d{3}")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d+)?)%")
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_CHINESE_BREAK = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\n[ \t]*|[ \t]*\n[ \t]*(?=[\u3000-\u9fff\uff00-\uffef])"
)
_TAG = re.compile(r"<[^>]*>")
_TRUTHS = {"T": RIGHT, "TRUE": RIGHT, "F": WRONG, "FALSE": WRONG}
_PART_OF = {HEADERS[part]: part for part in _NOTED}


# out -------------------------------------------------------------------------------------------------------------


def write_gift(questions: Iterable[Question]) -> bytes:
    """The questions by topic, as UTF-8 with Windows' line ends."""
    listed = list(questions)
    blocks = ["\n".join(_HEAD)]
    for topic in Topic:
        own = [question for question in listed if question.topic is topic]
        if own:
            blocks += [f"$CATEGORY: {ROOT}/{TOPICS[topic]}", *(_block(question) for question in own)]
    return ("\n\n".join(blocks) + "\n").replace("\n", "\r\n").encode()


def _block(question: Question) -> str:
    cells = cells_of(question)
    notes = [f"// {HEADERS[part]}：{cells[part]}" for part in _NOTED if cells[part]]
    tags = "".join(f" [tag:{_bracketed(tag)}]" for tag in question.tags)
    name = f"::{escaped(question.id)}::[plain]{escaped(question.stem)}"
    return "\n".join([f"// [id:{_bracketed(question.id)}]{tags}", *notes, f"{name} {{{_answers(question)}}}"])


def _bracketed(text: str) -> str:
    return text.replace("]", "\\]")


def escaped(text: str) -> str:
    """The text with its special signs marked as plain ones."""
    return "".join(f"\\{char}" if char in SPECIAL else char for char in text).replace("\n", "\\n")


def _answers(question: Question) -> str:
    explanation = f"####{_option(question.explanation)}"
    if question.kind is Kind.TRUE_FALSE:
        return f"{'TRUE' if 0 in question.key else 'FALSE'}{explanation}"
    lines = [f"{_sign(question, at)}{_option(text)}" for at, text in enumerate(question.options)]
    return "".join(f"\n\t{line}" for line in (*lines, explanation)) + "\n"


def _sign(question: Question, at: int) -> str:
    if question.kind is not Kind.MULTIPLE:
        return "=" if at in question.key else "~"
    return f"~%{round(100 / len(question.key), 5):g}%" if at in question.key else "~%-100%"


def _option(text: str) -> str:
    """Marked as plain where it would be taken for a weight or for the name of a format."""
    return f"[plain]{escaped(text)}" if text.startswith(("%", "[")) else escaped(text)


# in --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """The questions of a text, and the faults of its notation."""

    handed: tuple[Handed, ...]
    faults: tuple[Fault, ...]


class _Odd(Exception):
    """What stands at ``at`` of the block makes it no question of ours."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        self.message = message
        super().__init__(message)


class _Block:
    """The lines of a question without its comments. ``masked`` has escaped signs blotted out, at the same length."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        self._rows = [(number, line) for number, line in rows if not _COMMENT.match(line)]
        self.raw = "\n".join(line for _, line in self._rows)
        self.masked = _ESCAPE.sub("\0\0", self.raw)

    def cell(self, start: int, end: int, *, as_html: bool = False) -> Cell:
        """The text between two places, trimmed, its escapes read; where it begins."""
        start += len(self.raw[start:end]) - len(self.raw[start:end].lstrip())
        text = _BREAK.sub(" ", _CHINESE_BREAK.sub("", self.raw[start:end].rstrip()))
        text = _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text)
        if as_html:
            text = html.unescape(_TAG.sub("", text)).strip()
        return Cell(text, *self.place(start))

    def formatted(self, start: int, end: int, *, as_html: bool) -> tuple[Cell, bool]:
        """The text behind the name of its format, and whether that is HTML."""
        start += len(self.raw[start:end]) - len(self.raw[start:end].lstrip())
        found = _FORMAT.match(self.masked, start, end)
        as_html = found[1] == "html" if found else as_html
        return self.cell(found.end() if found else start, end, as_html=as_html), as_html

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, from 1."""
        before = self.raw[:at]
        return self._rows[before.count("\n")][0], at - before.rfind("\n")


def read_gift(data: bytes, filename: str) -> Text:
    """The questions of a text file in UTF-8 or GB18030.

    Raises BadTable when it is too large or no text, NoQuestions when it holds none.
    """
    if len(data) > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    handed: list[Handed] = []
    faults: list[Fault] = []
    topic: Cell | None = None
    for rows in _blocks(decoded(data)):
        category = next((_category(number, line) for number, line in rows if _CATEGORY.fullmatch(line)), None)
        topic = category or topic
        block = _Block((number, line) for number, line in rows if not _CATEGORY.fullmatch(line))
        if not block.raw.strip():
            continue
        try:
            handed.append(_question(block, {**_topic_cells(topic), **_notes(rows)}))
        except _Odd as odd:
            faults.append(Fault(filename, *block.place(odd.at), odd.message))
    if not handed and not faults:
        raise NoQuestions
    return Text(tuple(handed), tuple(faults))


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines between blank ones."""
    rows: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.strip():
            rows.append((number, line))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _category(number: int, line: str) -> Cell:
    found = _CATEGORY.fullmatch(line)
    assert found is not None
    last = found["path"].rpartition("/")[2].lstrip()
    return Cell(last, number, found.end("path") - len(last) + 1)


def _topic_cells(topic: Cell | None) -> dict[Part, Cell]:
    return {Part.TOPIC: topic} if topic else {}


def _notes(rows: Iterable[tuple[int, str]]) -> dict[Part, Cell]:
    """What the comments of a question say of it."""
    cells: dict[Part, Cell] = {}
    tags: list[Cell] = []
    for number, line in rows:
        if not _COMMENT.match(line):
            continue
        note = _NOTE.fullmatch(line)
        if note and note["name"] in _PART_OF:
            cells[_PART_OF[note["name"]]] = Cell(note["text"], number, note.start("text") + 1)
            continue
        for found in _MOODLE.finditer(line):
            cell = Cell(found["text"].replace("\\]", "]").strip(), number, found.start() + 1)
            if found["what"] == "tag":
                tags.append(cell)
            else:
                cells.setdefault(Part.ID, cell)
    if tags:
        cells[Part.TAGS] = Cell("\n".join(cell.text for cell in tags), tags[0].line, tags[0].column)
    return cells


def _question(block: _Block, noted: Mapping[Part, Cell]) -> Handed:
    """One question. Raises _Odd."""
    masked = block.masked
    start = len(masked) - len(masked.lstrip())
    title, start = _title(block, start)
    opened, closed = masked.find("{", start), masked.find("}", start)
    _check_braces(masked, start, opened, closed)
    # Without an explanation an empty one, so that its lack is told.
    general = masked.rfind("####", opened, closed)
    end = general if general >= 0 else closed
    stem, as_html = _stem(block, start, opened, closed)
    explained, _ = block.formatted(general + 4 if general >= 0 else closed, closed, as_html=as_html)
    named = {Part.ID: title} if title and _ID.fullmatch(title.text) else {}
    cells = {**named, **noted, Part.STEM: stem, Part.EXPLANATION: explained}
    kind, key, options = _answer_part(block, opened + 1, end, as_html=as_html)
    if kind is Kind.SINGLE and noted.get(Part.PICTURE):
        kind = Kind.PICTURE
    cells[Part.KIND] = Cell(KINDS[kind], *block.place(opened))
    cells[Part.KEY] = Cell(key, *block.place(opened))
    return Handed(Cell("", *block.place(start)), cells, options)


def _title(block: _Block, start: int) -> tuple[Cell | None, int]:
    """The question's name, if it has one, and where the rest begins. An older Moodle keeps our id only there."""
    end = block.masked.find("::", start + 2) if block.masked.startswith("::", start) else -1
    return (block.cell(start + 2, end), end + 2) if end >= 0 else (None, start)


def _check_braces(masked: str, start: int, opened: int, closed: int) -> None:
    if opened < 0 and closed < 0:
        raise _Odd(start, "没有用 { } 括起来的答案")
    if opened < 0 or closed < opened:
        raise _Odd(start, "{ 和 } 没有配对；文字里的 { } 前面要加 \\")
    again = masked.find("{", opened + 1)
    if again >= 0:
        raise _Odd(again, "一道题里有两处 {：两题之间要空一行，文字里的 { 前面要加 \\")


def _stem(block: _Block, start: int, opened: int, closed: int) -> tuple[Cell, bool]:
    """The stem; answers in its midst leave a blank to fill in."""
    before, as_html = block.formatted(start, opened, as_html=False)
    after = block.cell(closed + 1, len(block.raw), as_html=as_html)
    if not after.text:
        return before, as_html
    return Cell(f"{before.text}_____{after.text}", before.line, before.column), as_html


@dataclass(frozen=True, slots=True)
class _Answer:
    """One option: its text, and its weight in percent (100 for ``=``). ``sure``: it is written with ``=``."""

    text: Cell
    weight: float
    sure: bool


def _answer_part(block: _Block, start: int, end: int, *, as_html: bool) -> tuple[Kind, str, tuple[Cell, ...]]:
    """The kind, the key as letters or 对 and 错, and the options. Raises _Odd."""
    body = block.masked[start:end].strip()
    word = body.partition("#")[0].strip().upper()
    if word in _TRUTHS:
        return Kind.TRUE_FALSE, _TRUTHS[word], ()
    if not body:
        raise _Odd(start, "问答题不能导入，只能导入单选、多选、判断")
    if body.startswith("#"):
        raise _Odd(start, "数值题不能导入，只能导入单选、多选、判断")
    if "~" not in body:
        other = "配对题" if "->" in body else "填空题"
        raise _Odd(start, f"{other}不能导入，只能导入单选、多选、判断；错误的选项前面写 ~")
    answers = _options(block, start, end, as_html=as_html)
    return _keyed(answers, start)


def _options(block: _Block, start: int, end: int, *, as_html: bool) -> list[_Answer]:
    signs = [at for at in range(start, end) if block.masked[at] in "~="]
    if block.masked[start : signs[0]].strip():
        raise _Odd(start, "每个选项前面要写 =（对）或 ~（错）")
    pairs = zip(signs, [*signs[1:], end], strict=True)
    return [_option_of(block, at, until, as_html=as_html) for at, until in pairs]


def _option_of(block: _Block, at: int, until: int, *, as_html: bool) -> _Answer:
    """The option whose sign stands at ``at``; feedback behind # is left out."""
    feedback = block.masked.find("#", at, until)
    end = feedback if feedback >= 0 else until
    begin = at + 1 + len(block.masked[at + 1 : end]) - len(block.masked[at + 1 : end].lstrip())
    weight, sure = _WEIGHT.match(block.masked, begin, end), block.masked[at] == "="
    text, _ = block.formatted(weight.end() if weight else begin, end, as_html=as_html)
    return _Answer(text, float(weight[1]) if weight else 100.0 if sure else 0.0, sure)


def _keyed(answers: list[_Answer], start: int) -> tuple[Kind, str, tuple[Cell, ...]]:
    right = [at for at, answer in enumerate(answers) if answer.weight > 0]
    options = tuple(answer.text for answer in answers)
    if len(options) > len(LETTERS):
        raise _Odd(start, f"选项最多 {len(LETTERS)} 个，这里有 {len(options)} 个")
    key = "".join(LETTERS[at] for at in right)
    if not any(answer.sure for answer in answers) and [answers[at].weight for at in right] != [100.0]:
        return Kind.MULTIPLE, key, options
    if len(right) > 1:
        raise _Odd(start, "单选题只能有一个 = ，也不能有部分得分；多选题的正确选项请都写成 ~%50% 这样")
    return Kind.SINGLE, key, options
