"""题库管理: how large the bank is, its files out and in, what is wrong with one, what it would change, what it did."""

from collections.abc import Iterable, Sequence

from domain.practice.importing import (
    BankCheck,
    BankDiff,
    BankOverview,
    FileKind,
    ImportFault,
    QuestionChange,
)
from domain.questions import Question
from views.home import home_button
from views.screen import CAPTION_LIMIT, Button, File, Row, Screen, clipped, fitting, press
from views.texts import Html, Texts, blocks, lines

AREA = "bank"
SHOWN_FAULTS = 20
FAULTS_LIMIT = 3500  # characters of faults shown in the message itself
SECTION_LIMIT = 1100  # characters of each part of the preview
NAME, STEM, WORDS = 40, 36, 200  # characters shown of a file's name, a stem, a fault or remark
EXAMPLES = 5
IDS_LIMIT = 600  # characters of ids listed


def door(t: Texts) -> Button:
    """[题库管理], in the practice menu."""
    return _button(t, "manage", "show")


def _button(t: Texts, name: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    return press(t.plain(f"bank.{name}"), AREA, verb, *fields, style=style)


def _back(t: Texts) -> Row:
    return (door(t), home_button(t))


def overview(t: Texts, found: BankOverview) -> Screen:
    """The live bank in numbers, and what can be done with it."""
    listed = [
        t("bank.topic", topic=t(f"topic.{topic}"), total=total, own=t("bank.own", own=own) if own else "")
        for topic, (total, own) in found.topics.items()
    ]
    text = blocks(t("bank.title"), lines(t("bank.total", total=found.total, own=found.own), *listed), t("bank.text"))
    export = (
        _button(t, "export_xlsx", "export", FileKind.XLSX),
        _button(t, "export_gift", "export", FileKind.GIFT),
    )
    take = (_button(t, "import", "import"), _button(t, "template", "template"))
    back = (press(t.plain("practice.menu"), "practice", "menu"), home_button(t))
    return Screen(text, (export, take, back))


def exported(t: Texts, kind: FileKind, body: bytes) -> Screen:
    """The whole bank as a file."""
    return Screen(t(f"bank.exported_{kind}"), (_back(t),), file=File(t.plain(f"bank.file_{kind}"), body))


def template(t: Texts, body: bytes) -> Screen:
    """The table to fill in."""
    return Screen(t("bank.template_text"), (_back(t),), file=File(t.plain("bank.template_file"), body))


def is_bank_name(t: Texts, filename: str) -> bool:
    """Whether a file is called as an exported one is, perhaps with a (1) behind it, or is a GIFT text by its name."""
    return filename.startswith(t.plain("bank.file_xlsx").removesuffix(".xlsx")) or filename.lower().endswith(".gift")


def ask_file(t: Texts) -> Screen:
    """[导入]: what to send."""
    return Screen(t("bank.ask_file"), ((_button(t, "template", "template"), _cancel(t)), _back(t)))


def no_file(t: Texts) -> Screen:
    """What came is no file of questions."""
    return Screen(t("bank.no_file"), ((_cancel(t),), _back(t)))


def _cancel(t: Texts) -> Button:
    return _button(t, "cancel", "leave")


# what is wrong ---------------------------------------------------------------------------------------------------


def faults(t: Texts, filename: str, check: BankCheck) -> Screen:
    """The first faults with their places; all of them in a file when they are many."""
    listed = [t(_place(check), **_where(one), fault=_fault(t, one)) for one in check.faults]
    head, foot = t("bank.faults", file=clipped(filename, NAME), count=len(listed)), t("bank.faults_foot")
    rows = ((_cancel(t),), _back(t))
    if len(listed) <= SHOWN_FAULTS and len("\n".join(listed)) <= FAULTS_LIMIT:
        return Screen(blocks(head, lines(*listed), foot), rows)
    # A file carries the message as its caption, which is shorter.
    first, _ = fitting(listed[:SHOWN_FAULTS], CAPTION_LIMIT - 400)
    text = blocks(head, lines(*first, t("list.more", count=len(listed) - len(first))), t("bank.faults_in_file"), foot)
    return Screen(text, rows, file=File(t.plain("bank.faults_file"), _as_text(t, check)))


def fault_line(t: Texts, check: BankCheck, one: ImportFault) -> str:
    """One fault for where no HTML is read."""
    return t.plain(_place(check), **_where(one), fault=t.plain(one.key, **one.values))


def _place(check: BankCheck) -> str:
    return "bank.at_cell" if check.kind is FileKind.XLSX else "bank.at_text"


def _where(one: ImportFault) -> dict[str, object]:
    """Row and column: as a letter for a cell, as a number in a text."""
    return {"line": one.line, "column": one.column, "letter": chr(ord("A") + min(one.column, 26) - 1)}


def _fault(t: Texts, one: ImportFault) -> Html:
    values = {name: clipped(str(value), WORDS) for name, value in one.values.items()}
    return t(one.key, **values)


def _as_text(t: Texts, check: BankCheck) -> bytes:
    plain = (fault_line(t, check, one) for one in check.faults)
    return ("\ufeff" + "\r\n".join(plain) + "\r\n").encode()  # the mark and line ends that Windows' editors expect


# what it would do ------------------------------------------------------------------------------------------------


def preview(t: Texts, check: BankCheck) -> Screen:
    """What an import would do. Without a draft there is nothing to confirm."""
    diff = check.diff
    if diff is None or check.draft_id is None:
        return Screen(t("bank.same", count=diff.unchanged if diff else 0), (_back(t),))
    keys = sum(change.of_key for change in diff.changed)
    text = blocks(
        t("bank.preview", new=len(diff.new), changed=len(diff.changed), unchanged=diff.unchanged),
        _section(t, "bank.new", [_new(t, question) for question in diff.new]),
        _section(t, "bank.changed", [_changed(t, change) for change in diff.changed]),
        t("bank.keys_changed", count=keys) if keys else "",
        lines(*(t("bank.remark", words=clipped(words, WORDS)) for words in check.remarks)),
        t("bank.not_yet"),
    )
    yes = _button(t, "confirm", "confirm", check.draft_id, style="success")
    return Screen(text, ((yes, _button(t, "cancel", "drop", check.draft_id)), _back(t)))


def _section(t: Texts, title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    shown, _ = fitting(items[:EXAMPLES], SECTION_LIMIT)
    rest = len(items) - len(shown)
    return lines(t(title), *shown, t("list.more", count=rest) if rest else "")


def _new(t: Texts, question: Question) -> Html:
    return t("bank.question", id=question.id, stem=clipped(question.stem, STEM))


def _changed(t: Texts, change: QuestionChange) -> Html:
    parts = "、".join(t(f"bank.part.{part}") for part in change.parts)
    return t("bank.change", id=change.after.id, stem=clipped(change.after.stem, STEM), parts=Html(parts))


def taken(t: Texts, diff: BankDiff) -> Screen:
    """What the import did."""
    ids = _ids(question.id for question in diff.new)
    text = blocks(
        t("bank.done", new=len(diff.new), changed=len(diff.changed), unchanged=diff.unchanged),
        t("bank.new_ids", ids=ids) if ids else "",
    )
    return Screen(text, (_back(t),))


def _ids(ids: Iterable[str]) -> str:
    listed = list(ids)
    shown, left = fitting(listed, IDS_LIMIT)
    return "、".join(shown) + ("…" if left else "")
