"""The roster on the screen: how to send one, what is wrong with it, what it would change, what it did."""

from collections.abc import Sequence

from domain.people import Role
from domain.roster import Column, FieldChange, NewUnit, RosterChange, RosterDiff, RosterResult, RosterRow, RowFault
from views.home import home_button, nav
from views.screen import CAPTION_LIMIT, Button, File, Row, Rows, Screen, clipped, fitting, press
from views.texts import Html, Texts, blocks, lines

FAULTS_LIMIT = 3500  # characters of faults shown in the message itself
SECTION_LIMIT = 700  # characters of names in each part of the preview
NAME_LIMIT = 60


def help(t: Texts) -> Screen:  # noqa: A001 - the screen of [导入花名册]
    """What to send, and the template."""
    template = press(t.plain("people.template"), "roster", "template")
    return Screen(t("roster.help"), ((template,), _people(t)))


def _people(t: Texts) -> Row:
    return (press(t.plain("button.people"), "people", "units", 0), home_button(t))


def template(t: Texts, body: bytes) -> Screen:
    """The empty table."""
    return Screen(t("roster.template"), (nav(t),), file=File(t.plain("roster.template_file"), body))


def faults(t: Texts, filename: str, faults: Sequence[RowFault]) -> Screen:
    """Every fault with its row; too many for a message are in a file, the first of them also above it."""
    listed = [t("roster.row", row=fault.row, fault=t(fault.key, **fault.values)) for fault in faults]
    head = t("roster.faults", file=clipped(filename, NAME_LIMIT), count=len(listed))
    if len("\n".join(listed)) <= FAULTS_LIMIT:
        return Screen(blocks(head, lines(*listed), t("roster.faults_foot")), (_people(t),))
    # A file carries the message as its caption, which is shorter.
    first, rest = fitting(listed, CAPTION_LIMIT - 400)
    text = blocks(head, lines(*first, t("list.more", count=rest)), t("roster.faults_in_file"), t("roster.faults_foot"))
    return Screen(text, (_people(t),), file=File(t.plain("roster.faults_file"), _as_text(t, faults)))


def _as_text(t: Texts, faults: Sequence[RowFault]) -> bytes:
    plain = (t.plain("roster.row", row=fault.row, fault=t.plain(fault.key, **fault.values)) for fault in faults)
    return ("\ufeff" + "\r\n".join(plain) + "\r\n").encode()  # the mark and line ends that Windows' editors expect


def preview(t: Texts, draft_id: int | None, diff: RosterDiff) -> Screen:
    """What an import would do. Without a draft there is nothing to confirm."""
    if draft_id is None or diff.nothing:
        return Screen(t("roster.nothing", unchanged=diff.unchanged), (_people(t),))
    counts = {"new": len(diff.new), "changed": len(diff.changed), "leaving": len(diff.leaving)}
    text = blocks(
        t("roster.preview", unchanged=diff.unchanged, **counts),
        _section(t, "roster.new_units", [_new_unit(t, unit) for unit in diff.new_units]),
        _section(t, "roster.new", [_new(t, row) for row in diff.new]),
        _section(t, "roster.changed", [_changed(t, change) for change in diff.changed]),
        _section(t, "roster.leaving", [t("roster.person", name=p.name, staff_no=p.staff_no) for p in diff.leaving]),
        t("roster.leaving_note") if diff.leaving else "",
    )
    return Screen(text, _confirm_rows(t, draft_id, leaving=bool(diff.leaving)))


def _confirm_rows(t: Texts, draft_id: int, *, leaving: bool) -> Rows:
    drop = press(t.plain("roster.drop"), "roster", "drop", draft_id)
    if not leaving:
        return ((_confirm(t.plain("roster.confirm"), draft_id, "keep", "success"),), (drop, home_button(t)))
    keep = _confirm(t.plain("roster.confirm_keep"), draft_id, "keep", "success")
    leave = _confirm(t.plain("roster.confirm_leaving"), draft_id, "leaving", "danger")
    return ((keep,), (leave,), (drop, home_button(t)))


def _confirm(text: str, draft_id: int, choice: str, style: str) -> Button:
    return press(text, "roster", "confirm", draft_id, choice, style=style)


def _section(t: Texts, title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    shown, rest = fitting(items, SECTION_LIMIT)
    return lines(t(title, count=len(items)), *shown, t("list.more", count=rest) if rest else "")


def _new_unit(t: Texts, unit: NewUnit) -> Html:
    # A team is known by its station's name too; anything else by its own.
    name = unit.place.station + unit.name if unit.place.team else unit.name
    return t("roster.new_unit", kind=t(f"unit_kind.{unit.kind}"), name=name)


def _new(t: Texts, row: RosterRow) -> Html:
    where = f"{row.station}{row.team}" or t(f"role.{row.role}")
    return t("roster.new_person", name=row.name, staff_no=row.staff_no, unit=where)


def _changed(t: Texts, change: RosterChange) -> Html:
    fields = Html("；".join(_field(t, field) for field in change.fields))
    return t("roster.changed_person", name=change.person.name, staff_no=change.person.staff_no, fields=fields)


def _field(t: Texts, field: FieldChange) -> Html:
    old, new = _value(t, field.column, field.old), _value(t, field.column, field.new)
    return t("roster.field", column=t(f"column.{field.column}"), old=old, new=new)


def _value(t: Texts, column: Column, value: str) -> str:
    if not value:
        return t("roster.empty")
    if column is Column.ROLE and value in set(Role):
        return t(f"role.{value}")
    return t(f"batch.{value}") if column is Column.BATCH else value


def done(t: Texts, result: RosterResult) -> Screen:
    """What the import did."""
    counts = result.counts
    values = {"new": counts.new, "changed": counts.changed, "left": counts.left, "unchanged": counts.unchanged}
    return Screen(t("roster.done", **values), (_people(t),))
