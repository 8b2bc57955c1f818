"""The scoring standard as a table: its columns, and what is wrong with each row. Knows no file format.

Above the header stand the title and the day from which it holds; below it a clause a row.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from domain.dates import BadDay, FarDay, parse_day
from domain.deeds import DeedKind
from domain.roster import RowFault, tidy
from domain.scores.standard import (
    CODE_LIMIT,
    EVIDENCE_LIMIT,
    POINTS_LIMIT,
    TENTHS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Clause,
    Standard,
    SubjectKind,
    is_code,
    written,
)


class ClauseColumn(StrEnum):
    """Columns of the table."""

    SUBJECT = "subject"
    CODE = "code"
    TEXT = "text"
    POINTS = "points"
    CAP = "cap"
    EVIDENCE = "evidence"
    DEEDS = "deeds"


HEADERS: Mapping[ClauseColumn, str] = {
    ClauseColumn.SUBJECT: "对象",
    ClauseColumn.CODE: "编号",
    ClauseColumn.TEXT: "条款",
    ClauseColumn.POINTS: "分数",
    ClauseColumn.CAP: "每月封顶",
    ClauseColumn.EVIDENCE: "依据",
    ClauseColumn.DEEDS: "好事类别",
}
TITLE, FROM = "标题", "生效日期"  # what stands in the first cell of the rows above the header
SUBJECT_WORDS = {SubjectKind.PERSON: "个人", SubjectKind.TEAM: "班组"}
DEED_WORDS = {
    DeedKind.FOUND: "拾金不昧",
    DeedKind.AID: "帮扶",
    DeedKind.SERVICE: "便民服务",
    DeedKind.CHARITY: "公益",
    DeedKind.COURAGE: "见义勇为",
    DeedKind.OTHER: "其他",
}
_COLUMN_OF = {text: column for column, text in HEADERS.items()}
_SUBJECT_OF = {text: subject for subject, text in SUBJECT_WORDS.items()}
_DEED_OF = {text: kind for kind, text in DEED_WORDS.items()}
_NUMBER = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_NEEDED = (ClauseColumn.SUBJECT, ClauseColumn.CODE, ClauseColumn.TEXT, ClauseColumn.POINTS)
Table = Sequence[tuple[int, Sequence[str]]]


class Note(Protocol):
    """Notes a fault of the row: the last part of its key, and values."""

    def __call__(self, key: str, **values: object) -> None:
        """Note it."""


@dataclass(frozen=True, slots=True)
class StandardCheck:
    """A dry run: every fault, or the standard as it would be loaded. ``draft_id``: what [确认启用] names."""

    faults: tuple[RowFault, ...]
    standard: Standard | None = None
    draft_id: int | None = None


def tenths(text: str) -> int | None:
    """A number with at most one decimal as tenths; None for anything else.

    >>> tenths("0.5"), tenths("＋3"), tenths("-3分"), tenths("0.25"), tenths("三")
    (5, 30, -30, None, None)
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip().removesuffix("分").strip()
    if not _NUMBER.fullmatch(plain):
        return None
    value = Decimal(plain) * TENTHS
    return int(value) if value == value.to_integral_value() else None


# reading ---------------------------------------------------------------------------------------------------------


def parse_standard(table: Table, today: date) -> tuple[Standard | None, list[RowFault]]:
    """The standard of a table (row number, cells), and every fault; with any there is no standard."""
    at = next((n for n, (_, cells) in enumerate(table) if _is_header(cells)), None)
    if at is None:
        return None, [RowFault(table[0][0] if table else 1, "scores.fault.no_header")]
    title, day, faults = _head(table[:at], table[at][0], today)
    columns = [_COLUMN_OF.get(tidy(cell)) for cell in table[at][1]]
    clauses, found = _clauses(columns, table[at + 1 :])
    faults += found
    if not clauses and not faults:
        faults.append(RowFault(table[at][0], "scores.fault.no_rows"))
    if faults or day is None:
        return None, sorted(faults, key=lambda fault: fault.row)
    return Standard(0, 0, title, day, clauses), []


def _is_header(cells: Sequence[str]) -> bool:
    named = {_COLUMN_OF.get(tidy(cell)) for cell in cells}
    return all(column in named for column in _NEEDED)


def _head(above: Table, header: int, today: date) -> tuple[str, date | None, list[RowFault]]:
    """Title and day from the rows above the header."""
    named = {tidy(cells[0]): (number, tidy(cells[1])) for number, cells in above if len(cells) > 1}
    row, title = named.get(TITLE, (header, ""))
    faults = []
    if not title:
        faults.append(RowFault(row, "scores.fault.no_title"))
    elif len(title) > TITLE_LIMIT:
        faults.append(RowFault(row, "scores.fault.title_long", {"limit": TITLE_LIMIT}))
    row, text = named.get(FROM, (header, ""))
    day = _day(row, text, today)
    if isinstance(day, RowFault):
        return title, None, [*faults, day]
    return title, day, faults


def _day(row: int, text: str, today: date) -> date | RowFault:
    """The day, or why there is none. A spreadsheet may have put midnight behind it."""
    try:
        return parse_day(text.partition("T")[0], today, past=True)
    except FarDay as error:
        return RowFault(row, error.key)
    except BadDay:
        return RowFault(row, "scores.fault.no_day", {"text": text[:20]})


def _clauses(columns: Sequence[ClauseColumn | None], body: Table) -> tuple[tuple[Clause, ...], list[RowFault]]:
    clauses: list[Clause] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for number, cells in body:
        named = {column: tidy(cell) for column, cell in zip(columns, cells, strict=False) if column is not None}
        if not any(named.values()):
            continue
        clause, found = _clause(number, named, seen)
        faults += found
        if clause is not None:
            clauses.append(clause)
    return tuple(clauses), faults


def _clause(
    number: int, cells: Mapping[ClauseColumn, str], seen: dict[str, int]
) -> tuple[Clause | None, list[RowFault]]:
    """A row as a clause; with any fault there is none. ``seen``: the rows of the codes so far."""
    faults: list[RowFault] = []

    def note(key: str, **values: object) -> None:
        faults.append(RowFault(number, f"scores.fault.{key}", values))

    subject = _SUBJECT_OF.get(cells.get(ClauseColumn.SUBJECT, ""))
    if subject is None:
        note("subject_unknown", text=cells.get(ClauseColumn.SUBJECT, "")[:20])
    code = unicodedata.normalize("NFKC", cells.get(ClauseColumn.CODE, "")).upper()
    if not is_code(code):
        note("code_odd", code=code[:20], limit=CODE_LIMIT)
    elif code in seen:
        note("code_twice", code=code, first=seen[code])
    seen.setdefault(code, number)
    text, evidence = cells.get(ClauseColumn.TEXT, ""), cells.get(ClauseColumn.EVIDENCE, "")
    if not text:
        note("no_text")
    for column, what, limit in (
        (ClauseColumn.TEXT, text, TEXT_LIMIT),
        (ClauseColumn.EVIDENCE, evidence, EVIDENCE_LIMIT),
    ):
        if len(what) > limit:
            note("too_long", column=HEADERS[column], limit=limit)
    points = tenths(cells.get(ClauseColumn.POINTS, ""))
    if not points or abs(points) > POINTS_LIMIT:
        note("points_odd", text=cells.get(ClauseColumn.POINTS, "")[:20], limit=POINTS_LIMIT // TENTHS)
    cap = _cap(cells.get(ClauseColumn.CAP, ""), points or 0, note)
    deeds = _deeds(cells.get(ClauseColumn.DEEDS, ""), subject, points or 0, note)
    if faults or subject is None or not points:
        return None, faults
    return Clause(0, 0, subject, code, text, points, cap, evidence, deeds), []


def _cap(text: str, points: int, note: Note) -> int | None:
    if not text:
        return None
    cap = tenths(text)
    if cap is None or cap < max(1, abs(points)) or cap > POINTS_LIMIT:
        note("cap_odd", text=text[:20], limit=POINTS_LIMIT // TENTHS)
        return None
    return cap


def _deeds(text: str, subject: SubjectKind | None, points: int, note: Note) -> frozenset[str]:
    words = [word for word in text.replace("，", "、").replace(",", "、").split("、") if word.strip()]
    unknown = [word for word in words if word.strip() not in _DEED_OF]
    if unknown:
        note("deed_unknown", text=unknown[0][:20])
    elif words and (subject is SubjectKind.TEAM or points < 0):
        note("deeds_not_here")
    return frozenset(_DEED_OF[word.strip()].value for word in words if word.strip() in _DEED_OF)


# writing ---------------------------------------------------------------------------------------------------------


def rows_of(standard: Standard) -> list[dict[ClauseColumn, str]]:
    """The clauses as rows that an import reads as the same clauses."""
    return [
        {
            ClauseColumn.SUBJECT: SUBJECT_WORDS[one.subject],
            ClauseColumn.CODE: one.code,
            ClauseColumn.TEXT: one.text,
            ClauseColumn.POINTS: written(one.points),
            ClauseColumn.CAP: written(one.cap) if one.cap is not None else "",
            ClauseColumn.EVIDENCE: one.evidence,
            ClauseColumn.DEEDS: "、".join(DEED_WORDS[kind] for kind in DeedKind if kind.value in one.deeds),
        }
        for one in standard.clauses
    ]
