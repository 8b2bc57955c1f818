"""The fact sheet is read whole, and a line that does not fit is named."""

from pathlib import Path

import pytest

from content.facts import Fact, load_facts


def test_every_fact_line_of_the_sheet_is_read():
    facts = load_facts()
    grades = [fact.grade for fact in facts.values()]
    assert (len(facts), grades.count("V"), grades.count("K")) == (435, 333, 102)  # the sheet's own table says so


def test_a_fact_carries_grade_text_and_basis(tmp_path: Path):
    sheet = tmp_path / "facts.md"
    sheet.write_text(
        "# 表\n\n- L001 [V] 桥梁也是公路。 ｜依据：《公路法》第二条 ｜源：GLF\n- 没收与收缴（L001）\n", "utf-8"
    )
    assert load_facts(sheet) == {"L001": Fact("L001", "V", "桥梁也是公路。", "《公路法》第二条")}


def test_a_fact_line_without_basis_is_refused_with_its_line(tmp_path: Path):
    sheet = tmp_path / "facts.md"
    sheet.write_text("# 表\n- L001 [V] 桥梁也是公路。\n", "utf-8")
    with pytest.raises(ValueError, match=r"facts\.md:2: 事实行的写法不对"):
        load_facts(sheet)


def test_an_id_used_twice_is_refused_with_its_line(tmp_path: Path):
    sheet = tmp_path / "facts.md"
    line = "- L001 [K] 桥梁也是公路。 ｜依据：惯例 ｜源：X\n"
    sheet.write_text(line + line, "utf-8")
    with pytest.raises(ValueError, match=r"facts\.md:2: 事实编号 L001 重复"):
        load_facts(sheet)
