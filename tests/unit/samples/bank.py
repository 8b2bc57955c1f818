"""Screens of the question bank's administration."""

from dataclasses import replace

from domain.practice.importing import (
    BankCheck,
    BankDiff,
    BankOverview,
    FileKind,
    ImportFault,
    Part,
    QuestionChange,
)
from domain.questions import Topic
from tests.unit.test_views_samples import question
from views.practice import importing as bank
from views.screen import Screen
from views.texts import Texts

PARTS = tuple(part for part in Part if part not in {Part.ID, Part.VERSION})


def diff(word: str, many: int) -> BankDiff:
    """``many`` new and changed questions."""
    new = tuple(question(word=word, id=f"reg-{n + 501}") for n in range(many))
    changed = tuple(QuestionChange(one, replace(one, version=2), PARTS) for one in new)
    return BankDiff(new, changed, 525)


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Out, in, and what is wrong."""
    told = tuple(ImportFault(n + 2, 4, "bank.fault.told", {"words": f"题干是空的{word}"}) for n in range(many))
    older = ImportFault(3, 4, "bank.fault.older", {"live": 3, "given": 1})
    same = ImportFault(3, 4, "bank.fault.same_stem", {"id": "reg-001"})
    counts = dict.fromkeys(Topic, (100, 3))
    only_text = BankCheck(FileKind.GIFT, (older, same))
    checked = BankCheck(FileKind.XLSX, (), diff(word, many), 10**9, (f"答案是 A 的占 60%{word}",) * 3)
    small = BankCheck(FileKind.XLSX, (), BankDiff(diff(word, 1).new, (), 0), 7)
    return {
        "bank.overview": bank.overview(t, BankOverview(counts)),
        "bank.overview bare": bank.overview(t, BankOverview({**counts, Topic.ETHICS: (0, 0)})),
        "bank.exported": bank.exported(t, FileKind.XLSX, b"xlsx"),
        "bank.exported gift": bank.exported(t, FileKind.GIFT, b"gift"),
        "bank.template": bank.template(t, b"xlsx"),
        "bank.ask_file": bank.ask_file(t),
        "bank.no_file": bank.no_file(t),
        "bank.faults": bank.faults(t, f"题{word}.xlsx", BankCheck(FileKind.XLSX, told)),
        "bank.faults text": bank.faults(t, f"题{word}.gift", only_text),
        "bank.preview": bank.preview(t, checked),
        "bank.preview small": bank.preview(t, small),
        "bank.preview nothing": bank.preview(t, BankCheck(FileKind.XLSX, (), BankDiff((), (), 8))),
        "bank.preview nothing read": bank.preview(t, BankCheck(FileKind.XLSX, ())),
        "bank.taken": bank.taken(t, diff(word, many)),
        "bank.taken only changes": bank.taken(t, replace(diff(word, 2), new=())),
    }
