"""The fact sheet: the checked facts on which the question bank rests, one Markdown line each. Knows no questions."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FACTS = Path(__file__).parent / "facts.md"

_START = re.compile(r"- [A-Z]\d{3}\b")
_LINE = re.compile(
    r"- (?P<id>[A-Z]\d{3}) \[(?P<grade>[VK])\] (?P<text>.+?) ?｜依据：(?P<basis>.+?) ?｜源：(?P<origin>.+?)\s*"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. ``grade``: V was read in the original text, K is common knowledge of the trade."""

    id: str
    grade: Literal["V", "K"]
    text: str
    basis: str


def load_facts(path: Path = FACTS) -> dict[str, Fact]:
    """All facts by id. A fact line that does not fit the form, or an id used twice, raises ValueError with its line."""
    facts: dict[str, Fact] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not _START.match(line):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{path.name}:{number}: 事实行的写法不对")
        if found["id"] in facts:
            raise ValueError(f"{path.name}:{number}: 事实编号 {found['id']} 重复")
        facts[found["id"]] = Fact(found["id"], "V" if found["grade"] == "V" else "K", found["text"], found["basis"])
    return facts
