"""The scoring standard from YAML, every fault with its line and column. Must not know how entries are made under it.

Points are written as people write them, 0.5; they are kept as whole tenths, read from the digits, never from a float.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from content.fields import Fields, root_of
from content.yaml_files import Fault, Scalar, stamp
from domain.deeds import DeedKind
from domain.roster import tidy
from domain.scores.standard import (
    EVIDENCE_LIMIT,
    POINTS_LIMIT,
    TENTHS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Clause,
    Standard,
    SubjectKind,
    is_code,
)
from domain.scores.standard_table import tenths

STANDARD = Path(__file__).parent / "standards" / "standard.yaml"


@dataclass(frozen=True, slots=True)
class SampleStandard:
    """What the file says. ``effective_from`` None: from when it holds is for whoever loads it."""

    title: str
    clauses: tuple[Clause, ...]
    effective_from: date | None = None

    def from_(self, day: date) -> Standard:
        """The standard, not stored yet, as it holds from the file's own day, else from ``day``."""
        return Standard(0, 0, self.title, self.effective_from or day, self.clauses)


def load_standard(path: Path = STANDARD) -> tuple[SampleStandard, list[Fault]]:
    """The standard of one file and every fault, sorted by place; what is faulty is left out."""
    standard, faults = _read(path, stamp(path))
    return standard, list(faults)


@lru_cache(maxsize=2)
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[SampleStandard, tuple[Fault, ...]]:
    fields, faults = root_of(path)
    if fields is None:
        return SampleStandard("", ()), tuple(faults)
    fields.keys(("title", *SubjectKind), ("effective_from",))
    seen: set[str] = set()
    clauses = tuple(one for subject in SubjectKind for one in _clauses(fields, subject, seen))
    title, day = _words(fields, "title", TITLE_LIMIT) or "", _day(fields)
    return SampleStandard(title, clauses, day), tuple(sorted(faults))


def _day(fields: Fields) -> date | None:
    node = fields.get("effective_from")
    text = fields.text("effective_from")
    if node is None or text is None:
        return None
    try:
        if (day := date.fromisoformat(text)).isoformat() == text:  # not 2026-W49-2, which nobody would read as a day
            return day
    except ValueError:
        pass
    fields.note(node, "“effective_from”应写成 2026-12-01 这样的日期")
    return None


def _clauses(fields: Fields, subject: SubjectKind, seen: set[str]) -> Iterator[Clause]:
    for child in fields.children(subject):
        child.keys(("code", "points", "text"), ("cap", "evidence", "deeds"))
        code, points, text = _code(child, seen), _tenths(child, "points"), _words(child, "text", TEXT_LIMIT)
        cap = _cap(child, points)
        evidence = _words(child, "evidence", EVIDENCE_LIMIT)
        deeds = _deeds(child, subject, points)
        if code is not None and points and text is not None:
            yield Clause(0, 0, subject, code, text, points, cap, evidence or "", deeds)


def _words(fields: Fields, key: str, most: int) -> str | None:
    """Text as a table would give it back: a doubled blank would make the same standard a new version."""
    node, text = fields.get(key), fields.text(key, most)
    if node is None or text is None:
        return None
    if not (plain := tidy(text)):  # nothing in it but what cannot be seen
        fields.note(node, f"“{key}”是空的")
    return plain or None


def _code(child: Fields, seen: set[str]) -> str | None:
    node, code = child.get("code"), child.text("code", 20)
    if node is None or code is None:
        return None
    if not is_code(code):
        child.note(node, f"编号“{code}”只能用大写字母和数字，最多 8 位")
        return None
    if code in seen:
        child.note(node, f"编号“{code}”重复")
        return None
    seen.add(code)
    return code


def _tenths(child: Fields, key: str) -> int | None:
    """Points as tenths, from the digits as they were written; 0 and finer steps are faults."""
    node = child.get(key)
    if node is None:
        return None
    found = tenths(node.text) if isinstance(node, Scalar) else None
    if found is None or found == 0 or abs(found) > POINTS_LIMIT:
        child.note(node, f"“{key}”应是不为 0 的分数，最多一位小数，不超过 {POINTS_LIMIT // TENTHS}")
        return None
    return found


def _cap(child: Fields, points: int | None) -> int | None:
    node = child.get("cap")
    if node is None:
        return None
    cap = _tenths(child, "cap")
    if cap is not None and (cap < 0 or (points is not None and cap < abs(points))):
        child.note(node, "“cap”应是正数，且不小于一次的分数")
        return None
    return cap


def _deeds(child: Fields, subject: SubjectKind, points: int | None) -> frozenset[str]:
    node = child.get("deeds")
    if node is None:
        return frozenset()
    known = [kind.value for kind in DeedKind]
    listed = child.lines("deeds", "好事类别", 20) or ()
    for word, at in listed:
        if word not in known:
            child.note(at, f"好事类别只能是 {'、'.join(known)}")
    if subject is not SubjectKind.PERSON or (points is not None and points < 0):
        child.note(node, "只有个人的加分条款能写“deeds”")
        return frozenset()
    return frozenset(word for word, _ in listed if word in known)
