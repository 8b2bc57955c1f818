"""The campaign template: facts, phases and tasks as data that staff may edit; every date and every owner is undecided.

Derived from the bureau's plan; docs/plan-coverage.md says which of its elements lives where. Knows no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content.fields import Fields, root_of
from content.yaml_files import Fault, stamp
from domain.plan import Fact, FactKind, Phase, Task
from domain.plan.table import LIMITS, MEASURES, TaskColumn, is_code

CAMPAIGN = Path(__file__).parent / "plan" / "campaign.yaml"
FACT_LIMIT = 120
ONCE = (FactKind.TITLE, FactKind.THEME)


@dataclass(frozen=True, slots=True)
class Campaign:
    """The template in the file's order."""

    facts: tuple[Fact, ...]
    phases: tuple[Phase, ...]
    tasks: tuple[Task, ...]


def load_campaign(path: Path = CAMPAIGN) -> tuple[Campaign, list[Fault]]:
    """The template of one file and every fault, sorted by place; what is faulty is left out."""
    campaign, faults = _read(path, stamp(path))
    return campaign, list(faults)


@lru_cache(maxsize=2)
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[Campaign, tuple[Fault, ...]]:
    fields, faults = root_of(path)
    if fields is None:
        return Campaign((), (), ()), tuple(faults)
    fields.keys(("facts", "phases", "tasks"))
    facts, phases = tuple(_facts(fields)), tuple(_phases(fields))
    campaign = Campaign(facts, phases, tuple(_tasks(fields, len(phases))))
    _note_missing(fields, campaign)
    return campaign, tuple(sorted(faults))


def _note_missing(fields: Fields, campaign: Campaign) -> None:
    kinds = [fact.kind for fact in campaign.facts]
    for kind in ONCE:
        if kinds.count(kind) != 1:
            fields.note(fields.get("facts") or fields.node, f"“{kind}”应有且只有一条")


def _facts(fields: Fields) -> Iterator[Fact]:
    seen: set[str] = set()
    for child in fields.children("facts"):
        child.keys(("code", "kind", "element", "text"))
        code, kind = _code(child, seen), child.choice("kind", FactKind)
        element, text = child.text("element", LIMITS[TaskColumn.ELEMENT]), child.text("text", FACT_LIMIT)
        if code is not None and kind is not None and element is not None and text is not None:
            yield Fact(code, kind, element, text)


def _phases(fields: Fields) -> Iterator[Phase]:
    seen: set[str] = set()
    for number, child in enumerate(fields.children("phases"), start=1):
        child.keys(("title", "brief"))
        title, brief = child.text("title", 30), child.text("brief", FACT_LIMIT)
        if title in seen:
            child.note(child.get("title") or child.node, f"阶段“{title}”重复")
        if title is not None and brief is not None:
            seen.add(title)
            yield Phase(number, title, None, None, brief)


def _tasks(fields: Fields, phases: int) -> Iterator[Task]:
    seen: set[str] = set()
    for child in fields.children("tasks"):
        child.keys(("code", "phase", "title", "detail", "element"), ("measure", "evidence"))
        code, phase = _code(child, seen), child.whole("phase", 1, max(1, phases))
        title, detail = (child.text(column, LIMITS[column]) for column in (TaskColumn.TITLE, TaskColumn.DETAIL))
        element = child.text("element", LIMITS[TaskColumn.ELEMENT])
        measure = child.whole("measure", 1, MEASURES)
        evidence = child.text("evidence", LIMITS[TaskColumn.EVIDENCE])
        if code is not None and phase is not None and title is not None:
            yield Task(0, code, phase, title, detail or "", element or "", measure, evidence or "")


def _code(child: Fields, seen: set[str]) -> str | None:
    node, code = child.get("code"), child.text("code", 10)
    if node is None or code is None:
        return None
    if not is_code(code):
        child.note(node, f"编号“{code}”只能用大写字母、数字和 -")
        return None
    if code in seen:
        child.note(node, f"编号“{code}”重复")
        return None
    seen.add(code)
    return code
