"""The campaign template: complete, without faults, and covered element by element by docs/plan-coverage.md."""

import re
from pathlib import Path

import pytest

from content.campaign import CAMPAIGN, Campaign, load_campaign
from domain.plan import FactKind

ROOT = Path(__file__).parents[2]

# The numbered elements of the bureau's plan, as it counts them.
ELEMENTS = (
    *("题", "一", "二", "三", "四", "五", "六1", "六2", "六3", "六4"),
    *("七", "七(一)", "七(二)", "七(二)1", "七(二)2", "七(二)3", "七(二)4"),
    *(f"七(二)4({n})" for n in range(1, 5)),
    *(f"七(二)4(4){sign}" for sign in "①②③④"),
    *("七(二)4(5)", "七(二)4(6)"),
    *("七(二)5", "七(二)6", "七(二)7", "七(二)8", "七(二)8(1)", "七(二)8(2)"),
    *("七(三)", "七(三)1", "七(三)2", "七(三)3", "八1", "八2", "八3", "八4", "九1", "九2", "九3"),
)
CODE = re.compile(r"[ABCF]\d\d")


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    found, faults = load_campaign()
    assert faults == []
    return found


@pytest.fixture(scope="module")
def covered() -> dict[str, str]:
    """By element, the template column of docs/plan-coverage.md."""
    lines = (ROOT / "docs" / "plan-coverage.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {row[0]: row[2] for row in cells if row[0] != "Element"}


def elements_of(text: str) -> list[str]:
    return [one for one in text.split("、") if one]


def test_every_numbered_element_of_the_plan_is_covered(covered: dict[str, str]) -> None:
    assert list(covered) == list(ELEMENTS)
    assert [element for element, template in covered.items() if not template] == []


def test_the_table_names_exactly_the_codes_of_the_template(campaign: Campaign, covered: dict[str, str]) -> None:
    named = {code for template in covered.values() for code in CODE.findall(template)}
    assert named == {task.code for task in campaign.tasks} | {fact.code for fact in campaign.facts}


def test_a_code_stands_where_its_task_says_it_belongs(campaign: Campaign, covered: dict[str, str]) -> None:
    for one in (*campaign.tasks, *campaign.facts):
        assert elements_of(one.element), one.code
        for element in elements_of(one.element):
            assert one.code in covered[element], (one.code, element)


def test_an_element_names_no_task_that_does_not_name_it_or_a_part_of_it(
    campaign: Campaign, covered: dict[str, str]
) -> None:
    known = {one.code: elements_of(one.element) for one in (*campaign.tasks, *campaign.facts)}
    for element, template in covered.items():
        for code in CODE.findall(template):
            assert any(named.startswith(element) for named in known[code]), (element, code)


def test_every_phase_and_measure_has_tasks(campaign: Campaign) -> None:
    assert [phase.title for phase in campaign.phases] == ["动员", "实施", "自查总结"]
    assert {task.phase for task in campaign.tasks} == {1, 2, 3}
    measures = [fact for fact in campaign.facts if fact.kind is FactKind.MEASURE]
    assert {task.measure for task in campaign.tasks} - {None} == set(range(1, len(measures) + 1))


def test_the_template_decides_no_date_and_no_owner(campaign: Campaign) -> None:
    assert all(task.due_on is None and task.owner_id is None for task in campaign.tasks)
    assert all(phase.starts_on is None and phase.ends_on is None for phase in campaign.phases)


def test_every_kind_of_fact_is_there(campaign: Campaign) -> None:
    assert {fact.kind for fact in campaign.facts} == set(FactKind)


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("code: A02", "code: A01", "A01\n    phase: 1\n    title: 设立", "编号“A01”重复"),
        ("code: A02", "code: a02", "a02", "编号“a02”只能用"),
        ("code: A02\n    phase: 1", "code: A02\n    phase: 4", "4\n    title: 设立", "“phase”应是 1 到 3 的整数"),
        ("title: 设立领导小组办公室", "titel: 设立领导小组办公室", "titel", "不认识的键“titel”，是不是“title”"),
        ("measure: 3", "measure: 三", "三\n    evidence: 修缮", "“measure”应是"),
        ("kind: theme", "kind: motto", "motto", "“kind”只能是"),
        ("element: 九3, text: 方案自第一阶段的第一天起执行。", "element: 九3", "{code: F23", "缺少“text”"),
        ("code: A02", "code: 102", "102", "“code”应是文字"),
        ("- title: 自查总结", "- title: 实施", "实施\n    brief: 收费所自查", "阶段“实施”重复"),
        ("title: 组织军训", f"title: {'长' * 41}", "长" * 41, "有 41 个字，最多 40 个"),
        ("detail: 定下组长、副组长和成员，发文公布。", "detail:", "detail:\n", "“detail”是空的"),
    ],
)
def test_a_fault_of_the_template_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    text = CAMPAIGN.read_text("utf-8").replace(old, new, 1)
    file = tmp_path / "campaign.yaml"
    file.write_text(text, "utf-8")
    before = text[: text.index(place)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = [fault for fault in load_campaign(file)[1] if message in fault.message]
    assert [(fault.line, fault.column) for fault in found] == [(line, column)]


def test_a_template_without_its_title_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN.read_text("utf-8").replace("kind: title", "kind: rule"), "utf-8")
    assert any("“title”应有且只有一条" in fault.message for fault in load_campaign(file)[1])


@pytest.mark.parametrize("text", ["", "- 1\n", "facts: 1\nphases: []\ntasks: []\n"])
def test_what_is_no_template_is_told_and_not_guessed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "campaign.yaml"
    file.write_text(text, "utf-8")
    campaign, faults = load_campaign(file)
    assert faults
    assert campaign.tasks == ()
