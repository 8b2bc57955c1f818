"""Questions as xlsx, one row each: what is exported is what an import takes, and a template to fill in.

Every cell is text, so that an option that begins with = is an option. Knows how the columns are called and where they
stand, not what makes a good question.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from content.bank import LETTERS, MAX_EXPLANATION, MAX_OPTION, MAX_SOURCE, MAX_STEM
from content.bank_items import DIFFICULTIES, FIXED, HEADERS, KINDS, RIGHT, TOPICS, WRONG, Cell, Handed, cells_of
from content.tables import ROW_LIMIT, read_table
from content.yaml_files import Fault
from domain.practice.importing import NoQuestions, Part
from domain.questions import Kind, Question

SHEET, RULES_SHEET = "题库", "填写说明"
EXAMPLE = "示例"  # rows whose id begins so are no questions

Column = Part | str  # a part of the question, or the letter of an option

_NEEDED: tuple[Column, ...] = (
    *(Part.KIND, Part.TOPIC, Part.STEM, *LETTERS[:4]),
    *(Part.KEY, Part.EXPLANATION, Part.SOURCE, Part.TAGS),
)
_AT_MOST = "必填，最多 {} 个字，不换行。"
# Width and what to fill in, in the order of the table.
_COLUMNS: Mapping[Column, tuple[int, str]] = {
    Part.ID: (10, "新题留空，由系统编号；已有的题不要改编号。"),
    Part.KIND: (7, f"必填：{'、'.join(KINDS.values())}。"),
    Part.TOPIC: (11, f"必填：{'、'.join(TOPICS.values())}。"),
    Part.STEM: (48, _AT_MOST.format(MAX_STEM)),
    **{
        letter: (22, f"选项 {letter}，最多 {MAX_OPTION} 个字；从 A 起连着填，至少两个；判断题不填。")
        for letter in LETTERS
    },
    Part.KEY: (7, f"必填：单选、图示填一个字母，多选如 AC，判断填{RIGHT}或{WRONG}。"),
    Part.EXPLANATION: (48, f"{_AT_MOST.format(MAX_EXPLANATION)}不要写选项字母。"),
    Part.SOURCE: (28, f"{_AT_MOST.format(MAX_SOURCE)}法规名称和条号，或“行业通行做法”。"),
    Part.FACTS: (12, "事实表里的编号，如 L001、L002；自编的题可留空。"),
    Part.TAGS: (18, "必填，用顿号分开，如 公路、通行费；每个最多 12 个字。"),
    Part.DIFFICULTY: (7, f"{'、'.join(DIFFICULTIES.values())}；新题留空算“中”。"),
    Part.VERSION: (7, "可留空：内容改了，系统自动升一版。"),
    Part.PICTURE: (20, "图示题必填：题库里已有的图名；别的题留空。"),
    Part.AUTHOR: (10, "最多 20 个字；新题留空记“办公室”。"),
    Part.REVIEWER: (10, "第二个人读过才填，填了就要写复核日期。"),
    Part.REVIEWED: (13, "如 2026-11-24。"),
    Part.ORDER: (10, f"选项顺序有意义、不能打乱时填“{FIXED}”，否则留空。"),
}
_LISTS: Mapping[Part, Sequence[str]] = {
    Part.KIND: list(KINDS.values()),
    Part.TOPIC: list(TOPICS.values()),
    Part.DIFFICULTY: list(DIFFICULTIES.values()),
    Part.ORDER: [FIXED],
}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

_RULES = (
    "一行一道题。新题的编号留空；已有的题按编号对应，改了哪一格就改哪一格。",
    "导入只新增和修改，删掉一行不会删除题目。",
    f"编号以“{EXAMPLE}”开头的行不会导入，可以照着写，也可以删掉。",
    "一道题只考一个点；题干不带出答案；选项之间不能互相包含。",
    "选项会打乱顺序，所以不要写“以上都对”“A和B”，解析里不要写选项字母。",
    "不要和题库里已有的题重复：换个说法问同一点也算重复。",
    "判断题不填选项，答案写“对”或“错”；多选题至少两个答案。",
    "图示题的图须是题库里已有的；可以先导出，看“图”一列的名字。",
    "改了答案的题，练过它的人会重新练到。",
    "先检查、后导入：有一处不对，整份都不导入，改好再发一次。",
)
_EXAMPLE_CELLS: tuple[Mapping[Column, str], ...] = (
    {
        Part.ID: f"{EXAMPLE}1",
        Part.KIND: KINDS[Kind.SINGLE],
        Part.TOPIC: "法规",
        Part.STEM: "收费公路的通行费由谁收取？（这是示例，请换成您的题）",
        "A": "公路经营管理者",
        "B": "交警",
        "C": "城管",
        "D": "路过的志愿者",
        Part.KEY: "A",
        Part.EXPLANATION: "说清为什么对，也说清容易错的那项为什么错。",
        Part.SOURCE: "法规名称和条号",
        Part.TAGS: "通行费",
        Part.DIFFICULTY: "易",
    },
    {
        Part.ID: f"{EXAMPLE}2",
        Part.KIND: KINDS[Kind.MULTIPLE],
        Part.TOPIC: "服务礼仪",
        Part.STEM: "交接班时通常要交清哪些东西？（示例）",
        "A": "票款",
        "B": "通行卡",
        "C": "个人水杯",
        "D": "特情记录",
        Part.KEY: "ABD",
        Part.EXPLANATION: "票、款、卡和特情记录都要当面交清，私人物品不在其中。",
        Part.SOURCE: "行业通行做法",
        Part.TAGS: "交接班",
        Part.DIFFICULTY: "中",
    },
    {
        Part.ID: f"{EXAMPLE}3",
        Part.KIND: KINDS[Kind.TRUE_FALSE],
        Part.TOPIC: "收费流程",
        Part.STEM: "通行卡损坏时可以直接放行，不作记录。（示例）",
        Part.KEY: WRONG,
        Part.EXPLANATION: "坏卡属于特情，要按流程处理并记录。",
        Part.SOURCE: "行业通行做法",
        Part.TAGS: "特情",
        Part.DIFFICULTY: "易",
    },
    {
        Part.ID: f"{EXAMPLE}4",
        Part.KIND: KINDS[Kind.PICTURE],
        Part.TOPIC: "假币识别",
        Part.STEM: "看图：安全线在图中哪一处？（示例）",
        "A": "①号处",
        "B": "③号处",
        "C": "④号处",
        "D": "⑧号处",
        Part.KEY: "C",
        Part.EXPLANATION: "按图说明位置和看法。",
        Part.SOURCE: "防伪特征说明",
        Part.TAGS: "安全线",
        Part.DIFFICULTY: "中",
        Part.PICTURE: "note-100-2015-front",
        Part.ORDER: FIXED,
    },
)


def header(column: Column) -> str:
    """What stands above a column."""
    return HEADERS[column] if isinstance(column, Part) else column


# out -------------------------------------------------------------------------------------------------------------


def bank_table(questions: Iterable[Question]) -> bytes:
    """The questions under their headers, and the sheet of rules. Slow for a bank: call it in a worker thread."""
    return _book(_row(question) for question in questions)


def bank_template() -> bytes:
    """The empty table with an example of each kind, which an import leaves out, and the sheet of rules."""
    return _book(_EXAMPLE_CELLS)


def _row(question: Question) -> dict[Column, str]:
    cells = cells_of(question)
    row: dict[Column, str] = {part: cells[part] for part in Part if part in cells}
    if question.kind is not Kind.TRUE_FALSE:
        row.update(zip(LETTERS, question.options, strict=False))
    return row


def _book(rows: Iterable[Mapping[Column, str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 1)
        for at, (column, (width, hint)) in enumerate(_COLUMNS.items()):
            sheet.set_column(at, at, width, text)
            sheet.write_string(0, at, header(column), head)
            sheet.write_comment(0, at, hint)
            if column in _LISTS:
                choice = {"validate": "list", "source": _LISTS[Part(column)]}
                sheet.data_validation(1, at, ROW_LIMIT, at, choice)
        for number, row in enumerate(rows, start=1):
            for at, column in enumerate(_COLUMNS):
                sheet.write_string(number, at, row.get(column, ""), text)
        _rules(book, head, text)
    return buffer.getvalue()


def _rules(book: xlsxwriter.Workbook, head: object, text: object) -> None:
    sheet = book.add_worksheet(RULES_SHEET)
    sheet.set_column(0, 0, 14, text)
    sheet.set_column(1, 1, 90, text)
    listed = [("总的要求", head, rule) for rule in _RULES]
    listed += [(header(column), head, hint) for column, (_, hint) in _COLUMNS.items()]
    for number, (name, style, rule) in enumerate(listed):
        sheet.write_string(number, 0, name, style)
        sheet.write_string(number, 1, rule, text)


# in --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table of questions, and the faults of its shape."""

    handed: tuple[Handed, ...]
    faults: tuple[Fault, ...]


def read_bank_table(data: bytes, filename: str) -> Sheet:
    """The rows of the first sheet, examples left out. Slow: call it in a worker thread.

    Raises BadTable when the file cannot be read, NoQuestions when it has no row.
    """
    rows = read_table(data, filename, exact=True).rows
    if not rows:
        raise NoQuestions
    (number, names), *rest = rows
    columns, faults = _columns(names, number, filename)
    if faults:
        return Sheet((), tuple(faults))
    handed: list[Handed] = []
    for row, cells in rest:
        values = {column: Cell(cells[at], row, at + 1) for column, at in columns.items()}
        if not values.get(Part.ID, Cell("", row, 1)).text.startswith(EXAMPLE):
            handed.append(_handed(row, values))
            faults += _gaps(values, filename)
    if not handed:
        raise NoQuestions
    return Sheet(tuple(handed), tuple(faults))


def _columns(names: Sequence[str], row: int, file: str) -> tuple[dict[Column, int], list[Fault]]:
    """Where the columns stand. Foreign ones are left out; one that is missing or there twice is a fault."""
    known = {header(column): column for column in _COLUMNS}
    at: dict[Column, int] = {}
    faults: list[Fault] = []
    for place, name in enumerate(names):
        column = known.get(name)
        if column in at:
            faults.append(Fault(file, row, place + 1, f"有两列都叫“{name}”"))
        elif column is not None:
            at[column] = place
    lacking = [header(column) for column in _NEEDED if column not in at]
    if lacking:
        faults.append(Fault(file, row, 1, f"表头缺少“{'”“'.join(lacking)}”，请用模板或导出的表格填写"))
    return at, faults


def _handed(row: int, values: Mapping[Column, Cell]) -> Handed:
    options = [values[letter] for letter in LETTERS if letter in values]
    filled = [cell for cell in options if cell.text]
    return Handed(
        Cell("", row, 1), {part: cell for part, cell in values.items() if isinstance(part, Part)}, tuple(filled)
    )


def _gaps(values: Mapping[Column, Cell], file: str) -> Iterator[Fault]:
    """An empty option before a filled one: the letters of the key would shift."""
    options = [(letter, values[letter]) for letter in LETTERS if letter in values]
    last = max((at for at, (_, cell) in enumerate(options) if cell.text), default=0)
    for letter, cell in options[:last]:
        if not cell.text:
            yield Fault(file, cell.line, cell.column, f"选项 {letter} 空着，后面的却填了；选项要从 A 起连着填")
