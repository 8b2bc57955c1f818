"""Questions that the office hands in, from whatever format, held to the bank's own rules.

A format's reader gives texts with their places; here they become what the bank's files are read into, so that one set
of rules (`content/bank.py`, `content/bank_checks.py`) judges both. Knows no format and no database.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from content import yaml_files as nodes
from content.bank import LETTERS, PREFIXES, BankFiles, Place, Seen, read_item
from content.bank_checks import check
from content.facts import load_facts
from content.fields import Fields
from domain.practice.importing import ImportFault, Part, next_id
from domain.questions import Difficulty, Kind, Question, Topic

# The files are Chinese in every language: so is the bank.
HEADERS: Mapping[Part, str] = {
    Part.ID: "编号",
    Part.KIND: "类型",
    Part.TOPIC: "主题",
    Part.STEM: "题干",
    Part.OPTIONS: "选项",
    Part.KEY: "答案",
    Part.EXPLANATION: "解析",
    Part.SOURCE: "依据",
    Part.FACTS: "事实编号",
    Part.TAGS: "标签",
    Part.DIFFICULTY: "难度",
    Part.VERSION: "版本",
    Part.PICTURE: "图",
    Part.AUTHOR: "作者",
    Part.REVIEWER: "复核人",
    Part.REVIEWED: "复核日期",
    Part.ORDER: "选项顺序",
}
KINDS: Mapping[StrEnum, str] = {
    Kind.SINGLE: "单选",
    Kind.MULTIPLE: "多选",
    Kind.TRUE_FALSE: "判断",
    Kind.PICTURE: "图示",
}
TOPICS: Mapping[StrEnum, str] = {
    Topic.REGULATIONS: "法规",
    Topic.ETHICS: "职业道德",
    Topic.SERVICE: "服务礼仪",
    Topic.PROCEDURE: "收费流程",
    Topic.COUNTERFEIT: "假币识别",
}
DIFFICULTIES: Mapping[StrEnum, str] = {Difficulty.EASY: "易", Difficulty.MEDIUM: "中", Difficulty.HARD: "难"}
FIXED = "固定"
RIGHT, WRONG = "对", "错"
AUTHOR = "办公室"  # of a new question that names none
BETWEEN = "、"  # between letters, facts and tags

# What an empty cell stands for, in a question of the bank for what it has.
_FOR_NEW = {Part.DIFFICULTY: DIFFICULTIES[Difficulty.MEDIUM], Part.VERSION: "1", Part.AUTHOR: AUTHOR}
_WORDS = {Part.KIND: KINDS, Part.TOPIC: TOPICS, Part.DIFFICULTY: DIFFICULTIES}
_LISTS = (Part.FACTS, Part.TAGS)
# What may be left empty.
_MAY_LACK = (Part.ID, Part.FACTS, Part.PICTURE, Part.REVIEWER, Part.REVIEWED, Part.ORDER)
_TRUE = {RIGHT, "正确", "是", "√", "✓", "T", "TRUE"}
_FALSE = {WRONG, "错误", "否", "×", "✗", "F", "FALSE"}
_BETWEEN = re.compile(r"[、，,;；\n]+")
_BLANKS_TOO = re.compile(r"[、，,;；\s]+")
_IN_ENGLISH = re.compile("“(" + "|".join(part.value for part in Part) + ")”")
_NODE_NAMES = {part.value: f"“{header}”" for part, header in HEADERS.items()}
_LIVE = "题库"
_OF_LIVE = re.compile(rf"{_LIVE}:0（([^）]+)）")  # where the whole bank's checks say that another question stands


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it stands, from 1; for a table, row and column."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Handed:
    """One question as a file has it: its parts (without the options), its options, where it begins.

    A part that the format has no place for is not among ``cells``; one that was left empty is, with an empty text.
    """

    at: Cell
    cells: Mapping[Part, Cell]
    options: tuple[Cell, ...]


@dataclass(slots=True)
class Read:
    """What a file of questions holds: the faultless ones, where each stands, which ids we gave, the faults."""

    file: str
    questions: list[Question] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    numbered: set[str] = field(default_factory=set)
    faults: list[nodes.Fault] = field(default_factory=list)


def read_items(
    file: str,
    handed: Sequence[Handed],
    live: Mapping[str, Question],
    taken: Iterable[str],
    faults: Iterable[nodes.Fault],
) -> Read:
    """The questions of a file. ``taken``: ids that no new question may get. ``faults``: what its reader found.

    A question that has a fault of its reader's is judged all the same, so that one reading tells everything.
    """
    read, seen, facts = Read(file, faults=list(faults)), Seen(), load_facts().keys()
    used = {*taken, *(_text(one, Part.ID) for one in handed)}
    for one in handed:
        given = _text(one, Part.ID)
        cells = _complete(one, live.get(given))
        topic = _topic(one, cells.get(Part.TOPIC), read)
        # Without a topic there is no number; what else is wrong with the question is told nevertheless.
        question_id = given or next_id(PREFIXES[topic or Topic.REGULATIONS], used)
        used.add(question_id)
        node = _node(one, cells, question_id)
        question = read_item(Fields(node, file, read.faults), topic, facts, seen, own=True)
        if question is not None:
            read.questions.append(question)
            read.places[question.id] = Place(file, node)
            if not given:
                read.numbered.add(question.id)
    return read


def whole_bank_faults(
    read: Read, written: Iterable[Question], live: Mapping[str, Question]
) -> tuple[list[nodes.Fault], tuple[str, ...]]:
    """What only the whole bank shows of the questions about to be ``written``, and remarks on the bank as a whole.

    Slow (the bank squared): call it in a worker thread.
    """
    facts = load_facts()
    handed = {question.id: question for question in written}
    # A fact may have left the sheet since a question of the office's was taken in.
    kept = [
        replace(question, facts=tuple(fact for fact in question.facts if fact in facts))
        for question in live.values()
        if question.id not in handed
    ]
    places = {question.id: Place(_LIVE, nodes.Mapping(0, 0, {})) for question in kept}
    places |= {question_id: read.places[question_id] for question_id in handed}
    found = check(BankFiles("", (*kept, *handed.values()), places, ()), facts)
    return [one for one in found if one.file == read.file], tuple(one.message for one in found if not one.file)


def told(found: Iterable[nodes.Fault]) -> tuple[ImportFault, ...]:
    """Faults as the office reads them: in the words of the table, in the order of the file, each place's only once."""
    listed = sorted((fault.line, fault.column, _in_words(fault.message)) for fault in set(found))
    return tuple(ImportFault(line, column, "bank.fault.told", {"words": words}) for line, column, words in listed)


def at(place: Place, part: Part, fault: ImportFault) -> ImportFault:
    """A fault of the comparison at the place of a question's part."""
    spot = place.fault(part.value, "")
    return ImportFault(spot.line, spot.column, fault.key, fault.values)


def _in_words(message: str) -> str:
    """A rule's sentence with the table's names for the files' keys and values."""
    for words in _WORDS.values():
        message = message.replace(BETWEEN.join(member.value for member in words), BETWEEN.join(words.values()))
    message = _OF_LIVE.sub(rf"{_LIVE}里的 \1", message)
    message = _IN_ENGLISH.sub(lambda found: _NODE_NAMES[found[1]], message.replace("（kind: picture）", ""))
    return message.replace("true 或 false", f"{RIGHT} 或 {WRONG}")


# from texts to what the bank's rules read ------------------------------------------------------------------------


def _text(one: Handed, part: Part) -> str:
    cell = one.cells.get(part)
    return cell.text if cell else ""


def _complete(one: Handed, known: Question | None) -> dict[Part, Cell]:
    """The cells, with what the file does not say: what the bank has of the question, or what a new one gets."""
    texts = cells_of(known) if known else {}
    texts = {**_FOR_NEW, **texts}
    missing = {part for part in texts if part not in one.cells or (part in _FOR_NEW and not _text(one, part))}
    return {**one.cells, **{part: Cell(texts[part], one.at.line, one.at.column) for part in missing}}


def _topic(one: Handed, cell: Cell | None, read: Read) -> Topic | None:
    """The topic, or None and a fault at its place."""
    entries = {Part.TOPIC.value: _entry(_word(cell, TOPICS))} if cell else {}
    fields = Fields(nodes.Mapping(one.at.line, one.at.column, entries), read.file, read.faults)
    fields.keys((Part.TOPIC.value,))
    return fields.choice(Part.TOPIC.value, Topic)


def _node(one: Handed, cells: Mapping[Part, Cell], question_id: str) -> nodes.Mapping:
    """The question as the bank's files would have it."""
    code = _code(_text(one, Part.KIND), KINDS)
    kind = Kind(code) if code else None
    entries = {
        part.value: _entry(_value(part, cell, kind))
        for part, cell in cells.items()
        if part is not Part.TOPIC and (cell.text or part not in _MAY_LACK)
    }
    entries[Part.ID.value] = _entry(_scalar(one.cells.get(Part.ID, one.at), question_id))
    entries.setdefault(Part.REVIEWER.value, _entry(_scalar(one.at, "")))
    if kind is not Kind.TRUE_FALSE or _says_more(one.options):
        start = one.options[0] if one.options else one.cells.get(Part.KEY, one.at)
        items = tuple(_scalar(cell, cell.text) for cell in one.options)
        entries[Part.OPTIONS.value] = _entry(nodes.Sequence(start.line, start.column, items))
    return nodes.Mapping(one.at.line, one.at.column, entries)


def _says_more(options: Sequence[Cell]) -> bool:
    """Whether a true/false question has options other than the two that it always has."""
    return not {cell.text for cell in options} <= _TRUE | _FALSE


def _entry(node: nodes.Node) -> nodes.Entry:
    return nodes.Entry(node.line, node.column, node)


def _scalar(cell: Cell, value: str | bool | int | None) -> nodes.Scalar:
    return nodes.Scalar(cell.line, cell.column, value, "" if value is None else str(value))


def _code(text: str, words: Mapping[StrEnum, str]) -> str | None:
    """The member's value, by its Chinese word or by the value itself."""
    return next((member.value for member, word in words.items() if text in {word, f"{word}题", member.value}), None)


def _word(cell: Cell, words: Mapping[StrEnum, str]) -> nodes.Scalar:
    """A word of an enumeration; one that is unknown is left for the rule to refuse."""
    return _scalar(cell, _code(cell.text, words) or cell.text)


def _value(part: Part, cell: Cell, kind: Kind | None) -> nodes.Node:
    if part in _WORDS:
        return _word(cell, _WORDS[part])
    if part in _LISTS:
        return nodes.Sequence(cell.line, cell.column, tuple(_scalar(cell, text) for text in _listed(part, cell.text)))
    if part is Part.KEY:
        return _key(cell, kind)
    if part is Part.VERSION:
        return _scalar(cell, int(cell.text) if re.fullmatch("[0-9]{1,9}", cell.text) else cell.text)
    if part is Part.ORDER:
        return _scalar(cell, "fixed" if cell.text == FIXED else cell.text)
    if part is Part.REVIEWED:
        return _scalar(cell, cell.text.removesuffix("T00:00:00"))
    return _scalar(cell, cell.text or None)


def _listed(part: Part, text: str) -> list[str]:
    pieces = (_BLANKS_TOO if part is Part.FACTS else _BETWEEN).split(text)
    return [piece.strip() for piece in pieces if piece.strip()]


def _key(cell: Cell, kind: Kind | None) -> nodes.Node:
    """对 and 错 as true and false, letters as letters."""
    word = unicodedata.normalize("NFKC", cell.text).upper()
    letters = _BLANKS_TOO.sub("", word)
    if kind is Kind.TRUE_FALSE:
        return _scalar(cell, word in _TRUE if word in _TRUE | _FALSE else cell.text)
    if kind is Kind.MULTIPLE:
        return nodes.Sequence(cell.line, cell.column, tuple(_scalar(cell, letter) for letter in letters))
    return _scalar(cell, letters)


# and back --------------------------------------------------------------------------------------------------------


def cells_of(question: Question) -> dict[Part, str]:
    """What the table says of a question, by part; without its options."""
    return {
        Part.ID: question.id,
        Part.KIND: KINDS[question.kind],
        Part.TOPIC: TOPICS[question.topic],
        Part.STEM: question.stem,
        Part.KEY: _key_of(question),
        Part.EXPLANATION: question.explanation,
        Part.SOURCE: question.source,
        Part.FACTS: BETWEEN.join(question.facts),
        Part.TAGS: BETWEEN.join(question.tags),
        Part.DIFFICULTY: DIFFICULTIES[question.difficulty],
        Part.VERSION: str(question.version),
        Part.PICTURE: question.picture,
        Part.AUTHOR: question.author,
        Part.REVIEWER: question.reviewer,
        Part.REVIEWED: question.reviewed,
        Part.ORDER: FIXED if question.fixed_order and question.kind is not Kind.TRUE_FALSE else "",
    }


def _key_of(question: Question) -> str:
    """The key as the table words it: AC, 对, 错."""
    if question.kind is Kind.TRUE_FALSE:
        return RIGHT if 0 in question.key else WRONG
    return "".join(LETTERS[index] for index in sorted(question.key))
